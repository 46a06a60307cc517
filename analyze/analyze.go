// Package analyze is the pipeline: from inputs to one Result.
//
// In come files and configuration ([Config]); out goes a [Result], the JSON
// report in Go. The order is fixed: read everything into the book, match the two
// sides by keys alone, gather the evidence and decide what each code means here,
// find the failure windows and their causes, put every row that moves money into
// a state, count. Meaning is decided once, after all input is merged; nothing reads
// the input a second time. The same inputs and configuration give the same Result
// for any number of workers and any order of the inputs.
package analyze

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/poslog/poslog/calendar"
	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/evidence"
	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/incident/cause"
	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/parse"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/reconcile"
	"github.com/poslog/poslog/txn"
)

// Config is what an analysis needs. Zero values of optional parts are fine.
type Config struct {
	Inputs   []parse.Input
	Parse    parse.Options
	Profiles *classify.Profiles
	Calendar *calendar.Calendar
	Location *time.Location // of every time in the Result; nil is UTC
	Settings []string       // "name=value" of everything that changes the answer

	// Tolerance is the share of rejected lines above which a file counts as not
	// understood and the report as provisional; 0 is one percent.
	Tolerance float64
	Probes    []cause.Reach // from outside: was a host or line reachable?
	Incident  incident.Options
	Reconcile reconcile.Options
	Version   string
	Reject    func(*entry.Reject)   // sees every reject as it comes, from any worker; may be nil
	Again     func()                // the inputs are read once more, and what was rejected so far is void; may be nil
	Carry     func(*reconcile.Pool) // takes what this run leaves to the next; may be nil
	Each      func(*Row)            // sees the rows at the end, in canonical order; may be nil
}

// ErrNothing reports that no input held a single record.
var ErrNothing = errors.New("no record was read")

// filteredOut is ErrNothing where only the filters left nothing: the number of rows outside them.
type filteredOut int

func (n filteredOut) Error() string {
	return fmt.Sprintf("no record is left: %s outside --since, --until, --institution or --where", plural(int(n), "row"))
}

func (filteredOut) Is(target error) bool { return target == ErrNothing }

// pipeline is the state of one run.
type pipeline struct {
	cfg         *Config
	files       []*parse.File
	rejects     []*entry.Reject
	book        *mem.Book
	matches     *reconcile.Matches
	strange     map[string]bool // states and codes of the settlement book that nobody knows
	known       bool            // one of them is known
	evidence    *evidence.Set
	found       *incident.Result
	causeCtx    *cause.Context
	causes      []cause.Attribution
	counts      func() *cause.Counts
	incidentOf  []int16 // incident of each terminal row, -1 = none
	period      *Period // of rows with a time of day
	clocks      []incident.Skew
	tally       *tally
	skew        map[string]float64 // seconds by terminal that its clock is fast
	reconciled  *reconcile.Result
	result      *Result
	currency    string // of all sums of money
	mixed       bool   // there are other currencies besides
	calendarAll []calendar.Window
}

// Run does the whole analysis. An error means that there is no Result: the
// inputs could not be read, or held nothing. Lines and files that were not
// understood are in the Result, which is then provisional.
func Run(ctx context.Context, cfg Config) (*Result, error) {
	if cfg.Location == nil {
		cfg.Location = time.UTC
	}
	if cfg.Tolerance == 0 {
		cfg.Tolerance = 0.01
	}
	if cfg.Profiles == nil {
		cfg.Profiles = classify.Default()
	}
	p := &pipeline{cfg: &cfg, skew: map[string]float64{}}
	var err error
	if p.book, p.files, p.rejects, err = collect(ctx, &cfg); err != nil {
		return nil, err
	}
	if p.book.Len(txn.Terminal)+p.book.Len(txn.Settlement) == 0 {
		return nil, p.nothing()
	}
	if err := p.recast(ctx); err != nil {
		return nil, err
	}
	p.cfg.Profiles = p.cfg.Profiles.Given(givenCodes(p.book))
	p.period = p.span()
	p.chooseCurrency()
	if cfg.Calendar != nil && p.period != nil {
		p.calendarAll = cfg.Calendar.Between(p.period.Start, p.period.End)
	}
	steps := []func(){p.match, p.decide, p.lay}
	for _, step := range steps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		step()
	}
	if cfg.Each != nil {
		p.each()
	}
	return p.result, nil
}

// givenCodes are the codes of each institution, where one of the book needs the others to be read.
func givenCodes(b *mem.Book) map[string]classify.Codes {
	given := map[string]classify.Codes{}
	any := false
	for id := range b.Codes() {
		any = any || classify.Ambiguous(b.Code(uint16(id)))
	}
	if !any {
		return given
	}
	type of struct {
		institution uint32
		code        uint16
	}
	seen := map[of]bool{}
	for _, side := range []txn.Side{txn.Terminal, txn.Settlement} {
		for _, r := range b.Rows(side) {
			if k := (of{b.Place(r.Place).Institution, r.Code}); r.Code != 0 && r.Origin != txn.ReversalReason && !seen[k] {
				seen[k] = true
				name := b.Name(ledger.Institution, k.institution)
				if given[name] == nil {
					given[name] = classify.Codes{}
				}
				given[name][b.Code(k.code)] = true
			}
		}
	}
	return given
}

// maxNothing is of how many files it is said why they gave no record; further ones are named.
const maxNothing = 20

// nothing explains why there is no record.
func (p *pipeline) nothing() error {
	err, outside := ErrNothing, 0
	for _, f := range p.files {
		outside += f.Count.Skipped[entry.Filtered]
	}
	if outside > 0 {
		err = filteredOut(outside)
	}
	var rest []string
	for n, f := range p.files {
		if n >= maxNothing {
			rest = append(rest, f.Source.Name)
			continue
		}
		switch {
		case f.Err != nil:
			err = errors.Join(err, fmt.Errorf("%s: %w", f.Source.Name, f.Err))
		case f.Count.Lines == 0:
			err = errors.Join(err, fmt.Errorf("%s: the file is empty", f.Source.Name))
		case f.Count.Rejected > 0:
			err = errors.Join(err, fmt.Errorf("%s: read as %s, all %d rows rejected", f.Source.Name, f.Summary.Format, f.Count.Rejected))
		default:
			err = errors.Join(err, fmt.Errorf("%s: read as %s, no transaction among %d lines (%d outside the filters)",
				f.Source.Name, f.Summary.Format, f.Count.Lines, f.Count.Skipped[entry.Filtered]))
		}
	}
	if len(rest) > 0 {
		err = errors.Join(err, fmt.Errorf("nor in %s: %s", plural(len(rest), "more file"), strings.Join(rest, ", ")))
	}
	for _, r := range p.rejects[:min(3, len(p.rejects))] {
		err = errors.Join(err, r)
	}
	return err
}

// span is the period of the rows that have a time of day, of the terminal book
// if there is one.
func (p *pipeline) span() *Period {
	for _, side := range []txn.Side{txn.Terminal, txn.Settlement} {
		counts := func(i int) bool {
			r := p.book.Row(side, i)
			return r.At.Valid() && (r.Prec > txn.PrecDay || side == txn.Settlement)
		}
		first, last := 0, p.book.Len(side)-1
		for first <= last && !counts(first) {
			first++
		}
		for first < last && !counts(last) {
			last--
		}
		if first <= last {
			return &Period{p.local(p.book.At(side, first)), p.local(p.book.At(side, last).Add(time.Microsecond))}
		}
	}
	return nil
}

// match finds the rows of both sides that are one transaction. How far the terminals' clocks are
// off is asked of the same rows.
func (p *pipeline) match() {
	opt := p.cfg.Reconcile
	opt.Location = p.cfg.Location
	opt.Workers = p.cfg.Parse.Workers
	if len(opt.CutOff) == 0 && p.cfg.Calendar != nil {
		opt.CutOff = map[string]time.Duration{}
		for id := range p.book.Names(ledger.Institution) {
			n := p.book.Name(ledger.Institution, uint32(id))
			if clock, zone, ok := p.cfg.Calendar.Cutoff(n); ok {
				opt.CutOff[n] = p.hereAt(clock, zone)
			}
		}
	}
	if opt.Settled == nil {
		opt.Settled = p.settlementRuling()
	}
	if opt.Answer == nil {
		opt.Answer = p.answer
	}
	opt.BothLegs = p.bothLegs()
	together(func() { p.matches = reconcile.Match(p.book, opt) }, func() { p.clocks = incident.Clocks(p.book) })
}

// hereAt is a time of day of another zone by the clock of the report. One that is on another day here
// stays as it is.
func (p *pipeline) hereAt(clock time.Duration, zone *time.Location) time.Duration {
	if p.period == nil {
		return clock
	}
	_, there := p.period.Start.In(zone).Zone()
	_, here := p.period.Start.Zone()
	if c := clock + time.Duration(here-there)*time.Second; c > 0 && c <= 24*time.Hour {
		return c
	}
	return clock
}

// bothLegs tells the logs that have both legs of each payment, nil where none has.
func (p *pipeline) bothLegs() func(*txn.Source) bool {
	var logs map[*txn.Source]bool
	for _, f := range p.files {
		if f.BothLegs() {
			if logs == nil {
				logs = map[*txn.Source]bool{}
			}
			logs[f.Source] = true
		}
	}
	if logs == nil {
		return nil
	}
	return func(s *txn.Source) bool { return logs[s] }
}

// answer is what a row of the terminal book says by its code and status word.
func (p *pipeline) answer(r *ledger.Row) classify.Meaning {
	v := p.cfg.Profiles.For(evidence.Where(p.book, p.book.Place(r.Place)))
	status := ledger.StatusOf(p.book, r)
	code := p.book.Code(r.Code)
	if code == "" {
		code = status
	}
	return v.Answer(r.Kind, code, status, p.book.Text(r.Text))
}

// processed are status words that say no more than that a row is done with.
var processed = map[string]bool{"COMPLETED": true, "COMPLETE": true, "FINISHED": true, "PROCESSED": true, "ACCEPTED": true, "OK": true, "SUBMITTED": true, "CREATED": true,
	"完成": true, "已完成": true, "交易完成": true, "交易已完成": true, "正常": true, "处理成功": true}

// settlementRuling says what a row of the settlement book means: by its status word, by
// its code where it has none that is known, by the text of a code that nobody knows, else by its
// presence.
func (p *pipeline) settlementRuling() func(*ledger.Row, string) classify.Ruling {
	type key struct {
		institution  uint32
		kind         txn.Kind
		code, status string
		text         uint32
	}
	type ruled struct {
		key
		ruling classify.Ruling
	}
	known, present := map[key]classify.Ruling{}, classify.Present().Ruling()
	p.strange = map[string]bool{}
	var mu sync.Mutex                // the matching asks from several goroutines
	var latest atomic.Pointer[ruled] // rows that follow each other mostly have one meaning
	return func(r *ledger.Row, status string) classify.Ruling {
		code := p.book.Code(r.Code)
		if code == "" && status == "" {
			return present
		}
		institution := p.book.Place(r.Place).Institution
		k := key{institution, r.Kind, code, status, 0}
		if code != "" && strings.Trim(code, "0") != "" {
			k.text = r.Text
		}
		if l := latest.Load(); l != nil && l.key == k {
			return l.ruling
		}
		mu.Lock()
		defer mu.Unlock()
		v, ok := known[k]
		if !ok {
			v = present
			w := classify.Where{Institution: p.book.Name(ledger.Institution, institution)}
			// A code that the default tables know may be one of its own here (01 is a success of
			// one wallet); a word is not, but for those that say that the row was processed.
			words := [...]string{status, code}
			told := processed[strings.ToUpper(status)]
			if told {
				words = [...]string{code, status}
			}
			for _, word := range words {
				if word == "" {
					continue
				}
				if m := p.cfg.Profiles.Lookup(w, r.Kind, word); m.Known && !m.Open {
					v, told = m.Ruling(), true
					if word == status && m.Outcome.IsApproval() && p.fails(w, r.Kind, code) {
						p.strange[code+" "+status] = true
					}
					break
				}
			}
			if !told && code != "" { // E0042 余额不足
				if m := p.cfg.Profiles.For(w).Answer(r.Kind, code, status, p.book.Text(k.text)); m.Known && !m.Open {
					v, told = m.Ruling(), true
				}
			}
			if p.known = p.known || told; !told {
				p.strange[strings.Clone(cmp.Or(code, status))] = true
			}
			known[k] = v
		}
		latest.Store(&ruled{k, v})
		return v
	}
}

// fails reports whether a code is a refusal in every table, 51 beside 成功. Those below 10 are successes
// of some wallets.
func (p *pipeline) fails(w classify.Where, kind txn.Kind, code string) bool {
	if len(code) != 2 || code < "10" {
		return false
	}
	m := p.cfg.Profiles.Lookup(w, kind, code)
	return m.Known && !m.Open && m.Outcome == classify.Declined
}

func (p *pipeline) gather() {
	p.evidence = evidence.Gather(p.book, evidence.Input{
		Profiles:         p.cfg.Profiles,
		Settled:          p.surelySettled,
		HasSettlement:    p.matches.HasSettlement(),
		SettlementCovers: p.matches.Covers,
		Undecided:        p.matches.Silent,
		ReversedBy:       p.matches.ReversedBy,
		SaidTwice:        p.matches.SaidTwice,
		Amount:           p.amount,
		Windows:          p.calendarAll,
		Location:         p.cfg.Location,
	})
}

// rule is the last word on a row of the terminal book. A row that repeats another one, or
// goes on in it, is no attempt of its own; a switch's is left to the finding of incidents, which
// believes the terminal.
func (p *pipeline) rule(i int, r *ledger.Row) classify.Ruling {
	if of := p.matches.DuplicateOf(txn.Terminal, i); of >= 0 && (ledger.OfSwitch(p.book, r) || !ledger.OfSwitch(p.book, new(p.book.Row(txn.Terminal, of)))) {
		return classify.Ruling{Outcome: classify.Info}
	}
	return p.evidence.Ruling(i)
}

// decide says what every code means, finds the incidents and judges the money. Incidents
// and money rest on the meaning of each row and on nothing of each other, and so does what is
// counted without incidents.
func (p *pipeline) decide() {
	p.gather()
	together(p.find, func() {
		p.reconciled = p.matches.Judge(p.evidence.Ruling)
		p.tally = p.tallyAttempts()
	})
	if p.cfg.Carry != nil {
		p.cfg.Carry(p.reconciled.Carry())
	}
}

func (p *pipeline) find() {
	o := p.cfg.Incident
	o.Lone, o.Chosen = p.matches.Lone, p.cfg.Reconcile.Chosen.Rows
	p.found = incident.FindBy(p.clocks, p.book, p.rule, o)
	for _, s := range p.found.Skew {
		p.skew[p.book.Name(ledger.Terminal, s.Terminal)] = round(-s.Offset.Seconds(), 1) // the offset is what puts it right
	}
	opts := []cause.Option{cause.WithZone(p.cfg.Location)}
	if p.cfg.Calendar != nil {
		opts = append(opts, cause.WithCalendar(p.cfg.Calendar))
	}
	if len(p.cfg.Probes) > 0 {
		opts = append(opts, cause.WithProbes(p.cfg.Probes))
	}
	p.causeCtx = cause.NewContext(p.book, p.rule, p.found, opts...)
	for n := range p.found.Windows {
		p.causes = append(p.causes, p.causeCtx.Attribute(&p.found.Windows[n]))
	}
	p.counts = sync.OnceValue(func() *cause.Counts { return p.causeCtx.Count(p.causes) })
	p.found.Release()
	p.incidentOf = room.Slice[int16](p.book.Len(txn.Terminal))
	for i := range p.incidentOf {
		p.incidentOf[i] = -1
	}
	// A failure belongs to the first window that was found by it; another that holds its time and place,
	// such as one of everybody, may be about other failures. What is left belongs to the narrowest window.
	narrow := make([]int, len(p.found.Windows))
	for n := range narrow {
		narrow[n] = n
		for _, i := range p.found.Windows[n].Rows {
			p.belongs(int(i), n)
		}
	}
	slices.SortStableFunc(narrow, func(x, y int) int { return cmp.Compare(p.found.Windows[x].Attempts, p.found.Windows[y].Attempts) })
	for _, n := range narrow {
		p.inside(n, func(i int) { p.belongs(i, n) })
	}
}

// belongs gives a terminal row to a found window, unless it has one.
func (p *pipeline) belongs(i, n int) {
	if p.incidentOf[i] < 0 {
		p.incidentOf[i] = int16(n)
	}
}

// inside calls f for the terminal rows that a found window holds.
func (p *pipeline) inside(n int, f func(i int)) {
	w := &p.found.Windows[n]
	first, until := w.Reach()
	all := p.book.Len(txn.Terminal)
	from := sort.Search(all, func(i int) bool { return p.book.At(txn.Terminal, i) >= first })
	for i, r := range p.book.Range(txn.Terminal, from, all) {
		if r.At >= until {
			break
		}
		if w.Covers(p.book, r) {
			f(i)
		}
	}
}

// together runs functions side by side that share nothing but what they read.
func together(parts ...func()) {
	var wg sync.WaitGroup
	for _, f := range parts[1:] {
		wg.Go(f)
	}
	parts[0]()
	wg.Wait()
}
