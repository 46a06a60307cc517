package formats

import (
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/iso8583"
)

// packedAnswer is a 0210 with packed numbers and the fields 4, 11, 12, 13, 39 of
// three characters, 41, 49 and a private field 48 of characters behind one byte of length.
func packedAnswer(trace, code string) string {
	return "0210" + bitmap(4, 11, 12, 13, 39, 41, 48, 49) + "000000012300" + trace + "081532" + "1120" +
		hex.EncodeToString([]byte(code+"10000001")) + "05" + hex.EncodeToString([]byte("NSH01156"))
}

func bitmap(fields ...int) string {
	var bits uint64
	for _, f := range fields {
		bits |= 1 << (64 - f)
	}
	return fmt.Sprintf("%016X", bits)
}

func TestMessages(t *testing.T) {
	const packed = "format: demo\nkind: iso8583\nlayout: packed\nheader: 3\nside: terminal\nset: {institution: NSH009}\nfields: {39: text 3, 48: ll text 20}"
	want := "1 2026-11-20T08:15:32+08:00 0B4 123.00 10000001 000123 NSH009\n"
	whole := packedAnswer("000123", "0B4")
	for _, c := range []struct{ name, yaml, text, want string }{
		{"hexadecimal behind a time", packed, "2026-11-20 08:15:32 RX " + "AABBCC" + whole + "\n2026-11-20 08:15:33 started\n", want + "1 noise"},
		{"with a length in front", packed, fmt.Sprintf("2026-11-20 08:15:32 RX %04X", 3+len(whole)/2) + "AABBCC" + whole + "\n", want},
		{"cut", packed, "2026-11-20 08:15:32 RX " + "AABBCC" + whole[:len(whole)-8] + "\n", "1 reject  iso8583-layout"},
		// The sanity checks stay: field 12 is the 28th hour.
		{"no time", packed, "2026-11-20 08:15:32 RX " + "AABBCC" + strings.Replace(whole, "081532", "281532", 1) + "\n", "1 reject  iso8583-layout"},
		{"without its header", packed, "2026-11-20 08:15:32 RX " + whole + "\n", "1 noise"},
		{"text, digits only, two lines", "format: demo\nkind: iso8583\nlayout: text\nset: {institution: NSH009}\nfields: {48: ll digits 20}",
			"0210" + bitmap(4, 11, 12, 13, 39, 41, 48, 49) + "000000012300" + "000123" + "081532" + "1120" + "51" + "10000001" + "04" + "0102" + "156\n" +
				"0210" + bitmap(4, 11, 12, 13, 39, 41, 48, 49) + "000000012400" + "000124" + "081533" + "1120" + "00" + "10000001" + "04" + "0102" + "156\n",
			"1 2026-11-20T08:15:32+08:00 51 123.00 10000001 000123 NSH009\n2 2026-11-20T08:15:33+08:00 00 124.00 10000001 000124 NSH009"},
	} {
		t.Run(c.name, func(t *testing.T) {
			expect(t, messages(t, c.yaml, c.text), c.want)
		})
	}
}

// Messages that a described layout does not explain say which field and why, and do
// not show its value.
func TestMessagesThatTheLayoutDoesNotExplain(t *testing.T) {
	const text = "format: demo\nkind: iso8583\nlayout: text\nfields: {48: ll digits 20}"
	bits := bitmap(4, 11, 12, 13, 39, 41, 48, 49)
	sound := "0210" + bits + "000000012300" + "000123" + "081532" + "1120" + "51" + "10000001" + "04" + "0102" + "156"
	for _, c := range []struct{ name, yaml, text, want string }{
		{"nothing is wrong", text, sound, ""},
		{"something behind it", text, sound + "00000000", "8 bytes are left over"},
		{"letters in the trace number", text, strings.Replace(sound, "000123081532", "00A123081532", 1), "field 11: it should be digits"},
		{"letters in a length", text, strings.Replace(sound, "040102", "0x0102", 1), "field 48: length: it should be digits"},
		{"letters in an amount that is text", text[:len(text)-1] + ", 4: text 12}", strings.Replace(sound, "000000012300", "00000001230x", 1), "field 4 is not digits"},
	} {
		o, err := run(define(t, c.yaml), "x", c.text+"\n")
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, r := range o.rejects {
			got += r.Error()
		}
		want := ""
		if c.want != "" {
			want = fmt.Sprintf("x:1: the layout of the format does not explain these bytes; %s (\"%d bytes\"); check that the dump is whole, and layout, header and fields of the format file", c.want, len(c.text))
		}
		if got != want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, want)
		}
	}
}

// messages reads a text by a format of kind iso8583. Such a reader leaves the count
// of lines to its caller.
func messages(t *testing.T, yaml, text string) string {
	t.Helper()
	o, err := run(define(t, yaml), "x", text)
	if err != nil {
		t.Fatal(err)
	}
	o.count.Lines = strings.Count(text, "\n")
	if err := o.count.Check(); err != nil {
		t.Errorf("%v %+v", err, o.count)
	}
	var b strings.Builder
	for _, r := range o.records {
		fmt.Fprintf(&b, "%d", r.Pos.Line)
		for _, f := range []field.Field{field.Time, field.Code, field.Amount, field.TID, field.STAN, field.Institution} {
			fmt.Fprintf(&b, " %s", field.Get(r, f, china))
		}
		b.WriteByte('\n')
	}
	for _, r := range o.rejects {
		fmt.Fprintf(&b, "%d reject %s %s\n", r.Pos.Line, r.Field, r.Rule)
	}
	if n := o.count.Skipped[entry.Noise]; n > 0 {
		fmt.Fprintf(&b, "%d noise\n", n)
	}
	return b.String()
}

// Every word for a layout has one behind it, and messages of another layout are left alone.
func TestEveryLayoutWord(t *testing.T) {
	log, err := os.ReadFile("../../docs/examples/branch-switch.log")
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []string{"text", "text-binary-bitmap", "packed", "unionpay-pos"} {
		f := define(t, "format: demo\nkind: iso8583\nlayout: "+w+"\nheader: 12\nfields: {48: ll digits 20, 63: ll text 40}")
		score, why := Reader(f).Sniff("x", log)
		if (score > 90) != (w == "text") {
			t.Errorf("%s: %d, %s", w, score, why)
		}
	}
	if score, _ := iso8583.Reader.Sniff("x", log); score > 0 {
		t.Error("the example is read without its format")
	}
}
