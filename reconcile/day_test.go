package reconcile

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/poslog/poslog/txn"
)

// regime is which numbers a terminal and its acquirer have in common.
type regime int

const (
	byNumbers     regime = iota // reference number and terminal
	byTrace                     // terminal, batch and trace number
	byDayAndTrace               // terminal and trace number, no batch, numbers lose leading zeros
	byTimeCard                  // terminal, amount, time and card
	byTimeOnly                  // terminal, amount and time
	regimes
)

// simulated is one business day of a bank: terminals with wrong clocks, trace
// numbers that wrap and restart, retries, time-outs with reversals, voids and refunds, and
// faults of known place and kind.
type simulated struct {
	*recs
	rng    *rand.Rand
	want   [regimes]map[string]int // "state amount" -> how often
	sales  int
	serial int64
}

func (d *simulated) expect(g regime, s State, amount txn.Minor) {
	d.want[g][fmt.Sprint(s, " ", amount)]++
}

func simulate(seed uint64) *simulated {
	d := &simulated{recs: &recs{}, rng: rand.New(rand.NewPCG(seed, 4))}
	for g := range regimes {
		d.want[g] = map[string]int{}
		for n := range 6 {
			d.terminal(g, fmt.Sprintf("0%d%06d", g+1, n))
		}
	}
	return d
}

// terminal simulates one terminal from 00:05 to 22:00, so that every row is of
// the one business day.
func (d *simulated) terminal(g regime, id string) {
	skew := time.Duration(d.rng.IntN(1200)-600) * time.Second
	trace, batchNo := 999_990+d.rng.IntN(9), 1+d.rng.IntN(900)
	at := noon.Add(-12*time.Hour + 5*time.Minute)
	fixed := d.rng.IntN(4) == 0 && g < byTimeCard // a shop with one price
	next := func(r *txn.Record) *txn.Record {
		trace++
		if trace > 999_999 {
			trace = 1
		}
		d.serial++
		r.TID, r.STAN, r.Batch = id, fmt.Sprintf("%06d", trace), fmt.Sprintf("%06d", batchNo)
		r.RRN = fmt.Sprintf("%012d", 32500000000+d.serial)
		return r
	}
	for at.Before(noon.Add(10 * time.Hour)) {
		at = at.Add(time.Duration(260+d.rng.IntN(900)) * time.Second)
		if d.rng.IntN(60) == 0 {
			batchNo, trace = batchNo+1, 0 // settled: trace numbers start again
		}
		amount := txn.Minor(100 + d.rng.IntN(90_000))
		if fixed {
			amount = 500
		}
		pan := fmt.Sprintf("6228480012%06d", d.rng.IntN(1_000_000))
		term := func(code string, edits ...func(*txn.Record)) *txn.Record {
			r := d.add(txn.Terminal, at.Add(skew), "", code, amount, card(pan))
			next(r)
			for _, e := range edits {
				e(r)
			}
			return r
		}
		bank := func(t *txn.Record) *txn.Record {
			s := d.add(txn.Settlement, t.At.Time().Add(-skew).Add(time.Duration(d.rng.IntN(4))*time.Second), t.RRN, "", t.Amount, kind(t.Kind))
			s.PAN, s.TID, s.STAN, s.Batch, s.OrigRRN = t.PAN, t.TID, t.STAN, t.Batch, t.OrigRRN
			d.hide(g, t, s)
			return s
		}
		d.sales++
		switch dice := d.rng.IntN(1000); {
		case dice < 90: // declined, then tried again
			t := term("51")
			d.hide(g, t, nil)
			if d.rng.IntN(2) == 0 {
				at = at.Add(time.Duration(150+d.rng.IntN(100)) * time.Second)
				bank(term("00"))
			}
		case dice < 120: // no answer, reversed
			t := term("", func(r *txn.Record) { r.RRN = "" })
			r := d.add(txn.Terminal, at.Add(skew+time.Minute), "", "98", amount, card(pan), reason)
			r.TID, r.STAN, r.Batch = t.TID, t.STAN, t.Batch
			if g < byDayAndTrace && dice < 100 {
				t.RRN = fmt.Sprintf("%012d", 32500000000+d.serial)
				bank(t)
				d.expect(g, ReversedButSettled, amount)
			}
			d.hide(g, t, nil)
			d.hide(g, r, nil)
		case dice < 140: // voided
			t := term("00")
			at = at.Add(2 * time.Minute)
			v := term("00", kind(txn.Void), origRRN(t.RRN))
			v.OrigSTAN = t.STAN
			if dice < 130 { // both settled
				bank(t)
				bank(v)
			} else {
				d.hide(g, t, nil)
				d.hide(g, v, nil)
			}
		case dice < 160: // partly refunded
			t := term("00")
			bank(t)
			amount /= 3
			at = at.Add(3 * time.Minute)
			r := term("00", kind(txn.Refund), origRRN(t.RRN))
			r.OrigSTAN = t.STAN
			bank(r)
		case dice < 175: // never settled
			d.hide(g, term("00"), nil)
			d.expect(g, TerminalOnly, amount)
		case dice < 185: // never seen at the terminal
			t := term("00")
			d.list = d.list[:len(d.list)-1]
			bank(t)
			d.expect(g, SettlementOnly, amount)
		case dice < 200: // shown as failed, charged
			bank(term("96"))
			d.expect(g, ChargedButFailed, amount)
		case dice < 210 && g < byDayAndTrace: // another amount
			s := bank(term("00"))
			s.Amount += 7
			d.expect(g, AmountDiffers, 7)
		case dice < 220 && g < byDayAndTrace: // settled twice
			t := term("00")
			bank(t)
			bank(t)
			d.expect(g, Duplicate, amount)
		case dice < 230: // the message was repeated before it was answered
			t := term("")
			r := d.add(txn.Terminal, at.Add(skew+20*time.Second), "", "00", amount, card(pan), flag(txn.Repeat))
			r.TID, r.STAN, r.Batch, r.RRN = t.TID, t.STAN, t.Batch, t.RRN
			d.hide(g, t, nil)
			bank(r)
		default:
			bank(term("00"))
		}
	}
}

// hide takes away what a terminal and its acquirer do not have in common.
func (d *simulated) hide(g regime, t, s *txn.Record) {
	for _, r := range []*txn.Record{t, s} {
		if r == nil {
			continue
		}
		if g >= byTrace && r.Side == txn.Settlement {
			r.RRN = ""
		}
		if g >= byDayAndTrace && r.Side == txn.Settlement {
			r.Batch = ""
			r.STAN = plainID(r.STAN)
		}
		if g >= byTimeCard && r.Side == txn.Settlement {
			r.STAN = ""
		}
		if g >= byTimeOnly && r.Side == txn.Settlement {
			r.PAN = txn.PAN{}
		}
	}
}

// TestSimulatedDays finds every injected fault and nothing else, whatever the
// two sides have in common.
func TestSimulatedDays(t *testing.T) {
	sales, faults := 0, 0
	for seed := range uint64(12) {
		d := simulate(seed)
		b := d.book()
		r := Match(b, Options{}).Judge(ruleOf(b))
		if !r.Proof.Holds {
			t.Fatalf("seed %d: proof does not hold: %+v", seed, r.Proof)
		}
		var got [regimes]map[string]int
		for g := range got {
			got[g] = map[string]int{}
		}
		for _, it := range r.Items {
			g := it.Terminal[1] - '1'
			got[g][fmt.Sprint(it.State, " ", it.Amount)]++
		}
		for g := range got {
			if !maps.Equal(got[g], d.want[g]) {
				t.Errorf("seed %d, regime %d:\n%s", seed, g, difference(got[g], d.want[g]))
			}
			for _, n := range d.want[g] {
				faults += n
			}
		}
		sales += d.sales
	}
	t.Logf("%d sales, %d faults, all found", sales, faults)
}

func difference(got, want map[string]int) (s string) {
	keys := slices.Sorted(maps.Keys(got))
	for k := range want {
		if _, ok := got[k]; !ok {
			keys = append(keys, k)
		}
	}
	for _, k := range keys {
		if got[k] != want[k] {
			s += fmt.Sprintf("  %s: found %d, injected %d\n", k, got[k], want[k])
		}
	}
	return s
}

func TestBefore(t *testing.T) {
	for on := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC); on.Year() < 2026; on = on.AddDate(0, 0, 1) {
		for _, n := range []int{-1, 0, 1, 5, 27, 28, 40} {
			if got, want := before(txn.DateOf(on), n), txn.DateOf(on.AddDate(0, 0, -n)); got != want {
				t.Fatalf("%d days before %v: %v, want %v", n, txn.DateOf(on), got, want)
			}
		}
	}
}
