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
	var first string
	var more []string
	n, phonetic := 0, false
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
			text, size := charData(b[i:])
			i += size
			if n++; n == 1 {
				first = text
			} else {
				more = append(more, text)
			}
		}
	}
	if more == nil {
		return first
	}
	return first + strings.Join(more, "")
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

// texts are the shared strings of a workbook, copied into pieces of memory that
// never move. A text is found by eight bytes without a pointer: its piece, its
// start in it and its length, of 19, 20 and 25 bits.
type texts struct {
	pieces [][]byte
	refs   []uint64
}

// textPiece is the size of a piece, but for the first ones, which are smaller. A
// text of more than a sixteenth of it has a piece of its own.
const textPiece = 1 << 20

func (t *texts) add(s string) {
	k := len(t.pieces) - 1
	switch {
	case len(s) > textPiece/16:
		k++
		t.pieces = append(t.pieces, make([]byte, 0, len(s)))
	case k < 0 || len(s) >= cap(t.pieces[k])-len(t.pieces[k]): // never full, so that a start fits into its bits
		k++
		t.pieces = append(t.pieces, make([]byte, 0, textPiece/16<<min(k, 4)))
	}
	from := len(t.pieces[k])
	t.pieces[k] = append(t.pieces[k], s...)
	t.refs = append(t.refs, uint64(k)<<45|uint64(from)<<25|uint64(len(s)))
}

func (t *texts) at(i int) string {
	ref := t.refs[i]
	from, n := int(ref>>25)&(1<<20-1), int(ref)&(1<<25-1)
	return view(t.pieces[ref>>45][from : from+n])
}

// readStrings reads the shared strings part as a stream of si elements.
func (x *xlsxBook) readStrings(name string) (texts, error) {
	var out texts
	f := x.parts[strings.ToLower(name)]
	if f == nil {
		return out, nil
	}
	r, _, err := x.open(name)
	if err != nil {
		return out, err
	}
	src := readAhead(r)
	defer src.close()
	var buf []byte
	total := 0
	for {
		old, carried := src.last, len(buf)
		buf, err = src.join(buf)
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		src.back(old)
		if total += len(buf) - carried; total > MaxStrings || carried > MaxRow {
			return out, &Error{Where: name, Rule: "too-large", Msg: fmt.Sprintf("the workbook's texts take more than %d MiB", MaxStrings>>20), Hint: "export it as .csv"}
		}
		for {
			if text, n := quickString(buf); n > 0 {
				out.add(text)
				buf = buf[n:]
				continue
			}
			k, end := nextString(buf)
			if end < 0 {
				break
			}
			out.add(richText(buf[k:end]))
			buf = buf[end:]
		}
	}
}

// quickString reads the si element at the start of b, and its length, where it is
// written as nearly all programs write it; else the length is 0.
func quickString(b []byte) (text string, n int) {
	switch {
	case at(b, 0, "<si><t>"):
		n = len("<si><t>")
	case at(b, 0, `<si><t xml:space="preserve">`):
		n = len(`<si><t xml:space="preserve">`)
	default:
		return "", 0
	}
	k := bytes.IndexByte(b[n:], '<')
	if k < 0 || !at(b, n+k, "</t></si>") {
		return "", 0
	}
	return unescape(view(b[n : n+k])), n + k + len("</t></si>")
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
