package xlsx

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxText is the longest text of a cell, in units of UTF-16.
const maxText = 32767

// appendText writes a text as XML. Characters that XML cannot hold are written as
// _xHHHH_, and a text that looks like that is kept as it is by _x005F_.
func appendText(b []byte, s string) []byte {
	units := 0
	for i := 0; i < len(s); {
		r, n := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(s[i:])
		}
		if units++; r > 0xFFFF {
			units++
		}
		if units > maxText {
			break
		}
		switch {
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '"':
			b = append(b, "&quot;"...)
		case r < ' ' && r != '\t' && r != '\n':
			b = fmt.Appendf(b, "_x%04X_", r)
		case r == '_' && looksEscaped(s[i:]):
			b = append(b, "_x005F_"...)
		case r == utf8.RuneError || r == 0xFFFE || r == 0xFFFF:
			b = append(b, "\uFFFD"...)
		default:
			b = append(b, s[i:i+n]...)
		}
		i += n
	}
	return b
}

func looksEscaped(s string) bool {
	return len(s) >= 7 && s[1] == 'x' && s[6] == '_' && strings.Trim(s[2:6], "0123456789abcdefABCDEF") == ""
}

// escaped is a text in an attribute or a property.
func escaped(s string) string {
	return strings.ReplaceAll(string(appendText(nil, s)), "\n", "&#10;")
}

// spaced reports whether blanks of a text are lost unless it says that they matter.
func spaced(s string) bool {
	return s != "" && (s[0] <= ' ' || s[len(s)-1] <= ' ' || strings.ContainsAny(s, "\n\t"))
}

// Column is the letters of a column, from 1.
func Column(n int) string {
	var b [4]byte
	i := len(b)
	for ; n > 0 && i > 0; n = (n - 1) / 26 {
		i--
		b[i] = 'A' + byte((n-1)%26)
	}
	return string(b[i:])
}

// At is the name of a cell, column and row from 1.
func At(col, row int) string { return fmt.Sprintf("%s%d", Column(col), row) }

// Area is the name of an area.
func Area(col, row, lastCol, lastRow int) string { return At(col, row) + ":" + At(lastCol, lastRow) }

// Ref is the absolute name of an area of a sheet, as charts and links have it.
func Ref(sheet string, col, row, lastCol, lastRow int) string {
	area := At(col, row)
	if col != lastCol || row != lastRow {
		area = Area(col, row, lastCol, lastRow)
	}
	return "'" + strings.ReplaceAll(sheet, "'", "''") + "'!" + absolute(area)
}

// absolute puts a $ before the column and the row of each cell of an area.
func absolute(area string) string {
	var b strings.Builder
	letter := false
	for i := range len(area) {
		c := area[i]
		if is := c >= 'A' && c <= 'Z'; c != ':' && is != letter || i == 0 || area[i-1] == ':' {
			b.WriteByte('$')
			letter = is
		}
		b.WriteByte(c)
	}
	return b.String()
}
