package parse

import (
	"bytes"
	"unicode/utf8"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/text"
)

// statement names files of banks, acquirers and schemes whose records poslog does not read, and says
// what to ask for instead.
func statement(head []byte) string {
	first := text.Begin(head)
	what := ""
	if len(head) > 8 && head[0] == 0 && head[1] == 0 && (string(head[4:8]) == "1644" || string(head[4:8]) == "\xF1\xF6\xF4\xF4") { // in EBCDIC
		return ofScheme + " (Mastercard IPM): " + bySale
	}
	switch has := func(s string) bool { return bytes.Contains(head, []byte(s)) }; {
	case (bytes.HasPrefix(first, []byte(":20:")) || bytes.HasPrefix(first, []byte("{1:F01"))) && has(":61:"):
		what = "SWIFT MT940"
	case bytes.HasPrefix(first, []byte("01,")) && has("\n02,") && has("\n16,"):
		what = "BAI2"
	case bytes.HasPrefix(first, []byte("OFXHEADER")) || has("<OFX>") || has("<stmttrn>") && has("<trnamt>"): // as banks of Serbia write its elements
		what = "OFX"
	case bytes.HasPrefix(first, []byte("!Type:Bank")), bytes.HasPrefix(first, []byte("!Type:CCard")):
		what = "QIF"
	}
	for i := 0; what == "" && i < len(recorded); i++ {
		if r := &recorded[i]; r.fits(first) {
			if what = r.name; r.instead != "" {
				return r.instead + " (" + what + "): " + bySale
			}
		}
	}
	if what == "" {
		return ""
	}
	return "a statement of an account (" + what + "): ask the acquirer for the settlement file with the single transactions, or export the statement as CSV or Excel"
}

const (
	bySale = "ask the acquirer for the list of single transactions as CSV or Excel, or describe its records in a format file (kind: line or fixed)"

	ofScheme   = "a clearing file of a card scheme"
	ofAcquirer = "an electronic statement of an acquirer"
	ofTransfer = "a file of bank transfers"
)

// recordedFile is a kind of files of records of fixed length, whose blanks at the end may be lost.
type recordedFile struct {
	name    string
	instead string       // "" is a statement of an account
	width   int          // of a record, in characters
	first   *lazy.Regexp // record
	each    *lazy.Regexp // other one
}

var recorded = [...]recordedFile{
	{"CODA", "", 128, lazy.MustCompile(`^00000.{9}05`), lazy.MustCompile(`^[123489]`)},
	{"AEB 43", "", 80, lazy.MustCompile(`^11\d{18}`), lazy.MustCompile(`^(11|22|23|24|33|88)`)},
	{"CNAB", "", 240, lazy.MustCompile(`^\d{3}00000 {9}`), lazy.MustCompile(`^\d{7}[1-59]`)},
	{"CNAB", "", 400, lazy.MustCompile(`^0[12]RE(TORNO|MESSA)`), lazy.MustCompile(`^[1-79]`)},
	{"NACHA", ofTransfer, 94, lazy.MustCompile(`^101[ \d]\d{9}[ \d]\d{9}`), lazy.MustCompile(`^[56789]`)},
	{"Visa BASE II", ofScheme, 170, lazy.MustCompile(`^90\d{11}`), lazy.MustCompile(`^(0[1-9]|1[059]|2[0567]|3[0-35-8]|4[068]|5[0-7]|9[0-2])\d\d`)},
	{"American Express", ofAcquirer, 1500, lazy.MustCompile(`^DFHDR ?[,\d]\d{7}`), lazy.MustCompile(`^(\d|DFTRL)`)},
	{"American Express GRRCN", ofAcquirer, 1500, lazy.MustCompile(`^HEADER {4}\d{14}`), lazy.MustCompile(`^[A-Z]{7,10}`)},
	{"Cielo", ofAcquirer, 1000, lazy.MustCompile(`^0\d{10}20\d{6}.{0,80}CIELO`), lazy.MustCompile(`^[1-9A-R]`)},
	{"Rede", ofAcquirer, 1200, lazy.MustCompile(`^0[03][024].{0,40}REDE`), lazy.MustCompile(`^\d\d`)},
	{"Getnet", ofAcquirer, 500, lazy.MustCompile(`^0\d{14}.{0,80}GETNET`), lazy.MustCompile(`^[1-9]`)},
}

// fits reports whether each line of a head is such a record.
func (r *recordedFile) fits(head []byte) bool {
	n := 0
	for line := range bytes.Lines(head) {
		whole := bytes.HasSuffix(line, []byte("\n"))
		if line = bytes.TrimRight(line, "\r\n"); len(line) < 2 {
			continue
		}
		if n == 0 && !r.first.MatchString(string(line)) || n > 0 && whole && !r.each.MatchString(string(line)) || utf8.RuneCount(line) > r.width {
			return false
		}
		n++
	}
	return n > 1
}

// journalEntry matches an entry of a plain-text journal: what happened on a day, and the accounts below it.
var journalEntry = lazy.MustCompile(`(?m)^\d{4}[-/]\d\d[-/]\d\d ([*!]|txn) .*\r?\n[ \t]+\S+:\S+`)

// journal names plain-text bookkeeping.
func journal(head []byte) string {
	if journalEntry.MatchString(string(head)) {
		return "a journal of bookkeeping (beancount, ledger, hledger): give the file from which it was made"
	}
	return ""
}
