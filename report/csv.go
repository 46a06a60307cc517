package report

import (
	"bufio"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/poslog/poslog/txn"
)

// writeCSV writes every table and every strip of facts into one file. Each
// begins with a row "#", section, title; its header row follows; an empty line
// ends it. The file is UTF-8 with a byte order mark and CRLF, so that Excel opens Chinese
// as it is. Amounts are major units with two decimals, shares decimals between
// 0 and 1, times RFC 3339.
func writeCSV(w io.Writer, p *Report) error {
	b := bufio.NewWriter(w)
	b.WriteString("\ufeff")
	c := csv.NewWriter(b)
	c.UseCRLF = true
	row := func(cells ...string) { c.Write(cells) }
	row("#", "report", Inert(p.Title))
	row("#", "verdict", Inert(p.Say()))
	if p.Stamp != "" {
		row("#", "stamp", p.Stamp)
	}
	for i := range p.Sections {
		s := &p.Sections[i]
		if len(s.Facts) == 0 && s.Table == nil && len(s.Notes) == 0 {
			continue
		}
		c.Flush()
		b.WriteString("\r\n")
		row("#", Inert(s.ID), Inert(s.Title))
		for _, n := range s.Notes {
			row("#", "note", Inert(n))
		}
		for _, f := range s.Facts {
			row(f.ID, Inert(f.Label), plain(f.Cell), Inert(f.Note))
		}
		if s.Table == nil {
			continue
		}
		head := make([]string, len(s.Table.Columns))
		for j, col := range s.Table.Columns {
			head[j] = Inert(col.Title)
		}
		row(head...)
		for k := range s.Table.Len() {
			cells := s.Table.Row(k)
			out := make([]string, len(cells))
			for j, x := range cells {
				out[j] = plain(x)
			}
			row(out...)
		}
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return err
	}
	return b.Flush()
}

// plain is the value of a cell as a program reads it.
func plain(c Cell) string {
	if !c.Valid {
		if c.Text == none {
			return ""
		}
		return Inert(c.Text)
	}
	switch c.Kind {
	case Count, Seconds:
		return strconv.FormatInt(c.Int, 10)
	case Money:
		return txn.Minor(c.Int).In(c.Currency)
	case Rate, Number:
		return strconv.FormatFloat(c.Float, 'f', -1, 64)
	case Time:
		return c.Time.Format(time.RFC3339)
	}
	return Inert(c.Text)
}

// Inert keeps a text from being taken for a formula by a spreadsheet: one that
// begins like a formula, blanks aside, gets an apostrophe in front.
func Inert(s string) string {
	if r, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " \u00a0\u3000")); strings.ContainsRune("=+-@\t\r＝＋－＠", r) {
		return "'" + s
	}
	return s
}
