package txn

import (
	"hash/maphash"
	"strings"
)

// PAN is what may be kept of a card number: the first six and last four digits
// to show, and a token that is equal for equal cards within one run.
type PAN struct {
	Masked string // "622848******1234"; "" where the row has no card
	Token  uint64 // 0 where there is no card; never printed, never used to order rows
}

var tokenKey = maphash.MakeSeed()

// Mask keeps the first six and last four digits of a card number and replaces
// the rest by asterisks. A number that is already masked keeps those of them
// that it shows; one of fewer than 11 characters keeps its last four only. The
// token is keyed anew in every process, so that it cannot be turned back.
func Mask(pan string) PAN {
	pan = strings.TrimSpace(pan)
	if pan == "" {
		return PAN{}
	}
	t := maphash.String(tokenKey, pan)
	if t == 0 {
		t = 1
	}
	return PAN{Masked: maskDigits(pan), Token: t}
}

// BIN returns the first six digits where they are shown, else "".
func (p PAN) BIN() string {
	if len(p.Masked) < 6 {
		return ""
	}
	for i := range 6 {
		if !isDigit(p.Masked[i]) {
			return ""
		}
	}
	return p.Masked[:6]
}

func maskDigits(s string) string {
	first, last := 6, 4
	if len(s) < 11 {
		first = 0
	}
	hidden := len(s) >= 4 // already masked as we would: the usual case in logs
	for i := first; i < len(s)-last && hidden; i++ {
		hidden = s[i] == '*'
	}
	if hidden {
		return s
	}
	b := []byte(s)
	for i := range b {
		if i >= first && i < len(b)-last || !isDigit(b[i]) {
			b[i] = '*'
		}
	}
	if len(b) < 4 {
		return strings.Repeat("*", len(b))
	}
	return string(b)
}

// ScrubTo is the beginning of a free text, of at most so many bytes. It is scrubbed ahead of the cut, which may
// fall into a card number.
func ScrubTo(s string, most int) string {
	if s = Scrub(s[:min(len(s), 2*most)]); len(s) > most {
		s = strings.ToValidUTF8(s[:most], "")
	}
	return s
}

// Scrub masks everything in a free text that may be a card number or track
// data: every run of 16 or more digits, every run of 13 to 15 that passes the
// Luhn check or follows a card-like label (a MID has 15 digits), separators
// inside a run allowed, and every track 2 shape (digits, '=' or 'D', digits).
// It returns s itself where nothing was found.
func Scrub(s string) string {
	if !mayHoldPAN(s) {
		return s
	}
	b := []byte(s)
	changed := false
	for i := 0; i < len(b); {
		if !isDigit(b[i]) {
			i++
			continue
		}
		digits, end := digitRun(b, i)
		tail := trackTail(b, end)
		n := len(digits)
		switch {
		case n >= 12 && tail-end > 4:
			blank(b, digits)
			for ; end < tail; end++ {
				b[end] = '*'
			}
			changed = true
		case n >= 16 || n >= 13 && (luhn(b, digits) || labelled(b, i)):
			blank(b, digits)
			changed = true
		default:
			card, n := cardAt(b, i)
			blank(b, card[:n])
			changed = changed || n > 0
			end = groupEnd(b, i)
		}
		i = end
	}
	if !changed {
		return s
	}
	return string(b)
}

// MaskCard masks the card numbers in a name or identifier: runs of digits that
// have the length and first digits of a scheme's card numbers and pass the
// Luhn check. Unlike [Scrub] it leaves other long numbers as they are, since
// order numbers and merchant ids are told apart by them. It returns s itself
// where nothing was found.
//
// Source of lengths and first digits: ISO/IEC 7812-1 and the schemes' public
// ranges; 95 and all of 6 with 16 to 19 digits are cards of Chinese banks.
func MaskCard(s string) string {
	var b []byte // a copy, made where a number is a card
	for i := 0; i < len(s); {
		if !isDigit(s[i]) {
			i++
			continue
		}
		if card, n := cardAt(s, i); n > 0 {
			if b == nil {
				b = []byte(s)
			}
			blank(b, card[:n])
			i = card[n-1]
		}
		i = groupEnd(s, i)
	}
	if b == nil {
		return s
	}
	return string(b)
}

// mostCard is the length of the longest card number.
const mostCard = 19

// cardAt finds the longest card number that begins at i with a group of digits and ends with
// one, and where its n digits stand; n is 0 where there is none. The groups are those of
// cards: of four, 4-6-5 and 6-13.
func cardAt[T string | []byte](s T, i int) (at [mostCard]int, n int) {
	if len(s)-i < leastCard || !mayBeginCard(s[i], s[i+1]) {
		return at, 0
	}
	for have := 0; i < len(s); i++ {
		switch {
		case isDigit(s[i]):
			if have == mostCard {
				return at, n
			}
			at[have] = i
			have++
			if have >= leastCard && (i+1 == len(s) || !isDigit(s[i+1])) && cardRange(s, at[:have]) && luhn(s, at[:have]) {
				n = have
			}
		case separates(s, i) && (have%4 == 0 || have == 6 || have == 10):
		default:
			return at, n
		}
	}
	return at, n
}

// groupEnd is the end of the digits in a row from i on.
func groupEnd[T string | []byte](s T, i int) int {
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return i
}

// separates reports whether a blank or hyphen stands at i before a digit.
func separates[T string | []byte](s T, i int) bool {
	return (s[i] == ' ' || s[i] == '-') && i+1 < len(s) && isDigit(s[i+1])
}

// mayBeginCard is the cheap part of [cardRange]: most identifiers fail it.
func mayBeginCard(first, second byte) bool {
	switch first {
	case '4', '6':
		return true
	case '2':
		return second >= '2' && second <= '7'
	case '3':
		return second == '4' || second == '5' || second == '7'
	case '5', '9':
		return second >= '1' && second <= '5'
	}
	return false
}

// cardRange reports whether a number of 13 to 19 digits has the first digits and
// the length of some scheme's cards.
func cardRange[T string | []byte](s T, digits []int) bool {
	n, first := len(digits), 0
	for _, p := range digits[:4] {
		first = 10*first + int(s[p]-'0')
	}
	switch two := first / 100; {
	case two/10 == 6, two == 95:
		return n >= 16
	case two/10 == 4:
		return n == 13 || n == 16 || n == 19
	case two >= 51 && two <= 55, first >= 2221 && first <= 2720, two == 35:
		return n == 16
	case two == 34, two == 37:
		return n == 15
	}
	return false
}

// trackTail returns the end of what follows a card number in track data: a
// separator and digits; end where there is none.
func trackTail(b []byte, end int) int {
	if end+1 >= len(b) || !isTrackSeparator(b[end]) || !isDigit(b[end+1]) {
		return end
	}
	stop := end + 1
	for stop < len(b) && (isDigit(b[stop]) || b[stop] == '?' || b[stop] == 'F') {
		stop++
	}
	return stop
}

// mayHoldPAN is the cheap test that lets ordinary lines through: at least 12
// digits with at most one separator between neighbours.
func mayHoldPAN(s string) bool {
	n := 0
	for i := 0; i < len(s); i++ {
		switch {
		case isDigit(s[i]):
			if n++; n >= 12 {
				return true
			}
		case n > 0 && (s[i] == ' ' || s[i] == '-') && i > 0 && isDigit(s[i-1]):
		default:
			n = 0
		}
	}
	return false
}

// digitRun collects the positions of the digits from i on, and the index after
// the run.
func digitRun(b []byte, i int) (digits []int, end int) {
	n, end := runLength(b, i)
	digits = make([]int, 0, n)
	for ; i < end; i++ {
		if isDigit(b[i]) {
			digits = append(digits, i)
		}
	}
	return digits, end
}

// runLength counts the digits from i on, single blanks and hyphens between groups
// of four skipped, and returns the index after the run.
func runLength(s []byte, i int) (n, end int) {
	for ; i < len(s); i++ {
		switch {
		case isDigit(s[i]):
			n++
		case separates(s, i) && n >= 4 && n%4 == 0:
		default:
			return n, i
		}
	}
	return n, i
}

func blank(b []byte, digits []int) {
	for k, p := range digits {
		if k >= 6 && k < len(digits)-4 {
			b[p] = '*'
		}
	}
}

func luhn[T string | []byte](s T, digits []int) bool {
	sum := 0
	for k := range digits {
		d := int(s[digits[len(digits)-1-k]] - '0')
		if k%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

var panLabels = []string{"PAN", "CARD", "卡号", "账号", "帐号", "主账号", "F2", "DE2", "TRACK", "磁道", "ACCT"}

// labelled reports whether the few bytes before a digit run name a card.
func labelled(b []byte, i int) bool {
	before := strings.ToUpper(string(b[max(0, i-16):i]))
	for _, l := range panLabels {
		if strings.Contains(before, l) {
			return true
		}
	}
	return false
}

func isDigit(c byte) bool          { return c >= '0' && c <= '9' }
func isTrackSeparator(c byte) bool { return c == '=' || c == 'D' || c == 'd' || c == '^' }
