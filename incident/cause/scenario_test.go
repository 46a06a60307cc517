package cause_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/calendar"
	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/generate"
	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/incident/cause"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

// rule reads codes by the default tables.
func rule(b ledger.Book) cause.Rule {
	v := classify.Default().For(classify.Where{})
	return func(_ int, r *ledger.Row) classify.Ruling {
		code := b.Code(r.Code)
		switch {
		case r.Kind == txn.Reversal:
			return v.ReversalReason(code, "").Ruling()
		case code != "":
			return v.Lookup(r.Kind, code).Ruling()
		case r.Flags&(txn.TimedOut|txn.NoAnswer) != 0:
			return classify.NoAnswer().Ruling()
		}
		return classify.NotSent().Ruling()
	}
}

// bankDay is a simulated day with an announced maintenance, a carrier outage
// and an announced window that did nothing.
func bankDay(t *testing.T) (ledger.Book, *incident.Result, *calendar.Calendar) {
	w, err := generate.Scenario("bank-day", 1, generate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	files, err := w.Files()
	if err != nil {
		t.Fatal(err)
	}
	cal, err := calendar.Read("calendar.yaml", bytes.NewReader(files["calendar.yaml"]))
	if err != nil {
		t.Fatal(err)
	}
	b := w.Fill(mem.New())
	found := incident.Find(b, rule(b), incident.Options{})
	if len(found.Windows) != 2 {
		t.Fatalf("found %d windows, want 2", len(found.Windows))
	}
	return b, found, cal
}

func TestBankDay(t *testing.T) {
	b, found, cal := bankDay(t)
	for _, withCalendar := range []bool{true, false} {
		var opts []cause.Option
		if withCalendar {
			opts = append(opts, cause.WithCalendar(cal))
		}
		x := cause.NewContext(b, rule(b), found, opts...)
		line, night := x.Attribute(&found.Windows[0]), x.Attribute(&found.Windows[1])
		if line.Cause != cause.Network || line.Planned || line.Confidence < .95 {
			t.Errorf("calendar %v: outage of a carrier is %v (%.2f), planned %v", withCalendar, line.Cause, line.Confidence, line.Planned)
		}
		if night.Cause != cause.Maintenance || night.Planned != withCalendar || night.Confidence < .9 || night.Overrun != 0 {
			t.Errorf("calendar %v: maintenance is %v (%.2f), planned %v, overrun %v", withCalendar, night.Cause, night.Confidence, night.Planned, night.Overrun)
		}
		for i, a := range []cause.Attribution{line, night} { // the same rows as in the search
			if w := &found.Windows[i]; a.Features.Attempts != w.Attempts || a.Features.Failures != w.Failures {
				t.Errorf("window %d: %d of %d attempts failed, the search says %d of %d", i, a.Features.Failures, a.Features.Attempts, w.Failures, w.Attempts)
			}
		}
		got := ""
		for _, v := range x.Windows([]cause.Attribution{line, night}) {
			got += fmt.Sprintf("%s %s %v; ", v.Window.Institution, v.Verdict, v.Incidents)
		}
		want := "NSH003 harmless []; NSH001 effective [1]; "
		if !withCalendar {
			want = ""
		}
		if got != want {
			t.Errorf("announced windows: %q, want %q", got, want)
		}
	}
}

// TestOverrun: the same night against an announcement that ended earlier is
// one incident with an overrun.
func TestOverrun(t *testing.T) {
	b, found, _ := bankDay(t)
	cal, err := calendar.Read("c.yaml", strings.NewReader("timezone: Asia/Shanghai\nwindows:\n- {start: 2026-11-20 22:00, end: \"23:00\", institution: NSH001}\n"))
	if err != nil {
		t.Fatal(err)
	}
	x := cause.NewContext(b, rule(b), found, cause.WithCalendar(cal))
	as := []cause.Attribution{x.Attribute(&found.Windows[0]), x.Attribute(&found.Windows[1])}
	if a := as[1]; a.Cause != cause.Maintenance || !a.Planned || (a.Overrun-30*time.Minute).Abs() > 2*time.Minute {
		t.Errorf("%v planned %v overrun %v", a.Cause, a.Planned, a.Overrun)
	}
	if v := x.Windows(as); len(v) != 1 || v[0].Verdict != "overrun" {
		t.Errorf("%+v", v)
	}
}

// TestOthersMaintenance: an announcement of another institution explains nothing.
func TestOthersMaintenance(t *testing.T) {
	b, found, _ := bankDay(t)
	cal, err := calendar.Read("c.yaml", strings.NewReader("timezone: Asia/Shanghai\nwindows:\n- {start: 2026-11-20 22:00, end: \"23:30\", institution: NSH002}\n"))
	if err != nil {
		t.Fatal(err)
	}
	a := cause.NewContext(b, rule(b), found, cause.WithCalendar(cal)).Attribute(&found.Windows[1])
	if a.Features.Announced != cause.NotAnnounced || a.Planned {
		t.Errorf("announced = %v, planned = %v", a.Features.Announced, a.Planned)
	}
}

// refusing is a day of two banks, one of which refuses from 14:00 on, and from
// 14:25 until end answers nothing at all.
func refusing(end time.Time) *mem.Book {
	rng := rand.New(rand.NewPCG(5, 6))
	b, src := mem.New(), &txn.Source{Name: "made.log"}
	day := time.Date(2026, 11, 20, 8, 0, 0, 0, end.Location())
	for i := range 6000 {
		r := txn.New()
		at := day.Add(time.Duration(float64(i)+rng.Float64()) * 14 * time.Hour / 6000)
		t := rng.IntN(40)
		r.At, r.Prec, r.Side, r.Kind, r.Code, r.Origin = txn.At(at), txn.PrecMilli, txn.Terminal, txn.Sale, "00", txn.Host
		r.TID, r.MID = fmt.Sprintf("%08d", t), fmt.Sprintf("8981%011d", t/2)
		r.Institution, r.Carrier = fmt.Sprintf("BANK%d", t%2), fmt.Sprintf("C%d", t/2%3)
		r.PAN, r.Amount, r.STAN = txn.Mask(fmt.Sprintf("62284800%08d", rng.IntN(1e8))), txn.Minor(100+rng.IntN(90000)), fmt.Sprintf("%06d", i)
		r.Latency = int32(300 + rng.IntN(400))
		switch clock := at.Hour()*60 + at.Minute(); {
		case r.Institution != "BANK1" || clock < 14*60 || !at.Before(end):
		case clock < 14*60+25:
			r.Code, r.Latency = "90", 120
		default:
			r.Code, r.Origin, r.Latency = "", txn.TerminalMade, 60000
			r.Flags |= txn.TimedOut
		}
		r.Pos = txn.Pos{Src: src, Line: uint32(i + 1)}
		b.Add(r)
	}
	b.Freeze()
	return b
}

// TestPhasesOfOneMaintenance: a host that refuses for a while and then is silent
// until the announced end is under maintenance all the time, though the search
// gives two windows; silence that outlasts the announcement by hours is not
// part of it.
func TestPhasesOfOneMaintenance(t *testing.T) {
	cal, err := calendar.Read("c.yaml", strings.NewReader("timezone: Asia/Shanghai\nwindows:\n- {start: 2026-11-20 14:00, end: \"15:30\", institution: BANK1}\n"))
	if err != nil {
		t.Fatal(err)
	}
	zone := time.FixedZone("", 8*3600)
	for _, tt := range []struct {
		end   time.Time
		level cause.Announced
	}{{time.Date(2026, 11, 20, 15, 30, 0, 0, zone), cause.StartsWith}, {time.Date(2026, 11, 20, 18, 10, 0, 0, zone), cause.Inside}} {
		b := refusing(tt.end)
		found := incident.Find(b, rule(b), incident.Options{})
		if len(found.Windows) != 2 || !found.Windows[0].Before(&found.Windows[1]) {
			t.Fatalf("%d windows, want two that follow on each other", len(found.Windows))
		}
		x := cause.NewContext(b, rule(b), found, cause.WithCalendar(cal))
		first, second := x.Attribute(&found.Windows[0]), x.Attribute(&found.Windows[1])
		if first.Cause != cause.Maintenance || !first.Planned {
			t.Errorf("until %v the refusals are %v, planned %v", tt.end, first.Cause, first.Planned)
		}
		if second.Features.Announced != tt.level || second.Features.StartEdge.Known {
			t.Errorf("until %v the silence is announced %v, its start known %v", tt.end, second.Features.Announced, second.Features.StartEdge.Known)
		}
		if late := tt.level == cause.Inside; late == second.Planned {
			t.Errorf("until %v the silence is %v, planned %v", tt.end, second.Cause, second.Planned)
		}
	}
}

// TestTesterWithUnknownCodes: somebody tries cards, and no table knows what the host
// answers. One terminal fails, but with attempts that would not have come.
func TestTesterWithUnknownCodes(t *testing.T) {
	w, err := generate.Scenario("decline-burst", 4, generate.Options{Attempts: 3000, Terminals: 20})
	if err != nil {
		t.Fatal(err)
	}
	b := w.Fill(mem.New())
	known := rule(b)
	strange := func(i int, r *ledger.Row) classify.Ruling {
		if code := b.Code(r.Code); code != "" && code != "00" && r.Kind != txn.Reversal {
			return classify.Default().For(classify.Where{}).Lookup(r.Kind, "X"+code).Ruling()
		}
		return known(i, r)
	}
	found := incident.Find(b, strange, incident.Options{})
	if len(found.Windows) != 1 {
		t.Fatalf("found %d windows, want 1", len(found.Windows))
	}
	a := cause.NewContext(b, strange, found).Attribute(&found.Windows[0])
	if f := a.Features; a.Cause != cause.Cardholder || !f.Surges || f.Traffic < 3 {
		t.Errorf("%v (%.2f), %.1f times the traffic", a.Cause, a.Confidence, f.Traffic)
	}
}

// TestRefusalInDoubt: a code that evidence takes for a refusal comes from one bank in one
// half hour only, and terminals sign on again. That is no matter of cards.
func TestRefusalInDoubt(t *testing.T) {
	d := &day{book: mem.New(), src: &txn.Source{Name: "day.log"}}
	n := 0
	for m := range 360 {
		for _, bank := range []string{"A", "B"} {
			for _, carrier := range []string{"C1", "C2"} {
				now := time.Date(2026, 11, 20, 9, m, 0, 0, cst)
				d.add(now, bank, carrier, func(r *txn.Record) {
					if n++; n%25 == 0 {
						r.Code = "51"
					}
					if bank == "A" && m >= 120 && m < 150 && m%5 > 1 {
						r.Code, r.Latency = "B4", 90
					}
				})
				if bank == "A" && m == 152 {
					d.add(now.Add(30*time.Second), bank, carrier, func(r *txn.Record) { r.Kind, r.Amount = txn.SignOn, txn.NoAmount })
				}
			}
		}
	}
	d.book.Freeze()
	tables := rule(d.book)
	inferred := func(i int, r *ledger.Row) classify.Ruling {
		if d.book.Code(r.Code) == "B4" {
			return classify.Ruling{Outcome: classify.Declined, Class: classify.FundsLimit, Inferred: true}
		}
		return tables(i, r)
	}
	found := incident.Find(d.book, inferred, incident.Options{})
	if len(found.Windows) != 1 || found.Windows[0].Kind != incident.Burst {
		t.Fatalf("found %+v", found.Windows)
	}
	a := cause.NewContext(d.book, inferred, found).Attribute(&found.Windows[0])
	if f := a.Features; f.Channel != cause.Systemic || f.Mix[cause.Local] < 30 || f.Mix[cause.Declines] > 0 || f.SignOns.K != 2 {
		t.Errorf("%+v", f)
	}
	if a.Cause == cause.Cardholder || a.Ranking[0].Cause == cause.Cardholder {
		t.Errorf("%v (%.2f)", a.Cause, a.Confidence)
	}
}

// TestRefusedByTheIssuer: an issuer refuses its cards with codes that name the cardholder's reasons.
// Nearly all of them do not come to that at once, nor many for another reason than money.
func TestRefusedByTheIssuer(t *testing.T) {
	for _, tt := range []struct {
		code      string
		every     int // so many cards of the issuer are refused
		overruled bool
		open      bool // the cardholders may be it all the same
	}{{"05", 1, true, false}, {"51", 1, true, false}, {"62", 2, true, true}, {"51", 2, false, true}} {
		d := &day{book: mem.New(), src: &txn.Source{Name: "day.log"}}
		n := 0
		for m := range 360 {
			for _, bank := range []string{"A", "B"} {
				for i, carrier := range []string{"C1", "C2"} {
					d.add(time.Date(2026, 11, 20, 9, m, 0, 0, cst), bank, carrier, func(r *txn.Record) {
						r.Issuer = fmt.Sprintf("I%d", (m+i)%3)
						if n++; n%25 == 0 {
							r.Code = "51"
						}
						if r.Issuer == "I0" && m >= 120 && m < 180 && m/3%tt.every == 0 {
							r.Code = tt.code
						}
					})
				}
			}
		}
		d.book.Freeze()
		say := rule(d.book)
		found := incident.Find(d.book, say, incident.Options{})
		if len(found.Windows) != 1 || found.Windows[0].Kind != incident.Burst {
			t.Fatalf("%v: found %d windows", tt, len(found.Windows))
		}
		a := cause.NewContext(d.book, say, found).Attribute(&found.Windows[0])
		if f := a.Features; f.Shape != cause.ShapeIssuer || f.Overruled != tt.overruled {
			t.Errorf("%v: %+v", tt, f)
		}
		for _, r := range a.Ranking {
			if r.Cause == cause.Cardholder && (r.P > .1) != tt.open {
				t.Errorf("%v: the cardholders are it with %.2f, the answer is %v", tt, r.P, a.Cause)
			}
		}
	}
}
