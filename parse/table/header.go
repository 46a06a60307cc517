package table

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/parse/sheet"
	"github.com/poslog/poslog/txn"
)

// column is one column of the header row.
type column struct {
	index  int // 0-based
	name   string
	field  field.Field
	unit   field.Unit
	alt    int  // index into columns of the next column with the same field, -1
	words  bool // field and unit are from the words of the name
	proved bool // field and unit are from the values
	part   bool // adds to the fee, as the values show
	legend legend
}

// mapping is a header row and what its columns mean.
type mapping struct {
	format  *format.Format // that described the columns, nil for the dictionary
	row     *sheet.Row
	columns []column // all with a name, in order
	first   [field.Count]int
	used    []int      // indices into columns that are set in a record, alternatives left out
	booked  bool       // rows are movements of an account: when one was booked is its time
	counts  int        // index of the column that says how many transactions a row adds up, -1 for none
	types   int        // index of the column that says what a row is, -1 for none
	parts   []int      // indices of columns that are parts of the fee
	pages   [][]string // names of the header's rows as they stand, which later pages repeat
	items   bool       // rows are what payments and their fees are made of
	told    string     // the columns without names, where values or a format say what they hold
}

func (m *mapping) has(f field.Field) bool { return m.first[f] >= 0 }

// names lists the column names as they stand.
func (m *mapping) names() []string {
	var out []string
	for _, c := range m.columns {
		out = append(out, c.name)
	}
	return out
}

// known counts the columns that the dictionary knows, and those of them that are
// read.
func (m *mapping) known() (known, read int) {
	for _, c := range m.columns {
		if c.field != field.None {
			known++
			if c.field != field.Ignore {
				read++
			}
		}
	}
	return known, read
}

// owner is what stands before the names with its point: that of the document of a search index,
// or of the table where all columns have it, as Hive prints them. "" is none.
func owner(cells []sheet.Cell) string {
	first, same := "", true
	for i := range cells {
		name := field.Clean(cells[i].Text)
		table, _, found := strings.Cut(name, ".")
		if found && table == "_source" {
			return "_source."
		}
		if i == 0 {
			first = table
		}
		same = same && found && table == first
	}
	if same {
		return first + "."
	}
	return ""
}

// newMapping maps the cells of a row as if it were a header.
func newMapping(r *sheet.Row) *mapping {
	m := &mapping{row: r}
	owner := owner(r.Cells)
	for i := range r.Cells {
		name := strings.TrimLeft(field.Clean(r.Cells[i].Text), "@~#$^*") // core banking marks names by how their values are shown
		if name == "" {
			continue
		}
		if strings.ContainsAny(name, "\r\n") { // wrapped in its cell
			name = strings.Join(strings.Fields(name), " ")
		}
		c := column{index: i, name: name, alt: -1}
		if r.Cells[i].Kind == sheet.Text && len(name) <= 80 {
			c.field, c.unit, _ = field.Lookup(strings.TrimPrefix(name, owner))
		}
		if c.field == field.None || c.field == field.Kind || c.field == field.Status {
			c.explain(name, false)
		}
		m.columns = append(m.columns, c)
	}
	m.pages = [][]string{m.names()}
	m.readNotes(r.Notes)
	m.settleNames()
	m.rankAgain()
	return m
}

// settleNames decides the names whose meaning depends on their neighbours.
func (m *mapping) settleNames() {
	var money, net, kind bool
	amounts, codes := 0, 0
	for _, c := range m.columns {
		money = money || c.field == field.Fee || c.field == field.Amount
		net = net || c.field == field.Net
		kind = kind || c.field == field.Kind
		if c.field == field.Code {
			codes++
		}
		if c.field == field.Amount {
			amounts++
		}
	}
	var all field.Set
	for _, c := range m.columns {
		all |= field.SetOf(c.field)
	}
	if all.Has(field.Amount) && all.Has(field.Debit) && all.Has(field.Credit) && all.Has(field.Fee) { // of the account, beside what was paid
		for i := range m.columns {
			switch c := &m.columns[i]; c.field {
			case field.Debit:
				c.field = field.NetDebit
			case field.Credit:
				c.field = field.NetCredit
			}
		}
	}
	added := func(c column) bool { return addedOn[field.Normalize(c.name)] }
	total := func(c column) bool {
		return c.field == field.Amount && strings.HasPrefix(field.Normalize(c.name), "TOTAL")
	}
	if amounts > 1 && slices.ContainsFunc(m.columns, added) && slices.ContainsFunc(m.columns, total) {
		for i := range m.columns { // the card paid the tip too
			if c := &m.columns[i]; c.field == field.Amount && !total(*c) {
				c.field = field.Ignore
			}
		}
	}
	for i := range m.columns {
		c := &m.columns[i]
		if c.field == field.Ignore && field.Normalize(c.name) == "退款状态" && all.Has(field.RefundAmount) && !all.Has(field.Amount) && !all.Has(field.Status) {
			c.field = field.Status // of a list of refunds
		}
		if c.name == "Tid" && all.Has(field.Date) && slices.ContainsFunc(m.columns, func(c column) bool { return c.name == "Datum" || c.name == "Dato" }) {
			c.field = field.Clock // time in the languages of the north
		}
		if c.field == field.Code && codes > 1 && !kind && field.Compact(c.name) == "ACTIONCODE" {
			c.field = field.Kind // AUTH_CAPTURE, CREDIT beside the response code
		}
		// 入金額 is what a bank's account took in, and what an acquirer pays out.
		if c.field == field.Credit && all.Has(field.Amount) && !all.Has(field.Debit) && paidIn[field.Normalize(c.name)] {
			c.field = field.Net
		}
		// "Net" heads the payout beside gross and fee, and the network elsewhere.
		if c.field == field.Network && field.Normalize(c.name) == "NET" && money {
			c.field = field.Net
		}
		// What is booked (入账金额) is the amount where there is no other, and the
		// net amount beside it, or beside what came in and a fee.
		if c.field == field.Amount && (amounts > 1 || all.Has(field.Credit) && all.Has(field.Fee)) && !net && field.Normalize(c.name) == "入账金额" {
			c.field, net = field.Net, true
			amounts--
		}
	}
}

// addedOn are names of what a customer pays besides the price.
var addedOn = map[string]bool{"TIP": true, "TIPS": true, "TIPAMOUNT": true, "GRATUITY": true, "SURCHARGE": true, "CASHOUT": true, "小费": true}

// paidIn are names of money that came in.
var paidIn = map[string]bool{"入金額": true, "入金金額": true, "입금액": true, "입금금액": true}

// feeParts are columns that stand beside a commission and add to it: an acquirer
// that bills interchange and scheme fees leaves the commission empty.
var feeParts = map[string]bool{"MARKUPNC": true, "SCHEMEFEESNC": true, "INTERCHANGENC": true, "MARKUP": true, "SCHEMEFEES": true, "INTERCHANGE": true,
	"INTERCHANGEFEE": true, "SCHEMEFEE": true, "平台手續費": true, "金流處理費": true}

// ranks say which of several columns of one field is the one to read; the words
// are tried in order, and a column that matches none comes last. A refund row of
// a wallet carries the creation time of its sale, hence the order of times.
var ranks = map[field.Field][]string{
	field.Time:      {"动账时间", "交易时间", "交易日期时间", "TRANSACTION", "TRAN", "TXN", "完成时间", "支付完成", "支付时间", "付款", "CREATEDUTC", "请求", "REQ", "创建", "下单"},
	field.Date:      {"交易日期", "交易日", "TRAN", "TXN", "消费日期", "终端"},
	field.Amount:    {"交易金额", "TRANSACTION", "TRAN", "TXN", "消费金额", "TOTALCOLLECTED", "GROSS", "应结订单金额", "实付金额", "订单金额", "总金额", "支付金额", "人民币金额"},
	field.Currency:  {"交易", "GROSS", "TRANSACTION"},
	field.Debit:     {"交易金额"},
	field.Credit:    {"交易金额"},
	field.Code:      {"ORIGRESP", "应答码", "返回码", "RC", "F39", "RESP"},
	field.Text:      {"错误", "失败", "应答", "返回", "ERR", "RSP"},
	field.Kind:      {"AMOUNTTYPE", "交易类型", "TRANTYPE", "交易名称", "业务类型", "REPORTINGCATEGORY", "TYPE", "摘要"},
	field.Status:    {"交易状态", "支付状态"},
	field.TID:       {"终端号", "终端", "TERMINAL", "TERM"},
	field.MID:       {"商户号", "商户编号", "MERCHANTID", "MID"},
	field.OrderNo:   {"商户", "商家", "MERCHANT", "OUTTRADE", "MCH"},
	field.RefundNo:  {"商户", "商家", "MERCHANT", "OUTREFUND", "MCH"},
	field.ChannelNo: {"交易单号", "支付宝交易号", "微信订单号", "PSPREFERENCE"},
	field.Net:       {"结算金额", "清算金额", "净额", "NET"},
	field.Fee:       {"手续费", "服务费", "FEE"},
	field.PAN:       {"NUMBER", "卡号", "PAN", "MASK"},
	field.Issuer:    {"名称", "银行", "发卡行", "ISSUER"},
}

func (m *mapping) rankOf(f field.Field, name string) int {
	if m.format != nil {
		if i, ok := m.format.Rank(f, name); ok {
			return i
		}
	}
	words := ranks[f]
	key := field.Compact(name)
	if f == field.Time && m.booked && strings.HasPrefix(key, "入账") {
		return -1
	}
	if f == field.MID && strings.Contains(key, "内部") { // the platform's own, beside the acquirer's
		return len(words)
	}
	for i, w := range words {
		if strings.Contains(key, w) {
			return i
		}
	}
	return len(words)
}

// rank chains the columns of each field, the best one first.
func (m *mapping) rank() {
	m.yield()
	m.itemize()
	m.used = m.used[:0]
	m.booked = m.account()
	m.counts, m.types = -1, -1
	for i := range m.columns {
		f := m.columns[i].field
		if (f == field.None || f == field.Ignore || f == field.Kind) && recordTypes[field.Compact(m.columns[i].name)] {
			m.types = i
		}
		if f == field.None && (m.columns[i].part || feeParts[field.Normalize(m.columns[i].name)]) {
			m.parts = append(m.parts, i)
		}
		if f == field.None || f == field.Ignore {
			continue
		}
		at := &m.first[f]
		for *at >= 0 && m.rankOf(f, m.columns[*at].name) <= m.rankOf(f, m.columns[i].name) {
			at = &m.columns[*at].alt
		}
		m.columns[i].alt, *at = *at, i
	}
	for i := range m.columns {
		if f := m.columns[i].field; f != field.None && f != field.Ignore && m.first[f] == i {
			m.used = append(m.used, i)
		} else if f == field.None && countNames()[field.Normalize(m.columns[i].name)] {
			m.counts = i
		}
	}
	for _, f := range []field.Field{field.STAN, field.RRN, field.OrderNo, field.ChannelNo, field.RefundNo, field.AuthCode, field.PAN} {
		if m.has(f) {
			m.counts = -1
		}
	}
	if m.counts >= 0 && m.has(field.Code) && (m.has(field.Time) || m.has(field.Clock)) && field.Normalize(m.columns[m.counts].name) == "COUNT" {
		m.counts = -1 // of something else about one transaction
	}
}

// itemize finds out whether the rows are what payments and their fees are made of: what an amount
// is has a column, and what it is in particular another. Alone the first says little.
func (m *mapping) itemize() {
	named := func(name string) int {
		return slices.IndexFunc(m.columns, func(c column) bool { return field.Compact(c.name) == name })
	}
	kind := named("AMOUNTTYPE")
	if m.items = kind >= 0 && named("AMOUNTDESCRIPTION") >= 0; !m.items && kind >= 0 && m.columns[kind].field == field.Kind {
		m.columns[kind].field = field.None
	}
}

// yield ignores a vague name of the response code beside another one: an empty
// response code is no answer, whatever the other column holds.
func (m *mapping) yield() {
	vague := func(name string) bool {
		return field.Vague(name) && (m.format == nil || !m.format.Binds(name))
	}
	if !slices.ContainsFunc(m.columns, func(c column) bool { return c.field == field.Code && !vague(c.name) || field.OfAccount(c.name) }) {
		return // what a bank calls a code says what kind of movement it was
	}
	for i := range m.columns {
		if c := &m.columns[i]; c.field == field.Code && vague(c.name) {
			c.field = field.Ignore
		}
	}
}

// account reports whether the rows are movements of an account, of which those that
// take money are no more refunds than anything else: there is a column for each
// direction and none for fees, or one that only an account has. What answers a terminal had
// may say what is left on the card.
func (m *mapping) account() bool {
	return m.has(field.Debit) && m.has(field.Credit) && !m.has(field.Fee) ||
		!(m.has(field.TID) && m.has(field.Code)) && slices.ContainsFunc(m.columns, func(c column) bool { return field.OfAccount(c.name) })
}

// spends reports whether most of the rows that come first have an amount below zero, which
// refunds are not, or some have and nothing in the table is of a payment by card: a date, a
// text and an amount are what lists of an account have.
func (m *mapping) spends(rows []*sheet.Row) bool {
	k := m.first[field.Amount]
	if k < 0 || m.format != nil || m.has(field.RefundNo) || m.has(field.RefundAmount) || m.has(field.Fee) {
		return false
	}
	below, above := 0, 0
	for _, r := range rows {
		c := cellAt(r, m.columns[k].index)
		if c == nil || digitsIn(c.Text) == 0 {
			continue
		}
		if s := sheet.Clean(c.Text); s[0] == '-' || s[len(s)-1] == '-' || strings.HasPrefix(s, "−") {
			below++
		} else {
			above++
		}
	}
	return below > above && below > 2 || below > 0 && m.has(field.Text) && !slices.ContainsFunc(m.used, func(k int) bool {
		switch m.columns[k].field {
		case field.Time, field.Date, field.Clock, field.SettleOn, field.Amount, field.Currency, field.Text, field.PAN:
			return false
		}
		return true
	})
}

// besides is the first column, counted from 1, of another table beside this one: the names begin
// again, a time and an amount among them, and what stands below is something else. 0 is none.
func (m *mapping) besides(rows []*sheet.Row) int {
	if m.format != nil {
		return 0
	}
	for j := 3; j <= len(m.columns)-3; j++ {
		n := len(m.columns) - j
		timed, priced, differs := false, false, false
		for i := 0; i < min(n, j); i++ {
			one, other := &m.columns[i], &m.columns[j+i]
			if one.name != other.name {
				timed = false
				break
			}
			timed, priced = timed || one.field.Temporal(), priced || one.field.Money()
			for _, r := range rows {
				a, b := cellAt(r, one.index), cellAt(r, other.index)
				differs = differs || b != nil && m.dated(r) && (a == nil || a.Text != b.Text)
			}
		}
		if timed && priced && differs {
			return m.columns[j].index + 1
		}
	}
	return 0
}

// sums reports whether each row adds up transactions and says how many.
func (m *mapping) sums() bool { return m.format == nil && m.counts >= 0 }

// timed and valued are what a table must have to be one.
func (m *mapping) timed() bool {
	return m.has(field.Time) || m.has(field.Date) || m.has(field.Clock) || m.has(field.SentAt) || m.has(field.SettleOn)
}

func (m *mapping) valued() bool {
	return m.has(field.Code) || m.has(field.Amount) || m.has(field.Debit) || m.has(field.Credit) || m.has(field.Net) || m.has(field.RefundAmount)
}

// findHeader looks for the row of column names among the first rows: the first
// one with at least three known names of which a time and a code or amount are
// part, and behind which a row can be read. Names that the dictionary does not list
// are read by their words where the table would miss a field otherwise.
func findHeader(rows []*sheet.Row) (*mapping, error) {
	m, err := findNames(rows, false)
	if err != nil {
		if w, werr := findNames(rows, true); werr == nil {
			return w, nil
		}
		return nil, err
	}
	for i, r := range rows {
		if r != m.row {
			continue
		}
		if i > 0 {
			m.nameAbove(rows[i-1])
		}
		m.compose(rows[i+1:])
		m.prove(rows[i+1:])
	}
	return m, nil
}

// nameAbove gives columns without a name the one that stands in the row of group titles
// above, as where its cell was merged over both rows.
func (m *mapping) nameAbove(titles *sheet.Row) {
	if _, cells := filled(titles); cells < 2 || !wordy(titles) {
		return
	}
	for i := range titles.Cells {
		name := field.Clean(titles.Cells[i].Text)
		if name == "" || cellAt(m.row, i) != nil {
			continue
		}
		c := column{index: i, name: name, alt: -1}
		c.field, c.unit, _ = field.Lookup(name)
		at := slices.IndexFunc(m.columns, func(o column) bool { return o.index > i })
		if at < 0 {
			at = len(m.columns)
		}
		m.columns = slices.Insert(m.columns, at, c)
	}
	m.rankAgain()
}

// leastNames is how many names that are known make a row of column names.
const leastNames = 3

// short reports whether rows of three columns are a date, an amount and a number of their own, as the
// shortest lists of settled payments have them, and takes that number.
func (m *mapping) short(rows []*sheet.Row) bool {
	if len(m.columns) != 3 || !m.timed() || !m.has(field.Amount) {
		return false
	}
	k := slices.IndexFunc(m.columns, func(c column) bool { return c.field == field.None })
	if k < 0 {
		return false
	}
	values, empty := m.values(k, rows)
	if empty > 0 || len(values) < 3 || 10*distinct(values) < 8*len(values) || !all(func(v string) bool { return len(v) > 3 && len(v) < 65 && digitsIn(v) > 1 && orderLike.MatchString(v) })(values) {
		return false
	}
	m.columns[k].field, m.columns[k].proved = field.ChannelNo, true
	m.rankAgain()
	return true
}

// findNames is findHeader by the dictionary alone, or by words too.
func findNames(rows []*sheet.Row, words bool) (*mapping, error) {
	var best, partial, summary *mapping // summary: a table of sums above that of the transactions
	for i, r := range rows {
		if i >= headerRows {
			break
		}
		m := newMapping(r)
		if words {
			if dataLike(r) {
				continue
			}
			m.compose(rows[i+1:])
			if m.prove(rows[i+1:]); !slices.ContainsFunc(m.columns, func(c column) bool { return c.words || c.proved }) {
				continue
			}
		}
		known, read := m.known()
		if known < leastNames && !m.short(rows[i+1:]) || read < 2 || known*3 < len(m.columns) && known < 6 && (known < 4 || !m.timed() || !m.valued() || dataLike(r) || !follows(m, rows[i+1:])) {
			if partial == nil || len(m.columns) > len(partial.columns) && !dataLike(r) {
				partial = m
			}
			continue
		}
		if best == nil {
			best = m
		}
		if !m.timed() || !m.valued() {
			continue
		}
		if !best.timed() || !best.valued() {
			best = m
		}
		if i+1 < len(rows) && wordy(rows[i+1]) {
			if two := twoRows(m, rows[i+1]); two != nil && follows(two, rows[i+2:]) {
				return two, nil
			}
		}
		switch {
		case !follows(m, rows[i+1:]):
		case !m.sums():
			return m, nil
		case summary == nil:
			summary = m
		}
	}
	if summary != nil {
		return summary, nil
	}
	if best != nil && best.timed() && best.valued() {
		return best, nil // no row behind it that can be read: rows will be rejected one by one
	}
	return nil, newHeaderError(best, partial)
}

// twoRows reads the row below a header as its second half: 交易金额 over 借方 and
// 贷方. It is nil where no more columns are known by that.
func twoRows(m *mapping, lower *sheet.Row) *mapping {
	r := *lower
	r.Cells = make([]sheet.Cell, max(len(m.row.Cells), len(lower.Cells)))
	group := ""
	for i := range r.Cells {
		over, under := "", ""
		if i < len(m.row.Cells) {
			over = field.Clean(m.row.Cells[i].Text)
		}
		if i < len(lower.Cells) {
			under = field.Clean(lower.Cells[i].Text)
		}
		if over != "" {
			group = over
		}
		_, _, whole := field.Lookup(group + under)
		f, _, _ := field.Lookup(group)
		_, _, own := field.Lookup(under)
		switch kind := field.ParseKind(under); {
		case under == "":
			r.Cells[i].Text = over
		case whole:
			r.Cells[i].Text = group + under
		case !own && f == field.Amount && (kind == txn.Refund || kind == txn.Void):
			r.Cells[i].Text = "退款金额" // 退货 below 交易金额
		case !own && f == field.Amount && kind != txn.KindUnknown:
			r.Cells[i].Text = group
		default:
			r.Cells[i].Text = under
		}
	}
	two := newMapping(&r)
	known, _ := m.known()
	if k, _ := two.known(); k <= known || !two.timed() || !two.valued() {
		return nil
	}
	two.row = lower
	two.pages = [][]string{m.names(), newMapping(lower).names()}
	return two
}

// follows reports whether one of the next rows can be read with the mapping, or
// there are none.
func follows(m *mapping, rows []*sheet.Row) bool {
	c := &field.Context{Buddhist: m.buddhist(rows)}
	rec := txn.New()
	tried := 0
	for _, r := range rows {
		if r.Blank() {
			continue
		}
		if tried++; tried > 8 {
			return false
		}
		c.Begin(rec)
		good := 0
		for _, k := range m.used {
			col := &m.columns[k]
			if col.index >= len(r.Cells) || sheet.Clean(r.Cells[col.index].Text) == "" {
				continue
			}
			if (col.field.Temporal() || col.field.Money() || col.field == field.Code) && setCell(c, rec, col.field, &r.Cells[col.index], false, m.has(field.Date)) == nil {
				good++
			}
		}
		if good >= 2 {
			return true
		}
	}
	return tried == 0
}

// buddhist reports whether years of the Buddhist era may stand in dates: the file is Thai, or all dates
// of the first rows would lie after 2500.
func (m *mapping) buddhist(rows []*sheet.Row) bool {
	if m.thai() {
		return true
	}
	k := m.first[field.Date]
	if k < 0 {
		k = m.first[field.Time]
	}
	if k < 0 {
		return false
	}
	n := 0
	for _, r := range rows[:min(len(rows), 60)] {
		c := cellAt(r, m.columns[k].index)
		if c == nil || digitsIn(c.Text) < 6 {
			continue
		}
		if c.Kind != sheet.Text || !field.OfBuddhistEra(sheet.Clean(c.Text)) {
			return false
		}
		n++
	}
	return n > 0
}

// thai reports whether a column has a name in Thai.
func (m *mapping) thai() bool {
	return slices.ContainsFunc(m.columns, func(c column) bool {
		return strings.ContainsFunc(c.name, func(r rune) bool { return unicode.Is(unicode.Thai, r) })
	})
}

// dataLike is a row of values rather than of names.
func dataLike(r *sheet.Row) bool {
	n := 0
	for i := range r.Cells {
		s := sheet.Clean(r.Cells[i].Text)
		if r.Cells[i].Kind != sheet.Text || s != "" && s[0] >= '0' && s[0] <= '9' {
			n++
		}
	}
	return n*3 > len(r.Cells)
}

// headerError is a sheet in which no usable row of column names was found.
type headerError struct {
	sheet string
	msg   string
	seen  []string // names that were seen
	hint  string
}

func newHeaderError(best, partial *mapping) *headerError {
	h := &headerError{msg: fmt.Sprintf("no row of column names among the first %d rows: at least three known names are needed, such as 交易时间, 交易金额, 终端号, 应答码", headerRows),
		hint: "check that this is a journal or settlement export; describe unknown names in a format file (--formats)"}
	m := best
	if best != nil {
		lacks := "neither a time nor a response code or amount"
		switch {
		case best.timed():
			lacks = "neither a response code nor an amount"
		case best.valued():
			lacks = "no time"
		}
		h.msg = fmt.Sprintf("the column names in row %d hold %s", best.row.Line, lacks)
		h.hint = "export the table with those columns, or name them in a format file (--formats)"
	} else {
		m = partial
	}
	if m != nil && m.sumsByWay() {
		h.msg = fmt.Sprintf("row %d names ways of payment: the rows add up payments and list none; export the single payments (交易明细)", m.row.Line)
		h.hint = ""
	}
	if m != nil {
		for _, n := range m.names() {
			if len(h.seen) == 40 {
				h.seen = append(h.seen, "…")
				break
			}
			h.seen = append(h.seen, cut(txn.Scrub(n), 40))
		}
	}
	return h
}

var wayName = lazy.MustCompile(`^(微信|支付宝|银行卡|银联卡?|刷卡|云闪付|现金|扫码|储值卡?|会员卡|数字人民币|美团|抖音|花呗)(支付|收款|收入|金额)?$`)

// sumsByWay reports whether columns are called by ways of payment, as in what a till adds up
// by day.
func (m *mapping) sumsByWay() bool { return len(m.ways()) > 1 }

// ways are the names of columns of ways of payment, which are not read.
func (m *mapping) ways() (names []string) {
	for _, c := range m.columns {
		if c.field <= field.Ignore && wayName.MatchString(field.Normalize(c.name)) {
			names = append(names, c.name)
		}
	}
	return names
}

func (h *headerError) short() string {
	if h.sheet != "" {
		return fmt.Sprintf("sheet %q: %s", h.sheet, h.msg)
	}
	return h.msg
}

// found is what is wrong, with the names that were seen.
func (h *headerError) found() string {
	if len(h.seen) == 0 {
		return h.short()
	}
	return h.short() + "; columns seen: " + strings.Join(h.seen, ", ")
}

func (h *headerError) Error() string {
	s := h.found()
	if h.hint != "" {
		s += "; " + h.hint
	}
	return s
}

// cut shortens s to n characters.
func cut(s string, n int) string {
	k := 0
	for i := range s {
		if k == n {
			return s[:i] + "…"
		}
		k++
	}
	return s
}
