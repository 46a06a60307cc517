package evidence

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/internal/room"
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
// The list must not be changed.
func (s *Set) Drift() []Drift {
	if !s.drifted {
		s.drift, s.drifted = s.g.drift(s), true
	}
	return s.drift
}

// drifter looks at the rows of one code at one institution: attempts with a time
// of day, in canonical order.
type drifter struct {
	g                 *gathering
	in                *institution
	institution, code string
	rows              []int32
	hours             []int32     // index in rows of the first one of each hour
	hour              txn.Instant // of the last row, see hourOf
	n                 int
	// Of the institution's attempts: how many come before the first row and up to the last one,
	// and the rows next to these two.
	before, until int
	prior, next   int32
	limit         int32 // from where answers are slow, 0 where that is not known
}

func (g *gathering) drift(s *Set) []Drift {
	type code struct {
		institution uint32
		code        string
	}
	index := map[code]int32{}
	of := make([]int32, len(s.cards)) // card -> drifter, -1 = none
	var list []drifter
	for i := range s.cards {
		gr := g.groups[s.cards[i].group]
		of[i] = -1
		if gr.variant != variantCode || !gr.kind.Attempt() {
			continue
		}
		c := code{gr.institution, gr.meaning.Code}
		n, ok := index[c]
		if !ok {
			n = int32(len(list))
			index[c] = n
			d := drifter{g: g, in: g.institutions[gr.institution], institution: g.b.Name(ledger.Institution, c.institution), code: c.code, prior: -1, next: -1}
			if d.in.latency.n >= 5 {
				d.limit = d.in.slow()
			}
			list = append(list, d)
		}
		of[i] = n
		list[n].n += gr.n
	}
	type span struct {
		first, last, n int32
		code           int32 // of the last row
	}
	attempts := make([]span, len(g.institutions))
	for i, r := range g.b.Rows(txn.Terminal) {
		n := of[s.cardOf[s.g.of.At(int32(i))]]
		if n < 0 || r.Flags.Has(txn.Repeat) || s.g.in.SaidTwice(i) || !r.At.Valid() || r.Prec < txn.PrecMinute {
			continue
		}
		d := &list[n]
		a := &attempts[d.in.id]
		if a.n == 0 {
			a.first = int32(i)
		} else {
			list[a.code].next = int32(i)
		}
		if d.rows == nil {
			d.rows = room.Slice[int32](d.n)[:0]
			d.before, d.prior = int(a.n), a.last
		}
		if h := hourOf(r.At); len(d.rows) == 0 || h != d.hour {
			d.hours, d.hour = append(d.hours, int32(len(d.rows))), h
		}
		d.rows = append(d.rows, int32(i))
		if r.Latency >= 0 {
			g.marks[i] |= markTimed
			if r.Latency > d.limit {
				g.marks[i] |= markSlow
			}
		}
		a.last, a.code = int32(i), n
		a.n++
		d.until = int(a.n)
	}
	var out []Drift
	var t trial
	for n := range list {
		d := &list[n]
		if len(d.rows) == 0 {
			continue
		}
		a := attempts[d.in.id]
		out = append(out, d.settled(&t)...)
		out = append(out, d.slow(&t)...)
		out = append(out, d.born(int(a.first), int(a.last), int(a.n))...)
		room.Free(d.rows)
	}
	room.Free(t.marks)
	slices.SortFunc(out, func(x, y Drift) int {
		return cmp.Or(cmp.Compare(x.row, y.row), strings.Compare(x.Institution, y.Institution), strings.Compare(x.Code, y.Code), strings.Compare(x.What, y.What))
	})
	return out
}

// trial is the answers to one question about the rows of a code, where there is one. One
// trial serves all questions, so that its list is made once.
type trial struct {
	d      *drifter
	answer func(row int32) (mark, ok bool)
	marks  []bool
	hours  []int32 // index in marks of the first one of each hour
}

// ask takes the answers of the rows of a code.
func (t *trial) ask(d *drifter, answer func(row int32) (mark, ok bool)) {
	t.d, t.answer = d, answer
	if n := len(d.rows); n > cap(t.marks) {
		room.Free(t.marks)
		t.marks = room.Slice[bool](n)
	}
	t.marks, t.hours = t.marks[:0], t.hours[:0]
	for from, end := range stretches(d.hours, len(d.rows)) {
		before := len(t.marks)
		for _, i := range d.rows[from:end] {
			if mark, ok := answer(i); ok {
				t.marks = append(t.marks, mark)
			}
		}
		if len(t.marks) > before {
			t.hours = append(t.hours, int32(before))
		}
	}
}

// row is the one of answer k.
func (t *trial) row(k int) int32 {
	for _, i := range t.d.rows {
		if _, ok := t.answer(i); ok {
			if k == 0 {
				return i
			}
			k--
		}
	}
	return t.d.rows[0] // there are more answers than k
}

// weights yields the index and the weight of each row. Rows of one hour have one cause and
// weigh perHour together at most.
func (t *trial) weights(yield func(i int, weight float64) bool) {
	for from, end := range stretches(t.hours, len(t.marks)) {
		w := min(1, perHour/float64(end-from))
		for i := from; i < end; i++ {
			if !yield(i, w) {
				return
			}
		}
	}
}

// stretches yields where each part of a list of n begins and ends.
func stretches(begin []int32, n int) iter.Seq2[int, int] {
	return func(yield func(from, end int) bool) {
		for k, from := range begin {
			end := n
			if k+1 < len(begin) {
				end = int(begin[k+1])
			}
			if !yield(int(from), end) {
				return
			}
		}
	}
}

// settled asks whether the share found in settlement moves while that of the
// approvals around does not: then it is the code and not the export.
func (d *drifter) settled(t *trial) []Drift {
	g := d.g
	if !g.in.HasSettlement {
		return nil
	}
	t.ask(d, func(i int32) (mark, ok bool) {
		if !g.covered(int(i)) {
			return false, false
		}
		return g.settled(int(i)), true
	})
	k, ok := d.change(t)
	if !ok {
		return nil
	}
	drift := d.report("settled", t, k, "结算占比", "share found in settlement")
	before, after := d.in.settledBetween(g, t.row(0), t.row(k-1)), d.in.settledBetween(g, int32(drift.row), t.row(len(t.marks)-1))
	own := share(drift.After) - share(drift.Before)
	if math.Abs(own) < 2*math.Abs(after-before) {
		return nil
	}
	return []Drift{drift}
}

// settledBetween is the settled share of the definite approvals between two rows.
func (in *institution) settledBetween(g *gathering, from, to int32) float64 {
	s := Share{}
	for i := int(from); i <= int(to); i++ {
		gr := g.groups[g.of.At(int32(i))]
		if g.covered(i) && gr.institution == in.id && gr.meaning.Outcome.IsApproval() {
			s.N++
			if g.settled(i) {
				s.K++
			}
		}
	}
	return share(s)
}

// slow asks whether the code's answers become slow, or cease to be.
func (d *drifter) slow(t *trial) []Drift {
	if d.limit <= 0 {
		return nil
	}
	t.ask(d, func(i int32) (mark, ok bool) {
		m := d.g.marks[i]
		return m&markSlow != 0, m&markTimed != 0
	})
	k, ok := d.change(t)
	if !ok {
		return nil
	}
	return []Drift{d.report("slow", t, k, "慢应答占比", "share of slow answers")}
}

// hourOf is the hour of a moment, counted from 1970.
func hourOf(at txn.Instant) txn.Instant { return at / txn.Instant(time.Hour/time.Microsecond) }

// change finds the row before which the share of marks changes most, see weights.
func (d *drifter) change(t *trial) (at int, ok bool) {
	n := len(t.marks)
	if n < 2*driftRows {
		return 0, false
	}
	goodN := 0
	for _, m := range t.marks {
		if m {
			goodN++
		}
	}
	if goodN == 0 || goodN == n {
		return 0, false // no moment divides them
	}
	var total, good float64
	for i, weight := range t.weights {
		total += weight
		if t.marks[i] {
			good += weight
		}
	}
	top := driftLLR + math.Log(float64(n))
	var w, k float64
	kN := 0
	for i, weight := range t.weights {
		if i+driftRows >= n {
			break
		}
		w += weight
		if t.marks[i] {
			k += weight
			kN++
		}
		if i+1 < driftRows {
			continue
		}
		difference := float64(goodN-kN)/float64(n-i-1) - float64(kN)/float64(i+1)
		if math.Abs(difference) < driftShare {
			continue
		}
		if l := Apart(k, w, good-k, total-w); l > top {
			top, at, ok = l, i+1, true
		}
	}
	return at, ok
}

func (d *drifter) report(what string, t *trial, k int, zh, en string) Drift {
	row := t.row(k)
	out := Drift{Institution: d.institution, Code: d.code, What: what, row: int(row),
		From: d.at(t.row(k - 1)), To: d.at(row), Before: count(t.marks[:k]), After: count(t.marks[k:])}
	when := d.when(out.To)
	out.Text = classify.Text{
		Zh: fmt.Sprintf("代码 %s 的%s自 %s 起由 %s 变为 %s", d.code, zh, when, percent(out.Before), percent(out.After)),
		En: fmt.Sprintf("code %s: %s moves from %s to %s at %s", d.code, en, percent(out.Before), percent(out.After), when)}
	return out
}

// at is the time of a row.
func (d *drifter) at(row int32) txn.Instant { return d.g.b.At(txn.Terminal, int(row)) }

// born asks whether the code begins or ceases while the institution works on: if
// it had been as frequent before as it is now, its absence would be a wonder. The
// institution's first and last attempt and their number are given.
func (d *drifter) born(start, end, attempts int) []Drift {
	const wonder = 9.2 // expected rows of which none is seen: chance 1 in 10,000
	// Bursts count once: hours with the code, not rows.
	hours := len(d.hours)
	if len(d.rows) < driftRows || hours < 4 {
		return nil
	}
	rate := float64(hours) / float64(d.until-d.before)
	day := 20 * time.Hour
	var out []Drift
	first, last := d.rows[0], d.rows[len(d.rows)-1]
	if before := d.before; rate*float64(before) > wonder && d.at(first).Sub(d.at(int32(start))) > day {
		at := d.at(first)
		out = append(out, Drift{Institution: d.institution, Code: d.code, What: "new", row: int(first),
			From: d.at(d.prior), To: at, Before: Share{0, before}, After: Share{len(d.rows), attempts - before},
			Text: classify.Text{Zh: fmt.Sprintf("代码 %s 自 %s 起首次出现（此前 %d 笔交易中没有）", d.code, d.when(at), before),
				En: fmt.Sprintf("code %s appears for the first time at %s (none in %d attempts before)", d.code, d.when(at), before)}})
	}
	if after := attempts - d.until; rate*float64(after) > wonder && d.at(int32(end)).Sub(d.at(last)) > day {
		out = append(out, Drift{Institution: d.institution, Code: d.code, What: "gone", row: int(d.next),
			From: d.at(last), To: d.at(d.next), Before: Share{len(d.rows), d.until}, After: Share{0, after},
			Text: classify.Text{Zh: fmt.Sprintf("代码 %s 自 %s 后不再出现（此后 %d 笔交易）", d.code, d.when(d.at(last)), after),
				En: fmt.Sprintf("code %s is not seen after %s (%d attempts since)", d.code, d.when(d.at(last)), after)}})
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
