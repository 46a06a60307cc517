package sheet

import (
	"strconv"
	"strings"
)

// readStyles returns the kind of numbers that each cell format shows.
func readStyles(doc []byte) []Kind {
	custom := map[int]Kind{}
	var kinds []Kind
	inside := false
	for tag := range elements(doc) {
		switch tag.name {
		case "numFmt":
			id, err := strconv.Atoi(tag.attr("numFmtId"))
			if err == nil && !inside {
				custom[id] = codeKind(unescape(tag.attr("formatCode")))
			}
		case "cellXfs":
			inside = true
		case "cellStyles", "dxfs", "tableStyles":
			inside = false
		case "xf":
			if !inside {
				continue
			}
			id, _ := strconv.Atoi(tag.attr("numFmtId"))
			kinds = append(kinds, formatKind(id, custom))
		}
	}
	return kinds
}

// formatKind knows the built-in formats, East Asian ones included (ECMA-376
// part 1, 18.8.30). A workbook may redefine a number, so its own formats go first.
func formatKind(id int, custom map[int]Kind) Kind {
	if kind, own := custom[id]; own {
		return kind
	}
	switch {
	case id >= 18 && id <= 22, id >= 32 && id <= 35, id >= 45 && id <= 47, id == 55, id == 56:
		return Moment
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 58:
		return Date
	}
	return Number
}

// codeKind reads a format code: it shows a date or a time where one of y m d h
// s stands outside quotes, escapes and brackets. Brackets count where they hold
// an elapsed time such as [h].
func codeKind(code string) Kind {
	code, _, _ = strings.Cut(code, ";")
	kind := Number
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			k := strings.IndexByte(code[i+1:], '"')
			if k < 0 {
				return kind
			}
			i += k + 1
		case '\\', '_', '*':
			i++
		case '[':
			k := strings.IndexByte(code[i:], ']')
			if k < 0 {
				return kind
			}
			switch strings.ToLower(code[i+1 : i+k]) {
			case "h", "hh", "m", "mm", "s", "ss":
				return Moment
			}
			i += k
		case 'G', 'g':
			if strings.HasPrefix(strings.ToLower(code[i:]), "general") {
				i += len("general") - 1
			}
		case 'h', 'H', 's', 'S':
			return Moment
		case 'y', 'Y', 'm', 'M', 'd', 'D':
			kind = Date
		}
	}
	return kind
}
