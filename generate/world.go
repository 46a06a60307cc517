package generate

import (
	"fmt"
	"slices"
	"time"

	"github.com/poslog/poslog/txn"
)

// World is one simulated stretch of days: who trades, what was broken when,
// every message that terminals wrote and every row that was settled.
type World struct {
	Name    string
	Seed    uint64
	Profile *Profile
	Zone    *time.Location
	Start   time.Time // midnight, local
	Days    int

	Institutions []Institution
	Merchants    []Merchant
	Terminals    []Terminal
	Faults       []*Fault       // what was broken, in order of start
	Calendar     []Announcement // what was announced, whether it happened or not
	Notes        []string       // confounders of the scenario, for the truth file

	Rows    []Row        // in order of true time
	Settled []Settlement // in order of true time

	opt     Options
	outputs []output
	rnd     *rng
	weight  alias // terminal by traffic
	issuers alias
	mass    [24]float64 // cumulative day shape
	perDay  float64
	gaps    []*Fault // closed shops and lost logs
	levels  []*Fault // everything else
	inject  injection

	hide     hidden
	as       func(Code) Code // what is written for a failure of systems, nil = its code
	drift    float64         // technical failures grow by this factor over a day, 0 = not
	midnight txn.Instant     // Start
	dates    []txn.Date      // business days, one beyond the last included
	cuts     []txn.Instant   // end of each business day
}

// Institution is the acquirer whose table explains the codes.
type Institution struct {
	Code, Name string
	Timeout    int32   // ms until its terminals give up
	ShowB4     float64 // share of time-outs that its terminals show as B4
	Quirks     []Quirk
	mnt, host  mix
	refusal    float64 // ms, median of a fast refusal
	rrn        uint64
	rate       uint64 // fee in 1/10000
}

// Merchant is a shop; its terminals stand in one region.
type Merchant struct {
	MID, Name   string
	Institution int
	Region      int
	declines    float64
}

// Terminal is one POS.
type Terminal struct {
	TID                                         string
	Merchant, Institution, Carrier, Region, Net int
	Model                                       int
	Skew                                        time.Duration // its clock minus true time
	tech                                        float64
	noReversals                                 bool // its log has none
	stan                                        uint32
	batch                                       uint16
	lastSale                                    int32 // row of its last approved sale, -1
	signedOn                                    int   // day of the last sign-on
	weight                                      float64
}

// Card is a card of the generator: BIN and last four digits name it.
type Card struct {
	Issuer, BIN uint8
	Last4       uint16
}

// Row is one message of a terminal.
type Row struct {
	At      txn.Instant // true time; the log shows At + the terminal's skew
	Amount  txn.Minor
	RRN     uint64 // given by the host, 0 where it saw nothing
	Latency int32  // ms
	Term    int32
	Orig    int32 // row that this one undoes, -1
	STAN    uint32
	Auth    uint32 // 0 = none
	Card    Card
	Batch   uint16
	Fault   int16 // 1 + index of the fault that made it fail, 0 = none
	Kind    txn.Kind
	Code    Code
	Text    uint8
	Flags   RowFlags
}

// RowFlags are the facts that only the simulation knows, and two that the log shows.
type RowFlags uint8

const (
	Answered RowFlags = 1 << iota // the terminal got an answer
	TimedOut                      // the terminal waited to its limit
	Money                         // the host booked it
	Undone                        // a reversal or void took effect
	Retry                         // the same card tried again
	Lost                          // written by the terminal, but its log is missing
	Reversed                      // the terminal sent a reversal
	ByQuirk                       // the code is the institution's habit, see Quirk
)

// Settlement is one row of a settlement file.
type Settlement struct {
	At          txn.Instant
	Amount, Fee txn.Minor
	RRN         uint64
	Row         int32 // terminal row, -1 where there is none
	Term        int32
	STAN        uint32
	Auth        uint32
	Card        Card
	Batch       uint16
	Kind        txn.Kind
	On          txn.Date
	Dropped     bool // left out of the file: a fault or after the cut-off
}

// Options size a scenario. Zero values mean the scenario's own default.
type Options struct {
	Profile      string    // "A" or "B"
	Zone         string    // IANA name; "" = Asia/Shanghai
	Start        time.Time // a day of the zone
	Days         int
	Attempts     int // first tries per day
	Terminals    int
	Institutions int
	FullPAN      bool // write whole test card numbers and track data
	NoCalendar   bool
	NoSettlement bool
	SettledShare float64  // of the settlement rows that the export holds; 0 = all
	Hide         []string // what the terminal side does not say, see Hideable
	Skew         bool     // terminal clocks are off, in any scenario
	Variant      string   // form of a confounder's faults, one of Variants; "" = clean
	Habits       bool     // a confounder's faults build up, come and go and are refused slowly as often as the profile has it
	Format       string   // terminal side: "log", "csv", "xlsx" or "jpos"
	Settlement   string   // settlement side: "csv" (GBK), "utf8", "xlsx" or "acomn"
}

// zones: China has no daylight saving time, so a fixed offset under the right
// name needs no zone database.
var china = time.FixedZone("Asia/Shanghai", 8*3600)

func newWorld(name string, seed uint64, o Options) (*World, error) {
	p := profile(o.Profile)
	if p == nil {
		return nil, fmt.Errorf("unknown profile %q: use A or B", o.Profile)
	}
	for _, c := range []struct {
		what   string
		v, max int
	}{{"days", o.Days, 366}, {"attempts", o.Attempts, 50_000_000}, {"terminals", o.Terminals, 1_000_000}, {"institutions", o.Institutions, len(p.Institutions)}} {
		if c.v < 1 || c.v > c.max {
			return nil, fmt.Errorf("%s = %d: use 1 to %d", c.what, c.v, c.max)
		}
	}
	hide, err := hiding(o.Hide)
	if err != nil {
		return nil, err
	}
	if o.Variant != "" && !slices.Contains(Variants, o.Variant) {
		return nil, fmt.Errorf("unknown variant %q: use one of %q", o.Variant, Variants)
	}
	if o.SettledShare < 0 || o.SettledShare > 1 {
		return nil, fmt.Errorf("settled share %v: use 0 to 1", o.SettledShare)
	}
	w := &World{hide: hide, Name: name, Seed: seed, Profile: p, Zone: china, Days: o.Days, opt: o, rnd: newRNG(seed, name+"/"+p.Name)}
	if o.Zone != "" && o.Zone != china.String() {
		if w.Zone, err = time.LoadLocation(o.Zone); err != nil {
			return nil, fmt.Errorf("zone %q: use an IANA name such as Asia/Shanghai", o.Zone)
		}
	}
	y, m, d := o.Start.Date()
	w.Start = time.Date(y, m, d, 0, 0, 0, 0, w.Zone)
	w.midnight, w.perDay = txn.At(w.Start), float64(o.Attempts)
	for i := range o.Days + 1 {
		w.dates = append(w.dates, txn.DateOf(w.Start.AddDate(0, 0, i)))
		w.cuts = append(w.cuts, w.local(i, 0, p.DayEnd, 0))
	}
	sum := 0.0
	for h, v := range p.Shape {
		sum += v
		w.mass[h] = sum
	}
	for h := range w.mass {
		w.mass[h] /= sum
	}
	w.people(newRNG(seed, name+"/people/"+p.Name))
	return w, nil
}

// people makes institutions, merchants and terminals.
func (w *World) people(r *rng) {
	p := w.Profile
	for i := range w.opt.Institutions {
		n := p.Institutions[i]
		w.Institutions = append(w.Institutions, Institution{
			Code: n.code, Name: n.name, Timeout: p.Timeouts[(i+r.intn(2))%len(p.Timeouts)],
			mnt: p.Maintenance[r.intn(len(p.Maintenance))], host: p.Host[r.intn(len(p.Host))],
			refusal: r.between(p.Refusal[0], p.Refusal[1]), rrn: uint64(r.between(1e7, 4e11)), rate: uint64(38 + 4*r.intn(6)),
		})
	}
	carriers, regions := weights(p.Carriers), weights(p.Regions)
	nets, models := weights(p.Networks), weights(p.Models)
	for t := 0; t < w.opt.Terminals; {
		m := len(w.Merchants)
		region := regions.pick(r)
		w.Merchants = append(w.Merchants, Merchant{
			MID:         fmt.Sprintf("898%s%s%04d", p.RegionCodes[region], mcc[m%len(mcc)], 1+m),
			Name:        shopName(m),
			Institution: m % w.opt.Institutions,
			Region:      region, declines: r.between(p.Declines[0], p.Declines[1]),
		})
		n := 1 + int(r.exp()*r.exp()*3)
		if w.opt.Terminals <= 4 || len(w.Merchants) == 1 && w.opt.Terminals < 8 {
			n = w.opt.Terminals
		}
		for range min(n, 50, w.opt.Terminals-t) {
			tech := r.between(p.TechLow, p.TechHigh)
			if r.hit(p.Flaky) {
				tech = p.FlakyRate * r.between(.6, 1.4)
			}
			skew := time.Duration(0)
			if r.hit(p.Skewed) {
				skew = time.Duration(r.between(-p.MaxSkew, p.MaxSkew)) * time.Second
			}
			tid := fmt.Sprintf("%d%07d", 1+m%w.opt.Institutions, 1+t*7)
			if p.Letters {
				tid = fmt.Sprintf("%c%c%06d", 'A'+m%26, 'K'+m/26%10, 103+t*3)
			}
			w.Terminals = append(w.Terminals, Terminal{
				TID: tid, Merchant: m, Institution: m % w.opt.Institutions, Region: region,
				Carrier: carriers.pick(r), Net: nets.pick(r), Model: models.pick(r),
				tech: tech, Skew: skew, stan: uint32(1 + r.intn(900000)), batch: uint16(1 + r.intn(400)), lastSale: -1, signedOn: -1,
				weight: r.logNorm(1, .6),
			})
			t++
		}
	}
	tw := make([]float64, len(w.Terminals))
	for i := range w.Terminals {
		tw[i] = w.Terminals[i].weight
	}
	w.weight = newAlias(tw)
	iw := make([]float64, len(p.Issuers))
	for i, s := range p.Issuers {
		iw[i] = s.w
	}
	w.issuers = newAlias(iw)
}

var mcc = []string{"5411", "5812", "5541", "5912", "5331", "7011", "5691", "8062"}

func shopName(i int) string {
	place := [...]string{"青溪", "南门", "东湖", "云岭", "老街", "新城", "河畔", "西苑", "北桥", "石桥", "枫林", "白沙"}
	trade := [...]string{"便民超市", "大药房", "面馆", "加油站", "五金店", "宾馆", "服装店", "卫生院", "水果店", "家电城", "书店"}
	n := place[i%len(place)] + trade[i%len(trade)]
	if k := i / (len(place) * len(trade)); k > 0 {
		n += fmt.Sprintf("%d店", k+1)
	}
	return n
}

func weights(s []share) alias {
	w := make([]float64, len(s))
	for i, x := range s {
		w[i] = x.w
	}
	return newAlias(w)
}

// local is an instant of day d (from 0) at h:m:s of the world's clock.
func (w *World) local(day, h, m, s int) txn.Instant {
	return txn.At(time.Date(w.Start.Year(), w.Start.Month(), w.Start.Day()+day, h, m, s, 0, w.Zone))
}

// newCard draws a card.
func (w *World) newCard(r *rng) Card {
	i := w.issuers.pick(r)
	return Card{uint8(i), uint8(r.intn(len(w.Profile.Issuers[i].bins))), uint16(r.intn(10000))}
}

func (w *World) bin(c Card) string { return w.Profile.Issuers[c.Issuer].bins[c.BIN] }

// masked is the card number as logs show it.
func (w *World) masked(c Card) string { return w.bin(c) + "******" + digits(uint64(c.Last4), 4) }

// pan is a whole test number: BIN, five zeros, one digit that makes the Luhn
// sum right, last four. No bank issues cards in such an order.
func (w *World) pan(c Card) string {
	for d := range 10 {
		s := fmt.Sprintf("%s00000%d%04d", w.bin(c), d, c.Last4)
		if luhn(s) {
			return s
		}
	}
	panic("generate: unreachable: one digit of ten satisfies Luhn")
}

func luhn(s string) bool {
	sum := 0
	for k := range len(s) {
		d := int(s[len(s)-1-k] - '0')
		if k%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// end is the first instant after the world.
func (w *World) end() txn.Instant { return w.local(w.Days, 0, 0, 0) }
