package probe

import (
	"net"
	"strconv"
	"strings"

	"github.com/poslog/poslog/internal/lazy"
)

// tries are the lines of programs that connect to a port again and again (tcping, psping), of
// hping, and the sums of routers.
var tries = []*lazy.Regexp{
	lazy.MustCompile(`^Probing (?P<host>\S+)/tcp - (?:Port is open|(?P<lost>[^-]+?)) - time=(?P<ms>[\d.]+)ms`),
	lazy.MustCompile(`^(?:Reply|(?P<lost>No reply)) from (?P<host>\S+)(?: \(\S+\))? on port (?P<port>\d+)(?:.* time=(?P<ms>[\d.]+) ms)?`),
	lazy.MustCompile(`^Connecting to (?P<host>\S+:\d+): (?:from \S+: (?P<ms>[\d.]+)ms|(?P<lost>.+))`),
	lazy.MustCompile(`^len=\d+ ip=(?P<host>\S+) .*rtt=(?P<ms>[\d.]+) ms`),
	lazy.MustCompile(`^Success rate is \d+ percent \((?P<received>\d+)/(?P<sent>\d+)\)(?:, round-trip min/avg/max = \d+/(?P<ms>\d+)/)?`),
}

// try takes such a line without its time; ok is false where it is none.
func (r *reader) try(l string) (s Sample, ok bool) {
	for _, re := range tries {
		m := re.FindStringSubmatch(l)
		if m == nil {
			continue
		}
		s = Sample{Target: r.target, Stage: "tcp", Sent: 1, Received: 1, Line: r.line}
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
				s.Latency = inMillis(m[i])
			case "lost":
				if s.Received, s.Err = 0, strings.TrimSpace(m[i]); strings.HasSuffix(s.Err, "closed") {
					s.Err = "connection refused"
				}
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
		return s, true
	}
	return Sample{}, false
}
