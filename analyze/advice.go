package analyze

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/incident/cause"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/reconcile"
	"github.com/poslog/poslog/txn"
)

// texts converts sentences.
func texts(in []cause.Text) []Text {
	out := []Text{}
	for _, t := range in {
		out = append(out, Text(t))
	}
	return out
}

// explained splits the rows of each code among the incidents.
func (p *pipeline) explained() []Explained {
	var list []Explained
	for _, a := range p.counts().Accounts() {
		e := Explained{Institution: a.Institution, Code: a.Code, N: a.N, Rest: a.Rest, By: []ExplainedBy{}, Text: Text(a.Sentence(p.incidentID))}
		for _, b := range a.By {
			e.By = append(e.By, ExplainedBy{p.incidentID(b.Window), b.N, round(b.Expected, 2), b.K, [2]int{b.Low, b.High}})
		}
		list = append(list, e)
	}
	return list
}

// causeCounts adds up the incidents by cause, most failures in excess first. shared is by how much the sum
// over the causes is too high, as incidents of several hold some failures.
func (p *pipeline) causeCounts() (list []CauseCount, shared int) {
	var windows []*incident.Window
	for n := range p.found.Windows {
		w := &p.found.Windows[n]
		shared -= len(w.Without(windows...))
		windows = append(windows, w)
	}
	for _, r := range p.causeCtx.Responsibilities(p.causes) {
		c := CauseCount{Cause: r.Cause.String(), Planned: r.Planned, Incidents: r.Incidents, Failures: r.Failures, Excess: round(r.Excess, 2),
			Seconds: int64(r.Time.Seconds()), OverrunSeconds: int64(r.Overrun.Seconds())}
		for _, rows := range r.Rows {
			c.Amount += p.atRisk(rows)
		}
		shared += r.Failures
		list = append(list, c)
	}
	slices.SortStableFunc(list, func(a, b CauseCount) int { return cmp.Compare(b.Excess, a.Excess) })
	return list, shared
}

// availability adds the three readings of availability to the institutions.
func (p *pipeline) availability(list []InstitutionCount) {
	of := make(map[string]int, len(list))
	for i := range list {
		of[list[i].Institution] = i
	}
	for _, a := range p.counts().Availabilities() {
		if i, ok := of[a.Institution]; ok {
			list[i].Availability = &Availability{All: short(a.All), ExcludingDeclared: short(a.WithoutDeclared), ExcludingOthers: short(a.WithoutOthers)}
		}
	}
}

func short(v *float64) *float64 {
	if v == nil {
		return nil
	}
	r := round(*v, 6)
	return &r
}

// changes lists the codes whose meaning, or existence, moved within the data, and who left.
func (p *pipeline) changes() []Change {
	var list []Change
	for _, d := range p.evidence.Drift() {
		kind := map[string]string{"new": "new_code", "gone": "gone_code"}[d.What]
		if kind == "" {
			kind = "meaning"
		}
		c := Change{Kind: kind, Institution: d.Institution, Code: d.Code, Text: Text(d.Text)}
		if d.To.Valid() {
			t := p.local(d.To)
			c.Time = &t
		}
		list = append(list, c)
	}
	for _, g := range p.found.Left {
		name, t := p.book.Name(g.Scope[0].Dim, g.Scope[0].IDs[0]), p.local(g.Start)
		c := Change{Kind: "silent", Time: &t, Text: Text{
			Zh: fmt.Sprintf("%s 自 %s 起没有交易，此后主要是之后才出现的终端在交易：若已换收单机构或换号则属正常，否则请查日志", name, t.Format("01-02 15:04")),
			En: fmt.Sprintf("%s has no attempt from %s on, and most of the trade since is of terminals that came later: as it should be where it moved to another acquirer or number, else look for its log", name, t.Format("01-02 15:04"))}}
		if g.Scope[0].Dim == ledger.Institution {
			c.Institution = name
		}
		list = append(list, c)
	}
	return list
}

// moneyAtRisk sums purchases in danger; all tries of one card for one amount are
// one purchase.
func (p *pipeline) moneyAtRisk(to map[string]StateTotal) {
	for _, r := range p.reconciled.MoneyAtRisk() {
		p.add(to, r.Risk.String(), r.Count, r.Amount, r.Currency)
	}
}

// expect says what the next settlement files should bring, and what stands in files that
// are not here.
func (p *pipeline) expect(s *Sales) {
	total := StateTotal{Currency: p.currency}
	last := txn.Date(0)
	for _, d := range p.reconciled.Forecast {
		if d.Currency != total.Currency {
			continue
		}
		addTo(&s.SettledElsewhere, d.SettledElsewhere, p.currency)
		addTo(&s.SoldElsewhere, d.SoldElsewhere, p.currency)
		if d.WaitingRows == 0 {
			continue
		}
		total.Count += d.WaitingRows
		total.Amount += int64(d.WaitingAmount)
		last = max(last, d.Day)
	}
	if last == 0 {
		return
	}
	s.Expected = &total
	s.ExpectedOn = txn.DateOf(last.Time(p.cfg.Location).AddDate(0, 0, 1)).String()
	s.Pending = total
}

// addTo adds a sum of rows, if there are any.
func addTo(to **StateTotal, sum reconcile.Sum, currency string) {
	if sum.Rows == 0 {
		return
	}
	if *to == nil {
		*to = &StateTotal{Currency: currency}
	}
	(*to).Count += sum.Rows
	(*to).Amount += int64(sum.Amount)
}

// recurring proposes windows that failed again and again without being declared.
func (p *pipeline) recurring() []Recurring {
	var list []Recurring
	for _, r := range p.counts().Proposals() {
		minutes := 0
		if a, b := clockMinutes(r.Start), clockMinutes(r.End); a >= 0 && b >= 0 {
			minutes = (b - a + 24*60) % (24 * 60)
		}
		list = append(list, Recurring{Institution: r.Institution, RRule: r.RRule, Start: r.Start, Minutes: minutes, Times: r.K, OutOf: r.N,
			EValue: significant(r.EValue), Entry: r.Entry, Incidents: []string{}, Advice: Text(r.Observed)})
	}
	return list
}

// maxChronic bounds the scopes that are listed as failing all the time.
const maxChronic = 50

// chronic lists the scopes that fail all the time, most failures beyond the usual first.
func (p *pipeline) chronic() []Chronic {
	var list []Chronic
	for _, c := range p.found.Chronic {
		if len(c.Scope) == 0 {
			continue // everything: that is what is usual
		}
		list = append(list, Chronic{Scope: p.scope(c.Scope), Attempts: c.Attempts, Failures: c.Failures, Rate: round(c.Rate, 4), Usual: round(c.Usual, 4)})
	}
	beyond := func(c *Chronic) float64 { return float64(c.Failures) - c.Usual*float64(c.Attempts) }
	slices.SortStableFunc(list, func(a, b Chronic) int { return cmp.Compare(beyond(&b), beyond(&a)) })
	return list[:min(len(list), maxChronic)]
}

// clockMinutes reads "02:15", -1 where it is none.
func clockMinutes(s string) int {
	t, err := time.Parse("15:04", s)
	if err != nil {
		return -1
	}
	return t.Hour()*60 + t.Minute()
}

// unsure lays groups of rows.
func (p *pipeline) unsure(groups []reconcile.Unsure) []Unsure {
	list := []Unsure{}
	for _, u := range groups {
		e := Unsure{Key: u.Key.String(), Amount: int64(u.Amount.Or(0)), Currency: u.Currency, More: u.More, Terminal: []string{}, Settlement: []string{}}
		for _, i := range u.TerminalRows {
			e.Terminal = append(e.Terminal, p.position(txn.Terminal, i))
		}
		for _, i := range u.SettlementRows {
			e.Settlement = append(e.Settlement, p.position(txn.Settlement, i))
		}
		list = append(list, e)
	}
	return list
}

func (p *pipeline) position(s txn.Side, i int) string {
	r := p.book.Row(s, i)
	return ledger.Pos(p.book, &r).String()
}

// riskBy splits the money at risk among incidents, causes and merchants.
func (p *pipeline) riskBy(out *Reconciliation) {
	incidentOf := func(c *reconcile.RiskCase) (n int16, ok bool) {
		if c.TerminalRow < 0 {
			return 0, false
		}
		n = p.incidentOf[c.TerminalRow]
		return n, n >= 0
	}
	out.RiskByIncident = risksBy(p, incidentOf, func(n int16) string { return p.incidentID(int(n)) })
	out.RiskByCause = risksBy(p, func(c *reconcile.RiskCase) (cause.Cause, bool) {
		n, ok := incidentOf(c)
		if !ok {
			return 0, false
		}
		return p.causes[n].Cause, true
	}, cause.Cause.String)
	type shop struct {
		id      uint32
		carried string // the name, where the case has no row here
	}
	out.RiskByMerchant = risksBy(p, func(c *reconcile.RiskCase) (shop, bool) {
		side, row := txn.Terminal, c.TerminalRow
		if row < 0 {
			side, row = txn.Settlement, c.SettlementRow
		}
		if row < 0 {
			return shop{carried: c.Merchant}, c.Merchant != ""
		}
		id := p.book.Place(p.book.Brief(side, row).Place).Merchant
		return shop{id: id}, id != 0
	}, func(s shop) string { return cmp.Or(s.carried, p.book.Name(ledger.Merchant, s.id)) })
}

// risksBy sums the money at risk by the names of groups; some may share one.
func risksBy[K comparable](p *pipeline, group func(*reconcile.RiskCase) (K, bool), name func(K) string) map[string]map[string]StateTotal {
	out := map[string]map[string]StateTotal{}
	for g, sums := range reconcile.RiskBy(p.reconciled, group) {
		n := name(g)
		if out[n] == nil {
			out[n] = map[string]StateTotal{}
		}
		for _, r := range sums {
			p.add(out[n], r.Risk.String(), r.Count, r.Amount, r.Currency)
		}
	}
	return out
}
