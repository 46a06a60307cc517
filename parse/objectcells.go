package parse

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/table"
)

// objectCells reports whether the head is a table that keeps messages as objects of JSON in
// some of its columns, as databases of gateways do (request, response), and no others are a
// transaction's.
func objectCells(head []byte) bool {
	if !bytes.Contains(head, []byte("{")) || !utf8.Valid(head[:max(0, len(head)-utf8.UTFMax)]) {
		return false
	}
	c := newObjectCells(bytes.NewReader(head))
	row, err := c.rows.Read()
	if err != nil || len(row) < 2 || len(row) != len(c.names) {
		return false
	}
	objects := 0
	for _, v := range row {
		if isObject(v) {
			objects++
		}
	}
	score, _ := table.Sniff("", head)
	return objects > 0 && score < enough && understood(readObjectCells(bytes.NewReader(head)))
}

func isObject(v string) bool {
	v = strings.TrimSpace(v)
	return strings.HasPrefix(v, "{") && json.Valid([]byte(v))
}

// objectRows are the rows of such a table.
type objectRows struct {
	rows  *csv.Reader
	names []string
	n     int // lines written
}

func newObjectCells(r io.Reader) *objectRows {
	c := &objectRows{rows: csv.NewReader(bufio.NewReader(r))}
	c.rows.FieldsPerRecord, c.rows.LazyQuotes = -1, true
	names, _ := c.rows.Read()
	for _, n := range names {
		c.names = append(c.names, field.Clean(n))
	}
	return c
}

// readObjectCells makes one object of each row, whose lines keep their numbers.
func readObjectCells(r io.Reader) io.Reader {
	c := newObjectCells(r)
	return &rewritten{next: c.next}
}

func (c *objectRows) next(to *bytes.Buffer) error {
	row, err := c.rows.Read()
	if err != nil {
		return err
	}
	for first, _ := c.rows.FieldPos(0); c.n+1 < first; c.n++ {
		to.WriteByte('\n')
	}
	object, before := &bytes.Buffer{}, byte('{')
	for i, v := range row {
		if i >= len(c.names) {
			break
		}
		name, _ := json.Marshal(c.names[i])
		object.WriteByte(before)
		before = ','
		object.Write(name)
		object.WriteByte(':')
		if strings.HasPrefix(strings.TrimSpace(v), "{") { // one that was cut stays so, and is refused
			object.WriteString(joinLines.Replace(v))
			continue
		}
		text, _ := json.Marshal(v)
		object.Write(text)
	}
	object.WriteString("}\n")
	c.n++
	_, err = object.WriteTo(to)
	return err
}
