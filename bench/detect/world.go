package main

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

// profile holds what differs between two independent families of worlds. A is
// for building, B for reporting.
type profile struct {
	base      [2]float64 // usual technical failure rate, from..to
	declines  [2]float64 // cardholder declines
	peaks     [3]float64 // hours of the day's peaks
	width     float64    // of a peak, hours
	retry     float64    // chance of another try after a failure
	stubborn  float64    // chance that the cause of a stray failure is still there
	retryWait [2]float64 // seconds
	dispersal float64    // gamma shape of a day's volume
	codes     []string   // stray failures
}

var profiles = map[string]profile{
	"A": {[2]float64{.01, .03}, [2]float64{.02, .06}, [3]float64{10, 13, 19}, 1.6, .5, .8, [2]float64{15, 60}, 12, []string{"96", "91", "98", "68"}},
	"B": {[2]float64{.008, .035}, [2]float64{.03, .08}, [3]float64{9, 12, 18}, 2.2, .6, .7, [2]float64{5, 90}, 6, []string{"06", "22", "91", "Z1", "98"}},
}

// class is one kind of day.
type class struct {
	name      string
	attempts  [2]int
	bank      bool
	confound  bool // retries, flaky terminals, drift, overlaps, short and weak incidents
	subset    bool // one carrier in one region of a large bank
	steady    bool // base rate .03 and plain windows, for comparison with published runs
	incidents [2]int
}

var classes = []class{
	{name: "merchant 150", attempts: [2]int{150, 150}, incidents: [2]int{1, 1}},
	{name: "merchant 600", attempts: [2]int{600, 600}, incidents: [2]int{1, 1}},
	{name: "merchant 1800", attempts: [2]int{1800, 1800}, incidents: [2]int{1, 3}},
	{name: "merchant 3000", attempts: [2]int{3000, 3000}, incidents: [2]int{1, 1}},
	{name: "merchant 20000", attempts: [2]int{20000, 20000}, incidents: [2]int{1, 1}},
	{name: "bank clean", attempts: [2]int{15000, 30000}, bank: true, incidents: [2]int{1, 3}},
	{name: "bank confounded", attempts: [2]int{15000, 30000}, bank: true, confound: true, incidents: [2]int{1, 4}},
	{name: "bank subset", attempts: [2]int{50000, 50000}, bank: true, subset: true, incidents: [2]int{1, 1}},
}

// fault is one true incident.
type fault struct {
	start, end txn.Instant
	scope      map[ledger.Dim]string
	share      float64 // of attempts spoilt
	code       string
	attempts   int // inside, retries not counted
	spoilt     int // of these
	failed     int // of these, for any technical reason
}

// world is one day.
type world struct {
	book   *mem.Book
	faults []fault
	bank   bool
	base   float64 // usual technical failure rate
}

type terminal struct {
	institution, merchant, name, carrier, region, network, model string
	weight                                                       float64
	flaky                                                        float64
}

const day = 24 * time.Hour

var epoch = txn.At(time.Date(2026, 11, 19, 16, 0, 0, 0, time.UTC))

type maker struct {
	rng   *rand.Rand
	pr    profile
	c     class
	terms []terminal
	pick  []float64
	base  float64
	w     *world
	insts int
}

func (m *maker) between(lo, hi float64) float64 { return lo + (hi-lo)*m.rng.Float64() }
func (m *maker) span(r [2]int) int              { return r[0] + m.rng.IntN(r[1]-r[0]+1) }

var src = &txn.Source{Name: "day.log"}

// newWorld makes a day of a class; quiet days have no faults.
func newWorld(c class, profileName string, seed uint64, quiet bool) *world {
	m := &maker{rng: rand.New(rand.NewPCG(seed, 0x9E3779B97F4A7C15^uint64(len(c.name))*uint64(c.attempts[1]))), pr: profiles[profileName], c: c}
	m.w = &world{book: mem.New(), bank: c.bank}
	m.base = m.between(m.pr.base[0], m.pr.base[1])
	if c.steady {
		m.base = .03
	}
	m.w.base = m.base
	m.people()
	if !quiet {
		m.plan()
	}
	m.trade()
	m.w.book.Freeze()
	return m.w
}

func (m *maker) people() {
	n, merchants, carriers, regions := 1+m.rng.IntN(4), 1, 1+m.rng.IntN(2), 1
	m.insts = 1
	if m.c.bank {
		n, carriers, regions, m.insts = 150+m.rng.IntN(51), 3, 4, 2+m.rng.IntN(2)
		if m.c.subset {
			n, carriers, regions = 400, 4, 8
		}
		merchants = n / 4
	}
	shops := make([]terminal, merchants)
	for i := range shops {
		shops[i] = terminal{
			institution: fmt.Sprintf("BANK%d", m.rng.IntN(m.insts)),
			merchant:    fmt.Sprintf("8982900000%05d", i),
			region:      fmt.Sprintf("R%d", m.rng.IntN(regions)),
			weight:      math.Exp(.5 * m.rng.NormFloat64()),
		}
	}
	for i := range n {
		t := shops[i%merchants]
		t.name = fmt.Sprintf("%08d", 10000000+i)
		t.carrier = fmt.Sprintf("C%d", m.rng.IntN(carriers))
		t.network = []string{"4G", "WIFI"}[m.rng.IntN(2)]
		t.model = fmt.Sprintf("M%d", m.rng.IntN(3))
		t.weight *= math.Exp(.4 * m.rng.NormFloat64())
		if m.c.confound && m.rng.Float64() < .04 {
			t.flaky = m.between(.04, .25)
		}
		m.terms = append(m.terms, t)
	}
	sum := 0.0
	for _, t := range m.terms {
		sum += t.weight
	}
	acc := 0.0
	for _, t := range m.terms {
		acc += t.weight / sum
		m.pick = append(m.pick, acc)
	}
}

// rate is the day's shape, at most 1.
func (m *maker) rate(hour float64) float64 {
	if !m.c.bank && (hour < 7.5 || hour > 22.5) {
		return 0
	}
	v := .08
	for _, p := range m.pr.peaks {
		v += math.Exp(-(hour - p) * (hour - p) / (2 * m.pr.width * m.pr.width))
	}
	return v / 2.2
}

// plan chooses the faults.
func (m *maker) plan() {
	want := m.span(m.c.incidents)
	for tries := 0; len(m.w.faults) < want && tries < 200; tries++ {
		f := fault{scope: map[ledger.Dim]string{}, share: 1, code: "98"}
		minutes := []float64{10, 20, 40, 90}[m.rng.IntN(4)]
		f.share = []float64{.5, .9, 1}[m.rng.IntN(3)]
		t := m.terms[m.rng.IntN(len(m.terms))]
		if m.c.bank {
			minutes = m.between(20, 120)
			f.share = m.between(.7, 1)
			switch k := m.rng.IntN(7); {
			case m.c.subset || k == 0:
				f.scope[ledger.Carrier], f.scope[ledger.Region] = t.carrier, t.region
				if m.c.subset {
					minutes = m.between(20, 60)
				}
			case k == 1:
				f.scope[ledger.Carrier] = t.carrier
			case k == 2:
				f.scope[ledger.Institution] = t.institution
			case k == 3:
				f.scope[ledger.Institution] = t.institution
				f.code = "90"
			case k == 4:
				f.scope[ledger.Issuer] = issuer(m.rng.IntN(8))
				f.code = "91"
			case k == 5:
				f.scope[ledger.Merchant] = t.merchant
				minutes = m.between(40, 180)
			default:
				f.scope[ledger.Terminal] = t.name
				minutes = m.between(60, 240)
			}
			if m.c.confound {
				switch m.rng.IntN(4) {
				case 0:
					minutes = m.between(5, 15)
				case 1:
					f.share = m.between(.3, .5)
				}
			}
		}
		length := txn.Instant(minutes * 60e6)
		lo, hi := 8*3600e6, 22*3600e6-float64(length)
		f.start = epoch + txn.Instant(m.between(lo, hi))
		f.end = f.start + length
		clash := false
		for _, g := range m.w.faults {
			near := f.start < g.end+txn.Instant(30*60e6) && g.start < f.end+txn.Instant(30*60e6)
			clash = clash || near && (!m.c.confound || meets(f.scope, g.scope))
		}
		if !clash {
			m.w.faults = append(m.w.faults, f)
		}
	}
	slices.SortFunc(m.w.faults, func(a, b fault) int { return cmp.Compare(a.start, b.start) })
}

// meets reports whether two scopes may share an attempt by their dimensions: in
// doubt they do.
func meets(a, b map[ledger.Dim]string) bool {
	for d, v := range a {
		if u, ok := b[d]; ok && u != v {
			return false
		}
	}
	return true
}

func issuer(i int) string { return fmt.Sprintf("ISS%d", i) }

func (f *fault) hits(at txn.Instant, t *terminal, iss string) bool {
	if at < f.start || at >= f.end {
		return false
	}
	for d, v := range f.scope {
		var u string
		switch d {
		case ledger.Institution:
			u = t.institution
		case ledger.Merchant:
			u = t.merchant
		case ledger.Terminal:
			u = t.name
		case ledger.Carrier:
			u = t.carrier
		case ledger.Region:
			u = t.region
		case ledger.Issuer:
			u = iss
		}
		if u != v {
			return false
		}
	}
	return true
}

// trade makes the attempts.
func (m *maker) trade() {
	mean := 0.0
	for h := 0.0; h < 24; h += .1 {
		mean += m.rate(h) / 240
	}
	n := float64(m.span(m.c.attempts))
	if m.c.bank {
		n *= m.between(.9, 1.1)
	}
	declines := m.between(m.pr.declines[0], m.pr.declines[1])
	phase := m.between(0, 24)
	peak := n / 24 / mean
	var rows []txn.Record
	stan := 0
	for t := 0.0; ; {
		t += -math.Log(1-m.rng.Float64()) / peak
		if t >= 24 {
			break
		}
		if m.rng.Float64() > m.rate(t) {
			continue
		}
		at := epoch + txn.Instant(t*3600e6)
		k, _ := slices.BinarySearch(m.pick, m.rng.Float64())
		term := &m.terms[min(k, len(m.terms)-1)]
		iss := m.rng.IntN(8)
		pan := fmt.Sprintf("62284%d%010d", iss, m.rng.IntN(1e9))
		amount := txn.Minor(100 + m.rng.IntN(50000))
		p := m.base + term.flaky
		if m.c.confound {
			p *= 1 + .6*math.Sin((t+phase)/24*2*math.Pi)
		}
		stray := m.rng.Float64() < p
		card := m.rng.Float64() < declines
		strayCode := m.pr.codes[m.rng.IntN(len(m.pr.codes))]
		for try := 0; try < 4; try++ {
			code := "00"
			switch {
			case stray:
				code = strayCode
			case card:
				code = "51"
			}
			for i := range m.w.faults {
				f := &m.w.faults[i]
				if f.hits(at, term, issuer(iss)) {
					if try == 0 {
						f.attempts++
					}
					if m.rng.Float64() < f.share {
						code = f.code
						if try == 0 {
							f.spoilt++
						}
					}
					if try == 0 && code != "00" && code != "51" {
						f.failed++
					}
				}
			}
			r := txn.New()
			stan++
			r.At, r.Prec, r.Side, r.Kind, r.Code, r.Origin = at, txn.PrecMilli, txn.Terminal, txn.Sale, code, txn.Host
			r.Institution, r.MID, r.TID = term.institution, term.merchant, term.name
			r.Carrier, r.Region, r.Network, r.Model, r.Issuer = term.carrier, term.region, term.network, term.model, issuer(iss)
			r.STAN, r.Amount, r.PAN = fmt.Sprintf("%06d", stan%1000000), amount, txn.Mask(pan)
			r.Pos = txn.Pos{Src: src}
			rows = append(rows, *r)
			if code == "00" || m.rng.Float64() > m.pr.retry {
				break
			}
			stray = stray && m.rng.Float64() < m.pr.stubborn
			card = card && m.rng.Float64() < m.pr.stubborn
			at += txn.Instant(m.between(m.pr.retryWait[0], m.pr.retryWait[1]) * 1e6)
		}
	}
	slices.SortStableFunc(rows, func(a, b txn.Record) int { return cmp.Compare(a.At, b.At) })
	for i := range rows {
		rows[i].Pos.Line = uint32(i + 1)
		m.w.book.Add(&rows[i])
	}
}

// rule says what the codes of these worlds mean.
func rule(b ledger.Book) func(int, *ledger.Row) classify.Ruling {
	return func(_ int, r *ledger.Row) classify.Ruling {
		switch b.Code(r.Code) {
		case "00":
			return classify.Ruling{Outcome: classify.Approved, Class: classify.ClassApproved}
		case "51":
			return classify.Ruling{Outcome: classify.Declined, Class: classify.FundsLimit}
		case "98", "68", "Z1":
			return classify.Ruling{Outcome: classify.Unknown, Class: classify.Timeout}
		case "91", "06":
			return classify.Ruling{Outcome: classify.Declined, Class: classify.IssuerHost}
		}
		return classify.Ruling{Outcome: classify.Declined, Class: classify.SwitchFault}
	}
}

func (f *fault) String() string {
	var s []string
	for d, v := range f.scope {
		s = append(s, d.String()+"="+v)
	}
	slices.Sort(s)
	return fmt.Sprintf("%s-%s %.2f n=%d %s", clock(f.start), clock(f.end), f.share, f.attempts, strings.Join(s, "&"))
}

func clock(t txn.Instant) string { return t.Time().Add(8 * time.Hour).Format("15:04:05") }
