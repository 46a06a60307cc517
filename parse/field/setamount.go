package field

import (
	"cmp"
	"math"
	"strconv"
	"strings"

	"github.com/poslog/poslog/txn"
)

func (c *Context) setAmount(r *txn.Record, f Field, raw string) error {
	v, rule := parseAmount(raw, c.Units[f], c.Decimal)
	if rule != "" {
		return amountError(f, rule)
	}
	if !v.Minor.Valid() {
		return nil
	}
	if v.Currency != "" && r.Currency == "" {
		r.Currency = v.Currency
	}
	some := v.Minor != 0 || v.third != 0
	switch f {
	case Amount:
		if !some && r.Amount.Valid() && r.Amount != 0 {
			return nil // of what was ordered nothing was paid
		}
		c.keep(&r.Amount, amountPart, f, raw, v, false)
		c.row.negative, c.row.letter = v.Negative, v.Letter
	case Debit, Credit:
		// The two columns of a statement: one is empty or zero.
		if !some && r.Amount.Valid() {
			return nil
		}
		c.keep(&r.Amount, amountPart, f, raw, v, false)
		if some {
			c.row.dir = -1
			if f == Credit {
				c.row.dir = 1
			}
			if v.Negative && !(c.Minus && f == Debit) { // a reversed booking
				c.row.dir = -c.row.dir
			}
		}
	case RefundAmount:
		if some {
			c.keep(&c.row.back, backPart, f, raw, v, false)
		}
	case Fee:
		c.keep(&r.Fee, feePart, f, raw, v, v.Negative != (v.Letter == 'C'))
	case Net:
		c.keep(&r.Net, netPart, f, raw, v, v.Negative != (v.Letter == 'D'))
	case NetDebit:
		if some || !r.Net.Valid() {
			c.keep(&r.Net, netPart, f, raw, v, !v.Negative)
		}
	case NetCredit:
		if some || !r.Net.Valid() {
			c.keep(&r.Net, netPart, f, raw, v, v.Negative)
		}
	}
	return nil
}

// Parts of the money of a row that wait for its currency.
const (
	amountPart = iota
	feePart
	netPart
	backPart
	moneyParts
)

// waiting is an amount in major units, in hundredths, of a row whose currency may still
// come.
type waiting struct {
	field   Field
	unit    Unit
	raw     string
	negated bool
}

// keep stores an amount. One in major units is taken in hundredths, and settled when the
// row is finished where its currency has other decimals, or where it has more of them.
func (c *Context) keep(to *txn.Minor, part int, f Field, raw string, v Value, negated bool) {
	if *to = v.Minor; negated {
		*to = -v.Minor
	}
	c.row.waits &^= 1 << part
	if v.major {
		c.await(part, f, raw, negated)
		c.row.fine = c.row.fine || v.third != 0 || v.more
	}
}

func (c *Context) await(part int, f Field, raw string, negated bool) {
	c.money[part] = waiting{f, c.Units[f], raw, negated}
	c.row.waits |= 1 << part
}

// Refused is the value because of which Finish refused the row, "" where it was not a
// single one.
func (c *Context) Refused() string { return c.row.refused }

// finishMoney turns the amounts of a row that are in major units into minor units of its
// currency.
func (c *Context) finishMoney(r *txn.Record) error {
	decimals := txn.Exponent(r.Currency)
	if decimals == 2 && !c.row.fine {
		return nil
	}
	for part, to := range [...]*txn.Minor{&r.Amount, &r.Fee, &r.Net, &c.row.back} {
		w := &c.money[part]
		if c.row.waits&(1<<part) == 0 || !to.Valid() {
			continue
		}
		// What a transaction moved has no parts of a cent. A rate times an amount has.
		v, _ := parseAmount(w.raw, w.unit, c.Decimal) // again
		if rule := v.scale(decimals, c.Round && (part == feePart || part == netPart)); rule != "" {
			e := amountError(w.field, rule)
			c.row.refused = w.raw
			if decimals == 0 {
				e.Msg, e.Hint = "the amount has decimals, which "+r.Currency+" does not have", "check the currency of the row; amounts of it are whole numbers"
			}
			return e
		}
		if v.Rounded {
			c.Rounded++
		}
		if *to = v.Minor; w.negated {
			*to = -v.Minor
		}
	}
	return nil
}

// SetNumber stores a spreadsheet number. text is the number as the workbook
// stores it ("42663.62", "4814769000000000", "1E+15"); a date or time column
// takes it as a serial day count, a code column gets its leading zero back (0
// becomes "00"), and an identifier is written out in full.
func (c *Context) SetNumber(r *txn.Record, f Field, text string, date1904 bool) error {
	switch {
	case f.Temporal():
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(v) || v < 0 || v > 2958466 { // 9999-12-31
			// 20261120 and 20261120081532 are dates that somebody typed as numbers.
			if whole := plainNumber(text); len(whole) == 8 || len(whole) == 14 {
				return c.Set(r, f, whole)
			}
			return timeError(f, text, "time-syntax")
		}
		return c.setSerial(r, f, v, date1904)
	case f.Money():
		return c.Set(r, f, roundedAmount(text))
	case f == Code:
		s := plainNumber(text)
		if len(s) == 1 {
			s = "0" + s
		}
		return c.Set(r, f, s)
	case f.Identifier():
		s := plainNumber(text)
		// A double holds 15 digits; a longer number has lost its tail.
		if len(s) > 15 {
			r.Flags |= txn.IDPrecision
		}
		return c.Set(r, f, padIdentifier(f, s))
	}
	return c.Set(r, f, text)
}

// padIdentifier gives the leading zeros back where the length is fixed by the
// message standard.
func padIdentifier(f Field, s string) string {
	width := 0
	switch f {
	case STAN, Batch, ProcCode, OrigSTAN:
		width = 6
	case MTI:
		width = 4
	case TID:
		width = 8
	case RRN, OrigRRN:
		width = 12
	case EntryMode:
		width = 3
	case CondCode:
		width = 2
	case SentAt:
		width = 10
	}
	if len(s) < width && digitsOnly(s) {
		return strings.Repeat("0", width-len(s)) + s
	}
	return s
}

// plainNumber writes a number without exponent and without ".0".
func plainNumber(text string) string {
	s := strings.TrimSpace(text)
	if i := strings.IndexAny(s, "eE"); i > 0 {
		if whole, frac, rule := exponent(s, i); rule == "" {
			s = whole
			if strings.Trim(frac, "0") != "" {
				s += "." + strings.TrimRight(frac, "0")
			}
		}
	}
	if whole, frac, ok := strings.Cut(s, "."); ok && strings.Trim(frac, "0") == "" {
		s = whole
	}
	return s
}

// roundedAmount takes the noise off a binary fraction: 0.30000000000000004.
func roundedAmount(text string) string {
	_, frac, _ := strings.Cut(text, ".")
	if len(frac) <= 4 && !strings.ContainsAny(text, "eE") {
		return text
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Abs(v) >= 1e13 {
		return text
	}
	for decimals := 2; decimals <= 3; decimals++ {
		if s := strconv.FormatFloat(v, 'f', decimals, 64); math.Abs(v-mustFloat(s)) < 1e-6*math.Max(1, math.Abs(v)) {
			return s
		}
	}
	return text
}

func mustFloat(s string) float64 {
	v, _ := strconv.ParseFloat(s, 64)
	return v
}

// setSerial reads a day count since 1899-12-30 (or 1904-01-01): whole days are
// a date, a fraction below one is a time of day.
func (c *Context) setSerial(r *txn.Record, f Field, v float64, date1904 bool) error {
	days := math.Floor(v)
	millis := int(math.Round((v - days) * 86_400_000))
	// Doubles carry about a microsecond here; a value within two milliseconds of
	// a second is that second.
	if rest := millis % 1000; rest <= 2 {
		millis -= rest
	} else if rest >= 998 {
		millis += 1000 - rest
	}
	if millis >= 86_400_000 {
		days, millis = days+1, 0
	}
	var t stamp
	if days > 0 || f == Date || f == SettleOn {
		n := int(days)
		if date1904 {
			n += 1462
		}
		t.year, t.month, t.day = serialDate(n)
		t.date, t.prec = true, txn.PrecDay
	}
	if (v != days || days == 0) && f != Date && f != SettleOn {
		sec := millis / 1000
		t.hour, t.min, t.sec, t.micro = sec/3600, sec/60%60, sec%60, millis%1000*1000
		t.clock, t.prec = true, txn.PrecSecond
		if t.micro != 0 {
			t.prec = txn.PrecMilli
		}
	}
	if t.date && (t.year < firstYear || t.year > lastYear) {
		if f == SettleOn {
			return nil // not settled yet
		}
		return timeError(f, "", "year-range")
	}
	if f == SettleOn {
		r.SettleOn = txn.Date(t.year*10000 + t.month*100 + t.day)
		return nil
	}
	if f == OrigTime {
		return nil
	}
	c.row.at.merge(&t)
	c.row.pending = true
	return nil
}

// serialDate converts a spreadsheet's day number. Day 60 is 1900-02-29, which
// never was: the days before it are one off in every spreadsheet.
func serialDate(n int) (year, month, day int) {
	if n < 60 {
		n++
	}
	return civil(n - 25569)
}

// civil converts days since 1970-01-01 into a proleptic Gregorian date.
func civil(z int) (year, month, day int) {
	z += 719468
	era := z / 146097
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = doy - (153*mp+2)/5 + 1
	month = mp + 3
	if month > 12 {
		month -= 12
	}
	year = yoe + era*400
	if month <= 2 {
		year++
	}
	return year, month, day
}

// Finish completes the row: the time from its parts, the kind from message
// type, words and signs, the origin of the code, and whether no answer came.
func (c *Context) Finish(r *txn.Record) error {
	if err := c.finishMoney(r); err != nil {
		return err
	}
	if c.row.pending || c.row.zoneWord != "" || !r.At.Valid() {
		if err := c.finishTime(r); err != nil {
			return err
		}
	}
	if c.row.yearless {
		day := stamp{month: int(r.SettleOn) / 100 % 100, day: int(r.SettleOn) % 100}
		switch {
		case r.At.Valid():
			r.SettleOn = txn.Date(nearYear(day, r.At)*10000 + day.month*100 + day.day)
		case int(r.SettleOn)/10000 == firstYear:
			return yearUnknown(r.SettleOn)
		}
	}
	c.finishKind(r)
	switch r.Kind {
	case txn.KindUnknown:
		r.Doing = cmp.Or(c.row.kindWord, r.ProcCode)
	case txn.Other:
		r.Doing = cmp.Or(r.Doing, c.row.kindWord)
	}
	if r.Status == "" && FailedKind(c.row.kindWord) {
		r.Status = c.row.kindWord
	}
	if r.Text != "" {
		r.Flags |= TextFlags(r.Text)
	}
	if r.Reason != "" && r.Kind != txn.Reversal {
		r.Flags |= TextFlags(r.Reason)
	}
	switch {
	case r.Code == "" && lateWords[strings.ToUpper(r.Status)]:
		r.Flags |= txn.TimedOut
	case r.Code == "":
		limit := c.TimeLimit
		if limit == 0 {
			limit = 30_000
		}
		if r.Latency >= limit && r.Status == "" {
			r.Flags |= txn.TimedOut
		}
	case r.Kind == txn.Reversal && txn.Reversing(r.MTI):
		r.Origin = txn.ReversalReason
	case r.Origin != txn.OriginUnknown:
	case len(r.MTI) == 4 && (r.MTI[2] == '1' || r.MTI[2] == '3') && r.Flags&txn.TimedOut == 0:
		r.Origin = txn.Host
	}
	return nil
}

func (c *Context) finishKind(r *txn.Record) {
	switch {
	case txn.Reversing(r.MTI):
		r.Kind = txn.Reversal
	case r.Kind == txn.KindUnknown:
		r.Kind = KindOf(r.MTI, r.ProcCode, r.CondCode)
	}
	if len(r.MTI) == 4 && r.MTI[3]&1 == 1 && r.MTI[3] <= '5' && r.MTI[1] != '8' {
		r.Flags |= txn.Repeat // 0201, 0401: the same message again
	}
	// Wallet bills state the kind of the row by its status alone.
	if r.Status != "" && (r.Kind == txn.KindUnknown || r.Kind == txn.Sale) {
		switch r.Status {
		case "REFUND":
			r.Kind = txn.Refund
		case "REVOKED":
			r.Kind = txn.Void
		case "退款成功", "退货成功": // of a sale whose money went out it says what became of it
			if c.Directed && c.row.dir >= 0 {
				r.Kind = txn.Refund
			}
		default: // Refund Settled Successfully
			if len(r.Status) > 7 && strings.EqualFold(r.Status[:6], "refund") && (r.Status[6] == ' ' || c.Events && strings.IndexByte("_-", r.Status[6]) >= 0) {
				r.Kind = txn.Refund
			}
		}
	}
	if r.Kind == txn.KindUnknown { // REFUND_SUCCESS
		switch what, _, _ := strings.Cut(r.Code, "_"); what {
		case "REFUND":
			r.Kind = txn.Refund
		case "CANCEL":
			r.Kind = txn.Void
		}
	}
	if c.row.back.Valid() && !c.ofSale(r) {
		r.Amount, r.Kind, c.row.negative, c.row.letter = c.row.back, txn.Refund, false, 0
		c.row.back = txn.NoAmount
	}
	if !r.Amount.Valid() {
		if c.row.dir < 0 && r.Kind != txn.Sale && r.Net.Valid() && r.Net > 0 { // ADJUST, OUT
			r.Net = -r.Net
		}
		return
	}
	if c.Told && r.Kind == txn.KindUnknown {
		r.Kind = leadingKind(r.Text)
	}
	out := c.row.negative
	switch {
	case c.row.dir != 0:
		if out = c.row.dir < 0; !out && r.Kind == txn.Reversal && r.MTI == "" {
			r.Kind = txn.Other // what went out came back
		}
	case c.row.letter == 'D' && (r.Kind != txn.Sale || c.Lettered), c.row.letter == 'C' && c.Marked:
		out = true
	}
	c.row.signed = r.Amount
	if out {
		c.row.signed = -r.Amount
		switch {
		case r.Kind != txn.Sale:
		case c.Outgoing:
			r.Kind = txn.Other
		case c.row.dir == 0 && !c.Spent:
			r.Kind, r.Doing = txn.Refund, cmp.Or(c.row.kindWord, "-")
		}
		if r.Kind == txn.KindUnknown {
			if r.Kind = c.NegativeKind; r.Kind == txn.KindUnknown {
				r.Kind = txn.Refund
			} else if r.Kind == txn.Other {
				r.Doing = cmp.Or(c.row.kindWord, "amount < 0")
			}
		}
		return
	}
	switch r.Kind {
	case txn.Refund, txn.Void, txn.Reversal:
		r.Flags |= txn.NegativeByType
	}
}

// ofSale reports whether the amount of a refund column was paid back of the row's own
// amount, as lists of orders have it: the row has no number of a refund and its words say
// a sale, of which a part at most was paid back.
func (c *Context) ofSale(r *txn.Record) bool {
	if !r.Amount.Valid() || r.Amount < c.row.back || r.RefundNo != "" || r.Kind != txn.Sale && r.Kind != txn.KindUnknown {
		return false
	}
	switch s := strings.ToUpper(r.Status); {
	case s == "":
		return r.Kind == txn.Sale
	case strings.Contains(s, "部分"), strings.Contains(s, "PARTIAL"), strings.Contains(s, "PARCIAL"), strings.HasPrefix(s, "已"), s == "REFUNDED", s == "REVERSED": // what became of the sale
		return true
	default:
		return !strings.ContainsAny(s, "退撤冲") && !strings.Contains(s, "REFUND") && !strings.Contains(s, "REV") && !strings.Contains(s, "CANCEL")
	}
}

func amountError(f Field, rule string) *Error {
	e := &Error{Field: f, Rule: rule}
	switch rule {
	case "amount-grouping":
		e.Msg, e.Hint = "the groups of thousands do not have three digits", "say decimal: comma in a format file if the comma separates decimals"
	case "amount-decimals":
		e.Msg, e.Hint = "there are more decimals than the currency has", "say decimal: comma or units: {amount: fen} in a format file if that is meant"
	case "amount-fraction":
		e.Msg, e.Hint = "an amount in minor units has decimals", "say units: {amount: yuan} in a format file"
	case "amount-range":
		e.Msg, e.Hint = "the amount has more than 15 digits in minor units", "check which column is the amount"
	default:
		e.Msg, e.Hint = "this is not an amount", "write it as 1234.56 or in 12 digits of minor units"
	}
	return e
}

func latencyError(raw, rule string) error {
	e := &Error{Field: Latency, Rule: rule, Msg: "this is not a duration", Hint: "write it as 235ms or 1.2s"}
	switch rule {
	case "latency-unit":
		e.Msg = "the unit of the duration is not ms, s or us"
	case "latency-range":
		e.Msg = "the duration is longer than 24 days"
	}
	return e
}
