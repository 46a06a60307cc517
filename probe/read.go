package probe

import (
	"bufio"
	"encoding/json"
	"errors"
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
}

// Read reads a log of ping -D, ping | ts, Windows ping with timestamps, fping
// -D, mtr (report, --json, --csv, --raw), Test-NetConnection, tcping, psping, hping, routers of Cisco, a blackbox exporter or [Run]. Lines of other
// programs between them are ignored; a file without a single readable line is an
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
		if r.known > 0 {
			return nil, fmt.Errorf("%s: no time on its lines: run ping -D, fping -D or pipe through ts", name)
		}
		return nil, fmt.Errorf("%s: no probe was recognised: want output of ping -D, fping -D, mtr, Test-NetConnection, a blackbox exporter's log or poslog probe", name)
	}
	slices.SortStableFunc(r.out, func(a, b Sample) int { return a.At.Compare(b.At) })
	return r.out, nil
}

var (
	pingHead  = lazy.MustCompile(`(?i)^(?:PING (\S+)|正在 Ping (\S+)|(?:Pinging|Sending \d+, \d+-byte ICMP Echos to) ([^\s,]+))`)
	pingReply = lazy.MustCompile(`(?i)(?:bytes from|Reply from|来自) ?([^\s:：]\S*?)(?: \([^)]*\))?[:：]? .*?(?:time|时间) ?[=<]([\d.]+) ?(?:ms|毫秒)`)
	pingSeq   = lazy.MustCompile(`(?:icmp_)?(?:seq|req)=(\d+)`)
	pingLost  = lazy.MustCompile(`(?i)no answer yet for icmp_seq|尚未收到|Request timed? ?out|请求超时|Network is unreachable|网络不可达|Time to live exceeded|TTL expired|TTL 传输中过期|Destination (?:Host|Net|Port) Unreachable|无法访问目标|目标(?:主机|网络|端口)不可达|General failure|[一常][般见]故障|传输失败|100% packet loss`)
	pingEnd   = lazy.MustCompile(`(?:^|\s)(\d+) packets transmitted, 0 (?:packets )?received|已发送 ?(\d+) ?个包，? ?已接收 ?0 ?个包`)
	fpingSum  = lazy.MustCompile(`^(\S+)\s+: xmt/rcv/%loss = (\d+)/(\d+)/[\d.]+%(?:, min/avg/max = [\d.]+/([\d.]+)/)?`)
	fpingLine = lazy.MustCompile(`^(\S+)(?:\s+: \[\d+\], | is )(?:(?:\d+ bytes, |alive \()?([\d.]+) ms|(timed out|unreachable))`)
	mtrStart  = lazy.MustCompile(`^Start: (.+)$`)
	mtrHop    = lazy.MustCompile(`^\s*\d+\.(?:\|--)?\s+(?:AS\S+\s+)?(\S+)(?: \(\S+\))?\s+([\d.]+)%?\s+(\d+)\s+([\d.]+)`)
	tncField  = lazy.MustCompile(`^(RemoteAddress|RemotePort|PingSucceeded|TcpTestSucceeded) +: (\S+)$`)
	mtrHost   = lazy.MustCompile(`^HOST: (\S+)`)
)

func (r *reader) read(l string) {
	if m := mtrStart.FindStringSubmatch(l); m != nil {
		r.endReport()
		r.known++
		for _, layout := range []string{"2006-01-02T15:04:05-0700", time.RFC3339, "Mon Jan _2 15:04:05 2006"} {
			if t, err := time.ParseInLocation(layout, strings.TrimSpace(m[1]), r.opt.Zone); err == nil {
				r.start, r.clock = t, time.Time{}
			}
		}
		return
	}
	if mtrHost.MatchString(l) {
		r.known++
		if !r.clock.IsZero() { // old versions state no start
			r.endReport()
			r.start, r.clock = r.clock, time.Time{}
		}
		return
	}
	if m := mtrHop.FindStringSubmatch(l); m != nil && !r.start.IsZero() {
		loss, _ := strconv.ParseFloat(m[2], 64)
		sent, _ := strconv.Atoi(m[3])
		ms, _ := strconv.ParseFloat(m[4], 64)
		r.hop = Sample{At: r.start, Target: m[1], Stage: "icmp", Sent: sent, Received: sent - int(loss*float64(sent)/100+.5), Latency: millis(ms), Line: r.line}
		return
	}
	if r.mtrRaw(l) {
		return
	}
	if m := tncField.FindStringSubmatch(strings.TrimSpace(l)); m != nil {
		r.testNetConnection(m[1], m[2])
		return
	}
	if strings.HasPrefix(l, "MTR.") || strings.HasPrefix(l, "Mtr_Version") {
		r.mtrCSV(l)
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
	if m := pingHead.FindStringSubmatch(rest); m != nil {
		r.known++
		r.target = m[1] + m[2] + m[3]
		r.silent = true
		delete(r.seq, r.target) // counted anew
		return
	}
	if m := fpingSum.FindStringSubmatch(rest); m != nil {
		r.known++
		if at, ok = r.timed(at, ok); ok {
			s := Sample{At: at, Target: m[1], Stage: "icmp", Line: r.line}
			s.Sent, _ = strconv.Atoi(m[2])
			s.Received, _ = strconv.Atoi(m[3])
			if ms, err := strconv.ParseFloat(m[4], 64); err == nil {
				s.Latency = millis(ms)
			}
			r.out = append(r.out, s)
		}
		return
	}
	if m := pingEnd.FindStringSubmatch(rest); m != nil && r.silent {
		r.known++
		if at, ok = r.timed(at, ok); ok {
			n, _ := strconv.Atoi(m[1] + m[2])
			r.out = append(r.out, Sample{At: at, Target: r.target, Stage: "icmp", Sent: n, Err: "no reply", Line: r.line})
		}
		return
	}
	if m := fpingLine.FindStringSubmatch(rest); m != nil {
		r.known++
		if at, ok = r.timed(at, ok); ok {
			s := Sample{At: at, Target: m[1], Stage: "icmp", Sent: 1, Line: r.line}
			if m[3] == "" {
				ms, _ := strconv.ParseFloat(m[2], 64)
				s.Received, s.Latency = 1, millis(ms)
			} else {
				s.Err = m[3]
			}
			r.out = append(r.out, s)
		}
		return
	}
	if r.try(at, ok, rest) {
		return
	}
	m := pingReply.FindStringSubmatch(rest)
	lost := m == nil && pingLost.MatchString(rest) && !strings.Contains(rest, "packets transmitted")
	if m == nil && !lost {
		return
	}
	r.known++
	r.silent = false
	if at, ok = r.timed(at, ok); !ok {
		return
	}
	s := Sample{At: at, Target: r.target, Stage: "icmp", Sent: 1, Line: r.line}
	if m != nil {
		ms, _ := strconv.ParseFloat(m[2], 64)
		s.Received, s.Latency = 1, millis(ms)
		if s.Target == "" {
			s.Target = m[1]
			r.target = m[1] // its lost packets name nobody
		}
	} else {
		s.Err = strings.TrimSpace(rest)
	}
	seq := -1
	if q := pingSeq.FindStringSubmatch(rest); q != nil {
		seq, _ = strconv.Atoi(q[1])
	}
	r.gap(s, seq)
	r.out = append(r.out, s)
}

// tries are the lines of programs that connect to a port again and again (tcping, psping), of
// hping, and the sums of routers.
var tries = []*lazy.Regexp{
	lazy.MustCompile(`^Probing (?P<host>\S+)/tcp - (?:Port is open|(?P<lost>[^-]+?)) - time=(?P<ms>[\d.]+)ms`),
	lazy.MustCompile(`^(?:Reply|(?P<lost>No reply)) from (?P<host>\S+)(?: \(\S+\))? on port (?P<port>\d+)(?:.* time=(?P<ms>[\d.]+) ms)?`),
	lazy.MustCompile(`^Connecting to (?P<host>\S+:\d+): (?:from \S+: (?P<ms>[\d.]+)ms|(?P<lost>.+))`),
	lazy.MustCompile(`^len=\d+ ip=(?P<host>\S+) .* seq=(?P<seq>\d+) .*rtt=(?P<ms>[\d.]+) ms`),
	lazy.MustCompile(`^Success rate is \d+ percent \((?P<received>\d+)/(?P<sent>\d+)\)(?:, round-trip min/avg/max = \d+/(?P<ms>\d+)/)?`),
}

// try reads such a line.
func (r *reader) try(at time.Time, ok bool, l string) bool {
	for _, re := range tries {
		m := re.FindStringSubmatch(l)
		if m == nil {
			continue
		}
		r.known++
		if at, ok = r.timed(at, ok); !ok {
			return true
		}
		s, seq := Sample{At: at, Target: r.target, Stage: "tcp", Sent: 1, Received: 1, Line: r.line}, -1
		for i, name := range re.SubexpNames() {
			if m[i] == "" {
				continue
			}
			switch name {
			case "host":
				s.Target = m[i]
			case "port":
				s.Target = net.JoinHostPort(s.Target, m[i])
			case "ms":
				ms, _ := strconv.ParseFloat(m[i], 64)
				s.Latency = millis(ms)
			case "lost":
				if s.Received, s.Err = 0, strings.TrimSpace(m[i]); strings.HasSuffix(s.Err, "closed") {
					s.Err = "connection refused"
				}
			case "seq":
				seq, _ = strconv.Atoi(m[i])
			case "sent":
				s.Sent, _ = strconv.Atoi(m[i])
			case "received":
				s.Stage = "icmp"
				s.Received, _ = strconv.Atoi(m[i])
			}
		}
		if s.Received == 0 {
			s.Latency = 0
		}
		r.gap(s, seq)
		r.out = append(r.out, s)
		return true
	}
	return false
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

// unreached is the host of mtr for one that did not answer.
const unreached = "???"

// nameUnreached gives the reports of mtr that did not get as far as their target its name,
// where the others of the log have one only: their last hop is "???".
func (r *reader) nameUnreached() {
	names := map[string]bool{}
	for _, s := range r.out {
		names[s.Target] = true
	}
	if !names[unreached] {
		return
	}
	delete(names, unreached)
	name := r.opt.Target
	if len(names) == 1 {
		for name = range names {
		}
	}
	for i := range r.out {
		if s := &r.out[i]; s.Target == unreached && name != "" {
			s.Target = name
		}
	}
}

// maxGap bounds how many lost packets one gap in icmp_seq may stand for.
const maxGap = 100_000

// gap enters the packets that ping sent and never mentioned again, evenly
// between its neighbours.
func (r *reader) gap(s Sample, seq int) {
	if seq < 0 {
		return
	}
	last, ok := r.seq[s.Target]
	before := r.seen[s.Target]
	r.seq[s.Target], r.seen[s.Target] = seq, s.At
	missing := seq - last - 1
	if !ok || missing <= 0 || missing > maxGap || !s.At.After(before) {
		return
	}
	step := s.At.Sub(before) / time.Duration(missing+1)
	for i := 1; i <= missing; i++ {
		r.out = append(r.out, Sample{At: before.Add(time.Duration(i) * step), Target: s.Target, Stage: s.Stage, Sent: 1, Err: "no reply", Line: s.Line})
	}
}

func (r *reader) endReport() {
	r.endRaw()
	if r.hop.Sent > 0 {
		if r.target != "" {
			r.hop.Target = r.target
		}
		r.out = append(r.out, r.hop)
		r.hop = Sample{}
	}
}

// rawHop is what mtr --raw counted of one hop.
type rawHop struct {
	host           string
	sent, received int
	latency        time.Duration // sum of all answers
	line           int
}

// mtrRaw takes a line of mtr --raw: x, a packet sent to a hop; h, the address there; p, an answer with
// its microseconds; d, the name. It states no time: a line of it stands above each run.
func (r *reader) mtrRaw(l string) bool {
	f := strings.Fields(l)
	if len(f) < 3 || len(f[0]) != 1 || !strings.Contains("xhpd", f[0]) {
		return false
	}
	hop, err := strconv.Atoi(f[1])
	if err != nil || hop < 0 || hop > 255 {
		return false
	}
	r.known++
	if !r.clock.IsZero() {
		r.endReport()
		r.start, r.clock = r.clock, time.Time{}
	}
	for len(r.raw) <= hop {
		r.raw = append(r.raw, rawHop{line: r.line})
	}
	switch h := &r.raw[hop]; f[0] {
	case "x":
		h.sent++
	case "h":
		h.host = f[2]
	case "p":
		if us, err := strconv.Atoi(f[2]); err == nil {
			h.received++
			h.latency += time.Duration(us) * time.Microsecond
		}
	}
	return true
}

// endRaw adds up a run of mtr --raw: its last address is where it got to, unless it went on behind it.
func (r *reader) endRaw() {
	hops := r.raw
	r.raw = nil
	last := len(hops) - 1
	for last >= 0 && hops[last].host == "" {
		last--
	}
	if last < 0 || r.start.IsZero() {
		return
	}
	end := hops[slices.IndexFunc(hops, func(h rawHop) bool { return h.host == hops[last].host })]
	s := Sample{At: r.start, Target: end.host, Stage: "icmp", Sent: max(end.sent, end.received), Received: end.received, Line: end.line}
	if slices.ContainsFunc(hops[last+1:], func(h rawHop) bool { return 2*h.sent > s.Sent }) {
		s.Received, s.Target = 0, unreached
	}
	if s.Received > 0 {
		s.Latency = end.latency / time.Duration(s.Received)
	}
	r.hop = s
}

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

// mtrCSV reads mtr --csv: version, start, status, host, hop, address, loss,
// sent and so on. The last hop of a run is the target.
func (r *reader) mtrCSV(l string) {
	r.known++
	f := strings.Split(strings.ReplaceAll(l, ";", ","), ",") // older versions have semicolons
	if len(f) < 9 || strings.HasPrefix(l, "Mtr_Version") {
		return
	}
	sec, err := strconv.ParseInt(f[1], 10, 64)
	if err != nil {
		return
	}
	at := time.Unix(sec, 0).UTC()
	if r.hop.Sent > 0 && (!r.hop.At.Equal(at) || r.hop.Target != f[3]) {
		r.endReport()
	}
	// Some versions have an empty ASN column before the loss.
	col := 6
	if _, err := strconv.ParseFloat(f[col], 64); err != nil {
		col++
	}
	loss, _ := strconv.ParseFloat(f[col], 64)
	sent, _ := strconv.Atoi(f[col+1])
	r.hop = Sample{At: at, Target: f[3], Stage: "icmp", Sent: sent, Received: sent - int(loss*float64(sent)/100+.5), Line: r.line}
}

// mtrJSON reads a document of mtr --json, whose first line is at hand. It states no time, so
// that one was put into it, or a line of the time stands above.
func (r *reader) mtrJSON(sc *bufio.Scanner, text string) error {
	var d struct {
		Report struct {
			Mtr struct {
				Dst   string      `json:"dst"`
				Tests json.Number `json:"tests"`
			} `json:"mtr"`
			Hubs []struct {
				Loss float64 `json:"Loss%"`
				Snt  int     `json:"Snt"`
				Avg  float64 `json:"Avg"`
			} `json:"hubs"`
		} `json:"report"`
		Time string `json:"time"`
	}
	first := r.line
	for err := error(io.ErrUnexpectedEOF); err != nil; {
		if strings.HasSuffix(strings.TrimSpace(text), "}") {
			err = json.Unmarshal([]byte(text), &d)
		}
		switch {
		case err == nil:
		case len(text) > 8<<20:
			return fmt.Errorf("%s: more than 8 MiB of JSON: split the file", r.name)
		case !sc.Scan():
			return fmt.Errorf("%s:%d: not the JSON of mtr: %v", r.name, first, err)
		default:
			r.line++
			text += "\n" + sc.Text()
		}
	}
	if len(d.Report.Hubs) == 0 {
		return fmt.Errorf("%s:%d: JSON without report.hubs: want the output of mtr --json", r.name, first)
	}
	at, err := time.Parse(time.RFC3339, d.Time)
	if at, ok := r.timed(at, err == nil); ok {
		h := d.Report.Hubs[len(d.Report.Hubs)-1]
		r.out = append(r.out, Sample{At: at, Target: d.Report.Mtr.Dst, Stage: "icmp", Sent: h.Snt, Received: h.Snt - int(h.Loss*float64(h.Snt)/100+.5), Latency: millis(h.Avg), Line: first})
		return nil
	}
	return errors.New(r.name + `: mtr --json states no time: add "time": "2026-11-21T23:00:00+08:00" beside "report", write a line of the time above it (date -Is), or use mtr --csv`)
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
	at, err := time.Parse(time.RFC3339Nano, first(kv["ts"], kv["time"]))
	if err != nil {
		return
	}
	s := Sample{At: at, Target: first(kv["target"], r.opt.Target), Stage: first(kv["stage"], "probe"), Sent: 1, Err: kv["err"], Line: r.line}
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
				return at, rest, false
			}
			t = t.AddDate(r.opt.Year, 0, 0)
		}
		return t, rest, true
	}
	return at, l, false
}

func millis(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }

func first(s ...string) string {
	for _, v := range s {
		if v != "" {
			return v
		}
	}
	return ""
}
