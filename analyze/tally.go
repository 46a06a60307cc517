package analyze

import (
	"time"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/internal/localtime"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// result is one of the five things that an attempt can come to.
type result uint8

const (
	approved result = iota
	technical
	business
	unknown
	reversed
	results
)

var resultNames = [results]string{"approved", "technical", "business", "unknown", "reversed"}

// resultOf sorts a ruling; undone says that a later reversal took the approval back.
func resultOf(v classify.Ruling, undone bool) result {
	switch {
	case v.Outcome == classify.Reversed, v.Outcome.IsApproval() && undone:
		return reversed
	case v.Outcome.IsApproval():
		return approved
	case v.Outcome == classify.Declined && v.Class.Technical():
		return technical
	case v.Outcome == classify.Declined:
		return business
	}
	return unknown
}

// attempt is one counted row, with everything that counting needs.
type attempt struct {
	i      int
	row    *ledger.Row
	amount txn.Minor // that sums may hold, see pipeline.amount
	ruling classify.Ruling
	result result
	local  int64 // seconds since 1970 by the clock of the report's zone, where the row has a time
}

// Attempts are counted in one pass over the rows: each part of the report that
// counts them is a pair of functions, one that takes every attempt in canonical order and
// one that then lays the part out. The pass does not wait for the incidents: where a part
// tells these apart, the attempts inside them are moved when they are known.

// attempts calls f for every counted row of the terminal book: one try of a
// cardholder, repeats of the same message left out. It returns the number of
// repeats.
// The attempt is valid until f returns.
func (p *pipeline) attempts(f func(*attempt)) (repeats int) {
	var a attempt
	local := localtime.In(p.cfg.Location)
	for i, r := range p.book.Rows(txn.Terminal) {
		switch {
		case !r.Kind.Attempt():
		case p.isRepeat(i, r):
			repeats++
		case p.attempt(i, r, &a):
			if r.At.Valid() {
				a.local = local.Seconds(r.At)
			}
			f(&a)
		}
	}
	return repeats
}

func (p *pipeline) isRepeat(i int, r *ledger.Row) bool {
	return r.Flags.Has(txn.Repeat) || p.matches.DuplicateOf(txn.Terminal, i) >= 0
}

// attempt describes a row that is an attempt and no repeat, but for the local
// time; ok is false where it is not counted.
func (p *pipeline) attempt(i int, r *ledger.Row, a *attempt) (ok bool) {
	v := p.evidence.Ruling(i)
	if v.Outcome == classify.ReversalReason || v.Outcome == classify.Info || p.reconciled.ClosesUnpaid(i) {
		return false
	}
	*a = attempt{i: i, row: r, amount: p.amount(r), ruling: v, result: resultOf(v, p.matches.ReversedBy(i) >= 0)}
	return true
}

// attemptsInside calls f for the attempts inside incidents.
func (p *pipeline) attemptsInside(f func(a *attempt, incident int)) {
	var a attempt
	var r ledger.Row
	for i, n := range p.incidentOf {
		if n < 0 {
			continue
		}
		if r = p.book.Row(txn.Terminal, i); r.Kind.Attempt() && !p.isRepeat(i, &r) && p.attempt(i, &r, &a) {
			f(&a, int(n))
		}
	}
}

// tally is what is counted of the attempts. Of sales and cube it is right only after
// the attempts inside incidents were moved.
type tally struct {
	repeats   int
	totals    func() Totals
	others    func() []CurrencyCount
	timeline  func() Timeline
	terminals func() ([]TerminalCount, int)
	latency   func() *Latency
	days      func() []Day
	samples   func() []Example
	sales     func() *Sales
	cube      func() *Cube
	move      func(a *attempt, incident int)
}

func (p *pipeline) tallyAttempts() *tally {
	t := &tally{}
	var addOther, addTimeline, addTerminal, addLatency, addDay, addSample, addSale, addCell func(*attempt)
	var moveSale, moveCell func(*attempt, int)
	addTerminal, t.totals, t.terminals = p.terminals()
	addOther, t.others = p.otherCurrencies()
	addTimeline, t.timeline = p.timeline()
	addLatency, t.latency = p.latency()
	addDay, t.days = p.days()
	addSample, t.samples = p.samples()
	addSale, moveSale, t.sales = p.sales()
	addCell, moveCell, t.cube = p.cube()
	t.repeats = p.attempts(func(a *attempt) {
		addTerminal(a)
		addOther(a)
		addTimeline(a)
		addLatency(a)
		addDay(a)
		addSample(a)
		addSale(a)
		addCell(a)
	})
	t.move = func(a *attempt, incident int) {
		moveSale(a, incident)
		moveCell(a, incident)
	}
	return t
}

// sums is a Count as it is added up.
type sums struct {
	n        [results]int32
	inferred int32
	amount   int64 // of approvals
}

func (s *sums) add(a *attempt) {
	s.n[a.result]++
	if a.ruling.Inferred {
		s.inferred++
	}
	if a.result == approved {
		s.amount += int64(a.amount.Or(0))
	}
}

func (s *sums) attempts() (n int) {
	for _, k := range s.n {
		n += int(k)
	}
	return n
}

// count adds sums to a Count.
func (c *Count) count(s *sums) {
	c.Attempts += s.attempts()
	c.Approved += int(s.n[approved])
	c.Declined.Technical += int(s.n[technical])
	c.Declined.Business += int(s.n[business])
	c.Unknown += int(s.n[unknown])
	c.Reversed += int(s.n[reversed])
	c.Inferred += int(s.inferred)
	c.ApprovedAmount += s.amount
}

// rates fills the shares.
func (c *Count) rates() {
	c.ApprovalRate = rate(c.Approved, c.Attempts)
	c.TechnicalRate = rate(c.Declined.Technical, c.Attempts)
	c.BusinessRate = rate(c.Declined.Business, c.Attempts)
}

// rate is a/b to six decimals, nil where b is 0.
func rate(a, b int) *float64 {
	if b == 0 {
		return nil
	}
	v := round(float64(a)/float64(b), 6)
	return &v
}

// formulas says in words what each rate is.
var formulas = map[string]Text{
	"attempts": {"交易 = 持卡人发起的金融交易与查询，不含冲正（04xx）、签到、回响和重复报文",
		"attempts = transactions a cardholder tried, without reversals (04xx), sign-ons, echoes and repeated messages"},
	"approval_rate":   {"批准率 = 批准 ÷ 交易（被冲正的批准不计入）", "approval rate = approved / attempts (approvals that were reversed do not count)"},
	"technical_rate":  {"技术拒绝率 = 系统、线路、密钥或参数原因的拒绝 ÷ 交易", "technical rate = declines by a system, line, key or parameter / attempts"},
	"business_rate":   {"业务拒绝率 = 持卡人、限额或风控原因的拒绝 ÷ 交易", "business rate = declines by cardholder, limit or risk rule / attempts"},
	"unknown":         {"结果不明 = 无应答，或应答码含义无法判定，资金可能已变动", "unknown = no answer, or a code whose meaning is undecided: money may have moved"},
	"inferred":        {"按证据判定 = 结论依据证据而非码表的笔数", "decided by evidence = attempts whose outcome rests on evidence and not on a table"},
	"approved_amount": {"批准金额 = 批准且未被冲正的交易金额之和，退货和撤销也按正数计", "approved amount = sum of approved attempts that were not reversed, refunds and voids counted like sales"},
	"availability": {"可用率 = 1 −（技术拒绝 + 结果不明）÷ 交易，报文或数据有误的拒绝不算技术拒绝，没有时刻或未写明结果的交易不计；扣除公告维护：不计公告维护事件在公告时段内的交易；再扣除他方责任：也不计线路、终端、持卡人事件内的交易",
		"availability = 1 - (technical declines + unknown) / attempts, declines for the data of one message taken for answered, attempts without a time of day or a stated result left out; excluding declared: without attempts inside incidents of announced maintenance, as far as announced; excluding others' faults: also without those inside incidents of lines, terminals and cardholders"},
}

// bucketSizes are the steps of timelines and cubes, in seconds.
var bucketSizes = []int{60, 300, 600, 1800, 3600, 4 * 3600, 24 * 3600}

// bucketSize picks the smallest step with at most max buckets.
func bucketSize(period *Period, max int) int {
	if period != nil {
		for _, s := range bucketSizes {
			if period.End.Sub(period.Start) <= time.Duration(max*s)*time.Second {
				return s
			}
		}
	}
	return bucketSizes[len(bucketSizes)-1]
}

// clock cuts local time into buckets of equal length from the midnight before
// the period.
type clock struct {
	start txn.Instant
	step  txn.Instant
	loc   *time.Location
}

func newClock(period *Period, seconds int, loc *time.Location) clock {
	c := clock{step: txn.Instant(seconds) * 1e6, loc: loc}
	if period != nil {
		t := period.Start.In(loc)
		c.start = txn.At(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, loc))
	}
	return c
}

// bucket is the bucket of a row, -1 where it has no time of day.
func (c clock) bucket(r *ledger.Row) int {
	if r.Prec <= txn.PrecDay || !r.At.Valid() || r.At < c.start {
		return -1
	}
	return int((r.At - c.start) / c.step)
}

func (c clock) time(bucket int) time.Time {
	return (c.start + txn.Instant(bucket)*c.step).Time().In(c.loc)
}

// timeline counts attempts per bucket. Empty buckets are left out: no data is
// not zero attempts.
func (p *pipeline) timeline() (func(*attempt), func() Timeline) {
	t := Timeline{BucketSeconds: bucketSize(p.period, 288), Buckets: []Bucket{}}
	c := newClock(p.period, t.BucketSeconds, p.cfg.Location)
	last := -1
	add := func(a *attempt) { // in order of time
		n := c.bucket(a.row)
		if n < 0 {
			return
		}
		if n != last {
			t.Buckets = append(t.Buckets, Bucket{Start: c.time(n)})
			last = n
		}
		b := &t.Buckets[len(t.Buckets)-1]
		b.Attempts++
		switch a.result {
		case approved:
			b.Approved++
		case technical:
			b.Technical++
		case business:
			b.Business++
		case reversed:
			b.Reversed++
		default:
			b.Unknown++
		}
	}
	return add, func() Timeline { return t }
}
