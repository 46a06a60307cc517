package analyze

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/poslog/poslog/evidence"
)

const (
	bunchGain  = 20  // declines beyond what the rest of the time would bring
	bunchTimes = 2   // the rate of the rest
	bunchNats  = 10  // beyond what the best of all stretches has by chance
	bunchRest  = 200 // attempts outside, to know the rest by
)

// bunch says of a stretch in which cardholders were refused far more than in all the rest, as on the day before
// wages are paid or when a promotion has a limit. It is no incident: systems worked.
func (r *Result) bunch() []Change {
	b := r.Timeline.Buckets
	var n, declined float64
	for i := range b {
		n, declined = n+float64(b[i].Attempts), declined+float64(b[i].Business)
	}
	if declined < bunchGain {
		return nil
	}
	best, from, to := bunchNats+2*math.Log(float64(len(b))), -1, -1
	var inside, outside float64 // the rates
	for i := range b {
		var m, k float64
		for j := i; j < len(b); j++ {
			m, k = m+float64(b[j].Attempts), k+float64(b[j].Business)
			rest, other := n-m, declined-k
			if rest < bunchRest || k/m < bunchTimes*other/rest || k-m*other/rest < bunchGain {
				continue
			}
			if gain := evidence.Apart(k, m, other, rest); gain > best {
				best, from, to, inside, outside = gain, i, j, k/m, other/rest
			}
		}
	}
	if from < 0 {
		return nil
	}
	start, end := b[from].Start, b[to].Start.Add(time.Duration(r.Timeline.BucketSeconds)*time.Second)
	for i := range r.Incidents { // which says more of it
		if in := &r.Incidents[i]; in.Cause != "data_gap" && in.Start.Before(end) && in.End.After(start) && (in.Cause == "cardholder" || 2*in.End.Sub(in.Start) > end.Sub(start)) {
			return nil
		}
	}
	code, words := r.mostDeclined(start, end)
	layout := "15:04"
	if y, m, d := start.Date(); end.After(time.Date(y, m, d+1, 0, 0, 0, 0, start.Location())) || len(r.Days) > 0 {
		layout = "01-02 15:04"
	}
	return []Change{{Kind: "rate", Code: code, Time: &start, Text: Text{
		fmt.Sprintf("%s–%s 业务拒绝 %.1f%%，其余时间 %.1f%%，以 %s（%s）最多：是持卡人或发卡行的拒绝，不是系统故障", start.Format(layout), end.Format(layout), 100*inside, 100*outside, code, words.Zh),
		fmt.Sprintf("Business declines %.1f%% from %s to %s, %.1f%% else, most often %s (%s): cardholders or issuers refuse, systems worked", 100*inside, start.Format(layout), end.Format(layout), 100*outside, code, words.En),
	}}}
}

// mostDeclined is the code of most business declines of a stretch, as far as the cube tells, and its wording.
func (r *Result) mostDeclined(start, end time.Time) (code string, words Text) {
	n := map[string]int64{}
	if k := r.Cube; k != nil {
		of := func(dim string) int {
			return slices.IndexFunc(k.Dims, func(d CubeDim) bool { return d.Name == dim })
		}
		codes, outcomes := of("code"), of("outcome")
		for _, c := range k.Cells {
			at := k.Start.Add(time.Duration(c[0]) * time.Duration(k.BucketSeconds) * time.Second)
			if c[0] >= 0 && !at.Before(start) && at.Before(end) && k.Dims[outcomes].Values[c[1+outcomes]] == resultNames[business] {
				n[k.Dims[codes].Values[c[1+codes]]] += c[len(c)-2]
			}
		}
	}
	total, best := map[string]int{}, new(Code)
	for i := range r.Codes {
		if c := &r.Codes[i]; c.Meaning == "declined" && !c.Technical {
			if total[c.Code] += c.N; cmp.Or(cmp.Compare(n[c.Code], n[best.Code]), cmp.Compare(total[c.Code], total[best.Code])) > 0 {
				best = c
			}
		}
	}
	return best.Code, best.Wording
}
