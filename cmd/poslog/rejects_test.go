package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

// --rejects writes every row that was not understood, once, with where, what, which rule
// and what to change, and no card number.
func TestRejectsFile(t *testing.T) {
	dir := t.TempDir()
	var b strings.Builder
	b.WriteString("终端号,交易时间,交易金额,应答码,参考号,卡号\n")
	bad := map[string]string{} // position -> rule
	for i := range 600 {
		at, amount := fmt.Sprintf("2026-11-20 %02d:%02d:00", i/60, i%60), "12.30"
		switch {
		case i%7 == 3:
			amount = "6222021234567890123"
			bad[fmt.Sprintf("t.csv:%d:3", i+2)] = "amount-"
		case i%11 == 5:
			at = "2026-13-45 10:02:00"
			bad[fmt.Sprintf("t.csv:%d:2", i+2)] = "date-range"
		}
		fmt.Fprintf(&b, "10000001,%s,%s,00,%012d,6222021234567890123\n", at, amount, 100000000000+int64(i))
	}
	in, out := filepath.Join(dir, "t.csv"), filepath.Join(dir, "rejects.csv")
	if err := os.WriteFile(in, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	r := analyzeJSON(t, in, "--tolerance", "60%", "--rejects", out)
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "6222021234567890123") {
		t.Error("a card number stands in the file")
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(data), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if r.Inputs[0].Rejected != len(bad) || len(rows)-1 != len(bad) {
		t.Errorf("%d rejected, %d written, want %d", r.Inputs[0].Rejected, len(rows)-1, len(bad))
	}
	for _, row := range rows[1:] {
		rule, ok := bad[filepath.Base(row[0])]
		if !ok || !strings.HasPrefix(row[2], rule) || row[1] == "" || row[3] == "" || row[5] == "" {
			t.Errorf("unexpected %q, want rule %q", row, rule)
		}
		delete(bad, filepath.Base(row[0]))
	}
	if len(bad) > 0 {
		t.Errorf("not written: %v", bad)
	}
}

// Nothing of the file of rejected rows is a formula, whatever its column or the sign it begins with.
func TestRejectsAreNoFormulas(t *testing.T) {
	out := filepath.Join(t.TempDir(), "rejects.csv")
	l := &rejectList{}
	for line, text := range []string{"＝1+2", "　=1+3", "=1+4"} {
		l.add(&entry.Reject{Pos: txn.Pos{Src: &txn.Source{Name: "=t.csv"}, Line: uint32(line + 2)}, Field: "amount", Rule: "amount-syntax", Text: text, Hint: "-1"})
	}
	if err := l.write(out); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(data), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%v, %d rows", err, len(rows))
	}
	for _, row := range rows {
		for _, cell := range row {
			if s := strings.TrimLeft(cell, " \u3000"); s != "" && strings.ContainsAny(string([]rune(s)[:1]), "=＝-") {
				t.Errorf("%q begins like a formula", cell)
			}
		}
	}
}
