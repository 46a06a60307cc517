package incident

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

// without copies a made book, leaving out what drop says; every terminal counts
// its own messages, whether they are left out or not.
func without(s shop, counts bool, drop func(r *txn.Record) bool) *mem.Book {
	stan := map[string]int{}
	b := mem.New()
	src := &txn.Source{Name: "made.log"}
	s.edit = func(i int, r *txn.Record) {
		lost := drop(r)
		if counts || !lost {
			stan[r.TID]++
		}
		if !lost {
			c := r.Clone()
			c.STAN, c.Pos = fmt.Sprintf("%06d", stan[r.TID]), txn.Pos{Src: src, Line: uint32(i + 1)}
			b.Add(c)
		}
	}
	s.book()
	b.Freeze()
	return b
}

func TestSilentInstitution(t *testing.T) {
	from, to := clock(13, 0), clock(14, 30)
	s := shop{attempts: 6000, terminals: 24, base: .02, seed: 31}
	for _, c := range []struct {
		name   string
		counts bool
	}{{"log is missing", true}, {"no trade", false}} {
		b := without(s, c.counts, func(r *txn.Record) bool { return r.Institution == "BANK1" && r.At >= from && r.At < to })
		res := Find(b, rule(b), Options{})
		w := one(t, b, res)
		if w.Kind != DataGap || names(b, w.Scope) != "institution=BANK1 " {
			t.Errorf("%s: %v of %q", c.name, w.Kind, names(b, w.Scope))
		}
		g := res.Gaps[0]
		if g.Start > from || g.End < to || g.Expected < 200 || g.Lost != c.counts {
			t.Errorf("%s: gap %v-%v expected %.0f lost %v trace %d", c.name, g.Start.Time(), g.End.Time(), g.Expected, g.Lost, g.Trace)
		}
	}
}

func TestSilentTerminal(t *testing.T) {
	b := without(shop{attempts: 8000, terminals: 20, base: .02, seed: 32}, false, func(r *txn.Record) bool {
		return r.TID == "00000005" && r.At >= clock(15, 0) && r.At < clock(18, 0)
	})
	w := one(t, b, Find(b, rule(b), Options{}))
	if w.Kind != DataGap || names(b, w.Scope) != "terminal=00000005 " {
		t.Errorf("%v of %q", w.Kind, names(b, w.Scope))
	}
}

// Two shops that fall silent together are two gaps.
func TestTwoSilentShops(t *testing.T) {
	b := without(shop{attempts: 8000, terminals: 20, base: .02, seed: 42}, true, func(r *txn.Record) bool {
		return (r.MID == "898100000000003" || r.MID == "898100000000007") && r.At >= clock(15, 0) && r.At < clock(17, 0)
	})
	got := ""
	for _, g := range Find(b, rule(b), Options{}).Gaps {
		got += names(b, g.Scope)
	}
	if want := "merchant=898100000000007 merchant=898100000000003 "; got != want {
		t.Errorf("gaps of %q, want %q", got, want)
	}
}

// A terminal whose trade goes on at a new one of its shop is no gap; one whose customers go to those that were there is.
func TestReplacedTerminal(t *testing.T) {
	for _, c := range []struct {
		by   string
		gaps int
	}{{"00000099", 0}, {"00000001", 1}} {
		s := shop{attempts: 3000, terminals: 4, base: .02, seed: 44}
		s.edit = func(_ int, r *txn.Record) {
			if r.TID == "00000002" && r.At >= clock(12, 0) {
				r.TID, r.STAN = c.by, ""
			}
		}
		b := s.book()
		if got := Find(b, rule(b), Options{}).Gaps; len(got) != c.gaps {
			t.Errorf("replaced by %s: gaps %+v", c.by, got)
		}
	}
}

// TestMovedAway: who falls silent for good when others begin has perhaps moved to their numbers, and their
// traffic does not say what to expect of it; that of who was there before does.
func TestMovedAway(t *testing.T) {
	const days = 10
	for _, c := range []struct {
		name       string
		stays      bool // a bank that has been there from the start
		gaps, left int
	}{{"moved", false, 0, 1}, {"beside one that stays", true, 1, 0}} {
		rng := rand.New(rand.NewPCG(5, 6))
		b := mem.New()
		src := &txn.Source{Name: "made.log"}
		for i := range days * 300 {
			r := txn.New()
			day := i / 300
			r.At, r.Prec = clock(8, 0).Add(time.Duration(day)*24*time.Hour+time.Duration(float64(i%300)+rng.Float64())*2*time.Minute), txn.PrecMilli
			r.Side, r.Kind, r.Code, r.Origin = txn.Terminal, txn.Sale, "00", txn.Host
			r.Institution, r.MID, r.TID = "OLD", "M1", fmt.Sprintf("1%07d", i%3)
			if day >= days/2 {
				r.Institution, r.MID, r.TID = "NEW", "M2", fmt.Sprintf("2%07d", i%3)
			}
			if c.stays && i%2 == 0 {
				r.Institution, r.MID, r.TID = "STAYS", "M3", fmt.Sprintf("3%07d", i%3)
			}
			r.STAN, r.Amount, r.Pos = fmt.Sprintf("%06d", i), txn.Minor(100+i), txn.Pos{Src: src, Line: uint32(i + 1)}
			b.Add(r)
		}
		b.Freeze()
		res := Find(b, rule(b), Options{})
		if len(res.Gaps) != c.gaps || len(res.Left) != c.left {
			t.Errorf("%s: gaps %+v, left %+v", c.name, res.Gaps, res.Left)
		}
		for _, g := range append(res.Gaps, res.Left...) {
			if names(b, g.Scope) != "institution=OLD " || g.Expected > days/2*300 {
				t.Errorf("%s: %s expected %.0f", c.name, names(b, g.Scope), g.Expected)
			}
		}
	}
}

// The busiest till of a shop has fewer peers than attempts of its own.
func TestSilentTillOfMost(t *testing.T) {
	rng := rand.New(rand.NewPCG(40, 7))
	b := without(shop{attempts: 1500, terminals: 2, base: .02, seed: 40}, false, func(r *txn.Record) bool {
		return r.TID == "00000001" && r.At >= clock(15, 0) && r.At < clock(17, 30) || r.TID == "00000002" && rng.Float64() < .5
	})
	w := one(t, b, Find(b, rule(b), Options{}))
	if w.Kind != DataGap || names(b, w.Scope) != "terminal=00000001 " {
		t.Errorf("%v of %q", w.Kind, names(b, w.Scope))
	}
}

// Hours missing for everybody show in the trace numbers only.
func TestMissingHours(t *testing.T) {
	drop := func(r *txn.Record) bool { return r.At >= clock(12, 0) && r.At < clock(14, 0) }
	s := shop{attempts: 3000, terminals: 4, base: .02, seed: 33}
	b := without(s, true, drop)
	w := one(t, b, Find(b, rule(b), Options{}))
	if w.Kind != DataGap || len(w.Scope) != 0 {
		t.Errorf("%v of %q", w.Kind, names(b, w.Scope))
	}
	b = without(s, false, drop) // everybody was closed
	if res := Find(b, rule(b), Options{}); len(res.Windows) != 0 {
		t.Errorf("%d windows where nobody traded", len(res.Windows))
	}
}

// A list of payments does not show the sign-off and the sign-on that use numbers every night:
// where everybody but one closed early, no hour is missing.
func TestNumbersOfTheNight(t *testing.T) {
	b, n := mem.New(), map[string]int{}
	src, line := &txn.Source{Name: "made.log"}, uint32(0)
	for day := range 3 {
		s := shop{attempts: 900, terminals: 12, seed: uint64(50 + day)}
		s.edit = func(_ int, r *txn.Record) {
			if day == 1 && r.At >= clock(21, 0) && (r.TID != "00000001" || r.At < clock(21, 40)) {
				return
			}
			n[r.TID]++
			line++
			x := r.Clone()
			x.STAN, x.At, x.Pos = fmt.Sprintf("%06d", n[r.TID]), x.At.Add(time.Duration(day)*24*time.Hour), txn.Pos{Src: src, Line: line}
			b.Add(x)
		}
		s.book()
		for tid := range n {
			n[tid] += 2
		}
	}
	b.Freeze()
	for _, g := range Find(b, rule(b), Options{}).Gaps {
		t.Errorf("gap of %q %v-%v, %d numbers", names(b, g.Scope), g.Start.Time(), g.End.Time(), g.Trace)
	}
}

// Numbers used while an hour is missing say nothing of a quiet hour beside it.
func TestQuietBesideMissing(t *testing.T) {
	lost := func(at txn.Instant) bool { return at >= clock(12, 0) && at < clock(14, 0) }
	shut := func(at txn.Instant) bool { return at >= clock(14, 8) && at < clock(15, 30) }
	b, n := mem.New(), map[string]int{}
	src := &txn.Source{Name: "made.log"}
	s := shop{attempts: 3000, terminals: 60, base: .02, seed: 37}
	s.edit = func(i int, r *txn.Record) {
		if shut(r.At) {
			return
		}
		if n[r.TID]++; lost(r.At) {
			return
		}
		x := r.Clone()
		x.STAN, x.Pos = fmt.Sprintf("%06d", n[r.TID]), txn.Pos{Src: src, Line: uint32(i + 1)}
		b.Add(x)
	}
	s.book()
	b.Freeze()
	res := Find(b, rule(b), Options{})
	if len(res.Gaps) != 2 || res.Gaps[0].End > clock(14, 8) || !res.Gaps[0].Lost || res.Gaps[1].Missing() != "trade" {
		for _, g := range res.Gaps {
			t.Errorf("gap %v-%v, missing %s", g.Start.Time(), g.End.Time(), g.Missing())
		}
		t.Error("want the hours that the log lacks, and those in which nobody traded")
	}
}

// A terminal that counts anew has used no numbers, however high it stood before; one
// that goes round from 999999 has.
func TestCountedAnew(t *testing.T) {
	quiet := func(r *txn.Record) bool { return r.At >= clock(12, 0) && r.At < clock(14, 0) }
	for _, c := range []struct {
		name   string
		offset func(at txn.Instant, n int) int
		gaps   int
	}{
		{"from 700,000 to 1 at noon", func(at txn.Instant, n int) int {
			if at < clock(13, 0) {
				return 700000 + n
			}
			return n
		}, 0},
		{"round, and numbers used", func(at txn.Instant, n int) int {
			if at < clock(13, 0) {
				return 999700 + n
			}
			return 999900 + n // 200 more
		}, 1},
	} {
		b, n := mem.New(), map[string]int{}
		src := &txn.Source{Name: "made.log"}
		s := shop{attempts: 3000, terminals: 4, base: .02, seed: 36}
		s.edit = func(i int, r *txn.Record) {
			if quiet(r) {
				return
			}
			n[r.TID]++
			x := r.Clone()
			x.STAN, x.Pos = fmt.Sprintf("%06d", c.offset(r.At, n[r.TID])%1000000), txn.Pos{Src: src, Line: uint32(i + 1)}
			b.Add(x)
		}
		s.book()
		b.Freeze()
		if res := Find(b, rule(b), Options{}); len(res.Gaps) != c.gaps {
			t.Errorf("%s: %d gaps, want %d", c.name, len(res.Gaps), c.gaps)
		}
	}
}

// Shops have hours: closing early or for lunch is no silence.
func TestHoursAreNoSilence(t *testing.T) {
	b := without(shop{attempts: 12000, terminals: 30, base: .02, seed: 34}, false, func(r *txn.Record) bool {
		var n int
		fmt.Sscan(r.MID[4:], &n)
		early, lunch := n%3 == 0 && r.At > clock(18, n), n%3 == 1 && r.At > clock(12, 30) && r.At < clock(14, n)
		return early || lunch
	})
	res := Find(b, rule(b), Options{})
	for i := range res.Gaps {
		t.Errorf("gap of %q %v-%v", names(b, res.Gaps[i].Scope), res.Gaps[i].Start.Time(), res.Gaps[i].End.Time())
	}
}

// One day says nothing of a shop's hours: one that falls silent by and by, and comes back so,
// is busy at other hours than its peers; one that is cut off is not.
func TestFallsSilentByAndBy(t *testing.T) {
	for _, c := range []struct {
		name string
		keep func(hours float64) float64 // from the middle of the silence
		gaps int
	}{
		{"by and by", func(hours float64) float64 { return (hours - 1) / 4 }, 0},
		{"at once", func(hours float64) float64 { return hours - 1 }, 1},
	} {
		rng := rand.New(rand.NewPCG(38, 7))
		b := without(shop{attempts: 8000, terminals: 20, base: .02, seed: 38}, false, func(r *txn.Record) bool {
			hours := math.Abs(float64(r.At-clock(15, 0)) / float64(time.Hour/time.Microsecond))
			return r.MID == "898100000000003" && rng.Float64() >= c.keep(hours)
		})
		if res := Find(b, rule(b), Options{}); len(res.Gaps) != c.gaps {
			t.Errorf("%s: %d gaps, want %d", c.name, len(res.Gaps), c.gaps)
		}
	}
}

// Clerks try again and again where a fault meets them. That is no traffic by which a silent shop
// would have had more, nor does it hide that shop's silence.
func TestTriesInAnOutageAreNoTraffic(t *testing.T) {
	b, src, line := mem.New(), &txn.Source{Name: "made.log"}, uint32(0)
	s := shop{attempts: 8000, terminals: 20, base: .02, seed: 39}
	s.edit = func(i int, r *txn.Record) {
		tries, in := 1, r.At >= clock(14, 0) && r.At < clock(15, 30)
		switch {
		case in && r.MID == "898100000000003":
			return
		case in && r.TID == "00000020":
			tries, r.Code = 40, "98"
		}
		for k := range tries {
			x := r.Clone()
			line++
			x.Amount, x.STAN, x.Pos = x.Amount+txn.Minor(k), "", txn.Pos{Src: src, Line: line}
			b.Add(x)
		}
	}
	s.book()
	b.Freeze()
	res := Find(b, rule(b), Options{})
	if len(res.Gaps) != 1 || res.Gaps[0].Expected > 120 { // 57 an hour of what others have
		t.Errorf("gaps %+v, want one of up to 120 attempts", res.Gaps)
	}
}

func TestSkewFromSettlement(t *testing.T) {
	b := mem.New()
	src, bank := &txn.Source{Name: "pos.log"}, &txn.Source{Name: "settle.csv"}
	s := shop{attempts: 2000, terminals: 8, base: .02, seed: 35, fail: during(clock(14, 0), clock(14, 30), .95)}
	s.edit = func(i int, r *txn.Record) {
		r.RRN = fmt.Sprintf("%012d", i)
		c := r.Clone()
		if r.Code == "00" {
			c.Side, c.Pos = txn.Settlement, txn.Pos{Src: bank, Line: uint32(i)}
			c.At = c.At.Add(2 * time.Second)
			b.Add(c)
		}
		c = r.Clone()
		c.Pos = txn.Pos{Src: src, Line: uint32(i)}
		if c.TID == "00000003" {
			c.At = c.At.Add(110 * time.Second)
		}
		b.Add(c)
	}
	s.book()
	b.Freeze()
	res := Find(b, rule(b), Options{})
	if len(res.Skew) != 1 || b.Name(ledger.Terminal, res.Skew[0].Terminal) != "00000003" || (res.Skew[0].Offset+110*time.Second).Abs() > time.Second {
		t.Fatalf("skew %+v", res.Skew)
	}
	w := one(t, b, res)
	n := 0
	for _, r := range b.Rows(txn.Terminal) {
		if w.Covers(b, r) {
			n++
		}
	}
	if n != w.Attempts {
		t.Errorf("Covers holds %d rows, the window %d", n, w.Attempts)
	}
}

func TestSkewFromEdge(t *testing.T) {
	b := mem.New()
	src := &txn.Source{Name: "pos.log"}
	s := shop{attempts: 6000, terminals: 8, base: .01, seed: 36, fail: during(clock(14, 0), clock(14, 40), 1)}
	s.edit = func(i int, r *txn.Record) {
		c := r.Clone()
		c.Pos = txn.Pos{Src: src, Line: uint32(i)}
		if c.TID == "00000006" {
			c.At = c.At.Add(-170 * time.Second)
		}
		b.Add(c)
	}
	s.book()
	b.Freeze()
	res := Find(b, rule(b), Options{})
	if len(res.Skew) != 1 || (res.Skew[0].Offset-170*time.Second).Abs() > 30*time.Second || res.Skew[0].From != "edge" {
		t.Fatalf("skew %+v", res.Skew)
	}
	one(t, b, res)
}

func TestSnap(t *testing.T) {
	b := shop{attempts: 600, terminals: 3, base: .02, seed: 37, fail: during(clock(14, 0), clock(14, 45), .95)}.book()
	var marks []txn.Instant
	for m := 0; m < 14*60; m += 15 {
		marks = append(marks, clock(8, m))
	}
	res := Find(b, rule(b), Options{})
	w := one(t, b, res)
	was := *w
	same := func() bool { return w.Start == was.Start && w.End == was.End && w.Attempts == was.Attempts }
	if res.Snap(w, marks, marks, 0); !same() {
		t.Error("prior 0 moved an edge")
	}
	far := []txn.Instant{clock(13, 0), clock(16, 0)}
	if res.Snap(w, far, far, .5); !same() {
		t.Error("an edge moved to a mark that its attempts exclude")
	}
	res.Snap(w, marks, marks, .5)
	if w.Start != clock(14, 0) || w.End != clock(14, 45) {
		t.Errorf("snapped to %v-%v", w.Start.Time(), w.End.Time())
	}
	n := 0
	for _, r := range b.Rows(txn.Terminal) {
		if w.Covers(b, r) {
			n++
		}
	}
	if n != w.Attempts {
		t.Errorf("%d attempts, counted %d", n, w.Attempts)
	}
}

// TestSnapOneEdge: an edge that falls on no mark stays where it is, whatever becomes
// of the other.
func TestSnapOneEdge(t *testing.T) {
	b := shop{attempts: 700, terminals: 3, base: .02, seed: 38, fail: during(clock(14, 0), clock(14, 40), .95)}.book()
	var marks []txn.Instant
	for m := 0; m < 14*60; m += 15 {
		marks = append(marks, clock(8, m))
	}
	res := Find(b, rule(b), Options{})
	w := one(t, b, res)
	end := w.End
	if end < clock(14, 37) || end > clock(14, 43) {
		t.Fatalf("found until %v", end.Time())
	}
	if res.Snap(w, marks, marks, .5); w.Start != clock(14, 0) || w.End != end {
		t.Errorf("snapped to %v-%v, want 14:00 and %v", w.Start.Time(), w.End.Time(), end.Time())
	}
}

func TestRanked(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		values := make([]txn.Instant, 1+r.IntN(300))
		for i := range values {
			values[i] = txn.Instant(r.Int64() >> r.IntN(63))
		}
		sorted := slices.Sorted(slices.Values(values))
		rank := r.IntN(len(values))
		if got := ranked(len(values), rank, func(i int) txn.Instant { return values[i] }); got != sorted[rank] {
			t.Fatalf("rank %d of %v is %d, got %d", rank, sorted, sorted[rank], got)
		}
	}
}
