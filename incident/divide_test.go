package incident

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// spoilt is a shop whose host is down from noon to two; code says what an
// attempt in between fails with.
func spoilt(seed uint64, code func(i int, at txn.Instant) string) shop {
	return shop{attempts: 1500, terminals: 4, base: .02, seed: seed, edit: func(i int, r *txn.Record) {
		if r.At >= clock(12, 0) && r.At < clock(14, 0) && i%12 != 0 {
			r.Code = code(i, r.At)
		}
	}}
}

func TestLineDropsWhileTheHostIsDown(t *testing.T) {
	drop := [2]txn.Instant{clock(12, 40), clock(13, 10)}
	b := spoilt(51, func(_ int, at txn.Instant) string {
		if at >= drop[0] && at < drop[1] {
			return "98"
		}
		return "91"
	}).book()
	res := Find(b, rule(b), Options{})
	if len(res.Windows) != 2 {
		t.Fatalf("%d windows, want the host's and the line's", len(res.Windows))
	}
	host, line := &res.Windows[0], &res.Windows[1]
	near := func(got, want txn.Instant) bool { return got.Sub(want).Abs() < 3*time.Minute }
	if !near(host.Start, clock(12, 0)) || !near(host.End, clock(14, 0)) || !near(line.Start, drop[0]) || !near(line.End, drop[1]) {
		t.Errorf("host %v-%v, line %v-%v", host.Start.Time(), host.End.Time(), line.Start.Time(), line.End.Time())
	}
	for _, at := range []txn.Instant{line.StartRange[0], line.EndRange[1]} {
		if at < host.Start || at > host.End {
			t.Errorf("edge interval of the line leaves the host's window: %v", at.Time())
		}
	}
	if host.Codes[0].N < 100 || b.Code(host.Codes[0].Code) != "91" || b.Code(line.Codes[0].Code) != "98" {
		t.Errorf("codes: host %v, line %v", host.Codes, line.Codes)
	}
	seen := map[int32]bool{}
	for _, w := range res.Windows { // no row belongs to both
		for _, i := range w.Rows {
			if seen[i] {
				t.Fatalf("row %d is in both windows", i)
			}
			seen[i] = true
		}
	}
	for i, r := range b.Rows(txn.Terminal) {
		if host.Covers(b, r) && line.Covers(b, r) {
			t.Fatalf("both windows cover row %d", i)
		}
	}
}

func TestLineThenHost(t *testing.T) {
	b := spoilt(52, func(_ int, at txn.Instant) string {
		if at < clock(13, 15) {
			return "98"
		}
		return "91"
	}).book()
	res := Find(b, rule(b), Options{})
	if len(res.Windows) != 2 || res.Windows[0].End != res.Windows[1].Start || res.Windows[0].End.Sub(clock(13, 15)).Abs() > 3*time.Minute {
		t.Fatalf("want two neighbours that meet at 13:15, got %d windows", len(res.Windows))
	}
}

// A code of open meaning may be taken for the line's where cards are read and for the host's
// where they are tapped. The host that answers with it is not the line behind it.
func TestAnswersCeaseBehindAnOpenCode(t *testing.T) {
	b := spoilt(53, func(_ int, at txn.Instant) string {
		if at < clock(13, 15) {
			return "B4"
		}
		return ""
	}).book()
	table := rule(b)
	open := func(i int, r *ledger.Row) classify.Ruling {
		switch {
		case b.Code(r.Code) == "B4" && i%2 == 0:
			return classify.Ruling{Outcome: classify.Declined, Class: classify.Timeout}
		case b.Code(r.Code) == "":
			return classify.Ruling{Outcome: classify.Unknown, Class: classify.Timeout}
		}
		return table(i, r)
	}
	res := Find(b, open, Options{})
	if len(res.Windows) != 2 || res.Windows[0].End.Sub(clock(13, 15)).Abs() > 3*time.Minute {
		t.Fatalf("want two neighbours that meet at 13:15, got %d windows", len(res.Windows))
	}
}

// A host that answers with both all the time is one incident.
func TestMixedCodesAreNotDivided(t *testing.T) {
	for seed := range uint64(20) {
		b := spoilt(100+seed, func(i int, _ txn.Instant) string {
			if i*7919%5 < 2 {
				return "98"
			}
			return "91"
		}).book()
		if n := len(Find(b, rule(b), Options{}).Windows); n != 1 {
			t.Errorf("seed %d: %d windows, want one", seed, n)
		}
	}
}

// Work on a host leaves the terminals with keys that it no longer takes.
func TestHostThenKeys(t *testing.T) {
	b := spoilt(53, func(_ int, at txn.Instant) string {
		if at < clock(13, 15) {
			return "91"
		}
		return "A0"
	}).book()
	res := Find(b, rule(b), Options{})
	if len(res.Windows) != 2 || res.Windows[0].End != res.Windows[1].Start || res.Windows[0].End.Sub(clock(13, 15)).Abs() > 3*time.Minute {
		t.Fatalf("want two neighbours that meet at 13:15, got %d windows", len(res.Windows))
	}
	if !res.Windows[0].Before(&res.Windows[1]) || b.Code(res.Windows[1].Codes[0].Code) != "A0" {
		t.Errorf("codes %v", res.Windows[1].Codes)
	}
}

// What has one time, as in a log to the minute, has no time between its parts, whatever the order of its rows.
func TestOneMinuteIsNotDivided(t *testing.T) {
	for name, code := range map[string]func(k int, r *txn.Record) string{
		"line then keys":   func(k int, _ *txn.Record) string { return [...]string{"98", "A0"}[k/30] },
		"line inside host": func(k int, _ *txn.Record) string { return [...]string{"91", "98", "91"}[k/20] },
		"reaches all": func(k int, r *txn.Record) string {
			if k < 30 && r.Carrier != "C1" {
				return "00"
			}
			return "98"
		},
	} {
		b := shop{attempts: 4800, terminals: 24, base: .005, seed: 50, edit: func(i int, r *txn.Record) {
			if r.At -= r.At % txn.Instant(time.Minute/time.Microsecond); i >= 2400 && i < 2460 {
				r.At, r.Code = clock(15, 0), code(i-2400, r)
			}
		}}.book()
		for _, w := range Find(b, rule(b), Options{}).Windows {
			if w.Failures < 20 {
				t.Errorf("%s: a window of %d failures", name, w.Failures)
			}
		}
	}
}

// A line that loses some of what a host would refuse some of is seen by how what fails changes.
func TestTurning(t *testing.T) {
	p := &pool{phi: 1}
	for _, x := range []struct {
		fails    string // L for those of the line
		from, to int
	}{
		{"hhhhhhhhhhhhhhhhhhLLLLhhLLhLhhLLhLhLLLhLhhhhhLLhLLhhhhhhhhhhLhh", 18, 50},
		{"hhhhhhhLLLLLLLLhLh", 7, 15},
		{"hhhhLLLLhhhh", 4, 8},
		{"hhhhhhhhLLLLLLLL", 8, 16},
		{"hLhhLhLhhhLhLhhLhLhLhhhLhhLhL", 0, 0},
		{"hhhhhhhhLhhhhhhhhhhhhhhLhhhhh", 0, 0},
	} {
		fails := make([]int32, len(x.fails))
		for i := range fails {
			fails[i] = int32(i)
		}
		v, from, to := p.turning(fails, func(i int32) bool { return x.fails[i] == 'L' })
		if v <= barOf(len(fails)) {
			from, to = 0, 0
		}
		if from != x.from || to != x.to {
			t.Errorf("%s: %d to %d (%.1f nats, bar %.1f), want %d to %d", x.fails, from, to, v, barOf(len(fails)), x.from, x.to)
		}
	}
}

// Failures whose families are mixed by chance are hardly ever divided.
func TestChanceDividesLittle(t *testing.T) {
	const tries = 2000
	rng := rand.New(rand.NewPCG(3, 4))
	p := &pool{phi: 1}
	for _, n := range []int{10, 40, 160} {
		divided := 0
		for range tries {
			fails, line := make([]int32, n), make([]bool, n)
			for i := range fails {
				fails[i], line[i] = int32(i), rng.Float64() < .5
			}
			if v, _, _ := p.turning(fails, func(i int32) bool { return line[i] }); v > barOf(n) {
				divided++
			}
		}
		if divided > tries/50 {
			t.Errorf("%d failures: %d of %d divided", n, divided, tries)
		}
	}
}
