package parse

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/poslog/poslog/internal/xlsx"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

// A request and its answer are one attempt in whatever layout their rows come, the newest
// first as well. Journals that keep the type of the request beside its outcome, and files
// of one kind of message alone, stay as they are.
func TestRequestsAndAnswersAsRows(t *testing.T) {
	const n = 3000
	kinds := [][]string{{"2026-11-20 %02d:%02d:%d0", "0200", "", ""}, {"2026-11-20 %02d:%02d:%d1", "0210", "00", "%012d"}}
	var rows, journal, requests [][]string
	for i := range n {
		for k, f := range kinds {
			if i%100 == 50 && k == 1 {
				continue // no answer
			}
			row := []string{fmt.Sprintf(f[0], i/180, i/3%60, i%3*2), f[1], fmt.Sprintf("1%07d", i%7), fmt.Sprintf("%06d", i+1), "12.30", f[2], ""}
			if f[3] != "" {
				row[6] = fmt.Sprintf(f[3], i)
			}
			rows = append(rows, row)
			if k == 0 {
				requests = append(requests, row)
				done := slices.Clone(row)
				done[5], done[6] = "00", fmt.Sprintf("%012d", i)
				journal = append(journal, done)
			}
		}
	}
	names := []string{"time", "mti", "tid", "stan", "amount", "rc", "rrn"}
	csv := func(rows [][]string) string {
		var b strings.Builder
		b.WriteString(strings.Join(names, ",") + "\n")
		for _, r := range rows {
			b.WriteString(strings.Join(r, ",") + "\n")
		}
		return b.String()
	}
	objects := func(before, between, after string) string {
		var list []string
		for _, r := range rows {
			var m []string
			for i, name := range names {
				m = append(m, fmt.Sprintf("%q:%q", name, r[i]))
			}
			list = append(list, "{"+strings.Join(m, ",")+"}")
		}
		return before + strings.Join(list, between) + after
	}
	turned := slices.Clone(rows)
	slices.Reverse(turned)
	book := func(sheets ...[][]string) string {
		b := xlsx.New(xlsx.Props{})
		for i, rows := range sheets {
			s := b.Sheet(fmt.Sprint("day ", i))
			for k, r := range append([][]string{names}, rows...) {
				var cells []xlsx.Cell
				for _, v := range r {
					cells = append(cells, xlsx.Text(0, v))
				}
				s.Row(k+1, cells...)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
		var out strings.Builder
		if err := b.Write(&out); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	var answers, later [][]string
	for _, r := range rows {
		if r[1] == "0210" {
			answers = append(answers, r)
		}
		r = slices.Clone(r)
		r[0] = strings.Replace(r[0], "-20 ", "-21 ", 1)
		later = append(later, r)
	}
	wide := strings.Join(strings.Split("\ufeff"+strings.ReplaceAll(csv(rows), ",", "\t"), ""), "\x00") + "\x00" // UTF-16
	wide = strings.Replace(wide, "\ufeff\x00", "\xff\xfe", 1)
	defer func(n int64, m int) { partSize, maxTurned = n, m }(partSize, maxTurned)
	partSize, maxTurned = 10_000, len(rows)
	for _, test := range []struct {
		name, text       string
		records, without int
	}{
		{"rows.csv", csv(rows), n, n / 100},
		{"newest first.csv", csv(turned), n, n / 100},
		{"long, newest first.csv", csv(slices.Concat(turned, turned)), 2 * n, n / 50},
		{"rows.xlsx", book(rows), n, n / 100},
		{"newest first.xlsx", book(turned), n, n / 100},
		{"days from the last.xlsx", book(later[:len(rows)/2], rows[:len(rows)/2]), n, n / 100},
		{"sheets of each.xlsx", book(requests, answers), n, n / 100},
		{"requests.xlsx", book(requests), n, 0},
		{"rows in UTF-16.txt", wide, n, n / 100},
		{"rows.jsonl", objects("", "\n", "\n"), n, n / 100},
		{"rows.json", objects("[", ",\n", "]"), n, n / 100},
		{"journal.csv", csv(journal), n, 0},
		{"requests.csv", csv(requests), n, 0},
	} {
		path := filepath.Join(t.TempDir(), test.name)
		if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		inputs, err := Expand([]string{path}, nil)
		if err != nil {
			t.Fatal(err)
		}
		var counts told
		files, err := Read(t.Context(), inputs, Options{Workers: 1}, func(int) Handler { return &counts })
		if err != nil || files[0].Err != nil {
			t.Fatal(err, files[0].Err)
		}
		if counts.records != test.records || counts.without != test.without || counts.mti != "0200" {
			t.Errorf("%s: %+v, want %d records, %d of them without an answer", test.name, counts, test.records, test.without)
		}
	}
}

// told counts records.
type told struct {
	records, without int
	mti              string // of all
}

func (o *told) Record(r *txn.Record) {
	o.records++
	if r.Flags&txn.NoAnswer != 0 {
		o.without++
	}
	if o.mti == "" {
		o.mti = r.MTI
	} else if o.mti != r.MTI {
		o.mti = "several"
	}
}

func (o *told) Reject(*entry.Reject) {}
