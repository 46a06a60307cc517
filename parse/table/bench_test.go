package table

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

var benchHeader = []string{"清算日期", "商户号", "商户名称", "终端号", "交易时间", "交易类型", "凭证号", "参考号", "卡号", "交易金额", "手续费", "结算金额"}

// benchRow is one row of a settlement export of twelve columns, 137 bytes.
func benchRow(i int) []string {
	names := []string{"杭州西湖便利店", `西湖"龙井"茶庄, 总店`, "绍兴老酒行", "宁波海鲜大排档"}
	amount := 100 + (i*7919)%500000
	fee := amount * 6 / 1000
	return []string{"2026-11-21", "898330154110001", names[i%4], fmt.Sprintf("%08d", 10000000+i%20000),
		fmt.Sprintf("2026-11-20 %02d:%02d:%02d", i/3600%24, i/60%60, i%60), "消费", fmt.Sprintf("%06d", i%1000000), fmt.Sprintf("%012d", i),
		fmt.Sprintf("622848******%04d", i%10000), dec(amount), dec(fee), dec(amount - fee)}
}

func dec(n int) string { return fmt.Sprintf("%d.%02d", n/100, n%100) }

func benchCSV(rows int) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	w.Write(benchHeader)
	for i := range rows {
		w.Write(benchRow(i))
	}
	w.Flush()
	return b.Bytes()
}

// counter is the cheapest sink: it adds up.
type counter struct {
	n   int
	sum txn.Minor
}

func (c *counter) Record(r *txn.Record, _ int) { c.n++; c.sum += r.Amount }
func (c *counter) Reject(*entry.Reject, int)   {}
func (c *counter) Skip(entry.Skip, int)        {}

const benchRows = 200_000

func benchRead(b *testing.B, name string, content []byte, rows int) {
	b.Helper()
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		c := &counter{}
		if _, err := Read(stream(name, content), c); err != nil || c.n != rows {
			b.Fatal(err, c.n)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkCSV(b *testing.B) { benchRead(b, "settle.csv", benchCSV(benchRows), benchRows) }

func BenchmarkCSVGBK(b *testing.B) {
	gbk, err := simplifiedchinese.GBK.NewEncoder().Bytes(benchCSV(benchRows))
	if err != nil {
		b.Fatal(err)
	}
	benchRead(b, "settle.csv", gbk, benchRows)
}

// The same rows by encoding/csv, which gives strings only: no times, no amounts
// but the one that is summed, no checks.
func BenchmarkEncodingCSV(b *testing.B) {
	content := benchCSV(benchRows)
	plainCSV(b, content, func() io.Reader { return bytes.NewReader(content) })
}

func BenchmarkEncodingCSVGBK(b *testing.B) {
	content, _ := simplifiedchinese.GBK.NewEncoder().Bytes(benchCSV(benchRows))
	plainCSV(b, content, func() io.Reader {
		return transform.NewReader(bytes.NewReader(content), simplifiedchinese.GBK.NewDecoder())
	})
}

func plainCSV(b *testing.B, content []byte, open func() io.Reader) {
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		r := csv.NewReader(open())
		r.ReuseRecord = true
		n, sum := -1, 0.0
		for {
			rec, err := r.Read()
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			if n++; n > 0 {
				v, _ := strconv.ParseFloat(rec[9], 64)
				sum += v
			}
		}
		if n != benchRows {
			b.Fatal(n)
		}
	}
	b.ReportMetric(float64(benchRows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

const benchSheetRows = 50_000

func benchXLSX(b *testing.B) []byte {
	f := excelize.NewFile()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	for i := range benchSheetRows + 1 {
		cells := make([]any, len(benchHeader))
		row := benchHeader
		if i > 0 {
			row = benchRow(i - 1)
		}
		for k, v := range row {
			cells[k] = v
			if i > 0 && k >= 9 {
				cells[k], _ = strconv.ParseFloat(v, 64)
			}
		}
		if err := w.SetRow(fmt.Sprintf("A%d", i+1), cells); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

func BenchmarkXLSX(b *testing.B) { benchRead(b, "settle.xlsx", benchXLSX(b), benchSheetRows) }

func BenchmarkExcelizeRows(b *testing.B) {
	content := benchXLSX(b)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		f, err := excelize.OpenReader(bytes.NewReader(content))
		if err != nil {
			b.Fatal(err)
		}
		rows, err := f.Rows("Sheet1")
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for rows.Next() {
			if _, err := rows.Columns(); err != nil {
				b.Fatal(err)
			}
			n++
		}
		f.Close()
	}
	b.ReportMetric(float64(benchSheetRows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// What a small file costs, and what a log costs that is no table.
func BenchmarkSmallCSV(b *testing.B) { benchRead(b, "settle.csv", benchCSV(30), 30) }

func BenchmarkSniffLog(b *testing.B) {
	line := "2026-11-20 08:15:32.123 INFO TXN INST=NSH001 MID=898330154110001 TID=10000001 MTI=0210 STAN=000123 RRN=012345678901 AMT=000000012300 RC=00 RT=235ms REGION=杭州 ERR=\"通讯超时\"\n"
	head := bytes.Repeat([]byte(line), 64<<10/len(line))
	b.ReportAllocs()
	for b.Loop() {
		Sniff("x.log", head)
	}
}
