package parse

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	units "unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/txn"
)

// kept is a handler that keeps everything.
type kept struct {
	rows    []*txn.Record
	refused []*entry.Reject
}

func (k *kept) Record(r *txn.Record)   { k.rows = append(k.rows, r.Clone()) }
func (k *kept) Reject(r *entry.Reject) { k.refused = append(k.refused, r) }

// What spreadsheets, editors, printers and people make of an export. All are two sales
// of 12.00 and 1012.00 unless they say otherwise.
func TestDirtyExports(t *testing.T) {
	const (
		head = "交易时间,商户名称,终端号,参考号,交易类型,交易金额,手续费\n"
		one  = "2026-11-20 08:15:32,西湖便利店,10000001,000000000001,消费,12.00,0.10\n"
		two  = "2026-11-20 08:15:33,西湖便利店,10000001,000000000002,消费,1012.00,1.10\n"
		all  = head + one + two
		both = "08:15:32 sale 12.00 0.10 10000001 000000000001\n08:15:33 sale 1012.00 1.10 10000001 000000000002"
	)
	wide := func(s string, order binary.AppendByteOrder) string {
		b := []byte{}
		for _, u := range units.Encode([]rune("\ufeff" + s)) {
			b = order.AppendUint16(b, u)
		}
		return string(b)
	}
	gb := func(s string) string {
		out, err := simplifiedchinese.GB18030.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	swap := strings.ReplaceAll
	times := func(rows string) string { return "交易日期,交易时间,终端号,参考号,交易金额\n" + rows }
	amounts := func(list ...string) string {
		s := "交易时间,终端号,参考号,交易金额\n"
		for i, a := range list {
			s += fmt.Sprintf("2026-11-20 08:15:%02d,10000001,%012d,\"%s\"\n", i, i, a)
		}
		return s
	}
	for _, tt := range []struct {
		name, data, want string // records, then rejects, then totals; "" means both
		skips            string
	}{
		{"utf-16le with a mark.csv", wide(all, binary.LittleEndian), "", "1 header"},
		{"utf-16be with a mark.csv", wide(all, binary.BigEndian), "", "1 header"},
		{"utf-16le and tabs, as a spreadsheet saves text.txt", wide(swap(all, ",", "\t"), binary.LittleEndian), "", "1 header"},
		{"gb18030 with characters of four bytes.csv", gb(swap(all, "西湖", "㐀𠮷")), "", "1 header"},
		{"gb18030 behind the mark of utf-8.csv", "\ufeff" + gb(all), "", "1 header"},
		{"two marks.csv", "\ufeff\ufeff" + all, "", "1 header"},
		{"cr alone.csv", swap(all, "\n", "\r"), "", "1 header"},
		{"crlf and lf.csv", swap(head+one, "\n", "\r\n") + two, "", "1 header"},
		{"cr cr lf.csv", swap(all, "\n", "\r\r\n"), "", "1 header"},
		{"a cr among lf.csv", head + swap(one, "\n", "\r") + two, "reject line-ends 2", "1 header"},
		{"zero bytes inside.csv", swap(all, "西湖", "西\x00湖"), "", "1 header"},
		{"zero bytes behind values.csv", swap(all, "10000001", "10000001\x00\x00"), "", "1 header"},
		{"zero bytes behind all.csv", all + strings.Repeat("\x00", 300), "", "1 header, 1 blank"},
		{"end of file as dos writes it.csv", all + "\x1a", "", "1 header, 1 blank"},
		{"tabs.csv", swap(all, ",", "\t"), "", "1 header"},
		{"semicolons.csv", swap(all, ",", ";"), "", "1 header"},
		{"semicolons, told.csv", "sep=;\n" + swap(all, ",", ";"), "", "2 header"},
		{"bars.txt", swap(all, ",", "|"), "", "1 header"},
		{"commas of full width.csv", swap(all, ",", "，"), "", "1 header"},
		{"digits of full width.csv", head + "２０２６－１１－２０　０８：１５：３２,西湖,１００００００１,０００００００００００１,消费,１２．００,０．１０\n" +
			"2026/11/20　08:15:33,西湖,10000001,000000000002,消费,\"￥１，０１２．００\",１．１０\n", "", "1 header"},
		{"blanks of every kind.csv", swap(all, ",", " \u3000,\u00a0\u200b"), "", "1 header"},
		{"quotes everywhere.csv", "\ufeff\"" + swap(swap(strings.TrimSuffix(all, "\n"), ",", "\",\""), "\n", "\"\n\"") + "\"", "", "1 header"},
		{"columns in another order.csv", "手续费,交易金额,参考号,终端号,交易类型,商户名称,交易时间\n0.10,12.00,000000000001,10000001,消费,西湖,2026-11-20 08:15:32\n" +
			"1.10,1012.00,000000000002,10000001,消费,西湖,2026-11-20 08:15:33\n", "", "1 header"},
		{"a delimiter at every end.csv", swap(all, "\n", ",\n"), "", "1 header"},
		{"title, blank rows, two rows of names, signatures.csv", "某银行商户对账单,,,,,,\n,,,,,,\n商户编号：898330154110001,,,,清算日期：2026-11-20,,\n\n交易信息,,,,,金额,\n" + all +
			"合计,,,,,1024.00,1.20\n\n制表人：张三,,复核：李四,,,打印日期：2026-11-21,\n（盖章）,,,,,,\n", both + "\ntotal amount agrees\ntotal fee agrees", "4 header, 3 footer, 3 blank"},
		{"names and subtotals on every page.csv", "第1页 共2页,,,,,,\n" + head + one + "本页小计,1笔,,,,12.00,0.10\n过次页,,,,,12.00,0.10\n第2页 共2页,,,,,,\n" + head + "承前页,,,,,12.00,0.10\n" + two +
			"本页小计,1笔,,,,1013.00,1.10\n总计,2笔,,,,1024.00,1.20\n复核：李四    制表：张三,,,,,,\n",
			both + "\ntotal count agrees\ntotal amount agrees\ntotal fee agrees\ntotal count agrees\ntotal amount differs 1013.00 1012.00\ntotal fee agrees\ntotal count agrees\ntotal amount agrees\ntotal fee agrees", "3 header, 7 footer"},
		{"days in Chinese.csv", times("2026年11月20日,8时15分32秒,10000001,1,12.00\n2026年11月20日,081533,10000001,2,1012.00\n"), "08:15:32 unknown 12.00  10000001 1\n08:15:33 unknown 1012.00  10000001 2", "1 header"},
		{"times without their zeros.csv", times("20261120,93005,10000001,1,12.00\n20261120,123005,10000001,2,12.00\n20261120,905,10000001,3,12.00\n20261120,0,10000001,4,12.00\n"),
			"09:30:05 unknown 12.00  10000001 1\n12:30:05 unknown 12.00  10000001 2\n00:09:05 unknown 12.00  10000001 3\n00:00:00 unknown 12.00  10000001 4", "1 header"},
		{"times that may be hours and minutes.csv", times("20261120,0905,10000001,1,12.00\n20261120,123005,10000001,2,12.00\n"), "09:05:00 unknown 12.00  10000001 1\n12:30:05 unknown 12.00  10000001 2", "1 header"},
		{"hours and minutes.csv", times("20261120,905,10000001,1,12.00\n20261120,1530,10000001,2,12.00\n20261120,5,10000001,3,12.00\n"), "09:05:00 unknown 12.00  10000001 1\n15:30:00 unknown 12.00  10000001 2\n00:05:00 unknown 12.00  10000001 3", "1 header"},
		{"hours and minutes, some with a colon.csv", times("20261120,15:30,10000001,1,12.00\n20261120,1530,10000001,2,12.00\n"), "15:30:00 unknown 12.00  10000001 1\n15:30:00 unknown 12.00  10000001 2", "1 header"},
		{"numbers that a spreadsheet rounded.csv", "交易时间,终端号,参考号,交易金额\n2026-11-20 08:15:32,1.00E+07,4.81477E+11,12.00\n2026-11-20 08:15:33,10000001,000000000002,1.2E+03\n",
			"08:15:32 unknown 12.00   \nreject amount-spoiled 3", "1 header"},
		{"numbers of a data frame.csv", ",交易时间,终端号,参考号,交易金额,应答码,卡号,清算日期\n0,2026-11-20 08:15:32,10000001.0,123456789012.0,12.0,0.0,6.222021234567890e+18,nan\n1,2026-11-20 08:15:33,10000001.0,nan,12.5,51.0,nan,N/A\n",
			"08:15:32 unknown 12.00  10000001 123456789012 00\n08:15:33 unknown 12.50  10000001  51", "1 header"},
		{"a terminal's colours.log", "\x1b[32m2026-11-20 08:15:32\x1b[0m TXN TID=10000001 AMT=12.00 RRN=1 RC=\x1b[1;31m51\x1b[0m\n\x1b[32m2026-11-20 08:15:33\x1b[0m TXN TID=10000001 AMT=12.00 RRN=2\x1b[33 RC=00\x1b[K\n",
			"08:15:32 unknown 12.00  10000001 1 51\n08:15:33 unknown 12.00  10000001 2 00", ""},
		{"names without values.log", "2026-11-20 08:15:32 TXN TID=1 AMT=12.00 RRN=1 RC=00\n2026-11-20 08:15:33 TXN TID= AMT= RRN= RC=\n", "08:15:32 unknown 12.00  1 1 00\nreject line-truncated 2", ""},
		{"dates where a program has none.csv", "交易时间,终端号,参考号,交易金额,清算日期\n0001-01-01 00:00:00,10000001,1,12.00,20261120\n9999-12-31 23:59:59,10000001,2,12.00,20261120\n1970-01-01 08:00:00,10000001,3,12.00,\n" +
			"2026-11-20 08:15:32,10000001,4,12.00,9999-12-31\n2026-11-20 08:15:33,10000001,5,12.00,0000-00-00\n", "08:15:32 unknown 12.00  10000001 4\n08:15:33 unknown 12.00  10000001 5\nreject year-range 2\nreject year-range 3\nreject year-range 4", "1 header"},
		{"halves of the day, and dollars.csv", "Transaction Time,Terminal ID,RRN,Amount,Response Code\n11/20/2026 12:05:00 AM,10000001,1,$1.00,00\n11/20/2026 1:05 p.m.,10000001,2,USD 1.00,00\n", "00:05:00 unknown 1.00  10000001 1 00 USD\n13:05:00 unknown 1.00  10000001 2 00 USD", "1 header"},
		{"apostrophes.csv", "交易时间,终端号,卡号,参考号,交易类型,交易金额\n'2026-11-20 08:15:32,'10000001,'6222021234567890123,'000000000001,'消费,'12.00\n", "08:15:32 sale 12.00  10000001 000000000001", "1 header"},
		{"amounts as people write them.csv", amounts("(12.00)", "（12.00）", "12.00-", "−12.00", "1,012.00元", "¥1,012.00", "￥-1012.00", "RMB 12.00", "1,012.00 CNY", "人民币12.00元", "(¥1,012.00)", "+12.00", "1.2万元", "壹拾贰元整"),
			"08:15:00 refund 12.00  10000001 000000000000\n08:15:01 refund 12.00  10000001 000000000001\n08:15:02 refund 12.00  10000001 000000000002\n08:15:03 refund 12.00  10000001 000000000003\n" +
				"08:15:04 unknown 1012.00  10000001 000000000004\n08:15:05 unknown 1012.00  10000001 000000000005\n08:15:06 refund 1012.00  10000001 000000000006\n08:15:07 unknown 12.00  10000001 000000000007\n" +
				"08:15:08 unknown 1012.00  10000001 000000000008\n08:15:09 unknown 12.00  10000001 000000000009\n08:15:10 refund 1012.00  10000001 000000000010\n08:15:11 unknown 12.00  10000001 000000000011\n" +
				"reject amount-syntax 14\nreject amount-syntax 15", "1 header"},
		{"one row without its line end.csv", head + strings.TrimSuffix(one, "\n"), both[:strings.Index(both, "\n")], "1 header"},
		{"names alone.csv", head, "none", "1 header"},
		{"names alone, gb18030.csv", gb(head), "none", "1 header"},
		{"nothing.csv", "", "not understood: it is empty", ""},
		{"a mark and blanks.csv", "\ufeff\r\n \r\n", "not understood: it is empty", ""},
	} {
		b := &kept{}
		files, err := Read(t.Context(), []Input{Bytes(tt.name, []byte(tt.data))}, Options{Location: china}, func(int) Handler { return b })
		if err != nil {
			t.Fatal(err)
		}
		f := files[0]
		var got []string
		for _, r := range b.rows {
			s := fmt.Sprintf("%s %s %s %s %s %s", r.At.Time().In(china).Format("15:04:05"), r.Kind, field.Get(r, field.Amount, china), field.Get(r, field.Fee, china), r.TID, r.RRN)
			if r.Code != "" {
				s += " " + r.Code
			}
			if r.Currency != "" && r.Currency != "CNY" {
				s += " " + r.Currency
			}
			for _, name := range r.Flags.Names() {
				if name != "zone_assumed" && !strings.HasPrefix(name, "negative") {
					s += " " + name
				}
			}
			got = append(got, s)
		}
		for _, r := range b.refused {
			got = append(got, fmt.Sprintf("reject %s %d", r.Rule, r.Pos.Line))
		}
		for _, k := range f.Summary.Checks {
			s := "total " + k.What + " agrees"
			if stated, read := k.Figures(); !k.Agrees() {
				s = "total " + k.What + " differs " + stated + " " + read
			}
			got = append(got, s)
		}
		if f.Err != nil {
			got = append(got, f.Err.Error())
		} else if err := f.Count.Check(); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		var skips []string
		for k, n := range f.Count.Skipped {
			if n > 0 {
				skips = append(skips, fmt.Sprintf("%d %s", n, entry.Skip(k)))
			}
		}
		want := strings.Split(tt.want, "\n")
		if tt.want == "" {
			want = strings.Split(both, "\n")
		} else if tt.want == "none" {
			want = nil
		}
		if !slices.Equal(got, want) || strings.Join(skips, ", ") != tt.skips {
			t.Errorf("%s: %v\ngot\n%s\nwant\n%s", tt.name, skips, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// Marks are taken out wherever a read ends, and nothing else is.
func TestColoursOfATerminal(t *testing.T) {
	const text = "\x1b[32m2026\x1b[0m-11 \x1b[1;31m51\x1b[K\x1b\x1b[mx \x1b[12 y \x1b] z \x1b[3"
	const want = "2026-11 51\x1bx \x1b[12 y \x1b] z \x1b[3"
	for _, r := range []io.Reader{strings.NewReader(text), iotest.OneByteReader(strings.NewReader(text)), iotest.DataErrReader(strings.NewReader(text))} {
		got, err := io.ReadAll(&uncoloured{r: r})
		if string(got) != want || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
}
