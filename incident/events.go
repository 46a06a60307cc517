package incident

import (
	"cmp"
	"slices"
	"time"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// events are the attempts of a book in time order, one entry per row. A retry
// keeps its entry, so that rows can be counted, but takes no part in statistics.
type events struct {
	book  ledger.Book
	at    []txn.Instant
	row   []int32
	place []uint32
	card  []uint32
	kind  []uint8
	fam   []family
	retry []bool
	stan  []ledger.Key

	limits Limits
	active [len(ledger.Dims)][]bool // see traded
}

// family is the channel of a failure, or noFailure.
type family uint8

const noFailure = 0xFF

func (e *events) len() int { return len(e.at) }

// id returns the id of a dimension for event i.
func (e *events) id(d ledger.Dim, i int32) uint32 {
	switch d {
	case ledger.Kind:
		return uint32(e.kind[i])
	case ledger.Issuer:
		return e.book.Card(e.card[i]).Issuer
	case ledger.BIN:
		return e.book.Card(e.card[i]).BIN
	case ledger.EntryMode:
		return e.book.Card(e.card[i]).EntryMode
	}
	return e.book.Place(e.place[i]).ID(d)
}

// collect takes the attempts out of the terminal side.
func collect(b ledger.Book, rule func(int, *ledger.Row) classify.Ruling, opt *Options) *events {
	n := b.Len(txn.Terminal)
	e := &events{book: b,
		at: make([]txn.Instant, 0, n), row: make([]int32, 0, n), place: make([]uint32, 0, n), card: make([]uint32, 0, n),
		kind: make([]uint8, 0, n), fam: make([]family, 0, n), stan: make([]ledger.Key, 0, n)}
	echo := echoes(b)
	for i, r := range b.Rows(txn.Terminal) {
		if !r.Kind.Attempt() || r.Origin == txn.ReversalReason {
			continue
		}
		if r.Flags.Has(txn.Repeat) || duplicate(b, i) || echo(r) {
			e.limits.Repeats++
			continue
		}
		fam, ok := judge(r, rule(i, r))
		if !ok {
			continue
		}
		if !r.At.Valid() || r.Prec <= txn.PrecDay {
			e.limits.Undated++
			continue
		}
		e.at = append(e.at, r.At)
		e.row = append(e.row, int32(i))
		e.place = append(e.place, r.Place)
		e.card = append(e.card, r.Card)
		e.kind = append(e.kind, uint8(r.Kind))
		e.fam = append(e.fam, fam)
		e.stan = append(e.stan, r.STAN)
	}
	e.shift(opt.Skew)
	e.collapse(opt.RetryWithin)
	return e
}

// judge turns a ruling into the family of a failure. ok is false where the row
// says nothing about how the attempt ended.
func judge(r *ledger.Row, v classify.Ruling) (f family, ok bool) {
	switch {
	case v.Outcome.IsApproval():
		return noFailure, true
	case v.Outcome == classify.ReversalReason || v.Outcome == classify.Info:
		return 0, false
	}
	silent := r.Flags&(txn.NoAnswer|txn.TimedOut) != 0
	if v.Outcome == classify.Unknown && v.Class == classify.UnknownLocal && r.Code == 0 {
		return family(Line), silent
	}
	switch v.Class {
	case classify.Timeout, classify.Unreachable:
		return family(Line), true
	case classify.IssuerHost, classify.SwitchFault, classify.UnknownLocal:
		return family(Host), true
	case classify.SecurityKey:
		return family(Key), true
	case classify.MerchantSetup, classify.Cutover:
		return family(Setup), true
	case classify.FundsLimit, classify.Verify, classify.CardStatus, classify.CardRisk, classify.IssuerDecline:
		return family(Business), true
	}
	if v.Class == classify.TxnData && v.Outcome == classify.Declined {
		return family(Data), true
	}
	if silent && v.Outcome == classify.Unknown {
		return family(Line), true
	}
	return noFailure, true // the system answered
}

// duplicate reports whether an earlier row of the same instant is the same
// message read from another file.
func duplicate(b ledger.Book, i int) bool {
	r := b.Row(txn.Terminal, i)
	if r.STAN == 0 && r.RRN == 0 || r.Prec <= txn.PrecDay {
		return false
	}
	for j := i - 1; j >= 0; j-- {
		if b.At(txn.Terminal, j) != r.At {
			return false
		}
		q := b.Row(txn.Terminal, j)
		if q.STAN == r.STAN && q.RRN == r.RRN && q.Amount == r.Amount && q.Code == r.Code && q.Kind == r.Kind &&
			b.Place(q.Place).Terminal == b.Place(r.Place).Terminal && b.Place(q.Place).Merchant == b.Place(r.Place).Merchant {
			return true
		}
	}
	return false
}

// echoes returns a test for rows of a switch that show an attempt of which the
// terminal's own row is in the book as well: the same terminal and trace number
// within ten minutes.
func echoes(b ledger.Book) func(*ledger.Row) bool {
	type message struct {
		stan     ledger.Key
		terminal uint32
	}
	const near = 10 * time.Minute
	isSwitch := func(r *ledger.Row) bool { return r.Extra != 0 && b.Extra(r.Extra).Side == txn.Switch }
	own, other := 0, 0
	for _, r := range b.Rows(txn.Terminal) {
		if isSwitch(r) {
			other++
		} else {
			own++
		}
	}
	if own == 0 || other == 0 {
		return func(*ledger.Row) bool { return false }
	}
	at := map[message][]txn.Instant{}
	for _, r := range b.Rows(txn.Terminal) {
		if r.STAN != 0 && r.At.Valid() && r.Prec > txn.PrecDay && r.Kind.Attempt() && !isSwitch(r) {
			k := message{r.STAN, b.Place(r.Place).Terminal}
			at[k] = append(at[k], r.At)
		}
	}
	return func(r *ledger.Row) bool {
		if r.STAN == 0 || !r.At.Valid() || !isSwitch(r) {
			return false
		}
		for _, t := range at[message{r.STAN, b.Place(r.Place).Terminal}] {
			if r.At.Sub(t).Abs() <= near {
				return true
			}
		}
		return false
	}
}

// shift adds clock offsets and restores time order.
func (e *events) shift(skew map[uint32]time.Duration) {
	if len(skew) == 0 {
		return
	}
	for i := range e.at {
		t := e.book.Place(e.place[i]).Terminal
		if d, ok := skew[t]; ok && d != 0 {
			e.at[i] = e.at[i].Add(d)
		}
	}
	order := make([]int32, len(e.at))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(x, y int32) int { return cmp.Compare(e.at[x], e.at[y]) })
	e.at, e.row, e.place, e.card = permute(e.at, order), permute(e.row, order), permute(e.place, order), permute(e.card, order)
	e.kind, e.fam, e.stan = permute(e.kind, order), permute(e.fam, order), permute(e.stan, order)
}

func permute[T any](s []T, order []int32) []T {
	out := make([]T, len(s))
	for to, from := range order {
		out[to] = s[from]
	}
	return out
}

// tried names a card and amount at a terminal. Without a card the same amount
// at the same terminal may be another customer, so that only a minute counts.
type tried struct {
	token    uint64
	amount   txn.Minor
	terminal uint32
	merchant uint32
}

// collapse marks the tries that follow a failure of the same card, amount and
// terminal. A card that fails is tried again at once and fails again for its
// own reasons: such rows are no independent events.
func (e *events) collapse(within time.Duration) {
	e.retry = make([]bool, len(e.at))
	failed := map[tried]txn.Instant{}
	latest := make([]txn.Instant, e.book.Names(ledger.Terminal)) // last failure of a terminal
	for i := range latest {
		latest[i] = txn.NoInstant
	}
	for i := range e.at {
		r := e.book.Row(txn.Terminal, int(e.row[i]))
		p := e.book.Place(e.place[i])
		k := tried{token: r.Token, amount: r.Amount, terminal: p.Terminal, merchant: p.Merchant}
		limit := within
		if k.token == 0 {
			if r.Last4 != ledger.NoLast4 {
				k.token = 1<<63 | uint64(r.Card)<<16 | uint64(r.Last4)
			} else {
				limit = min(within, time.Minute)
			}
		}
		if since := latest[p.Terminal]; since != txn.NoInstant && e.at[i].Sub(since) <= within {
			if t, ok := failed[k]; ok && e.at[i].Sub(t) <= limit {
				e.retry[i] = true
				e.limits.Retries++
			}
		}
		if e.fam[i] == noFailure {
			continue
		}
		if !e.retry[i] || k.token != 0 { // a chain of one card goes on, one of a mere amount does not
			failed[k] = e.at[i]
		}
		latest[p.Terminal] = e.at[i]
	}
}
