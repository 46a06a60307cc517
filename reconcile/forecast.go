package reconcile

import (
	"cmp"
	"slices"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Due is what one business day should bring, judged against the file of that
// day when it comes. Settled is in the settlement files already; Waiting was approved at
// the terminal and should stand in a file that is not here yet. SettledElsewhere was
// approved, too, but its file is older than those that are here, or another merchant's;
// SoldElsewhere is settled, but the terminal records are not here. Amounts are signed sums:
// sales less voids and refunds.
type Due struct {
	Day                       txn.Date
	Currency                  string
	SettledRows, WaitingRows  int
	SettledAmount, SettledFee txn.Minor
	WaitingAmount             txn.Minor
	WaitingFee                txn.Minor // by the agreed rates, 0 without any
	FeesStated                bool      // every settled row states its fee
	SettledElsewhere          Sum
	SoldElsewhere             Sum
}

// Sum is a number of rows and their signed amount.
type Sum struct {
	Rows   int
	Amount txn.Minor
}

func (s *Sum) add(r *ledger.Row) {
	s.Rows++
	s.Amount += signed(r)
}

// dues are sums by business day and currency.
type dues struct {
	of     map[dueKey]*Due
	latest *Due // rows of one day follow each other
}

type dueKey struct {
	day      txn.Date
	currency string
}

func (d *dues) on(day txn.Date, currency string) *Due {
	if x := d.latest; x != nil && x.Day == day && x.Currency == currency {
		return x
	}
	k := dueKey{day, currency}
	if d.of[k] == nil {
		if d.of == nil {
			d.of = map[dueKey]*Due{}
		}
		d.of[k] = &Due{Day: day, Currency: currency, FeesStated: true}
	}
	d.latest = d.of[k]
	return d.latest
}

// settle adds a settled row. e counts where the row has one.
func (d *dues) settle(day txn.Date, currency string, r *ledger.Row, e *ledger.Extra) {
	x := d.on(day, currency)
	x.SettledRows++
	x.SettledAmount += signed(r)
	if r.Extra != 0 && e.Fee.Valid() {
		x.SettledFee += e.Fee
	} else {
		x.FeesStated = false
	}
}

// waits adds terminal row t, which no settlement file here has, nor should have.
func (j *judge) waits(t int32, r *ledger.Row, currency string) {
	on, _ := j.m.bookedOn(r)
	d := j.due.on(on, currency)
	if !j.m.Undecided(int(t)) && (j.m.unfiled(r) || !j.m.waits(r)) {
		d.SettledElsewhere.add(r)
		return
	}
	d.WaitingRows++
	d.WaitingAmount += signed(r)
	d.WaitingFee += j.feeOf(left, r)
}

// lacksSale adds a settlement row whose terminal records are not here.
func (j *judge) lacksSale(r *ledger.Row, currency string) {
	on, _ := j.m.bookedOn(r)
	j.due.on(on, currency).SoldElsewhere.add(r)
}

// forecast lists what is settled and what waits.
func (j *judge) forecast() {
	for _, d := range j.due.of {
		j.r.Forecast = append(j.r.Forecast, *d)
	}
	slices.SortFunc(j.r.Forecast, func(x, y Due) int {
		return cmp.Or(cmp.Compare(x.Day, y.Day), cmp.Compare(x.Currency, y.Currency))
	})
}
