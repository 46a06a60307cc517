package report

import (
	"strings"

	"github.com/poslog/poslog/analyze"
)

// owed is how the money of what is to be done differs, in one currency.
type owed struct {
	currency   string
	short, too struct { // settled less than the terminal took, or more
		n      int
		amount int64
	}
}

// owed sums what is to be done by currency, that of the report first; nil where not all
// of it is listed.
func (p *Report) owed() []owed {
	c := p.Result.Reconciliation
	if c == nil {
		return nil
	}
	for state, n := range c.Unlisted {
		if n > 0 && stateOf(state) != "pending_cutoff" && state != "unanswered" {
			return nil
		}
	}
	list := []owed{{currency: p.Result.Currency}}
next:
	for _, it := range p.todo() {
		moved := over(it)
		if moved == 0 {
			continue
		}
		for i := range list {
			if list[i].currency == it.Currency {
				list[i].add(moved)
				continue next
			}
		}
		list = append(list, owed{currency: it.Currency})
		list[len(list)-1].add(moved)
	}
	return list
}

func (o *owed) add(moved int64) {
	if moved < 0 {
		o.short.n++
		o.short.amount -= moved
		return
	}
	o.too.n++
	o.too.amount += moved
}

// over is how much more an item brought the merchant than the terminal says.
func over(it analyze.Item) (moved int64) {
	amount := func(v *int64) int64 {
		if v == nil {
			return 0
		}
		return max(*v, -*v)
	}
	switch terminal, settled := amount(it.TerminalAmount), amount(it.SettlementAmount); it.State {
	case "terminal_only", "status_differs":
		moved = -terminal
	case "settlement_only", "charged_but_failed", "reversed_but_settled", "duplicate":
		moved = settled
	case "amount_differs":
		moved = settled - terminal
		if it.Due != nil { // the fees are nobody's fault
			moved = settled - amount(it.Due)
		}
	}
	if it.Kind == "refund" || it.Kind == "void" || it.Kind == "reversal" { // money that goes back
		moved = -moved
	}
	return moved
}

// sayOwed answers how much is missing and how much came too much, "" where nothing of
// both is known.
func (p *Report) sayOwed() string {
	var parts []string
	for _, o := range p.owed() {
		w := p.w.in(o.currency)
		if o.short.n > 0 {
			parts = append(parts, w.t("owed.short", group(int64(o.short.n)), w.money(o.short.amount)))
		}
		if o.too.n > 0 {
			parts = append(parts, w.t("owed.too", group(int64(o.too.n)), w.money(o.too.amount)))
		}
	}
	if c := p.Result.Reconciliation; c != nil {
		for _, name := range sortedKeys(c.States) {
			if v := c.States[name]; stateOf(name) == "fee_differs" && v.Count > 0 {
				w := p.w.in(v.Currency)
				parts = append(parts, w.t("owed.fee", group(int64(v.Count)), w.money(v.Amount)))
			}
		}
	}
	return strings.Join(parts, p.w.t("comma"))
}

// sayUnlogged says what was settled at times of which the terminal's log is missing, "" if nothing.
func (p *Report) sayUnlogged() string {
	c := p.Result.Reconciliation
	if c == nil {
		return ""
	}
	n, sums := 0, map[string]int64{}
	for _, it := range c.Items {
		if it.State == "settlement_only" && it.Incident != "" && it.SettlementAmount != nil {
			n++
			sums[it.Currency] += over(it)
		}
	}
	if n == 0 {
		return ""
	}
	var amounts []string
	for _, currency := range sortedKeys(sums) {
		amounts = append(amounts, p.w.in(currency).money(sums[currency]))
	}
	some := group(int64(n))
	if c.Unlisted["settlement_only"] > 0 {
		some = p.w.t("atleast", some)
	}
	return p.w.t("say.unlogged", some, strings.Join(amounts, p.w.t("comma")))
}
