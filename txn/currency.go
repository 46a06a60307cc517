package txn

import (
	"fmt"
	"strings"
)

// The currencies whose minor unit is not a hundredth, by ISO 4217, list one of the
// maintenance agency (SIX), column "Minor unit". Funds codes (CLF, UYW) move no card
// money and are left out.
const (
	whole      = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
	thousandth = "BHD IQD JOD KWD LYD OMR TND"
)

// Exponent is the number of decimals of a currency in ISO 4217 letters: a unit has ten to
// that power of Minor. It is 2 for "" and for what is no currency.
func Exponent(currency string) int {
	if len(currency) == 3 {
		switch {
		case currency == "CNY":
		case listed(whole, currency):
			return 0
		case listed(thousandth, currency):
			return 3
		}
	}
	return 2
}

func listed(list, currency string) bool {
	i := strings.Index(list, currency)
	return i >= 0 && i%4 == 0
}

// In writes the amount in major units with the decimals of its currency: "1500" in JPY,
// "12.345" in KWD, "-12.05" in CNY. An absent amount is "".
func (m Minor) In(currency string) string {
	if !m.Valid() {
		return ""
	}
	sign, v := "", uint64(m)
	if m < 0 {
		sign, v = "-", uint64(-m)
	}
	switch Exponent(currency) {
	case 0:
		return fmt.Sprintf("%s%d", sign, v)
	case 3:
		return fmt.Sprintf("%s%d.%03d", sign, v/1000, v%1000)
	}
	return fmt.Sprintf("%s%d.%02d", sign, v/100, v%100)
}

// With writes the amount in major units with its currency: "¥12.05", "-USD 3.00".
func (m Minor) With(currency string) string {
	switch {
	case m.Valid() && m < 0:
		return "-" + (-m).With(currency)
	case currency == "CNY":
		return "¥" + m.In(currency)
	case currency == "":
		return m.In(currency)
	}
	return currency + " " + m.In(currency)
}
