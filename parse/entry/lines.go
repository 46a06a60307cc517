package entry

import (
	"fmt"
	"io"

	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// EachLine hands the lines of a log to take, undecoded, with their numbers from 1. A line
// that is too long is a reject, before which flush ends what is at hand. The error is that
// of the stream; what came before it was handed on.
func (s *Stream) EachLine(r io.Reader, sink Sink, flush func(), take func(line string, number uint32)) error {
	lines := text.NewLines(r)
	for number := uint32(1); ; number++ {
		l, err := lines.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if lines.Long > 0 {
			flush()
			sink.Reject(NewReject(txn.Pos{Src: s.Src, Line: number}, "", "line-too-long", l,
				fmt.Sprintf("the line has %d bytes, more than %d", lines.Long, text.MaxLine), "check that it is a text log"), 1)
			continue
		}
		take(l, number)
	}
}
