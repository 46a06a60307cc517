package table

import (
	"slices"
	"strings"
	"unicode"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/sheet"
	"github.com/poslog/poslog/txn"
)

// audit holds the totals that stand in a sheet against its rows. A total is of the rows
// above it, back to an earlier row of totals or to the top; one in the titles is of all
// rows, and one at the foot of a page may be. Every total is held against rows by itself,
// so that two wrong ones never make a right one.
//
// Note: rows are read in blocks by several workers, which only note what stood above each
// row of totals; it is judged where the blocks are joined.
type audit struct {
	marks   []mark           // not judged yet
	bounds  map[string]tally // rows above the last row of totals, and above the last one of each label and word
	last    string           // label of that row
	running bool             // a total was seen that goes on from those before it
	checks  []check
	more    int // totals of groups that agree, beyond those in checks
	unsure  int // totals of parts of the rows that no column tells
}

// mark is a row of totals.
type mark struct {
	label   string
	above   tally // the rows above it
	stated  []stated
	numbers []loose // of a row that does not say what they are
}

// stated is a total that the file states about itself.
type stated struct {
	scope string // "", sale, refund, in, out, neutral
	what  string // count, amount, fee, net, debit, credit
	value int64
	pos   txn.Pos
}

// check is a total that was judged by the rows above it.
type check struct {
	entry.Check
	stated stated
	open   bool  // the rows above it do not give it; all rows may
	whole  bool  // it can only be of all rows
	unsure bool  // it may be of rows that nobody can tell
	only   bool  // so may this, unless more rows follow: 张三小计 below all rows
	rows   int64 // above it
}

const (
	maxGroups = 20     // totals of groups that agree and are listed
	maxBounds = 10_000 // labels of totals that are told apart
)

// mark notes that the row at hand states totals.
func (t *table) mark(label string, numbers ...loose) {
	t.audit.marks = append(t.audit.marks, mark{strings.Clone(label), t.sums, t.stated, numbers}) // the memory of a row is used again
	t.stated = nil
	if !t.within && len(t.audit.marks) >= 64 {
		t.judgeTotals()
	}
}

// judgeTotals judges the marks by the rows above them.
func (t *table) judgeTotals() {
	a := &t.audit
	for i := range a.marks {
		m := &a.marks[i]
		name := plain(m.label)
		keys := [...]string{name, "", "~" + totalsWord(m.label)}
		for _, s := range append(m.stated, t.tell(m, keys[:])...) {
			t.judgeTotal(m, s, keys[:], name)
		}
		if m.above.all.n == 0 {
			continue
		}
		if a.bounds == nil {
			a.bounds = map[string]tally{}
		}
		for _, k := range keys {
			if _, ok := a.bounds[k]; ok || len(a.bounds) < maxBounds {
				a.bounds[k] = m.above
			}
		}
		a.last = name
	}
	a.marks = a.marks[:0]
}

// judgeTotal judges one of them. keys name the rows of totals that its group may begin
// behind, the likeliest first.
func (t *table) judgeTotal(m *mark, s stated, keys []string, name string) {
	a := &t.audit
	c := check{Check: entry.Check{What: s.what, Stated: s.value, Read: t.read(&m.above, s), Currency: t.currency, Pos: s.pos}, stated: s}
	if s.scope != "" {
		c.What = s.scope + "_" + s.what
	}
	if m.above.all.n == 0 {
		c.open, c.whole = true, true
		a.checks = append(a.checks, c)
		return
	}
	all := c.Read
	grouped := false // c.Read is that of a group
	for _, k := range keys {
		above, ok := a.bounds[k]
		if !ok {
			continue
		}
		group := m.above
		group.join(&above, -1)
		if group.all.n == 0 && !(s.value == 0 && k == name && a.last == name) { // else it is the total of what has no rows
			continue
		}
		read := t.read(&group, s)
		if read == s.value {
			if c.Read = read; len(a.checks) < maxGroups {
				a.checks = append(a.checks, c)
			} else {
				a.more++
			}
			return
		}
		if !grouped {
			c.Read, grouped = read, true
		}
	}
	switch {
	case all == s.value:
		a.running = a.running || grouped
		c.Read = all
	case a.running:
		c.Read = all
		fallthrough
	default:
		c.open = true
		sub := subTotal.MatchString(m.label)
		c.unsure = partOf.MatchString(m.label) || !grouped && len(a.bounds) > 0 && sub
		c.only, c.rows = sub && len(a.bounds) == 0 && named.MatchString(m.label), m.above.all.n
	}
	a.checks = append(a.checks, c)
}

// check ends the audit of a table and begins anew.
func (t *table) check() {
	t.judgeTotals()
	a := &t.audit
	for _, h := range t.heads {
		t.judgeHead(h)
	}
	t.heads = nil
	mistaken := false
	for _, c := range a.checks {
		if c.open {
			sheet := t.before // 总计 below the last of several tables
			sheet.join(&t.sums, 1)
			if whole := t.read(&sheet, c.stated); whole == c.Stated {
				c.Read = whole
			} else if whole := t.read(&t.sums, c.stated); c.whole || whole == c.Stated {
				c.Read = whole
			} else if c.unsure || c.only && c.rows == t.sums.all.n {
				a.unsure++
				continue
			}
		}
		t.f.sum.Checks = append(t.f.sum.Checks, c.Check)
		if !mistaken && c.stated.what != "count" && c.Stated != 0 && (c.Read == 100*c.Stated || c.Stated == 100*c.Read) {
			mistaken = true
			t.f.note("the total in %s is %s of what was read: the unit of the amounts is mistaken; say units: {amount: yuan} or units: {amount: fen} in a format file",
				c.Pos, map[bool]string{true: "a hundredth", false: "a hundred times"}[c.Read == 100*c.Stated])
		}
	}
	if a.more > 0 {
		t.f.note("%d more totals of groups of rows agree with their rows", a.more)
	}
	if a.unsure > 0 {
		t.f.note("%d totals of parts of the rows, such as of one kind of card, were not checked: no column tells the part", a.unsure)
	}
	t.before.join(&t.sums, 1)
	t.sums, t.audit = tally{}, audit{}
}

// judgeHead holds the numbers of a row above a table without names against all its rows, where
// one of them is, or must be, the sum of the amounts.
func (t *table) judgeHead(numbers []loose) {
	m := &mark{above: t.sums, numbers: numbers}
	list := t.tell(m, nil)
	if !slices.ContainsFunc(list, func(s stated) bool { return s.what == "amount" }) {
		return
	}
	for _, s := range list {
		t.audit.checks = append(t.audit.checks, check{Check: entry.Check{What: s.what, Stated: s.value, Read: t.read(&t.sums, s), Currency: t.currency, Pos: s.pos}, stated: s})
	}
}

// read is what a total should be, if it is of those rows.
func (t *table) read(rows *tally, s stated) int64 {
	g := t.group(rows, s.scope)
	switch s.what {
	case "count":
		if s.scope == "refund" {
			return nearest(s.value, g.n, rows.returned.n, g.n-g.lost)
		}
		return nearest(s.value, g.n, g.n-g.lost)
	case "fee":
		return t.rounded(s.value, g.fee, -g.fee, g.fee-g.noFee)
	case "net":
		return t.rounded(s.value, g.net, -g.net, g.net-g.noNet)
	case "debit":
		return rows.debit
	case "credit":
		return rows.credit
	}
	// Files add refunds with or without their sign, and by its type or not; parts that
	// were paid back may be left out, and so may rows of which nothing came.
	switch s.scope {
	case "":
		return nearest(s.value, g.signed, g.byKind, g.abs, g.abs-g.back, rows.sale.abs, g.abs-g.unpaid, g.byKind-g.unpaid, rows.sale.abs-rows.sale.unpaid)
	case "refund":
		return nearest(s.value, g.abs, g.abs-g.back, g.signed, g.byKind, rows.returned.abs, rows.returned.signed, rows.returned.byKind, g.abs+rows.sale.back)
	}
	return nearest(s.value, g.abs, g.abs-g.back, g.signed, g.byKind, g.abs-g.unpaid)
}

// rounded is nearest for values that may have been rounded, each by half a cent at most.
func (t *table) rounded(v int64, candidates ...int64) int64 {
	for _, c := range candidates {
		if d := c - v; max(d, -d) <= int64(t.ctx.Rounded+1)/2 {
			return v
		}
	}
	return candidates[0]
}

func (t *table) group(rows *tally, scope string) *sums {
	if !t.m.has(field.Direction) { // columns for each, or signs
		switch scope {
		case "in":
			return &rows.plus
		case "out":
			return &rows.minus
		}
	}
	switch scope {
	case "sale":
		return &rows.sale
	case "refund":
		return &rows.refund
	case "in":
		return &rows.in
	case "out":
		return &rows.out
	case "neutral":
		return &rows.neutral
	}
	return &rows.all
}

var subTotal = lazy.MustCompile(`(?i)小[\s\x{3000}]*[计計]|소\s*계|本页|(sub|batch|day|daily|page|shift|terminal|merchant)[- ]?total`)

var grandTotal = lazy.MustCompile(`(?i)^[^小本页]{0,12}(合[\s\x{3000}]*[计計]|[总總総][\s\x{3000}]*[计計]|总\s*额|汇总)|^[합총]\s*계|^итого|^всего|^summe\b|^gesamt|^totale\b|^totaal\b|^(grand )?totals?\b|^(รวม|الإجمالي|المجموع|جمع|סה["״]?כ|tổng)`)

// partOf names parts of the rows that no column is sure to tell: how was paid, with which
// card, and voids, which files count with the refunds or by themselves.
var partOf = lazy.MustCompile(`(?i)借记|贷记|信用卡|内卡|外卡|银联|云闪付|微信|支付宝|数字人民币|现金|刷卡|扫码|二维码|撤销|冲正|visa|master|\bcards?\b|cash`)

// named is a subtotal that says of whom it is.
var named = lazy.MustCompile(`(?i)[^\P{L}页]\s*(小[\s\x{3000}]*计|sub[- ]?total)`)

var totalsWords = lazy.MustCompile(`(?i)(小|合|总)[\s\x{3000}]*计|汇总|总\s*额|sub[- ]?total|total|[합총소]\s*계|итого|всего|summe|gesamt`)

// totalsWord is the word for a total in a label, without blanks.
func totalsWord(label string) string { return plain(totalsWords.FindString(label)) }

// totalsLabel is the cell that says that a row of totals is one, else its first text.
func totalsLabel(r *sheet.Row) string {
	first := firstText(r)
	if subTotal.MatchString(first) || grandTotal.MatchString(first) {
		return first
	}
	for i := range r.Cells {
		if s := r.Cells[i].Text; len(s) <= 48 && (addsUp.MatchString(sheet.Clean(s)) || totalWords.MatchString(sheet.Clean(s))) {
			return sheet.Clean(s)
		}
	}
	return first
}

// plain is a label without what differs from one to the next: dates, numbers, blanks.
func plain(label string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, label)
}

// labelScope is the part of the rows that a label such as 退货合计 speaks about.
func labelScope(label string) string {
	sale := strings.Contains(label, "消费")
	switch refund := strings.Contains(label, "退"); {
	case sale && refund:
		return ""
	case refund:
		return "refund"
	case sale:
		return "sale"
	}
	return ""
}
