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
const collectedLines = "JSON of a log collector, whose entries are its lines"

// collected reports whether each line of the head is such an object: {"log":"...\n",
// "stream":"stdout","time":"..."} of a container, {"MESSAGE":"...",
// "__REALTIME_TIMESTAMP":"..."} of the journal, {"message":"...","@timestamp":"..."},
// {"line":"...","timestamp":"..."}, {"content":"...","__time__":1795162532}.
// Objects that are transactions themselves are not.
func collected(head []byte) bool {
	n := 0
	lines := bytes.SplitAfter(head, []byte("\n"))
	for i, l := range lines {
		if l = bytes.TrimSpace(text.Begin(l)); len(l) == 0 {
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
	score, _ := sniff(formats.JSONL, "", head)
	return score < enough
}

// collectedLine returns the line of the log and the collector's time. The object may
// stand behind a time and a tag, as fluentd writes it.
func collectedLine(l []byte) (line, at string, ok bool) {
	if len(l) == 0 {
		return "", "", false
	}
	before := ""
	if l[0] != '{' {
		i := bytes.Index(l, []byte("\t{"))
		if i < 0 || field.LeadingStamp(string(l[:i])) == 0 {
			return "", "", false
		}
		before, _, _ = strings.Cut(string(l[:i]), "\t")
		l = l[i+1:]
	}
	var o struct {
		// The line, by those who write it: a container, most, loggers, Loki, SLS, GELF, Google, Splunk.
		Log, Message, Msg, Line, Content json.RawMessage
		Short                            json.RawMessage `json:"short_message"`
		Payload                          json.RawMessage `json:"textPayload"`
		Raw                              json.RawMessage `json:"_raw"`
		// Its time.
		Time, Timestamp, Date json.RawMessage
		AtTimestamp           json.RawMessage `json:"@timestamp"`
		Journal               json.RawMessage `json:"__REALTIME_TIMESTAMP"`
		SLS                   json.RawMessage `json:"__time__"`
		Splunk                json.RawMessage `json:"_time"`
		Header                json.RawMessage // which has the time, as Android Studio exports it
		// What the two may stand in: a hit of a search index, a row of Splunk, a log of Datadog.
		Source                     json.RawMessage `json:"_source"`
		Fields, Result, Attributes json.RawMessage
	}
	if json.Unmarshal(l, &o) != nil {
		return "", "", false
	}
	for _, in := range []json.RawMessage{o.Source, o.Fields, o.Result, o.Attributes} {
		if len(in) > 0 && in[0] == '{' {
			if line, at, ok = collectedLine(in); ok {
				return line, at, true
			}
		}
	}
	for _, v := range []json.RawMessage{o.Log, o.Message, o.Msg, o.Line, o.Content, o.Short, o.Payload, o.Raw} {
		if len(v) > 0 {
			if line, ok = collectedText(v); !ok {
				return "", "", false
			}
			break
		}
	}
	for _, v := range []json.RawMessage{o.Time, o.AtTimestamp, o.Timestamp, o.SLS, o.Splunk, o.Date, o.Journal} {
		if at == "" && len(v) > 0 {
			if s, is := collectedText(v); is {
				at = collectedTime(s)
			} else {
				at = collectedTime(string(v))
			}
		}
	}
	if at == "" && len(o.Header) > 0 {
		at = headerTime(o.Header)
	}
	if at == "" {
		at = before
	}
	return line, at, ok && at != ""
}

// headerTime is the time in the header of a message of Android: {"tag":"Pos","timestamp":{"seconds":
// 1795133732,"nanos":123000000}}.
func headerTime(header json.RawMessage) string {
	var h struct {
		Timestamp struct{ Seconds, Nanos int64 }
	}
	if json.Unmarshal(header, &h) != nil || h.Timestamp.Seconds == 0 {
		return ""
	}
	return time.Unix(h.Timestamp.Seconds, h.Timestamp.Nanos).UTC().Format(time.RFC3339Nano)
}

// collectedText is a text, also as the only one of an array, as indexes return it, or as
// numbers, as the journal writes bytes that are no text.
func collectedText(v json.RawMessage) (string, bool) {
	var s string
	if json.Unmarshal(v, &s) == nil {
		return s, true
	}
	var list []string
	if json.Unmarshal(v, &list) == nil {
		return strings.Join(list, " "), len(list) == 1
	}
	var codes []int
	if json.Unmarshal(v, &codes) != nil {
		return "", false
	}
	raw := make([]byte, len(codes))
	for i, c := range codes {
		raw[i] = byte(c)
	}
	return string(raw), true
}

// collectedTime writes out the seconds since 1970, or their 1000ths and so on, and what
// Kibana shows, Nov 20, 2026 @ 08:15:32.123. Other times stay.
func collectedTime(s string) string {
	if t, err := time.Parse("Jan 2, 2006 @ 15:04:05.999999999", s); err == nil {
		return t.Format("2006-01-02 15:04:05.999999999")
	}
	const nano = len("1795162532123456789")
	whole, part, _ := strings.Cut(s, ".")
	if n := len(whole); n != 10 && n != 13 && n != 16 && n != nano {
		return s
	}
	n, err := strconv.ParseInt((whole + part + strings.Repeat("0", nano))[:nano], 10, 64)
	if err != nil {
		return s
	}
	return time.Unix(0, n).UTC().Format(time.RFC3339Nano)
}

// joinLines makes one line of a text.
var joinLines = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ")

// collectedAs reads the lines of the log that is in r: those that have no time in front get that of
// the collector, unless more rows are read without, because they belong to lines before them.
func collectedAs(r io.Reader, lines func(r io.Reader, dated bool) io.Reader) io.Reader {
	first, head := peeked(r)
	return lines(first, rowsOf(lines(bytes.NewReader(head), true)) >= rowsOf(lines(bytes.NewReader(head), false)))
}

// putLine writes a line of the log, where it is to be dated with the time where it has none in front.
func putLine(to *bytes.Buffer, line, at string, dated bool) {
	line = strings.TrimRight(line, "\r\n")
	if _, n := field.Lead(line); n == 0 && dated && at != "" && line != "" {
		to.WriteString(at + " ")
	}
	to.WriteString(joinLines.Replace(line))
	to.WriteByte('\n')
}

// newUncollected reads the lines of the log out of the objects, one for each, so that
// positions stay.
func newUncollected(r io.Reader) io.Reader { return collectedAs(r, uncollected) }

func uncollected(r io.Reader, dated bool) io.Reader {
	lines := text.NewLines(r)
	return &rewritten{next: func(to *bytes.Buffer) error {
		l, err := lines.Next()
		if err != nil {
			return err
		}
		line, at, ok := collectedLine(bytes.TrimSpace(text.Begin([]byte(l))))
		if !ok {
			line, at = l, "" // as it stands: its reader says what it is
		}
		putLine(to, line, at, dated)
		return nil
	}}
}
