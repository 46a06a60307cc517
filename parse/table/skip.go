package table

import (
	"slices"
	"strings"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/sheet"
	"github.com/poslog/poslog/txn"
)

// footWords begin rows that close a table or divide it. They are asked of every row of a head,
// and from 500 instructions on package regexp takes several times as long for it.
var footWords = lazy.MustCompile(`(?i)^(#|[-=—_*─]{3,}|[合总小累][\s\x{3000}]*计|本页|本期|笔数\s*[:：]|总(交易|订单|笔|金额|手续费)|汇总|共\s*[:：]?\s*[\d,]+|交易合计|退款合计|以上|说明|备注|注\s*[:：]|注意|温馨提示|特别提示|提示|制表|打印|导出|下载时间|生成时间|审核|经办|复核|\d{1,2}\s*[、.．)）]\s*\p{Han}|[┌├└╔╠╚]|第\s*\d+\s*页|页码|承前页|接上页|过次页|转下页|[已待]?(收入|支出)\s*[:：]|.{0,12}(总(笔数|单数|金额)|合计|总计|小计|合計|小計|總計|総計)|[합소총]\s*계|итог|всего|סה["״]?כ|סך|toplam|razem\b|celkem|összesen|tổng|รวม|المجموع|الإجمالي|جمع|summe\b|gesamt|totale\b|totaal\b|((grand|batch|day|daily|page|shift|terminal|merchant|report) |sub[- ]?)?totals?\b|sum\b|count\b|end of|[\d,]+ rows? (selected|affected|returned|in set)|sql> |page\b|notes?\b|generated|report)`)

// skipped classifies a row that is no record: repeated names, totals, closing
// remarks. A row whose time cell holds a date is never skipped.
func (t *table) skipped(r *sheet.Row) bool {
	first, cells := filled(r)
	if t.totals != nil {
		t.readTotals(t.totals, r)
		t.mark("")
		t.totals = nil
		t.f.sink.Skip(entry.Footer, r.Lines)
		return true
	}
	if cells == 1 {
		t.nextDay(first)
	}
	if t.headerAgain(r) {
		t.lost = false
		t.f.sink.Skip(entry.Header, r.Lines)
		return true
	}
	if t.m.format == nil && t.rows > 0 && otherNames(r) {
		t.f.note("row %d has column names of another table, without a time or without an amount: the rows below it are rejected", r.Line)
		t.lost = true
		t.f.sink.Skip(entry.Header, r.Lines)
		return true
	}
	if t.restates(r, true) || t.between(first, cells) {
		t.f.sink.Skip(entry.Header, r.Lines)
		return true
	}
	if t.m.dated(r) {
		return false
	}
	if t.m.format == nil && t.rows > 0 && namesSums(r) {
		t.f.note("row %d names sums of transactions: the rows below it, which have no time, are no transactions and were not read", r.Line)
		t.adding = r.Line
	}
	if t.adding > 0 && r.Line <= t.adding+2 { // a blank row may lie between
		t.adding = r.Line
		t.f.sink.Skip(entry.Footer, r.Lines)
		return true
	}
	if t.rows == 0 && !t.within && (wordy(r) || len(r.Cells) == 1 && len(t.m.columns) > 3 && digits.Only(first)) { // units or remarks below the names, or how many rows follow
		t.f.sink.Skip(entry.Header, r.Lines)
		return true
	}
	switch {
	case footWords.MatchString(first):
		if cells > 1 && namesTotals(r) {
			keep := *r
			keep.Cells = slices.Clone(r.Cells)
			t.totals = &keep
		} else {
			t.readFooter(r)
		}
	case t.totalWord(r):
		t.readFooter(r)
	case len(t.titles) > 0 && t.titles[shapeOf(r)]: // on the next page
		t.f.sink.Skip(entry.Header, r.Lines)
		return true
	case t.m.told != "" && t.sumsOnly(r):
		t.readTrailer(r, 0)
	case cells > 2 && t.apart(r): // what is in the account, and what the bank says of it
	case cells > 2 || cells == 2 && len(t.m.columns) < 4 || cells == 1 && len(t.m.columns) < 3:
		return false
	case cells <= 2 && t.keyed(r):
		return false
	}
	t.f.sink.Skip(entry.Footer, r.Lines)
	return true
}

// sumsOnly reports whether a row below a table without names has nothing but two numbers or more,
// and not as many as a row of the table.
func (t *table) sumsOnly(r *sheet.Row) bool {
	list, all := t.numbers(r, 0)
	return all && len(list) > 1 && len(r.Cells) < len(t.m.columns) && (t.rows > 0 || t.within)
}

// apart reports whether a row has nothing in any column that is read, and no date elsewhere.
func (t *table) apart(r *sheet.Row) bool {
	for i := range t.m.columns {
		if c := &t.m.columns[i]; c.field > field.Ignore && cellAt(r, c.index) != nil {
			return false
		}
	}
	return !slices.ContainsFunc(r.Cells, func(c sheet.Cell) bool { return dateIn(c.Text).Valid() })
}

// filled returns the first cell of a row that is not empty, and how many there are.
func filled(r *sheet.Row) (first string, cells int) {
	for i := range r.Cells {
		if s := sheet.Clean(r.Cells[i].Text); s != "" {
			if cells++; cells == 1 {
				first = s
			}
		}
	}
	return first, cells
}

// heading reports whether a row further down is a title of the rows below it.
func (t *table) heading(r *sheet.Row) bool { return t.restates(r, false) || t.between(filled(r)) }

// between reports whether a row, by what [filled] says of it, is of the title of another
// table: files were pasted one below the other.
func (t *table) between(first string, cells int) bool {
	return t.rows > 0 && 2*cells < len(t.m.columns) && titleCell.MatchString(first) && !footWords.MatchString(first)
}

// titleCell begins a title such as 商户编号：898330154110001.
var titleCell = lazy.MustCompile(`^\p{Han}{2,10}\s*[:：]`)

var totalWords = lazy.MustCompile(`(?i)^((grand |sub[- ]?)?totals?|合計|總計|総計|합\s*계|итого|всего|סה["״]?כ|סך הכל|toplam|razem|celkem|összesen|tổng cộng|รวม|المجموع|الإجمالي|جمع|summe|gesamt|totale|totaal)\s*:?$`)

// totalKind reports whether the kind of a record is that of a total: PAYMENT, REFUND, TOTAL.
func (t *table) totalKind(r *sheet.Row) bool {
	if t.rec.Kind != txn.KindUnknown || t.m.format != nil || t.rows == 0 && !t.within {
		return false
	}
	word := t.kindWord(r)
	return len(word) < 24 && totalWords.MatchString(word)
}

// totalWord reports whether a cell says that the row is a total, and nothing but that: such
// a row may begin with the name of the account.
func (t *table) totalWord(r *sheet.Row) bool {
	return (t.rows > 0 || t.within) && !t.singular(r) && slices.ContainsFunc(r.Cells, func(c sheet.Cell) bool { return len(c.Text) < 24 && totalWords.MatchString(sheet.Clean(c.Text)) })
}

// cutOtherwise reports whether a row of one value, in which another separator would find as
// many as the row has names, holds a date or numbers: files that were pasted
// together.
func (t *table) cutOtherwise(r *sheet.Row) bool {
	first, cells := filled(r)
	if cells != 1 || !t.f.text() || len(t.m.columns) < 4 || digitsIn(first) < 8 || t.m.format != nil {
		return false
	}
	return slices.ContainsFunc([]string{",", ";", "\t", "|"}, func(sep string) bool { return strings.Count(first, sep) == len(t.m.columns)-1 })
}

var balanceWords = lazy.MustCompile(`(?i)^((initial|opening|closing|final|beginning|ending|starting|previous)[ _-]?(available[ _-]?|ledger[ _-]?)?balance|balance ((brought|carried) forward|(at|on|as (of|at)) .{1,30})|saldo (inicial|anterior|final|iniziale|finale)|solde (initial|précédent|final|(en )?(début|fin) de période|au .{1,20})|(anfangs|end|schluss)saldo|(期初|期末|上期|上日|昨日|承前)(账户|可用)?余额)\s*:?$`)

// carried reports whether a row with a date says what was in the account, or adds up: what
// it has is no amount of a transaction. A shop may well be called Total.
func (t *table) carried(r *sheet.Row) bool {
	if t.singular(r) {
		return false
	}
	for i := range r.Cells {
		s := r.Cells[i].Text
		if len(s) < len("Total") || len(s) > 32 || s[0] < 'A' {
			continue
		}
		s = sheet.Clean(s)
		if balanceWords.MatchString(s) || totalWords.MatchString(s) && !t.names(i) {
			return true
		}
	}
	return false
}

// names reports whether a column holds texts, such as the names of shops.
func (t *table) names(i int) bool {
	return slices.ContainsFunc(t.m.columns, func(c column) bool { return c.index == i && c.field == field.Text })
}

// headerAgain reports a row of column names: those of this table on a new page,
// or those of another table behind it, which are then the mapping.
func (t *table) headerAgain(r *sheet.Row) bool {
	m := newMapping(r)
	for _, names := range t.m.pages {
		if slices.Equal(m.names(), names) {
			return true
		}
	}
	if !t.otherTable(m) || timeDigits <= digitsOf(t.time(r)) {
		return false
	}
	if t.m.format == nil {
		t.f.note("row %d of the table has column names of its own and starts another table", r.Line)
		t.check()
		m.row = &sheet.Row{Line: r.Line, Raw: strings.Clone(r.Raw)} // the row's memory is used again
		for i := range m.columns {
			m.columns[i].name = strings.Clone(m.columns[i].name)
		}
		m.pages = [][]string{m.names()}
		t.m = m
		t.begin(nil)
		t.judgeWhy(nil)
		if t.noteWords(); m.sums() && t.before.all.n > 0 {
			t.f.note("rows below row %d that add up transactions are of those above and were not read", r.Line)
		}
		t.units()
	}
	return true
}

// otherTable reports whether a row can be the column names of another table.
func (t *table) otherTable(m *mapping) bool {
	if wordy(m.row) {
		m.compose(nil) // its rows are not known yet
	}
	known, read := m.known()
	least := 2
	if known > 3 && wordy(m.row) {
		least = 3
	}
	return known >= 3 && read >= 2 && m.timed() && m.valued() && known*least >= len(m.columns)
}

// time is what a row has in the column of the times.
func (t *table) time(r *sheet.Row) string {
	if k := t.timeColumn(); k < len(r.Cells) {
		return r.Cells[k].Text
	}
	return ""
}

var addsUp = lazy.MustCompile(`^(.{0,12}|[0-9A-Za-z_-]{1,24}\s?)[合小总累][\s\x{3000}]*计(金额)?\s*[:：]?$`)

// subtotals reports whether a cell says that the row adds up others. Such a row
// may well have a date, the sum of a day, but neither a time of day nor a number
// of its own.
func (t *table) subtotals(r *sheet.Row) bool {
	for i := range r.Cells {
		s := r.Cells[i].Text
		if len(s) < 6 || len(s) > 48 {
			continue
		}
		switch s[len(s)-1] { // the last bytes of 计 额 ： and what may stand behind
		case 0xA1, 0x9D, 0x9A, ':', ' ', '\t':
			if addsUp.MatchString(sheet.Clean(s)) {
				return !t.singular(r)
			}
		}
	}
	return false
}

// judgeMarks finds the columns of what most transactions have, a time of day above all, and no
// total of a day has.
func (t *table) judgeMarks(rows []*sheet.Row) {
	if t.m.format != nil {
		return
	}
	timed := false
	for _, k := range t.m.used {
		c := markColumn{index: t.m.columns[k].index, least: 1}
		switch f := t.m.columns[k].field; f {
		case field.Kind, field.Code, field.STAN, field.RRN, field.AuthCode, field.OrderNo, field.ChannelNo, field.PAN:
		case field.Time, field.Clock:
			if !t.clock(f) {
				c.least = len("202611200815")
			}
		default:
			continue
		}
		have, lack := 0, 0
		for _, r := range rows {
			if t.m.dated(r) && c.in(r) {
				have++
			} else if t.m.dated(r) {
				lack++
			}
		}
		if have > 2*lack && have > 3 {
			t.marks = append(t.marks, c)
			timed = timed || t.m.columns[k].field.Temporal()
		}
	}
	if !timed {
		t.marks = nil
	}
}

// markColumn is a column that transactions have something in, of that many characters at least.
type markColumn struct{ index, least int }

func (m markColumn) in(r *sheet.Row) bool {
	c := cellAt(r, m.index)
	return c != nil && !placeholder(c.Text) && (m.least == 1 || c.Kind != sheet.Text || digitsIn(c.Text) >= m.least)
}

// leastMarks are so many columns that no transaction has nothing in all of them.
const leastMarks = 3

// bareOf reports whether a row has nothing that tells one transaction from another, which
// most rows have: the total of a day, without a word that says so.
func (t *table) bareOf(r *sheet.Row) bool {
	return len(t.marks) >= leastMarks && !slices.ContainsFunc(t.marks, func(m markColumn) bool { return m.in(r) })
}

// recordTypes are compact names of a column that says what a row is: D of details, T of the
// trailer, which adds them up.
var recordTypes = map[string]bool{"RECORDTYPE": true, "RECTYPE": true, "ROWTYPE": true, "LINETYPE": true, "RECORDIDENTIFIER": true, "RECORDID": true, "CH": true, "记录类型": true, "记录标识": true}

var trailerWord = lazy.MustCompile(`(?i)^(h|hd|hdr|header|t|tr|trl|trailer|total|f|ft|footer|s|sum|summary|end|eof|[srf][fc]|99|汇总|合计)$`)

// trailer reports whether the type of a record says that the row stands for the file, and
// nothing in it is of one transaction.
func (t *table) trailer(r *sheet.Row) bool {
	if t.m.types < 0 {
		return false
	}
	cell := cellAt(r, t.m.columns[t.m.types].index)
	return cell != nil && trailerWord.MatchString(sheet.Clean(cell.Text)) && !t.singular(r)
}

// singular reports whether the row has what only one transaction has: a time of
// day or a number.
func (t *table) singular(r *sheet.Row) bool {
	for _, k := range t.m.used {
		c := &t.m.columns[k]
		least := 6
		switch c.field {
		case field.Time:
			least = 12
		case field.Clock:
			least = 5
		case field.STAN, field.RRN, field.AuthCode, field.OrderNo, field.ChannelNo, field.RefundNo, field.PAN:
		default:
			continue
		}
		if cell := cellAt(r, c.index); cell != nil && digitsIn(cell.Text) >= least {
			return true
		}
	}
	return false
}

func digitsIn(s string) (n int) {
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n
}

// otherNames reports a row of column names that make no table of transactions.
func otherNames(r *sheet.Row) bool {
	if !wordy(r) {
		return false
	}
	m := newMapping(r)
	known, read := m.known()
	return known >= 3 && read >= 2 && known*2 > len(m.columns)
}

// shapeOf is the text of a row without its numbers and blanks: titles of pages differ in
// these alone.
func shapeOf(r *sheet.Row) string {
	return strings.Join(strings.Fields(someDigits.ReplaceAllString(r.String(), "0")), " ")
}

var someDigits = lazy.MustCompile(`\d+`)

// namesSums reports a row of names below the transactions, of which one counts them and
// another adds them up: 交易类型, 总金额, 笔数.
func namesSums(r *sheet.Row) bool {
	counts, adds := false, false
	for i := range r.Cells {
		name := sheet.Clean(r.Cells[i].Text)
		counts = counts || countsRows(name)
		adds = adds || strings.Contains(name, "金额")
	}
	return counts && adds && wordy(r) && !footWords.MatchString(firstText(r))
}

// wordy reports whether a row has text and no digit in it.
func wordy(r *sheet.Row) bool {
	n := 0
	for i := range r.Cells {
		if strings.ContainsAny(r.Cells[i].Text, "0123456789") {
			return false
		}
		n += len(sheet.Clean(r.Cells[i].Text))
	}
	return n > 0
}

// dated reports whether a time column of the row holds at least six digits.
func (m *mapping) dated(r *sheet.Row) bool {
	for _, k := range m.used {
		if c := &m.columns[k]; !c.field.Temporal() && c.field != field.SentAt {
			continue
		}
		for ; k >= 0; k = m.columns[k].alt { // a row that was not refunded has no time of that
			cell := cellAt(r, m.columns[k].index)
			if cell == nil {
				continue
			}
			// A remark may hold a telephone number; a date is hardly anything but digits.
			if n := digitsIn(cell.Text); n < 6 || n*3 < len(cell.Text) {
				continue
			}
			plain := cell.Text[0]-'0' < 10 && strings.Trim(cell.Text, "0123456789-/:. ") == ""
			if plain || !footWords.MatchString(sheet.Clean(cell.Text)) {
				return true
			}
		}
	}
	return false
}

// keyed reports whether a row of one or two values has one in a column of
// amounts or identifiers: half a transaction rather than a remark.
func (t *table) keyed(r *sheet.Row) bool {
	for _, k := range t.m.used {
		c := &t.m.columns[k]
		if cell := cellAt(r, c.index); cell != nil && (c.field.Money() || c.field.Identifier()) && len(cell.Text) < 40 && strings.ContainsAny(cell.Text, "0123456789") {
			return true
		}
	}
	return false
}
