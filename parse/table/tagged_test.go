package table

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// batches is a file of as many batches of rows as the totals of its trailers, in fen, with the
// given tags of the file's head, the batch's, a row, and the tails of both.
func batches(tags [5]string, mark string, rows int, totals ...int) string {
	var b strings.Builder
	line := func(cells ...any) {
		b.WriteString(strings.TrimSuffix(strings.ReplaceAll(fmt.Sprintln(cells...), " ", mark), mark))
	}
	n := 0
	line(tags[0], "SETTLE", "20261121", "001")
	for i, total := range totals {
		if tags[1] != "" {
			line(tags[1], fmt.Sprintf("%04d", i+1), "898330154110001")
		}
		for k := range rows {
			n++
			line(tags[2], "898330154110001", fmt.Sprintf("1000%04d", n%3), "20261120", fmt.Sprintf("%02d%02d%02d", 8+n/3600, n/60%60, n%60), "622588******0203",
				fmt.Sprintf("%012d", 326081500000+7*n), fmt.Sprintf("%06d", n), fmt.Sprintf("%d.50", 10+k), "0.05", fmt.Sprintf("%d.45", 10+k))
		}
		if tags[3] != "" {
			line(tags[3], fmt.Sprintf("%04d", i+1), rows, fmt.Sprintf("%d.%02d", total/100, total%100))
		}
	}
	all := 0
	for _, n := range totals {
		all += n
	}
	line(tags[4], fmt.Sprintf("%06d", n), fmt.Sprintf("%d.%02d", all/100, all%100), "0.00")
	return b.String()
}

// Rows say in their first cell whether they are of the table, and what adds them up is held
// against them.
func TestHeadsAndTailsOfFiles(t *testing.T) {
	for _, test := range []struct {
		name, text string
		records    int
		checks     []string
	}{
		{"HDR, DTL, TRL", batches([5]string{"HDR", "", "DTL", "", "TRL"}, ",", 4, 4800), 4, []string{"6:4/4", "6:4800/4800"}},
		{"a wrong amount", batches([5]string{"H", "", "D", "", "T"}, "|", 4, 4900), 4, []string{"6:4/4", "6:4900/4800"}},
		{"a wrong count", strings.Replace(batches([5]string{"HDR", "", "DTL", "", "TRL"}, ";", 4, 4800), "000004;48", "000005;48", 1), 4, []string{"6:5/4", "6:4800/4800"}},
		{"batches", batches([5]string{"FH", "BH", "DT", "BT", "FT"}, "|", 4, 4800, 4800), 8,
			[]string{"7:4/4", "7:4800/4800", "13:4/4", "13:4800/4800", "14:8/8", "14:9600/9600"}},
		{"one batch is wrong", batches([5]string{"FH", "BH", "DT", "BT", "FT"}, "|", 4, 4800, 4700), 8,
			[]string{"7:4/4", "7:4800/4800", "13:4/4", "13:4700/4800", "14:8/8", "14:9500/9600"}},
		{"numbers", batches([5]string{"00", "10", "20", "80", "90"}, "|", 4, 4800, 4800), 8,
			[]string{"7:4/4", "7:4800/4800", "13:4/4", "13:4800/4800", "14:8/8", "14:9600/9600"}},
		{"names above", strings.Replace(batches([5]string{"HDR", "", "DTL", "", "TRL"}, ",", 4, 4800), "\n", "\nNAMES,MID,TID,DATE,TIME,PAN,RRN,STAN,AMOUNT,FEE,NET\n", 1), 4, []string{"7:4/4", "7:4800/4800"}},
	} {
		c, sum := readText(t, test.text)
		var checks []string
		for _, k := range sum.Checks {
			if k.What == "count" || k.What == "amount" {
				checks = append(checks, fmt.Sprintf("%d:%d/%d", k.Pos.Line, k.Stated, k.Read))
			}
		}
		if c.Records != test.records || len(c.rejects) > 0 || !slices.Equal(checks, test.checks) {
			t.Errorf("%s: %d records, %v, totals %q, want %d and %q\n%s", test.name, c.Records, c.rejects, checks, test.records, test.checks, test.text)
		}
	}
}

// Wherever blocks end, each trailer is of the rows above it.
func TestTailsOfBatchesInBlocks(t *testing.T) {
	defer func(n int) { blockSize = n }(blockSize)
	text := batches([5]string{"FH", "BH", "DT", "BT", "FT"}, "|", 300, slices.Repeat([]int{300*1050 + 100*300*299/2}, 12)...)
	for _, blockSize = range []int{1 << 20, 5000, 700} {
		for _, workers := range []int{0, 3} {
			sum, sink := readShared(t, text, workers)
			wrong := 0
			for _, c := range sum.Checks {
				if !c.Agrees() {
					wrong++
				}
			}
			if len(sink.records) != 3600 || len(sum.Checks) < 20 || wrong > 0 {
				t.Errorf("blocks of %d, %d workers: %d records, %d totals, %d of them wrong", blockSize, workers, len(sink.records), len(sum.Checks), wrong)
			}
		}
	}
}

// Where the details do not prove what their columns are, it is said what the rows are.
func TestHeadsAndTailsThatProveNothing(t *testing.T) {
	score, why := Sniff("a.txt", []byte("HDR|20261120\nDTL|A1|20261120|x1|123|345\nDTL|A2|20261120|x2|133|45\nTRL|2\n"))
	if score >= 40 || !strings.Contains(why, "(DTL 2, HDR 1, TRL 1 in the first 4 rows)") || !strings.Contains(why, "header_rows: 0") {
		t.Error(score, why)
	}
	// Numbers that count rows, and words of other columns, are no such tags.
	for _, text := range []string{"1,a,b\n2,a,b\n3,a,b\n4,a,b\n", "T,1\nD,1,2\nC,1,2\n", "00,1,2\n01,1,2\n02,1,2\n"} {
		var rows [][]string
		for line := range strings.Lines(text) {
			rows = append(rows, strings.Split(strings.TrimSpace(line), ","))
		}
		if tags := tagsOf(rows); tags.detail != "" {
			t.Errorf("%q: rows with %s are taken for the table", text, tags.detail)
		}
	}
}
