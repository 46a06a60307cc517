package classify

import (
	"fmt"
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

// Codes of two characters that a system filled up are read as those, where the codes of the
// institution show it; else they are what they seem to be.
func TestPaddedCodes(t *testing.T) {
	for _, test := range []struct{ given, code, want string }{
		{"000 005 051", "005", "unionpay declined"},
		{"000 005 051", "000", "unionpay approved"},
		{"000 005 116", "005", "iso8583-1993 approved"}, // 116 is of that edition
		{"000 002", "002", "iso8583-1993 approved_partial"},
		{"000 001 005", "005", "unionpay declined"},
		{"005 051", "005", "iso8583-1993 approved"}, // no success shows what is filled up
		{"0000 0005", "0005", "unionpay declined"},
		{"0000 0051 1116", "0051", " unknown"},
		{"0000 0005 9106", "0005", "iso8583-2003 approved"},
		{"00000 00051", "00051", "unionpay declined"},
		{"00000 00051 10000", "00051", " unknown"},
		{"A00 A51 A05", "A51", "unionpay declined"},
		{"A00 A51", "a51 ", "unionpay declined"},
		{"A51 A05", "A51", " unknown"},
		{"A00 AZZ AYY A51", "A51", " unknown"}, // most of them are no such codes
		{"00 05", "05", "unionpay declined"},
	} {
		given := Codes{}
		for _, c := range strings.Fields(test.given) {
			given[c] = true
		}
		p := Default().Given(map[string]Codes{"A": given})
		m := p.Lookup(Where{Institution: "A"}, txn.Sale, test.code)
		if got := fmt.Sprint(m.Table, " ", m.Outcome); got != test.want || m.Code != normal(test.code) {
			t.Errorf("%s of %s: %q, want %q", m.Code, test.given, got, test.want)
		}
		if b := p.Lookup(Where{Institution: "B"}, txn.Sale, "005"); b.Table != "iso8583-1993" {
			t.Errorf("%s: 005 of another institution: %+v", test.given, b)
		}
	}
}

// Statuses of HTTP are read as these where an institution has no other codes; beside a 000, 200 is
// a refusal of ISO 8583:1993.
func TestStatusesOfHTTP(t *testing.T) {
	p := Default().Given(map[string]Codes{
		"A": {"200": true, "400": true, "504": true}, "B": {"200": true}, "C": {"000": true, "200": true, "116": true},
	})
	for _, c := range []struct {
		institution, code string
		want              Outcome
	}{
		{"A", "200", Approved}, {"A", "400", Declined}, {"A", "504", Unknown}, {"B", "200", Approved}, {"C", "200", Declined}, {"D", "200", Declined},
	} {
		if m := p.For(Where{Institution: c.institution}).Lookup(txn.Sale, c.code); m.Outcome != c.want {
			t.Errorf("%s %s: %v, want %v (%s)", c.institution, c.code, m.Outcome, c.want, m.Table)
		}
	}
}
