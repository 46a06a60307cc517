package report

import (
	"fmt"
	"sort"
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
}

// Questions lists every ID that Explain takes, in a fixed order: incidents
// ("I1"), codes ("B4@NSH001", with "/kind" behind it where the verdict is for one kind; "-" is
// no answer), totals ("technical", "technical@NSH001"), states of the reconciliation
// ("state:terminal_only").
func Questions(r *analyze.Result) []Question {
	var out []Question
	for _, in := range r.Incidents {
		id := in.ID
		out = append(out, Question{ID: id, Stored: in.Failures, match: []string{"incident-" + id},
			Title: analyze.Text{Zh: "事件 " + id + " 的失败笔数", En: "failures of incident " + id},
			Of: func(x *analyze.Row) bool {
				return x.Attempt && x.Incident == id && (x.Outcome == "technical" || x.Outcome == "business" || x.Outcome == "unknown")
			}})
	}
	seen := map[string]int{}
	for i, c := range r.Codes {
		id := codeQuestion(c)
		if seen[id]++; seen[id] > 1 { // one code, two classes: "-@NSH001/sale#2"
			id += fmt.Sprintf("#%d", seen[id])
		}
		out = append(out, Question{ID: id, Stored: c.N, match: []string{codeID(c)},
			Title: analyze.Text{Zh: "应答码 " + id + " 的笔数", En: "rows with code " + id},
			Of:    func(x *analyze.Row) bool { return x.Entry == i }})
	}
	out = append(out, totalQuestions("", r.Totals.Count)...)
	for _, in := range r.Totals.ByInstitution {
		out = append(out, totalQuestions(in.Institution, in.Count)...)
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
		label, unit := catalogue["state."+state], phrase{"件数", "cases"}
		if state == "matched" {
			unit = phrase{"两边的行数", "rows of both sides"}
		}
		out = append(out, Question{ID: "state:" + state, Stored: n[state], match: []string{"reconciliation"}, state: state,
			Title: analyze.Text{Zh: "对账状态“" + label.zh + "”的" + unit.zh, En: "reconciliation state \"" + label.en + "\", " + unit.en},
			Of:    func(x *analyze.Row) bool { return x.State == state && x.Case }})
	}
	return out
}

// codeQuestion is the ID of a code: "B4@NSH001/sale".
func codeQuestion(c analyze.Code) string {
	code := c.Code
	if code == "" {
		code = "-"
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
		label := catalogue["total."+q.name]
		out = append(out, Question{ID: q.name + at, Stored: q.n, match: []string{"overview"},
			Title: analyze.Text{Zh: label.zh + at, En: label.en + at},
			Of: func(x *analyze.Row) bool {
				return x.Attempt && (institution == "" || x.Institution == institution) && (q.name == "attempts" || x.Outcome == q.name)
			}})
	}
	return out
}

// Find returns the question with an ID. The error names what may be asked.
func Find(r *analyze.Result, id string) (Question, error) {
	var near []string
	all := Questions(r)
	for _, q := range all {
		if strings.EqualFold(q.ID, id) {
			return q, nil
		}
		if len(near) < 12 && !strings.Contains(q.ID, "@") {
			near = append(near, q.ID)
		}
	}
	return Question{}, fmt.Errorf("the report has nothing called %q: ask for an incident or a total (%s), or for a code as CODE@INSTITUTION", id, strings.Join(near, ", "))
}

// Explain re-derives a number of report r from rows, which a fresh analysis of
// the same inputs gave through analyze.Config.Each, and lays out the answer:
// stated and re-derived number, the reasons as the report has them, and the rows
// with file and line. agrees is false where the inputs give another number now.
func Explain(r *analyze.Result, id string, rows []*analyze.Row, o Options) (p *Report, agrees bool, err error) {
	q, err := Find(r, id)
	if err != nil {
		return nil, false, err
	}
	full := New(r, o)
	p = &Report{Options: full.Options, Title: full.w.text(q.Title), Subtitle: full.Title, Status: full.Status, w: full.w, data: q}
	var mine []*analyze.Row
	derived := 0
	for _, x := range rows {
		counts := q.Of(x)
		if counts {
			derived++
		}
		if counts || q.state != "" && x.State == q.state {
			mine = append(mine, x)
		}
	}
	agrees = derived == q.Stored
	w := p.w
	p.Verdict = w.t("explain.agrees", group(int64(q.Stored)))
	tone := Good
	if !agrees {
		p.Verdict, tone = w.t("explain.differs", group(int64(q.Stored)), group(int64(derived))), Bad
	}
	p.add(Section{ID: "number", Title: w.t("explain.number"), Tone: tone, Facts: []Fact{{"stored", w.t("explain.stored"), countCell(q.Stored), ""}, {"derived", w.t("explain.derived"), countCell(derived).tone(tone), ""}}})
	for _, id := range q.match {
		if s := full.Section(clean(id)); s != nil {
			p.add(*s)
		}
	}
	p.add(Section{ID: "breakdown", Title: w.t("explain.breakdown"), Table: breakdown(w, mine)})
	p.add(Section{ID: "rows", Title: w.t("explain.rows", group(int64(len(mine)))), Table: rowTable(w, p.moneyTitle("amount"), mine, q.state != ""), Detail: len(mine) > 200})
	if s := full.Section("inputs"); s != nil {
		p.add(*s)
	}
	if s := full.Section("provenance"); s != nil {
		p.add(*s)
	}
	p.clean()
	return p, agrees, nil
}

// breakdown counts rows by code, outcome and class.
func breakdown(w words, rows []*analyze.Row) *Table {
	type key struct{ code, outcome, class string }
	n, amounts := map[key]int{}, map[key]int64{}
	for _, x := range rows {
		k := key{x.Code, x.Outcome, x.Class}
		n[k]++
		if x.Amount != nil {
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
		return a.code+"\x00"+a.outcome+"\x00"+a.class < b.code+"\x00"+b.outcome+"\x00"+b.class
	})
	t := &Table{Columns: []Column{{"code", w.t("code"), Ident, false}, {"outcome", w.t("dim.outcome"), Text, false}, {"class", w.t("class"), Text, false}, {"n", w.t("number"), Count, false}, {"amount", w.t("amount"), Money, false}}}
	for _, k := range keys {
		t.Rows = append(t.Rows, []Cell{identCell(w.code(k.code)), textCell(w.word("outcome", k.outcome)), textCell(w.word("class", k.class)), countCell(n[k]), moneyCell(amounts[k])})
	}
	return t
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
			identCell(w.code(x.Code)), textCell(outcome), textCell(w.word("class", x.Class)), moneyPtr(x.Amount), ms, identCell(x.Incident), textCell(x.Text)}
		if sides {
			cells = append(cells, textCell(w.word("side", x.Side)))
		}
		return cells
	})
}
