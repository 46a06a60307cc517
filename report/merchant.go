package report

import (
	"slices"
	"strings"
	"time"

	"github.com/poslog/poslog/analyze"
)

// MaxTodo is how many things a merchant is asked to do at once; the rest stands
// in the workbook.
const MaxTodo = 10

// layMerchant lays out the merchant's page: did I get my money, what do I do
// now, what failed, the day, what comes tomorrow. No raw codes, one A4.
func (p *Report) layMerchant() {
	p.layMoney()
	p.layTodo()
	p.layFailed()
	p.layStrip()
	p.layExpected()
	p.layHealth()
	p.layItems(p.Result.Reconciliation)
	p.layInputs()
	p.layProblems()
	p.layProvenance()
}

// todo are the open items that need the merchant; those that only wait for the
// next settlement do not.
func (p *Report) todo() []analyze.Item {
	var out []analyze.Item
	if c := p.Result.Reconciliation; c != nil {
		for _, it := range c.Items {
			if it.State != "matched" && it.State != "pending_cutoff" && it.Call != "nobody" {
				out = append(out, it)
			}
		}
	}
	return out
}

// inState is how many cases of the reconciliation are in a state, in all currencies.
func (p *Report) inState(state string) (n int) {
	if c := p.Result.Reconciliation; c != nil {
		for name, v := range c.States {
			if stateOf(name) == state {
				n += v.Count
			}
		}
	}
	return n
}

func (p *Report) layMoney() {
	r, w := p.Result, p.w
	s := Section{ID: "money", Title: w.t("money")}
	c := r.Reconciliation
	matched, waiting, tone := p.inState("matched"), p.inState("pending_cutoff"), Good
	if v := r.Sales; v != nil {
		f := Fact{"approved", w.t("money.approved"), w.moneyFact(v.Approved.Amount), w.t("rows", group(int64(v.Approved.Count)))}
		if n := v.Returned; n != nil {
			f.Note += w.t("clause") + w.t("money.returned", group(int64(n.Count)), w.money(n.Amount))
		}
		s.Facts = append(s.Facts, f)
		if v.Settled != nil {
			s.Facts = append(s.Facts, Fact{"settled", w.t("money.settled"), w.moneyFact(v.Settled.Amount), w.t("rows", group(int64(v.Settled.Count)))})
		}
		if v.Fee != nil {
			note := ""
			if v.Net != nil {
				note = w.t("money.net", w.money(*v.Net))
			}
			s.Facts = append(s.Facts, Fact{"fee", w.t("money.fee"), w.moneyFact(*v.Fee), note})
		}
		if v.Difference != nil {
			s.Facts = append(s.Facts, p.difference(v))
		}
	} else if c != nil {
		if c.Proof.TerminalRows > 0 {
			s.Facts = append(s.Facts, Fact{"approved", w.t("money.approved"), w.moneyFact(c.Proof.TerminalAmount), w.t("rows", group(int64(c.Proof.TerminalRows)))})
		}
		s.Facts = append(s.Facts, Fact{"settled", w.t("money.settled"), w.moneyFact(c.Proof.SettlementAmount), w.t("rows", group(int64(c.Proof.SettlementRows)))})
	} else {
		s.Facts = append(s.Facts, Fact{"approved", w.t("money.approved"), w.moneyFact(r.Totals.ApprovedAmount), w.t("rows", group(int64(r.Totals.Approved)))})
	}
	inFact, again := p.sayInFact()
	unlogged := p.sayUnlogged()
	switch n := c.ToDo(); {
	case c == nil || c.Proof.SettlementRows == 0:
		s.Notes, tone = []string{w.t("money.nosettlement")}, Warn
	case n == 0 && c.Proof.TerminalRows == 0:
		s.Notes, tone = []string{w.t("money.noterminal")}, Warn
	case n == 0 && matched > 0 && waiting > 0:
		s.Notes = []string{w.t("money.waiting", group(int64(matched)), group(int64(waiting)))}
	case n == 0 && matched > 0 && r.Provisional:
		s.Notes, tone = []string{w.t("money.asread", group(int64(matched)))}, Warn
	case n == 0 && matched > 0 && (unlogged != "" || again): // what follows is something to do
		but := unlogged
		if unlogged = ""; but == "" {
			but, inFact = strings.Join(inFact, w.t("stop")), nil
		}
		s.Notes, tone = []string{w.t("money.agreed", group(int64(matched)), but)}, Warn
	case n == 0 && matched > 0:
		s.Notes = []string{w.t("money.allgood", group(int64(matched)))}
	case n == 0:
		s.Notes, tone = []string{w.sentence(w.t("money.nomatch"))}, Warn
	default:
		rest := ""
		if matched > 0 {
			rest = w.t("money.rest", group(int64(matched)))
		}
		s.Notes, tone = []string{w.t("money.todo", group(int64(n)), p.colon(p.sayOwed()), rest)}, Bad
	}
	if unlogged != "" {
		s.Notes = append(s.Notes, w.sentence(unlogged))
	}
	if c != nil {
		if t := w.text(c.Sides); t != "" {
			s.Notes = append(s.Notes, t)
		}
	}
	for _, t := range append(inFact, p.sayContradicted()...) {
		s.Notes = append(s.Notes, w.sentence(t))
	}
	s.Tone = tone
	p.Lead, s.Notes = s.Notes[0], append(s.Notes[1:], p.otherCurrencies("currencies.rows")...)
	p.add(s)
}

// colon puts what follows a statement behind it.
func (p *Report) colon(s string) string {
	if s == "" {
		return ""
	}
	return p.w.t("colon") + s
}

// difference says in which direction the books differ, and how much only waits for the
// next settlement; the lead says what is missing and what came too much.
func (p *Report) difference(v *analyze.Sales) Fact {
	w, d := p.w, *v.Difference
	f := Fact{"difference", w.t("money.difference"), w.moneyFact(d).tone(Good), ""}
	switch {
	case d > 0:
		f.ID, f.Label, f.Cell.Tone = "over", w.t("money.over"), Bad
	case d < 0:
		f.ID, f.Label, f.Cell = "short", w.t("money.under"), w.moneyFact(-d).tone(Bad)
		waits := v.Pending.Amount
		if v.SettledElsewhere != nil {
			waits += v.SettledElsewhere.Amount
		}
		if waits == -d {
			f.Cell.Tone = Muted
		}
	}
	var parts []string
	if n := v.Pending; n.Count > 0 && n.Amount > 0 && d != 0 {
		parts = append(parts, w.t("money.waits", group(int64(n.Count)), w.money(n.Amount)))
	}
	if n := v.SettledElsewhere; n != nil && n.Amount > 0 && d != 0 {
		parts = append(parts, w.t("money.elsewhere", group(int64(n.Count)), w.money(n.Amount)))
	}
	if n := v.SoldElsewhere; n != nil && n.Amount > 0 {
		parts = append(parts, w.t("money.alone", group(int64(n.Count)), w.money(n.Amount)))
		if n.Amount == d {
			f.Cell.Tone = Muted
		}
	}
	if c := p.Result.Reconciliation; c != nil && c.Carried != nil && c.Carried.Arrivals > 0 { // sold before
		parts = append(parts, w.t("money.arrived", group(int64(c.Carried.Arrived)), w.money(c.Carried.Arrivals)))
	}
	f.Note = strings.Join(parts, w.t("comma"))
	return f
}

func (p *Report) layTodo() {
	items := p.todo()
	if len(items) == 0 {
		return
	}
	w := p.w.on(p.Result.Period, items[:min(len(items), MaxTodo)])
	t := &Table{Columns: []Column{{"n", "#", Count, false}, {"state", w.t("todo.what"), Text, false}, {"time", w.t("time"), Time, false}, {"amount", p.moneyTitle("amount"), Money, false}, {"terminal", w.t("dim.terminal"), Ident, false}, {"card", w.t("last4"), Ident, false}, {"rrn", w.t("rrn"), Ident, false}, {"call", w.t("call"), Text, false}, {"advice", w.t("todo.do"), Text, false}}}
	for i, it := range items {
		if i == MaxTodo {
			break
		}
		t.Rows = append(t.Rows, []Cell{countCell(i + 1), textCell(w.todo(it)).tone(stateTone(it.State)), w.timePtr(it.Time), w.in(it.Currency).moneyPtr(itemAmount(it)), identCell(it.Terminal), identCell(last4(it.Card)), identCell(it.RRN), textCell(w.t("todo.call", w.word("call", it.Call))), textCell(w.text(it.Advice))})
	}
	// The advice repeats the number, and some may be counted that are not listed.
	all := p.Result.Reconciliation.ToDo()
	s := Section{ID: "todo", Title: w.t("todo.title", group(int64(all))), Table: t.minor("call", "rrn")}
	if t.Len() < all {
		s.Title = w.t("todo.first", group(int64(all)), group(int64(t.Len())))
	}
	if n := len(items) - MaxTodo; n > 0 {
		s.Notes = append(s.Notes, w.t("todo.more", group(int64(n))))
	}
	p.add(s)
}

// todo names what is wrong with an item; where the two sides differ, the caller needs both.
func (w words) todo(it analyze.Item) string {
	what, in := w.word("todo", it.State), w.in(it.Currency)
	if it.Kind == "refund" || it.Kind == "void" {
		switch it.State {
		case "charged_but_failed":
			return w.t("todo.refunded_but_failed")
		case "terminal_only":
			return w.t("todo.refund_missing")
		}
	}
	if it.State == "amount_differs" && it.TerminalAmount != nil && it.SettlementAmount != nil {
		return w.t("todo.both", what, in.money(*it.TerminalAmount), in.money(*it.SettlementAmount))
	}
	return what
}

// itemAmount is the money of an item: the settled side where both are known
// and differ, because that is what moved.
func itemAmount(it analyze.Item) *int64 {
	if it.SettlementAmount != nil {
		return it.SettlementAmount
	}
	return it.TerminalAmount
}

func last4(masked string) string {
	if len(masked) < 4 {
		return masked
	}
	return masked[len(masked)-4:]
}

func (p *Report) layFailed() {
	r, w := p.Result, p.w
	if r.Sales == nil {
		return
	}
	v := r.Sales
	if v.Failed.Count == 0 {
		return
	}
	title := "failed"
	if r.Totals.Unknown > 0 {
		title = "failed.unknown"
	}
	s := Section{ID: "failed", Title: w.t(title, group(int64(v.Failed.Count)), w.money(v.Failed.Amount))}
	if n := unanswered(r.Reconciliation); n > 0 {
		s.Tone, s.Notes = Warn, append(s.Notes, w.t("failed.open", group(int64(n))))
	}
	if len(r.Totals.OtherCurrencies) > 0 {
		s.Notes = append(s.Notes, w.t("currencies.one", r.Currency))
	}
	if v.Recovered.Count > 0 {
		s.Notes = append(s.Notes, w.t("failed.recovered", group(int64(v.Recovered.Count))))
	}
	t := &Table{Columns: []Column{{"group", w.t("failed.why"), Text, false}, {"count", w.t("number"), Count, false}, {"amount", p.moneyTitle("amount"), Money, false}, {"recovered", w.t("recovered"), Count, false}, {"reasons", w.t("reasons"), Text, false}}}
	tones := map[string]Tone{"customer": Business, "bank_or_network": Network, "maintenance": Maintenance}
	for _, g := range v.Groups {
		var parts []string
		for i, x := range g.Reasons {
			if i == 3 {
				break
			}
			parts = append(parts, w.text(x.Wording)+" "+group(int64(x.N)))
		}
		for _, id := range g.Incidents {
			if in := p.findIncident(id); in != nil {
				parts = append(parts, w.span(in.Start, in.End)+" "+w.cause(in.Cause, in.Planned, 0))
			}
		}
		t.Rows = append(t.Rows, []Cell{textCell(w.word("group", g.Group)).tone(tones[g.Group]), countCell(g.Count), w.moneyCell(g.Amount), countCell(g.Recovered), textCell(strings.Join(parts, w.t("semicolon")))})
	}
	s.Table = t
	p.add(s)
}

// unanswered counts the payments of which nobody can say yet whether they moved money.
func unanswered(c *analyze.Reconciliation) int {
	if c == nil {
		return 0
	}
	return len(c.Unanswered) + c.Unlisted["unanswered"]
}

func (p *Report) findIncident(id string) *analyze.Incident {
	for i := range p.Result.Incidents {
		if p.Result.Incidents[i].ID == id {
			return &p.Result.Incidents[i]
		}
	}
	return nil
}

// layStrip is the day as a strip: when it did not work, and that nothing is to
// be done about it.
func (p *Report) layStrip() {
	r, w := p.Result, p.w
	if r.Period == nil || r.Totals.Attempts == 0 {
		return
	}
	start, end := r.Period.Start.In(w.loc), r.Period.End.In(w.loc)
	if y, m, d := start.Date(); !w.days {
		start, end = time.Date(y, m, d, 0, 0, 0, 0, w.loc), time.Date(y, m, d+1, 0, 0, 0, 0, w.loc)
	}
	title := w.t("theday")
	if w.days {
		title = w.t("thedays")
	}
	s := Section{ID: "day", Title: title, Chart: &Chart{Kind: Strip, Times: []time.Time{start, end}}}
	for _, m := range p.marks() {
		if m.Style == "incident" || m.Style == "gap" {
			if m.Style == "incident" {
				_, m.Label, _ = strings.Cut(m.Label, " · ")
			}
			s.Chart.Marks = append(s.Chart.Marks, m)
		}
	}
	if r.Health != nil {
		for _, g := range r.Health.Gaps {
			if in := p.gapIncident(g); in != nil && len(in.MerchantAdvice) > 0 {
				s.Notes = append(s.Notes, p.sayGap(g)+w.t("stop")+w.text(in.MerchantAdvice[0]))
			} else if g.What == "*" {
				s.Notes = append(s.Notes, p.sayGap(g)+w.t("stop")+w.t("gap.ask"))
			}
		}
	}
	found := false
	for _, in := range r.Incidents {
		if in.Cause == "data_gap" {
			continue
		}
		found = true
		span := w.span(in.Start, in.End)
		if in.Open {
			span += w.t("paren", w.stillOpen(in.Cause))
		}
		line := w.t("day.line", span, w.cause(in.Cause, in.Planned, 0), group(int64(in.Failures)))
		if len(in.MerchantAdvice) > 0 {
			line += w.t("stop") + w.text(in.MerchantAdvice[0])
		}
		s.Notes = append(s.Notes, line)
	}
	if !found {
		quiet := w.t("day.quiet")
		if p.tooLittle() || r.Totals.OnlyFailures() || r.Totals.OnlySuccesses() {
			quiet = p.smallest()
		}
		s.Notes = slices.Insert(s.Notes, 0, quiet)
	}
	s.Notes = append(s.Notes, p.chronic()...)
	p.add(s)
}

func (p *Report) layExpected() {
	v, w := p.Result.Sales, p.w
	if v == nil || v.Expected == nil {
		return
	}
	s := Section{ID: "expected", Title: w.t("expected.title"), Facts: []Fact{{"expected", w.t("expected.amount"), w.moneyFact(v.Expected.Amount), w.t("rows", group(int64(v.Expected.Count)))}}}
	if v.ExpectedOn != "" {
		s.Title = w.t("expected.on", v.ExpectedOn)
	}
	if n := v.Pending.Count; n > 0 && n < v.Expected.Count {
		s.Notes = append(s.Notes, w.t("expected.pending", group(int64(v.Pending.Count)), w.money(v.Pending.Amount)))
	}
	if v.ExpectedFee != nil {
		s.Notes = append(s.Notes, w.t("expected.fee", w.money(*v.ExpectedFee)))
	}
	s.Notes = append(s.Notes, w.t("expected.note"))
	p.add(s)
}
