package report

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/poslog/poslog/analyze"
)

// Question is one number of a report that can be followed back to its rows.
type Question struct {
	ID     string
	Title  analyze.Text
	Stored int // as the report states it
	Of     func(*analyze.Row) bool
	match  []string // sections of the layout that hold the reasons
	state  string   // of a state: its rows are listed, also those that are not counted
	node   *node    // of a path
}

// Questions lists the short IDs that Explain takes, in a fixed order: incidents
// ("I1"), codes ("B4@NSH001/sale", without "/kind" where the verdict is for all kinds; "no_answer@NSH001"),
// totals ("technical", "technical@NSH001"), states of the reconciliation
// ("state:terminal_only"). Every other number is asked for by its path, see [Paths].
func Questions(r *analyze.Result) []Question {
	var out []Question
	for _, in := range r.Incidents {
		id := in.ID
		out = append(out, Question{ID: id, Stored: in.Failures, match: []string{"incident-" + id},
			Title: analyze.Text{Zh: "事件 " + id + " 的失败笔数", En: "failures of incident " + id},
			Of: func(x *analyze.Row) bool {
				_, failure := x.In(id)
				return x.Attempt && failure
			}})
	}
	seen := map[string]int{}
	for i, c := range r.Codes {
		id := codeQuestion(c)
		if seen[id]++; seen[id] > 1 { // one code, two classes: "no_answer@NSH001/sale#2"
			id += fmt.Sprintf("#%d", seen[id])
		}
		out = append(out, Question{ID: id, Stored: c.N, match: []string{codeID(c)}, Title: rowsWithCode(id),
			Of: func(x *analyze.Row) bool { return x.Entry == i }})
	}
	out = append(out, totalQuestions("", r.Totals.Count)...)
	for _, in := range r.Totals.ByInstitution {
		if in.Institution != "" {
			out = append(out, totalQuestions(in.Institution, in.Count)...)
		}
	}
	return append(out, stateQuestions(r.Reconciliation)...)
}

// stateQuestions asks for the cases of each state that has any, over all
// currencies; of matched, for its rows. Cases that an earlier run carried over have no row
// in these inputs.
func stateQuestions(c *analyze.Reconciliation) []Question {
	if c == nil {
		return nil
	}
	n := map[string]int{}
	for name, t := range c.States {
		state, _, _ := strings.Cut(name, ":") // "matched:USD"
		if state == "matched" {
			n[state] += t.Rows
		} else {
			n[state] += t.Count
		}
	}
	if c.Carried != nil {
		n["terminal_only"] -= c.Carried.Missing
	}
	var out []Question
	for _, state := range sortedKeys(n) {
		if n[state] <= 0 {
			continue
		}
		label, unit := catalogue()["state."+state], phrase{"件数", "cases"}
		if state == "matched" {
			unit = phrase{"两边的行数", "rows of both sides"}
		}
		out = append(out, Question{ID: "state:" + state, Stored: n[state], match: []string{"reconciliation"}, state: state,
			Title: analyze.Text{Zh: "对账状态“" + label.zh + "”的" + unit.zh, En: "reconciliation state \"" + label.en + "\", " + unit.en},
			Of:    func(x *analyze.Row) bool { return x.State == state && x.Case }})
	}
	return out
}

func rowsWithCode(id string) analyze.Text {
	return analyze.Text{Zh: "应答码 " + id + " 的笔数", En: "rows with code " + id}
}

// ofCode joins what can be asked about a code: "B4@NSH001" is all its kinds there, "B4" all
// institutions.
func ofCode(questions []Question, id string, is func(a, b string) bool) (Question, bool) {
	all := Question{ID: id, Title: rowsWithCode(id)}
	var parts []Question
	for _, q := range questions {
		n := len(id)
		if len(q.ID) <= n || !is(q.ID[:n], id) || !strings.Contains(q.ID, "@") {
			continue
		}
		if next := q.ID[n]; next == '@' || strings.Contains(id, "@") && (next == '/' || next == '#') {
			parts = append(parts, q)
			all.Stored, all.match = all.Stored+q.Stored, append(all.match, q.match...)
		}
	}
	all.Of = func(x *analyze.Row) bool {
		return slices.ContainsFunc(parts, func(q Question) bool { return q.Of(x) })
	}
	return all, len(parts) > 0
}

// codeQuestion is the ID of a code: "B4@NSH001/sale".
func codeQuestion(c analyze.Code) string {
	code := c.Code
	if code == "" {
		code = "no_answer"
	}
	id := code + "@" + c.Institution
	if c.Kind != "all" && c.Kind != "" {
		id += "/" + c.Kind
	}
	return id
}

func totalQuestions(institution string, c analyze.Count) []Question {
	at := ""
	if institution != "" {
		at = "@" + institution
	}
	var out []Question
	for _, q := range []struct {
		name string
		n    int
	}{{"attempts", c.Attempts}, {"approved", c.Approved}, {"technical", c.Declined.Technical}, {"business", c.Declined.Business}, {"unknown", c.Unknown}, {"reversed", c.Reversed}} {
		label := catalogue()["total."+q.name]
		out = append(out, Question{ID: q.name + at, Stored: q.n, match: []string{"overview"},
			Title: analyze.Text{Zh: label.zh + at, En: label.en + at},
			Of: func(x *analyze.Row) bool {
				return x.Attempt && (institution == "" || x.Institution == institution) && (q.name == "attempts" || x.Outcome == q.name)
			}})
	}
	return out
}

// Paths lists the parts of a report that can be asked for by their path, with
// how many numbers each holds and one of them as an example.
func Paths(r *analyze.Result) []Part {
	var out []Part
	for _, c := range root(r).children() {
		p := Part{Path: c.path}
		c.each(func(x *node) {
			if x.number() {
				if p.Numbers++; p.Numbers == 1 {
					p.Example = x.path
				}
			}
		})
		if p.Numbers > 0 {
			out = append(out, p)
		}
	}
	return out
}

// Part is one part of a report.
type Part struct {
	Path    string
	Numbers int
	Example string
}

// Find returns the short question with an ID, or one that stands for a path of the
// report. The error names what may be asked.
func Find(r *analyze.Result, id string) (Question, error) {
	questions := Questions(r)
	same := func(a, b string) bool { return a == b }
	for _, is := range []func(a, b string) bool{same, strings.EqualFold} { // codes may differ by capitals only
		for _, q := range questions {
			if is(q.ID, id) {
				return q, nil
			}
		}
		if q, ok := ofCode(questions, id, is); ok {
			return q, nil
		}
	}
	n, near := root(r).find(strings.Trim(id, "/"))
	if n == nil {
		return Question{}, unknownID(r, id, near)
	}
	return Question{ID: n.path, Title: analyze.Text{Zh: n.path, En: n.path}, Of: n.of, node: n, match: reasons(r, n.path)}, nil
}

// unknownID says what can be asked for near the place where the path broke.
func unknownID(r *analyze.Result, id string, near *node) error {
	const most = 12
	var names []string
	kids := near.children()
	for i, c := range kids {
		if i == most {
			names = append(names, fmt.Sprintf("and %d more", len(kids)-most))
			break
		}
		names = append(names, c.name)
	}
	if near.path != "" {
		return fmt.Errorf("the report has nothing called %q: %s has %s", id, near.path, strings.Join(names, ", "))
	}
	var short []string
	for _, q := range Questions(r) {
		if len(short) < most && !strings.Contains(q.ID, "@") {
			short = append(short, q.ID)
		}
	}
	names = names[:0]
	for _, p := range Paths(r) {
		names = append(names, p.Path)
	}
	return fmt.Errorf("the report has nothing called %q: ask for %s, for a code as CODE@INSTITUTION, or for the path of a number below %s; poslog explain REPORT.json lists them", id, strings.Join(short, ", "), strings.Join(names, ", "))
}

// reasons names the sections of the layout that belong to a path.
func reasons(r *analyze.Result, path string) []string {
	top, rest, _ := strings.Cut(path, "/")
	switch top {
	case "incidents":
		id, _, _ := strings.Cut(rest, "/")
		return []string{"incident-" + id}
	case "codes":
		for _, c := range r.Codes {
			if strings.HasPrefix(path+"/", "codes/"+nodeName(c)+"/") {
				return []string{codeID(c)}
			}
		}
	case "totals":
		return []string{"overview", "institutions"}
	case "sales":
		return []string{"money", "failed", "expected"}
	case "cube", "timeline":
		return nil
	}
	return []string{top}
}

func nodeName(c analyze.Code) string { return (&node{}).element(reflect.ValueOf(c), 0) }

// Lists reports whether a row belongs to the answer: it is counted, or is in the
// state that is asked for, or a part with many numbers is. [Explain] needs no other
// rows.
func (q Question) Lists(x *analyze.Row) bool {
	if q.node != nil && q.Of == nil {
		return true
	}
	return q.Of != nil && q.Of(x) || q.state != "" && x.State == q.state
}

// Explain re-derives a number of report r from fresh and rows, which a fresh
// analysis of the same inputs gave, and lays out the answer: stated and re-derived number,
// how it comes about, the reasons as the report has them, and the rows with file and line.
// A path may also name a part with many numbers. agrees is false where the inputs
// give another number now. fresh may be nil for a short ID, whose number is counted from
// the rows alone.
func Explain(r, fresh *analyze.Result, id string, rows []*analyze.Row, o Options) (p *Report, agrees bool, err error) {
	q, err := Find(r, id)
	if err != nil {
		return nil, false, err
	}
	if q.node != nil && strings.HasPrefix(q.ID, "sales") {
		o.View = Merchant // where the trade in money is laid out
	}
	full := New(r, o)
	p = &Report{Options: full.Options, Title: full.w.text(q.Title), Subtitle: full.Title, Status: full.Status, w: full.w}
	var mine []*analyze.Row
	derived := 0
	for _, x := range rows {
		if q.Of != nil && q.Of(x) {
			derived++
		}
		if q.Lists(x) {
			mine = append(mine, x)
		}
	}
	if q.node != nil {
		agrees, err = p.explainPath(q, fresh, mine)
		if err != nil {
			return nil, false, err
		}
	} else {
		agrees = derived == q.Stored
		p.explainCount(q, derived)
	}
	w := p.w
	for _, id := range q.match {
		if s := full.Section(clean(id)); s != nil {
			p.add(*s)
		}
	}
	if q.Of != nil {
		p.add(Section{ID: "breakdown", Title: w.t("explain.breakdown"), Table: breakdown(w, mine)})
		p.add(Section{ID: "rows", Title: w.t("explain.rows", group(int64(len(mine)))), Table: rowTable(w, p.moneyTitle("amount"), mine, slices.ContainsFunc(mine, ofSettlement)), Detail: len(mine) > 200})
	}
	for _, id := range []string{"inputs", "provenance"} {
		if s := full.Section(id); s != nil && p.Section(id) == nil {
			p.add(*s)
		}
	}
	p.clean()
	return p, agrees, nil
}

func ofSettlement(x *analyze.Row) bool { return x.Side == "settlement" }

// ExplainSchema names the shape of an Explanation's JSON.
const ExplainSchema = "poslog/explain/1"

// Explanation is the JSON of an answer.
type Explanation struct {
	Schema string           `json:"schema"`
	ID     string           `json:"id"`
	Agrees bool             `json:"agrees"`
	Values []ExplainedValue `json:"values"`
}

// ExplainedValue is one value as the report states it, as a fresh analysis gives
// it, and, where it is a count or sum of rows, as the listed rows give it.
type ExplainedValue struct {
	Path    string          `json:"path"`
	Stored  json.RawMessage `json:"stored"`
	Derived json.RawMessage `json:"derived"` // null where it is no longer there
	Counted *int64          `json:"counted,omitempty"`
}

func (p *Report) explainCount(q Question, derived int) {
	w, agrees, tone := p.w, derived == q.Stored, Good
	p.Lead = w.t("explain.agrees", group(int64(q.Stored)))
	if !agrees {
		p.Lead, tone = w.t("explain.differs", group(int64(q.Stored)), group(int64(derived))), Bad
	}
	stored, counted := json.RawMessage(fmt.Sprint(q.Stored)), int64(derived)
	p.data = Explanation{ExplainSchema, q.ID, agrees, []ExplainedValue{{q.ID, stored, json.RawMessage(fmt.Sprint(derived)), &counted}}}
	p.add(Section{ID: "number", Title: w.t("explain.number"), Tone: tone, Facts: []Fact{{"stored", w.t("explain.stored"), countCell(q.Stored), ""}, {"derived", w.t("explain.derived"), countCell(derived).tone(tone), ""}}})
}

// explainPath compares every value under a path with the fresh analysis, and
// counts again what the rows alone give.
func (p *Report) explainPath(q Question, fresh *analyze.Result, rows []*analyze.Row) (agrees bool, err error) {
	if fresh == nil {
		return false, fmt.Errorf("%s is no count of rows: it needs a fresh analysis", q.ID)
	}
	if fresh, err = reread(fresh); err != nil {
		return false, err
	}
	w := p.w
	now := map[string]*node{}
	if n, _ := root(fresh).find(q.node.path); n != nil {
		n.each(func(x *node) { now[x.path] = x })
	}
	ex := Explanation{Schema: ExplainSchema, ID: q.ID, Agrees: true, Values: []ExplainedValue{}}
	t := &Table{Columns: []Column{{"value", w.t("explain.value"), Text, false}, {"stored", w.t("explain.stored"), Ident, false}, {"derived", w.t("explain.again"), Ident, false}, {"counted", w.t("explain.derived"), Ident, false}, {"how", w.t("explain.how"), Text, false}}}
	last := ""
	add := func(x *node, stored, derived string) {
		v := ExplainedValue{Path: x.path, Stored: json.RawMessage(stored), Derived: json.RawMessage(derived)}
		same, counted := stored == derived, Cell{Kind: Ident}
		if x.count != nil {
			n := countRows(x, rows)
			v.Counted = &n
			counted = identCell(w.plainValue(x, fmt.Sprint(n)))
			if fmt.Sprint(n) != stored {
				same, counted.Tone = false, Bad
			}
		}
		ex.Values = append(ex.Values, v)
		ex.Agrees = ex.Agrees && same
		if same && !x.number() {
			return // words and times agree, and say nothing about a number
		}
		d := identCell(w.plainValue(x, derived)).tone(Good)
		if stored != derived {
			d.Tone = Bad
		}
		name := strings.TrimPrefix(strings.TrimPrefix(x.path, q.node.path), "/")
		if name == "" {
			name = x.name
		}
		how := w.derivation(x.path)
		cell := textCell(how)
		if how == last {
			cell.Text = ""
		}
		last = how
		t.Rows = append(t.Rows, []Cell{textCell(name), identCell(w.plainValue(x, stored)), d, counted, cell})
	}
	q.node.each(func(x *node) {
		derived := "null"
		if y := now[x.path]; y != nil {
			derived = y.json()
			delete(now, x.path)
		}
		add(x, x.json(), derived)
	})
	for _, path := range sortedKeys(now) { // what the report does not have
		add(&node{path: path, name: now[path].name, v: now[path].v}, "null", now[path].json())
	}
	p.data = ex
	tone := Good
	p.Lead = w.t("explain.same", group(int64(len(ex.Values))))
	if len(ex.Values) == 1 {
		p.Lead = w.t("explain.sameone", w.plainValue(q.node, string(ex.Values[0].Stored)))
	}
	if !ex.Agrees {
		p.Lead, tone = w.t("explain.other"), Bad
	}
	p.add(Section{ID: "number", Title: w.t("explain.number"), Tone: tone, Table: t})
	return ex.Agrees, nil
}

// reread is a Result as its report has it: evidence that is free in form is made of maps.
func reread(r *analyze.Result) (*analyze.Result, error) {
	doc, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	out := &analyze.Result{}
	return out, json.Unmarshal(doc, out)
}

// countRows is the number of rows, or the sum of their amounts, that makes the
// value of a node.
func countRows(x *node, rows []*analyze.Row) (n int64) {
	for _, row := range rows {
		switch {
		case !x.count(row):
		case !x.sum:
			n++
		case row.Amount != nil:
			n += *row.Amount
		}
	}
	return n
}

// plainValue writes a value as JSON has it; an amount also as people read it.
func (w words) plainValue(x *node, doc string) string {
	minor, err := strconv.ParseInt(doc, 10, 64)
	if err != nil || !strings.HasSuffix(x.name, "amount") && !moneyNames[x.name] {
		return strings.Trim(doc, `"`)
	}
	return doc + w.t("paren", w.money(minor))
}

var moneyNames = map[string]bool{"amount_at_risk": true, "fee": true, "net": true, "difference": true, "expected_fee": true, "arrivals": true}

// breakdown counts rows by code, outcome and class.
func breakdown(w words, rows []*analyze.Row) *Table {
	type key struct{ code, outcome, class, side string }
	n, amounts := map[key]int{}, map[key]int64{}
	for _, x := range rows {
		k := key{x.Code, x.Outcome, x.Class, x.Side}
		n[k]++
		if x.Amount != nil && isIn(x, w.currency) {
			amounts[k] += *x.Amount
		}
	}
	keys := make([]key, 0, len(n))
	for k := range n {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		a, b := keys[i], keys[j]
		if n[a] != n[b] {
			return n[a] > n[b]
		}
		return a.code+"\x00"+a.outcome+"\x00"+a.class+"\x00"+a.side < b.code+"\x00"+b.outcome+"\x00"+b.class+"\x00"+b.side
	})
	t := &Table{Columns: []Column{{"code", w.t("code"), Ident, false}, {"outcome", w.t("dim.outcome"), Text, false}, {"class", w.t("class"), Text, false}, {"n", w.t("number"), Count, false}, {"amount", w.t("amount"), Money, false}}}
	for _, k := range keys {
		t.Rows = append(t.Rows, []Cell{identCell(w.codeOf(k.code, k.side)), textCell(w.word("outcome", k.outcome)), textCell(w.word("class", k.class)), countCell(n[k]), w.moneyCell(amounts[k])})
	}
	return t
}

// incidentsOf are the incidents that hold a row.
func incidentsOf(x *analyze.Row) (ids []string) {
	for _, p := range x.Within {
		ids = append(ids, p.Incident)
	}
	return ids
}

// rowTable lists rows with their positions, and with their side where both
// sides are among them.
func rowTable(w words, money string, rows []*analyze.Row, sides bool) *Table {
	w.days = true
	columns := []Column{{"position", w.t("position"), Text, false}, {"time", w.t("time"), Time, false}, {"institution", w.t("dim.institution"), Ident, true}, {"merchant", w.t("dim.merchant"), Ident, true}, {"terminal", w.t("dim.terminal"), Ident, false}, {"kind", w.t("dim.kind"), Text, true},
		{"code", w.t("code"), Ident, false}, {"outcome", w.t("dim.outcome"), Text, false}, {"class", w.t("class"), Text, true}, {"amount", money, Money, false}, {"latency", w.t("latency"), Text, true}, {"incident", w.t("incident"), Ident, true}, {"text", w.t("html.row"), Text, true}}
	if sides {
		columns = append(columns, Column{"side", w.t("side"), Text, false})
	}
	return long(columns, len(rows), func(i int) []Cell {
		x := rows[i]
		ms := Cell{Kind: Number, Text: ""}
		if x.LatencyMS != nil {
			ms = Cell{Kind: Number, Text: w.t("ms", group(int64(*x.LatencyMS))), Float: float64(*x.LatencyMS), Valid: true}
		}
		outcome := w.word("outcome", x.Outcome)
		if x.Inferred {
			outcome += w.t("paren", w.t("status.decided"))
		}
		cells := []Cell{textCell(fmt.Sprintf("%s:%d", x.File, x.Line)), w.timePtr(x.Time), identCell(x.Institution), identCell(x.Merchant), identCell(x.Terminal), textCell(w.word("kind", x.Kind)),
			identCell(w.codeOf(x.Code, x.Side)), textCell(outcome), textCell(w.word("class", x.Class)), w.in(x.Currency).moneyPtr(x.Amount), ms, identCell(strings.Join(incidentsOf(x), " ")), textCell(x.Text)}
		if sides {
			cells = append(cells, textCell(w.word("side", x.Side)))
		}
		return cells
	})
}
