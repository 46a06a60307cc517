package table

import (
	"slices"
	"strings"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/sheet"
	"github.com/poslog/poslog/txn"
)

// judgeAnswer takes the column of the answer's text (应答信息) for that of the code where the
// table has neither a code nor a status: its words say how each row ended, and without them
// every row would count as one that nobody answered.
func (t *table) judgeAnswer(rows []*sheet.Row) {
	m := t.m
	k := m.first[field.Text]
	if k < 0 || m.format != nil || m.has(field.Code) || m.has(field.Status) {
		return
	}
	filled, ends, paid := 0, 0, 0
	t.each(rows, field.Text, func(c *sheet.Cell) {
		filled++
		said := c.Text[:min(len(c.Text), longestAnswer)]
		if endWords.MatchString(said) {
			ends++
		}
		if paidWords.MatchString(said) {
			paid++
		}
	})
	remarks := m.rankOf(field.Text, m.columns[k].name) == len(ranks[field.Text]) // which every export has
	if 2*ends <= filled || remarks && (10*ends < 9*filled || paid == 0 || paid == ends) {
		return
	}
	m.columns[k].field = field.Code
	m.first[field.Code], m.first[field.Text] = k, m.columns[k].alt
	m.columns[k].alt = -1
	if i := m.first[field.Text]; i >= 0 {
		m.used = append(m.used, i)
	}
	t.f.note("no column has response codes: how each row ended is read from the words of %s", m.columns[k].name)
}

// longestAnswer is how much of a text is looked at, in bytes: what holds a whole message says how
// it ended at its start, if at all.
const longestAnswer = 1000

// endWords say how a transaction ended.
var endWords = lazy.MustCompile(`(?i)成功|失败|超时|不足|错误|拒绝|超限|超出|无效|过期|不正确|受限|作废|受理|approved|declined|success|fail|timed? ?out|insufficient|invalid|expired|do not hono`)

// paidWords say that it succeeded.
var paidWords = lazy.MustCompile(`(?i)^(交易|支付|付款|收款|处理|消费)?(已?成功|完成)$|^(approved|success)`)

// judgeNumbers finds out whether what a table calls a code is the number of the row: long,
// of digits alone, and in no two rows the same.
func (t *table) judgeNumbers(rows []*sheet.Row) {
	k := t.m.first[field.Code]
	if k < 0 || t.m.format != nil || !field.Vague(t.m.columns[k].name) {
		return
	}
	seen, codes := map[string]bool{}, false
	t.each(rows, field.Code, func(c *sheet.Cell) {
		s := sheet.Clean(c.Text)
		codes = codes || len(s) < 5 || digitsIn(s) < len(s) || seen[s]
		seen[s] = true
	})
	if !codes && len(seen) > 2 {
		t.m.columns[k].field = field.None
		t.m.rankAgain()
		t.f.note("%s holds numbers of the rows, no response codes: no two are the same", t.m.columns[k].name)
	}
}

// judgeStates finds statuses that are numbers of somebody's own, such as those of shops below a name
// that slipped by a column: none of them is an approval, and yet all of their rows have a net amount
// that was paid out. As response codes they would refuse what was settled.
func (t *table) judgeStates(rows []*sheet.Row) {
	k := t.m.first[field.Status]
	if k < 0 || t.m.format != nil || t.m.has(field.Code) || !t.m.has(field.Net) {
		return
	}
	n := 0
	for c, net := range t.m.both(rows, &t.m.columns[k], &t.m.columns[t.m.first[field.Net]]) {
		s := sheet.Clean(c.Text)
		if digitsIn(s) < len(s) || len(s) > 3 || strings.Trim(s, "0") == "" || t.sign(net, field.Net) <= 0 {
			return
		}
		n++
	}
	if n > 1 {
		t.m.columns[k].field = field.Ignore
		t.m.rankAgain()
		t.f.note("%s holds numbers of which none says success, beside net amounts in all of their rows: they are no response codes", t.m.columns[k].name)
	}
}

// judgeYesNo finds response codes that answer whether a payment succeeded: TRUE and FALSE.
func (t *table) judgeYesNo(rows []*sheet.Row) {
	k := t.m.first[field.Code]
	if k < 0 || t.m.format != nil {
		return
	}
	values, _ := t.m.values(k, rows)
	t.yesNo = distinct(values) == 2 && all(func(v string) bool { return field.YesNo(v) && digitsIn(v) == 0 })(values)
	if t.yesNo {
		t.f.note("column %s says whether payments succeeded: its values are %s", t.m.columns[k].name, field.Most(values))
	}
}

// judgeCodes finds numbers that lost their zeros in a spreadsheet. Message types of three digits
// show it for all, and of response codes 5 is 05 where 51 or 91 stand beside it and nothing
// begins with a zero: programs that write 0 and 1 for success and
// failure have no such codes.
func (t *table) judgeCodes(rows []*sheet.Row) {
	short, sure, whole := "", "", true
	t.each(rows, field.Code, func(c *sheet.Cell) {
		switch s := sheet.Clean(c.Text); {
		case c.Kind != sheet.Text || len(s) > 2 || len(s) == 2 && s[0] == '0':
			whole = false
		case len(s) == 1 && digitsIn(s) == 1:
			short = s
		case field.Telling(s):
			sure = s
		}
	})
	t.each(rows, field.MTI, func(c *sheet.Cell) {
		t.short = t.short || c.Kind == sheet.Text && len(c.Text) == 3 && digitsIn(c.Text) == 3
	})
	if t.short {
		t.f.note("a spreadsheet took leading zeros away: message types, terminal and trace numbers get theirs back")
	}
	if t.bare = whole && short != "" && sure != ""; t.bare {
		t.f.note("response codes have lost their leading zero in a spreadsheet: %s is read as 0%s, because %s stands beside it", short, short, sure)
	}
}

// padded is a time of day with the zeros that it lost. Four digits are hours and minutes
// where they are not known to be a shorter time; beside a column of dates they are no day.
func (t *table) padded(c *sheet.Cell) *sheet.Cell {
	s := sheet.Clean(c.Text)
	n := len(s)
	switch {
	case c.Kind == sheet.Text && n > 5 && s[:2] == "0." && digitsIn(s) == n-1:
		return &sheet.Cell{Kind: sheet.Number, Text: s} // a part of a day, saved as text
	case c.Kind != sheet.Text && (c.Kind != sheet.Number || t.zeros == 0) || n > 4 || digitsIn(s) < n:
		return c
	case t.zeros == 6:
		return &sheet.Cell{Text: "000000"[n:] + s}
	case n == 4 || t.zeros == 4:
		s = "0000"[n:] + s
		return &sheet.Cell{Text: s[:2] + ":" + s[2:]}
	}
	return c
}

// judgeErrors finds out whether rows without an error code were approved, as exports with a
// column for errors alone have it: these rows have an authorisation code, and no other has.
func (t *table) judgeErrors(rows []*sheet.Row) {
	code, auth := t.m.first[field.Code], t.m.first[field.AuthCode]
	if code < 0 || auth < 0 || t.m.format != nil || t.m.has(field.Status) || t.m.has(field.MTI) || !errorName.MatchString(t.m.columns[code].name) {
		return
	}
	there := func(r *sheet.Row, k int) bool {
		c := cellAt(r, t.m.columns[k].index)
		return c != nil && !placeholder(c.Text)
	}
	n := 0
	for _, r := range rows {
		if !t.m.dated(r) {
			continue
		}
		if n++; there(r, code) == there(r, auth) {
			return
		}
	}
	if n > 0 {
		t.errors = true
		t.f.note("rows without %s were approved: these have %s, and no others", t.m.columns[code].name, t.m.columns[auth].name)
	}
}

var errorName = lazy.MustCompile(`(?i)err(or)?[ _]?(code|no|nr)|エラー|错误|失败|錯誤|에러|오류|fehler`)

// judgeWhy finds a column that says why rows failed, and may have the code. Where nothing else says
// how a row ended, those without a reason were approved. No rows are those that nobody has seen yet.
func (t *table) judgeWhy(rows []*sheet.Row) {
	why := t.m.first[field.Text]
	if t.m.format != nil || why < 0 || !whyName.MatchString(t.m.columns[why].name) || t.m.has(field.Code) || t.m.has(field.MTI) {
		return
	}
	if t.reasons = true; t.m.has(field.Status) {
		return
	}
	all, failed := 0, 0
	for _, r := range rows {
		if !t.m.dated(r) {
			continue
		}
		all++
		if c := cellAt(r, t.m.columns[why].index); c != nil && !placeholder(c.Text) {
			failed++
		}
	}
	if t.reasons = failed > 0 || rows == nil; t.reasons && failed < all {
		t.f.note("rows without %s were approved: nothing else says how a row ended", t.m.columns[why].name)
	}
}

var whyName = lazy.MustCompile(`(?i)^(交易|支付)?(失败|拒绝|错误)(原因|描述|说明|信息)$|^(fail(ed|ure)?|declined?|reject(ed|ion)?)[ _]?(reason|desc(ription)?|message|msg)$`)

// judgeClosed finds out whether a receipt that is closed is paid, as tills write: no other
// word of the column says that a row is paid. Elsewhere a closed order was given up.
func (t *table) judgeClosed(rows []*sheet.Row) {
	if !slices.ContainsFunc(t.m.columns, func(c column) bool {
		name := field.Compact(c.name)
		return strings.HasPrefix(name, "RECEIPT") || strings.HasPrefix(name, "CHECKN") || strings.HasPrefix(name, "TICKETN")
	}) {
		return
	}
	closed, paid := false, false
	t.each(rows, field.Status, func(c *sheet.Cell) {
		switch word := field.Compact(c.Text); {
		case isClosed(word):
			closed = true
		case strings.HasPrefix(word, "PAID"), strings.HasPrefix(word, "SUCCE"), strings.HasPrefix(word, "COMPLETE"), word == "APPROVED", word == "CAPTURED", word == "SETTLED", word == "OK":
			paid = true
		}
	})
	if closed && !paid {
		t.closed = true
		t.f.note("receipts that are closed are paid: no other word of %s says so", t.m.columns[t.m.first[field.Status]].name)
	}
}

// judgeUndone finds the column that says with yes and no whether a payment was undone.
func (t *table) judgeUndone(rows []*sheet.Row) {
	if t.m.format != nil || t.m.has(field.Code) { // which tells of the answer, whatever came later
		return
	}
	if c := t.answering(field.Undone, rows); c != nil {
		t.undone = c.index + 1
		t.f.note("rows with yes under %s were undone: they count as not paid", c.name)
	}
}

// judgeSettling finds the column that says whether the money of a row was paid out.
func (t *table) judgeSettling(rows []*sheet.Row) {
	if t.m.format != nil {
		return
	}
	for i := range t.m.columns {
		c := &t.m.columns[i]
		if (c.field != field.None && c.field != field.Ignore && c.field != field.Status) || !settleNames.MatchString(field.Normalize(c.name)) {
			continue
		}
		t.settling = c.index + 1
		for _, r := range rows {
			if state := t.settleState(r); notYet.MatchString(state) || t.failed(state) {
				t.f.note("by %s some rows are not settled yet, or failed to be: in a settlement file they count as in process, or as not settled", c.name)
				return
			}
		}
		return
	}
}

// settleState is the word of a row in the column of its pay-out.
func (t *table) settleState(r *sheet.Row) string {
	if c := cellAt(r, t.settling-1); c != nil {
		return sheet.Clean(c.Text)
	}
	return ""
}

// settled takes what a row of a settlement file says of its own pay-out.
func (t *table) settled(r *sheet.Row) {
	if t.settling == 0 || t.side != txn.Settlement {
		return
	}
	switch state := t.settleState(r); {
	case t.failed(state):
		t.rec.Status, t.rec.Code = strings.Clone(state), ""
	case notYet.MatchString(state):
		t.rec.Flags |= txn.Unsettled
	}
}

var (
	settleNames = lazy.MustCompile(`^(SETTLE|SETTLED|SETTLEMENT|SETTL|CLEARING|PAYOUT)(STATUS|STATE)$|^(结算|清算|划款|打款|到账|出款)(状态|标志|结果)$`)
	notYet      = lazy.MustCompile(`(?i)^(未|待|等待|暂缓|暂停)(结算|清算|划款|打款|到账|出款|入账)$|^(结算|清算|划款|打款|出款)(中|异常|待处理)$|^挂账|^否$|^(not[ _-]?(yet[ _-])?settled|unsettled|settling|((settlement|clearing|payout)[ _-])?pending|pending[ _-](settlement|payout)|awaiting[ _-](settlement|payout)|on[ _-]?hold|held|exception|in[ _-]?process|processing|scheduled|open)$`)
)

// judgeBacks finds the column that says with yes and no whether the row is a refund, where none
// has words for what it does.
func (t *table) judgeBacks(rows []*sheet.Row) {
	if t.m.format != nil || t.m.has(field.Kind) || t.m.has(field.MTI) || t.m.has(field.Direction) {
		return
	}
	if c := t.answering(field.Refunds, rows); c != nil {
		t.backs = c.index + 1
		t.f.note("rows with yes under %s are refunds", c.name)
	}
}

// answering finds a column that is not read, whose name asks what is asked for and whose values
// all are yes or no.
func (t *table) answering(asks func(string) bool, rows []*sheet.Row) *column {
	for i := range t.m.columns {
		c := &t.m.columns[i]
		if c.field > field.Ignore || !asks(c.name) {
			continue
		}
		n, sound := 0, true
		for _, r := range rows {
			if cell := cellAt(r, c.index); cell != nil && t.m.dated(r) && sheet.Clean(cell.Text) != "" {
				n++
				sound = sound && field.YesNo(sheet.Clean(cell.Text))
			}
		}
		if sound && n > 0 {
			return c
		}
	}
	return nil
}

// yes reports whether a row says yes in a column that is counted from 1; 0 is none.
func yes(r *sheet.Row, column int) bool {
	if column == 0 {
		return false
	}
	cell := cellAt(r, column-1)
	return cell != nil && field.Yes(sheet.Clean(cell.Text))
}

func isClosed(status string) bool { return strings.EqualFold(status, "closed") }
