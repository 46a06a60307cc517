package reconcile

import (
	"slices"
	"time"

	"github.com/poslog/poslog/txn"
)

// placed is a row with its span in the common clock.
type placed struct {
	row int32
	span
}

// weak matches rows that share no identifier: terminal or merchant, amount and
// time only. A row that is the only candidate of its only candidate is matched;
// as many rows as candidates are matched in order; everything else is a contest
// that keys cannot decide, kept for [Matches.Judge]. Rows that state a time of day come first:
// one that states none is no reason to compare all of them by the day.
func (p *pairing) weak(t, s []int32) {
	if len(t) > 0 && len(s) > 0 && !p.allTimed(t, s) {
		untimed := func(side int) func(int32) bool { return func(i int32) bool { return !timed(p.m.row(side, i)) } }
		p.near(slices.DeleteFunc(slices.Clone(t), untimed(left)), slices.DeleteFunc(slices.Clone(s), untimed(right)))
		t, s = p.free(left, t), p.free(right, s)
	}
	p.near(t, s)
}

// allTimed reports whether all rows state a time of day.
func (p *pairing) allTimed(t, s []int32) bool {
	for side, rows := range [2][]int32{t, s} {
		if slices.ContainsFunc(rows, func(i int32) bool { return !timed(p.m.row(side, i)) }) {
			return false
		}
	}
	return true
}

// near matches rows by their times, and by their days where some state no more.
func (p *pairing) near(t, s []int32) {
	if len(t) == 0 || len(s) == 0 {
		return
	}
	k, before, after := p.reach(t, s)
	ts, ss := p.place(left, t), p.place(right, s)
	// Candidates of a terminal row are neighbours, since all rows of a side have
	// spans of one width: two pointers find them.
	for i, from, to := 0, 0, 0; i < len(ts); {
		first, start, end := i, len(ss), 0
		for ; i < len(ts); i++ {
			for from < len(ss) && ts[i].gap(ss[from].span) < -before {
				from++
			}
			to = max(to, from)
			for to < len(ss) && ts[i].gap(ss[to].span) <= after {
				to++
			}
			p.steps++
			if i > first && from >= end {
				break // shares no candidate with the rows before it
			}
			start, end = min(start, from), to
		}
		if start < end {
			p.settle(k, ts[first:i], ss[start:end], before, after)
		}
	}
}

// settle matches what is certain among rows linked by their candidates.
func (p *pairing) settle(k Key, ts, ss []placed, before, after txn.Instant) {
	if len(ts) == len(ss) {
		fits := true
		for i := range ts {
			g := ts[i].gap(ss[i].span)
			fits = fits && -before <= g && g <= after
		}
		if fits {
			percent := k.percent()
			if len(ts) > 1 {
				percent -= 10
			}
			for i := range ts {
				p.match(ts[i].row, ss[i].row, k, percent)
			}
			return
		}
	}
	c := contest{key: k}
	for _, x := range ts {
		c.t = append(c.t, x.row)
		p.m.partner[left].put(x.row, disputed)
	}
	for _, x := range ss {
		c.s = append(c.s, x.row)
		p.m.partner[right].put(x.row, disputed)
	}
	p.contests = append(p.contests, c)
}

// inReach reports whether a distance in time is within what the key allows.
func (m *Matches) inReach(k Key, t, s int32, g txn.Instant) bool {
	if k == ByTime {
		w := txn.Instant(m.opt.Window / time.Microsecond)
		return -w <= g && g <= w
	}
	if !m.row(right, s).At.Valid() {
		return 0 <= g && g <= txn.Instant(m.opt.LagAfter)*day
	}
	return g == 0
}

// reach is the key and the window that the times of the rows allow.
func (p *pairing) reach(t, s []int32) (k Key, before, after txn.Instant) {
	if p.allTimed(t, s) {
		w := txn.Instant(p.m.opt.Window / time.Microsecond)
		return ByTime, w, w
	}
	for _, j := range s {
		if !p.m.row(right, j).At.Valid() { // a business day only
			return ByDate, 0, txn.Instant(p.m.opt.LagAfter) * day
		}
	}
	return ByDate, 0, 0
}

// place sorts the rows by time in the common clock and gives all of them the
// width of the least precise one. Rows without any time are left out.
func (p *pairing) place(side int, rows []int32) []placed {
	var out []placed
	var width txn.Instant
	for _, i := range rows {
		r := p.m.row(side, i)
		x := p.m.when(r)
		if x.lo == dawn {
			continue
		}
		if side == left {
			ahead := p.m.clocks.of(uint32(p.m.ids.value(r, fTID))).ahead
			x.lo, x.hi = x.lo-ahead, x.hi-ahead
		}
		width = max(width, x.hi-x.lo)
		out = append(out, placed{i, x})
	}
	for i := range out {
		out[i].hi = out[i].lo + width
	}
	slices.SortStableFunc(out, func(x, y placed) int {
		p.steps++
		return int(min(1, max(-1, x.lo-y.lo)))
	})
	return out
}
