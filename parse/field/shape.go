package field

import "github.com/poslog/poslog/txn"

// Shape collects how the amounts of an input are written, to tell whole numbers
// of fen from whole numbers of yuan where nothing states the unit.
type Shape struct {
	whole, odd, small int
	told              bool // an amount with decimals or of twelve digits: its unit is seen from it
}

// Add takes one amount as it stands.
func (s *Shape) Add(raw string) {
	v, rule := ParseAmount(raw, UnitAuto, DecimalAuto)
	switch {
	case rule != "" || !v.Minor.Valid() || v.Minor == 0:
		return
	case !v.Bare || len(Clean(raw)) == 12:
		s.told = true
		return
	}
	n := int64(v.Minor) / 100
	s.whole++
	if n%100 != 0 {
		s.odd++
	}
	if n < 1000 {
		s.small++
	}
}

// Fen reports that the amounts are fen: at least five whole numbers, most of them
// no multiples of 100 and not below 1000. Programs that write yuan write decimals.
func (s *Shape) Fen() bool {
	return !s.told && s.whole >= 5 && s.odd*2 > s.whole && s.small*2 < s.whole
}

// Whole reports that there are amounts and all are whole numbers of one to eleven digits.
func (s *Shape) Whole() bool { return !s.told && s.whole > 0 }

// Large reports that most of them are whole numbers from 1000 on besides.
func (s *Shape) Large() bool { return s.Whole() && s.small*2 < s.whole }

// CreatedNote and ObjectNote say why whole numbers are minor units.
const (
	CreatedNote   = "amounts are taken as fen: they are whole numbers beside creation times in Unix time, as payment interfaces write them; say units: {amount: yuan} in a format file if that is wrong"
	MajorNote     = "amounts that are whole numbers of fewer than 12 digits were read as major units (yuan)"
	InterfaceNote = "amounts are taken as fen: they stand under the names that an interface has whose amounts are in fen; say units: {amount: yuan} in a format file if that is wrong"
	ObjectNote    = "amounts are taken as fen: they are whole numbers in an object with their currency, as payment interfaces write them; say units: {amount: yuan} in a format file if that is wrong"
)

// FenNote says so in a summary.
const FenNote = "amounts are taken as fen: they are whole numbers, most of them no multiples of 100; say units: {amount: yuan} in a format file if that is wrong"

// InterfaceAmount reports whether a name is that of an amount in a payment interface that
// states it in fen, by a name beside it by which that interface is told.
func InterfaceAmount(name, beside string) bool {
	switch beside {
	case "queryId", "origQryId", "txnSubType", "txnTime": // UnionPay, for merchants
		return name == "txnAmt"
	case "merOrderId": // its merchant services
		return name == "totalAmount"
	case "client_sn", "merchant_no", "log_no", "acc_trade_no": // 收钱吧, 拉卡拉
		return name == "total_amount"
	case "reqsn", "cusid": // 通联
		return name == "trxamt"
	case "syssn": // QFPay
		return name == "txamt"
	case "amount_refunded": // Stripe, Razorpay
		return name == "amount" || name == "amount_captured"
	case "pos_ref_id": // SPI, of banks in Australia
		return name == "purchase_amount" || name == "refund_amount" || name == "cash_amount"
	case "TerminalKey": // T-Bank
		return name == "Amount"
	case "cashRegisterId", "capture_mode": // Viva's terminals, Global Payments
		return name == "amount"
	case "sub_sale_type": // tills of Taobao
		return name == "trade_amount"
	case "mchnt_cd", "ins_cd": // 富友
		return name == "order_amt" || name == "total_amount"
	}
	return false
}

// UnionPayKinds are the types of transactions in UnionPay's interface for merchants.
var UnionPayKinds = map[string]txn.Kind{"00": txn.Balance, "01": txn.Sale, "02": txn.PreAuth, "03": txn.Completion, "04": txn.Refund,
	"31": txn.Void, "32": txn.PreAuthVoid, "33": txn.Void}
