package text

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf8"
	"unsafe"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// Charset decodes lines one by one: logs of several programs in one file mix
// UTF-8 and GB18030.
type Charset struct {
	PreferGB bool // the head of the file is GB18030
	BOM      bool // the file begins with a byte order mark
	UTF8, GB int  // lines that were not ASCII
}

// Judge votes over the lines of the head.
func Judge(head []byte) Charset {
	u, g := 0, 0
	for line := range strings.Lines(Of(head)) {
		switch {
		case ASCII(line):
		case utf8.ValidString(line) && Wide(line):
			u++
		case !utf8.ValidString(line):
			g++
		}
	}
	return Charset{PreferGB: g > u}
}

// Decode returns the line as UTF-8. torn says that a character was cut and
// stands as U+FFFD.
func (c *Charset) Decode(s string) (text string, torn bool) {
	if ASCII(s) {
		return s, false
	}
	valid := utf8.ValidString(s)
	if valid && (!c.PreferGB || Wide(s)) {
		c.UTF8++
		return s, false
	}
	if t, err := simplifiedchinese.GB18030.NewDecoder().String(s); err == nil && !strings.ContainsRune(t, utf8.RuneError) && plausible(t) {
		c.GB++
		return t, false
	}
	if valid {
		c.UTF8++
		return s, false
	}
	if c.PreferGB {
		c.GB++
		t, _ := simplifiedchinese.GB18030.NewDecoder().String(s)
		return t, true
	}
	c.UTF8++
	return strings.ToValidUTF8(s, "\uFFFD"), true
}

// Wide reports a character of three or more UTF-8 bytes. Two-byte characters
// alone prove nothing: many pairs of GBK bytes are valid UTF-8.
func Wide(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0xE0 {
			return true
		}
	}
	return false
}

// plausible refuses what random bytes decode to: private use and control
// characters.
func plausible(s string) bool {
	for _, r := range s {
		if r >= 0xE000 && r < 0xF900 || r >= 0x80 && r < 0xA0 {
			return false
		}
	}
	return true
}

// Mixed reports whether lines of both charsets were seen.
func (c *Charset) Mixed() bool { return c.UTF8 > 0 && c.GB > 0 }

// Name is the charset of most lines.
func (c *Charset) Name() string {
	switch {
	case c.GB > c.UTF8:
		return "gb18030"
	case c.BOM:
		return "utf-8-bom"
	}
	return "utf-8"
}

// ASCII reports whether s has no byte above 0x7F.
func ASCII(s string) bool {
	const high = 0x8080808080808080
	b := unsafe.Slice(unsafe.StringData(s), len(s))
	for ; len(b) >= 16; b = b[16:] {
		if (binary.LittleEndian.Uint64(b)|binary.LittleEndian.Uint64(b[8:]))&high != 0 {
			return false
		}
	}
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// Plausible reports whether bytes can be text: hardly any control characters among
// them. Runs of zero bytes are what a crash leaves in a log and do not count.
func Plausible(head []byte) bool {
	odd, zeros := 0, 0
	for i, c := range head {
		switch {
		case c >= ' ', c == '\t', c == '\n', c == '\r', c == '\f', c == 0x1A, c == 0x1B:
		case c == 0:
			if zeros++; i > 0 && i+1 < len(head) && head[i-1] != 0 && head[i+1] != 0 {
				odd++
			}
		default:
			odd++
		}
	}
	return odd*100 <= len(head)-zeros
}

// Ours reports whether an input begins as the JSON, the HTML, the CSV, the lists of rejects and
// those of packs of evidence do that poslog writes.
func Ours(head []byte) bool {
	b := string(Begin(head[:min(len(head), 4096)]))
	return strings.HasPrefix(b, "{") && (strings.Contains(b, `"schema":"poslog/`) || strings.Contains(b, `"schema": "poslog/`)) ||
		strings.HasPrefix(b, "<!doctype html>") && strings.Contains(b, `<meta name="generator" content="poslog">`) ||
		strings.HasPrefix(b, "#,report,") || strings.HasPrefix(b, "position,field,rule,message,text,hint\n") ||
		strings.HasPrefix(b, "file,line,time,institution,merchant,terminal,kind,code,outcome,class,decided_by_evidence,") ||
		strings.HasPrefix(b, "minute,attempts,approved,failed_in_") || strings.HasPrefix(b, "name,sha256,format,side,lines,records,rejected\r")
}

// Begin is what stands at the start of an input, behind a byte order mark and blanks.
func Begin(head []byte) []byte {
	return bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
}

// Misread reports whether the characters beyond ASCII of a text in UTF-8 are, in GBK, the bytes of
// another text in UTF-8. Chinese is not: hardly any three bytes of it in GBK are a character there.
func Misread(head []byte) bool {
	beyond := strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf || r == utf8.RuneError {
			return -1
		}
		return r
	}, string(head))
	gbk, err := encoding.ReplaceUnsupported(simplifiedchinese.GB18030.NewEncoder()).String(beyond)
	if err != nil || len(gbk) < leastMisread {
		return false
	}
	had := 0
	for i := 0; i < len(gbk); {
		r, n := utf8.DecodeRuneInString(gbk[i:])
		if unicode.Is(unicode.Han, r) {
			had += n
		}
		i += n
	}
	return 4*had > 3*len(gbk)
}

// leastMisread is how many bytes prove anything.
const leastMisread = 48
