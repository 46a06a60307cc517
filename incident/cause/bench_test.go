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

// BenchmarkAttribute judges every window of a bank's day of 200,000 attempts,
// the pass over the book and the accounts included.
func BenchmarkAttribute(b *testing.B) {
	w, err := generate.Scenario("both", 1, generate.Options{Attempts: 200_000, Terminals: 400, Institutions: 3})
	if err != nil {
		b.Fatal(err)
	}
	book := w.Fill(mem.New())
	r := rule(book)
	found := incident.Find(book, r, incident.Options{})
	b.ReportMetric(float64(book.Len(txn.Terminal)), "rows")
	for b.Loop() {
		x := cause.NewContext(book, r, found)
		var as []cause.Attribution
		for i := range found.Windows {
			as = append(as, x.Attribute(&found.Windows[i]))
		}
		c := x.Count(as)
		c.Accounts()
		c.Availabilities()
	}
}

// BenchmarkProposals folds a week of many institutions, each with maintenance of its
// own every night, announced and not: ten times the institutions must cost ten
// times as much.
func BenchmarkProposals(b *testing.B) {
	for _, n := range []int{200, 2000} {
		d := &day{book: mem.New()}
		d.src = &txn.Source{Name: "week.log"}
		var entries strings.Builder
		entries.WriteString("timezone: Asia/Shanghai\nwindows:\n")
		for i := range n {
			fmt.Fprintf(&entries, "  - {rrule: FREQ=DAILY, start: \"02:00\", end: \"02:30\", institution: \"I%05d\"}\n", i)
		}
		for day := range 7 {
			for minute := 0; minute < 24*60; minute += 5 {
				down := minute >= 120 && minute < 150
				if !down && minute%60 > 5 {
					continue
				}
				for i := range n {
					d.add(time.Date(2026, 11, 20+day, 0, minute, i%60, 0, cst), fmt.Sprintf("I%05d", i), "C", func(r *txn.Record) {
						if down {
							r.Code = "91"
						}
					})
				}
			}
		}
		d.book.Freeze()
		cal, err := calendar.Read("calendar.yaml", strings.NewReader(entries.String()))
		if err != nil {
			b.Fatal(err)
		}
		r := rule(d.book)
		for _, c := range []struct {
			name string
			opts []cause.Option
			want int
		}{{"announced", []cause.Option{cause.WithCalendar(cal)}, 0}, {"not announced", nil, n}} {
			x := cause.NewContext(d.book, r, nil, c.opts...)
			b.Run(fmt.Sprintf("%d institutions %s", n, c.name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if got := len(x.Count(nil).Proposals()); got != c.want {
						b.Fatalf("%d proposals, want %d", got, c.want)
					}
				}
			})
		}
	}
}
