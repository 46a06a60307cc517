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
	tagPlaces   = 7     // words behind the time of a line of which one is the name; the last one stands for none
	leastPairs  = 3     // answers that are told by it
	mostWaiting = 20000 // lines that wait for an answer and those behind them
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
	plain         bool // the code of the answer has a name that says so
	timed         bool // it says how long the answer took
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
	have, plain := namedIn(rest)
	l.plain, l.timed = plain, have.Has(field.Latency)
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

// namedIn are the fields whose names stand in a text in front of a value. plain says that a response code
// is among them by a name that nothing else has.
func namedIn(s string) (have field.Set, plain bool) {
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
			plain = plain || f == field.Code && !field.Vague(name) && !field.Returned(name)
		}
	}
	return have, plain
}

// thread is what is known of one name.
type thread struct{ answered bool }

// threadPlace is the place of the name among the words behind the time, -1 where no answer needs one:
// each but a few stands in the thread of a request, and of several places that one is it which has the
// most names. With one name there is an answer to each request before the next.
func threadPlace(head []byte) int {
	var threads [tagPlaces]map[string]*thread
	var told, stray, missed [tagPlaces]int
	for p := range threads {
		threads[p] = map[string]*thread{}
	}
	lines, asks, answers, whole := 0, 0, 0, 0
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
		case h.asks:
			asks++
		case h.answers:
			answers++
		case h.whole:
			whole++
		}
		for p, tag := range h.tags {
			if tag == "" || !h.asks && !h.answers {
				continue
			}
			th := threads[p][tag]
			switch {
			case h.asks && th == nil:
				threads[p][tag] = &thread{}
			case h.asks:
				if !th.answered {
					missed[p]++
				}
				th.answered = false
			case th == nil:
				stray[p]++
			case !th.answered:
				th.answered = true
				told[p]++
			}
		}
	}
	place := -1
	for p := range threads {
		if told[p] >= leastPairs && 2*told[p] > asks && told[p] > 2*whole && 10*stray[p] <= answers && (len(threads[p]) > 1 || missed[p] == 0) &&
			(place < 0 || len(threads[p]) > len(threads[place])) { // summaries say it all again
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
	unanswered = ` 错误信息="同一线程无应答 / no answer on its thread"`
	longest    = 3 * time.Minute
)

// waiting is a line that is not written yet.
type waiting struct {
	text   string
	asks   bool // and waits for what its thread writes before its next request
	clock  time.Duration
	answer string // the last one, but one by a plain name of a code before any other
	plain  bool
}

// end writes the answer into the line.
func (w *waiting) end() {
	if w.asks = false; w.answer == "" {
		w.answer = unanswered
	}
	w.text += " " + w.answer
}

// newUnthreaded puts an answer into the line of its request, and leaves its own blank.
func newUnthreaded(r io.Reader) io.Reader {
	first, head := peeked(r)
	place, charset := threadPlace(head), text.Judge(head)
	if place < 0 {
		return first
	}
	lines := text.NewLines(first)
	var queue []*waiting
	open := map[string]*waiting{}
	var now time.Duration // the time of the last line that is a request or an answer
	return &rewritten{next: func(to *bytes.Buffer) error {
		l, err := lines.Next()
		if err == nil {
			line, _ := charset.Decode(strings.TrimRight(l, "\r"))
			line = strings.Clone(line) // whose memory the next line takes
			w := &waiting{text: line}
			if h := threadLineOf(line); h.asks || h.answers {
				if clock, ok := clockOf(line[h.at:h.stamp]); ok {
					now = clock
				}
				asked := open[h.tags[place]]
				switch {
				case h.asks:
					if asked != nil && asked.asks {
						asked.end()
					}
					w.asks, w.clock = true, now
					open[h.tags[place]] = w
				case asked != nil && asked.asks && (h.plain || !asked.plain):
					asked.answer, asked.plain = h.answerTo(asked, line, now), h.plain
					fallthrough
				case asked != nil && asked.asks:
					w.text = ""
				}
			}
			queue = append(queue, w)
		}
		for len(queue) > 0 {
			switch w := queue[0]; {
			case !w.asks:
			case err != nil && w.answer == "" && between(w.clock, now) < longest: // the log ends
				w.asks = false
			case err != nil || len(queue) > mostWaiting || between(w.clock, now) >= longest:
				w.end()
			}
			if queue[0].asks {
				break
			}
			to.WriteString(queue[0].text + "\n")
			queue = queue[1:]
		}
		return err
	}}
}

// answerTo is what an answer says, with the time that it took.
func (l *threadLine) answerTo(asked *waiting, line string, now time.Duration) string {
	rest := strings.TrimSpace(line[l.stamp:])
	if l.late {
		rest = `错误信息="` + strings.ReplaceAll(rest, `"`, "'") + `"`
	}
	took := between(asked.clock, now)
	if took >= 0 && took < longest && !l.timed {
		rest += fmt.Sprintf(" 耗时=%dms", took.Milliseconds())
	}
	return rest
}

// between is the time from one time of day to the nearest other, which may lie before it.
func between(from, to time.Duration) time.Duration {
	return (to-from+36*time.Hour)%(24*time.Hour) - 12*time.Hour
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
