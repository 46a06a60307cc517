// Package probe is reachability seen from outside the payment system: was a
// host or a carrier's line answering at a given moment?
//
// In come the outputs of tools that people already run - ping with timestamps,
// fping, mtr, the log of a blackbox exporter, and poslog's own probe log
// ([Read]) - or, for [Run], addresses to connect to. Out come [Sample] values: time,
// target, answered or not. A sample is evidence about an incident of the same time;
// it never decides alone.
package probe

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Sample is one try to reach a target, or a summary of several.
type Sample struct {
	At             time.Time
	Target         string // as the log names it
	Stage          string // icmp | tcp | tls | probe
	Sent, Received int    // 1 and 0 or 1 for a single try
	Latency        time.Duration
	Err            string // what went wrong, where the log says so
	Line           int    // of the log it was read from, 0 otherwise
}

// OK reports whether any try was answered.
func (s Sample) OK() bool { return s.Received > 0 }

// Reached is how many tries came as far as the host. One that it refused did, and so did one
// that connected and failed in the TLS handshake: the line carried both.
func (s Sample) Reached() int {
	if s.Stage == "tls" || strings.Contains(s.Err, "refused") || strings.Contains(s.Err, "reset by peer") {
		return s.Sent
	}
	return s.Received
}

// String is the line of poslog's own log, in the key=value form of a blackbox
// exporter's.
func (s Sample) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "ts=%s target=%s stage=%s ok=%v", s.At.UTC().Format("2006-01-02T15:04:05.000Z"), quote(s.Target), s.Stage, s.OK())
	if s.OK() {
		fmt.Fprintf(&b, " duration_seconds=%s", strconv.FormatFloat(s.Latency.Seconds(), 'f', 6, 64))
	}
	if s.Err != "" {
		fmt.Fprintf(&b, " err=%s", strconv.Quote(s.Err))
	}
	return b.String()
}

func quote(s string) string {
	if strings.ContainsAny(s, " \"=") {
		return strconv.Quote(s)
	}
	return s
}

// Outage is a stretch in which a target did not answer.
type Outage struct {
	Target     string
	From, To   time.Time // first failed sample, first good one after it (or the last sample)
	Lost       int       // failed tries in a row
	Open       bool      // still down at the last sample
	LastBefore time.Time // last good sample before, zero where there is none
}

// Outages lists the stretches of at least min failed tries in a row, for each
// target in the order of the samples, which must ascend in time per target.
func Outages(samples []Sample, min int) []Outage {
	var out []Outage
	open := map[string]int{} // target -> index into runs
	var runs []Outage
	good := map[string]time.Time{}
	for _, s := range samples {
		i, down := open[s.Target]
		switch {
		case !s.OK() && !down:
			open[s.Target] = len(runs)
			runs = append(runs, Outage{Target: s.Target, From: s.At, To: s.At, Lost: s.Sent, Open: true, LastBefore: good[s.Target]})
		case !s.OK():
			runs[i].Lost += s.Sent
			runs[i].To = s.At
		case down:
			runs[i].To, runs[i].Open = s.At, false
			delete(open, s.Target)
		}
		if s.OK() {
			good[s.Target] = s.At
		}
	}
	for _, o := range runs {
		if o.Lost >= min {
			out = append(out, o)
		}
	}
	return out
}
