package iso8583

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/poslog/poslog/parse/exchange"
)

// message is one decoded message.
type message struct {
	layout *layout
	fields exchange.Fields // 0 is the message type
	has    [129]bool
	rest   int // bytes behind the last field that was understood
	failed int // first field that could not be read, 0 where all could
	err    error
}

// errNot and errOwn say that bytes are no message at all, errNear what one lacks.
var (
	errNot  = errors.New("no known layout of ISO 8583 explains these bytes")
	errNear = fmt.Errorf("%w", errNot)
	errOwn  = errors.New("the layout of the format does not explain these bytes")
)

// decode tries every layout, with and without the headers that terminals put in
// front, and returns the reading that leaves least unexplained. A wrong layout
// yields plausible values field by field, so a reading counts only if the message
// type, the amount, the times and the response code are possible and every field
// before the private ones was read.
func (s *spec) decode(data []byte) (*message, error) {
	var best, near *message
	why := ""
	for _, skip := range s.starts(data) {
		for i := range s.layouts {
			m := read(data[skip:], &s.layouts[i])
			if m == nil {
				continue
			}
			if p := m.problem(); p != "" {
				if near == nil || m.reach() > near.reach() {
					near, why = m, p
				}
				continue
			}
			if best == nil || m.cost() < best.cost() {
				best = m
			}
		}
		if best != nil && best.cost() == 0 {
			break
		}
	}
	switch {
	case best != nil:
		return best, nil
	case s.own && near != nil:
		return nil, fmt.Errorf("%w; %s", errOwn, why)
	case s.own:
		return nil, errOwn
	case len(data) > 2 && data[2] == 0x60 && data[0] < 0x10 && int(data[0])<<8|int(data[1]) != len(data)-2:
		return nil, fmt.Errorf("%w; the length in front is %d, and %d follow", errNot, int(data[0])<<8|int(data[1]), len(data)-2)
	case near != nil:
		return nil, fmt.Errorf("%w; as %s, %s", errNear, near.layout.name, why)
	}
	return nil, errNot
}

// framed reports whether bytes that cannot be decoded were meant to be a message:
// behind a TPDU stands a message type. Other runs of digits in a log are keys and
// checksums. Where the layout is described, a message type and a bitmap in their
// place are enough.
func (s *spec) framed(data []byte) bool {
	if s.own {
		for _, skip := range s.starts(data) {
			if read(data[skip:], &s.layouts[0]) != nil {
				return true
			}
		}
	}
	for _, at := range []int{0, 2} {
		for _, k := range []int{at + 11, at + 5} {
			if len(data) > k+10 && data[at] == 0x60 && exchange.MessageType(hex.EncodeToString(data[k:k+2])) {
				return true
			}
		}
	}
	return false
}

// starts lists where a message may begin: at once, behind a length of two bytes or
// four digits, and behind that a TPDU (60 and four bytes) with the six-byte header of
// Chinese terminals or without, or the 46 bytes of the header between institutions
// and UnionPay. A header that is described takes the place of all these, with the
// length counted in or not.
func (s *spec) starts(data []byte) []int {
	at := 0
	switch n := len(data); {
	case n > 2 && int(data[0])<<8|int(data[1]) == n-2:
		at = 2
	case n > 4 && string(data[:4]) == fmt.Sprintf("%04d", n-4):
		at = 4
	}
	var starts []int
	for _, skip := range []int{s.header, at + s.header} {
		if skip <= len(data) && !slices.Contains(starts, skip) {
			starts = append(starts, skip)
		}
	}
	if s.header > 0 {
		return starts
	}
	switch rest := data[at:]; {
	case len(rest) > 11 && rest[0] == 0x60:
		starts = append(starts, at+11, at+5)
	case len(rest) > cupsHeader && rest[0] == cupsHeader && rest[1]&0x7F == 2 && string(rest[2:6]) == fmt.Sprintf("%04d", len(rest)):
		starts = append(starts, at+cupsHeader)
	}
	return starts
}

// cupsHeader is the length of UnionPay's header: its own length, a version, the
// length of all in four digits, two institutions of eleven, and sixteen bytes more.
const cupsHeader = 46

// private is the first of the fields whose content is between two parties: one
// that no standard explains ends the reading, but not the message.
const private = 46

// cost ranks readings: bytes that are left over, and a field that failed.
func (m *message) cost() int {
	c := m.rest
	if m.failed > 0 {
		c += 1000
	}
	return c
}

// clocks are the fields whose pairs of digits have limits.
var clocks = []struct {
	field  int
	limits []int
}{{7, []int{13, 32, 24, 60, 60}}, {12, []int{24, 60, 60}}, {13, []int{13, 32}}}

// reach is the field up to which a reading got.
func (m *message) reach() int {
	if m.failed > 0 {
		return m.failed
	}
	return len(m.fields)
}

// problem says which of the values that can be checked is impossible, "" where
// none is. It never shows a value.
func (m *message) problem() string {
	switch {
	case m.failed > 0 && !m.certain():
		return m.err.Error()
	case m.failed == 0 && m.rest > 2:
		return fmt.Sprintf("%d bytes are left over", m.rest)
	}
	if c := strings.TrimSpace(m.fields[39]); c != "" && !exchange.CodeLike(c) {
		return "field 39 holds no response code"
	}
	for _, f := range []int{4, 7, 11, 12, 13} {
		if m.has[f] && strings.Trim(m.fields[f], "0123456789") != "" {
			return fmt.Sprintf("field %d is not digits", f)
		}
	}
	for _, t := range clocks {
		if m.has[t.field] && !exchange.Clock(m.fields[t.field], t.limits...) {
			return fmt.Sprintf("field %d is no time", t.field)
		}
	}
	return ""
}

// certain reports whether what was read before a private field that failed can be
// believed all the same. A byte that was lost anywhere shifts all behind it, and the
// first sign of that may be the failure, so the fields in front must prove that
// they stand where they should: the currency is a known one in a message about money.
func (m *message) certain() bool {
	if m.failed < private || !m.has[11] || !m.has[7] && !m.has[12] {
		return false
	}
	for f := 37; f < m.failed && f <= 43; f++ {
		for i := 0; i < len(m.fields[f]); i++ {
			if c := m.fields[f][i]; c < ' ' || c > '~' {
				return false
			}
		}
	}
	c := m.fields[49]
	known := len(c) == 3 && strings.Contains(currencies, " "+c+" ")
	return known || c == "" && m.fields[0][1] == '8'
}

// currencies are the numbers and letters that field 49 has in practice (ISO 4217).
const currencies = " 156 344 446 901 392 410 702 458 764 704 360 608 356 586 144 050 496 398 417 860 972 934 643 980 975 978 826 840 124 484 986 032 152 170 604 036 554 710 404 818 566 936 784 682 634 414 512 048 400 376 949 985 203 348 946 752 578 208 352 756" +
	" CNY HKD MOP TWD JPY KRW SGD MYR THB VND IDR PHP INR USD EUR GBP AUD CAD NZD CHF RUB "

// read decodes by one layout. It returns nil where there is not even a message
// type with a bitmap.
func read(data []byte, l *layout) *message {
	c := &cursor{data: data, packed: l.packed, bytes: l.bytes}
	mti, err := c.number(4)
	if err != nil || !exchange.MessageType(mti) {
		return nil
	}
	m := &message{layout: l}
	m.fields[0] = mti
	bits, err := c.bitmap(l.hexMap)
	if err != nil || printedBits(mti, bits) {
		return nil
	}
	for f := 2; f <= 128; f++ {
		if f == 65 || bits[(f-1)/8]&(0x80>>((f-1)%8)) == 0 {
			continue
		}
		v, err := c.field(l.fields[f])
		if err != nil {
			m.failed, m.err = f, fmt.Errorf("field %d: %w", f, err)
			break
		}
		m.fields[f], m.has[f] = v, true
	}
	m.rest = len(c.data) - c.at
	return m
}

// printedBits reports whether message type and bitmap are zeros and ones alone: a
// bitmap that was printed bit by bit begins like a message of type 1111 or 0100. A
// message has a trace number, whose bit makes the third digit of its bitmap 2 or more.
func printedBits(mti string, bits []byte) bool {
	for _, b := range bits[:8] {
		if b&^0x11 != 0 {
			return false
		}
	}
	return strings.Trim(mti, "01") == ""
}

// cursor reads values one behind the other.
type cursor struct {
	data   []byte
	at     int
	packed bool
	bytes  bool
}

var errShort = errors.New("the message ends inside it")

func (c *cursor) take(n int) ([]byte, error) {
	if n < 0 || c.at+n > len(c.data) {
		return nil, errShort
	}
	b := c.data[c.at : c.at+n]
	c.at += n
	return b, nil
}

// number reads n digits.
func (c *cursor) number(n int) (string, error) {
	if !c.packed {
		b, err := c.take(n)
		if err != nil {
			return "", err
		}
		if strings.Trim(string(b), "0123456789") != "" {
			return "", errors.New("it should be digits")
		}
		return string(b), nil
	}
	s, err := c.nibbles(n, 'F')
	if err != nil {
		return "", err
	}
	if strings.Trim(s, "0123456789") != "" {
		return "", errors.New("it should be packed digits")
	}
	return s, nil
}

// nibbles reads n packed half-bytes. An odd number is filled up in front (fixed
// numbers) or behind; a filler behind is told by its value.
func (c *cursor) nibbles(n int, filler byte) (string, error) {
	b, err := c.take((n + 1) / 2)
	if err != nil {
		return "", err
	}
	s := strings.ToUpper(hex.EncodeToString(b))
	if n%2 == 1 {
		if last := s[len(s)-1]; last == filler || s[0] != '0' {
			return s[:n], nil
		}
		return s[1:], nil
	}
	return s, nil
}

func (c *cursor) bitmap(hexMap bool) ([]byte, error) {
	one := func() ([]byte, error) {
		if !hexMap {
			return c.take(8)
		}
		b, err := c.take(16)
		if err != nil {
			return nil, err
		}
		return hex.DecodeString(string(b))
	}
	first, err := one()
	if err != nil {
		return nil, err
	}
	bits := make([]byte, 16)
	copy(bits, first)
	if first[0]&0x80 != 0 {
		second, err := one()
		if err != nil {
			return nil, err
		}
		copy(bits[8:], second)
	}
	return bits, nil
}

func (c *cursor) field(s shape) (string, error) {
	size := s.size
	if s.prefix > 0 {
		digits := s.prefix
		if c.packed {
			digits += digits % 2 // whole bytes
		}
		text, err := c.number(digits)
		if err != nil {
			return "", fmt.Errorf("length: %w", err)
		}
		size = 0
		for i := 0; i < len(text); i++ {
			size = size*10 + int(text[i]-'0')
		}
		if size > s.size {
			return "", fmt.Errorf("length %d is above its maximum %d", size, s.size)
		}
	}
	switch {
	case s.kind == digits && s.prefix == 0:
		return c.number(size)
	case s.kind == digits && c.packed:
		v, err := c.packedBehind(size)
		if err == nil && strings.Trim(v, "0123456789") != "" {
			err = errors.New("it should be packed digits")
		}
		return v, err
	case s.kind == track && c.packed:
		return c.packedBehind(size)
	case s.kind == raw && !c.packed && !c.bytes && s.prefix == 0:
		b, err := c.take(2 * size)
		return string(b), err
	case s.kind == raw:
		b, err := c.take(size)
		return strings.ToUpper(hex.EncodeToString(b)), err
	}
	b, err := c.take(size)
	if err == nil && s.kind == digits && strings.Trim(string(b), "0123456789") != "" {
		err = errors.New("it should be digits")
	}
	return string(b), err
}

// packedBehind reads n half-bytes with the filler behind, as variable fields have it.
func (c *cursor) packedBehind(n int) (string, error) {
	b, err := c.take((n + 1) / 2)
	if err != nil {
		return "", err
	}
	return strings.ToUpper(hex.EncodeToString(b))[:n], nil
}
