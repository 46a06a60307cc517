package evidence

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/internal/localtime"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// dims are the dimensions whose values are compared, in order of preference
// where two explain equally much.
var dims = [...]ledger.Dim{ledger.Model, ledger.EntryMode, ledger.Issuer, ledger.BIN, ledger.Network, ledger.Carrier, ledger.Region, ledger.Merchant, ledger.Terminal}

const (
	dependLLR  = 8 // natural log units, before the price of having chosen among values
	dependRows = 5
)

// depends lists the values of each dimension, and the hour, at which the code is
// far more frequent than elsewhere at the institution.
func (g *gathering) depends(in *institution, gr *group) []classify.Dependence {
	var out []classify.Dependence
	if len(gr.rows) < dependRows || len(gr.rows) == len(in.list) {
		return nil
	}
	add := func(dim string, all, mine map[uint32]int, name func(uint32) string) {
		best, top := uint32(0), dependLLR+math.Log(float64(len(all)))
		for _, v := range sortedKeys(mine) {
			k, n := mine[v], all[v]
			if k < dependRows || v == 0 && dim != "hour" || n == len(in.list) {
				continue
			}
			ok, on := len(gr.rows)-k, len(in.list)-n
			if l := gain(k, n, ok, on); l > top && k*on > 2*ok*n {
				best, top = v, l
				out = slices.DeleteFunc(out, func(d classify.Dependence) bool { return d.Dim == dim })
				out = append(out, classify.Dependence{Dim: dim, Value: name(best), Rows: k, Attempts: n, OtherRows: ok, OtherAttempts: on})
			}
		}
	}
	own := g.occurrences(gr.rows)
	for _, d := range dims {
		if g.b.Names(d) > 2 {
			add(d.String(), in.valuesOf(g, d), own.values(g.b, d), func(v uint32) string { return g.b.Name(d, v) })
		}
	}
	add("hour", byHour(in.at.perHour), byHour(own.hours), func(v uint32) string { return fmt.Sprintf("%02d", v-1) })
	return out
}

// occurrences counts rows by place, by card and by local hour.
type occurrences struct {
	places, cards map[uint32]int
	hours         [25]int
}

func (g *gathering) occurrences(rows []int32) *occurrences {
	o := &occurrences{places: map[uint32]int{}, cards: map[uint32]int{}}
	local := localtime.In(g.in.Location)
	for _, i := range rows {
		r := g.row(int(i))
		o.places[r.Place]++
		o.cards[r.Card]++
		o.hours[hour(&local, r)]++
	}
	return o
}

// values counts the rows by the values of a dimension of places or cards.
func (o *occurrences) values(b ledger.Book, d ledger.Dim) map[uint32]int {
	m := map[uint32]int{}
	switch d {
	case ledger.Issuer, ledger.BIN, ledger.EntryMode:
		for id, n := range o.cards {
			m[b.Card(id).ID(d)] += n
		}
	default:
		for id, n := range o.places {
			m[b.Place(id).ID(d)] += n
		}
	}
	return m
}

// hour is the local hour of a row plus one, 0 where it has no time of day.
func hour(local *localtime.Clock, r *ledger.Row) int {
	if !r.At.Valid() || r.Prec < txn.PrecMinute {
		return 0
	}
	return localtime.Hour(local.Seconds(r.At)) + 1
}

// byHour gives the counts of hours the form of other values.
func byHour(n [25]int) map[uint32]int {
	m := map[uint32]int{}
	for v, k := range n {
		if k > 0 {
			m[uint32(v)] = k
		}
	}
	return m
}

// valuesOf counts the attempts of an institution by the values of a dimension: by
// place or card first, of which there are fewer than rows.
func (in *institution) valuesOf(g *gathering, d ledger.Dim) map[uint32]int {
	if in.at.values[d] != nil {
		return in.at.values[d]
	}
	m := map[uint32]int{}
	switch d {
	case ledger.Issuer, ledger.BIN, ledger.EntryMode:
		for id, n := range in.at.perCard {
			if n > 0 {
				m[g.b.Card(uint32(id)).ID(d)] += int(n)
			}
		}
	default:
		for id := range g.b.Places() {
			p := g.b.Place(uint32(id))
			if p.Institution != in.id {
				continue
			}
			if n := g.perPlace[id]; n > 0 {
				m[p.ID(d)] += int(n)
			}
		}
	}
	in.at.values[d] = m
	return m
}

// gain is the log likelihood ratio of two shares, k of n and k2 of n2, against
// one common share.
func gain(k, n, k2, n2 int) float64 {
	return Apart(float64(k), float64(n), float64(k2), float64(n2))
}

// Apart is by how many nats shares of their own explain k of n and k2 of n2 better than one share.
func Apart(k, n, k2, n2 float64) float64 {
	own := func(k, n float64) float64 {
		p := k / n
		if !(p > 0 && p < 1) {
			return 0
		}
		return k*math.Log(p) + (n-k)*math.Log(1-p)
	}
	return own(k, n) + own(k2, n2) - own(k+k2, n+n2)
}

func sortedKeys(m map[uint32]int) []uint32 {
	keys := make([]uint32, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// split looks for the value, amount, latency or moment that tells the rows of a
// code that settle from those that do not.
func (g *gathering) split(gr *group) (*classify.Split, func(*ledger.Row) bool) {
	var rows []int
	var found []bool
	total := 0
	for _, n := range gr.rows {
		if i := int(n); g.covered(i) {
			f := g.settled(i)
			rows, found = append(rows, i), append(found, f)
			if f {
				total++
			}
		}
	}
	n := len(rows)
	if total < dependRows || n-total < dependRows {
		return nil, nil
	}
	s := splitter{g: g, n: n, total: total, top: dependLLR}
	for _, d := range dims {
		if g.b.Names(d) <= 2 {
			continue
		}
		all, good := map[uint32]int{}, map[uint32]int{}
		for k, i := range rows {
			v := ledger.ID(g.b, g.row(i), d)
			all[v]++
			if found[k] {
				good[v]++
			}
		}
		for _, v := range sortedKeys(all) {
			if v != 0 && s.better(all[v], good[v], math.Log(float64(len(all)))) {
				s.name(d.String(), g.b.Name(d, v))
				s.in = func(r *ledger.Row) bool { return ledger.ID(g.b, r, d) == v }
			}
		}
	}
	s.threshold(rows, found, "latency", func(r *ledger.Row) (int64, bool) { return int64(r.Latency), r.Latency >= 0 },
		func(v int64) string { return fmt.Sprintf("<= %d ms", v) })
	s.threshold(rows, found, "amount", func(r *ledger.Row) (int64, bool) { a := g.in.Amount(r); return int64(a), a.Valid() },
		func(v int64) string { return "<= " + txn.Minor(v).In(g.b.Currency()) })
	s.threshold(rows, found, "time", func(r *ledger.Row) (int64, bool) { return int64(r.At), r.At.Valid() },
		func(v int64) string {
			return "<= " + txn.Instant(v).Time().In(g.in.Location).Format("2006-01-02 15:04:05")
		})
	return s.best, s.in
}

// splitter keeps the best split so far.
type splitter struct {
	g        *gathering
	n, total int
	top      float64
	best     *classify.Split
	in       func(*ledger.Row) bool
}

// better takes a part of k rows, good of them settled, if it explains more than
// the best so far, after the price of its choice.
func (s *splitter) better(k, good int, price float64) bool {
	if k < dependRows || s.n-k < dependRows {
		return false
	}
	l := gain(good, k, s.total-good, s.n-k) - price
	if l <= s.top {
		return false
	}
	s.top = l
	s.best = &classify.Split{In: k, InSettled: good, Out: s.n - k, OutSettled: s.total - good}
	return true
}

func (s *splitter) name(dim, value string) { s.best.Dim, s.best.Value = dim, value }

// threshold tries every value of an ordered quantity that all rows have.
func (s *splitter) threshold(rows []int, found []bool, dim string, value func(*ledger.Row) (int64, bool), name func(int64) string) {
	type mark struct {
		v     int64
		found bool
	}
	marks := make([]mark, 0, len(rows))
	var r ledger.Row
	for k, i := range rows {
		r = *s.g.row(i)
		v, ok := value(&r)
		if !ok {
			return
		}
		marks = append(marks, mark{v, found[k]})
	}
	slices.SortStableFunc(marks, func(x, y mark) int { return cmp.Compare(x.v, y.v) })
	good := 0
	price := math.Log(float64(len(marks)))
	for i, m := range marks {
		if m.found {
			good++
		}
		if i+1 < len(marks) && marks[i+1].v != m.v && s.better(i+1, good, price) {
			s.name(dim, name(m.v))
			s.in = func(r *ledger.Row) bool {
				v, _ := value(r)
				return v <= m.v
			}
		}
	}
}
