package main

// habits is one independent family of institutions: rates, codes and customs.
// The parameters of the evidence rule are set while looking at profile A; what
// is published is measured on profile B.
type habits struct {
	name            string
	terminals       [2]int     // fewest, most
	share           [2]float64 // the open code's share of attempts
	latency         [2]float64 // median answer time, ms
	spread          float64    // log-normal sigma of answer times
	timeout         []float64  // time-out of the terminals, ms
	declines        [2]float64 // share of ordinary refusals
	silent          [2]float64 // share of unanswered attempts
	amount          [2]float64 // median amount, minor units
	amountSpread    float64
	codes           []string   // ordinary refusals
	faults          []string   // codes of hosts at fault
	cutOff          int        // hour of the day from which rows settle on the next day
	lost            [2]float64 // settlement rows whose keys do not match
	partial         float64    // probability that the export lacks rows
	noAuth          float64    // probability that the log has no authorisation codes
	noLatency       float64
	noReversals     float64 // probability that the log has no 04xx rows
	noCards         float64
	calendar        float64 // probability that maintenance is declared
	successAuth     float64 // probability that successes under the code carry authorisation codes
	successRetry    [2]float64
	fastRefusal     float64 // probability that configuration refusals are faster than approvals
	fastMaintenance float64
	spreadRefusal   float64 // share of configuration refusals outside the dead ends
	reversed        [2]float64
	undoneSettles   [2]float64
	slowNetwork     [2]float64 // share of network rows that wait for the time-out
	networkReversed [2]float64
	limitLeak       [2]float64 // share of limit rows below the limit
	fundsBias       [2]float64 // how much larger amounts without funds are, log scale
	dayFlaky        float64    // share of terminals that often fail
}

var profiles = map[string]habits{
	"A": {name: "A", terminals: [2]int{4, 120}, share: [2]float64{.02, .18}, latency: [2]float64{350, 1200}, spread: .35, timeout: []float64{30000, 60000},
		declines: [2]float64{.02, .06}, silent: [2]float64{.002, .01}, amount: [2]float64{3000, 20000}, amountSpread: .9,
		codes: []string{"51", "55", "61", "05", "14", "54"}, faults: []string{"91", "96", "98"}, cutOff: 23, lost: [2]float64{0, .03}, partial: .3,
		noAuth: .35, noLatency: .3, noReversals: .25, noCards: .15, calendar: .5, successAuth: .75, successRetry: [2]float64{0, .25},
		fastRefusal: .8, fastMaintenance: .8, spreadRefusal: .2, reversed: [2]float64{.8, .98}, undoneSettles: [2]float64{0, .08},
		slowNetwork: [2]float64{.7, .95}, networkReversed: [2]float64{.1, .5}, limitLeak: [2]float64{0, .1}, fundsBias: [2]float64{.4, 1}, dayFlaky: .03},
	"B": {name: "B", terminals: [2]int{3, 250}, share: [2]float64{.01, .12}, latency: [2]float64{500, 2200}, spread: .5, timeout: []float64{20000, 45000, 90000},
		declines: [2]float64{.04, .12}, silent: [2]float64{.004, .02}, amount: [2]float64{1500, 60000}, amountSpread: 1.2,
		codes: []string{"51", "01", "57", "62", "75", "13", "30"}, faults: []string{"90", "92", "68", "A0"}, cutOff: 22, lost: [2]float64{0, .06}, partial: .4,
		noAuth: .5, noLatency: .4, noReversals: .35, noCards: .25, calendar: .4, successAuth: .6, successRetry: [2]float64{0, .4},
		fastRefusal: .65, fastMaintenance: .7, spreadRefusal: .35, reversed: [2]float64{.7, .95}, undoneSettles: [2]float64{0, .12},
		slowNetwork: [2]float64{.55, .9}, networkReversed: [2]float64{0, .6}, limitLeak: [2]float64{0, .15}, fundsBias: [2]float64{.3, .9}, dayFlaky: .06},
}
