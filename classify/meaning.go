package classify

// Meaning is what a code means for one row, and who says so.
type Meaning struct {
	Code    string
	Outcome Outcome
	Class   Class
	Open    bool // sources disagree about the party, the reason or the outcome
	Known   bool // false: no table of the profile has the code, "unknown here"

	Zh, En             string
	ActionZh, ActionEn string // what the cashier does
	Who                string // parties that may send the code, "" where not stated
	Source             string
	Table              string // table that decided, "" where none did
	Profile            string // profile that chose the table
	Configured         bool   // the configuration itself states the outcome
}

// Decidable reports whether evidence may give the code an outcome: no table has
// it, or the one that has it leaves outcome and reason open. A time-out stays a
// time-out; reconciliation looks at each of its rows.
func (m Meaning) Decidable() bool {
	return !m.Configured && m.Outcome == Unknown && m.Class != Timeout && (m.Open || !m.Known)
}

// notPaid is what the table of words says of those that mean so.
const notPaid = "not paid"

// Unfinished reports whether the answer says that the payment is under way: it was not paid yet,
// or its result is still to be asked for. A code whose meaning is open says no such thing.
func (m Meaning) Unfinished() bool {
	return m.Known && !m.Open && (m.Outcome == Unknown || m.Table == wordsTable && m.En == notPaid)
}

// Ruling is the meaning as the last word, before any evidence.
func (m Meaning) Ruling() Ruling { return Ruling{Outcome: m.Outcome, Class: m.Class} }

func (r *Row) meaning(code, table, profile string) Meaning {
	return Meaning{Code: code, Outcome: r.Outcome, Class: r.Class, Open: r.Open, Known: true, Zh: r.Text.Zh, En: r.Text.En,
		ActionZh: r.Action.Zh, ActionEn: r.Action.En, Who: r.Who, Source: r.Source, Table: table, Profile: profile}
}

// UnknownHere is the meaning of a code that no table of the profile has. It is
// counted apart: neither a failure nor a success.
func UnknownHere(code, profile string) Meaning {
	return Meaning{Code: code, Outcome: Unknown, Class: UnknownLocal, Profile: profile,
		Zh: "本机构码表中没有此应答码", En: "code is in no table of this profile",
		ActionZh: "先查询交易结果，不要直接重刷", ActionEn: "inquire the result before trying again"}
}

// NoAnswer is the meaning of a request that was sent and never answered: money
// may have moved.
func NoAnswer() Meaning {
	return Meaning{Outcome: Unknown, Class: Timeout, Known: true, Zh: "无应答（超时）", En: "no answer (time-out)",
		ActionZh: "先查询交易结果；冲正成功后再重刷", ActionEn: "inquire the result; try again only after the reversal went through",
		Who: "terminal", Source: "no field 39 in the log"}
}

// NotSent is the meaning of an attempt that never left the terminal: no
// connection, no money moved.
func NotSent() Meaning {
	return Meaning{Outcome: Declined, Class: Unreachable, Known: true, Zh: "未能连接主机，交易未送出", En: "no connection, the request was not sent",
		ActionZh: "检查网络后重试", ActionEn: "check the line, then try again", Who: "terminal", Source: "terminal message"}
}

// NoCode is the meaning of a row that states neither a code nor a time-out.
func NoCode() Meaning {
	return Meaning{Outcome: Unknown, Class: UnknownLocal, Zh: "文件中没有应答码", En: "the file states no response code",
		ActionZh: "先查询交易结果", ActionEn: "inquire the result"}
}

// Present is the meaning of a row whose presence in a file of successes is the
// only statement.
func Present() Meaning {
	return Meaning{Outcome: Approved, Class: ClassApproved, Known: true, Zh: "文件只列成功交易", En: "listed in a file of successful transactions", Source: "presence in the file"}
}
