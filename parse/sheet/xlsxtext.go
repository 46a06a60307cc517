package sheet

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// richText joins the t elements of an inline string or an si element, phonetic
// guides (rPh) left out.
func richText(b []byte) string {
	var parts []string
	phonetic := false
	for i := 0; ; {
		k := bytes.IndexByte(b[i:], '<')
		if k < 0 {
			break
		}
		i += k + 1
		end := bytes.IndexByte(b[i:], '>')
		if end < 0 {
			break
		}
		tag := b[i : i+end]
		i += end + 1
		switch name := tagName(tag); string(local(bytes.TrimPrefix(name, []byte("/")))) {
		case "rPh":
			phonetic = len(name) > 0 && name[0] != '/'
		case "t":
			if len(name) == 0 || name[0] == '/' || tag[len(tag)-1] == '/' || phonetic {
				continue
			}
			text, n := charData(b[i:])
			parts = append(parts, text)
			i += n
		}
	}
	switch len(parts) {
	case 0:
		return ""
	case 1:
		return parts[0]
	}
	return strings.Join(parts, "")
}

var cdata = []byte("<![CDATA[")

// charData is the text at the start of b up to the next tag, CDATA sections
// taken as they are, and its length in b.
func charData(b []byte) (text string, n int) {
	for {
		k := bytes.IndexByte(b[n:], '<')
		if k < 0 {
			k = len(b) - n
		}
		text += unescape(view(b[n : n+k]))
		n += k
		if !bytes.HasPrefix(b[n:], cdata) {
			return text, n
		}
		n += len(cdata)
		k = bytes.Index(b[n:], []byte("]]>"))
		if k < 0 {
			return text + view(b[n:]), len(b)
		}
		text += view(b[n : n+k])
		n += k + 3
	}
}

// readStrings reads the shared strings part as a stream of si elements.
func (x *xlsxBook) readStrings(name string) ([]string, error) {
	f := x.parts[strings.ToLower(name)]
	if f == nil {
		return nil, nil
	}
	r, _, err := x.open(name)
	if err != nil {
		return nil, err
	}
	src := readAhead(r)
	defer src.close()
	var (
		out   []string
		buf   []byte
		total int
	)
	for {
		next, err := src.next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if total += len(next); total > MaxStrings || len(buf) > MaxRow {
			return nil, &Error{Where: name, Rule: "too-large", Msg: fmt.Sprintf("the workbook's texts take more than %d MiB", MaxStrings>>20), Hint: "export it as .csv"}
		}
		if len(buf) > 0 {
			next = append(append(make([]byte, 0, len(buf)+len(next)), buf...), next...)
		}
		buf = next
		for {
			k, end := nextString(buf)
			if end < 0 {
				break
			}
			out = append(out, richText(buf[k:end]))
			buf = buf[end:]
		}
	}
}

// nextString finds the first complete si element: where its inside begins and
// where its end tag begins, -1 where it is not complete.
func nextString(b []byte) (start, end int) {
	for i := 0; ; {
		k := bytes.Index(b[i:], []byte("si"))
		if k < 0 {
			return 0, -1
		}
		i += k
		next := byte(0)
		if i+2 < len(b) {
			next = b[i+2]
		}
		open := i > 0 && (b[i-1] == '<' || b[i-1] == ':')
		if !open || next != '>' && next != '/' && next != ' ' {
			i += 2
			continue
		}
		gt := bytes.IndexByte(b[i:], '>')
		if gt < 0 {
			return 0, -1
		}
		if b[i+gt-1] == '/' {
			return i + gt + 1, i + gt + 1
		}
		start = i + gt + 1
		for j := start; ; {
			k := bytes.Index(b[j:], []byte("si>"))
			if k < 0 {
				return 0, -1
			}
			j += k
			for at := j - 1; at > start-1 && at > j-20; at-- {
				if b[at] == '<' {
					if b[at+1] == '/' {
						return start, at
					}
					break
				}
			}
			j += 3
		}
	}
}
