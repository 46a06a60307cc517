package cause

import (
	"testing"

	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/txn"
)

// An amount parts refusals from payments where somebody set a limit or a rule, and nowhere else.
func TestBound(t *testing.T) {
	for _, c := range []struct {
		name    string
		refused func(i int, amount txn.Minor) bool
		from    txn.Minor
		over    Share
	}{
		{"all above three hundred", func(_ int, a txn.Minor) bool { return a > 30_000 }, 30_000, Share{70, 70}},
		{"nearly all, and some below", func(i int, a txn.Minor) bool { return a > 30_000 && i%10 != 3 || i%25 == 1 }, 30_000, Share{63, 70}},
		{"a third, whatever the amount", func(i int, _ txn.Minor) bool { return i%3 == 0 }, txn.NoAmount, Share{}},
		{"everything", func(int, txn.Minor) bool { return true }, txn.NoAmount, Share{}},
		{"hardly more for large ones", func(i int, a txn.Minor) bool { return i%8 == 0 || a > 50_000 && i%6 == 0 }, txn.NoAmount, Share{}},
		{"the three largest", func(_ int, a txn.Minor) bool { return a > 97_500 }, txn.NoAmount, Share{}},
	} {
		g := &gathered{}
		w := &incident.Window{Start: txn.Instant(1e15), End: txn.Instant(1e15 + 3600e6)}
		for i := range 100 {
			amount := txn.Minor(100 + i*7919%100*1000)
			failed := c.refused(i, amount)
			g.tries = append(g.tries, attempt{at: w.Start + txn.Instant(i)*1e6, amount: amount, failed: failed, refused: failed})
			g.tries = append(g.tries, attempt{at: w.Start + txn.Instant(i)*1e6, amount: amount, failed: true}) // a fault of something else
		}
		switch b := g.bound(w, "CNY"); {
		case (b == nil) != (c.from == txn.NoAmount):
			t.Errorf("%s: %+v", c.name, b)
		case b != nil && (b.From != c.from || b.Over != c.over):
			t.Errorf("%s: %+v, want %v from %v on", c.name, b, c.over, c.from)
		}
	}
	for _, c := range [][3]txn.Minor{{29_950, 30_045, 30_000}, {99_000, 104_000, 100_000}, {47_000, 56_000, 50_000}, {12_345, 12_347, 12_347}, {12_341, 12_346, 12_345}} {
		if got := roundest(c[0], c[1]); got != c[2] {
			t.Errorf("between %d and %d: %d, want %d", c[0], c[1], got, c[2])
		}
	}
}
