package reconcile

import (
	"cmp"
	"maps"
	"slices"

	"github.com/poslog/poslog/txn"
)

// Due is what one business day should bring, judged against the file of that
// day when it comes. Settled is in the settlement files already; Waiting was approved at
// the terminal and should stand in a file that is not here yet. Amounts are signed sums:
// sales less voids and refunds.
type Due struct {
	Day                       txn.Date
	Currency                  string
	SettledRows, WaitingRows  int
	SettledAmount, SettledFee txn.Minor
	WaitingAmount             txn.Minor
	WaitingFee                txn.Minor // by the agreed rates, 0 without any
	FeesStated                bool      // every settled row states its fee
}

// forecast sums by business day and currency.
func (j *judge) forecast() {
	type dayKey struct {
		day      txn.Date
		currency string
	}
	dues := map[dayKey]*Due{}
	var latest *Due
	due := func(on txn.Date, currency string) *Due {
		if latest != nil && latest.Day == on && latest.Currency == currency {
			return latest
		}
		k := dayKey{on, currency}
		if dues[k] == nil {
			dues[k] = &Due{Day: on, Currency: currency, FeesStated: true}
		}
		latest = dues[k]
		return latest
	}
	for t, state := range j.r.states[left] {
		if state&^leads != PendingCutOff {
			continue
		}
		r := j.m.row(left, int32(t))
		on, _ := j.m.bookedOn(r)
		d := due(on, j.m.currency(r))
		d.WaitingRows++
		d.WaitingAmount += signed(r)
		d.WaitingFee += j.feeOf(left, r)
	}
	for s := range j.m.partner[right] {
		if !j.moneyRow(int32(s)) {
			continue
		}
		r := j.m.row(right, int32(s))
		on, _ := j.m.bookedOn(r)
		d := due(on, j.m.currency(r))
		d.SettledRows++
		d.SettledAmount += signed(r)
		if r.Extra == 0 {
			d.FeesStated = false
		} else if f := j.m.b.Extra(r.Extra).Fee; f.Valid() {
			d.SettledFee += f
		} else {
			d.FeesStated = false
		}
	}
	keys := slices.SortedFunc(maps.Keys(dues), func(x, y dayKey) int {
		return cmp.Or(cmp.Compare(x.day, y.day), cmp.Compare(x.currency, y.currency))
	})
	for _, k := range keys {
		j.r.Forecast = append(j.r.Forecast, *dues[k])
	}
}
