package incident

import (
	"slices"

	"github.com/poslog/poslog/ledger"
)

// most is how many entities without traffic a window lists.
const most = 50

// describe adds to a window what else its scope could be called and what of its
// dimensions had no attempt inside, so that nothing can be said about it.
func (w *Window) describe(ev *events) {
	if len(w.Scope) == 0 {
		return
	}
	if w.Kind == DataGap {
		w.Same = ev.samePlaces(w.Scope)
		return
	}
	w.Scope = ev.ofShop(w.Scope)
	dims := []ledger.Dim{ledger.Institution, ledger.Merchant, ledger.Terminal, ledger.Carrier, ledger.Region,
		ledger.Network, ledger.Model, ledger.Issuer, ledger.BIN, ledger.Channel}
	type tally struct {
		id    uint32
		n     int
		mixed bool
	}
	own := make([]tally, len(dims)) // the value that all attempts of the scope share
	seen := map[Entity]bool{}
	total := 0
	span := Window{Start: w.Start, End: w.End}
	ev.each(&span, func(i int32) {
		for _, t := range w.Scope {
			seen[Entity{t.Dim, ev.id(t.Dim, i)}] = true
		}
		if !ev.matches(w.Scope, i) {
			return
		}
		total++
		for k, d := range dims {
			if id := ev.id(d, i); total == 1 {
				own[k].id = id
			} else if own[k].id != id {
				own[k].mixed = true
			}
		}
	})
	ev.each(&span, func(i int32) {
		for k, d := range dims {
			if !own[k].mixed && own[k].id != 0 && ev.id(d, i) == own[k].id {
				own[k].n++
			}
		}
	})
	w.Same, w.NotTested = nil, nil
	for k, d := range dims {
		one := Scope{{d, []uint32{own[k].id}}}
		if total > 0 && !own[k].mixed && own[k].id != 0 && own[k].n == total && !same(one, w.Scope) {
			w.Same = append(w.Same, one)
		}
	}
	for _, t := range w.Scope {
		if t.Dim == ledger.Kind {
			continue
		}
		for id := uint32(1); int(id) < ev.book.Names(t.Dim) && len(w.NotTested) < most; id++ {
			if e := (Entity{t.Dim, id}); !seen[e] && ev.traded(e) {
				w.NotTested = append(w.NotTested, e)
			}
		}
	}
}

// ofShop names a terminal whose number others have as well by its shop, or its institution, rather than by its model, line or
// region, where these tell the very same places.
func (e *events) ofShop(sc Scope) Scope {
	terminal := Scope{}
	for _, t := range sc {
		switch {
		case t.Dim == ledger.Terminal && len(t.IDs) == 1:
			terminal = Scope{t}
		case t.Dim == ledger.Model || t.Dim == ledger.Carrier || t.Dim == ledger.Network || t.Dim == ledger.Region:
		default:
			return sc
		}
	}
	if len(sc) < 2 || len(terminal) == 0 {
		return sc
	}
	tried := map[int32]bool{}
	for i := range int32(e.len()) {
		tried[int32(e.place.At(i))] = true
	}
	places := slices.DeleteFunc(slices.Clone(e.placesOf(ledger.Terminal, terminal[0].IDs[0])), func(p int32) bool { return !tried[p] })
	for _, d := range [...]ledger.Dim{ledger.Merchant, ledger.Institution} {
		for _, p := range places {
			if at := e.book.Place(uint32(p)); sc.covers(at) && at.ID(d) != 0 {
				if named := terminal.with(d, at.ID(d)); !slices.ContainsFunc(places, func(p int32) bool {
					at := e.book.Place(uint32(p))
					return sc.covers(at) != named.covers(at)
				}) {
					return named
				}
			}
		}
	}
	return sc
}

// samePlaces lists the other entities that have the very same places as a scope: a shop has
// one terminal only.
func (e *events) samePlaces(sc Scope) (out []Scope) {
	place := e.book.Place(uint32(e.placesOf(sc[0].Dim, sc[0].IDs[0])[0]))
	for _, d := range silenced {
		one := Scope{{d, []uint32{place.ID(d)}}}
		if place.ID(d) != 0 && !same(one, sc) && e.holds(one, sc) && e.holds(sc, one) {
			out = append(out, one)
		}
	}
	return out
}

// traded reports whether an entity has any attempt at all; names of the
// settlement side alone have none.
func (e *events) traded(x Entity) bool {
	if e.active[x.Dim] == nil {
		on := make([]bool, e.book.Names(x.Dim))
		for i := range int32(e.len()) {
			on[e.id(x.Dim, int32(i))] = true
		}
		e.active[x.Dim] = on
	}
	return e.active[x.Dim][x.ID]
}

// same reports whether two scopes are written alike.
func same(a, b Scope) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Dim != b[i].Dim || len(a[i].IDs) != len(b[i].IDs) {
			return false
		}
		for j := range a[i].IDs {
			if a[i].IDs[j] != b[i].IDs[j] {
				return false
			}
		}
	}
	return true
}

// matches reports whether event i belongs to a scope.
func (e *events) matches(sc Scope, i int32) bool {
	for k := range sc {
		if !sc[k].has(e.id(sc[k].Dim, i)) {
			return false
		}
	}
	return true
}

func (sc Scope) uses(d ledger.Dim) bool {
	for i := range sc {
		if sc[i].Dim == d {
			return true
		}
	}
	return false
}

// with returns the scope with one more term, in dimension order.
func (sc Scope) with(d ledger.Dim, ids ...uint32) Scope {
	k := slices.IndexFunc(sc, func(t Term) bool { return d < t.Dim })
	if k < 0 {
		k = len(sc)
	}
	return slices.Insert(slices.Clone(sc), k, Term{d, ids})
}
