package reconcile

import (
	"fmt"
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

// A fee above that of all other rows is said where none was agreed; another tariff, a cap, or too
// few rows are not.
func TestOddFees(t *testing.T) {
	rate := FeeRule{PPM: 6000}
	for _, c := range []struct {
		name string
		rows int
		fee  func(i int, amount txn.Minor) txn.Minor
		opt  Options
		want string
	}{
		{"one of forty", 40, func(i int, a txn.Minor) txn.Minor {
			if i == 7 {
				return rate.fee(a) + 50
			}
			return rate.fee(a)
		}, Options{}, "1 笔手续费高于同一商户其余各笔的费率，共多收 ¥0.50（首笔 settlement.csv:17）"},
		{"rounded otherwise", 40, func(i int, a txn.Minor) txn.Minor { return rate.fee(a) + txn.Minor(i%2) }, Options{}, ""},
		{"of few", 12, func(i int, a txn.Minor) txn.Minor { return rate.fee(a) + txn.Minor(i/11*50) }, Options{}, ""},
		{"a tariff of its own", 100, func(i int, a txn.Minor) txn.Minor {
			if i%25 == 3 {
				return (&FeeRule{PPM: 7800}).fee(a)
			}
			return rate.fee(a)
		}, Options{}, ""},
		{"a cap", 40, func(i int, a txn.Minor) txn.Minor { return min(rate.fee(a), 200) }, Options{}, ""},
		{"agreed ones are judged one by one", 40, func(i int, a txn.Minor) txn.Minor { return rate.fee(a) + txn.Minor(i/39*50) }, Options{Fees: []FeeRule{rate}}, ""},
	} {
		x := &recs{}
		for i := range c.rows {
			amount := txn.Minor(3000 + 1700*i)
			x.term(i, fmt.Sprint(100+i), "00", amount)
			x.bank(i, fmt.Sprint(100+i), amount, fee(c.fee(i, amount)))
		}
		got := run(t, x, c.opt).Sides.Zh
		if c.want == "" && strings.Contains(got, "其余各笔的费率") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}
