package cause

import (
	"math"
	"sort"
	"time"

	"github.com/poslog/poslog/calendar"
	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Verdict says what an announced window did.
type Verdict struct {
	Window    calendar.Window
	Verdict   string // effective | harmless | overrun | unobserved
	Incidents []int  // indices of the found windows that are this maintenance
	Attempts  int    // where the announcement applies
	Failures  int
	Expected  float64       // failures at the usual rate
	Excess    float64       // without what other incidents did
	Overrun   time.Duration // longest overrun of its incidents
}

// Windows judges every announced window that lies in the period of the data.
// verdicts are those of the found windows, in their order. A window without
// any attempt is "unobserved": no traffic proves nothing.
func (x *Context) Windows(verdicts []Attribution) []Verdict {
	var out []Verdict
	var judged []judgedNotice
	at := make([]int, len(x.announced.list)) // index in out, plus one
	for i, a := range x.announced.list {
		if !x.from.Valid() || !a.Start.Before(x.to.Time()) || !a.End.After(x.from.Time()) {
			continue
		}
		v, mine := x.effects(a, verdicts)
		out, judged = append(out, v), append(judged, judgedNotice{mine: mine})
		at[i] = len(out)
	}
	if len(out) == 0 {
		return nil
	}
	for i, r := range x.book.Rows(txn.Terminal) {
		t := x.at(r)
		if !r.At.Valid() || !x.counts(i, r) {
			continue
		}
		asked, failed, ok := false, false, false
		x.eachNotice(r, t, func(n int, _ *calendar.Window) bool {
			if at[n] == 0 {
				return true
			}
			if !asked {
				asked = true
				failed, _, ok = reading(x.book, r, x.rule(i, r), incident.Technical)
			}
			if !ok {
				return false
			}
			v, j := &out[at[n]-1], &judged[at[n]-1]
			v.Attempts++
			if failed {
				v.Failures++
			}
			if x.otherIncident(r, t, j.mine) {
				return true
			}
			v.Expected += x.usual(r)
			if failed {
				j.failures++
			}
			return true
		})
	}
	for i := range out {
		v := &out[i]
		v.Excess = float64(judged[i].failures) - v.Expected
		switch {
		case v.Overrun > 0:
			v.Verdict = "overrun"
		case len(v.Incidents) > 0 || v.Excess >= 3 && poissonTail(judged[i].failures, v.Expected) < 1e-3:
			v.Verdict = "effective"
		case v.Attempts == 0:
			v.Verdict = "unobserved"
		}
	}
	return out
}

// judgedNotice is an announced window while its rows are counted.
type judgedNotice struct {
	mine     map[int]bool // found windows that are this maintenance
	failures int          // that no other incident made
}

// effects finds the incidents that are an announced maintenance.
func (x *Context) effects(a calendar.Window, verdicts []Attribution) (Verdict, map[int]bool) {
	v := Verdict{Window: a, Verdict: "harmless"}
	mine := map[int]bool{}
	start, end := txn.At(a.Start), txn.At(a.End)
	lo := sort.Search(len(x.lasting), func(i int) bool { return x.lasting[i] > start })
	for i := lo; i < len(verdicts) && x.begins[i] < end; i++ {
		if x.belongs(a, &x.found[i], &verdicts[i]) {
			mine[i] = true
			v.Incidents = append(v.Incidents, i)
			if last := x.join(&a); last.End.Equal(a.End) { // the part of a joined night that ran over
				v.Overrun = max(v.Overrun, verdicts[i].Overrun)
			}
		}
	}
	return v, mine
}

// belongs reports whether a found window is the maintenance that a announces: by itself, or
// beside another announcement of the same time, which may be for more or fewer.
func (x *Context) belongs(a calendar.Window, w *incident.Window, v *Attribution) bool {
	if v.Features.Window == nil || v.Ranking[0].Cause != Maintenance {
		return false
	}
	d := v.Features.Window
	concerns := func(name, other string, dim ledger.Dim) bool {
		if name == other || name == "" {
			return true
		}
		for _, e := range w.Scope {
			if e.Dim == dim && len(e.IDs) == 1 && x.book.Name(dim, e.IDs[0]) == name {
				return true
			}
		}
		return false
	}
	return concerns(a.Institution, d.Institution, ledger.Institution) && concerns(a.Issuer, d.Issuer, ledger.Issuer) && concerns(a.Carrier, d.Carrier, ledger.Carrier) &&
		a.Start.Before(d.End) && d.Start.Before(a.End) && a.Start.Before(w.End.Time()) && w.Start.Time().Before(a.End)
}

// otherIncident reports whether a row belongs to an incident that is not ours.
func (x *Context) otherIncident(r *ledger.Row, t txn.Instant, mine map[int]bool) bool {
	lo, hi := x.around(t)
	for i := lo; i < hi; i++ {
		if w := &x.found[i]; !mine[i] && w.Kind == incident.Outage && w.During(t) && x.filters[i].has(r) {
			return true
		}
	}
	return false
}

// usual is the usual rate of technical failures of the row's institution.
func (x *Context) usual(r *ledger.Row) float64 {
	p := &x.paces[x.book.Place(r.Place).Institution]
	// 200 attempts of the whole book steady an institution with little traffic.
	return (float64(p.failed) + 200*ratio(x.all.failed, x.all.tried)) / (float64(p.tried) + 200)
}

func ratio(k, n int) float64 {
	if n == 0 {
		return 0
	}
	return float64(k) / float64(n)
}

// poissonTail is the chance of n or more events where mean are expected.
func poissonTail(n int, mean float64) float64 {
	if n == 0 {
		return 1
	}
	if mean <= 0 {
		return 0
	}
	if mean > 500 {
		return .5 * math.Erfc((float64(n)-.5-mean)/math.Sqrt(2*mean))
	}
	p := math.Exp(-mean)
	sum := 0.0
	for k := 0; k < n; k++ {
		sum += p
		p *= mean / float64(k+1)
	}
	return max(0, 1-sum)
}
