// Package evidence gathers what happened around each response code and asks
// classify what the code means there.
//
// In go a finished book of records, the profiles, who was found in settlement
// and who was reversed, and the declared windows; out comes a [Set]: one [Card]
// per institution, code and kind with counts, evidence and verdict, and one
// classify.Ruling per row, the last word that totals, detection and
// reconciliation use. Nothing here reads inputs or guesses about codes itself.
package evidence

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/poslog/poslog/calendar"
	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Input is what evidence is drawn from, beside the book.
type Input struct {
	Profiles *classify.Profiles // nil: the default tables
	// Settled returns the settlement row of a terminal row, -1 where there is none. Matches
	// by amount and time that may be a later retry must not count: they would make a success of
	// every failure.
	Settled       func(terminalRow int) int
	HasSettlement bool
	// SettlementCovers says whether a settlement file should list a terminal row, were it
	// approved. nil: any.
	SettlementCovers func(r *ledger.Row) bool
	// Undecided says that settlement tells nothing of a terminal row: its row there is in
	// process, or of a pair that cancels out and need not be listed. nil: of no row.
	Undecided func(terminalRow int) bool
	// ReversedBy returns the terminal row of the 04xx that names a row, or -1.
	ReversedBy func(terminalRow int) int
	// SaidTwice says that a row only repeats what another export says, so that it counts
	// nothing. nil: none does.
	SaidTwice func(terminalRow int) bool
	// Amount is what of a row may be added to Card.Amount and compared with others, txn.NoAmount for
	// nothing; nil: its amount. Amounts of several currencies do not add up.
	Amount   func(*ledger.Row) txn.Minor
	Windows  []calendar.Window
	Location *time.Location // for hours of the day; nil is UTC
}

// Card is what one code means at one institution, for one kind, and why.
type Card struct {
	Institution string
	Code        string // "" is no answer or no code; a status word where the row has no code
	Kind        txn.Kind
	Reason      bool // field 39 of a 04xx: a reversal's reason, no answer
	N           int
	Amount      int64 // sum of the amounts that are stated, minor units; see Input.Amount
	Settled     int   // rows found in settlement
	Reversed    int   // rows named by a 04xx
	Inferred    int   // rows whose ruling rests on evidence
	Meaning     classify.Meaning
	Evidence    *classify.Evidence // nil where nothing is open, unknown or contradicted
	Verdict     classify.Verdict
	InIncident  int         // rows inside incidents, -1 before CountIncidents
	First, Last txn.Instant // first and last row with a time, txn.NoInstant where none has

	group uint32
}

// Set is the result of [Gather].
type Set struct {
	g      *gathering
	cards  []Card
	rule   []classify.Ruling // group or part -> ruling
	cardOf []int32           // group or part -> card

	drift   []Drift
	drifted bool

	once  sync.Once
	first [][firstRows]int32 // card -> its first rows and one
}

// Ruling returns what terminal row i means.
func (s *Set) Ruling(i int) classify.Ruling { return s.rule[s.g.of.At(int32(i))] }

// Cards returns all cards by institution, code and kind. They must not be changed.
func (s *Set) Cards() []Card { return s.cards }

// CountIncidents counts on every card the rows that lie inside incidents, which
// are only found once every row has its ruling. Those that no card counts are left out.
func (s *Set) CountIncidents(inside func(row int) bool) {
	for i := range s.cards {
		s.cards[i].InIncident = 0
	}
	for i := range s.g.b.Len(txn.Terminal) {
		if inside(i) && !s.g.in.SaidTwice(i) {
			s.CardOf(i).InIncident++
		}
	}
}

// CardOf returns the card on which terminal row i counts.
func (s *Set) CardOf(i int) *Card { return &s.cards[s.cardOf[s.g.of.At(int32(i))]] }

// firstRows is how many rows of a card [Set.First] has.
const firstRows = 3

// First returns the first terminal rows that a card counts, three at most.
func (s *Set) First(c *Card) []int {
	s.once.Do(func() { // one pass for all cards: hostile data have as many as rows
		s.first = make([][firstRows]int32, len(s.cards))
		for i := range s.g.b.Len(txn.Terminal) {
			if s.g.in.SaidTwice(i) {
				continue
			}
			first := &s.first[s.cardOf[s.g.of.At(int32(i))]]
			for k := range first {
				if first[k] == 0 {
					first[k] = int32(i) + 1
					break
				}
			}
		}
	})
	var rows []int
	for _, r := range s.first[s.cardOf[c.group]] {
		if r > 0 {
			rows = append(rows, int(r)-1)
		}
	}
	return rows
}

// complete sets what is not given.
func (in *Input) complete() {
	if in.Profiles == nil {
		in.Profiles = classify.Default()
	}
	if in.Settled == nil {
		in.Settled = func(int) int { return -1 }
	}
	if in.ReversedBy == nil {
		in.ReversedBy = func(int) int { return -1 }
	}
	if in.SettlementCovers == nil {
		in.SettlementCovers = func(*ledger.Row) bool { return true }
	}
	if in.SaidTwice == nil {
		in.SaidTwice = func(int) bool { return false }
	}
	if in.Undecided == nil {
		in.Undecided = func(int) bool { return false }
	}
	if in.Amount == nil {
		in.Amount = func(r *ledger.Row) txn.Minor { return r.Amount }
	}
	if in.Location == nil {
		in.Location = time.UTC
	}
}

// Gather classifies every terminal-side row of the book.
func Gather(b ledger.Book, in Input) *Set {
	g := newGathering(b, in)
	g.count()
	g.examine()
	return g.result()
}

func (g *gathering) result() *Set {
	s := &Set{g: g, rule: make([]classify.Ruling, len(g.groups)), cardOf: make([]int32, len(g.groups))}
	for id, gr := range g.groups {
		s.rule[id] = gr.verdict.Ruling()
		c := Card{Institution: g.b.Name(ledger.Institution, gr.institution), Code: gr.meaning.Code, Kind: gr.kind, Reason: gr.variant == variantReason,
			N: gr.n, Amount: gr.amount, Settled: gr.settled, Reversed: gr.reversed, Meaning: gr.meaning, Verdict: gr.verdict, InIncident: -1,
			First: gr.first, Last: gr.last, group: uint32(id)}
		if gr.look {
			c.Evidence = &gr.ev
		}
		if s.rule[id].Inferred {
			c.Inferred = gr.n
		}
		s.cards = append(s.cards, c)
	}
	slices.SortStableFunc(s.cards, func(x, y Card) int {
		return cmp.Or(strings.Compare(x.Institution, y.Institution), strings.Compare(x.Code, y.Code), cmp.Compare(x.Kind, y.Kind),
			cmp.Compare(x.Meaning.Class, y.Meaning.Class), strings.Compare(x.Meaning.Profile, y.Meaning.Profile), strings.Compare(x.Meaning.En, y.Meaning.En))
	})
	for i, c := range s.cards {
		s.cardOf[c.group] = int32(i)
	}
	s.divide()
	return s
}

// divide makes a part of its group of the rows that differ from it alike.
func (s *Set) divide() {
	type part struct {
		group uint32
		rule  classify.Ruling
	}
	ids := map[part]uint32{}
	for i, r := range s.g.rows { // ids name nothing: the order does not matter
		p := part{s.g.of.At(int32(i)), r}
		id, ok := ids[p]
		if !ok {
			id = uint32(len(s.rule))
			ids[p] = id
			s.rule, s.cardOf = append(s.rule, r), append(s.cardOf, s.cardOf[p.group])
			s.g.groups = append(s.g.groups, s.g.groups[p.group])
		}
		s.g.of.Put(i, id)
		c := s.CardOf(i)
		switch was := s.rule[p.group].Inferred; {
		case r.Inferred && !was:
			c.Inferred++
		case was && !r.Inferred:
			c.Inferred--
		}
	}
	s.g.rows = nil
}
