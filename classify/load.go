package classify

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/internal/gbk"
)

// Columns of a code table, in the order in which poslog writes them. The last
// two may be missing.
var Columns = []string{"code", "outcome", "class", "open", "zh", "en", "action", "source", "who", "action_en"}

const required = 8

var parties = []string{"terminal", "merchant", "acquirer", "switch", "issuer", "card"}

// Load reads a code table. The file's base name without ".csv" becomes the
// table's name; a first line "# 中文 | English" its title.
//
// It refuses, with file, line and remedy: unknown columns and words, duplicates,
// rows without a source, and the traces that a spreadsheet leaves when it takes
// codes for numbers. All faults are reported together.
func Load(name string, r io.Reader) (*Table, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	data = gbk.UTF8(data) // Excel's plain "CSV" is GBK on Chinese Windows
	if i := bytes.IndexRune(data, utf8.RuneError); i >= 0 {
		return nil, fmt.Errorf("%s:%d: the file is neither UTF-8 nor GBK: save it as \"CSV UTF-8 (Comma delimited)\"", name, 1+bytes.Count(data[:i], []byte("\n")))
	}
	base := filepath.Base(name)
	if ext := filepath.Ext(base); strings.EqualFold(ext, ".csv") {
		base = strings.TrimSuffix(base, ext)
	}
	t := &Table{Name: base, Title: Text{base, base}, index: map[string]int{}}
	l := loader{file: name, table: t}
	c := csv.NewReader(bytes.NewReader(data))
	c.FieldsPerRecord = -1
	for {
		rec, err := c.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			var pe *csv.ParseError
			if errors.As(err, &pe) {
				l.fault(pe.Line, "%v: put a text that holds a comma or quotation mark into double quotes, and double each quotation mark inside", pe.Err)
				break
			}
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		line, _ := c.FieldPos(0)
		l.record(line, rec)
	}
	if l.columns == nil && l.faults == nil {
		l.fault(1, "there is no header line: the first line must be %s", strings.Join(Columns[:required], ","))
	}
	l.damage()
	if l.faults != nil {
		return nil, errors.Join(l.faults...)
	}
	return t, nil
}

// LoadDir loads every *.csv of a folder in alphabetical order.
func LoadDir(dir string) ([]*Table, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []*Table
	var faults []error
	for _, e := range entries {
		if e.IsDir() || !strings.EqualFold(filepath.Ext(e.Name()), ".csv") {
			continue
		}
		f, err := os.Open(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		t, err := Load(f.Name(), f)
		f.Close()
		if err != nil {
			faults = append(faults, err)
			continue
		}
		out = append(out, t)
	}
	if faults == nil && out == nil {
		faults = append(faults, fmt.Errorf("%s: there is no *.csv code table in this folder", dir))
	}
	return out, errors.Join(faults...)
}

// Write writes the table as Load reads it, with a byte order mark so that Excel
// shows Chinese. Codes are written as ="00", which Excel leaves alone.
func (t *Table) Write(w io.Writer) error {
	if _, err := fmt.Fprintf(w, "\ufeff# %s | %s\n", t.Title.Zh, t.Title.En); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.Write(Columns)
	for _, r := range t.Rows {
		open := "0"
		if r.Open {
			open = "1"
		}
		c.Write([]string{`="` + r.Code + `"`, r.Outcome.String(), r.Class.String(), open, r.Text.Zh, r.Text.En, r.Action.Zh, r.Source, r.Who, r.Action.En})
	}
	c.Flush()
	return c.Error()
}

type loader struct {
	file    string
	table   *Table
	columns []int // column i of the file is Columns[columns[i]]
	faults  []error
}

const maxFaults = 20

func (l *loader) fault(line int, format string, args ...any) {
	if len(l.faults) < maxFaults {
		l.faults = append(l.faults, fmt.Errorf("%s:%d: %s", l.file, line, fmt.Sprintf(format, args...)))
	} else if len(l.faults) == maxFaults {
		l.faults = append(l.faults, fmt.Errorf("%s: more faults follow; mend these first", l.file))
	}
}

func (l *loader) record(line int, rec []string) {
	for len(rec) > 0 && strings.TrimSpace(rec[len(rec)-1]) == "" {
		rec = rec[:len(rec)-1] // Excel pads short lines with commas
	}
	switch {
	case len(rec) == 0:
	case strings.HasPrefix(rec[0], "#"):
		if l.columns == nil {
			zh, en, ok := strings.Cut(strings.TrimLeft(strings.Join(rec, ","), "# "), "|")
			if !ok {
				en = zh
			}
			l.table.Title = Text{strings.TrimSpace(zh), strings.TrimSpace(en)}
		}
	case l.columns == nil:
		l.header(line, rec)
	default:
		l.row(line, rec)
	}
}

func (l *loader) header(line int, rec []string) {
	l.columns = []int{}
	if len(rec) == 1 && strings.ContainsAny(rec[0], ";\t") {
		l.fault(line, "the columns are separated by something else than commas (Excel does this in some regions): save as \"CSV UTF-8 (Comma delimited)\"")
		return
	}
	seen := map[int]bool{}
	for _, h := range rec {
		h = strings.ToLower(strings.TrimSpace(h))
		i := slices.Index(Columns, h)
		if i < 0 || seen[i] {
			l.fault(line, "column %q is unknown or stands twice: use %s", h, strings.Join(Columns, ","))
		}
		seen[i] = true
		l.columns = append(l.columns, i)
	}
	for i, c := range Columns[:required] {
		if !seen[i] {
			l.fault(line, "column %q is missing: the header must hold %s", c, strings.Join(Columns[:required], ","))
		}
	}
}

func (l *loader) row(line int, rec []string) {
	var f [10]string
	for i, v := range rec {
		if i >= len(l.columns) {
			l.fault(line, "there are %d columns, the header has %d: put a text that holds a comma into double quotes", len(rec), len(l.columns))
			return
		}
		if c := l.columns[i]; c >= 0 {
			f[c] = strings.TrimSpace(v)
		}
	}
	r := Row{Code: normal(plainCode(f[0])), Text: Text{f[4], f[5]}, Action: Text{f[6], f[9]}, Source: f[7], Who: f[8], Line: line}
	var err error
	if r.Code == "" {
		l.fault(line, "there is no code; delete the line, or fill in the first column")
		return
	}
	if r.Outcome, err = ParseOutcome(f[1]); err != nil {
		l.fault(line, "code %s: %v", r.Code, err)
	}
	if r.Class, err = ParseClass(f[2]); err != nil {
		l.fault(line, "code %s: %v", r.Code, err)
	}
	switch strings.ToLower(f[3]) {
	case "", "0", "no", "false", "否":
	case "1", "yes", "true", "是":
		r.Open = true
	default:
		l.fault(line, "code %s: column open holds %q: use 1 where evidence must decide, else 0", r.Code, f[3])
	}
	if r.Text.Zh == "" && r.Text.En == "" {
		l.fault(line, "code %s has no wording: fill in zh, en or both", r.Code)
	}
	fillText(&r)
	if r.Source == "" {
		l.fault(line, "code %s has no source: say where its meaning was read (a document, a page, a person and a date)", r.Code)
	}
	for _, w := range strings.Fields(r.Who) {
		if !slices.Contains(parties, w) {
			l.fault(line, "code %s: unknown party %q in column who: use %s, separated by blanks", r.Code, w, strings.Join(parties, ", "))
		}
	}
	if r.Outcome.IsApproval() != (r.Class == ClassApproved) {
		l.fault(line, "code %s: outcome %s does not go with class %s: approvals, and only they, have class %s", r.Code, r.Outcome, r.Class, ClassApproved)
	}
	if i, twice := l.table.index[r.Code]; twice {
		l.fault(line, "code %s stands already in line %d: keep one of the two", r.Code, l.table.Rows[i].Line)
		return
	}
	if lo, hi, ok := span(r.Code); ok {
		for _, i := range l.table.spans {
			if lo2, hi2, _ := span(l.table.Rows[i].Code); len(lo) == len(lo2) && lo <= hi2 && lo2 <= hi {
				l.fault(line, "range %s overlaps %s of line %d", r.Code, l.table.Rows[i].Code, l.table.Rows[i].Line)
			}
		}
		l.table.spans = append(l.table.spans, len(l.table.Rows))
	}
	l.table.index[r.Code] = len(l.table.Rows)
	l.table.Rows = append(l.table.Rows, r)
}

// plainCode takes off the two guards by which people keep Excel from reading a
// code as a number: '00 and ="00".
func plainCode(s string) string {
	s = strings.TrimPrefix(s, "'")
	if strings.HasPrefix(s, `="`) && strings.HasSuffix(s, `"`) && len(s) >= 3 {
		s = s[2 : len(s)-1]
	}
	return s
}

func span(code string) (lo, hi string, ok bool) {
	lo, hi, ok = strings.Cut(code, "-")
	return lo, hi, ok && lo != "" && len(lo) == len(hi) && digits.Only(lo) && digits.Only(hi) && lo <= hi
}

// damage finds codes that a spreadsheet has turned into numbers or dates: where
// most codes of a table have two characters, "0" was "00" and "1.00E+02" was 1E2.
func (l *loader) damage() {
	count := map[int]int{}
	for _, r := range l.table.Rows {
		if len(r.Code) >= 2 && len(r.Code) <= 4 {
			count[len(r.Code)]++
		}
	}
	width, best := 0, 0
	for w := 2; w <= 4; w++ {
		if count[w] > best {
			width, best = w, count[w]
		}
	}
	const repair = `; to repair: set the column to Text before opening the file in Excel (Data > From Text/CSV), or write ="%s" in the cell`
	for _, r := range l.table.Rows {
		_, _, isSpan := span(r.Code)
		switch {
		case isSpan:
		case digits.Only(r.Code) && len(r.Code) < max(width, 2):
			was := strings.Repeat("0", max(width, 2)-len(r.Code)) + r.Code
			l.fault(r.Line, "code %q is too short, the leading zero is gone: a spreadsheet took it for a number, it was probably %q"+repair, r.Code, was, was)
		case scientific(r.Code):
			was := unscientific(r.Code)
			l.fault(r.Line, "code %q is a number in scientific notation: a spreadsheet took a code such as %q for one"+repair, r.Code, was, was)
		case dateLike(r.Code):
			l.fault(r.Line, "code %q looks like a date: a spreadsheet took a code for one; type the code again"+repair, r.Code, "00")
		}
	}
}

// scientific reports "1.00E+02" and its like, never a plain code such as 1E2.
func scientific(s string) bool {
	m, e, ok := strings.Cut(s, "E+")
	return ok && digits.Only(strings.ReplaceAll(m, ".", "")) && digits.Only(e)
}

func unscientific(s string) string {
	m, e, _ := strings.Cut(s, "E+")
	m, _, _ = strings.Cut(m, ".")
	return m + "E" + strings.TrimLeft(e, "0")
}

func dateLike(s string) bool {
	if strings.Contains(s, "月") && strings.Contains(s, "日") {
		return true
	}
	a, b, ok := strings.Cut(s, "-")
	if !ok {
		return false
	}
	const months = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"
	return digits.Only(a) && len(b) == 3 && strings.Contains(months, b) || digits.Only(b) && len(a) == 3 && strings.Contains(months, a)
}
