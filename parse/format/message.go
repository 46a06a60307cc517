package format

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/poslog/poslog/internal/lazy"
)

// Message is how the messages of kind iso8583 are stored.
type Message struct {
	Layout string          // what Fields departs from: text, text-binary-bitmap, packed or unionpay-pos
	Header int             // bytes in front of the message type, 0 for the headers that are known
	Fields map[int]Element // by number
}

// Element is the shape of one field of a message.
type Element struct {
	Store  string // digits, text, bytes or track
	Prefix int    // digits of the length in front, 0 for a fixed length
	Size   int    // digits, characters or bytes; with a prefix the most
}

// layouts are the words for layout.
var layouts = []string{"text", "text-binary-bitmap", "packed", "unionpay-pos"}

func (l *loader) layout(n ast.Node) {
	s := l.text(n, "layout")
	for _, w := range layouts {
		if s == w {
			l.f.Message.Layout = s
			return
		}
	}
	l.fail(n, "unknown-layout", "there is no layout "+strconv.Quote(s), "use one of "+strings.Join(layouts, ", "))
}

var elementText = lazy.MustCompile(`^(?:(ll|lll) )?(digits|text|bytes|track) ([1-9][0-9]{0,2})$`)

func (l *loader) elements(n ast.Node) {
	l.f.Message.Fields = map[int]Element{}
	for _, e := range l.mapping(n, "fields") {
		id, err := strconv.Atoi(e.key)
		if err != nil || id < 2 || id > 128 || id == 65 {
			l.fail(e.node, "bad-field-number", strconv.Quote(e.key)+" is no field of a message", "fields have numbers from 2 to 128; 1 and 65 are bitmaps")
			continue
		}
		s := l.text(e.value, "the shape of a field")
		m := elementText.FindStringSubmatch(s)
		if m == nil {
			l.fail(e.value, "bad-field-form", fmt.Sprintf("%s is no shape of a field", strconv.Quote(s)),
				"write [ll|lll] digits|text|bytes|track LENGTH, such as text 3 or lll bytes 255")
			continue
		}
		size, _ := strconv.Atoi(m[3])
		if m[1] == "ll" && size > 99 {
			l.fail(e.value, "bad-field-form", "a length of two digits ends at 99", "write lll, or a smaller length")
			continue
		}
		l.f.Message.Fields[id] = Element{m[2], len(m[1]), size}
	}
}
