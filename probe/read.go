package probe

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/poslog/poslog/internal/lazy"
)

// Options say what a log leaves out.
type Options struct {
	Zone   *time.Location // of times without one; nil: UTC
	Year   int            // of times without one, such as those of ts(1): "Nov 21 23:00:01"
	Target string         // where the log names none
}

// reader reads one log.
type reader struct {
	name   string
	opt    Options
	target string    // of the ping run at hand
	port   string    // of the Test-NetConnection at hand
	clock  time.Time // of the last line that is nothing but a time, a second on for each line without one
	since  int       // lines since then
	silent bool      // the ping run at hand has no sample yet
	start  time.Time
	hop    Sample         // last hop of the mtr report at hand
	raw    []rawHop       // of the run of mtr --raw at hand
	seq    map[string]int // last ICMP sequence number of a target
	seen   map[string]time.Time
	out    []Sample
	known  int // lines understood, headers included
	line   int
	noYear bool // a time states none, and Options neither
}

// Read reads a log of ping -D, ping | ts, Windows ping with timestamps, fping
// -D, mtr (report, --json, --csv, --raw), Test-NetConnection, tcping, psping, hping, routers of Cisco,
// a blackbox exporter or [Run]. Lines of other programs between them are ignored; a file without a single readable line is an
// error. Samples are sorted by time.
//
// Times: ping -D and fping -D print Unix seconds; a line of a time alone, as date(1) and echo
// write it, is that of the lines after it. Lost packets that ping does not print are known from
// the gap in icmp_seq, and where all were lost from its statistics.
func Read(name string, in io.Reader, opt Options) ([]Sample, error) {
	if opt.Zone == nil {
		opt.Zone = time.UTC
	}
	r := &reader{name: name, opt: opt, target: opt.Target, seq: map[string]int{}, seen: map[string]time.Time{}}
	sc := bufio.NewScanner(transform.NewReader(in, unicode.BOMOverride(transform.Nop))) // PowerShell writes UTF-16
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		r.line++
		l := strings.TrimRight(sc.Text(), "\r")
		if !utf8.ValidString(l) { // a Chinese Windows writes GBK
			l, _ = simplifiedchinese.GB18030.NewDecoder().String(l)
		}
		if strings.HasPrefix(strings.TrimSpace(l), "{") && !strings.Contains(l, `"target"`) && (r.line == 1 || strings.TrimSpace(l) == "{" || strings.Contains(l, `"report"`)) {
			if err := r.mtrJSON(sc, l); err != nil {
				return nil, err
			}
			continue
		}
		if r.read(l); r.since > maxRun {
			return nil, fmt.Errorf("%s:%d: more than %d tries below one time, and when they were is not known: run ping -D, fping -D or pipe through ts", name, r.line, maxRun)
		}
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("%s:%d: %w", name, r.line, err)
	}
	r.endReport()
	r.nameUnreached()
	if len(r.out) == 0 {
		if r.noYear {
			return nil, fmt.Errorf("%s: the times on its lines have no year: say it with --year", name)
		}
		if r.known > 0 {
			return nil, fmt.Errorf("%s: no time on its lines: run ping -D, fping -D or pipe through ts", name)
		}
		return nil, fmt.Errorf("%s: no probe was recognised: want output of ping -D, fping -D, mtr, Test-NetConnection, a blackbox exporter's log or poslog probe", name)
	}
	slices.SortStableFunc(r.out, func(a, b Sample) int { return a.At.Compare(b.At) })
	return r.out, nil
}

// read takes one line.
func (r *reader) read(l string) {
	if r.mtrReport(l) || r.mtrRaw(l) || r.mtrCSV(l) {
		return
	}
	if m := tncField.FindStringSubmatch(strings.TrimSpace(l)); m != nil {
		r.testNetConnection(m[1], m[2])
		return
	}
	if strings.HasPrefix(l, "ts=") || strings.Contains(l, " target=") || strings.HasPrefix(l, "{") {
		r.fields(l)
		return
	}
	at, rest, ok := r.stamp(l)
	if ok && rest == "" {
		r.clock, r.since = at, 0
		return
	}
	rest = strings.TrimPrefix(rest, "- ")
	s, found := r.try(rest)
	if !found {
		s, found = r.ping(rest)
	}
	if !found {
		return
	}
	r.known++
	if s.Sent == 0 {
		return
	}
	if s.At, ok = r.timed(at, ok); ok {
		r.unmentioned(s, rest)
		r.out = append(r.out, s)
	}
}

// maxRun bounds how many tries stand below one time: ping -c 10, and no ping that goes on.
const maxRun = 20

// timed gives a line that states no time that of the date above it.
func (r *reader) timed(at time.Time, ok bool) (time.Time, bool) {
	if ok || r.clock.IsZero() {
		return at, ok
	}
	at, r.clock = r.clock, r.clock.Add(time.Second)
	r.since++
	return at, true
}

var tncField = lazy.MustCompile(`^(RemoteAddress|RemotePort|PingSucceeded|TcpTestSucceeded) +: (\S+)$`)

// testNetConnection takes one property of what PowerShell's Test-NetConnection found. With a port
// it tries the address itself only where the port did not answer.
func (r *reader) testNetConnection(property, value string) {
	r.known++
	s := Sample{Stage: "icmp", Sent: 1, Line: r.line}
	switch {
	case property == "RemoteAddress":
		r.target, r.port = value, ""
		return
	case property == "RemotePort":
		r.port = value
		return
	case property == "PingSucceeded" && r.port != "":
		return
	}
	if s.Target = r.target; r.port != "" {
		s.Target, s.Stage = net.JoinHostPort(r.target, r.port), "tcp"
	}
	if value == "True" {
		s.Received = 1
	} else {
		s.Err = property + " : " + value
	}
	var ok bool
	if s.At, ok = r.timed(time.Time{}, false); ok {
		r.out = append(r.out, s)
	}
}

// fields reads key=value and JSON lines.
func (r *reader) fields(l string) {
	kv := map[string]string{}
	if strings.HasPrefix(l, "{") {
		var m map[string]any
		if json.Unmarshal([]byte(l), &m) != nil {
			return
		}
		for k, v := range m {
			kv[k] = fmt.Sprint(v)
		}
	} else {
		for _, m := range keyValue.FindAllStringSubmatch(l, -1) {
			v := m[2]
			if u, err := strconv.Unquote(v); err == nil {
				v = u
			}
			kv[m[1]] = v
		}
	}
	at, err := time.Parse(time.RFC3339Nano, cmp.Or(kv["ts"], kv["time"]))
	if err != nil {
		return
	}
	s := Sample{At: at, Target: cmp.Or(kv["target"], r.opt.Target), Stage: cmp.Or(kv["stage"], "probe"), Sent: 1, Err: kv["err"], Line: r.line}
	switch msg := strings.ToLower(kv["msg"]); {
	case kv["ok"] == "true", kv["success"] == "1", kv["success"] == "true", strings.HasPrefix(msg, "probe succeeded"):
		s.Received = 1
	case kv["ok"] == "false", kv["success"] == "0", kv["success"] == "false", strings.HasPrefix(msg, "probe failed"):
	default:
		return // a step of a probe, not its end
	}
	if d, err := strconv.ParseFloat(kv["duration_seconds"], 64); err == nil && s.OK() && d >= 0 && d < 1e6 {
		s.Latency = time.Duration(d * float64(time.Second))
	}
	r.known++
	r.out = append(r.out, s)
}

var keyValue = lazy.MustCompile(`(\w+)=("(?:[^"\\]|\\.)*"|\S*)`)

// Times in front of a line, most of them as date(1), ts(1) and the prompt of Windows write
// them; a weekday may stand beside the date.
const (
	weekday = `(?:(?:周|星期)[一二三四五六日天] ?|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?`
	clock   = ` {0,2}(\d?\d:\d\d:\d\d(?:\.\d+)?)` // before ten Windows has a blank or nothing for the first digit
)

var stamps = []struct {
	re     *lazy.Regexp
	layout string // of the groups, joined by blanks
}{
	{lazy.MustCompile(`^\[(\d{9,11}(?:\.\d+)?)\]:?\s*`), "unix"},
	{lazy.MustCompile(`^\[?(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))\]?:?\s*`), "2006-01-02 15:04:05Z07:00"},
	{lazy.MustCompile(`^\[?(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)? ?[+-]\d{4})\]?:?\s*`), "2006-01-02 15:04:05-0700"},
	{lazy.MustCompile(`^\[?` + weekday + `(\d{4}-\d\d?-\d\d?)T? ?` + weekday + clock + `\]?:?\s*`), "2006-1-2 15:04:05"},
	{lazy.MustCompile(`^\[?` + weekday + `(\d{4}/\d\d?/\d\d?) ?` + weekday + clock + `\]?:?\s*`), "2006/1/2 15:04:05"},
	{lazy.MustCompile(`^(\d{4}:\d\d:\d\d)` + clock + `\s*`), "2006:01:02 15:04:05"},
	{lazy.MustCompile(`^\[?(\d{4})年 ?(\d\d?)月 ?(\d\d?)日 ?` + weekday + clock + `(?: CST)?\]?:?\s*`), "2006 1 2 15:04:05"},
	{lazy.MustCompile(`^\[?` + weekday + `([A-Z][a-z]{2} [ \d]\d)` + clock + `(?: CST)? (\d{4})\]?:?\s*`), "Jan _2 15:04:05 2006"},
	{lazy.MustCompile(`^\[?` + weekday + `([A-Z][a-z]{2} [ \d]\d)` + clock + `\]?:?\s*`), "Jan _2 15:04:05"},
}

// stamp takes the time off the front of a line.
func (r *reader) stamp(l string) (at time.Time, rest string, ok bool) {
	for _, s := range stamps {
		m := s.re.FindStringSubmatchIndex(l)
		if m == nil {
			continue
		}
		text, rest := l[m[2]:m[3]], l[m[1]:]
		for i := 4; i < len(m); i += 2 {
			text += " " + l[m[i]:m[i+1]]
		}
		if s.layout == "unix" {
			sec, frac, _ := strings.Cut(text, ".")
			n, err := strconv.ParseInt(sec, 10, 64)
			if err != nil {
				return at, l, false
			}
			frac = (frac + "000000")[:6]
			us, _ := strconv.ParseInt(frac, 10, 64)
			return time.UnixMicro(n*1e6 + us).UTC(), rest, true
		}
		t, err := time.ParseInLocation(s.layout, text, r.opt.Zone)
		if err != nil {
			continue
		}
		if t.Year() == 0 {
			if r.opt.Year == 0 {
				r.noYear = true
				return at, rest, false
			}
			t = t.AddDate(r.opt.Year, 0, 0)
		}
		return t, rest, true
	}
	return at, l, false
}

// inMillis is a number of milliseconds; zero where the text is none.
func inMillis(text string) time.Duration {
	ms, _ := strconv.ParseFloat(text, 64)
	return millis(ms)
}

func millis(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }
