package parse

import (
	"bytes"
	"io"
	"strings"
)

// quotedRows reports whether each row of the head is quoted as a whole, "a,b,""c""", as Excel
// saves what it did not split into cells. The column names may stand as they are.
func quotedRows(head []byte) bool {
	rows, others := 0, 0
	for l := range bytes.Lines(head) {
		if _, ok := unquoteRow(string(l)); ok {
			rows++
		} else if bytes.ContainsAny(l, ",;\t|") && bytes.HasSuffix(l, []byte("\n")) { // the head may end within the last
			if others++; others > 1 {
				return false
			}
		}
	}
	return rows > 0 && understood(newUnquotedRows(bytes.NewReader(head)))
}

// unquoteRow takes the quotes off a line that is one quoted cell with separators in it, and
// empty ones behind it.
func unquoteRow(l string) (string, bool) {
	l = strings.TrimRight(strings.TrimPrefix(l, "\ufeff"), "\r\n")
	cell := strings.TrimRight(l, ",;\t")
	if len(cell) < 3 || cell[0] != '"' || cell[len(cell)-1] != '"' || !strings.ContainsAny(cell, ",;\t|") {
		return l, false
	}
	cell = cell[1 : len(cell)-1]
	if strings.Contains(strings.ReplaceAll(cell, `""`, ""), `"`) {
		return l, false
	}
	return strings.ReplaceAll(cell, `""`, `"`), true
}

// newUnquotedRows reads the rows without these quotes.
func newUnquotedRows(r io.Reader) io.Reader {
	return newLines(r, func(l string) string {
		row, _ := unquoteRow(l)
		return row
	})
}
