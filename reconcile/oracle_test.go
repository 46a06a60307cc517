package reconcile

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// The oracle matches the same rows by nested loops over texts: no packed keys, no
// hashing, no partitions, no pointers that walk. It shares with the matcher the order of
// the passes and what "near in time" means, and nothing else.
type oracle struct {
	b        ledger.Book
	m        *Matches // for clocks and windows only
	rows     [2][]*ledger.Row
	partner  [2][]int32
	how      []Key
	copies   [2]map[int32]int32
	contests []string
	splits   []string
	found    map[Key]int
	settled  map[*ledger.Row]bool            // rows of the settlement side
	apart    map[string]bool                 // names that the sides do not share
	own      bool                            // rows of one side are compared: names of its own count
	alias    map[string]string               // settlement side's terminal -> terminal side's
	unnamed  map[*ledger.Row]map[string]bool // numbers of undos that are those of their originals
}

var textFields = [...]string{"rrn", "stan", "sent", "acq", "fwd", "batch", "order", "refund", "channel", "tid", "mid", "last4", "amount"}

// text is the value of a field as a person would compare it.
func (o *oracle) text(r *ledger.Row, f string) string {
	e, p := o.b.Extra(r.Extra), o.b.Place(r.Place)
	lossy := r.Flags.Has(txn.IDPrecision)
	id := func(k ledger.Key, lossy bool) string {
		s := o.b.Key(k)
		if lossy {
			return ""
		}
		if digitsOnly(s) && len(s) <= 17 {
			return strings.TrimLeft(s, "0")
		}
		return s
	}
	name := func(d ledger.Dim, i uint32) string {
		s := o.b.Name(d, i)
		if digitsOnly(s) {
			return strings.TrimLeft(s, "0")
		}
		return s
	}
	switch f {
	case "rrn":
		return id(r.RRN, lossy)
	case "stan":
		return id(r.STAN, false)
	case "sent":
		return id(e.SentAt, false)
	case "acq":
		return id(e.Acquirer, false)
	case "fwd":
		return id(e.Forwarder, false)
	case "batch":
		return id(r.Batch, false)
	case "order":
		return id(e.OrderNo, lossy || o.unnamed[r][f])
	case "refund":
		return id(e.RefundNo, lossy)
	case "channel":
		return id(e.ChannelNo, lossy || o.unnamed[r][f])
	case "tid":
		s := name(ledger.Terminal, p.Terminal)
		if o.apart["tid"] && o.settled[r] {
			if a := o.alias[s]; a != "" || !o.own {
				return a
			}
		}
		return s
	case "mid":
		if o.apart["mid"] && o.settled[r] && !o.own {
			return ""
		}
		return name(ledger.Merchant, p.Merchant)
	case "last4":
		if r.Last4 == ledger.NoLast4 {
			return ""
		}
		return fmt.Sprint(r.Last4)
	}
	if !r.Amount.Valid() {
		return ""
	}
	return fmt.Sprint(int64(r.Amount))
}

func (o *oracle) list(f field) (out []string) {
	for i, n := range textFields {
		if f&(1<<i) != 0 {
			out = append(out, n)
		}
	}
	return out
}

func (o *oracle) have(r *ledger.Row, names []string) string {
	s := ""
	for _, n := range names {
		if o.text(r, n) != "" {
			s += n + " "
		}
	}
	return s
}

func (o *oracle) keyText(r *ledger.Row, names []string) string {
	s := fmt.Sprint(back(r.Kind), o.m.currency(r))
	for _, n := range names {
		s += "|" + o.text(r, n)
	}
	return s
}

func runOracle(m *Matches) *oracle {
	o := &oracle{b: m.b, m: m, found: map[Key]int{}, copies: [2]map[int32]int32{{}, {}}, settled: map[*ledger.Row]bool{}, apart: map[string]bool{}, alias: map[string]string{}}
	for side := range o.rows {
		for _, r := range m.b.Rows(bookSide[side]) {
			row := *r
			o.rows[side] = append(o.rows[side], &row)
			o.partner[side] = append(o.partner[side], free)
			o.settled[&row] = side == right
		}
	}
	both := map[string]bool{}
	for _, n := range []string{"tid", "mid"} {
		var seen [2]map[string]bool
		for side, rows := range o.rows {
			seen[side] = map[string]bool{}
			for _, r := range rows {
				if s := o.text(r, n); s != "" && r.Kind.Money() {
					seen[side][s] = true
				}
			}
		}
		for s := range seen[left] {
			both[n] = both[n] || seen[right][s]
		}
		o.apart[n] = !both[n] && len(seen[left]) > 0 && len(seen[right]) > 0
	}
	o.how = make([]Key, len(o.rows[left]))
	learned := m.clocks
	for _, p := range passes {
		if m.clocks = (clocks{}); p.key == ByTime {
			m.clocks = learned
		}
		if (p.key == ByBatch || p.key == ByDay) && o.apart["tid"] && len(o.alias) == 0 {
			o.learnAliases()
		}
		if p.key >= ByDay && o.apart["tid"] && !both["mid"] && len(o.found) == 0 && o.numbered() {
			break
		}
		if p.key == ByDay {
			o.forgetOriginals()
		}
		o.pass(p)
	}
	m.clocks, o.unnamed = learned, nil // whose undo it is, the numbers tell again
	return o
}

// forgetOriginals disregards the number of an undo without a partner that some payment has,
// where both sides have such undos with numbers.
func (o *oracle) forgetOriginals() {
	o.unnamed = map[*ledger.Row]map[string]bool{}
	for _, f := range []string{"order", "channel"} {
		var undos [2][]*ledger.Row
		payments := map[string]bool{}
		for side, rows := range o.rows {
			for i, r := range rows {
				switch s := o.text(r, f); {
				case s == "" || !r.Kind.Money():
				case back(r.Kind) == 0:
					payments[s] = true
				case o.partner[side][i] == free:
					undos[side] = append(undos[side], r)
				}
			}
		}
		if len(undos[left]) == 0 || len(undos[right]) == 0 {
			continue
		}
		for _, r := range append(undos[left], undos[right]...) {
			if payments[o.text(r, f)] {
				if o.unnamed[r] == nil {
					o.unnamed[r] = map[string]bool{}
				}
				o.unnamed[r][f] = true
			}
		}
	}
}

// learnAliases calls a terminal of the settlement side what nine of ten, and two,
// of its matches call it.
func (o *oracle) learnAliases() {
	count := map[string]map[string]int{}
	sum := map[string]int{}
	for t, s := range o.partner[left] {
		if s < 0 {
			continue
		}
		x, y := o.text(o.rows[left][t], "tid"), strings.TrimLeft(o.b.Name(ledger.Terminal, o.b.Place(o.rows[right][s].Place).Terminal), "0")
		if x == "" || y == "" {
			continue
		}
		if count[y] == nil {
			count[y] = map[string]int{}
		}
		count[y][x]++
		sum[y]++
	}
	for y, list := range count {
		for x, n := range list {
			if n >= 2 && 10*n >= 9*sum[y] {
				o.alias[y] = x
			}
		}
	}
}

// numbered reports whether both sides state numbers of one sort.
func (o *oracle) numbered() bool {
	for _, n := range []string{"rrn", "order", "channel"} {
		var any [2]bool
		for side, rows := range o.rows {
			for _, r := range rows {
				any[side] = any[side] || o.text(r, n) != ""
			}
		}
		if any[left] && any[right] {
			return true
		}
	}
	return false
}

func (o *oracle) pass(p pass) {
	relevant := o.list(p.need | p.optional)
	if p.key >= ByDay {
		relevant = o.list(p.need | p.optional | fRRN | fSTAN | fOrder | fChannel)
	}
	var shapes [2][]string // which fields rows have, sorted like the matcher's bit sets
	of := [2]map[string][]int32{{}, {}}
	for side, rows := range o.rows {
		for i, r := range rows {
			if o.partner[side][i] != free || !r.Kind.Money() {
				continue
			}
			have := o.have(r, relevant)
			ok := true
			for _, n := range o.list(p.need) {
				ok = ok && strings.Contains(have, n+" ")
			}
			if ok {
				if of[side][have] == nil {
					shapes[side] = append(shapes[side], have)
				}
				of[side][have] = append(of[side][have], int32(i))
			}
		}
		slices.SortFunc(shapes[side], func(x, y string) int { return int(o.bits(x)) - int(o.bits(y)) })
	}
	type pair struct {
		t, s string
		key  []string
	}
	var pairs []pair
	usable := func(have string) ([]string, bool) {
		var key []string
		any := p.anyOf == 0
		for i, n := range textFields {
			bit := field(1 << i)
			if p.need&bit != 0 || p.optional&bit != 0 && strings.Contains(have, n+" ") {
				key = append(key, n)
				any = any || p.anyOf&bit != 0
			}
		}
		return key, any
	}
	for _, t := range shapes[left] {
		for _, s := range shapes[right] {
			common := ""
			for _, n := range relevant {
				if strings.Contains(t, n+" ") && strings.Contains(s, n+" ") {
					common += n + " "
				}
			}
			if key, ok := usable(common); ok {
				for _, n := range o.agreeing(p, common) {
					if !slices.Contains(key, n) {
						key = append(key, n)
					}
				}
				pairs = append(pairs, pair{t, s, key})
			}
		}
	}
	slices.SortStableFunc(pairs, func(x, y pair) int { return len(y.key) - len(x.key) })
	if p.weak { // all rows that are compared on the same fields are seen at once
		type rows struct {
			key  string
			with string // the rows of the other side
		}
		var order []rows
		names, ts, ss := map[rows][]string{}, map[rows][]int32{}, map[rows][]int32{}
		for _, q := range pairs {
			with := ""
			for _, other := range pairs {
				if slices.Equal(other.key, q.key) && other.s == q.s {
					with += other.t + "; "
				}
			}
			k := rows{fmt.Sprint(q.key), with}
			if names[k] == nil {
				order = append(order, k)
				names[k] = q.key
			}
			for _, i := range of[left][q.t] {
				if !slices.Contains(ts[k], i) {
					ts[k] = append(ts[k], i)
				}
			}
			for _, i := range of[right][q.s] {
				if !slices.Contains(ss[k], i) {
					ss[k] = append(ss[k], i)
				}
			}
		}
		for _, k := range order {
			slices.Sort(ts[k])
			slices.Sort(ss[k])
			o.match(p, names[k], ts[k], ss[k])
		}
		return
	}
	for _, q := range pairs {
		o.match(p, q.key, of[left][q.t], of[right][q.s])
	}
	if p.key > ByDay {
		return
	}
	for side := range shapes {
		for _, have := range shapes[side] {
			if key, ok := usable(have); ok {
				lists := [2][]int32{}
				lists[side] = of[side][have]
				o.match(p, key, lists[left], lists[right])
			}
		}
	}
}

func (o *oracle) bits(have string) (f field) {
	for i, n := range textFields {
		if strings.Contains(have, n+" ") {
			f |= 1 << i
		}
	}
	return f
}

// agreeing lists the fields that a key without identifier must hold besides.
func (o *oracle) agreeing(p pass, common string) (out []string) {
	if p.key < ByDay {
		return nil
	}
	add := func(n string, keys ...Key) {
		for _, k := range keys {
			if o.found[k] > 0 && strings.Contains(common, n+" ") && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	add("rrn", ByRRN, ByRRNOnly)
	add("stan", BySentAt, ByBatch, ByDay)
	add("order", ByOrder)
	add("channel", ByChannel)
	return out
}

func (o *oracle) match(p pass, names []string, ts, ss []int32) {
	groups := map[string][2][]int32{}
	for side, rows := range [2][]int32{ts, ss} {
		for _, i := range rows {
			if o.partner[side][i] == free {
				k := o.keyText(o.rows[side][i], names)
				g := groups[k]
				g[side] = append(g[side], i)
				groups[k] = g
			}
		}
	}
	for _, g := range groups {
		switch {
		case len(ts) > 0 && len(ss) > 0 && (len(g[left]) == 0 || len(g[right]) == 0):
			// what repeats another row is looked for last
		case len(g[left])+len(g[right]) < 2:
		case p.weak:
			o.weak(g[left], g[right])
		default:
			o.strong(p, g[left], g[right])
		}
	}
}

func (o *oracle) strong(p pass, t, s []int32) {
	amount := func(r *ledger.Row) string { return o.text(r, "amount") }
	if len(t) == 1 && len(s) == 1 {
		x, y := o.rows[left][t[0]], o.rows[right][s[0]]
		same := amount(x) == amount(y) || amount(x) == "" || amount(y) == ""
		near := o.m.near(p.key, t[0], s[0], lastRound)
		if near && (same || p.key.identity()) || same && p.key == ByRRN {
			o.pair(p.key, t[0], s[0])
		}
		return
	}
	anything := func(x, y *ledger.Row) bool { return true }
	if p.key != ByOrder && p.key != ByChannel {
		o.setAside(p, left, t)
	}
	fit := func(last int, fits func(x, y *ledger.Row) bool) {
		for _, a := range o.tries(p, left, t) {
			for _, b := range o.tries(p, right, s) {
				o.firstFit(p, a, b, last, fits)
			}
		}
	}
	o.follow(p, left, t)
	o.follow(p, right, s)
	fit(3, func(x, y *ledger.Row) bool { return amount(x) == amount(y) && x.Last4 == y.Last4 })
	fit(3, func(x, y *ledger.Row) bool { return amount(x) == amount(y) })
	o.split(p, t, s)
	if p.key.identity() {
		fit(1, anything)
	}
	o.setAside(p, left, t)
	o.setAside(p, right, s)
	if p.key.identity() {
		fit(3, anything)
	}
}

// ended reports whether the rows of a side are tries of which each tells an end.
func (o *oracle) ended(p pass, side int) bool {
	return side == right || p.key == ByOrder || p.key == ByChannel
}

// says is the end that a row of an order tells: "" for none, working, or what it is.
func (o *oracle) says(side int, i int32) string {
	r := o.rows[side][i]
	if side == right {
		return [...]string{"ok", "failed", "working"}[o.m.says[i]]
	}
	switch code := o.m.b.Code(r.Code); code {
	case "00", "10":
		return "ok"
	case "51":
		return "failed"
	case "68":
		return "working"
	case "":
		return ""
	default:
		return "perhaps " + code
	}
}

// tries lists the rows of an order by what may be hoped of them; other rows are one list.
func (o *oracle) tries(p pass, side int, rows []int32) (out [3][]int32) {
	for _, i := range rows {
		n := 1
		if o.ended(p, side) {
			n = map[string]int{"ok": 0, "failed": 2}[o.says(side, i)]
			if s := o.says(side, i); s != "ok" && s != "failed" {
				n = 1
			}
		}
		out[n] = append(out[n], i)
	}
	return out
}

// follow sets aside what is in process where another row of its chain is worth more.
func (o *oracle) follow(p pass, side int, rows []int32) {
	if !o.ended(p, side) || len(rows) < 2 {
		return
	}
	before := slices.Clone(o.partner[side])
	kept := maps.Clone(o.copies[side])
	o.chain(p, side, rows)
	for _, i := range rows {
		if o.partner[side][i] == copyOf && before[i] != copyOf && o.says(side, i) != "working" {
			o.partner[side][i] = before[i]
			delete(o.copies[side], i)
			if c, ok := kept[i]; ok {
				o.copies[side][i] = c
			}
		}
	}
}

// split pairs the only free row with all free rows of the other side that add up
// to it.
func (o *oracle) split(p pass, t, s []int32) {
	if p.key < ByRRN || p.key > ByChannel {
		return
	}
	var open [2][]int32
	var sum [2]txn.Minor
	for side, rows := range [2][]int32{t, s} {
		for _, i := range rows {
			if o.partner[side][i] == free {
				open[side] = append(open[side], i)
				a := o.rows[side][i].Amount
				if a == txn.NoAmount || a == 0 {
					return
				}
				sum[side] += a
			}
		}
	}
	nt, ns := len(open[left]), len(open[right])
	many := nt == 1 && ns > 1 || ns == 1 && nt > 1 && (p.key == ByOrder || p.key == ByChannel)
	if !many || sum[left] != sum[right] {
		return
	}
	for _, i := range open[left] {
		for _, k := range open[right] {
			if !o.m.near(p.key, i, k, lastRound) {
				return
			}
		}
	}
	slices.Sort(open[left])
	slices.Sort(open[right])
	for _, i := range open[left] {
		o.partner[left][i], o.how[i] = open[right][0], p.key
	}
	for _, k := range open[right] {
		o.partner[right][k] = open[left][0]
	}
	o.found[p.key]++
	o.splits = append(o.splits, fmt.Sprint(open))
}

func (o *oracle) firstFit(p pass, t, s []int32, last int, fits func(x, y *ledger.Row) bool) {
	for round := range last + 1 {
		for _, i := range t {
			for _, j := range s {
				if o.partner[left][i] == free && o.partner[right][j] == free &&
					fits(o.rows[left][i], o.rows[right][j]) && o.m.near(p.key, i, j, round) {
					o.pair(p.key, i, j)
				}
			}
		}
	}
}

func (o *oracle) pair(k Key, t, s int32) {
	o.partner[left][t], o.partner[right][s] = s, t
	o.how[t] = k
	o.found[k]++
}

// setAside sets aside what repeats another row: first what was in process, then the rest, which
// follows one another without it.
func (o *oracle) setAside(p pass, side int, rows []int32) {
	o.follow(p, side, rows)
	o.chain(p, side, rows)
}

// chain links each row to the row before it that says the same, and keeps of
// each chain the one with the best knowledge.
func (o *oracle) chain(p pass, side int, rows []int32) {
	o.own = true
	defer func() { o.own = false }()
	rows = slices.DeleteFunc(slices.Clone(rows), func(i int32) bool { return o.partner[side][i] == copyOf })
	rows = slices.SortedStableFunc(slices.Values(rows), func(x, y int32) int { // what is in process first
		if a, b := o.rows[side][x], o.rows[side][y]; !o.ended(p, side) || a.At != b.At {
			return 0
		}
		switch a, b := o.says(side, x) == "working", o.says(side, y) == "working"; {
		case a && !b:
			return -1
		case b && !a:
			return 1
		}
		return 0
	})
	var chains [][]int32
	for _, i := range rows {
		r := o.rows[side][i]
		joined := false
		for c := len(chains) - 1; c >= 0; c-- { // only the last chain of the same values goes on
			l := chains[c][len(chains[c])-1]
			last := o.rows[side][l]
			if last.Kind != r.Kind || o.text(last, "amount") != o.text(r, "amount") || o.text(last, "tid") != o.text(r, "tid") || last.Last4 != r.Last4 {
				continue
			}
			apart := time.Duration(r.At-last.At) * time.Microsecond
			known := last.At.Valid() && r.At.Valid()
			limit := 12 * time.Hour
			if side == right {
				limit = time.Duration(o.m.opt.LagAfter+1) * 24 * time.Hour
			}
			near := !known || apart <= limit
			if !p.key.identity() {
				near = known && last.Prec > txn.PrecDay && r.Prec > txn.PrecDay && apart <= 10*time.Minute
			}
			if o.ended(p, side) {
				a, b := o.says(side, l), o.says(side, i)
				code := last.Code == r.Code || p.key != ByOrder && p.key != ByChannel
				near = near && (a == "" || a == "working" || b == "" || a == b && code)
			}
			if near {
				chains[c] = append(chains[c], i)
				joined = true
			}
			break
		}
		if !joined {
			chains = append(chains, []int32{i})
		}
	}
	for _, c := range chains {
		best := c[0]
		worth := func(i int32) int {
			if o.partner[side][i] >= 0 {
				return 24
			}
			w := o.m.worth(o.rows[side][i])
			switch says := o.says(side, i); {
			case o.ended(p, side) && says == "working":
				return -1
			case o.ended(p, side) && says == "": // less than in process
				return w - 24
			}
			return w
		}
		for _, i := range c {
			if worth(i) > worth(best) || worth(i) == -1 && worth(best) == -1 {
				best = i
			}
		}
		for _, i := range c {
			if i != best && o.partner[side][i] == free {
				o.partner[side][i] = copyOf
				o.copies[side][i] = best
			}
		}
	}
}

// weak builds the whole graph of candidates and takes it apart by searching.
func (o *oracle) weak(t, s []int32) {
	w := txn.Instant(o.m.opt.Window / time.Microsecond)
	fits := func(i, j int32) bool { g := o.m.gap(i, j); return -w <= g && g <= w }
	seen := map[[2]int32]bool{}
	for _, start := range t {
		if seen[[2]int32{left, start}] {
			continue
		}
		var part [2][]int32
		queue := [][2]int32{{left, start}}
		seen[queue[0]] = true
		for len(queue) > 0 {
			n := queue[0]
			queue = queue[1:]
			part[n[0]] = append(part[n[0]], n[1])
			for _, other := range [2][]int32{s, t}[n[0]] {
				next := [2]int32{1 - n[0], other}
				i, j := n[1], other
				if n[0] == right {
					i, j = other, n[1]
				}
				if !seen[next] && fits(i, j) {
					seen[next] = true
					queue = append(queue, next)
				}
			}
		}
		if len(part[right]) == 0 {
			continue
		}
		for side := range part {
			slices.SortFunc(part[side], func(x, y int32) int {
				px, py := o.corrected(side, x), o.corrected(side, y)
				if px != py {
					return int(min(1, max(-1, px-py)))
				}
				return int(x - y)
			})
		}
		all := len(part[left]) == len(part[right])
		for k := 0; all && k < len(part[left]); k++ {
			all = fits(part[left][k], part[right][k])
		}
		if all {
			for k := range part[left] {
				o.pair(ByTime, part[left][k], part[right][k])
			}
			continue
		}
		for side := range part {
			for _, i := range part[side] {
				o.partner[side][i] = disputed
			}
			slices.Sort(part[side])
		}
		o.contests = append(o.contests, fmt.Sprint(part))
	}
}

func (o *oracle) corrected(side int, i int32) txn.Instant {
	r := o.rows[side][i]
	if side == left {
		return r.At - o.m.clocks.of(uint32(o.m.ids.value(r, fTID))).ahead
	}
	return r.At
}

// dirty makes a small random case: few values, so that everything collides.
func dirty(rng *rand.Rand, rows int) *recs {
	x := &recs{}
	pick := func(s ...string) string { return s[rng.IntN(len(s))] }
	sparse := rng.IntN(3) // how often identifiers are missing
	id := func(s ...string) string {
		if rng.IntN(4) < sparse {
			return ""
		}
		return pick(s...)
	}
	for range rows {
		side := []txn.Side{txn.Terminal, txn.Settlement}[rng.IntN(2)]
		at := noon.Add(time.Duration(rng.IntN(600)) * time.Second)
		if rng.IntN(5) == 0 {
			at = at.Add(time.Duration(rng.IntN(20)-8) * 11 * time.Hour)
		}
		code := pick("00", "00", "00", "51", "", "98", "RV", "68")
		if side == txn.Settlement {
			code = ""
		}
		amount := []txn.Minor{100, 100, 100, 200, 0}[rng.IntN(5)]
		if rng.IntN(40) == 0 {
			amount = txn.NoAmount
		}
		x.add(side, at, id("0001", "1", "2", "3", "ABC", "4", "5"), code, amount, func(r *txn.Record) {
			r.Kind = []txn.Kind{txn.Sale, txn.Sale, txn.Sale, txn.Sale, txn.KindUnknown, txn.Void, txn.Refund, txn.Reversal, txn.Balance, txn.Completion}[rng.IntN(10)]
			if r.Kind == txn.Reversal && rng.IntN(2) == 0 {
				r.Origin = txn.ReversalReason
			}
			r.TID = id("10000001", "010000001", "20000002")
			r.MID = id("M1", "M1", "M2")
			r.STAN, r.Batch = id("000001", "1", "2"), id("000001", "2")
			r.OrderNo, r.ChannelNo = id("A1", "A2", "")+"", id("", "", "C1")
			r.RefundNo = id("", "", "R1")
			r.SentAt, r.Acquirer = id("", "1120120000"), id("", "48020000")
			r.OrigRRN, r.OrigSTAN = id("", "1", "2"), id("", "000001")
			r.PAN = txn.Mask(id("6228480012345671234", "6217000012345675678"))
			if rng.IntN(30) == 0 {
				r.Flags |= txn.IDPrecision
			}
			if rng.IntN(30) == 0 {
				r.Flags |= txn.Repeat
			}
			switch rng.IntN(50) {
			case 0, 1:
				r.Status = "交易失败"
			case 2, 3:
				r.Status = "处理中"
			}
			if rng.IntN(25) == 0 {
				r.Currency = "USD"
			}
		})
	}
	return x
}

func TestMatchAgreesWithOracle(t *testing.T) {
	cases := 2000
	if testing.Short() {
		cases = 500
	}
	for seed := range cases {
		rng := rand.New(rand.NewPCG(uint64(seed), 8))
		agree(t, uint64(seed), dirty(rng, 2+rng.IntN(30)))
		agree(t, uint64(seed), crowded(rng, 2+rng.IntN(20)))
		agree(t, uint64(seed), renamed(rng, dirty(rng, 2+rng.IntN(30))))
		agree(t, uint64(seed), split(rng, 2+rng.IntN(12)))
	}
	t.Logf("%d cases; %d splits, %d cases with names of their own, %d terminals recognised", 4*cases, splitCases, apartCases, aliasCases)
	if splitCases < cases/10 || apartCases < cases/10 || aliasCases < cases/100 {
		t.Error("too few cases of some sort")
	}
}

// renamed gives the settlement side names of its own.
func renamed(rng *rand.Rand, x *recs) *recs {
	for _, r := range x.list {
		if r.Side == txn.Settlement {
			if r.TID != "" {
				r.TID = "POS-" + r.TID
			}
			if r.MID != "" && rng.IntN(3) > 0 {
				r.MID = "SHOP"
			}
		}
	}
	return x
}

// split makes payments whose rows add up on the other side, exactly or nearly.
func split(rng *rand.Rand, payments int) *recs {
	x := &recs{}
	for n := range payments {
		at := noon.Add(time.Duration(rng.IntN(600)) * time.Second)
		number := func(r *txn.Record) {
			r.OrderNo = fmt.Sprint("A", n/2)
			if rng.IntN(4) == 0 {
				r.RefundNo = "R1"
			}
		}
		rrn := ""
		if rng.IntN(2) == 0 {
			rrn, number = fmt.Sprint(n/2+1), func(*txn.Record) {}
		}
		one, many := txn.Terminal, txn.Settlement
		if rng.IntN(2) == 0 {
			one, many = many, one
		}
		sum := txn.Minor(0)
		for range 1 + rng.IntN(3) {
			a := txn.Minor(rng.IntN(3) * 100)
			sum += a
			x.add(many, at.Add(time.Duration(rng.IntN(90))*time.Second), rrn, "00", a, number)
		}
		if rng.IntN(5) == 0 {
			sum += 100
		}
		x.add(one, at, rrn, "00", sum, number)
	}
	for _, r := range x.list {
		if r.Side == txn.Settlement {
			r.Code = ""
		}
	}
	return x
}

// What the random cases had in them.
var splitCases, apartCases, aliasCases int

// crowded makes rows that have nothing but terminal, amount and time, close
// together: unique pairs, chains and contests.
func crowded(rng *rand.Rand, rows int) *recs {
	x := &recs{}
	for range rows {
		side := []txn.Side{txn.Terminal, txn.Settlement}[rng.IntN(2)]
		code := ""
		if side == txn.Terminal {
			code = []string{"00", "00", "51", ""}[rng.IntN(4)]
		}
		x.add(side, noon.Add(time.Duration(rng.IntN(80*rows))*time.Second), "", code, txn.Minor(100+rng.IntN(2)), card(""))
	}
	return x
}

// FuzzMatch lets the fuzzer choose the case: seed and number of rows.
func FuzzMatch(f *testing.F) {
	f.Add(uint64(4), uint8(30))
	f.Add(uint64(289), uint8(20))
	f.Add(uint64(382), uint8(60))
	f.Add(uint64(533), uint8(0x81))
	f.Add(uint64(99), uint8(80))
	f.Add(uint64(1789), uint8(247))
	f.Fuzz(func(t *testing.T, seed uint64, rows uint8) {
		agree(t, seed, dirty(rand.New(rand.NewPCG(seed, 8)), int(rows)))
	})
}

// agree compares the matcher with the oracle on one case.
func agree(t *testing.T, seed uint64, x *recs) {
	t.Helper()
	b := x.book()
	opt := Options{Workers: 1 + int(seed%3), Memory: int64(1+seed%4) * 200, abreast: int(seed % 7)}
	opt.Answer = func(r *ledger.Row) classify.Meaning {
		m := classify.Meaning{Code: b.Code(r.Code), Known: true, Outcome: classify.Unknown}
		switch m.Code {
		case "00", "10":
			m.Outcome = classify.Approved
		case "51":
			m.Outcome = classify.Declined
		case "68": // in process
		default:
			m.Open = true
		}
		return m
	}
	if seed%5 == 0 {
		opt.hash = func(k *key) uint64 { return k.hash() & 3 << 31 } // nearly every key shares its hash
	}
	m := Match(b, opt)
	o := runOracle(m)
	var contests []string
	for _, c := range m.contests {
		slices.Sort(c.t)
		slices.Sort(c.s)
		contests = append(contests, fmt.Sprint([2][]int32{c.t, c.s}))
	}
	slices.Sort(contests)
	slices.Sort(o.contests)
	var splits []string
	for t, rest := range m.parts[left] {
		splits = append(splits, fmt.Sprint([2][]int32{{t}, append([]int32{m.partner[left].at(t)}, rest...)}))
	}
	for s, rest := range m.parts[right] {
		splits = append(splits, fmt.Sprint([2][]int32{append([]int32{m.partner[right].at(s)}, rest...), {s}}))
	}
	slices.Sort(splits)
	slices.Sort(o.splits)
	splitCases += len(splits)
	if m.names.apart != 0 {
		apartCases++
	}
	aliasCases += len(m.names.alias)
	how := make([]Key, m.partner[left].len())
	for i := range how {
		how[i], _ = m.How(i)
	}
	var partners [2][]int32
	for side := range partners {
		for i := range int32(m.partner[side].len()) {
			partners[side] = append(partners[side], m.partner[side].at(i))
		}
	}
	got := fmt.Sprint(partners, how, m.copies, contests, splits)
	want := fmt.Sprint(o.partner, o.how, o.copies, o.contests, o.splits)
	if got != want {
		for _, r := range x.list {
			t.Logf("%s %s %s rrn=%q tid=%q mid=%q stan=%q batch=%q order=%q chan=%q amt=%d card=%s code=%q at=%s", r.Side, r.Kind, r.Pos, r.RRN, r.TID, r.MID, r.STAN, r.Batch, r.OrderNo, r.ChannelNo, r.Amount, r.PAN.Masked, r.Code, r.At.Time())
		}
		t.Fatalf("seed %d\ngot  %s\nwant %s", seed, got, want)
	}
	for side, undos := range m.undos {
		if got, want := fmt.Sprint(originalsOf(undos)), fmt.Sprint(o.originals(side)); got != want {
			t.Fatalf("seed %d: originals %s, want %s", seed, got, want)
		}
	}
	if r := m.Judge(ruleOf(b)); !r.Proof.Holds {
		t.Fatalf("seed %d: proof does not hold: %+v %+v", seed, r.Proof, r.Totals)
	}
}

// originals ties every undo to the nearest row before it, by trying all rows for
// each way of naming one.
func (o *oracle) originals(side int) map[int32]int32 {
	o.own = true
	out := map[int32]int32{}
	name := func(r *ledger.Row, f undoField) string {
		switch f {
		case uRRN:
			return o.text(r, "rrn")
		case uSTAN:
			return o.text(r, "stan")
		case uOrder:
			return o.text(r, "order")
		case uOrigRRN:
			return strings.TrimLeft(o.b.Key(o.b.Extra(r.Extra).OrigRRN), "0")
		case uOrigSTAN:
			return strings.TrimLeft(o.b.Key(o.b.Extra(r.Extra).OrigSTAN), "0")
		}
		return "-"
	}
	for _, p := range undoPasses {
		for u, x := range o.rows[side] {
			if _, done := out[int32(u)]; done || !slices.Contains(p.kinds, x.Kind) || name(x, p.undo) == "" {
				continue
			}
			named := name(x, uOrigRRN) != "" || name(x, uOrigSTAN) != ""
			if p.nameless && named || p.without&fLast4 != 0 && o.text(x, "last4") != "" {
				continue
			}
			var all []int
			for i, y := range o.rows[side] {
				fits := y.Kind.Money() && back(y.Kind) == 0 && name(y, p.original) == name(x, p.undo) && o.m.currency(x) == o.m.currency(y)
				for _, n := range o.list(p.with) {
					fits = fits && o.text(x, n) != "" && o.text(x, n) == o.text(y, n)
				}
				if fits && y.At <= x.At+slack {
					all = append(all, i)
				}
			}
			best := -1
			if p.own {
				best = o.notTaken(side, u, all, p.within, out)
			}
			if best < 0 {
				best = o.meant(side, x, all, p.within)
			}
			if best >= 0 {
				out[int32(u)] = int32(best)
				if first, ok := o.copies[side][int32(best)]; ok {
					out[int32(u)] = first
				}
			}
		}
	}
	return out
}

// notTaken is the latest row before an undo that no void has taken back yet, first of those that
// the other side has as it has the undo, or else the first one after it.
func (o *oracle) notTaken(side, undo int, all []int, within txn.Instant, out map[int32]int32) int {
	x := o.rows[side][undo]
	taken := func(i int) bool {
		for u, original := range out {
			if v := o.rows[side][u]; int(original) == i && v.Kind == txn.Void && o.partner[side][u] != copyOf && slices.Contains([]told{good, nothing}, o.m.toldBy(side, u)) {
				return true
			}
		}
		return false
	}
	has := func(i int) bool { return o.partner[side][i] >= 0 }
	for _, late := range [...]txn.Instant{0, slack} {
		for _, like := range [...]bool{true, false} {
			last := -1
			for _, i := range all {
				y := o.rows[side][i]
				if y.At <= x.At+late && x.At-y.At <= within && !taken(i) && o.partner[side][i] != copyOf && (late > 0 || (has(i) == has(undo)) == like) &&
					o.m.toldBy(side, int32(i)) != refused && (last < 0 || late == 0) {
					last = i
				}
			}
			if last >= 0 {
				return last
			}
		}
	}
	return -1
}

// meant is the row that an undo means, best first: of its amount, not after it, the latest.
func (o *oracle) meant(side int, x *ledger.Row, all []int, within txn.Instant) int {
	for _, other := range [...]bool{false, true} {
		for _, late := range [...]txn.Instant{0, slack} {
			last := -1 // rows are in the order of time
			for _, i := range all {
				if y := o.rows[side][i]; (other || y.Amount == x.Amount) && y.At <= x.At+late {
					last = i
				}
			}
			if last >= 0 && x.At-o.rows[side][last].At <= within {
				return last
			}
		}
	}
	return -1
}

func digitsOnly(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func originalsOf(undos map[int32][]int32) map[int32]int32 {
	of := map[int32]int32{}
	for original, list := range undos {
		for _, u := range list {
			of[u] = original
		}
	}
	return of
}
