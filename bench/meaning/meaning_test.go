package main

import (
	"testing"

	"github.com/poslog/poslog/classify"
)

// TestVerdicts is a small run of the benchmark that must not get worse: with
// settlement and about a hundred rows nearly every verdict is right, without it none
// is confidently wrong, and the same seed gives the same verdict.
func TestVerdicts(t *testing.T) {
	right, n := 0, 0
	for h := range classify.Hypotheses {
		for k := range uint64(4) {
			seed := 1000*uint64(h) + k
			r := judge(draw(profiles["A"], classify.Hypothesis(h), true, 100, 3, seed), 100)
			n++
			if r.outcome {
				right++
			}
			again := judge(draw(profiles["A"], classify.Hypothesis(h), true, 100, 3, seed), 100)
			if r.said != again.said || r.confidence != again.confidence {
				t.Errorf("world %d: %s %v, then %s %v", seed, r.said, r.confidence, again.said, again.confidence)
			}
			if r := judge(draw(profiles["A"], classify.Hypothesis(h), false, 100, 3, seed), 100); r.decided && !r.stated && r.confidence >= .95 {
				t.Errorf("world %d, %s without settlement: said %s, p %.3f", seed, r.truth, r.said, r.confidence)
			}
		}
	}
	if right < n-2 {
		t.Errorf("%d of %d outcomes right", right, n)
	}
}
