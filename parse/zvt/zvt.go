// Package zvt reads what cash registers log of their talk with a terminal in ZVT,
// the protocol of terminals in Germany, Austria and Switzerland: messages as
// hexadecimal digits in a text log.
//
//	22:52:08.779 DBG SendAsync - 06-01-07-04-00-00-00-00-01-54
//	22:52:15.901 DBG Receive - 04-0F-19-27-00-04-00-00-00-00-01-54-0B-00-00-87-...
//
// In come lines; out go one record per command that moves money or talks to the host,
// completed with the terminal's status information (04 0F) and the end of the
// dialogue, one record of evidence per line that speaks of a lost or late connection,
// and skips for the rest. Results up to 99 are those of the host; above, they are the
// terminal's own, written as ZVT-6C (see the code table zvt).
package zvt

import (
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/exchange"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/hexdump"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// Reader reads logs of ZVT.
var Reader = entry.Reader{Name: "zvt", Sniff: sniff, Read: read}

// commands are those of the register that become records, and the bytes of the
// password in front of their fields.
var commands = map[uint16]struct {
	kind     txn.Kind
	password int
}{
	0x0601: {txn.Sale, 0}, 0x0622: {txn.PreAuth, 0}, 0x0623: {txn.Void, 0}, 0x0624: {txn.Completion, 0}, 0x0625: {txn.Void, 0},
	0x0630: {txn.Void, 3}, 0x0631: {txn.Refund, 3}, 0x0650: {txn.BatchSettle, 3}, 0x0670: {txn.Echo, 0}, 0x0693: {txn.SignOn, 3},
}

func sniff(_ string, head []byte) (int, string) {
	n, lines := 0, 0
	for l := range strings.Lines(text.Of(head)) {
		if lines++; lines > 2000 {
			break
		}
		if !telling(l) {
			continue
		}
		for _, m := range messages(l) {
			f, whole := parseFields(m.data)
			if m.command == 0x0601 && whole && len(f[0x04]) == 6 || m.command == status && len(f[0x27]) == 1 {
				n++
			}
		}
	}
	if n == 0 {
		return 0, "no messages of ZVT such as 06-01-07-04-00-00-00-00-01-54"
	}
	return 93, fmt.Sprintf("%d payments and results in ZVT", n)
}

// message is an APDU in a line, with the text in front of it.
type message struct {
	apdu
	before string
}

var (
	runs = regexp.MustCompile(`(?i)\b[0-9a-f]{2}(?:-[0-9a-f]{2}){2,}\b|\b[0-9a-f]{2}(?: [0-9a-f]{2}){2,}\b|\b[0-9a-f]{2}(?::[0-9a-f]{2}){2,}\b|\b(?:0[4-68]|8[04]|1002)(?:[0-9a-f]{2}){2,}\b`)
	tags = regexp.MustCompile(`<[^<>]*>`)

	between = strings.NewReplacer("-", "", " ", "", ":", "")
)

// telling reports whether a line may hold a payment or a result; most lines of other logs do not.
func telling(l string) bool {
	for _, s := range []string{"06-01-", "04-0F-", "04-0f-", "06 01 ", "04 0F ", "04 0f ", "06:01:", "04:0F:", "04:0f:", "0601", "040F", "040f"} {
		if strings.Contains(l, s) {
			return true
		}
	}
	return false
}

// messages finds the APDUs of a line.
func messages(l string) (found []message) {
	from := 0
	for _, at := range runs.FindAllStringIndex(l, -1) {
		data, err := hex.DecodeString(between.Replace(l[at[0]:at[1]]))
		if err != nil {
			continue
		}
		if a, ok := cutAPDU(data); ok {
			found = append(found, message{a, l[from:at[0]]})
			from = at[1]
		}
	}
	return found
}

// stamp is the time in a text in front of a message, "" where it has none.
func stamp(s string) string {
	return hexdump.Stamp(strings.TrimLeft(tags.ReplaceAllString(s, " "), " \t\",;{[("))
}

type reader struct {
	st       *entry.Stream
	side     txn.Side
	sink     entry.Sink
	ctx      field.Context
	number   uint32
	deal     *deal
	receipts map[string]string // receipt number -> trace number
	local    int
}

// deal is the command at hand.
type deal struct {
	*txn.Record
	lines int
	asked string // the receipt that a void names
	begun bool   // the terminal said something to it
	at    string // the time of its line
}

func read(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
	r := &reader{st: st, side: st.Side, sink: sink, ctx: st.Context(), receipts: map[string]string{}}
	if r.side == txn.SideUnknown {
		r.side = txn.Terminal
	}
	charset := text.Judge(st.Head)
	failed := st.EachLine(st.R, sink, r.finish, func(l string, number uint32) {
		r.number = number
		s, _ := charset.Decode(l)
		r.line(s)
	})
	r.finish()
	sum := &entry.Summary{Format: "zvt", Charset: charset.Name(), Side: r.side}
	if r.local > 0 {
		sum.Notes = append(sum.Notes, fmt.Sprintf("%d results are the terminal's own, without an answer of the bank", r.local))
	}
	return sum, failed
}

// line accounts for one line, with all messages in it.
func (r *reader) line(l string) {
	taken := false // the line counts for a record
	at := ""
	for _, m := range messages(l) {
		if s := stamp(m.before); s != "" {
			at = s
		}
		lines := 1
		if taken {
			lines = 0
		}
		taken = r.message(m.apdu, at, lines) || taken
	}
	switch {
	case taken:
	case text.Blank(l):
		r.sink.Skip(entry.Blank, 1)
	case !r.evidence(l):
		r.sink.Skip(entry.Noise, 1)
	}
}

// message adds a message to the command at hand, or begins one. It returns false where
// the message is none of a transaction.
func (r *reader) message(a apdu, at string, lines int) bool {
	d := r.deal
	c, ok := commands[a.command]
	switch {
	case ok:
		r.finish()
		f, _ := parseFields(a.data[min(c.password, len(a.data)):])
		r.begin(c.kind, at, lines)
		r.deal.asked = f.digits(0x87)
		r.fill(f)
		return true
	case a.command == status:
		if d == nil { // the log begins here
			r.begin(txn.KindUnknown, at, 0)
		}
		f, _ := parseFields(a.data)
		r.deal.lines += lines
		r.fill(f)
		r.deal.begun = true
		return true
	case d == nil:
		return false
	case a.command == completion:
		d.lines += lines
		if d.Code == "" {
			d.Code, d.Origin = "00", txn.Inferred
		}
		r.finish()
		return true
	case a.command == aborted || a.command>>8 == 0x84 && !d.begun && len(a.data) == 0:
		d.lines += lines
		code := byte(a.command)
		if a.command == aborted {
			code = 0xFF
			if len(a.data) > 0 {
				code = a.data[0]
			}
		}
		if d.Code == "" || d.Code == "00" {
			d.result(code)
		}
		r.finish()
		return true
	}
	d.begun = d.begun || a.command>>8 == 0x80 || a.command == 0x04FF
	return false
}

func (r *reader) begin(kind txn.Kind, at string, lines int) {
	rec := txn.New()
	rec.Pos, rec.Side, rec.Kind = txn.Pos{Src: r.st.Src, Line: r.number}, r.side, kind
	r.deal = &deal{Record: rec, lines: lines, at: at}
}

// result is what the terminal says: up to 99 a code of the host. Codes of its own have a
// table, and are no silence, which a code of the origin terminal stands for.
func (d *deal) result(code byte) {
	if code < 100 {
		d.Code, d.Origin = fmt.Sprintf("%02d", code), txn.Host
	} else {
		d.Code, d.Origin = fmt.Sprintf("ZVT-%02X", code), txn.OriginUnknown
	}
}

// fill copies fields into the record at hand.
func (r *reader) fill(f fields) {
	d := r.deal
	for _, o := range []struct {
		to *string
		v  string
	}{
		{&d.STAN, f.digits(0x0B)}, {&d.OrigSTAN, f.digits(0x37)}, {&d.TID, f.digits(0x29)}, {&d.MID, f.text(0x2A)}, {&d.AuthCode, f.text(0x3B)},
		{&d.Issuer, f.text(0x8B)}, {&d.Text, txn.Scrub(f.text(0x3C))}, {&d.SentAt, f.digits(0x0D) + f.digits(0x0C)},
	} {
		if o.v != "" {
			*o.to = o.v
		}
	}
	if a := f.digits(0x04); a != "" {
		n, _ := digits.Value(a)
		d.Amount = txn.Minor(n)
	}
	if c := f.digits(0x49); c != "" {
		_ = r.ctx.Set(d.Record, field.Currency, c[1:])
	}
	if p := f.pan(); p != "" {
		d.PAN = txn.Mask(p)
	}
	if code := f[0x27]; len(code) == 1 {
		d.result(code[0])
	}
	if n := f.digits(0x87); n != "" && d.STAN != "" {
		r.receipts[n] = d.STAN
	}
}

// finish hands the command at hand on.
func (r *reader) finish() {
	d := r.deal
	if d == nil {
		return
	}
	r.deal = nil
	rec := txn.New()
	r.ctx.Begin(rec)
	*rec = *d.Record
	err := r.time(rec, d.at)
	if err != nil || !rec.At.Valid() {
		e, _ := err.(*field.Error)
		if e == nil {
			e = &field.Error{Field: field.Time, Rule: "time-missing", Msg: "neither the log nor the terminal says when it was", Hint: "put the date into the file's name, and the time in front of the lines"}
		}
		r.reject(rec.Pos.Line, d.lines, fmt.Sprintf("code %q, amount %q", d.Code, d.Amount.Decimal()), e)
		return
	}
	if rec.Currency == "" {
		rec.Currency = "EUR" // of the protocol where a message states none
	}
	if rec.Kind == txn.Void && rec.OrigSTAN == "" {
		rec.OrigSTAN = r.receipts[d.asked]
	}
	if rec.Code == "" {
		rec.Flags |= txn.NoAnswer
	}
	if strings.HasPrefix(rec.Code, "ZVT-") {
		r.local++
	}
	r.sink.Record(rec, d.lines)
}

// time is that of the log, whose day the terminal may say, or else the terminal's.
func (r *reader) time(rec *txn.Record, at string) error {
	if at != "" {
		if r.ctx.Day == 0 && field.ClockStamp(at) == len(at) && len(rec.SentAt) == 10 {
			if err := r.ctx.Set(rec, field.Date, rec.SentAt[:4]); err != nil {
				return err
			}
		}
		if err := r.ctx.Set(rec, field.Time, at); err != nil {
			return err
		}
	}
	return r.ctx.Finish(rec)
}

// evidence makes a record of a line that speaks of the connection.
func (r *reader) evidence(l string) bool {
	rec, err := exchange.Evidence(r.st, &r.ctx, l, stamp(l))
	if rec == nil || err != nil {
		return false
	}
	if r.deal != nil {
		r.deal.Flags |= rec.Flags & (txn.TimedOut | txn.Disconnected)
	}
	rec.Pos, rec.Side = txn.Pos{Src: r.st.Src, Line: r.number}, r.side
	r.sink.Record(rec, 1)
	return true
}

func (r *reader) reject(line uint32, lines int, excerpt string, e *field.Error) {
	r.sink.Reject(exchange.Refusal(txn.Pos{Src: r.st.Src, Line: line}, e.Rule, excerpt, e), lines)
}
