package classify

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// b4 is what the default tables say of B4.
var b4 = Meaning{Code: "B4", Outcome: Unknown, Class: UnknownLocal, Open: true, Known: true, Zh: "含义因机构而异", En: "differs"}

// base is an institution with a hundred approvals and nothing else of note.
func base(n int) Evidence {
	return Evidence{N: n, Approvals: 900, Attempts: 1000, Active: 20, ApprovedP10: 300, ApprovedP50: 600, SlowLimit: 3000, Reversals: 5,
		Near: n, Sample: 500, Amounts: n, AUC: .5}
}

func with(n int, set func(e *Evidence)) Evidence {
	e := base(n)
	set(&e)
	return e
}

func settlement(e *Evidence, covered, settled int) {
	e.HasSettlement, e.Covered, e.Settled, e.Expected, e.Background = true, covered, settled, .97*float64(covered), .002*float64(covered)
	e.Patterns = nil
	if settled > 0 {
		e.Patterns = append(e.Patterns, PatternCount{Pattern{Settled: Yes}, settled})
	}
	if covered > settled {
		e.Patterns = append(e.Patterns, PatternCount{Pattern{Settled: No}, covered - settled})
	}
}

func latency(e *Evidence, fast, usual, slow int) {
	e.Timed, e.Fast, e.Slow, e.Median = fast+usual+slow, fast, slow, 600
}

func TestDecide(t *testing.T) {
	for _, c := range []struct {
		name    string
		e       Evidence
		status  Status
		outcome Outcome
		class   Class
	}{
		{"all settle", with(40, func(e *Evidence) { settlement(e, 40, 39); latency(e, 4, 36, 0) }), Decided, Approved, ClassApproved},
		{"all settle, few rows", with(3, func(e *Evidence) { settlement(e, 3, 3) }), Decided, Approved, ClassApproved},
		{"none settles, few rows: not approved, and no more than that", with(4, func(e *Evidence) { settlement(e, 4, 0) }), Decided, Declined, UnknownLocal},
		{"few rows, settlement not unanimous", with(4, func(e *Evidence) { settlement(e, 4, 3) }), Undecidable, Unknown, UnknownLocal},
		{"few rows, one not covered", with(4, func(e *Evidence) { settlement(e, 3, 3) }), Undecidable, Unknown, UnknownLocal},
		{"few rows without settlement", with(4, func(e *Evidence) { latency(e, 0, 0, 4) }), Undecidable, Unknown, UnknownLocal},
		{"half settles", with(60, func(e *Evidence) { settlement(e, 60, 30) }), IsMixed, Unknown, UnknownLocal},
		{"nothing is known", with(200, func(e *Evidence) {}), Undecidable, Unknown, UnknownLocal},
		{"refused by configuration", with(50, func(e *Evidence) {
			settlement(e, 50, 0)
			latency(e, 45, 5, 0)
			e.Terminals, e.ExpectedTerminals, e.Tested, e.DeadEnd = 2, 15, 50, 48
			e.Carded, e.Retried = 50, 15
		}), Decided, Declined, MerchantSetup},
		{"maintenance", with(80, func(e *Evidence) {
			settlement(e, 80, 0)
			latency(e, 70, 10, 0)
			e.Burst, e.NearDown = 75, 30
			e.HasWindows, e.InWindow, e.AttemptsInWindow = true, 78, 80
			e.Terminals, e.ExpectedTerminals = 18, 18
		}), Decided, Declined, Cutover},
		{"maintenance, in which much was booked all the same", with(84, func(e *Evidence) {
			settlement(e, 84, 34)
			latency(e, 80, 4, 0)
			for i := range e.Patterns {
				e.Patterns[i].Speed, e.Patterns[i].Burst, e.Patterns[i].Auth = 1, Yes, No
			}
			e.Burst = 79
			e.HasWindows, e.InWindow, e.AttemptsInWindow = true, 84, 20
			e.Terminals, e.ExpectedTerminals = 21, 20
		}), Undecidable, Unknown, UnknownLocal},
		{"a success by all but a third of the settlement", with(90, func(e *Evidence) {
			settlement(e, 90, 60)
			latency(e, 9, 81, 0)
			for i := range e.Patterns {
				e.Patterns[i].Speed, e.Patterns[i].Burst, e.Patterns[i].Amount = 2, Yes, 1
			}
			e.Carded, e.Retried, e.RetriedOK = 90, 2, 1
		}), Undecidable, Unknown, UnknownLocal},
		{"outage outside the declared windows", with(80, func(e *Evidence) {
			settlement(e, 80, 0)
			latency(e, 70, 10, 0)
			e.Burst, e.NearDown = 75, 60
			e.HasWindows, e.AttemptsInWindow = true, 5
			e.Terminals, e.ExpectedTerminals = 18, 18
		}), Decided, Declined, IssuerHost},
		{"network, settlement shows no money", with(60, func(e *Evidence) {
			settlement(e, 60, 0)
			latency(e, 2, 8, 50)
			e.Reversed, e.Burst, e.NearDown = 15, 20, 30
			e.Terminals, e.ExpectedTerminals = 5, 16
		}), Decided, Declined, Timeout},
		{"network without settlement: money may have moved", with(60, func(e *Evidence) {
			latency(e, 2, 8, 50)
			e.Reversed, e.Burst, e.NearDown = 15, 20, 30
			e.Terminals, e.ExpectedTerminals = 5, 16
		}), Decided, Unknown, Timeout},
		{"approved, then reversed", with(50, func(e *Evidence) {
			settlement(e, 50, 1)
			latency(e, 5, 45, 0)
			e.Reversed = 46
			e.Entered, e.Chip, e.ApprovalsEntered, e.ApprovalsChip = 50, 50, 900, 500
		}), Decided, Reversed, UnknownLocal},
		{"amount limit", with(50, func(e *Evidence) { latency(e, 5, 45, 0); settlement(e, 50, 0); e.AUC, e.Above = .99, 48 }), Decided, Declined, FundsLimit},
		{"insufficient funds", with(50, func(e *Evidence) { latency(e, 5, 45, 0); settlement(e, 50, 0); e.AUC, e.Above = .74, 6 }), Decided, Declined, FundsLimit},
		{"one void beside many sales", with(1, func(e *Evidence) {
			e.Other = &Other{Kind: "sale", N: 80, Outcome: Approved}
			e.Other.Posterior[Success] = .99
			latency(e, 0, 1, 0)
		}), Decided, Approved, ClassApproved},
	} {
		v := Decide(b4, c.e)
		if v.Status != c.status || v.Outcome != c.outcome || v.Class != c.class {
			t.Errorf("%s: %s %s %s, p %.3f\n%v", c.name, v.Status, v.Outcome, v.Class, v.Confidence, v.Posterior)
			for _, l := range v.Lines {
				t.Logf("  %s: %s %v", l.Name, l.Observed.En, l.Decibans)
			}
		}
		sum := 0.0
		for _, p := range v.Posterior {
			sum += p
		}
		if math.Abs(sum-1) > 1e-9 || v.Confidence < 0 || v.Confidence > 1 {
			t.Errorf("%s: probabilities add up to %v, confidence %v", c.name, sum, v.Confidence)
		}
		if v.Status == Undecidable && (v.Missing.Zh == "" || v.Missing.En == "") {
			t.Errorf("%s: undecidable, and nothing is said to be missing", c.name)
		}
		if strings.Contains(c.name, "much was booked") && !strings.Contains(v.Missing.Zh, "34 / 84 笔") {
			t.Errorf("%s: %s", c.name, v.Missing.Zh)
		}
		if (v.Status == Decided || v.Status == IsMixed) != v.Ruling().Inferred {
			t.Errorf("%s: status %s, inferred %v", c.name, v.Status, v.Ruling().Inferred)
		}
	}
}

// Funds and limit are said to be one or the other where neither leads clearly.
func TestFundsOrLimitInWords(t *testing.T) {
	v := Verdict{Status: Decided, Outcome: Declined, Class: FundsLimit, Hypothesis: Funds, Confidence: .8}
	for odds, want := range map[float64]string{.52: "不能区分", .7: "余额不足（据证据）"} {
		if v.Posterior[Funds] = odds; !strings.Contains(v.Words(Meaning{}).Zh, want) {
			t.Errorf("%g: %s", odds, v.Words(Meaning{}).Zh)
		}
	}
}

func TestConfigurationWins(t *testing.T) {
	settled := with(40, func(e *Evidence) { settlement(e, 40, 39) })
	never := with(40, func(e *Evidence) { settlement(e, 40, 0) })
	for _, c := range []struct {
		name   string
		m      Meaning
		e      Evidence
		status Status
	}{
		{"configured as declined, settles", Meaning{Outcome: Declined, Class: Cutover, Known: true, Configured: true}, settled, Contradicted},
		{"configured as declined, does not settle", Meaning{Outcome: Declined, Class: Cutover, Known: true, Configured: true}, never, Defined},
		{"configured as approved, does not settle", Meaning{Outcome: Approved, Class: ClassApproved, Known: true, Configured: true}, never, Contradicted},
		{"configured as approved, settles", Meaning{Outcome: Approved, Class: ClassApproved, Known: true, Configured: true}, settled, Defined},
		{"configured as unknown", Meaning{Outcome: Unknown, Class: UnknownLocal, Known: true, Configured: true}, settled, Defined},
		{"table says declined, a third settles", Meaning{Outcome: Declined, Class: ClassApproved, Known: true}, with(30, func(e *Evidence) { settlement(e, 30, 10) }), Contradicted},
		{"too few to contradict", Meaning{Outcome: Declined, Class: Cutover, Known: true}, with(4, func(e *Evidence) { settlement(e, 4, 4) }), Defined},
	} {
		v := Decide(c.m, c.e)
		if v.Status != c.status || v.Outcome != c.m.Outcome || v.Class != c.m.Class || v.Ruling().Inferred {
			t.Errorf("%s: %s %s %s", c.name, v.Status, v.Outcome, v.Class)
		}
		if (v.Status == Contradicted) != (len(v.Lines) > 0 && v.Missing.En != "") {
			t.Errorf("%s: a contradiction must show its lines, and nothing else may", c.name)
		}
	}
}

// TestMoreSettledSpeaksForSuccess holds whatever the weights are.
func TestMoreSettledSpeaksForSuccess(t *testing.T) {
	for _, n := range []int{1, 3, 5, 20, 100} {
		last := math.Inf(-1)
		for k := 0; k <= n; k++ {
			e := base(n)
			settlement(&e, n, k)
			v := Verdict{Lines: lines(&e)}
			v.score(mix(&e))
			odds := math.Log(v.Posterior[Success] / v.Posterior[Refused])
			if odds < last-1e-6 {
				t.Errorf("%d of %d settled: log odds %.4f, with one less %.4f", k, n, odds, last)
			}
			last = odds
		}
	}
}

func TestWilson(t *testing.T) {
	for _, c := range []struct {
		k, n   int
		lo, hi float64
	}{{0, 0, 0, 1}, {0, 10, 0, .2775}, {10, 10, .7225, 1}, {5, 10, .2366, .7634}, {1, 100, .0018, .0545}} {
		lo, hi := Wilson(c.k, c.n)
		if math.Abs(lo-c.lo) > 1e-4 || math.Abs(hi-c.hi) > 1e-4 {
			t.Errorf("%d/%d: [%.4f, %.4f], want [%.4f, %.4f]", c.k, c.n, lo, hi, c.lo, c.hi)
		}
	}
}

// TestAnyCounts throws arbitrary counts at the rule: it never yields anything
// but a probability, and the same for the same counts.
func TestAnyCounts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	upTo := func(n int) int { return r.IntN(n + 1) }
	for range 3000 {
		n := 1 + upTo(1<<upTo(12))
		e := Evidence{N: n, Reversals: upTo(3), Approvals: upTo(500), HasWindows: upTo(1) == 1, Active: 1 + upTo(50), Terminals: 1 + upTo(10),
			ExpectedTerminals: 20 * r.Float64(), Sample: upTo(500), SlowLimit: int32(upTo(1) * 3000), Days: 1}
		e.Attempts = e.Approvals + n + upTo(100)
		e.AttemptsInWindow, e.InWindow, e.WithAuth, e.ApprovalsWithAuth = upTo(e.Attempts), upTo(n), upTo(n), upTo(e.Approvals)
		e.Carded = upTo(n)
		e.Retried = upTo(e.Carded)
		e.RetriedOK = upTo(e.Retried)
		e.Timed = upTo(n)
		e.Fast = upTo(e.Timed)
		e.Slow = upTo(e.Timed - e.Fast)
		e.Reversed, e.Near, e.NearDown, e.Amounts, e.AUC = upTo(n), upTo(n), upTo(n), upTo(n), r.Float64()
		e.Burst, e.SampleDown, e.Above = upTo(e.Near), upTo(e.Sample), upTo(e.Amounts)
		e.Tested = upTo(n)
		e.DeadEnd = upTo(e.Tested)
		e.Entered = upTo(n)
		e.Chip, e.ApprovalsEntered = upTo(e.Entered), e.Approvals
		e.ApprovalsChip = upTo(e.ApprovalsEntered)
		if upTo(1) == 1 {
			c := upTo(n)
			settlement(&e, c, upTo(c))
			e.Expected *= r.Float64()
		}
		v, again := Decide(b4, e), Decide(b4, e)
		if math.IsNaN(v.Confidence) || v.Confidence < 0 || v.Confidence > 1 || v.Confidence != again.Confidence || v.Outcome != again.Outcome {
			t.Fatalf("confidence %v, again %v, of %+v", v.Confidence, again.Confidence, e)
		}
		for _, l := range v.Lines {
			for h, d := range l.Decibans {
				if math.IsNaN(d) || math.Abs(d) > mixtureCap {
					t.Fatalf("line %s gives %s %v of %+v", l.Name, h, d, e)
				}
			}
		}
	}
}
