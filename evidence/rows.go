package evidence

import (
	"github.com/poslog/poslog/classify"
)

// fewRows is the number of rows below which an undecidable code without
// settlement is judged row by row.
const fewRows = 10

// rowByRow lets rows differ from their group's verdict where the rows
// themselves show it: network failures and refusals of a host share one code at some
// institutions, and a mixed code means what settlement says of each row.
func (g *gathering) rowByRow(gr *group) {
	in := g.institutions[gr.institution]
	v := &gr.verdict
	switch {
	case v.Status == classify.IsMixed:
		s := gr.ev.Split
		for _, n := range gr.rows {
			i := int(n)
			r := g.row(i)
			switch {
			case g.settled(i):
				g.rows[i] = classify.Ruling{Outcome: classify.Approved, Class: classify.ClassApproved, Inferred: true}
			case !s.Clean():
			case gr.inSplit(r) == (s.InSettled*s.Out > s.OutSettled*s.In):
				// The settling part: not found, so reconciliation has to look at it.
			default:
				g.rows[i] = classify.Ruling{Outcome: classify.Declined, Class: classify.UnknownLocal, Inferred: true}
			}
		}
	case v.Status == classify.Decided && (v.Class == classify.Timeout || v.Class == classify.Cutover || v.Class == classify.IssuerHost),
		v.Status == classify.Undecidable && len(gr.rows) < fewRows && !g.in.HasSettlement:
		for _, n := range gr.rows {
			i := int(n)
			if r, ok := g.judge(in, gr, i); ok && r != v.Ruling() {
				g.rows[i] = r
			}
		}
	}
}

// judge says what one row means by its latency and its neighbours: a slow answer is the
// line, a fast one among hardly any approvals is the host.
func (g *gathering) judge(in *institution, gr *group, i int) (classify.Ruling, bool) {
	r := g.row(i)
	e := &gr.ev
	if r.Latency < 0 || e.SlowLimit <= 0 {
		return classify.Ruling{}, false
	}
	if r.Latency > e.SlowLimit {
		o := classify.Unknown
		if g.in.HasSettlement && g.in.SettlementCovers(r) && !g.settled(i) && !g.in.Undecided(i) {
			o = classify.Declined
		}
		return classify.Ruling{Outcome: o, Class: classify.Timeout, Inferred: true}, true
	}
	near, approved, ok := g.around(in, i)
	if !ok || !burst(near, approved) {
		return classify.Ruling{}, false
	}
	c := classify.Cutover
	if len(in.windows) > 0 && !in.covers(r.At) {
		c = classify.IssuerHost
	}
	return classify.Ruling{Outcome: classify.Declined, Class: c, Inferred: true}, true
}
