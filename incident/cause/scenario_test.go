package cause_test

import (
	"bytes"
	"fmt"
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
