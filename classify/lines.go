package classify

import (
	"fmt"
	"math"
)

// Line is one line of evidence: what was observed and how many decibans it adds
// to each hypothesis, rounded to tenths.
type Line struct {
	Name     string
	Observed Text
	Decibans map[string]float64
	group    group
	db       dB
}

// group bundles lines that repeat one another; what a group can say in total is
// capped.
type group uint8

const (
	gSettlement group = iota
	gReversal
	gRetry
	gLatency
	gAuth
	gBreadth
	gTime
	gAmount
	gText
	gOther
	groups
)

// caps of the groups in decibans. Settlement is the only one that can decide alone.
var caps = [groups]float64{40, 30, 6, 12, 10, 12, 14, 14, 10, 14}

// weigh is how many rows at most each group counts: rows of one cause are not
// independent of each other.
const weigh = 6

// prior is what is held before any evidence, in decibans.
var prior = dB{Refused: 0, Undone: -5, Success: 0, Maintenance: 0, Network: 0, Limit: -2, Funds: -2}

// What each explanation expects, in the order of the hypotheses without Mixed,
// whose rows follow one of two others. Set on profile A of bench/meaning.
var (
	reversedShare = [Hypotheses]float64{.01, .85, .01, .03, .25, .01, .01}
	retryShare    = [Mixed][]float64{ // no retry, retried in vain, retried with success
		{.60, .35, .05}, {.65, .10, .25}, {.85, .05, .10}, {.55, .32, .13}, {.45, .20, .35}, {.58, .20, .22}, {.62, .24, .14}}
	speedShare = [Mixed][]float64{ // faster than 90 % of approvals, usual, slow
		{.62, .35, .03}, {.09, .86, .05}, {.10, .87, .03}, {.60, .33, .07}, {.05, .20, .75}, {.13, .84, .03}, {.13, .84, .03}}
	narrowShare  = [Mixed]float64{.65, .20, .06, .08, .45, .08, .08} // fewer terminals than by chance
	deadEndShare = [Hypotheses]float64{.50, .04, .04, .04, .06, .03, .03}
	textShare    = [Mixed][]float64{ // other texts, of the line, of maintenance
		{.94, .03, .03}, {.92, .06, .02}, {.96, .02, .02}, {.60, .08, .32}, {.50, .45, .05}, {.96, .02, .02}, {.96, .02, .02}}
	aboveShare  = [Mixed][2]float64{{.5, .12}, {.5, .07}, {.5, .07}, {.5, .07}, {.5, .07}, {.96, .06}, {.72, .11}} // mean and deviation
	amountShare = [Mixed][4]float64{                                                                               // up to the approvals' 50 %, 90 %, 99 % point, above
		{.50, .38, .10, .02}, {.50, .40, .09, .01}, {.50, .40, .09, .01}, {.50, .40, .09, .01}, {.50, .40, .09, .01}, {.03, .03, .14, .80}, {.22, .40, .28, .10}}
)

// authShare is the share of rows with an authorisation code where a of the
// approvals have one.
func authShare(a float64) [Hypotheses]float64 {
	return [Hypotheses]float64{.03, .9 * a, .93 * a, .03, .04, .03, .03}
}

// authLL weighs authorisation codes. Some institutions print none with any code
// but 00, so that their absence is weak evidence against a success.
func authLL(e *Evidence, a float64) [Hypotheses]float64 {
	ll := shares(e.WithAuth, e.N, authShare(a), 4)
	never := shares(e.WithAuth, e.N, [Hypotheses]float64{Undone: .02, Success: .02}, 4)
	for _, h := range [2]Hypothesis{Undone, Success} {
		ll[h] = math.Log(.65*math.Exp(ll[h]) + .35*math.Exp(never[h]))
	}
	return ll
}

// chance is the share of rows that have hardly an approval among eight
// neighbours where outcomes are scattered at random.
func chance(e *Evidence) float64 {
	return max(.02, binomialCDF(2, 8, share(e.Approvals, e.Attempts)))
}

func burstShare(e *Evidence) [Hypotheses]float64 {
	p := chance(e)
	return [Hypotheses]float64{p + .05, p + .02, p, max(.75, p), max(.35, p), p, p}
}

// settledShare is the share that settlement would show: successes as often as
// the approvals around them, refusals hardly ever, reversed approvals only where the
// reversal failed.
func settledShare(e *Evidence) (p [Hypotheses]float64) {
	n := float64(max(1, e.Covered))
	r := min(.99, max(.02, e.Expected/n))
	f := min(r/2, max(.004, e.Background/n))
	for h := range p {
		p[h] = f
	}
	p[Success], p[Undone], p[Network] = r, min(.06, r/2), max(f, min(.03, r/2))
	return p
}

// scored is evidence with the lines that were scored of it.
type scored struct {
	*Evidence
	lines []Line
}

func (e *scored) add(name string, g group, zh, en string, ll [Hypotheses]float64) {
	e.lines = append(e.lines, Line{Name: name, Observed: Text{zh, en}, group: g, db: relative(ll, caps[g])})
}

// lines scores all evidence that there is. A line without data is left out: it
// says nothing.
func lines(e *Evidence) []Line {
	s := &scored{Evidence: e}
	s.fate()
	s.answers()
	s.places()
	s.times()
	s.values()
	return s.lines
}

// fate scores what became of the rows: settled, reversed, tried again.
func (e *scored) fate() {
	if e.HasSettlement && e.Covered > 0 {
		lo, hi := Wilson(e.Settled, e.Covered)
		e.add("settled", gSettlement,
			fmt.Sprintf("结算文件中找到 %d/%d 笔（95%% 区间 %s–%s）；若为成功应约有 %.1f 笔", e.Settled, e.Covered, percent(lo), percent(hi), e.Expected),
			fmt.Sprintf("%d of %d found in settlement (95%% interval %s to %s); about %.1f expected of successes", e.Settled, e.Covered, percent(lo), percent(hi), e.Expected),
			settledLL(e.Evidence))
	}
	if e.Reversals > 0 && e.N > 0 {
		e.add("reversed", gReversal,
			fmt.Sprintf("%d/%d 笔随后有冲正（该机构共 %d 笔冲正）", e.Reversed, e.N, e.Reversals),
			fmt.Sprintf("%d of %d followed by a reversal (%d reversals at the institution)", e.Reversed, e.N, e.Reversals),
			shares(e.Reversed, e.N, reversedShare, 6))
	}
	if e.Reversals == 0 && e.N > 0 {
		// Few logs leave reversals out: their absence speaks against reversed rows,
		// whatever the number of rows.
		none := math.Log(.15)
		e.add("reversed", gReversal, "文件中没有任何冲正报文", "no reversal at all in the files", [Hypotheses]float64{Undone: none, Network: math.Log(.7)})
	}
	if e.Carded > 0 {
		counts := []int{e.Carded - e.Retried, e.Retried - e.RetriedOK, e.RetriedOK}
		e.add("retried", gRetry,
			fmt.Sprintf("%d/%d 笔同卡 10 分钟内重试，其中成功 %d 笔", e.Retried, e.Carded, e.RetriedOK),
			fmt.Sprintf("%d of %d retried by the same card within 10 minutes, %d of these approved", e.Retried, e.Carded, e.RetriedOK),
			kinds(counts, retryShare))
	}
}

// answers scores how the answers came, and what stands in them.
func (e *scored) answers() {
	if e.Timed > 0 && e.SlowLimit > 0 {
		counts := []int{e.Fast, e.Timed - e.Fast - e.Slow, e.Slow}
		e.add("latency", gLatency,
			fmt.Sprintf("%d 笔快于成功交易的 10%% 分位（%d 毫秒），%d 笔超过 %d 毫秒，共 %d 笔；中位 %d 毫秒，成功交易 %d 毫秒", e.Fast, e.ApprovedP10, e.Slow, e.SlowLimit, e.Timed, e.Median, e.ApprovedP50)+unanswered(e.Evidence, "，超时 %d 毫秒"),
			fmt.Sprintf("%d faster than 90%% of approvals (%d ms), %d slower than %d ms, of %d; median %d ms, approvals %d ms", e.Fast, e.ApprovedP10, e.Slow, e.SlowLimit, e.Timed, e.Median, e.ApprovedP50)+unanswered(e.Evidence, ", time-outs %d ms"),
			kinds(counts, speedShare))
	}
	if a := share(e.ApprovalsWithAuth, e.Approvals); e.Approvals >= 5 && a >= .3 {
		a = min(a, .97)
		e.add("auth_code", gAuth,
			fmt.Sprintf("%d/%d 笔有授权码（成功交易 %s 有）", e.WithAuth, e.N, percent(a)),
			fmt.Sprintf("%d of %d carry an authorisation code (%s of approvals do)", e.WithAuth, e.N, percent(a)),
			authLL(e.Evidence, a))
	}
	if c := share(e.ApprovalsChip, e.ApprovalsEntered); e.Entered > 0 && e.ApprovalsEntered >= 5 && c > .03 && c < .97 {
		e.add("chip", gAuth,
			fmt.Sprintf("%d/%d 笔为芯片（成功交易 %s）", e.Chip, e.Entered, percent(c)),
			fmt.Sprintf("%d of %d read by chip (%s of approvals)", e.Chip, e.Entered, percent(c)),
			shares(e.Chip, e.Entered, [Hypotheses]float64{c, max(.92, c), c, c, c, c, c}, 4))
	}
}

// places scores where the rows are.
func (e *scored) places() {
	if e.ExpectedTerminals >= 3 {
		r := float64(e.Terminals) / e.ExpectedTerminals
		var ll [Hypotheses]float64
		for h, p := range narrowShare {
			switch {
			case r < .65:
				ll[h] = math.Log(p)
			case r > .85:
				ll[h] = math.Log(1 - p)
			}
		}
		e.add("terminals", gBreadth,
			fmt.Sprintf("涉及 %d 台终端（随机应约 %.1f 台，活跃 %d 台）", e.Terminals, e.ExpectedTerminals, e.Active),
			fmt.Sprintf("%d terminals hit (%.1f expected by chance, %d active)", e.Terminals, e.ExpectedTerminals, e.Active), ll)
	}
	if e.Tested > 0 && e.Approvals > 0 { // else no approval is known, and nobody has one
		e.add("dead_end", gBreadth,
			fmt.Sprintf("%d/%d 笔所在终端的此类交易从未成功", e.DeadEnd, e.Tested),
			fmt.Sprintf("%d of %d at terminals where this kind is never approved", e.DeadEnd, e.Tested),
			shares(e.DeadEnd, e.Tested, deadEndShare, 2))
	}
}

// times scores when they are, and what else failed then.
func (e *scored) times() {
	if w := share(e.AttemptsInWindow, e.Attempts); e.HasWindows && w < .9 {
		e.add("declared", gTime,
			fmt.Sprintf("%d/%d 笔在已公告的维护窗口内（全部交易 %s）", e.InWindow, e.N, percent(w)),
			fmt.Sprintf("%d of %d inside declared windows (%s of all attempts)", e.InWindow, e.N, percent(w)),
			shares(e.InWindow, e.N, [Hypotheses]float64{w, w, w, max(.6, w), w + .03, w, w}, 3))
	}
	if e.Near > 0 && e.Attempts > 0 {
		p0 := chance(e.Evidence)
		e.add("neighbours", gTime,
			fmt.Sprintf("%d/%d 笔的前后交易几乎都未成功（随机 %s）", e.Burst, e.Near, percent(p0)),
			fmt.Sprintf("%d of %d have hardly an approval among their neighbours (%s by chance)", e.Burst, e.Near, percent(p0)),
			shares(e.Burst, e.Near, burstShare(e.Evidence), 3))
	}
	if b := share(e.SampleDown, e.Sample); e.Sample >= 5 && b < .5 {
		e.add("down_nearby", gTime,
			fmt.Sprintf("%d/%d 笔的一分钟内别处有 90、91、96、A0、C1 或无应答（成功交易 %s）", e.NearDown, e.N, percent(b)),
			fmt.Sprintf("%d of %d have 90, 91, 96, A0, C1 or no answer elsewhere within a minute (%s of approvals)", e.NearDown, e.N, percent(b)),
			shares(e.NearDown, e.N, [Hypotheses]float64{b + .02, b + .02, b + .01, b + .35, b + .35, b + .01, b + .01}, 2))
	}
}

// values scores amounts, other kinds of transaction and texts.
func (e *scored) values() {
	if e.Amounts > 0 {
		extra := 1 / (12 * float64(e.Amounts))
		var ll [Hypotheses]float64
		for h, m := range aboveShare {
			ll[h] = logNormal(e.AUC, m[0], math.Sqrt(m[1]*m[1]+extra))
		}
		e.add("amounts", gAmount,
			fmt.Sprintf("金额高于成功交易的概率 %s，%d/%d 笔超过其 99%% 分位", percent(e.AUC), e.Above, e.Amounts),
			fmt.Sprintf("amount above an approval's with probability %s; %d of %d above their 99%% point", percent(e.AUC), e.Above, e.Amounts), ll)
	}
	if e.Other != nil {
		var ll [Hypotheses]float64
		for h := range Mixed {
			ll[h] = math.Log(max(.02, e.Other.Posterior[h]))
		}
		e.add("other_kinds", gOther,
			fmt.Sprintf("同一代码在 %s 中（%d 笔）判为 %s", zh(e.Other.Kind), e.Other.N, zh(e.Other.Outcome.String())),
			fmt.Sprintf("the same code means %s for %s (%d rows)", e.Other.Outcome, e.Other.Kind, e.Other.N), ll)
	}
	if e.Texts > 0 {
		counts := []int{e.Texts - e.NetworkTexts - e.MaintenanceTexts, e.NetworkTexts, e.MaintenanceTexts}
		e.add("texts", gText,
			fmt.Sprintf("%d 条终端提示中 %d 条指网络，%d 条指维护", e.Texts, e.NetworkTexts, e.MaintenanceTexts),
			fmt.Sprintf("of %d terminal texts %d speak of the line, %d of maintenance", e.Texts, e.NetworkTexts, e.MaintenanceTexts),
			kinds(counts, textShare))
	}
}

// unanswered adds the usual wait of requests without an answer, where known.
func unanswered(e *Evidence, format string) string {
	if e.TimeoutP50 <= 0 {
		return ""
	}
	return fmt.Sprintf(format, e.TimeoutP50)
}

// settledLL weighs the share found in settlement.
func settledLL(e *Evidence) (ll [Hypotheses]float64) {
	weight := [Hypotheses]float64{80, 60, 40, 80, 80, 80, 80}
	for h, p := range settledShare(e) {
		if Hypothesis(h) != Mixed {
			ll[h] = logBetaBinomial(float64(e.Settled), float64(e.Covered), p, weight[h])
		}
	}
	return ll
}

// shares scores k of n against one expected share per hypothesis.
func shares(k, n int, p [Hypotheses]float64, w float64) (ll [Hypotheses]float64) {
	f, x := float64(n), float64(k)
	if f > weigh {
		x *= weigh / f
		f = weigh
	}
	for h := range Mixed {
		ll[h] = logBetaBinomial(x, f, p[h], w*4)
	}
	return ll
}

// kinds scores counts against one distribution per hypothesis.
func kinds(counts []int, p [Mixed][]float64) (ll [Hypotheses]float64) {
	for h := range p {
		ll[h] = logMultinomial(counts, p[h], weigh)
	}
	return ll
}

func share(k, n int) float64 {
	if n == 0 {
		return 0
	}
	return float64(k) / float64(n)
}

func percent(f float64) string { return fmt.Sprintf("%.1f%%", 100*f) }
