package report

import (
	"sort"
	"strconv"
	"strings"

	"github.com/poslog/poslog/analyze"
	"github.com/poslog/poslog/classify"
)

// decided reports whether a code's meaning was not simply read from a table.
func decided(c analyze.Code) bool { return c.Status != "defined" }

func (p *Report) layCodes() {
	r, w := p.Result, p.w
	// What the cashier does stands before what only explains the verdict: a narrow screen cuts the end off.
	t := &Table{Columns: []Column{{"institution", w.t("dim.institution"), Ident, false}, {"code", w.t("code"), Ident, false}, {"kind", w.t("dim.kind"), Text, false}, {"wording", w.t("wording"), Text, false}, {"n", w.t("number"), Count, false}, {"amount", p.moneyTitle("amount"), Money, false},
		{"meaning", w.t("meaning"), Text, false}, {"class", w.t("class"), Text, false}, {"action", w.t("action"), Text, false}, {"confidence", w.t("confidence"), Rate, false}, {"status", w.t("status"), Text, false}, {"split", w.t("split"), Text, false}, {"table", w.t("table"), Text, false}}}
	cards := map[[2]string]int{} // of a code, by kind: they would look alike without it
	kinds := false
	for _, c := range r.Codes {
		k := [2]string{c.Institution, c.Code}
		cards[k]++
		kinds = kinds || cards[k] > 1
	}
	for _, c := range r.Codes {
		kind := w.word("kind", c.Kind)
		if c.Kind == "all" && cards[[2]string{c.Institution, c.Code}] > 1 {
			kind = w.t("kind.rest")
		}
		code := identCell(c.Code)
		if c.Code == "" {
			code = textCell(w.t("noanswer"))
		}
		if decided(c) {
			code.Link = codeID(c)
		}
		t.Rows = append(t.Rows, []Cell{identCell(c.Institution), code, textCell(kind), textCell(w.text(c.Wording)), countCell(c.N), w.moneyCell(c.Amount),
			textCell(w.word("meaning", c.Meaning)).tone(meaningTone(c)), textCell(w.word("class", c.Class)), textCell(w.text(c.Action)), certainty(c), textCell(w.word("status", c.Status)).tone(statusTone(c.Status)), textCell(w.split(c)), textCell(c.Table)})
	}
	minor := []string{"table", "action", "amount", "split"}
	if !kinds {
		minor = append(minor, "kind")
	}
	p.add(Section{ID: "codes", Title: w.t("codes"), Chart: p.topCodes(), Table: t.minor(minor...)})
}

// topCodes charts the codes with the most failures over all institutions.
func (p *Report) topCodes() *Chart {
	n, technical := map[string]int{}, map[string]bool{}
	for _, c := range p.Result.Codes {
		if c.Meaning == "declined" || c.Meaning == "unknown" {
			n[c.Code] += c.N
			technical[c.Code] = technical[c.Code] || c.Technical
		}
	}
	codes := sortedKeys(n)
	sort.SliceStable(codes, func(i, j int) bool { return n[codes[i]] > n[codes[j]] })
	ch := &Chart{Kind: Bars, Title: p.w.t("topcodes"), Series: []Series{{Name: p.w.t("failures"), Tone: Technical}}}
	for i, c := range codes {
		if i == 12 {
			break
		}
		ch.Labels = append(ch.Labels, p.w.code(c))
		ch.Series[0].Values = append(ch.Series[0].Values, float64(n[c]))
	}
	return ch
}

// certainty is 100 % where a table says what the code means.
func certainty(c analyze.Code) Cell {
	if decided(c) {
		return confidenceCell(c.Confidence)
	}
	return rateCell(c.Confidence)
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
	explained := map[[2]string][]analyze.Explained{} // by institution and code
	for _, x := range p.Result.Explained {
		k := [2]string{x.Institution, x.Code}
		explained[k] = append(explained[k], x)
	}
	told := map[[2]string]bool{}
	for _, c := range open {
		k := [2]string{c.Institution, c.Code}
		s := p.codeCard(c, explained[k])
		if s.Brief = c.N < fewRows && told[k]; s.Brief {
			s.Notes[0] += p.w.t("semicolon") + p.w.t("card.brief", group(int64(c.N)))
		}
		told[k] = true
		p.add(s)
	}
}

// fewRows is below how many rows of a kind the card of a code that has one of more rows
// already is only named where reports are read from the top.
const fewRows = 5

func (p *Report) codeCard(c analyze.Code, explained []analyze.Explained) Section {
	w := p.w
	title := w.t("card.title", w.code(c.Code), c.Institution)
	if c.Institution == "" {
		title = w.t("card.title.all", w.code(c.Code))
	}
	if c.Kind != "all" && c.Kind != "" {
		title += w.t("paren", w.word("kind", c.Kind))
	}
	verdict := w.word("meaning", c.Meaning)
	h, _ := c.Evidence["hypothesis"].(string)
	switch {
	case c.Status == "decided" && c.Meaning == "declined" && c.Class == "UNKNOWN_LOCAL": // no reason leads the others clearly
		verdict += w.t("paren", w.t("card.noreason"))
	case c.Status == "decided" && c.Class == "CH_FUNDS_LIMIT" && !classify.Leads(posterior(c)[h], c.Confidence):
		verdict += w.t("paren", w.word("class", c.Class))
	case c.Status == "decided" && h != "" && h != "success" && catalogue()["hypothesis."+h].zh != "":
		if why := w.t("hypothesis." + h); why != verdict {
			verdict += w.t("paren", why)
		}
	case c.Class != "" && c.Meaning == "declined":
		verdict += w.t("paren", w.word("class", c.Class))
	}
	s := Section{ID: codeID(c), Title: title, Tone: meaningTone(c)}
	s.Notes = append(s.Notes, w.t("card.verdict", verdict, confidence(c.Confidence), w.word("status.long", c.Status)))
	if t := w.text(c.Wording); t != "" {
		s.Notes = append(s.Notes, w.t("card.wording", t))
	}
	for _, x := range explained {
		if t := w.text(x.Text); t != "" {
			s.Notes = append(s.Notes, t)
		}
	}
	if m := w.text(c.Missing); m != "" {
		s.Notes = append(s.Notes, w.t("missing", m))
	}
	s.Facts = append(s.Facts, Fact{"n", w.t("number"), countCell(c.N), ""}, Fact{"amount", w.t("amount"), w.moneyFact(c.Amount), ""})
	s.Facts = append(s.Facts, w.cardFacts(c)...)
	winner, _ := c.Evidence["hypothesis"].(string)
	if winner == "" {
		winner = c.Meaning
	}
	odds := posterior(c)
	runner := second(odds, winner)
	s.Table = p.evidence("hypothesis", c.Lines, winner, runner, c.Against)
	if runner != "" && odds[winner] > 0 { // which the sums of the lines need not follow
		s.Notes = append(s.Notes, w.t("card.odds", w.hypothesis("hypothesis", winner), rate(odds[winner]), w.hypothesis("hypothesis", runner), rate(odds[runner])))
	}
	return s
}

// cardFacts are the counts that the card of a code shows: k of n by name. What
// the inputs do not tell is left out.
func (w words) cardFacts(c analyze.Code) []Fact {
	get := func(k string) (float64, bool) { return number(c.Evidence[k]) }
	var out []Fact
	of := func(id, part, whole string) {
		k, ok := get(part)
		n, ok2 := get(whole)
		if whole == "" {
			n, ok2 = float64(c.N), true
		}
		if !ok || !ok2 || n <= 0 {
			return
		}
		cell := rateCell(k / n)
		cell.Text = w.t("of", group(int64(k)), group(int64(n)), rate(k/n))
		out = append(out, Fact{ID: id, Label: w.t("ev." + id), Cell: cell})
	}
	of("settled", "settled", "settlement_covered")
	if v, ok := c.Evidence["settled_interval"]; ok && len(out) == 1 {
		if lo, hi, ok := pair(v); ok {
			out[0].Note = w.t("interval", rate(lo), rate(hi))
		}
	}
	if _, ok := get("reversed_share"); ok {
		of("reversed", "reversed", "")
	}
	of("retried_ok", "retried_ok", "with_card")
	if ms, ok := get("latency_median_ms"); ok {
		f := Fact{ID: "latency", Label: w.t("ev.latency"), Cell: Cell{Kind: Number, Text: w.t("ms", group(int64(ms))), Float: ms, Valid: true}}
		if other, ok := get("approved_latency_median_ms"); ok {
			f.Note = w.t("ev.approvals", w.t("ms", group(int64(other))))
		}
		out = append(out, f)
	}
	of("in_declared", "in_declared_windows", "")
	of("neighbours", "among_failing_neighbours", "with_neighbours")
	of("terminals", "terminals", "terminals_active")
	of("auth_code", "with_auth_code", "")
	return out
}

// posterior is how probable each meaning of a code is.
func posterior(c analyze.Code) map[string]float64 {
	odds := map[string]float64{}
	switch list := c.Evidence["posterior"].(type) {
	case map[string]float64:
		odds = list
	case map[string]any: // as JSON gives it back
		for name, v := range list {
			odds[name], _ = number(v)
		}
	}
	return odds
}

// sums add up what lines of evidence say of each meaning or cause.
func sums(lines []analyze.Line) map[string]float64 {
	sum := map[string]float64{}
	for _, l := range lines {
		for k, v := range l.Decibans {
			sum[k] += v
		}
	}
	return sum
}

// second is the likeliest after the winner.
func second(odds map[string]float64, winner string) (best string) {
	for _, k := range sortedKeys(odds) {
		if k != winner && (best == "" || odds[k] > odds[best]) {
			best = k
		}
	}
	return best
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

// pair reads an interval, as the pipeline makes it or as JSON gives it back.
func pair(v any) (lo, hi float64, ok bool) {
	switch x := v.(type) {
	case [2]float64:
		return x[0], x[1], true
	case []any:
		if len(x) == 2 {
			lo, ok = number(x[0])
			hi, ok2 := number(x[1])
			return lo, hi, ok && ok2
		}
	}
	return 0, 0, false
}

func trimZeros(v float64, digits int) string {
	s := strconv.FormatFloat(v, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}
