package reconcile

import (
	"fmt"
	"testing"
	"time"

	"github.com/poslog/poslog/txn"
)

// TestBothLegs has logs of a front-end in which each payment stands twice, from the terminal and to
// the host. Whatever number settlement knows it by, each is one attempt and one sale.
func TestBothLegs(t *testing.T) {
	second := func(s int) func(*txn.Record) {
		return func(r *txn.Record) { r.At = r.At.Add(time.Duration(s) * time.Second) }
	}
	both := Options{BothLegs: func(s *txn.Source) bool { return s == fromTerm }}
	for _, c := range []struct {
		name string
		opt  Options
		rows func(x *recs, i int, rrn, terminal, host string)
		want string
		drop string // the leg that is a copy
	}{
		{"by a number that both have", both, func(x *recs, i int, rrn, terminal, host string) {
			x.term(i, rrn, "00", 700, stan(host))
			x.term(i, rrn, "00", 700, stan(terminal), second(1))
			x.bank(i, rrn, 700)
		}, "matched 3 2100; ", "terminal"},
		{"by the trace number of the host", both, func(x *recs, i int, _, terminal, host string) {
			x.term(i, "", "00", 700, stan(host))
			x.term(i, "", "00", 700, stan(terminal), second(1))
			x.bank(i, "", 700, stan(host))
		}, "matched 3 2100; ", "terminal"},
		{"by the trace number of the terminal", both, func(x *recs, i int, _, terminal, host string) {
			x.term(i, "", "00", 700, stan(host))
			x.term(i, "", "00", 700, stan(terminal), second(1))
			x.bank(i, "", 700, stan(terminal))
		}, "matched 3 2100; ", "host"},
		{"by the time", both, func(x *recs, i int, _, terminal, host string) {
			x.term(i, "", "00", 700, stan(host))
			x.term(i, "", "00", 700, stan(terminal), second(1))
			x.bank(i, "", 700)
		}, "matched 3 2100; ", "terminal"},
		{"only the host's leg has the number, and it names no terminal", both, func(x *recs, i int, rrn, terminal, host string) {
			x.term(i, rrn, "00", 700, stan(host), tid(""))
			x.term(i, "", "00", 700, stan(terminal), second(1))
			x.bank(i, rrn, 700)
		}, "matched 3 2100; ", "host"},
		{"without an answer of the host", both, func(x *recs, i int, rrn, terminal, host string) {
			x.term(i, "", "", 700, stan(host), flag(txn.NoAnswer))
			x.term(i, "", "98", 700, stan(terminal), second(9))
		}, "", "host"},
		{"paid twice within seconds", both, func(x *recs, i int, _, terminal, host string) {
			x.term(i, "", "00", 700, stan(host))
			x.term(i, "", "00", 700, stan(terminal), second(1))
			x.term(i, "", "00", 700, stan("8"+host[1:]), second(4))
			x.term(i, "", "00", 700, stan("1"+terminal[1:]), second(5))
			x.bank(i+600, "", 900, stan(fmt.Sprintf("9%05d", i)))
		}, "terminal_only 6 4200; settlement_only 3 2700; ", "terminal"},
		{"at two terminals", both, func(x *recs, i int, rrn, terminal, host string) {
			x.term(i, "", "00", 700, stan(host))
			x.term(i, "", "00", 700, stan(terminal), second(1), tid("10000002"))
			x.bank(i, "", 700)
			x.bank(i, "", 700, tid("10000002"))
		}, "matched 6 4200; ", ""},
		{"much later", both, func(x *recs, i int, rrn, terminal, host string) {
			x.term(i, "", "00", 700, stan(host))
			x.term(i, "", "00", 700, stan(terminal), second(30))
			x.bank(i, "", 700, stan(host))
			x.bank(i, "", 700, stan(terminal), second(30))
		}, "matched 6 4200; ", ""},
		{"a log of one leg", Options{}, func(x *recs, i int, rrn, terminal, host string) {
			x.term(i, "", "00", 700, stan(host))
			x.term(i, "", "00", 700, stan(terminal), second(1))
			x.bank(i, "", 700, stan(host))
		}, "matched 3 2100; terminal_only 3 2100; ", ""},
	} {
		x := &recs{}
		for i := range 3 {
			c.rows(x, 5*i, fmt.Sprintf("61000000%04d", i), fmt.Sprintf("%06d", i+1), fmt.Sprintf("%06d", 700000+i))
		}
		b := x.book()
		m := Match(b, c.opt)
		for i, r := range b.Rows(txn.Terminal) {
			of := "terminal"
			if b.Key(r.STAN) >= "700000" {
				of = "host"
			}
			if got := m.DuplicateOf(txn.Terminal, i) >= 0; got != (of == c.drop) || got != m.SaidTwice(i) {
				t.Errorf("%s: row %d, the %s's leg: a copy %v, said twice %v", c.name, i, of, got, m.SaidTwice(i))
			}
		}
		if got := m.Judge(ruleOf(b)).summary(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
