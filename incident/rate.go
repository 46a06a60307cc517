package incident

import (
	"math"

	"github.com/poslog/poslog/internal/room"
)

// logRate is a usual failure rate by its logarithm, in steps of .012 %: nothing that is known of
// one is that exact, and tables of every attempt's take half of the space.
type logRate uint16

const rateSteps = 8192 // from a rate to one that is e times less

func logRateOf(p float64) logRate {
	return logRate(max(0, min(math.MaxUint16, math.Round(-rateSteps*math.Log(p)))))
}

// value is at most 1.
func (r logRate) value() float64 { return powers[1][r>>8] * powers[0][r&0xFF] }

// powers are the rates of the low and of the high byte.
var powers = func() (p [2][256]float64) {
	for k := range p[0] {
		p[0][k], p[1][k] = math.Exp(float64(-k)/rateSteps), math.Exp(float64(-k)*256/rateSteps)
	}
	return p
}()

// baseline is the usual failure rate of every attempt: a share of what stands in a
// table, but least at least.
type baseline struct {
	least, share float64
	of           []logRate // nil: the rate is least
}

// flat is one usual rate for every attempt.
func flat(p float64) baseline { return baseline{least: p} }

// table is a usual rate for each attempt.
func table(rates []logRate) baseline { return baseline{share: 1, of: rates} }

func (b *baseline) at(i int32) float64 {
	if b.of == nil {
		return b.least
	}
	return max(b.least, b.share*b.of[i].value())
}

// rate is that in steps.
func (b *baseline) rate(i int32) logRate {
	if b.listed() {
		return b.of[i]
	}
	return logRateOf(b.at(i))
}

// listed reports whether the rates are those of a table of its own.
func (b *baseline) listed() bool { return b.of != nil && b.least == 0 && b.share == 1 }

// own returns the rates as a table of its own, to be changed.
func (b *baseline) own(n int) []logRate {
	if !b.listed() {
		of := room.Slice[logRate](n)
		for i := range of {
			of[i] = logRateOf(b.at(int32(i)))
		}
		*b = table(of)
	}
	return b.of
}

// worth is what a failure with a usual rate adds to scores.
type worth struct {
	odds  float64            // (1-p0)/p0
	most  float64            // ln(1+odds), all that it can add
	score [len(grid)]float64 // by share of the grid
}

// worths are those of the rates that were asked for.
type worths [256]*[256]worth

// know makes that of a rate.
func (w *worths) know(r logRate) {
	block := &w[r>>8]
	if *block == nil {
		*block = new([256]worth)
	}
	x := &(*block)[r&0xFF]
	if x.most != 0 {
		return
	}
	p0 := r.value()
	x.odds = (1 - p0) / p0
	x.most = math.Log(1 + x.odds)
	for j, g := range grid {
		x.score[j] = math.Log(1 + g*x.odds)
	}
}

// of is that of a rate that is known.
func (w *worths) of(r logRate) *worth { return &w[r>>8][r&0xFF] }
