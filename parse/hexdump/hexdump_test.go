package hexdump

import (
	"encoding/hex"
	"strings"
	"testing"
)

func TestLine(t *testing.T) {
	for in, want := range map[string]string{
		"30 31 32": "303132", "30313233 34353637": "3031323334353637", "0000: 30 31": "3031", "0x0010  30 31 |01|": "3031", "00000010h: 30 31": "3031",
		"0000  30 31 32 33   0123": "30313233", "30-31-32-33-34-35-36-37": "3031323334353637", "\t30 31\t": "3031",
		"3031": "", "30 3": "", "3031323334353637g": "", "": "", "   ": "", "0000: ": "", "AB": "", "prose": "", "dead beef": "deadbeef",
		"00000000: 3031 3233 3435  012345": "303132333435", "00000010  30 31 32 33 34 35 36 37  38 39  |0123456789|": "30313233343536373839",
		"0000:30 31 32:012": "303132", "[0016] 30 31 32       ; 012": "303132", "&0001: 30 31  01": "3031", "| 0010 | 30 31 | 01 |": "3031",
		"0x30, 0x31, 0x32": "303132", "000010\t30 31\t01": "3031", "[0016 30 31": "", "2026-11-20 08:15:32": "", "0000:3031": "", "[0810] approved": "",
	} {
		data, ok := Line(in)
		if got := hex.EncodeToString(data); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %s %v, want %s", in, got, ok, want)
		}
	}
}

func TestFind(t *testing.T) {
	long := strings.Repeat("0A1B", 6)
	for in, want := range map[string]string{
		"08:15:32 recv [" + long + "]":           long,
		"08:15:32 " + long:                       long,
		"08:15:32.100 0A 1B 0A 1B 0A 1B":         "0A1B0A1B0A1B",
		"2026-11-20 08:15:32 0A1B 0A1B 0A1B 0A":  "0A1B0A1B0A1B0A",
		"x 0A1B0A " + long + " y":                long,
		"08:15:32 no bytes in here, 1234 and 56": "",
		"odd 0A1B0A1B0A1":                        "",
	} {
		if got := strings.ToUpper(hex.EncodeToString(Find(in, 5))); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func TestStamp(t *testing.T) {
	for in, want := range map[string]string{
		"[2026-11-20 08:15:32.123] x": "2026-11-20 08:15:32.123", "x 08:15:32,1 y": "08:15:32,1", "x 08:15:32": "08:15:32",
		"x 98:15:32": "", "8:15": "", "120:15:32": "", "": "", "2026/11/20 08:15:32 x": "2026/11/20 08:15:32",
	} {
		if got := Stamp(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
