package report

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"github.com/poslog/poslog/analyze"
)

// decided reports whether a code's meaning was not simply read from a table.
func decided(c analyze.Code) bool { return c.Status != "defined" }

func (p *Report) layCodes() {
	r, w := p.Result, p.w
	t := &Table{Columns: []Column{{"institution", w.t("dim.institution"), Ident, false}, {"code", w.t("code"), Ident, false}, {"wording", w.t("wording"), Text, false}, {"n", w.t("number"), Count, false}, {"meaning", w.t("meaning"), Text, false}, {"class", w.t("class"), Text, false},
		{"split", w.t("split"), Text, false}, {"status", w.t("status"), Text, false}, {"confidence", w.t("confidence"), Rate, false}, {"amount", p.moneyTitle("amount"), Money, false}, {"kind", w.t("dim.kind"), Text, false}, {"table", w.t("table"), Text, false}, {"action", w.t("action"), Text, false}}}
	for _, c := range r.Codes {
		code := identCell(c.Code)
		if c.Code == "" {
			code = textCell(w.t("noanswer"))
		}
		if decided(c) {
			code.Link = codeID(c)
		}
		t.Rows = append(t.Rows, []Cell{identCell(c.Institution), code, textCell(w.text(c.Wording)), countCell(c.N), textCell(w.word("meaning", c.Meaning)).tone(meaningTone(c)), textCell(w.word("class", c.Class)), textCell(w.split(c)),
			textCell(w.word("status", c.Status)).tone(statusTone(c.Status)), rateCell(c.Confidence), moneyCell(c.Amount), textCell(w.word("kind", c.Kind)), textCell(c.Table), textCell(w.text(c.Action))})
	}
	p.add(Section{ID: "codes", Title: w.t("codes"), Table: t.minor("kind", "table", "action", "amount", "split")})
}

func codeID(c analyze.Code) string {
	id := "code-" + c.Institution + "-" + c.Code
	if c.Kind != "all" && c.Kind != "" {
		id += "-" + c.Kind
	}
	return id
}

// split is the technical or business side of a decline, nothing for the rest.
func (w words) split(c analyze.Code) string {
	switch {
	case c.Meaning == "approved" || c.Meaning == "approved_defect" || c.Meaning == "unknown" || c.Meaning == "reversed":
		return ""
	case c.Technical:
		return w.t("split.technical")
	}
	return w.t("split.business")
}

func meaningTone(c analyze.Code) Tone {
	switch {
	case c.Meaning == "approved":
		return Good
	case c.Meaning == "approved_defect" || c.Meaning == "unknown" || c.Meaning == "reversed":
		return Warn
	case c.Technical:
		return Technical
	}
	return Business
}

func statusTone(s string) Tone {
	switch s {
	case "defined", "decided":
		return Plain
	case "contradicted":
		return Bad
	}
	return Warn
}

// layOpenCodes makes the evidence card of every code that tables leave open or
// that the data contradict, the most frequent first.
func (p *Report) layOpenCodes() {
	var open []analyze.Code
	for _, c := range p.Result.Codes {
		if decided(c) {
			open = append(open, c)
		}
	}
	sort.SliceStable(open, func(i, j int) bool { return open[i].N > open[j].N })
	for _, c := range open {
		p.add(p.codeCard(c))
	}
}

func (p *Report) codeCard(c analyze.Code) Section {
	w := p.w
	title := w.t("card.title", w.code(c.Code), c.Institution)
	if c.Institution == "" {
		title = w.t("card.title.all", w.code(c.Code))
	}
	if c.Kind != "all" && c.Kind != "" {
		title += w.t("paren", w.word("kind", c.Kind))
	}
	verdict := w.word("meaning", c.Meaning)
	if c.Class != "" && c.Meaning == "declined" {
		verdict += w.t("paren", w.word("class", c.Class))
	}
	s := Section{ID: codeID(c), Title: title, Tone: meaningTone(c)}
	s.Notes = append(s.Notes, w.t("card.verdict", verdict, rate(c.Confidence), w.word("status.long", c.Status)))
	if t := w.text(c.Wording); t != "" {
		s.Notes = append(s.Notes, w.t("card.wording", t))
	}
	if m := w.text(c.Missing); m != "" {
		s.Notes = append(s.Notes, w.t("missing", m))
	}
	s.Facts = append(s.Facts, Fact{"n", w.t("number"), countCell(c.N), ""}, Fact{"amount", w.t("amount"), w.moneyFact(c.Amount), ""})
	for _, k := range sortedKeys(c.Evidence) {
		s.Facts = append(s.Facts, Fact{k, w.word("ev", k), w.evidenceCell(k, c.Evidence[k]), ""})
	}
	s.Table = p.evidence(c.Lines, c.Meaning, "", c.Against)
	return s
}

// evidenceCell formats a count, a share or a time of a code's evidence. Names
// that end in _share or _rate are shares, in _ms milliseconds.
func (w words) evidenceCell(name string, v any) Cell {
	f, ok := number(v)
	if !ok {
		return textCell(evidenceText(v))
	}
	switch {
	case strings.HasSuffix(name, "share") || strings.HasSuffix(name, "rate") || strings.HasSuffix(name, "_low") || strings.HasSuffix(name, "_high"):
		return rateCell(f)
	case strings.HasSuffix(name, "_ms"):
		return Cell{Kind: Number, Text: w.t("ms", group(int64(f))), Float: f, Valid: true}
	case f == float64(int64(f)):
		return countCell(int(f))
	}
	return Cell{Kind: Number, Text: trimZeros(f, 3), Float: f, Valid: true}
}

func number(v any) (float64, bool) {
	switch x := v.(type) {
	case int:
		return float64(x), true
	case int64:
		return float64(x), true
	case float64:
		return x, true
	}
	return 0, false
}

func evidenceText(v any) string {
	switch x := v.(type) {
	case []any:
		parts := make([]string, len(x))
		for i := range x {
			parts[i] = evidenceText(x[i])
		}
		return strings.Join(parts, " – ")
	case float64:
		return trimZeros(x, 3)
	}
	return fmt.Sprint(v)
}

func trimZeros(v float64, digits int) string {
	s := strconv.FormatFloat(v, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}
