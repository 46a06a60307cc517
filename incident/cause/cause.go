// Package cause says why a window of failures happened: maintenance, network,
// host, terminal, security, cardholder or a gap in the data.
//
// In come a book of records, the meaning of its codes, a found window with its
// scope, and the announced maintenance ([Attribute]). Out comes an [Attribution]: the
// cause with a calibrated confidence, the sum of evidence behind it line by line in
// decibans, the strongest line against it, and, where the evidence does not suffice,
// "undetermined" with the field that would decide.
//
// The work is done in two steps that are tested apart. [Context.Measure] turns rows
// into [Features], plain numbers; [Weights.Judge] is a pure function from
// Features to an Attribution. What each observation is worth stands in
// weights.json, as the share of incidents of each cause that show it. No line decides
// alone: lines that tell the same story share a group, and a group is capped.
package cause

import (
	"time"

	"github.com/poslog/poslog/calendar"
)

// Cause is why a window of failures happened.
type Cause uint8

const (
	Maintenance Cause = iota
	Network
	Host
	Terminal
	Security
	Cardholder
	DataGap
	Undetermined // the evidence does not suffice
)

// Causes is the number of causes that evidence can argue for.
const Causes = int(Undetermined)

var names = [...]string{"maintenance", "network", "host", "terminal", "security", "cardholder", "data_gap", "undetermined"}

func (c Cause) String() string { return names[c] }

// Parse is the inverse of Cause.String; ok is false for an unknown name.
func Parse(s string) (c Cause, ok bool) {
	for i, n := range names {
		if n == s {
			return Cause(i), true
		}
	}
	return Undetermined, false
}

// Text is a sentence in both languages of the reports.
type Text struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

// Name is the cause in words.
func (c Cause) Name() Text { return causeTexts[c] }

var causeTexts = [...]Text{
	{"银行维护", "maintenance"}, {"网络故障", "network"}, {"主机故障", "host"}, {"终端问题", "terminal"},
	{"密钥或报文校验", "security"}, {"持卡人", "cardholder"}, {"数据缺失", "data gap"}, {"无法判定", "undetermined"},
}

// Line is one line of evidence: what was observed, and what that adds to each
// cause in decibans (10 log10 of how much likelier it is under that cause than
// under all causes on average).
type Line struct {
	Name     string
	Group    string
	Observed Text
	Decibans [Causes]float64 // after the weight of the line and the cap of its group
}

// ByName returns the decibans as a report writes them, rounded to a tenth.
func (l Line) ByName() map[string]float64 {
	m := make(map[string]float64, Causes)
	for c, d := range l.Decibans {
		m[names[c]] = round(d, 10)
	}
	return m
}

// Ranked is a cause with its calibrated probability.
type Ranked struct {
	Cause Cause
	P     float64
}

// Attribution is the verdict on one window.
type Attribution struct {
	Cause      Cause
	Confidence float64  // calibrated probability of Cause; of the leading cause where undetermined
	Ranking    []Ranked // all causes, most likely first
	Lines      []Line   // in a fixed order; lines without data are absent
	Against    string   // name of the line that speaks most for the runner-up, "" where none does
	Missing    Text     // what would settle it, empty where nothing is missing

	Planned  bool             // the failures are those of an announced, planned window
	Declared *calendar.Window // the announced window that it overlaps, where the cause is maintenance
	Overrun  time.Duration    // from the announced end to the end of the failures

	Features Features
}

// RunnerUp is the second most likely cause; where the verdict is undetermined,
// it is the leading one.
func (a *Attribution) RunnerUp() Ranked {
	if a.Cause == Undetermined {
		return a.Ranking[0]
	}
	return a.Ranking[1]
}
