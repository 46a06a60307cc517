package incident

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"sync"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// mostPasses bounds how often the usual rate is measured anew.
const mostPasses = 5

// find runs the channels: all technical failures first, in passes that measure
// the usual rate outside the windows of the pass before; then single families
// among what is left; then cardholder declines, which never count as failures.
func find(ev *events, opt *Options, res *Result) {
	var bursts []Window
	var aside sync.WaitGroup // these ask nothing of the technical failures
	aside.Go(func() { res.Gaps, res.Idle, res.Left = silence(ev, opt) })
	aside.Go(func() { bursts = declines(ev, opt) })
	rate, assumed := firstRate(ev, Technical, opt)
	res.Limits.Assumed = assumed
	var chronic []Scope
	var wins []Window
	inWin := room.NewBits(ev.len())
	base := flat(rate)
	p := newPool(ev, base, Technical)
	for pass := 0; ; pass++ {
		if pass > 0 {
			p.begin(Technical, base, nil)
			p.phi = dispersion(ev, Technical, inWin, base)
			p.measure(inWin)
		}
		res.Limits.Phi = p.phi
		wins, chronic = p.all(opt, chronic, inWin)
		base = p.base // of levels
		if pass == mostPasses {
			break
		}
		next := usual(ev, Technical, inWin, chronic, rate)
		if pass > 0 && next.shift(base.of) < .1 {
			break
		}
		base = table(next.table(base.of))
	}
	res.base = base
	res.Windows = wins
	n, failed := ev.counts(Technical, inWin)
	for _, sc := range chronic {
		if c := chronicLevel(ev, sc, inWin, n, failed); c.stands(p.phi) {
			res.Chronic = append(res.Chronic, c)
		}
	}
	res.Windows = append(res.Windows, families(p, wins, inWin, base, opt)...)
	res.Windows = distinct(res.Windows)
	p.free()
	room.Free(inWin)
	aside.Wait()
	res.Windows = append(res.Windows, bursts...)
	res.Gaps = slices.DeleteFunc(res.Gaps, func(g Gap) bool { return g.drowned(ev, res.Windows, opt) })
	for i := range res.Gaps {
		g := &res.Gaps[i]
		res.Windows = append(res.Windows, Window{Kind: DataGap, Channel: Silent, Start: g.Start, End: g.End, Open: g.Open,
			StartRange: [2]txn.Instant{g.Start, g.End}, EndRange: [2]txn.Instant{g.Start, g.End}, Scope: g.Scope, EValue: g.EValue, Coverage: 1, Gap: g})
	}
	for i := range res.Windows {
		res.Windows[i].describe(ev)
	}
	sort.SliceStable(res.Windows, func(i, j int) bool { return before(&res.Windows[i], &res.Windows[j]) })
	res.Limits.Attempts, res.Limits.Failures = ev.counts(Technical, nil)
	res.limits(opt)
	if n := ev.len(); n > 1 && ev.at(0) == ev.last() { // as where an export lost the time of day
		res.Limits.TooLittle = true
	}
	if res.Limits.TooLittle { // what is usual is not known, so nothing can stand out
		res.Windows = slices.DeleteFunc(res.Windows, func(w Window) bool { return w.Kind != DataGap })
	}
}

// distinct leaves out windows of which others hold every failure, and fail no less: where a bank and a carrier
// fail at overlapping times, the shop that both hit fails longest and is found before them.
func distinct(wins []Window) []Window {
	order := make([]int, len(wins))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(wins[a].Failures, wins[b].Failures) })
	left := make([]bool, len(wins))
	for _, i := range order {
		w := &wins[i]
		var others []*Window
		for k := range wins {
			if v := &wins[k]; k != i && !left[k] && v.P1 >= noLess*w.P1 {
				others = append(others, v)
			}
		}
		left[i] = len(w.Without(others...)) == 0
	}
	i := -1
	return slices.DeleteFunc(wins, func(Window) bool { i++; return left[i] })
}

// noLess is the least share of a window's rate of failures at which others that hold them explain it.
const noLess = .9

// families looks for windows of one family of failures in what the technical
// channel has left: a few MAC errors at one terminal stand out against hardly any
// MAC errors, not against all failures. A refused message is its sender's own
// fault and no technical failure, unless one sender has many. Their share of
// chance windows is small.
func families(p *pool, before []Window, inWin room.Bits, technical baseline, opt *Options) []Window {
	ev := p.ev
	o := *opt
	o.E0 /= 10
	var wins []Window
	var own room.Bits
	var spare []logRate
	for _, ch := range []Channel{Line, Host, Key, Setup, Data} {
		n, f := ev.counts(ch, inWin)
		rate := max(rateFloor, ratio(f, n))
		least, share := rate, 0.0
		if ch != Data { // what the usual rate of all technical failures says of these
			_, all := ev.counts(Technical, inWin)
			least, share = rateFloor, ratio(f, all)
		} else if median, assumed := firstRate(ev, ch, opt); !assumed { // no window has been taken out of these yet
			rate, least = median, median
		}
		if f < 4 || rate > .1 {
			continue
		}
		base := baseline{least, share, technical.of}
		mask := inWin
		var found []Window
		var chronic []Scope
		for pass := range 2 {
			p.begin(ch, base, inWin)
			if pass > 0 {
				p.phi = dispersion(ev, ch, mask, base)
			}
			if own == nil {
				own = room.NewBits(ev.len())
			}
			p.took = slices.Concat(before, wins)
			found, chronic = p.all(&o, chronic, own)
			if len(found) == 0 || pass > 0 {
				break
			}
			for k, w := range inWin {
				own[k] |= w
			}
			mask = own
			spare = usual(ev, ch, mask, chronic, rate).table(spare)
			for i := range spare {
				spare[i] = min(spare[i], logRateOf(share*technical.at(int32(i)))) // the larger rate
			}
			base = table(spare)
		}
		for k := range found {
			ev.each(&found[k], func(i int32) { inWin.Add(i) })
		}
		wins = append(wins, found...)
	}
	room.Free(own)
	room.Free(spare)
	return wins
}

// counts returns the attempts and the failures of a channel outside windows; nil
// is no window.
func (e *events) counts(ch Channel, inWin room.Bits) (n, f int) {
	n = e.tried
	for fam, k := range e.count {
		if in(family(fam), ch) {
			f += k
		}
	}
	inWin.Each(func(i int32) {
		if !e.retry.Has(i) {
			n--
			if in(e.famOf(i), ch) {
				f--
			}
		}
	})
	return n, f
}

// declines looks for bursts of cardholder declines.
func declines(ev *events, opt *Options) []Window {
	rate, assumed := firstRate(ev, Business, opt)
	if assumed {
		return nil
	}
	base := flat(rate)
	o := *opt
	o.E0 *= BurstShare
	var wins []Window
	var chronic []Scope
	inWin := room.NewBits(ev.len())
	defer room.Free(inWin)
	p := newPool(ev, base, Business)
	defer p.free()
	for pass := range 2 {
		if pass > 0 {
			p.begin(Business, base, nil)
		}
		p.measure(inWin)
		wins, chronic = p.all(&o, chronic, inWin)
		if len(wins) == 0 {
			return nil
		}
		if pass == 0 {
			base = table(usual(ev, Business, inWin, chronic, rate).table(nil))
		}
	}
	room.Free(base.of)
	return wins
}

// ofCards reports whether declines for the cardholder's reasons may follow a dimension:
// they come from one issuer's cards, or from who tries cards at one place, and no
// line or model of terminal brings them about.
func ofCards(d ledger.Dim) bool {
	switch d {
	case ledger.Institution, ledger.Merchant, ledger.Terminal, ledger.Issuer, ledger.BIN:
		return true
	}
	return false
}

// all finds every window of a pool and marks what is inside in inWin. The chronic
// slices of earlier passes are known already; new ones are added.
func (p *pool) all(opt *Options, chronic []Scope, inWin room.Bits) ([]Window, []Scope) {
	ev := p.ev
	if p.ch == Business {
		o := *opt
		o.Dims = slices.DeleteFunc(slices.Clone(o.Dims), func(d ledger.Dim) bool { return !ofCards(d) })
		opt = &o
	}
	s := p.newSearch(opt.Dims, opt.E0)
	var wins []Window
	for range max(2000, len(p.fails)) {
		f, ok := s.next()
		if !ok {
			break
		}
		factor, level := p.level(f)
		swells := f.c.g < swell && ev.at(f.hi).Sub(ev.at(f.lo)) > longSwell
		var w Window
		if !level && !swells {
			w = p.window(f, opt)
		}
		p.turn(f.aside, true)
		if level || swells {
			switch {
			case level && f.c.code > 0:
				p.raiseCode(f.scope, uint16(f.c.code-1), factor)
			case level:
				if !slices.ContainsFunc(chronic, func(sc Scope) bool { return same(sc, f.scope) }) {
					chronic = append(chronic, f.scope)
				}
				p.raise(f.scope, factor)
			default:
				p.lift(f)
			}
			s.renew()
			continue
		}
		lo, hi := f.lo, f.hi
		for lo > 0 && ev.at(lo-1) >= w.Start {
			lo--
		}
		for int(hi) < ev.len()-1 && ev.at(hi+1) < w.End {
			hi++
		}
		s.remove(f.scope, lo, hi)
		wins, p.took = append(wins, w), append(p.took, w)
	}
	s.release()
	p.took = nil
	wins = p.merge(wins)
	if p.ch == Technical {
		both := ev.heldTwice(wins)
		for k, w := range wins {
			parts := p.divide(w, both)
			if len(parts) == 1 {
				parts = p.spread(w, opt.Dims)
			}
			wins[k] = parts[0]
			wins = append(wins, parts[1:]...)
		}
		room.Free(both)
	}
	clear(inWin)
	for k := range wins {
		ev.each(&wins[k], func(i int32) { inWin.Add(i) })
	}
	return wins, chronic
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// heldTwice marks the events that more than one window holds.
func (e *events) heldTwice(wins []Window) room.Bits {
	once, twice := room.NewBits(e.len()), room.NewBits(e.len())
	for k := range wins {
		e.each(&wins[k], func(i int32) {
			if once.Has(i) {
				twice.Add(i)
			}
			once.Add(i)
		})
	}
	room.Free(once)
	return twice
}

// each calls do for every event of a window, retries included.
func (e *events) each(w *Window, do func(i int32)) {
	e.inside(w.Scope, e.since(w.Start), e.since(w.End), func(i int32) {
		if w.During(e.at(i)) {
			do(i)
		}
	})
}

// window turns a found incident into a Window.
func (p *pool) window(f *found, opt *Options) Window {
	w := Window{Kind: Outage, Channel: p.ch, Scope: f.scope, RunnerUp: f.rival, Margin: f.margin}
	if p.ch == Business {
		w.Kind = Burst
	}
	w.coded = f.c.code > 0
	w.LLR, w.EValue = f.c.llr, p.evalue(f.n, f.priced())
	w.start, w.end, w.Open, w.surge = p.edges(f)
	w.settle(p)
	p.count(&w)
	return w
}

// settle takes the edges from their posteriors.
func (w *Window) settle(p *pool) {
	w.Start, w.End = w.start.quantile(.5), w.end.quantile(.5)
	w.StartRange, w.EndRange = w.start.interval(), w.end.interval()
	for _, t := range []*txn.Instant{&w.Start, &w.StartRange[0], &w.StartRange[1]} {
		*t = max(*t, p.ev.at(0)) // what began before the data is seen from their beginning on
	}
	if w.Open {
		w.End = p.ev.last() + 1
		w.EndRange = [2]txn.Instant{max(w.EndRange[0], w.Start), w.End}
	}
}

// count fills the figures of a window from its rows.
func (p *pool) count(w *Window) {
	ev := p.ev
	codes := map[uint16]int{}
	w.Attempts, w.Failures, w.Expected, w.Rows, w.Codes = 0, 0, 0, nil, nil
	n, f, e := 0, 0, 0.0
	ev.each(w, func(i int32) {
		w.Attempts++
		w.Expected += p.base.at(i)
		if !ev.retry.Has(i) {
			n++
			e += p.base.at(i)
		}
		if in(ev.famOf(i), p.ch) {
			w.Failures++
			w.Rows = append(w.Rows, ev.row(i))
			codes[ev.codeOf(i)]++
			if !ev.retry.Has(i) {
				f++
			}
		}
	})
	slices.Sort(w.Rows)
	w.Excess = float64(w.Failures) - w.Expected
	w.P1 = ratio(f, n)
	if n > 0 {
		w.P0 = e / float64(n)
	}
	for c, k := range codes {
		w.Codes = append(w.Codes, CodeCount{c, k})
	}
	slices.SortFunc(w.Codes, func(x, y CodeCount) int { return cmp.Or(cmp.Compare(y.N, x.N), cmp.Compare(x.Code, y.Code)) })
	all := 0.0
	ev.each(&Window{Start: w.Start, End: w.End}, func(i int32) {
		all -= p.base.at(i)
		if in(ev.famOf(i), p.ch) {
			all++
		}
	})
	if all > 0 {
		w.Coverage = max(0, min(1, w.Excess/all))
	}
	w.Compared = w.RunnerUp != nil
}

// before orders windows by time, then scope.
func before(a, b *Window) bool {
	if a.Start != b.Start {
		return a.Start < b.Start
	}
	if a.End != b.End {
		return a.End < b.End
	}
	return compareScopes(a.Scope, b.Scope) < 0
}

func compareScopes(a, b Scope) int {
	return slices.CompareFunc(a, b, func(x, y Term) int {
		return cmp.Or(cmp.Compare(x.Dim, y.Dim), slices.Compare(x.IDs, y.IDs))
	})
}

// limits states the smallest window that could have been seen.
func (r *Result) limits(opt *Options) {
	l, ev := &r.Limits, r.ev
	sum := 0.0
	for i := range int32(ev.len()) {
		sum += r.base.at(i)
	}
	l.Base = opt.Base
	if ev.len() > 0 {
		l.Base = sum / float64(ev.len())
	}
	need := Bar(l.Attempts, opt.E0) * max(1, l.Phi)
	l.Run = int(math.Ceil(need / (math.Log(1/l.Base) - .03)))
	if l.Attempts > 1 {
		span := float64(ev.last()-ev.at(0)) / 60e6
		l.Minutes = span / float64(l.Attempts-1) * float64(l.Run)
		l.TooLittle = l.Run*4 > l.Attempts
	} else {
		l.TooLittle = true
	}
	// Where nothing is known to have gone well, codes of unknown meaning are no failures.
	l.TooLittle = l.TooLittle || ev.count[noFailure] == 0 && 2*ev.undecided > ev.len()
}
