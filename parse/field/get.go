package field

import (
	"cmp"
	"strconv"
	"time"

	"github.com/poslog/poslog/txn"
)

// Get writes the value that a record has for a field: times as RFC 3339 in loc
// (a day alone as 2026-11-20), amounts as decimals of the major unit, latencies
// in milliseconds, flags as true; "" for an absent value.
func Get(r *txn.Record, f Field, loc *time.Location) string {
	if loc == nil {
		loc = time.UTC
	}
	switch f {
	case Time, Date, Clock:
		if !r.At.Valid() {
			return ""
		}
		t := r.At.Time().In(loc)
		switch r.Prec {
		case txn.PrecDay:
			return t.Format(time.DateOnly)
		case txn.PrecMilli:
			return t.Format("2006-01-02T15:04:05.000Z07:00")
		case txn.PrecMicro:
			return t.Format("2006-01-02T15:04:05.000000Z07:00")
		}
		return t.Format(time.RFC3339)
	case SettleOn:
		return r.SettleOn.String()
	case Amount, Debit, Credit, RefundAmount:
		return r.Amount.In(r.Currency)
	case Fee:
		return r.Fee.In(r.Currency)
	case Net, NetDebit, NetCredit:
		return r.Net.In(r.Currency)
	case Currency:
		return cmp.Or(r.Currency, "CNY")
	case Latency:
		if r.Latency == txn.NoLatency {
			return ""
		}
		return strconv.Itoa(int(r.Latency))
	case Kind:
		return r.Kind.String()
	case TimedOut:
		if r.Flags.Has(txn.TimedOut) {
			return "true"
		}
		return ""
	case Origin:
		return r.Origin.String()
	case PAN:
		return r.PAN.Masked
	}
	if s := In(r, f); s != nil {
		return *s
	}
	return ""
}

// In returns the string of the record that holds the field, nil where none does.
func In(r *txn.Record, f Field) *string {
	switch f {
	case Code:
		return &r.Code
	case Status:
		return &r.Status
	case Text:
		return &r.Text
	case Reason:
		return &r.Reason
	case Currency:
		return &r.Currency
	case MTI:
		return &r.MTI
	case ProcCode:
		return &r.ProcCode
	case EntryMode:
		return &r.EntryMode
	case CondCode:
		return &r.CondCode
	case Institution:
		return &r.Institution
	case Acquirer:
		return &r.Acquirer
	case Forwarder:
		return &r.Forwarder
	case MID:
		return &r.MID
	case TID:
		return &r.TID
	case STAN:
		return &r.STAN
	case SentAt:
		return &r.SentAt
	case Batch:
		return &r.Batch
	case RRN:
		return &r.RRN
	case AuthCode:
		return &r.AuthCode
	case OrderNo:
		return &r.OrderNo
	case ChannelNo:
		return &r.ChannelNo
	case RefundNo:
		return &r.RefundNo
	case OrigSTAN:
		return &r.OrigSTAN
	case OrigRRN:
		return &r.OrigRRN
	case Issuer:
		return &r.Issuer
	case Carrier:
		return &r.Carrier
	case Region:
		return &r.Region
	case Network:
		return &r.Network
	case Model:
		return &r.Model
	case Channel:
		return &r.Channel
	}
	return nil
}
