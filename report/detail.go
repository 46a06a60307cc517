package report

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/poslog/poslog/parse/entry"
)

func (p *Report) layTerminals() {
	r, w := p.Result, p.w
	if len(r.Terminals) == 0 {
		return
	}
	columns := []Column{{"terminal", w.t("dim.terminal"), Ident, false}, {"institution", w.t("dim.institution"), Ident, false}, {"merchant", w.t("dim.merchant"), Ident, false}, {"attempts", w.t("total.attempts"), Count, false}, {"approved", w.t("total.approved"), Count, false},
		{"approval_rate", w.t("total.approval_rate"), Rate, false}, {"business", w.t("total.business"), Count, false}, {"technical", w.t("total.technical"), Count, false}, {"unknown", w.t("total.unknown"), Count, false},
		{"first", w.t("first"), Time, false}, {"last", w.t("last"), Time, false}, {"silent", w.t("silent"), Seconds, false}, {"skew", w.t("skew"), Number, false}}
	t := long(columns, len(r.Terminals), func(i int) []Cell {
		c := &r.Terminals[i]
		skew := Cell{Kind: Number, Text: none}
		if c.SkewSeconds != nil {
			skew = numberCell(*c.SkewSeconds)
		}
		return []Cell{identCell(c.Terminal), identCell(c.Institution), identCell(c.Merchant), countCell(c.Attempts), countCell(c.Approved), ratePtr(c.ApprovalRate), countCell(c.Declined.Business),
			countCell(c.Declined.Technical), countCell(c.Unknown), w.timePtr(c.First), w.timePtr(c.Last), w.secondsCell(c.SilentSeconds), skew}
	})
	heat := &Chart{Kind: Heat, Title: w.t("heat"), Labels: nil}
	for h := range 24 {
		heat.Series = append(heat.Series, Series{Name: fmt.Sprintf("%02d", h), Tone: Technical})
	}
	for _, c := range r.Terminals {
		if len(heat.Labels) == 40 {
			break
		}
		if len(c.Hours) != 24 {
			continue
		}
		heat.Labels = append(heat.Labels, c.Terminal)
		for h, v := range c.Hours {
			x := -1.0 // no attempt is not zero failures
			if v.Attempts > 0 {
				x = float64(v.Technical) / float64(v.Attempts)
			}
			heat.Series[h].Values = append(heat.Series[h].Values, x)
		}
	}
	s := Section{ID: "terminals", Title: w.t("terminals"), Table: t, Detail: true}
	if n := r.Unlisted; n > 0 {
		s.Notes = []string{w.t("terminals.more", group(int64(n)))}
	}
	if len(heat.Labels) > 0 {
		s.Chart = heat
	}
	p.add(s)
}

func (p *Report) layLatency() {
	l, w := p.Result.Latency, p.w
	if l == nil || len(l.Edges) == 0 {
		return
	}
	c := &Chart{Kind: Histogram, Title: w.t("latency"), Series: []Series{{Name: w.t("total.approved"), Tone: Approved}, {Name: w.t("declined"), Tone: Technical}}}
	t := &Table{Columns: []Column{{"ms", w.t("latency.bin"), Text, false}, {"approved", w.t("total.approved"), Count, false}, {"declined", w.t("declined"), Count, false}}}
	for i, e := range l.Edges {
		label := fmt.Sprintf("≥ %d ms", e)
		if i+1 < len(l.Edges) {
			label = fmt.Sprintf("%d–%d ms", e, l.Edges[i+1])
		}
		c.Labels = append(c.Labels, label)
		a, d := at(l.Approved, i), at(l.Declined, i)
		c.Series[0].Values = append(c.Series[0].Values, float64(a))
		c.Series[1].Values = append(c.Series[1].Values, float64(d))
		t.Rows = append(t.Rows, []Cell{textCell(label), countCell(a), countCell(d)})
	}
	ms := func(v int) Cell {
		return Cell{Kind: Number, Text: w.t("ms", group(int64(v))), Float: float64(v), Valid: true}
	}
	p.add(Section{ID: "latency", Title: w.t("latency"), Chart: c, Table: t, Detail: true, Facts: []Fact{{"p50", "P50", ms(l.P50), ""}, {"p95", "P95", ms(l.P95), ""}, {"p99", "P99", ms(l.P99), ""}, {"no_answer", w.t("noanswer"), countCell(l.NoAnswer), ""}}})
}

func at(v []int, i int) int {
	if i < len(v) {
		return v[i]
	}
	return 0
}

func (p *Report) layDays() {
	r, w := p.Result, p.w
	if len(r.Days) == 0 {
		return
	}
	t := &Table{Columns: []Column{{"date", w.t("date"), Time, false}, {"attempts", w.t("total.attempts"), Count, false}, {"approved", w.t("total.approved"), Count, false}, {"approval_rate", w.t("total.approval_rate"), Rate, false}, {"business", w.t("total.business"), Count, false},
		{"technical", w.t("total.technical"), Count, false}, {"technical_rate", w.t("total.technical_rate"), Rate, false}, {"unknown", w.t("total.unknown"), Count, false}, {"excess", w.t("excess"), Number, false}, {"incidents", w.t("incidents.col"), Text, false}}}
	c := &Chart{Kind: Calendar, Title: w.t("days"), Series: []Series{{Name: w.t("total.technical_rate"), Tone: Technical}}}
	for _, d := range r.Days {
		date := Cell{Kind: Time, Text: d.Date}
		if at, err := time.ParseInLocation(time.DateOnly, d.Date, w.loc); err == nil {
			date.Time, date.Valid = at, true
			c.Times = append(c.Times, at)
			v := -1.0
			if d.TechnicalRate != nil {
				v = *d.TechnicalRate
			}
			c.Series[0].Values = append(c.Series[0].Values, v)
			c.Labels = append(c.Labels, strings.Join(d.Incidents, " "))
		}
		t.Rows = append(t.Rows, []Cell{date, countCell(d.Attempts), countCell(d.Approved), ratePtr(d.ApprovalRate), countCell(d.Declined.Business), countCell(d.Declined.Technical), ratePtr(d.TechnicalRate), countCell(d.Unknown), numberCell(d.Excess), textCell(w.list(d.Incidents, 9))})
	}
	p.add(Section{ID: "days", Title: w.t("days"), Chart: c, Table: t})
}

func (p *Report) layInputs() {
	r, w := p.Result, p.w
	t := &Table{Columns: []Column{{"name", w.t("file"), Text, false}, {"format", w.t("format"), Text, false}, {"side", w.t("side"), Text, false}, {"charset", w.t("charset"), Text, false}, {"lines", w.t("health.lines"), Count, false}, {"records", w.t("health.records"), Count, false},
		{"skipped", w.t("skipped"), Count, false}, {"rejected", w.t("health.rejected"), Count, false}, {"from", w.t("start"), Time, false}, {"to", w.t("end"), Time, false}, {"sha256", "SHA-256", Ident, false}}}
	s := Section{ID: "inputs", Title: w.t("inputs"), Table: t.minor("sha256", "charset", "from", "to"), Detail: len(r.Inputs) > mostFiles}
	w.days = true // files of other days show here
	said := remarks{many: len(r.Inputs) > mostFiles}
	for _, in := range r.Inputs {
		skipped := 0
		for _, n := range in.Skipped {
			skipped += n
		}
		from, to := Cell{Kind: Time, Text: none}, Cell{Kind: Time, Text: none}
		if in.Period != nil {
			from, to = w.timeCell(in.Period.Start), w.timeCell(in.Period.End)
		}
		rej := countCell(in.Rejected)
		if in.Rejected > 0 {
			rej.Tone = Warn
		}
		t.Rows = append(t.Rows, []Cell{textCell(in.Name), textCell(in.Format), textCell(w.word("side", in.Side)), textCell(in.Charset), countCell(in.Lines), countCell(in.Records), countCell(skipped), rej, from, to, identCell(in.SHA256)})
		var right []string
		for _, c := range in.Checks {
			stated, read := group(c.Stated), group(c.Read)
			if !entry.Counts(c.What) {
				stated, read = w.money(c.Stated), w.money(c.Read)
			}
			if c.Agrees {
				right = append(right, w.total(c.What)+" "+stated)
			} else {
				s.Notes = append(s.Notes, w.t("check.bad", in.Name, w.total(c.What), stated, read, c.Position))
			}
		}
		if len(right) > 0 {
			said.add(in.Name, w.t("check.ok", w.list(right, len(right))))
		}
		for _, n := range in.Notes {
			said.add(in.Name, Note(w.lang, n))
		}
	}
	s.Notes = append(append(s.Notes, said.lines(w)...), w.t("inputs.why"))
	p.add(s)
}

// mostFiles is how many files a page names one by one.
const mostFiles = 30

// remarks are what is said of files, in order. Of many files the same is said once, and so is what differs in
// its numbers only.
type remarks struct {
	many  bool
	list  []remark
	index map[string]int // in list
}

type remark struct {
	text  string // of the first file
	files []string
	like  bool // the numbers of others differ
}

func (r *remarks) add(file, text string) {
	key := file + "\x00" + text
	if r.many {
		key = withoutNumbers(text)
	}
	if r.index == nil {
		r.index = map[string]int{}
	}
	k, ok := r.index[key]
	if !ok {
		k = len(r.list)
		r.index[key] = k
		r.list = append(r.list, remark{text: text})
	}
	m := &r.list[k]
	m.files, m.like = append(m.files, file), m.like || m.text != text
}

func (r *remarks) lines(w words) (out []string) {
	for _, m := range r.list {
		say := w.list(m.files, 3) + w.t("colon") + m.text
		if m.like {
			say += w.t("inputs.like")
		}
		out = append(out, say)
	}
	return out
}

// withoutNumbers is a text with a # for each of its numbers.
func withoutNumbers(s string) string {
	var b strings.Builder
	digit := func(i int) bool { return i < len(s) && s[i] >= '0' && s[i] <= '9' }
	for i := 0; i < len(s); i++ {
		if !digit(i) {
			b.WriteByte(s[i])
			continue
		}
		for digit(i+1) || i+1 < len(s) && (s[i+1] == ',' || s[i+1] == '.') && digit(i+2) {
			i++
		}
		b.WriteByte('#')
	}
	return b.String()
}

func (p *Report) layProblems() {
	r, w := p.Result, p.w
	if len(r.Problems) == 0 {
		return
	}
	t := &Table{Columns: []Column{{"position", w.t("position"), Text, false}, {"rule", w.t("rule"), Text, false}, {"text", w.t("what"), Text, false}, {"hint", w.t("hint"), Text, false}}}
	counts := map[string]int{}
	for _, q := range r.Problems {
		counts[q.Rule]++
		what, fix := w.problem(q)
		t.Rows = append(t.Rows, []Cell{textCell(q.Position), textCell(q.Rule), textCell(what), textCell(fix)})
	}
	s := Section{ID: "problems", Title: w.t("problems", group(int64(len(r.Problems)))), Table: t, Detail: len(r.Problems) > 20}
	rules := sortedKeys(counts)
	sort.SliceStable(rules, func(i, j int) bool { return counts[rules[i]] > counts[rules[j]] })
	for i, rule := range rules {
		if i == 8 {
			break
		}
		s.Notes = append(s.Notes, w.t("problem.rule", w.rule(rule), group(int64(counts[rule]))))
	}
	p.add(s)
}

// layProvenance says how to make the report again.
func (p *Report) layProvenance() {
	r, w := p.Result, p.w
	s := Section{ID: "provenance", Title: w.t("provenance"), Notes: []string{w.t("made", r.Tool.Name, r.Tool.Version, r.Schema)}}
	s.Notes = append(append(s.Notes, r.Tool.Config...), w.t("explain"))
	p.add(s)
}
