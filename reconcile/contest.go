package reconcile

import (
	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/txn"
)

// decideContests uses meaning where keys could not decide: a settlement row
// belongs to an approved attempt rather than to one of unknown outcome, and to such a
// one rather than to a decline. Within a rank the nearest in time meet first.
// Such matches keep a confidence of 0.5.
func (j *judge) decideContests() {
	for _, c := range j.m.contests {
		for rank := range 3 {
			var t []int32
			for _, i := range c.t {
				if _, done := j.decided[left][i]; !done && j.rank(i) == rank {
					t = append(t, i)
				}
			}
			j.walk(c, t, 2_000_000)
			j.walk(c, t, 0)
		}
	}
}

// rank orders the attempts that a settlement row may belong to.
func (j *judge) rank(t int32) int {
	switch {
	case j.approved(t):
		return 0
	case j.outcome(t) == classify.Declined:
		return 2
	}
	return 1
}

// walk pairs rows of a contest in the order of time, within the given distance
// (0 is that of the contest's key).
func (j *judge) walk(c contest, t []int32, within txn.Instant) {
	for i, k := 0, 0; i < len(t) && k < len(c.s); {
		_, usedT := j.decided[left][t[i]]
		_, usedS := j.decided[right][c.s[k]]
		g := j.m.gap(t[i], c.s[k])
		fits := -within <= g && g <= within
		if within == 0 {
			fits = j.m.inReach(c.key, t[i], c.s[k], g)
		}
		switch {
		case usedT:
			i++
		case usedS:
			k++
		case fits:
			j.decided[left][t[i]], j.decided[right][c.s[k]] = c.s[k], t[i]
			i++
			k++
		case g < 0:
			k++
		default:
			i++
		}
	}
}
