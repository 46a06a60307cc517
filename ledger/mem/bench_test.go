package mem

import (
	"runtime"
	"testing"

	"github.com/poslog/poslog/txn"
)

// usuals are records of half a day, terminal log and settlement file in turn.
func usuals(n int) []*txn.Record {
	out := make([]*txn.Record, n)
	for i := range out {
		out[i] = usual(i)
	}
	return out
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func fill(records []*txn.Record) *Book {
	b := New()
	for _, r := range records {
		b.Add(r)
	}
	return b
}

// BenchmarkAdd reports what a row costs in time and in memory, the dictionaries
// of 20,000 terminals included.
func BenchmarkAdd(b *testing.B) {
	records := usuals(400_000)
	before := heap()
	var book *Book
	for b.Loop() {
		book = fill(records)
	}
	perRow := float64(heap()-before) / float64(len(records))
	runtime.KeepAlive(book)
	runtime.KeepAlive(records)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(records)), "ns/row")
	b.ReportMetric(perRow, "B/row")
}

// BenchmarkSeal seals a block of ordinary rows.
func BenchmarkSeal(b *testing.B) {
	book := New()
	for i := range 2 * blockSize {
		book.Add(usual(i))
	}
	book.settle()
	list := book.terminal.open
	if len(list) != blockSize {
		b.Fatal(len(list))
	}
	b.ReportAllocs()
	for b.Loop() {
		seal(list, new(slab))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/blockSize, "ns/row")
}

// BenchmarkFreeze merges the books of two workers, which read parts of the
// inputs in turn, and sorts.
func BenchmarkFreeze(b *testing.B) {
	records := usuals(400_000)
	for b.Loop() {
		b.StopTimer()
		parts := [2]*Book{New(), New()}
		for i, r := range records {
			parts[i/20_000%2].Add(r)
		}
		b.StartTimer()
		parts[0].Merge(parts[1])
		parts[0].Freeze()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(records)), "ns/row")
}

// BenchmarkScan goes over all rows in order, BenchmarkRow asks for them one by one.
func BenchmarkScan(b *testing.B) {
	book := fill(usuals(400_000))
	book.Freeze()
	n := book.Len(txn.Terminal)
	var sum txn.Minor
	for b.Loop() {
		for _, r := range book.Rows(txn.Terminal) {
			sum += r.Amount
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
}

func BenchmarkRow(b *testing.B) {
	book := fill(usuals(400_000))
	book.Freeze()
	n := book.Len(txn.Settlement)
	var sum txn.Minor
	for b.Loop() {
		for i := range n {
			r := book.Row(txn.Settlement, i*7919%n)
			sum += r.Amount
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
}
