package main

import (
	"fmt"
	"math"

	"github.com/poslog/poslog/generate"
	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/incident/cause"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// usual is how often attempts fail outside every fault, for the cardholder's reasons
// and for all others.
type usual struct {
	book  ledger.Book
	world *generate.World
	say   cause.Rule
	marks []incident.Mark
	n     int // attempts of the data
	rate  [2]float64
}

func usualRates(b ledger.Book, w *generate.World, say cause.Rule, found *incident.Result) *usual {
	u := &usual{book: b, world: w, say: say, marks: found.Marks()}
	out, fails := 0, [2]int{}
	u.each(func(r *ledger.Row, x *generate.Row, kind int) {
		u.n++
		for _, f := range w.Faults {
			if w.Hits(f, x.At, x.Term, x.Card, x.Kind) {
				return
			}
		}
		out++
		if kind >= 0 {
			fails[kind]++
		}
	})
	for k := range u.rate {
		u.rate[k] = (float64(fails[k]) + .5) / float64(out+1)
	}
	return u
}

// each yields the attempts, retries left out; kind is 0 for a failure of systems or messages, 1 for a
// decline for the cardholder's reasons, -1 for a success.
func (u *usual) each(do func(r *ledger.Row, x *generate.Row, kind int)) {
	for i, r := range u.book.Rows(txn.Terminal) {
		if u.marks[i] != incident.Counted {
			continue
		}
		v, kind := u.say(i, r), -1
		switch {
		case v.Outcome.IsApproval():
		case v.Class.Cardholder():
			kind = 1
		default:
			kind = 0
		}
		do(r, &u.world.Rows[r.Line-1], kind)
	}
}

// stands reports whether a fault could be found by a method that is told its edges, its
// scope and the usual rate, and keeps the promise of the search: the likelihood
// ratio of its attempts beats the bar that the search itself sets for its kind, without what the
// search pays for having looked at many scopes.
func (u *usual) stands(f *generate.Fault) (bool, string) {
	kind := 0
	if f.Cause == generate.Cardholder {
		kind = 1
	}
	n, k := 0., 0.
	u.each(func(r *ledger.Row, x *generate.Row, is int) {
		if u.world.Hits(f, x.At, x.Term, x.Card, x.Kind) {
			n++
			if is == kind {
				k++
			}
		}
	})
	p, v := u.rate[kind], 0.
	if k > p*n {
		v = k * math.Log(k/n/p)
		if k < n {
			v += (n - k) * math.Log((1-k/n)/(1-p))
		}
	}
	chance := incident.ChanceWindows(float64(u.n) / float64(u.world.Days))
	if kind == 1 {
		chance *= incident.BurstShare
	}
	bar := incident.Bar(u.n, chance)
	return v > bar, fmt.Sprintf("%s %v %s-%s, %.0f of %.0f attempts fail, usually %.3f: %.1f nats, bar %.1f", f.Cause, f.Scope,
		f.Start.Time().Format("15:04:05"), f.End.Time().Format("15:04:05"), k, n, p, v, bar)
}
