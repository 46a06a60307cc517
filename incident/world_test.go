package incident

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

// shop is a small made world: a day from 08:00 to 22:00 with attempts at
// random, spread over terminals, carriers, institutions and issuers.
type shop struct {
	attempts, terminals int
	base                float64
	seed                uint64
	fail                func(at txn.Instant, r *txn.Record) float64 // extra chance to fail
	edit                func(i int, r *txn.Record)
}

var morning = txn.At(time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC))

// clock is a moment of the made day, hours and minutes.
func clock(h, m int) txn.Instant {
	return morning.Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute)
}

func (s shop) book() *mem.Book {
	rng := rand.New(rand.NewPCG(s.seed, 7))
	b := mem.New()
	src := &txn.Source{Name: "made.log"}
	step := 14 * time.Hour / time.Duration(s.attempts)
	for i := range s.attempts {
		r := txn.New()
		r.At, r.Prec = clock(8, 0).Add(time.Duration((float64(i)+rng.Float64())*float64(step))), txn.PrecMilli
		t := rng.IntN(max(1, s.terminals))
		r.Side, r.Kind, r.Code, r.Origin = txn.Terminal, txn.Sale, "00", txn.Host
		r.TID, r.MID = fmt.Sprintf("%08d", t+1), fmt.Sprintf("8981%011d", t/2+1)
		r.Carrier, r.Region, r.Institution = fmt.Sprintf("C%d", t%3), fmt.Sprintf("R%d", t/3%4), fmt.Sprintf("BANK%d", t/12%2)
		r.Issuer = fmt.Sprintf("I%d", rng.IntN(5))
		r.PAN, r.Amount, r.STAN = txn.Mask(fmt.Sprintf("62284800%08d", rng.IntN(1e8))), txn.Minor(100+rng.IntN(90000)), fmt.Sprintf("%06d", i)
		p := s.base
		if s.fail != nil {
			p += (1 - p) * s.fail(r.At, r)
		}
		if rng.Float64() < p {
			r.Code = "98"
		}
		if s.edit != nil {
			s.edit(i, r)
		}
		r.Pos = txn.Pos{Src: src, Line: uint32(i + 1)}
		b.Add(r)
	}
	b.Freeze()
	return b
}

func rule(b ledger.Book) func(int, *ledger.Row) classify.Ruling {
	return func(_ int, r *ledger.Row) classify.Ruling {
		switch b.Code(r.Code) {
		case "00":
			return classify.Ruling{Outcome: classify.Approved, Class: classify.ClassApproved}
		case "51":
			return classify.Ruling{Outcome: classify.Declined, Class: classify.FundsLimit}
		case "30":
			return classify.Ruling{Outcome: classify.Declined, Class: classify.TxnData}
		case "A0":
			return classify.Ruling{Outcome: classify.Declined, Class: classify.SecurityKey}
		case "91":
			return classify.Ruling{Outcome: classify.Declined, Class: classify.IssuerHost}
		case "":
			return classify.Ruling{}
		}
		return classify.Ruling{Outcome: classify.Unknown, Class: classify.Timeout}
	}
}

// names writes a scope with names.
func names(b ledger.Book, s Scope) string {
	out := ""
	for _, t := range s {
		for _, id := range t.IDs {
			out += t.Dim.String() + "=" + b.Name(t.Dim, id) + " "
		}
	}
	return out
}

func during(from, to txn.Instant, g float64) func(txn.Instant, *txn.Record) float64 {
	return func(at txn.Instant, _ *txn.Record) float64 {
		if at >= from && at < to {
			return g
		}
		return 0
	}
}

func one(t *testing.T, b ledger.Book, res *Result) *Window {
	t.Helper()
	if len(res.Windows) != 1 {
		for i := range res.Windows {
			w := &res.Windows[i]
			t.Logf("%v %v-%v %s %d/%d E=%.2g", w.Kind, w.Start.Time(), w.End.Time(), names(b, w.Scope), w.Failures, w.Attempts, w.EValue)
		}
		t.Fatalf("%d windows, want one", len(res.Windows))
	}
	return &res.Windows[0]
}
