package analyze

import "github.com/poslog/poslog/ledger"

// Row is one counted attempt with what was decided about it, for those who
// follow a number back to its rows. The card number in Text is masked.
type Row struct {
	Example
	Merchant string `json:"merchant"`
	Kind     string `json:"kind"`
	Class    string `json:"class"`
	Inferred bool   `json:"inferred"` // the decision rests on evidence
}

// each hands every counted attempt to Config.Each, in the canonical order.
func (p *pipeline) each() {
	p.attempts(func(a *attempt) {
		p.cfg.Each(&Row{Example: p.example(a.i), Merchant: p.book.Name(ledger.Merchant, p.book.Place(a.row.Place).Merchant),
			Kind: a.row.Kind.String(), Class: a.ruling.Class.String(), Inferred: a.ruling.Inferred})
	})
}
