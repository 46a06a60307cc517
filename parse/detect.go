package parse

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/poslog/poslog/parse/entry"
)

// enough is the score from which a reader may read.
const enough = 40

// Judgement is what one reader said about an input.
type Judgement struct {
	Reader string
	Score  int // 0 is "not mine", 100 is certain
	Why    string
}

// NotUnderstood is the error of an input that no reader reads. It says what each
// of them was missing.
type NotUnderstood struct {
	What  string // what the file seems to be, "" where that is not known either
	Tried []Judgement
}

func (e *NotUnderstood) Error() string {
	var b strings.Builder
	b.WriteString("not understood")
	if e.What != "" {
		b.WriteString(": it is " + e.What)
	}
	if len(e.Tried) == 0 || e.What != "" { // what the readers miss in it helps nobody then
		return b.String()
	}
	near := e.nearest()
	if near >= 0 {
		fmt.Fprintf(&b, ". Nearest is %s: %s", e.Tried[near].Reader, e.Tried[near].Why)
	}
	b.WriteString(". To have a format drafted from it: poslog inspect --draft FILE")
	sep := ". Tried "
	for i, j := range e.Tried {
		if i != near {
			fmt.Fprintf(&b, "%s%s: %s", sep, j.Reader, j.Why)
			sep = "; "
		}
	}
	return b.String()
}

// nearest is the reader that lacked least: the one of the highest score, else that of
// tables where there are rows; -1 where nothing is near.
func (e *NotUnderstood) nearest() int {
	near, rows, markup := -1, -1, false
	for i, j := range e.Tried {
		switch {
		case j.Score > 0 && (near < 0 || j.Score > e.Tried[near].Score):
			near = i
		case strings.HasPrefix(j.Why, "rows of "), strings.HasPrefix(j.Why, "no table: the column names"):
			rows = i
		case j.Why == "it is JSON", j.Why == "it is XML or HTML":
			markup = true
		}
	}
	if near < 0 && !markup {
		return rows
	}
	return near
}

// detect chooses the reader for a content, and says why.
func detect(c content, o *Options) (entry.Reader, string, error) {
	if len(c.head) == 0 {
		// An empty file, or one that fails at its first byte.
		if n, err := io.ReadFull(c.r, make([]byte, 1)); n == 0 && err != nil && err != io.EOF {
			return entry.Reader{}, "", err
		}
		return entry.Reader{}, "", &NotUnderstood{What: "empty"}
	}
	if len(c.head) < headSize && strings.TrimSpace(strings.TrimPrefix(string(c.head), "\ufeff")) == "" {
		return entry.Reader{}, "", &NotUnderstood{What: "empty"}
	}
	var list []Judgement
	best := -1
	for i, r := range Readers(o.Formats) {
		score, why := sniff(r, c.name, c.head)
		list = append(list, Judgement{r.Name, score, why})
		if score >= enough && (best < 0 || score > list[best].Score) {
			best = i
			if r.Sure > 0 && score >= r.Sure {
				break
			}
		}
	}
	readers := Readers(o.Formats)
	if r, why := learned(c, readers, list, best); r != nil {
		return *r, why, nil
	}
	if best < 0 {
		return entry.Reader{}, "", &NotUnderstood{What: cmp.Or(known(c.head), paper(c.head)), Tried: list}
	}
	return readers[best], list[best].Why, nil
}

// Judge asks every reader about the head of an input, in their order.
func Judge(name string, head []byte, f *Formats) []Judgement {
	var list []Judgement
	for _, r := range Readers(f) {
		score, why := sniff(r, name, head)
		list = append(list, Judgement{r.Name, score, why})
	}
	return list
}

func sniff(r entry.Reader, name string, head []byte) (score int, why string) {
	defer func() {
		if p := recover(); p != nil {
			score, why = 0, fmt.Sprintf("internal error: %v", p)
		}
	}()
	return r.Sniff(name, head)
}
