package probe

import (
	"strconv"
	"strings"
	"time"

	"github.com/poslog/poslog/internal/lazy"
)

var (
	pingHead  = lazy.MustCompile(`(?i)^(?:PING (\S+)|正在 Ping (\S+)|(?:Pinging|Sending \d+, \d+-byte ICMP Echos to) ([^\s,]+))`)
	pingReply = lazy.MustCompile(`(?i)(?:bytes from|Reply from|来自) ?([^\s:：]\S*?)(?: \([^)]*\))?[:：]? .*?(?:time|时间) ?[=<]([\d.]+) ?(?:ms|毫秒)`)
	pingSeq   = lazy.MustCompile(`(?:icmp_)?(?:seq|req)=(\d+)`)
	pingLost  = lazy.MustCompile(`(?i)no answer yet for icmp_seq|尚未收到|Request timed? ?out|请求超时|Network is unreachable|网络不可达|Time to live exceeded|TTL expired|TTL 传输中过期|Destination (?:Host|Net|Port) Unreachable|无法访问目标|目标(?:主机|网络|端口)不可达|General failure|[一常][般见]故障|传输失败|100% packet loss`)
	pingEnd   = lazy.MustCompile(`(?:^|\s)(\d+) packets transmitted, 0 (?:packets )?received|已发送 ?(\d+) ?个包，? ?已接收 ?0 ?个包`)
	fpingSum  = lazy.MustCompile(`^(\S+)\s+: xmt/rcv/%loss = (\d+)/(\d+)/[\d.]+%(?:, min/avg/max = [\d.]+/([\d.]+)/)?`)
	fpingLine = lazy.MustCompile(`^(\S+)(?:\s+: \[\d+\], | is )(?:(?:\d+ bytes, |alive \()?([\d.]+) ms|(timed out|unreachable))`)
)

// ping takes a line of ping or fping without its time; ok is false where it is none of theirs. A line
// that tells of no packet has a sample that sent none.
func (r *reader) ping(l string) (s Sample, ok bool) {
	s = Sample{Target: r.target, Stage: "icmp", Line: r.line}
	if m := pingHead.FindStringSubmatch(l); m != nil {
		r.target = m[1] + m[2] + m[3]
		r.silent = true
		delete(r.seq, r.target) // counted anew
		return s, true
	}
	if m := fpingSum.FindStringSubmatch(l); m != nil {
		s.Target = m[1]
		s.Sent, _ = strconv.Atoi(m[2])
		s.Received, _ = strconv.Atoi(m[3])
		s.Latency = inMillis(m[4])
		return s, true
	}
	if m := pingEnd.FindStringSubmatch(l); m != nil && r.silent {
		s.Sent, _ = strconv.Atoi(m[1] + m[2])
		s.Err = "no reply"
		return s, true
	}
	s.Sent = 1
	if m := fpingLine.FindStringSubmatch(l); m != nil {
		if s.Target, s.Err = m[1], m[3]; s.Err == "" {
			s.Received, s.Latency = 1, inMillis(m[2])
		}
		return s, true
	}
	if m := pingReply.FindStringSubmatch(l); m != nil {
		r.silent = false
		if r.target == "" {
			r.target = m[1] // its lost packets name nobody
		}
		s.Target, s.Received, s.Latency = r.target, 1, inMillis(m[2])
		return s, true
	}
	if !pingLost.MatchString(l) || strings.Contains(l, "packets transmitted") {
		return s, false
	}
	r.silent = false
	s.Err = strings.TrimSpace(l)
	return s, true
}

// maxGap bounds how many lost packets one gap in icmp_seq may stand for.
const maxGap = 100_000

// unmentioned enters the packets that ping sent before this one of a line and never mentioned
// again, evenly between its neighbours.
func (r *reader) unmentioned(s Sample, line string) {
	q := pingSeq.FindStringSubmatch(line)
	if q == nil {
		return
	}
	seq, err := strconv.Atoi(q[1])
	if err != nil {
		return
	}
	last, ok := r.seq[s.Target]
	before := r.seen[s.Target]
	r.seq[s.Target], r.seen[s.Target] = seq, s.At
	missing := seq - last - 1
	if !ok || missing <= 0 || missing > maxGap {
		return
	}
	step := s.At.Sub(before) / time.Duration(missing+1)
	if step < time.Millisecond { // nobody sends so fast: two runs write into one log
		return
	}
	for i := 1; i <= missing; i++ {
		r.out = append(r.out, Sample{At: before.Add(time.Duration(i) * step), Target: s.Target, Stage: s.Stage, Sent: 1, Err: "no reply", Line: s.Line})
	}
}
