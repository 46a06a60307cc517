package reconcile

import (
	"cmp"
	"slices"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// A settlement row may stand for many transactions: the daily deposit of a
// merchant, the total of a terminal's batch. Such a row names no transaction; it is compared
// with the sum of what the terminal side has of that place and day or batch and that no other
// settlement row explains.

// onlyDeposits reports whether the settlement side has totals and no row of a
// single transaction, so that its totals take part in the comparison.
func (m *Matches) onlyDeposits() bool {
	totals := false
	for _, r := range m.b.Rows(txn.Settlement) {
		if r.Kind.Money() {
			return false
		}
		totals = totals || r.Kind == txn.Payout || r.Kind == txn.BatchSettle
	}
	return totals
}

// onlyTotals reports whether no settlement row can be one of a single transaction: few rows
// beside the terminal's, none of which was matched or names a transaction, a card or a time of day.
func (m *Matches) onlyTotals() bool {
	if m.deposits {
		return true
	}
	n := 0
	for s, h := range m.have[right] {
		if h&fMoney == 0 {
			continue
		}
		if n++; h&identity != 0 || m.partner[right].at(int32(s)) != free || 3*n > m.partner[left].len() || timed(m.row(right, int32(s))) {
			return false
		}
	}
	return n > 0
}

// learnPaid is how many days after the sales most totals are dated, which then say nothing of the days
// behind; 0 where most are not the sums of one distance, as far as the rows themselves tell.
func (m *Matches) learnPaid() (lag int) {
	var pool []Waiting
	if m.opt.Carry != nil {
		pool = m.opt.Carry.Rows
	}
	if m.partner[left].len()+len(pool) == 0 || !m.onlyTotals() {
		return 0
	}
	j := &judge{m: m}
	var totals []int32
	for s := range int32(m.partner[right].len()) {
		if r := m.row(right, s); j.isTotal(s, r) && (m.deposits || m.have[right][s]&fMoney != 0) && m.ids.value(r, fBatch) == 0 {
			totals = append(totals, s)
		}
	}
	groups := j.groups(totals, left, m.shared, func(t int32) bool {
		told := m.toldBy(left, t)
		return m.have[left][t]&(fMoney|fAmount) == fMoney|fAmount && m.partner[left].at(t) != copyOf && (told == good || told == nothing && m.opt.Answer == nil) &&
			m.row(left, t).Kind != txn.Reversal && m.ReversedBy(int(t)) < 0
	})
	carried, all := map[sumKey]*group{}, map[sumKey]*group{} // what earlier runs left, and with what is here
	j.addCarried(carried, totals, pool, func(int) bool { return true })
	for _, of := range [...]map[sumKey]*group{groups, carried} {
		for k, g := range of {
			sum := groupOf(all, k)
			sum.sum, sum.fee = sum.sum+g.sum, sum.fee+g.fee
		}
	}
	fees := func(totals []int32, g *group) bool { return likeFees(g.sum, m.sumOf(totals)) }
	for _, fits := range [...]func([]int32, *group) bool{j.isSum, fees} {
		pays := func(k sumKey, totals ...int32) bool {
			wanted := func(g *group) bool { return g != nil && fits(totals, g) }
			return wanted(groups[k]) || wanted(carried[k]) || wanted(all[k]) || j.daysUpTo(k, all, wanted) != nil
		}
		days, most := j.sameDay(totals), 0
		for n := range m.opt.LagAfter + 1 {
			paid := 0
			for _, of := range days {
				k, on := j.totalKey(of[0], m.shared)
				k.day = before(on, n)
				if pays(k, of...) || slices.ContainsFunc(of, func(s int32) bool { return pays(k, s) }) {
					paid++
				}
			}
			if paid > most {
				most, lag = paid, n
			}
		}
		if 2*most > len(days) {
			return lag
		}
	}
	return 0
}

// moneyRow reports whether a row takes part in the comparison.
func (m *Matches) moneyRow(side int, r *ledger.Row) bool {
	return r.Kind.Money() || side == right && m.deposits && (r.Kind == txn.Payout || r.Kind == txn.BatchSettle)
}

// identity are the fields of which a total has none.
const identity = fRRN | fSTAN | fOrder | fChannel | fLast4

// sumKey is a place (terminal, merchant, or all) and a day or batch.
type sumKey struct {
	currency  uint64
	tid, mid  uint64
	batch     uint64
	day       txn.Date
	byTID     bool
	byMID     bool
	withBatch bool
}

// group is the terminal rows behind one possible total, and those that an earlier run left.
type group struct {
	rows     []int32
	carried  []int // in judge.pool
	sum, fee txn.Minor
	due      txn.Minor // after fees of the rate by which the other totals fall short, 0 where there is none
	rate     int64     // this, in millionths
	used     bool
	days     []*group // where it is that of several days
}

// use marks a group as that of a total.
func (g *group) use() {
	g.used = true
	for _, day := range g.days {
		day.used = true
	}
}

// isTotal reports whether a settlement row names no transaction.
func (j *judge) isTotal(s int32, r *ledger.Row) bool {
	return j.m.moneyRow(right, r) && j.m.says[s] == moved && back(r.Kind) == 0 && r.Amount.Valid()
}

// byTotals matches totals with their transactions.
func (j *judge) byTotals() {
	var totals []int32
	for s := range j.m.partner[right].len() {
		if j.m.partner[right].at(int32(s)) == free && j.m.have[right][s]&identity == 0 && j.isTotal(int32(s), j.m.row(right, int32(s))) {
			totals = append(totals, int32(s))
		}
	}
	if len(totals) == 0 || !j.m.HasTerminal() && len(j.pool) == 0 {
		return
	}
	j.exact = map[sumKey]int{}
	groups := j.groups(totals, left, j.m.shared, func(t int32) bool {
		return j.m.partner[left].at(t) != copyOf && j.moves(t) && j.settled(t) < 0
	})
	j.addCarried(groups, totals, j.pool, func(i int) bool { return !j.done[i] && !j.pool[i].failed && !j.m.elsewhere(&j.pool[i]) })
	lags := map[int]int{}
	rest := totals[:0]
	for _, s := range totals {
		lag, ok := j.exactTotal([]int32{s}, groups)
		if ok {
			lags[lag]++
		} else {
			rest = append(rest, s)
		}
	}
	exact := len(totals) - len(rest)
	if !j.m.deposits && !j.nothingButTotals(len(totals), exact, rest, groups) {
		return // a row without any identifier need not be a total
	}
	rest = slices.DeleteFunc(rest, func(s int32) bool { return j.exactDays([]int32{s}, groups) })
	unpaid := slices.DeleteFunc(j.sameDay(rest), func(of []int32) bool {
		if len(of) == 1 {
			return false
		}
		lag, ok := j.exactTotal(of, groups)
		if ok {
			lags[lag]++
		}
		return ok || j.exactDays(of, groups)
	})
	if len(lags) == 0 {
		lags = j.feesAway(unpaid, groups)
	}
	if paid := j.m.cover.paid; len(lags) == 0 && paid > 0 {
		lags = map[int]int{paid: 1}
	}
	var list []claimed
	for _, of := range unpaid {
		if g := j.likelyPaid(of, groups, lags); g != nil {
			g.use()
			list = append(list, claimed{of, g})
		}
	}
	j.claimAll(list)
}

// likelyPaid is what totals that equal nothing most likely pay: the day before them by the usual
// lag, or where nothing was sold then, the last one that they pay but for fees. Without an example it is
// the last day before them that has rows.
func (j *judge) likelyPaid(totals []int32, groups map[sumKey]*group, lags map[int]int) *group {
	k, on := j.totalKey(totals[0], j.m.shared)
	amount := j.m.sumOf(totals)
	fits := func(g *group) bool { return likeFees(g.sum, amount) }
	usual := j.usualLag(lags)
	for lag := usual; lag <= j.m.opt.LagAfter; lag++ {
		if !k.withBatch {
			k.day = before(on, lag)
		}
		g := groups[k]
		if g != nil && !g.used {
			if some := j.daysUpTo(k, groups, fits); some != nil {
				g = some
			}
			if len(lags) == 0 || lag == usual || fits(g) {
				return g
			}
		}
		if k.withBatch || len(lags) > 0 && g != nil {
			return nil
		}
	}
	return nil
}

// sameDay joins the totals of one place and day, or batch, as of a shop whose wallets and cards are
// paid apart.
func (j *judge) sameDay(totals []int32) (list [][]int32) {
	at := map[sumKey]int{}
	for _, s := range totals {
		k, on := j.totalKey(s, j.m.shared)
		if k.day = on; on == 0 && !k.withBatch {
			list = append(list, []int32{s})
			continue
		}
		n, ok := at[k]
		if !ok {
			n = len(list)
			at[k], list = n, append(list, nil)
		}
		list[n] = append(list[n], s)
	}
	return list
}

// sumOf is the sum of totals.
func (m *Matches) sumOf(totals []int32) (sum txn.Minor) {
	for _, s := range totals {
		sum += m.row(right, s).Amount
	}
	return sum
}

// usualLag is that of most totals, of equals the shorter one.
func (j *judge) usualLag(lags map[int]int) (usual int) {
	for lag := range j.m.opt.LagAfter + 1 {
		if lags[lag] > lags[usual] {
			usual = lag
		}
	}
	return usual
}

// feeShare bounds the share of a total that fees may be which nobody stated.
const feeShare = 50 // 2 %

// likeFees reports whether a total falls short of its transactions as by fees.
func likeFees(sum, total txn.Minor) bool {
	return total <= sum && sum-total <= sum/feeShare
}

// feesAway finds the lag of totals that none equals: where the most of them, and more
// than half, fall short as by fees.
func (j *judge) feesAway(totals [][]int32, groups map[sumKey]*group) map[int]int {
	best, at := 0, 0
	for lag := range j.m.opt.LagAfter + 1 {
		n := 0
		for _, of := range totals {
			k, on := j.totalKey(of[0], j.m.shared)
			if !k.withBatch {
				k.day = before(on, lag)
			}
			if g := groups[k]; g != nil && likeFees(g.sum, j.m.sumOf(of)) {
				n++
			}
		}
		if n > best {
			best, at = n, lag
		}
	}
	if 2*best <= len(totals) {
		return nil
	}
	return map[int]int{at: best}
}

// nothingButTotals reports whether a settlement side can only be a list of totals: few rows
// beside the terminal's, none of which names a transaction or a card, nor a time of day, unless
// most of them pay what a day comes to.
func (j *judge) nothingButTotals(totals, exact int, rest []int32, groups map[sumKey]*group) bool {
	c := &j.m.cover
	if totals != c.rows[right] || 3*totals > c.rows[left] {
		return false
	}
	if !slices.ContainsFunc(rest, func(s int32) bool { return timed(j.m.row(right, s)) }) {
		return true
	}
	for _, n := range j.feesAway(j.sameDay(rest), groups) {
		exact += n
	}
	return exact >= fewDeposits && 2*exact > totals
}

// named says of which terminals and merchants there are transactions.
type named func(f field, id uint64) bool

// shared is named of the terminal side, as far as both sides call them the same.
func (m *Matches) shared(f field, _ uint64) bool { return m.names.both&f != 0 }

// totalKey is what a total sums.
func (j *judge) totalKey(s int32, of named) (sumKey, txn.Date) {
	r := j.m.row(right, s)
	k := sumKey{currency: j.m.ids.word(r) >> 1}
	// A place that transactions do not name says nothing.
	if tid := j.m.ids.value(r, fTID); tid != 0 && of(fTID, tid) {
		k.tid, k.byTID = tid, true
	} else if mid := j.m.ids.value(r, fMID); mid != 0 && of(fMID, mid) {
		k.mid, k.byMID = mid, true
	}
	if k.batch = j.m.ids.value(r, fBatch); k.batch != 0 {
		k.withBatch = true
	}
	on, _ := j.m.bookedOn(r)
	return k, on
}

// sumShape is what a total sums by, beside the day.
type sumShape struct{ byTID, byMID, withBatch bool }

func (j *judge) sumShapes(totals []int32, of named) (shapes []sumShape) {
	for _, s := range totals {
		k, _ := j.totalKey(s, of)
		if x := (sumShape{k.byTID, k.byMID, k.withBatch}); !slices.Contains(shapes, x) {
			shapes = append(shapes, x)
		}
	}
	return shapes
}

func groupOf(groups map[sumKey]*group, k sumKey) *group {
	if groups[k] == nil {
		groups[k] = &group{}
	}
	return groups[k]
}

// addCarried adds what earlier runs left to the groups that totals ask for.
func (j *judge) addCarried(groups map[sumKey]*group, totals []int32, pool []Waiting, include func(i int) bool) {
	if len(pool) == 0 {
		return
	}
	m := j.m
	ids := func(d ledger.Dim, same []uint32) map[string]uint64 {
		by := map[string]uint64{}
		for id, n := range same {
			by[plainID(m.b.Name(d, uint32(id)))] = uint64(n)
		}
		return by
	}
	tids, mids, shapes := ids(ledger.Terminal, m.ids.tid), ids(ledger.Merchant, m.ids.mid), j.sumShapes(totals, m.shared)
	for i := range pool {
		w := &pool[i]
		if !include(i) || m.ids.one != "" && m.ids.one != w.Currency {
			continue
		}
		for _, x := range shapes {
			k := sumKey{byTID: x.byTID, byMID: x.byMID, withBatch: x.withBatch}
			known := true
			if m.ids.one == "" {
				k.currency = letters(w.Currency)
			}
			if x.byTID {
				k.tid = tids[plainID(w.Terminal)]
				known = k.tid != 0
			}
			if x.byMID {
				k.mid = mids[plainID(w.Merchant)]
				known = known && k.mid != 0
			}
			if x.withBatch {
				k.batch, _ = digits.Value(plainID(w.Batch))
				known = known && k.batch != 0
			} else {
				k.day = w.Day
			}
			if known {
				g := groupOf(groups, k)
				g.carried, g.sum, g.fee = append(g.carried, i), g.sum+w.signed(), g.fee+m.feeOfCarried(w)
			}
		}
	}
}

// feeOfCarried is the agreed fee of a carried row with its sign, 0 where there is none.
func (m *Matches) feeOfCarried(w *Waiting) txn.Minor {
	kind, _ := txn.ParseKind(w.Kind)
	rule := m.agreed(kind, w.Currency, w.party())
	if rule == nil {
		return 0
	}
	if back(kind) == 1 {
		return -rule.fee(w.Amount)
	}
	return rule.fee(w.Amount)
}

// groups sums the rows of a side that include accepts, in every way that some
// total asks for.
func (j *judge) groups(totals []int32, side int, of named, include func(i int32) bool) map[sumKey]*group {
	shapes := j.sumShapes(totals, of)
	out := map[sumKey]*group{}
	for i := range j.m.partner[side].len() {
		if !include(int32(i)) {
			continue
		}
		r := j.m.row(side, int32(i))
		fee := j.feeOf(side, r)
		for _, x := range shapes {
			k := sumKey{currency: j.m.ids.word(r) >> 1, byTID: x.byTID, byMID: x.byMID, withBatch: x.withBatch}
			if x.byTID {
				k.tid = j.m.ids.value(r, fTID)
			}
			if x.byMID {
				k.mid = j.m.ids.value(r, fMID)
			}
			if x.withBatch {
				k.batch = j.m.ids.value(r, fBatch)
			} else {
				k.day, _ = j.m.bookedOn(r)
			}
			g := groupOf(out, k)
			g.rows = append(g.rows, int32(i))
			g.sum += signed(r)
			g.fee += fee
		}
	}
	return out
}

// feeOf is the fee of a row with its sign: the stated one of a settlement row,
// the agreed one of a terminal row, 0 where there is none.
func (j *judge) feeOf(side int, r *ledger.Row) (f txn.Minor) {
	if side == right {
		f = j.m.b.Extra(r.Extra).Fee.Or(0)
		if back(r.Kind) == 1 {
			f = absolute(f) // files write what came back with and without the sign
		}
	} else if rule := j.m.feeRule(r, j.m.party(r)); rule != nil && r.Amount.Valid() {
		f = rule.fee(r.Amount)
	}
	if back(r.Kind) == 1 {
		return -f
	}
	return f
}

// exactTotal looks for the group whose sum, or sum less fees, is the total, or that of several: of
// the same day first, then of earlier ones.
func (j *judge) exactTotal(totals []int32, groups map[sumKey]*group) (lag int, ok bool) {
	k, on := j.totalKey(totals[0], j.m.shared)
	for lag := range j.m.opt.LagAfter + 1 {
		if !k.withBatch {
			k.day = before(on, lag)
		}
		if g := groups[k]; g != nil && !g.used && j.isSum(totals, g) {
			j.claimTotal(Matched, totals, g)
			return lag, true
		}
		if k.withBatch {
			break
		}
	}
	return 0, false
}

// isSum reports whether totals are the sum of a group, or that less fees.
func (j *judge) isSum(totals []int32, g *group) bool {
	sum, fee := j.m.sumOf(totals), txn.Minor(0)
	for _, s := range totals {
		fee += j.m.b.Extra(j.m.row(right, s).Extra).Fee.Or(0)
	}
	return j.m.accepts(j.m.row(right, totals[0]), g.sum, sum) || g.sum-g.fee == sum || g.sum-fee == sum
}

// exactDays looks for days in a row that add up to a total: who pays on working days pays a weekend, or
// the days of a feast, in one.
func (j *judge) exactDays(totals []int32, groups map[sumKey]*group) bool {
	k, on := j.totalKey(totals[0], j.m.shared)
	if k.withBatch {
		return false
	}
	for lag := range j.m.opt.LagAfter + 1 {
		k.day = before(on, lag)
		if g := j.daysUpTo(k, groups, func(g *group) bool { return j.isSum(totals, g) }); g != nil {
			j.claimTotal(Matched, totals, g)
			return true
		}
	}
	return false
}

// mostDays is how many days in a row one total may pay.
const mostDays = 10

// daysUpTo joins the days up to that of k, two or more, until they are wanted; nil where that never
// is. A day that another total pays ends them.
func (j *judge) daysUpTo(k sumKey, groups map[sumKey]*group, wanted func(*group) bool) (some *group) {
	last := k.day
	some = &group{}
	for n := range mostDays {
		k.day = before(last, n)
		g := groups[k]
		if g == nil && n == 0 || g != nil && g.used {
			return nil
		}
		if g == nil {
			continue // closed
		}
		some.sum, some.fee, some.days = some.sum+g.sum, some.fee+g.fee, append(some.days, g)
		if len(some.days) > 1 && wanted(some) {
			for _, day := range slices.Backward(some.days) {
				some.rows, some.carried = append(some.rows, day.rows...), append(some.carried, day.carried...)
			}
			return some
		}
	}
	return nil
}

// claimTotal puts totals and their transactions into one case. A row that is in
// another case already leaves the group unusable.
func (j *judge) claimTotal(state State, totals []int32, g *group) {
	g.use()
	for _, t := range g.rows {
		if j.r.states[left][t] != Idle { // counted under another total
			return
		}
	}
	for _, i := range g.carried {
		if j.done[i] {
			return
		}
	}
	stated := j.m.sumOf(totals)
	amount := stated
	if state == AmountDiffers {
		amount = absolute(stated - cmp.Or(g.due, g.sum))
	}
	j.assign(state, free, totals[0], amount)
	if state == AmountDiffers {
		j.explain(caseMore{total: g, stated: stated})
	} else {
		j.r.Keys[ByTotal]++
		j.exact[j.place(totals)]++
	}
	j.also(state, right, totals[1:])
	j.also(state, left, g.rows)
	for _, i := range g.carried {
		j.done[i] = true
		j.found(&j.pool[i], j.pool[i].Currency, j.pool[i].signed())
	}
}
