package table

import (
	"path"
	"strings"
	"sync"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/sheet"
	"github.com/poslog/poslog/txn"
)

// noteEra says that years are of the Buddhist era.
func (t *table) noteEra(rows []*sheet.Row) {
	said := !t.ctx.Buddhist
	for _, f := range [...]field.Field{field.Time, field.Date} {
		t.each(rows, f, func(c *sheet.Cell) {
			if s := sheet.Clean(c.Text); !said && c.Kind == sheet.Text && t.ctx.Gregorian(s) != s {
				said = true
				t.f.note("years are of the Buddhist era: %s is %s", s, t.ctx.Gregorian(s))
			}
		})
	}
}

// judgeDay finds the day of rows that have a time of day only: the one day that
// the titles name, else that of the sheet or of the file's name.
func (t *table) judgeDay(titles, body []*sheet.Row) {
	if t.m.has(field.Date) || t.m.has(field.SettleOn) || !t.clockOnly(body) {
		return
	}
	var day txn.Instant
	where := "the titles"
	for _, r := range titles {
		for _, at := range daysIn(r.String()) {
			if day != 0 && day != at {
				return // a period: the day of a row cannot be known
			}
			day = at
		}
	}
	if d := t.ctx.DayOf(t.sheet); day == 0 && d != 0 {
		t.ctx.Day = d
		t.f.note("rows of sheet %q have a time of day only: they are of %s, by its name", t.sheet, d)
		return
	}
	if day == 0 {
		at := field.NearName(path.Base(t.f.st.Src.Name))
		if !at.Valid() {
			return
		}
		day, where = at, "the file name"
	}
	t.ctx.Day = txn.DateOf(day.Time())
	t.f.note("rows have a time of day only: they are of %s, from %s", t.ctx.Day, where)
}

// nextDay takes the day that a line between the rows states, where rows have a time of day
// only: the list of another day follows.
func (t *table) nextDay(line string) {
	if t.ctx.Day == 0 || t.m.has(field.Date) {
		return
	}
	if days := daysIn(line); len(days) == 1 {
		t.ctx.Day = txn.DateOf(days[0].Time())
	}
}

// clockOnly reports whether no time of the first rows has a date.
func (t *table) clockOnly(rows []*sheet.Row) bool {
	clocks, dated := 0, 0
	for _, f := range []field.Field{field.Time, field.Clock} {
		t.each(rows, f, func(c *sheet.Cell) {
			switch s := sheet.Clean(c.Text); {
			case digitsIn(s) > 0 && digitsIn(s)*2 < len(s): // 2026年11月20日刷卡明细
			case c.Kind == sheet.Moment || c.Kind == sheet.Date || digitsIn(s) > 9 || digitsIn(s) > 4 && strings.ContainsAny(s, "-/月"): // 11-20 08:01
				dated++
			case digitsIn(s) > 2:
				clocks++
			}
		})
	}
	return clocks > 0 && dated == 0
}

// daysIn finds the full dates of a text, noon UTC.
func daysIn(text string) (days []txn.Instant) {
	for _, m := range dateText.FindAllStringSubmatch(text, -1) {
		if m[3] != "" {
			days = append(days, dateIn(m[0]))
		}
	}
	return days
}

// lendDay gives a row that leaves its date out the day of the row above, as the
// cells of a merged area do.
func (t *table) lendDay(r *sheet.Row) {
	k := t.m.first[field.Date]
	if k < 0 {
		return
	}
	if t.ctx.Day = 0; t.above.Valid() && cellAt(r, t.m.columns[k].index) == nil {
		t.ctx.Day = txn.DateOf(t.above.Time().In(location(t.ctx.Loc)))
	}
}

// keepDay remembers the day of a row and counts the rows that needed one.
func (t *table) keepDay() {
	switch {
	case t.m.first[field.Date] < 0 || !t.rec.At.Valid():
	case t.ctx.DayTaken():
		t.filled++
	case t.rec.Prec > txn.PrecDay:
		t.above = t.rec.At
	}
}

// priceAndDate are two values between which a print leaves a single blank.
var priceAndDate = lazy.MustCompile(`^([\d,]+\.\d\d) ((?:19|20)\d\d[-/]\d\d[-/]\d\d[-/.: \d]*)$`)

// align puts the cells of a printed row under the names that they stand below,
// where the row leaves some of them empty. It changes nothing and returns false
// where a value stands below none of them or below two.
func (t *table) align(r *sheet.Row) bool {
	names := sheet.Tokens(t.m.row.Raw)
	var values []sheet.Token
	for _, v := range sheet.Tokens(r.Raw) {
		for _, n := range names {
			if left, right, ok := v.Cut(n.From); ok && v.From < n.From {
				values, v = append(values, left), right
			}
		}
		if m := priceAndDate.FindStringSubmatch(v.Text); m != nil {
			values, v.Text = append(values, sheet.Token{Text: m[1], From: v.From, To: v.From + len(m[1])}), m[2]
			v.From = v.To - len(m[2])
		}
		values = append(values, v)
	}
	if len(values) == len(names) && len(names) == len(t.m.columns) { // each has one, wherever it stands
		r.Cells = r.Cells[:0]
		for _, v := range values {
			r.Cells = append(r.Cells, sheet.Cell{Text: v.Text})
		}
		return true
	}
	if len(names) != len(t.m.columns) || len(values) == 0 || len(values) > len(names) {
		return false
	}
	cells := make([]sheet.Cell, len(names))
	next := 0
	for _, v := range values {
		at := -1
		for i := next; i < len(names); i++ {
			if v.From < names[i].To && names[i].From < v.To {
				if at >= 0 {
					return false
				}
				at = i
			}
		}
		if at < 0 {
			return false
		}
		cells[at].Text = v.Text
		next = at + 1
	}
	r.Cells = cells
	return true
}

// countNames are columns that say how many transactions a row adds up.
var countNames = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for name := range strings.SplitSeq("笔数|交易笔数|总笔数|成功笔数|失败笔数|消费笔数|交易总笔数|总交易笔数|订单笔数|支付笔数|收款笔数|刷卡笔数|结算笔数|清算笔数|合计笔数|交易次数|筆數|交易筆數|件数|取引件数|売上件数|건수|거래건수|승인건수|"+
		"COUNT|Txn Count|Tran Count|Trans Count|Transaction Count|Transactions Count|Total Count|Sales Count|Number of Transactions|No. of Transactions|Number of Txns|No. of Txns|Number of Sales|No. of Sales|Total Transactions|"+
		"Кол-во операций|Количество операций|Кол-во транзакций|Количество транзакций|Cantidad de transacciones|Cantidad de operaciones|Cantidad de ventas|Número de transacciones|Número de operaciones|"+
		"Quantidade de transações|Quantidade de vendas|Qtd. transações|Qtd. de transações|Qtd. vendas|Qtd. de vendas|Número de transações|Nombre de transactions|Nombre d'opérations|Nb transactions|"+
		"Anzahl Transaktionen|Anzahl der Transaktionen|Anzahl Umsätze|Numero transazioni|Numero operazioni|İşlem Adedi|İşlem Sayısı|Liczba transakcji|Ilość transakcji|Total Transaksi|Số lượng giao dịch", "|") {
		names[field.Normalize(name)] = true
	}
	return names
})

// summed returns the count, in digits, of a row that adds up transactions, "" for any other
// row: the table has a column of counts and no number of a transaction.
func (t *table) summed(r *sheet.Row) string {
	if t.m.format != nil || t.m.counts < 0 {
		return ""
	}
	c := cellAt(r, t.m.columns[t.m.counts].index)
	if c == nil || !t.m.dated(r) {
		return ""
	}
	s := sheet.Clean(c.Text)
	if digitsIn(s) != len(s) || len(s) > 9 {
		return ""
	}
	return s
}
