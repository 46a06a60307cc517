package classify

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/poslog/poslog/internal/gbk"
	"github.com/poslog/poslog/internal/yamlerr"
	"github.com/poslog/poslog/txn"
)

// ParseProfiles reads the key "profiles" of a YAML document; other top-level
// keys are left to others. own are tables that the user supplies; they replace
// built-in tables of the same name.
//
//	profiles:
//	  - name: guilin-rural
//	    institution: 桂林农商行        # also merchant, terminal, channel; a text or a list; * and ? match
//	    tables: [bocom, unionpay]      # asked in this order
//	    codes:
//	      "B4": approved               # an outcome, or "open": let evidence decide
//	      "B5": {outcome: declined, class: SETTLE_CUTOVER, zh: 维护中, en: maintenance, kinds: [sale]}
//
// Errors name file, line and remedy, all of them at once.
func ParseProfiles(file string, data []byte, own ...*Table) (*Profiles, error) {
	p := Default(own...)
	doc, err := parser.ParseBytes(gbk.UTF8(data), 0)
	if err != nil {
		at, message := yamlerr.Split(file, err)
		return nil, fmt.Errorf("%s: not YAML: %s", at, message)
	}
	c := config{file: file, p: p}
	var others []string
	found := false
	for _, d := range doc.Docs {
		m, ok := d.Body.(*ast.MappingNode)
		if !ok {
			if v, one := d.Body.(*ast.MappingValueNode); one {
				m, ok = ast.Mapping(v.GetToken(), false, v), true
			}
		}
		if !ok {
			if _, null := d.Body.(*ast.NullNode); d.Body != nil && !null {
				c.fault(d.Body, `this is no list of settings: begin the list of profiles with "profiles:"`)
			}
			continue
		}
		for _, kv := range m.Values {
			if key(kv) != "profiles" {
				others = append(others, strconv.Quote(key(kv)))
				continue
			}
			found = true
			c.profiles(kv.Value)
		}
	}
	if c.faults != nil {
		return nil, errors.Join(c.faults...)
	}
	if !found && others != nil {
		return nil, fmt.Errorf(`%s: there is no "profiles" in it, only %s: begin the list of profiles with "profiles:", or leave the file out`, file, strings.Join(others, ", "))
	}
	slices.SortStableFunc(p.list, func(x, y profile) int { return y.weight() - x.weight() })
	return p, nil
}

type config struct {
	file   string
	p      *Profiles
	faults []error
}

func (c *config) fault(n ast.Node, format string, args ...any) {
	c.faults = append(c.faults, fmt.Errorf("%s: %s", c.at(n), fmt.Sprintf(format, args...)))
}

// at is where a node stands, as file:line.
func (c *config) at(n ast.Node) string {
	line := 0
	if t := n.GetToken(); t != nil && t.Position != nil {
		line = t.Position.Line
	}
	return fmt.Sprintf("%s:%d", c.file, line)
}

func key(kv *ast.MappingValueNode) string { return text(kv.Key) }

// text is the scalar as written, unquoted.
func text(n ast.Node) string {
	if s, ok := n.(*ast.StringNode); ok {
		return s.Value
	}
	if t := n.GetToken(); t != nil {
		return t.Value
	}
	return ""
}

func pairs(n ast.Node) []*ast.MappingValueNode {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	return nil
}

// scalars reads a text or a list of texts. Identifiers must not be numbers,
// lest YAML drop their leading zeros.
func (c *config) scalars(what string, n ast.Node) []string {
	list := []ast.Node{n}
	if s, ok := n.(*ast.SequenceNode); ok {
		list = s.Values
	}
	var out []string
	for _, v := range list {
		if _, ok := v.(*ast.StringNode); !ok {
			c.fault(v, "%s holds %s, which YAML does not read as a text: put it in quotes: %q", what, text(v), text(v))
			continue
		}
		out = append(out, text(v))
	}
	return out
}

func (c *config) profiles(n ast.Node) {
	if _, null := n.(*ast.NullNode); null {
		return
	}
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		c.fault(n, `"profiles" must be a list: start each profile with "- name:"`)
		return
	}
	for _, v := range list.Values {
		c.profile(v)
	}
}

var selectors = []string{"terminal", "merchant", "institution", "channel"}

func (c *config) profile(n ast.Node) {
	fields := pairs(n)
	if fields == nil {
		c.fault(n, `a profile must be a mapping: start it with "- name:"`)
		return
	}
	pr := profile{source: c.at(fields[0].Key), codes: map[string][]override{}}
	for _, kv := range fields {
		k := key(kv)
		if i := slices.Index(selectors, k); i >= 0 {
			pr.where[i] = c.scalars(k, kv.Value)
			for _, pat := range pr.where[i] {
				if _, err := path.Match(flat(pat), ""); err != nil {
					c.fault(kv.Value, "%s %q is no pattern: only * and ? have a special meaning, escape [ with \\", k, pat)
				}
			}
			continue
		}
		switch k {
		case "name":
			pr.name = txn.MaskCard(text(kv.Value)) // reports quote it
		case "table", "tables":
			for _, name := range c.scalars(k, kv.Value) {
				t, err := c.p.table(name)
				if err != nil {
					c.fault(kv.Value, "%v; load your own with --codes", err)
					continue
				}
				pr.tables = append(pr.tables, t)
			}
		case "codes":
			codes := pairs(kv.Value)
			if _, null := kv.Value.(*ast.NullNode); codes == nil && !null {
				c.fault(kv.Value, `codes must be a mapping: write each as "B4": declined`)
			}
			for _, code := range codes {
				c.code(&pr, code)
			}
		default:
			c.fault(kv, "unknown key %q in a profile: use name, %s, tables, codes", k, strings.Join(selectors, ", "))
		}
	}
	if pr.name == "" {
		c.fault(n, `the profile has no name: add "name:", every verdict quotes it`)
	}
	for _, other := range c.p.list {
		if other.name == pr.name {
			c.fault(n, "there are two profiles named %q: give each its own name", pr.name)
		}
	}
	if len(pr.tables) == 0 && len(pr.codes) == 0 {
		c.fault(n, "profile %q states neither tables nor codes: it would change nothing", pr.name)
	}
	c.p.list = append(c.p.list, pr)
}

// number reports a text that some YAML reader takes for a number if it stands
// without quotes.
func number(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

func (c *config) code(pr *profile, kv *ast.MappingValueNode) {
	if s, ok := kv.Key.(*ast.StringNode); !ok || s.Token.Type == token.StringType && number(s.Value) {
		c.fault(kv.Key, "code %s is not in quotes, and YAML takes it for a number (00 becomes 0, 1E2 becomes 100): write %q", text(kv.Key), text(kv.Key))
		return
	}
	code := normal(key(kv))
	o := override{row: Row{Code: code, Source: c.file}}
	if t := kv.Key.GetToken(); t != nil && t.Position != nil {
		o.row.Source = fmt.Sprintf("%s:%d", c.file, t.Position.Line)
	}
	class := ""
	outcome := func(v ast.Node) {
		var err error
		if text(v) == "open" {
			o.open = true
		} else if o.row.Outcome, err = ParseOutcome(text(v)); err != nil {
			c.fault(v, "code %q: %v, or \"open\" to let evidence decide", code, err)
		}
	}
	if fields := pairs(kv.Value); fields == nil {
		outcome(kv.Value)
	} else {
		stated := false
		for _, f := range fields {
			switch key(f) {
			case "outcome":
				outcome(f.Value)
				stated = true
			case "class":
				class = text(f.Value)
			case "zh":
				o.row.Text.Zh = text(f.Value)
			case "en":
				o.row.Text.En = text(f.Value)
			case "action":
				o.row.Action.Zh = text(f.Value)
			case "action_en":
				o.row.Action.En = text(f.Value)
			case "source":
				o.row.Source = text(f.Value)
			case "kinds":
				for _, k := range c.scalars("kinds", f.Value) {
					kind, err := txn.ParseKind(k)
					if err != nil {
						c.fault(f.Value, "code %q: %v", code, err)
					}
					o.kinds = append(o.kinds, kind)
				}
			default:
				c.fault(f, "unknown key %q at code %q: use outcome, class, kinds, zh, en, action, action_en, source", key(f), code)
			}
		}
		if !stated {
			c.fault(kv, "code %q has no outcome: add \"outcome:\"", code)
		}
	}
	c.class(kv, &o, class)
	fillText(&o.row)
	if slices.ContainsFunc(pr.codes[code], o.hiddenBy) {
		c.fault(kv, "code %q stands twice, be it in capitals or not: keep one of the two, or give each kinds of its own", code)
	}
	pr.codes[code] = append(pr.codes[code], o)
}

// hiddenBy reports whether an override before it says something else of the same code and kind.
func (o override) hiddenBy(before override) bool {
	return len(before.kinds) == 0 || slices.ContainsFunc(o.kinds, func(k txn.Kind) bool { return slices.Contains(before.kinds, k) })
}

// class fills in the class that goes with the outcome where none is stated.
func (c *config) class(n ast.Node, o *override, class string) {
	switch {
	case class != "":
		var err error
		if o.row.Class, err = ParseClass(class); err != nil {
			c.fault(n, "code %q: %v", o.row.Code, err)
		} else if o.row.Outcome.IsApproval() != (o.row.Class == ClassApproved) {
			c.fault(n, "code %q: outcome %s does not go with class %s", o.row.Code, o.row.Outcome, o.row.Class)
		}
	case o.row.Outcome.IsApproval():
		o.row.Class = ClassApproved
	}
}

// fillText puts what is written in one language in place of the other. Reports repeat it, without the
// numbers of cards.
func fillText(r *Row) {
	for _, t := range []*string{&r.Text.Zh, &r.Text.En, &r.Action.Zh, &r.Action.En, &r.Source} {
		*t = txn.MaskCard(*t)
	}
	if r.Text == (Text{}) {
		r.Text = outcomeTexts[r.Outcome]
	}
	if r.Text.Zh == "" {
		r.Text.Zh = r.Text.En
	}
	if r.Text.En == "" {
		r.Text.En = r.Text.Zh
	}
	if r.Action.En == "" {
		r.Action.En = r.Action.Zh
	}
}

var outcomeTexts = map[Outcome]Text{
	Unknown:         {"结果未明（本机构配置）", "outcome unclear (by configuration)"},
	Approved:        {"成功（本机构配置）", "approved (by configuration)"},
	ApprovedPartial: {"部分批准（本机构配置）", "approved in part (by configuration)"},
	ApprovedDefect:  {"有缺陷的成功（本机构配置）", "approved with a defect (by configuration)"},
	Declined:        {"失败（本机构配置）", "declined (by configuration)"},
	Reversed:        {"批准后冲正（本机构配置）", "approved, then reversed (by configuration)"},
	ReversalReason:  {"冲正原因（本机构配置）", "reversal reason (by configuration)"},
	Info:            {"提示信息（本机构配置）", "advice (by configuration)"},
}
