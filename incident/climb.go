package incident

import "math"

// climb is a scan for maximal scoring segments, one for each share of the grid.
type climb struct {
	sum  [len(grid)]float64
	from [len(grid)]int32 // failure that the sum begins with
	peaks
}

// quiet is the score of a success.
var quiet = func() (q [len(grid)]float64) {
	for k, g := range grid {
		q[k] = math.Log1p(-g)
	}
	return q
}()

// peaks are the best segments of a climb.
type peaks struct {
	top         [len(grid)]float64
	first, last [len(grid)]int32 // failures, -1 = no segment
}

func newPeaks() (k peaks) {
	for i := range k.last {
		k.last[i] = -1
	}
	return k
}

func newClimb() *climb {
	return &climb{peaks: newPeaks()}
}

// pass goes on to failure f after so many successes.
func (c *climb) pass(f, successes int32) {
	gap := float64(successes)
	for k := range grid {
		if v := c.sum[k] + gap*quiet[k]; v > 0 {
			c.sum[k] = v
		} else {
			c.sum[k], c.from[k] = 0, f
		}
	}
}

// fail adds the score of failure f.
func (c *climb) fail(f int32, score *[len(grid)]float64) {
	for k := range grid {
		v := c.sum[k] + score[k]
		if c.sum[k] = v; v > c.top[k] {
			c.top[k], c.first[k], c.last[k] = v, c.from[k], f
		}
	}
}

// best refits the segments, each of which fit measures, and returns the best.
func (k *peaks) best(phi float64, fit func(first, last int) cand) (best cand) {
	for i := range grid {
		if k.last[i] < 0 || k.top[i]/phi <= best.llr {
			continue
		}
		if c := fit(int(k.first[i]), int(k.last[i])); c.llr > best.llr {
			best = c
		}
	}
	return best
}

// block is the scan of a part of a series.
type block struct {
	from       int32 // its first failure when it was made, index into pool.fails
	peaks            // inside
	whole      [len(grid)]float64
	head, tail [len(grid)]float64 // of the best that begins, or ends, where the block does
	end, begin [len(grid)]int32   // their other ends, -1 = there is none
}

// each yields the failures of a run, or those of one code, one more than it, each with the
// attempts before it since the one before; it returns those after the last.
func (p *pool) each(r run, code int32, do func(f, gap int32)) (rest int32) {
	for j, f := range r.fail {
		if rest += r.gap[j]; code > 0 && int32(p.ev.codeOf(p.fails[f]))+1 != code {
			rest++ // an attempt that this code's fault did not spoil
			continue
		}
		do(f, rest)
		rest = 0
	}
	return rest
}

// peaks scans a run of a series.
func (p *pool) peaks(r run, code int32) peaks {
	c, rates := newClimb(), p.rates(code > 0)
	p.each(r, code, func(f, gap int32) {
		c.pass(f, gap)
		c.fail(f, &p.worths.of(rates[f]).score)
	})
	return c.peaks
}

// block scans the run of a block.
func (p *pool) block(r run, code int32, b *block) {
	c, rates := newClimb(), p.rates(code > 0)
	var sum, low [len(grid)]float64 // of all so far, and the least of them before a failure
	*b = block{from: b.from}
	for k := range grid {
		b.end[k], b.begin[k], low[k], b.head[k] = -1, -1, math.Inf(1), math.Inf(-1)
	}
	rest := p.each(r, code, func(f, gap int32) {
		c.pass(f, gap)
		score := &p.worths.of(rates[f]).score
		for k := range grid {
			sum[k] += float64(gap) * quiet[k]
			if sum[k] < low[k] {
				low[k], b.begin[k] = sum[k], f
			}
			sum[k] += score[k]
			if sum[k] > b.head[k] {
				b.head[k], b.end[k] = sum[k], f
			}
		}
		c.fail(f, score)
	})
	for k := range grid {
		b.whole[k] = sum[k] + float64(rest)*quiet[k]
		b.tail[k] = b.whole[k] - low[k]
	}
	b.peaks = c.peaks
}

// join returns the peaks of blocks that follow each other.
func join(blocks []block) peaks {
	best := newPeaks()
	for k := range grid {
		open, from := 0.0, int32(-1) // the best sum that ends where the next block begins
		for i := range blocks {
			b := &blocks[i]
			if b.top[k] > best.top[k] {
				best.top[k], best.first[k], best.last[k] = b.top[k], b.first[k], b.last[k]
			}
			if v := open + b.head[k]; open > 0 && v > best.top[k] {
				best.top[k], best.first[k], best.last[k] = v, from, b.end[k]
			}
			if through := open + b.whole[k]; open > 0 && through >= b.tail[k] {
				open = max(0, through)
			} else {
				open, from = max(0, b.tail[k]), b.begin[k]
			}
		}
	}
	return best
}
