package probe

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/poslog/poslog/internal/lazy"
)

var (
	mtrStart = lazy.MustCompile(`^Start: (.+)$`)
	mtrHop   = lazy.MustCompile(`^\s*\d+\.(?:\|--)?\s+(?:AS\S+\s+)?(\S+)(?: \(\S+\))?\s+([\d.]+)%?\s+(\d+)\s+([\d.]+)`)
	mtrHost  = lazy.MustCompile(`^HOST: (\S+)`)
)

// mtrReport takes a line of the report of mtr: when it started, on which host, one hop.
func (r *reader) mtrReport(l string) bool {
	if m := mtrStart.FindStringSubmatch(l); m != nil {
		r.endReport()
		r.known++
		for _, layout := range []string{"2006-01-02T15:04:05-0700", time.RFC3339, "Mon Jan _2 15:04:05 2006"} {
			if t, err := time.ParseInLocation(layout, strings.TrimSpace(m[1]), r.opt.Zone); err == nil {
				r.start, r.clock = t, time.Time{}
			}
		}
		return true
	}
	if mtrHost.MatchString(l) {
		r.known++
		if !r.clock.IsZero() { // old versions state no start
			r.endReport()
			r.start, r.clock = r.clock, time.Time{}
		}
		return true
	}
	m := mtrHop.FindStringSubmatch(l)
	if m == nil || r.start.IsZero() {
		return false
	}
	loss, _ := strconv.ParseFloat(m[2], 64)
	sent, _ := strconv.Atoi(m[3])
	r.hop = Sample{At: r.start, Target: m[1], Stage: "icmp", Sent: sent, Received: came(sent, loss), Latency: inMillis(m[4]), Line: r.line}
	return true
}

// came is how many of the packets sent came back, of which a share of percent was lost.
func came(sent int, percent float64) int {
	return sent - int(max(0, min(percent, 100))*float64(sent)/100+.5)
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

// mtrCSV reads mtr --csv: version, start, status, host, hop, address, loss,
// sent and so on. The last hop of a run is the target.
func (r *reader) mtrCSV(l string) bool {
	head := strings.HasPrefix(l, "Mtr_Version")
	if !head && !strings.HasPrefix(l, "MTR.") {
		return false
	}
	r.known++
	f := strings.Split(strings.ReplaceAll(l, ";", ","), ",") // older versions have semicolons
	if head || len(f) < 9 {
		return true
	}
	sec, err := strconv.ParseInt(f[1], 10, 64)
	if err != nil {
		return true
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
	r.hop = Sample{At: at, Target: f[3], Stage: "icmp", Sent: sent, Received: came(sent, loss), Line: r.line}
	return true
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
	first, doc := r.line, []byte(text)
	for open := braces(text); open > 0 && sc.Scan(); open += braces(sc.Text()) {
		if len(doc) > 8<<20 {
			return fmt.Errorf("%s: more than 8 MiB of JSON: split the file", r.name)
		}
		r.line++
		doc = append(append(doc, '\n'), sc.Text()...)
	}
	if err := json.Unmarshal(doc, &d); err != nil {
		return fmt.Errorf("%s:%d: not the JSON of mtr: %v", r.name, first, err)
	}
	if len(d.Report.Hubs) == 0 {
		return fmt.Errorf("%s:%d: JSON without report.hubs: want the output of mtr --json", r.name, first)
	}
	at, err := time.Parse(time.RFC3339, d.Time)
	if at, ok := r.timed(at, err == nil); ok {
		h := d.Report.Hubs[len(d.Report.Hubs)-1]
		r.out = append(r.out, Sample{At: at, Target: d.Report.Mtr.Dst, Stage: "icmp", Sent: h.Snt, Received: came(h.Snt, h.Loss), Latency: millis(h.Avg), Line: first})
		return nil
	}
	return errors.New(r.name + `: mtr --json states no time: add "time": "2026-11-21T23:00:00+08:00" beside "report", write a line of the time above it (date -Is), or use mtr --csv`)
}

// braces is how many braces a line of JSON opens more than it closes.
func braces(l string) (n int) {
	quoted := false
	for i := 0; i < len(l); i++ {
		switch c := l[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			n++
		case c == '}':
			n--
		}
	}
	return n
}
