package table

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/sheet"
	"github.com/poslog/poslog/txn"
)

// table reads the rows of one sheet.
type table struct {
	f     *file
	sheet string
	side  txn.Side
	m     *mapping
	judged
	ctx   field.Context
	rec   txn.Record
	heads [][]loose // numbers above a table without names
	given givens    // values that the titles state for all rows

	last   int        // physical line or row of the last row
	within bool       // a worker reads a block of rows
	totals *sheet.Row // a row of names of totals, whose values are the next row
	sums   tally
	before tally    // of the tables above this one in the sheet
	stated []stated // by the row at hand
	audit  audit
	lost   bool // below column names that make no table
	bare   bool // response codes of one digit lost their zero
	short  bool // terminal and trace numbers may have lost theirs
	zeros  int  // digits that a time of day has, where leading zeros were lost; else 0
	spoilt int  // rows with identifiers that a spreadsheet rounded or hid

	currency string // of the first row, "" where none is stated
	shown    string // currency of amounts that show none, "" where none shows one
	decimals int    // of the currency of the rows, -1 where they have several that differ in that
	foreign  int    // rows in which it is another one

	turned bool     // the fee column holds charges as negative numbers
	beside int      // the first column of another table beside this one, counted from 1; 0 = none
	hours  int      // times of day whose hour a spreadsheet lost
	hashes []uint64 // of the rows, for the sheets behind this one
	dups   int
	above  txn.Instant // time of the last row that has a date
	filled int         // rows whose date stands in a row above
	rows   int
	titles map[string]bool // shapes of the rows above the column names
	anew   bool            // headings further down say other things than those
	adding int             // the last row of names and values of sums
	cells  int             // of the row that was read last
	memo   memo
	plain  *straight // see straight; nil before it was asked for
	tags   tags
}

// judged is what holds for the columns of one table: another one below it has its own.
type judged struct {
	spare       int          // values behind the last name in every row
	yesNo       bool         // response codes say whether a payment succeeded
	plus        bool         // the direction is a plus or a minus
	netCurrency int          // column of the currency of fees and net amounts, counted from 1; 0 = that of the amounts
	shared      int          // index into the mapping's columns of an amount that is zero where another one has it, -1 for none
	all         txn.Kind     // of rows that state none: transfers to the merchant's bank, disputes
	closed      bool         // receipts that are closed are paid
	marks       []markColumn // columns of what tells one transaction from another, which most rows have
	told        bool         // which way the money of a row went is told without the word for its kind
	errors      bool         // rows with an authorisation code and no code of an error were approved
	reasons     bool         // the text says why a row failed, and there is no column of codes
	undone      int          // column that says whether the payment was undone, counted from 1; 0 = none
	settling    int          // column that says whether the money was paid out, counted from 1; 0 = none
	backs       int          // column that says whether the row is a refund, counted from 1; 0 = none
}

// given is a value from a title row such as "商户编号：898330154110001".
type given struct {
	field field.Field
	text  string
}

type givens []given

func (g givens) has(f field.Field) bool {
	return slices.ContainsFunc(g, func(g given) bool { return g.field == f })
}

func newTable(f *file, name string, m *mapping, ahead []*sheet.Row) *table {
	t := &table{f: f, sheet: name, m: m, above: txn.NoInstant}
	texts, _ := values(ahead)
	if t.tags = tagsOf(texts); t.tags.detail != "" {
		f.note("the first cell says what a row is (%s): rows other than %s stand for the file or a batch", t.tags.String(), t.tags.detail)
	}
	t.ctx = field.Context{Loc: f.st.Loc, Year: f.st.Year, Told: true, Round: true}
	titles, body := []*sheet.Row(nil), ahead // without column names
	for i, r := range ahead {
		if r == m.row {
			titles, body = ahead[:i], ahead[i+1:]
		}
	}
	t.ctx.Buddhist = m.buddhist(body)
	t.begin(body)
	t.beside = m.besides(body)
	t.judgeUnknown(body)
	t.judgeAnswer(body)
	t.noteWords()
	t.noteLegends()
	t.titles = map[string]bool{}
	for _, r := range titles {
		t.readGiven(r)
		if s := shapeOf(r); strings.ContainsFunc(s, unicode.IsLetter) { // a row of numbers may be half a transaction
			t.titles[s] = true
		}
	}
	t.pairCurrency(body)
	amount := t.nameCurrency(body)
	t.judgeCurrency(body) // totals above the header need its decimals
	t.readTitles(titles)
	t.judge(body)
	t.judgeDay(titles, body)
	t.noteEra(body)
	if m.format != nil {
		t.follow(m.format)
	}
	if m.told != "" {
		for _, r := range ahead {
			if r.Line > m.row.Line {
				break
			}
			if list, _ := t.numbers(r, 0); len(list) > 1 {
				t.heads = append(t.heads, list)
			}
		}
		f.sum.Unnamed = m.told
		f.note("the columns have no names; by their values they were taken for %s", m.told)
	}
	if len(f.sum.Columns) == 0 {
		f.sum.Header = txn.Pos{Src: f.st.Src, Sheet: name, Line: uint32(m.row.Line)}
		f.sum.Columns = t.describe()
	}
	for i, r := range titles { // 总笔数|总金额 above its values
		if namesTotals(r) {
			t.readAllTotals(r, titles[i+1:])
		}
	}
	if len(t.stated) > 0 {
		t.mark("")
	}
	t.noteAbove(titles)
	t.takeSide(joinTitles(titles))
	t.noteNoCurrency(amount, body)
	t.noteNet()
	t.noteSecond(body)
	t.sheetName()
	return t
}

// noteAbove says that a table stands above the column names whose own names make none. One row of
// values under names that are known, or rows that say how many transactions they add up, are sums of
// the rows below.
func (t *table) noteAbove(titles []*sheet.Row) {
	if t.m.format != nil {
		return
	}
	values := func(i int) bool {
		return i < len(titles) && dataLike(titles[i]) && len(titles[i].Cells) > 2 && pricedAndDated(titles[i])
	}
	for i := 1; i < len(titles); i++ {
		names := titles[i-1]
		if !values(i) || !wordy(names) || namesTotals(names) {
			continue
		}
		m := newMapping(names)
		if known, _ := m.known(); known < 2 || m.counts < 0 && values(i+1) {
			t.f.note("row %d above the column names has values under names that make no table: it was taken for a title", titles[i].Line)
		}
		return
	}
}

// begin judges a table by its columns and, where they are known, its first rows.
func (t *table) begin(body []*sheet.Row) {
	t.judged = judged{shared: -1}
	t.ctx.Directed, t.ctx.NegativeKind, t.ctx.YesNo = t.m.has(field.Direction), txn.KindUnknown, false
	if t.m.has(field.Kind) || t.m.has(field.Direction) && !t.m.has(field.TID) || t.m.account() {
		t.ctx.NegativeKind = txn.Other // money went out, but not as a refund of ours
	}
	if t.ctx.NegativeKind == txn.KindUnknown && t.m.spends(body) {
		t.ctx.NegativeKind = txn.Other
		t.f.note("amounts below zero are taken for movements of an account, not for refunds")
	}
	switch {
	case t.m.payouts():
		t.all, t.ctx.NegativeKind = txn.Payout, txn.Payout
		t.f.note("the rows are payouts to a bank account, not payments")
	case t.m.disputes(body):
		t.all, t.ctx.NegativeKind = txn.Other, txn.Other
		t.f.note("the rows are disputes of payments, not payments")
	}
	t.told = t.tells()
}

// takeSide settles the side of the sheet: as the user says, as its format says,
// or by its columns. A workbook may hold both sides.
func (t *table) takeSide(titles string) {
	why := ""
	switch f := t.f; {
	case f.st.Side != txn.SideUnknown:
		t.side = f.st.Side
	case t.m.format != nil && t.m.format.Side != txn.SideUnknown:
		t.side = t.m.format.Side
	default:
		t.side, why = detectSide(t.m, f.st.Src.Name, t.sheet, titles)
	}
	switch sum := t.f.sum; {
	case sum.Side == txn.SideUnknown:
		sum.Side = t.side
	case sum.Side == t.side:
		return
	default:
		t.f.note("sheet %q is of another side than the first", t.sheet)
	}
	if why != "" {
		t.f.note("%s", why)
	}
}

// describe lists the columns for the summary. A column that only serves where
// another of its field is empty keeps its field's name.
func (t *table) describe() []entry.Column {
	var out []entry.Column
	for _, c := range t.m.columns {
		e := entry.Column{Index: c.index + 1, Name: c.name}
		if c.field != field.None && c.field != field.Ignore {
			e.Field = c.field.String()
		}
		out = append(out, e)
	}
	return out
}

// run reads all rows of the window.
func (t *table) run(w *window) error {
	above := t.m.row.Line > 0
	for {
		if rows, ok := w.rows.(sheet.Splitter); ok && w.fresh() && t.f.st.Share != nil && t.f.seen == nil && t.rows > 0 && t.totals == nil {
			if done, err := t.share(rows); err != nil {
				return err
			} else if done {
				break
			}
		}
		r, err := w.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		switch {
		case r == t.m.row && t.beside > 0:
			above = false
			t.came(r)
			t.f.sink.Reject(entry.NewReject(t.pos(r, t.beside), "", "table-beside", t.m.names()[0], "another table stands beside this one, under the same names: its rows were not read",
				"put it below this one, or into a file of its own"), r.Lines)
		case r == t.m.row:
			above = false
			t.skip(entry.Header, r)
		case above && !r.Blank():
			t.skip(entry.Header, r)
		default:
			t.take(r)
		}
	}
	t.f.sum.Lines += t.last
	t.check()
	if all := &t.before; all.sale.back > 0 && all.returned.n == 0 {
		t.f.note("%s of the amounts of sales was paid back, as their rows say: totals of money have them whole", txn.Minor(all.sale.back).In(cmp.Or(t.currency, "CNY")))
	}
	for _, h := range t.hashes {
		t.f.seen[h]++
	}
	if n := t.ctx.Rounded; n > 0 {
		t.f.note("%d fees or net amounts have parts of a cent and were rounded", n)
	}
	if t.foreign > 0 {
		t.f.note("%d rows have fees and net amounts in a currency with other decimals than that of the amount: they were not read", t.foreign)
	}
	if t.spoilt > 0 {
		t.f.note("%d rows have identifiers that a spreadsheet rounded or did not show: export these columns as text", t.spoilt)
	}
	if t.hours > 0 {
		t.f.note("%d times have lost their hour in a spreadsheet (48:59.0): only their date is known; export them again, or give the column a time format before it is saved", t.hours)
	}
	if t.filled > 0 {
		t.f.note("%d rows have no date of their own: they are of the day of the row above", t.filled)
	}
	if t.dups > 0 {
		t.f.note("%d of %d rows of sheet %q repeat rows of an earlier sheet and were not counted again", t.dups, t.rows, t.sheet)
	}
	return nil
}

// take reads one row behind the header, or a blank one.
func (t *table) take(r *sheet.Row) {
	if r.Blank() {
		t.skip(entry.Blank, r)
		return
	}
	t.came(r)
	t.row(r)
}

func (t *table) skip(kind entry.Skip, r *sheet.Row) {
	t.came(r)
	t.f.sink.Skip(kind, r.Lines)
}

// came accounts for the lines up to the end of a row.
func (t *table) came(r *sheet.Row) {
	if !t.within {
		t.f.gap(t.last, r)
	}
	t.last = r.Line + r.Lines - 1
}

func (t *table) pos(r *sheet.Row, col int) txn.Pos {
	return txn.Pos{Src: t.f.st.Src, Sheet: t.sheet, Line: uint32(r.Line), Col: uint16(col)}
}

// fault is what keeps a row from being a record.
type fault struct {
	col  int // 1-based, 0 for the row
	text string
	err  *field.Error
}

// row reads one row behind the header.
func (t *table) row(r *sheet.Row) {
	if t.m.format != nil && t.m.format.Ignores(r.String()) {
		t.f.sink.Skip(entry.Comment, r.Lines)
		return
	}
	if t.tagged(r) {
		return
	}
	if t.subtotals(r) || t.trailer(r) {
		t.readFooter(r)
		t.f.sink.Skip(entry.Footer, r.Lines)
		return
	}
	var f *fault
	if n := t.summed(r); n != "" && t.before.all.n > 0 { // of the rows above
		t.f.sink.Skip(entry.Footer, r.Lines)
		return
	} else if n != "" && t.paysOut(r) {
		t.emit(r)
		t.sums.stand(n)
		return
	} else if n != "" {
		f = &fault{err: &field.Error{Rule: "summary-row", Msg: "the row adds up several transactions (" + t.m.columns[t.m.counts].name + " " + n + ")",
			Hint: "export the single transactions; of sums, those that a settlement file states per day or batch can be compared, of all kinds together"}}
	} else if t.lost {
		f = &fault{err: &field.Error{Rule: "names-unknown", Msg: "the column names above this row have no time, or neither an amount nor a response code",
			Hint: "export that table with them, or describe it in a format file (--formats)"}}
	} else if f = t.record(r); f == nil && !t.carried(r) && !t.bareOf(r) && !t.totalKind(r) {
		t.emit(r)
		return
	}
	if f != nil && t.cutOtherwise(r) {
		f = &fault{0, "", &field.Error{Rule: "separator-differs", Msg: "the row has another separator than those above it", Hint: "save the file with one separator, or put these rows into a file of their own"}}
	} else if f != nil && t.skipped(r) {
		return
	}
	if f == nil || t.carried(r) {
		t.readFooter(r)
		t.f.sink.Skip(entry.Footer, r.Lines)
		return
	}
	name := ""
	if f.err.Field != field.None {
		name = f.err.Field.String()
	}
	text := f.text
	if text == "" {
		text = t.text(r)
	}
	t.totals = nil
	t.f.sink.Reject(entry.NewReject(t.pos(r, f.col), name, f.err.Rule, text, f.err.Msg, f.err.Hint), r.Lines)
}

// paysOut reads a row that adds up transactions into t.rec where it is what a settlement
// file states of a day, a shop or a batch: like a pay-out it stands for its transactions. A sum
// of one kind alone has none to be compared with.
func (t *table) paysOut(r *sheet.Row) bool {
	if t.side != txn.Settlement || t.record(r) != nil || !t.rec.Amount.Valid() || t.rec.Kind != txn.KindUnknown && t.rec.Kind != txn.Payout {
		return false
	}
	t.rec.Kind = txn.Payout
	return true
}

// text is the row as its reader sees it.
func (t *table) text(r *sheet.Row) string {
	if r.Raw != "" {
		return r.Raw
	}
	var parts []string
	for i := range r.Cells {
		parts = append(parts, sheet.Clean(t.f.book.Value(&r.Cells[i])))
	}
	return strings.Join(parts, " | ")
}

// emit hands the record on.
func (t *table) emit(r *sheet.Row) {
	t.cells = len(r.Cells)
	t.count(t.paidBack(r), t.direction(r))
	if t.f.seen != nil && t.telling() {
		h := recordHash(&t.rec, t.ctx.Signed())
		if t.f.seen[h] > 0 {
			t.f.seen[h]--
			t.dups++
			t.f.sink.Skip(entry.Duplicate, r.Lines)
			return
		}
		// Only the sheets behind this one may repeat it: rows of one sheet that look
		// alike are rows of their own.
		t.hashes = append(t.hashes, h)
	}
	t.f.sink.Record(&t.rec, 1)
	if r.Lines > 1 {
		t.f.sink.Skip(entry.Continuation, r.Lines-1)
	}
}

// count takes the record in, of which a part was paid back, and the word for its direction.
func (t *table) count(back txn.Minor, direction string) {
	t.totals = nil
	t.rows++
	if t.rec.Flags.Has(txn.IDPrecision) || t.ctx.LostID() {
		t.spoilt++
	}
	if b := t.ctx.PaidBack(); b.Valid() {
		back = b
	}
	t.sums.add(&t.rec, t.ctx.Signed(), back, direction, t.unsettled(&t.rec))
}

// telling reports whether a second row with the same content would be the same
// transaction: it has a number of its own or a time to the second.
func (t *table) telling() bool {
	r := &t.rec
	return r.Prec >= txn.PrecSecond || r.RRN != "" || r.STAN != "" || r.OrderNo != "" || r.ChannelNo != "" || r.RefundNo != ""
}

// record reads the row into t.rec.
func (t *table) record(r *sheet.Row) *fault {
	rec, c := &t.rec, &t.ctx
	c.Begin(rec)
	rec.Side = t.side
	rec.Pos = t.pos(r, 0)
	for _, g := range t.given {
		c.Set(rec, g.field, g.text) // checked when it was taken from the titles
	}
	width := t.m.columns[len(t.m.columns)-1].index + 1
	if f := t.misfit(r, width); f != nil {
		return f
	}
	filled, first := t.fill(r)
	if len(r.Cells) < width && missingTail(t.m, len(r.Cells)) {
		if r.Unended && len(r.Cells) < t.cells && first == nil {
			first = &fault{len(r.Cells), "", &field.Error{Rule: "row-cut", Msg: "the file ends in the middle of this row: its last value may be cut, and rows behind it are missing",
				Hint: "export or copy the file again; if nothing is missing, end its last line"}}
		}
		rec.Flags |= txn.ShortRow
	}
	if r.Damaged {
		rec.Flags |= txn.TruncatedText
	}
	if first != nil {
		return first
	}
	if rec.Currency == "" && t.shown != "" {
		rec.Currency = t.shown
	}
	if yes(r, t.undone) {
		rec.Status = "VOIDED"
	}
	if yes(r, t.backs) {
		c.Doing(rec, txn.Refund, "refund")
	}
	t.settled(r)
	t.foreignNet(r)
	t.lendDay(r)
	if err := c.Finish(rec); err != nil {
		return t.unfinished(r, asFieldError(err, field.None))
	}
	if f := t.addFees(r); f != nil {
		return f
	}
	return t.complete(filled)
}

// misfit is what keeps a row from having its values below the names, of which the last stands in
// the column width; nil where nothing does. It puts the cells of a print where they belong.
func (t *table) misfit(r *sheet.Row, width int) *fault {
	if t.f.text() && len(r.Cells) > width+t.spare && !blank(r.Cells[width+t.spare:]) {
		if strings.ContainsRune(r.Raw, '\r') {
			return &fault{0, "", &field.Error{Rule: "line-ends", Msg: "the line holds a carriage return without a line feed, and more values than there are column names: several rows stand in it",
				Hint: "save the file with one kind of line ends"}}
		}
		return &fault{width + 1, "", &field.Error{Rule: "too-many-cells", Msg: "the row has more values than there are column names",
			Hint: "a value that holds the separator must be quoted, and a column without a name be given one"}}
	}
	if t.f.text() && strings.IndexByte(r.Raw, 0) >= 0 {
		for _, k := range t.m.used {
			col := &t.m.columns[k]
			if cell := cellAt(r, col.index); cell != nil && col.field != field.Text && strings.IndexByte(sheet.Clean(cell.Text), 0) >= 0 {
				return &fault{col.index + 1, sheet.Clean(cell.Text), &field.Error{Field: col.field, Rule: "zero-bytes", Msg: "the value has zero bytes inside", Hint: "a crash cut it, and more follows on it: separate or correct them"}}
			}
		}
	}
	if t.f.book.Aligned && len(r.Cells) != width && !t.align(r) {
		return &fault{0, "", &field.Error{Rule: "column-count", Msg: fmt.Sprintf("the row has %d values below %d column names, and blanks alone keep them apart", len(r.Cells), width),
			Hint: "describe the byte positions in a format file (kind: fixed), or export it as .csv or .xlsx"}}
	}
	return nil
}

// fill sets the fields of t.rec from the cells, and counts those that have something. The fault is
// that of the first cell that cannot be read.
func (t *table) fill(r *sheet.Row) (filled int, first *fault) {
	rec := &t.rec
	for _, k := range t.m.used {
		if k != t.shared && t.quick(rec, r, &t.m.columns[k]) {
			filled++
			continue
		}
		col, cell := t.valued(k, r)
		if cell == nil || placeholder(cell.Text) && !(t.plus && col.field == field.Direction) {
			continue
		}
		filled++
		if cell.Spread && col.field.Money() {
			continue // the amount of a merged area belongs to its first row
		}
		if t.remembered(rec, col.field, cell) {
			continue
		}
		if t.clock(col.field) && cell.Kind == sheet.Text && t.m.has(field.Date) && lostHour.MatchString(sheet.Clean(cell.Text)) {
			t.hours++
			continue
		}
		cell = t.mended(col.field, cell)
		fresh := col.field != field.Kind || rec.Kind == txn.KindUnknown
		if err := setCell(&t.ctx, rec, col.field, cell, t.f.book.Date1904, t.m.has(field.Date)); err == nil {
			if fresh {
				t.remember(rec, col.field, cell)
			}
		} else if first == nil {
			first = &fault{col.index + 1, sheet.Clean(cell.Text), asFieldError(err, col.field)}
		}
	}
	return filled, first
}

// valued is the cell of the first of the columns that share a field, from k on, that says something
// of it in the row, else of the last of them.
func (t *table) valued(k int, r *sheet.Row) (*column, *sheet.Cell) {
	col := &t.m.columns[k]
	cell := col.cell(r)
	for col.alt >= 0 && (cell == nil || placeholder(cell.Text) || numberless(col.field, cell.Text) || undated(col.field, cell.Text) ||
		k == t.shared && t.sign(cell, field.Amount) == 0 || col.field == field.Kind && t.strange(cell.Text)) {
		col = &t.m.columns[col.alt]
		cell = col.cell(r)
	}
	return col, cell
}

// mended is a cell with what a spreadsheet took from it.
func (t *table) mended(f field.Field, cell *sheet.Cell) *sheet.Cell {
	if t.clock(f) {
		cell = t.padded(cell)
	}
	if f == field.Date && cell.Kind == sheet.Moment && !t.m.has(field.Time) && !t.m.has(field.Clock) {
		if s, ok := sheet.SerialText(cell.Text, true, t.f.book.Date1904); ok { // no other column says the time of day
			return &sheet.Cell{Text: s}
		}
	}
	s := cell.Text
	switch {
	case t.short && f.Identifier() && cell.Kind == sheet.Text && len(s) < 12 && digitsIn(s) == len(s):
		return &sheet.Cell{Kind: sheet.Number, Text: s}
	case f != field.Code:
		return cell
	}
	if s = sheet.Clean(s); t.bare && len(s) == 1 {
		cell, s = &sheet.Cell{Text: "0" + s}, "0"+s
	}
	if t.yesNo {
		cell = &sheet.Cell{Text: field.YesNoWord(s)}
	}
	return cell
}

// unfinished is the fault of a row whose values do not go together, at the cell of the amount that is
// why.
func (t *table) unfinished(r *sheet.Row, e *field.Error) *fault {
	if e.Field.Money() {
		if k := t.m.first[e.Field]; k >= 0 {
			if cell := cellAt(r, t.m.columns[k].index); cell != nil {
				return &fault{t.m.columns[k].index + 1, sheet.Clean(cell.Text), e}
			}
		}
	}
	return &fault{0, "", e}
}

// complete makes the record whole of what its row said in so many columns.
func (t *table) complete(filled int) *fault {
	rec, c := &t.rec, &t.ctx
	if rec.Flags.Has(txn.NegativeByType) && rec.Fee > 0 && rec.Net > 0 && rec.Net < rec.Amount { // the fee came back too
		rec.Fee, rec.Net = -rec.Fee, -rec.Net
	}
	if t.turned && rec.Fee.Valid() {
		rec.Fee = -rec.Fee
	}
	if t.closed && isClosed(rec.Status) {
		rec.Status = ""
	}
	if t.errors && rec.Code == "" && rec.AuthCode != "" {
		rec.Status = "SUCCESS"
	}
	if t.reasons {
		switch {
		case t.m.has(field.Status):
		case rec.Text == "":
			rec.Status = "SUCCESS"
		default:
			rec.Status = "FAIL"
		}
		if code, text, ok := field.CodeIn(rec.Text); ok {
			rec.Code, rec.Text = code, text
		}
	}
	t.keepDay()
	switch {
	case !rec.At.Valid() && (rec.SettleOn == 0 || t.m.timed() && !t.m.has(field.SettleOn)):
		return &fault{0, "", &field.Error{Field: field.Time, Rule: "time-missing", Msg: "the row has no time", Hint: "fill the time column, or map the column that holds the time"}}
	case !rec.At.Valid():
		rec.At, rec.Prec = txn.At(rec.SettleOn.Time(location(t.ctx.Loc))), txn.PrecDay
		rec.Flags |= txn.ZoneAssumed
	}
	if !rec.Amount.Valid() && rec.Net.Valid() && !t.m.has(field.Amount) {
		if rec.Amount = max(rec.Net, -rec.Net); rec.Net < 0 && rec.Kind == txn.Sale && !c.Directed {
			rec.Kind, rec.Doing = txn.Refund, "-"
		}
	}
	if rec.Net.Valid() && rec.Net < 0 && rec.Kind == txn.KindUnknown && wentOut(rec) {
		if rec.Kind = c.NegativeKind; rec.Kind == txn.KindUnknown {
			rec.Kind = txn.Refund
		}
	}
	if rec.Kind == txn.KindUnknown {
		if rec.Kind = t.all; t.m.items && rec.OrderNo == "" && rec.SettleOn != 0 {
			rec.Kind = txn.Payout // of all items
		}
	}
	if t.told && rec.Kind != txn.Refund && (rec.Kind == txn.KindUnknown || t.m.account()) {
		rec.Doing = ""
	}
	cut := rec.Flags.Has(txn.ShortRow) && rec.Kind == txn.KindUnknown && rec.Status == "" // in the middle of the row
	if !rec.Amount.Valid() && rec.Code == "" && (!t.m.has(field.Code) || filled < 3 || cut) {
		return &fault{0, "", &field.Error{Field: field.Amount, Rule: "value-missing", Msg: "the row has neither an amount nor a response code", Hint: "fill the amount column, or remove the row"}}
	}
	return nil
}

// pricedAndDated reports a row with an amount that has decimals and with a date.
func pricedAndDated(r *sheet.Row) bool {
	priced, dated := false, false
	for i := range r.Cells {
		s := r.Cells[i].Text
		priced = priced || pointDecimal.MatchString(s) && digitsIn(s) < 12
		dated = dated || dateIn(s).Valid()
	}
	return priced && dated
}

// strange reports whether a word says nothing of what a row does, so that another column
// of kinds is asked: 1003 beside 消费撤销.
func (t *table) strange(word string) bool {
	if _, ok := t.ctx.Kinds[field.Compact(word)]; ok {
		return false
	}
	return field.ParseKind(word) == txn.KindUnknown
}

// lostHour is what a spreadsheet makes of 22:48:59.000 when it saves it as text.
var lostHour = lazy.MustCompile(`^[0-5]?\d:[0-5]\d\.\d$`)

// wentOut reports whether a net amount below zero is what was paid back: more than a fee, and, where
// the fee is stated, no other sum than the amount. Something may be held back from a sale, and one
// may be worth less than its fee.
func wentOut(r *txn.Record) bool {
	if amount := r.Amount.Or(0); r.Fee.Valid() && amount > 0 {
		off, fee := amount+r.Net, max(r.Fee, -r.Fee)
		return r.Net != amount-fee && max(off, -off) <= max(fee, amount/10)
	}
	return -2*r.Net >= r.Amount.Or(0)
}

// addFees adds the parts of the fee that have columns of their own.
func (t *table) addFees(r *sheet.Row) *fault {
	for _, k := range t.m.parts {
		col := &t.m.columns[k]
		cell := cellAt(r, col.index)
		if cell == nil || placeholder(cell.Text) {
			continue
		}
		v, rule := field.ParseIn(cell.Text, t.ctx.Units[field.Fee], t.ctx.Decimal, txn.Exponent(t.rec.Currency), false)
		if rule != "" {
			return &fault{col.index + 1, sheet.Clean(cell.Text), &field.Error{Field: field.Fee, Rule: rule, Msg: "this is not an amount", Hint: "write it as 1234.56"}}
		}
		if !v.Minor.Valid() {
			continue
		}
		if v.Negative {
			v.Minor = -v.Minor
		}
		t.rec.Fee = t.rec.Fee.Or(0) + v.Minor
	}
	return nil
}

// foreignNet leaves fee and net amount out where they are of a currency with other
// decimals than that of the amount, as in payouts of euros for sales in yen: they would be
// taken for a hundred times as much or as little.
func (t *table) foreignNet(r *sheet.Row) {
	if t.netCurrency == 0 || !t.rec.Fee.Valid() && !t.rec.Net.Valid() {
		return
	}
	cell := cellAt(r, t.netCurrency-1)
	if cell == nil || placeholder(cell.Text) {
		return
	}
	net := txn.New()
	if t.ctx.Set(net, field.Currency, cell.Text) == nil && txn.Exponent(net.Currency) != txn.Exponent(t.rec.Currency) {
		t.rec.Fee, t.rec.Net = txn.NoAmount, txn.NoAmount
		t.foreign++
	}
}

func blank(cells []sheet.Cell) bool {
	for i := range cells {
		if sheet.Clean(cells[i].Text) != "" {
			return false
		}
	}
	return true
}

func missingTail(m *mapping, n int) bool {
	return slices.ContainsFunc(m.columns, func(c column) bool { return c.index >= n })
}

func asFieldError(err error, f field.Field) *field.Error {
	var e *field.Error
	if errors.As(err, &e) {
		return e
	}
	return &field.Error{Field: f, Rule: "value", Msg: err.Error()}
}
