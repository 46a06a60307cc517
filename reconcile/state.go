package reconcile

import "fmt"

// State is where a row of either side stands after the comparison. The words
// name the side that has the money or the row.
type State uint8

const (
	// Idle rows move no money: declines that did not settle, reversed sales that
	// did not settle, sign-ons, repeats of one message. They are no items.
	Idle               State = iota
	Matched                  // both sides agree
	TerminalOnly             // approved at the terminal, not settled
	SettlementOnly           // settled, and the terminal side knows nothing of it
	ChargedButFailed         // settled although the terminal showed a failure or nothing
	AmountDiffers            // both sides have it, with different amounts
	StatusDiffers            // the terminal shows success, the settlement file a failure
	Duplicate                // the same transaction more than once on one side
	ReversedButSettled       // undone at the terminal, settled all the same
	FeeDiffers               // amounts agree, the fee is not the agreed one
	PendingCutOff            // the other side's file for that business day is not here yet, or says that the row is in process
)

// States lists the states of the report, in its order.
var States = [...]State{Matched, TerminalOnly, SettlementOnly, ChargedButFailed, AmountDiffers, StatusDiffers, Duplicate, ReversedButSettled, FeeDiffers, PendingCutOff}

var stateNames = [...]struct{ id, zh, en string }{
	{"idle", "无资金变动", "no money moved"},
	{"matched", "一致", "matched"},
	{"terminal_only", "短款：终端成功，清算单没有", "approved at the terminal, not settled"},
	{"settlement_only", "长款：清算单有，终端没有", "settled, not in the terminal's records"},
	{"charged_but_failed", "终端显示失败，却已扣款", "charged although the terminal showed a failure"},
	{"amount_differs", "金额不符", "amounts differ"},
	{"status_differs", "状态不符：终端成功，清算方失败", "approved at the terminal, failed in settlement"},
	{"duplicate", "重复", "duplicate"},
	{"reversed_but_settled", "已冲正或撤销，仍被清算", "reversed or voided, settled all the same"},
	{"fee_differs", "手续费不符", "fee differs"},
	{"pending_cutoff", "待对账：对方当日数据未到，或仍在处理", "waiting: the other side's file of that day is not here, or says in process"},
}

// String is the word of the JSON report.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s].id
	}
	return fmt.Sprintf("invalid(%d)", s)
}

// Zh and En are the names that people read.
func (s State) Zh() string { return stateNames[s].zh }
func (s State) En() string { return stateNames[s].en }

// Open reports whether the state is something to work on now.
func (s State) Open() bool { return s != Idle && s != Matched && s != PendingCutOff }

// Key is what two rows were matched by, strongest first.
type Key uint8

const (
	NoKey     Key = iota
	ByRRN         // retrieval reference number and terminal
	ByRRNOnly     // retrieval reference number, one side without terminal numbers
	BySentAt      // acquirer, forwarder, STAN and transmission time (fields 32, 33, 11, 7)
	ByBatch       // merchant, terminal, batch and STAN
	ByOrder       // order number and refund number
	ByChannel     // wallet's or acquirer's order number
	ByDay         // terminal, day, STAN and amount
	ByTime        // terminal (or merchant), amount and time within the window
	ByDate        // terminal (or merchant), amount and day, where a side has no time of day
	ByTotal       // one settled total against its transactions
	ByNetting     // cancelled out on one side: a sale and its void or refunds
	ByCarry       // a row carried over from an earlier run
)

var keyNames = [...]string{"none", "rrn_tid", "rrn", "acquirer_stan_sent", "tid_batch_stan", "order_no", "channel_no",
	"tid_day_stan_amount", "tid_amount_time", "tid_amount_day", "total", "netting", "carried_over"}

func (k Key) String() string {
	if int(k) < len(keyNames) {
		return keyNames[k]
	}
	return fmt.Sprintf("invalid(%d)", k)
}

// identity reports whether the key names one transaction, so that a second row
// with it is a duplicate and a different amount is a finding.
func (k Key) identity() bool { return k >= ByRRN && k <= ByChannel }

// ofOrder reports whether the key names an order, which may be paid in several
// rows, rather than one message.
func (k Key) ofOrder() bool { return k == ByOrder || k == ByChannel }

// percent is the confidence in a match made by the key alone. It ranks matches
// and is no probability: below 90 a person should look.
func (k Key) percent() uint8 {
	switch k {
	case ByRRN, BySentAt, ByCarry:
		return 100
	case ByOrder, ByChannel, ByBatch:
		return 98
	case ByRRNOnly, ByDay, ByNetting:
		return 95
	case ByTotal:
		return 90
	case ByTime:
		return 80
	case ByDate:
		return 60
	}
	return 0
}

// Weak reports whether a match rests on amount and time, which a later retry of
// the same purchase would satisfy as well; see [Matches.Tells].
func (k Key) Weak() bool { return k >= ByTime }
