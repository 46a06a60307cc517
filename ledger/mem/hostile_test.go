package mem

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// small returns a book whose dictionaries keep few names.
func small(limit, most int) *Book {
	b := New()
	for _, d := range dictionaries(b) {
		d.limit, d.most = limit, most
	}
	return b
}

func dictionaries(b *Book) (list []*dict) {
	for i := range b.dims {
		list = append(list, &b.dims[i])
	}
	return append(list, &b.issuer, &b.bin, &b.entry, &b.channel, &b.codes, &b.texts, &b.said)
}

var hostileFile = &txn.Source{Name: "x"}

// hostile is a record all of whose names are of a number.
func hostile(line, name int) *txn.Record {
	r := txn.New()
	v := func(what string) string { return fmt.Sprintf("%s%07d", what, name) }
	r.Side, r.Kind, r.Pos = txn.Terminal, txn.Sale, txn.Pos{Src: hostileFile, Line: uint32(line)}
	r.TID, r.MID, r.Institution, r.Carrier, r.Region, r.Network, r.Model = v("t"), v("m"), v("i"), v("c"), v("r"), v("n"), v("o")
	r.Issuer, r.EntryMode, r.Code, r.Text, r.Status, r.Channel = v("b"), v("e"), v("c"), v("x"), v("s"), v("h")
	r.PAN = txn.PAN{Masked: fmt.Sprintf("%06d******0018", name)}
	r.RRN, r.STAN = fmt.Sprintf("%012d", line), fmt.Sprintf("%06d", line)
	return r
}

// written is all that a frozen book says of its rows.
func written(b *Book) string {
	var w strings.Builder
	for _, r := range b.Rows(txn.Terminal) {
		fmt.Fprint(&w, r.Line, " ", b.Code(r.Code), " ", b.Text(r.Text), " ", b.Extra(r.Extra).Status)
		for d := range ledger.Dims {
			fmt.Fprint(&w, " ", b.Name(ledger.Dim(d), ledger.ID(b, r, ledger.Dim(d))))
		}
		fmt.Fprintln(&w)
	}
	return w.String()
}

// Where every row has values of its own, dictionaries end at their limits and the
// rest counts under Overflow; the book says which, and no row is lost.
func TestHostileCardinality(t *testing.T) {
	const limit, most, n = 50, 100, 3000
	b := small(limit, most)
	for i := range n {
		b.Add(hostile(i+1, i))
	}
	for i, d := range dictionaries(b) {
		if d.len() > most*8 { // most and half of it for every doubling
			t.Errorf("dictionary %d grew to %d names, %d of them are told apart", i, d.len(), most)
		}
	}
	b.Freeze()
	for i, d := range dictionaries(b) {
		if d.len() > limit+1 {
			t.Errorf("dictionary %d has %d names, the limit is %d", i, d.len(), limit)
		}
	}
	// Tuples are as few as the names that they are made of.
	if p, q := len(b.places.list), len(b.cards.list); p > 16*limit || q > 16*limit {
		t.Errorf("%d places and %d cards", p, q)
	}
	got := b.Folded()
	for _, want := range []string{"institution", "merchant", "terminal", "issuer", "bin", "entry_mode", "code", "text", "status"} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is not said to be folded: %s", want, strings.Join(got, " "))
		}
	}
	rows, other := 0, 0
	for _, r := range b.Rows(txn.Terminal) {
		rows++
		if b.Name(ledger.Terminal, b.Place(r.Place).Terminal) == Overflow && b.Code(r.Code) == Overflow {
			other++
		}
	}
	if rows != n || other < n-2*limit || other == n {
		t.Errorf("%d rows, %d under %q", rows, other, Overflow)
	}
}

// Which names are told apart depends neither on the order of the records nor on how
// they are divided among books: the most frequent ones stay.
func TestOverflowOfAnyOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 11))
	for round := range 60 {
		limit, most := 5+rng.IntN(30), 40+rng.IntN(60)
		names := 1 + rng.IntN(3*most)
		switch round % 3 {
		case 1:
			limit = most
		case 2: // just beyond
			limit = 3 + rng.IntN(5)
			most, names = limit, limit+rng.IntN(4)
		}
		records := make([]*txn.Record, 300+rng.IntN(300))
		for i := range records {
			records[i] = hostile(i+1, min(rng.IntN(names), rng.IntN(names)))
		}
		want, uses := "", map[string]int{}
		for _, r := range records {
			uses[r.TID]++
		}
		for try := range 5 {
			rng.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
			books := make([]*Book, 1+try)
			for i := range books {
				books[i] = small(limit, most)
			}
			for _, r := range records {
				to := rng.IntN(len(books))
				if try%2 == 1 { // the last one has most names, all of its own
					to = max(0, len(books)-1-int('9'-r.TID[len(r.TID)-1])/8)
				}
				books[to].Add(r)
			}
			for _, o := range books[1:] {
				books[0].Merge(o)
			}
			b := books[0]
			b.Freeze()
			if got := written(b); want == "" {
				want = got
			} else if got != want {
				t.Fatalf("round %d, %d names, limits %d and %d: %d books in another order tell apart other names", round, names, limit, most, len(books))
			}
			if len(uses) > most { // then the most frequent may have been given up
				continue
			}
			order := slices.SortedFunc(maps.Keys(uses), func(x, y string) int { return cmp.Or(uses[y]-uses[x], strings.Compare(x, y)) })
			if len(order) >= limit {
				order = order[:limit-1]
			}
			for _, r := range b.Rows(txn.Terminal) {
				if tid := b.Name(ledger.Terminal, b.Place(r.Place).Terminal); tid != Overflow && !slices.Contains(order, tid) {
					t.Fatalf("round %d: %s is no one of the %d most frequent names", round, tid, limit)
				}
			}
			for _, tid := range order {
				if b.dims[ledger.Terminal].len() < len(order)+1 || !strings.Contains(want, tid) {
					t.Fatalf("round %d: %s, one of the most frequent, is missing", round, tid)
				}
			}
		}
	}
}
