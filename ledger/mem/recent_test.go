package mem

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Every row keeps the names of its record, however many places and combinations of the other
// names there are: more than are remembered of either.
func TestPlacesOfRows(t *testing.T) {
	defer func(most int) { mostSlots = most }(mostSlots)
	mostSlots = 1 << 10
	src := &txn.Source{Name: "a"}
	rng := rand.New(rand.NewPCG(5, 6))
	for _, size := range []struct{ rows, terminals, rests int }{{300, 5, 3}, {20_000, 2_000, 7}, {20_000, 50, 2 * mostRests}} {
		books := [2]*Book{New(), New()}
		type names struct{ tid, mid, institution, network string }
		want := map[uint32]names{}
		r := txn.New()
		for line := range uint32(size.rows) {
			k, rest := rng.IntN(size.terminals), rng.IntN(size.rests)
			n := names{fmt.Sprintf("%08d", k), fmt.Sprintf("8983301%08d", k/2), fmt.Sprintf("I%d", rest/2), fmt.Sprint(rest % 2)}
			switch k % 7 {
			case 0:
				n.tid = fmt.Sprintf("A%07d", k)
			case 1:
				n.mid = ""
			case 2:
				n.tid = fmt.Sprint(k) // without zeros
			case 3:
				n.mid = fmt.Sprintf("898330154110113%08d", k)
			}
			want[line+1] = n
			r.Pos, r.At, r.Side = txn.Pos{Src: src, Line: line + 1}, txn.Instant(line), txn.Side(1+line%2*2)
			r.TID, r.MID, r.Institution, r.Network = n.tid, n.mid, n.institution, n.network
			books[line/500%2].Add(r)
		}
		books[0].Merge(books[1])
		b := books[0]
		b.Freeze()
		rows := 0
		for _, side := range []txn.Side{txn.Terminal, txn.Settlement} {
			for _, row := range b.Rows(side) {
				rows++
				p := b.Place(row.Place)
				got := names{b.Name(ledger.Terminal, p.Terminal), b.Name(ledger.Merchant, p.Merchant), b.Name(ledger.Institution, p.Institution), b.Name(ledger.Network, p.Network)}
				if got != want[row.Line] {
					t.Fatalf("%d terminals, line %d: %v, want %v", size.terminals, row.Line, got, want[row.Line])
				}
			}
		}
		if rows != size.rows {
			t.Errorf("%d of %d rows", rows, size.rows)
		}
	}
}
