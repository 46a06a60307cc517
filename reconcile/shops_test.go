package reconcile

import (
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

const (
	shopA = "898330154110001"
	shopB = "898330154110002"
	shopC = "898330154110003"
)

// shopFiles are settlement files of one merchant each.
var shopFiles = map[string]*txn.Source{shopA: {Name: "a.csv"}, shopB: {Name: "b.csv"}, shopC: {Name: "c.csv"}}

// of is a row of a merchant, on the settlement side in the merchant's own file.
func of(mid string) func(*txn.Record) {
	return func(r *txn.Record) {
		r.MID, r.TID = mid, mid[len(mid)-8:]
		if r.Side == txn.Settlement {
			r.Pos.Src = shopFiles[mid]
		}
	}
}

// TestFilesOfOneMerchantEach: the files of two shops say nothing about the third, a file of
// all says that the third's sale is missing.
func TestFilesOfOneMerchantEach(t *testing.T) {
	together := func(r *txn.Record) { r.Pos.Src = fromBank }
	unnamed := func(r *txn.Record) { r.MID = "" }
	for _, c := range []struct {
		name       string
		one, other func(*txn.Record) // edits of the settlement rows of A and B
		want       string
	}{
		{"a file each", of(shopA), of(shopB), "matched 2 300; pending_cutoff 1 400; "},
		{"one file", together, together, "matched 2 300; terminal_only 1 400; "},
		{"a file that names nobody", unnamed, of(shopB), "matched 2 300; terminal_only 1 400; "},
	} {
		x := &recs{}
		x.term(0, "1", "00", 100, of(shopA))
		x.term(1, "2", "00", 200, of(shopB))
		x.term(2, "3", "00", 400, of(shopC))
		x.bank(0, "1", 100, of(shopA), c.one)
		x.bank(1, "2", 200, of(shopB), c.other)
		r := run(t, x, Options{})
		if got := r.summary(); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
		if said, want := strings.Contains(r.Sides.En, "none is of "+shopC+": nothing can be said of 1"), strings.Contains(c.want, "pending"); said != want {
			t.Errorf("%s: %s", c.name, r.Sides.En)
		}
	}
}

// TestShopWithASign: a name is no format.
func TestShopWithASign(t *testing.T) {
	x := &recs{}
	const shop = "100%sure"
	x.term(0, "1", "00", 100, of(shopA))
	x.term(1, "2", "00", 200, of(shopB))
	x.term(2, "3", "00", 400, func(r *txn.Record) { r.MID, r.TID = shop, "30000001" })
	x.bank(0, "1", 100, of(shopA))
	x.bank(1, "2", 200, of(shopB))
	if said := run(t, x, Options{}).Sides; !strings.Contains(said.En, "none is of "+shop+": nothing can be said of 1,") || !strings.Contains(said.Zh, shop+" 没有清算单：1 笔") {
		t.Errorf("%s\n%s", said.Zh, said.En)
	}
}

// TestShopOfAnotherName: the settlement side names shop B otherwise, as a match shows, and its
// file has the day.
func TestShopOfAnotherName(t *testing.T) {
	x := &recs{}
	other := func(r *txn.Record) { r.MID = "102100059990002" }
	x.term(0, "1", "00", 100, of(shopA))
	x.term(1, "2", "00", 200, of(shopB))
	x.term(2, "3", "00", 400, of(shopB))
	x.bank(0, "1", 100, of(shopA))
	x.bank(1, "2", 200, of(shopB), other)
	if got, want := run(t, x, Options{}).summary(), "matched 2 300; terminal_only 1 400; "; got != want {
		t.Errorf("got %s want %s", got, want)
	}
}

// TestShopWhoseFileComesLater: shop B's file of a day comes a day after that of shop A, and is
// then asked for what it lacks; the file of shop C never comes.
func TestShopWhoseFileComesLater(t *testing.T) {
	opt := Options{PendingDays: 2}
	for day, want := range []string{
		"matched 1 100; pending_cutoff 3 700; ",
		"matched 2 300; terminal_only 1 100; pending_cutoff 3 700; ",
		"matched 2 300; terminal_only 1 100; pending_cutoff 3 700; ",
		"matched 2 300; terminal_only 2 500; pending_cutoff 3 700; ",
	} {
		x, n := &recs{}, string(rune('1'+day))
		at := day * 1440
		x.term(at, "1"+n, "00", 100, of(shopA))
		x.term(at+1, "2"+n, "00", 200, of(shopB))
		x.term(at+2, "3"+n, "00", 400, of(shopC))
		x.term(at+3, "4"+n, "00", 100, of(shopB))
		x.bank(at, "1"+n, 100, of(shopA))
		if day > 0 {
			x.bank(at-1439, "2"+string(rune('0'+day)), 200, of(shopB))
		}
		r := run(t, x, opt)
		if got := r.summary(); got != want {
			t.Errorf("day %d: got %s want %s; %s", day, got, want, r.Sides.En)
		}
		opt.Carry = leaves(t, r)
	}
}
