package exchange

import (
	"strings"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/txn"
)

// maxText is how many bytes of a line are kept as evidence.
const maxText = 300

// Evidence makes a record of kind other of a line that holds no message and speaks
// of a time-out, a lost connection, or what else the caller of the stream knows as
// telling. at is its time with a date. Without either it returns nil. The error is
// that of a time that cannot be.
func Evidence(st *entry.Stream, ctx *field.Context, line, at string) (*txn.Record, error) {
	flags := field.EventFlags(line)
	if at == "" || flags == 0 && !st.Telling(line) {
		return nil, nil
	}
	rec := new(txn.Record)
	ctx.Begin(rec)
	if err := ctx.Set(rec, field.Time, at); err != nil {
		return nil, err
	}
	if err := ctx.Finish(rec); err != nil {
		return nil, err
	}
	if i := strings.Index(line, at); i >= 0 {
		line = line[i+len(at):]
	}
	rec.Kind, rec.Flags, rec.Text = txn.Other, rec.Flags|flags, txn.ScrubTo(strings.Trim(line, " \t]"), maxText)
	return rec, nil
}
