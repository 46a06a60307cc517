package parse

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/formats"
	"github.com/poslog/poslog/parse/text"
)

// collectedLines is the name among the wrappings of a log whose lines a collector put
// into JSON objects, with its own time beside them.
const collectedLines = "JSON of a log collector"

// collected reports whether each line of the head is such an object: {"log":"...\n",
// "stream":"stdout","time":"..."} of a container, {"MESSAGE":"...",
// "__REALTIME_TIMESTAMP":"..."} of the journal, {"message":"...","@timestamp":"..."}.
// Objects that are transactions themselves are not.
func collected(head []byte) bool {
	if first := text.Begin(head); len(first) == 0 || first[0] != '{' {
		return false
	}
	n := 0
	lines := bytes.SplitAfter(head, []byte("\n"))
	for i, l := range lines {
		if l = bytes.TrimSpace(l); len(l) == 0 {
			continue
		}
		if _, _, ok := collectedLine(l); !ok {
			if i == len(lines)-1 && n > 0 { // the head may end within it
				break
			}
			return false
		}
		if n++; n == 20 {
			break
		}
	}
	if n == 0 {
		return false
	}
	score, _ := formats.JSONL.Sniff("", head)
	return score < enough
}

// collectedLine returns the line of the log and the collector's time.
func collectedLine(l []byte) (line, at string, ok bool) {
	var o struct {
		Log       *string         `json:"log"`
		Message   json.RawMessage `json:"message"` // MESSAGE too
		Msg       *string         `json:"msg"`
		Time      string          `json:"time"`
		Timestamp string          `json:"@timestamp"`
		Journal   string          `json:"__REALTIME_TIMESTAMP"`
		Source    json.RawMessage `json:"_source"` // of a hit that a search index exports
	}
	if len(l) == 0 || l[0] != '{' || json.Unmarshal(l, &o) != nil {
		return "", "", false
	}
	switch {
	case len(o.Source) > 0:
		return collectedLine(o.Source)
	case o.Log != nil:
		line = *o.Log
	case len(o.Message) > 0:
		if json.Unmarshal(o.Message, &line) != nil { // the journal writes bytes that are no text as numbers
			var b []int
			if json.Unmarshal(o.Message, &b) != nil {
				return "", "", false
			}
			raw := make([]byte, len(b))
			for i, v := range b {
				raw[i] = byte(v)
			}
			line = string(raw)
		}
	case o.Msg != nil:
		line = *o.Msg
	default:
		return "", "", false
	}
	if at = o.Time; at == "" {
		at = o.Timestamp
	}
	if at == "" && o.Journal != "" {
		micro, err := strconv.ParseInt(o.Journal, 10, 64)
		if err != nil {
			return "", "", false
		}
		at = time.UnixMicro(micro).UTC().Format(time.RFC3339Nano)
	}
	return line, at, at != ""
}

// joinLines makes one line of a text.
var joinLines = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ")

// uncollected reads the lines of the log out of the objects, one for each, so that
// positions stay. A line that has no time in front gets that of the collector.
type uncollected struct {
	lines *text.Lines
	out   bytes.Buffer
	err   error
}

func newUncollected(r io.Reader) io.Reader { return &uncollected{lines: text.NewLines(r)} }

func (u *uncollected) Read(p []byte) (int, error) {
	for u.out.Len() == 0 {
		if u.err != nil {
			return 0, u.err
		}
		var l string
		if l, u.err = u.lines.Next(); u.err != nil {
			continue
		}
		line, at, ok := collectedLine([]byte(strings.TrimSpace(l)))
		if !ok {
			line, at = l, "" // as it stands: its reader says what it is
		}
		line = strings.TrimRight(line, "\r\n")
		if _, n := field.Lead(line); n == 0 && at != "" && line != "" {
			u.out.WriteString(at + " ")
		}
		u.out.WriteString(joinLines.Replace(line))
		u.out.WriteByte('\n')
	}
	return u.out.Read(p)
}
