package parse

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/poslog/poslog/internal/lazy"
)

// pythonObjects reports whether most lines are objects as Python prints them, {'rc': '00', 'ok': True},
// which no reader reads as they are.
func pythonObjects(head []byte) bool {
	all, objects := 0, 0
	for l := range bytes.Lines(head) {
		if l = bytes.TrimSpace(l); len(l) == 0 {
			continue
		}
		if all++; pythonObject(string(l)) {
			objects++
		}
		if all == 100 || all == 5 && objects == 0 {
			break
		}
	}
	return 2*objects > all && rowsOf(bytes.NewReader(head)) == 0 && understood(newPythonLines(bytes.NewReader(head)))
}

func pythonObject(line string) bool {
	return strings.HasPrefix(line, "{'") || strings.HasPrefix(line, "{u'") || strings.HasPrefix(line, "OrderedDict(")
}

// newPythonLines writes them as JSON.
func newPythonLines(r io.Reader) io.Reader {
	return newLines(r, func(l string) string {
		if line := strings.TrimSpace(l); pythonObject(line) {
			return fromPython(line)
		}
		return l
	})
}

// pythonCall is the call that makes a value of a text, an object or a time.
var pythonCall = lazy.MustCompile(`^(?:OrderedDict|Decimal|UUID|datetime\.(?:datetime|date)|datetime|date)\(`)

var pythonWords = [...][2]string{{"True", "true"}, {"False", "false"}, {"None", "null"}}

// fromPython writes a line of Python as JSON, as far as both have the same.
func fromPython(s string) string {
	var out strings.Builder
	calls := 0 // that are open around a text or an object
next:
	for s != "" {
		switch c := s[0]; {
		case c == '\'' || c == '"':
			value, n := pythonText(s)
			quoted, _ := json.Marshal(value)
			out.Write(quoted)
			s = s[n:]
			continue
		case (c == 'u' || c == 'b') && len(s) > 1 && (s[1] == '\'' || s[1] == '"'):
			s = s[1:]
			continue
		case c == ')' && calls > 0:
			calls--
			s = s[1:]
			continue
		}
		for _, w := range pythonWords {
			if rest, ok := strings.CutPrefix(s, w[0]); ok {
				out.WriteString(w[1])
				s = rest
				continue next
			}
		}
		call := pythonCall.FindString(s)
		switch rest := s[len(call):]; {
		case call == "":
			out.WriteByte(s[0])
			s = s[1:]
		case strings.HasPrefix(call, "date"):
			args, more, _ := strings.Cut(rest, ")")
			out.WriteString(`"` + pythonTime(args) + `"`)
			s = more
		default:
			calls++
			s = rest
		}
	}
	return out.String()
}

// pythonText reads a text that s begins with; n is its length with its quotes.
func pythonText(s string) (value string, n int) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == s[0]:
			return b.String(), i + 1
		case c == '\\' && i+1 < len(s):
			i++
			if k := strings.IndexByte("ntr", s[i]); k >= 0 {
				b.WriteByte("\n\t\r"[k])
				continue
			}
			b.WriteByte(s[i])
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), len(s)
}

// pythonTime writes the numbers of a time as a time: 2026, 11, 20, 8, 15, 32.
func pythonTime(args string) string {
	n := []int{1, 1, 1, 0, 0, 0, 0}
	for i, arg := range strings.Split(args, ",") {
		v, err := strconv.Atoi(strings.TrimSpace(arg))
		if err != nil || i == len(n) {
			break // tzinfo=...
		}
		n[i] = v
	}
	return fmt.Sprintf("%04d-%02d-%02d %02d:%02d:%02d.%06d", n[0], n[1], n[2], n[3], n[4], n[5], n[6])
}
