package report

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/poslog/poslog/analyze"
)

// fixture is a bank's day made by hand: two institutions, two carriers, one
// maintenance window that overran, one network outage, B4 with a different
// meaning at each institution, and a reconciliation with every state. All its
// numbers come from the cells of its cube, so that they add up.
func fixture() *analyze.Result {
	loc := zone("Asia/Shanghai")
	day := time.Date(2026, 11, 20, 0, 0, 0, 0, loc)
	clock := func(h, m, s int) time.Time { return day.Add(time.Duration(h*3600+m*60+s) * time.Second) }
	r := &analyze.Result{
		Schema: analyze.Schema, Tool: analyze.Tool{Name: "poslog", Version: "test", Config: []string{"lang=zh", "tz=Asia/Shanghai"}},
		Timezone: "Asia/Shanghai", Currency: "CNY", Period: &analyze.Period{Start: day, End: clock(24, 0, 0)},
		Codes: []analyze.Code{}, Incidents: []analyze.Incident{}, Maintenance: []analyze.Maintenance{}, Problems: []analyze.Problem{}, Inputs: []analyze.Input{},
	}
	r.Cube = fixtureCube(day)
	countFixture(r, loc)

	in := fixtureIncidents(r, clock)
	r.Incidents = in
	r.Maintenance = []analyze.Maintenance{
		{Title: "核心系统升级", Start: clock(20, 30, 0), End: clock(21, 30, 0), Institution: "NSH002", Source: "calendar.yaml:4", Verdict: "overrun", Incidents: []string{"I1"}, Attempts: in[0].Attempts, Failures: in[0].Failures, Excess: in[0].Excess, Observed: true},
		{Title: "前置机巡检", Start: clock(3, 0, 0), End: clock(3, 30, 0), Institution: "NSH001", Source: "calendar.yaml:9", Verdict: "harmless", Incidents: []string{}},
	}
	r.Causes = []analyze.CauseCount{
		{Cause: "maintenance", Planned: true, Incidents: 1, Seconds: 4632, OverrunSeconds: 1032, Failures: in[0].Failures, Excess: in[0].Excess, Amount: in[0].AmountAtRisk},
		{Cause: "network", Incidents: 1, Seconds: 984, Failures: in[1].Failures, Excess: in[1].Excess, Amount: in[1].AmountAtRisk},
	}
	r.Verdict = analyze.Verdict{Status: "incidents", Text: analyze.Text{
		Zh: fmt.Sprintf("1 个计划维护窗口（超时 17 分钟），1 起网络故障。批准率 %s。", rate(*r.Totals.ApprovalRate)),
		En: fmt.Sprintf("1 planned maintenance window (overrun by 17 minutes), 1 network fault. %s approved.", rate(*r.Totals.ApprovalRate))}}
	r.Inputs = []analyze.Input{
		{Name: "nsh001.log", SHA256: "3f9c0e5a11", Format: "kv", Side: "terminal", Charset: "utf-8", Lines: 30010, Records: 30000, Skipped: map[string]int{"header": 2, "blank": 3}, Rejected: 5, Period: r.Period},
		{Name: "清算明细.xlsx", SHA256: "7be2a40c04", Format: "sheet", Side: "settlement", Charset: "utf-8", Lines: 412, Records: 409, Skipped: map[string]int{"header": 2, "footer": 1}, Rejected: 0, Period: r.Period,
			Checks: []analyze.Check{{What: "count", Stated: 409, Read: 409, Agrees: true, Position: "清算明细.xlsx!Sheet1!A412"}}},
	}
	r.Problems = []analyze.Problem{{Position: "nsh001.log:17", Rule: "date-range", Text: "there is no such day: 2026-13-20 08:15", Excerpt: "2026-13-20 08:15", Hint: "correct the date"}}
	r.Health = &analyze.Health{Gaps: []analyze.Gap{{Start: clock(5, 0, 0), End: clock(5, 10, 0), What: "10000183", Expected: 14, Missing: "log"}}, SkewedClocks: 3, UndecidedCodes: 1, Duplicates: 7}
	r.Latency = &analyze.Latency{Edges: []int{0, 100, 200, 500, 1000, 2000, 5000}, Approved: []int{0, 210, 9000, 21000, 3000, 200, 5}, Declined: []int{30, 600, 700, 500, 120, 10, 2}, NoAnswer: 118, P50: 570, P95: 1240, P99: 2100}
	r.Recurring = []analyze.Recurring{{Institution: "NSH001", RRule: "FREQ=WEEKLY;BYDAY=FR;BYHOUR=2;BYMINUTE=0", Start: "02:00", Minutes: 30, Times: 3, OutOf: 4, Excess: 41, Incidents: []string{}, Advice: analyze.Text{Zh: "与该机构核实是否每周五 02:00 例行维护", En: "Ask whether Friday 02:00 is routine maintenance"}}}
	r.Changes = []analyze.Change{{Kind: "new_code", Institution: "NSH002", Code: "B4", Text: analyze.Text{Zh: "近四个周五没有出现过", En: "not seen on the last four Fridays"}}}
	fixtureMoney(r, clock)
	return r
}

var outcomeNames = []string{"approved", "technical", "business", "unknown", "reversed"}

// fixtureCube makes 144 buckets of attempts with a fixed rule.
func fixtureCube(day time.Time) *analyze.Cube {
	c := &analyze.Cube{Start: day, BucketSeconds: 600, Dims: []analyze.CubeDim{
		{Name: "institution", Values: []string{"NSH001", "NSH002"}},
		{Name: "code", Values: []string{"", "00", "51", "55", "91", "B4"}},
		{Name: "outcome", Values: slices.Clone(outcomeNames)},
		{Name: "class", Values: []string{"APPROVED", "CH_FUNDS_LIMIT", "CH_VERIFY", "ISSUER_HOST", "NET_TIMEOUT"}},
		{Name: "incident", Values: []string{"", "I1", "I2"}},
		{Name: "carrier", Values: []string{"中国移动", "中国联通"}},
	}}
	cells := map[[7]int64][2]int64{}
	put := func(b, inst, code, outcome, class, incident, carrier, n int) {
		if n > 0 {
			k := [7]int64{int64(b), int64(inst), int64(code), int64(outcome), int64(class), int64(incident), int64(carrier)}
			v := cells[k]
			cells[k] = [2]int64{v[0] + int64(n), v[1] + int64(n)*int64(5000+97*b)}
		}
	}
	for b := range 144 {
		h := float64(b) / 6
		v := .03 + 1.1*math.Exp(-(h-12.3)*(h-12.3)/9) + 1.15*math.Exp(-(h-18.6)*(h-18.6)/6)
		for inst := range 2 {
			for carrier := range 2 {
				n := int(v*260*(1+0.15*float64((b*7+inst*3+carrier)%5)/5)) / (1 + carrier)
				if b >= 30 && b < 31 && inst == 0 {
					n = 0 // the gap
				}
				funds, pin, host, b4, lost := n*4/100, n/100, n*3/1000, 0, 0
				incident := 0
				switch {
				case inst == 1 && b >= 123 && b <= 130:
					b4, incident = n*55/100, 1
				case carrier == 1 && (b == 60 || b == 61):
					lost, incident = n*7/10, 2
				case inst == 0 && b%24 == 0:
					put(b, 0, 5, 0, 0, 0, carrier, 2) // B4 means success here
				}
				ok := n - funds - pin - host - b4 - lost
				put(b, inst, 1, 0, 0, 0, carrier, ok)
				put(b, inst, 2, 2, 1, 0, carrier, funds)
				put(b, inst, 3, 2, 2, 0, carrier, pin)
				put(b, inst, 4, 1, 3, incident*btoi(incident == 1), carrier, host)
				put(b, inst, 5, 1, 3, incident, carrier, b4)
				put(b, inst, 0, 1, 4, incident, carrier, lost-lost/4)
				put(b, inst, 0, 3, 4, incident, carrier, lost/4)
			}
		}
	}
	for k, v := range cells {
		c.Cells = append(c.Cells, append(append([]int64{}, k[:]...), v[0], v[1]))
	}
	sort.Slice(c.Cells, func(i, j int) bool {
		a, b := c.Cells[i], c.Cells[j]
		for x := range a {
			if a[x] != b[x] {
				return a[x] < b[x]
			}
		}
		return false
	})
	return c
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func addCell(c *analyze.Count, outcome string, n, amount int64) {
	c.Attempts += int(n)
	switch outcome {
	case "approved":
		c.Approved += int(n)
		c.ApprovedAmount += amount
	case "technical":
		c.Declined.Technical += int(n)
	case "business":
		c.Declined.Business += int(n)
	case "unknown":
		c.Unknown += int(n)
	case "reversed":
		c.Reversed += int(n)
	}
}

func setRates(c *analyze.Count) {
	if c.Attempts == 0 {
		return
	}
	share := func(n int) *float64 { v := float64(n) / float64(c.Attempts); return &v }
	c.ApprovalRate, c.TechnicalRate, c.BusinessRate = share(c.Approved), share(c.Declined.Technical), share(c.Declined.Business)
}

// countFixture derives totals, institutions, codes, timeline and terminals from the cube.
func countFixture(r *analyze.Result, loc *time.Location) {
	type ck struct{ inst, code int64 }
	codes := map[ck]*analyze.Code{}
	byInst := make([]analyze.InstitutionCount, 2)
	buckets := map[int64]*analyze.Bucket{}
	classes, d := r.Cube.Dims[3].Values, r.Cube.Dims
	for _, c := range r.Cube.Cells {
		n, amount := c[7], c[8]
		addCell(&r.Totals.Count, outcomeNames[c[3]], n, amount)
		addCell(&byInst[c[1]].Count, outcomeNames[c[3]], n, amount)
		if buckets[c[0]] == nil {
			buckets[c[0]] = &analyze.Bucket{Start: r.Cube.Start.Add(time.Duration(c[0]) * 10 * time.Minute)}
		}
		var one analyze.Count
		addCell(&one, outcomeNames[c[3]], n, amount)
		b := buckets[c[0]]
		b.Attempts, b.Approved, b.Technical, b.Business, b.Unknown = b.Attempts+one.Attempts, b.Approved+one.Approved, b.Technical+one.Declined.Technical, b.Business+one.Declined.Business, b.Unknown+one.Unknown
		k := ck{c[1], c[2]}
		if codes[k] == nil {
			codes[k] = &analyze.Code{Institution: d[0].Values[c[1]], Code: d[1].Values[c[2]], Kind: "all", Table: "unionpay", Profile: "scheme", Meaning: "declined", Class: classes[c[4]], Status: "defined", Confidence: 1, Evidence: map[string]any{}}
		}
		x := codes[k]
		x.N += int(n)
		x.Amount += amount
		if outcomeNames[c[3]] == "approved" {
			x.Meaning = "approved"
		}
		x.Technical = outcomeNames[c[3]] == "technical" || x.Technical
	}
	setRates(&r.Totals.Count)
	r.Totals.Formulas = map[string]analyze.Text{"approval_rate": {Zh: "批准率 = 批准 ÷ 交易", En: "approval rate = approved / attempts"}, "technical_rate": {Zh: "技术拒绝率 = 技术拒绝 ÷ 交易", En: "technical rate = technical declines / attempts"}}
	for i := range byInst {
		setRates(&byInst[i].Count)
		byInst[i].Institution = d[0].Values[i]
		all := 1 - *byInst[i].TechnicalRate
		most := 0.998
		byInst[i].Availability = &analyze.Availability{All: &all, ExcludingDeclared: &most, ExcludingOthers: &most}
	}
	r.Totals.ByInstitution = byInst
	r.Timeline.BucketSeconds = 600
	for b := int64(0); b < 144; b++ {
		if buckets[b] != nil {
			r.Timeline.Buckets = append(r.Timeline.Buckets, *buckets[b])
		}
	}
	wording := map[string]analyze.Text{"00": {Zh: "成功", En: "approved"}, "51": {Zh: "余额不足", En: "insufficient funds"}, "55": {Zh: "密码错误", En: "wrong PIN"}, "91": {Zh: "发卡方不能操作", En: "issuer inoperative"}, "B4": {Zh: "无效受理方", En: "acquirer not valid"}, "": {Zh: "没有应答", En: "no answer"}}
	for inst := int64(0); inst < 2; inst++ {
		for code := int64(0); code < 6; code++ {
			x := codes[ck{inst, code}]
			if x == nil {
				continue
			}
			x.Wording, x.Action = wording[x.Code], analyze.Text{Zh: "请持卡人换卡或稍后再试", En: "ask for another card or try later"}
			if x.Code == "B4" {
				x.Status, x.Confidence, x.Table = "decided", 0.98, ""
				x.Evidence = map[string]any{"n": x.N, "settled": 0, "settlement_covered": x.N, "settled_share": 0.0, "settled_interval": [2]float64{0, 0.0032}, "in_declared_windows": x.N * 8 / 10, "latency_median_ms": 160, "approved_latency_median_ms": 570,
					"with_card": x.N, "retried": 400, "retried_ok": 308, "terminals": 206, "terminals_active": 206, "hypothesis": "host", "hours": [24]int{}}
				x.Lines = []analyze.Line{{Name: "settled", Observed: analyze.Text{Zh: "已清算 0 / 1,204", En: "0 of 1,204 settled"}, Decibans: map[string]float64{"host": 20, "success": -20}}, {Name: "declared", Observed: analyze.Text{Zh: "80% 在公告窗口内", En: "80% inside declared windows"}, Decibans: map[string]float64{"host": 9.6, "success": -3}}}
				if inst == 0 {
					x.Evidence = map[string]any{"n": x.N, "settled": x.N, "settlement_covered": x.N, "settled_share": 1.0, "settled_interval": [2]float64{0.85, 1}, "hypothesis": "success"}
					x.Lines = []analyze.Line{{Name: "settled", Observed: analyze.Text{Zh: "全部已清算", En: "all settled"}, Decibans: map[string]float64{"success": 20, "host": -20}}}
				}
			}
			r.Codes = append(r.Codes, *x)
		}
	}
	for i := range 12 {
		t := analyze.TerminalCount{Institution: d[0].Values[i%2], Merchant: "898330154110001", Terminal: fmt.Sprintf("%08d", 10000001+i), Hours: make([]analyze.HourCell, 24)}
		for h := range 24 {
			n := 3 + (h*i)%7
			bad := 0
			if h >= 20 && h < 22 && i%2 == 1 {
				bad = n / 2
			}
			t.Hours[h] = analyze.HourCell{Attempts: n, Technical: bad}
			addCell(&t.Count, "approved", int64(n-bad), int64(n-bad)*5000)
			addCell(&t.Count, "technical", int64(bad), 0)
		}
		setRates(&t.Count)
		first, last := r.Period.Start.Add(time.Minute), r.Period.End.Add(-time.Minute)
		t.First, t.Last = &first, &last
		r.Terminals = append(r.Terminals, t)
	}
}

func fixtureIncidents(r *analyze.Result, clock func(h, m, s int) time.Time) []analyze.Incident {
	count := func(id int64) (fail int, amount int64) {
		for _, c := range r.Cube.Cells {
			if c[5] == id {
				fail += int(c[7])
				amount += c[8]
			}
		}
		return fail, amount
	}
	f1, a1 := count(1)
	f2, a2 := count(2)
	examples := []analyze.Example{}
	for i := range 3 {
		at := clock(20, 31+i, 4)
		amount, ms := int64(12300+i), 160
		examples = append(examples, analyze.Example{File: "nsh001.log", Line: 2401 + i, Text: fmt.Sprintf("%s TID=10000001 RC=B4 AMT=123.0%d 622848******1234", at.Format("15:04:05"), i), Time: &at, Institution: "NSH002", Terminal: "10000001", Code: "B4", Outcome: "technical", Amount: &amount, LatencyMS: &ms, Incident: "I1"})
	}
	r.Samples = examples
	dB := func(m, n, h float64) map[string]float64 {
		return map[string]float64{"maintenance": m, "network": n, "host": h}
	}
	return []analyze.Incident{
		{ID: "I1", Start: clock(20, 30, 0), End: clock(21, 47, 12), StartRange: [2]time.Time{clock(20, 29, 58), clock(20, 30, 0)}, EndRange: [2]time.Time{clock(21, 47, 10), clock(21, 47, 12)}, Cause: "maintenance", Planned: true,
			Declared: &analyze.Period{Start: clock(20, 30, 0), End: clock(21, 30, 0)}, OverrunSeconds: 1032, Confidence: 0.99, RunnerUp: &analyze.RunnerUp{Cause: "host", Confidence: 0.008}, Scope: map[string][]string{"institution": {"NSH002"}}, Coverage: 1,
			NotTestable: []string{"carrier=中国联通"}, Attempts: f1 + 943, Failures: f1, Expected: 4, Excess: float64(f1) - 4, EValue: 1e-40, AmountAtRisk: a1, Currency: "CNY", Codes: []analyze.CodeCount{{Code: "B4", N: f1 - 2}, {Code: "91", N: 2}},
			Evidence: []analyze.Line{
				{Name: "approvals", Observed: analyze.Text{Zh: "窗口内批准 0 / 943", En: "0 of 943 approved inside the window"}, Decibans: dB(14.8, 2, 9)},
				{Name: "round_start", Observed: analyze.Text{Zh: "开始于整半点（间隔 2 秒）", En: "begins on the half hour (2 s off)"}, Decibans: dB(7.8, -1, -1)},
				{Name: "calendar", Observed: analyze.Text{Zh: "与公告重合", En: "overlaps the notice"}, Decibans: dB(13.1, -3, -3)},
				{Name: "codes", Observed: analyze.Text{Zh: "96 占 9%", En: "9% are code 96"}, Decibans: dB(-2.9, -4, 5)}},
			Against: "codes", Advice: []analyze.Text{{Zh: "向该机构核实超时原因", En: "ask the institution why the window overran"}}, MerchantAdvice: []analyze.Text{{Zh: "银行维护，无需处理", En: "bank maintenance, nothing to do"}}, Examples: examples},
		{ID: "I2", Start: clock(10, 2, 41), End: clock(10, 19, 5), StartRange: [2]time.Time{clock(10, 2, 40), clock(10, 2, 41)}, EndRange: [2]time.Time{clock(10, 19, 4), clock(10, 19, 5)}, Cause: "network", Confidence: 0.96,
			Scope: map[string][]string{"carrier": {"中国联通"}}, Coverage: 0.97, Attempts: f2 + 40, Failures: f2, Expected: 1, Excess: float64(f2) - 1, EValue: 1e-12, AmountAtRisk: a2, Currency: "CNY", Codes: []analyze.CodeCount{{Code: "", N: f2}},
			Evidence: []analyze.Line{{Name: "channel", Observed: analyze.Text{Zh: "无应答占 100%", En: "100% without an answer"}, Decibans: dB(-8, 16, -2)}}, Advice: []analyze.Text{}, MerchantAdvice: []analyze.Text{}, Examples: []analyze.Example{}},
	}
}

// fixtureMoney adds one open item of every state and the merchant's sums.
func fixtureMoney(r *analyze.Result, clock func(h, m, s int) time.Time) {
	st := map[string]analyze.StateTotal{}
	rec := &analyze.Reconciliation{
		Unanswered: []analyze.Item{}, Unsure: []analyze.Unsure{}, RiskByIncident: noRisk, RiskByCause: noRisk, RiskByMerchant: noRisk, States: st, Keys: map[string]int{"rrn_tid": 384}, MoneyAtRisk: map[string]analyze.StateTotal{}, Items: []analyze.Item{},
		Sides: analyze.Text{Zh: "终端 409 笔动账，清算 394 笔", En: "409 terminal rows that move money against 394 settlement rows"}}
	add := func(s string, n int, amount int64) {
		v := st[s]
		st[s] = analyze.StateTotal{Count: v.Count + n, Amount: v.Amount + amount, Currency: "CNY"}
	}
	add("matched", 384, 4788810)
	for i, s := range states[1:] {
		for k := range 1 + i%2 {
			at := clock(9+i, 7, 32+k)
			a, b := int64(12800+i*100+k), int64(12900+i*100+k)
			it := analyze.Item{State: s, Time: &at, Institution: "NSH001", Merchant: "898330154110001", Terminal: "10000001", RRN: fmt.Sprintf("0325%08d", i*10+k), STAN: fmt.Sprintf("%06d", i+1), Card: "622848******1234", Kind: "sale", Code: "00", Meaning: "approved",
				TerminalAmount: &a, SettlementAmount: &b, Currency: "CNY", Confidence: 1, Terminals: fmt.Sprintf("terminal.csv:%d", i+2), Settlements: fmt.Sprintf("清算明细.xlsx!Sheet1!A%d", i+3), Call: "acquirer",
				Advice: analyze.Text{Zh: "致电收单机构，报参考号，请其核对", En: "call the acquirer with the RRN and ask to check"}}
			switch s {
			case "terminal_only", "pending_cutoff":
				it.SettlementAmount, it.Settlements = nil, ""
			case "settlement_only":
				it.TerminalAmount, it.Terminals = nil, ""
			case "charged_but_failed":
				it.Code, it.Meaning, it.Incident = "", "unknown", "I2"
			}
			if s == "pending_cutoff" {
				it.Call = "nobody"
			}
			rec.Items = append(rec.Items, it)
			v := itemAmount(it)
			add(s, 1, *v)
		}
	}
	rec.MoneyAtRisk["approved_missing"] = st["terminal_only"]
	rec.MoneyAtRisk["charged_not_approved"] = st["charged_but_failed"]
	settled := analyze.StateTotal{Count: 394, Amount: 4821130, Currency: "CNY"}
	rec.Proof = analyze.Proof{TerminalRows: 409, SettlementRows: 394, TerminalAmount: 4853260, SettlementAmount: 4821130, Holds: true}
	r.Reconciliation = rec
	fee, net, diff, efee := int64(18442), settled.Amount-18442, settled.Amount-4853260, int64(17000)
	r.Sales = &analyze.Sales{Approved: analyze.StateTotal{Count: 409, Amount: 4853260, Currency: "CNY"}, Settled: &settled, Fee: &fee, Net: &net, Difference: &diff,
		Failed: analyze.StateTotal{Count: 25, Amount: 293010, Currency: "CNY"}, Recovered: analyze.StateTotal{Count: 18, Amount: 200000, Currency: "CNY"},
		Groups: []analyze.FailedGroup{
			{Group: "customer", Count: 9, Amount: 93010, Recovered: 7, Reasons: []analyze.Reason{{Wording: analyze.Text{Zh: "余额不足", En: "insufficient funds"}, N: 5}, {Wording: analyze.Text{Zh: "密码错误", En: "wrong PIN"}, N: 3}, {Wording: analyze.Text{Zh: "卡过期", En: "expired card"}, N: 1}}, Incidents: []string{}},
			{Group: "bank_or_network", Count: 7, Amount: 100000, Recovered: 5, Reasons: []analyze.Reason{}, Incidents: []string{"I2"}},
			{Group: "maintenance", Count: 9, Amount: 100000, Recovered: 6, Reasons: []analyze.Reason{}, Incidents: []string{"I1"}}},
		Expected: &analyze.StateTotal{Count: 385, Amount: 4834818, Currency: "CNY"}, ExpectedOn: "2026-11-21", ExpectedFee: &efee, Pending: st["pending_cutoff"]}
}

var noRisk = map[string]map[string]analyze.StateTotal{}
