package format

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Outline is what tells the inputs of a format. The format itself is loaded when an
// input may be one of them.
type Outline struct {
	Name       string
	Kind       Kind
	HeaderRows int
	Detect     Detect
	Load       func() *Format
}

// Outline is that of a format which is there already.
func (f *Format) Outline() Outline {
	return Outline{f.Name, f.Kind, f.HeaderRows, f.Detect, func() *Format { return f }}
}

// String writes an outline as one line, the parts apart by TAB: name, kind, rows of
// column names, pattern of the file name, expression of the text, column names.
func (o Outline) String() string {
	text := ""
	if o.Detect.Text != nil {
		text = o.Detect.Text.String()
	}
	return strings.Join(append([]string{o.Name, string(o.Kind), strconv.Itoa(o.HeaderRows), o.Detect.Name, text}, o.Detect.Header...), "\t")
}

// ParseOutline is the inverse of String, without Load.
func ParseOutline(line string) (o Outline, err error) {
	parts := strings.Split(line, "\t")
	if len(parts) < 5 {
		return o, fmt.Errorf("%q is no outline of a format: five parts are needed", line)
	}
	o.Name, o.Kind, o.Detect.Name = parts[0], Kind(parts[1]), parts[3]
	o.HeaderRows, err = strconv.Atoi(parts[2])
	if parts[4] != "" {
		var bad error
		o.Detect.Text, bad = regexp.Compile(parts[4])
		err = cmp.Or(err, bad)
	}
	if len(parts) > 5 {
		o.Detect.Header = parts[5:]
	}
	return o, err
}
