package parse

import (
	"bytes"
	"io"
	"time"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// What a search in logs shows begins with the newest entry, and so does what is exported of
// it. Readers that join lines expect a log in the order of time: they get it so, with the numbers
// that the lines have in the file.

// oldestFirst is a reader that is given the entries of a log from the last to the first where
// the times at its head go back, and r itself elsewhere.
func oldestFirst(r entry.Reader, st *entry.Stream) entry.Reader {
	if r.Unjoined || !goesBack(st.Head, st.Order) {
		return r
	}
	plain := r.Read
	r.Read = func(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
		all, err := io.ReadAll(io.LimitReader(st.R, maxHeld+1))
		own, note := *st, "the newest entries come first, and the log is too long to be turned: requests do not find their answers; export it from the oldest to the newest"
		own.At, own.R = nil, rest(all, st.R, err)
		if err == nil && int64(len(all)) <= maxHeld {
			turned, lines := turn(all)
			own.R, own.Head = bytes.NewReader(turned), turned[:min(len(turned), headSize)]
			sink, note = &renumbered{sink, lines}, "the newest entries come first: they were read from the last to the first"
		}
		sum, err := plain(&own, sink)
		if sum != nil {
			sum.Notes = append(sum.Notes, note)
		}
		return sum, err
	}
	r.Parts = nil
	return r
}

// leastBack is how many entries of a head show that their times go back.
const leastBack = 6

// goesBack reports whether hardly a line has a later time than the one before it.
func goesBack(head []byte, order field.Order) bool {
	ctx := field.Context{Loc: time.UTC, Order: order, Year: 2026}
	rec := txn.New()
	n, later, earlier, lines := 0, 0, 0, bytes.Count(head, []byte("\n"))
	last := txn.NoInstant
	for line := range bytes.Lines(head) {
		s := text.Of(line)
		at, length := field.Lead(s)
		if length == 0 {
			continue
		}
		ctx.Begin(rec)
		if ctx.Set(rec, field.Time, s[at:at+length]) != nil || ctx.Finish(rec) != nil || !rec.At.Valid() {
			continue
		}
		switch n++; {
		case !last.Valid():
		case rec.At > last:
			if later++; 20*later > lines {
				return false // whatever follows
			}
		case rec.At < last:
			earlier++
		}
		last = rec.At
	}
	return n >= leastBack && 2*earlier >= leastBack && 20*later <= earlier
}

// turn puts the entries of a log in the opposite order. An entry is a line with a time and those
// without below it. lines has the number of each line in the log as it was.
func turn(log []byte) (turned []byte, lines []uint32) {
	log = bytes.TrimPrefix(log, []byte("\ufeff"))
	type begin struct {
		at   int
		line uint32
	}
	begins := []begin{{0, 1}}
	at, number := 0, uint32(0)
	for line := range bytes.Lines(log) {
		number++
		if _, length := field.Lead(text.Of(line)); length > 0 && at > 0 {
			begins = append(begins, begin{at, number})
		}
		at += len(line)
	}
	turned = make([]byte, 0, len(log)+1)
	lines = make([]uint32, 0, number)
	end, next := len(log), number+1
	for i := len(begins) - 1; i >= 0; i-- {
		b := begins[i]
		turned = append(turned, log[b.at:end]...)
		if n := len(turned); n > 0 && turned[n-1] != '\n' {
			turned = append(turned, '\n')
		}
		for k := b.line; k < next; k++ {
			lines = append(lines, k)
		}
		end, next = b.at, b.line
	}
	return turned, lines
}

// renumbered hands on what stands in lines that had other numbers.
type renumbered struct {
	entry.Sink
	lines []uint32
}

func (r *renumbered) line(n uint32) uint32 {
	if n == 0 || int(n) > len(r.lines) {
		return n
	}
	return r.lines[n-1]
}

func (r *renumbered) Record(rec *txn.Record, lines int) {
	own := *rec
	own.Pos.Line = r.line(own.Pos.Line)
	r.Sink.Record(&own, lines)
}

func (r *renumbered) Reject(rej *entry.Reject, lines int) {
	own := *rej
	own.Pos.Line = r.line(own.Pos.Line)
	r.Sink.Reject(&own, lines)
}
