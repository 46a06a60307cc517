package analyze

import (
	"slices"

	"github.com/poslog/poslog/evidence"
	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/reconcile"
	"github.com/poslog/poslog/txn"
)

// Row is one row with what was decided about it, for those who follow a number
// back to its rows: all of the terminal book, and those of the settlement book that have
// a state. Settlement rows have no outcome, class or incident. The card number in Text
// is masked.
type Row struct {
	Example
	Merchant string `json:"merchant"`
	Kind     string `json:"kind"`
	Class    string `json:"class"`
	Inferred bool   `json:"inferred"` // the decision rests on evidence
	Within   []Part `json:"-"`        // every incident that holds it, Incident first: incidents of other scopes may overlap
	Named    string `json:"-"`        // its code; where it has none, the words that say what became of it
	Attempt  bool   `json:"attempt"`  // counted in the totals; reversals, sign-ons and repeats are not
	Entry    int    `json:"entry"`    // index of its code in Result.Codes, -1 where there is none
	Side     string `json:"side"`     // terminal | settlement
	State    string `json:"state"`    // in the reconciliation, "" where the row moves no money
	Case     bool   `json:"case"`     // the total of its state counts it; the other row of a pair is not counted
}

// Part is what a row is to one incident that holds it.
type Part struct {
	Incident string
	Failure  bool // one of its failures: others inside fail for reasons of their own
}

// In reports whether an incident holds the row, and whether as one of its failures.
func (r *Row) In(incident string) (inside, failure bool) {
	for _, p := range r.Within {
		if p.Incident == incident {
			return true, p.Failure
		}
	}
	return false, false
}

// each hands the rows of both books to Config.Each, in canonical order.
func (p *pipeline) each() {
	counted := room.Slice[bool](p.book.Len(txn.Terminal))
	p.attempts(func(a *attempt) { counted[a.i] = true })
	within := map[int][]Part{}
	for n := range p.found.Windows {
		p.inside(n, func(i int) {
			_, failure := slices.BinarySearch(p.found.Windows[n].Rows, int32(i))
			within[i] = append(within[i], Part{p.incidentID(n), failure})
		})
	}
	entries := p.codeEntries()
	for i, r := range p.book.Rows(txn.Terminal) {
		ruling := p.evidence.Ruling(i)
		entry, ok := entries[p.evidence.CardOf(i)]
		if !ok {
			entry = -1
		}
		x := &Row{Example: p.example(i), Merchant: p.book.Name(ledger.Merchant, p.book.Place(r.Place).Merchant),
			Kind: r.Kind.String(), Class: ruling.Class.String(), Inferred: ruling.Inferred, Within: within[i], Named: p.codeName(i, r), Attempt: counted[i], Entry: entry, Side: txn.Terminal.String()}
		x.State, x.Case = p.state(txn.Terminal, i)
		p.cfg.Each(x)
	}
	for i, r := range p.book.Rows(txn.Settlement) {
		name, one := p.state(txn.Settlement, i)
		if name == "" {
			continue
		}
		p.cfg.Each(&Row{Example: p.describe(r), Merchant: p.book.Name(ledger.Merchant, p.book.Place(r.Place).Merchant),
			Kind: r.Kind.String(), Entry: -1, Side: txn.Settlement.String(), State: name, Case: one})
	}
}

// state says in which state a row stands, "" where it moves no money, and whether
// it stands for its case there. A case of an open state is counted on its terminal row, or
// on its settlement row where it has no other. Rows that wait are cases of their own.
// Matched cases may have many rows; they are counted as rows, see StateTotal.Rows.
func (p *pipeline) state(side txn.Side, i int) (state string, one bool) {
	s := p.reconciled.State(side, i)
	if s == reconcile.Idle {
		return "", false
	}
	return s.String(), !s.Open() || p.reconciled.Leads(side, i)
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
