package jpos

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/poslog/poslog/parse/field"
)

// event is one line of a log in JSON, as jPOS 3 writes it.
type event struct {
	At   string `json:"ts"`   // UTC
	Kind string `json:"kind"` // send, receive, io-timeout ...
	Tags struct {
		Realm string `json:"realm"`
		Host  string `json:"host"`
	} `json:"tags"`
	Payload json.RawMessage `json:"payload"` // messages in XML inside texts
}

// jsonLine makes a block of a line in JSON.
func jsonLine(line string, number uint32) (*block, error) {
	var e event
	if err := json.Unmarshal([]byte(line), &e); err != nil {
		return nil, &field.Error{Rule: "json-syntax", Msg: "the line is not one JSON object: " + jsonFault(err),
			Hint: "look whether the line was cut or two lines were joined"}
	}
	b := &block{realm: e.Tags.Realm, at: e.At, line: number, lines: 1, inner: true}
	if b.realm == "" {
		b.realm = e.Tags.Host
	}
	s := scanner{open: []*block{b}}
	switch e.Kind {
	case "send", "receive":
		b.direction = e.Kind
	case "io-timeout", "peer-disconnect":
		b.event = e.Kind
	case "exception", "error", "iso-exception":
		b.event = "exception"
	}
	for _, t := range texts(e.Payload) {
		for l := range strings.Lines(t) {
			s.scan(strings.TrimRight(l, "\r\n"), number)
		}
	}
	return b, nil
}

// texts returns the texts of a JSON value in the order in which they stand, names
// of members left out.
func texts(raw json.RawMessage) (out []string) {
	type bracket struct{ object, name bool } // name: a member's name comes next
	d := json.NewDecoder(bytes.NewReader(raw))
	open := []bracket{{}}
	for {
		t, err := d.Token()
		if err != nil {
			return out
		}
		top := &open[len(open)-1]
		switch v := t.(type) {
		case json.Delim:
			if v == '{' || v == '[' {
				top.name = top.object
				open = append(open, bracket{v == '{', v == '{'})
			} else {
				open = open[:len(open)-1]
			}
			continue
		case string:
			if top.name {
				top.name = false
				continue
			}
			out = append(out, v)
		}
		top.name = top.object
	}
}

func jsonFault(err error) string {
	if err == io.ErrUnexpectedEOF || strings.Contains(err.Error(), "unexpected end") {
		return "it ends too early"
	}
	if e, ok := err.(*json.SyntaxError); ok {
		return fmt.Sprintf("it breaks off at byte %d", e.Offset)
	}
	if e, ok := err.(*json.UnmarshalTypeError); ok {
		return fmt.Sprintf("%s is a %s", e.Field, e.Value)
	}
	return err.Error()
}
