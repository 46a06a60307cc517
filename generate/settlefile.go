package generate

import (
	"fmt"
	"io"
	"slices"

	"github.com/poslog/poslog/txn"
)

var settleColumns = []string{"清算日期", "机构号", "商户编号", "商户名称", "终端编号", "交易日期", "交易时间", "交易类型", "交易批次号", "凭证号", "参考号",
	"授权码", "卡号", "发卡行", "交易金额", "手续费", "结算金额"}

// settled yields the rows of one institution's file (-1 = all) with printed
// signs: a void or refund takes money back.
func (w *World) settled(institution int, yield func(s *Settlement, cells []string)) (n int, amount, fees txn.Minor) {
	for i := range w.Settled {
		s := &w.Settled[i]
		t := &w.Terminals[s.Term]
		if s.Dropped || institution >= 0 && t.Institution != institution {
			continue
		}
		m := &w.Merchants[t.Merchant]
		a, f := s.Amount, s.Fee
		if s.Kind != txn.Sale {
			a, f = -a, -f
		}
		at := s.At.Time().In(w.Zone)
		yield(s, []string{s.On.String(), w.Institutions[t.Institution].Code, m.MID, m.Name, t.TID, at.Format("2006-01-02"), at.Format("15:04:05"), kindWords[s.Kind],
			digits(s.Batch, 6), digits(s.STAN, 6), digits(s.RRN, 12), auth(s.Auth), w.masked(s.Card), w.Profile.Issuers[s.Card.Issuer].name,
			yuan(a), yuan(f), yuan(a - f)})
		n, amount, fees = n+1, amount+a, fees+f
	}
	return n, amount, fees
}

// auth is absent where the terminal got no answer but the host had booked.
func auth(a uint32) string {
	if a == 0 {
		return ""
	}
	return digits(a, 6)
}

// writeSettleCSV writes what an acquirer sends a merchant or bank: title rows,
// the header, rows in yuan with thousands separators, a footer of totals.
func (w *World) writeSettleCSV(out io.Writer, institution int, gbk bool) error {
	t := newTable(out, gbk)
	name := w.Institutions[max(institution, 0)].Name
	t.row(name + "商户清算明细表")
	t.row("清算日期："+w.day(0)+" 至 "+w.day(w.Days-1), "币种：人民币", "单位：元")
	t.row()
	t.row(settleColumns...)
	n, amount, fees := w.settled(institution, func(_ *Settlement, cells []string) { t.row(cells...) })
	foot := make([]string, len(settleColumns))
	foot[0], foot[1], foot[14], foot[15], foot[16] = "合计", fmt.Sprintf("共%d笔", n), yuan(amount), yuan(fees), yuan(amount-fees)
	t.row(foot...)
	t.row("以上数据仅供参考，以实际入账为准")
	return t.close()
}

// writeSettleXLSX writes the same table as a workbook.
func (w *World) writeSettleXLSX(out io.Writer, institution int) error {
	return writeXLSX(out, "清算明细", func(s *sheet) error {
		if err := s.row(w.Institutions[max(institution, 0)].Name + "商户清算明细表"); err != nil {
			return err
		}
		s.line++
		if err := s.row(cells(settleColumns)...); err != nil {
			return err
		}
		var fault error
		n, amount, fees := w.settled(institution, func(x *Settlement, text []string) {
			row := cells(text)
			a, f := x.Amount, x.Fee
			if x.Kind != txn.Sale {
				a, f = -a, -f
			}
			row[14], row[15], row[16] = s.money(a), s.money(f), s.money(a-f)
			if err := s.row(row...); err != nil && fault == nil {
				fault = err
			}
		})
		if fault != nil {
			return fault
		}
		foot := slices.Repeat([]any{""}, len(settleColumns))
		foot[0], foot[1], foot[14], foot[15], foot[16] = "合计", fmt.Sprintf("共%d笔", n), s.money(amount), s.money(fees), s.money(amount-fees)
		return s.row(foot...)
	})
}
