package cause

import (
	"sort"
	"time"

	"github.com/poslog/poslog/calendar"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// notices are the announced windows around the data, by start, and by the
// institution that they speak of: what asks about one row or one incident must not
// read the notices of all banks.
type notices struct {
	list  []calendar.Window // by start
	every timeline
	of    map[string]timeline // by institution, "" for notices that name none
}

// timeline are some of the notices, by start.
type timeline struct {
	at    []int32     // in the list
	until []time.Time // latest end of each and those before
}

func (l *timeline) add(i int, w *calendar.Window) {
	end := w.End
	if n := len(l.until); n > 0 {
		end = maxTime(end, l.until[n-1])
	}
	l.at, l.until = append(l.at, int32(i)), append(l.until, end)
}

func newNotices(list []calendar.Window) notices {
	n := notices{list: list, of: map[string]timeline{}}
	for i := range list {
		n.every.add(i, &list[i])
		l := n.of[list[i].Institution]
		l.add(i, &list[i])
		n.of[list[i].Institution] = l
	}
	return n
}

// each yields the notices that overlap [from, to], in the order of the timeline,
// until do returns false.
func (n *notices) each(l timeline, from, to time.Time, do func(i int, a *calendar.Window) bool) bool {
	for k := sort.Search(len(l.until), func(k int) bool { return !l.until[k].Before(from) }); k < len(l.at); k++ {
		a := &n.list[l.at[k]]
		if a.Start.After(to) {
			return true
		}
		if !a.End.Before(from) && !do(int(l.at[k]), a) {
			return false
		}
	}
	return true
}

// eachNotice yields the notices that hold a moment and apply to a row.
func (x *Context) eachNotice(r *ledger.Row, t txn.Instant, do func(i int, a *calendar.Window) bool) {
	if len(x.announced.list) == 0 {
		return
	}
	p, c, at := x.book.Place(r.Place), x.book.Card(r.Card), t.Time()
	institution := x.book.Name(ledger.Institution, p.Institution)
	issuer, carrier := x.book.Name(ledger.Issuer, c.Issuer), x.book.Name(ledger.Carrier, p.Carrier)
	one := func(i int, a *calendar.Window) bool {
		return !a.Contains(at) || !a.Applies(institution, issuer, carrier) || do(i, a)
	}
	if institution == "" { // any of them may be meant
		x.announced.each(x.announced.every, at, at, one)
		return
	}
	if x.announced.each(x.announced.of[institution], at, at, one) {
		x.announced.each(x.announced.of[""], at, at, one)
	}
}
