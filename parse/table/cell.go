package table

import (
	"strconv"
	"strings"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/sheet"
	"github.com/poslog/poslog/txn"
)

// setCell stores a cell as what its column is. dated says that the table has a
// column for the date alone.
func setCell(c *field.Context, r *txn.Record, f field.Field, cell *sheet.Cell, date1904, dated bool) error {
	switch cell.Kind {
	case sheet.Fault:
		return &field.Error{Field: f, Rule: "cell-error", Msg: "the cell holds a spreadsheet error", Hint: "correct its formula and save the workbook again"}
	case sheet.Number:
		if n := len(cell.Text); (f == field.Clock || f == field.Time && dated) && n <= 6 && !strings.ContainsAny(cell.Text, ".eE-") {
			return c.Set(r, f, "000000"[n:]+cell.Text) // 81532 is 08:15:32 typed as a number
		}
		return c.SetNumber(r, f, cell.Text, date1904)
	case sheet.Date, sheet.Moment:
		if cell.Kind == sheet.Moment && f.Temporal() && !strings.Contains(cell.Text, ".") {
			if s, ok := sheet.SerialText(cell.Text, true, date1904); ok {
				return c.Set(r, f, s) // midnight: a time, not a date only
			}
		}
		return c.SetNumber(r, f, cell.Text, date1904)
	}
	if number, ok := wholeNumber(strings.TrimSpace(cell.Text)); ok {
		switch {
		case f == field.Clock, f == field.Date, f == field.Time && dated:
			return setCell(c, r, f, &sheet.Cell{Kind: sheet.Number, Text: number}, date1904, dated)
		case f.Identifier(), f == field.Code:
			return c.SetNumber(r, f, number, date1904)
		}
	}
	switch {
	case f == field.Code && spoiled(cell.Text):
		return &field.Error{Field: f, Rule: "code-spoiled", Msg: "a spreadsheet made a number of this response code",
			Hint: "export the column as text; a code such as 1E2 becomes 1.00E+02 otherwise"}
	case f.Money() && spoiled(cell.Text):
		return &field.Error{Field: f, Rule: "amount-spoiled", Msg: "a spreadsheet rounded this amount to a few digits",
			Hint: "give the column a number format with two decimals and save the file again"}
	case hidden(cell.Text) && (f.Money() || f.Temporal() || f == field.Code):
		e := &field.Error{Field: f, Rule: "amount-hidden", Msg: "the column was too narrow to show its number when the file was saved",
			Hint: "make the column wider and save the file again"}
		if !f.Money() {
			e.Rule, e.Msg = "cell-hidden", "the column was too narrow to show its value when the file was saved"
		}
		return e
	case len(cell.Text) > len("08:15:32") && (f == field.Clock || f == field.Time && dated):
		return c.Set(r, f, dayZero.ReplaceAllString(cell.Text, ""))
	}
	if f.Identifier() && (spoiled(cell.Text) || hidden(cell.Text) && f != field.PAN) { // what is left of it is many transactions' number
		c.LoseID()
		return nil
	}
	return c.Set(r, f, cell.Text)
}

// quick sets the field of a column where the row has an ordinary text there, or a word
// whose meaning is known. It returns false, having done nothing, for all else.
func (t *table) quick(rec *txn.Record, r *sheet.Row, col *column) bool {
	if col.index >= len(r.Cells) {
		return false
	}
	cell := &r.Cells[col.index]
	switch {
	case col.legend != nil, cell.Kind != sheet.Text || cell.Spread || cell.Text == "", t.bare && col.field == field.Code && len(cell.Text) == 1, t.short && col.field.Identifier(), col.alt >= 0 && numberless(col.field, cell.Text):
		return false
	case col.field == field.Kind || col.field == field.SettleOn:
		return t.remembered(rec, col.field, cell)
	}
	return t.ctx.Quick(rec, col.field, cell.Text)
}

// spoiled is a number that a spreadsheet wrote as 4.81477E+15 into a text file, or a data
// frame as 4.814770e+15.
func spoiled(s string) bool {
	if len(s) < 5 || s[0] > ' ' && s[1] != '.' && s[1] != 'E' && s[1] != 'e' {
		return false
	}
	return expText.MatchString(sheet.Clean(s))
}

// wholeNumber is the number that a data frame, with .0 behind it, or Java made of digits.
func wholeNumber(s string) (number string, ok bool) {
	n := len(s) - len(".0")
	if n > 0 && s[n] == '.' && s[n+1] == '0' && digitsIn(s) == n+1 {
		return s[:n], true
	}
	return s, double(s)
}

// double reports whether a text is a whole number as Java writes one of its doubles: 8.98330154110113E14.
// Unlike a spreadsheet it writes every digit.
func double(s string) bool {
	if len(s) < 5 || s[1] != '.' || s[len(s)-2] != 'E' && s[len(s)-3] != 'E' {
		return false
	}
	digits, exp, _ := strings.Cut(s, "E")
	n, err := strconv.Atoi(exp)
	return err == nil && exp[0] != '+' && n >= len(digits)-2 && digitsIn(digits) == len(digits)-1
}

// hidden is what a spreadsheet shows, and saves as text, of a column that is too narrow.
func hidden(s string) bool {
	return len(s) > 2 && strings.IndexByte(s, '#') >= 0 && strings.Trim(sheet.Clean(s), "#") == ""
}

// dayZero is the date before a time of day that a spreadsheet or database shows as a moment:
// the day from which it counts.
var dayZero = lazy.MustCompile(`^\s*(1899[-/.年]12[-/.月]3[01]日?|1900[-/.年]0?1[-/.月]0?[01]日?|0?1/0?0/(19)?00|(12/30|30/12|12/31|31/12)/1899)[ T]+`)

var expText = lazy.MustCompile(`^\d(\.\d+)?[Ee]\+\d{1,2}$`)

// cellAt returns the cell of column i, nil where it is missing or empty.
func cellAt(r *sheet.Row, i int) *sheet.Cell {
	if i >= len(r.Cells) {
		return nil
	}
	c := &r.Cells[i]
	if c.Text == "" {
		return nil
	}
	switch b := c.Text[0]; {
	case b > ' ' && b < 0x7F && b != '`' && b != '\'', b >= 0xE4 && b <= 0xE9: // ASCII, Han
		return c
	}
	if sheet.Clean(c.Text) == "" {
		return nil
	}
	return c
}

// placeholder is what exports write where there is nothing: a slash, dashes or a word.
func placeholder(s string) bool {
	switch s[0] {
	case '-', '/', ' ', '\t', '`', '\'', 'n', 'N', 'u', '(', '[', '<', '#', '\\', 0xE2, 0xE6: // — and 无
	default:
		return false
	}
	s = sheet.Clean(s)
	return s == "/" || strings.Trim(s, "-") == "" || field.Nothing(s)
}

// numberless reports whether an identifier is nothing but zeros, so that another column of
// its field is asked: wallets write 0 where a merchant has no shop below it.
func numberless(f field.Field, s string) bool {
	if n := len(s); n > 16 || s[n-1] > '0' {
		return false
	}
	return f.Identifier() && strings.Trim(sheet.Clean(s), "0") == ""
}

// undated reports whether a time is one that programs write where they have none: 0000-00-00, or the
// day from which they count, in Unix time or on.
func undated(f field.Field, s string) bool {
	if f != field.Time && f != field.Date || s[0] > '1' && s[0] < 0x80 {
		return false
	}
	s = sheet.Clean(s)
	return s == "0" || digitsIn(s) >= 8 && strings.Trim(s, "0-/.: T") == "" ||
		strings.HasPrefix(s, "1970-01-01") || strings.HasPrefix(s, "1970/1/1 ") || strings.HasPrefix(s, "0001-01-01") || strings.HasPrefix(s, "1900-01-01")
}

// memo keeps what the words of the last rows meant: exports have a handful of
// kinds and one business day.
type memo struct {
	kinds  map[string]txn.Kind
	word   string // the last of them
	kind   txn.Kind
	day    string
	settle txn.Date
	failed map[string]bool // what words for the outcome say
}

// remembered sets the field from memory.
func (t *table) remembered(rec *txn.Record, f field.Field, cell *sheet.Cell) bool {
	switch f {
	case field.Kind:
		if rec.Kind != txn.KindUnknown {
			return false
		}
		k, ok := t.memo.kind, t.memo.word == cell.Text && cell.Text != ""
		if !ok {
			k, ok = t.memo.kinds[cell.Text]
		}
		if ok {
			t.ctx.Doing(rec, k, cell.Text)
		}
		return ok
	case field.SettleOn:
		if t.memo.day == cell.Text && cell.Kind == sheet.Text {
			rec.SettleOn = t.memo.settle
			return true
		}
	}
	return false
}

func (t *table) remember(rec *txn.Record, f field.Field, cell *sheet.Cell) {
	switch f {
	case field.Kind:
		if rec.ProcCode != "" { // which it may have told
			return
		}
		if t.memo.kinds == nil {
			t.memo.kinds = map[string]txn.Kind{}
		}
		if len(t.memo.kinds) < 256 {
			t.memo.word, t.memo.kind = strings.Clone(cell.Text), rec.Kind
			t.memo.kinds[t.memo.word] = rec.Kind
		}
	case field.SettleOn:
		if rec.Flags&txn.YearInferred == 0 {
			t.memo.day, t.memo.settle = strings.Clone(cell.Text), rec.SettleOn
		}
	}
}
