package sheet

import (
	"bytes"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/poslog/poslog/internal/room"
)

// Charsets as reports name them.
const (
	utf8Plain   = "utf-8"
	utf8BOM     = "utf-8-bom"
	gb18030     = "gb18030" // also what is called GBK, GB2312 or code page 936
	utf16le     = "utf-16le"
	utf16be     = "utf-16be"
	windows1250 = "windows-1250"
	windows1251 = "windows-1251"
	windows1252 = "windows-1252"
	windows1254 = "windows-1254"
	windows1257 = "windows-1257"
	iso8859_2   = "iso-8859-2"
	big5        = "big5"
	eucKR       = "euc-kr"
	shiftJIS    = "shift_jis"
)

// chunkSize is how much is read at a time. Size makes no difference to speed
// between 64 KiB and 4 MiB; small chunks keep small files cheap.
const chunkSize = 256 << 10

// decoder reads a stream and hands it on as UTF-8 in fresh buffers.
type decoder struct {
	r       io.Reader
	charset string // "" while everything was ASCII
	started bool
	raw     []byte // undecoded bytes, reused
	rawN    int    // how many of them are left over from the last chunk
	eof     bool
	failed  error // what ended the input before its end
	last    bool  // everything before it was handed on
	chunk   int   // bytes to read next; 0 is firstBlock, growing to chunkSize
	grow    bool
	dirty   bool // the last buffer holds bytes that are not UTF-8
	tail    int  // bytes of an unfinished rune at the end of the last buffer

	unchecked bool        // UTF-8 is checked by who reads it
	free      chan []byte // buffers to be used again, nil where none are
}

// name is the charset as known by now.
func (d *decoder) name() string {
	if d.charset == "" {
		return utf8Plain
	}
	return d.charset
}

// utf8 reports whether the text is handed on as it stands.
func (d *decoder) utf8() bool {
	return d.charset == "" || d.charset == utf8Plain || d.charset == utf8BOM
}

// buffer returns n bytes, of a buffer that nobody needs any more where there is one.
func (d *decoder) buffer(n int) []byte {
	select {
	case b := <-d.free:
		if cap(b) >= n {
			return b[:n]
		}
	default:
	}
	return room.Buffer(n)
}

// fill returns a new buffer that starts with a copy of carry and goes on with
// decoded text. The end of input is d.eof, not an error.
func (d *decoder) fill(carry []byte) ([]byte, error) {
	if !d.started {
		if err := d.start(); err != nil {
			return nil, err
		}
	}
	defer func() {
		if d.grow {
			d.chunk = min(2*d.chunk, chunkSize)
		}
	}()
	if d.charset != "" && !d.utf8() {
		return d.fillDecoded(carry)
	}
	// A long row is carried over with its length doubled, not by small steps.
	more := d.chunk
	if len(carry) > chunkSize {
		more = max(more, len(carry))
	}
	buf := d.buffer(len(carry) + d.rawN + more)
	copy(buf, carry)
	n := len(carry) + copy(buf[len(carry):], d.raw[:d.rawN])
	d.rawN = 0
	m, err := d.readFull(buf[n:])
	if err != nil {
		return nil, err
	}
	buf = buf[:n+m]
	fresh := buf[len(carry):]
	if d.charset == "" && !ascii(fresh) {
		d.charset = guessCharset(fresh)
		if d.charset != utf8Plain {
			d.raw = append(d.raw[:0], fresh...)
			d.rawN = len(fresh)
			return d.decodeRaw(buf[:len(carry)], d.rawN), nil // carry itself may be overwritten by now
		}
	}
	if d.unchecked {
		d.dirty = true // perhaps
	} else {
		d.checkUTF8(buf, len(carry))
	}
	return buf, nil
}

// start looks for a byte order mark.
func (d *decoder) start() error {
	d.started = true
	if d.chunk == 0 {
		d.chunk, d.grow = firstBlock, true
	}
	d.raw = make([]byte, min(4096, max(d.chunk, 4)))
	n, err := d.readFull(d.raw)
	if err != nil {
		return err
	}
	d.rawN = n
	head := d.raw[:n]
	drop := 0
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		d.charset, drop = utf8BOM, 3
	case bytes.HasPrefix(head, []byte("\xFF\xFE")):
		d.charset, drop = utf16le, 2
	case bytes.HasPrefix(head, []byte("\xFE\xFF")):
		d.charset, drop = utf16be, 2
	default:
		d.charset = guessUTF16(head)
	}
	d.rawN = copy(d.raw, d.raw[drop:n])
	return nil
}

func (d *decoder) readFull(p []byte) (int, error) {
	if d.eof {
		return 0, nil
	}
	if d.failed != nil { // what came before is handed on first
		err := d.failed
		if !d.last {
			d.last, err = true, nil
		}
		return 0, err
	}
	n, err := io.ReadFull(d.r, p)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		d.eof, err = true, nil
	} else if err != nil && n > 0 {
		d.failed, err = err, nil
	}
	return n, err
}

func (d *decoder) fillDecoded(carry []byte) ([]byte, error) {
	if cap(d.raw) < d.rawN+d.chunk {
		d.raw = append(make([]byte, 0, d.rawN+d.chunk), d.raw[:d.rawN]...)
	}
	d.raw = d.raw[:cap(d.raw)]
	n, err := d.readFull(d.raw[d.rawN : d.rawN+d.chunk])
	if err != nil {
		return nil, err
	}
	return d.decodeRaw(carry, d.rawN+n), nil
}

// decodeRaw decodes raw[:n] behind carry and keeps an unfinished character.
func (d *decoder) decodeRaw(carry []byte, n int) []byte {
	grow := n + n/2 + 16
	page := single[d.charset]
	if page != nil {
		grow = 3*n + 16
	}
	held := d.dirty && bytes.Contains(carry, []byte("\uFFFD")) // asked first: carry may lie in the buffer that is used again
	buf := d.buffer(len(carry) + grow)[:len(carry)]
	copy(buf, carry)
	var used int
	var bad bool
	src := d.raw[:n]
	switch {
	case page != nil:
		buf, used = appendSingle(buf, src, page), n
	case d.charset == gb18030:
		buf, used, bad = appendGB(buf, src, d.eof)
	case d.charset == big5 || d.charset == eucKR || d.charset == shiftJIS:
		buf, used, bad = appendEastern(buf, src, d.charset, d.eof)
	default:
		buf, used, bad = appendUTF16(buf, src, d.charset == utf16be, d.eof)
	}
	d.rawN = copy(d.raw, src[used:])
	d.dirty = bad || held
	return buf
}

// checkUTF8 sets dirty where the bytes from 'from' on are not UTF-8, an unfinished
// rune at the very end apart.
func (d *decoder) checkUTF8(buf []byte, from int) {
	if d.dirty { // what was carried over may hold the damage
		from, d.tail = 0, 0
	}
	b := buf[max(0, from-d.tail):]
	d.tail = 0
	if !d.eof {
		for k := 1; k <= 3 && k <= len(b); k++ {
			if c := b[len(b)-k]; utf8.RuneStart(c) {
				if !utf8.FullRune(b[len(b)-k:]) {
					d.tail = k
				}
				break
			}
		}
	}
	d.dirty = !utf8.Valid(b[:len(b)-d.tail])
}

func ascii(b []byte) bool {
	for len(b) >= 8 {
		if (uint64(b[0])|uint64(b[1])|uint64(b[2])|uint64(b[3])|uint64(b[4])|uint64(b[5])|uint64(b[6])|uint64(b[7]))&0x80 != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// guessUTF16 finds UTF-16 without a mark by its zero bytes: separators and
// digits are there in every export.
func guessUTF16(b []byte) string {
	if len(b) < 16 {
		return ""
	}
	var even, odd int
	for i, c := range b {
		if c == 0 {
			if i%2 == 0 {
				even++
			} else {
				odd++
			}
		}
	}
	switch q := len(b) / 8; {
	case odd > q && even < odd/8:
		return utf16le
	case even > q && odd < even/8:
		return utf16be
	}
	return ""
}

// guessCharset decides on text that is not all ASCII. UTF-8 is taken where
// nearly every sequence is sound, so that one damaged line does not turn a file
// into another charset; a Western code page has single high bytes between
// letters, GBK nearly always pairs of them.
func guessCharset(b []byte) string {
	good, bad := 0, 0
	for i := 0; i < len(b); {
		if b[i] < 0x80 {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		switch {
		case r != utf8.RuneError || n > 1:
			good++
		case !utf8.FullRune(b[i:]): // cut at the end of the sample
			i = len(b)
		default:
			bad++
		}
		i += n
	}
	if bad == 0 || good > 8*bad {
		return utf8Plain
	}
	small := func(i int) bool { return i >= 0 && i < len(b) && b[i] >= 'a' && b[i] <= 'z' }
	pairs, singles, inside := 0, 0, 0 // inside Latin words: İşlem
	for i := 0; i < len(b); {
		switch {
		case b[i] < 0x80:
			i++
		case i+1 < len(b) && b[i+1] >= 0x80:
			pairs++
			if small(i-1) || small(i+2) {
				inside++
			}
			i += 2
		default:
			singles++
			i++
		}
	}
	if cyrillic(b) {
		return windows1251
	}
	if (singles == 0 || 2*inside <= pairs) && (pairs >= singles || shiftedJIS(b)) {
		return eastern(b)
	}
	return tongue(b)
}

// cyrillic reports words of Windows-1251: runs of letters C0 to FF, every other one of an odd
// length, which pairs of bytes have not, and longer than the single ones of Western text.
func cyrillic(b []byte) bool {
	runs, odd, letters, high := 0, 0, 0, 0
	for i := 0; i < len(b); {
		n := 0
		for ; i+n < len(b) && b[i+n] >= 0x80; n++ {
			if b[i+n] >= 0xC0 || b[i+n] == 0xA8 || b[i+n] == 0xB8 || b[i+n] == 0xB9 { // Ё, ё, №
				letters++
			}
		}
		if n > 0 {
			if runs++; n%2 == 1 {
				odd++
			}
			high += n
		}
		i += n + 1
	}
	return runs >= 3 && high >= 4*runs && letters*20 >= high*19 && odd*4 >= runs
}

func appendSingle(dst, src []byte, charset *charmap.Charmap) []byte {
	for _, c := range src {
		if c < 0x80 {
			dst = append(dst, c)
		} else {
			dst = utf8.AppendRune(dst, charset.DecodeByte(c))
		}
	}
	return dst
}

func appendUTF16(dst, src []byte, big, eof bool) (out []byte, used int, bad bool) {
	at := func(i int) rune {
		if big {
			return rune(src[i])<<8 | rune(src[i+1])
		}
		return rune(src[i+1])<<8 | rune(src[i])
	}
	i := 0
	for i+1 < len(src) {
		r, n := at(i), 2
		if utf16.IsSurrogate(r) {
			if i+3 >= len(src) && !eof {
				break
			}
			low := rune(utf8.RuneError)
			if i+3 < len(src) {
				low = at(i + 2)
			}
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				n = 4
			} else {
				bad = true
			}
		}
		dst = utf8.AppendRune(dst, r)
		i += n
	}
	if i < len(src) && eof && i+1 == len(src) {
		dst, i, bad = append(dst, "\uFFFD"...), len(src), true
	}
	return dst, i, bad
}

// decodeForeign is for a line that is not UTF-8 in a file that is. A character
// cut at the end of a fixed width is replaced; a line in which more is wrong is
// taken for GBK where every byte fits.
func decodeForeign(line []byte) []byte {
	if !cutOnce(line) {
		if out, _, bad := appendGB(nil, line, true); !bad {
			return out
		}
	}
	return bytes.ToValidUTF8(line, []byte("\uFFFD"))
}

// cutOnce reports whether the only fault of a line is one unfinished character.
func cutOnce(line []byte) bool {
	cuts := 0
	for i := 0; i < len(line); {
		r, n := utf8.DecodeRune(line[i:])
		if r == utf8.RuneError && n == 1 {
			for n < 3 && i+n < len(line) && line[i+n]&0xC0 == 0x80 {
				n++
			}
			if n < 2 || utf8.FullRune(line[i:i+n]) {
				return false
			}
			cuts++
		}
		i += n
	}
	return cuts == 1
}
