package exchange

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// Fields are the values of one message by field number, as text; 0 is the
// message type, "" is absent.
type Fields [129]string

// isoFields maps the fields that are copied, in the order in which they are set:
// the MTI and the processing code decide the kind, and with it what a code is.
var isoFields = []struct {
	id int
	f  field.Field
}{
	{0, field.MTI}, {3, field.ProcCode}, {25, field.CondCode}, {4, field.Amount}, {11, field.STAN}, {22, field.EntryMode},
	{32, field.Acquirer}, {33, field.Forwarder}, {37, field.RRN}, {38, field.AuthCode}, {39, field.Code},
	{41, field.TID}, {42, field.MID},
}

// Fill checks the values of a message and copies them into a record that
// ctx.Begin has cleared. at is the time at which the log was written, "" where the
// log has none: then the message's own times are used. The error is a *field.Error.
//
// What a wrong packager makes of a message looks plausible field by field, so the
// type, the amount, the times, the trace number and the code must be possible
// before anything is believed.
func Fill(ctx *field.Context, r *txn.Record, f *Fields, at string) error {
	for i, v := range f {
		if v != "" {
			f[i] = tidy(v)
		}
	}
	if len(f[7]) == 9 {
		f[7] = "0" + f[7] // printed as a number
	}
	if err := check(f, at != ""); err != nil {
		return err
	}
	f.amount()
	for _, iso := range isoFields {
		if v := f[iso.id]; v != "" {
			if err := ctx.Set(r, iso.f, v); err != nil {
				return err
			}
		}
	}
	if c := f[49]; c != "" && ctx.Set(r, field.Currency, c) != nil {
		r.Currency = c // a number of ISO 4217 that has no letters here
	}
	if err := setTime(ctx, r, f, at); err != nil {
		return err
	}
	if d := f[15]; d != "" {
		_ = ctx.Set(r, field.SettleOn, d) // a business day that cannot be is as good as none
	}
	pan := f[2]
	if pan == "" {
		pan, _, _ = strings.Cut(strings.ReplaceAll(f[35], "D", "="), "=")
	}
	if pan != "" {
		r.PAN = txn.Mask(pan)
	}
	if o := f[90]; len(o) >= 10 {
		r.OrigSTAN = o[4:10]
	}
	for _, id := range []int{44, 63} {
		if s, torn := words(f[id]); s != "" {
			r.Text = txn.Scrub(s)
			if torn {
				r.Flags |= txn.TruncatedText
			}
			break
		}
	}
	if c := f[60]; len(c) >= 4 && c[0] == '4' && digits.Only(c[:4]) && txn.Reversing(f[0]) {
		r.Reason = c[:4]
	}
	if err := ctx.Finish(r); err != nil {
		return err
	}
	if r.Code != "" && isAnswer(r.MTI) {
		r.Origin = txn.Host // also of a 0410, whose field 39 is an answer and no reason
	}
	if r.MTI[1] == '8' {
		if k, ok := network[managementCode(f)]; ok {
			r.Kind = k
		}
	}
	return nil
}

// amount makes twelve digits of field 4, which is in minor units whether padded or not.
// That of ISO 8583:2003 has the currency in front, three digits and its number of decimals.
func (f *Fields) amount() {
	a := f[4]
	if len(a) == 16 {
		f[4], f[49] = a[4:], a[:3]
	} else if a != "" && len(a) < 12 {
		f[4] = strings.Repeat("0", 12-len(a)) + a
	}
}

// tidy takes fillers off a value, and takes a value that the log wiped as absent.
func tidy(v string) string {
	v = strings.Trim(v, " \t\x00")
	if v == "[WIPED]" || v != "" && strings.Trim(v, "*") == "" {
		return ""
	}
	return v
}

// check reports values that are impossible. Of a log that states the time itself, field 7 is
// no more than a key, and some write the day before the month.
func check(f *Fields, timed bool) error {
	const hint = "check that the packager fits the message"
	bad := func(name field.Field, rule, msg string) error {
		return &field.Error{Field: name, Rule: rule, Msg: msg, Hint: hint}
	}
	switch {
	case f[0] == "":
		return &field.Error{Field: field.MTI, Rule: "mti-missing", Msg: "the message has no field 0",
			Hint: "the message was cut or mixed with another; see the lines around it"}
	case !MessageType(f[0]):
		return bad(field.MTI, "mti-syntax", fmt.Sprintf("%q is no message type", f[0]))
	case f[39] != "" && !CodeLike(f[39]):
		return bad(field.Code, "code-syntax", "field 39 holds no response code")
	case f[4] != "" && (!digits.Only(f[4]) || len(f[4]) > 12 && !inCurrency(f[4])):
		return bad(field.Amount, "amount-syntax", "field 4 is not an amount of up to 12 digits")
	case f[11] != "" && (!digits.Only(f[11]) || len(f[11]) > 12):
		return bad(field.STAN, "stan-syntax", "field 11 is not a trace number")
	case f[7] != "" && !(len(f[7]) == 10 && (Clock(f[7], 13, 32, 24, 60, 60) || timed && Clock(f[7], 32, 13, 24, 60, 60))):
		return bad(field.SentAt, "sent-at-syntax", "field 7 is not a time of the form MMDDhhmmss")
	}
	return nil
}

// inCurrency reports whether the digits of an amount have a known currency in front, with
// as many decimals as the currency has.
func inCurrency(a string) bool {
	var r txn.Record
	return len(a) == 16 && new(field.Context).Set(&r, field.Currency, a[:3]) == nil && int(a[3]-'0') == txn.Exponent(r.Currency)
}

// setTime takes the log's time, else the message's own.
func setTime(ctx *field.Context, r *txn.Record, f *Fields, at string) error {
	r.SentAt = f[7]
	switch {
	case at != "":
		if ctx.Day == 0 && field.ClockStamp(at) == len(at) { // the log has no date, and the message has
			if d := f[13]; len(d) == 4 {
				_ = ctx.Set(r, field.Date, d)
			} else if f[7] != "" {
				_ = ctx.Set(r, field.Date, f[7][:4])
			}
		}
		return ctx.Set(r, field.Time, at)
	case len(f[12]) == 14 && Clock(f[12][2:], 0, 13, 32, 24, 60, 60): // yyyyMMddhhmmss, ISO 8583:2003
		return ctx.Set(r, field.Time, f[12])
	case len(f[12]) == 12 && Clock(f[12], 0, 13, 32, 24, 60, 60): // yyMMddhhmmss, ISO 8583:1993
		return ctx.Set(r, field.Time, "20"+f[12])
	case f[7] != "":
	case len(f[12]) == 6 && len(f[13]) == 4 && Clock(f[13]+f[12], 13, 32, 24, 60, 60):
		r.SentAt = f[13] + f[12]
	}
	return nil
}

// words returns the text of an additional-data field, "" where it holds codes
// only. Terminals get such texts in GBK, cut at a number of bytes.
func words(s string) (out string, torn bool) {
	gb := text.Charset{PreferGB: true}
	s, torn = gb.Decode(s)
	letters := 0
	for _, c := range s {
		switch {
		case unicode.Is(unicode.Han, c):
			return s, torn
		case unicode.IsLetter(c):
			if letters++; letters >= 6 {
				return s, torn
			}
		case unicode.IsDigit(c):
			letters = 0
		}
	}
	return "", false
}

// network maps the network management code.
var network = map[string]txn.Kind{"001": txn.SignOn, "003": txn.SignOn, "004": txn.SignOn, "002": txn.SignOff,
	"101": txn.Other, "161": txn.Other, "201": txn.Other, "202": txn.Other, "270": txn.Echo, "301": txn.Echo}

// managementCode is field 70, or part 3 of the field 60 of a Chinese terminal:
// two digits of type, six of the batch, three of the code.
func managementCode(f *Fields) string {
	if f[70] != "" {
		return strings.Repeat("0", max(0, 3-len(f[70]))) + f[70]
	}
	if c := f[60]; len(c) >= 11 && digits.Only(c[:11]) && c[:2] == "00" {
		return c[8:11]
	}
	return ""
}

// MessageType reports whether s can be a message type: version 0 to 2, 8 or 9,
// class 1 to 8, function 0 to 5, origin 0 to 5.
func MessageType(s string) bool {
	return len(s) == 4 && strings.IndexByte("01289", s[0]) >= 0 && s[1] >= '1' && s[1] <= '8' && s[2] >= '0' && s[2] <= '5' && s[3] >= '0' && s[3] <= '5'
}

// CodeLike reports whether s may be field 39: two to four letters and digits.
func CodeLike(s string) bool {
	if len(s) < 2 || len(s) > 4 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i] | 0x20; !(c >= 'a' && c <= 'z' || s[i] >= '0' && s[i] <= '9') {
			return false
		}
	}
	return true
}

// Clock reports whether s is digits whose pairs stay below their limits; a limit of
// 0 is none. A limit of 13 or 32 is that of a month or day, which begin at 1.
func Clock(s string, limits ...int) bool {
	if !digits.Only(s) || len(s) < 2*len(limits) {
		return false
	}
	for i, limit := range limits {
		n := int(s[2*i]-'0')*10 + int(s[2*i+1]-'0')
		if limit != 0 && n >= limit || n == 0 && (limit == 13 || limit == 32) {
			return false
		}
	}
	return true
}
