package evidence

import (
	"slices"
	"sync"
	"time"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/internal/localtime"
	"github.com/poslog/poslog/internal/recent"
	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

const (
	maxRows    = 5000 // rows of one group that are looked at one by one; more are sampled evenly
	maxSample  = 500  // approvals of one institution that serve for comparison
	retryIn    = 10 * time.Minute
	nearIn     = 20 * time.Minute
	nearEach   = 4
	downIn     = time.Minute
	settleNear = 4 // approvals on each side whose settled share is expected of a row
	settleHold = 4 // weight of the institution's share beside them
)

// at holds what examining one institution needs: sorted lists of row numbers.
type at struct {
	approvals            []int32        // attempts with an approval
	money                []int32        // approvals that move money
	found                []int32        // found[i]: how many of money[:i] were found in settlement
	down                 []int32        // rows of hosts that do not work, and of no answer
	perTID               map[uint32]int // attempts by terminal
	perKind              map[tidKind][2]int32
	amounts              [kinds][]int64                       // of approvals, sorted
	values               [ledger.EntryMode + 1]map[uint32]int // attempts by value of a dimension
	sampled, sampledDown int                                  // approvals looked at, and those with faults nearby
	perHour              [25]int                              // attempts by local hour plus one; 0 are those without a time of day
	perCard              []int32                              // attempts
}

type tidKind struct {
	terminal uint32
	kind     txn.Kind
}

// examine is the second pass: it decides which groups are open, unknown or
// contradicted and gathers their evidence.
func (g *gathering) examine() {
	for _, gr := range g.groups {
		gr.look = g.wanted(gr)
		if gr.look {
			g.institutions[gr.institution].look = true
		} else {
			gr.verdict = classify.Verdict{Status: classify.Defined, Outcome: gr.meaning.Outcome, Class: gr.meaning.Class, Confidence: 1}
		}
	}
	g.collect()
	g.seen = make([]*group, g.b.Names(ledger.Terminal))
	main := map[key]*group{} // the kind of a code with most rows
	for _, gr := range g.groups {
		if gr.look {
			g.evidence(gr)
			gr.verdict = classify.Decide(gr.meaning, gr.ev)
			if m := main[gr.anyKind()]; m == nil || gr.ev.N > m.ev.N || gr.ev.N == m.ev.N && gr.kind < m.kind {
				main[gr.anyKind()] = gr
			}
		}
	}
	for _, gr := range g.groups {
		if !gr.look {
			continue
		}
		if m := main[gr.anyKind()]; m != gr && m.verdict.Status == classify.Decided && gr.verdict.Status == classify.Undecidable {
			gr.ev.Other = &classify.Other{Kind: m.kind.String(), N: m.ev.N, Outcome: m.verdict.Side(), Posterior: m.verdict.Posterior}
			gr.verdict = classify.Decide(gr.meaning, gr.ev)
		}
		g.rowByRow(gr)
	}
	g.release()
}

// release lets go of the lists that only examining needs: they are as large as
// the rows.
func (g *gathering) release() {
	g.perPlace, g.seen = nil, nil
	for _, gr := range g.groups {
		room.Free(gr.rows)
		gr.rows, gr.inSplit = nil, nil
	}
	for _, in := range g.institutions {
		if in != nil {
			room.Free(in.list)
			room.Free(in.at.approvals)
			room.Free(in.at.down)
			for _, a := range in.at.amounts {
				room.Free(a)
			}
			in.list, in.at = nil, at{money: in.at.money, found: in.at.found} // drift asks for these
		}
	}
}

// anyKind is the key without the kind.
func (gr *group) anyKind() key {
	k := gr.key
	k.kind = txn.KindUnknown
	return k
}

// wanted reports whether a group needs evidence.
func (g *gathering) wanted(gr *group) bool {
	m := gr.meaning
	switch {
	case gr.variant == variantReason, !gr.kind.Attempt():
		return false
	case m.Decidable():
		return true
	case gr.variant != variantCode:
		return false
	case m.Open:
		return true
	}
	// Settlement may contradict a definite code: look where it could.
	in := g.institutions[gr.institution]
	switch {
	case !g.in.HasSettlement || gr.covered < 5:
		return false
	case m.Outcome == classify.Declined:
		return gr.settled*20 > gr.covered
	case m.Outcome.IsApproval():
		return m.Configured || gr.settled*in.coveredApprovals < gr.covered*in.settledApprovals/2
	}
	return false
}

// collect lists the rows that evidence about the wanted groups needs, and counts what it
// compares them with.
func (g *gathering) collect() {
	g.perPlace = make([]int32, g.b.Places())
	var perKind [kinds][][2]int32 // attempts and approvals by place
	for _, gr := range g.groups {
		in := g.institutions[gr.institution]
		if gr.look {
			in.kinds[gr.kind] = true
		}
		if gr.meaning.Outcome.IsApproval() {
			in.ofKind[gr.kind] += gr.n
		}
	}
	tries := recent.New[try, int32](txn.Instant(retryIn / time.Microsecond))
	local := localtime.In(g.in.Location)
	for i, r := range g.b.Rows(txn.Terminal) {
		gr := g.groups[g.of[i]]
		in := g.institutions[gr.institution]
		if !in.look || gr.variant == variantReason || !r.Kind.Attempt() || r.Flags.Has(txn.Repeat) {
			continue
		}
		a := &in.at
		if a.perTID == nil {
			*a = at{perTID: map[uint32]int{}, perKind: map[tidKind][2]int32{}, found: []int32{0}, perCard: make([]int32, g.b.Cards())}
			in.list, a.approvals = room.Slice[int32](in.attempts)[:0], room.Slice[int32](in.approvals)[:0]
			if g.in.HasSettlement {
				a.money, a.found = room.Slice[int32](in.approvals)[:0], room.Slice[int32](in.approvals + 1)[:1]
			}
		}
		in.list = append(in.list, int32(i))
		a.perCard[r.Card]++
		a.perHour[hour(&local, r)]++
		if perKind[r.Kind] == nil {
			perKind[r.Kind] = make([][2]int32, len(g.perPlace))
		}
		here := &perKind[r.Kind][r.Place]
		here[0]++
		approved := gr.meaning.Outcome.IsApproval()
		if approved {
			here[1]++
			a.approvals = append(a.approvals, int32(i))
			if g.in.HasSettlement && r.Kind.Money() {
				found := a.found[len(a.money)]
				if g.settled(i) {
					found++
				}
				a.money = append(a.money, int32(i))
				a.found = append(a.found, found)
			}
			if r.Amount.Valid() && in.kinds[r.Kind] {
				if a.amounts[r.Kind] == nil {
					a.amounts[r.Kind] = room.Slice[int64](in.ofKind[r.Kind])[:0]
				}
				a.amounts[r.Kind] = append(a.amounts[r.Kind], int64(r.Amount))
			}
		}
		if down(gr) {
			a.down = room.Append(a.down, int32(i))
		}
		if r.Token != 0 && r.At.Valid() {
			t := try{r.Token, in.id, r.Kind}
			g.again(tries, t, r.At, approved)
			if gr.look {
				tries.Add(t, t.hash(), r.At, int32(i))
			}
		}
		if gr.look {
			if gr.rows == nil {
				gr.rows = room.Slice[int32](gr.n)[:0]
			}
			gr.rows = append(gr.rows, int32(i))
		}
	}
	for kind, list := range perKind {
		for id, n := range list {
			if n[0] == 0 {
				continue
			}
			g.perPlace[id] += n[0]
			p := g.b.Place(uint32(id))
			a := &g.institutions[p.Institution].at
			a.perTID[p.Terminal] += int(n[0])
			k := tidKind{p.Terminal, txn.Kind(kind)}
			sum := a.perKind[k]
			a.perKind[k] = [2]int32{sum[0] + n[0], sum[1] + n[1]}
		}
	}
	// The institutions share nothing from here on.
	next := make(chan *institution)
	var wg sync.WaitGroup
	for range room.Processors() {
		wg.Go(func() {
			for in := range next {
				for _, a := range in.at.amounts {
					sortAmounts(a)
				}
			}
		})
	}
	for _, in := range g.institutions {
		if in != nil && in.look {
			next <- in
		}
	}
	close(next)
	wg.Wait()
}

// try is a card at an institution with a kind of transaction.
type try struct {
	token       uint64
	institution uint32
	kind        txn.Kind
}

func (t *try) hash() uint64 {
	return (t.token ^ uint64(t.institution)<<8 ^ uint64(t.kind)) * 0x9E3779B97F4A7C15
}

// again marks the rows to look at that an attempt tries again. It has marked those
// before one that it finds marked.
func (g *gathering) again(tries *recent.List[try, int32], t try, at txn.Instant, approved bool) {
	m := markRetried
	if approved {
		m |= markPaid
	}
	tries.Each(t, t.hash(), at, func(i *int32) bool {
		if g.marks[*i]&m == m {
			return false
		}
		g.marks[*i] |= m
		return true
	})
}

// down reports rows that show a host or line at fault: 90, 91, 96, A0, C1 of the
// UnionPay tables, their like in others, and no answer.
func down(gr *group) bool {
	switch gr.meaning.Class {
	case classify.IssuerHost, classify.SwitchFault, classify.Timeout, classify.Unreachable:
		return true
	case classify.Cutover, classify.SecurityKey:
		return gr.meaning.Outcome == classify.Declined
	}
	return false
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
	base := 0.9
	if in.coveredApprovals > 0 {
		base = float64(in.settledApprovals) / float64(in.coveredApprovals)
	}
	refused := (float64(in.settledDeclines) + .1) / (float64(in.declines) + 50)
	var beside sync.WaitGroup
	beside.Go(func() { g.compare(in, e, gr) })
	var latency histogram
	cases := map[[2]uint64]struct{}{}
	days := map[int64]struct{}{}
	local, last := localtime.In(g.in.Location), int64(0)
	var auc float64
	amounts := in.at.amounts[gr.kind]
	for _, n := range gr.rows {
		i := int(n)
		r := g.row(i)
		if r.Amount.Valid() {
			e.Amount += int64(r.Amount)
		}
		// A row that is found outside what the files cover proves nothing about the
		// rows there that are not found.
		if g.covered(i) {
			e.Covered++
			if g.settled(i) {
				e.Settled++
			}
			e.Expected += in.settledNear(i, base)
			e.Background += refused
		}
		if g.reversed(i) {
			e.Reversed++
		}
		if r.Latency >= 0 && e.SlowLimit > 0 {
			e.Timed++
			latency.add(r.Latency)
			switch {
			case r.Latency > e.SlowLimit:
				e.Slow++
			case r.Latency <= e.ApprovedP10:
				e.Fast++
			}
		}
		if r.Flags.Has(txn.CardEvent) {
			e.WithAuth++
		}
		if chip, stated := g.chip(r); stated {
			e.Entered++
			if chip {
				e.Chip++
			}
		}
		if in.covers(r.At) {
			e.InWindow++
		}
		tid := g.b.Place(r.Place).Terminal
		if g.seen[tid] != gr {
			g.seen[tid] = gr
			e.Terminals++
		}
		cases[[2]uint64{uint64(tid), r.Token}] = struct{}{}
		if tk := in.at.perKind[tidKind{tid, r.Kind}]; tk[0] >= 3 {
			e.Tested++
			if tk[1] == 0 {
				e.DeadEnd++
			}
		}
		if r.At.Valid() && r.Prec >= txn.PrecMinute {
			s := local.Seconds(r.At)
			e.Hours[localtime.Hour(s)]++
			if day := localtime.Day(s); day != last || len(days) == 0 {
				last = day
				days[day] = struct{}{}
			}
		}
		if len(amounts) >= 10 && r.Amount.Valid() {
			v := int64(r.Amount)
			lo, _ := slices.BinarySearch(amounts, v)
			hi, _ := slices.BinarySearch(amounts, v+1)
			auc += float64(lo+hi) / 2 / float64(len(amounts))
			e.Amounts++
			if v > amounts[(len(amounts)-1)*99/100] {
				e.Above++
			}
		}
		if t := g.text(r.Text); r.Text != 0 {
			e.Texts++
			switch {
			case t.ok && t.message.Network():
				e.NetworkTexts++
			case t.ok && t.message.Maintenance():
				e.MaintenanceTexts++
			}
		}
		if r.Token != 0 && r.At.Valid() {
			e.Carded++
			if g.marks[i]&markRetried != 0 {
				e.Retried++
			}
			if g.marks[i]&markPaid != 0 {
				e.RetriedOK++
			}
		}
	}
	if e.Amounts > 0 {
		e.AUC = auc / float64(e.Amounts)
	}
	e.Median = latency.quantile(.5)
	e.Days = len(days)
	e.ExpectedTerminals = in.expectedTerminals(len(cases))
	beside.Wait()
}

// compare fills in what comes from the rows around those of a group, and from their
// places and cards.
func (g *gathering) compare(in *institution, e *classify.Evidence, gr *group) {
	step := max(1, (len(gr.rows)+maxRows-1)/maxRows)
	patterns := map[classify.Pattern]int{}
	for k := 0; k < len(gr.rows); k += step {
		i := int(gr.rows[k])
		patterns[g.pattern(in, e, gr, i, g.neighbours(in, e, gr, i))]++
	}
	e.NearDown = min(e.NearDown*step, e.N)
	e.Patterns = classify.CountPatterns(patterns)
	g.sample(in, e, gr)
	e.Depends = g.depends(in, gr)
	e.Split, gr.inSplit = g.split(gr)
}
