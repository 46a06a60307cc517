package field

import "bytes"

// OrderOf says by the dates of a text whether day or month comes first in 05/03/2026:
// OrderAuto where no number above 12 tells, or where they tell both.
func OrderOf(text []byte) Order {
	if escaped := []byte(`\/`); bytes.Contains(text, escaped) { // JSON of PHP
		text = bytes.ReplaceAll(text, escaped, []byte("/"))
	}
	day, month := false, false
	for at := 0; ; {
		k := bytes.IndexByte(text[at:], '/')
		if k < 0 {
			break
		}
		at += k + 1
		first, second, ok := dayAndMonth(text, at-1)
		day = day || ok && first > 12 && second <= 12
		month = month || ok && second > 12 && first <= 12
	}
	switch {
	case day && !month:
		return LikelyDay
	case month && !day:
		return LikelyMonth
	}
	return OrderAuto
}

// dayAndMonth reads the numbers at both sides of the first slash of 05/03/2026.
func dayAndMonth(text []byte, slash int) (first, second int, ok bool) {
	from := slash
	for from > 0 && slash-from < 3 && digit(text[from-1]) {
		from--
	}
	to := slash + 1
	for to < len(text) && to-slash < 4 && digit(text[to]) {
		to++
	}
	year := to + 1
	for year < len(text) && year-to < 6 && digit(text[year]) {
		year++
	}
	if n := slash - from; n < 1 || n > 2 || from > 0 && text[from-1] == '/' {
		return 0, 0, false
	}
	if n := to - slash - 1; n < 1 || n > 2 || to == len(text) || text[to] != '/' || year-to != 5 || string(text[to+1:to+3]) != "20" {
		return 0, 0, false
	}
	first, second = atoi(string(text[from:slash])), atoi(string(text[slash+1:to]))
	return first, second, first >= 1 && first <= 31 && second >= 1 && second <= 31
}
