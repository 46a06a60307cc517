package generate

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"

	"github.com/poslog/poslog/internal/xlsx"
	"github.com/poslog/poslog/txn"
)

var kindWords = map[txn.Kind]string{txn.Sale: "消费", txn.Void: "消费撤销", txn.Refund: "退货", txn.Balance: "余额查询", txn.Reversal: "消费冲正"}

var csvColumns = []string{"交易日期", "交易时间", "机构号", "商户号", "终端号", "报文类型", "交易类型", "批次号", "流水号", "参考号", "授权码", "卡号",
	"发卡行", "交易金额", "应答码", "应答信息", "耗时(ms)", "通讯方式", "运营商", "地区", "机型"}

// financial yields the rows that a journal prints: no sign-ons, no batch totals.
func (w *World) financial(yield func(i int32, x *Row)) {
	for i := range w.Rows {
		if x := &w.Rows[i]; kindWords[x.Kind] != "" && x.Flags&Lost == 0 {
			yield(int32(i), x)
		}
	}
}

// message is the answer text of a journal.
func (w *World) message(x *Row) string {
	if w.hide&(1<<slices.Index(Hideable, "text")) != 0 {
		return ""
	}
	if x.Text != noText {
		return texts[x.Text]
	}
	return codes[x.Code].text
}

// issuerName spells out the code of the log.
func (w *World) issuerName(r *txn.Record) string {
	for _, s := range w.Profile.Issuers {
		if s.code == r.Issuer {
			return s.name
		}
	}
	return ""
}

func latency(r *txn.Record) string {
	if r.Latency == txn.NoLatency {
		return ""
	}
	return strconv.Itoa(int(r.Latency))
}

func millis(r *txn.Record) any {
	if r.Latency == txn.NoLatency {
		return ""
	}
	return int(r.Latency)
}

// writeJournalCSV writes the bank's journal export: GBK, CRLF, two title rows,
// a blank one, the header, and totals at the end.
func (w *World) writeJournalCSV(out io.Writer, mark marker) error {
	t := newTable(out, true)
	t.row(w.Institutions[0].Name + "终端交易流水")
	t.row("交易日期："+w.day(0), "至 "+w.day(w.Days-1), "单位：元")
	t.row()
	t.row(csvColumns...)
	var rec txn.Record
	n, sum := 0, txn.Minor(0)
	w.financial(func(i int32, x *Row) {
		w.record(i, &rec)
		at := rec.At.Time().In(w.Zone)
		t.row(at.Format("2006-01-02"), at.Format("15:04:05"), rec.Institution, rec.MID, rec.TID, rec.MTI, kindWords[x.Kind], rec.Batch, rec.STAN, rec.RRN,
			rec.AuthCode, rec.PAN.Masked, w.issuerName(&rec), yuan(x.Amount), rec.Code, w.message(x), latency(&rec),
			rec.Network, rec.Carrier, rec.Region, rec.Model)
		mark(i, t.line)
		n, sum = n+1, sum+x.Amount.Or(0)
	})
	foot := make([]string, len(csvColumns))
	foot[0], foot[1], foot[13] = "合计", fmt.Sprintf("共%d笔", n), yuan(sum)
	t.row(foot...)
	return t.close()
}

// table writes a CSV as Chinese back ends do.
type table struct {
	w    *bufio.Writer
	enc  io.WriteCloser
	line int
}

func newTable(out io.Writer, gbk bool) *table {
	t := new(table)
	if gbk {
		t.enc = transform.NewWriter(out, simplifiedchinese.GBK.NewEncoder())
		out = t.enc
	}
	t.w = bufio.NewWriterSize(out, 1<<16)
	return t
}

func (t *table) row(cells ...string) {
	t.line++
	for i, c := range cells {
		if i > 0 {
			t.w.WriteByte(',')
		}
		if strings.ContainsAny(c, ",\"\n") {
			c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
		}
		t.w.WriteString(c)
	}
	t.w.WriteString("\r\n")
}

func (t *table) close() error {
	if err := t.w.Flush(); err != nil || t.enc == nil {
		return err
	}
	return t.enc.Close()
}

// yuan writes an amount with thousands separators: "-1,234.05"; "" for none.
func yuan(m txn.Minor) string {
	s := m.Decimal()
	if !m.Valid() {
		return s
	}
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 6; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

func (w *World) day(i int) string { return w.Start.AddDate(0, 0, i).Format("2006-01-02") }

var xlsxColumns = []string{"序号", "交易时间", "商户号", "终端号", "交易类型", "批次号", "凭证号", "参考号", "授权码", "卡号", "发卡行", "交易金额(元)", "应答码", "应答信息", "耗时(ms)", "通讯方式"}

// writeJournalXLSX writes a merchant's export: times and amounts as numbers
// with a style, identifiers as text.
func (w *World) writeJournalXLSX(out io.Writer, mark marker) error {
	return writeXLSX(out, "交易明细", func(s *sheet) error {
		if err := s.row(w.Merchants[0].Name + " 终端交易流水"); err != nil {
			return err
		}
		if err := s.row("商户号：" + w.Merchants[0].MID + "    查询时间：" + w.day(0) + " 至 " + w.day(w.Days-1)); err != nil {
			return err
		}
		s.line++
		if err := s.row(cells(xlsxColumns)...); err != nil {
			return err
		}
		var rec txn.Record
		n, sum := 0, txn.Minor(0)
		var fault error
		w.financial(func(i int32, x *Row) {
			w.record(i, &rec)
			n, sum = n+1, sum+x.Amount.Or(0)
			code, text := rec.Code, w.message(x)
			if x.Kind == txn.Reversal {
				code, text = "00", "冲正成功"
			}
			err := s.row(n, s.time(rec.At, w), rec.MID, rec.TID, kindWords[x.Kind], rec.Batch, rec.STAN, rec.RRN, rec.AuthCode, rec.PAN.Masked,
				w.issuerName(&rec), s.money(x.Amount), code, text, millis(&rec), rec.Network)
			if err != nil && fault == nil {
				fault = err
			}
			mark(i, s.line)
		})
		if fault != nil {
			return fault
		}
		return s.row("合计", fmt.Sprintf("共%d笔", n), "", "", "", "", "", "", "", "", "", s.money(sum))
	})
}

// sheet streams rows into a workbook.
type sheet struct {
	w           *xlsx.Sheet
	line        int
	date, price int
	cells       []xlsx.Cell
}

func writeXLSX(out io.Writer, name string, fill func(*sheet) error) error {
	b := xlsx.New(xlsx.Props{Creator: "POS", ModifiedBy: "POS", Created: "2026-11-21T01:12:05Z"})
	s := &sheet{w: b.Sheet(name), date: b.Style(xlsx.Style{Format: "yyyy-mm-dd hh:mm:ss"}), price: b.Style(xlsx.Style{Format: "#,##0.00"})}
	s.w.Widths = slices.Repeat([]float64{16}, 20)
	if err := fill(s); err != nil {
		return err
	}
	if err := s.w.Close(); err != nil {
		return err
	}
	return b.Write(out)
}

// row writes texts, numbers and cells; an empty text leaves its cell out.
func (s *sheet) row(values ...any) error {
	s.line++
	s.cells = s.cells[:0]
	for _, v := range values {
		var c xlsx.Cell
		switch v := v.(type) {
		case xlsx.Cell:
			c = v
		case int:
			c = xlsx.Int(0, int64(v))
		case float64:
			c = xlsx.Number(0, v)
		case string:
			if v != "" {
				c = xlsx.Text(0, v)
			}
		default:
			return fmt.Errorf("a cell of type %T", v)
		}
		s.cells = append(s.cells, c)
	}
	s.w.Row(s.line, s.cells...)
	return s.w.Err()
}

// time is a serial on the clock of the zone, to the second.
func (s *sheet) time(at txn.Instant, w *World) xlsx.Cell {
	return xlsx.Date(s.date, at.Time().In(w.Zone).Truncate(time.Second))
}

func (s *sheet) money(m txn.Minor) any {
	if !m.Valid() {
		return ""
	}
	return xlsx.Number(s.price, float64(m)/100)
}

func cells(s []string) []any {
	out := make([]any, len(s))
	for i, c := range s {
		out[i] = c
	}
	return out
}
