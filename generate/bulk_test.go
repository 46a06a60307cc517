package generate

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

// TestBulk writes small files of every kind, reads them back with the
// product's readers and compares with the counts.
func TestBulk(t *testing.T) {
	dir := t.TempDir()
	o := BulkOptions{Lines: 20_000, Terminals: 300, Settle: 15_000, Rows: 500}
	n, err := Bulk(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	log := readBack(t, "term.log", read("term.log"), txn.Terminal)
	failed := 0
	for _, r := range log.Records {
		if r.Code != "00" {
			failed++
		}
	}
	if len(log.Records) != n.Lines || failed != n.Failed || n.Lines != o.Lines {
		t.Errorf("term.log: read %d with %d failures, written %d with %d", len(log.Records), failed, n.Lines, n.Failed)
	}
	for _, f := range []string{"settle.csv", "settle_gbk.csv"} {
		s := readBack(t, f, read(f), txn.Settlement)
		sum := int64(0)
		for _, r := range s.Records {
			sum += int64(r.Amount)
		}
		if len(s.Records) != n.Settled || sum != n.Fen {
			t.Errorf("%s: read %d rows of %d fen, written %d of %d", f, len(s.Records), sum, n.Settled, n.Fen)
		}
	}
	if s := readBack(t, "settle.xlsx", read("settle.xlsx"), txn.Settlement); len(s.Records) != o.Rows {
		t.Errorf("settle.xlsx: read %d rows of %d", len(s.Records), o.Rows)
	}
	if rows := bytes.Count(read("approvals.csv"), []byte("\n")) - 1; rows != n.Approvals || n.Approvals != n.Settled+n.Missing {
		t.Errorf("approvals.csv: %d rows, %d approvals, %d settled, %d missing", rows, n.Approvals, n.Settled, n.Missing)
	}
	dirty := string(read("dirty.log"))
	if whole := strings.Count(dirty, "62284800000"); whole < n.Unmasked || n.Unmasked == 0 || n.Broken == 0 || n.Chinese == 0 {
		t.Errorf("dirty.log: %d whole card numbers, counts %+v", whole, n)
	}
	for _, f := range strings.Fields(dirty) {
		if i := strings.Index(f, "62284800000"); i >= 0 && len(f) == i+16 && !luhn(f[i:]) {
			t.Fatalf("%s does not satisfy Luhn", f)
		}
	}
	other := t.TempDir()
	if _, err := Bulk(other, BulkOptions{Lines: 20_000, Terminals: 300, Settle: 15_000, Rows: 500}); err != nil {
		t.Fatal(err)
	}
	for _, f := range BulkFiles {
		b, err := os.ReadFile(filepath.Join(other, f))
		if err != nil || !bytes.Equal(b, read(f)) {
			t.Errorf("%s differs between two runs (%v)", f, err)
		}
	}
}
