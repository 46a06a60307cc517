package cause_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/calendar"
	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/incident/cause"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

var cst = time.FixedZone("Asia/Shanghai", 8*3600)

// day is a book written by hand: two banks on two carriers, an attempt of each
// of the four pairs every minute from 09:00 to 12:00.
type day struct {
	book *mem.Book
	src  *txn.Source
	line uint32
}

func (d *day) add(at time.Time, bank, carrier string, change func(*txn.Record)) {
	d.line++
	r := txn.New()
	r.Pos = txn.Pos{Src: d.src, Line: d.line}
	r.At, r.Prec, r.Side, r.Kind = txn.At(at), txn.PrecSecond, txn.Terminal, txn.Sale
	r.Institution, r.Carrier, r.TID, r.MID, r.Model = bank, carrier, "T"+bank+carrier, "M"+carrier, "X1"
	r.Code, r.Origin, r.Latency, r.Amount = "00", txn.Host, 400+int32(d.line%7)*10, txn.Minor(1000+d.line)
	r.STAN = fmt.Sprintf("%06d", d.line)
	r.PAN = txn.PAN{Masked: fmt.Sprintf("622848******%04d", d.line%10000)}
	if change != nil {
		change(r)
	}
	d.book.Add(r)
}

// fill writes the day; fails says what becomes of an attempt.
func fill(fails func(d *day, at time.Time, bank, carrier string) func(*txn.Record)) *day {
	d := &day{book: mem.New(), src: &txn.Source{Name: "day.log"}}
	for m := range 180 {
		at := time.Date(2026, 11, 20, 9, m, 0, 0, cst)
		for _, bank := range []string{"A", "B"} {
			for _, carrier := range []string{"C1", "C2"} {
				d.add(at, bank, carrier, fails(d, at, bank, carrier))
			}
		}
	}
	d.book.Freeze()
	return d
}

func at(h, m int) txn.Instant { return txn.At(time.Date(2026, 11, 20, h, m, 0, 0, cst)) }

func term(b ledger.Book, d ledger.Dim, name string) incident.Term {
	for id := range b.Names(d) {
		if b.Name(d, uint32(id)) == name {
			return incident.Term{Dim: d, IDs: []uint32{uint32(id)}}
		}
	}
	panic("no " + name)
}

func between(t time.Time, from, to txn.Instant) bool { return txn.At(t) >= from && txn.At(t) < to }

// TestMeasureHost: bank A refuses at once from 10:00 to 11:00, with one
// approval at 10:30 and a terminal that signs on again.
func TestMeasureHost(t *testing.T) {
	d := fill(func(d *day, when time.Time, bank, carrier string) func(*txn.Record) {
		if bank != "A" || !between(when, at(10, 0), at(11, 0)) || between(when, at(10, 30), at(10, 31)) && carrier == "C1" {
			return nil
		}
		return func(r *txn.Record) { r.Code, r.Latency = "96", 90 }
	})
	w := incident.Window{Start: at(10, 0), End: at(11, 0), StartRange: [2]txn.Instant{at(9, 59) + 1, at(10, 0)}, EndRange: [2]txn.Instant{at(10, 59) + 1, at(11, 0)},
		Scope: incident.Scope{term(d.book, ledger.Institution, "A")}, P0: .01}
	f := cause.NewContext(d.book, rule(d.book), &incident.Result{Windows: []incident.Window{w}}).Measure(&w)
	want := cause.Features{Attempts: 120, Failures: 119, Alive: cause.Share{K: 1, N: 118}, Mixed: cause.Share{K: 0, N: 40}, Elsewhere: cause.Share{K: 120, N: 120},
		Shape: cause.ShapeInstitution, Before: cause.PaceUsual, After: cause.PaceUsual, Flaps: cause.Share{K: 0, N: 1}}
	if f.Attempts != want.Attempts || f.Failures != want.Failures || f.Alive.K != 1 || f.Mixed != want.Mixed || f.Elsewhere != want.Elsewhere || f.Rest.N != 0 ||
		f.Shape != want.Shape || f.Before != want.Before || f.After != want.After || f.Flaps != want.Flaps {
		t.Errorf("%+v", f)
	}
	if f.Mix[cause.HostCode] != 119 || f.Speed[cause.AtOnce] != 119 {
		t.Errorf("mix %v, speed %v", f.Mix, f.Speed)
	}
	if !f.StartEdge.Round || !f.EndEdge.Round || f.StartEdge.Gap > time.Minute || f.Night || f.Announced != cause.NoCalendar || f.Reversed.N != 0 || f.SignOns.N != 0 {
		t.Errorf("edges %+v %+v, night %v, announced %v, reversed %v, sign-ons %v", f.StartEdge, f.EndEdge, f.Night, f.Announced, f.Reversed, f.SignOns)
	}
}

// TestSignOnOfTheMorning: in a window of two days, terminals that sign on when the shop opens
// do not sign on again; one that does so within the hour does.
func TestSignOnOfTheMorning(t *testing.T) {
	d := &day{book: mem.New(), src: &txn.Source{Name: "day.log"}}
	signOn := func(r *txn.Record) { r.Kind, r.Amount = txn.SignOn, txn.NoAmount }
	for k := range 2 {
		for _, carrier := range []string{"C1", "C2"} {
			d.add(time.Date(2026, 11, 20+k, 8, 55, 0, 0, cst), "A", carrier, signOn)
		}
		for m := range 180 {
			for _, carrier := range []string{"C1", "C2"} {
				d.add(time.Date(2026, 11, 20+k, 9, m, 0, 0, cst), "A", carrier, func(r *txn.Record) {
					if m%4 == 0 {
						r.Code = "96"
					}
				})
			}
			if k == 0 && m == 90 {
				d.add(time.Date(2026, 11, 20, 9, m, 30, 0, cst), "A", "C2", signOn)
			}
		}
	}
	d.book.Freeze()
	w := incident.Window{Start: at(9, 0), End: at(36, 0), Scope: incident.Scope{term(d.book, ledger.Institution, "A")}, P0: .01}
	f := cause.NewContext(d.book, rule(d.book), &incident.Result{Windows: []incident.Window{w}}).Measure(&w)
	if f.SignOns != (cause.Share{K: 1, N: 2}) {
		t.Errorf("sign-ons %v, want 1 of 2", f.SignOns)
	}
}

// TestMeasureLine: carrier C2 is silent from 10:07 to 10:40; half of the
// attempts are reversed, every failure is tried again at once, and the other
// carrier's attempts to both banks go on.
func TestMeasureLine(t *testing.T) {
	n := 0
	d := fill(func(d *day, when time.Time, bank, carrier string) func(*txn.Record) {
		if carrier != "C2" || !between(when, at(10, 7), at(10, 40)) {
			return nil
		}
		silent := func(r *txn.Record) {
			r.Code, r.Origin, r.Flags, r.Latency = "", txn.OriginUnknown, txn.TimedOut, 60000
		}
		n++
		if n%2 == 0 {
			d.add(when.Add(70*time.Second), bank, carrier, func(r *txn.Record) { r.Kind, r.Origin, r.Code = txn.Reversal, txn.ReversalReason, "98" })
		}
		amount := txn.Minor(500 + n)
		again := func(r *txn.Record) {
			silent(r)
			r.Amount, r.PAN = amount, txn.PAN{Masked: fmt.Sprintf("621700******%04d", n)}
		}
		d.add(when.Add(30*time.Second), bank, carrier, again)
		return again
	})
	w := incident.Window{Start: at(10, 7), End: at(10, 40), StartRange: [2]txn.Instant{at(10, 6) + 1, at(10, 7)}, EndRange: [2]txn.Instant{at(10, 39) + 1, at(10, 40)},
		Scope: incident.Scope{term(d.book, ledger.Carrier, "C2")}, P0: .01}
	x := cause.NewContext(d.book, rule(d.book), &incident.Result{Windows: []incident.Window{w}})
	f := x.Measure(&w)
	if f.Failures != 132 || f.Alive.K != 0 || f.Alive.N < 60 || f.Alive.N > 66 || f.Mix[cause.NoReply] != 66 {
		t.Errorf("retries must not count twice: %+v", f)
	}
	if f.Shape != cause.ShapeLine || f.Rest.K != 66 || f.Rest.N != 66 || f.Elsewhere.N != 0 || f.StartEdge.Round || f.EndEdge.Round {
		t.Errorf("shape %v, rest %v, elsewhere %v, edges %+v %+v", f.Shape, f.Rest, f.Elsewhere, f.StartEdge, f.EndEdge)
	}
	if f.Reversed.N != 0 || f.Speed != [cause.Speeds]int{} { // what got no answer is late and reversed, whoever is at fault
		t.Errorf("reversed %v, speed %v", f.Reversed, f.Speed)
	}
	if a := x.Attribute(&w); a.Cause != cause.Network {
		t.Errorf("%v (%.2f)", a.Cause, a.Confidence)
	}
	for notice, want := range map[string]bool{
		`{start: 2026-11-20 10:05, end: 2026-11-20 10:45, carrier: C2}`: true,
		`{start: 2026-11-20 10:05, end: 2026-11-20 10:45}`:              false, // of everything: it was one carrier all the same
		`{start: 2026-11-20 10:30, end: 2026-11-20 10:45, carrier: C2}`: false, // most of it came before
	} {
		c := parseCalendar(t, "timezone: Asia/Shanghai\nwindows:\n- "+notice+"\n")
		x := cause.NewContext(d.book, rule(d.book), &incident.Result{Windows: []incident.Window{w}}, cause.WithCalendar(c))
		if f := x.Measure(&w); f.Window == nil || f.Named != want {
			t.Errorf("%s: named %v, window %+v", notice, f.Named, f.Window)
		}
	}
}

// TestUnsentIsNotReversed: on carrier C2 a third of the failures finds no
// connection, a third no answer; that third and the one with a code are all reversed.
func TestUnsentIsNotReversed(t *testing.T) {
	n := 0
	d := fill(func(d *day, when time.Time, bank, carrier string) func(*txn.Record) {
		if carrier != "C2" || !between(when, at(10, 0), at(10, 30)) {
			return nil
		}
		if n++; n%3 == 0 {
			return func(r *txn.Record) {
				r.Code, r.Origin, r.Latency = "", txn.OriginUnknown, -1
			}
		}
		d.add(when.Add(70*time.Second), bank, carrier, func(r *txn.Record) { r.Kind, r.Origin, r.Code = txn.Reversal, txn.ReversalReason, "98" })
		if n%3 == 1 {
			return func(r *txn.Record) { r.Code, r.Latency = "B4", 60000 }
		}
		return func(r *txn.Record) {
			r.Code, r.Origin, r.Flags, r.Latency = "", txn.OriginUnknown, txn.TimedOut, 60000
		}
	})
	w := incident.Window{Start: at(10, 0), End: at(10, 30), StartRange: [2]txn.Instant{at(9, 59) + 1, at(10, 0)}, EndRange: [2]txn.Instant{at(10, 29) + 1, at(10, 30)},
		Scope: incident.Scope{term(d.book, ledger.Carrier, "C2")}, P0: .01}
	f := cause.NewContext(d.book, rule(d.book), &incident.Result{Windows: []incident.Window{w}}).Measure(&w)
	if f.Failures != 60 || f.Mix[cause.NoRoute] != 20 || f.Reversed != (cause.Share{K: 20, N: 20}) {
		t.Errorf("of %d failures %d found no connection; reversed %v", f.Failures, f.Mix[cause.NoRoute], f.Reversed)
	}
}

// TestCalendarLevels: the same hour against different announcements.
func TestCalendarLevels(t *testing.T) {
	d := fill(func(d *day, when time.Time, bank, carrier string) func(*txn.Record) {
		if bank == "A" && between(when, at(10, 0), at(11, 0)) {
			return func(r *txn.Record) { r.Code, r.Latency = "96", 90 }
		}
		return nil
	})
	w := incident.Window{Start: at(10, 0), End: at(11, 0), StartRange: [2]txn.Instant{at(9, 59) + 1, at(10, 0)}, EndRange: [2]txn.Instant{at(10, 59) + 1, at(11, 0)},
		Scope: incident.Scope{term(d.book, ledger.Institution, "A")}}
	for _, tt := range []struct {
		windows string
		want    cause.Announced
		verdict string
	}{
		{"", cause.NotAnnounced, ""},
		{"- {start: 2026-11-20 10:02, end: \"11:00\", institution: A}", cause.StartsWith, "effective"},
		{"- {start: 2026-11-20 09:30, end: \"11:30\", institution: A}", cause.Inside, "effective"},
		{"- {start: 2026-11-20 10:50, end: \"12:30\", institution: A}", cause.Touches, "effective"},
		{"- {start: 2026-11-20 10:00, end: \"11:00\", institution: B}", cause.NotAnnounced, "harmless"},
		{"- {start: 2026-11-20 10:00, end: \"11:00\"}", cause.StartsWith, "effective"},
		{"- {start: 2026-11-20 10:00, end: \"10:20\"}\n- {start: 2026-11-20 10:20, end: \"11:00\"}", cause.StartsWith, "effective effective"},
		{"- {start: 2026-11-20 10:00, end: \"10:30\", institution: A}", cause.StartsWith, "overrun"},
		{"- {start: 2026-11-20 10:00, end: \"11:00\", institution: A, planned: false}", cause.AnnouncedDown, "effective"},
		{"- {start: 2026-11-20 11:30, end: \"11:50\", institution: Z}", cause.NotAnnounced, "unobserved"},
	} {
		c := parseCalendar(t, "timezone: Asia/Shanghai\nwindows:\n"+tt.windows+"\n")
		x := cause.NewContext(d.book, rule(d.book), &incident.Result{Windows: []incident.Window{w}}, cause.WithCalendar(c))
		a := x.Attribute(&w)
		got := ""
		for _, v := range x.Windows([]cause.Attribution{a}) {
			if got != "" {
				got += " "
			}
			got += v.Verdict
		}
		if planned := tt.want == cause.StartsWith || tt.want == cause.Inside; a.Cause != cause.Maintenance && planned || a.Planned != planned {
			t.Errorf("%s: cause %v, planned %v", tt.windows, a.Cause, a.Planned)
		}
		if a.Features.Announced != tt.want || got != tt.verdict {
			t.Errorf("%s: level %v, want %v; verdict %q, want %q (cause %v %.2f)", tt.windows, a.Features.Announced, tt.want, got, tt.verdict, a.Cause, a.Confidence)
		}
	}
}

// TestCalendarOfASilence: nothing fails where nobody tries, and yet it was announced. Times are told in
// the zone of the report, whatever that of the calendar.
func TestCalendarOfASilence(t *testing.T) {
	d := fill(func(d *day, when time.Time, bank, carrier string) func(*txn.Record) {
		if bank == "A" && between(when, at(10, 0), at(11, 0)) {
			return func(r *txn.Record) { r.Kind = txn.Echo }
		}
		return nil
	})
	w := incident.Window{Kind: incident.DataGap, Channel: incident.Silent, Start: at(9, 59), End: at(11, 0), Gap: &incident.Gap{Expected: 120, Trace: -1},
		Scope: incident.Scope{term(d.book, ledger.Institution, "A")}}
	for windows, want := range map[string]string{
		"- {start: 2026-11-20 02:00, end: \"03:00\", institution: A}": "与公告窗口同时开始（11-20 10:00–11:00）",
		"- {start: 2026-11-20 02:00, end: \"03:00\", institution: B}": "维护日历中没有这一时段",
	} {
		c := parseCalendar(t, "timezone: UTC\nwindows:\n"+windows+"\n")
		a := cause.NewContext(d.book, rule(d.book), &incident.Result{Windows: []incident.Window{w}}, cause.WithCalendar(c), cause.WithZone(cst)).Attribute(&w)
		got := ""
		for _, l := range a.Lines {
			if l.Name == "calendar" {
				got = l.Observed.Zh
			}
		}
		if got != want || a.Cause != cause.DataGap {
			t.Errorf("%s: %q, want %q; cause %v", windows, got, want, a.Cause)
		}
	}
}

func parseCalendar(t *testing.T, text string) *calendar.Calendar {
	t.Helper()
	c, err := calendar.Read("c.yaml", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestNothingThere: a book without rows, or without times, gives no answers and
// no panic.
func TestNothingThere(t *testing.T) {
	c := parseCalendar(t, "timezone: Asia/Shanghai\nwindows:\n- {rrule: FREQ=DAILY, start: \"01:00\", end: \"02:00\"}\n")
	empty := mem.New()
	empty.Freeze()
	undated := mem.New()
	r := txn.New()
	r.Side, r.Kind, r.Code, r.Pos = txn.Terminal, txn.Sale, "96", txn.Pos{Src: &txn.Source{Name: "f"}, Line: 1}
	undated.Add(r)
	undated.Freeze()
	for _, b := range []*mem.Book{empty, undated} {
		x := cause.NewContext(b, rule(b), &incident.Result{}, cause.WithCalendar(c))
		if n := len(x.Windows(nil)) + len(x.Count(nil).Accounts()) + len(x.Count(nil).Availabilities()) + len(x.Responsibilities(nil)) + len(x.Count(nil).Proposals()); n != 0 {
			t.Errorf("%d answers from nothing", n)
		}
		w := incident.Window{Start: at(10, 0), End: at(11, 0)}
		if a := x.Attribute(&w); a.Cause != cause.Undetermined {
			t.Errorf("%v from nothing", a.Cause)
		}
	}
}

// TestMeasureRefusedMessages: bank A's host refuses the messages of one terminal as
// malformed. That is no failure of systems elsewhere; in its own window it is the failure.
func TestMeasureRefusedMessages(t *testing.T) {
	d := fill(func(d *day, when time.Time, bank, carrier string) func(*txn.Record) {
		if bank != "A" || carrier != "C1" || !between(when, at(10, 7), at(10, 48)) {
			return nil
		}
		return func(r *txn.Record) { r.Code, r.Latency = "30", 90 }
	})
	found := incident.Find(d.book, rule(d.book), incident.Options{})
	if len(found.Windows) != 1 || found.Windows[0].Channel != incident.Data {
		t.Fatalf("found %+v", found.Windows)
	}
	w := &found.Windows[0]
	x := cause.NewContext(d.book, rule(d.book), found)
	f := x.Measure(w)
	if f.Failures != 41 || f.Alive.K != 0 || f.Mix[cause.Setup] != 41 || f.Speed[cause.AtOnce] != 41 {
		t.Errorf("%+v", f)
	}
	if a := x.Attribute(w); a.Cause != cause.Terminal {
		t.Errorf("%v (%.2f)", a.Cause, a.Confidence)
	}
}

// TestSameAttempts: one terminal is all there is of a carrier. What is refused there is
// the terminal's fault, and the steps to take are those of one terminal.
func TestSameAttempts(t *testing.T) {
	d := &day{book: mem.New(), src: &txn.Source{Name: "day.log"}}
	for m := range 360 {
		when := time.Date(2026, 11, 20, 9, m/2, m%2*30, 0, cst)
		for k, carrier := range []string{"C1", "C1", "C2"} {
			d.add(when, "A", carrier, func(r *txn.Record) {
				r.TID, r.MID, r.Model = fmt.Sprintf("T%d", k), "M", []string{"X1", "X2", "X1"}[k]
				if carrier == "C2" && between(when, at(10, 7), at(10, 48)) {
					r.Code, r.Latency = "97", 90
				}
			})
		}
	}
	d.book.Freeze()
	found := incident.Find(d.book, rule(d.book), incident.Options{})
	if len(found.Windows) != 1 {
		t.Fatalf("found %+v", found.Windows)
	}
	w := &found.Windows[0]
	x := cause.NewContext(d.book, rule(d.book), found)
	f := x.Measure(w)
	shapes := map[cause.Shape]bool{f.Shape: true}
	for s, hit := range f.Alike {
		if hit != (cause.Text{}) {
			shapes[cause.Shape(s)] = true
		}
	}
	if len(shapes) != 2 || !shapes[cause.ShapeLine] || !shapes[cause.ShapeTerminal] {
		t.Errorf("shapes %v", shapes)
	}
	a := x.Attribute(w)
	if a.Cause != cause.Terminal {
		t.Errorf("%v (%.2f)", a.Cause, a.Confidence)
	}
	steps, _ := a.Advice(true)
	if all := fmt.Sprint(steps); !strings.Contains(all, "T2") || strings.Contains(all, "Several terminals") {
		t.Errorf("steps %v", steps)
	}
}

// TestCardsOfARegion: what hits the cards of one issuer in one region is no line, which does not ask whose
// card it carries.
func TestCardsOfARegion(t *testing.T) {
	d := fill(func(_ *day, when time.Time, bank, carrier string) func(*txn.Record) {
		return func(r *txn.Record) {
			r.Region, r.Issuer = "R"+carrier, fmt.Sprintf("I%d", when.Minute()%3)
			if carrier == "C1" && r.Issuer == "I0" && between(when, at(10, 0), at(11, 0)) {
				r.Code = "91"
			}
		}
	})
	w := &incident.Window{Channel: incident.Technical, Start: at(10, 0), End: at(11, 0), Scope: incident.Scope{term(d.book, ledger.Region, "RC1"), term(d.book, ledger.Issuer, "I0")}}
	w.StartRange, w.EndRange = [2]txn.Instant{w.Start, w.Start}, [2]txn.Instant{w.End, w.End}
	f := cause.NewContext(d.book, rule(d.book), &incident.Result{Windows: []incident.Window{*w}}).Measure(w)
	if f.Shape != cause.ShapeIssuer {
		t.Errorf("shape %v", f.Shape)
	}
}
