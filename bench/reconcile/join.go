package main

import (
	"fmt"
	"log"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"syscall"
	"time"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/reconcile"
	"github.com/poslog/poslog/txn"
)

// measureJoin matches and judges a book that is in memory, and prints time and
// the memory that comes on top of the book, per row of both sides.
func measureJoin(n int, memory int64, profile string) {
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
	approved := func(int) classify.Ruling { return classify.Ruling{Outcome: classify.Approved} }
	var m *reconcile.Matches
	match := func() { m = reconcile.Match(b, reconcile.Options{Memory: memory}) }
	var r *reconcile.Result
	judge := func() { r = m.Judge(approved) }
	// Once for the time, once for the memory: the collector that is kept eager to
	// see the memory costs time.
	wall, cpu := timed(match)
	fmt.Printf("match: %.2f s, %.2f s of processor\n", wall.Seconds(), cpu.Seconds())
	wall, cpu = timed(judge)
	fmt.Printf("judge: %.2f s, %.2f s of processor; proof holds: %v\n", wall.Seconds(), cpu.Seconds(), r.Proof.Holds)
	m, r = nil, nil
	fmt.Printf("match: %.1f bytes per row at its peak\n", float64(watch(before.HeapAlloc, match))/rows)
	fmt.Printf("judge: %.1f bytes per row at its peak, the matches included\n", float64(watch(before.HeapAlloc, judge))/rows)
	for _, t := range r.Totals {
		fmt.Printf("  %-20s %9d %16s\n", t.State, t.Count, t.Amount.Decimal())
	}
	runtime.KeepAlive(b)
}

// timed runs f and returns the time and the processor time that it took.
func timed(f func()) (wall, cpu time.Duration) {
	runtime.GC()
	start, used := time.Now(), processor()
	f()
	return time.Since(start), processor() - used
}

func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		log.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// watch runs f, samples the heap every few milliseconds and returns the peak
// above base, with a collector that is kept eager so that garbage hardly counts.
func watch(base uint64, f func()) uint64 {
	defer debug.SetGCPercent(debug.SetGCPercent(5))
	runtime.GC()
	var peak uint64
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		var s runtime.MemStats
		for {
			runtime.ReadMemStats(&s)
			peak = max(peak, s.HeapAlloc)
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	f()
	close(stop)
	<-done
	return max(peak, base) - base
}
