package ecr

import (
	"fmt"
	"strings"

	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/text"
)

// frame is one message between cash register and terminal:
//
//	02 | length, two bytes BCD | TLV ... | 03 | LRC
//
// The length counts the TLV bytes; the LRC is the exclusive or of everything
// behind 02 up to and with 03. A tag is two bytes, the first DF; its length is one.
type frame struct {
	tags   map[byte][]byte // by the second byte of the tag; those inside DF06 too
	inside map[byte]bool   // tags that stood inside DF06, the data of the receipt
	masked bool            // card or expiry were starred in the log, so that the LRC cannot fit
}

const (
	stx = 0x02
	etx = 0x03
)

// start finds where a frame begins in the bytes of a dump, behind an ACK perhaps;
// -1 where none does.
func start(data []byte) int {
	for i := 0; i+4 <= len(data) && i < 8; i++ {
		if data[i] == stx && bcd(data[i+1]) && bcd(data[i+2]) && data[i+3] == 0xDF {
			return i
		}
	}
	return -1
}

func bcd(b byte) bool { return b>>4 < 10 && b&15 < 10 }

// size is how many bytes the frame at the start of data has, by its own length.
func size(data []byte) int {
	n := int(data[1]>>4)*1000 + int(data[1]&15)*100 + int(data[2]>>4)*10 + int(data[2]&15)
	return n + 5
}

// parse takes a whole frame apart.
func parse(data []byte) (*frame, *field.Error) {
	n := len(data)
	if data[n-2] != etx {
		return nil, &field.Error{Rule: "ecr-length", Msg: fmt.Sprintf("the frame says that it has %d bytes, and no 03 stands there", n),
			Hint: "look whether bytes of the dump were lost or two frames were mixed"}
	}
	f := &frame{tags: map[byte][]byte{}, inside: map[byte]bool{}}
	if !f.read(data[3:n-2], false) {
		return nil, &field.Error{Rule: "ecr-tlv", Msg: "the frame is not a row of tags DFxx with their lengths",
			Hint: "the terminal may speak another dialect; describe its log in a format file"}
	}
	lrc := byte(0)
	for _, b := range data[1 : n-1] {
		lrc ^= b
	}
	if lrc != data[n-1] && !f.masked {
		return nil, &field.Error{Rule: "ecr-lrc", Msg: fmt.Sprintf("the check byte is %02X, the frame makes %02X", data[n-1], lrc),
			Hint: "look whether the dump was damaged or edited"}
	}
	return f, nil
}

func (f *frame) read(b []byte, inside bool) bool {
	for len(b) > 0 {
		if len(b) < 3 || b[0] != 0xDF || len(b) < 3+int(b[2]) {
			return false
		}
		tag, v := b[1], b[3:3+int(b[2])]
		b = b[3+int(b[2]):]
		if tag == 0x06 && len(v) > 0 && v[0] == 0xDF && !inside {
			if !f.read(v, true) {
				return false
			}
			continue
		}
		if (tag == 0x1E || tag == 0x1F) && strings.Contains(string(v), "*") {
			f.masked = true
		}
		f.tags[tag] = v
		f.inside[tag] = inside
	}
	return true
}

// receipt reports whether the frame carries what the register prints.
func (f *frame) receipt() bool { return f.inside[0x1A] || f.inside[0x12] }

// chars is the value of a tag as characters in GBK, which may be cut.
func (f *frame) chars(tag byte) (s string, torn bool) {
	gb := text.Charset{PreferGB: true}
	s, torn = gb.Decode(string(f.tags[tag]))
	return strings.Trim(s, " \x00"), torn
}

// number is the value of a tag that may be characters or packed digits: a
// request packs what an answer writes out.
func (f *frame) number(tag byte) string {
	v := f.tags[tag]
	plain := len(v) > 0
	for _, c := range v {
		plain = plain && (c >= '0' && c <= '9' || c == ' ')
	}
	if plain {
		return strings.TrimSpace(string(v))
	}
	s := fmt.Sprintf("%X", v)
	if strings.Trim(s, "0123456789") != "" {
		return ""
	}
	return s
}
