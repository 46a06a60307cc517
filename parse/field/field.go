// Package field knows what the columns and keys of POS data are called and how
// their values are written.
//
// In come a column name or key ("交易金额（元）", "F39", "RspCode") and the raw
// text of its value; out go a [Field] and the value in a [txn.Record]. There is
// one dictionary of names ([Lookup]) and one set of value parsers
// ([Context.Set]) for every kind of input. Field numbers and names follow ISO
// 8583:1987 and its China UnionPay profile; export names come from the column
// headings that acquirers, wallets and banks publish.
package field

import "fmt"

// Field is a value of txn.Record that an input may state, or a part of one
// (Date and Clock make a time; Debit and Credit make an amount).
type Field uint8

// The fields. Ignore is a name that is known and deliberately not read.
const (
	None         Field = iota
	Ignore             // known, not read: PIN blocks, tracks, balances, goods, rates
	Time               // date and time, or one of both
	Date               // date alone, field 13
	Clock              // time of day alone, field 12
	TimeZone           // zone of the row's times
	SentAt             // MMDDhhmmss, field 7: a key, and the time where there is none other
	SettleOn           // business day, field 15
	Amount             // field 4
	Fee                // charged by acquirer or wallet
	Net                // what is paid out
	Debit              // amount of a row that takes money from the account
	Credit             // amount of a row that brings money to the account
	NetDebit           // the same after fees
	NetCredit          //
	RefundAmount       // makes the row a refund of this amount, unless it was paid back of the row's own
	Direction          // debit or credit, in or out
	Currency           // letters or ISO 4217 number, field 49
	Code               // response code, field 39
	Status             // status word of an export
	Text               // error or answer text
	Reason             // why a reversal was sent
	Kind               // what the row does, in words
	Call               // the interface that was called, such as alipay.trade.pay: a kind, where its last part is one
	MTI                // field 0
	ProcCode           // field 3
	EntryMode          // field 22
	CondCode           // field 25
	Latency            // time to the answer
	TimedOut           // yes or no
	Origin             // who made the code: host or terminal
	Institution        // whose code table applies
	Acquirer           // field 32
	Forwarder          // field 33
	MID                // field 42
	TID                // field 41
	STAN               // field 11
	Batch              // field 60.2 of a UnionPay terminal
	RRN                // field 37
	AuthCode           // field 38
	OrderNo            // the merchant's number
	ChannelNo          // the wallet's or acquirer's number
	RefundNo           //
	OrigSTAN           //
	OrigRRN            //
	OrigTime           // checked, not kept
	PAN                // field 2
	Issuer             // bank of the card
	Carrier            // of the SIM card or line
	Region             //
	Network            // 4G, WIFI, ETH
	Model              // terminal model or application version
	Channel            // how the payment was made: POS, QR, online
	Level              // log level: lets a reader tell a log line, is not kept

	Count // number of fields, not a field
)

var names = [Count]string{
	None: "none", Ignore: "ignore", Time: "time", Date: "date", Clock: "clock", TimeZone: "timezone",
	SentAt: "sent_at", SettleOn: "settle_on", Amount: "amount", Fee: "fee", Net: "net", Debit: "debit",
	Credit: "credit", NetDebit: "net_debit", NetCredit: "net_credit", RefundAmount: "refund_amount",
	Direction: "direction", Currency: "currency", Code: "code", Status: "status", Text: "text", Reason: "reason",
	Kind: "kind", Call: "call", MTI: "mti", ProcCode: "proc_code", EntryMode: "entry_mode", CondCode: "cond_code",
	Latency: "latency", TimedOut: "timed_out", Origin: "origin", Institution: "institution", Acquirer: "acquirer",
	Forwarder: "forwarder", MID: "mid", TID: "tid", STAN: "stan", Batch: "batch", RRN: "rrn", AuthCode: "auth_code",
	OrderNo: "order_no", ChannelNo: "channel_no", RefundNo: "refund_no", OrigSTAN: "orig_stan", OrigRRN: "orig_rrn",
	OrigTime: "orig_time", PAN: "pan", Issuer: "issuer", Carrier: "carrier", Region: "region", Network: "network",
	Model: "model", Channel: "channel", Level: "level",
}

// String is the name used in format files, rejects and reports.
func (f Field) String() string {
	if f < Count {
		return names[f]
	}
	return fmt.Sprintf("invalid(%d)", uint8(f))
}

// Parse is the inverse of String. The words "" and "none" are no fields.
func Parse(s string) (Field, error) {
	for f := Ignore; f < Count; f++ {
		if names[f] == s {
			return f, nil
		}
	}
	return None, fmt.Errorf("unknown field %q: use one of %v", s, names[Ignore:])
}

// Identifier reports whether the value is a text whose digits, leading zeros
// and length matter, so that a spreadsheet's number must not be used for it.
func (f Field) Identifier() bool {
	switch f {
	case MTI, ProcCode, EntryMode, CondCode, SentAt, Institution, Acquirer, Forwarder, MID, TID, STAN, Batch, RRN,
		AuthCode, OrderNo, ChannelNo, RefundNo, OrigSTAN, OrigRRN, PAN:
		return true
	}
	return false
}

// Money reports whether the value is an amount.
func (f Field) Money() bool {
	switch f {
	case Amount, Fee, Net, Debit, Credit, NetDebit, NetCredit, RefundAmount:
		return true
	}
	return false
}

// Temporal reports whether the value is a time, a date or a time of day.
func (f Field) Temporal() bool {
	switch f {
	case Time, Date, Clock, SettleOn, OrigTime:
		return true
	}
	return false
}

// Error is a value that cannot be what its column says it is.
type Error struct {
	Field Field
	Rule  string // stable word, such as "amount-syntax"
	Msg   string // what is wrong, in one sentence
	Hint  string // what to change
}

func (e *Error) Error() string {
	s := e.Field.String() + ": " + e.Msg
	if e.Hint != "" {
		s += "; " + e.Hint
	}
	return s
}
