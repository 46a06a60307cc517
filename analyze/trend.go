package analyze

import (
	"fmt"
	"math"
)

const (
	trendDays  = 6   // a trend of fewer days is chance or a week
	trendSigma = 4   // of the slope, were all failures chance
	trendRanks = 2.5 // sigma of the order of the days' rates, which asks nothing of their spread
	trendTimes = 2   // the last third of the days fails so many times as often as the first
	trendGain  = .005
)

// trend says that failures become more from day to day, outside of the incidents, which have a
// beginning and an end: a line that wears out, a host that fills up. days are in order.
func trend(days []Day) []Change {
	type rate struct{ n, failed float64 }
	var all []rate
	for i := range days {
		d := &days[i]
		if d.Attempts > 0 {
			n, failed := float64(d.Attempts), float64(d.Declined.Technical+d.Unknown)
			all = append(all, rate{n, max(0, failed-d.Excess)})
		}
	}
	if len(all) < trendDays {
		return nil
	}
	var n, failed, middle, ranks float64
	for i, x := range all {
		n, failed, middle = n+x.n, failed+x.failed, middle+x.n*float64(i)
		for _, y := range all[:i] {
			switch a, b := x.failed/x.n, y.failed/y.n; {
			case a > b:
				ranks++
			case a < b:
				ranks--
			}
		}
	}
	middle /= n
	usual := failed / n
	var slope, spread float64
	for i, x := range all {
		off := float64(i) - middle
		slope, spread = slope+off*(x.failed-usual*x.n), spread+usual*(1-usual)*x.n*off*off
	}
	k := float64(len(all))
	if spread <= 0 || slope < trendSigma*math.Sqrt(spread) || ranks-1 < trendRanks*math.Sqrt(k*(k-1)*(2*k+5)/18) {
		return nil
	}
	third := len(all) / 3
	of := func(list []rate) float64 {
		var sum rate
		for _, x := range list {
			sum.n, sum.failed = sum.n+x.n, sum.failed+x.failed
		}
		return sum.failed / sum.n
	}
	first, last := of(all[:third]), of(all[len(all)-third:])
	if last < trendTimes*first || last-first < trendGain {
		return nil
	}
	return []Change{{Kind: "rate", Text: Text{
		fmt.Sprintf("技术拒绝和结果不明逐日增多：前 %d 天 %.1f%%，后 %d 天 %.1f%%（不含异常时段）", third, 100*first, third, 100*last),
		fmt.Sprintf("Technical declines and unknown outcomes grow from day to day: %.1f%% in the first %d days, %.1f%% in the last %d, outside of incidents", 100*first, third, 100*last, third),
	}}}
}
