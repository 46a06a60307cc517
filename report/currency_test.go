package report

import "testing"

// TestMoneyCells: a cell carries the currency by which each form of the report writes it.
func TestMoneyCells(t *testing.T) {
	for _, c := range []struct {
		currency                    string
		minor                       int64
		text, money, plain, numbers string
	}{
		{"JPY", 1234567, "1,234,567", "JPY 1,234,567", "1234567", "#,##0"},
		{"KWD", -12345, "-12.345", "KWD -12.345", "-12.345", "#,##0.000"},
		{"CNY", -5, "-0.05", "-¥0.05", "-0.05", "#,##0.00"},
		{"", 123456789, "1,234,567.89", "1,234,567.89", "1234567.89", "#,##0.00"},
	} {
		w := words{lang: "en"}.in(c.currency)
		cell := w.moneyCell(c.minor)
		if cell.Text != c.text || w.money(c.minor) != c.money || plain(cell) != c.plain {
			t.Errorf("%s: %q %q %q, want %+v", c.currency, cell.Text, w.money(c.minor), plain(cell), c)
		}
		if got := cellFormat(cell); got != c.numbers {
			t.Errorf("%s: the format of the workbook's cell is %q, want %q", c.currency, got, c.numbers)
		}
	}
}
