package analyze

import (
	"github.com/poslog/poslog/evidence"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Row is one row of the terminal book with what was decided about it, for those
// who follow a number back to its rows. The card number in Text is masked.
type Row struct {
	Example
	Merchant string `json:"merchant"`
	Kind     string `json:"kind"`
	Class    string `json:"class"`
	Inferred bool   `json:"inferred"` // the decision rests on evidence
	Attempt  bool   `json:"attempt"`  // counted in the totals; reversals, sign-ons and repeats are not
	Entry    int    `json:"entry"`    // index of its code in Result.Codes, -1 where there is none
}

// each hands every row of the terminal book to Config.Each, in canonical order.
func (p *pipeline) each() {
	counted := make([]bool, p.book.Len(txn.Terminal))
	p.attempts(func(a *attempt) { counted[a.i] = true })
	entries := p.codeEntries()
	for i, r := range p.book.Rows(txn.Terminal) {
		ruling := p.rule(i, r)
		entry, ok := entries[p.evidence.CardOf(i)]
		if !ok {
			entry = -1
		}
		p.cfg.Each(&Row{Example: p.example(i), Merchant: p.book.Name(ledger.Merchant, p.book.Place(r.Place).Merchant),
			Kind: r.Kind.String(), Class: ruling.Class.String(), Inferred: ruling.Inferred, Attempt: counted[i], Entry: entry})
	}
}

// codeEntries says in which entry of Result.Codes a card went.
func (p *pipeline) codeEntries() map[*evidence.Card]int {
	cards := p.evidence.Cards()
	out := make(map[*evidence.Card]int, len(cards))
	n := 0
	for i := range cards {
		if i > 0 && !sameMeaning(&cards[i-1], &cards[i]) {
			n++
		}
		out[&cards[i]] = n
	}
	return out
}
