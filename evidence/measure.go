package evidence

import (
	"slices"
	"sync"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/internal/localtime"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// measuring counts what the rows of one group show.
type measuring struct {
	g       *gathering
	in      *institution
	gr      *group
	e       *classify.Evidence
	base    float64 // settled share of the institution's approvals
	refused float64 // of its refusals, hardly ever more than 0
	latency histogram
	cases   map[[2]uint64]struct{} // terminals and cards
	local   localtime.Clock
	days    map[int64]struct{}
	day     int64   // the latest of them
	amounts []int64 // of approvals of the kind, sorted
	auc     float64 // sum over the rows
}

// evidence fills in the counts of one group.
func (g *gathering) evidence(gr *group) {
	in := g.institutions[gr.institution]
	e := &gr.ev
	*e = classify.Evidence{N: len(gr.rows), HasSettlement: g.in.HasSettlement, Reversals: in.reversals,
		Approvals: in.approvals, ApprovalsWithAuth: in.withAuth, ApprovalsChip: in.chip, ApprovalsEntered: in.entered,
		Active: len(in.at.perTID), Attempts: in.attempts, AttemptsInWindow: in.inWindow, HasWindows: len(in.windows) > 0,
		ApprovedP10: -1, ApprovedP50: -1, Median: -1, TimeoutP50: in.timeouts.quantile(.5)}
	if in.latency.n >= 5 {
		e.ApprovedP10, e.ApprovedP50 = in.latency.quantile(.1), in.latency.quantile(.5)
		e.SlowLimit = in.slow()
	}
	var beside sync.WaitGroup
	beside.Go(func() { g.compare(in, e, gr) })
	m := measuring{g: g, in: in, gr: gr, e: e, base: 0.9, refused: (float64(in.settledDeclines) + .1) / (float64(in.declines) + 50),
		cases: map[[2]uint64]struct{}{}, local: localtime.In(g.in.Location), days: map[int64]struct{}{}, amounts: in.at.amounts[gr.kind]}
	if in.coveredApprovals > 0 {
		m.base = float64(in.settledApprovals) / float64(in.coveredApprovals)
	}
	for _, n := range gr.rows {
		i := int(n)
		r := g.row(i)
		m.money(i, r)
		m.speed(r)
		m.card(i, r)
		m.place(r)
		m.time(r)
		m.text(r)
	}
	if e.Amounts > 0 {
		e.AUC = m.auc / float64(e.Amounts)
	}
	e.Median = m.latency.quantile(.5)
	e.Days = len(m.days)
	e.ExpectedTerminals = in.expectedTerminals(len(m.cases))
	beside.Wait()
}

// money counts whether the row settled and was reversed, and ranks its amount among those of
// approvals. A row that is found outside what the files cover proves nothing about the rows
// there that are not found.
func (m *measuring) money(i int, r *ledger.Row) {
	e := m.e
	if m.g.covered(i) {
		e.Covered++
		if m.g.settled(i) {
			e.Settled++
		}
		e.Expected += m.in.settledNear(i, m.base)
		e.Background += m.refused
	}
	if m.g.reversed(i) {
		e.Reversed++
	}
	amount := m.g.in.Amount(r)
	if !amount.Valid() {
		return
	}
	v, n := int64(amount), len(m.amounts)
	e.Amount += v
	if n < 10 {
		return
	}
	lo, _ := slices.BinarySearch(m.amounts, v)
	hi, _ := slices.BinarySearch(m.amounts, v+1)
	m.auc += float64(lo+hi) / 2 / float64(n)
	e.Amounts++
	if v > m.amounts[(n-1)*99/100] {
		e.Above++
	}
}

// speed compares the time of the answer with that of approvals.
func (m *measuring) speed(r *ledger.Row) {
	e := m.e
	if r.Latency < 0 || e.SlowLimit <= 0 {
		return
	}
	e.Timed++
	m.latency.add(r.Latency)
	switch {
	case r.Latency > e.SlowLimit:
		e.Slow++
	case r.Latency <= e.ApprovedP10:
		e.Fast++
	}
}

// card counts how the card was read, and whether it tried again.
func (m *measuring) card(i int, r *ledger.Row) {
	e := m.e
	if r.Flags.Has(txn.CardEvent) {
		e.WithAuth++
	}
	if chip, stated := m.g.chip(r); stated {
		e.Entered++
		if chip {
			e.Chip++
		}
	}
	if r.Token == 0 || !r.At.Valid() {
		return
	}
	e.Carded++
	if m.g.marks[i]&markRetried != 0 {
		e.Retried++
	}
	if m.g.marks[i]&markPaid != 0 {
		e.RetriedOK++
	}
}

// place counts the terminals, and the rows of those that never have an approval.
func (m *measuring) place(r *ledger.Row) {
	tid := m.g.b.Place(r.Place).Terminal
	if m.g.seen[tid] != m.gr {
		m.g.seen[tid] = m.gr
		m.e.Terminals++
	}
	m.cases[[2]uint64{uint64(tid), r.Token}] = struct{}{}
	if tk := m.in.at.perKind[tidKind{tid, r.Kind}]; tk[0] >= 3 {
		m.e.Tested++
		if tk[1] == 0 {
			m.e.DeadEnd++
		}
	}
}

// time counts hours, days and what lies inside announced windows.
func (m *measuring) time(r *ledger.Row) {
	if m.in.covers(r.At) {
		m.e.InWindow++
	}
	if !r.At.Valid() || r.Prec < txn.PrecMinute {
		return
	}
	s := m.local.Seconds(r.At)
	m.e.Hours[localtime.Hour(s)]++
	if day := localtime.Day(s); day != m.day || len(m.days) == 0 {
		m.day = day
		m.days[day] = struct{}{}
	}
}

// text counts what the terminal's messages speak of.
func (m *measuring) text(r *ledger.Row) {
	if r.Text == 0 {
		return
	}
	m.e.Texts++
	switch t := m.g.text(r.Text); {
	case t.ok && t.message.Network():
		m.e.NetworkTexts++
	case t.ok && t.message.Maintenance():
		m.e.MaintenanceTexts++
	}
}
