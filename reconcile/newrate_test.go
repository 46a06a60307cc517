package reconcile

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/txn"
)

// A rate that another one replaces on some day is said with the day and what it comes to; cards of
// two tariffs side by side, a few rows of another rate, and agreed fees are not.
func TestNewRate(t *testing.T) {
	old, to := FeeRule{PPM: 3800}, FeeRule{PPM: 4500}
	for _, c := range []struct {
		name string
		fee  func(day, i int, a txn.Minor) txn.Minor
		opt  Options
		want string
	}{
		{"from the fourth day on", func(day, _ int, a txn.Minor) txn.Minor {
			if day < 3 {
				return old.fee(a)
			}
			return to.fee(a)
		}, Options{}, "手续费率从 2026-11-23 起由 0.38% 变为 0.45%，此后 36 笔共多收 ¥25.20：请核对是否约定过。"},
		{"a lower one", func(day, _ int, a txn.Minor) txn.Minor {
			if day < 5 {
				return to.fee(a)
			}
			return old.fee(a)
		}, Options{}, "手续费率从 2026-11-25 起由 0.45% 变为 0.38%，此后 12 笔共少收 ¥8.40"},
		{"two tariffs side by side", func(_, i int, a txn.Minor) txn.Minor { return []*FeeRule{&old, &to}[i%2].fee(a) }, Options{}, ""},
		{"a few rows at the end", func(day, i int, a txn.Minor) txn.Minor {
			if day == 5 && i > 8 {
				return to.fee(a)
			}
			return old.fee(a)
		}, Options{}, ""},
		{"agreed", func(day, _ int, a txn.Minor) txn.Minor {
			if day < 3 {
				return old.fee(a)
			}
			return to.fee(a)
		}, Options{Fees: []FeeRule{old}}, ""},
	} {
		x := &recs{}
		for day := range 6 {
			for i := range 12 {
				at := noon.AddDate(0, 0, day).Add(time.Duration(i) * time.Minute)
				rrn := fmt.Sprint(100*(day+1) + i)
				x.add(txn.Terminal, at, rrn, "00", 100_000)
				x.add(txn.Settlement, at, rrn, "", 100_000, fee(c.fee(day, i, 100_000)))
			}
		}
		got := run(t, x, c.opt).Sides.Zh
		if c.want == "" && strings.Contains(got, "手续费率") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}
