package report

import (
	"slices"
	"strings"

	"github.com/poslog/poslog/analyze"
)

// states lists the states of the reconciliation in the order in which people
// read them: what is fine first, then what needs somebody, then what only waits.
var states = []string{"matched", "terminal_only", "settlement_only", "charged_but_failed", "amount_differs", "status_differs", "duplicate", "reversed_but_settled", "fee_differs", "pending_cutoff"}

func stateTone(s string) Tone {
	switch s {
	case "matched":
		return Good
	case "pending_cutoff":
		return Muted
	case "fee_differs", "status_differs":
		return Warn
	}
	return Bad
}

func (p *Report) layReconciliation() {
	c, w := p.Result.Reconciliation, p.w
	if c == nil {
		return
	}
	s := Section{ID: "reconciliation", Title: w.t("reconciliation"), Table: &Table{Columns: []Column{{"state", w.t("state"), Text, false}, {"count", w.t("number"), Count, false}, {"amount", p.moneyTitle("amount"), Money, false}, {"means", w.t("means"), Text, false}}}}
	if t := w.text(c.Sides); t != "" {
		s.Notes = append(s.Notes, t)
	}
	for _, name := range stateNames(c.States) {
		v, ok := c.States[name]
		if !ok {
			continue
		}
		tone := stateTone(name)
		if v.Count == 0 {
			tone = Muted
		}
		s.Table.Rows = append(s.Table.Rows, []Cell{textCell(w.ofCurrency("state", name)).tone(tone), countCell(v.Count), w.in(v.Currency).moneyCell(v.Amount), textCell(w.word("state.means", stateOf(name)))})
	}
	for _, k := range sortedKeys(c.MoneyAtRisk) {
		v := c.MoneyAtRisk[k]
		s.Facts = append(s.Facts, Fact{k, w.ofCurrency("risk", k), w.in(v.Currency).moneyFact(v.Amount), w.t("rows", group(int64(v.Count)))})
	}
	pr := c.Proof
	holds := "proof.holds"
	if !pr.Holds {
		holds = "proof.broken"
	}
	s.Notes = append(s.Notes, w.t(holds, group(int64(pr.TerminalRows)), w.money(pr.TerminalAmount), group(int64(pr.SettlementRows)), w.money(pr.SettlementAmount)))
	for _, m := range c.OtherCurrencies {
		w := w.in(m.Currency)
		s.Notes = append(s.Notes, w.t("proof.other", w.money(m.TerminalAmount), w.money(m.SettlementAmount)))
	}
	for _, k := range sortedKeys(c.Keys) {
		s.Notes = append(s.Notes, w.t("matchedby", w.word("key", k), group(int64(c.Keys[k]))))
	}
	p.add(s)
}

// stateNames returns the known states in reading order, then any others.
func stateNames(m map[string]analyze.StateTotal) []string {
	out := slices.Clone(states)
	for _, k := range sortedKeys(m) {
		if !slices.Contains(states, k) {
			out = append(out, k)
		}
	}
	return out
}

// layItems lists every open item of the reconciliation: too long for a screen.
func (p *Report) layItems(c *analyze.Reconciliation) {
	if c == nil {
		return
	}
	p.itemTable("items", c.Items)
	p.itemTable("unanswered", c.Unanswered)
	if len(c.Unsure) == 0 {
		return
	}
	w := p.w
	t := &Table{Columns: []Column{{"key", w.t("match"), Text, false}, {"amount", p.moneyTitle("amount"), Money, false},
		{"terminal_position", w.t("terminal_position"), Text, false}, {"settlement_position", w.t("settlement_position"), Text, false}}}
	for _, u := range c.Unsure {
		t.Rows = append(t.Rows, []Cell{textCell(w.word("key", u.Key)), w.in(u.Currency).moneyPtr(&u.Amount), textCell(strings.Join(u.Terminal, " ")), textCell(strings.Join(u.Settlement, " "))})
	}
	p.add(Section{ID: "unsure", Title: w.t("unsure"), Notes: []string{w.t("unsure.note")}, Table: t, Detail: true})
}

// itemTable lists items under the title of id.
func (p *Report) itemTable(id string, items []analyze.Item) {
	if len(items) == 0 {
		return
	}
	w := p.w.on(p.Result.Period, items)
	columns := []Column{{"state", w.t("state"), Text, false}, {"time", w.t("time"), Time, false}, {"institution", w.t("dim.institution"), Ident, false}, {"merchant", w.t("dim.merchant"), Ident, false}, {"terminal", w.t("dim.terminal"), Ident, false},
		{"rrn", w.t("rrn"), Ident, false}, {"stan", w.t("stan"), Ident, false}, {"card", w.t("card"), Ident, false}, {"kind", w.t("dim.kind"), Text, false}, {"code", w.t("code"), Ident, false}, {"meaning", w.t("meaning"), Text, false},
		{"terminal_amount", p.moneyTitle("terminal_amount"), Money, false}, {"settlement_amount", p.moneyTitle("settlement_amount"), Money, false}, {"incident", w.t("incident"), Ident, false}, {"reversed", w.t("reversed"), Text, false},
		{"confidence", w.t("match"), Rate, false}, {"call", w.t("call"), Text, false}, {"advice", w.t("advice"), Text, false}, {"terminal_position", w.t("terminal_position"), Text, false}, {"settlement_position", w.t("settlement_position"), Text, false}}
	t := long(columns, len(items), func(i int) []Cell {
		it := items[i]
		side := "terminal"
		if it.TerminalAmount == nil {
			side = "settlement"
		}
		rev := ""
		if it.Reversed {
			rev = w.t("yes")
		}
		inc := identCell(it.Incident)
		if it.Incident != "" {
			inc.Link = "incident-" + it.Incident
		}
		return []Cell{textCell(w.word("state", it.State)).tone(stateTone(it.State)), w.timePtr(it.Time), identCell(it.Institution), identCell(it.Merchant), identCell(it.Terminal),
			identCell(it.RRN), identCell(it.STAN), identCell(it.Card), textCell(w.word("kind", it.Kind)), identCell(w.codeOf(it.Code, side)), textCell(w.word("meaning", it.Meaning)),
			w.in(it.Currency).moneyPtr(it.TerminalAmount), w.in(it.Currency).moneyPtr(it.SettlementAmount), inc, textCell(rev), rateCell(it.Confidence), textCell(w.word("call", it.Call)), textCell(w.text(it.Advice)), textCell(it.Terminals), textCell(it.Settlements)}
	})
	p.add(Section{ID: id, Title: w.t(id), Table: t, Detail: true})
}

// ofCurrency names a state or a risk; of several currencies the further ones stand behind
// the name, as in "matched:USD".
func (w words) ofCurrency(group, name string) string {
	state, currency, several := strings.Cut(name, ":")
	if !several {
		return w.word(group, name)
	}
	return w.word(group, state) + w.t("paren", currency)
}

func stateOf(name string) string {
	state, _, _ := strings.Cut(name, ":")
	return state
}
