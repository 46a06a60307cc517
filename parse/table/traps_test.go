package table

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/sheet"
	"github.com/poslog/poslog/txn"
)

var update = flag.Bool("update", false, "write the golden files anew")

// describe writes everything that was read of a file as text.
func describe(c *collector, sum *entry.Summary, err error) string {
	var b strings.Builder
	if err != nil {
		fmt.Fprintln(&b, "error:", err)
		return b.String()
	}
	fmt.Fprintf(&b, "%s %s %s, %d lines: %d records, %d rejected", sum.Format, sum.Charset, sum.Side, sum.Lines, c.Records, c.Rejected)
	for k, n := range c.Skipped {
		if n > 0 {
			fmt.Fprintf(&b, ", %d %s", n, entry.Skip(k))
		}
	}
	b.WriteByte('\n')
	for _, r := range c.recs {
		fmt.Fprintf(&b, "%s %s %s %s", r.Pos, r.At.Time().Format(time.RFC3339), r.Prec, r.Kind)
		for _, f := range []struct{ name, value string }{
			{"amount", r.Amount.In(r.Currency)}, {"fee", r.Fee.In(r.Currency)}, {"net", r.Net.In(r.Currency)}, {"code", r.Code}, {"mid", r.MID}, {"status", r.Status}, {"tid", r.TID},
			{"stan", r.STAN}, {"rrn", r.RRN}, {"batch", r.Batch}, {"order", r.OrderNo}, {"channel", r.ChannelNo}, {"refund", r.RefundNo}, {"pan", r.PAN.Masked}, {"issuer", r.Issuer}, {"text", r.Text},
		} {
			if f.value != "" {
				fmt.Fprintf(&b, " %s=%q", f.name, f.value)
			}
		}
		if r.Currency != "" && r.Currency != "CNY" {
			fmt.Fprintf(&b, " %s", r.Currency)
		}
		if f := r.Flags &^ txn.ZoneAssumed; f != 0 {
			fmt.Fprintf(&b, " %s", strings.Join(f.Names(), ","))
		}
		b.WriteByte('\n')
	}
	for _, r := range c.rejects {
		fmt.Fprintln(&b, "reject:", r)
	}
	for _, k := range sum.Checks {
		fmt.Fprintf(&b, "check: %s %s stated %d, read %d\n", k.Pos, k.What, k.Stated, k.Read)
	}
	for _, n := range sum.Notes {
		fmt.Fprintln(&b, "note:", n)
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs:\n--- got\n%s--- want\n%s", name, got, want)
	}
}

// Every file of testdata/traps is named after a way in which tables are misread.
func TestTraps(t *testing.T) {
	files, _ := filepath.Glob("testdata/traps/*.csv")
	if len(files) < 15 {
		t.Fatalf("only %d trap files", len(files))
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c := &collector{}
			sum, err := Read(stream(filepath.Base(file), content), c)
			if err == nil {
				c.Lines = sum.Lines
				// a reject covers its further lines as well
				if got := lineCount(string(content)); sum.Lines != got {
					t.Errorf("%d lines seen, the file has %d", sum.Lines, got)
				}
				if err := c.Check(); err != nil {
					t.Error(err)
				}
			}
			got := describe(c, sum, err)
			if strings.Contains(got, "622202123456") {
				t.Errorf("a card number came out: %s", got)
			}
			golden(t, strings.TrimSuffix(file, ".csv")+".golden", got)
		})
	}
}

// CST is the zone of the run where that uses the same letters.
func TestTrapCST(t *testing.T) {
	content, err := os.ReadFile("testdata/traps/10-cst.csv")
	if err != nil {
		t.Fatal(err)
	}
	chicago, err := time.LoadLocation("America/Chicago")
	if err != nil {
		t.Skip("no time zone data on this machine:", err)
	}
	st := stream("10-cst.csv", content)
	st.Loc = chicago
	c, _ := read(t, st)
	if got := c.recs[0].At.Time().Format("15:04"); got != "14:15" {
		t.Errorf("CST in Chicago: %s UTC", got)
	}
}

// book makes a workbook of sheets in the given order.
func book(t *testing.T, sheets []string, rows map[string][][]any, edit func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, name := range sheets {
		if i == 0 {
			f.SetSheetName("Sheet1", name)
		} else if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for k, row := range rows[name] {
			if row == nil {
				continue
			}
			if err := f.SetSheetRow(name, fmt.Sprintf("A%d", k+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if edit != nil {
		edit(f)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A column of dates keeps the time of day that its cells have, unless another column says it, and a
// workbook drops the zeros of amounts.
func TestMomentsAndZeros(t *testing.T) {
	day := time.Date(2026, 11, 20, 8, 15, 32, 0, time.UTC)
	for _, tt := range []struct {
		name string
		rows [][]any
		want string
	}{
		{"a date with its time", [][]any{{"终端号", "交易日期", "交易金额"}, {"00000001", day, 1.5}, {"00000001", day, 2}}, "2026-11-20 08:15:32 150"},
		{"and a column of times", [][]any{{"终端号", "交易日期", "交易时间", "交易金额"}, {"00000001", day, "10:01:02", 1.5}, {"00000001", day, "10:01:02", 2}}, "2026-11-20 10:01:02 150"},
		{"in front of it", [][]any{{"终端号", "交易时间", "交易日期", "交易金额"}, {"00000001", "10:01:02", day, 1.5}, {"00000001", "10:01:02", day, 2}}, "2026-11-20 10:01:02 150"},
		{"whole amounts in yuan", [][]any{{"tid", "time", "total_fee"}, {"00000001", day, 12.25}, {"00000001", day, 2}}, "2026-11-20 08:15:32 1225"},
		{"and beside another", [][]any{{"tid", "time", "amount", "net amount", "fee", "vat", "total_fee"}, {"00000001", day, 100, 98.85, 1, 0.15, 1.15}, {"00000001", day, 200, 200, 0, 0, 0}}, "2026-11-20 08:15:32 10000 115"},
		{"amounts in fen", [][]any{{"tid", "time", "total_fee"}, {"00000001", day, 1225}, {"00000001", day, 200}}, "2026-11-20 08:15:32 1225"},
	} {
		c, _ := read(t, stream("a.xlsx", book(t, []string{"a"}, map[string][][]any{"a": tt.rows}, nil)))
		r := c.recs[0]
		if got := fmt.Sprintf("%s %d", r.At.Time().In(time.FixedZone("", 8*3600)).Format(time.DateTime), r.Amount); got != tt.want && got+fmt.Sprintf(" %d", r.Fee) != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestCellError(t *testing.T) {
	err := setCell(&field.Context{}, txn.New(), field.Amount, &sheet.Cell{Text: "#DIV/0!", Kind: sheet.Fault}, false, false)
	if want := "amount: the cell holds a spreadsheet error; correct its formula and save the workbook again"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestWorkbookTraps(t *testing.T) {
	head := []any{"交易时间", "终端号", "参考号", "交易金额", "应答码"}
	day := time.Date(2026, 11, 20, 8, 15, 32, 0, time.UTC)
	row := func(sec int, rrn int64, code any) []any {
		return []any{day.Add(time.Duration(sec) * time.Second), "00000001", rrn, 12.5, code}
	}
	tests := []struct {
		name    string
		content []byte
	}{
		{"07-code-as-number", book(t, []string{"a"}, map[string][][]any{"a": {head, row(0, 12345678901, 0), row(1, 12345678902, 51), row(2, 12345678903, 100), row(3, 12345678904, "B4")}}, nil)},
		{"16-digits", book(t, []string{"a"}, map[string][][]any{"a": {{"交易时间", "交易单号", "交易金额"}, {day, int64(4814769000000000), 0.1 + 0.2}, {day, int64(123456789012345), 20}}}, nil)},
		{"17-sheet-duplicates", book(t, []string{"a", "b"}, map[string][][]any{
			"a": {head, row(0, 1, "00"), row(1, 2, "00"), row(1, 2, "00")},
			"b": {{"标题"}, nil, head, row(1, 2, "00"), row(0, 1, "00"), row(9, 3, "05")}}, nil)},
		{"sheet-that-goes-on", book(t, []string{"a", "b", "c"}, map[string][][]any{
			"a": {head, row(0, 1, "00"), row(1, 2, "51")}, "b": {row(2, 3, "00"), row(3, 4, "B4")}, "c": {{"2026-11-20", "制表人", "某某"}}}, nil)},
		{"17-hidden-sheet", book(t, []string{"a", "b", "c"}, map[string][][]any{
			"a": {head, row(0, 1, "00")}, "b": {head, row(1, 2, "00")}, "c": {{"说明"}, {"本表由系统生成"}}}, func(f *excelize.File) { f.SetSheetVisible("b", false) })},
		{"17-filtered-rows", book(t, []string{"a"}, map[string][][]any{"a": {head, row(0, 1, "00"), row(1, 2, "05")}}, func(f *excelize.File) { f.SetRowVisible("a", 3, false) })},
		{"terminals-in-the-names-of-sheets", book(t, []string{"00012345", "00012346"}, map[string][][]any{"00012345": {{"交易时间", "流水号", "交易金额"}, {day, "000001", 1}}, "00012346": {{"交易时间", "流水号", "交易金额"}, {day, "000001", 1}}}, nil)},
		{"sums-in-the-first-sheet", book(t, []string{"a", "b"}, map[string][][]any{"a": {{"日期", "笔数", "交易金额", "手续费"}, {"2026-11-20", 1, 1, 0.01}, {"合计", 1, 1, 0.01}}, "b": {{"交易时间", "流水号", "交易金额"}, {day, "000001", 1}}}, nil)},
		{"merged-merchant", book(t, []string{"a"}, map[string][][]any{"a": {{"商户号", "交易时间", "交易金额"}, {"M1", day, 1.5}, {nil, day, 2.5}, {"M2", day, 3}}}, func(f *excelize.File) { f.MergeCell("a", "A2", "A3") })},
		{"blank-rows-and-column", book(t, []string{"a"}, map[string][][]any{"a": {nil, nil, nil, {nil, "交易时间", "交易金额", "终端号"}, {nil, day, 1.5, "00000001"}, nil, {nil, day, 2.5, "00000001"}}}, nil)},
		{"dates", book(t, []string{"a"}, map[string][][]any{"a": {{"交易日期", "交易时间", "交易金额"}, {46346, 0.34412037037, 1}, {"2026-11-20", "08:15:32", 2}, {20261120, 81532, 3}, {"20261120", "081532", 4}}}, nil)},
		{"formula-without-result", book(t, []string{"a"}, map[string][][]any{"a": {{"交易时间", "交易金额", "终端号"}, {day, 1, "1"}}}, func(f *excelize.File) {
			f.SetCellFormula("a", "B3", "1/0")
			f.SetCellValue("a", "A3", day)
		})},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, sum := read(t, stream(tt.name+".xlsx", tt.content))
			golden(t, "testdata/traps/xlsx-"+tt.name+".golden", describe(c, sum, nil))
		})
	}
}

// Every file of testdata/broken is refused, whole or by rows, with a message
// that says where, what, by which rule and what to change.
func TestBroken(t *testing.T) {
	files, _ := filepath.Glob("testdata/broken/*")
	files = slices.DeleteFunc(files, func(f string) bool { return strings.HasSuffix(f, ".golden") })
	if len(files) < 12 {
		t.Fatalf("only %d broken files", len(files))
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c := &collector{}
			sum, err := Read(stream(filepath.Base(file), content), c)
			got := describe(c, sum, err)
			for _, r := range c.rejects {
				if r.Rule == "" || r.Msg == "" || r.Hint == "" {
					t.Errorf("an incomplete message: %+v", r)
				}
				got += "rule: " + r.Rule + "\n"
			}
			golden(t, file+".golden", got)
		})
	}
}

// A text that a spreadsheet opened without its separator stands in one cell a row.
func TestRowsInOneCell(t *testing.T) {
	text := []string{"交易时间|终端号|交易类型|交易金额|手续费", "2026-11-20 08:15:32|00000001|消费|12.50|0.08", "2026-11-20 08:16:32|00000001|退货|2.50|0.00", "合计|2笔||10.00|0.08"}
	for _, delim := range []string{"|", ";", "\t", ","} {
		rows := [][]any{{"商户对账单"}}
		for _, s := range text {
			rows = append(rows, []any{strings.ReplaceAll(s, "|", delim)})
		}
		c, sum := read(t, stream("a.xlsx", book(t, []string{"a"}, map[string][][]any{"a": rows}, nil)))
		if len(c.recs) != 2 || c.recs[0].Amount != 1250 || c.recs[0].TID != "00000001" || c.recs[1].Kind != txn.Refund || len(sum.Checks) != 3 || sum.Lines != 5 ||
			!slices.ContainsFunc(sum.Notes, func(n string) bool { return strings.Contains(n, "stand in one cell each") }) {
			t.Errorf("%q: %d records, %+v %q", delim, len(c.recs), sum.Checks, sum.Notes)
		}
	}
	c, sum := read(t, stream("a.xlsx", book(t, []string{"a"}, map[string][][]any{"a": {{"交易时间", "终端号", "交易金额", "备注"}, {"2026-11-20 08:15:32", "00000001", "12.50", "a|b|c|d"}, {nil, nil, nil, "a|b|c|d"}}}, nil)))
	if len(c.recs) != 1 || slices.ContainsFunc(sum.Notes, func(n string) bool { return strings.Contains(n, "one cell") }) {
		t.Errorf("a table: %d records, %q", len(c.recs), sum.Notes)
	}
}
