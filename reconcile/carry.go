package reconcile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// PoolSchema names the shape of a serialised Pool.
const PoolSchema = "poslog/carry/1"

// Pool is what one run leaves to the next: rows whose settlement file was not there yet,
// and for some days those reported as missing or found, so that a late arrival is known
// for what it is and a day may be run again. It goes to JSON and back without loss and
// holds no card number and no token.
type Pool struct {
	Schema string    `json:"schema"`
	Rows   []Waiting `json:"rows"`             // approved
	Failed []Waiting `json:"failed,omitempty"` // not approved, or undone: nothing of them should settle
}

// Waiting is one terminal row. Position names the file and line of the run that first saw
// it.
type Waiting struct {
	At          time.Time `json:"time"`
	Day         txn.Date  `json:"business_day"` // yyyymmdd
	Kind        string    `json:"kind"`
	Institution string    `json:"institution,omitempty"`
	Merchant    string    `json:"merchant,omitempty"`
	Terminal    string    `json:"terminal,omitempty"`
	RRN         string    `json:"rrn,omitempty"`
	STAN        string    `json:"stan,omitempty"`
	Batch       string    `json:"batch,omitempty"`
	OrderNo     string    `json:"order_no,omitempty"`
	RefundNo    string    `json:"refund_no,omitempty"`
	ChannelNo   string    `json:"channel_no,omitempty"`
	Card        string    `json:"card,omitempty"` // masked
	Code        string    `json:"code,omitempty"`
	Amount      txn.Minor `json:"amount"`
	Currency    string    `json:"currency"`
	Position    string    `json:"position"`
	Missing     bool      `json:"missing,omitempty"`  // reported as missing already
	Arrived     bool      `json:"arrived,omitempty"`  // found in settlement already, late where it is Missing, too
	Reversed    bool      `json:"reversed,omitempty"` // undone at the terminal
	// Told is the newest settlement day of the run that said so. The same day run again
	// says the same again.
	Told txn.Date `json:"told,omitempty"`
	// Pair is the same of a sale and the void or refund of all of it, which both wait:
	// settlement may list neither.
	Pair string `json:"pair,omitempty"`

	failed bool // of Pool.Failed
}

// at is the time of a row, which is the zero time where it states none.
func (w *Waiting) at() txn.Instant {
	if w.At.IsZero() {
		return txn.NoInstant
	}
	return txn.At(w.At)
}

// all lists the rows that wait by the time, those that were approved first: a settlement
// row belongs to a try that failed only where no other explains it.
func (p *Pool) all() []Waiting {
	rows := slices.SortedStableFunc(slices.Values(p.Rows), compareWaiting)
	failed := slices.SortedStableFunc(slices.Values(p.Failed), compareWaiting)
	for i := range failed {
		failed[i].failed = true
	}
	return append(rows, failed...)
}

// again leaves out what a run of the same day said of a carried row.
func (w *Waiting) again(newest txn.Date) {
	if w.Told != 0 && w.Told == newest {
		w.Missing, w.Arrived, w.Told = w.Missing && w.Arrived, false, 0 // what came late was missing before
	}
}

// Check returns an error where a pool was not written by this program.
func (p *Pool) Check() error {
	switch {
	case p.Schema == PoolSchema:
	case strings.HasPrefix(p.Schema, "poslog/carry/"):
		return fmt.Errorf("carry-over pool has schema %q, not %q: another version of poslog wrote it; use that one, or name another file, without which nothing is carried over", p.Schema, PoolSchema)
	default:
		return fmt.Errorf("it has the schema %q and not %q of what poslog carries over: name another file, without which nothing is carried over", p.Schema, PoolSchema)
	}
	for i, w := range slices.Concat(p.Rows, p.Failed) {
		if _, err := txn.ParseKind(w.Kind); err != nil || w.Amount < 0 {
			return fmt.Errorf("carry-over pool row %d (%s): kind %q, amount %d: delete the row or the file", i+1, w.Position, w.Kind, w.Amount)
		}
	}
	return nil
}

// Carried is what became of the rows of Options.Carry: the forecast of the run
// before, judged. Rows reported as missing earlier count if they have arrived. Netted are
// those of pairs that cancel each other out and that settlement does not list.
type Carried struct {
	Rows, Arrived, Missing, Waiting, Netted int
}

// Carry returns what this run leaves to the next: the terminal rows that wait
// for a settlement file, and those of the earlier pool that still do.
func (r *Result) Carry() *Pool {
	p := &Pool{Schema: PoolSchema}
	m, pairs := r.m, r.pairs()
	newest := m.cover.newest[right]
	for _, w := range r.stillWaiting {
		w.Day = cmp.Or(w.Day, newest)
		p.put(w)
	}
	for t, state := range r.states[left] {
		row := m.row(left, int32(t))
		if state &^= leads; !row.Amount.Valid() || !r.leaves(t, state, row) {
			continue
		}
		w := m.waiting(row)
		w.Missing, w.failed = state == TerminalOnly, state == Idle
		w.Day = cmp.Or(w.Day, newest) // from which it ages
		w.Reversed, w.Pair = w.failed && r.undone(int32(t)), pairs[int32(t)]
		if known, ok := r.known[w.identity()]; ok {
			w = known
		}
		p.put(w)
	}
	slices.SortStableFunc(p.Rows, compareWaiting)
	slices.SortStableFunc(p.Failed, compareWaiting)
	return p
}

// pairs names the rows that wait and cancel out with another one that does.
func (r *Result) pairs() map[int32]string {
	m, waiting := r.m, map[int32]int{}
	rows := m.absentPairs()
	for i, t := range rows {
		if r.states[left][i]&^leads == PendingCutOff {
			waiting[t]++
		}
	}
	pairs := map[int32]string{}
	for i, t := range rows {
		if sale := m.row(left, t); waiting[t] == 2 {
			pairs[i] = fmt.Sprintf("%d %s", sale.At, m.b.Name(ledger.Terminal, m.b.Place(sale.Place).Terminal))
		}
	}
	return pairs
}

func (p *Pool) put(w Waiting) {
	if w.failed {
		p.Failed = append(p.Failed, w)
	} else {
		p.Rows = append(p.Rows, w)
	}
}

// leaves reports whether a terminal row is one for the next run: a file that is still to
// come may have it, or it was missing in its own.
func (r *Result) leaves(t int, state State, row *ledger.Row) bool {
	m := r.m
	switch state {
	case TerminalOnly:
		return true
	case PendingCutOff:
		return m.waits(row) || m.Undecided(t)
	case Idle:
		return m.have[left][t]&fMoney != 0 && m.partner[left].at(int32(t)) == free && row.Kind != txn.Reversal && !r.closed[int32(t)] && m.waits(row) && !m.expects(row)
	}
	return false
}

func compareWaiting(x, y Waiting) int {
	return cmp.Or(x.At.Compare(y.At), strings.Compare(x.Position, y.Position))
}

// waits reports whether a row's settlement file is still to come, rather than
// older than all that are here.
func (m *Matches) waits(r *ledger.Row) bool {
	on, _ := m.bookedOn(r)
	oldest := m.cover.oldest
	if m.unfiled(r) {
		oldest = before(oldest, 1)
	} else if s := m.cover.shopOf(m.merchant(r)); s != nil {
		oldest = s.oldest
	}
	x := m.cover.reach[left][m.institution(r)]
	return !m.HasSettlement() || on > oldest || x.ends && timed(r) && r.At > x.to
}

func (m *Matches) waiting(r *ledger.Row) Waiting {
	b, p, e := m.b, m.b.Place(r.Place), m.b.Extra(r.Extra)
	on, _ := m.bookedOn(r)
	at := r.At.Time()
	if r.At.Valid() {
		at = at.In(m.opt.Location)
	}
	return Waiting{
		At: at, Day: on, Kind: r.Kind.String(),
		Institution: b.Name(ledger.Institution, p.Institution), Merchant: b.Name(ledger.Merchant, p.Merchant),
		Terminal: b.Name(ledger.Terminal, p.Terminal),
		RRN:      b.Key(r.RRN), STAN: b.Key(r.STAN), Batch: b.Key(r.Batch),
		OrderNo: b.Key(e.OrderNo), RefundNo: b.Key(e.RefundNo), ChannelNo: b.Key(e.ChannelNo),
		Card: ledger.MaskedPAN(b, r), Code: b.Code(r.Code), Amount: r.Amount, Currency: m.currency(r),
		Position: ledger.Pos(b, r).String(),
	}
}

// carryKeys are the keys by which a row finds its carried one, strongest first,
// each with and without the amount where it is an identity.
var carryKeys = [...][]string{
	{"rrn", "tid", "amount"}, {"rrn", "tid"}, {"tid", "batch", "stan", "amount"}, {"tid", "batch", "stan"},
	{"order", "refund?", "amount"}, {"channel", "refund?", "amount"}, {"rrn", "amount"},
	{"tid", "stan", "amount"}, {"tid", "amount", "last4", "time"}, {"tid", "amount", "time"},
}

// takeUp takes what an earlier run left.
func (j *judge) takeUp() {
	if j.m.opt.Carry == nil {
		return
	}
	newest := j.m.cover.newest[right]
	j.pool = j.notAgain(j.m.opt.Carry.all(), newest)
	j.was = slices.Clone(j.pool)
	j.done = make([]bool, len(j.pool))
	for i := range j.pool {
		w := &j.pool[i]
		w.again(newest)
		if j.done[i] = w.Arrived; j.done[i] {
			j.keepTold(w)
		}
	}
}

// carried matches what an earlier run left open with the settlement rows that
// nothing in this run explains, and judges the rest.
func (j *judge) carried() {
	pool, done := j.pool, j.done
	if len(pool) == 0 {
		return
	}
	var rows []int32
	for s := range j.m.partner[right].len() {
		if j.r.states[right][s] == Idle && j.m.partner[right].at(int32(s)) != copyOf && j.terminal(int32(s)) < 0 && j.moneyRow(int32(s)) {
			rows = append(rows, int32(s))
		}
	}
	for _, failed := range [...]bool{false, true} {
		for _, names := range carryKeys {
			waiting := map[string][]int{}
			for i := range pool {
				if k, ok := carryKey(names, pool[i].value, pool[i].back()); ok && !done[i] && pool[i].failed == failed {
					waiting[k] = append(waiting[k], i)
				}
			}
			if len(waiting) == 0 {
				continue
			}
			for _, s := range rows {
				r := j.m.row(right, s)
				k, ok := carryKey(names, func(n string) string { return j.carryValue(r, n) }, back(r.Kind))
				if !ok || j.r.states[right][s] != Idle {
					continue
				}
				list := waiting[k]
				n := slices.IndexFunc(list, func(i int) bool { return j.m.meets(&pool[i], r, names) })
				if n < 0 {
					continue
				}
				if w := &pool[list[n]]; !failed {
					j.arrived(w, s, r)
				} else if !j.charged(w, s, r) {
					continue
				}
				done[list[n]] = true
				waiting[k] = slices.Delete(list, n, n+1)
			}
		}
	}
	absent := map[string]int{} // of each pair, how many rows did not arrive
	for i := range pool {
		if !done[i] {
			absent[pool[i].Pair]++
		}
	}
	for i := range pool {
		switch {
		case done[i]:
		case j.m.elsewhere(&j.was[i]) && j.was[i].Told != 0:
			j.keepTold(&j.was[i])
		case pool[i].failed:
			j.keepTold(&pool[i])
		default:
			j.stillOut(&pool[i], pool[i].Pair != "" && absent[pool[i].Pair] == 2)
		}
	}
}

// elsewhere reports whether this run says nothing of the institution or the merchant of a
// carried row: runs of several may share one pool.
func (m *Matches) elsewhere(w *Waiting) bool {
	c := &m.cover
	if w.Institution != "" {
		id := m.nameID(ledger.Institution, w.Institution)
		if id != 0 && (c.days[left][id] != nil || c.days[right][id] != nil) {
			return false
		}
		return c.rows[left] > 0 && c.days[left][0] == nil || c.rows[right] > 0 && c.days[right][0] == nil
	}
	return c.merchant != "" && w.Merchant != "" && plainID(c.merchant) != plainID(w.Merchant)
}

// nameID is the id of a name, 0 where no row has it.
func (m *Matches) nameID(d ledger.Dim, name string) uint32 {
	for i := range m.b.Names(d) {
		if m.b.Name(d, uint32(i)) == name {
			return uint32(i)
		}
	}
	return 0
}

// notAgain drops the carried rows that are among the terminal rows at hand, because a day
// is run again or its export overlaps with the one before: there they are judged. What the
// run of another day has said of them stays known.
func (j *judge) notAgain(pool []Waiting, newest txn.Date) []Waiting {
	m := j.m
	type brief struct {
		at     txn.Instant
		amount txn.Minor
	}
	some := map[brief]bool{}
	for i := range pool {
		some[brief{pool[i].at(), pool[i].Amount}] = true
	}
	here := map[string]bool{}
	for i, h := range m.have[left] {
		at := m.b.At(txn.Terminal, i)
		if h&fMoney != 0 && some[brief{at, m.b.Amount(txn.Terminal, i)}] {
			w := m.waiting(m.row(left, int32(i)))
			here[w.identity()] = true
		}
	}
	j.r.known = map[string]Waiting{}
	return slices.DeleteFunc(pool, func(w Waiting) bool {
		k := w.identity()
		if here[k] && w.Told != 0 && w.Told != newest {
			j.r.known[k] = w
		}
		return here[k]
	})
}

// identity is what a row keeps from one export to the next.
func (w *Waiting) identity() string {
	return fmt.Sprintf("%d %s %d %s %q", w.At.UnixMicro(), w.Kind, w.Amount, w.Currency,
		[]string{w.Terminal, w.RRN, w.STAN, w.Batch, w.OrderNo, w.RefundNo, w.ChannelNo})
}

// meets reports whether the times of a carried row and a settlement row agree:
// within the window where the key has nothing but time, else within the lag.
func (m *Matches) meets(w *Waiting, r *ledger.Row, names []string) bool {
	x, y := span{dawn, dusk}, m.when(r)
	if at := w.at(); at.Valid() {
		x = span{at, at + 1_000_000}
	}
	g := x.gap(y)
	if slices.Contains(names, "time") {
		win := txn.Instant(m.opt.Window / time.Microsecond)
		return timed(r) && w.at().Valid() && -win <= g && g <= win
	}
	return -txn.Instant(m.opt.LagBefore)*day <= g && g <= txn.Instant(m.opt.LagAfter+m.opt.PendingDays)*day
}

// carryKey joins the values of a key; ok is false where one is absent.
func carryKey(names []string, value func(string) string, back int) (string, bool) {
	k := fmt.Sprint(back)
	for _, n := range names {
		if n == "time" {
			continue
		}
		v := value(strings.TrimSuffix(n, "?"))
		if v == "" && !strings.HasSuffix(n, "?") {
			return "", false
		}
		k += "|" + v
	}
	return k, true
}

// signed is the amount with its direction.
func (w *Waiting) signed() txn.Minor {
	if w.back() == 1 {
		return -w.Amount
	}
	return w.Amount
}

func (w *Waiting) back() int {
	k, _ := txn.ParseKind(w.Kind)
	return back(k)
}

func (w *Waiting) value(name string) string {
	switch name {
	case "rrn":
		return plainID(w.RRN)
	case "tid":
		return plainID(w.Terminal)
	case "stan":
		return plainID(w.STAN)
	case "batch":
		return plainID(w.Batch)
	case "order":
		return plainID(w.OrderNo)
	case "refund":
		return plainID(w.RefundNo)
	case "channel":
		return plainID(w.ChannelNo)
	case "last4":
		return w.Card[max(0, len(w.Card)-4):]
	}
	return fmt.Sprint(w.Currency, int64(w.Amount))
}

func (j *judge) carryValue(r *ledger.Row, name string) string {
	w := Waiting{RRN: j.m.b.Key(r.RRN), Terminal: j.m.b.Name(ledger.Terminal, j.m.b.Place(r.Place).Terminal),
		STAN: j.m.b.Key(r.STAN), Batch: j.m.b.Key(r.Batch), Card: ledger.MaskedPAN(j.m.b, r), Amount: r.Amount, Currency: j.m.currency(r)}
	if r.Extra != 0 {
		e := j.m.b.Extra(r.Extra)
		w.OrderNo, w.RefundNo, w.ChannelNo = j.m.b.Key(e.OrderNo), j.m.b.Key(e.RefundNo), j.m.b.Key(e.ChannelNo)
	}
	return w.value(name)
}

// plainID drops leading zeros of numbers, as the matching of rows does.
func plainID(s string) string {
	if digits.Only(s) {
		return strings.TrimLeft(s, "0")
	}
	return s
}

// arrived puts a settlement row with the carried row that it settles.
func (j *judge) arrived(w *Waiting, s int32, r *ledger.Row) {
	if j.m.working(s) {
		j.r.Carried.Rows++
		j.keepWaiting(w)
		j.assign(PendingCutOff, free, s, r.Amount)
		return
	}
	j.found(w, j.m.currency(r), signed(r))
	j.r.Keys[ByCarry]++
	switch off, wrong := j.m.feeOff(r, w.party()); {
	case r.Amount.Valid() && !j.m.accepts(r, w.Amount, r.Amount):
		j.assign(AmountDiffers, free, s, absolute(w.Amount-r.Amount))
		j.explain(caseMore{waiting: w})
	case wrong:
		j.assign(FeeDiffers, free, s, absolute(off))
		j.explain(caseMore{waiting: w})
	default:
		j.assign(Matched, free, s, r.Amount)
	}
}

// found notes that a carried row has arrived.
func (j *judge) found(w *Waiting, currency string, amount txn.Minor) {
	j.r.Carried.Rows++
	j.r.Carried.Arrived++
	if w.Missing {
		j.late++
	}
	found := *w
	found.Arrived, found.Told = true, j.m.cover.newest[right]
	j.keepTold(&found)
	if j.r.Arrivals == nil {
		j.r.Arrivals = map[string]txn.Minor{}
	}
	j.r.Arrivals[currency] += amount
}

// party is who is charged for a carried row.
func (w *Waiting) party() party { return party{w.Institution, w.Merchant} }

// charged puts a settlement row with the try that failed and that it settles all the same,
// unless the file itself takes it back.
func (j *judge) charged(w *Waiting, s int32, r *ledger.Row) bool {
	if rows, sum := j.cancelled(free, s); len(rows) > 0 && sum == r.Amount {
		return false
	}
	if j.m.working(s) {
		j.keepTold(w)
		j.assign(PendingCutOff, free, s, r.Amount)
		return true
	}
	found := *w
	found.Arrived, found.Told = true, j.m.cover.newest[right]
	j.keepTold(&found)
	j.r.Keys[ByCarry]++
	state := ChargedButFailed
	if w.Reversed {
		state = ReversedButSettled
	}
	j.assign(state, free, s, r.Amount)
	j.explain(caseMore{waiting: w})
	return true
}

// stillOut keeps a carried row waiting, or reports it as missing where its
// settlement file is here by now, unless it cancels out with another one that is absent, too.
func (j *judge) stillOut(w *Waiting, netted bool) {
	m := j.m
	inst := m.nameID(ledger.Institution, w.Institution)
	_, part := m.businessDay(inst, w.at())
	if w.Missing { // listed once
		if !m.elsewhere(w) {
			j.missed++
		}
		j.keepTold(w)
		return
	}
	j.r.Carried.Rows++
	lacks, early := m.elsewhere(w) || !m.covers(inst, w.Day, part, w.at()) || !m.hasFile(w, part), m.daysSince(w.Day) <= m.opt.PendingDays
	if lacks && (early || !netted) {
		j.lacks(w, early)
	}
	if lacks && early {
		j.keepWaiting(w)
		return
	}
	if netted {
		j.r.Carried.Netted++
		found := *w
		found.Arrived, found.Told = true, m.cover.newest[right]
		j.keepTold(&found)
		return
	}
	j.r.Carried.Missing++
	missing := *w
	missing.Missing, missing.Told = true, m.cover.newest[right]
	j.r.stillWaiting = append(j.r.stillWaiting, missing)
	t := j.total(TerminalOnly, w.Currency)
	t.Count++
	t.Amount += w.Amount
	kind, _ := txn.ParseKind(w.Kind)
	j.open = room.Append(j.open, openCase{amount: w.Amount, t: free, s: free, state: TerminalOnly, kind: kind})
	j.explain(caseMore{waiting: w})
}

// hasFile reports whether the files of a carried row's merchant have its day, as far as files
// are of one merchant each.
func (m *Matches) hasFile(w *Waiting, p part) bool {
	if m.cover.shops.of == nil {
		return true
	}
	return m.cover.filed(m.ids.mid[m.nameID(ledger.Merchant, w.Merchant)], w.Day, p, w.at())
}

// lack is a business day whose settlement file is not here although a later one is, and the
// merchant where each file is of one.
type lack struct {
	day      txn.Date
	merchant string
}

func (k lack) compare(o lack) int {
	return cmp.Or(cmp.Compare(k.day, o.day), strings.Compare(k.merchant, o.merchant))
}

// lacked counts carried rows that lack their file: those that wait for it, and those that have
// waited long enough to count as missing.
type lacked struct{ wait, missing int }

// lacks counts a carried row whose settlement file has not come although a later one has.
func (j *judge) lacks(w *Waiting, early bool) {
	if w.Day == 0 || w.Day >= j.m.cover.newest[right] || j.m.elsewhere(w) {
		return
	}
	k := lack{day: w.Day}
	if c := &j.m.cover; c.shops.of != nil && c.merchant == "" {
		k.merchant = w.Merchant
	}
	n := j.lacking[k]
	if early {
		n.wait++
	} else {
		n.missing++
	}
	j.lacking[k] = n
}

func (j *judge) keepWaiting(w *Waiting) {
	j.r.Carried.Waiting++
	j.r.stillWaiting = append(j.r.stillWaiting, *w)
}

// keepTold keeps for some days a row of which all is said.
func (j *judge) keepTold(w *Waiting) {
	if o := &j.m.opt; j.m.daysSince(w.Day) <= o.LagAfter+o.PendingDays {
		j.r.stillWaiting = append(j.r.stillWaiting, *w)
	}
}

// asCarried describes an item by the carried row, and what that does not state by its
// settlement row, if it has one.
func (it *Item) asCarried(w *Waiting) {
	it.At = w.at()
	it.Institution, it.Merchant, it.Terminal = cmp.Or(w.Institution, it.Institution), cmp.Or(w.Merchant, it.Merchant), cmp.Or(w.Terminal, it.Terminal)
	it.RRN, it.STAN, it.Card, it.Code = cmp.Or(w.RRN, it.RRN), cmp.Or(w.STAN, it.STAN), cmp.Or(w.Card, it.Card), cmp.Or(w.Code, it.Code)
	it.Order = cmp.Or(w.OrderNo, w.ChannelNo, it.Order)
	it.Kind, _ = txn.ParseKind(w.Kind)
	it.TerminalAmount, it.Currency, it.TerminalAt, it.Key, it.Reversed = w.Amount, w.Currency, w.Position, ByCarry, w.Reversed
	it.Call, it.Advice = advise(it)
}
