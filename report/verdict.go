package report

import (
	"slices"
	"strings"

	"github.com/poslog/poslog/analyze"
)

// sayOps is the first sentence of the desk: whose failures these are - the line,
// the bank, ourselves or the plan -, then rates, what exceeds the usual, and what is
// open. The lead is set apart.
func (p *Report) sayOps() (lead, rest string) {
	r, w := p.Result, p.w
	if r.Totals.Attempts == 0 {
		return "", w.text(r.Verdict.Text)
	}
	lead = w.t("say.none")
	if p.tooLittle() {
		lead = w.t("say.toolittle")
	}
	switch {
	case p.Result.Totals.OnlyFailures():
		lead = w.t("say.onlyfailures")
	case p.Result.Totals.OnlySuccesses():
		lead = w.t("say.onlysuccesses")
	}
	if len(r.Incidents) > 0 {
		lead = p.sayIncidents()
	}
	t := r.Totals
	say := []string{w.t("say.rates", group(int64(t.Attempts)), ratePtr(t.ApprovalRate).Text, ratePtr(t.TechnicalRate).Text)}
	if t.Unknown > 0 {
		say[0] += w.t("say.unknown", group(int64(t.Unknown)))
	}
	say = append(say, p.sayShift(false)...)
	excess, parts := int64(0), []string(nil)
	for _, c := range r.Causes {
		if n := whole(c.Excess); n > 0 { // missing data are no failures
			excess += n
			parts = append(parts, w.who(c.Cause, c.Planned)+" "+group(n))
		}
	}
	if len(parts) > 1 {
		t := w.t("say.excess", group(excess-int64(r.Shared)), strings.Join(parts, w.t("comma")))
		if r.Shared > 0 {
			t += w.t("say.shared", group(int64(r.Shared)))
		}
		say = append(say, t)
	} else if len(parts) == 1 {
		say = append(say, w.t("say.excess.one", group(excess)))
	}
	if len(r.Recurring) <= mostNamed {
		for _, c := range r.Recurring {
			say = append(say, w.text(c.Advice))
		}
	}
	for _, c := range r.Changes {
		if c.Kind == "rate" {
			say = append(say, w.text(c.Text))
		}
	}
	if n := len(r.Chronic); n == 1 {
		say = append(say, w.t("say.chronic.one", w.scope(r.Chronic[0].Scope), rate(r.Chronic[0].Rate)))
	} else if n > 1 {
		say = append(say, w.t("say.chronic", group(int64(n))))
	}
	if codes, _ := p.sayInFact(); len(codes) <= mostNamed {
		say = append(say, codes...)
	}
	say = append(say, p.sayContradicted()...)
	if c := r.Reconciliation; c != nil && c.Proof.TerminalRows > 0 && c.Proof.SettlementRows > 0 && p.inState("matched") == 0 {
		say = append(say, w.t("money.nomatch"))
	}
	if n := r.Reconciliation.ToDo(); n > 0 {
		say = append(say, w.t("say.open", group(int64(n)), p.colon(p.sayOwed())))
	}
	if t := p.sayUnlogged(); t != "" {
		say = append(say, t)
	}
	return lead, w.sentence(strings.Join(say, w.t("stop")))
}

// mostNamed is how many incidents the first sentence names one by one.
const mostNamed = 3

// sayIncidents says when and where, of a few incidents; of many how many point at whom,
// and which had most money at risk.
func (p *Report) sayIncidents() string {
	r, w := p.Result, p.w
	sorted, n := byMoney(r.Incidents), len(r.Incidents)
	var parts []string
	if n <= mostNamed {
		for _, in := range sorted {
			parts = append(parts, p.when(in))
		}
	} else {
		for _, c := range r.Causes {
			who := w.who(c.Cause, c.Planned)
			if c.Incidents > 1 {
				who = w.t("say.cause", who, group(int64(c.Incidents)))
			}
			parts = append(parts, who+w.overrun(c.OverrunSeconds))
		}
	}
	if n == 1 {
		return w.t("say.incident", parts[0])
	}
	if n <= mostNamed {
		return w.t("say.incidents", group(int64(n)), strings.Join(parts, w.t("semicolon")))
	}
	lead := w.t("say.incidents", group(int64(n)), strings.Join(parts, w.t("comma")))
	if first := sorted[0]; first.Failures > 0 {
		lead += w.t("say.largest", p.when(first), group(int64(first.Failures)), w.money(first.AmountAtRisk))
	}
	return lead
}

// when names an incident by whose it is, when and where, and whether it is over.
func (p *Report) when(in analyze.Incident) string {
	var parts []string
	w := p.w
	if len(in.Scope) > 0 {
		parts = append(parts, w.scope(in.Scope))
	}
	if in.OverrunSeconds > 0 {
		parts = append(parts, w.t("overrun")+" "+w.duration(in.OverrunSeconds))
	}
	if in.Open {
		parts = append(parts, w.stillOpen(in.Cause))
	}
	who := w.who(in.Cause, in.Planned)
	if in.Cause == "cardholder" && len(in.Scope["terminal"])+len(in.Scope["merchant"]) > 0 { // cardholders do not fail at one till
		who = w.t("who.testing")
	}
	if g := p.gap(&in); g != nil && g.Missing != "" {
		who = w.t("who.gap." + g.Missing)
	}
	say := w.t("say.one", who, w.span(in.Start, in.End))
	if len(parts) == 0 {
		return say
	}
	return say + w.t("paren", strings.Join(parts, w.t("clause")))
}

// who names the side that a cause points at.
func (w words) who(cause string, planned bool) string {
	if planned {
		return w.t("who.planned")
	}
	return w.word("who", cause)
}

// sayInFact names the codes under which the slip shows no success although the evidence finds one. Who
// tried again after such a sale has perhaps paid twice, and both sides agree on it, so that no open item tells;
// twice reports whether anybody did.
func (p *Report) sayInFact() (say []string, twice bool) {
	w := p.w
	sales, again, codes := map[string]int64{}, map[string]int64{}, []string(nil)
	at, elsewhere := map[string][]string{}, map[string]bool{}
	for _, k := range p.Result.Codes {
		if k.Status != "decided" || k.Meaning != "approved" || k.Code == "" {
			elsewhere[k.Code] = true // it means something else there
			continue
		}
		if !slices.Contains(at[k.Code], k.Institution) && k.Institution != "" {
			at[k.Code] = append(at[k.Code], k.Institution)
		}
		if sales[k.Code] == 0 {
			codes = append(codes, k.Code)
		}
		sales[k.Code] += int64(k.N)
		if n, _ := number(k.Evidence["retried_ok"]); k.Kind == "sale" {
			again[k.Code] += int64(n)
		}
	}
	for _, c := range codes {
		t := w.t("money.infact", group(sales[c]), c)
		if elsewhere[c] && len(at[c]) > 0 {
			t = w.t("money.infact.at", w.list(at[c], 3), t)
		}
		if n := again[c]; n > 0 {
			t += w.t("money.infact.again", group(n))
			twice = true
		}
		say = append(say, t)
	}
	return say, twice
}

// sayContradicted names the codes that tables or profiles state, and the evidence otherwise: sums and open items
// follow what is stated.
func (p *Report) sayContradicted() (say []string) {
	w := p.w
	for _, k := range p.Result.Codes {
		if k.Status != "contradicted" || k.Code == "" || len(say) == mostNamed {
			continue
		}
		t := w.t("say.contradicted", k.Code, group(int64(k.N)), w.word("meaning", k.Meaning))
		if k.Institution != "" {
			t = w.t("money.infact.at", k.Institution, t)
		}
		say = append(say, t)
	}
	return say
}

// sentence ends a text with a full stop.
func (w words) sentence(t string) string { return t + strings.TrimRight(w.t("stop"), " ") }

// stillOpen says of an incident that it lasts to the end of the data.
func (w words) stillOpen(cause string) string {
	if cause == "data_gap" {
		return w.t("stillopen.data_gap")
	}
	return w.t("stillopen")
}

func (w words) overrun(seconds int64) string {
	if seconds <= 0 {
		return ""
	}
	return w.t("paren", w.t("overrun")+" "+w.duration(seconds))
}

// tooLittle reports whether the data are too few to tell an incident.
func (p *Report) tooLittle() bool { h := p.Result.Health; return h != nil && h.Smallest.TooLittle }

// smallest says which window of failures these data could have shown, where that is
// not a short one; "" elsewhere.
func (p *Report) smallest() string {
	if p.Result.Health == nil || p.Result.Totals.Attempts == 0 {
		return ""
	}
	w, s := p.w, p.Result.Health.Smallest
	long := w.duration(int64(s.Minutes*60 + 0.5))
	say := ""
	switch {
	case p.Result.Totals.OnlyFailures() && len(p.Result.Incidents) == 0:
		return w.t("say.onlyfailures")
	case p.Result.Totals.OnlyFailures():
		return w.t("say.perhapsonly")
	case p.Result.Totals.OnlySuccesses():
		return w.t("say.onlysuccesses")
	case s.TooLittle && len(p.Result.Incidents) == 0:
		say = w.t("smallest.toolittle", group(int64(s.Attempts)), group(int64(s.Failures)))
	case s.Minutes >= 10:
		say = w.t("smallest", ratePtr(&s.UsualRate).Text, group(int64(s.Failures)), long)
	}
	switch {
	case !s.Assumed || s.TooLittle:
	case say == "":
		say = w.t("smallest.assumed", ratePtr(&s.UsualRate).Text)
	default:
		say += w.t("smallest.guess")
	}
	return strings.TrimSpace(say)
}

// whole rounds a number of failures, which is a difference of a count and an
// expectation.
func whole(v float64) int64 { return int64(v + 0.5) }
