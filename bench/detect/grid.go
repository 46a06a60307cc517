package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/generate"
	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/incident/cause"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/reconcile"
	"github.com/poslog/poslog/txn"
)

// grid measures the search on the scenarios of package generate, which another
// hand wrote: every cause and variant, and every confounder, a day each, and
// weeks in which every day brings something else. Edges are those of the report, where
// maintenance may begin and end as announced or at round times. A true window of fewer
// than 8 spoilt attempts is not counted either way.
func grid(profile string, seed uint64, n int, only string, verbose bool) error {
	type size struct {
		name                                    string
		attempts, terminals, institutions, days int
	}
	sizes := []size{{"shop 1200", 1200, 4, 1, 1}, {"bank 8000", 8000, 120, 3, 1}, {"bank 22000", 22000, 175, 3, 1}, {"shop 600, 3 weeks", 600, 3, 1, 21}, {"shops 2500, 3 weeks", 2500, 0, 0, 21}}
	fmt.Println("| scenarios | size | true | found | merged | F1 | scope exact | IoU | extra |\n|---|---|---|---|---|---|---|---|---|")
	for _, sz := range sizes {
		var all, failing gridScore
		for _, name := range generate.Names() {
			if !strings.Contains(name, only) || (name == "mixed") != (sz.days > 1) || name == "ugly" || name == "dst" {
				continue
			}
			one := gridScore{}
			for i := range n {
				w, err := generate.Scenario(name, seed+uint64(i), generate.Options{Profile: profile, Attempts: sz.attempts, Terminals: sz.terminals, Institutions: sz.institutions, Days: sz.days})
				if err != nil {
					return err
				}
				if err := one.add(w, verbose); err != nil {
					return err
				}
			}
			one.print(name, sz.name)
			all.sum(&one)
			if !strings.HasPrefix(name, "data-gap") {
				failing.sum(&one)
			}
		}
		all.print("all", sz.name)
		failing.print("all but silence", sz.name)
	}
	return nil
}

type gridScore struct {
	truth, found, merged, extra, exact int
	iou                                []float64
}

func (s *gridScore) sum(o *gridScore) {
	s.truth, s.found, s.merged, s.extra, s.exact = s.truth+o.truth, s.found+o.found, s.merged+o.merged, s.extra+o.extra, s.exact+o.exact
	s.iou = append(s.iou, o.iou...)
}

func (s *gridScore) print(name, size string) {
	fmt.Printf("| %s | %s | %d | %d | %d | %.3f | %.3f | %.3f | %d |\n", name, size, s.truth, s.found, s.merged,
		2*float64(s.found)/float64(max(1, s.found+s.truth+s.extra)), float64(s.exact)/float64(max(1, s.found)), mean(s.iou), s.extra)
}

func (s *gridScore) add(w *generate.World, verbose bool) error {
	b := w.Fill(mem.New())
	res := incident.Find(b, tables(b), incident.Options{Lone: reconcile.Match(b, reconcile.Options{}).Lone})
	cal, err := w.Announced()
	if err != nil {
		return err
	}
	why := cause.NewContext(b, tables(b), res, cause.WithZone(w.Zone), cause.WithCalendar(cal))
	for i := range res.Windows {
		why.Attribute(&res.Windows[i])
	}
	used := make([]bool, len(res.Windows))
	near := make([]bool, len(res.Windows)) // lies on some true fault
	for _, f := range w.Faults {
		best, top := -1, .5
		for i := range res.Windows {
			x := &res.Windows[i]
			if x.Start >= f.End || f.Start >= x.End {
				continue
			}
			v := iou(x.Start, x.End, f.Start, f.End)
			if x.Kind != incident.DataGap && f.Cause != generate.DataGap {
				a, any := shared(b, x, w, f)
				near[i] = near[i] || a > .3 || any
				v = min(v, a+.2)
			} else {
				near[i] = true
			}
			if v > top {
				best, top = i, v
			}
		}
		if f.Cause != generate.DataGap && f.Failures < 8 {
			continue
		}
		s.truth++
		switch {
		case best < 0:
			if verbose {
				fmt.Printf("  %s %d: missed %s %v %s-%s %.2f n=%d f=%d\n", w.Name, w.Seed, f.Cause, f.Scope, clock(f.Start), clock(f.End), f.Severity, f.Attempts, f.Failures)
			}
			continue
		case used[best]:
			s.merged++
			continue
		}
		used[best] = true
		x := &res.Windows[best]
		s.found++
		s.iou = append(s.iou, iou(x.Start, x.End, f.Start, f.End))
		if gridScope(b, x, f) {
			s.exact++
		} else if verbose {
			fmt.Printf("  %s %d: scope of %s %v is %s\n", w.Name, w.Seed, f.Cause, f.Scope, x.Scope.Text(b))
		}
	}
	for i := range res.Windows {
		if !used[i] && !near[i] {
			s.extra++
			if x := &res.Windows[i]; verbose {
				fmt.Printf("  %s %d: extra %s %s %s-%s %d/%d p0=%.3f E=%.2g\n", w.Name, w.Seed, x.Kind, x.Scope.Text(b), clock(x.Start), clock(x.End), x.Failures, x.Attempts, x.P0, x.EValue)
			}
		}
	}
	return nil
}

// shared is the Jaccard index of a window's attempts and a fault's; any says
// that the window is mostly the fault's.
func shared(b ledger.Book, win *incident.Window, w *generate.World, f *generate.Fault) (jaccard float64, any bool) {
	both, either, own := 0, 0, 0
	for _, r := range b.Rows(txn.Terminal) {
		if !r.Kind.Attempt() || r.At < min(win.Start, f.Start) || r.At >= max(win.End, f.End) {
			continue
		}
		x := &w.Rows[r.Line-1]
		in, hit := win.Covers(b, r), w.Hits(f, x.At, x.Term, x.Card, x.Kind)
		if in {
			own++
		}
		if in || hit {
			either++
		}
		if in && hit {
			both++
		}
	}
	return float64(both) / float64(max(1, either)), 2*both > own
}

func gridScope(b ledger.Book, win *incident.Window, f *generate.Fault) bool {
	for _, s := range append([]incident.Scope{win.Scope}, win.Same...) {
		ok := len(s) == len(f.Scope)
		for _, t := range s {
			want := f.Scope[t.Dim.String()]
			ok = ok && len(want) == len(t.IDs)
			for _, id := range t.IDs {
				ok = ok && slices.Contains(want, b.Name(t.Dim, id))
			}
		}
		if ok {
			return true
		}
	}
	return false
}

// tables reads codes by the tables that poslog ships.
func tables(b ledger.Book) func(int, *ledger.Row) classify.Ruling {
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
