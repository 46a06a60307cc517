// Package reconcile holds the terminal book against the settlement book: did
// the money arrive?
//
// In goes a finished ledger.Book with rows of both sides (or of one). Out comes
// in two steps, because what a code means is decided from evidence that needs
// the matching first:
//
//   - [Match] pairs rows by keys alone and says nothing about meaning;
//   - [Matches.Judge] takes the last word on every row's meaning and puts every
//     row that moves money into exactly one [State], with the items to work on,
//     the money at risk and a proof that nothing was lost.
//
// The same rows and options give the same answer for any number of workers and
// any order of the input files. Amounts are integers in minor units.
package reconcile

import (
	"time"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Options say how far apart two rows of one transaction may be. The zero value
// takes every default.
type Options struct {
	// Location gives dates and cut-off times their zone; nil is UTC+8.
	Location *time.Location
	// LagBefore and LagAfter are the days by which a settlement row may be dated
	// before or after its terminal row; 0 is the default of 1 and 5, a negative
	// value is none.
	LagBefore, LagAfter int
	// Window is how far apart the clocks may be where only terminal, amount and
	// time are left to match on, after correcting each terminal's clock; 0 is two minutes.
	Window time.Duration
	// Amount is the difference that still counts as agreeing.
	Amount Tolerance
	// CutOff is the time of day at which an institution closes its business day,
	// by institution name; "" is for all others. Without it 23:00.
	CutOff map[string]time.Duration
	// PendingDays is how many business days a row may wait for its settlement
	// file before it counts as missing; 0 is three.
	PendingDays int
	// Retry is how long after a failure another try of the same card and amount
	// counts as the same purchase; 0 is ten minutes.
	Retry time.Duration
	// Fees are the agreed rates; without any, fees are not judged.
	Fees []FeeRule
	// Settled says what a settlement row means where its file carries codes or
	// status words; nil takes presence as settled. status is the row's word, "" for none.
	Settled func(r *ledger.Row, status string) classify.Ruling
	// Answer says what a terminal row's code and status word mean before any evidence, so that
	// the tries of an order can be told apart; nil: nobody knows.
	Answer func(r *ledger.Row) classify.Meaning
	// BothLegs tells the logs that have each payment twice, from the terminal and to the host,
	// under two trace numbers; nil: there are none.
	BothLegs func(*txn.Source) bool
	// Chosen says by what the rows were chosen: rows of the settlement side may be left of which the
	// terminal rows are not.
	Chosen Choice
	// Carry is what an earlier run left open; see [Result.Carry].
	Carry *Pool
	// Memory bounds the join's own tables in bytes; 0 is 512 MiB. Less memory
	// means more rounds over the rows, never another answer.
	Memory int64
	// Items is how many cases of each state are described in Result.Items, the largest
	// ones; 0 is 10,000. All are counted.
	Items int
	// Workers is the number of goroutines; 0 is one per processor.
	Workers int

	hash    func(*key) uint64 // tests only: a bad one, to make keys collide
	abreast int               // tests only: rows that are read abreast
}

// Choice is by what rows were chosen, which one side may not state.
type Choice struct {
	Institutions bool // those that name none stayed
	Places       bool // what holds for all rows of a terminal
	Rows         bool // what a row says of itself, such as its code
}

// Tolerance is the difference of a settled amount from the terminal's that is
// still accepted, separately above and below. The larger of the absolute (hundredths
// of a unit of the row's currency) and the relative bound (millionths of the terminal's
// amount) counts.
type Tolerance struct {
	Above, Below       txn.Minor
	AbovePPM, BelowPPM int64
}

// in is the tolerance in minor units of a currency with so many decimals.
func (t Tolerance) in(decimals int) Tolerance {
	t.Above, t.Below = hundredths(t.Above, decimals), hundredths(t.Below, decimals)
	return t
}

// hundredths turns what is configured in hundredths of a unit into minor units of a
// currency with so many decimals: .50 is no money in yen, 500 fils in dinars.
func hundredths(v txn.Minor, decimals int) txn.Minor {
	switch decimals {
	case 0:
		return v / 100
	case 3:
		return v * 10
	}
	return v
}

// accepts is Tolerance.Accepts in the currency of a row.
func (m *Matches) accepts(r *ledger.Row, shown, settled txn.Minor) bool {
	t := m.opt.Amount
	if t.Above != 0 || t.Below != 0 {
		t = t.in(txn.Exponent(m.currency(r)))
	}
	return t.Accepts(shown, settled)
}

// Accepts reports whether settled is close enough to shown.
func (t Tolerance) Accepts(shown, settled txn.Minor) bool {
	d := settled - shown
	if d >= 0 {
		return d <= max(t.Above, share(shown, t.AbovePPM))
	}
	return -d <= max(t.Below, share(shown, t.BelowPPM))
}

// share is ppm millionths of a, rounded down, without overflow.
func share(a txn.Minor, ppm int64) txn.Minor {
	const million = 1_000_000
	return a/million*txn.Minor(ppm) + a%million*txn.Minor(ppm)/million
}

const (
	day           = txn.Instant(24 * time.Hour / time.Microsecond)
	defaultCutOff = 23 * time.Hour
)

func (o Options) withDefaults() Options {
	if o.Location == nil {
		o.Location = time.FixedZone("UTC+8", 8*3600)
	}
	o.LagBefore = orDefault(o.LagBefore, 1)
	o.LagAfter = orDefault(o.LagAfter, 5)
	o.PendingDays = orDefault(o.PendingDays, 3)
	if o.Window == 0 {
		o.Window = 2 * time.Minute
	}
	if o.Items <= 0 {
		o.Items = 10_000
	}
	if o.Retry == 0 {
		o.Retry = 10 * time.Minute
	}
	if o.Workers <= 0 {
		o.Workers = room.Processors()
	}
	if o.Memory <= 0 {
		o.Memory = 512 << 20
	}
	return o
}

func orDefault(v, def int) int {
	switch {
	case v == 0:
		return def
	case v < 0:
		return 0
	}
	return v
}
