package analyze

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/internal/recent"
	"github.com/poslog/poslog/reconcile"
	"github.com/poslog/poslog/txn"
)

// sides says what the two sides are, and which states and codes of the settlement side nobody
// knows. Zeros are a success where nothing else is strange, and so is any digit that all rows have.
func (p *pipeline) sides(said reconcile.Text) Text {
	words := slices.Sorted(maps.Keys(p.strange))
	if len(words) == 0 || len(words) == 1 && (len(words[0]) == 1 && !p.known || strings.Trim(words[0], "0") == "") {
		return Text(said)
	}
	if len(words) > 5 {
		words = append(words[:5], "…")
	}
	return Text{said.Zh + "清算单的状态或应答码「" + strings.Join(words, "」「") + "」含义不明，这些行按已清算计；若不是，请在格式文件或 --codes 的 codes: 中列出。",
		said.En + " What these states or codes of the settlement file mean is not known: " + strings.Join(words, ", ") + ". Their rows count as settled; list them under codes: in a format file or in --codes if that is wrong."}
}

// unread says that what one side lacks may stand in its rows that were not read.
func (p *pipeline) unread(said Text) Text {
	for _, of := range []struct {
		lacks      reconcile.State
		settlement bool
		is         Text
	}{
		{reconcile.TerminalOnly, true, Text{"清算单有 %d 行没有读懂：终端成功、清算单没有的，可能就在其中；先把它们改好，再致电。",
			" Rows of the settlement side that were not read: %d. What it seems to lack may be among them: mend them before you call."}},
		{reconcile.SettlementOnly, false, Text{"终端流水有 %d 行没有读懂：清算单有、终端没有的，可能就在其中；先把它们改好，再致电。",
			" Rows of the terminal side that were not read: %d. What it seems to lack may be among them: mend them before you call."}},
	} {
		rows := 0
		for _, f := range p.files {
			if (f.Summary.Side == txn.Settlement) == of.settlement {
				rows += f.Count.Rejected
			}
		}
		if rows > 0 && slices.ContainsFunc(p.reconciled.Totals, func(t reconcile.Total) bool { return t.State == of.lacks && t.Count > 0 }) {
			said.Zh += fmt.Sprintf(of.is.Zh, rows)
			said.En += fmt.Sprintf(of.is.En, rows)
		}
	}
	return said
}

// reconciliation puts the comparison of the two books into the report; nil
// where neither side moves money, nor may have.
func (p *pipeline) reconciliation() *Reconciliation {
	rec := p.reconciled
	if rec.Proof.TerminalRows+rec.Proof.SettlementRows+len(rec.Unanswered) == 0 {
		return nil
	}
	out := &Reconciliation{
		Sides: p.unread(p.sides(rec.Sides)), States: map[string]StateTotal{}, Items: []Item{}, MoneyAtRisk: map[string]StateTotal{}, Keys: map[string]int{},
		Proof: Proof{TerminalRows: rec.Proof.TerminalRows, SettlementRows: rec.Proof.SettlementRows,
			TerminalAmount: int64(rec.Proof.TerminalAmount), SettlementAmount: int64(rec.Proof.SettlementAmount), Holds: rec.Proof.Holds},
	}
	if p.mixed {
		p.proveByCurrency(out)
	}
	for _, s := range reconcile.States {
		out.States[s.String()] = StateTotal{Currency: p.currency}
	}
	for _, t := range rec.Totals {
		p.add(out.States, t.State.String(), t.Count, t.Amount, t.Currency)
	}
	matched := out.States[reconcile.Matched.String()]
	matched.Rows = p.matchedRows()
	out.States[reconcile.Matched.String()] = matched
	for k, n := range rec.Keys {
		out.Keys[k.String()] = n
	}
	out.Items = slices.Grow(out.Items, len(rec.Items))
	for i := range rec.Items {
		out.Items = append(out.Items, p.item(&rec.Items[i]))
	}
	out.Unanswered = slices.Grow([]Item{}, len(rec.Unanswered))
	for i := range rec.Unanswered {
		out.Unanswered = append(out.Unanswered, p.item(&rec.Unanswered[i]))
	}
	out.Unsure, out.Splits = p.unsure(rec.Unsure), p.unsure(rec.Splits)
	out.Unlisted = map[string]int{}
	for s, n := range rec.Unlisted {
		name := s.String()
		if s == reconcile.Idle {
			name = unlistedUnanswered
		}
		out.Unlisted[name] = n
	}
	if c := rec.Carried; c.Rows > 0 {
		out.Carried = &Carried{Rows: c.Rows, Arrived: c.Arrived, Missing: c.Missing, Waiting: c.Waiting}
		for currency, amount := range rec.Arrivals {
			if currency == p.currency {
				out.Carried.Arrivals = int64(amount)
				continue
			}
			if out.Carried.OtherArrivals == nil {
				out.Carried.OtherArrivals = map[string]int64{}
			}
			out.Carried.OtherArrivals[currency] = int64(amount)
		}
	}
	p.moneyAtRisk(out.MoneyAtRisk)
	p.riskBy(out)
	return out
}

// unlistedUnanswered names, in Reconciliation.Unlisted, the rows left out of Unanswered.
const unlistedUnanswered = "unanswered"

// ToDo counts what a person has to work on, listed or not; what only waits for
// the other side's next file is not among it. Nil has nothing.
func (r *Reconciliation) ToDo() (n int) {
	if r == nil {
		return 0
	}
	for _, it := range r.Items {
		if it.State != reconcile.PendingCutOff.String() && it.Call != string(reconcile.Nobody) {
			n++
		}
	}
	for state, unlisted := range r.Unlisted {
		if state != reconcile.PendingCutOff.String() && state != unlistedUnanswered {
			n += unlisted
		}
	}
	return n
}

// matchedRows counts the rows of both books that agree.
func (p *pipeline) matchedRows() (n int) {
	for _, side := range []txn.Side{txn.Terminal, txn.Settlement} {
		for i := range p.book.Len(side) {
			if p.reconciled.State(side, i) == reconcile.Matched {
				n++
			}
		}
	}
	return n
}

// add counts n cases under a name. Currencies other than the Result's have their code
// behind it.
func (p *pipeline) add(to map[string]StateTotal, name string, n int, amount txn.Minor, currency string) {
	if currency != p.currency {
		name += ":" + currency
	}
	t := to[name]
	t.Count += n
	t.Amount += int64(amount.Or(0))
	t.Currency = currency
	to[name] = t
}

func (p *pipeline) item(it *reconcile.Item) Item {
	out := Item{
		State: it.State.String(), Institution: it.Institution, Merchant: it.Merchant, Terminal: it.Terminal, RRN: it.RRN, STAN: it.STAN,
		Card: it.Card, Kind: it.Kind.String(), Code: it.Code, Currency: it.Currency, Reversed: it.Reversed, AgeDays: it.AgeDays,
		Confidence: round(it.Confidence, 2), Terminals: it.TerminalAt, Settlements: it.SettlementAt, Call: string(it.Call), Advice: Text(it.Advice),
	}
	if it.At.Valid() {
		t := p.local(it.At)
		out.Time = &t
	}
	out.TerminalAmount, out.SettlementAmount = optional(it.TerminalAmount), optional(it.SettlementAmount)
	if it.Due > 0 {
		out.Due = optional(it.Due)
	}
	if it.TerminalRow >= 0 {
		out.Incident = p.incidentID(int(p.incidentOf[it.TerminalRow]))
		out.Meaning = p.evidence.Ruling(it.TerminalRow).Outcome.String()
	} else if n := p.unlogged(it); n >= 0 {
		id := p.incidentID(n)
		out.Incident, out.Call = id, string(reconcile.Nobody)
		out.Advice = Text{"这段时间缺终端日志（" + id + "）：补齐后再核对，先不必致电。", "The terminal's log of this time is missing (" + id + "): supply it and run again before you call anybody."}
	}
	return out
}

// unlogged is the incident that says why the terminal side lacks a settled item, -1 for none.
func (p *pipeline) unlogged(it *reconcile.Item) int {
	if it.State != reconcile.SettlementOnly || it.SettlementRow < 0 {
		return -1
	}
	r := p.book.Row(txn.Settlement, it.SettlementRow)
	return slices.IndexFunc(p.found.Windows, func(w incident.Window) bool {
		return w.Gap != nil && w.Gap.Lost && w.Covers(p.book, &r)
	})
}

func optional(m txn.Minor) *int64 {
	if !m.Valid() {
		return nil
	}
	v := int64(m)
	return &v
}

// sales is the trade of the period in money.
func (p *pipeline) sales() (add func(*attempt), move func(a *attempt, incident int), lay func() *Sales) {
	s := &Sales{Approved: StateTotal{Currency: p.currency}, Failed: StateTotal{Currency: p.currency},
		Recovered: StateTotal{Currency: p.currency}, Pending: StateTotal{Currency: p.currency}}
	returned := StateTotal{Currency: p.currency}
	var groups [len(groupNames)]failedGroup
	retries := retries{failures: recent.New[purchase, failure](retriedWithin)}
	recovered := map[int32]bool{} // failed rows that an incident may put into another group
	add = func(a *attempt) {
		amount := int64(a.amount.Or(0))
		switch a.result {
		case approved:
			if sign := signOf(a.row.Kind); sign != 0 && !p.foreign(a.row) {
				s.Approved.Count++
				s.Approved.Amount += sign * amount
				if sign < 0 {
					returned.Count++
					returned.Amount += amount
				}
			}
			for _, f := range retries.paid(a) {
				groups[f.group].Recovered++
				s.Recovered.Count++
				s.Recovered.Amount += amount
				if f.group == groupBank {
					recovered[f.row] = true
				}
			}
		case technical, business, unknown:
			s.Failed.Count++
			s.Failed.Amount += amount
			n := p.group(a, -1)
			retries.failed(a, n)
			groups[n].add(a, 1)
		}
	}
	move = func(a *attempt, in int) {
		if a.result != technical && a.result != business && a.result != unknown {
			return
		}
		from, to := p.group(a, -1), p.group(a, in)
		groups[from].add(a, -1)
		groups[to].add(a, 1)
		// A card without funds inside an outage is none of its failures.
		if (a.result == business) == (p.found.Windows[in].Kind == incident.Burst) {
			groups[to].incident(in)
		}
		if from != to && recovered[int32(a.i)] {
			groups[from].Recovered--
			groups[to].Recovered++
		}
	}
	return add, move, func() *Sales {
		if p.book.Len(txn.Terminal) == 0 {
			return nil
		}
		s.Groups = layGroups(p, &groups)
		if returned.Count > 0 {
			s.Returned = &returned
		}
		p.expect(s)
		if p.matches.HasSettlement() {
			p.settledSales(s)
		}
		return s
	}
}

// signOf is how a kind moves the merchant's money.
func signOf(k txn.Kind) int64 {
	switch k {
	case txn.KindUnknown, txn.Sale, txn.Completion:
		return 1
	case txn.Void, txn.Refund, txn.Reversal:
		return -1
	}
	return 0
}

func (p *pipeline) settledSales(s *Sales) {
	settled := StateTotal{Currency: p.currency}
	var fee, net int64
	fees, nets := false, false
	for i, r := range p.book.Rows(txn.Settlement) {
		sign := signOf(r.Kind)
		if r.Kind == txn.Payout || r.Kind == txn.BatchSettle {
			sign = 1 // in a file of totals; beside the rows that it pays one takes no part
		}
		amount := p.amount(r)
		if sign == 0 || !amount.Valid() || p.reconciled.State(txn.Settlement, i) == reconcile.Idle {
			continue // failed rows, and those that a second export repeats
		}
		settled.Count++
		settled.Amount += sign * int64(amount)
		e := p.book.Extra(r.Extra)
		fees, nets = fees || e.Fee.Valid(), nets || e.Net.Valid()
		fee += int64(e.Fee.Or(0))
		switch {
		case !e.Net.Valid():
			net += sign*int64(amount) - int64(e.Fee.Or(0))
		case sign < 0: // which files write with and without the sign
			net -= abs(int64(e.Net))
		default:
			net += int64(e.Net)
		}
	}
	s.Settled = &settled
	diff := settled.Amount - s.Approved.Amount
	s.Difference = &diff
	if fees {
		s.Fee = &fee
	}
	if fees || nets {
		s.Net = &net
	}
}

func abs(v int64) int64 { return max(v, -v) }

// retries says which failed attempts the same card, terminal and amount paid
// within ten minutes.
type retries struct {
	failures *recent.List[purchase, failure]
	due      []*failure
}

const retriedWithin = txn.Instant(10 * time.Minute / time.Microsecond)

type purchase struct {
	token  uint64
	place  uint32
	amount txn.Minor
}

func (k *purchase) hash() uint64 {
	return (k.token ^ uint64(k.place)<<32 ^ uint64(k.amount)*0xD6E8FEB86659FD93) * 0x9E3779B97F4A7C15
}

// failure is a failed attempt at a purchase and the group that counts it.
type failure struct {
	row   int32
	group int8
	paid  bool
}

func purchaseOf(a *attempt) (purchase, bool) {
	ok := a.row.Token != 0 && a.row.Amount.Valid() && a.row.Prec > txn.PrecDay
	return purchase{a.row.Token, a.row.Place, a.row.Amount}, ok
}

func (r *retries) failed(a *attempt, group int) {
	if k, ok := purchaseOf(a); ok {
		r.failures.Add(k, k.hash(), a.row.At, failure{row: int32(a.i), group: int8(group)})
	}
}

// paid returns the failed attempts that an approval makes good. They are valid until
// the next call.
func (r *retries) paid(a *attempt) []*failure {
	r.due = r.due[:0]
	if k, ok := purchaseOf(a); ok {
		r.failures.Each(k, k.hash(), a.row.At, func(f *failure) bool {
			if f.paid {
				return false // and so are those before it
			}
			f.paid = true
			r.due = append(r.due, f)
			return true
		})
	}
	return r.due
}
