package main

import (
	"fmt"
	"log"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"sync/atomic"
	"time"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/reconcile"
	"github.com/poslog/poslog/txn"
)

// measureJoin matches and judges a book that is in memory, and prints time and
// the memory that comes on top of the book, per row of both sides.
func measureJoin(n int, profile string) {
	b := mem.New()
	file := [2]*txn.Source{{Name: "t"}, {Name: "s"}}
	dice := rng(7)
	sales(n, func(i int, x sale) {
		r := txn.New()
		r.Kind, r.Prec, r.At, r.Code = txn.Sale, txn.PrecSecond, txn.At(x.at), "00"
		r.TID, r.STAN, r.RRN = fmt.Sprintf("%08d", x.tid+10_000_000), fmt.Sprintf("%06d", x.stan), fmt.Sprintf("%012d", x.rrn)
		r.Amount, r.Side, r.Pos = txn.Minor(x.amount), txn.Terminal, txn.Pos{Src: file[0], Line: uint32(i)}
		b.Add(r)
		if d := dice.below(1000); d < 3 {
			return
		} else if d == 3 {
			r.Amount++
		}
		r.Side, r.Code, r.Pos.Src = txn.Settlement, "", file[1]
		b.Add(r)
	})
	b.Freeze()
	debug.FreeOSMemory()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	fmt.Printf("book: %d + %d rows, %d MiB\n", b.Len(txn.Terminal), b.Len(txn.Settlement), before.HeapAlloc>>20)
	rows := float64(b.Len(txn.Terminal) + b.Len(txn.Settlement))

	if profile != "" {
		f, err := os.Create(profile)
		if err == nil {
			err = pprof.StartCPUProfile(f)
		}
		if err != nil {
			log.Fatal(err)
		}
		defer pprof.StopCPUProfile()
	}
	var m *reconcile.Matches
	d, peak := watch(before.HeapAlloc, func() { m = reconcile.Match(b, reconcile.Options{Memory: 1 << 30}) })
	fmt.Printf("match: %.2f s, %.1f bytes per row at its peak\n", d.Seconds(), float64(peak)/rows)
	var r *reconcile.Result
	d, peak = watch(before.HeapAlloc, func() {
		r = m.Judge(func(_ int, row *ledger.Row) classify.Ruling { return classify.Ruling{Outcome: classify.Approved} })
	})
	fmt.Printf("judge: %.2f s, %.1f bytes per row at its peak; proof holds: %v\n", d.Seconds(), float64(peak)/rows, r.Proof.Holds)
	for _, t := range r.Totals {
		fmt.Printf("  %-20s %9d %16s\n", t.State, t.Count, t.Amount.Decimal())
	}
	runtime.KeepAlive(b)
}

// watch runs f and samples the live and garbage heap every few milliseconds,
// with a collector that is kept eager so that garbage hardly counts.
func watch(base uint64, f func()) (time.Duration, uint64) {
	defer debug.SetGCPercent(debug.SetGCPercent(5))
	var peak atomic.Uint64
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		var s runtime.MemStats
		for {
			runtime.ReadMemStats(&s)
			peak.Store(max(peak.Load(), s.HeapAlloc))
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	start := time.Now()
	f()
	d := time.Since(start)
	close(stop)
	<-done
	return d, max(peak.Load(), base) - base
}
