package analyze

import "time"

// Sales is the trade of the period in money, for the merchant's page: what was
// approved, what was settled, what failed and why in three plain groups.
type Sales struct {
	Approved    StateTotal    `json:"approved"`              // approved at the terminal, voids and refunds deducted
	Returned    *StateTotal   `json:"returned,omitempty"`    // of approved: voids and refunds, whose amount is deducted
	Settled     *StateTotal   `json:"settled,omitempty"`     // null without a settlement side
	Fee         *int64        `json:"fee,omitempty"`         // as the settlement side states it
	Net         *int64        `json:"net,omitempty"`         // settled less fee, or as stated
	Difference  *int64        `json:"difference,omitempty"`  // settled - approved
	Failed      StateTotal    `json:"failed"`                // attempts that did not succeed
	Recovered   StateTotal    `json:"recovered"`             // of these, paid later with the same card and amount
	Groups      []FailedGroup `json:"groups"`                // customer, bank_or_network, maintenance: each failed attempt in one
	Expected    *StateTotal   `json:"expected,omitempty"`    // what the next settlement should bring
	ExpectedOn  string        `json:"expected_on,omitempty"` // yyyy-mm-dd
	ExpectedFee *int64        `json:"expected_fee,omitempty"`
	Pending     StateTotal    `json:"pending"` // of what is expected: after the cut-off of this period
	// SettledElsewhere is, of approved, what settlement files have that are older than those given, or of other merchants.
	SettledElsewhere *StateTotal `json:"settled_elsewhere,omitempty"`
	// SoldElsewhere is, of settled, what was sold on days or by merchants that the terminal records do not have.
	SoldElsewhere *StateTotal `json:"sold_elsewhere,omitempty"`
}

// FailedGroup is one of the three plain groups of failed attempts.
type FailedGroup struct {
	Group     string   `json:"group"` // customer | bank_or_network | maintenance
	Count     int      `json:"count"`
	Amount    int64    `json:"amount"`
	Recovered int      `json:"recovered"`
	Reasons   []Reason `json:"reasons"` // most frequent first
	Incidents []string `json:"incidents"`
}

// Reason counts failures with one wording.
type Reason struct {
	Wording Text `json:"wording"`
	N       int  `json:"n"`
}

// Cube counts attempts by time and dimensions, so that a page can filter
// without the inputs. It is complete: the cells add up to the totals. Values
// beyond the size bound are folded into one value "*".
type Cube struct {
	Start         time.Time `json:"start"` // of bucket 0
	BucketSeconds int       `json:"bucket_seconds"`
	Dims          []CubeDim `json:"dims"` // institution, code, outcome, class, incident first; then carrier, region, network, model, issuer as far as they vary
	// Cells holds one row per combination that occurs: bucket, the index of the
	// value in each of Dims, number of attempts, amount. Sorted. Rows without a
	// time have bucket -1.
	Cells [][]int64 `json:"cells"`
}

// CubeDim is one dimension of the cube. The outcome dimension has the values
// approved, technical, business, unknown and reversed; incident has the id, or "".
type CubeDim struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
	Folded int      `json:"folded,omitempty"` // number of values inside "*"
}

// TerminalCount is one terminal's day. Hours[h] counts local hour h.
type TerminalCount struct {
	Institution   string     `json:"institution"`
	Merchant      string     `json:"merchant"`
	Terminal      string     `json:"terminal"`
	First         *time.Time `json:"first,omitempty"`
	Last          *time.Time `json:"last,omitempty"`
	SilentSeconds int64      `json:"silent_seconds"`         // longest silence that its own rhythm does not explain
	SkewSeconds   *float64   `json:"skew_seconds,omitempty"` // its clock less the host's: above 0 it is fast
	Hours         []HourCell `json:"hours,omitempty"`
	Count
}

// HourCell is attempts and technical declines of one hour of the day.
type HourCell struct {
	Attempts  int `json:"attempts"`
	Technical int `json:"technical"`
}

// Latency is the histogram of answer times. Bin i holds Edges[i] <= ms <
// Edges[i+1]; the last bin is open.
type Latency struct {
	Edges    []int `json:"edges_ms"`
	Approved []int `json:"approved"`
	Declined []int `json:"declined"`
	NoAnswer int   `json:"no_answer"`
	P50      int   `json:"p50_ms"` // of all answers
	P95      int   `json:"p95_ms"`
	P99      int   `json:"p99_ms"`
}

// Day is one calendar day in the report's zone.
type Day struct {
	Date      string   `json:"date"` // yyyy-mm-dd
	Incidents []string `json:"incidents"`
	Excess    float64  `json:"excess"`
	Count
}

// Recurring is a window that failed again and again without being declared: a
// proposal to confirm, never applied by itself.
type Recurring struct {
	Institution string   `json:"institution"`
	RRule       string   `json:"rrule"` // RFC 5545
	Start       string   `json:"start"` // hh:mm local
	Minutes     int      `json:"minutes"`
	Times       int      `json:"times"` // seen
	OutOf       int      `json:"out_of"`
	EValue      float64  `json:"e_value"` // such repetitions expected by chance
	Entry       string   `json:"entry"`   // the line for a calendar's list of windows
	Excess      float64  `json:"excess"`
	Incidents   []string `json:"incidents"`
	Advice      Text     `json:"advice"`
}

// Chronic is a scope that fails all the time, such as a bad terminal: a level, and no
// incident, which has a beginning.
type Chronic struct {
	Scope    map[string][]string `json:"scope"`
	Attempts int                 `json:"attempts"` // outside of incidents, retries counted once
	Failures int                 `json:"failures"` // of these, technical ones
	Rate     float64             `json:"rate"`
	Usual    float64             `json:"usual"` // of everything else
}

// Change is something that is new or different from the baseline.
type Change struct {
	Kind        string     `json:"kind"` // new_code | gone_code | meaning | rate | volume | silent
	Institution string     `json:"institution"`
	Code        string     `json:"code"`
	Time        *time.Time `json:"time,omitempty"` // the moment of the change
	Text        Text       `json:"text"`
}

// Health is what the data themselves lack.
type Health struct {
	Gaps           []Gap `json:"gaps"`
	SkewedClocks   int   `json:"skewed_clocks"`   // terminals whose clock is off by more than a minute
	UndecidedCodes int   `json:"undecided_codes"` // codes with status mixed, undecidable or contradicted
	NoTime         int   `json:"no_time"`         // rows without a time of day
	Duplicates     int   `json:"duplicates"`      // repeats of the same message that were removed

	Smallest  Smallest   `json:"smallest_window"`
	Strangers []Stranger `json:"strangers,omitempty"` // of the configuration, bounded
	Shift     *Shift     `json:"shift,omitempty"`
}

// Shift says that the times of the two sides differ by the hours between two zones, or by a year: one of them
// is not in the zone or year that it was read in, and the times of the report may be wrong by as much.
type Shift struct {
	Of      string `json:"of"`      // zone | year
	Seconds int64  `json:"seconds"` // by which the terminal side is ahead of settlement, negative: behind
	Pairs   int    `json:"pairs"`   // matched rows it is known from
}

// Smallest is the smallest window of failures that these data could have shown.
type Smallest struct {
	Attempts  int     `json:"attempts"`      // with a time of day, retries counted once
	UsualRate float64 `json:"usual_rate"`    // supposed share of technical declines and unknown outcomes outside windows, rather too high than too low
	Assumed   bool    `json:"usual_assumed"` // it is a presumption: most of the data is bad
	Failures  int     `json:"failures"`      // in a row, of all attempts
	Minutes   float64 `json:"minutes"`       // that they take at the mean distance of attempts
	TooLittle bool    `json:"too_little"`    // no window shorter than a quarter of the data would show
}

// Stranger is a name or a time of the configuration that the data do not have, so that what is
// said of it changes nothing.
type Stranger struct {
	Source string   `json:"source"` // file:line, or which rule
	Field  string   `json:"field"`  // institution | merchant | terminal | channel | issuer | carrier | period
	Name   string   `json:"name"`   // a period: from its first to its last moment
	Near   []string `json:"near"`   // names of the data, of which it may be another spelling; else none of the file's is in the data
}

// Gap is a stretch without data where there should be some: it must never look
// like a quiet hour.
type Gap struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
	What  string    `json:"what"` // the institutions, merchants or terminals that are silent, three and how many more (A B C +4), * = all
	// Expected is about how many attempts would have come.
	Expected int `json:"expected"`
	// Missing is "log" where trace numbers or settlement go on or no file is of that time, "trade" where trace numbers do not, else "unknown".
	Missing string `json:"missing"`
}

// CauseCount is the failures that incidents of one cause explain, each once.
type CauseCount struct {
	Cause          string  `json:"cause"`
	Planned        bool    `json:"planned"`
	Incidents      int     `json:"incidents"`
	Failures       int     `json:"failures"`
	Excess         float64 `json:"excess"`
	Amount         int64   `json:"amount"`
	Seconds        int64   `json:"seconds"` // overlapping incidents count twice
	OverrunSeconds int64   `json:"overrun_seconds"`
}

// Explained splits the rows of one code at one institution among the incidents:
// those beyond what comparable times lead one to expect.
type Explained struct {
	Institution string        `json:"institution"`
	Code        string        `json:"code"` // "" is no answer
	N           int           `json:"n"`
	By          []ExplainedBy `json:"by"`   // most first
	Rest        int           `json:"rest"` // explained by none
	Text        Text          `json:"text"`
}

// ExplainedBy is the part of one incident.
type ExplainedBy struct {
	Incident  string  `json:"incident"`
	N         int     `json:"n"` // rows of the code inside
	Expected  float64 `json:"expected"`
	Explained int     `json:"explained"`
	Interval  [2]int  `json:"interval"` // 95 %
}

// Availability is 1 - technical failures / attempts, three ways; who declines for the data of
// one message is available.
type Availability struct {
	All               *float64 `json:"all"`
	ExcludingDeclared *float64 `json:"excluding_declared"` // without attempts inside declared windows
	ExcludingOthers   *float64 `json:"excluding_others"`   // also without faults of lines and of other parties
}
