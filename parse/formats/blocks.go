package formats

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/txn"
)

// Blocks reads transactions of one "name: value" per line, as receipts and some
// terminals write them, by the dictionary of names:
//
//	------- 2026-11-20 08:15:32 -------
//	终端号 : 00012345      批次号 : 000001
//	金额   : RMB 12.30
//	应答码 : B4
//
// and as psql prints rows that are too wide, with | between name and value, and PHP arrays,
// [amount] => 12.30. The value may
// stand in the line below its name. A block ends at a rule, at a line with a time of its own,
// at a name that it has already, and once it is complete at another name for what it has and
// at a blank line. Where a journal of an ATM says that a transaction begins, its lines may have
// a time each.
var Blocks = byNames("blocks", nil, sniffBlocks, readBlocks)

func sniffBlocks(f *format.Format, name string, head []byte) (int, string) {
	if bytes.Count(head, []byte(":"))+bytes.Count(head, []byte("："))+bytes.Count(head, []byte("|"))+bytes.Count(head, []byte("=>"))+bytes.Count(head, []byte("]=")) < 3 {
		return 0, "no lines of one name and value"
	}
	var p probed
	b := newBlocks(f, &entry.Stream{Src: &txn.Source{Name: name}, Head: head, R: bytes.NewReader(head), Year: 2026}, &p)
	if err := b.eachLine(b.take); err != nil {
		return 0, err.Error()
	}
	b.end()
	if p.records == 0 || 2*b.pairs < b.others && !b.journal {
		return 0, "no block of lines such as \"终端号: 00012345\" holds a time and an amount or a response code"
	}
	return 45 + 30*b.pairs/(b.pairs+b.others), fmt.Sprintf("%d transactions of one name and value per line", p.records)
}

func readBlocks(f *format.Format, st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
	b := newBlocks(f, st, sink)
	err := b.eachLine(b.take)
	b.end()
	if b.sum.Format = "blocks"; err != nil {
		return &b.sum, err
	}
	return b.finish("part of a block with the names of a transaction")
}

// beforeMark is the space that puts the marks of several lines below each other.
var beforeMark = lazy.MustCompile(`[ \t]+([:：=|])`)

// blocks collects the lines of a block.
type blocks struct {
	*builder
	rows          tally
	values        []value
	have          field.Set
	names         [field.Count]string // by which the block has its fields
	first         uint32              // line of the block
	lines         int                 // of names and values in it
	at            string              // time above the block
	begun         bool                // the journal says where a transaction begins and ends
	journal       bool                // it has said so
	open          named               // without its value, which the next line may be
	columns       map[string]bool
	pairs, others int
}

func newBlocks(f *format.Format, st *entry.Stream, sink entry.Sink) *blocks {
	b := &blocks{rows: tally{sink, 1}, columns: map[string]bool{}}
	b.builder = newBuilder(f, st, &b.rows)
	b.blank = func() {
		if b.complete() {
			b.end()
		}
	}
	return b
}

// take accounts for one line that is not blank.
func (b *blocks) take(raw string) {
	s, _ := b.charset.Decode(raw)
	var found []named
	known := 0
	if s[0] == '[' && b.journal || s[0] == '[' && strings.Contains(s, "*") {
		s = printerMark.ReplaceAllString(s, "")
	}
	if b.bounds(s) {
		b.others++
		b.sink.Skip(entry.Noise, 1)
		return
	}
	at, n := field.Lead(strings.TrimLeft(s, "-=*#_ \t"))
	if n > 0 && at > 0 {
		if v, ok := b.pair(strings.TrimSpace(s)); ok && v.field.Temporal() { // Date: 2026-11-20 08:15:32
			n = 0
		}
	}
	if n > 0 && b.begun {
		s = strings.TrimLeft(s, "-=*#_ \t")
		if b.at == "" {
			b.at = s[at : at+n]
		}
		s, n = s[at+n:], 0
	}
	if n == 0 {
		for _, part := range parts(beforeMark.ReplaceAllString(s, "$1")) {
			if v, ok := b.pair(part); ok {
				if found = append(found, v); v.field != field.None {
					known++
				}
			}
		}
	}
	if b.begun && len(found) == 0 && b.open.name == "" {
		if v, ok := b.unmarked(s); ok {
			found, known = append(found, v), 1
		}
	}
	if v := b.open; v.name != "" && len(found) == 0 && !ruled(s) {
		v.text = strings.Clone(strings.TrimSpace(s))
		found, known, n = append(found, v), 1, 0
	}
	b.open = named{}
	if len(found) == 0 || known == 0 && b.lines == 0 {
		if n > 0 {
			b.end()
			s = strings.TrimLeft(s, "-=*#_ \t")
			b.at = s[at : at+n]
		} else if ruled(s) {
			b.end()
		}
		b.others++
		b.sink.Skip(entry.Noise, 1)
		return
	}
	for _, v := range found {
		if v.field > field.Ignore && b.have.Has(v.field) && v.field != field.Text && (v.name == b.names[v.field] || b.complete() && b.timed()) {
			b.end()
			break
		}
	}
	if b.lines == 0 {
		b.first = b.line
	}
	b.pairs++
	b.lines++
	for _, v := range found {
		if v.text == "" && v.field > field.Ignore && v.field != field.Text {
			b.open = v
		}
		if v.field <= field.Ignore || v.text == "" || v.field == field.Code && b.have.Has(field.Code) { // the first one counts
			continue
		}
		if k := slices.IndexFunc(b.values, func(o value) bool { return o.field == v.field }); k >= 0 && v.field.Identifier() {
			if digits(v.text) > digits(b.values[k].text) { // MID below the name of the merchant
				b.values[k] = v.value
			}
			continue
		}
		b.have |= 1 << v.field
		b.names[v.field] = strings.Clone(v.name)
		b.values = append(b.values, v.value)
	}
}

// ruled reports whether a line is nothing but a rule.
func ruled(s string) bool { return len(s) > 2 && strings.Trim(s, "-=*#_+~·— \t") == "" }

var (
	beginning = lazy.MustCompile(`(?i)\btransaction\s+(start|begin)|交易开始`)
	ending    = lazy.MustCompile(`(?i)\btransaction\s+end|交易结束`)
	// numbered is the line above a transaction in the journals of NCR: *118*11/20/2026*08:15:32*.
	numbered = lazy.MustCompile(`^\s*\*\d+\*(\d\d/\d\d/\d{4})\*(\d\d:\d\d(:\d\d)?)\*`)
)

// bounds takes a line that says where a transaction begins or ends.
func (b *blocks) bounds(s string) bool {
	if strings.HasPrefix(strings.TrimLeft(s, " \t"), "*") {
		if m := numbered.FindStringSubmatch(s); m != nil {
			b.end()
			b.at = strings.Clone(m[1] + " " + m[2])
			return true
		}
	}
	if !strings.Contains(s, "交易开始") && !strings.Contains(s, "交易结束") && !strings.Contains(s, "ransaction") && !strings.Contains(s, "RANSACTION") { // for most lines, and faster
		return false
	}
	begins := beginning.MatchString(s)
	if !begins && !ending.MatchString(s) {
		return false
	}
	b.end()
	if begins {
		if s = strings.TrimLeft(s, "-=*#_ \t"); b.at == "" {
			at, n := field.Lead(s)
			b.at = strings.Clone(s[at : at+n])
		}
	}
	b.begun, b.journal = begins, true
	return true
}

// complete reports whether the block can be a transaction.
func (b *blocks) complete() bool {
	return b.have.Has(field.Amount) && (b.at != "" || b.have.Has(field.Time)) || b.have.Has(field.Code)
}

// timed reports whether the block has a time.
func (b *blocks) timed() bool {
	return b.at != "" || b.have.Has(field.Time) || b.have.Has(field.Date)
}

func digits(s string) (n int) {
	for _, c := range s {
		if c >= '0' && c <= '9' {
			n++
		}
	}
	return n
}

// named is a value with the name before it.
type named struct {
	value
	name string
}

// parts are the pairs of a line, which has two blanks at least between them. Those between a
// name and its value divide nothing.
func parts(s string) (list []string) {
	for part := range strings.SplitSeq(s, "  ") {
		part = strings.TrimSpace(part)
		if n := len(list) - 1; n >= 0 && strings.HasSuffix(list[n], ":") && part != "" && !strings.ContainsAny(part, ":=：") {
			list[n] += " " + part
		} else if part != "" {
			list = append(list, part)
		}
	}
	return list
}

// pair reads "name: value".
func (b *blocks) pair(s string) (named, bool) {
	i, n := strings.IndexAny(s, ":=|"), 1
	if k := strings.Index(s, "："); k >= 0 && (i < 0 || k < i) {
		i, n = k, len("：")
	}
	if i <= 0 {
		return named{}, false
	}
	name := strings.TrimSpace(s[:i])
	if in, ok := strings.CutPrefix(name, "["); ok && strings.HasSuffix(in, "]") { // [F39]=[00], [39] : 00
		name = in[:len(in)-1]
		if name != "" && strings.Trim(name, "0123456789") == "" {
			name = "F" + name
		}
		if strings.HasPrefix(s[i:], "=>") { // as PHP prints arrays
			n = 2
		}
	}
	if number, described, ok := strings.Cut(name, " "); ok && len(number) > 1 && number[0] == 'F' && strings.Trim(number[1:], "0123456789") == "" && described != "" && described[0] >= 0x80 { // F39 应答码 = 00
		name = number
	}
	name = field.Clean(name)
	if name == "" || len(name) > 48 {
		return named{}, false
	}
	f, u := b.lookup(name)
	if len(b.columns) < 500 && !b.columns[name] {
		name = strings.Clone(name)
		b.columns[name] = true
		c := entry.Column{Name: name}
		if f > field.Ignore {
			c.Field = f.String()
		}
		b.sum.Columns = append(b.sum.Columns, c)
	}
	v := strings.TrimSpace(s[i+n:])
	if in, ok := strings.CutPrefix(v, "["); ok && strings.IndexByte(in, ']') == len(in)-1 {
		v = strings.TrimSpace(strings.TrimSuffix(in, "]"))
	}
	return named{value{f, u, strings.Clone(v)}, name}, true
}

// printerMark is what tells the printer of an ATM how to print a line, without its escape character.
var printerMark = lazy.MustCompile(`^(\[[\d;]{1,6}[a-zA-Z])+`)

// unmarked reads a name and a value with nothing but blanks between them, as receipts in journals have
// them: RESPONSE CODE 051, WITHDRAWAL RS 5,000.00. What was withdrawn is the amount.
func (b *blocks) unmarked(s string) (named, bool) {
	words := strings.Fields(s)
	if n := len(words); n < 2 || n > 6 || digits(words[n-1]) == 0 {
		return named{}, false
	}
	for i := len(words) - 1; i > 0; i-- {
		name := strings.Join(words[:i], " ")
		f, u := b.lookup(name)
		if f == field.Debit || f == field.Credit || field.Compact(name) == "WITHDRAWAL" {
			f = field.Amount
		}
		if f.Money() && f != field.Amount || f <= field.Ignore || f.Temporal() {
			continue
		}
		return named{value{f, u, strings.Clone(strings.Join(words[i:], " "))}, name}, true
	}
	return named{}, false
}

// end makes a record, a reject or a skip of the block at hand.
func (b *blocks) end() {
	values, have, lines, at := b.values, b.have, b.lines, b.at
	b.values, b.have, b.names, b.lines, b.at = nil, 0, [field.Count]string{}, 0, ""
	if lines == 0 {
		b.at = at
		return
	}
	line := b.line
	defer func() { b.line, b.rows.lines = line, 1 }()
	b.line, b.rows.lines = b.first, lines
	if have.Known() < 3 || !have.Has(field.Amount) && !have.Has(field.Code) {
		b.sink.Skip(entry.Noise, lines)
		return
	}
	if at != "" && !have.Has(field.Time) && !have.Has(field.Date) {
		values = append([]value{{field.Time, field.UnitAuto, at}}, values...)
	}
	var text strings.Builder
	for _, v := range values {
		fmt.Fprintf(&text, "%s=%s ", v.field, v.text)
	}
	b.emit(values, strings.TrimSpace(text.String()))
}
