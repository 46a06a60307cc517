package classify

import (
	"fmt"
	"math"
	"slices"
)

// Status says how a verdict came about.
type Status string

const (
	Defined      Status = "defined"      // a table or the configuration says it
	Decided      Status = "decided"      // evidence says it
	IsMixed      Status = "mixed"        // evidence says that the code has several meanings here
	Undecidable  Status = "undecidable"  // evidence does not suffice
	Contradicted Status = "contradicted" // evidence speaks against table or configuration, which win
)

// Verdict is what a code means at one institution, with its reasons.
type Verdict struct {
	Status     Status
	Outcome    Outcome
	Class      Class
	Confidence float64 // probability of outcome and class together
	Hypothesis Hypothesis
	Posterior  [Hypotheses]float64
	Lines      []Line
	Against    string // name of the strongest line against the verdict, "" where none speaks against it
	Missing    Text   // which file or field would settle it
	Split      Text   // mixed only: what explains the parts
}

// Side is the outcome of the leading explanation: a network failure counts as
// declined even where single rows may have been booked.
func (v Verdict) Side() Outcome { return v.Hypothesis.side() }

// Ruling is the verdict as the last word on the code's rows.
func (v Verdict) Ruling() Ruling {
	return Ruling{Outcome: v.Outcome, Class: v.Class, Inferred: v.Status == Decided || v.Status == IsMixed}
}

const (
	temperature = 1.3 // rows and lines repeat each other more than the caps allow for
	decideAt    = .80 // probability from which an outcome is stated
	classAt     = .75 // probability of a class among the explanations of its outcome
	fewRows     = 5   // below, only unanimous settlement decides
)

// Decide says what a code means, from what tables and configuration say and
// from the counts. It is a pure function.
//
// Every line of evidence adds decibans to each hypothesis; lines that repeat
// each other share a capped group; the sums, with the prior, become
// probabilities. An outcome (approved, reversed, not approved) is stated from 80 %
// on, its class where one explanation clearly leads, else the class stays
// UNKNOWN_LOCAL. With fewer than five rows only unanimous settlement decides, or
// the same code in another kind; a success is only stated on settlement or
// authorisation codes.
func Decide(m Meaning, e Evidence) Verdict {
	v := Verdict{Status: Defined, Outcome: m.Outcome, Class: m.Class, Confidence: 1, Lines: lines(&e)}
	if l, ok := dependence(e.Depends); ok {
		v.Lines = append(v.Lines, l)
	}
	both := mix(&e)
	v.score(both)
	if !m.Decidable() {
		if !contradicts(m.Outcome, &e) { // nobody asks what else it might mean
			return Verdict{Status: Defined, Outcome: m.Outcome, Class: m.Class, Confidence: 1}
		}
		v.Status = Contradicted
		v.Missing = Text{"与码表或配置不符：请机构书面确认该代码含义，并在配置 profiles 中写明",
			"table or configuration and evidence disagree: ask the institution for the meaning in writing and state it under profiles"}
		v.finish(v.Hypothesis)
		return v
	}
	v.decide(&e)
	if m.Code == "" && !m.Known && v.Status == Decided && e.Approvals == 0 && !e.HasSettlement {
		// Nobody states how one row ended, and nothing else shows it: a list of sales looks so.
		v.Status, v.Outcome, v.Class, v.Missing = Undecidable, Unknown, UnknownLocal, missing(&e)
		v.Confidence = min(v.Confidence, decideAt)
	}
	if v.Status == IsMixed {
		v.Split = both.split()
		if e.Split != nil {
			w := e.Split.Words()
			v.Split = Text{v.Split.Zh + "；" + w.Zh, v.Split.En + "; " + w.En}
		}
	}
	return v
}

// score sums the lines within their caps and makes probabilities of them. Two
// meanings together score as the best single one, less the price of a more
// complicated explanation, plus what they explain better.
func (v *Verdict) score(both mixture) {
	total := prior
	var sums [groups]dB
	for _, l := range v.Lines {
		if l.group == groups {
			continue // says something, and counts for nothing
		}
		for h := range l.db {
			sums[l.group][h] += l.db[h]
		}
	}
	for g := range sums {
		for h := range total {
			total[h] += min(caps[g], max(-caps[g], sums[g][h]))
		}
	}
	total[Mixed] = slices.Max(total[:Mixed]) - mixturePrice + min(both.gain, mixtureCap)
	if both.gain > 0 && both.a != both.b {
		l := Line{Name: "mixture", Observed: both.split(), group: groups}
		l.db[Mixed] = min(both.gain, mixtureCap)
		v.Lines = append(v.Lines, l)
	}
	top := slices.Max(total[:])
	sum := 0.0
	for h, t := range total {
		v.Posterior[h] = math.Pow(10, (t-top)/10/temperature)
		sum += v.Posterior[h]
	}
	for h := range v.Posterior {
		v.Posterior[h] /= sum
		if v.Posterior[h] > v.Posterior[v.Hypothesis] {
			v.Hypothesis = Hypothesis(h)
		}
	}
}

// decide turns the probabilities into a verdict.
func (v *Verdict) decide(e *Evidence) {
	var side [len(outcomes)]float64
	for h, p := range v.Posterior {
		side[Hypothesis(h).side()] += p
	}
	best := Unknown // stands for mixed
	for o, p := range side {
		if p > side[best] {
			best = Outcome(o)
		}
	}
	if nothing := side[Declined] + side[Reversed]; side[best] < decideAt && nothing >= decideAt && e.HasSettlement && 2*e.Covered > e.N {
		// Settlement shows that no money moved; refused or reversed, who can tell.
		best, side[Declined] = Declined, nothing
	}
	v.Hypothesis, v.Confidence = v.lead(best), side[best]
	switch {
	case !enough(best, side[best], e):
		v.Status, v.Outcome, v.Class, v.Missing = Undecidable, Unknown, UnknownLocal, missing(e)
		v.Confidence = min(v.Confidence, decideAt)
	case best == Unknown:
		v.Status, v.Outcome, v.Class = IsMixed, Unknown, UnknownLocal
	case best == Approved:
		v.Status, v.Outcome, v.Class = Decided, Approved, ClassApproved
	case best == Reversed:
		v.Status, v.Outcome, v.Class = Decided, Reversed, UnknownLocal
	default:
		v.Status, v.Outcome, v.Class = Decided, Declined, UnknownLocal
		if p := v.probability(v.Hypothesis); Leads(p, side[best]) && e.N >= fewRows {
			v.Class, v.Confidence = classOf(v.Hypothesis, e), p
			if v.Hypothesis == Network && !(e.HasSettlement && e.Covered == e.N && e.Settled == 0) {
				v.Outcome = Unknown // sent, perhaps booked: money may have moved
			}
		}
	}
	v.finish(v.Hypothesis)
}

// Leads reports whether one explanation of an outcome is so probable that it can be named, of
// all of them together.
func Leads(p, all float64) bool { return p >= classAt*all }

// enough reports whether the evidence suffices to state an outcome of
// probability p.
func enough(o Outcome, p float64, e *Evidence) bool {
	elsewhere := e.Other != nil && e.Other.Outcome == o
	switch {
	case p < decideAt:
		return false
	case (o == Declined || o == Reversed) && e.moved():
		return false // whatever else it looks like, some of it was booked
	case o == Approved && e.lacked():
		return false // nor is it one that was booked now and then
	case o == Approved && e.Settled == 0 && 2*e.WithAuth < e.N && !elsewhere:
		// Nothing in a log but an authorisation code tells a success from a refusal
		// that strikes at random.
		return false
	case e.N < fewRows && !elsewhere:
		return e.HasSettlement && e.Covered == e.N && (e.Settled == e.N || e.Settled == 0 && e.Expected > .8*float64(e.N))
	}
	return true
}

// moved reports whether settlement has more of the rows than chance and errors put there.
func (e *Evidence) moved() bool {
	lo, _ := Wilson(e.Settled, e.Covered)
	return e.Covered > 0 && lo > .05 && float64(e.Settled) > 3*e.Background
}

// lacked reports whether settlement lacks more of the rows than it does of approvals, by far.
func (e *Evidence) lacked() bool {
	_, hi := Wilson(e.Settled, e.Covered)
	return e.Covered > 0 && hi*float64(e.Covered) < .9*e.Expected
}

// probability is that of a hypothesis; limit and funds are one class, the
// cardholder's means, and count together.
func (v *Verdict) probability(h Hypothesis) float64 {
	if h == Limit || h == Funds {
		return v.Posterior[Limit] + v.Posterior[Funds]
	}
	return v.Posterior[h]
}

// lead is the most probable hypothesis of an outcome.
func (v *Verdict) lead(o Outcome) Hypothesis {
	best, top := Hypothesis(0), -1.0
	for h := range Mixed + 1 {
		if p := v.probability(h); h.side() == o && (p > top || p == top && v.Posterior[h] > v.Posterior[best]) {
			best, top = h, p
		}
	}
	return best
}

func classOf(h Hypothesis, e *Evidence) Class {
	switch h {
	case Refused:
		return MerchantSetup
	case Maintenance:
		if e.HasWindows && 2*e.InWindow < e.N {
			return IssuerHost // there is a calendar, and it does not cover these
		}
		return Cutover
	case Network:
		return Timeout
	case Limit, Funds:
		return FundsLimit
	}
	return UnknownLocal
}

// finish rounds the lines for printing and names the strongest line against h.
func (v *Verdict) finish(h Hypothesis) {
	worst := -.5
	for i := range v.Lines {
		l := &v.Lines[i]
		if l.db == (dB{}) {
			continue
		}
		l.Decibans = make(map[string]float64, Hypotheses)
		other := math.Inf(-1)
		for k, d := range l.db {
			l.Decibans[HypothesisNames[k]] = math.Round(d*10) / 10
			if Hypothesis(k) != h {
				other = max(other, d)
			}
		}
		if d := l.db[h] - other; l.group != groups && d < worst {
			worst, v.Against = d, l.Name
		}
	}
	v.Confidence = math.Round(v.Confidence*1e4) / 1e4
}

// contradicts reports that settlement speaks against a stated outcome: a refusal
// of which more than a tenth settles, or an approval of which less than half of
// what its neighbours settle does.
func contradicts(o Outcome, e *Evidence) bool {
	if !e.HasSettlement || e.Covered < fewRows {
		return false
	}
	lo, hi := Wilson(e.Settled, e.Covered)
	switch {
	case o == Declined || o == Reversed:
		return lo > .1 && float64(e.Settled) > 3*e.Background
	case o.IsApproval():
		return hi < .5*e.Expected/float64(e.Covered)
	}
	return false
}

// missing names what would settle an open code, the strongest first.
func missing(e *Evidence) Text {
	switch {
	case !e.HasSettlement:
		return Text{"该机构同期的结算（对账）文件", "the institution's settlement file of the same days"}
	case e.Covered < e.N:
		return Text{"覆盖这些交易的结算文件（含次日）", "a settlement file that covers these transactions, the next day's included"}
	case e.N < fewRows:
		return Text{"更多交易：至少 5 笔", "more transactions: at least five"}
	case e.moved() && e.lacked():
		return Text{fmt.Sprintf("机构的应答码说明；清算单只有其中 %d / %d 笔，在此之前逐笔以清算单为准", e.Settled, e.Covered),
			fmt.Sprintf("the institution's own list of response codes; settlement has %d of %d, and tells of each until then", e.Settled, e.Covered)}
	case e.Timed == 0:
		return Text{"请求与应答的时间（时延）", "the times of request and answer (latency)"}
	case e.Reversals == 0:
		return Text{"终端日志中的冲正报文（0400）", "the reversals (0400) of the terminal log"}
	}
	return Text{"机构的应答码说明", "the institution's own list of response codes"}
}
