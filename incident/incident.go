// Package incident finds the windows of time in which attempts fail more than
// they should, and for each the scope that was hit.
//
// In come the terminal side of a [ledger.Book] in time order and a ruling per
// row; out goes a [Result]: windows with edges, scope and statistics, chronic
// levels, silences, clock skew, and the smallest window that the data could have
// shown. What caused a window is decided in incident/cause.
//
// Attempts are events, not bins: every attempt adds the logarithm of how much
// better "failing here" explains it than "business as usual" does, and a
// window is a stretch of attempts whose sum is higher than chance allows
// (Ruzzo and Tompa 1999; Karlin and Altschul 1990). Detection and localisation
// are one search for the best priced sum over scope and window. Only attempts
// count: silence is unobserved, never success and never failure.
package incident

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// ChanceWindows is the default of Options.E0 for data of so many attempts a day. A bank's
// desk reads its report every day, and among many attempts a stricter bar misses next to nothing.
func ChanceWindows(perDay float64) float64 {
	return max(.002, min(.005, 15/perDay))
}

// BurstShare is the share of Options.E0 that bursts of declines may have: cards fail in
// clusters of their own.
const BurstShare = 1. / 20

// Options steer a search. The zero value is the default of every field.
type Options struct {
	// E0 is how many chance windows a whole report may hold in expectation
	// (default ChanceWindows of the attempts a day).
	E0 float64
	// Base is the failure rate taken where most of the data is bad, so that no
	// usual rate can be measured (default 0.02).
	Base float64
	// Dims are the dimensions of scopes (default: all but the entry mode).
	Dims []ledger.Dim
	// RetryWithin is how long after a failure another try of the same card and
	// amount at the same terminal counts as the same attempt (default 5 min).
	RetryWithin time.Duration
	// Skew is added to the times of a terminal's rows, by terminal id.
	Skew map[uint32]time.Duration
	// Chosen says that rows were left out for what they say of themselves, such as their code: where
	// some are missing nobody was silent.
	Chosen bool
	// Lone reports whether row i of the settlement side has no row of the terminal side: money
	// that came for nothing in the log tells a missing log from a closed shop.
	Lone func(i int) bool
}

// Kind of a window.
type Kind uint8

const (
	Outage  Kind = iota // technical failures
	DataGap             // no attempts where peers had them
	Burst               // cardholder declines: no fault of a system
)

var kinds = [...]string{"outage", "data_gap", "cardholder_burst"}

func (k Kind) String() string { return kinds[k] }

// Channel is the family of failures that a window was found in.
type Channel uint8

const (
	Technical Channel = iota // any systemic failure: Line, Host, Key and Setup together
	Line                     // time-outs, no route
	Host                     // issuer, switch and unexplained codes
	Key                      // MAC, PIN block, keys
	Setup                    // terminal or merchant parameters, cut-over
	Business                 // funds, PIN, card status, risk
	Silent                   // no attempts at all
	Data                     // the message itself is refused: format, unknown transaction
)

var channels = [...]string{"technical", "line", "host", "key", "setup", "business", "silence", "data"}

func (c Channel) String() string { return channels[c] }

// Term is one condition of a scope: the dimension has one of the ids, which
// ascend.
type Term struct {
	Dim ledger.Dim
	IDs []uint32
}

// Scope is a conjunction of terms; the empty scope is everything.
type Scope []Term

// Text writes a scope with names: institution=NSH001&carrier=CT.
func (s Scope) Text(b ledger.Book) string {
	var out []string
	for _, t := range s {
		for _, id := range t.IDs {
			out = append(out, t.Dim.String()+"="+b.Name(t.Dim, id))
		}
	}
	return strings.Join(out, "&")
}

// CodeCount counts one raw code among the failures of a window.
type CodeCount struct {
	Code uint16
	N    int
}

// Window is one incident: a scope, and a half-open interval [Start, End), which
// may have another incident of the same scope inside ([Window.During]).
//
// Counts are of rows, retries included; the statistics (EValue, LLR, P1) are of
// attempts with retries collapsed. Expected is what the usual rate gives for
// the same rows.
type Window struct {
	Kind       Kind
	Channel    Channel
	Start, End txn.Instant
	StartRange [2]txn.Instant // 95 % interval of the edge
	EndRange   [2]txn.Instant
	Open       bool // still failing at the end of the data
	Scope      Scope
	Same       []Scope  // other scopes that hold the very same attempts
	Coverage   float64  // share of the excess failures inside the interval that the scope holds
	RunnerUp   Scope    // the next best scope, with
	Margin     float64  // how many nats it is behind
	Compared   bool     // whether there was any other scope to compare with
	NotTested  []Entity // values of the scope's dimensions that had no attempt inside the window

	Attempts, Failures int
	Expected, Excess   float64
	Codes              []CodeCount // most frequent first
	Rows               []int32     // failing rows, ascending
	Gap                *Gap        // of a window of Kind DataGap

	EValue float64 // windows as good as this expected by chance in the whole data
	LLR    float64 // log-likelihood ratio, nats, over-dispersion taken off
	P0, P1 float64 // usual failure rate and the rate inside

	start, end edge
	hole       [2]txn.Instant // of another incident in the same scope
	coded      bool           // found by the failures of one code alone
	surge      surge
	cut        bool                     // the other side of an edge, or the hole, fails as well
	skew       map[uint32]time.Duration // of terminals
}

// During reports whether a moment lies inside the window and not inside another
// incident of the same scope, such as a line that drops while the host is down. A gap
// begins with the last attempt before it, which is no part of it.
func (w *Window) During(at txn.Instant) bool {
	return at >= w.Start && (w.Kind != DataGap || at > w.Start) && at < w.End && !(at >= w.hole[0] && at < w.hole[1])
}

// Before reports whether the failures of v follow on those of w without a pause in
// the same scope, only of another family.
func (w *Window) Before(v *Window) bool {
	return w.cut && v.cut && w.End == v.Start && same(w.Scope, v.Scope)
}

// Without are the failures of the window that none of the others holds: scopes that cross, such as a bank
// and a carrier, have failures in common.
func (w *Window) Without(others ...*Window) []int32 {
	rows := w.Rows
	for _, v := range others {
		if len(rows) == 0 || len(v.Rows) == 0 || v.Rows[0] > rows[len(rows)-1] || rows[0] > v.Rows[len(v.Rows)-1] {
			continue
		}
		var own []int32
		k := 0
		for _, i := range rows {
			for k < len(v.Rows) && v.Rows[k] < i {
				k++
			}
			if k == len(v.Rows) || v.Rows[k] != i {
				own = append(own, i)
			}
		}
		rows = own
	}
	return rows
}

// Length is how long the window lasts, without another incident of the same scope
// inside it.
func (w *Window) Length() time.Duration {
	return w.End.Sub(w.Start) - w.hole[1].Sub(w.hole[0])
}

// Entity is one value of a dimension.
type Entity struct {
	Dim ledger.Dim
	ID  uint32
}

// Chronic is a slice that fails all the time: a level and no incident.
type Chronic struct {
	Scope              Scope
	Attempts, Failures int
	Rate, Usual        float64 // its failure rate and that of its surroundings
}

// Gap is a stretch without attempts that the peers of its scope did not have.
type Gap struct {
	Scope      Scope
	Start, End txn.Instant // last attempt before, first attempt after
	Expected   float64     // attempts that the peers' traffic predicts, or that before and after where there are no peers
	EValue     float64     // such gaps expected by chance in the whole data
	// Lost reports that trace numbers go on inside the gap, that money came from it or that no file is of it, so
	// that the log is missing and not the trade.
	Lost    bool
	Trace   int  // trace numbers that were used inside the gap, -1 where unknown
	Settled int  // rows of settlement inside the gap that the log lacks
	Nobody  bool // no peer had an attempt either
	Paid    bool // found by the money alone: Expected is Settled
	// Uncovered reports that the rows before and after are of different files and none has both.
	Uncovered bool
	Open      bool

	peers int32          // attempts of the peers inside
	shop  uint32         // whose attempts are the peers', 0 = all
	sales [2]txn.Instant // the first and the last that was Paid
}

// Missing says what is: the log where it is Lost, trade where trace numbers
// stood still, else, and of no gap, it is unknown which.
func (g *Gap) Missing() string {
	switch {
	case g == nil:
	case g.Lost:
		return "log"
	case g.Trace >= 0:
		return "trade"
	}
	return "unknown"
}

// Skew is how far a terminal's clock is off: what was added to its times.
type Skew struct {
	Terminal uint32
	Offset   time.Duration
	N        int    // attempts it rests on
	From     string // "given" | "settlement" | "switch" | "edge"
}

// Limits says what the data could have shown.
type Limits struct {
	Attempts int // after retries are collapsed
	Failures int
	Base     float64 // usual failure rate
	// Run is the number of failures in a row that would just have been a window;
	// Minutes is how long a total outage must be to produce them at the mean
	// distance of attempts.
	Run       int
	Minutes   float64
	TooLittle bool // no window shorter than a quarter of the data could have been seen, or no attempt is known to have gone well
	Assumed   bool // Base was taken from the configuration: most of the data is bad
	Undated   int  // attempts without a time of day: in totals, never in windows
	Retries   int  // attempts collapsed into the failure before them
	Repeats   int  // repeated and duplicate rows left out
	Phi       float64
}

// Result is everything that a search found, windows by start.
type Result struct {
	Windows []Window
	Chronic []Chronic
	Gaps    []Gap // each has a window
	Idle    []Gap // nobody traded, be it that all were closed: not observed, and no window
	Left    []Gap // to the end of the data: who trades since came later, as the new numbers of a shop that changed its bank do
	Skew    []Skew
	Limits  Limits

	ev   *events
	base baseline
}

// Find searches the terminal side of a book. rule says what each row means and may
// be asked from several goroutines; the result depends on the book's content only.
func Find(b ledger.Book, rule func(i int, r *ledger.Row) classify.Ruling, opt Options) *Result {
	return FindBy(Clocks(b), b, rule, opt)
}

// FindBy is Find for who knows the [Clocks] of the book already.
func FindBy(clocks []Skew, b ledger.Book, rule func(i int, r *ledger.Row) classify.Ruling, opt Options) *Result {
	opt.defaults()
	known := opt.Skew
	opt.Skew = maps.Clone(known)
	var skew []Skew
	for _, s := range clocks {
		if _, ok := known[s.Terminal]; !ok {
			if opt.Skew == nil {
				opt.Skew = map[uint32]time.Duration{}
			}
			opt.Skew[s.Terminal] = s.Offset
			skew = append(skew, s)
		}
	}
	r := read(b, rule)
	res := once(r, &opt)
	late := edgeSkew(res.ev, res.Windows, res.base)
	late = slices.DeleteFunc(late, func(s Skew) bool { _, ok := opt.Skew[s.Terminal]; return ok })
	if len(late) > 0 {
		if opt.Skew == nil {
			opt.Skew = map[uint32]time.Duration{}
		}
		for _, s := range late {
			opt.Skew[s.Terminal] = s.Offset
		}
		res.ev.free()
		room.Free(res.base.of)
		res = once(r, &opt)
		skew = append(skew, late...)
	}
	for t, d := range known {
		skew = append(skew, Skew{Terminal: t, Offset: d, From: "given"})
	}
	slices.SortFunc(skew, func(x, y Skew) int { return cmp.Compare(x.Terminal, y.Terminal) })
	res.Skew = skew
	return res
}

// Release lets go of the attempts behind a result, which Snap and Marks ask for: they
// take more memory than the book. What the result says stays.
func (r *Result) Release() {
	if r.ev == nil {
		return
	}
	r.ev.reading.free()
	r.ev.free()
	room.Free(r.base.of)
	r.ev, r.base = nil, baseline{}
}

// once runs the search with the clocks as far as they are known.
func once(r *reading, opt *Options) *Result {
	ev := r.events(opt)
	if o := *opt; o.E0 <= 0 {
		o.E0 = ChanceWindows(float64(ev.len()) / ev.days())
		opt = &o
	}
	res := &Result{ev: ev, Limits: ev.limits}
	find(ev, opt, res)
	for i := range res.Windows {
		res.Windows[i].skew = opt.Skew
	}
	return res
}

// days is how long the data last, one day at least.
func (e *events) days() float64 {
	if e.len() == 0 {
		return 1
	}
	return max(1, e.last().Sub(e.at(0)).Hours()/24)
}

func (o *Options) defaults() {
	if o.Base <= 0 {
		o.Base = 0.02
	}
	if o.RetryWithin <= 0 {
		o.RetryWithin = 5 * time.Minute
	}
	if o.Dims == nil {
		o.Dims = []ledger.Dim{ledger.Institution, ledger.Merchant, ledger.Terminal, ledger.Carrier, ledger.Region,
			ledger.Network, ledger.Model, ledger.Issuer, ledger.BIN, ledger.Kind, ledger.Channel}
	}
}

// Covers reports whether a row lies inside the window and its scope, the clock
// of its terminal corrected.
func (w *Window) Covers(b ledger.Book, r *ledger.Row) bool {
	if r.Prec <= txn.PrecDay || !r.At.Valid() {
		return false
	}
	at := r.At
	if len(w.skew) > 0 {
		at = at.Add(w.skew[b.Place(r.Place).Terminal])
	}
	return w.During(at) && w.Scope.Has(b, r)
}

// Reach bounds the times that rows inside the window state, by clocks that may be wrong.
func (w *Window) Reach() (from, until txn.Instant) {
	from, until = w.Start, w.End
	for _, d := range w.skew {
		from, until = min(from, w.Start.Add(-d)), max(until, w.End.Add(-d))
	}
	return from, until
}

// Has reports whether a row belongs to the scope.
func (s Scope) Has(b ledger.Book, r *ledger.Row) bool {
	for i := range s {
		if !s[i].has(ledger.ID(b, r, s[i].Dim)) {
			return false
		}
	}
	return true
}

func (t *Term) has(id uint32) bool {
	for _, v := range t.IDs {
		if v == id {
			return true
		}
	}
	return false
}
