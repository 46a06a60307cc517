// Package text cuts byte streams into lines and decodes them.
//
// In come bytes in UTF-8 or GB18030, or both in one file; out go lines as
// strings in UTF-8. Memory is bounded by [MaxLine] whatever comes in.
package text

import (
	"bytes"
	"io"
	"unsafe"
)

const (
	firstChunk = 16 << 10 // small files need no more; each further buffer is four times as large
	lastChunk  = 1 << 20
	// MaxLine is the longest line that is read as one; a longer one is passed
	// over without being held in memory.
	MaxLine = 1 << 20
)

// Lines cuts a stream into lines. Buffers are filled once and never overwritten,
// so that a line may be kept as long as anybody likes, unless it comes from
// [InMemory].
type Lines struct {
	Long int // length in bytes of the line returned last where it exceeds MaxLine, else 0

	r     io.Reader
	buf   []byte // what is read and not handed out
	chunk int    // how much was asked for last
	err   error
}

// NewLines reads lines from r.
func NewLines(r io.Reader) *Lines {
	if m, ok := r.(*memory); ok {
		return &Lines{buf: m.b, err: m.err}
	}
	return &Lines{r: r}
}

// memory is a text that need not be copied.
type memory struct {
	b   []byte
	err error
}

// InMemory is a stream of b that ends with err. Lines of it are views of b, valid
// only as long as b is not written again.
func InMemory(b []byte, err error) io.Reader { return &memory{b, err} }

// Lasting is the same stream with lines that may be kept.
func Lasting(r io.Reader) io.Reader {
	if m, ok := r.(*memory); ok {
		return &memory{bytes.Clone(m.b), m.err}
	}
	return r
}

func (m *memory) Read(p []byte) (int, error) {
	n := copy(p, m.b)
	if m.b = m.b[n:]; len(m.b) == 0 {
		return n, m.err
	}
	return n, nil
}

// Next returns the next line without its LF or CRLF, and io.EOF behind the last
// one. Of a line longer than MaxLine it returns the beginning and sets Long.
func (l *Lines) Next() (string, error) {
	l.Long = 0
	searched := 0
	for {
		if i := bytes.IndexByte(l.buf[searched:], '\n'); i >= 0 {
			line := l.buf[:searched+i]
			l.buf = l.buf[searched+i+1:]
			return l.line(line), nil
		}
		if l.err != nil {
			if len(l.buf) > 0 && l.err == io.EOF {
				line := l.buf
				l.buf = nil
				return l.line(line), nil
			}
			return "", l.err
		}
		if len(l.buf) > MaxLine {
			return l.skipLong()
		}
		searched = len(l.buf)
		l.fill()
	}
}

// line hands out a line, or the beginning of one that is too long.
func (l *Lines) line(b []byte) string {
	if len(b) > MaxLine {
		l.Long = len(b)
		b = b[:256]
	}
	return Line(b)
}

// fill puts the rest of the last buffer at the start of a new one and reads
// behind it.
func (l *Lines) fill() {
	l.chunk = min(max(4*l.chunk, firstChunk), lastChunk)
	b := make([]byte, len(l.buf)+l.chunk)
	n := copy(b, l.buf)
	for range 100 {
		m, err := l.r.Read(b[n:])
		n += m
		if err != nil {
			l.err = err
		}
		if m > 0 || err != nil {
			l.buf = b[:n]
			return
		}
	}
	l.err = io.ErrNoProgress
}

// skipLong passes over the rest of an overlong line.
func (l *Lines) skipLong() (string, error) {
	head := bytes.Clone(l.buf[:256])
	l.Long = len(l.buf)
	b := make([]byte, 64<<10)
	for {
		n, err := l.r.Read(b)
		if i := bytes.IndexByte(b[:n], '\n'); i >= 0 {
			l.Long += i
			l.buf = bytes.Clone(b[i+1 : n])
			l.err = err
			return Line(head), nil
		}
		l.Long += n
		if err != nil {
			l.buf, l.err = nil, err
			if err == io.EOF {
				return Line(head), nil
			}
			return "", err
		}
	}
}

// Line returns the bytes of a line as a string without copying; they are never changed. Zero
// bytes around a line are what a crash left, or the rest of a file made in advance.
func Line(b []byte) string {
	if n := len(b); n > 0 && b[n-1] == '\r' {
		b = b[:n-1]
	}
	if n := len(b); n > 0 && (b[0] == 0 || b[n-1] == 0) {
		b = bytes.Trim(b, "\x00")
	}
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// Of is the text of bytes that nobody writes again, without copying: of the head of an
// input, which every reader looks at.
func Of(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// Blank reports whether a line has white space only.
func Blank(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] != ' ' && s[i] != '\t' && s[i] != '\r' && s[i] != 0x0B && s[i] != 0x0C {
			return false
		}
	}
	return true
}
