package generate

// Profile is one independent set of habits: rates, code tables, latencies and
// names. What is fitted on one profile must be reported on the other.
type Profile struct {
	Name         string
	Institutions []named // code and name, used in this order
	Carriers     []share
	Regions      []share
	RegionCodes  []string // four digits inside a MID
	Networks     []share
	Models       []share
	Issuers      []issuer

	Shape      [24]float64 // attempts per hour of day, any scale
	Dispersion float64     // gamma shape of a 15-minute block's rate; large is Poisson

	TechLow, TechHigh float64 // technical failures of a healthy terminal, uniform
	Flaky             float64 // share of terminals with FlakyRate
	FlakyRate         float64
	Declines          [2]float64 // cardholder declines, uniform per merchant
	Cardholder        mix
	Background        mix

	Latency, LatencySigma float64    // ms, log-normal approvals
	Refusal               [2]float64 // ms, fast refusals of a host under maintenance
	SlowRefusal           float64    // share of maintenance windows whose refusals are slow
	HostLatency           [2]float64 // ms, median range of a sick host
	Timeouts              []int32    // ms, one per institution
	Connect               float64    // share of network failures that fail at once, on connecting

	Retry, RetryDecline float64    // after a technical failure, after a decline
	RetryDelay          [2]float64 // seconds
	Tries               int
	Reversal            float64 // share of unanswered sales that the terminal reverses
	HostSaw             float64 // share of unanswered sales that the host had approved
	ReversalLost        float64 // share of reversals that never take effect

	Maintenance, Host, Terminal, Security []mix
	ShowB4                                float64 // share of time-outs shown as B4 by institutions that do so

	Kinds    []kindShare
	Amount   float64 // yuan, median
	Spread   float64
	Skewed   float64 // share of terminals whose clock is off
	MaxSkew  float64 // seconds
	Ramp     [2]float64
	Flap     float64    // share of network outages that come and go
	Leak     float64    // approvals that pass during maintenance
	NightMnt float64    // share of maintenance windows at night
	Holiday  [2]float64 // factor of a holiday
	Weekend  float64
	Letters  bool // terminal ids hold letters
	Restart  bool // STANs start again with every batch
	DayEnd   int  // settlement cut-off, minutes after midnight
}

type named struct{ code, name string }

type share struct {
	name string
	w    float64
}

type issuer struct {
	code, name string
	bins       []string
	w          float64
}

type kindShare struct {
	kind uint8
	w    float64
}

// Profiles returns the names accepted by Options.Profile.
func Profiles() []string { return []string{"A", "B"} }

func profile(name string) *Profile {
	switch name {
	case "", "A":
		return &profileA
	case "B":
		return &profileB
	}
	return nil
}
