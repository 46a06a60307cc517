package ecr

import (
	"strings"

	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/txn"
)

// fill copies the tags into a record. The error is a *field.Error.
func (r *reader) fill(rec *txn.Record, f *frame, at string) error {
	r.ctx.Begin(rec)
	code, _ := f.chars(0x07)
	switch {
	case code == "" && f.receipt():
		rec.Code, rec.Origin = "00", txn.Inferred // the driver prints a receipt for approvals only
	case len(code) == 2 && alphanumeric(code):
		rec.Code = strings.ToUpper(code)
		rec.Origin = txn.Host
		if rec.Code == "99" && f.tags[0x1A] == nil {
			rec.Origin = txn.TerminalMade
		}
	case code != "":
		// A number of the terminal's own, which the driver reports as 99.
		if rec.Reason = f.number(0x07); rec.Reason == "" {
			return &field.Error{Field: field.Code, Rule: "code-syntax", Msg: "tag DF07 holds no response code", Hint: "look whether the dump was damaged"}
		}
		rec.Code, rec.Origin = "99", txn.TerminalMade
	}
	for _, t := range []struct {
		tag byte
		f   field.Field
		num bool
	}{{0x0A, field.STAN, true}, {0x11, field.Batch, true}, {0x12, field.TID, false}, {0x13, field.MID, false}, {0x1A, field.RRN, false},
		{0x1B, field.AuthCode, false}, {0x1E, field.PAN, false}, {0x2C, field.Issuer, false}, {0xBE, field.OrderNo, false}, {0x69, field.ChannelNo, false}} {
		v := ""
		if t.num {
			v = f.number(t.tag)
		} else {
			s, torn := f.chars(t.tag)
			if v = s; torn {
				rec.Flags |= txn.TruncatedText
			}
		}
		if v != "" {
			if err := r.ctx.Set(rec, t.f, v); err != nil {
				return err
			}
		}
	}
	if rec.STAN == "" {
		rec.STAN = f.number(0x10) // the number of the slip
	}
	if orig := f.number(0x19); orig != "" {
		rec.OrigSTAN = orig
	}
	if _, torn := f.chars(0x45); torn { // the merchant's name
		rec.Flags |= txn.TruncatedText
	}
	if a := amount(f); a != "" {
		if err := r.ctx.Set(rec, field.Amount, a); err != nil {
			return err
		}
	}
	if d, t := f.number(0x1C), f.number(0x1D); len(d) == 4 && len(t) == 6 {
		rec.SentAt = d + t
	}
	if at != "" {
		if err := r.ctx.Set(rec, field.Time, at); err != nil {
			return err
		}
	}
	return r.ctx.Finish(rec)
}

// amount is DF03: "RMB -0.20", or twelve packed digits of fen in a request.
func amount(f *frame) string {
	s, _ := f.chars(0x03)
	if s = strings.TrimSpace(strings.TrimPrefix(s, "RMB")); strings.Contains(s, ".") {
		return s
	}
	if n := f.number(0x03); len(n) == 12 {
		return n
	}
	return s
}

func alphanumeric(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i] | 0x20; !(s[i] >= '0' && s[i] <= '9' || c >= 'a' && c <= 'z') {
			return false
		}
	}
	return true
}
