package report

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/poslog/poslog/analyze"
)

// large is a Result as big as the pipeline makes it: a full cube, many
// terminals, a day of a million transactions.
func large(items int) *analyze.Result {
	r := fixture()
	const cells = 24_000
	c := r.Cube
	c.Dims[1].Values, c.Dims[5].Values = nil, nil
	for i := range 24 {
		c.Dims[1].Values = append(c.Dims[1].Values, fmt.Sprintf("%02d", i))
		c.Dims[5].Values = append(c.Dims[5].Values, fmt.Sprintf("运营商%02d", i))
	}
	c.Cells = nil
	for i := range cells {
		o := i % len(outcomeNames)
		c.Cells = append(c.Cells, []int64{int64(i * 144 / cells), int64(i % 2), int64(i % 24), int64(o), int64(i % 5), int64(i % 3), int64(i / 7 % 24), int64(30 + i%20), int64(500_000 + i)})
	}
	for i := range 2000 {
		t := r.Terminals[i%12]
		t.Terminal = fmt.Sprintf("%08d", i)
		r.Terminals = append(r.Terminals, t)
	}
	for i := range 400 {
		e := r.Samples[i%3]
		e.Line = i
		r.Samples = append(r.Samples, e)
	}
	it := r.Reconciliation.Items[0]
	r.Reconciliation.Items = nil
	for i := range items {
		it.RRN = fmt.Sprintf("%012d", i)
		r.Reconciliation.Items = append(r.Reconciliation.Items, it)
	}
	return r
}

// TestManyInstitutions: what is read shows the first rows of a long table and how many more
// there are.
func TestManyInstitutions(t *testing.T) {
	r := fixture()
	in := r.Totals.ByInstitution[0]
	r.Totals.ByInstitution = nil
	for i := range 1000 {
		in.Institution = fmt.Sprintf("INST%04d", i)
		r.Totals.ByInstitution = append(r.Totals.ByInstitution, in)
	}
	p := New(r, Options{Lang: "en", Width: 200})
	for name, write := range map[string]func(io.Writer, *Report) error{"text": writeText, "Markdown": writeMarkdown, "page": writeHTML} {
		var b bytes.Buffer
		if err := write(&b, p); err != nil {
			t.Fatal(err)
		}
		if s := b.String(); !strings.Contains(s, "INST0399") || strings.Contains(s, "INST0400 ") || !strings.Contains(s, "600 more rows: see the workbook or CSV") {
			t.Errorf("%s of 1,000 institutions: %d times INST", name, strings.Count(s, "INST"))
		}
	}
}

func TestPageOfAMillion(t *testing.T) {
	r := large(1000)
	n := int64(0)
	for _, row := range r.Cube.Cells {
		n += row[len(row)-2]
	}
	start := time.Now()
	var b bytes.Buffer
	if err := writeHTML(&b, New(r, Options{})); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d transactions: %d bytes in %v", n, b.Len(), time.Since(start))
	if b.Len() > 1_500_000 {
		t.Errorf("the page has %d bytes, the bound is 1.5 MB", b.Len())
	}
}

// TestWorkbookMemory writes many detail rows and watches the heap: 40,000, or
// with POSLOG_LARGE=1 300,000.
func TestWorkbookMemory(t *testing.T) {
	rows, bound := 40_000, int64(200)
	if os.Getenv("POSLOG_LARGE") != "" {
		rows, bound = 300_000, 400
	}
	p := New(large(rows), Options{})
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before := m.HeapAlloc
	var peak atomic.Uint64
	stop := make(chan bool)
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				peak.Store(max(peak.Load(), m.HeapAlloc))
			}
		}
	}()
	start := time.Now()
	err := writeXLSX(io.Discard, p)
	close(stop)
	if err != nil {
		t.Fatal(err)
	}
	extra := int64(peak.Load()) - int64(before)
	t.Logf("%d rows of 20 columns in %v, layout %d MB, %d MB more while writing", rows, time.Since(start), before>>20, extra>>20)
	if extra > bound<<20 {
		t.Errorf("writing takes %d MB beyond the layout, the bound is %d MB", extra>>20, bound)
	}
}

func BenchmarkPage(b *testing.B) {
	r := large(1000)
	for b.Loop() {
		if err := writeHTML(io.Discard, New(r, Options{})); err != nil {
			b.Fatal(err)
		}
	}
}
