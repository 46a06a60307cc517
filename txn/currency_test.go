package txn_test

import (
	"testing"

	"golang.org/x/text/currency"

	"github.com/poslog/poslog/txn"
)

func TestIn(t *testing.T) {
	for _, c := range []struct {
		minor    txn.Minor
		currency string
		want     string
	}{
		{1500, "JPY", "1500"}, {-1500, "KRW", "-1500"}, {0, "VND", "0"}, {12345, "KWD", "12.345"}, {-5, "BHD", "-0.005"},
		{1205, "CNY", "12.05"}, {-1205, "", "-12.05"}, {1205, "no", "12.05"}, {1205, "F C", "12.05"}, {txn.NoAmount, "JPY", ""},
	} {
		if got := c.minor.In(c.currency); got != c.want {
			t.Errorf("%d in %q is %q, want %q", c.minor, c.currency, got, c.want)
		}
	}
}

// TestExponent compares with the Unicode consortium's table. It differs from ISO 4217 for
// the currencies that are listed, whose smallest coins are out of use.
func TestExponent(t *testing.T) {
	const gone = "AFN ALL IRR KPW LAK LBP MGA MMK MRO RSD SLL SOS STD SYP TMM YER ZMK IQD UGX ISK COP IDR PKR UZS"
	differ := map[string]bool{}
	for i := 0; i+3 <= len(gone); i += 4 {
		differ[gone[i:i+3]] = true
	}
	n := 0
	for _, code := range []string{"AED", "ARS", "AUD", "BHD", "BIF", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DJF", "DKK", "EGP", "EUR", "GBP", "GNF", "HKD", "HUF", "IDR", "ILS",
		"INR", "JOD", "JPY", "KES", "KHR", "KMF", "KRW", "KWD", "KZT", "LYD", "MOP", "MXN", "MYR", "NGN", "NOK", "NZD", "OMR", "PEN", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RUB", "RWF",
		"SAR", "SEK", "SGD", "THB", "TND", "TRY", "TWD", "UAH", "USD", "UYU", "UZS", "VND", "VUV", "XAF", "XOF", "XPF", "ZAR", "IQD", "UGX", "ISK", "LBP"} {
		u, err := currency.ParseISO(code)
		if err != nil {
			t.Fatal(err)
		}
		if n++; differ[code] {
			continue
		}
		if scale, _ := currency.Standard.Rounding(u); scale != txn.Exponent(code) {
			t.Errorf("%s has %d decimals, the table of the Unicode consortium says %d", code, txn.Exponent(code), scale)
		}
	}
	for code, want := range map[string]int{"IQD": 3, "UGX": 0, "ISK": 0, "LBP": 2, "": 2, "JP": 2, "PYJ": 2} {
		if got := txn.Exponent(code); got != want {
			t.Errorf("%q has %d decimals, want %d", code, got, want)
		}
	}
}
