package table

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

const journal = `终端交易流水,,,,,,,,,
商户编号：898330154110001,,,,,,,,,
交易日期,交易时间,终端号,凭证号,参考号,交易类型,交易金额,应答码,耗时(ms),错误信息
2026-11-20,08:15:32,00000001,000123,012345678901,消费,"1,234.50",00,235,
2026-11-20,08:16:02,00000001,000124,012345678902,消费,50.00,B4,60000,通讯超时
2026-11-20,08:17:40,00000001,000125,012345678903,退货,20.00,00,310,

合计,,,,,,"1,304.50",,,
`

func TestTerminalJournal(t *testing.T) {
	c, sum := readText(t, journal)
	if sum.Side != txn.Terminal || c.Records != 3 || c.Rejected != 0 || c.Skipped[entry.Header] != 3 || c.Skipped[entry.Footer] != 1 || c.Skipped[entry.Blank] != 1 {
		t.Fatalf("%s %+v %v", sum.Side, c.Count, sum.Notes)
	}
	r := c.recs[0]
	if r.TID != "00000001" || r.STAN != "000123" || r.RRN != "012345678901" || r.Amount != 1234_50 || r.Code != "00" || r.Latency != 235 || r.MID != "898330154110001" || r.Side != txn.Terminal {
		t.Errorf("first row: %+v", r)
	}
	if r.Pos.String() != "test.csv:4" {
		t.Errorf("position %s", r.Pos)
	}
	if r := c.recs[1]; r.Code != "B4" || !r.Flags.Has(txn.TimedOut) {
		t.Errorf("second row: %+v", r)
	}
	if r := c.recs[2]; r.Kind != txn.Refund || !r.Flags.Has(txn.NegativeByType) || r.Amount != 20_00 {
		t.Errorf("third row: %+v", r)
	}
	if len(sum.Checks) != 1 || !sum.Checks[0].Agrees() || sum.Checks[0].Stated != 1304_50 {
		t.Errorf("totals: %+v", sum.Checks)
	}
}

// The same table in every clothing gives the same records.
func TestClothes(t *testing.T) {
	want, _ := readText(t, journal)
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(journal)
	if err != nil {
		t.Fatal(err)
	}
	utf16 := "\xFF\xFE"
	for _, r := range journal {
		utf16 += string([]byte{byte(r), byte(r >> 8)})
	}
	tsv := strings.ReplaceAll(strings.ReplaceAll(journal, `"1,234.50"`, "1 234.50"), `"1,304.50"`, "1 304.50")
	for name, text := range map[string]string{
		"utf-8-bom": "\uFEFF" + journal,
		"gb18030":   gbk,
		"utf-16le":  utf16,
		"crlf":      strings.ReplaceAll(journal, "\n", "\r\n"),
		"cr":        strings.ReplaceAll(journal, "\n", "\r"),
		"tsv":       strings.ReplaceAll(strings.ReplaceAll(tsv, ",", "\t"), "1 ", "1,"),
		"semicolon": strings.ReplaceAll(strings.ReplaceAll(tsv, ",", ";"), "1 ", "1,"),
		"padded":    strings.ReplaceAll(strings.ReplaceAll(journal, ",0", "\t,0"), ",消", "  ,消"),
		"equals":    strings.ReplaceAll(journal, ",00000001,", `,="00000001",`),
		"ticks":     strings.ReplaceAll(strings.ReplaceAll(journal, "2026-11", "`2026-11"), ",00000001,", ",`00000001,"),
	} {
		c, sum := read(t, stream("test.csv", []byte(text)))
		if c.Records != len(want.recs) {
			t.Errorf("%s: %d records, %v", name, c.Records, c.rejects)
			continue
		}
		for i := range c.recs {
			a, b := *c.recs[i], *want.recs[i]
			a.Pos, b.Pos = txn.Pos{}, txn.Pos{}
			a.PAN.Token, b.PAN.Token = 0, 0
			if a != b {
				t.Errorf("%s: row %d\n got %+v\nwant %+v", name, i, a, b)
			}
		}
		if strings.HasPrefix(name, "utf-") || name == "gb18030" {
			if sum.Charset != name {
				t.Errorf("%s: charset %s", name, sum.Charset)
			}
		}
	}
}

func TestRejects(t *testing.T) {
	c, _ := readText(t, `交易时间,终端号,交易金额,应答码
2026-11-20 08:15:32,10000001,12.00,00
2026-13-20 08:15:32,10000001,12.00,00
2026-11-20 08:15:33,10000001,12.0x,00
,10000001,12.00,00
2026-11-20 08:15:34,10000001,12.00,00,surplus,6222021234567890123
`)
	want := []string{
		`test.csv:3:1: there is no such day ("2026-13-20 08:15:32"); correct the date, or give the order of day and month in a format file (date: dmy or mdy)`,
		`test.csv:4:3: this is not an amount ("12.0x"); write it as 1234.56 or in 12 digits of minor units`,
		`test.csv:5: the row has no time (",10000001,12.00,00"); fill the time column, or map the column that holds the time`,
		`test.csv:6:5: the row has more values than there are column names ("2026-11-20 08:15:34,10000001,12.00,00,surplus,622202*********0123"); a value that holds the separator must be quoted, and a column without a name be given one`,
	}
	if c.Records != 1 || len(c.rejects) != len(want) {
		t.Fatalf("%+v %v", c.Count, c.rejects)
	}
	for i, w := range want {
		if got := c.rejects[i].Error(); got != w {
			t.Errorf("reject %d\n got %s\nwant %s", i, got, w)
		}
	}
}

// Values without a column name.
func TestValuesBehindTheLastName(t *testing.T) {
	for name, tt := range map[string]struct {
		names, row string // row has the number of the row for %d
		rejected   int    // of ten
		noted      bool
	}{
		"trailing separators":          {"交易时间,终端号,参考号,交易金额", "2026-11-20 08:15:%02d,10000001,1,12.00,,", 0, false},
		"names end in one, too":        {"交易时间,终端号,参考号,交易金额,", "2026-11-20 08:15:%02d,10000001,1,12.00,", 0, false},
		"one without a name":           {"交易时间,终端号,参考号,交易金额", "2026-11-20 08:15:%02d,10000001,1,12.00,正常", 0, true},
		"two without a name":           {"交易时间,终端号,商户名称,交易金额,手续费", "2026-11-20 08:15:%02d,10000001,西湖店,12.00,0.10,正常,x,", 0, true},
		"thousands without quotes":     {"交易时间,终端号,参考号,交易金额,手续费", "2026-11-20 08:15:%02d,10000001,1,1,012.00,0.10", 10, false},
		"a comma in every name":        {"交易时间,终端号,商户名称,交易金额,手续费", "2026-11-20 08:15:%02d,10000001,西湖,龙井,12.00,0.10", 10, false},
		"the last column may be moved": {"交易时间,终端号,参考号,交易金额,应答码", "2026-11-20 08:15:%02d,10000001,1,12.00,00,00", 10, false},
		"behind one that is not read":  {"交易时间,终端号,交易金额,店内备注", "2026-11-20 08:15:%02d,10000001,12.00,a,b", 0, true},
	} {
		text := tt.names + "\n"
		for i := range 10 {
			text += fmt.Sprintf(tt.row+"\n", i)
		}
		c, sum := readText(t, text)
		if noted := strings.Contains(strings.Join(sum.Notes, "\n"), "more values than"); c.Rejected != tt.rejected || c.Records != 10-tt.rejected || noted != tt.noted {
			t.Errorf("%s: %+v, %v, %v", name, c.Count, c.rejects, sum.Notes)
		}
		for _, r := range c.recs {
			if r.Amount != 12_00 || r.TID != "10000001" {
				t.Errorf("%s: %+v", name, r)
			}
		}
	}
	// One row alone, or one row more than in all others, proves nothing.
	c, _ := readText(t, "交易时间,终端号,参考号,交易金额\n2026-11-20 08:15:32,10000001,1,12.00,x\n")
	if c.Rejected != 1 {
		t.Errorf("%+v", c.Count)
	}
	// In a workbook no separator can move a value.
	day := time.Date(2026, 11, 20, 8, 15, 32, 0, time.UTC)
	c, _ = read(t, stream("day.xlsx", book(t, []string{"a"}, map[string][][]any{"a": {{"交易时间", "终端号", "交易金额"}, {day, "00000001", 12.5, "", "已核对"}}}, nil)))
	if c.Records != 1 || c.recs[0].Amount != 12_50 {
		t.Errorf("%+v %v", c.Count, c.rejects)
	}
}

func TestNoHeader(t *testing.T) {
	for text, want := range map[string]string{
		"a,b,c\n1,2,3\n4,5,6\n":            "no row of column names among the first 60 rows",
		"终端号,商户号,参考号\n1,2,3\n":             "the column names in row 1 hold neither a time nor a response code or amount; columns seen: 终端号, 商户号, 参考号",
		"终端号,商户号,交易时间\n1,2,2026-11-20\n":   "the column names in row 1 hold neither a response code nor an amount",
		"终端号,商户号,应答码,交易金额\n1,2,00,12.00\n": "the column names in row 1 hold no time",
	} {
		c := &collector{}
		_, err := Read(stream("x.csv", []byte(text)), c)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
		if c.Records+c.Rejected != 0 {
			t.Errorf("%q: rows were handed on", text)
		}
	}
}

// Pages that repeat the names, page totals, and another table behind the first,
// far beyond the rows that are looked at in advance.
func TestLongTable(t *testing.T) {
	var b strings.Builder
	const head = "交易日期,交易时间,终端号,参考号,交易金额\n"
	b.WriteString(head)
	n := 0
	for page := range 40 {
		if page > 0 {
			b.WriteString(head)
		}
		for range 50 {
			fmt.Fprintf(&b, "2026-11-20,%02d:%02d:%02d,00000001,%012d,1.00\n", n/3600, n/60%60, n%60, n)
			n++
		}
		b.WriteString("本页小计,50笔,,,50.00\n")
	}
	b.WriteString("合计,共2000笔,,,\"2,000.00\"\n\n交易时间,终端号,凭证号,交易金额,应答码\n")
	for i := range 600 {
		fmt.Fprintf(&b, "2026-11-21 08:%02d:%02d,00000002,%06d,2.00,00\n", i/60, i%60, i)
	}
	c, sum := readText(t, b.String())
	if c.Records != 2600 || c.Rejected != 0 || c.Skipped[entry.Header] != 41 || c.Skipped[entry.Footer] != 41 || c.Skipped[entry.Blank] != 1 {
		t.Fatalf("%+v %v", c.Count, c.rejects)
	}
	pages := 0
	for _, k := range sum.Checks {
		if pages++; !k.Agrees() {
			t.Errorf("%+v", k)
		}
	}
	if notes := strings.Join(sum.Notes, "\n"); pages != maxGroups+2 || !strings.Contains(notes, "60 more totals of groups") { // 40 pages, a count and an amount each
		t.Errorf("%d checks: %s", pages, notes)
	}
	sum.Checks = sum.Checks[maxGroups:]
	wantChecks(t, sum, map[string]int64{"count": 2000, "amount": 2000_00})
	if r := c.recs[1999]; r.RRN != "000000001999" || r.Amount != 1_00 {
		t.Errorf("%+v", r)
	}
	if r := c.recs[2599]; r.STAN != "000599" || r.Amount != 2_00 || r.Code != "00" || r.TID != "00000002" || r.RRN != "" {
		t.Errorf("%+v", r)
	}
	if notes := strings.Join(sum.Notes, "\n"); !strings.Contains(notes, "row 2083 of the table has column names of its own") {
		t.Errorf("notes: %s", notes)
	}
}

// A workbook may hold the journal and the statement.
func TestSidesOfSheets(t *testing.T) {
	day := time.Date(2026, 11, 20, 8, 15, 32, 0, time.UTC)
	c, sum := read(t, stream("day.xlsx", book(t, []string{"终端", "结算"}, map[string][][]any{
		"终端": {{"交易时间", "终端号", "参考号", "交易金额", "应答码", "耗时"}, {day, "00000001", "012345678901", 12.5, "00", 230}},
		"结算": {{"交易时间", "终端号", "参考号", "交易金额", "手续费", "结算金额"}, {day, "00000001", "012345678901", 12.5, 0.08, 12.42}},
	}, nil)))
	if c.Records != 2 || c.recs[0].Side != txn.Terminal || c.recs[1].Side != txn.Settlement || sum.Side != txn.Terminal {
		t.Errorf("%+v %v", c.Count, sum.Notes)
	}
	if c.recs[0].Code != "00" || c.recs[0].Latency != 230 {
		t.Errorf("%+v", c.recs[0])
	}
}

func TestSniff(t *testing.T) {
	for _, tt := range []struct {
		head  string
		least int
		most  int
		why   string
	}{
		{journal, 80, 100, "a table: row 3 has 10 known column names"},
		{"交易时间,终端号,交易金额,应答码\n", 60, 100, "row 1 has 4 known column names"},
		{"a,b,c\n1,2,3\n4,5,6\n", 1, 39, "rows of 3 columns, but no row of column names among the first 60 rows: at least three known names are needed, such as 交易时间, 交易金额, 终端号, 应答码; columns seen: a, b, c"},
		{"2026-11-20 08:15:32 INFO TID=1 RC=00\n", 0, 39, "no table"},
		{"", 0, 0, "the input is empty"},
		{"\x00\x01\x02\x03\x04\x05\x06\x07", 0, 0, "binary"},
		{"PK\x03\x04....xl/workbook.xml", 90, 100, "workbook"},
		{"PK\x03\x04....a.log", 0, 0, "a zip archive without a workbook in it"},
		{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 80, 100, "workbook"},
	} {
		score, why := Sniff("x", []byte(tt.head))
		if score < tt.least || score > tt.most || !strings.Contains(why, tt.why) {
			t.Errorf("%.30q: %d %s", tt.head, score, why)
		}
	}
}

// In a printed list one blank may be all that is left between a value and the next column.
func TestPrintedValuesThatFillTheirColumn(t *testing.T) {
	c, sum := readText(t, `                         商户交易明细清单
机构:430101001     日期:20261120                               第 1 页
--------------------------------------------------------------------------------
终端号    交易时间            交易类型  卡号                 交易金额   应答码
--------------------------------------------------------------------------------
10000001  2026-11-20 08:15:32 消费      622700******1234       128.00   00
10000001  2026-11-20 08:16:32 消费撤销  622202******4321        28.00   51
--------------------------------------------------------------------------------
合计      2 笔                                                 156.00
`)
	if len(c.recs) != 2 || len(c.rejects) > 0 || len(sum.Checks) == 0 || !sum.Checks[0].Agrees() {
		t.Fatalf("%d records, %v, %+v", len(c.recs), c.rejects, sum.Checks)
	}
	if r := c.recs[1]; r.Kind != txn.Void || r.Amount != 28_00 || r.Code != "51" || r.TID != "10000001" || r.Prec != txn.PrecSecond {
		t.Errorf("%+v", r)
	}
}

// Java writes the doubles that its libraries make of cells with every digit: nothing is lost.
func TestDoublesOfJava(t *testing.T) {
	c, _ := readText(t, "交易日期,交易时间,商户号,终端号,流水号,参考号,金额,应答码\n"+
		"2.026112E7,91502.0,8.98330154110113E14,1.0000001E7,123.0,1.1201001020E11,100.0,00\n"+
		"2.026112E7,100202.0,8.98330154110113E14,1.0000001E7,124.0,1.12010010202E11,1.2E7,B4\n")
	if len(c.recs) != 2 {
		t.Fatal(c.rejects)
	}
	a, b := c.recs[0], c.recs[1]
	if a.MID != "898330154110113" || a.TID != "10000001" || a.STAN != "000123" || a.RRN != "112010010200" || b.Amount != 12000000_00 ||
		a.Flags.Has(txn.IDPrecision) || a.At.Time().UTC().Format(time.DateTime) != "2026-11-20 01:15:02" {
		t.Errorf("%+v\n%+v", a, b)
	}
}
