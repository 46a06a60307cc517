package sheet

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// A block that is done gives its buffer back, while the reader still carries the unfinished row at the end
// of it: what is carried must not be asked for behind what overwrites it.
func TestCarryInABufferGivenBack(t *testing.T) {
	text := strings.Repeat("西湖便利店龙井总店", 8)
	coded, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, charset, carry string
		dirty                bool
	}{
		{"a damaged row", gb18030, "X\uFFFDY,", true},
		{"the first text that is not ASCII", "", "8,2026-11-20,", false},
	} {
		held := make([]byte, 4096)
		carry := held[2 : 2+copy(held[2:], c.carry)]
		d := &decoder{charset: c.charset, started: true, chunk: len(coded), dirty: c.dirty, free: make(chan []byte, 1), r: strings.NewReader(coded)}
		d.free <- held
		buf, err := d.fill(carry)
		if err != nil || string(buf) != c.carry+text || d.dirty != c.dirty {
			t.Errorf("%s: %q, dirty %v, %v", c.name, buf, d.dirty, err)
		}
	}
}
