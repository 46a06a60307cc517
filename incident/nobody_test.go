package incident

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

// days makes a book of so many days of a shop, and of settlement if paid; drop says what the log lacks and unpaid what
// no money came for.
func days(n int, s shop, drop, unpaid func(day int, r *txn.Record) bool) *mem.Book {
	b, line := mem.New(), uint32(0)
	log, bank := &txn.Source{Name: "made.log"}, &txn.Source{Name: "settle.csv"}
	for day := range n {
		s.seed++
		s.edit = func(_ int, r *txn.Record) {
			x := r.Clone()
			x.At = x.At.Add(time.Duration(day) * 24 * time.Hour)
			line++
			if !drop(day, r) {
				x.STAN, x.Pos = "", txn.Pos{Src: log, Line: line}
				b.Add(x)
			}
			if unpaid != nil && !unpaid(day, r) {
				x = x.Clone()
				x.Side, x.Pos = txn.Settlement, txn.Pos{Src: bank, Line: line}
				b.Add(x)
			}
		}
		s.book()
	}
	b.Freeze()
	return b
}

// Where nobody has an attempt, what stands out is said; it is an incident where the log is missing or
// so many shops are never closed together.
func TestNobody(t *testing.T) {
	at := func(r *txn.Record, h, m, until, past int) bool {
		return r.At >= clock(h, m) && r.At < clock(until, past)
	}
	few, many := shop{attempts: 900, terminals: 4, base: .01, seed: 70}, shop{attempts: 4000, terminals: 24, base: .01, seed: 71}
	noon := func(_ int, r *txn.Record) bool { return at(r, 13, 0, 14, 30) }
	rng := rand.New(rand.NewPCG(3, 3))
	for _, c := range []struct {
		name       string
		days       int
		shop       shop
		drop       func(day int, r *txn.Record) bool
		gaps, idle int
	}{
		{"a shop on one day", 1, few, noon, 0, 1},
		{"many shops", 1, many, noon, 1, 0},
		{"by and by", 1, few, func(_ int, r *txn.Record) bool {
			return rng.Float64() >= math.Abs(float64(r.At-clock(14, 0)))/float64(2*time.Hour/time.Microsecond)-.3
		}, 0, 0},
		{"lunch, every day", 5, few, noon, 0, 0},
		{"one day of five", 5, few, func(day int, r *txn.Record) bool { return day == 2 && noon(day, r) }, 0, 1},
		{"three breaks", 1, few, func(_ int, r *txn.Record) bool {
			return at(r, 9, 30, 11, 0) || at(r, 13, 0, 14, 30) || at(r, 17, 0, 18, 30)
		}, 0, 0},
		{"a day of seven", 7, few, func(day int, _ *txn.Record) bool { return day == 3 }, 0, 1},
		{"one night", 2, few, func(int, *txn.Record) bool { return false }, 0, 0},
		{"too little to say", 1, shop{attempts: 90, terminals: 4, base: .01, seed: 72}, noon, 0, 0},
	} {
		b := days(c.days, c.shop, c.drop, nil)
		res := Find(b, rule(b), Options{})
		if len(res.Gaps) != c.gaps || len(res.Idle) != c.idle {
			t.Errorf("%s: %d gaps and %d idle, want %d and %d", c.name, len(res.Gaps), len(res.Idle), c.gaps, c.idle)
		}
		for _, g := range append(res.Gaps, res.Idle...) {
			if g.Lost || !g.Nobody || g.Missing() != "unknown" {
				t.Errorf("%s: %+v", c.name, g)
			}
			if want := float64(c.shop.attempts) * 1.5 / 14; c.name != "a day of seven" && math.Abs(g.Expected-want) > .2*want {
				t.Errorf("%s: expected %.0f, want about %.0f", c.name, g.Expected, want)
			}
		}
	}
}

// Where the files on both sides of a gap are others, it is their log that is missing; numbers that
// stood still say that nobody tried.
func TestUncovered(t *testing.T) {
	s := shop{attempts: 900, terminals: 4, base: .01, seed: 75}
	for _, c := range []struct {
		name          string
		files, traces bool
		missing       string
	}{{"one file", false, false, "unknown"}, {"two files", true, false, "log"}, {"two files, numbers went on", true, true, "trade"}} {
		b, line, n := mem.New(), uint32(0), map[string]int{}
		parts := [2]*txn.Source{{Name: "am.log"}, {Name: "pm.log"}}
		s.edit = func(_ int, r *txn.Record) {
			if r.At >= clock(13, 0) && r.At < clock(14, 30) {
				return
			}
			x := r.Clone()
			line++
			n[x.TID]++
			if x.Pos, x.STAN = (txn.Pos{Src: parts[0], Line: line}), ""; c.files && x.At > clock(14, 0) {
				x.Pos.Src = parts[1]
			}
			if c.traces {
				x.STAN = fmt.Sprintf("%06d", n[x.TID])
			}
			b.Add(x)
		}
		s.book()
		b.Freeze()
		res := Find(b, rule(b), Options{})
		got := append(res.Gaps, res.Idle...)
		if len(got) != 1 || got[0].Missing() != c.missing || (len(res.Gaps) == 1) != (c.missing == "log") {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

// Money that came for nothing in the log tells that the log is missing; what is paid without a terminal all
// day long does not.
func TestMoneyInAGap(t *testing.T) {
	noon := func(_ int, r *txn.Record) bool { return r.At >= clock(13, 0) && r.At < clock(14, 30) }
	never := func(int, *txn.Record) bool { return false }
	two := func(_ int, r *txn.Record) bool {
		return r.TID == "00000002" && r.At >= clock(11, 0) && r.At < clock(16, 0)
	}
	few, many := shop{attempts: 900, terminals: 4, base: .01, seed: 80}, shop{attempts: 6000, terminals: 24, base: .01, seed: 81}
	for _, c := range []struct {
		name         string
		shop         shop
		drop, unpaid func(int, *txn.Record) bool
		alone        func(log bool) bool // a row of settlement, which the log has or not, has no row there
		missing      string              // "" = no window
		scope        string
	}{
		{"all, paid", few, noon, never, func(log bool) bool { return !log }, "log", ""},
		{"all, not paid", few, noon, noon, func(log bool) bool { return !log }, "", ""},
		{"all, everything is paid without a terminal", few, noon, never, func(bool) bool { return true }, "", ""},
		{"one terminal, paid", many, two, never, func(log bool) bool { return !log }, "log", "terminal=00000002 "},
		{"one terminal, not paid", many, two, two, func(log bool) bool { return !log }, "unknown", "terminal=00000002 "},
	} {
		b := days(1, c.shop, c.drop, c.unpaid)
		has := map[uint32]bool{}
		for _, r := range b.Rows(txn.Terminal) {
			has[r.Line] = true
		}
		res := Find(b, rule(b), Options{Lone: func(i int) bool { return c.alone(has[b.Row(txn.Settlement, i).Line]) }})
		got, scope := "", ""
		for _, g := range res.Gaps {
			got, scope = g.Missing(), names(b, g.Scope)
		}
		if got != c.missing || scope != c.scope || len(res.Gaps) > 1 {
			t.Errorf("%s: missing %q of %q, %d gaps; want %q of %q", c.name, got, scope, len(res.Gaps), c.missing, c.scope)
		}
		if c.missing == "log" && res.Gaps[0].Settled < 40 {
			t.Errorf("%s: %d rows of settlement", c.name, res.Gaps[0].Settled)
		}
	}
}

// Payments in a row that the log lacks are one hole in it, however short; single ones, and those of a
// way to pay that no terminal sees, are none.
func TestUnlogged(t *testing.T) {
	s := shop{attempts: 3000, terminals: 12, base: .01, seed: 90}
	never := func(int, *txn.Record) bool { return false }
	at := func(r *txn.Record, h, m, until, past int) bool {
		return r.At >= clock(h, m) && r.At < clock(until, past)
	}
	rng := rand.New(rand.NewPCG(9, 9))
	for _, c := range []struct {
		name string
		drop func(int, *txn.Record) bool
		want string // scopes and missing numbers
	}{
		{"a terminal for half an hour", func(_ int, r *txn.Record) bool { return r.TID == "00000005" && at(r, 14, 0, 14, 40) }, "terminal=00000005 13"},
		{"a terminal, and the whole next day", func(day int, r *txn.Record) bool {
			return r.TID == "00000005" && at(r, 14, 0, 14, 40) || day > 0
		}, "terminal=00000005 13"},
		{"to the end of the day", func(_ int, r *txn.Record) bool { return r.TID == "00000005" && at(r, 21, 20, 24, 0) }, "terminal=00000005 10 open"},
		{"the shop of two", func(_ int, r *txn.Record) bool { return r.MID == "898100000000003" && at(r, 14, 0, 14, 30) }, "merchant=898100000000003 14"},
		{"everybody for four minutes", func(_ int, r *txn.Record) bool { return r.Institution == "BANK0" && at(r, 14, 0, 14, 4) }, "institution=BANK0 14"},
		{"everybody for an hour", func(_ int, r *txn.Record) bool { return r.Institution == "BANK0" && at(r, 14, 0, 15, 0) }, "214"},
		{"half of the terminals at once", func(_ int, r *txn.Record) bool { return r.TID > "00000006" && at(r, 14, 0, 14, 40) }, "merchant=898100000000004 merchant=898100000000005 merchant=898100000000006 79"},
		{"here and there", func(int, *txn.Record) bool { return rng.Float64() < .1 }, ""},
		{"of all that one terminal sells", func(_ int, r *txn.Record) bool { return r.TID == "00000005" && rng.Float64() < .7 }, ""},
		{"a log of failures alone", func(_ int, r *txn.Record) bool { return r.Code == "00" }, ""},
		{"four", func(_ int, r *txn.Record) bool { return r.TID == "00000005" && at(r, 14, 0, 14, 14) }, ""},
	} {
		b := days(1+strings.Count(c.name, "next day"), s, c.drop, never)
		has := map[uint32]bool{}
		for _, r := range b.Rows(txn.Terminal) {
			has[r.Line] = true
		}
		res := Find(b, rule(b), Options{Lone: func(i int) bool { return !has[b.Row(txn.Settlement, i).Line] }})
		got := ""
		for _, g := range res.Gaps {
			got += fmt.Sprintf("%s%d", names(b, g.Scope), g.Settled)
			if g.Open {
				got += " open"
			}
			if !g.Lost || g.EValue > 1e-3 {
				t.Errorf("%s: %+v", c.name, g)
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// A file that gives all its payments one time says nothing of when they were.
func TestOneTimeIsNoHole(t *testing.T) {
	for _, minutes := range []int{0, 3} { // between them
		b, line := mem.New(), uint32(0)
		log, bank := &txn.Source{Name: "made.log"}, &txn.Source{Name: "settle.csv"}
		paid := 0
		s := shop{attempts: 3000, terminals: 12, seed: 91}
		s.edit = func(_ int, r *txn.Record) {
			x := r.Clone()
			line++
			if x.Pos = (txn.Pos{Src: log, Line: line}); x.TID == "00000005" && x.At >= clock(13, 0) && x.At < clock(14, 0) {
				x.Side, x.Pos.Src, x.At = txn.Settlement, bank, clock(13, 10+paid*minutes)
				paid++
			}
			b.Add(x)
		}
		s.book()
		b.Freeze()
		res := Find(b, rule(b), Options{Lone: func(int) bool { return true }})
		if want := min(1, minutes); len(res.Gaps) != want || paid < 10 {
			t.Errorf("%d minutes apart: %d gaps for %d payments, want %d", minutes, len(res.Gaps), paid, want)
		}
	}
}

// Of several shops with one hole the trace numbers of all are read.
func TestNumbersOfSeveralShops(t *testing.T) {
	b, n, lost, line := mem.New(), map[string]int{}, 0, uint32(0)
	log, bank := &txn.Source{Name: "made.log"}, &txn.Source{Name: "settle.csv"}
	s := shop{attempts: 3000, terminals: 12, base: .01, seed: 92}
	s.edit = func(_ int, r *txn.Record) {
		x := r.Clone()
		line++
		n[x.TID]++
		x.STAN, x.Pos = fmt.Sprintf("%06d", n[x.TID]), txn.Pos{Src: log, Line: line}
		if x.TID > "00000006" && x.At >= clock(14, 0) && x.At < clock(14, 12) {
			x.Side, x.Pos.Src = txn.Settlement, bank
			lost++
		}
		b.Add(x)
	}
	s.book()
	b.Freeze()
	res := Find(b, rule(b), Options{Lone: func(int) bool { return true }})
	if len(res.Gaps) != 1 || len(res.Gaps[0].Scope[0].IDs) != 3 || res.Gaps[0].Trace != lost || res.Gaps[0].Settled != lost {
		t.Errorf("%d lost, gaps %+v", lost, res.Gaps)
	}
}
