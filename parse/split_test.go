package parse

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

// rows is a handler that keeps what came out, to compare regardless of order.
type rows struct{ list []string }

func (r *rows) Record(t *txn.Record) {
	r.list = append(r.list, fmt.Sprintf("%v %+v", t.Pos.Line, t.TID+t.STAN+t.Code+t.Text))
}
func (r *rows) Reject(e *entry.Reject) { r.list = append(r.list, e.Error()) }

// A long log is read in parts; the same must come out as of one stream, for any
// number of workers, wherever the cuts fall.
func TestPartsAgreeWithOneStream(t *testing.T) {
	var kv, json strings.Builder
	for i := range 3000 {
		switch i % 50 {
		case 7:
			kv.WriteString("2026-11-20 08:15:32.123 ERROR x\njava.lang.Exception\n\tat a.b.C\n\n")
			json.WriteString("start\n\n{\"ts\":\"2026-11-20 08:15:32\",\"msg\":\"alive\"}\n\n")
		case 9:
			kv.WriteString("2026-11-20 08:15:32.123 TXN TID=1 AMT=0000\n")
			json.WriteString("{\"ts\":\n")
		default:
			fmt.Fprintf(&kv, "2026-11-20 08:15:32.123 INFO TXN TID=1%07d STAN=%06d AMT=1.00 RC=%02d ERR=\"杭州 %d\"\n", i, i, i%60, i*i*i)
			fmt.Fprintf(&json, "{\"ts\":\"2026-11-20 08:15:32\",\"tid\":\"1%07d\",\"stan\":\"%06d\",\"amt\":\"1.00\",\"rc\":\"%02d\"}\n", i, i, i%60)
		}
	}
	for name, text := range map[string]string{"kv": kv.String(), "jsonl": json.String()} {
		t.Run(name, func(t *testing.T) { parts(t, strings.TrimSuffix(text, "\n")) })
		t.Run(name+".gz", func(t *testing.T) { parts(t, gz(text[:len(text)/3], text[len(text)/3:])) })
	}
}

func parts(t *testing.T, text string) {
	defer func(n int64) { partSize = n }(partSize)
	path := filepath.Join(t.TempDir(), "long.log")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	read := func(size int64, workers int) (string, []string) {
		partSize = size
		inputs, err := Expand([]string{path}, nil)
		if err != nil {
			t.Fatal(err)
		}
		var all []*rows
		files, err := Read(context.Background(), inputs, Options{Workers: workers}, func(int) Handler {
			all = append(all, &rows{})
			return all[len(all)-1]
		})
		if err != nil || files[0].Err != nil || len(files) != 1 {
			t.Fatal(err, files[0].Err)
		}
		var list []string
		for _, r := range all {
			list = append(list, r.list...)
		}
		slices.Sort(list)
		f := files[0]
		return fmt.Sprintf("%s %+v %v %v %+v", f.Source.SHA256, f.Count, f.Start, f.End, *f.Summary), list
	}
	sum, want := read(1<<30, 1)
	if len(want) < 2900 || !strings.Contains(sum, "Rejected:60") {
		t.Fatalf("%d rows, %s", len(want), sum)
	}
	for size := int64(700); size < 120_000; size = size*5 + 1 {
		for _, workers := range []int{1, 3} {
			gotSum, got := read(size, workers)
			if gotSum != sum {
				t.Errorf("parts of %d bytes, %d workers:\n%s\nwant\n%s", size, workers, gotSum, sum)
			}
			if !slices.Equal(got, want) {
				t.Errorf("parts of %d bytes, %d workers: rows differ", size, workers)
			}
		}
	}
}
