package parse

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

// sums is a handler that adds up amounts.
type sums struct{ amount txn.Minor }

func (s *sums) Record(r *txn.Record) { s.amount += r.Amount.Or(0) }
func (s *sums) Reject(*entry.Reject) {}

// The logs are not ours and not in the repository. Lines were counted in an editor, a
// last one without a line end included; every byte is ASCII, which is UTF-8, but for one packed
// field of a message, and messages without lines are bytes, not text. What the
// records say is tested beside the readers; here it is that nothing is lost.
func TestLogsOfOthers(t *testing.T) {
	dir := filepath.Join("..", "..", "shared", "truth")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("real logs are not here: %v", err)
	}
	for _, c := range []struct {
		file, format, charset string
		lines, records        int
		amount                txn.Minor
	}{
		// An 0800 and its 0810 are one transaction; the prolog, the rotation notice
		// and the lines of the messages are accounted for as such.
		{"jpos/a-pair.xml", "jpos", "utf-8", 31, 1, 0},
		{"jpos/basic.xml", "jpos", "utf-8", 17, 1, 0},
		{"jpos/one.xml", "jpos", "utf-8", 11, 1, 0},
		{"jpos/two.xml", "jpos", "utf-8", 11, 1, 0},
		{"jpos/with-header.xml", "jpos", "utf-8", 9, 1, 0},
		// Evidence of the line: no message, one record each.
		{"jpos/io-timeout.xml", "jpos", "utf-8", 5, 1, 0},
		{"jpos/peer-disconnect.xml", "jpos", "utf-8", 5, 1, 0},
		// A message and its answer, and the exception that another thread wrote between them.
		{"jpos/message-inception-garbage.xml", "jpos", "utf-8", 36, 2, 0},
		// F4 is twelve zeros, in the answer too; the reversal has 000000030000; sign-ons have none.
		{"moov-iso8583/financial_transaction_message.dat", "iso8583", "binary", 1, 1, 0},
		{"moov-iso8583/financial_transaction_message_response.dat", "iso8583", "binary", 1, 1, 0},
		{"moov-iso8583/iso_reversal_message.dat", "iso8583", "binary", 1, 1, 30000},
		{"moov-iso8583/message_with_hex_bcd.dat", "iso8583", "binary", 1, 1, 0},
		{"moov-iso8583/network_management_message.dat", "iso8583", "binary", 1, 1, 0},
	} {
		inputs, err := Expand([]string{filepath.Join(dir, c.file)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		s := &sums{}
		files, err := Read(t.Context(), inputs, Options{Location: china, Workers: 1}, func(int) Handler { return s })
		if err != nil || len(files) != 1 || files[0].Err != nil {
			t.Errorf("%s: %v, %+v", c.file, err, files)
			continue
		}
		f := files[0]
		accounted := f.Count.Records + f.Count.Rejected
		for _, n := range f.Count.Skipped {
			accounted += n
		}
		if f.Summary.Format != c.format || f.Summary.Charset != c.charset || f.Count.Lines != c.lines || accounted != c.lines || f.Count.Rejected != 0 || f.Count.Records != c.records || s.amount != c.amount {
			t.Errorf("%s: %s, %s, %d lines, %d accounted for, %d rejected, %d records, amount %d; want %+v",
				c.file, f.Summary.Format, f.Summary.Charset, f.Count.Lines, accounted, f.Count.Rejected, f.Count.Records, s.amount, c)
		}
	}
}
