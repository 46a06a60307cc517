package parse

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"io"
	"slices"
	"strings"

	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/table"
)

// collectedTable reports whether the head is a table in which one column holds the lines
// of a log, as Kibana, Splunk, SLS, Cloudwatch and others export them, and no others are
// a transaction's.
func collectedTable(head []byte) bool {
	if newTableLines(bytes.NewReader(head)) == nil {
		return false
	}
	score, _ := table.Sniff("", head)
	return score < enough && understood(readTableLines(bytes.NewReader(head)))
}

// readTableLines reads the lines of the log out of the rows.
func readTableLines(r io.Reader) io.Reader {
	return collectedAs(r, func(r io.Reader, dated bool) io.Reader {
		t := newTableLines(r)
		t.dated = dated
		return &rewritten{next: t.next}
	})
}

// tableLines are the rows. What stands in several lines stays so, and all have the numbers
// that they have in the table.
type tableLines struct {
	rows     *csv.Reader
	line, at int    // columns, -1 for none
	zone     string // of the times that have none
	dated    bool   // lines get the time of the collector
	n        int    // lines written
}

// newTableLines reads the names of the columns, nil where none is that of a log's lines.
func newTableLines(r io.Reader) *tableLines {
	first := bufio.NewReader(r)
	head, _ := first.Peek(first.Size())
	t := &tableLines{rows: csv.NewReader(first)}
	if top, _, _ := bytes.Cut(head, []byte("\n")); bytes.Count(top, []byte("\t")) > bytes.Count(top, []byte(",")) {
		t.rows.Comma = '\t'
	}
	t.rows.FieldsPerRecord, t.rows.LazyQuotes, t.rows.ReuseRecord = -1, true, true
	header, _ := t.rows.Read()
	if t.at = column(header, "date and time", "日期和时间"); t.at >= 0 && column(header, "event id", "事件 id", "事件id") >= 0 {
		t.line = len(header) // the viewer of Windows names no column for the text
		return t
	}
	if t.line = column(header, "message", "@message", "_raw", "log", "line", "content", "msg"); t.line < 0 {
		return nil
	}
	t.at = column(header, "@timestamp", "timestamp", "_time", "__time__", "time", "date", "timecreated", "timegenerated")
	if name(header[t.line]) == "@message" { // Cloudwatch writes UTC and does not say so
		t.zone = "Z"
	}
	return t
}

// column is the place of the first of the names among those of a table, -1 for none.
func column(header []string, names ...string) int {
	for _, n := range names {
		if i := slices.IndexFunc(header, func(s string) bool { return name(s) == n }); i >= 0 {
			return i
		}
	}
	return -1
}

func name(s string) string {
	return strings.TrimPrefix(strings.ToLower(field.Clean(s)), "_source.")
}

func (t *tableLines) next(to *bytes.Buffer) error {
	row, err := t.rows.Read()
	if err != nil {
		return err
	}
	line, at := strings.Join(row, string(t.rows.Comma)), "" // a short row stands as it is: its reader says what it is
	if t.line < len(row) {
		line = row[t.line]
		if t.at >= 0 && t.at < len(row) && row[t.at] != "" {
			at = collectedTime(field.Clean(row[t.at])) + t.zone
		}
	}
	for first, _ := t.rows.FieldPos(0); t.n+1 < first; t.n++ {
		to.WriteByte('\n')
	}
	for l := range strings.SplitSeq(strings.TrimRight(line, "\r\n"), "\n") {
		putLine(to, l, at, t.dated)
		at = ""
		t.n++
	}
	return nil
}
