package cause_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/calendar"
	"github.com/poslog/poslog/generate"
	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/incident/cause"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
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

// TestProposedOvernight: what lasts over midnight is one window, be it every day or on one day of the week. Rows without an
// institution are not everything where others have one.
func TestProposedOvernight(t *testing.T) {
	for name, tt := range map[string]struct {
		days  int
		fails func(at time.Time) bool
		want  string
	}{
		"daily": {7, func(at time.Time) bool { return at.Hour() == 23 || at.Hour() == 0 }, "FREQ=DAILY 23:00-01:00 7/7 全部交易"},
		"weekly": {28, func(at time.Time) bool {
			return at.Add(time.Hour).Weekday() == time.Monday && at.Add(time.Hour).Hour() < 3
		}, "FREQ=WEEKLY;BYDAY=SU 23:00-02:00 4/4 全部交易"},
		"banks": {7, func(at time.Time) bool { return at.Second() == 0 && at.Hour() == 3 }, "FREQ=DAILY 03:00-04:00 7/7 未写明机构的交易"},
	} {
		d := &day{book: mem.New(), src: &txn.Source{Name: "days.log"}}
		for m := range tt.days * 24 * 12 {
			at := time.Date(2026, 11, 2, 0, 5*m, 0, 0, cst)
			d.add(at, "", "C1", failing(tt.fails(at)))
			if at = at.Add(time.Second); name == "banks" {
				d.add(at, "A", "C1", failing(tt.fails(at)))
			}
		}
		d.book.Freeze()
		got := ""
		for _, p := range cause.NewContext(d.book, rule(d.book), nil).Count(nil).Proposals() {
			who, _, _ := strings.Cut(p.Observed.Zh, " ")
			got += fmt.Sprintf("%s %s-%s %d/%d %s", p.RRule, p.Start, p.End, p.K, p.N, who)
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// failing makes an attempt one that fails, if it does.
func failing(fails bool) func(*txn.Record) {
	return func(r *txn.Record) {
		if fails {
			r.Code = "91"
		}
	}
}
