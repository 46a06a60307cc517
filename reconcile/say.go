package reconcile

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// sides says what was compared, and what cannot be known and why, and what became of the
// rows that earlier runs left.
func (j *judge) sides() Text {
	out := saying{j.compared()}
	j.sayDeposits(&out)
	if c := j.r.Carried; c.Rows > 0 {
		n := func(i int) string { return digits.Group(int64(i)) }
		var late Text
		if j.late > 0 {
			late = Text{"（其中 " + n(j.late) + " 笔曾报未入账）", " (" + n(j.late) + " of them reported as missing before)"}
		}
		zh := fmt.Sprintf("上次结转 %s 笔：本次入账 %s 笔%s，判为未入账 %s 笔，仍在等待 %s 笔", n(c.Rows), n(c.Arrived), late.Zh, n(c.Missing), n(c.Waiting))
		en := fmt.Sprintf("Carried over from earlier runs: %s, of which %s arrived%s, %s count as missing now, %s still wait", n(c.Rows), n(c.Arrived), late.En, n(c.Missing), n(c.Waiting))
		if c.Netted > 0 {
			zh += fmt.Sprintf("，消费与撤销相抵 %s 笔", n(c.Netted))
			en += fmt.Sprintf(", %s cancel each other out", n(c.Netted))
		}
		out.say(zh+"。", en+".")
	}
	out.count(j.missed, "前几次报过未入账的 %s 笔，至今没有到账。", "Reported as missing by earlier runs, and not here yet: %s.")
	const most = 6 // files that are named
	more, rows := 0, 0
	for i, k := range slices.SortedFunc(maps.Keys(j.lacking), lack.compare) {
		n, zh, en := j.lacking[k], k.day.String(), k.day.String()
		if i >= most {
			more, rows = more+1, rows+n.wait+n.missing
			continue
		}
		if k.merchant != "" {
			shop := unformatted(k.merchant)
			zh, en = shop+" "+zh, en+" of "+shop
		}
		out.count(n.wait, zh+" 的清算单还没有到，之后的已经到了：%s 笔在等。", "The settlement file of "+en+" has not come, though later ones have: %s wait for it.")
		out.count(n.missing, zh+" 的清算单一直没有到，%s 笔等了太久，判为未入账：先向收单机构要这份清算单。",
			"The settlement file of "+en+" never came: %s have waited too long and count as missing. Ask the acquirer for that file first.")
	}
	out.count(rows, fmt.Sprintf("另有 %d 份清算单没有到，涉及 %%s 笔。", more), fmt.Sprintf("Other settlement files that have not come: %d, of %%s carried rows.", more))
	return out.Text
}

// saying is a text that grows by sentences.
type saying struct{ Text }

func (s *saying) say(zh, en string) {
	s.Zh += zh
	if s.En != "" {
		s.En += " "
	}
	s.En += en
}

// count says a sentence about a number that is not 0.
func (s *saying) count(n int, zh, en string) {
	if n > 0 {
		s.say(fmt.Sprintf(zh, digits.Group(int64(n))), fmt.Sprintf(en, digits.Group(int64(n))))
	}
}

// unformatted is a name as part of a format.
func unformatted(name string) string { return strings.ReplaceAll(name, "%", "%%") }

// compared is sides without what earlier runs left.
func (j *judge) compared() Text {
	m := j.m
	t, s := m.cover.rows[left], m.cover.rows[right]
	var out saying
	switch {
	case t == 0 && s == 0:
		out.say("没有可对账的交易。", "Nothing to reconcile.")
		return out.Text
	case s == 0:
		out.say("只有终端流水，没有清算单：能看到终端显示的结果和预计到账，不能知道钱是否到账、失败的交易是否扣款。请提供同期清算单。",
			"Terminal records only, no settlement file: what the terminal showed and what should arrive is known; whether it arrived, and whether failed sales were charged, is not. Add the settlement file of the period.")
		m.sayTwice(&out)
		return out.Text
	case t == 0:
		out.say("只有清算单，没有终端流水：能看到清算了什么、有无重复，不能知道终端成功的交易是否都已清算。请提供同期终端流水。",
			"Settlement file only, no terminal records: what was settled, and duplicates in it, is known; whether all that the terminal approved was settled is not. Add the terminal's records of the period.")
	default:
		out.say(fmt.Sprintf("终端流水 %s 行与清算单 %s 行逐笔核对。", digits.Group(int64(t)), digits.Group(int64(s))),
			fmt.Sprintf("Terminal rows compared one by one with settlement rows: %s with %s.", digits.Group(int64(t)), digits.Group(int64(s))))
	}
	working := 0
	for i := range m.says {
		if m.working(int32(i)) {
			working++
		}
	}
	out.count(working, "清算单有 %s 笔仍在处理，未定成败。", "Settled rows that say they are still in process: %s.")
	if t == 0 {
		m.sayTwice(&out)
		return out.Text
	}
	j.sayOpen(&out)
	j.sayNames(&out)
	out.count(m.unzeroed, "%s 笔参考号在一边丢了前导零（多为电子表格所致），按数值对上。", "Reference numbers that lost their leading zeros on one side, as spreadsheets do, and were compared as numbers: %s.")
	m.sayTwice(&out)
	if len(j.rates) > 0 {
		out.say(fmt.Sprintf("到账款是扣除手续费后的净额（费率约 %s），已按净额核对。", j.rates),
			fmt.Sprintf("The deposits are net of a fee of about %s and were compared as such.", j.rates))
	}
	if len(m.net) > 0 {
		out.say(fmt.Sprintf("清算金额是扣除手续费后的净额（费率约 %s），已按净额核对。", m.net),
			fmt.Sprintf("The settled amounts are net of a fee of about %s and were compared as such.", m.net))
	} else {
		out.count(j.r.Net, "%s 笔清算金额是扣除手续费后的净额，已按净额核对。", "Settled amounts that are net of the fee that their row states, and were compared as such: %s.")
	}
	j.sayFees(&out)
	if m.partly(left) && j.anyWaits(left) {
		out.say("清算单只覆盖了部分时段，之外的交易不能判断是否漏清算。", "The settlement file covers part of the time only: whether rows outside were left out cannot be said.")
	}
	if m.partly(right) && j.anyWaits(right) { // rows outside that an earlier run left are known
		out.say("终端流水只覆盖了部分时段，之外的清算不能判断来源。", "The terminal records cover part of the time only: where settled rows outside come from cannot be said.")
	}
	more := 0
	for _, n := range j.r.Unlisted {
		more += n
	}
	out.count(more, "另有 %s 笔没有逐笔列出，已计入合计。", "Further cases that are counted but not listed one by one: %s.")
	out.count(len(m.contests), "%s 组交易只能凭金额和时间配对，请人工确认。", "Groups that could be paired by amount and time only, please confirm them: %s.")
	return out.Text
}

// sayTwice says how many rows only repeat another file.
func (m *Matches) sayTwice(out *saying) {
	out.count(len(m.twice[left]), "终端流水有 %s 行在两个文件里重复，只算一次。", "Terminal rows that stand in two files and count once: %s.")
	out.count(len(m.twice[right]), "清算单有 %s 行在两个文件里重复，只算一次。", "Settlement rows that stand in two files and count once: %s.")
}

// sayOpen says what waits, and of what nothing can be said.
func (j *judge) sayOpen(out *saying) {
	m := j.m
	waiting, older, unfiled, unknown, foreign, unchosen := 0, 0, 0, 0, 0, 0
	shops := map[string]bool{}
	for i, state := range j.r.states[left] {
		if state&^leads != PendingCutOff {
			continue
		}
		switch r := m.row(left, int32(i)); {
		case m.Undecided(i): // counted by its settlement row
		case m.unfiled(r):
			unfiled++
			shops[m.b.Name(ledger.Merchant, m.b.Place(r.Place).Merchant)] = true
		case m.waits(r):
			waiting++
		default:
			older++
		}
	}
	for i, state := range j.r.states[right] {
		switch {
		case state&^leads != PendingCutOff:
		case m.working(int32(i)): // counted above
		case m.unchosen(m.row(right, int32(i))):
			unchosen++
		case m.isForeign(m.row(right, int32(i))):
			foreign++
		default:
			unknown++
		}
	}
	out.count(waiting, "%s 笔要等下一份清算单。", "Waiting for the next settlement file: %s.")
	out.count(older, "%s 笔早于最早的清算单，或属于别的商户，无法判断。", "Older than every settlement file here, or of other merchants, so that nothing can be said of them: %s.")
	if unfiled > 0 {
		const most = 3
		names := slices.Sorted(maps.Keys(shops))
		if len(names) > most {
			names = append(names[:most], "…")
		}
		out.count(unfiled, "每份清算单只有一家商户，"+unformatted(strings.Join(names, "、"))+" 没有清算单：%s 笔无法判断，请一并给出。",
			"Each settlement file is of one merchant, and none is of "+unformatted(strings.Join(names, ", "))+": nothing can be said of %s, give theirs, too.")
	}
	out.count(unknown, "清算单有 %s 笔，当日终端流水不在输入中，无法判断。", "Settled on days without terminal records, so that nothing can be said of them: %s.")
	out.count(unchosen, "清算单有 %s 笔，其终端流水可能不在所选的行中，无法判断。", "Settled, and perhaps none of the rows that were chosen, so that nothing can be said of them: %s.")
	out.count(foreign, "清算单有 %s 笔属于终端流水里没有的商户，无法判断。", "Settled for merchants that the terminal records do not have, so that nothing can be said of them: %s.")
}

// sayNames says what the two sides have in common besides transactions.
func (j *judge) sayNames(out *saying) {
	m := j.m
	out.count(m.cover.strange, "清算单有 %s 台终端在终端流水中没有任何记录，请确认终端流水是否齐全。", "Terminals of the settlement file without a row in the terminal records, which may be incomplete: %s.")
	out.count(len(j.r.Splits), "%s 笔交易在另一方分成多笔，合计一致。", "Transactions that stand in several rows on the other side, which add up: %s.")
	switch {
	case m.names.apart&fTID == 0:
	case len(m.names.alias) > 0:
		out.say("两边的终端号写法不同，已按参考号等对应起来。", "The two sides name terminals differently: which is which was taken from matches by other numbers.")
	default:
		out.say("两边的终端号写法不同，终端号没有用于核对。", "The two sides name terminals differently: terminal numbers were not compared.")
	}
	if j.hardlyAny() {
		out.say("两边几乎没有一笔对得上：请先确认是同一商户、同一时段，时区一致，且没有一边的金额已扣手续费。",
			"Hardly any row of one side is on the other: first check that both are of the same shop and days, in the same time zone, and that neither side's amounts are net of fees.")
	} else if m.strangers() {
		out.say("两边的终端、商户和交易号没有一个相同，请确认清算单是不是这些终端的。",
			"No terminal, merchant or transaction number is the same on both sides: check that the settlement file is of these terminals.")
	}
}

// partly reports whether the other side's files cover a part of the time of a side only.
func (m *Matches) partly(side int) bool {
	for _, x := range m.cover.reach[side] {
		if x.ends || x.begins {
			return true
		}
	}
	return false
}

// anyWaits reports whether a row of a side waits for the other one.
func (j *judge) anyWaits(side int) bool {
	return slices.ContainsFunc(j.r.states[side], func(s State) bool { return s&^leads == PendingCutOff })
}

// hardlyAny reports whether the two sides look like files that do not belong together,
// although the days agree: of the smaller one less than a tenth is on the other.
func (j *judge) hardlyAny() bool {
	const few = 5
	apart, agree := [2]int{}, 0
	for side, state := range [2]State{TerminalOnly, SettlementOnly} {
		for _, x := range j.r.states[side] {
			switch x &^ leads {
			case state:
				apart[side]++
			case Idle, PendingCutOff:
			default:
				agree++
			}
		}
	}
	return min(apart[left], apart[right]) >= few && 5*agree < min(apart[left], apart[right]) // a pair counts twice
}

// advise says whom to call and what to say.
func advise(it *Item) (Party, Text) {
	ref := it.reference()
	back := it.Kind.String() == "refund" || it.Kind.String() == "void"
	switch it.State {
	case TerminalOnly:
		if back {
			return Acquirer, Text{"致电收单机构，报" + ref.Zh + "：“终端退货（撤销）成功，清算单里没有，请确认款项是否已退给顾客。”",
				"Call the acquirer and give " + ref.En + ": \"The refund (void) was approved at the terminal but is not in settlement. Please confirm that the customer got the money back.\""}
		}
		if it.Inferred {
			return Acquirer, Text{"这个应答码在本机构一般是成功，但这笔清算单里没有：致电收单机构，报" + ref.Zh + "：“这笔交易结果是什么？若成功请补清算。”",
				"This code usually means success here, but this one is not in settlement: call the acquirer and give " + ref.En + ": \"What was the outcome? If it was approved, please settle it.\""}
		}
		return Acquirer, Text{"致电收单机构，报" + ref.Zh + "：“终端交易成功，清算单里没有，请查是否漏清算。”",
			"Call the acquirer and give " + ref.En + ": \"Approved at the terminal, not in settlement. Please check whether it was left out.\""}
	case SettlementOnly:
		if back {
			return Acquirer, Text{"先核对是否缺终端流水；确认没有后致电收单机构，报" + ref.Zh + "：“清算单有这笔退款（撤销），我方终端没有做过，请查是谁发起的。”",
				"First check that no terminal record is missing; then call the acquirer and give " + ref.En + ": \"This refund (void) was settled, but none was made at our terminal. Please tell who asked for it.\""}
		}
		return Acquirer, Text{"先核对是否缺终端流水；确认没有后致电收单机构，报" + ref.Zh + "：“清算单有这笔，我方终端没有，请查交易来源。”",
			"First check that no terminal record is missing; then call the acquirer and give " + ref.En + ": \"Settled, but unknown at our terminal. Please tell where it comes from.\""}
	case ChargedButFailed:
		if back {
			return Acquirer, Text{"致电收单机构，报" + ref.Zh + "：“终端显示退货（撤销）失败，清算单却已退款，请核对。”",
				"Call the acquirer and give " + ref.En + ": \"The refund (void) failed at the terminal but was settled. Please check.\""}
		}
		if it.PaidAgain {
			return Acquirer, Text{"同一张卡前后还付了一笔同样的金额，顾客很可能付了两次：致电收单机构，报" + ref.Zh + "：“终端显示失败，清算单却有这笔，顾客已另付，请退款给顾客。”",
				"The same card also paid the same amount with another try, so that the customer has probably paid twice: call the acquirer and give " + ref.En + ": \"The terminal showed a failure, but it is settled, and the customer paid besides. Please refund the customer.\""}
		}
		return Acquirer, Text{"请勿让顾客再付。致电收单机构，报" + ref.Zh + "：“终端显示失败，清算单却有这笔，请确认入账或退款给顾客。”",
			"Do not let the customer pay again. Call the acquirer and give " + ref.En + ": \"The terminal showed a failure, but it is settled. Please confirm the credit or refund the customer.\""}
	case AmountDiffers:
		if it.Due > 0 {
			due, off := it.Due.With(it.Currency), absolute(it.SettlementAmount-it.Due).With(it.Currency)
			rate, zh, en := netRates{txn.Minor(it.Rate)}, "少", "little"
			if it.SettlementAmount > it.Due {
				zh, en = "多", "much"
			}
			return Acquirer, Text{fmt.Sprintf("按其他到账款的费率（%s）应到 %s，%s了 %s：致电收单机构查询差额。", rate, due, zh, off),
				fmt.Sprintf("By the rate of the other deposits (%s) %s is due, and %s too %s came: call the acquirer about the difference.", rate, due, off, en)}
		}
		if it.Rows > 0 && likeFees(it.TerminalAmount, it.SettlementAmount) {
			short := (it.TerminalAmount - it.SettlementAmount).With(it.Currency)
			return Acquirer, Text{"入账比这些交易的合计少 " + short + "，可能是手续费：把约定的费率写进对账设置（--reconcile）再核对；费率已写明的，致电收单机构查询差额。",
				"The deposit is " + short + " below its transactions, perhaps by the fees: state the agreed rate in the settings (--reconcile) and run it again; if they do, call the acquirer about the difference."}
		}
		return Acquirer, Text{"致电收单机构，报" + ref.Zh + "：“终端金额与清算金额不符，请更正。”",
			"Call the acquirer and give " + ref.En + ": \"The settled amount is not the terminal's. Please correct it.\""}
	case StatusDiffers:
		if it.SettlementRow < 0 {
			return Acquirer, Text{"终端显示成功，另一份记录为失败，清算单也没有：致电收单机构，报" + ref.Zh + "：“请确认这笔以哪一方为准。”",
				"The terminal shows success, another record of the same message a failure, and it is not settled: call the acquirer and give " + ref.En + ": \"Please confirm which one holds.\""}
		}
		return Acquirer, Text{"致电收单机构，报" + ref.Zh + "：“终端显示成功，清算文件记为失败，请确认是否入账。”",
			"Call the acquirer and give " + ref.En + ": \"Approved at the terminal, failed in your settlement file. Please confirm whether it will be credited.\""}
	case Duplicate:
		if it.SettlementRow < 0 {
			return Nobody, Text{"终端流水里同一笔出现两次，清算只有一次：核对是否重复导出，无需致电。",
				"The terminal's records have it twice, settlement once: check whether a file was exported twice; no call is needed."}
		}
		if back {
			return Acquirer, Text{"同一笔退款清算了两次，多退了一笔：致电收单机构，报" + ref.Zh + "，申请冲回一笔。",
				"The refund (void) is settled twice, so that it was paid back twice: call the acquirer, give " + ref.En + " and ask for one to be taken back."}
		}
		return Acquirer, Text{"同一笔清算了两次，多收顾客一笔：致电收单机构，报" + ref.Zh + "，申请退回一笔。",
			"Settled twice, so that the customer paid twice: call the acquirer, give " + ref.En + " and ask for one to be returned."}
	case ReversedButSettled:
		if it.PaidAgain {
			return Acquirer, Text{"同一张卡前后还付了一笔同样的金额，顾客很可能付了两次：致电收单机构，报" + ref.Zh + "：“这笔已冲正（撤销）仍被清算，顾客已另付，请退款给顾客。”",
				"The same card also paid the same amount with another try, so that the customer has probably paid twice: call the acquirer and give " + ref.En + ": \"Reversed (voided) and settled all the same, and the customer paid besides. Please refund the customer.\""}
		}
		return Acquirer, Text{"请勿让顾客再付。致电收单机构，报" + ref.Zh + "：“这笔已冲正（撤销）仍被清算，请核对并退款或确认入账。”",
			"Do not let the customer pay again. Call the acquirer and give " + ref.En + ": \"Reversed (voided) and settled all the same. Please check, then refund it or confirm the credit.\""}
	case FeeDiffers:
		charged, agreed := it.Fee.With(it.Currency), it.AgreedFee.With(it.Currency)
		return Acquirer, Text{"致电收单机构，报" + ref.Zh + "：“手续费收了 " + charged + "，按约定应为 " + agreed + "，请核对。”",
			"Call the acquirer and give " + ref.En + ": \"The fee is " + charged + ", " + agreed + " was agreed. Please check.\""}
	case Idle: // no answer, and no settlement file to tell
		if it.Reversed {
			return Issuer, Text{"没有应答，终端已发冲正，款项一般会自动退回。顾客若仍显示扣款，请其联系发卡行，报" + ref.Zh + "；清算单到后会自动核对。",
				"No answer; the terminal sent a reversal, so that the money normally goes back by itself. If the customer still sees a charge, ask them to call their bank with " + ref.En + "; the settlement file will tell."}
		}
		return Issuer, Text{"没有明确应答，钱可能已扣。先不要让顾客再付；请顾客向发卡行查询，报" + ref.Zh + "；清算单到后会自动核对。",
			"No clear answer: money may have moved. Do not charge again yet; ask the customer to check with their bank and give " + ref.En + "; the settlement file will tell."}
	case PendingCutOff:
		if it.SettlementRow >= 0 {
			return Nobody, Text{"清算方说仍在处理：等下一份清算单再核对；在此之前不要让顾客再付。",
				"The settlement side says that it is still in process: the next settlement file will tell; do not charge again before."}
		}
		return Nobody, Text{"可能在日切之后入账：等下一份清算单再核对，现在无需处理。",
			"It may be booked after the cut-off: the next settlement file will tell; nothing to do now."}
	}
	return Nobody, Text{}
}

// otherVersion says what to do about a row that another settlement file states otherwise.
func otherVersion(at string) Text {
	return Text{"另一份清算单（" + at + "）有同一参考号的一笔，已与终端核对：请问收单机构以哪份为准，再只用那一份重跑。",
		"Another settlement file has the same reference (" + at + "), and that one was compared with the terminal: ask the acquirer which of the two files holds, and run this again without the other."}
}

// reference is the number to give on the telephone.
func (it *Item) reference() Text {
	switch {
	case it.RRN != "":
		return Text{"参考号 " + it.RRN, "reference " + it.RRN}
	case it.STAN != "" && it.Terminal != "":
		return Text{"终端 " + it.Terminal + " 凭证号 " + it.STAN, "terminal " + it.Terminal + ", trace " + it.STAN}
	case it.Order != "":
		return Text{"订单号 " + it.Order, "order " + it.Order}
	case it.Terminal != "":
		return Text{"终端号 " + it.Terminal + " 和交易时间、金额", "terminal " + it.Terminal + ", the time and the amount"}
	}
	return Text{"交易时间和金额", "the time and the amount"}
}
