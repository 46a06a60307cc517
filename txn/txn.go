// Package txn holds the canonical record: one row of a terminal log, a switch
// log or a settlement file, in the same words whatever the input looked like.
//
// In come nothing but values; out go [Record], [Pos], [Minor], [Instant],
// [Date] and [PAN]. The package imports the standard library only, decides
// nothing about what a response code means, and never holds a full card number:
// readers mask with [Mask] and [Scrub] before a Record exists.
package txn

import (
	"fmt"
	"strings"
	"time"
)

// Side says which book a record belongs to.
type Side uint8

const (
	SideUnknown Side = iota
	Terminal         // what a terminal, cash register or merchant till wrote
	Switch           // what a gateway, front-end or payment switch wrote
	Settlement       // what an acquirer or wallet says it settled
)

var sideNames = [...]string{"unknown", "terminal", "switch", "settlement"}

func (s Side) String() string { return name(sideNames[:], int(s)) }

// ParseSide is the inverse of Side.String.
func ParseSide(s string) (Side, error) {
	i, err := parseName("side", sideNames[:], s)
	return Side(i), err
}

// Kind is what the row does with money. Reversal (冲正) is the system's undo
// after no answer, Void (撤销) is the cashier's cancel; they are never merged.
type Kind uint8

const (
	KindUnknown Kind = iota
	Sale
	Void
	Refund
	Reversal
	PreAuth
	PreAuthVoid
	Completion
	Balance
	SignOn
	SignOff
	BatchSettle
	Echo
	Fee
	Payout
	Other
)

var kindNames = [...]string{"unknown", "sale", "void", "refund", "reversal", "preauth", "preauth_void",
	"completion", "balance", "signon", "signoff", "batch_settle", "echo", "fee", "payout", "other"}

func (k Kind) String() string { return name(kindNames[:], int(k)) }

// ParseKind is the inverse of Kind.String.
func ParseKind(s string) (Kind, error) {
	i, err := parseName("kind", kindNames[:], s)
	return Kind(i), err
}

// Attempt reports whether a row of this kind is one try of a cardholder to
// move or reserve money, so that it counts in failure rates. Reversals,
// sign-ons and echoes are evidence, not attempts; a row without a stated kind
// is taken as a sale.
func (k Kind) Attempt() bool {
	switch k {
	case KindUnknown, Sale, Void, Refund, PreAuth, PreAuthVoid, Completion, Balance:
		return true
	}
	return false
}

// Money reports whether the kind moves money at settlement.
func (k Kind) Money() bool {
	switch k {
	case KindUnknown, Sale, Void, Refund, Reversal, Completion:
		return true
	}
	return false
}

// Origin says who produced the response code of a row.
type Origin uint8

const (
	OriginUnknown  Origin = iota
	Host                  // field 39 of an answer
	TerminalMade          // set by the terminal or its driver without an answer
	Inferred              // read from a status word or from presence in a file
	ReversalReason        // field 39 of a 04xx request: why it is reversed, not an answer
)

var originNames = [...]string{"unknown", "host", "terminal", "inferred", "reversal_reason"}

func (o Origin) String() string { return name(originNames[:], int(o)) }

// Precision is the finest unit the source states of a time.
type Precision uint8

const (
	PrecNone Precision = iota // no time at all
	PrecDay                   // a date only: never put into minutes
	PrecMinute
	PrecSecond
	PrecMilli
	PrecMicro
)

var precisionNames = [...]string{"none", "day", "minute", "second", "milli", "micro"}

func (p Precision) String() string { return name(precisionNames[:], int(p)) }

// LegGap is how far apart a log has the two legs of a payment, from the terminal and to the host, which a
// front-end writes under two trace numbers.
const LegGap = 10 * time.Second

// Flags are facts about one record that are neither values nor errors.
type Flags uint32

const (
	TimedOut       Flags = 1 << iota // the source says that no answer came in time
	NoAnswer                         // a request without any answer in the file
	Late                             // the answer came after the time-out or after a reversal
	Repeat                           // a repeated message (MTI xxx1, or the same answer again)
	YearInferred                     // the source has no year
	ZoneAssumed                      // the source has no time zone
	NegativeByType                   // the amount's sign was taken from the transaction type
	IDPrecision                      // an identifier was stored as a float and may have lost digits
	ShortRow                         // optional columns at the end are missing
	TruncatedText                    // a text was cut inside a character
	CardEvent                        // the row has an authorisation code
	Disconnected                     // the peer closed the connection
	Unsettled                        // the settlement file says that the money is not paid out yet
)

var flagNames = []string{"timed_out", "no_answer", "late", "repeat", "year_inferred", "zone_assumed",
	"negative_by_type", "id_precision_lost", "short_row", "truncated_text", "auth_code", "disconnected", "unsettled"}

// Has reports whether all bits of g are set.
func (f Flags) Has(g Flags) bool { return f&g == g }

// Names lists the set flags in a fixed order.
func (f Flags) Names() []string {
	var out []string
	for i, n := range flagNames {
		if f&(1<<i) != 0 {
			out = append(out, n)
		}
	}
	return out
}

// Source is one input file, shared by all records read from it.
type Source struct {
	Name   string // as given by the user, or archive!member
	SHA256 string // of the bytes as stored, lower-case hex; empty until read
}

// Pos is where a record or an error stands. Line counts physical lines or
// sheet rows from 1.
type Pos struct {
	Src   *Source
	Sheet string // workbooks only
	Line  uint32
	Col   uint16 // 1-based column of a table, 0 where it does not apply
}

// String is "file:12", "file:12:3" or, in a workbook, "file:Sheet1!C12".
func (p Pos) String() string {
	n := "-"
	if p.Src != nil {
		n = p.Src.Name
	}
	switch {
	case p.Line == 0:
		return n
	case p.Sheet != "":
		return fmt.Sprintf("%s:%s!%s%d", n, p.Sheet, ColumnName(int(max(p.Col, 1))), p.Line)
	case p.Col != 0:
		return fmt.Sprintf("%s:%d:%d", n, p.Line, p.Col)
	}
	return fmt.Sprintf("%s:%d", n, p.Line)
}

// ColumnName turns 1 into "A" and 27 into "AA", as spreadsheets do.
func ColumnName(n int) string {
	var b []byte
	for ; n > 0; n = (n - 1) / 26 {
		b = append([]byte{byte('A' + (n-1)%26)}, b...)
	}
	return string(b)
}

// Record is one row of an input.
//
// Strings may be views into the reader's buffer. Such a buffer is never
// overwritten, so they stay valid, but a string that is kept should be interned
// or cloned lest it hold the whole buffer; [Record.Clone] does that.
//
// Note: field 39 of a 04xx message is the reason of a reversal. It stands in
// Code with Origin ReversalReason, so that nobody takes it for an answer.
type Record struct {
	Pos   Pos
	At    Instant // NoInstant where the source has none
	Prec  Precision
	Side  Side
	Kind  Kind
	Flags Flags

	MTI       string // field 0
	ProcCode  string // field 3
	EntryMode string // field 22
	CondCode  string // field 25

	Amount   Minor // field 4; >= 0, the kind says the direction; NoAmount is not 0
	Fee      Minor
	Net      Minor
	Currency string // ISO 4217 letters, "" where the source says nothing

	Code    string // field 39: raw, trimmed, upper case; "" is no code
	Origin  Origin
	Status  string // status words of exports, as written
	Reason  string // field 60.1 of a reversal
	Doing   string // the word for the kind where that leaves a question, see parse; not kept
	Text    string // error or answer text, scrubbed
	Latency int32  // milliseconds, NoLatency where unknown

	Institution string // whose table explains the code: acquirer or bank as named by the source
	Acquirer    string // field 32
	Forwarder   string // field 33
	MID         string // field 42
	TID         string // field 41
	STAN        string // field 11
	SentAt      string // field 7, MMDDhhmmss, a key and not a time
	Batch       string
	RRN         string // field 37
	AuthCode    string // field 38
	OrderNo     string // merchant's order number
	ChannelNo   string // wallet's or acquirer's order number
	RefundNo    string
	OrigSTAN    string // STAN of the row that this one reverses, voids or refunds
	OrigRRN     string
	SettleOn    Date // field 15, or the file's business day

	Issuer  string // name or code of the card's bank
	Carrier string
	Region  string
	Network string // 4G, WIFI, ETH ...
	Model   string // terminal model or application version
	Channel string // how the payment was made, as the source calls it: POS, QR, online; profiles may ask for it

	PAN PAN
}

// Reset clears the record for the next row and sets what "absent" means.
func (r *Record) Reset() {
	*r = Record{At: NoInstant, Amount: NoAmount, Fee: NoAmount, Net: NoAmount, Latency: NoLatency}
}

// New returns a record with every value absent.
func New() *Record {
	r := new(Record)
	r.Reset()
	return r
}

// Clone returns a copy that shares no memory with the reader's buffer.
func (r *Record) Clone() *Record {
	c := *r
	for _, s := range c.strings() {
		*s = strings.Clone(*s)
	}
	return &c
}

// strings lists all strings but that of the position, which is the reader's own.
func (r *Record) strings() [32]*string {
	return [...]*string{&r.MTI, &r.ProcCode, &r.EntryMode, &r.CondCode, &r.Currency, &r.Code, &r.Status, &r.Reason, &r.Doing,
		&r.Text, &r.Institution, &r.Acquirer, &r.Forwarder, &r.MID, &r.TID, &r.STAN, &r.SentAt, &r.Batch, &r.RRN,
		&r.AuthCode, &r.OrderNo, &r.ChannelNo, &r.RefundNo, &r.OrigSTAN, &r.OrigRRN, &r.Issuer, &r.Carrier,
		&r.Region, &r.Network, &r.Model, &r.Channel, &r.PAN.Masked}
}

// MaskCards masks card numbers that stand where none belongs: in the name of a
// place, in a code or in a key. The text is scrubbed already, the card's own number
// masked.
func (r *Record) MaskCards() {
	if anyLong(r.MTI, r.ProcCode, r.EntryMode, r.CondCode, r.Currency, r.Code, r.Status, r.Reason) ||
		anyLong(r.Institution, r.Acquirer, r.Forwarder, r.TID, r.STAN, r.SentAt, r.Batch, r.RRN) ||
		anyLong(r.AuthCode, r.OrderNo, r.ChannelNo, r.RefundNo, r.OrigSTAN, r.OrigRRN, r.Issuer, r.Carrier) ||
		anyLong(r.Region, r.Network, r.Model, r.Channel, r.Doing, "", "", "") {
		for _, s := range r.strings() {
			if len(*s) >= leastCard && s != &r.Text && s != &r.PAN.Masked {
				*s = MaskCard(*s)
			}
		}
	} else if len(r.MID) >= leastCard { // which alone is as long by itself
		r.MID = MaskCard(r.MID)
	}
}

// leastCard is the length of the shortest card number.
const leastCard = 13

// anyLong reports whether one of some strings can hold a card number.
func anyLong(a, b, c, d, e, f, g, h string) bool {
	const room = 16 - leastCard
	return ((len(a)+room)|(len(b)+room)|(len(c)+room)|(len(d)+room)|(len(e)+room)|(len(f)+room)|(len(g)+room)|(len(h)+room))>>4 != 0
}

// Reversing reports whether the MTI is of the 04xx class.
func Reversing(mti string) bool { return len(mti) == 4 && mti[1] == '4' }

func name(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return fmt.Sprintf("invalid(%d)", i)
}

func parseName(what string, names []string, s string) (int, error) {
	for i, n := range names {
		if n == s {
			return i, nil
		}
	}
	return 0, fmt.Errorf("unknown %s %q: use one of %s", what, s, strings.Join(names, ", "))
}
