package kv

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// charset decodes lines one by one: logs of several programs in one file mix
// UTF-8 and GB18030.
type charset struct {
	preferGB bool // the head of the file is GB18030
	bom      bool
	utf8, gb int // lines that were not ASCII
}

// judge votes over the lines of the head.
func judge(head []byte) charset {
	u, g := 0, 0
	for line := range strings.Lines(string(head)) {
		switch {
		case ascii(line):
		case utf8.ValidString(line) && wide(line):
			u++
		case !utf8.ValidString(line):
			g++
		}
	}
	return charset{preferGB: g > u}
}

// decode returns the line as UTF-8. torn says that a character was cut and
// stands as U+FFFD.
func (c *charset) decode(s string) (text string, torn bool) {
	if ascii(s) {
		return s, false
	}
	valid := utf8.ValidString(s)
	if valid && (!c.preferGB || wide(s)) {
		c.utf8++
		return s, false
	}
	if t, err := simplifiedchinese.GB18030.NewDecoder().String(s); err == nil && !strings.ContainsRune(t, utf8.RuneError) && plausible(t) {
		c.gb++
		return t, false
	}
	if valid {
		c.utf8++
		return s, false
	}
	if c.preferGB {
		c.gb++
		t, _ := simplifiedchinese.GB18030.NewDecoder().String(s)
		return t, true
	}
	c.utf8++
	return strings.ToValidUTF8(s, "\uFFFD"), true
}

// wide reports a character of three or more UTF-8 bytes. Two-byte characters
// alone prove nothing: many pairs of GBK bytes are valid UTF-8.
func wide(s string) bool {
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

func (c *charset) mixed() bool { return c.utf8 > 0 && c.gb > 0 }

func (c *charset) name() string {
	switch {
	case c.gb > c.utf8:
		return "gb18030"
	case c.bom:
		return "utf-8-bom"
	}
	return "utf-8"
}

func ascii(s string) bool {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		if (s[i]|s[i+1]|s[i+2]|s[i+3]|s[i+4]|s[i+5]|s[i+6]|s[i+7])&0x80 != 0 {
			return false
		}
	}
	for ; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
