package evidence

import (
	"sync"
	"time"

	"github.com/poslog/poslog/internal/localtime"
	"github.com/poslog/poslog/internal/recent"
	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// collect lists the rows that evidence about the wanted groups needs, and counts what it
// compares them with.
func (g *gathering) collect() {
	g.prepare()
	var beside sync.WaitGroup
	beside.Go(g.list)
	g.survey()
	beside.Wait()
	// The institutions share nothing from here on.
	next := make(chan *institution)
	for range room.Processors() {
		beside.Go(func() {
			for in := range next {
				for _, a := range in.at.amounts {
					sortAmounts(a)
				}
			}
		})
	}
	for _, in := range g.institutions {
		if in != nil && in.look {
			next <- in
		}
	}
	close(next)
	beside.Wait()
}

// prepare makes room for what is counted of the institutions that are looked at.
func (g *gathering) prepare() {
	for _, gr := range g.groups {
		in := g.institutions[gr.institution]
		if gr.look {
			in.kinds[gr.kind] = true
		}
		if gr.meaning.Outcome.IsApproval() {
			in.ofKind[gr.kind] += gr.n
		}
	}
	for _, in := range g.institutions {
		if in == nil || !in.look {
			continue
		}
		a := &in.at
		*a = at{perTID: map[uint32]int{}, perKind: map[tidKind][2]int32{}, perCard: make([]int32, g.b.Cards())}
		if g.in.HasSettlement {
			a.money, a.found = room.Slice[int32](in.approvals)[:0], room.NewBits(in.approvals)
		}
	}
}

// each calls f for the attempts at the institutions that are looked at.
func (g *gathering) each(f func(i int, r *ledger.Row, gr *group, in *institution)) {
	type attempts struct {
		of *group
		at *institution
	}
	asked := make([]attempts, len(g.groups)) // without an institution: not looked at
	for n, gr := range g.groups {
		if in := g.institutions[gr.institution]; in.look && gr.variant != variantReason && gr.kind.Attempt() {
			asked[n] = attempts{gr, in}
		}
	}
	for i, r := range g.b.Rows(txn.Terminal) {
		if a := &asked[g.of.At(int32(i))]; a.at != nil && !r.Flags.Has(txn.Repeat) && !g.in.SaidTwice(i) {
			f(i, r, a.of, a.at)
		}
	}
}

// list lists the attempts of each institution and group. It fills lists of its own until the
// end, as what [gathering.survey] counts meanwhile stands beside theirs in memory, where
// each would wait for the other.
func (g *gathering) list() {
	type lists struct {
		all, approvals, down []int32
		amounts              [kinds][]int64
	}
	own := make([]lists, len(g.institutions))
	rows := make([][]int32, len(g.groups))
	for id, in := range g.institutions {
		if in != nil && in.look {
			own[id].all, own[id].approvals = room.Slice[int32](in.attempts)[:0], room.Slice[int32](in.approvals)[:0]
		}
	}
	for n, gr := range g.groups {
		if gr.look {
			rows[n] = room.Slice[int32](gr.n)[:0]
		}
	}
	g.each(func(i int, r *ledger.Row, gr *group, in *institution) {
		l := &own[in.id]
		l.all = append(l.all, int32(i))
		if gr.meaning.Outcome.IsApproval() {
			l.approvals = append(l.approvals, int32(i))
			if amount := g.in.Amount(r); amount.Valid() && in.kinds[r.Kind] {
				if l.amounts[r.Kind] == nil {
					l.amounts[r.Kind] = room.Slice[int64](in.ofKind[r.Kind])[:0]
				}
				l.amounts[r.Kind] = append(l.amounts[r.Kind], int64(amount))
			}
		}
		if down(gr) {
			l.down = room.Append(l.down, int32(i))
		}
		if gr.look {
			n := g.of.At(int32(i))
			rows[n] = append(rows[n], int32(i))
		}
	})
	for id, in := range g.institutions {
		if in != nil {
			in.list, in.at.approvals, in.at.down, in.at.amounts = own[id].all, own[id].approvals, own[id].down, own[id].amounts
		}
	}
	for n, gr := range g.groups {
		gr.rows = rows[n]
	}
}

// survey counts the attempts by card, hour, place and kind, marks those that are tried again,
// and lists the approvals that move money with those found in settlement.
func (g *gathering) survey() {
	g.perPlace = make([]int32, g.b.Places())
	var perKind [kinds][][2]int32 // attempts and approvals by place
	tries := recent.New[try, int32](txn.Instant(retryIn / time.Microsecond))
	local := localtime.In(g.in.Location)
	g.each(func(i int, r *ledger.Row, gr *group, in *institution) {
		a := &in.at
		a.perCard[r.Card]++
		a.perHour[hour(&local, r)]++
		if perKind[r.Kind] == nil {
			perKind[r.Kind] = make([][2]int32, len(g.perPlace))
		}
		here := &perKind[r.Kind][r.Place]
		here[0]++
		approved := gr.meaning.Outcome.IsApproval()
		if approved {
			here[1]++
			if g.in.HasSettlement && r.Kind.Money() {
				a.settle(i, g.settled(i))
			}
		}
		if r.Token != 0 && r.At.Valid() {
			t := try{r.Token, in.id, r.Kind}
			g.again(tries, t, r.At, approved)
			if gr.look {
				tries.Add(t, t.hash(), r.At, int32(i))
			}
		}
	})
	for kind, list := range perKind {
		for id, n := range list {
			if n[0] == 0 {
				continue
			}
			g.perPlace[id] += n[0]
			p := g.b.Place(uint32(id))
			a := &g.institutions[p.Institution].at
			a.perTID[p.Terminal] += int(n[0])
			k := tidKind{p.Terminal, txn.Kind(kind)}
			sum := a.perKind[k]
			a.perKind[k] = [2]int32{sum[0] + n[0], sum[1] + n[1]}
		}
	}
}

// settle lists an approval that moves money.
func (a *at) settle(i int, found bool) {
	if found {
		a.found.Add(int32(len(a.money)))
	}
	a.money = append(a.money, int32(i))
}

// try is a card at an institution with a kind of transaction.
type try struct {
	token       uint64
	institution uint32
	kind        txn.Kind
}

func (t *try) hash() uint64 {
	return (t.token ^ uint64(t.institution)<<8 ^ uint64(t.kind)) * 0x9E3779B97F4A7C15
}

// again marks the rows to look at that an attempt tries again. It has marked those
// before one that it finds marked.
func (g *gathering) again(tries *recent.List[try, int32], t try, at txn.Instant, approved bool) {
	m := markRetried
	if approved {
		m |= markPaid
	}
	tries.Each(t, t.hash(), at, func(i *int32) bool {
		if g.marks[*i]&m == m {
			return false
		}
		g.marks[*i] |= m
		return true
	})
}
