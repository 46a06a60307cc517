package analyze

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// Failures that grow over days are said; what is level, falls, or stands in an incident is not.
func TestTrend(t *testing.T) {
	for _, c := range []struct {
		name   string
		days   int
		rate   func(day int) float64
		excess func(day int) float64
		want   bool
	}{
		{"growing for two weeks", 14, func(d int) float64 { return .003 + .004*float64(d) }, nil, true},
		{"too few days", 5, func(d int) float64 { return .003 + .01*float64(d) }, nil, false},
		{"level", 14, func(int) float64 { return .02 }, nil, false},
		{"falling", 14, func(d int) float64 { return .06 - .004*float64(d) }, nil, false},
		{"a bad last day", 14, func(d int) float64 { return .01 + .2*float64(d/13) }, nil, false},
		{"the incidents of the last days", 14, func(d int) float64 { return .01 + .01*float64(d) }, func(d int) float64 { return 10 * float64(d) }, false},
	} {
		r := rand.New(rand.NewPCG(1, 2))
		var days []Day
		for d := range c.days {
			day := Day{}
			day.Attempts = 900 + r.IntN(200)
			for range day.Attempts {
				if r.Float64() < c.rate(d) {
					day.Declined.Technical++
				}
			}
			if c.excess != nil {
				day.Excess = c.excess(d)
			}
			days = append(days, day)
		}
		got := trend(days)
		if (len(got) == 1) != c.want || c.want && (got[0].Kind != "rate" || !strings.Contains(got[0].Text.Zh, "前 4 天 0.9%，后 4 天 4.9%")) {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}
