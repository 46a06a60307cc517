package text

import (
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"testing/iotest"
)

func all(t *testing.T, r io.Reader) (lines []string, long []int) {
	t.Helper()
	l := NewLines(r)
	for {
		s, err := l.Next()
		if err == io.EOF {
			return lines, long
		}
		if err != nil {
			t.Fatal(err)
		}
		if l.Long > 0 {
			long = append(long, l.Long)
		}
		lines = append(lines, s)
	}
}

func TestLines(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "a": "a", "a\n": "a", "a\nb": "a|b", "a\r\nb\r\n": "a|b", "\n\n": "|", "a\r": "a", "\r\n": "",
	} {
		for _, r := range []io.Reader{strings.NewReader(in), iotest.OneByteReader(strings.NewReader(in))} {
			lines, _ := all(t, r)
			if got := strings.Join(lines, "|"); got != want {
				t.Errorf("%q: %q, want %q", in, got, want)
			}
		}
	}
}

func TestLinesAcrossBuffers(t *testing.T) {
	var b strings.Builder
	var want []string
	for i := range 5000 {
		line := strings.Repeat(string(rune('a'+i%26)), i%700)
		want = append(want, line)
		b.WriteString(line + "\n")
	}
	lines, _ := all(t, iotest.HalfReader(strings.NewReader(b.String())))
	if strings.Join(lines, "|") != strings.Join(want, "|") {
		t.Error("lines differ")
	}
}

func TestOverlongLine(t *testing.T) {
	lines, long := all(t, strings.NewReader("a\n"+strings.Repeat("x", MaxLine+1)+"\nb\n"+strings.Repeat("y", 3*MaxLine)))
	if len(lines) != 4 || lines[0] != "a" || lines[2] != "b" || len(long) != 2 || long[0] != MaxLine+1 || long[1] != 3*MaxLine {
		t.Errorf("%d lines, long %v", len(lines), long)
	}
	// 512 MiB without a line end are passed over with a few buffers.
	l := NewLines(io.LimitReader(endless{}, 512<<20))
	if n := testing.AllocsPerRun(1, func() {
		if _, err := l.Next(); err != nil && err != io.EOF {
			t.Fatal(err)
		}
	}); n > 20 {
		t.Errorf("%v allocations", n)
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}

// Text in UTF-8 that was read as GBK is told from text that is not.
func TestMisread(t *testing.T) {
	const plain = "订单编号|订单类型|支付方式|渠道名称|订单金额|实收金额|手续费|订单状态|交易日期\nORD001|消费|微信|拉卡拉|100.00|99.40|0.60|成功|2026-11-20\n"
	if Misread([]byte(plain)) || Misread([]byte(strings.Repeat("Zahlung über 12,30 € für Müller\n", 9))) || Misread(nil) {
		t.Error("text as it was written is taken for misread text")
	}
	garbled, _ := simplifiedchinese.GB18030.NewDecoder().String(plain)
	if !Misread([]byte(garbled)) {
		t.Errorf("%q is not told", garbled)
	}
}
