package cause

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/poslog/poslog/calendar"
	"github.com/poslog/poslog/incident"
)

// observation is what one line sees in the features. Which value counts
// depends on the model of the line.
type observation struct {
	ok     bool // false: nothing to observe
	level  int
	or     []int // other levels that it may be just as well
	share  Share
	counts []int
	hit    bool
	chance float64
	text   Text
}

// spec is one line of evidence: how it is modelled, how it reads the features,
// and which field makes it possible.
type spec struct {
	model   string
	levels  int // 0 = as many as the weights name
	observe func(*Features) observation
	field   Text // what is missing where the line has nothing to say
}

// outline holds the lines by name; weights.json gives their order.
var outline = map[string]spec{
	"channel":       {"level", 3, seeChannel, Text{}},
	"approvals":     {"share", 0, seeApprovals, Text{"窗口内的成功交易", "the successful transactions inside the window"}},
	"codes":         {"mix", Families, seeCodes, Text{"应答码", "response codes"}},
	"bound":         {"level", 2, seeBound, Text{}},
	"traffic":       {"level", 2, seeTraffic, Text{}},
	"edges":         {"share", 0, seeEdges, Text{"窗口前后的交易", "attempts before and after the window"}},
	"round_start":   {"chance", 0, seeRoundStart, Text{"到秒的交易时间", "times to the second"}},
	"round_end":     {"chance", 0, seeRoundEnd, Text{"窗口结束之后的数据", "data from after the end of the window"}},
	"calendar":      {"level", 5, seeCalendar, Text{"银行的维护公告或维护日历", "the bank's maintenance notice or calendar"}},
	"recurrence":    {"share", 0, seeRecurrence, Text{"其他日子同一时段的数据", "data of other days at the same time"}},
	"hour":          {"level", 2, seeHour, Text{}},
	"scope":         {"level", Shapes, seeScope, Text{"运营商、地区、发卡行或机构列", "columns for carrier, region, issuer or institution"}},
	"same_line":     {"share", 0, seeElsewhere, Text{"同一运营商到其他机构的交易", "attempts over the same carrier to other institutions"}},
	"same_host":     {"share", 0, seeRest, Text{"同一机构其他线路的交易", "attempts to the same institution over other lines"}},
	"latency":       {"mix", Speeds, seeLatency, Text{"应答时间", "response times"}},
	"reversals":     {"share", 0, seeReversals, Text{"冲正（04xx）记录", "reversal messages (04xx)"}},
	"probes":        {"share", 0, seeProbes, Text{"对主机地址的探测记录（poslog probe）", "probes of the host's address (poslog probe)"}},
	"flapping":      {"level", 2, seeFlapping, Text{}},
	"inside":        {"level", 2, seeInside, Text{"窗口内成功交易的应答时间", "response times of the approvals inside"}},
	"warning":       {"level", 3, seeWarning, Text{"窗口之前十分钟的应答时间", "response times of the ten minutes before"}},
	"recovery":      {"level", 2, seeRecovery, Text{"窗口之后十分钟的应答时间", "response times of the ten minutes after"}},
	"sign_on_again": {"share", 0, seeSignOns, Text{"签到记录", "sign-on messages"}},
}

func both(zh, en string, args ...any) Text {
	return Text{fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)}
}

// percent is 0%, 3%, 100%; what is neither none nor all never reads as such.
func percent(s Share) string {
	p := math.Round(100 * s.Of())
	switch {
	case s.K > 0 && p == 0:
		return "<1%"
	case s.K < s.N && p == 100:
		return ">99%"
	}
	return fmt.Sprintf("%.0f%%", p)
}

// span is a length of time in words: 40 秒, 12 分, 2 小时 5 分.
func span(d time.Duration) Text {
	d = d.Round(time.Second)
	switch {
	case d < 2*time.Minute:
		return both("%d 秒", "%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return both("%d 分", "%d min", int(d.Round(time.Minute).Minutes()))
	}
	d = d.Round(time.Minute)
	h, m := int(d.Hours()), int(d.Minutes())%60
	if m == 0 {
		return both("%d 小时", "%d h", h)
	}
	return both("%d 小时 %d 分", "%d h %d min", h, m)
}

func seeChannel(f *Features) observation {
	t := [...]Text{
		{"失败属于系统、线路或密钥类", "the failures are of systems, lines or keys"},
		{"失败都是持卡人原因的拒绝", "the failures are refusals for the cardholder's reasons"},
		{"没有任何交易，而同类终端有", "no attempt at all, while peers had some"},
	}
	o := observation{ok: true, level: int(f.Channel), text: t[f.Channel]}
	if f.Gap != nil {
		o.text = gapText(f.Gap)
	}
	switch n := f.mixed(); {
	case f.Overruled && f.Shape == ShapeIssuer && 5*f.Alive.K <= f.Alive.N: // cardholders cannot have brought that about
		o.text = both("该发卡行的卡几乎都被拒（%d / %d 成功）：应答码虽为持卡人原因，却不会同时落到所有人身上", "nearly all cards of the issuer were refused (%d of %d paid): the codes name the cardholder's reasons, which do not come to everybody at once", f.Alive.K, f.Alive.N)
	case f.Overruled:
		o.or = []int{int(Refusals)}
		o.text = Text{"多张互不相关的卡同时被拒：应答码虽为持卡人原因，也可能是发卡行或主机自身的问题", "many cards that have nothing in common were refused at once: the codes name the cardholder's reasons, but the issuer or a host may be at fault"}
	case f.Channel == Systemic && 2*f.Mix[Local] > n:
		o.or = []int{int(Refusals)}
		o.text = Text{"多数失败的应答码含义未知：可能是系统、线路或密钥类，也可能是持卡人原因的拒绝", "most failures have codes whose meaning is not known: of systems, lines or keys, or the cardholder's reasons"}
	}
	return o
}

// seeBound speaks only where there is a bound: most refusals have none, whoever is at fault.
func seeBound(f *Features) observation {
	b := f.Bound
	if b == nil {
		return observation{}
	}
	from := b.From.With(b.Currency)
	return observation{ok: true, level: 1, text: both("%[1]s 及以上 %[3]d 笔中 %[2]d 笔被拒，以下 %[5]d 笔中 %[4]d 笔：像是限额或风控规则",
		"%[2]d of %[3]d from %[1]s on were refused, %[4]d of %[5]d below: like a limit or a rule of risk control", from, b.Over.K, b.Over.N, b.Under.K, b.Under.N)}
}

// gapText says what did not come, and what tells a missing log from a closed shop.
func gapText(g *incident.Gap) Text {
	t := both("没有任何交易，按同期其他交易应有约 %d 笔", "no attempt at all where the others' traffic predicts about %d", int(math.Round(g.Expected)))
	if g.Nobody {
		t = both("全部没有交易，按前后的交易量应有约 %d 笔", "no attempt of anybody where the traffic before and after predicts about %d", int(math.Round(g.Expected)))
	}
	if g.Paid {
		t = both("没有任何交易记录，清算文件在这段时间却有 %d 笔", "no attempt is recorded, but settlement has %d payments of this time", g.Settled)
	}
	add := func(x Text) { t.Zh, t.En = t.Zh+"；"+x.Zh, t.En+"; "+x.En }
	if g.Trace > 0 {
		add(both("其间流水号用去 %d 个", "trace numbers used meanwhile: %d", g.Trace))
	} else if g.Trace == 0 {
		add(Text{"流水号连续", "trace numbers go on without a jump"})
	}
	if g.Settled > 0 && !g.Paid {
		add(both("清算文件中这段时间有 %d 笔日志没有的交易", "settlement has %d transactions of this time that the log lacks", g.Settled))
	}
	if g.Uncovered {
		add(Text{"没有文件覆盖这段时间", "no file covers this time"})
	}
	switch g.Missing() {
	case "log":
		add(Text{"缺的是日志", "it is the log that is missing"})
	case "trade":
		add(Text{"没有发起交易", "nobody tried"})
	}
	return t
}

func seeApprovals(f *Features) observation {
	return observation{ok: f.Alive.N > 0 && f.Channel == Systemic, share: f.Alive,
		text: both("窗口内主机正常应答 %[1]d / %[2]d（%[3]s，重刷只计一次）", "%[1]d of %[2]d attempts inside were answered as usual (%[3]s; retries counted once)", f.Alive.K, f.Alive.N, percent(f.Alive))}
}

var familyTexts = [Families]Text{
	{"无应答", "no answer"}, {"连不上", "no connection"}, {"转接超时（68/98/92 类）", "relayed time-outs (68/98/92)"},
	{"日切或停机（90/C1 类）", "cut-over or sign-off (90/C1)"}, {"主机故障（91/96 类）", "host faults (91/96)"},
	{"密钥或校验（A0/99 类）", "keys or MAC (A0/99)"}, {"加密机故障（A7 类）", "security module (A7)"}, {"终端参数或报文格式（97/77/30 类）", "terminal set-up or messages (97/77/30)"},
	{"持卡人拒绝", "cardholder declines"}, {"含义未定的码", "codes without a fixed meaning"},
}

func seeCodes(f *Features) observation {
	n, best := f.mixed(), 0
	for i, c := range f.Mix {
		if c > f.Mix[best] {
			best = i
		}
	}
	counts := f.Mix
	if f.behind() { // the scope has said it
		counts[Relayed], counts[NoReply], counts[NoRoute] = 0, 0, 0
	}
	counts[Local] = 0 // has no fixed meaning, and no vote
	told := 0
	for _, c := range counts {
		told += c
	}
	if told == 0 || told < n && float64(told) <= 1+2*f.Strays { // as on any day
		return observation{}
	}
	o := observation{ok: true, counts: counts[:]}
	zh, en := []string{}, []string{}
	for rank := 0; rank < 2; rank++ {
		s := Share{f.Mix[best], n}
		zh = append(zh, familyTexts[best].Zh+" "+percent(s))
		en = append(en, familyTexts[best].En+" "+percent(s))
		next := -1
		for i, c := range f.Mix {
			if i != best && c > 0 && (next < 0 || c > f.Mix[next]) {
				next = i
			}
		}
		if next < 0 {
			break
		}
		best = next
	}
	o.text = Text{"失败构成：" + strings.Join(zh, "，"), "failures: " + strings.Join(en, ", ")}
	return o
}

// seeTraffic: who tries cards brings attempts that would not have come.
func seeTraffic(f *Features) observation {
	o := observation{ok: f.Traffic > 0 && f.Channel != Silence, text: both("窗口内的交易是前后的 %.1f 倍", "%.1f times as many attempts as before and after", f.Traffic)}
	if f.Surges {
		o.level = 1
	}
	return o
}

func seeEdges(f *Features) observation {
	return observation{ok: f.Mixed.N >= 4, share: f.Mixed,
		text: both("边界附近 %[2]d 笔中 %[1]d 笔与所在一侧相反", "%[1]d of %[2]d attempts next to the edges are on the wrong side", f.Mixed.K, f.Mixed.N)}
}

// seeRound: the narrower the interval of the edge, the less likely a quarter
// hour lies in it by chance. A minute is allowed for clocks.
func seeRound(e Edge, zh, en string) observation {
	if !e.Known || e.Gap >= quarter { // which always holds a quarter hour
		return observation{}
	}
	gap := span(e.Gap)
	o := observation{ok: true, hit: e.Round, chance: chance(e.Gap)}
	if e.Round {
		o.text = Text{zh + "在整刻钟（精确到 " + gap.Zh + "）", en + " at a quarter hour (known to " + gap.En + ")"}
	} else {
		o.text = Text{zh + "不在整刻钟（精确到 " + gap.Zh + "）", en + " away from any quarter hour (known to " + gap.En + ")"}
	}
	return o
}

func chance(gap time.Duration) float64 { return min(1, (gap+time.Minute).Seconds()/900) }

func seeRoundStart(f *Features) observation { return seeRound(f.StartEdge, "开始", "starts") }
func seeRoundEnd(f *Features) observation   { return seeRound(f.EndEdge, "结束", "ends") }

// when says the times of an announced window.
func when(w *calendar.Window) Text {
	if w == nil {
		return Text{}
	}
	start, end := w.Start.Format("01-02 15:04"), w.End.In(w.Start.Location())
	switch {
	case w.Endless():
		return Text{start + " 起，未写明结束", "from " + start + ", no end stated"}
	case w.Start.YearDay() == end.YearDay():
		return both("%[1]s–%[2]s", "%[1]s–%[2]s", start, end.Format("15:04"))
	}
	return both("%[1]s–%[2]s", "%[1]s–%[2]s", start, end.Format("01-02 15:04"))
}

func seeCalendar(f *Features) observation {
	if f.Announced == NoCalendar {
		return observation{}
	}
	o := observation{ok: true, level: int(f.Announced) - 1}
	what := when(f.Window)
	switch f.Announced {
	case NotAnnounced:
		o.text = Text{"维护日历中没有这一时段", "the calendar announces nothing here"}
	case StartsWith:
		o.text = Text{"与公告窗口同时开始（" + what.Zh + "）", "starts with the announced window (" + what.En + ")"}
	case Inside:
		o.text = Text{"落在公告窗口内（" + what.Zh + "）", "lies inside the announced window (" + what.En + ")"}
	case Touches:
		o.text = Text{"与公告窗口部分重叠（" + what.Zh + "）", "overlaps the announced window in part (" + what.En + ")"}
	case AnnouncedDown:
		o.text = Text{"银行通报了非计划停机（" + what.Zh + "）", "the bank reported an unplanned downtime (" + what.En + ")"}
	}
	return o
}

func seeRecurrence(f *Features) observation {
	return observation{ok: f.Recurrence.N > 0, share: f.Recurrence,
		text: both("另外 %[2]d 天的同一时段中 %[1]d 天也失败", "%[1]d of %[2]d other days failed at the same time", f.Recurrence.K, f.Recurrence.N)}
}

func seeHour(f *Features) observation {
	o := observation{ok: f.HourKnown, text: Text{"发生在 6 点至 24 点", "between six and midnight"}}
	if f.Night {
		o.level, o.text = 1, Text{"发生在 0 点至 6 点", "between midnight and six"}
	}
	return o
}

var shapeTexts = [...]Text{
	{}, {"多家机构同时受影响", "several institutions are hit"}, {"一家机构的全部线路", "one institution over all its lines"},
	{"同一运营商、地区或网络", "one carrier, region or kind of network"}, {"一家机构；数据只有一家商户或一条线路，无从区分", "one institution; with one shop or line in the data they cannot be told apart"},
	{"同一发卡行的卡", "cards of one issuer"}, {"一台终端", "one terminal"}, {"若干台终端，无共同点", "some terminals with nothing in common"},
	{"一家商户", "one shop"}, {"多家机构的同一终端型号", "one terminal model at several institutions"}, {"一家机构的同一终端型号", "one terminal model at one institution only"}, {"同一终端型号（数据只有一家机构）", "one terminal model (one institution in the data)"}, {"同一交易类型", "one kind of transaction"},
}

// behind is the level of an institution of which the switch says that nothing came from it: a dead
// host, or the line behind the switch. The levels before it are those of the shapes.
const behind = Shapes - 1

func seeScope(f *Features) observation {
	if f.Shape == ShapeUnknown || f.Channel == Silence {
		return observation{}
	}
	t := shapeTexts[f.Shape]
	if f.With != (Text{}) {
		t = Text{"一家机构或一条线路：在数据中与" + f.With.Zh + "是同样的交易，无从区分", "one institution or one line: in the data the same attempts as " + f.With.En + ", so that they cannot be told apart"}
	}
	if f.Hit != (Text{}) {
		t = Text{t.Zh + "（" + f.Hit.Zh + "）", t.En + " (" + f.Hit.En + ")"}
	}
	o := observation{ok: true, level: int(f.Shape) - 1}
	if f.Named && f.Shape == ShapeLine { // a carrier plans its work, too
		o.or = append(o.or, int(ShapeInstitution)-1)
		t = Text{t.Zh + "，公告指明的正是它", t.En + ", which the announcement names"}
	}
	if f.behind() {
		o.level = behind
		t = Text{t.Zh + "，转接之后的线路中断也会如此", t.En + ", as where the line behind the switch is cut"}
	}
	var zh, en []string
	for s, hit := range f.Alike {
		if hit != (Text{}) {
			if o.level != behind {
				o.or = append(o.or, s-1)
			}
			zh, en = append(zh, hit.Zh), append(en, hit.En)
		}
	}
	if zh != nil {
		t = Text{t.Zh + "；数据中与" + strings.Join(zh, "、") + "是同一批交易", t.En + "; in the data the same attempts as " + strings.Join(en, " or ")}
	}
	o.text = t
	return o
}

func seeElsewhere(f *Features) observation {
	return observation{ok: f.Elsewhere.N > 0, share: f.Elsewhere,
		text: both("同一线路到其他机构 %[2]d 笔中 %[1]d 笔正常", "over the same lines %[1]d of %[2]d attempts to other institutions were answered", f.Elsewhere.K, f.Elsewhere.N)}
}

func seeRest(f *Features) observation {
	return observation{ok: f.Rest.N > 0, share: f.Rest,
		text: both("同一机构在范围之外 %[2]d 笔中 %[1]d 笔正常", "outside the scope %[1]d of %[2]d attempts to the same institution were answered", f.Rest.K, f.Rest.N)}
}

func seeLatency(f *Features) observation {
	n := 0
	for _, c := range f.Speed {
		n += c
	}
	if n == 0 {
		return observation{}
	}
	p := func(s Speed) string { return percent(Share{f.Speed[s], n}) }
	return observation{ok: true, counts: f.Speed[:], text: both("失败的应答时间：即时 %s，正常 %s，偏慢 %s，到时限 %s", "failures came back at once %s, as usual %s, slowly %s, at the limit %s",
		p(AtOnce), p(Usual), p(Slow), p(AtLimit))}
}

func seeReversals(f *Features) observation {
	return observation{ok: f.Reversed.N > 0, share: f.Reversed,
		text: both("无应答之外的 %[2]d 笔失败中有冲正的 %[1]d 笔", "%[1]d of %[2]d failures other than those without an answer were followed by a reversal", f.Reversed.K, f.Reversed.N)}
}

func seeProbes(f *Features) observation {
	return observation{ok: f.Probes.N > 0, share: f.Probes,
		text: both("窗口内探测 %[2]d 次，%[1]d 次可达", "%[1]d of %[2]d probes reached the host during the window", f.Probes.K, f.Probes.N)}
}

func seeFlapping(f *Features) observation {
	o := observation{ok: f.Flaps.N > 0, text: Text{"窗口内没有恢复过", "did not come back in between"}}
	if f.Flaps.K > 0 {
		o.level, o.text = 1, both("窗口内恢复过 %d 次又失败", "times it came back in between: %d", f.Flaps.K)
	}
	return o
}

// A host that is overrun answers late what it answers; a line that is down does not answer, and
// one that is up is as quick as ever, or a few times slower.
func seeInside(f *Features) observation {
	const crawling = 600 // percent
	o := observation{ok: f.Inside > 0, text: both("窗口内的应答用时是平时的 %.1f 倍", "answers inside took %.1f times as long as usual", float64(f.Inside)/100)}
	if f.Inside >= crawling {
		o.level = 1
	}
	return o
}

func seeWarning(f *Features) observation {
	t := [...]Text{{}, {"之前十分钟一切如常", "the ten minutes before were as usual"}, {"之前十分钟应答已变慢", "answers were slow in the ten minutes before"},
		{"之前十分钟已有失败增多", "failures rose in the ten minutes before"}}
	return observation{ok: f.Before != PaceUnknown, level: int(f.Before) - 1, text: t[f.Before]}
}

func seeRecovery(f *Features) observation {
	o := observation{ok: f.After != PaceUnknown, text: Text{"恢复后应答即如常", "answers were as quick as usual right after"}}
	if f.After != PaceUsual {
		o.level, o.text = 1, Text{"恢复后应答仍慢", "answers stayed slow after the end"}
	}
	return o
}

func seeSignOns(f *Features) observation {
	return observation{ok: f.SignOns.N > 0, share: f.SignOns,
		text: both("受影响的 %[2]d 台终端中 %[1]d 台随后重新签到", "%[1]d of %[2]d hit terminals signed on again", f.SignOns.K, f.SignOns.N)}
}
