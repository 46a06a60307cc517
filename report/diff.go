package report

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/poslog/poslog/analyze"
)

// DiffSchema names the shape of a Diff's JSON.
const DiffSchema = "poslog/diff/1"

// Diff explains the change of the approval rate from A to B. With the attempts
// split into segments i (the values of a dimension), w their share of the attempts and r
// their approval rate, bars for the mean of A and B:
//
//	change      = rate effect + mix effect
//	rate effect = sum of mean(w_i) * (r_iB - r_iA)
//	mix effect  = sum of (w_iB - w_iA) * (mean(r_i) - mean(R))
//
// Both are exact, no rest remains. The rate effect of a segment is the sum of
// the contributions of its codes: - mean(w_i) * change of the code's share of the
// segment's attempts. A segment that only one side has goes into the mix.
type Diff struct {
	Schema        string         `json:"schema"`
	A             DiffSide       `json:"a"`
	B             DiffSide       `json:"b"`
	Change        float64        `json:"change"` // of the approval rate, as a share: -0.018 is 1.8 points less
	RateEffect    float64        `json:"rate_effect"`
	MixEffect     float64        `json:"mix_effect"`
	Segments      []DiffSegment  `json:"segments"`      // by institution
	By            []DiffDim      `json:"by"`            // the same change split by other dimensions that both reports have
	Contributions []Contribution `json:"contributions"` // largest effect first
	NewCodes      []DiffCode     `json:"new_codes"`
	GoneCodes     []DiffCode     `json:"gone_codes"`
	Meanings      []DiffMeaning  `json:"meanings"` // codes that mean something else now
	Money         DiffMoney      `json:"money"`
	currency      string
	tool          analyze.Tool // that wrote B
}

// DiffSide is one of the two reports.
type DiffSide struct {
	Period   *analyze.Period `json:"period,omitempty"`
	Timezone string          `json:"timezone"`
	analyze.Count
}

// DiffDim splits the change by the values of one dimension. Each dimension
// splits the whole change anew: effects of several dimensions do not add up.
type DiffDim struct {
	Name       string        `json:"name"`
	RateEffect float64       `json:"rate_effect"`
	MixEffect  float64       `json:"mix_effect"`
	Segments   []DiffSegment `json:"segments"`
}

// DiffSegment is one institution, or one value of another dimension, on both
// sides; "*" is all that not both reports name.
type DiffSegment struct {
	Value      string  `json:"value"`
	ShareA     float64 `json:"share_a"` // of all attempts
	ShareB     float64 `json:"share_b"`
	RateA      float64 `json:"rate_a"`
	RateB      float64 `json:"rate_b"`
	AttemptsA  int     `json:"attempts_a"`
	AttemptsB  int     `json:"attempts_b"`
	RateEffect float64 `json:"rate_effect"`
	MixEffect  float64 `json:"mix_effect"`
}

// Contribution is what the failures of one code, cause and institution add to
// the change of the approval rate; "*" is all that not both reports name.
type Contribution struct {
	Institution string  `json:"institution"`
	Code        string  `json:"code"`
	Outcome     string  `json:"outcome"` // technical | business | unknown | reversed
	Cause       string  `json:"cause"`   // of the incident, "" outside incidents
	A           int     `json:"a"`
	B           int     `json:"b"`
	Expected    float64 `json:"expected"` // A at the volume that the institution has in B; 0 where A does not have it
	Effect      float64 `json:"effect"`   // on the approval rate, as a share
	Amount      int64   `json:"amount"`   // B less A at that volume, minor units
}

// DiffCode is a code that one side does not have.
type DiffCode struct {
	Institution string `json:"institution"`
	Code        string `json:"code"`
	N           int    `json:"n"`
}

// DiffMeaning is a code whose meaning was judged differently.
type DiffMeaning struct {
	Institution string `json:"institution"`
	Code        string `json:"code"`
	Kind        string `json:"kind"`
	A           string `json:"a"`
	B           string `json:"b"`
}

// DiffMoney compares amounts in minor units.
type DiffMoney struct {
	Currency      string `json:"currency"`
	ApprovedA     int64  `json:"approved_a"`
	ApprovedB     int64  `json:"approved_b"`
	VolumeEffect  int64  `json:"volume_effect"` // approved amount: more or fewer attempts
	RateEffect    int64  `json:"rate_effect"`   // approved amount: everything else
	AtRiskA       int64  `json:"at_risk_a"`     // in incidents, once for each cause
	AtRiskB       int64  `json:"at_risk_b"`
	UnreconciledA int64  `json:"unreconciled_a"`
	UnreconciledB int64  `json:"unreconciled_b"`
}

// side of a diff, counted from the cube.
type diffCount struct {
	n      int
	amount int64
}

type failureKey struct{ institution, code, outcome, cause string }

type diffBook struct {
	attempts, approved int
	inst               map[string]*[2]int // attempts, approved
	dims               map[string]map[string]*[2]int
	failures           map[failureKey]diffCount
}

// NewDiff compares two reports, A before B. Both need their cube.
func NewDiff(a, b *analyze.Result) (*Diff, error) {
	for _, r := range []*analyze.Result{a, b} {
		if r.Cube == nil {
			return nil, errors.New("a report without a cube cannot be compared: make it again with this version")
		}
	}
	if a.Currency != b.Currency && a.Currency != "" && b.Currency != "" {
		return nil, fmt.Errorf("amounts in %s and %s cannot be compared", a.Currency, b.Currency)
	}
	name := commonNames(a.Cube, b.Cube)
	x, err := openBook(a, name)
	if err != nil {
		return nil, err
	}
	y, err := openBook(b, name)
	if err != nil {
		return nil, err
	}
	if x.attempts == 0 || y.attempts == 0 {
		return nil, errors.New("one of the reports has no attempts: there is no rate to compare")
	}
	d := &Diff{Schema: DiffSchema, A: DiffSide{a.Period, a.Timezone, a.Totals.Count}, B: DiffSide{b.Period, b.Timezone, b.Totals.Count}, currency: cmp.Or(b.Currency, a.Currency), tool: b.Tool,
		Segments: []DiffSegment{}, By: []DiffDim{}, Contributions: []Contribution{}, NewCodes: []DiffCode{}, GoneCodes: []DiffCode{}, Meanings: []DiffMeaning{}}
	d.Change = share(y.approved, y.attempts) - share(x.approved, x.attempts)
	d.Segments, d.RateEffect, d.MixEffect = segments(x.inst, y.inst, x, y)
	d.by(x, y)
	d.contributions(x, y)
	d.codes(a, b)
	d.money(a, b, x, y)
	for _, v := range []*float64{&d.Change, &d.RateEffect, &d.MixEffect} {
		*v = round9(*v)
	}
	return d, nil
}

func share(k, n int) float64 {
	if n == 0 {
		return 0
	}
	return float64(k) / float64(n)
}

func round9(v float64) float64 { return math.Round(v*1e9) / 1e9 }

// others stands for the values of a dimension that a cube does not name.
const others = "*"

// commonNames says by which name a value is compared: its own, unless one of the cubes may have it among those that
// it does not name.
func commonNames(a, b *analyze.Cube) func(dim, value string) string {
	return func(dim, value string) string {
		for _, d := range slices.Concat(a.Dims, b.Dims) {
			if d.Name == dim && d.Folded > 0 && !slices.Contains(d.Values, value) {
				return others
			}
		}
		return value
	}
}

// openBook counts a cube by institution and by failure.
func openBook(r *analyze.Result, common func(dim, value string) string) (*diffBook, error) {
	at := map[string]int{}
	for i, d := range r.Cube.Dims {
		at[d.Name] = i
	}
	for _, name := range []string{"institution", "code", "outcome", "incident"} {
		if _, ok := at[name]; !ok {
			return nil, fmt.Errorf("the cube has no dimension %q", name)
		}
	}
	causes := map[string]string{others: others}
	for _, in := range r.Incidents {
		causes[in.ID] = in.Cause
	}
	b := &diffBook{inst: map[string]*[2]int{}, dims: map[string]map[string]*[2]int{}, failures: map[failureKey]diffCount{}}
	var split []string // dimensions whose values are all named
	for _, d := range r.Cube.Dims {
		if splitBy[d.Name] && d.Folded == 0 {
			split = append(split, d.Name)
			b.dims[d.Name] = map[string]*[2]int{}
		}
	}
	for _, row := range r.Cube.Cells {
		if len(row) != len(r.Cube.Dims)+3 {
			return nil, fmt.Errorf("the cube has a row of %d numbers, want %d", len(row), len(r.Cube.Dims)+3)
		}
		value := func(dim string) (string, error) {
			v := r.Cube.Dims[at[dim]].Values
			i := row[1+at[dim]]
			if i < 0 || i >= int64(len(v)) {
				return "", fmt.Errorf("the cube names value %d of %s, which has %d", i, dim, len(v))
			}
			return v[i], nil
		}
		var k failureKey
		var incident string
		for _, f := range []struct {
			dim string
			to  *string
		}{{"institution", &k.institution}, {"code", &k.code}, {"outcome", &k.outcome}, {"incident", &incident}} {
			v, err := value(f.dim)
			if err != nil {
				return nil, err
			}
			*f.to = v
		}
		k.institution, k.code, k.cause = common("institution", k.institution), common("code", k.code), causes[incident]
		n := int(row[len(row)-2])
		good := 0
		if k.outcome == "approved" {
			good = n
		}
		b.attempts += n
		b.approved += good
		tally(b.inst, k.institution, n, good)
		for _, dim := range split {
			v, err := value(dim)
			if err != nil {
				return nil, err
			}
			tally(b.dims[dim], v, n, good)
		}
		if good > 0 {
			continue
		}
		c := b.failures[k]
		b.failures[k] = diffCount{c.n + n, c.amount + row[len(row)-1]}
	}
	return b, nil
}

// splitBy are the dimensions by which the change is split besides institutions.
var splitBy = map[string]bool{"carrier": true, "region": true, "network": true, "model": true, "issuer": true}

func tally(m map[string]*[2]int, key string, n, good int) {
	c := m[key]
	if c == nil {
		c = &[2]int{}
		m[key] = c
	}
	c[0] += n
	c[1] += good
}

// by splits the change by every dimension that both sides have.
func (d *Diff) by(x, y *diffBook) {
	for _, name := range sortedKeys(x.dims) {
		if y.dims[name] == nil {
			continue
		}
		s := DiffDim{Name: name}
		s.Segments, s.RateEffect, s.MixEffect = segments(x.dims[name], y.dims[name], x, y)
		if len(s.Segments) > 1 {
			s.RateEffect, s.MixEffect = round9(s.RateEffect), round9(s.MixEffect)
			d.By = append(d.By, s)
		}
	}
}

// segments splits the change of the approval rate of all attempts by the values
// of one dimension, in the order of their names.
func segments(in, to map[string]*[2]int, x, y *diffBook) (list []DiffSegment, rateEffect, mixEffect float64) {
	names := map[string]bool{}
	for _, m := range []map[string]*[2]int{in, to} {
		for n := range m {
			names[n] = true
		}
	}
	list = []DiffSegment{}
	mean := (share(x.approved, x.attempts) + share(y.approved, y.attempts)) / 2
	for _, n := range sortedKeys(names) {
		s := DiffSegment{Value: n}
		p, q := in[n], to[n]
		if p != nil {
			s.AttemptsA, s.ShareA, s.RateA = p[0], share(p[0], x.attempts), share(p[1], p[0])
		}
		if q != nil {
			s.AttemptsB, s.ShareB, s.RateB = q[0], share(q[0], y.attempts), share(q[1], q[0])
		}
		ra, rb := s.RateA, s.RateB
		if p == nil {
			ra = rb
		}
		if q == nil {
			rb = ra
		}
		s.RateEffect = round9((s.ShareA + s.ShareB) / 2 * (rb - ra))
		s.MixEffect = round9((s.ShareB - s.ShareA) * ((ra+rb)/2 - mean))
		rateEffect += s.RateEffect
		mixEffect += s.MixEffect
		list = append(list, s)
	}
	return list, rateEffect, mixEffect
}

func (d *Diff) contributions(x, y *diffBook) {
	keys := map[failureKey]bool{}
	for _, b := range []*diffBook{x, y} {
		for k := range b.failures {
			keys[k] = true
		}
	}
	for k := range keys {
		a, b := x.failures[k], y.failures[k]
		scale := 0.0 // by institution: whether another has more or fewer attempts is mix
		if p, q := x.inst[k.institution], y.inst[k.institution]; p != nil && q != nil {
			scale = share(q[0], p[0])
		}
		c := Contribution{Institution: k.institution, Code: k.code, Outcome: k.outcome, Cause: k.cause, A: a.n, B: b.n, Expected: round9(float64(a.n) * scale), Amount: b.amount - int64(math.Round(float64(a.amount)*scale))}
		if p, q := x.inst[k.institution], y.inst[k.institution]; p != nil && q != nil {
			w := (share(p[0], x.attempts) + share(q[0], y.attempts)) / 2
			c.Effect = round9(-w * (share(b.n, q[0]) - share(a.n, p[0])))
		}
		d.Contributions = append(d.Contributions, c)
	}
	slices.SortFunc(d.Contributions, func(a, b Contribution) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Effect), math.Abs(a.Effect)), cmp.Compare(b.B, a.B), strings.Compare(a.Institution, b.Institution), strings.Compare(a.Code, b.Code), strings.Compare(a.Outcome, b.Outcome), strings.Compare(a.Cause, b.Cause))
	})
}

type codeKey struct{ institution, code string }

func (d *Diff) codes(a, b *analyze.Result) {
	count := func(r *analyze.Result) map[codeKey]int {
		m := map[codeKey]int{}
		for _, c := range r.Codes {
			m[codeKey{c.Institution, c.Code}] += c.N
		}
		return m
	}
	x, y := count(a), count(b)
	missing := func(in, from map[codeKey]int) []DiffCode {
		out := []DiffCode{}
		for k, n := range in {
			if from[k] == 0 && n > 0 {
				out = append(out, DiffCode{k.institution, k.code, n})
			}
		}
		slices.SortFunc(out, func(p, q DiffCode) int {
			return cmp.Or(cmp.Compare(q.N, p.N), strings.Compare(p.Institution, q.Institution), strings.Compare(p.Code, q.Code))
		})
		return out
	}
	d.NewCodes, d.GoneCodes = missing(y, x), missing(x, y)
	type kindKey struct{ institution, code, kind string }
	meanings := func(r *analyze.Result) map[kindKey][]string { // several where rows of one kind have several classes
		m := map[kindKey][]string{}
		for _, c := range r.Codes {
			k := kindKey{c.Institution, c.Code, c.Kind}
			m[k] = append(m[k], c.Meaning)
		}
		return m
	}
	was, is := meanings(a), meanings(b)
	for _, c := range b.Codes {
		k := kindKey{c.Institution, c.Code, c.Kind}
		if len(was[k]) == 0 || slices.Contains(was[k], c.Meaning) {
			continue
		}
		gone := max(0, slices.IndexFunc(was[k], func(m string) bool { return !slices.Contains(is[k], m) }))
		d.Meanings = append(d.Meanings, DiffMeaning{c.Institution, c.Code, c.Kind, was[k][gone], c.Meaning})
	}
}

func (d *Diff) money(a, b *analyze.Result, x, y *diffBook) {
	sum := func(r *analyze.Result) (atRisk, open int64) { // of the report's currency
		for _, c := range r.Causes { // in which a failure of two incidents counts once
			atRisk += c.Amount
		}
		if r.Reconciliation != nil {
			for name, s := range r.Reconciliation.States {
				if name == stateOf(name) && name != "matched" && name != "pending_cutoff" {
					open += s.Amount
				}
			}
		}
		return atRisk, open
	}
	m := &d.Money
	m.Currency, m.ApprovedA, m.ApprovedB = d.currency, a.Totals.ApprovedAmount, b.Totals.ApprovedAmount
	m.VolumeEffect = int64(math.Round(float64(m.ApprovedA) * (float64(y.attempts)/float64(x.attempts) - 1)))
	m.RateEffect = m.ApprovedB - m.ApprovedA - m.VolumeEffect
	m.AtRiskA, m.UnreconciledA = sum(a)
	m.AtRiskB, m.UnreconciledB = sum(b)
}
