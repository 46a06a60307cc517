package evidence

import (
	"time"

	"github.com/poslog/poslog/classify"
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
	found                room.Bits      // those of money, by place there, that were found in settlement
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
