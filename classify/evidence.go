package classify

// Evidence is what happened around one code at one institution for one kind of
// transaction: counts only, each traceable to rows. "Approvals" are rows of the
// same institution whose code a table calls approved.
type Evidence struct {
	N      int   // rows with the code
	Amount int64 // their money, minor units

	// Settlement: of the Covered rows (inside what the settlement files cover)
	// Settled were found there by their own keys, never by a later retry.
	HasSettlement bool
	Covered       int
	Settled       int
	Expected      float64 // how many of Covered would be found if they were approvals: neighbours' share
	Background    float64 // how many of Covered would be found if they were refusals

	// Reversals: Reversed rows are named by a 04xx; Reversals is the number of
	// 04xx rows of the institution at all. Without any, none can be expected.
	Reversed, Reversals int

	// Retries by the same card within ten minutes, of Carded rows.
	Carded, Retried, RetriedOK int

	// Latency of Timed rows: Fast at or below the approvals' 10 % point, Slow far
	// beyond their 95 % point. Milliseconds; -1 where unknown.
	Timed, Fast, Slow                   int
	Median                              int32
	ApprovedP10, ApprovedP50, SlowLimit int32
	TimeoutP50                          int32

	Approvals, ApprovalsWithAuth int // and those with an authorisation code
	WithAuth                     int // rows of the code with an authorisation code

	Chip, Entered                   int // chip entry, of rows that state an entry mode
	ApprovalsChip, ApprovalsEntered int

	Terminals, Active int     // terminals hit, terminals active at the institution
	ExpectedTerminals float64 // terminals that as many cases would hit by chance
	DeadEnd, Tested   int     // rows at terminals where this kind is never approved, of rows at terminals with at least three rows

	InWindow         int // rows inside declared maintenance windows
	Attempts         int // all attempts of the institution
	AttemptsInWindow int
	HasWindows       bool

	// Neighbours: up to four attempts of other cards on each side within twenty
	// minutes. Near rows have at least three; Burst rows hardly any approved one.
	Near, Burst int
	// NearDown rows have 90, 91, 96, A0, C1 or no answer of another terminal
	// within a minute; SampleDown of Sample approvals have.
	NearDown, Sample, SampleDown int

	// Amounts against those of approvals of the kind: the probability that a row's
	// amount is above an approval's, ties half; Amounts rows could be compared, and
	// Above of them exceed the approvals' 99 % point.
	Amounts, Above int
	AUC            float64

	// Texts of the terminal.
	Texts, NetworkTexts, MaintenanceTexts int

	Days  int       // days on which the code occurs
	Hours [24]int32 // rows by local hour

	// Depends lists where the code is far more frequent than elsewhere at the
	// institution.
	Depends []Dependence
	// Split tells the rows that settle from those that do not, nil where nothing
	// does or where there is nothing to tell apart.
	Split *Split

	// Other is what the code means here in the kind that has most rows, nil where
	// that is not decided or is this one.
	Other *Other

	// Patterns counts the rows by what each shows, for codes with two meanings.
	Patterns Patterns
}

// Other is the verdict on the same code and institution for another kind.
type Other struct {
	Kind      string
	N         int
	Outcome   Outcome
	Posterior [Hypotheses]float64
}

// Dependence is a value at which the code is frequent: Rows of Attempts, against
// OtherRows of OtherAttempts everywhere else.
type Dependence struct {
	Dim, Value               string // a dimension of the ledger, or "hour" and "13"
	Rows, Attempts           int
	OtherRows, OtherAttempts int
}

// Split is a value, or a threshold of amount, latency or time, that divides the
// covered rows of a code.
type Split struct {
	Dim, Value      string
	In, InSettled   int
	Out, OutSettled int
}

// Clean reports that one part settles and the other does not.
func (s *Split) Clean() bool {
	if s == nil {
		return false
	}
	a, b := share(s.InSettled, s.In), share(s.OutSettled, s.Out)
	return min(a, b) <= .1 && max(a, b) >= .6
}

// Hypothesis is one explanation of what a code means at an institution.
type Hypothesis uint8

const (
	Refused     Hypothesis = iota // the acquirer's configuration does not allow it
	Undone                        // approved by the host, then reversed
	Success                       // in fact a success
	Maintenance                   // the host refuses: maintenance or outage
	Network                       // the line failed
	Limit                         // above an amount limit
	Funds                         // not enough funds
	Mixed                         // the code has several meanings here
	Hypotheses  = int(Mixed) + 1
)

// HypothesisNames are the keys of the decibans in reports.
var HypothesisNames = [Hypotheses]string{"configuration", "approved_then_reversed", "success", "host", "network", "amount_limit", "insufficient_funds", "mixed"}

func (h Hypothesis) String() string { return HypothesisNames[h] }

// Explain says the hypothesis in words.
func (h Hypothesis) Explain() Text { return hypothesisTexts[h] }

var hypothesisTexts = [Hypotheses]Text{
	{"受理配置不允许（商户、终端或交易类型）", "refused by the acquirer's configuration (merchant, terminal or type)"},
	{"主机已批准，随后冲正", "approved by the host, then reversed"},
	{"实际成功", "in fact a success"},
	{"主机拒绝（维护或停机）", "host refuses (maintenance or outage)"},
	{"网络故障", "network failure"},
	{"超出金额限制", "above an amount limit"},
	{"余额不足", "not enough funds"},
	{"含义不止一种", "more than one meaning"},
}

// side is the outcome that a hypothesis stands for.
func (h Hypothesis) side() Outcome {
	switch h {
	case Success:
		return Approved
	case Undone:
		return Reversed
	case Mixed:
		return Unknown
	}
	return Declined
}

// Refusal reports the explanations by which no money moves.
func (h Hypothesis) Refusal() bool { return h.side() == Declined }
