package incident

import (
	"cmp"
	"iter"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// events are the attempts of a book in time order, one entry per row. A retry
// keeps its entry, so that rows can be counted, but takes no part in statistics.
type events struct {
	*reading
	times // clocks corrected
	retry room.Bits
	again []again // what they are retries of, in order

	fails []int32            // those that failed in any way, retries left out
	rank  []int32            // of these among all that are no retries
	tried int                // attempts that are no retries
	count [noFailure + 1]int // of these by family

	dims   [len(ledger.Dims)]*column
	active [len(ledger.Dims)][]bool // see traded
	splits struct {
		sync.Mutex
		list []*split // see split
	}
	byPlace byPlace
}

// again is a retry, the failure before it, and the attempt that both go back to: a device may try
// for hours.
type again struct{ at, of, first int32 }

// before returns the failure that a retry follows.
func (e *events) before(i int32) int32 { return e.retried(i).of }

// first returns the attempt that a retry goes back to.
func (e *events) first(i int32) int32 {
	if !e.retry.Has(i) {
		return i
	}
	return e.retried(i).first
}

// retried finds a retry.
func (e *events) retried(i int32) *again {
	k, _ := slices.BinarySearchFunc(e.again, i, func(a again, i int32) int { return cmp.Compare(a.at, i) })
	return &e.again[k]
}

// family is the channel of a failure, or noFailure.
type family uint8

const noFailure = 1<<familyBits - 1

// A byte has room for the kind of an attempt above its family.
const (
	familyBits = 4
	mostKinds  = 1 << (8 - familyBits)
)

// usual reports whether event i is an attempt that no fault met, and no retry.
func (e *events) usual(i int32) bool {
	return !e.retry.Has(i) && (e.famOf(i) == noFailure || Channel(e.famOf(i)) == Business)
}

func (e *events) len() int { return len(e.what) }

// last is the time of the last attempt.
func (e *events) last() txn.Instant { return e.at(int32(e.len() - 1)) }

// free gives back what is not of the reading.
func (e *events) free() {
	e.times.free()
	room.Free(e.retry)
	room.Free(e.again)
	room.Free(e.fails)
	room.Free(e.rank)
	e.byPlace.free()
}

// column holds the ids of one dimension, behind the place, card or kind of an
// event.
type column struct {
	ids  []uint32      // by place or card
	of   *room.Numbers // by event; nil for the kind
	what []uint8
}

func (c *column) id(i int32) uint32 {
	if c.of == nil {
		return uint32(c.what[i] >> familyBits)
	}
	return c.ids[c.of.At(i)]
}

// column returns the ids of a dimension.
func (e *events) column(d ledger.Dim) *column { return e.dims[d] }

// columns makes all columns.
func (e *events) columns() {
	for d := range ledger.Dim(len(ledger.Dims)) {
		c := &column{}
		switch d {
		case ledger.Kind:
			c.what = e.what
		case ledger.Issuer, ledger.BIN, ledger.EntryMode:
			c.of, c.ids = &e.card, make([]uint32, e.book.Cards())
			for k := range c.ids {
				c.ids[k] = e.book.Card(uint32(k)).ID(d)
			}
		default:
			c.of, c.ids = &e.place, make([]uint32, e.book.Places())
			for k := range c.ids {
				c.ids[k] = e.book.Place(uint32(k)).ID(d)
			}
		}
		e.dims[d] = c
	}
}

// id returns the id of a dimension for event i.
func (e *events) id(d ledger.Dim, i int32) uint32 { return e.column(d).id(i) }

// reading is what one pass over the terminal side leaves: the attempts in columns.
type reading struct {
	book   ledger.Book
	rows   members // those that are attempts
	order  []int32 // of each event the place of its row among them; nil: they stand like that
	place  room.Numbers
	card   room.Numbers
	code   room.Numbers
	what   []uint8 // kind and family
	limits Limits

	undecided int // of codes whose meaning nobody knows
}

func (e *reading) free() {
	room.Free(e.rows.Bits)
	room.Free(e.order)
	e.place.Free()
	e.card.Free()
	e.code.Free()
	room.Free(e.what)
}

// famOf is the family of event i.
func (e *reading) famOf(i int32) family { return family(e.what[i] & noFailure) }

// kindOf is its kind.
func (e *reading) kindOf(i int32) uint8 { return e.what[i] >> familyBits }

// codeOf is the code of event i.
func (e *reading) codeOf(i int32) uint16 { return uint16(e.code.At(i)) }

// row is that of event i in the book.
func (e *reading) row(i int32) int32 {
	if e.order != nil {
		i = e.order[i]
	}
	return e.rows.at(i)
}

// inBook yields the rows of the events from number i on: one after the other they need not be
// searched for.
func (e *reading) inBook(i int32) iter.Seq[int32] {
	if e.order == nil {
		return e.rows.from(i, int32(len(e.what)))
	}
	return func(yield func(int32) bool) {
		for ; int(i) < len(e.what) && yield(e.row(i)); i++ {
		}
	}
}

// try is what a retry shares with the attempt before it.
type try struct {
	token  uint64 // of the card, or made of what is known of it; 0 = nothing
	amount txn.Minor
}

// collect takes the attempts out of the terminal side.
func collect(b ledger.Book, rule func(int, *ledger.Row) classify.Ruling, opt *Options) *events {
	return read(b, rule).events(opt)
}

// read goes over the terminal side once.
func read(b ledger.Book, rule func(int, *ledger.Row) classify.Ruling) *reading {
	return readIn(1+min(b.Len(txn.Terminal)/leastPortion, room.Processors()-1), b, rule)
}

// readIn does so in portions side by side.
func readIn(portions int, b ledger.Book, rule func(int, *ledger.Row) classify.Ruling) *reading {
	n := b.Len(txn.Terminal)
	e := &reading{book: b, rows: members{Bits: room.NewBits(n)}, place: room.NewNumbers(n, b.Places()), card: room.NewNumbers(n, b.Cards()),
		code: room.NewNumbers(n, b.Codes()), what: room.Slice[uint8](n)}
	parts := make([]portion, portions)
	for k := range parts {
		from := n * k / len(parts)
		for from > 0 && from < n && b.At(txn.Terminal, from) == b.At(txn.Terminal, from-1) {
			from++ // rows of one instant are compared
		}
		if parts[k].from = from; k > 0 {
			parts[k-1].end = from
		}
	}
	parts[len(parts)-1].end = n
	side(len(parts), func(k int) { e.read(&parts[k], rule) })
	own, total := 0, 0
	var views []view
	for k := range parts {
		p := &parts[k]
		for _, v := range p.views {
			if v.event >= 0 {
				v.event += int32(total - p.from)
			}
			views = append(views, v)
		}
		e.move(total, p.from, p.n)
		own, total = own+p.own, total+p.n
		e.limits.Repeats += p.limits.Repeats
		e.limits.Undated += p.limits.Undated
		e.undecided += p.undecided
	}
	e.shorten(total)
	e.rows.rank()
	if own == 0 || len(views) == 0 {
		return e
	}
	echo := echoes(b)
	gone := map[int32]bool{}
	for _, v := range views {
		r := b.Row(txn.Terminal, int(v.row))
		if !echo(&r) {
			continue
		}
		e.limits.Repeats++
		if v.undated {
			e.limits.Undated--
		}
		if v.event >= 0 {
			gone[v.event] = true
			e.rows.Remove(v.row)
		}
	}
	if len(gone) > 0 {
		keep := room.Slice[int32](total - len(gone))[:0]
		for i := range int32(total) {
			if !gone[i] {
				keep = append(keep, i)
			}
		}
		e.permute(keep)
		room.Free(keep)
		e.rows.rank()
	}
	return e
}

// leastPortion is worth a goroutine of its own.
const leastPortion = 50_000

// portion is a range of rows that is read by itself; its attempts stand from the
// index of its first row on.
type portion struct {
	from, end, n int
	own          int // rows of terminals
	undecided    int
	views        []view
	limits       Limits
}

// view is a row of a switch: it may show an attempt that the terminal's own row shows,
// too.
type view struct {
	row, event int32 // event -1 where the row became none
	undated    bool
}

func (e *reading) read(p *portion, rule func(int, *ledger.Row) classify.Ruling) {
	b, at := e.book, p.from
	var twins twins
	for i, r := range b.Range(txn.Terminal, p.from, p.end) {
		place := b.Place(r.Place)
		dated := r.At.Valid() && r.Prec > txn.PrecDay
		twin := twins.add(r, place)
		fromSwitch := ledger.OfSwitch(b, r)
		if !fromSwitch {
			p.own++
		}
		if !r.Kind.Attempt() || r.Origin == txn.ReversalReason {
			continue
		}
		if twin || r.Flags.Has(txn.Repeat) {
			p.limits.Repeats++
			continue
		}
		ruling := rule(i, r)
		fam, ok := judge(r, ruling)
		if fromSwitch {
			v := view{int32(i), -1, ok && !dated}
			if ok && dated {
				v.event = int32(at)
			}
			p.views = append(p.views, v)
		}
		if !ok {
			continue
		}
		if !dated {
			p.limits.Undated++
			continue
		}
		if ruling.Outcome == classify.Unknown && ruling.Class == classify.UnknownLocal && r.Code != 0 {
			p.undecided++
		}
		e.rows.Share(int32(i))
		e.place.Put(at, r.Place)
		e.card.Put(at, r.Card)
		e.code.Put(at, uint32(r.Code))
		e.what[at] = uint8(r.Kind)<<familyBits | uint8(fam)
		at++
	}
	p.n = at - p.from
}

// move moves n attempts forward.
func (e *reading) move(to, from, n int) {
	if to == from {
		return
	}
	e.place.Move(to, from, n)
	e.card.Move(to, from, n)
	e.code.Move(to, from, n)
	copy(e.what[to:], e.what[from:from+n])
}

func (e *reading) shorten(n int) {
	e.what = e.what[:n]
}

// permute puts every column but the rows into another order.
func (e *reading) permute(order []int32) {
	e.place.Permute(order)
	e.card.Permute(order)
	e.code.Permute(order)
	e.what = room.Permute(e.what, order)
}

// events corrects the clocks, restores time order and collapses retries. The
// reading itself is put into that order, so that there is one of it; equal times stand in
// the order of rows, whatever the order was before.
func (e *reading) events(opt *Options) *events {
	skew := func(i int32) time.Duration { return opt.Skew[e.book.Place(e.place.At(i)).Terminal] }
	if len(opt.Skew) > 0 {
		e.sort(skew)
	}
	t := newTimes(len(e.what), func(from int, to []txn.Instant) {
		k := 0
		for row := range e.inBook(int32(from)) {
			if to[k] = e.book.At(txn.Terminal, int(row)); len(opt.Skew) > 0 {
				to[k] = to[k].Add(skew(int32(from + k)))
			}
			if k++; k == len(to) {
				break
			}
		}
	})
	own := *e
	ev := &events{reading: &own, times: t}
	ev.columns()
	ev.collapse(opt.RetryWithin)
	ev.tally()
	return ev
}

// sort puts the attempts into the order of corrected clocks.
func (e *reading) sort(skew func(i int32) time.Duration) {
	n := len(e.what)
	at, order := room.Slice[txn.Instant](n), room.Slice[int32](n)
	i := int32(0)
	for row := range e.inBook(0) {
		at[i], order[i] = e.book.At(txn.Terminal, int(row)).Add(skew(i)), i
		i++
	}
	place := func(i int32) int32 { return i }
	if e.order != nil {
		place = func(i int32) int32 { return e.order[i] }
	}
	slices.SortFunc(order, func(x, y int32) int { return cmp.Or(cmp.Compare(at[x], at[y]), cmp.Compare(place(x), place(y))) })
	e.permute(order)
	if e.order != nil {
		e.order = room.Permute(e.order, order)
		room.Free(order)
	} else {
		e.order = order
	}
	room.Free(at)
}

// tally lists the failures.
func (e *events) tally() {
	for i := range int32(e.len()) {
		if e.retry.Has(i) {
			continue
		}
		fam := e.famOf(i)
		e.count[fam]++
		if fam != noFailure {
			e.fails, e.rank = room.Append(e.fails, i), room.Append(e.rank, int32(e.tried))
		}
		e.tried++
	}
}

// number returns a trace number of up to six digits.
func number(b ledger.Book, k ledger.Key) (int32, bool) {
	if _, named := k.Dict(); !named {
		v := k.Number()
		return int32(v), v <= 999999
	}
	v, err := strconv.ParseInt(b.Key(k), 10, 32)
	return int32(v), err == nil && v >= 0 && v <= 999999
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
	}
	if v.Class.Cardholder() {
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

// twins finds rows that are the same message as an earlier row of the same
// instant, read from another file.
type twins struct {
	at    txn.Instant
	list  []message
	index map[message]bool // of long lists
}

type message struct {
	stan, rrn          ledger.Key
	amount             txn.Minor
	terminal, merchant uint32
	code               uint16
	kind               txn.Kind
}

// add takes the next row and reports whether it is a twin. Times without a clock
// say nothing.
func (t *twins) add(r *ledger.Row, p *ledger.Place) bool {
	const long = 32
	if r.STAN == 0 && r.RRN == 0 || !r.At.Valid() || r.Prec <= txn.PrecDay {
		return false
	}
	m := message{r.STAN, r.RRN, r.Amount, p.Terminal, p.Merchant, r.Code, r.Kind}
	if r.At != t.at || len(t.list) == 0 {
		t.at = r.At
		t.list = append(t.list[:0], m)
		return false
	}
	known := false
	if len(t.list) < long {
		known = slices.Contains(t.list, m)
	} else {
		if len(t.list) == long {
			t.index = map[message]bool{}
			for _, x := range t.list {
				t.index[x] = true
			}
		}
		known = t.index[m]
		t.index[m] = true
	}
	t.list = append(t.list, m)
	return known
}

// echoes returns a test for rows of a switch that show an attempt of which the
// terminal's own row is in the book as well: the same terminal and trace number
// within ten minutes.
func echoes(b ledger.Book) func(*ledger.Row) bool {
	type sent struct {
		stan     ledger.Key
		terminal uint32
	}
	const near = 10 * time.Minute
	at := map[sent][]txn.Instant{}
	for _, r := range b.Rows(txn.Terminal) {
		if r.STAN != 0 && r.At.Valid() && r.Prec > txn.PrecDay && r.Kind.Attempt() && !ledger.OfSwitch(b, r) {
			k := sent{r.STAN, b.Place(r.Place).Terminal}
			at[k] = append(at[k], r.At)
		}
	}
	return func(r *ledger.Row) bool {
		if r.STAN == 0 || !r.At.Valid() || !ledger.OfSwitch(b, r) {
			return false
		}
		own := at[sent{r.STAN, b.Place(r.Place).Terminal}]
		k, _ := slices.BinarySearch(own, r.At.Add(-near)) // many, where the log has one number for all
		return k < len(own) && own[k] <= r.At.Add(near)
	}
}

// tried names a card and amount at a terminal. Without a card the same amount
// at the same terminal may be another customer, so that only a minute counts.
type tried struct {
	try
	terminal uint32
	merchant uint32
}

// tryOf asks the book: few attempts are near a failure.
func (e *events) tryOf(i int32) try {
	r := e.book.Brief(txn.Terminal, int(e.row(i)))
	t := try{r.Token, r.Amount}
	if t.token == 0 && r.Last4 != ledger.NoLast4 {
		t.token = 1<<63 | uint64(e.card.At(i))<<16 | uint64(r.Last4)
	}
	return t
}

// collapse marks the tries that follow a failure of the same card, amount and
// terminal, up to the one that is approved. A card that fails is tried again at once and
// fails again for its own reasons: such rows are no independent events.
func (e *events) collapse(within time.Duration) {
	e.retry = room.NewBits(e.len())
	failed, full := map[tried]int32{}, 1<<12
	latest := make([]txn.Instant, e.book.Names(ledger.Terminal)) // last failure of a terminal
	for i := range latest {
		latest[i] = txn.NoInstant
	}
	ids := e.column(ledger.Terminal).ids
	for i := range int32(e.len()) {
		id := ids[e.place.At(i)]
		since := latest[id]
		recent := since != txn.NoInstant && e.at(i).Sub(since) <= within
		if !recent && e.famOf(i) == noFailure {
			continue
		}
		k := tried{try: e.tryOf(i), terminal: id, merchant: e.id(ledger.Merchant, i)}
		limit := within
		if k.token == 0 {
			limit = min(within, time.Minute)
		}
		if recent {
			if of, ok := failed[k]; ok && e.at(i).Sub(e.at(of)) <= limit {
				e.again = room.Append(e.again, again{i, of, e.first(of)})
				e.retry.Add(i)
				e.limits.Retries++
			}
		}
		if e.famOf(i) == noFailure {
			delete(failed, k) // what follows is another purchase, as of one fare after the other
			continue
		}
		if !e.retry.Has(i) || k.token != 0 { // a chain of one card goes on, one of a mere amount does not
			failed[k] = i
			if len(failed) >= full { // what is long past matters no more
				for old, of := range failed {
					if e.at(i).Sub(e.at(of)) > within {
						delete(failed, old)
					}
				}
				full = max(full, 2*len(failed))
			}
		}
		latest[id] = e.at(i)
	}
}
