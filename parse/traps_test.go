package parse

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/txn"
)

var update = flag.Bool("update", false, "write the golden files anew")

// listing is a handler that writes down all that comes out of an input.
type listing struct{ b strings.Builder }

func (l *listing) Record(r *txn.Record) {
	fmt.Fprintf(&l.b, "%d:", r.Pos.Line)
	for f := field.Time; f < field.Count; f++ {
		switch f {
		case field.Date, field.Clock, field.Debit, field.Credit, field.NetDebit, field.NetCredit, field.RefundAmount, field.TimedOut:
			continue
		}
		v := field.Get(r, f, china)
		if v != "" && v != "unknown" && !(f == field.Currency && v == "CNY") {
			fmt.Fprintf(&l.b, " %s=%q", f, v)
		}
	}
	fmt.Fprintf(&l.b, " flags=%v\n", r.Flags.Names())
}

func (l *listing) Reject(r *entry.Reject) { fmt.Fprintf(&l.b, "reject %v\n", r) }

// Every file of testdata/traps is named after a way in which logs and wrapped
// files are misread; what comes out stands beside it. Tables have theirs in
// package table.
func TestTraps(t *testing.T) {
	paths, _ := filepath.Glob("testdata/traps/*")
	tried := 0
	for _, path := range paths {
		if strings.HasSuffix(path, ".golden") {
			continue
		}
		tried++
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		l := &listing{}
		files, err := Read(t.Context(), []Input{Bytes(filepath.Base(path), data)}, Options{Location: china}, func(int) Handler { return l })
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if f.Err != nil {
				fmt.Fprintf(&l.b, "error %s: %v\n", f.Source.Name, f.Err)
				continue
			}
			fmt.Fprintf(&l.b, "%s: %s %s %d lines", f.Source.Name, f.Summary.Format, f.Summary.Charset, f.Count.Lines)
			for k, n := range f.Count.Skipped {
				if n > 0 {
					fmt.Fprintf(&l.b, ", %d %s", n, entry.Skip(k))
				}
			}
			l.b.WriteByte('\n')
		}
		got := l.b.String()
		if strings.Contains(got, "021234567") {
			t.Errorf("%s: a card number came out", path)
		}
		if *update {
			if err := os.WriteFile(path+".golden", []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, _ := os.ReadFile(path + ".golden")
		if got != string(want) {
			t.Errorf("%s:\n%s\nwant\n%s", path, got, want)
		}
	}
	if tried < 14 {
		t.Errorf("only %d trap files", tried)
	}
}

var china = time.FixedZone("CST", 8*3600)

// Of a packed file that is cut off, every reader hands on what it finds in a plain one
// that ends there, and says that more is missing.
func TestCutOffBehindAnyReader(t *testing.T) {
	paths, _ := filepath.Glob("testdata/traps/*")
	tables, _ := filepath.Glob("table/testdata/traps/*.csv")
	tried := 0
	for _, path := range append(paths, tables...) {
		if ext := filepath.Ext(path); ext == ".golden" || ext == ".zip" || ext == ".gz" || ext == ".json" || // a document is whole or not
			filepath.Base(path) == "newline-in-quotes.csv" { // and a quote that is open may go on
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(path)
		for _, part := range []int{50, 75, 100} {
			text := string(data[:len(data)*part/100])
			if i := strings.LastIndexByte(text, 10); i > 0 && !strings.HasPrefix(name, "utf16") {
				text = text[:i+1]
			}
			if !strings.HasSuffix(text, "\n") { // nobody knows whether the line ends there
				continue
			}
			plain, packed := &kept{}, &kept{}
			files, err := Read(t.Context(), []Input{Bytes(name, []byte(text))}, Options{Location: china}, func(int) Handler { return plain })
			if err != nil {
				t.Fatal(err)
			}
			if files[0].Err != nil {
				continue // too little is left of it
			}
			cut, err := Read(t.Context(), []Input{Bytes(name, []byte(cutGz(text)))}, Options{Location: china}, func(int) Handler { return packed })
			if err != nil {
				t.Fatal(err)
			}
			tried++
			if f := cut[0]; f.Err == nil || !strings.Contains(f.Err.Error(), "damaged or cut off") || len(packed.rows) != len(plain.rows) || f.Count.Check() != nil {
				t.Errorf("%s, %d%%: %d records of %d, %v, %+v", name, part, len(packed.rows), len(plain.rows), f.Err, f.Count)
			}
		}
	}
	if tried < 100 {
		t.Errorf("only %d files were tried", tried)
	}
}
