package cause

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/internal/localtime"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Explained is how many rows of one code an incident explains: those inside it
// beyond what comparable times lead one to expect.
type Explained struct {
	Window    int // index of the found window
	N         int // rows of the code inside
	Expected  float64
	K         int // N less the expected ones
	Low, High int // 95 % interval of K
}

// CodeAccount splits the rows of one code at one institution among the incidents.
type CodeAccount struct {
	Institution string
	Code        string // "" is no answer, or none with a code
	Worded      bool   // rows without a code say in words what became of them
	N           int
	By          []Explained // most first; windows that explain nothing are left out
	Rest        int         // N less all K
}

// Sentence says it in words; name gives the id of a found window.
func (a *CodeAccount) Sentence(name func(window int) string) Text {
	of := Text{"笔无应答", "attempts without an answer"} // of which code
	switch {
	case a.Worded:
		of = Text{"笔无应答码", "attempts without a response code"}
	case a.Code != "":
		of = Text{"笔 " + a.Code + " ", "attempts with " + a.Code}
	}
	if a.N == 1 {
		of.En = strings.Replace(of.En, "attempts", "attempt", 1)
	}
	if len(a.By) == 0 {
		return Text{fmt.Sprintf("%d %s，没有一笔由事件解释", a.N, strings.TrimSpace(of.Zh)), fmt.Sprintf("of %d %s, no incident explains any", a.N, of.En)}
	}
	var zh, en []string
	for _, e := range a.By {
		share, low, high := percent(Share{e.K, a.N}), percent(Share{e.Low, a.N}), percent(Share{e.High, a.N})
		rangeZh, rangeEn := "", ""
		if low != high {
			rangeZh, rangeEn = fmt.Sprintf("，95%% 区间 %s–%s", low, high), fmt.Sprintf(", 95%% interval %s–%s", low, high)
		}
		zh = append(zh, fmt.Sprintf("%d 笔（%s%s）由 %s 解释", e.K, share, rangeZh, name(e.Window)))
		en = append(en, fmt.Sprintf("%d (%s%s) explained by %s", e.K, share, rangeEn, name(e.Window)))
	}
	if a.Rest > 0 {
		zh, en = append(zh, fmt.Sprintf("%d 笔未解释", a.Rest)), append(en, fmt.Sprintf("%d not explained", a.Rest))
	}
	return Text{fmt.Sprintf("%d %s中，", a.N, of.Zh) + strings.Join(zh, "，"), fmt.Sprintf("of %d %s, ", a.N, of.En) + strings.Join(en, ", ")}
}

// comparable is what the rate of an hour leans on: this many attempts of the
// institution's whole quiet time.
const comparable = 200

// quiet counts one institution outside of incidents, by hour of the day.
type quiet struct {
	attempts [24]int
	codes    map[uint16]*[24]int
}

// rate is the share of attempts with the code in the three hours around h.
func (q *quiet) rate(code uint16, h int) float64 {
	n, k, all, hits := 0, 0, 0, 0
	c := q.codes[code]
	for i := range 24 {
		all += q.attempts[i]
		if c != nil {
			hits += c[i]
		}
	}
	for _, i := range [...]int{(h + 23) % 24, h, (h + 1) % 24} {
		n += q.attempts[i]
		if c != nil {
			k += c[i]
		}
	}
	return (float64(k) + comparable*ratio(hits, all)) / (float64(n) + comparable)
}

func (q *quiet) total(code uint16) int {
	n := 0
	if c := q.codes[code]; c != nil {
		for _, k := range c {
			n += k
		}
	}
	return n
}

// Counts is what the rows show of each institution once the found windows are judged.
type Counts struct {
	x  *Context
	of []*counted // by institution, nil without attempts
}

// counted is what one institution shows.
type counted struct {
	name         string
	quiet        quiet
	inside       map[int]*inside // by found window
	codes        map[uint16]int  // failures
	worded       bool            // some without a code
	folded       folded
	availability Availability
}

// inside counts one found window.
type inside struct {
	attempts [24]int
	codes    map[uint16]int
}

// Count goes over the rows once more. verdicts are those of the found windows, in their
// order.
func (x *Context) Count(verdicts []Attribution) *Counts {
	out := &Counts{x, make([]*counted, x.book.Names(ledger.Institution))}
	local := localtime.In(x.zone)
	x.eachAttempt(func(r *ledger.Row, t txn.Instant, failed bool, f Family) {
		inst := x.book.Place(r.Place).Institution
		c := out.of[inst]
		if c == nil {
			c = &counted{name: x.book.Name(ledger.Institution, inst), inside: map[int]*inside{}, codes: map[uint16]int{},
				quiet: quiet{codes: map[uint16]*[24]int{}}, folded: folded{days: map[int64][]slotDay{}}}
			out.of[inst] = c
		}
		s := local.Seconds(t)
		w, burst := x.windowsOf(r, t)
		c.account(r, w, localtime.Hour(s), failed)
		c.worded = c.worded || failed && r.Code == 0 && f != NoReply && f != NoRoute && (r.Text != 0 || ledger.StatusOf(x.book, r) != "")
		var v *Attribution
		if w < 0 {
			w = burst
		}
		if w >= 0 && w < len(verdicts) {
			v = &verdicts[w]
		}
		c.availability.add(t, v, failed)
		if !x.isAnnounced(r, t) {
			c.folded.add(s, failed)
		}
	})
	return out
}

// account notes an attempt of a found window, -1 for none, by its hour.
func (c *counted) account(r *ledger.Row, window, hour int, failed bool) {
	if failed {
		c.codes[r.Code]++
	}
	if window >= 0 {
		m := c.inside[window]
		if m == nil {
			m = &inside{codes: map[uint16]int{}}
			c.inside[window] = m
		}
		m.attempts[hour]++
		if failed {
			m.codes[r.Code]++
		}
		return
	}
	c.quiet.attempts[hour]++
	if failed {
		if c.quiet.codes[r.Code] == nil {
			c.quiet.codes[r.Code] = new([24]int)
		}
		c.quiet.codes[r.Code][hour]++
	}
}

// Accounts says, for every failing code of every institution, how many of its
// rows each incident explains. Expected rows come from the same hours of the day
// outside of incidents.
func (c *Counts) Accounts() (out []CodeAccount) {
	for _, own := range c.of {
		if own == nil {
			continue
		}
		for code, n := range own.codes {
			a := CodeAccount{Institution: own.name, Code: c.x.book.Code(code), N: n, Rest: n}
			a.Worded = a.Code == "" && own.worded
			for w, in := range own.inside {
				if in.codes[code] == 0 {
					continue
				}
				e := Explained{Window: w, N: in.codes[code]}
				for h, m := range in.attempts {
					if m > 0 {
						e.Expected += float64(m) * own.quiet.rate(code, h)
					}
				}
				e.K = max(0, e.N-int(math.Round(e.Expected)))
				lo, hi := usualRange(e.Expected, float64(own.quiet.total(code))+.5)
				e.Low, e.High = max(0, e.N-hi), max(0, e.N-lo)
				if e.K > 0 {
					a.By = append(a.By, e)
					a.Rest -= e.K
				}
			}
			slices.SortFunc(a.By, func(p, q Explained) int { return cmp.Or(q.K-p.K, p.Window-q.Window) })
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b CodeAccount) int {
		return cmp.Or(cmp.Compare(a.Institution, b.Institution), cmp.Compare(b.N, a.N), cmp.Compare(a.Code, b.Code))
	})
	return out
}

// usualRange is the 95 % range of the rows that would have come anyway, where
// mean are expected and the rate rests on shape rows seen (negative binomial).
func usualRange(mean, shape float64) (lo, hi int) {
	if mean <= 0 {
		return 0, 0
	}
	if mean > 500 { // beyond, the chance of none may be too small for a number
		d := 1.96 * math.Sqrt(mean+mean*mean/shape)
		return max(0, int(mean-d)), int(math.Ceil(mean + d))
	}
	q := mean / (mean + shape)
	p := math.Exp(shape * math.Log1p(-q)) // of none
	sum := p
	lo = -1
	for k := 0; ; k++ {
		if lo < 0 && sum >= .025 {
			lo = k
		}
		if sum >= .975 || k > 100_000 {
			return max(lo, 0), k
		}
		p *= q * (shape + float64(k)) / float64(k+1)
		sum += p
	}
}

// eachAttempt yields the dated attempts whose outcome is known, repeats left out.
func (x *Context) eachAttempt(do func(r *ledger.Row, t txn.Instant, failed bool, f Family)) {
	for i, r := range x.book.Rows(txn.Terminal) {
		if !r.At.Valid() || r.Prec <= txn.PrecDay || !x.counts(i, r) {
			continue
		}
		if failed, f, ok := reading(x.book, r, x.rule(i, r), incident.Technical); ok {
			do(r, x.at(r), failed, f)
		}
	}
}

// windowsOf are the first found outage and the first burst of declines that hold the row, -1 for none. The
// burst is not looked for beside an outage.
func (x *Context) windowsOf(r *ledger.Row, t txn.Instant) (outage, burst int) {
	outage, burst = -1, -1
	lo, hi := x.around(t)
	for i := lo; i < hi && outage < 0; i++ {
		switch w := &x.found[i]; {
		case w.Kind == incident.DataGap || !w.During(t) || !x.filters[i].has(r):
		case w.Kind == incident.Outage:
			outage = i
		case burst < 0:
			burst = i
		}
	}
	return outage, burst
}

// Responsibility sums the incidents of one cause.
type Responsibility struct {
	Cause     Cause
	Planned   bool
	Incidents int
	Failures  int           // each once, however many of the incidents hold it
	Rows      [][]int32     // these, by incident
	Excess    float64       // failures beyond the usual rate
	Time      time.Duration // of incidents, overlaps counted twice
	Overrun   time.Duration

	windows []*incident.Window
}

// Responsibilities groups the found windows by cause, planned maintenance apart,
// in the order of causes. verdicts are in the order of the found windows.
func (x *Context) Responsibilities(verdicts []Attribution) []Responsibility {
	sums := map[[2]int]*Responsibility{}
	for i := range verdicts {
		v, w := &verdicts[i], &x.found[i]
		k := [2]int{int(v.Cause), 1}
		if v.Planned {
			k[1] = 0
		}
		s := sums[k]
		if s == nil {
			s = &Responsibility{Cause: v.Cause, Planned: v.Planned}
			sums[k] = s
		}
		own := w.Without(s.windows...)
		s.Incidents++
		s.Failures += len(own)
		s.Rows, s.windows = append(s.Rows, own), append(s.windows, w)
		s.Excess += w.Excess - float64(w.Failures-len(own))
		s.Time += w.Length()
		s.Overrun += v.Overrun
	}
	var out []Responsibility
	for c := range Causes + 1 {
		for p := range 2 {
			if s := sums[[2]int{c, p}]; s != nil {
				out = append(out, *s)
			}
		}
	}
	return out
}

// Availability is the share of an institution's attempts that its systems
// answered, in three readings. A nil share has no attempts under it.
type Availability struct {
	Institution      string
	Attempts, Failed int // all; technical failures

	DeclaredAttempts, DeclaredFailed int // inside announced maintenance that took effect
	OthersAttempts, OthersFailed     int // inside incidents of lines, terminals and cardholders

	All, WithoutDeclared, WithoutOthers *float64
}

// add counts an attempt; v is the verdict of the found window that holds it, nil for none.
func (a *Availability) add(t txn.Instant, v *Attribution, failed bool) {
	k := 0
	if failed {
		k = 1
	}
	a.Attempts++
	a.Failed += k
	switch {
	case v == nil:
	case v.Planned && t < txn.At(v.Declared.End) && t >= txn.At(v.Declared.Start):
		a.DeclaredAttempts++
		a.DeclaredFailed += k
	case v.Cause == Network || v.Cause == Terminal || v.Cause == Cardholder:
		a.OthersAttempts++
		a.OthersFailed += k
	}
}

// Availabilities gives one line per institution, by name. It counts attempts
// and not minutes: where nobody traded, nothing was observed.
func (c *Counts) Availabilities() (out []Availability) {
	share := func(failed, attempts int) *float64 {
		if attempts == 0 {
			return nil
		}
		v := 1 - float64(failed)/float64(attempts)
		return &v
	}
	for _, own := range c.of {
		if own == nil {
			continue
		}
		a := own.availability
		a.Institution = own.name
		a.All = share(a.Failed, a.Attempts)
		a.WithoutDeclared = share(a.Failed-a.DeclaredFailed, a.Attempts-a.DeclaredAttempts)
		a.WithoutOthers = share(a.Failed-a.DeclaredFailed-a.OthersFailed, a.Attempts-a.DeclaredAttempts-a.OthersAttempts)
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b Availability) int { return cmp.Compare(a.Institution, b.Institution) })
	return out
}
