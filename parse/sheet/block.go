package sheet

import (
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// Splitter is implemented by the Rows of delimited text: it hands out the rest of
// the rows in blocks, so that several workers can cut them into cells.
type Splitter interface {
	Rows
	// Block returns the next rows as a block of up to so many bytes. judge says what part a row may play;
	// it gets the row's cell of the column, its text, and itself when it asks. A row with an ordinary cell
	// is in any case not one that must be alone.
	// alone reports that the row behind the block, which is nil where there is none
	// before it, must be read by Next. The error is io.EOF behind the last row, and
	// ErrWhole where no block can be made: Next reads on from the same row.
	Block(size, column int, ordinary func(cell string) bool, judge func(cell, raw string, row func() *Row) Role) (b *Block, alone bool, err error)
}

// Role is what part a row may play in a block.
type Role uint8

const (
	Inside Role = iota
	Last        // inside or the last one
	Alone       // not part of a block
)

// ErrWhole says that the rows cannot be handed out in blocks.
var ErrWhole = errors.New("the rows cannot be handed out in blocks")

// Block is a run of whole rows.
type Block struct {
	rows textRows
	next int    // where the row behind that of Cut begins
	buf  []byte // to be used again, nil where others have a part of it
	free chan<- []byte
}

// Rows reads the rows of the block, in any goroutine.
func (b *Block) Rows() Rows {
	if b.rows.dec.utf8() {
		b.rows.dec.dirty = !validUTF8(b.rows.buf)
	}
	return &b.rows
}

// Done gives the memory of the block back: its texts are invalid from now on.
func (b *Block) Done() {
	if b.buf != nil {
		select {
		case b.free <- b.buf:
		default:
		}
	}
}

// Block implements Splitter.
func (t *textRows) Block(size, column int, ordinary func(cell string) bool, judge func(cell, raw string, row func() *Row) Role) (*Block, bool, error) {
	if t.delim == aligned || t.wide != "" {
		return nil, false, ErrWhole
	}
	d := t.dec
	if d.free == nil {
		d.free = make(chan []byte, 64)
		d.chunk, d.grow, d.unchecked = size, false, true
	}
	var scratch Row
	var s string // the row at hand
	row := func() *Row {
		t.whole(s, &scratch)
		return &scratch
	}
	look := func(line []byte) Role {
		s = view(trimCR(line))
		cell, sound := t.cell(s, column)
		if !sound {
			s = t.whole(s, &scratch)
			cell = ""
			if column < len(scratch.Cells) {
				cell = scratch.Cells[column].Text
			}
		}
		return judge(cell, s, row)
	}
	start, pos, line := t.pos, t.pos, t.line
	end, endLine := pos, line // behind the last row that may be the last one
	var seen [8]struct{ pos, n, line int }
	count := 0 // ordinary rows behind that, of which the last ones are in seen
	last := func() {
		for i := count - 1; i >= max(0, count-len(seen)); i-- {
			if o := &seen[i%len(seen)]; look(t.buf[o.pos:o.pos+o.n]) == Last {
				end, endLine = o.pos+o.n+1, o.line
				break
			}
		}
		count = 0
	}
	block := func(to, toLine int) *Block {
		if to == start {
			return nil
		}
		b := &Block{free: d.free, rows: textRows{buf: t.buf[start:to:to], line: t.line, delim: t.delim, eol: t.eol, ended: true,
			dec: &decoder{charset: d.charset, dirty: d.dirty}}}
		t.pos, t.line = to, toLine
		return b
	}
	for {
		data := t.buf[pos:]
		if cell, n := t.glance(data, column); n > 0 && ordinary(cell) {
			line++
			o := &seen[count%len(seen)]
			o.pos, o.n, o.line = pos, n, line
			pos += n + 1
			if count++; count == 256 {
				last()
			}
			continue
		}
		n, lines, ok := t.extent(data)
		if !ok || len(data) == 0 {
			if !t.ended {
				last()
			}
			switch {
			case t.ended:
				if b := block(pos, line); b != nil {
					return b, false, nil
				}
				return nil, false, io.EOF
			case end > start:
				b := block(end, endLine)
				if start == 0 {
					b.buf = t.buf
				}
				return b, false, nil
			case len(t.buf)-start > 4*size: // no row may be the last one
				return nil, false, ErrWhole
			}
			if err := t.more(); err != nil {
				if b := block(pos, line); b != nil { // the error comes again behind it
					return b, false, nil
				}
				return nil, false, err
			}
			pos, start, end = pos-start, 0, 0
			continue
		}
		role := look(data[:n])
		if role == Alone {
			return block(pos, line), true, nil
		}
		pos = min(pos+n+1, len(t.buf))
		line += lines
		if role == Last {
			end, endLine, count = pos, line, 0
		}
	}
}

// whole cuts a row into cells as Next does, and returns its text.
func (t *textRows) whole(s string, r *Row) string {
	if t.dec.utf8() && !utf8.ValidString(s) {
		s = string(decodeForeign([]byte(s)))
	}
	t.split(r, s)
	return s
}

// cell returns one cell of a row without cutting the others out. It is not sound
// where the bytes need a closer look.
func (t *textRows) cell(s string, column int) (text string, sound bool) {
	if s == "" || s[0] == '`' || t.delim >= 0x40 {
		return "", false
	}
	var open unended
	for k := 0; ; k++ {
		stop := 0
		if s != "" && (s[0] == '"' || s[0] == ' ' || s[0] == '=') {
			start, end, _, st := quotedField(bytesOf(s), t.delim, t.eol, true, &open)
			if st != fieldPlain {
				text, stop = s[start:end], end
			}
		}
		if stop == 0 {
			if stop = strings.IndexByte(s, t.delim); stop < 0 {
				stop = len(s)
			}
			text = s[:stop]
		}
		if k == column {
			return text, ascii(bytesOf(text))
		}
		if stop == len(s) {
			return "", true
		}
		s = s[stop+1:]
	}
}
