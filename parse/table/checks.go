package table

import (
	"slices"
	"strconv"
	"strings"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/sheet"
	"github.com/poslog/poslog/txn"
)

// sums is what was read of one group of rows.
type sums struct {
	n      int64
	abs    int64 // amounts without signs
	signed int64 // amounts with the signs as written
	byKind int64 // amounts, refunds voids and reversals negative
	back   int64 // paid back in part, as written beside an amount
	fee    int64
	net    int64
	lost   int64 // rows of which nothing came
	unpaid int64 // their amounts without signs
	noFee  int64 // their fees
	noNet  int64 // their net amounts
}

func (s *sums) add(r *txn.Record, signed, back txn.Minor, lost bool) {
	s.n++
	s.back += int64(back)
	if lost {
		s.lost++
		s.unpaid += int64(r.Amount.Or(0))
		s.noFee += int64(r.Fee.Or(0))
		s.noNet += int64(r.Net.Or(0))
	}
	if r.Amount.Valid() {
		s.abs += int64(r.Amount)
		if signed.Valid() {
			s.signed += int64(signed)
		} else {
			s.signed += int64(r.Amount)
		}
		if negative(r.Kind) {
			s.byKind -= int64(r.Amount)
		} else {
			s.byKind += int64(r.Amount)
		}
	}
	s.fee += int64(r.Fee.Or(0))
	s.net += int64(r.Net.Or(0))
}

// join adds what was read elsewhere, times 1 or -1.
func (s *sums) join(o *sums, times int64) {
	s.n += times * o.n
	s.abs += times * o.abs
	s.signed += times * o.signed
	s.byKind += times * o.byKind
	s.back += times * o.back
	s.fee += times * o.fee
	s.net += times * o.net
	s.lost += times * o.lost
	s.unpaid += times * o.unpaid
	s.noFee += times * o.noFee
	s.noNet += times * o.noNet
}

// unsettled reports whether a row says that nothing came of it: totals may leave such rows out.
func (t *table) unsettled(r *txn.Record) bool {
	if r.Code != "" {
		return strings.Trim(r.Code, "0") != ""
	}
	return r.Status != "" && t.failed(r.Status)
}

// failed reports whether a status is a word for what came to nothing.
func (t *table) failed(status string) bool {
	failed, ok := t.memo.failed[status]
	if !ok {
		failed = lostWords.MatchString(status)
		if t.memo.failed == nil {
			t.memo.failed = map[string]bool{}
		}
		if len(t.memo.failed) < 256 {
			t.memo.failed[strings.Clone(status)] = failed
		}
	}
	return failed
}

var lostWords = lazy.MustCompile(`(?i)失败|未成功|关闭|取消|作废|拒绝|未支付|待支付|待付款|等待.{0,6}付款|^(trade_?)?closed|fail|declined|refused|rejected|cancell?ed|expired|unpaid|^(negad|recusad|cancelad|denegad|rechazad|refusé|abgelehnt|abgebrochen|fehlgeschlagen|storniert|gagal|^ไม่|ล้มเหลว|مرفوض|فشل|فاشل|ناموفق|נדח|נכשל|^thất bại|^không|失敗|실패|거절|avvist|nekad|odrzucon)`)

func negative(k txn.Kind) bool {
	return k == txn.Refund || k == txn.Void || k == txn.Reversal || k == txn.PreAuthVoid
}

// tally adds up a sheet, by what totals rows speak about.
type tally struct {
	all, sale, refund, in, out, neutral sums
	returned                            sums // of refund, without voids and reversals
	plus, minus                         sums // by the sign of the amount
	credit, debit                       int64
}

// stand lets the row that was added last, a sum itself, count for its transactions.
func (t *tally) stand(count string) {
	n, _ := strconv.ParseInt(count, 10, 64)
	t.all.n += n - 1
	t.sale.n += n - 1
}

func (t *tally) add(r *txn.Record, signed, back txn.Minor, dir string, lost bool) {
	t.all.add(r, signed, back, lost)
	if negative(r.Kind) {
		t.refund.add(r, signed, back, lost)
		if r.Kind == txn.Refund {
			t.returned.add(r, signed, back, lost)
		}
	} else {
		t.sale.add(r, signed, back, lost)
	}
	switch {
	case dir == "":
	case strings.Contains(dir, "收入") && !strings.Contains(dir, "不计"):
		t.in.add(r, signed, back, lost)
	case strings.Contains(dir, "支出"):
		t.out.add(r, signed, back, lost)
	default:
		t.neutral.add(r, signed, back, lost)
	}
	if signed.Valid() && signed < 0 {
		t.minus.add(r, signed, back, lost)
	} else {
		t.plus.add(r, signed, back, lost)
	}
	switch {
	case !signed.Valid():
	case signed < 0:
		t.debit -= int64(signed)
	default:
		t.credit += int64(signed)
	}
}

// join adds what was read elsewhere, times 1 or -1.
func (t *tally) join(o *tally, times int64) {
	for _, s := range [...]struct{ to, from *sums }{{&t.all, &o.all}, {&t.sale, &o.sale}, {&t.refund, &o.refund}, {&t.in, &o.in}, {&t.out, &o.out}, {&t.neutral, &o.neutral},
		{&t.returned, &o.returned}, {&t.plus, &o.plus}, {&t.minus, &o.minus}} {
		s.to.join(s.from, times)
	}
	t.credit += times * o.credit
	t.debit += times * o.debit
}

// direction is the direction word of a row, for totals that are given by it.
func (t *table) direction(r *sheet.Row) string {
	k := t.m.first[field.Direction]
	if k < 0 {
		return ""
	}
	if c := cellAt(r, t.m.columns[k].index); c != nil {
		return c.Text
	}
	return ""
}

var backText = lazy.MustCompile(`已退款\s*[¥￥]?([\d,.]+)`)

// paidBack is the part of an amount that the cell says was paid back:
// 131.77(已退款89.84).
func (t *table) paidBack(r *sheet.Row) txn.Minor {
	k := t.m.first[field.Amount]
	if k < 0 {
		return 0
	}
	c := cellAt(r, t.m.columns[k].index)
	if c == nil || !strings.Contains(c.Text, "退款") {
		return 0
	}
	if m := backText.FindStringSubmatch(c.Text); m != nil {
		if v, rule := field.ParseAmount(m[1], t.ctx.Units[field.Amount], t.ctx.Decimal); rule == "" {
			return v.Minor.Or(0)
		}
	}
	if strings.Contains(c.Text, "已全额退款") {
		return t.rec.Amount.Or(0)
	}
	return 0
}

// nearest returns the candidate that equals v, else the first.
func nearest(v int64, candidates ...int64) int64 {
	for _, c := range candidates {
		if c == v {
			return c
		}
	}
	return candidates[0]
}

// readFooter takes totals from a closing row: values under the columns that
// they add up, or words such as 共12笔.
func (t *table) readFooter(r *sheet.Row) {
	if t.lost {
		return
	}
	label := totalsLabel(r)
	if strings.HasPrefix(label, "#") || strings.Contains(r.String(), "笔") {
		t.readClaims(r)
	}
	adds := subTotal.MatchString(label) || grandTotal.MatchString(label) || t.bareOf(r) && t.m.dated(r)
	if adds {
		scope := labelScope(label)
		for _, k := range t.m.used {
			c := &t.m.columns[k]
			if !c.field.Money() || c.field == field.NetDebit || c.field == field.NetCredit { // sums of one direction
				continue
			}
			if cell := cellAt(r, c.index); cell != nil {
				t.state(scope, statedWhat(c.field), cell.Text, c.field, t.pos(r, c.index+1))
				if c.field == field.Fee {
					t.addParts(r)
				}
			}
		}
	}
	if adds || len(t.stated) > 0 {
		t.mark(label)
	}
}

// addParts makes the fee that was stated last one of all its columns, as that of the rows is; where
// one of them states nothing, it is no total of theirs.
func (t *table) addParts(r *sheet.Row) {
	n := len(t.stated) - 1
	if n < 0 || t.stated[n].what != "fee" {
		return
	}
	for _, k := range t.m.parts {
		var v int64
		cell := cellAt(r, t.m.columns[k].index)
		ok := cell != nil
		if ok {
			v, ok = t.sum(cell.Text, field.Fee, "fee")
		}
		if !ok {
			t.stated = t.stated[:n]
			return
		}
		t.stated[n].value += v
	}
}

func statedWhat(f field.Field) string {
	switch f {
	case field.Fee, field.Net, field.Debit, field.Credit:
		return f.String()
	case field.RefundAmount:
		return "refund_amount"
	}
	return "amount"
}

// state notes an amount as stated; text that is no amount is passed over.
func (t *table) state(scope, what, text string, f field.Field, pos txn.Pos) {
	n, ok := t.sum(text, f, what)
	if !ok {
		return
	}
	if what == "refund_amount" {
		scope, what = "refund", "amount"
	}
	t.stated = append(t.stated, stated{scope, what, n, pos})
}

// sum reads a sum of amounts.
func (t *table) sum(text string, f field.Field, what string) (n int64, ok bool) {
	if t.decimals < 0 {
		return 0, false // a sum of yen and cents
	}
	round := what == "fee" || what == "net"
	v, rule := field.ParseIn(text, t.ctx.Units[f], t.ctx.Decimal, t.decimals, round)
	if rule == "amount-fraction" { // a total in yuan below amounts in fen
		v, rule = field.ParseIn(text, field.Major, t.ctx.Decimal, t.decimals, round)
	}
	if rule != "" || !v.Minor.Valid() {
		return 0, false
	}
	if v.Negative {
		return -int64(v.Minor), true
	}
	return int64(v.Minor), true
}

// namesTotals is a row of names such as 总交易单数, 手续费总金额.
func namesTotals(r *sheet.Row) bool {
	n := 0
	for i := range r.Cells {
		s := sheet.Clean(r.Cells[i].Text)
		if (strings.Contains(s, "总") || strings.Contains(s, "笔数")) && !strings.ContainsAny(s, "0123456789") {
			n++
		}
	}
	return n >= 2
}

// readAllTotals takes the values of all rows below a row of such names, up to one of other names: a
// file may state them for each terminal or kind, and only their sums are of all rows.
func (t *table) readAllTotals(names *sheet.Row, below []*sheet.Row) {
	from := len(t.stated)
	for i, r := range below {
		if r.Blank() || wordy(r) || i > 0 && len(r.Cells) != len(below[0].Cells) {
			break
		}
		had := len(t.stated)
		t.readTotals(names, r)
		for k := had; i > 0 && k < len(t.stated); k++ {
			s := &t.stated[k]
			for j := range t.stated[from:had] {
				if o := &t.stated[from+j]; o.scope == s.scope && o.what == s.what {
					o.value += s.value
					break
				}
			}
		}
		if i > 0 {
			t.stated = t.stated[:had]
		}
	}
}

// readTotals takes the values of a row below a row of such names.
func (t *table) readTotals(names, r *sheet.Row) {
	refunds := false // they are counted apart, and 总交易单数 leaves them out
	for _, c := range names.Cells {
		refunds = refunds || strings.Contains(c.Text, "退") && countsRows(c.Text)
	}
	scope := func(name string) string {
		if s := scopeOf(name); s != "" || !refunds || !strings.Contains(name, "交易") {
			return s
		}
		return "sale"
	}
	for i := range r.Cells {
		if i >= len(names.Cells) {
			return
		}
		name, text := sheet.Clean(names.Cells[i].Text), sheet.Clean(r.Cells[i].Text)
		if name == "" || text == "" {
			continue
		}
		if t.shadowed(name) {
			continue
		}
		pos := t.pos(r, i+1)
		if countsRows(name) {
			whole, decimals, _ := strings.Cut(strings.ReplaceAll(text, ",", ""), ".") // 20.0
			if n, err := strconv.ParseInt(whole, 10, 64); err == nil && strings.Trim(decimals, "0") == "" {
				t.stated = append(t.stated, stated{scope(name), "count", n, pos})
			}
			continue
		}
		if !strings.ContainsAny(name, "额费款总净收") {
			continue // 商户号, 起始时间: what the totals are of
		}
		what, ok := claimWhat(name)
		if k := t.columnOf(name); ok && k >= 0 && t.m.columns[k].field == field.Net {
			what = "net"
		}
		if ok {
			t.state(scope(name), what, text, fieldOf(what), pos)
		}
	}
}

func countsRows(name string) bool {
	return strings.Contains(name, "单数") || strings.Contains(name, "笔数")
}

// shadowed reports whether a total such as 订单总金额 belongs to a column that is
// there and was not read, because another one states the same field.
func (t *table) shadowed(total string) bool {
	k := t.columnOf(total)
	if k < 0 {
		return false
	}
	f := t.m.columns[k].field
	return f == field.None || f == field.Ignore || t.m.first[f] != k
}

// columnOf is the column that a total such as 订单总金额 is of by its name, or -1.
func (t *table) columnOf(total string) int {
	base := field.Normalize(strings.Replace(total, "总", "", 1))
	return slices.IndexFunc(t.m.columns, func(c column) bool { return field.Normalize(c.name) == base })
}

// claim finds a label, a number and its unit: 共12笔, 收入：1笔 28.50元.
var claim = lazy.MustCompile(`([\p{Han}/#]*)\s*[:：]?\s*([+-]?[\d,]+(?:\.\d+)?)\s*(笔|条|单|元)`)

// bareClaim is a total without a unit: 合计笔数：2    退款总金额：1,025.60.
var bareClaim = lazy.MustCompile(`(\p{Han}*(?:合计|总计|共计|总)(?:笔数|金额|手续费))\s*[:：]\s*(-?[\d,]+(?:\.\d+)?)(?:[^\d.,元笔条单]|$)`)

// readClaims takes totals from the words of a title or closing row.
func (t *table) readClaims(r *sheet.Row) {
	scope := "" // 收入：1笔 and its 500.00元 may stand in two cells
	for i := range r.Cells {
		text := sheet.Clean(r.Cells[i].Text)
		if strings.HasPrefix(text, "待") { // 待收入: not yet
			return
		}
		for _, m := range bareClaim.FindAllStringSubmatch(text, -1) {
			if n, err := strconv.ParseInt(strings.ReplaceAll(m[2], ",", ""), 10, 64); err == nil && strings.HasSuffix(m[1], "笔数") {
				t.stated = append(t.stated, stated{claimScope(m[1]), "count", n, t.pos(r, i+1)})
			} else if what, ok := claimWhat(m[1]); ok && !strings.HasSuffix(m[1], "笔数") {
				t.state(claimScope(m[1]), what, m[2], fieldOf(what), t.pos(r, i+1))
			}
		}
		for k, m := range claim.FindAllStringSubmatch(text, -1) {
			label := m[1]
			if s := scopeOf(label); s != "" || k == 0 && label != "" {
				scope = s
			}
			pos := t.pos(r, i+1)
			if m[3] != "元" {
				if strings.Contains(label, "含") {
					continue
				}
				n, err := strconv.ParseInt(strings.ReplaceAll(m[2], ",", ""), 10, 64)
				if err == nil && !strings.Contains(m[2], ".") {
					t.stated = append(t.stated, stated{scope, "count", n, pos})
				}
				continue
			}
			if what, ok := claimWhat(label); ok {
				t.state(scope, what, m[2], field.None, pos)
			}
		}
	}
}

func scopeOf(label string) string {
	switch {
	case strings.Contains(label, "不计") || strings.Contains(label, "中性") || label == "其他":
		return "neutral"
	case strings.Contains(label, "退"):
		return "refund"
	case strings.Contains(label, "收入"):
		return "in"
	case strings.Contains(label, "支出"):
		return "out"
	case strings.HasPrefix(label, "#交易") || label == "交易合计":
		return "sale"
	}
	return ""
}

// claimScope is that of a total whose label may name its kind: 支付总笔数 beside 退款总笔数.
func claimScope(label string) string {
	if s := scopeOf(label); s != "" || !strings.HasPrefix(label, "支付") && !strings.HasPrefix(label, "消费") {
		return s
	}
	return "sale"
}

// claimWhat tells what a label's amount is a total of; vouchers and discounts
// are not kept in records and cannot be checked.
func claimWhat(label string) (string, bool) {
	switch {
	case strings.Contains(label, "优惠") || strings.Contains(label, "券") || strings.Contains(label, "红包") || strings.Contains(label, "申请") || strings.Contains(label, "余额"):
		return "", false
	case strings.Contains(label, "手续费") || strings.Contains(label, "服务费"):
		return "fee", true
	case strings.Contains(label, "实收") || strings.Contains(label, "净") || strings.Contains(label, "清算") || strings.Contains(label, "结算"):
		return "net", true
	}
	return "amount", true
}

func fieldOf(what string) field.Field {
	switch what {
	case "fee":
		return field.Fee
	case "net":
		return field.Net
	}
	return field.Amount
}
