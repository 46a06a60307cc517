package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// window is what a method found.
type window struct {
	start, end txn.Instant
	ranges     [2][2]int64 // 95 % intervals, zero where the method has none
	scope      map[ledger.Dim]string
	note       string
}

// score adds up the days of one class and method.
type score struct {
	hit, missed, extra    int
	plain                 [2]int // found and missed of those with five spoilt attempts
	visible               int    // true windows that stand out at all, see stands
	exact                 int
	iou, best             []float64
	onset, end            []float64 // seconds
	onsetGaps, endGaps    []float64
	covered               [2]int
	ranged                int
	quietDays, quietFalse int
	took                  time.Duration
	runs                  int
}

// least is the number of attempts below which a true window is not counted
// either way: nothing could be said about it.
func (w *world) least() int {
	if w.bank {
		return 10
	}
	return 5
}

// add compares the finds of one day with its true windows. A find and a window belong together
// where they overlap by half; the best pairs are taken first.
func (s *score) add(w *world, got []window, quiet, verbose bool) {
	say := func(format string, args ...any) {
		if verbose {
			fmt.Printf("  "+format+"\n", args...)
		}
	}
	s.runs++
	if quiet {
		s.quietDays++
		s.quietFalse += len(got)
		for _, g := range got {
			say("quiet day: false %s", g)
		}
		return
	}
	for i := range w.faults {
		if f := &w.faults[i]; f.attempts >= w.least() && stands(w, f) {
			s.visible++
		}
	}
	found, right := map[int]bool{}, map[int]bool{} // faults, finds
	for _, p := range pairs(w, got) {
		if found[p.f] || right[p.g] || p.iou < .5 {
			continue
		}
		found[p.f], right[p.g] = true, true
		if f := &w.faults[p.f]; f.attempts >= w.least() {
			s.hits(w, f, &got[p.g], p.iou, say)
		}
	}
	for i := range w.faults {
		if f := &w.faults[i]; !found[i] && f.attempts >= w.least() {
			s.missed++
			if f.spoilt >= 5 {
				s.plain[1]++
			}
			say("missed %s", f)
		}
	}
	for j := range got {
		if !right[j] && !tiny(w, &got[j]) {
			s.extra++
			say("extra  %s   [%s]", got[j], faults(w))
		}
	}
}

// pair is a true window and a find that overlap, by number.
type pair struct {
	f, g int
	iou  float64
}

// pairs lists them, the best first.
func pairs(w *world, got []window) (list []pair) {
	for i := range w.faults {
		for j := range got {
			f, g := &w.faults[i], &got[j]
			if v := iou(f.start, f.end, g.start, g.end); v > 0 && alike(w, f.scope, g.scope) {
				list = append(list, pair{i, j, v})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b pair) int { return cmp.Compare(b.iou, a.iou) })
	return list
}

// hits notes how well a find meets its true window.
func (s *score) hits(w *world, f *fault, g *window, iou float64, say func(string, ...any)) {
	s.hit++
	if f.spoilt >= 5 {
		s.plain[0]++
	}
	a, b, best := oracle(w, f)
	s.iou, s.best = append(s.iou, iou), append(s.best, best)
	if math.Abs(iou-best) > .005 {
		say("iou %.3f of %.3f %s (edge errors %.0f and %.0f s) got %s", iou, best, f, secs(g.start-f.start), secs(g.end-f.end), g)
	}
	s.onset, s.onsetGaps = append(s.onset, secs(g.start-f.start)), append(s.onsetGaps, secs(g.start-f.start)/a)
	s.end, s.endGaps = append(s.end, secs(g.end-f.end)), append(s.endGaps, secs(g.end-f.end)/b)
	if g.ranges[0][0] != 0 {
		s.ranged++
		for k, edge := range [2]txn.Instant{f.start, f.end} {
			if r := g.ranges[k]; int64(edge) >= r[0] && int64(edge) <= r[1] {
				s.covered[k]++
			} else {
				say("%s of %s outside %s-%s of %s", [2]string{"start", "end"}[k], f, clock(txn.Instant(r[0])), clock(txn.Instant(r[1])), g)
			}
		}
	}
	if equal(f.scope, g.scope) {
		s.exact++
	} else {
		say("scope: %s got %s", f, g)
	}
}

// stands reports whether a true window could be found by a method that is told
// its edges, its scope and the usual rate, and keeps the promise of the search: the likelihood
// ratio of its attempts beats the same bar.
func stands(w *world, f *fault) bool {
	n, k := float64(f.attempts), float64(f.failed)
	if k/n <= w.base {
		return false
	}
	v := k * math.Log(k/n/w.base)
	if k < n {
		v += (n - k) * math.Log((1-k/n)/(1-w.base))
	}
	_, _, best := oracle(w, f)
	all := w.book.Len(txn.Terminal)
	return best >= .5 && v > incident.Bar(all, incident.ChanceWindows(float64(all)))
}

func faults(w *world) string {
	var s []string
	for i := range w.faults {
		s = append(s, w.faults[i].String())
	}
	return strings.Join(s, "; ")
}

// tiny reports whether a find lies on a true window that is not counted.
func tiny(w *world, g *window) bool {
	for i := range w.faults {
		if f := &w.faults[i]; f.attempts < w.least() && g.start < f.end && f.start < g.end {
			return true
		}
	}
	return false
}

func (w window) String() string {
	var s []string
	for d, v := range w.scope {
		s = append(s, d.String()+"="+v)
	}
	slices.Sort(s)
	return fmt.Sprintf("%s-%s %s %s", clock(w.start), clock(w.end), strings.Join(s, "&"), w.note)
}

func secs(d txn.Instant) float64 { return math.Abs(float64(d)) / 1e6 }

func iou(a, b, c, d txn.Instant) float64 {
	in := float64(min(b, d) - max(a, c))
	if in <= 0 {
		return 0
	}
	return in / float64(max(b, d)-min(a, c))
}

// alike reports whether two scopes share at least a third of their attempts,
// both together taken as whole. A method without scopes is always alike.
func alike(w *world, a, b map[ledger.Dim]string) bool {
	if b == nil || equal(a, b) {
		return true
	}
	both, any := 0, 0
	for _, r := range w.book.Rows(txn.Terminal) {
		x, y := holds(w.book, r, a), holds(w.book, r, b)
		if x || y {
			any++
		}
		if x && y {
			both++
		}
	}
	return 3*both >= any
}

func holds(b ledger.Book, r *ledger.Row, scope map[ledger.Dim]string) bool {
	for d, v := range scope {
		name := b.Name(d, ledger.ID(b, r, d))
		if name != v && !slices.Contains(strings.Split(v, ","), name) {
			return false
		}
	}
	return true
}

func equal(a, b map[ledger.Dim]string) bool {
	if len(a) != len(b) {
		return false
	}
	for d, v := range a {
		if b[d] != v {
			return false
		}
	}
	return true
}

// oracle is told which failures are the fault's own and what share of attempts the
// fault spoils: its edges are the medians of what is then known of them, where each
// gap between attempts outward of the first and last own failure weighs its length
// times the chance that the attempts passed over were spared. It returns the gaps at
// both edges in seconds and its IoU.
func oracle(w *world, f *fault) (gapA, gapB, v float64) {
	var at []txn.Instant
	first, last := -1, -1
	for _, r := range w.book.Rows(txn.Terminal) {
		if !holds(w.book, r, f.scope) {
			continue
		}
		if r.At >= f.start && r.At < f.end && w.book.Code(r.Code) == f.code {
			if first < 0 {
				first = len(at)
			}
			last = len(at)
		}
		at = append(at, r.At)
	}
	if first < 0 {
		return 1, 1, 0
	}
	a0, b1 := epoch, epoch+txn.Instant(day/time.Microsecond)
	if first > 0 {
		a0 = at[first-1]
	}
	if last+1 < len(at) {
		b1 = at[last+1]
	}
	dayStart, dayEnd := epoch, epoch+txn.Instant(day/time.Microsecond)
	a := median(f.share, at[first], dayStart, func(k int) (txn.Instant, bool) {
		if k = first - 1 - k; k >= 0 {
			return at[k], true
		}
		return 0, false
	})
	b := median(f.share, at[last], dayEnd, func(k int) (txn.Instant, bool) {
		if k = last + 1 + k; k < len(at) {
			return at[k], true
		}
		return 0, false
	})
	return max(1, secs(at[first]-a0)), max(1, secs(b1-at[last])), iou(a, b, f.start, f.end)
}

// median walks outward from an edge's last own failure, attempt by attempt, to the
// end of the day.
func median(share float64, from, end txn.Instant, next func(int) (txn.Instant, bool)) txn.Instant {
	var cuts []txn.Instant
	var mass []float64
	total, spared := 0.0, 1.0
	for k, at := 0, from; spared > 1e-6 && at != end; k++ {
		to, ok := next(k)
		if !ok {
			to = end
		}
		m := spared * math.Abs(float64(to-at))
		cuts, mass = append(cuts, at), append(mass, m)
		total += m
		spared *= 1 - share
		at = to
	}
	cuts = append(cuts, end)
	sum := 0.0
	for k, m := range mass {
		if sum+m >= total/2 {
			to := end
			if t, ok := next(k); ok {
				to = t
			}
			return cuts[k] + txn.Instant((total/2-sum)/m*float64(to-cuts[k]))
		}
		sum += m
	}
	return from
}

func mean(s []float64) float64 {
	sum := 0.0
	for _, v := range s {
		sum += v
	}
	return sum / float64(max(1, len(s)))
}

func quantile(s []float64, q float64) float64 {
	if len(s) == 0 {
		return math.NaN()
	}
	sort.Float64s(s)
	return s[min(len(s)-1, int(q*float64(len(s))))]
}

func (s *score) print(class, name string) {
	div := func(a, b int) float64 { return float64(a) / float64(max(1, b)) }
	f1 := 2 * float64(s.hit) / float64(max(1, 2*s.hit+s.missed+s.extra))
	cover := "-"
	if s.ranged > 0 {
		cover = fmt.Sprintf("%.3f/%.3f", div(s.covered[0], s.ranged), div(s.covered[1], s.ranged))
	}
	f5 := 2 * float64(s.plain[0]) / float64(max(1, 2*s.plain[0]+s.plain[1]+s.extra))
	top := div(2*s.visible, s.visible+s.hit+s.missed)
	fmt.Printf("| %s | %s | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f | %.0f/%.0f | %.0f/%.0f | %.1f/%.1f | %.1f/%.1f | %s | %.4f | %.3f |\n",
		class, name, f1, top, f5, div(s.hit, s.hit+s.missed), div(s.hit, s.hit+s.extra), div(s.exact, s.hit), mean(s.iou), mean(s.best),
		quantile(s.onset, .5), quantile(s.onset, .9), quantile(s.end, .5), quantile(s.end, .9),
		quantile(s.onsetGaps, .5), quantile(s.onsetGaps, .9), quantile(s.endGaps, .5), quantile(s.endGaps, .9),
		cover, div(s.quietFalse, s.quietDays), s.took.Seconds()/float64(max(1, s.runs)))
}
