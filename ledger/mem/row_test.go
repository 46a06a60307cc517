package mem

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"unsafe"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// pick returns one of the values.
func pick[T any](rng *rand.Rand, of ...T) T { return of[rng.IntN(len(of))] }

// wild makes a record whose values lie on and beyond the edges of what a row
// holds in itself.
func wild(rng *rand.Rand, files []*txn.Source, line int) *txn.Record {
	amount := func() txn.Minor {
		return pick(rng, txn.NoAmount, 0, 1, -1, 12345, 1-amountShift, -amountShift, wideAmount-amountShift-1, wideAmount-amountShift, math.MaxInt64, math.MinInt64+1)
	}
	id := func() string {
		return pick(rng, "", "0", "000000", "123456", "999999999", "1234567890", "000000000000", "041216300012", "999999999999", "12345678901234567",
			"123456789012345678", "4200001234202611201234567890", "AB12", fmt.Sprintf("%06d", rng.IntN(1e6)), fmt.Sprintf("%012d", rng.Int64N(1e12)))
	}
	r := txn.New()
	r.Pos = txn.Pos{Src: pick(rng, files...), Line: uint32(line), Sheet: pick(rng, "", "", "Sheet1")}
	r.At = pick(rng, txn.NoInstant, 0, 5, -5, txn.Instant(rng.Int64N(100)), math.MaxInt64)
	r.Prec, r.Side, r.Kind = txn.Precision(rng.IntN(6)), txn.Side(rng.IntN(4)), txn.Kind(rng.IntN(16))
	r.Flags = txn.Flags(rng.IntN(1 << 12))
	r.Amount = amount()
	if rng.IntN(2) == 0 {
		r.Fee = amount()
		r.Net = amount()
		if rng.IntN(2) == 0 && r.Amount.Valid() && r.Fee.Valid() {
			r.Net = pick(rng, r.Amount-r.Fee, -r.Amount-r.Fee)
		}
	}
	r.Currency = pick(rng, "CNY", "CNY", "", "USD")
	r.Code, r.Origin = pick(rng, "", "00", "91", "B4"), txn.Origin(rng.IntN(5))
	r.Status, r.Reason, r.Text = pick(rng, "", "", "成功"), pick(rng, "", "", "98"), pick(rng, "", "通讯超时")
	r.Latency = pick(rng, txn.NoLatency, 0, 350, 1<<latencyBits-2, 1<<latencyBits-1, 1<<latencyBits, math.MaxInt32, -2, math.MinInt32)
	r.Institution, r.MID, r.TID = pick(rng, "", "NSH001"), pick(rng, "", "M1", "M2"), pick(rng, "", "T1", "T2", "T3")
	r.Carrier, r.Region, r.Network, r.Model = pick(rng, "", "CMCC"), pick(rng, "", "N"), pick(rng, "", "4G"), pick(rng, "", "V1")
	r.Channel = pick(rng, "", "POS", "QR")
	r.Issuer, r.EntryMode = pick(rng, "", "ICBC"), pick(rng, "", "051")
	r.RRN, r.STAN, r.Batch = id(), id(), id()
	if rng.IntN(2) == 0 {
		r.OrderNo, r.ChannelNo, r.RefundNo = id(), id(), id()
		r.OrigSTAN, r.OrigRRN, r.SentAt = id(), id(), id()
		r.Acquirer, r.Forwarder, r.AuthCode = id(), id(), id()
		if rng.IntN(2) == 0 {
			r.SettleOn = 20261120
		}
	}
	r.PAN = txn.Mask(pick(rng, "", "6228480402564890018", "4111111111111111", "622848******1234", "12x"))
	return r
}

// TestRowsKeepEverything puts wild records through books of several parts and
// compares every value with the record itself.
func TestRowsKeepEverything(t *testing.T) {
	files := []*txn.Source{{Name: "b.log"}, {Name: "a.log"}, {Name: "a.log", SHA256: "1"}}
	for seed := range uint64(10) {
		if seed == 7 && runtime.GOOS == "linux" { // and the rest with rows in a file, where there is one
			release, err := room.Bound(room.Least, t.TempDir(), func(err error) { t.Error(err) })
			if err != nil {
				t.Fatal(err)
			}
			defer release()
		}
		rng := rand.New(rand.NewPCG(seed, 7))
		parts := make([]*Book, 1+rng.IntN(3))
		for i := range parts {
			parts[i] = New()
		}
		var want [2][]*txn.Record
		for i := range rng.IntN(blockSize + 2000) {
			r := wild(rng, files, i+1)
			parts[rng.IntN(len(parts))].Add(r)
			want[b2i(r.Side == txn.Settlement)] = append(want[b2i(r.Side == txn.Settlement)], r)
		}
		b := parts[0]
		for _, p := range parts[1:] {
			b.Merge(p)
		}
		b.Freeze()
		for s, side := range []txn.Side{txn.Terminal, txn.Settlement} {
			slices.SortStableFunc(want[s], func(x, y *txn.Record) int {
				return cmp.Or(cmp.Compare(x.At, y.At), cmp.Compare(x.Pos.Src.Name, y.Pos.Src.Name), cmp.Compare(x.Pos.Src.SHA256, y.Pos.Src.SHA256), cmp.Compare(x.Pos.Line, y.Pos.Line))
			})
			if b.Len(side) != len(want[s]) {
				t.Fatalf("seed %d: %d rows of %d", seed, b.Len(side), len(want[s]))
			}
			for i, r := range want[s] {
				row := b.Row(side, i)
				if got, want := read(b, &row), record(r); got != want || b.At(side, i) != r.At {
					t.Fatalf("seed %d, %v row %d\n got %s\nwant %s", seed, side, i, got, want)
				}
			}
			for i, r := range b.Rows(side) {
				if *r != b.Row(side, i) {
					t.Fatalf("Rows and Row differ at %d", i)
				}
			}
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// read writes a row in words, record what it was made from.
func read(b *Book, r *ledger.Row) string {
	e, p, c := b.Extra(r.Extra), b.Place(r.Place), b.Card(r.Card)
	name := func(d ledger.Dim, id uint32) string { return b.Name(d, id) }
	currency, side := e.Currency, e.Side
	if r.Extra == 0 {
		currency, side = "", 0
	}
	return fmt.Sprint(ledger.Pos(b, r), r.At, r.Prec, side, r.Kind, r.Flags, r.Amount, e.Fee, e.Net, currency, "|", b.Code(r.Code), r.Origin, e.Status, e.Reason, b.Text(r.Text), r.Latency, "|",
		name(ledger.Institution, p.Institution), name(ledger.Merchant, p.Merchant), name(ledger.Terminal, p.Terminal), name(ledger.Carrier, p.Carrier), name(ledger.Region, p.Region),
		name(ledger.Network, p.Network), name(ledger.Model, p.Model), name(ledger.Channel, p.Channel), name(ledger.Issuer, c.Issuer), name(ledger.BIN, c.BIN), name(ledger.EntryMode, c.EntryMode), "|",
		b.Key(r.RRN), ".", b.Key(r.STAN), ".", b.Key(r.Batch), ".", b.Key(e.OrderNo), ".", b.Key(e.ChannelNo), ".", b.Key(e.RefundNo), ".", b.Key(e.OrigSTAN), ".", b.Key(e.OrigRRN), ".",
		b.Key(e.Acquirer), ".", b.Key(e.Forwarder), ".", b.Key(e.SentAt), "|", e.SettleOn, r.Last4, r.Token != 0)
}

func record(r *txn.Record) string {
	extra := New().extraOf(r, &ledger.Extra{})
	currency, side := r.Currency, r.Side
	if !extra {
		currency, side = "", 0
	}
	flags := r.Flags
	if r.AuthCode != "" {
		flags |= txn.CardEvent
	}
	return fmt.Sprint(r.Pos, r.At, r.Prec, side, r.Kind, flags, r.Amount, r.Fee, r.Net, currency, "|", r.Code, r.Origin, r.Status, r.Reason, r.Text, r.Latency, "|",
		r.Institution, r.MID, r.TID, r.Carrier, r.Region, r.Network, r.Model, r.Channel, r.Issuer, r.PAN.BIN(), r.EntryMode, "|",
		r.RRN, ".", r.STAN, ".", r.Batch, ".", r.OrderNo, ".", r.ChannelNo, ".", r.RefundNo, ".", r.OrigSTAN, ".", r.OrigRRN, ".", r.Acquirer, ".", r.Forwarder, ".", r.SentAt, "|",
		r.SettleOn, last4(r.PAN.Masked), r.PAN.Token != 0)
}

// TestTokensTellCardsApart: equal cards have equal tokens, others have not.
func TestTokensTellCardsApart(t *testing.T) {
	b := New()
	r := txn.New()
	r.Pos.Src = &txn.Source{Name: "x"}
	const n = 20_000
	for i := range 2 * n {
		r.At = txn.Instant(i)
		r.PAN = txn.Mask(fmt.Sprintf("622848%010d", i%n))
		b.Add(r)
	}
	b.Freeze()
	seen := map[uint64]int{}
	for i, row := range b.Rows(txn.Terminal) {
		if first, ok := seen[row.Token]; ok != (i >= n) || ok && first != i-n {
			t.Fatalf("row %d has the token of row %d", i, first)
		}
		seen[row.Token] = i
	}
}

// TestRowSize keeps rows of ordinary logs and settlement files from growing
// unnoticed: everything is in the row itself.
func TestRowSize(t *testing.T) {
	if n := unsafe.Sizeof(row{}); n != 48 {
		t.Errorf("a row takes %d bytes", n)
	}
	b := New()
	for i := range 10_000 {
		b.Add(usual(i))
	}
	if b.wide.n+b.wideKeys.n+b.words.n > 0 {
		t.Errorf("10,000 ordinary rows have %d wide numbers, %d wide keys, %d words", b.wide.n, b.wideKeys.n, b.words.n)
	}
	if n := len(b.shapes.list); n > 100 {
		t.Errorf("10,000 ordinary rows have %d shapes", n)
	}
	b.Freeze()
	if term, settled := b.terminal.sealed[0].size, b.settlement.sealed[0].size; term > 20 || settled > 22 {
		t.Errorf("sealed, a row of a terminal takes %d bytes, one of a settlement %d", term, settled)
	}
}

// TestSeal: whatever values stand in a block, they come back, of any row and of stretches.
func TestSeal(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		list := make([]row, 1+rng.IntN(50))
		width := func() uint { return uint(rng.IntN(65)) }
		wAt, wRRN, w := width(), min(width(), 40), make([]uint, 9)
		for i := range w {
			w[i] = min(width(), 32)
		}
		base, unit := rng.Uint64(), []uint64{1, milli, second}[rng.IntN(3)]
		for i := range list {
			v := func(k int) uint32 { return uint32(base>>k) + uint32(rng.Uint64()&(1<<w[k]-1)) }
			rrn := (base + rng.Uint64()&(1<<wRRN-1)) & (1<<40 - 1)
			list[i] = row{at: txn.Instant(base + rng.Uint64()&(1<<wAt-1)*unit), rrn: uint32(rrn), card: v(0)<<8 | uint32(rrn>>32), amount: v(1), stan: v(2),
				token: v(3), place: v(4), shape: v(5), line: v(6), answer: v(7), more: v(8)}
		}
		s := seal(list, new(slab))
		for i := range list {
			var got row
			if s.row((*rowBytes)(s.rows(i, i+1)), &got); got != list[i] {
				t.Fatalf("row %d of %d\n got %+v\nwant %+v", i, len(list), got, list[i])
			}
		}
	}
}

// usual is record i of a day: of a terminal log where i is even, of a settlement
// file where it is odd.
func usual(i int) *txn.Record {
	r := txn.New()
	n := i / 2
	r.Pos = txn.Pos{Src: sources[i%2], Line: uint32(n + 1)}
	r.At, r.Prec, r.Kind, r.Amount = txn.Instant(n)*1e6, txn.PrecSecond, txn.Sale, txn.Minor(n*7919%1_000_000)
	r.Institution, r.MID, r.TID = "NSH001", mids[n*31%len(mids)], tids[n*31%len(tids)]
	r.STAN, r.RRN = fmt.Sprintf("%06d", n*7919%1_000_000), fmt.Sprintf("%012d", n)
	r.PAN = txn.PAN{Masked: fmt.Sprintf("622848******%04d", n%10_000), Token: uint64(n)*0x9e3779b97f4a7c15 | 1}
	if i%2 == 0 {
		r.Side, r.Code, r.Origin, r.Network, r.Latency = txn.Terminal, codes[n%len(codes)], txn.Host, "4G", int32(n%3000)
		return r
	}
	r.Side, r.Fee, r.SettleOn = txn.Settlement, r.Amount/200, txn.Date(20261120+n%3)
	r.Net = r.Amount - r.Fee
	return r
}

var (
	sources = []*txn.Source{{Name: "term.log"}, {Name: "settle.csv"}}
	codes   = []string{"00", "00", "00", "51", "00", "91"}
	mids    = numbered("898330154%06d")
	tids    = numbered("%08d")
)

func numbered(format string) (out []string) {
	for i := range 20_000 {
		out = append(out, fmt.Sprintf(format, i))
	}
	return out
}

func TestNamesAreBounded(t *testing.T) {
	b := New()
	b.dims[ledger.Terminal].limit = 10
	for i := range 100 {
		b.Add(usual(2 * i))
	}
	b.Freeze()
	if got := fmt.Sprint(b.Folded()); got != "[terminal]" {
		t.Errorf("folded %s", got)
	}
	n := 0
	for _, r := range b.Rows(txn.Terminal) {
		if b.Name(ledger.Terminal, b.Place(r.Place).Terminal) == Overflow {
			n++
		}
	}
	if n < 90 || b.Len(txn.Terminal) != 100 {
		t.Errorf("%d of %d rows under %q", n, b.Len(txn.Terminal), Overflow)
	}
}
