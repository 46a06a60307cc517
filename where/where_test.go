package where

import (
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

func row() *txn.Record {
	r := txn.New()
	r.Institution, r.Code, r.TID, r.Carrier, r.Text = "NSH001", "B4", "10000001", "", "通讯超时 TIMEOUT"
	r.Kind, r.Amount, r.Latency = txn.Sale, 12050, 235
	return r
}

func TestMatch(t *testing.T) {
	for expr, want := range map[string]bool{
		`code = B4`:                             true,
		`code == b4`:                            true,
		`code != B4`:                            false,
		`code in (91, B4)`:                      true,
		`code in (91,96)`:                       false,
		`code=B4 and institution=NSH001`:        true,
		`code=91 or kind=sale and amount>=120`:  true,
		`(code=91 or kind=sale) and amount<120`: false,
		`not code=91`:                           true,
		`not (code=91 or code=B4)`:              false,
		`amount = 120.50`:                       true,
		`amount = 120.5`:                        true,
		`amount > 120.50`:                       false,
		`amount in (1, 120.50)`:                 true,
		`latency < 236 and latency>=235`:        true,
		`text ~ timeout`:                        true,
		`text ~ "通讯超时"`:                         true,
		`carrier = ""`:                          true,
		`carrier < A`:                           false,
		`terminal >= 10000000`:                  true,
		`code >= a9 and code < c`:               true,
		`amount = ""`:                           false,
		`latency != ""`:                         true,
	} {
		e, err := Parse(expr)
		if err != nil {
			t.Errorf("%s: %v", expr, err)
		} else if got := e.Match(row()); got != want {
			t.Errorf("%s: %v, want %v", expr, got, want)
		}
	}
}

func TestAbsentNumbers(t *testing.T) {
	r := txn.New()
	for expr, want := range map[string]bool{`amount >= 0`: false, `amount < 0`: false, `amount != 0`: true, `latency = -1`: false,
		`amount = ""`: true, `amount in (0, "")`: true, `latency != ""`: false, `amount = 0`: false} {
		e, err := Parse(expr)
		if err != nil || e.Match(r) != want {
			t.Errorf("%s on a row without amount and latency: %v, want %v", expr, err, want)
		}
	}
}

// TestCurrencies: amounts are asked for in major units, whatever the minor one of the currency is.
func TestCurrencies(t *testing.T) {
	for currency, amount := range map[string]txn.Minor{"JPY": 12, "CNY": 1200, "KWD": 12000, "": 1200} {
		r := row()
		r.Currency, r.Amount = currency, amount
		for expr, want := range map[string]bool{`amount = 12`: true, `amount < 12.001`: true, `amount > 12`: false} {
			if e, err := Parse(expr); err != nil || e.Match(r) != want {
				t.Errorf("%s of %s: %v, want %v", expr, r.Amount.In(currency), err, want)
			}
		}
	}
}

func TestErrorsPoint(t *testing.T) {
	for expr, want := range map[string]string{
		`cod = B4`:          "unknown field",
		`code B4`:           "expected =",
		`code in 91`:        "expected '('",
		`code in (91`:       "expected ',' or ')'",
		`code =`:            "expected a value",
		`(code=91`:          "expected ')'",
		`code=91 code=92`:   "expected 'and'",
		`amount = abc`:      "is no number",
		`amount = 1.2345`:   "more than three decimals",
		`amount < ""`:       "is no number",
		`amount = .`:        "is no number",
		`not code = "B4`:    "is not closed",
		`code in (91, 'B4)`: "is not closed",
		`code="`:            "is not closed",
		`amount ~ 1`:        "is a number",
		``:                  "unknown field",
		`机构 = 1 and code=1`: "unknown field",
	} {
		_, err := Parse(expr)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "^") {
			t.Errorf("%s: %v, want %q and a caret", expr, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`code in (B4, 91) and not amount < 100`, `text ~ "a b" or (kind=sale)`, `'`, `((`, `amount=1.`} {
		f.Add(s)
	}
	r := row()
	f.Fuzz(func(t *testing.T, s string) {
		if e, err := Parse(s); err == nil {
			e.Match(r)
		} else {
			_ = err.Error()
		}
	})
}

func TestFieldsOfExpr(t *testing.T) {
	e, err := Parse(`code = 91 and (Amount > 1 or not code in (B4, 91))`)
	if err != nil || strings.Join(e.Fields(), " ") != "code amount" {
		t.Errorf("%v %v", e, err)
	}
}
