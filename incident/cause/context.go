package cause

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"github.com/poslog/poslog/calendar"
	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Rule says what row i of the terminal side means.
type Rule = func(i int, r *ledger.Row) classify.Ruling

// Context holds what the evidence of every window is compared with: approvals'
// latency per institution, what the data record at all, the announced windows
// and the other incidents.
type Context struct {
	book    ledger.Book
	rule    Rule
	result  *incident.Result
	found   []incident.Window // of result
	marks   []incident.Mark   // how each row took part in the search, nil = unknown
	filters []filter
	begins  []txn.Instant            // by window the earliest start of it and those after
	lasting []txn.Instant            // by window the latest end of it and those before
	skew    map[uint32]time.Duration // added to the times of a terminal
	slack   time.Duration            // largest skew
	zone    *time.Location
	weights *Weights

	announced  notices
	isCalendar bool

	overall
	all    pace
	probes []Reach
}

// pace is what is usual at one institution, outside of incidents.
type pace struct {
	tried, failed int // attempts and technical failures

	hist   histogram
	limit  histogram // of rows that the source calls timed out
	at10   int32
	median int32
	at99   int32
	atEnd  int32 // 95 % of the usual time-out, 0 = unknown
}

// Option adds to a context.
type Option func(*Context)

// WithCalendar gives the announced maintenance. Without it the calendar is no
// evidence at all; with it, a window that is not announced speaks against maintenance.
func WithCalendar(c *calendar.Calendar) Option {
	return func(x *Context) {
		if c == nil {
			return
		}
		x.isCalendar = true
		if x.from.Valid() {
			x.announced = newNotices(c.Between(x.from.Time().Add(-24*time.Hour), x.to.Time().Add(24*time.Hour)))
		}
	}
}

// WithZone sets the zone of the hour of the day (default Asia/Shanghai).
func WithZone(z *time.Location) Option {
	return func(x *Context) {
		if z != nil {
			x.zone = z
		}
	}
}

// WithProbes gives reachability that was measured from outside.
func WithProbes(p []Reach) Option { return func(x *Context) { x.probes = p } }

// NewContext reads the book once. found is the result of incident.Find on the
// same book and rule.
func NewContext(b ledger.Book, rule Rule, found *incident.Result, opts ...Option) *Context {
	x := &Context{book: b, rule: rule, weights: Default(), skew: map[uint32]time.Duration{}}
	x.zone = time.FixedZone("Asia/Shanghai", 8*3600)
	if found != nil {
		x.result, x.found, x.marks = found, found.Windows, found.Marks()
		for _, s := range found.Skew {
			x.skew[s.Terminal] = s.Offset
			x.slack = max(x.slack, s.Offset.Abs())
		}
	}
	last := txn.NoInstant
	x.begins = make([]txn.Instant, len(x.found))
	for i := range x.found {
		w := &x.found[i]
		x.filters = append(x.filters, newFilter(b, w.Scope))
		last = max(last, w.End.Add(mayMove))
		x.lasting = append(x.lasting, last)
		x.begins[i] = w.Start.Add(-mayMove)
	}
	for i := len(x.begins) - 2; i >= 0; i-- {
		x.begins[i] = min(x.begins[i], x.begins[i+1])
	}
	const least = 50_000 // rows that are worth a goroutine of their own
	x.scan(1 + min(b.Len(txn.Terminal)/least, room.Processors()-1))
	for _, o := range opts {
		o(x)
	}
	for i := range x.announced.list { // of which sentences are made
		w := &x.announced.list[i]
		w.Start, w.End = w.Start.In(x.zone), w.End.In(x.zone)
	}
	return x
}

// scan is the one pass over all rows, in portions side by side.
func (x *Context) scan(portions int) {
	n := x.book.Len(txn.Terminal)
	parts := make([]overall, portions)
	var wg sync.WaitGroup
	for k := range parts {
		wg.Go(func() { parts[k] = x.overallOf(n*k/len(parts), n*(k+1)/len(parts)) })
	}
	wg.Wait()
	x.overall = parts[0]
	for k := range parts[1:] {
		x.overall.add(&parts[k+1])
	}
	for i := range x.paces {
		x.all.add(&x.paces[i])
	}
	x.all.settle(nil)
	for i := range x.paces {
		x.paces[i].settle(&x.all)
	}
}

// overall is what the rows show at large.
type overall struct {
	from, to  txn.Instant // first and last dated row
	paces     []pace      // by institution id
	reversals bool        // the data hold reversals at all
	signOns   bool
	lines     bool // some row names a carrier, region or network
}

func (u *overall) add(o *overall) {
	if !u.from.Valid() {
		u.from = o.from
	}
	if o.to.Valid() {
		u.to = o.to
	}
	for i := range u.paces {
		u.paces[i].add(&o.paces[i])
	}
	u.reversals, u.signOns, u.lines = u.reversals || o.reversals, u.signOns || o.signOns, u.lines || o.lines
}

func (x *Context) overallOf(from, to int) overall {
	u := overall{from: txn.NoInstant, to: txn.NoInstant, paces: make([]pace, x.book.Names(ledger.Institution))}
	for i, r := range x.book.Range(txn.Terminal, from, to) {
		if !r.At.Valid() || r.Prec <= txn.PrecDay {
			continue
		}
		if !u.from.Valid() {
			u.from = r.At
		}
		u.to = r.At
		p := x.book.Place(r.Place)
		u.lines = u.lines || p.Carrier != 0 || p.Region != 0 || p.Network != 0
		switch {
		case r.Kind == txn.Reversal || r.Origin == txn.ReversalReason:
			u.reversals = true
			continue
		case r.Kind == txn.SignOn:
			u.signOns = true
			continue
		case !r.Kind.Attempt():
			continue
		}
		x.addUsual(&u.paces[p.Institution], i, r)
	}
	return u
}

func (x *Context) addUsual(u *pace, i int, r *ledger.Row) {
	if r.Latency >= 0 && r.Flags&(txn.TimedOut|txn.NoAnswer) != 0 {
		u.limit.add(r.Latency)
	}
	if !x.counts(i, r) || x.inAny(r) {
		return
	}
	v := x.rule(i, r)
	failed, _, ok := reading(x.book, r, v, incident.Technical)
	if ok {
		u.tried++
		if failed {
			u.failed++
		}
	}
	if r.Latency >= 0 && v.Outcome.IsApproval() {
		u.hist.add(r.Latency)
	}
}

func (p *pace) add(o *pace) {
	p.tried += o.tried
	p.failed += o.failed
	p.hist.merge(&o.hist)
	p.limit.merge(&o.limit)
}

func (p *pace) settle(all *pace) {
	if p.hist.n < 20 && all != nil {
		p.hist = all.hist // too few of its own
	}
	p.at10, p.median, p.at99 = p.hist.quantile(.1), p.hist.quantile(.5), p.hist.quantile(.99)
	if p.limit.n >= 3 {
		p.atEnd = int32(.95 * float64(p.limit.quantile(.5)))
	} else if all != nil {
		p.atEnd = all.atEnd
	}
}

// counts reports whether a row is an attempt of its own: no repeat, and no
// second view of an attempt that another file shows too.
func (x *Context) counts(i int, r *ledger.Row) bool {
	if x.marks != nil {
		return x.marks[i] != incident.NotCounted
	}
	return r.Kind.Attempt() && !r.Flags.Has(txn.Repeat)
}

// at is the time of a row with its terminal's clock put right.
func (x *Context) at(r *ledger.Row) txn.Instant {
	if len(x.skew) == 0 {
		return r.At
	}
	return r.At.Add(x.skew[x.book.Place(r.Place).Terminal])
}

// inAny reports whether a row lies in some found window.
func (x *Context) inAny(r *ledger.Row) bool { return x.inOther(r, x.at(r), nil) }

func (x *Context) inOther(r *ledger.Row, t txn.Instant, but *incident.Window) bool {
	lo, hi := x.around(t)
	for i := lo; i < hi; i++ {
		w := &x.found[i]
		if w != but && w.During(t) && x.filters[i].has(r) {
			return true
		}
	}
	return false
}

// around returns the range of the found windows that may hold a moment.
func (x *Context) around(t txn.Instant) (lo, hi int) {
	lo = sort.Search(len(x.lasting), func(i int) bool { return x.lasting[i] > t })
	return lo, max(lo, sort.Search(len(x.begins), func(i int) bool { return x.begins[i] > t }))
}

// mayMove is how far the edge of a window may move while windows are judged.
const mayMove = 3 * time.Hour

// rows returns the index range of rows that may lie in [a, b).
func (x *Context) rows(a, b txn.Instant) (lo, hi int) {
	a, b = a.Add(-x.slack), b.Add(x.slack)
	n := x.book.Len(txn.Terminal)
	lo = sort.Search(n, func(i int) bool { return x.book.At(txn.Terminal, i) >= a })
	hi = sort.Search(n, func(i int) bool { return x.book.At(txn.Terminal, i) >= b })
	return lo, hi
}

// filter is a scope compiled against the book's places and cards.
type filter struct {
	place, card []bool // nil = all
	kind        map[txn.Kind]bool
}

func newFilter(b ledger.Book, s incident.Scope) (f filter) {
	for _, t := range s {
		switch t.Dim {
		case ledger.Kind:
			f.kind = map[txn.Kind]bool{}
			for _, id := range t.IDs {
				f.kind[txn.Kind(id)] = true
			}
		case ledger.Issuer, ledger.BIN, ledger.EntryMode:
			f.card = and(f.card, b.Cards(), func(i int) bool { return slices.Contains(t.IDs, b.Card(uint32(i)).ID(t.Dim)) })
		default:
			f.place = and(f.place, b.Places(), func(i int) bool { return slices.Contains(t.IDs, b.Place(uint32(i)).ID(t.Dim)) })
		}
	}
	return f
}

func and(set []bool, n int, has func(int) bool) []bool {
	out := make([]bool, n)
	for i := range out {
		out[i] = (set == nil || set[i]) && has(i)
	}
	return out
}

func (f *filter) has(r *ledger.Row) bool { return f.hasPlace(r) && f.hasCard(r) }

func (f *filter) hasPlace(r *ledger.Row) bool { return f.place == nil || f.place[r.Place] }

func (f *filter) hasCard(r *ledger.Row) bool {
	return (f.card == nil || f.card[r.Card]) && (f.kind == nil || f.kind[r.Kind])
}

// histogram counts milliseconds in 16 steps per octave, so that quantiles are
// exact to 5 % whatever the number of rows or their order.
type histogram struct {
	bin [400]int32
	n   int
}

func octave(ms int32) int {
	if ms = max(ms, 0); int(ms) < len(octaves) {
		if o := octaves[ms].Load(); o > 0 {
			return int(o) - 1
		}
	}
	o := int(16 * math.Log2(1+float64(ms)))
	if int(ms) < len(octaves) {
		octaves[ms].Store(int32(o) + 1)
	}
	return o
}

// octaves are known ones, plus one: a logarithm for every row is dear.
var octaves [4096]atomic.Int32

func (h *histogram) add(ms int32) {
	h.bin[min(octave(ms), len(h.bin)-1)]++
	h.n++
}

func (h *histogram) merge(o *histogram) {
	for i, c := range o.bin {
		h.bin[i] += c
	}
	h.n += o.n
}

func (h *histogram) quantile(q float64) int32 {
	rest := int(math.Ceil(q * float64(h.n)))
	for i, c := range h.bin {
		if rest -= int(c); rest <= 0 {
			return int32(math.Exp2((float64(i)+.5)/16) - 1)
		}
	}
	return math.MaxInt32
}

// median32 is the median of a few values, which it sorts.
func median32(v []int32) int32 {
	slices.SortFunc(v, cmp.Compare)
	return v[len(v)/2]
}
