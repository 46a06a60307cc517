package incident

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

func TestOneOutage(t *testing.T) {
	b := shop{attempts: 1500, terminals: 6, base: .02, seed: 1, fail: during(clock(14, 0), clock(14, 40), .95)}.book()
	res := Find(b, rule(b), Options{})
	w := one(t, b, res)
	if len(w.Scope) != 0 || w.Kind != Outage || w.Open {
		t.Errorf("scope %q kind %v open %v, want everything, outage, closed", names(b, w.Scope), w.Kind, w.Open)
	}
	for _, e := range []struct {
		name      string
		got, want txn.Instant
		within    [2]txn.Instant
	}{{"start", w.Start, clock(14, 0), w.StartRange}, {"end", w.End, clock(14, 40), w.EndRange}} {
		if d := e.got.Sub(e.want).Abs(); d > 2*time.Minute {
			t.Errorf("%s is off by %v", e.name, d)
		}
		if e.got < e.within[0] || e.got > e.within[1] {
			t.Errorf("%s lies outside its own interval", e.name)
		}
	}
	if w.Failures != len(w.Rows) || w.Failures > w.Attempts || w.Excess > float64(w.Failures) {
		t.Errorf("%d rows for %d failures of %d, excess %.1f", len(w.Rows), w.Failures, w.Attempts, w.Excess)
	}
	say, n := rule(b), 0
	for i, r := range b.Rows(txn.Terminal) {
		if w.Covers(b, r) {
			n++
			if v := say(i, r); v.Class.Systemic() {
				w.Failures--
			}
		}
	}
	if n != w.Attempts || w.Failures != 0 {
		t.Errorf("Covers holds %d attempts, want %d; failures differ by %d", n, w.Attempts, w.Failures)
	}
}

func TestScopes(t *testing.T) {
	in := func(hit func(*txn.Record) bool, from, to txn.Instant, g float64) func(txn.Instant, *txn.Record) float64 {
		f := during(from, to, g)
		return func(at txn.Instant, r *txn.Record) float64 {
			if hit(r) {
				return f(at, r)
			}
			return 0
		}
	}
	from, to := clock(11, 3), clock(12, 7)
	for _, c := range []struct {
		name, scope string
		hit         func(*txn.Record) bool
	}{
		{"institution", "institution=BANK1 ", func(r *txn.Record) bool { return r.Institution == "BANK1" }},
		{"carrier", "carrier=C2 ", func(r *txn.Record) bool { return r.Carrier == "C2" }},
		{"issuer", "issuer=I3 ", func(r *txn.Record) bool { return r.Issuer == "I3" }},
		{"carrier in region", "carrier=C1 region=R0 ", func(r *txn.Record) bool { return r.Carrier == "C1" && r.Region == "R0" }},
		{"two regions", "region=R1 region=R3 ", func(r *txn.Record) bool { return r.Region == "R1" || r.Region == "R3" }},
		{"carrier in region, whose terminals are all one institution's", "carrier=C2 region=R0 ", func(r *txn.Record) bool {
			hit := r.Carrier == "C2" && r.Region == "R0"
			if hit || r.Carrier == "C0" && r.Region == "R1" {
				r.Institution = "BANK2"
			}
			return hit
		}},
		{"carrier, issuer and institution", "institution=BANK0 carrier=C0 issuer=I1 ", func(r *txn.Record) bool {
			return r.Carrier == "C0" && r.Issuer == "I1" && r.Institution == "BANK0"
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := shop{attempts: 20000, terminals: 48, base: .02, seed: 5, fail: in(c.hit, from, to, .95)}.book()
			w := one(t, b, Find(b, rule(b), Options{}))
			if got := names(b, w.Scope); got != c.scope {
				t.Errorf("scope %q, want %q (next best %q, %.1f nats behind)", got, c.scope, names(b, w.RunnerUp), w.Margin)
			}
		})
	}
}

func TestQuietAndTiny(t *testing.T) {
	for _, n := range []int{0, 1, 2, 30, 150, 2000} {
		var b *mem.Book
		if n == 0 {
			b = mem.New()
			b.Freeze()
		} else {
			b = shop{attempts: n, terminals: 3, base: .03, seed: 11}.book()
		}
		res := Find(b, rule(b), Options{})
		if len(res.Windows) > 0 {
			t.Errorf("%d attempts: %d windows on a quiet day", n, len(res.Windows))
		}
		if n <= 2 && !res.Limits.TooLittle {
			t.Errorf("%d attempts are not said to be too few", n)
		}
	}
}

// A shop whose every message is refused for two hours is down, though that is a fifth of
// its day; where messages are refused all day long nothing stands out.
func TestMessagesRefused(t *testing.T) {
	refused := func(share float64, from, to txn.Instant) *mem.Book {
		rng := rand.New(rand.NewPCG(6, 6))
		return shop{attempts: 1000, terminals: 4, base: .01, seed: 6, edit: func(_ int, r *txn.Record) {
			if r.At >= from && r.At < to && rng.Float64() < share {
				r.Code = "30"
			}
		}}.book()
	}
	b := refused(.99, clock(10, 0), clock(12, 30))
	if w := one(t, b, Find(b, rule(b), Options{})); w.Start.Sub(clock(10, 0)).Abs() > 3*time.Minute || w.End.Sub(clock(12, 30)).Abs() > 3*time.Minute || len(w.Scope) > 0 {
		t.Errorf("found %v-%v %q", w.Start.Time(), w.End.Time(), names(b, w.Scope))
	}
	b = refused(.18, clock(8, 0), clock(22, 0))
	if res := Find(b, rule(b), Options{}); len(res.Windows) > 0 {
		t.Errorf("%d windows where messages are refused all day", len(res.Windows))
	}
}

// Retries of one card fail again for the card's own reasons: they are one event.
func TestRetriesAreOneEvent(t *testing.T) {
	edit := func(i int, r *txn.Record) {
		if i >= 700 && i < 708 {
			r.At = clock(15, 0).Add(time.Duration(i-700) * 20 * time.Second)
			r.PAN, r.Amount, r.Code, r.TID, r.MID = txn.Mask("6228480012345678"), 12300, "98", "00000001", "898100000000001"
		}
	}
	b := shop{attempts: 1500, terminals: 3, base: .01, seed: 3, edit: edit}.book()
	res := Find(b, rule(b), Options{})
	if len(res.Windows) > 0 {
		t.Errorf("%d windows from one card's retries", len(res.Windows))
	}
	if res.Limits.Retries < 7 {
		t.Errorf("%d retries collapsed, want at least 7", res.Limits.Retries)
	}
}

// An approval ends the tries of one purchase: where all pay one fare and no card is stated, those after it
// are others, and a ninth that fails here and there is no outage.
func TestFaresAreNoRetries(t *testing.T) {
	edit := func(i int, r *txn.Record) {
		r.At, r.PAN, r.Amount, r.Code = clock(8, 0).Add(time.Duration(i)*7*time.Second), txn.PAN{}, 200, "00"
		if i%9 == 0 {
			r.Code = "91"
		}
	}
	b := shop{attempts: 600, terminals: 1, seed: 3, edit: edit}.book()
	res := Find(b, rule(b), Options{})
	if l := res.Limits; len(res.Windows) > 0 || l.Retries > 67 || l.Assumed {
		t.Errorf("%d windows, %+v", len(res.Windows), l)
	}
}

func TestDeclinesAreNoOutage(t *testing.T) {
	edit := func(i int, r *txn.Record) {
		if r.At >= clock(16, 0) && r.At < clock(16, 30) && i%2 == 0 {
			r.Code = "51"
		}
	}
	b := shop{attempts: 3000, terminals: 3, base: .01, seed: 4, edit: edit}.book()
	if w := one(t, b, Find(b, rule(b), Options{})); w.Kind != Burst || w.Channel != Business {
		t.Errorf("kind %v channel %v, want a cardholder burst", w.Kind, w.Channel)
	}
}

// Six MAC errors in three hours are lost among all failures and plain among
// MAC errors.
func TestRareFamily(t *testing.T) {
	n := 0
	edit := func(i int, r *txn.Record) {
		if r.TID == "00000004" && r.At >= clock(10, 0) && r.At < clock(13, 0) && i%4 == 0 && n < 8 {
			n++
			r.Code = "A0"
		}
	}
	b := shop{attempts: 6000, terminals: 20, base: .06, seed: 14, edit: edit}.book()
	if w := one(t, b, Find(b, rule(b), Options{})); names(b, w.Scope) != "terminal=00000004 " || b.Code(w.Codes[0].Code) != "A0" {
		t.Errorf("channel %v of %q, codes %v", w.Channel, names(b, w.Scope), w.Codes)
	}
}

func TestOpenAtEnd(t *testing.T) {
	b := shop{attempts: 1500, terminals: 3, base: .02, seed: 6, fail: during(clock(21, 10), clock(23, 0), .9)}.book()
	if w := one(t, b, Find(b, rule(b), Options{})); !w.Open {
		t.Error("a window that touches the end of the data is not open")
	}
}

// A terminal that fails all day long at a low rate is a level.
func TestChronic(t *testing.T) {
	b := shop{attempts: 6000, terminals: 20, base: .02, seed: 8, fail: func(_ txn.Instant, r *txn.Record) float64 {
		if r.TID == "00000007" {
			return .3
		}
		return 0
	}}.book()
	res := Find(b, rule(b), Options{})
	if len(res.Windows) != 0 || len(res.Chronic) != 1 || names(b, res.Chronic[0].Scope) != "terminal=00000007 " {
		t.Errorf("%d windows, chronic %+v", len(res.Windows), res.Chronic)
	}
}

func TestUndatedAndRepeated(t *testing.T) {
	edit := func(i int, r *txn.Record) {
		switch {
		case i%10 == 0:
			r.Prec, r.Code = txn.PrecDay, "98"
		case i%10 == 1:
			r.Flags |= txn.Repeat
		case i%10 == 2:
			r.Kind, r.Code = txn.Reversal, "98"
		}
	}
	b := shop{attempts: 1000, terminals: 3, base: .02, seed: 9, edit: edit}.book()
	res := Find(b, rule(b), Options{})
	if l := res.Limits; l.Undated != 100 || l.Repeats != 100 || l.Attempts+l.Retries != 700 || len(res.Windows) != 0 {
		t.Errorf("undated %d, repeats %d, attempts %d, windows %d", l.Undated, l.Repeats, l.Attempts, len(res.Windows))
	}
}

// A switch's view of the terminals' own attempts is no second attempt.
func TestSwitchRowsAreEchoes(t *testing.T) {
	b := mem.New()
	pos, sw := &txn.Source{Name: "pos.log"}, &txn.Source{Name: "switch.log"}
	s := shop{attempts: 900, terminals: 3, base: .02, seed: 15}
	s.edit = func(i int, r *txn.Record) {
		for k, src := range []*txn.Source{pos, sw} {
			c := r.Clone()
			c.Pos = txn.Pos{Src: src, Line: uint32(i + 1)}
			if k == 1 {
				if i%3 == 0 {
					continue
				}
				c.Side, c.At = txn.Switch, c.At.Add(1500*time.Millisecond)
			}
			b.Add(c)
		}
	}
	s.book()
	b.Freeze()
	if l := Find(b, rule(b), Options{}).Limits; l.Attempts+l.Retries != 900 || l.Repeats != 600 {
		t.Errorf("%d attempts, %d retries, %d repeats; want 900 and 600", l.Attempts, l.Retries, l.Repeats)
	}
}

func TestSameAnswerTwice(t *testing.T) {
	s := shop{attempts: 4000, terminals: 30, base: .02, seed: 12, fail: during(clock(10, 0), clock(10, 30), .8)}
	run := func() *Result {
		b := s.book()
		r := Find(b, rule(b), Options{})
		r.ev, r.base = nil, baseline{}
		return r
	}
	if a, b := run(), run(); !reflect.DeepEqual(a, b) {
		t.Error("two runs differ")
	}
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		name string
		row  ledger.Row
		v    classify.Ruling
		fam  family
		ok   bool
	}{
		{"approved", ledger.Row{Code: 1}, classify.Ruling{Outcome: classify.Approved, Class: classify.ClassApproved}, noFailure, true},
		{"defect", ledger.Row{Code: 1}, classify.Ruling{Outcome: classify.ApprovedDefect, Class: classify.SwitchFault}, noFailure, true},
		{"funds", ledger.Row{Code: 1}, classify.Ruling{Outcome: classify.Declined, Class: classify.FundsLimit}, family(Business), true},
		{"host", ledger.Row{Code: 1}, classify.Ruling{Outcome: classify.Declined, Class: classify.IssuerHost}, family(Host), true},
		{"no answer", ledger.Row{Flags: txn.NoAnswer}, classify.Ruling{}, family(Line), true},
		{"no code at all", ledger.Row{}, classify.Ruling{}, family(Line), false},
		{"unknown code", ledger.Row{Code: 3}, classify.Ruling{}, family(Host), true},
		{"message data", ledger.Row{Code: 3}, classify.Ruling{Outcome: classify.Declined, Class: classify.TxnData}, family(Data), true},
		{"reversal reason", ledger.Row{Code: 3}, classify.Ruling{Outcome: classify.ReversalReason}, 0, false},
	} {
		if fam, ok := judge(&c.row, c.v); ok && fam != c.fam || ok != c.ok {
			t.Errorf("%s: %d %v, want %d %v", c.name, fam, ok, c.fam, c.ok)
		}
	}
}

// A handful of rows says nothing about what is usual: failures among them are no
// incident, however bad they look, while an outage of most of a day stays one.
func TestUsualRateOfAHandful(t *testing.T) {
	for _, c := range []struct{ good, bad, windows int }{{1, 2, 0}, {0, 3, 0}, {2, 3, 0}, {10, 3, 0}, {10, 400, 1}, {200, 12, 1}} {
		fails := func(i int, r *txn.Record) {
			r.Code = "00"
			if i >= c.good {
				r.Code = "96"
			}
		}
		b := shop{attempts: c.good + c.bad, terminals: 2, base: 0, seed: 9, edit: fails}.book()
		if res := Find(b, rule(b), Options{}); len(res.Windows) != c.windows {
			t.Errorf("%d good, then %d bad: %d windows, want %d", c.good, c.bad, len(res.Windows), c.windows)
		}
	}
}

// On a day on which accounts are empty a quarter of the attempts of its working hours
// is declined, and declined again when the card is tried again. That is most of the
// day, and has its edges.
func TestDeclinesOfMostOfADay(t *testing.T) {
	for seed := range uint64(5) {
		rng := rand.New(rand.NewPCG(seed, 5))
		var last *txn.Record
		edit := func(i int, r *txn.Record) {
			if last != nil && i%3 > 0 { // the card before is tried twice more
				r.TID, r.MID, r.PAN, r.Amount, r.Code = last.TID, last.MID, last.PAN, last.Amount, "51"
				return
			}
			last = nil
			p := .03
			if r.At >= clock(10, 0) && r.At < clock(20, 0) {
				p = .27
			}
			if rng.Float64() < p {
				r.Code = "51"
				if i%3 == 0 {
					again := *r
					last = &again
				}
			}
		}
		b := shop{attempts: 4000, terminals: 6, seed: 700 + seed, edit: edit}.book()
		w := one(t, b, Find(b, rule(b), Options{}))
		if w.Kind != Burst || w.Start.Sub(clock(10, 0)).Abs() > 10*time.Minute || w.End.Sub(clock(20, 0)).Abs() > 10*time.Minute {
			t.Errorf("seed %d: %v %v-%v", seed, w.Kind, w.Start.Time(), w.End.Time())
		}
	}
}

// What is an incident on its day is one in a month, too: five minutes in which a
// bank answers nothing.
func TestOneOutageInWeeks(t *testing.T) {
	for _, days := range []int{1, 5, 25} {
		b := mem.New()
		src, line := &txn.Source{Name: "made.log"}, uint32(0)
		for day := range days {
			s := shop{attempts: 3000, terminals: 24, base: .01, seed: 91 + uint64(day)}
			if day == 0 {
				s.fail = during(clock(14, 0), clock(14, 5), 1)
			}
			s.edit = func(i int, r *txn.Record) {
				line++
				x := r.Clone()
				x.At = x.At.Add(time.Duration(day) * 24 * time.Hour)
				x.STAN, x.Pos = "", txn.Pos{Src: src, Line: line}
				b.Add(x)
			}
			s.book()
		}
		b.Freeze()
		res := Find(b, rule(b), Options{})
		if len(res.Windows) != 1 {
			t.Errorf("%d days: %d windows, want the one of the first day", days, len(res.Windows))
			continue
		}
		if w := res.Windows[0]; w.Start < clock(13, 55) || w.End > clock(14, 10) || w.Failures < 15 {
			t.Errorf("%d days: %v-%v, %d failures", days, w.Start.Time(), w.End.Time(), w.Failures)
		}
	}
}

// Where no answer is known to be good, codes of unknown meaning may all be.
func TestNothingKnownToBeGood(t *testing.T) {
	unknown := func(int, *ledger.Row) classify.Ruling {
		return classify.Ruling{Outcome: classify.Unknown, Class: classify.UnknownLocal}
	}
	b := shop{attempts: 900, terminals: 3, base: .02, seed: 51}.book()
	if res := Find(b, unknown, Options{}); len(res.Windows) != 0 || !res.Limits.TooLittle {
		t.Errorf("%d windows, too little %v", len(res.Windows), res.Limits.TooLittle)
	}
	down := func(int, *ledger.Row) classify.Ruling {
		return classify.Ruling{Outcome: classify.Declined, Class: classify.IssuerHost}
	}
	if res := Find(b, down, Options{}); len(res.Windows) != 1 {
		t.Errorf("%d windows where everything is known to have failed", len(res.Windows))
	}
}

// TestDistinct: of windows that cross, one that the others hold whole and that fails no more than they do is none
// of its own; one that fails more than what is around it is.
func TestDistinct(t *testing.T) {
	win := func(rate float64, rows ...int32) Window { return Window{Failures: len(rows), Rows: rows, P1: rate} }
	bank, line, shop := win(1, 1, 2, 3, 4), win(1, 4, 5, 6, 7), win(1, 3, 4, 5)
	for _, c := range []struct {
		name string
		wins []Window
		want []int // failures
	}{
		{"apart", []Window{bank, line}, []int{4, 4}},
		{"held by two", []Window{bank, shop, line}, []int{4, 4}},
		{"held by one alone, in part", []Window{bank, shop}, []int{4, 3}},
		{"one with another's rows", []Window{bank, bank}, []int{4}},
		{"fails more than what is around it", []Window{win(.4, 1, 2, 3, 4, 5, 6), win(1, 3, 4, 5)}, []int{6, 3}},
	} {
		var got []int
		for _, w := range distinct(c.wins) {
			got = append(got, w.Failures)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: windows of %v failures, want %v", c.name, got, c.want)
		}
	}
}

// TestSharedNumber: a terminal whose number another shop has as well is named by its shop, not by its model that tells it, too.
func TestSharedNumber(t *testing.T) {
	s := shop{attempts: 8000, terminals: 24, base: .01, seed: 52}
	s.edit = func(i int, r *txn.Record) {
		r.Model = map[string]string{"BANK0": "N910", "BANK1": "S90"}[r.Institution]
		r.Institution = "BANK"
		n, _ := strconv.Atoi(r.TID)
		r.TID = fmt.Sprintf("%08d", n%12)
		if r.Model == "S90" && n%12 == 5 && r.At >= clock(13, 0) && r.At < clock(15, 0) {
			r.Code = "98"
		}
	}
	b := s.book()
	res := Find(b, rule(b), Options{})
	w := one(t, b, res)
	if names(b, w.Scope) != "merchant=898100000000009 terminal=00000005 " {
		t.Errorf("scope %q", names(b, w.Scope))
	}
	var tid Scope
	for _, x := range w.Scope {
		if x.Dim == ledger.Terminal {
			tid = Scope{x}
		}
	}
	for i := range int32(res.ev.len()) {
		if !w.Scope.covers(b.Place(res.ev.place.At(i))) {
			continue
		}
		if sc := tid.with(ledger.Model, res.ev.id(ledger.Model, i)); !same(res.ev.ofShop(sc), w.Scope) {
			t.Errorf("%q is called %q", names(b, sc), names(b, res.ev.ofShop(sc)))
		}
		if sc := tid.with(ledger.Issuer, res.ev.id(ledger.Issuer, i)); !same(res.ev.ofShop(sc), sc) { // some of its attempts
			t.Errorf("%q is called %q", names(b, sc), names(b, res.ev.ofShop(sc)))
		}
		break
	}
}
