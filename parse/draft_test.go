package parse

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/parse/formats"
)

func shanghai(t *testing.T) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func draft(t *testing.T, name, data string) string {
	t.Helper()
	s, err := Draft(Bytes(name, []byte(data)), Options{Location: shanghai(t)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A draft must be a format file already: it is parsed, and where its fields are
// known or guessed its own sample holds.
func TestDrafts(t *testing.T) {
	export, err := os.ReadFile("formats/testdata/newbank/export.csv")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, data string
		want       []string
		holds      bool
	}{
		{"known.csv", "标题\n交易时间,商户号,终端号,交易金额,应答码,卡号,天气\n2026-11-20 08:15:32,898330154110001,00000001,\"1,012.30\",00,6228480000001234567,晴\n2026-11-20 08:16:32,898330154110001,00000001,12.30,B4,6228480000001234567,雨\n",
			[]string{"kind: table", "row 2", `code: 应答码 # known name, as in 00, B4`, "#   TODO: 天气, as in 晴, 雨", "622848*********4567", `time: "2026-11-20T08:15:32+08:00"`, `code: "00"`}, true},
		{"words.csv", "发生时刻,本额,机具,办理情况\n2026-11-20 08:15:32,12.30,00000001,办结\n2026-11-20 08:16:32,12.30,00000002,拒绝\n2026-11-20 08:17:32,1.30,00000002,办结\n2026-11-20 08:18:32,1.30,00000002,办结\n",
			[]string{`time: 发生时刻 # guessed: every value is a date and time`, "amount: 本额 # guessed", "tid: 机具 # guessed", `# codes: {办结: "TODO", 拒绝: "TODO"}`}, true},
		{"fixed.dat", strings.Repeat("QZ20261120081532000000001230100000010012345678900 \n", 3), []string{"kind: fixed", "length: 50", "columns: {time: 2-16, amount: TODO, code: TODO}"}, false},
		{"digits.csv", "刷卡日,几点,刷了多少\n2026-11-20,081532,12.30\n2026-11-20,091532,13.30\n", []string{"date: 刷卡日 # guessed", "clock: 几点 # guessed: every value is a time of day in six digits"}, true},
		{"newbank.csv", string(export), []string{"header_rows: 2", "rows 3 and 4", `amount: 款项 本额 # guessed`, "rrn: 联机编号 # guessed", `date: 发生 日 # guessed`, `clock: 发生 时刻 # guessed`, `# codes: {办结: "TODO", 余额不够: "TODO", 主机未回: "TODO"}`}, true},
		{"pos.log", "2026-11-20 08:15:32.123 INFO TXN jg=B4 TID=00000001 je=12.30 xx=abc\n2026-11-20 08:15:33.123 INFO TXN jg=00 TID=00000002 je=1.30 xx=def\n",
			[]string{"kind: kv", "tid: TID", "code: jg # guessed", "amount: je # guessed", "#   TODO: xx"}, true},
		{"gw.jsonl", `{"ts":"2026-11-20T08:15:32Z","tid":"00000001","jg":"B4","je":"12.30"}` + "\n" + `{"ts":"2026-11-20T08:15:33Z","tid":"00000001","jg":"00","je":"12.30"}` + "\n",
			[]string{"kind: jsonl", "time: ts", "code: jg # guessed"}, true},
		{"gw.xml", "<?xml version=\"1.0\"?>\n<b>\n" + strings.Repeat("<jy sbh=\"10000001\"><sj>2026-11-20 08:15:32</sj>\n <k><qian>12.30</qian><kahao>6228480000001234567</kahao></k><jg>B4</jg></jy>\n", 3) + "</b>\n",
			[]string{"kind: xml", "record: jy # 3 of them", "time: sj # guessed", `tid: "@sbh" # guessed`, "amount: k/qian # guessed", "code: jg # guessed", "#   TODO: k/kahao"}, true},
		{"blanks.dat", "Q 20261120081532 000000001230 10000001 B4\nQ 20261120081533 000000001330 10000001 00\nQ 20261120081534 000000001430 10000002 00\n",
			[]string{"kind: fixed", "#   17-29, as in 000000001230, 000000001330", "#   39-41, as in B4, 00", "columns: {time: 2-16,", "      Q 20261120081532 000000000000 00000000 B0\n"}, false},
		{"web.log", "[20/Nov/2026:08:00:00 +0800] terminal 10000001 said 00\n[20/Nov/2026:08:00:01 +0800] terminal 10000001 said 51\n", []string{`pattern: '^(?P<time>\[\d+/\w+/\d+:\d+:\d+:\d+ \+\d+) (?P<text>.*)$'`}, false},
		{"nonames.csv", "20261120,081532,898330154110001,00000001,1012.30,032508000123,消费\n20261120,091532,898330154110001,00000002,12.30,032508000124,退货\n20261121,091532,898330154110001,00000001,7.00,032508000125,消费\n",
			[]string{"kind: table", "header_rows: 0", "detect: {name: nonames.csv}", "date: 1 # guessed", "clock: 2 #", "mid: 3 #", "tid: 4 #", "amount: 5 #", "rrn: 6 #", "kind: 7 #"}, true},
		{"fees.txt", "20261120|081532|022001|622848******1234|300.00|1.50|298.50|7710291800001|77102918|898110270110303|ORD1\n20261120|091532|022002|622848******1234|200.00|0.50|199.50|7710291800002|77102918|898110270110303|ORD2\n",
			[]string{"date: 1 #", "clock: 2 #", "pan: 4 #", "amount: 5 #", "fee: 6 # guessed: amount = fee + net amount", "net: 7 #", "tid: 9 #", "mid: 10 #"}, true},
		{"twosides.txt", "24/11/2026|SHOP|1.96||13.04\n25/11/2026|A MAN||12.10|15.00\n", []string{"date: dmy", "negative: other", "date: 1 #", "debit: 3 # guessed: each row has one of two amounts", "credit: 4 #", "These do not prove it", "#   TODO: 5, as in 13.04, 15.00"}, true},
		{"free.log", "2026-11-20 08:15:32,123 [main] 交易结束 B4 00000001\n2026-11-20 08:15:33,123 [main] 交易结束 00 00000001\n",
			[]string{"kind: line", "2 of 2 lines begin with a time stamp", `pattern: '^(?P<time>\d+-\d+-\d+ \d+:\d+:\d+,\d+) (?P<text>.*)$'`}, false},
	}
	for _, tt := range tests {
		got := draft(t, tt.name, tt.data)
		for _, w := range tt.want {
			if !strings.Contains(got, w) {
				t.Errorf("%s lacks %q:\n%s", tt.name, w, got)
			}
		}
		if strings.Contains(got, "8480000001") {
			t.Errorf("%s shows a card number:\n%s", tt.name, got)
		}
		f, err := format.Parse(tt.name+".yaml", []byte(got))
		if !tt.holds {
			continue
		}
		if err == nil {
			err = formats.Check(&formats.Set{List: []*format.Format{f}}, formats.Builtin())
		}
		if err != nil {
			t.Errorf("%s: the draft does not hold: %v\n%s", tt.name, err, got)
		}
	}
	if _, err := Draft(Bytes("x.jpg", []byte("\xff\xd8\xff\xe0")), Options{}); err == nil || !strings.Contains(err.Error(), "JPEG") {
		t.Error(err)
	}
	if _, err := Draft(Bytes("x.bin", []byte("\x00\x01")), Options{}); err == nil {
		t.Error("a draft of a binary file")
	}
}

// Dates of a workbook are numbers in its file; the draft sees what the user sees.
func TestDraftOfWorkbook(t *testing.T) {
	const card = "6222021234567890128"
	f := excelize.NewFile()
	f.SetSheetName("Sheet1", card)
	f.SetSheetRow(card, "A1", &[]any{"发生时刻", "本额", "机具", "办理情况"})
	for i := range 4 {
		f.SetSheetRow(card, fmt.Sprintf("A%d", i+2), &[]any{time.Date(2026, 11, 20, 8, 15+i, 32, 0, time.UTC), 12.5 + float64(i), fmt.Sprintf("0000000%d", i), "办结"})
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	got := draft(t, "book.xlsx", b.String())
	for _, w := range []string{"time: 发生时刻 # guessed: every value is a date and time, as in 2026-11-20 08:15:32", "amount: 本额 # guessed", `Sheet "622202*********0128"`} {
		if !strings.Contains(got, w) {
			t.Errorf("the draft lacks %q:\n%s", w, got)
		}
	}
}
