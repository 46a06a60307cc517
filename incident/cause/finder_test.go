package cause_test

import (
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/calendar"
	"github.com/poslog/poslog/generate"
	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/incident/cause"
	"github.com/poslog/poslog/ledger/mem"
)

// TestProposals: maintenance that comes every day and was never announced is
// proposed with its true times, as an entry that the calendar's own reader takes;
// once entered, it is proposed no more. Quiet days propose nothing.
func TestProposals(t *testing.T) {
	for _, profile := range generate.Profiles() {
		w, err := generate.Scenario("recurring", 3, generate.Options{Profile: profile, Days: 6, Attempts: 6000, Terminals: 60, Institutions: 2})
		if err != nil {
			t.Fatal(err)
		}
		b := w.Fill(mem.New())
		found := incident.Find(b, rule(b), incident.Options{})
		ps := cause.NewContext(b, rule(b), found).Count(nil).Proposals()
		if len(ps) != 1 {
			t.Fatalf("%s: %d proposals: %+v", profile, len(ps), ps)
		}
		f, p := w.Faults[0], ps[0]
		cal, err := calendar.Read("c.yaml", strings.NewReader("timezone: Asia/Shanghai\nwindows:\n"+p.Entry+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		ws := cal.Between(f.Start.Time(), f.Start.Time().Add(time.Minute))
		if len(ws) == 0 || ws[0].Start.Sub(f.Start.Time()).Abs() > 10*time.Minute || ws[0].End.Sub(f.End.Time()).Abs() > 10*time.Minute || p.Institution != f.Scope["institution"][0] || p.K < 5 {
			t.Errorf("%s: %+v, true window %v-%v of %v", profile, p, f.Start.Time(), f.End.Time(), f.Scope)
		}
		if again := cause.NewContext(b, rule(b), found, cause.WithCalendar(cal)).Count(nil).Proposals(); len(again) != 0 {
			t.Errorf("%s: proposed although announced: %+v", profile, again)
		}
		q, err := generate.Scenario("quiet", 3, generate.Options{Profile: profile, Days: 6, Attempts: 6000, Terminals: 60, Institutions: 2})
		if err != nil {
			t.Fatal(err)
		}
		b = q.Fill(mem.New())
		if ps := cause.NewContext(b, rule(b), nil).Count(nil).Proposals(); len(ps) != 0 {
			t.Errorf("%s: quiet days propose %+v", profile, ps)
		}
	}
}
