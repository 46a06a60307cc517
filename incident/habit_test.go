package incident

import (
	"testing"
	"time"

	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

// opening copies days of a made shop with three terminals, of which the second one is open
// only as told, by day and hour.
func opening(days int, open func(day, hour int) bool) *mem.Book {
	b := mem.New()
	src, line := &txn.Source{Name: "made.log"}, uint32(0)
	for day := range days {
		s := shop{attempts: 1500, terminals: 3, seed: uint64(41 + day)}
		s.edit = func(_ int, r *txn.Record) {
			if hour := int((r.At - morning) / txn.Instant(time.Hour/time.Microsecond)); r.TID == "00000002" && !open(day, hour) {
				return
			}
			line++
			x := r.Clone()
			x.MID, x.Institution, x.STAN = "898100000000001", "BANK1", ""
			x.At, x.Pos = x.At.Add(time.Duration(day)*24*time.Hour), txn.Pos{Src: src, Line: line}
			b.Add(x)
		}
		s.book()
	}
	b.Freeze()
	return b
}

// A shop may close early or rest for a day; one that is away for longer to the end of the data is a gap.
func TestShopThatStaysAway(t *testing.T) {
	for _, c := range []struct{ from, days, gaps int }{{2, 4, 1}, {3, 4, 0}, {4, 4, 0}} {
		b := mem.New()
		src, line := &txn.Source{Name: "made.log"}, uint32(0)
		for day := range c.days {
			s := shop{attempts: 1500, terminals: 20, seed: uint64(61 + day)}
			s.edit = func(_ int, r *txn.Record) {
				if r.MID == "898100000000003" && day >= c.from {
					return
				}
				line++
				x := r.Clone()
				x.STAN, x.At, x.Pos = "", x.At.Add(time.Duration(day)*24*time.Hour), txn.Pos{Src: src, Line: line}
				b.Add(x)
			}
			s.book()
		}
		b.Freeze()
		found := Find(b, rule(b), Options{})
		if len(found.Gaps) != c.gaps || c.gaps == 1 && (names(b, found.Gaps[0].Scope) != "merchant=898100000000003 " || !found.Gaps[0].Open) {
			t.Errorf("away from day %d of %d: %+v", c.from, c.days, found.Gaps)
		}
	}
}

// What an entity does on its other days is no gap; what it does on one is.
func TestHabits(t *testing.T) {
	busy := func(hour int) bool { return hour >= 12 && hour < 14 || hour >= 18 && hour < 20 }
	for _, c := range []struct {
		name string
		days int
		open func(day, hour int) bool
		at   []time.Duration // inside the gaps to find
	}{
		{"open at the busy hours", 7, func(_, hour int) bool { return busy(hour) }, nil},
		{"open at the busy hours, one evening missing", 7, func(day, hour int) bool { return busy(hour) && !(day == 3 && hour >= 18) }, []time.Duration{(3*24 + 19) * time.Hour}},
		{"lunch at any hour", 7, func(day, hour int) bool { return hour != 11+day*2%3 }, nil},
		{"rests on one day of the week", 21, func(day, _ int) bool { return day%7 != 3 }, nil},
		{"rests on one day", 21, func(day, _ int) bool { return day != 10 }, []time.Duration{(10*24 + 12) * time.Hour}},
		{"silent for some hours of one day", 7, func(day, hour int) bool { return day != 3 || hour < 11 || hour >= 15 }, []time.Duration{(3*24 + 13) * time.Hour}},
		{"silent at the same hours of two days", 9, func(day, hour int) bool { return day%5 != 3 || hour < 11 || hour >= 15 },
			[]time.Duration{(3*24 + 13) * time.Hour, (8*24 + 13) * time.Hour}},
	} {
		b := opening(c.days, c.open)
		res := Find(b, rule(b), Options{})
		found := map[time.Duration]bool{}
		for _, g := range res.Gaps {
			n := len(found)
			for _, at := range c.at {
				if at := morning.Add(at); g.Start < at && at < g.End {
					found[at.Sub(morning)] = true
				}
			}
			if len(found) == n {
				t.Errorf("%s: gap %v-%v", c.name, g.Start.Time(), g.End.Time())
			}
		}
		if len(found) != len(c.at) {
			t.Errorf("%s: %d gaps found, want %d", c.name, len(found), len(c.at))
		}
	}
}
