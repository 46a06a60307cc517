package evidence

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Drift is a change of what a code does at an institution.
type Drift struct {
	Institution, Code string
	What              string        // "settled", "slow": the share that moved; "new", "gone": the code itself
	From, To          txn.Instant   // the change lies after From and not after To
	Before, After     Share         // of rows; for new and gone, rows of the code among attempts
	Text              classify.Text // in words, with the moment
	row               int           // canonical row at To, to order drifts
}

// Share is K of N.
type Share struct{ K, N int }

const (
	driftRows  = 8    // rows on each side of a change
	driftLLR   = 10.0 // natural log units beyond the price of having tried every moment
	driftShare = .25  // least difference of the shares
	perHour    = 3.0  // rows of one hour weigh no more than this together: they have one cause
)

// Drift lists the codes whose settled share or answer time changes for good within the
// data, and codes that begin or cease, with the moment. Codes of all kinds of an
// institution count together. Only the strongest change of each code and mark is listed.
func (s *Set) Drift() []Drift {
	g := s.g
	type code struct {
		institution uint32
		code        string
	}
	rows := map[code][]int{}
	var order []code
	attempts := map[uint32][]int{}
	for i, r := range g.b.Rows(txn.Terminal) {
		gr := g.groups[g.of[i]]
		if gr.variant != variantCode || !r.Kind.Attempt() || r.Flags.Has(txn.Repeat) || !r.At.Valid() || r.Prec < txn.PrecMinute {
			continue
		}
		c := code{gr.institution, gr.meaning.Code}
		if rows[c] == nil {
			order = append(order, c)
		}
		rows[c] = append(rows[c], i)
		attempts[gr.institution] = append(attempts[gr.institution], i)
	}
	var out []Drift
	for _, c := range order {
		d := drifter{g: g, institution: g.b.Name(ledger.Institution, c.institution), code: c.code, rows: rows[c]}
		out = append(out, d.settled()...)
		out = append(out, d.slow(g.institutions[c.institution])...)
		out = append(out, d.born(attempts[c.institution])...)
	}
	slices.SortFunc(out, func(x, y Drift) int {
		return cmp.Or(cmp.Compare(x.row, y.row), strings.Compare(x.Institution, y.Institution), strings.Compare(x.Code, y.Code), strings.Compare(x.What, y.What))
	})
	return out
}

type drifter struct {
	g                 *gathering
	institution, code string
	rows              []int
}

// settled asks whether the share found in settlement moves while that of the
// approvals around does not: then it is the code and not the export.
func (d *drifter) settled() []Drift {
	g := d.g
	if !g.in.HasSettlement {
		return nil
	}
	var rows []int
	var marks []bool
	for _, i := range d.rows {
		if gr := g.groups[g.of[i]]; g.covered(gr, g.row(i)) {
			rows, marks = append(rows, i), append(marks, g.in.Settled(i) >= 0)
		}
	}
	k, ok := d.change(rows, marks)
	if !ok {
		return nil
	}
	drift := d.report("settled", rows, marks, k, "结算占比", "share found in settlement")
	in := g.institutions[g.groups[g.of[rows[0]]].institution]
	before, after := in.settledBetween(g, rows[0], rows[k-1]), in.settledBetween(g, rows[k], rows[len(rows)-1])
	own := share(drift.After) - share(drift.Before)
	if math.Abs(own) < 2*math.Abs(after-before) {
		return nil
	}
	return []Drift{drift}
}

// settledBetween is the settled share of the definite approvals between two rows.
func (in *institution) settledBetween(g *gathering, from, to int) float64 {
	s := Share{}
	for i := from; i <= to; i++ {
		gr := g.groups[g.of[i]]
		if r := g.row(i); gr.institution == in.id && gr.meaning.Outcome.IsApproval() && g.covered(gr, r) {
			s.N++
			if g.in.Settled(i) >= 0 {
				s.K++
			}
		}
	}
	return share(s)
}

// slow asks whether the code's answers become slow, or cease to be.
func (d *drifter) slow(in *institution) []Drift {
	limit := int32(0)
	if in.latency.n >= 5 {
		limit = in.slow()
	}
	var rows []int
	var marks []bool
	for _, i := range d.rows {
		if r := d.g.row(i); limit > 0 && r.Latency >= 0 {
			rows, marks = append(rows, i), append(marks, r.Latency > limit)
		}
	}
	k, ok := d.change(rows, marks)
	if !ok {
		return nil
	}
	return []Drift{d.report("slow", rows, marks, k, "慢应答占比", "share of slow answers")}
}

// change finds the row before which the share of marks changes most. Rows of
// one hour have one cause and weigh perHour together at most.
func (d *drifter) change(rows []int, marks []bool) (at int, ok bool) {
	n := len(rows)
	if n < 2*driftRows {
		return 0, false
	}
	weights := make([]float64, n)
	inHour := map[txn.Instant]float64{}
	hour := func(i int) txn.Instant {
		return d.g.b.At(txn.Terminal, rows[i]) / txn.Instant(time.Hour/time.Microsecond)
	}
	for i := range rows {
		inHour[hour(i)]++
	}
	var total, good float64
	goodN := 0
	for i := range rows {
		weights[i] = min(1, perHour/inHour[hour(i)])
		total += weights[i]
		if marks[i] {
			good += weights[i]
			goodN++
		}
	}
	top := driftLLR + math.Log(float64(n))
	var w, k float64
	kN := 0
	for i := 0; i+driftRows < n; i++ {
		w += weights[i]
		if marks[i] {
			k += weights[i]
			kN++
		}
		if i+1 < driftRows {
			continue
		}
		difference := float64(goodN-kN)/float64(n-i-1) - float64(kN)/float64(i+1)
		if l := gainOf(k, w, good-k, total-w); l > top && math.Abs(difference) >= driftShare {
			top, at, ok = l, i+1, true
		}
	}
	return at, ok
}

// gainOf is gain for weighted counts.
func gainOf(k, n, k2, n2 float64) float64 {
	e := func(k, n float64) float64 {
		p := k / n
		if !(p > 0 && p < 1) {
			return 0
		}
		return k*math.Log(p) + (n-k)*math.Log(1-p)
	}
	return e(k, n) + e(k2, n2) - e(k+k2, n+n2)
}

func (d *drifter) report(what string, rows []int, marks []bool, k int, zh, en string) Drift {
	b := d.g.b
	out := Drift{Institution: d.institution, Code: d.code, What: what, row: rows[k],
		From: b.At(txn.Terminal, rows[k-1]), To: b.At(txn.Terminal, rows[k]), Before: count(marks[:k]), After: count(marks[k:])}
	when := d.when(out.To)
	out.Text = classify.Text{
		Zh: fmt.Sprintf("代码 %s 的%s自 %s 起由 %s 变为 %s", d.code, zh, when, percent(out.Before), percent(out.After)),
		En: fmt.Sprintf("code %s: %s moves from %s to %s at %s", d.code, en, percent(out.Before), percent(out.After), when)}
	return out
}

// born asks whether the code begins or ceases while the institution works on: if
// it had been as frequent before as it is now, its absence would be a wonder.
func (d *drifter) born(attempts []int) []Drift {
	const wonder = 9.2 // expected rows of which none is seen: chance 1 in 10,000
	b := d.g.b
	first, last := d.rows[0], d.rows[len(d.rows)-1]
	before, _ := slices.BinarySearch(attempts, first)
	until, _ := slices.BinarySearch(attempts, last+1)
	// Bursts count once: hours with the code, not rows.
	hours := map[txn.Instant]bool{}
	for _, i := range d.rows {
		hours[b.At(txn.Terminal, i)/txn.Instant(time.Hour/time.Microsecond)] = true
	}
	if len(d.rows) < driftRows || len(hours) < 4 {
		return nil
	}
	rate := float64(len(hours)) / float64(until-before)
	day := 20 * time.Hour
	var out []Drift
	start, end := b.At(txn.Terminal, attempts[0]), b.At(txn.Terminal, attempts[len(attempts)-1])
	if rate*float64(before) > wonder && b.At(txn.Terminal, first).Sub(start) > day {
		at := b.At(txn.Terminal, first)
		out = append(out, Drift{Institution: d.institution, Code: d.code, What: "new", row: first,
			From: b.At(txn.Terminal, attempts[before-1]), To: at, Before: Share{0, before}, After: Share{len(d.rows), len(attempts) - before},
			Text: classify.Text{Zh: fmt.Sprintf("代码 %s 自 %s 起首次出现（此前 %d 笔交易中没有）", d.code, d.when(at), before),
				En: fmt.Sprintf("code %s appears for the first time at %s (none in %d attempts before)", d.code, d.when(at), before)}})
	}
	if after := len(attempts) - until; rate*float64(after) > wonder && end.Sub(b.At(txn.Terminal, last)) > day {
		at := b.At(txn.Terminal, attempts[until])
		out = append(out, Drift{Institution: d.institution, Code: d.code, What: "gone", row: attempts[until],
			From: b.At(txn.Terminal, last), To: at, Before: Share{len(d.rows), until}, After: Share{0, after},
			Text: classify.Text{Zh: fmt.Sprintf("代码 %s 自 %s 后不再出现（此后 %d 笔交易）", d.code, d.when(b.At(txn.Terminal, last)), after),
				En: fmt.Sprintf("code %s is not seen after %s (%d attempts since)", d.code, d.when(b.At(txn.Terminal, last)), after)}})
	}
	return out
}

func (d *drifter) when(at txn.Instant) string {
	return at.Time().In(d.g.in.Location).Format("2006-01-02 15:04:05")
}

func count(marks []bool) (s Share) {
	for _, m := range marks {
		s.N++
		if m {
			s.K++
		}
	}
	return s
}

func share(s Share) float64 { return float64(s.K) / float64(max(1, s.N)) }

func percent(s Share) string { return fmt.Sprintf("%.1f%% (%d/%d)", 100*share(s), s.K, s.N) }
