package parse

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/text"
)

// statement names statements of accounts in the formats of the banks: they list what was
// paid out, and no transaction of a terminal.
func statement(head []byte) string {
	first := text.Begin(head)
	what := ""
	switch has := func(s string) bool { return bytes.Contains(head, []byte(s)) }; {
	case (bytes.HasPrefix(first, []byte(":20:")) || bytes.HasPrefix(first, []byte("{1:F01"))) && has(":61:"):
		what = "SWIFT MT940"
	case bytes.HasPrefix(first, []byte("01,")) && has("\n02,") && has("\n16,"):
		what = "BAI2"
	case bytes.HasPrefix(first, []byte("OFXHEADER")) || has("<OFX>"):
		what = "OFX"
	case bytes.HasPrefix(first, []byte("!Type:Bank")), bytes.HasPrefix(first, []byte("!Type:CCard")):
		what = "QIF"
	case printed(first, 128, "00000", "\n1", "\n21") && string(first[14:16]) == "05":
		what = "CODA"
	case printed(first, 80, "11", "\n22", "\n33"):
		what = "AEB 43"
	case printed(first, 240, "", "\n") && string(first[3:17]) == "00000         ", printed(first, 400, "02RETORNO", "\n1"), printed(first, 400, "01REMESSA", "\n1"):
		what = "CNAB"
	default:
		return ""
	}
	return "a statement of an account (" + what + "): ask the acquirer for the settlement file with the single transactions, or export the statement as CSV or Excel"
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

// printed reports whether all lines of a file have a width and it begins with a text, and others stand in
// its head.
func printed(head []byte, width int, begin string, others ...string) bool {
	if len(head) < width || !bytes.HasPrefix(head, []byte(begin)) {
		return false
	}
	for line := range bytes.Lines(head) {
		if n := utf8.RuneCount(bytes.TrimRight(line, "\r\n")); n != width && bytes.HasSuffix(line, []byte("\n")) && n > 1 {
			return false
		}
	}
	return !slices.ContainsFunc(others, func(s string) bool { return !bytes.Contains(head, []byte(s)) })
}
