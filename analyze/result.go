package analyze

import "time"

// Schema names the shape of Result's JSON.
const Schema = "poslog/report/1"

// Result is everything an analysis found, in the shape of the JSON report.
// Amounts are integers in minor units, times are RFC 3339 with offset, shares
// are between 0 and 1. Lists are in an order that depends on content only.
type Result struct {
	Schema         string          `json:"schema"`
	Tool           Tool            `json:"tool"`
	Timezone       string          `json:"timezone"`
	Currency       string          `json:"currency"` // of every sum of money: that of most rows
	Period         *Period         `json:"period,omitempty"`
	Provisional    bool            `json:"provisional"` // some input was not understood beyond the tolerance
	Verdict        Verdict         `json:"verdict"`
	Inputs         []Input         `json:"inputs"`
	Totals         Totals          `json:"totals"`
	Codes          []Code          `json:"codes"`
	Incidents      []Incident      `json:"incidents"`
	Maintenance    []Maintenance   `json:"maintenance"`
	Reconciliation *Reconciliation `json:"reconciliation,omitempty"`
	Timeline       Timeline        `json:"timeline"`
	Problems       []Problem       `json:"problems"`

	// Detail for first screens; each is absent where the inputs do not say.
	Health    *Health         `json:"health,omitempty"`
	Sales     *Sales          `json:"sales,omitempty"`
	Causes    []CauseCount    `json:"causes,omitempty"`
	Shared    int             `json:"shared_failures,omitempty"`    // by how much the failures of all causes add up to more than there are, as some stand under several
	Explained []Explained     `json:"explained,omitempty"`          // the rows of each code among the incidents
	Terminals []TerminalCount `json:"terminals,omitempty"`          // most technical declines first; bounded
	Unlisted  int             `json:"terminals_unlisted,omitempty"` // terminals beyond the bound, with fewer declines
	Latency   *Latency        `json:"latency,omitempty"`
	Days      []Day           `json:"days,omitempty"` // with more than one day
	Recurring []Recurring     `json:"recurring,omitempty"`
	Chronic   []Chronic       `json:"chronic,omitempty"` // most failures beyond the usual first; bounded
	Changes   []Change        `json:"changes,omitempty"`
	Samples   []Example       `json:"samples,omitempty"` // failed rows spread over time and codes; bounded
	Cube      *Cube           `json:"cube,omitempty"`
}

// Text is a sentence in both languages of the reports.
type Text struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

// Tool says what made the report, so that it can be made again.
type Tool struct {
	Name    string   `json:"name"`
	Version string   `json:"version"`
	Config  []string `json:"config"` // settings that change the answer, as "name=value", sorted
}

// Period is half open: [Start, End).
type Period struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
}

// Verdict is the first sentence of every report and the answer of the exit code.
type Verdict struct {
	Status string `json:"status"` // ok | incidents | provisional | empty
	Text   Text   `json:"text"`
}

// Input is one file and its conservation account: lines = records + skipped +
// rejected.
type Input struct {
	Name     string         `json:"name"`
	SHA256   string         `json:"sha256"`
	Format   string         `json:"format"`
	Side     string         `json:"side"`
	Charset  string         `json:"charset"`
	Lines    int            `json:"lines"`
	Records  int            `json:"records"`
	Skipped  map[string]int `json:"skipped"`
	Rejected int            `json:"rejected"`
	Period   *Period        `json:"period,omitempty"`
	Checks   []Check        `json:"checks,omitempty"` // totals that the file states about itself
	Notes    []string       `json:"notes,omitempty"`
}

// Check compares a total stated in a file with what was read.
type Check struct {
	What     string `json:"what"` // count | amount | fee ...
	Stated   int64  `json:"stated"`
	Read     int64  `json:"read"`
	Agrees   bool   `json:"agrees"`
	Position string `json:"position"`
}

// Code is what one response code means at one institution, and why.
type Code struct {
	Institution string         `json:"institution"`
	Code        string         `json:"code"` // "" is: no answer
	Kind        string         `json:"kind"` // transaction kind the verdict is for, "all" where it does not matter
	N           int            `json:"n"`
	Amount      int64          `json:"amount"`
	Table       string         `json:"table"`   // table that defines the code, "" where none does
	Profile     string         `json:"profile"` // profile that chose the table
	Meaning     string         `json:"meaning"` // approved | approved_defect | declined | reversed | unknown
	Class       string         `json:"class"`
	Technical   bool           `json:"technical"`
	Status      string         `json:"status"` // defined | decided | mixed | undecidable | contradicted
	Confidence  float64        `json:"confidence"`
	Wording     Text           `json:"wording"`
	Action      Text           `json:"action"`
	Evidence    map[string]any `json:"evidence"` // counts and shares by name, as the card shows them
	Lines       []Line         `json:"lines,omitempty"`
	Against     string         `json:"against,omitempty"` // name of the strongest line against the verdict
	Missing     Text           `json:"missing"`           // which file or field would settle it
	Examples    []Example      `json:"examples,omitempty"`
}

// Line is one line of evidence: what was observed and what it adds to each
// hypothesis or cause, in decibans.
type Line struct {
	Name     string             `json:"name"`
	Observed Text               `json:"observed"`
	Decibans map[string]float64 `json:"decibans"`
}

// Incident is one window of failures with its scope and cause.
type Incident struct {
	ID             string              `json:"id"`
	Start          time.Time           `json:"start"` // first moment of the incident
	End            time.Time           `json:"end"`   // first moment after it
	StartRange     [2]time.Time        `json:"start_range"`
	EndRange       [2]time.Time        `json:"end_range"`
	Open           bool                `json:"open"` // still failing at the end of the data
	Cause          string              `json:"cause"`
	Planned        bool                `json:"planned"`
	Declared       *Period             `json:"declared,omitempty"`
	OverrunSeconds int64               `json:"overrun_seconds"`
	Confidence     float64             `json:"confidence"`
	RunnerUp       *RunnerUp           `json:"runner_up,omitempty"`
	Rival          *RunnerUp           `json:"rival,omitempty"` // of an undetermined one: the second most likely, which runner_up, the likeliest, cannot be told apart from
	Scope          map[string][]string `json:"scope"`
	Coverage       float64             `json:"coverage"` // share of the window's excess that the scope explains
	NotTestable    []string            `json:"not_testable,omitempty"`
	Attempts       int                 `json:"attempts"`
	Failures       int                 `json:"failures"`
	Expected       float64             `json:"expected"`
	Excess         float64             `json:"excess"`
	EValue         float64             `json:"e_value"` // such windows expected by chance in this data
	AmountAtRisk   int64               `json:"amount_at_risk"`
	Currency       string              `json:"currency"`
	Codes          []CodeCount         `json:"codes"`
	Overlaps       []Overlap           `json:"overlaps,omitempty"`
	Evidence       []Line              `json:"evidence"`
	Against        string              `json:"against,omitempty"`
	Missing        Text                `json:"missing"`
	Advice         []Text              `json:"advice"`          // for the bank's desk, in the order to do it
	MerchantAdvice []Text              `json:"merchant_advice"` // for the merchant
	Examples       []Example           `json:"examples"`
}

// Overlap is another incident that holds some of the same failures: their scopes cross.
type Overlap struct {
	Incident string `json:"incident"`
	Failures int    `json:"failures"` // that both hold
}

// RunnerUp is a cause beside the one that is named: the second most likely, or where none is
// named the most likely.
type RunnerUp struct {
	Cause      string  `json:"cause"`
	Confidence float64 `json:"confidence"`
}

// CodeCount counts one raw code.
type CodeCount struct {
	Code   string  `json:"code"`
	N      int     `json:"n"`
	Within *Period `json:"within,omitempty"` // of an incident's code that came in a part of its time only: from the first to the last
}

// Example points at one row behind a number.
type Example struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Text string `json:"text"` // masked: time, terminal, code, amount

	Time        *time.Time `json:"time,omitempty"`
	Institution string     `json:"institution,omitempty"`
	Terminal    string     `json:"terminal,omitempty"`
	Code        string     `json:"code,omitempty"`
	Outcome     string     `json:"outcome,omitempty"` // as in Cube
	Amount      *int64     `json:"amount,omitempty"`
	Currency    string     `json:"currency,omitempty"` // of the amount, where the data have several
	LatencyMS   *int       `json:"latency_ms,omitempty"`
	Incident    string     `json:"incident,omitempty"`
}

// Maintenance is one declared window and what it did.
type Maintenance struct {
	Title       string    `json:"title"`
	Start       time.Time `json:"start"`
	End         time.Time `json:"end"`
	Institution string    `json:"institution"` // "" = all
	Source      string    `json:"source"`      // file and line, or the sentence of the notice
	Verdict     string    `json:"verdict"`     // effective | harmless | overrun
	Observed    bool      `json:"observed"`    // false: no attempt inside, so "harmless" proves nothing
	Incidents   []string  `json:"incidents"`
	Attempts    int       `json:"attempts"`
	Failures    int       `json:"failures"`
	Excess      float64   `json:"excess"`
}

// Reconciliation is the terminal book against the settlement book.
type Reconciliation struct {
	Sides       Text                  `json:"sides"` // what was compared, or what cannot be known and why
	States      map[string]StateTotal `json:"states"`
	Items       []Item                `json:"items"` // everything that is not matched, most money first; see unlisted
	MoneyAtRisk map[string]StateTotal `json:"money_at_risk"`
	Unanswered  []Item                `json:"unanswered"`         // outcome unknown, and no settlement file of their day yet
	Unsure      []Unsure              `json:"unsure"`             // matches that a person should confirm
	Splits      []Unsure              `json:"splits,omitempty"`   // rows matched with several rows of the other side that add up to them
	Unlisted    map[string]int        `json:"unlisted,omitempty"` // cases by state that are counted and not in items; "unanswered" for those of that list
	Keys        map[string]int        `json:"keys"`               // matches by the key that made them
	Carried     *Carried              `json:"carried,omitempty"`

	RiskByIncident map[string]map[string]StateTotal `json:"risk_by_incident"`
	RiskByCause    map[string]map[string]StateTotal `json:"risk_by_cause"`
	RiskByMerchant map[string]map[string]StateTotal `json:"risk_by_merchant"`

	Proof           Proof   `json:"proof"`
	OtherCurrencies []Moved `json:"other_currencies,omitempty"` // what moved besides the amounts of the proof
}

// Unsure is a group of rows that share a key: of which several combinations are equally
// good, or, in splits, that add up to the same amount on both sides.
type Unsure struct {
	Key        string   `json:"key"`
	Amount     int64    `json:"amount"` // of each row; in splits of each side
	Currency   string   `json:"currency"`
	Terminal   []string `json:"terminal_positions"`
	Settlement []string `json:"settlement_positions"`
	More       int      `json:"more,omitempty"` // rows of both sides beyond the listed ones
}

// Carried is what became of the rows that an earlier run had left waiting.
type Carried struct {
	Rows     int   `json:"rows"`
	Arrived  int   `json:"arrived"`
	Missing  int   `json:"missing"`
	Waiting  int   `json:"waiting"`
	Arrivals int64 `json:"arrivals"` // signed amount of those that arrived, in Result.Currency

	OtherArrivals map[string]int64 `json:"other_arrivals,omitempty"` // the same in other currencies
}

// StateTotal is count and money of one state.
type StateTotal struct {
	Count    int    `json:"count"`
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
	Rows     int    `json:"rows,omitempty"` // of matched: its rows on both sides, in all currencies; a case has one or several
}

// Proof shows that every row stands in exactly one state. The amounts are of
// Result.Currency.
type Proof struct {
	TerminalRows     int   `json:"terminal_rows"` // rows that move money
	SettlementRows   int   `json:"settlement_rows"`
	TerminalAmount   int64 `json:"terminal_amount"`
	SettlementAmount int64 `json:"settlement_amount"`
	Holds            bool  `json:"holds"`
}

// Moved is what both sides moved in one currency.
type Moved struct {
	Currency         string `json:"currency"`
	TerminalAmount   int64  `json:"terminal_amount"`
	SettlementAmount int64  `json:"settlement_amount"`
}

// Item is one open item of the reconciliation.
type Item struct {
	State            string     `json:"state"` // idle in Reconciliation.Unanswered, which are in no state yet
	Time             *time.Time `json:"time,omitempty"`
	Institution      string     `json:"institution"`
	Merchant         string     `json:"merchant"`
	Terminal         string     `json:"terminal"`
	RRN              string     `json:"rrn"`
	STAN             string     `json:"stan"`
	Card             string     `json:"card"` // masked
	Kind             string     `json:"kind"`
	Code             string     `json:"code"`
	Meaning          string     `json:"meaning"`
	TerminalAmount   *int64     `json:"terminal_amount,omitempty"`
	SettlementAmount *int64     `json:"settlement_amount,omitempty"`
	Due              *int64     `json:"due,omitempty"` // of a deposit: its transactions less fees of the rate that the other deposits have
	Currency         string     `json:"currency"`
	Incident         string     `json:"incident,omitempty"`
	AgeDays          int        `json:"age_days"` // business days before the newest settlement file
	Reversed         bool       `json:"reversed"`
	Confidence       float64    `json:"confidence"` // of the match, 1 where keys are exact
	Terminals        string     `json:"terminal_position,omitempty"`
	Settlements      string     `json:"settlement_position,omitempty"`
	Call             string     `json:"call"` // acquirer | issuer | carrier | nobody
	Advice           Text       `json:"advice"`
}

// Totals counts attempts after repeats of the same message are removed.
// Formulas state each rate in words, so that nobody has to guess.
type Totals struct {
	Count
	ByInstitution   []InstitutionCount `json:"by_institution"`
	OtherCurrencies []CurrencyCount    `json:"other_currencies,omitempty"` // attempts whose amounts are in no sum; see Result.Currency
	Formulas        map[string]Text    `json:"formulas"`
}

// CurrencyCount is what was tried and approved in one currency.
type CurrencyCount struct {
	Currency       string `json:"currency"`
	Attempts       int    `json:"attempts"`
	Approved       int    `json:"approved"`
	ApprovedAmount int64  `json:"approved_amount"`
}

// InstitutionCount is the count of one institution.
type InstitutionCount struct {
	Institution  string        `json:"institution"`
	Availability *Availability `json:"availability,omitempty"`
	Count
}

// Count splits attempts by outcome.
type Count struct {
	Attempts       int      `json:"attempts"`
	Approved       int      `json:"approved"`
	Declined       Declined `json:"declined"`
	Unknown        int      `json:"unknown"`
	Reversed       int      `json:"reversed"`
	Inferred       int      `json:"inferred"` // of all these, how many rest on evidence
	ApprovedAmount int64    `json:"approved_amount"`
	ApprovalRate   *float64 `json:"approval_rate"` // approved / attempts, null without attempts
	TechnicalRate  *float64 `json:"technical_rate"`
	BusinessRate   *float64 `json:"business_rate"`
}

// Declined is NPCI's split.
type Declined struct {
	Technical int `json:"technical"`
	Business  int `json:"business"`
}

// Timeline counts attempts per bucket for charts. Buckets without attempts and
// outside every file's period are absent, not zero.
type Timeline struct {
	BucketSeconds int      `json:"bucket_seconds"`
	Buckets       []Bucket `json:"buckets"`
}

// Bucket is one step of the timeline.
type Bucket struct {
	Start     time.Time `json:"start"`
	Attempts  int       `json:"attempts"`
	Approved  int       `json:"approved"`
	Technical int       `json:"technical"`
	Business  int       `json:"business"`
	Unknown   int       `json:"unknown"`
	Reversed  int       `json:"reversed"`
}

// Problem is something in the inputs that a person should mend.
type Problem struct {
	Position string `json:"position"`
	Rule     string `json:"rule"`
	Text     string `json:"text"`    // what is wrong and where it says so, in English
	Excerpt  string `json:"excerpt"` // the offending text alone, scrubbed; of not-understood and read-in-part the rule that refused the file
	Hint     string `json:"hint"`
}
