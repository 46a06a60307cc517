package cause

import (
	"time"

	"github.com/poslog/poslog/calendar"
	"github.com/poslog/poslog/incident"
)

// Share counts K of N. N = 0 means that nothing could be observed, which is no
// evidence in either direction.
type Share struct{ K, N int }

// Of is K/N, 0 where N is 0.
func (s Share) Of() float64 {
	if s.N == 0 {
		return 0
	}
	return float64(s.K) / float64(s.N)
}

// Family groups failures by what their codes say, whatever the scheme.
type Family uint8

const (
	NoReply  Family = iota // sent, nothing came back: the terminal itself saw it
	NoRoute                // no connection: the terminal itself saw it
	Relayed                // a host reports a time-out or line behind it (68, 98, 92)
	Cutover                // cut-over, sign-off, outside hours (90, C1)
	HostCode               // issuer or switch does not work (91, 96)
	KeyCode                // MAC, PIN block, keys (A0, 99)
	Module                 // the security module of a switch or host does not work (A7)
	Setup                  // terminal or merchant not set up (97, 77, 03), or its messages are refused (30)
	Declines               // funds, PIN, card: more of them than usual
	Local                  // says nothing by itself (B4)

	Families = int(Local) + 1
)

// Speed is how fast a failure came back, measured against approvals of the same
// institution.
type Speed uint8

const (
	AtOnce  Speed = iota // faster than nine of ten approvals
	Usual                // as fast as an approval
	Slow                 // slower than 99 of 100 approvals
	AtLimit              // the terminal waited to its limit, or never got an answer

	Speeds = int(AtLimit) + 1
)

// Channel is what a window consists of.
type Channel uint8

const (
	Systemic Channel = iota // failures of systems, lines, keys
	Refusals                // declines for the cardholder's reasons
	Silence                 // no attempts where there should have been some
)

// Announced is what the calendar says about a window.
type Announced uint8

const (
	NoCalendar    Announced = iota // none was given: no evidence
	NotAnnounced                   // the calendar has nothing here
	StartsWith                     // begins where an announced window begins
	Inside                         // begins inside an announced window, or overlaps one by half
	Touches                        // overlaps an announced window in some other way
	AnnouncedDown                  // an announced downtime that was not planned
)

// Shape is what kind of thing was hit, counted over entities that had traffic.
type Shape uint8

const (
	ShapeUnknown      Shape = iota // nothing to compare with
	ShapeEverything                // several institutions
	ShapeInstitution               // one institution, all its lines
	ShapeLine                      // a carrier, region or kind of network
	ShapeEither                    // one institution, and one shop or line in the data: they cannot tell
	ShapeIssuer                    // cards of one issuer
	ShapeTerminal                  // one terminal
	ShapeTerminals                 // some terminals of an institution, nothing in common
	ShapeMerchant                  // one shop
	ShapeModel                     // one terminal model at several institutions
	ShapeBankModel                 // one terminal model at one institution, while it worked at others
	ShapeOwnModel                  // one terminal model, and one institution in the data
	ShapeTransactions              // one kind of transaction

	Shapes = int(ShapeTransactions) + 1
)

// Pace is how the approvals next to a window behaved.
type Pace uint8

const (
	PaceUnknown Pace = iota
	PaceUsual
	PaceSlow
	PaceFailing // more failures than usual, before the window proper
)

// Edge is what is known about one edge of a window.
type Edge struct {
	Known bool          // false: the data begin or end inside the window
	Gap   time.Duration // width of the interval that holds the edge
	Round bool          // a quarter hour lies inside that interval
}

// Features are the numbers that the evidence speaks from. All of them are taken
// after repeats and retries are collapsed; zero values mean "not observed".
type Features struct {
	Channel            Channel
	Overruled          bool // refusals whose codes name the cardholder's reasons, which cannot be those of so many cards
	Start, End         time.Time
	Attempts, Failures int
	Strays             float64 // failures that the usual rate brings into as many attempts, whatever happens there

	Alive Share         // attempts inside that the host answered as on any day: approved, or declined for the cardholder's reasons
	Mix   [Families]int // failures by family
	Speed [Speeds]int   // failures by speed, where latency is known; of those without an answer nothing else can be

	Mixed      Share // among the attempts next to the edges: approvals inside and failures outside
	StartEdge  Edge
	EndEdge    Edge
	Night      bool // most of the failures lie between midnight and six
	HourKnown  bool
	Announced  Announced
	Window     *calendar.Window // the announced window that Announced speaks of
	Recurrence Share            // other days that had a window at the same time, of days with traffic then

	Traffic float64 // attempts inside as a multiple of the hour before or after, 0 where unknown
	Surges  bool    // and far more than chance would bring

	Gap   *incident.Gap // of a silence
	Bound *Bound        // of refusals, the amount from which on they come; nil for none

	Shape     Shape
	Hit       Text         // the scope in words
	With      Text         // of ShapeEither: the other scope that holds the same attempts, in words, empty where there is one shop or line only
	Upstream  bool         // it is a channel: a wallet or another host, whose operator is not the bank
	Named     bool         // the announcement names the carrier that was hit
	Alike     [Shapes]Text // other scopes that hold the very same attempts, in words by shape: one terminal may be all there is of a network
	Elsewhere Share        // attempts over the same carriers to other institutions that were answered
	Rest      Share        // attempts to the same institution outside the scope that were answered
	Reversed  Share        // failures other than those without an answer that a 04xx followed
	Probes    Share        // probes from outside that reached the host during the window

	Flaps   Share // stretches of at least four good answers inside, of stretches of any kind
	Inside  int   // median time of the answers inside, in percent of the institution's; 0 where unknown
	Before  Pace
	After   Pace
	SignOns Share // hit terminals that signed on again although they had traded that day
}

// silent reports whether no failure got an answer.
func (f *Features) silent() bool {
	return f.mixed() > 0 && f.Mix[NoReply]+f.Mix[NoRoute] == f.mixed()
}

// behind reports whether the switch says that nothing came from an institution, or from an issuer. Where the
// data have one shop or line it is the institution's as well: what the switch says came over the line.
func (f *Features) behind() bool {
	return 2*f.Mix[Relayed] > f.mixed() && (f.Shape == ShapeInstitution || f.Shape == ShapeIssuer || f.Shape == ShapeEither)
}

// mixed is the number of failures in the mix.
func (f *Features) mixed() int {
	n := 0
	for _, c := range f.Mix {
		n += c
	}
	return n
}
