package generate

import (
	"bufio"
	"fmt"
	"io"

	"github.com/poslog/poslog/txn"
)

// acomnFiles adds UnionPay's institution file of acquired transactions, one per
// business day: 500 bytes and CRLF per record, fields parted by a blank, the
// response code in bytes 185 to 187. The amount has no sign: the processing code
// says void or refund.
func (w *World) acomnFiles() {
	for d := range w.Days {
		day := w.dates[d]
		name := fmt.Sprintf("IND%06d01ACOMN", int(day)%1_000_000)
		w.outputs = append(w.outputs, output{name, func(out io.Writer, _ marker) error { return w.writeACOMN(out, day) }})
	}
}

func (w *World) writeACOMN(out io.Writer, day txn.Date) error {
	b := bufio.NewWriterSize(out, 1<<16)
	var rec [502]byte
	for i := range w.Settled {
		s := &w.Settled[i]
		if s.Dropped || s.On != day {
			continue
		}
		t := &w.Terminals[s.Term]
		for k := range rec {
			rec[k] = ' '
		}
		put := func(at int, v string) { copy(rec[at:], v) }
		m := mtis[s.Kind]
		code := approved
		if s.Row >= 0 && w.Rows[s.Row].Flags&Answered != 0 {
			code = w.Rows[s.Row].Code
		}
		put(0, fmt.Sprintf("4802%04d", 3310+t.Institution))
		put(12, "00010000")
		put(24, digits(s.STAN, 6))
		put(31, w.clock(s.At).Format("0102150405"))
		put(42, w.masked(s.Card))
		put(62, digits(uint64(s.Amount), 12))
		put(75, digits(uint64(0), 12))
		put(88, digits(uint64(0), 12))
		put(101, m[0])
		put(106, m[2])
		put(113, w.Merchants[t.Merchant].MID[7:11])
		put(118, t.TID)
		put(127, w.Merchants[t.Merchant].MID)
		put(143, digits(s.RRN, 12))
		put(156, "00")
		put(159, auth(s.Auth))
		put(166, "00010000")
		if s.Row >= 0 && w.Rows[s.Row].Orig >= 0 {
			put(178, digits(w.Rows[w.Rows[s.Row].Orig].STAN, 6))
		}
		put(185, code.String())
		put(188, "051")
		put(192, "C"+digits(uint64(0), 11))
		put(205, feeLetter(s.Kind)+digits(uint64(s.Fee), 11))
		put(218, "D"+digits(uint64(3), 11))
		put(231, "1")
		put(252, "01030000")
		put(500, "\r\n")
		if _, err := b.Write(rec[:]); err != nil {
			return err
		}
	}
	return b.Flush()
}

// feeLetter: a sale owes the fee (debit), a void or refund gets it back.
func feeLetter(k txn.Kind) string {
	if k == txn.Sale {
		return "D"
	}
	return "C"
}
