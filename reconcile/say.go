package reconcile

import "fmt"

// sides says what was compared, or what cannot be known.
func (m *Matches) sides() Text {
	t, s := m.cover.rows[left], m.cover.rows[right]
	switch {
	case t == 0 && s == 0:
		return Text{"没有可对账的交易。", "Nothing to reconcile."}
	case s == 0:
		return Text{"只有终端流水，没有清算单：能看到终端显示的结果和预计到账，不能知道钱是否到账、失败的交易是否扣款。请提供同期清算单。",
			"Terminal records only, no settlement file: what the terminal showed and what should arrive is known; whether it arrived, and whether failed sales were charged, is not. Add the settlement file of the period."}
	case t == 0:
		return Text{"只有清算单，没有终端流水：能看到清算了什么、有无重复，不能知道终端成功的交易是否都已清算。请提供同期终端流水。",
			"Settlement file only, no terminal records: what was settled, and duplicates in it, is known; whether all that the terminal approved was settled is not. Add the terminal's records of the period."}
	}
	return Text{fmt.Sprintf("终端流水 %d 行与清算单 %d 行逐笔核对。", t, s),
		fmt.Sprintf("%d terminal rows compared with %d settlement rows, one by one.", t, s)}
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
		return Acquirer, Text{"致电收单机构，报" + ref.Zh + "：“终端交易成功，清算单里没有，请查是否漏清算。”",
			"Call the acquirer and give " + ref.En + ": \"Approved at the terminal, not in settlement. Please check whether it was left out.\""}
	case SettlementOnly:
		return Acquirer, Text{"先核对是否缺终端流水；确认没有后致电收单机构，报" + ref.Zh + "：“清算单有这笔，我方终端没有，请查交易来源。”",
			"First check that no terminal record is missing; then call the acquirer and give " + ref.En + ": \"Settled, but unknown at our terminal. Please tell where it comes from.\""}
	case ChargedButFailed:
		if back {
			return Acquirer, Text{"致电收单机构，报" + ref.Zh + "：“终端显示退货（撤销）失败，清算单却已退款，请核对。”",
				"Call the acquirer and give " + ref.En + ": \"The refund (void) failed at the terminal but was settled. Please check.\""}
		}
		return Acquirer, Text{"请勿让顾客再付。致电收单机构，报" + ref.Zh + "：“终端显示失败，清算单却有这笔，请确认入账或退款给顾客。”",
			"Do not let the customer pay again. Call the acquirer and give " + ref.En + ": \"The terminal showed a failure, but it is settled. Please confirm the credit or refund the customer.\""}
	case AmountDiffers:
		return Acquirer, Text{"致电收单机构，报" + ref.Zh + "：“终端金额与清算金额不符，请更正。”",
			"Call the acquirer and give " + ref.En + ": \"The settled amount is not the terminal's. Please correct it.\""}
	case StatusDiffers:
		return Acquirer, Text{"致电收单机构，报" + ref.Zh + "：“终端显示成功，清算文件记为失败，请确认是否入账。”",
			"Call the acquirer and give " + ref.En + ": \"Approved at the terminal, failed in your settlement file. Please confirm whether it will be credited.\""}
	case Duplicate:
		if it.SettlementRow < 0 {
			return Nobody, Text{"终端流水里同一笔出现两次，清算只有一次：核对是否重复导出，无需致电。",
				"The terminal's records have it twice, settlement once: check whether a file was exported twice; no call is needed."}
		}
		return Acquirer, Text{"同一笔清算了两次，多收顾客一笔：致电收单机构，报" + ref.Zh + "，申请退回一笔。",
			"Settled twice, so that the customer paid twice: call the acquirer, give " + ref.En + " and ask for one to be returned."}
	case ReversedButSettled:
		return Acquirer, Text{"请勿让顾客再付。致电收单机构，报" + ref.Zh + "：“这笔已冲正（撤销）仍被清算，请核对并退款或确认入账。”",
			"Do not let the customer pay again. Call the acquirer and give " + ref.En + ": \"Reversed (voided) and settled all the same. Please check, then refund it or confirm the credit.\""}
	case FeeDiffers:
		return Acquirer, Text{"致电收单机构，报" + ref.Zh + "：“手续费与约定费率不符，请核对。”",
			"Call the acquirer and give " + ref.En + ": \"The fee is not the agreed one. Please check.\""}
	case PendingCutOff:
		return Nobody, Text{"可能在日切之后入账：等下一份清算单再核对，现在无需处理。",
			"It may be booked after the cut-off: the next settlement file will tell; nothing to do now."}
	}
	return Nobody, Text{}
}

// reference is the number to give on the telephone.
func (it *Item) reference() Text {
	switch {
	case it.RRN != "":
		return Text{"参考号 " + it.RRN, "reference " + it.RRN}
	case it.STAN != "" && it.Terminal != "":
		return Text{"终端 " + it.Terminal + " 凭证号 " + it.STAN, "terminal " + it.Terminal + ", trace " + it.STAN}
	case it.Terminal != "":
		return Text{"终端号 " + it.Terminal + " 和交易时间、金额", "terminal " + it.Terminal + ", the time and the amount"}
	}
	return Text{"交易时间和金额", "the time and the amount"}
}
