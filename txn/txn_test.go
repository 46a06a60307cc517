package txn

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestMask(t *testing.T) {
	for _, c := range []struct{ in, want, bin string }{
		{"6228480402564890018", "622848*********0018", "622848"},
		{"4111111111111111", "411111******1111", "411111"},
		{"622848******1234", "622848******1234", "622848"},
		{"519360______2645", "519360******2645", "519360"},
		{"**** **** **** 1234", "***************1234", ""},
		{"1234567890", "******7890", ""},
		{"123", "***", ""},
		{"", "", ""},
	} {
		p := Mask(c.in)
		if p.Masked != c.want || p.BIN() != c.bin {
			t.Errorf("Mask(%q) = %q, BIN %q; want %q, %q", c.in, p.Masked, p.BIN(), c.want, c.bin)
		}
		if (p.Token == 0) != (c.in == "") {
			t.Errorf("Mask(%q) has token %d", c.in, p.Token)
		}
	}
	if Mask("4111111111111111").Token != Mask(" 4111111111111111 ").Token {
		t.Error("equal cards have different tokens")
	}
	if Mask("4111111111111111").Token == Mask("4111111111111112").Token {
		t.Error("different cards share a token")
	}
}

func TestScrub(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"pan", "card 4111111111111111 refused", "card 411111******1111 refused"},
		{"spaced", "4111 1111 1111 1111", "4111 11** **** 1111"},
		{"hyphens", "4111-1111-1111-1111.", "4111-11**-****-1111."},
		{"19 digits", "PAN=6228480402564890018;", "PAN=622848*********0018;"},
		{"amex", "378282246310005", "378282*****0005"},
		{"mid is no card", "MID=898330154110001", "MID=898330154110001"},
		{"labelled 13", "卡号4000000000001", "卡号400000***0001"},
		{"track 2", "track 4111111111111111=26122010000012345678?", "track 411111******1111**********************"},
		{"track 2 with D", "4111111111111111D26122010000012345678", "411111******1111*********************"},
		{"rrn stays", "RRN=041216300012 STAN=000123", "RRN=041216300012 STAN=000123"},
		{"time stays", "2026-11-20 08:15:32.123", "2026-11-20 08:15:32.123"},
		{"order number", "4200001234202611201234567890", "420000******************7890"},
		{"short tail is no track", "411111111111111111=2", "411111********1111=2"},
		{"printed 4-6-5", "card 3782 822463 10005 refused", "card 3782 82**** *0005 refused"},
		{"printed 6-13", "6228 48, 622848 0402564890018", "6228 48, 622848 *********0018"},
		{"STAN and RRN stay", "000123 041216300012", "000123 041216300012"},
		{"chinese", "余额不足，卡6222021234567890123", "余额不足，卡622202*********0123"},
	} {
		if got := Scrub(c.in); got != c.want {
			t.Errorf("%s: Scrub(%q)\n got %q\nwant %q", c.name, c.in, got, c.want)
		}
	}
}

func TestMaskCard(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"unionpay", "6228480402564890018", "622848*********0018"},
		{"file", "out/6228480402564890018_20261120.csv", "out/622848*********0018_20261120.csv"},
		{"visa", "X4111111111111111", "X411111******1111"},
		{"mastercard 2-series", "2223003122003222", "222300******3222"},
		{"amex", "378282246310005", "378282*****0005"},
		{"Luhn fails", "6228480402564890017", "6228480402564890017"},
		{"MID", "898330154110001", "898330154110001"},
		{"behind a date", "20261120-6228480402564890018.csv", "20261120-622848*********0018.csv"},
		{"before a date", "4111111111111111-20261120.csv", "411111******1111-20261120.csv"},
		{"groups of four", "4111 1111 1111 1111 x", "4111 11** **** 1111 x"},
		{"19 digits in groups", "6228 4804 0256 4890 018", "6228 48** **** ***0 018"},
		{"printed 4-6-5", "3782-822463-10005", "3782-82****-*0005"},
		{"order number by date", "2026112008153212", "2026112008153212"},
		{"WeChat order number", "4200000069201710299246843141", "4200000069201710299246843141"},
		{"two dates", "20261120_20261121", "20261120_20261121"},
	} {
		if got := MaskCard(c.in); got != c.want {
			t.Errorf("%s: MaskCard(%q) = %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

var longDigits = regexp.MustCompile(`[0-9]{16,}`)

func FuzzScrub(f *testing.F) {
	for _, s := range []string{"4111 1111 1111 1111", "x=4111111111111111=2612", "卡号 6222021234567890123", "1234-5678-9012-3456-7890-1234", "000000000000000D00000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Scrub(s)
		if len(got) != len(s) {
			t.Fatalf("length changed from %d to %d", len(s), len(got))
		}
		if longDigits.MatchString(got) {
			t.Fatal("a run of 16 digits is left")
		}
	})
}

func TestDecimal(t *testing.T) {
	for _, c := range []struct {
		m    Minor
		want string
	}{{0, "0.00"}, {5, "0.05"}, {-5, "-0.05"}, {123456, "1234.56"}, {-100, "-1.00"}, {NoAmount, ""}} {
		if got := c.m.Decimal(); got != c.want {
			t.Errorf("%d.Decimal() = %q, want %q", c.m, got, c.want)
		}
	}
}

func TestInstantAndDate(t *testing.T) {
	sh := time.FixedZone("CST", 8*3600)
	at := time.Date(2026, 11, 20, 0, 30, 0, 123000000, sh)
	if got := At(at).Time(); !got.Equal(at) || got.Location() != time.UTC {
		t.Errorf("At(%v).Time() = %v", at, got)
	}
	if !NoInstant.Time().IsZero() || NoInstant.Valid() {
		t.Error("NoInstant is a time")
	}
	if d := DateOf(at); d != 20261120 || d.String() != "2026-11-20" || !d.Time(sh).Equal(at.Truncate(time.Second).Add(-30*time.Minute)) {
		t.Errorf("DateOf = %v, %v", d, d.Time(sh))
	}
}

func TestPos(t *testing.T) {
	src := &Source{Name: "a.log"}
	for _, c := range []struct {
		p    Pos
		want string
	}{
		{Pos{}, "-"}, {Pos{Src: src}, "a.log"}, {Pos{Src: src, Line: 12}, "a.log:12"}, {Pos{Src: src, Line: 12, Col: 3}, "a.log:12:3"},
		{Pos{Src: src, Sheet: "S", Line: 12, Col: 28}, "a.log:S!AB12"},
	} {
		if got := c.p.String(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestNamesRoundTrip(t *testing.T) {
	for k := KindUnknown; k <= Other; k++ {
		if got, err := ParseKind(k.String()); err != nil || got != k {
			t.Errorf("kind %d: %v, %v", k, got, err)
		}
	}
	for s := SideUnknown; s <= Settlement; s++ {
		if got, err := ParseSide(s.String()); err != nil || got != s {
			t.Errorf("side %d: %v, %v", s, got, err)
		}
	}
	if _, err := ParseSide("till"); err == nil || !strings.Contains(err.Error(), "settlement") {
		t.Errorf("the error does not list what is possible: %v", err)
	}
	if Reversal.Attempt() || SignOn.Attempt() || !Sale.Attempt() {
		t.Error("Attempt is wrong")
	}
}

// TestCloneCoversEveryString fails when a string is added to Record and
// forgotten in Clone.
func TestCloneCoversEveryString(t *testing.T) {
	r := New()
	n := countStrings(reflect.ValueOf(r).Elem())
	if got := len(r.strings()) + 1; got != n {
		t.Errorf("Record has %d strings, Clone knows %d", n, got)
	}
}

func countStrings(v reflect.Value) int {
	n := 0
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			n++
		case reflect.Struct:
			n += countStrings(f)
		}
	}
	return n
}

func BenchmarkMaskCard(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		MaskCard("898330154110001")
	}
}
