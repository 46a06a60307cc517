package analyze

import (
	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/evidence"
)

// codes lays out one entry per institution, code and kind. A code whose meaning
// is the same for every kind of an institution is one entry with kind "all".
func (p *pipeline) codes() []Code {
	list := []Code{}
	p.evidence.CountIncidents(func(row int) bool { return p.incidentOf[row] >= 0 })
	cards := p.evidence.Cards()
	drifts := p.evidence.Drift()
	for i := 0; i < len(cards); {
		j := i + 1
		for j < len(cards) && sameMeaning(&cards[i], &cards[j]) {
			j++
		}
		c := p.code(&cards[i])
		if j > i+1 {
			c.Kind = "all"
			for k := i + 1; k < j; k++ {
				c.N += cards[k].N
				c.Amount += cards[k].Amount
				addCounts(c.Evidence, &cards[k])
			}
		}
		for _, d := range drifts {
			if d.Institution == c.Institution && d.Code == c.Code && !cards[i].Reason {
				c.Lines = append(c.Lines, Line{"drift", Text(d.Text), map[string]float64{}})
			}
		}
		c.Examples = p.codeExamples(cards[i:j])
		list = append(list, c)
		i = j
	}
	return list
}

// sameMeaning reports whether two neighbouring cards differ in the kind only and
// rest on no evidence of their own.
func sameMeaning(a, b *evidence.Card) bool {
	return a.Institution == b.Institution && a.Code == b.Code && a.Evidence == nil && b.Evidence == nil &&
		a.Verdict.Outcome == b.Verdict.Outcome && a.Verdict.Class == b.Verdict.Class && a.Meaning.En == b.Meaning.En &&
		a.Meaning.Table == b.Meaning.Table && a.Meaning.Profile == b.Meaning.Profile && a.Reason == b.Reason
}

func (p *pipeline) code(c *evidence.Card) Code {
	out := Code{
		Institution: c.Institution, Code: c.Code, Kind: c.Kind.String(), N: c.N, Amount: c.Amount,
		Table: c.Meaning.Table, Profile: c.Meaning.Profile, Meaning: c.Verdict.Outcome.String(), Class: c.Verdict.Class.String(),
		Technical: c.Verdict.Class.Technical(), Status: string(c.Verdict.Status), Confidence: round(c.Verdict.Confidence, 3),
		Wording: Text(c.Verdict.Words(c.Meaning)), Action: Text(c.Verdict.Advice(c.Meaning)),
		Evidence: map[string]any{}, Against: c.Verdict.Against, Missing: Text(c.Verdict.Missing),
	}
	if c.Reason {
		out.Meaning = "reversal_reason"
	}
	addCounts(out.Evidence, c)
	if c.Evidence != nil {
		card(out.Evidence, c)
	}
	for _, l := range c.Verdict.Lines {
		db := map[string]float64{}
		for k, v := range l.Decibans {
			db[k] = round(v, 1)
		}
		out.Lines = append(out.Lines, Line{l.Name, Text(l.Observed), db})
	}
	return out
}

// addCounts adds what every card has.
func addCounts(m map[string]any, c *evidence.Card) {
	for name, n := range map[string]int{"n": c.N, "settled": c.Settled, "reversed": c.Reversed, "inferred": c.Inferred} {
		old, _ := m[name].(int)
		m[name] = old + n
	}
}

// card writes the evidence of an open, unknown or contradicted code: counts,
// shares with what they are shares of, and milliseconds.
func card(m map[string]any, c *evidence.Card) {
	e := c.Evidence
	m["has_settlement"] = e.HasSettlement
	m["terminals"], m["terminals_active"] = e.Terminals, e.Active
	m["days"] = e.Days
	if c.Verdict.Status != classify.Defined {
		m["hypothesis"] = c.Verdict.Hypothesis.String()
		posterior := map[string]float64{}
		for h, v := range c.Verdict.Posterior {
			posterior[classify.Hypothesis(h).String()] = round(v, 3)
		}
		m["posterior"] = posterior
	}
	m["settled"], m["reversed"] = e.Settled, e.Reversed
	if e.HasSettlement {
		m["settlement_covered"] = e.Covered
		if e.Covered > 0 {
			m["settled_share"] = share(e.Settled, e.Covered)
			lo, hi := classify.Wilson(e.Settled, e.Covered)
			m["settled_interval"] = [2]float64{round(lo, 4), round(hi, 4)}
			m["settled_expected_if_approved"] = round(e.Expected, 1)
		}
	}
	if e.Reversals > 0 {
		m["reversed_share"] = share(e.Reversed, e.N)
	}
	if e.Carded > 0 {
		m["with_card"], m["retried"], m["retried_ok"] = e.Carded, e.Retried, e.RetriedOK
	}
	if e.Timed > 0 {
		m["timed"], m["fast"], m["slow"] = e.Timed, e.Fast, e.Slow
		m["latency_median_ms"] = int(e.Median)
		m["approved_latency_median_ms"] = int(e.ApprovedP50)
		m["slow_from_ms"] = int(e.SlowLimit)
	}
	if e.Approvals > 0 {
		m["with_auth_code"] = e.WithAuth
		m["approvals"], m["approvals_with_auth_code"] = e.Approvals, e.ApprovalsWithAuth
	}
	m["in_incidents"] = c.InIncident
	if e.HasWindows {
		m["in_declared_windows"] = e.InWindow
	}
	if e.Near > 0 {
		m["with_neighbours"], m["among_failing_neighbours"], m["near_down"] = e.Near, e.Burst, e.NearDown
	}
	if e.Amounts > 0 {
		m["amounts_compared"], m["amounts_above_approvals"] = e.Amounts, e.Above
		m["amount_rank"] = round(e.AUC, 3)
	}
	if e.Entered > 0 {
		m["entry_mode_stated"], m["chip"] = e.Entered, e.Chip
	}
	hours := [24]int{}
	for h, n := range e.Hours {
		hours[h] = int(n)
	}
	m["hours"] = hours
	if s := c.Verdict.Split; s.En != "" {
		m["split"] = Text(s)
	}
}

func share(k, n int) float64 {
	if n == 0 {
		return 0
	}
	return round(float64(k)/float64(n), 4)
}

// codeExamples points at a few rows of the cards.
func (p *pipeline) codeExamples(cards []evidence.Card) []Example {
	var rows []int
	for i := range cards {
		if cards[i].Evidence == nil && cards[i].Verdict.Outcome == classify.Approved {
			continue
		}
		rows = append(rows, p.evidence.First(&cards[i])...)
	}
	var out []Example
	for _, r := range rows[:min(len(rows), 3)] {
		out = append(out, p.example(r))
	}
	return out
}

// surelySettled is the settlement row of a terminal row where the match tells what the
// code means and nothing in the settlement file takes it back, else -1.
func (p *pipeline) surelySettled(i int) int {
	if !p.matches.Tells(i) || !p.matches.Stands(i) {
		return -1
	}
	return p.matches.Settled(i)
}
