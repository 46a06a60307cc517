package parse

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// Many services write what was asked and what was answered in a line each, and nothing but the
// name of the thread, connection or trace in front says which answer is whose:
//
//	10:00:02.001 [exec-3] request termNo=10000001 txnAmt=12.50
//	10:00:02.901 [exec-3] response respCode=00

const (
	tagPlaces   = 7    // words behind the time of a line of which one is the name; the last one stands for none
	leastPairs  = 3    // answers that are told by it
	mostWaiting = 4000 // lines that wait for an answer and those behind it
)

// askedNames are fields of a request, and saidNames those by which an answer would be told without
// its thread.
var (
	askedNames = field.SetOf(field.Amount, field.TID, field.MID, field.STAN, field.RRN, field.PAN, field.OrderNo, field.Kind)
	saidNames  = field.SetOf(field.Amount, field.TID, field.STAN, field.RRN, field.PAN, field.OrderNo, field.ChannelNo)
)

// threadLine is what a line has of a transaction whose lines are told by their thread.
type threadLine struct {
	asks, answers bool
	whole         bool // it tells of a transaction without any other line
	late          bool // the answer is that there was none in time
	at, stamp     int  // where the time begins, and where it ends
	tags          [tagPlaces]string
}

func threadLineOf(line string) (l threadLine) {
	at, n := field.LeadTime(line)
	if n == 0 {
		return l
	}
	l.at, l.stamp = at, at+n
	rest := line[l.stamp:]
	have := namedIn(rest)
	ended := have.Has(field.Code) || have.Has(field.Status)
	l.asks = !ended && (have&askedNames).Len() > 1
	l.late = have == 0 && field.TextFlags(rest)&txn.TimedOut != 0
	l.answers = l.late || ended && have&saidNames == 0
	if !l.asks && !l.answers {
		l.whole = ended && (have&saidNames).Len() > 1
		return l
	}
	k := 0
	for word := range strings.FieldsFuncSeq(rest, func(r rune) bool { return strings.ContainsRune(" \t[]()|,;", r) }) {
		if k == tagPlaces-1 {
			break
		}
		l.tags[k] = word
		k++
	}
	l.tags[tagPlaces-1] = "*"
	return l
}

// namedIn are the fields whose names stand in a text in front of a value.
func namedIn(s string) (have field.Set) {
	for s != "" {
		w := wordLength(s)
		if w == 0 {
			s = s[1:]
			continue
		}
		name := s[:w]
		s = strings.TrimLeft(s[w:], `"' `)
		if s == "" || s[0] != '=' && s[0] != ':' && !strings.HasPrefix(s, "：") {
			continue
		}
		if f, _, _ := field.Lookup(name); f > field.Ignore {
			have |= field.SetOf(f)
		}
	}
	return have
}

// threadPlace is the place of the name among the words behind the time, -1 where no answer needs one:
// each but a few stands in the thread of a request that waits, and of several places that one is it
// which has the most names. With one name there is an answer to each request before the next.
func threadPlace(head []byte) int {
	var waits [tagPlaces]map[string]bool
	var told, names, missed [tagPlaces]int
	var seen [tagPlaces]map[string]bool
	for p := range tagPlaces {
		waits[p], seen[p] = map[string]bool{}, map[string]bool{}
	}
	lines, answers, whole := 0, 0, 0
	charset := text.Judge(head)
	for l := range bytes.Lines(head) {
		line, _ := charset.Decode(strings.TrimRight(text.Of(l), "\r\n"))
		h := threadLineOf(line)
		if h.stamp == 0 {
			continue
		}
		if lines++; lines == 40 && answers == 0 || lines == 1000 {
			break
		}
		switch {
		case h.answers:
			answers++
		case h.whole:
			whole++
		}
		for p, tag := range h.tags {
			switch {
			case tag == "":
			case h.asks:
				if waits[p][tag] {
					missed[p]++
				}
				waits[p][tag] = true
				if !seen[p][tag] {
					seen[p][tag] = true
					names[p]++
				}
			case h.answers && waits[p][tag]:
				delete(waits[p], tag)
				told[p]++
			}
		}
	}
	place := -1
	if 2*whole > answers {
		return place // summaries, which say it all again
	}
	for p := range tagPlaces {
		if told[p] >= leastPairs && 10*told[p] >= 9*answers && (names[p] > 1 || missed[p] == 0) && (place < 0 || names[p] > names[place]) {
			place = p
		}
	}
	return place
}

// threaded reports whether answers of a log are told by their thread alone.
func threaded(head []byte) bool {
	return threadPlace(head) >= 0 && understood(newUnthreaded(bytes.NewReader(head)))
}

// unanswered is what is said of a request whose thread went on to the next, or wrote nothing for longer
// than the longest wait.
const (
	unanswered = ` 错误信息="同一线程无应答"`
	longest    = 3 * time.Minute
)

// waiting is a line that is not written yet.
type waiting struct {
	text  string
	asks  bool // and has no answer yet
	clock time.Duration
}

// newUnthreaded puts an answer into the line of its request, and leaves its own blank.
func newUnthreaded(r io.Reader) io.Reader {
	first, head := peeked(r)
	place, charset := threadPlace(head), text.Judge(head)
	lines := text.NewLines(first)
	var queue []*waiting
	open := map[string]*waiting{}
	var last time.Duration // the clock of the last line that was a request or an answer
	return &rewritten{next: func(to *bytes.Buffer) error {
		l, err := lines.Next()
		if err != nil {
			for _, w := range queue {
				if w.asks && (last-w.clock+24*time.Hour)%(24*time.Hour) > longest {
					w.text += unanswered
				}
				to.WriteString(w.text + "\n")
			}
			return err
		}
		line, _ := charset.Decode(strings.TrimRight(l, "\r"))
		w := &waiting{text: line}
		if h := threadLineOf(line); h.asks || h.answers {
			tag := h.tags[place]
			asked := open[tag]
			if delete(open, tag); asked != nil {
				asked.asks = false
			}
			clock, timed := clockOf(line[h.at:h.stamp])
			if timed {
				last = clock
			}
			switch rest := strings.TrimSpace(line[h.stamp:]); {
			case h.asks:
				if w.asks, w.clock, open[tag] = true, clock, w; asked != nil {
					asked.text += unanswered
				}
			case asked != nil:
				if w.text = ""; h.late {
					rest = `错误信息="` + strings.ReplaceAll(rest, `"`, "'") + `"`
				}
				asked.text += " " + rest
				if took := (clock - asked.clock + 24*time.Hour) % (24 * time.Hour); timed && took < 10*time.Minute && !namedIn(rest).Has(field.Latency) {
					asked.text += fmt.Sprintf(" 耗时=%dms", took.Milliseconds())
				}
			}
		}
		queue = append(queue, w)
		for len(queue) > 0 && (!queue[0].asks || len(queue) > mostWaiting) {
			to.WriteString(queue[0].text + "\n")
			queue = queue[1:]
		}
		return nil
	}}
}

var clockText = lazy.MustCompile(`(\d{1,2}):(\d\d):(\d\d)(?:[.,:](\d{1,9}))?`)

// clockOf is the time of day of a stamp.
func clockOf(stamp string) (clock time.Duration, ok bool) {
	m := clockText.FindStringSubmatch(stamp)
	if m == nil {
		return 0, false
	}
	for i, unit := range [...]time.Duration{time.Hour, time.Minute, time.Second} {
		n, _ := strconv.Atoi(m[i+1])
		clock += time.Duration(n) * unit
	}
	n, _ := strconv.Atoi((m[4] + "000000000")[:9])
	return clock + time.Duration(n), true
}
