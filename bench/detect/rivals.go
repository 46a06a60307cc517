package main

import (
	"math"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/txn"
)

// The plain methods see the whole book as one series of attempts, retries of
// one card and amount within five minutes of a failure left out as ours does;
// without that each of them is several times worse. They name no scope.

type attempt struct {
	at     txn.Instant
	failed bool
}

func series(w *world) []attempt {
	type try struct {
		card     uint64
		amount   txn.Minor
		terminal uint32
	}
	var out []attempt
	say := rule(w.book)
	failed := map[try]txn.Instant{}
	for i, r := range w.book.Rows(txn.Terminal) {
		v := say(i, r)
		k := try{r.Token, r.Amount, w.book.Place(r.Place).Terminal}
		t, again := failed[k]
		again = again && r.At-t <= 300e6
		if !v.Outcome.IsApproval() {
			failed[k] = r.At
		}
		if !again {
			out = append(out, attempt{r.At, v.Class.Systemic() && v.Outcome != classify.Approved})
		}
	}
	return out
}

// bins flags 5-minute bins whose failure rate is more than 3 standard errors
// above the day's, and joins neighbours.
func bins(w *world) []window {
	const width = txn.Instant(300e6)
	s := series(w)
	n, f := map[int64]float64{}, map[int64]float64{}
	all, bad := 0.0, 0.0
	for _, a := range s {
		k := int64((a.at - epoch) / width)
		n[k]++
		all++
		if a.failed {
			f[k]++
			bad++
		}
	}
	p := max(.001, bad/max(1, all))
	var out []window
	for k := int64(0); k <= 300; k++ {
		if n[k] == 0 || (f[k]-n[k]*p)/math.Sqrt(n[k]*p*(1-p)) <= 3 {
			continue
		}
		a, b := epoch+txn.Instant(k)*width, epoch+txn.Instant(k+1)*width
		if len(out) > 0 && out[len(out)-1].end == a {
			out[len(out)-1].end = b
		} else {
			out = append(out, window{start: a, end: b})
		}
	}
	return out
}

// kleinberg is the two-state burst automaton on attempts (Kleinberg 2002, for
// batched arrivals): rate p and s p, s such that the upper rate is 5 times the
// lower but at least .25, and a price of gamma ln n to go up.
func kleinberg(w *world) []window {
	s := series(w)
	n := len(s)
	if n == 0 {
		return nil
	}
	bad := 0
	for _, a := range s {
		if a.failed {
			bad++
		}
	}
	p := max(.002, min(.3, float64(bad)/float64(n)))
	q := min(.9, max(.25, 5*p))
	price := math.Log(float64(n))
	cost := [2]float64{0, price}
	back := make([][2]uint8, n)
	for i, a := range s {
		l, h := -math.Log(1-p), -math.Log(1-q)
		if a.failed {
			l, h = -math.Log(p), -math.Log(q)
		}
		var next [2]float64
		if cost[1] < cost[0] {
			next[0], back[i][0] = cost[1]+l, 1
		} else {
			next[0], back[i][0] = cost[0]+l, 0
		}
		if cost[0]+price < cost[1] {
			next[1], back[i][1] = cost[0]+price+h, 0
		} else {
			next[1], back[i][1] = cost[1]+h, 1
		}
		cost = next
	}
	state := uint8(0)
	if cost[1] < cost[0] {
		state = 1
	}
	states := make([]uint8, n)
	for i := n - 1; i >= 0; i-- {
		states[i] = state
		state = back[i][state]
	}
	var out []window
	for i := 0; i < n; i++ {
		if states[i] == 0 {
			continue
		}
		j := i
		for j+1 < n && states[j+1] == 1 {
			j++
		}
		out = append(out, window{start: s[i].at, end: s[j].at + 1})
		i = j
	}
	return out
}

// burn is the multi-window burn-rate alarm of the SRE workbook with an
// objective of 95 %: 14.4 times the budget over an hour and over 5 minutes. A
// window lasts as long as the alarm.
func burn(w *world) []window {
	const budget, factor = .05, 14.4
	s := series(w)
	minute := txn.Instant(60e6)
	rate := func(lo, hi int) float64 { // of attempts lo..hi-1
		bad := 0
		for _, a := range s[lo:hi] {
			if a.failed {
				bad++
			}
		}
		return float64(bad) / float64(max(1, hi-lo))
	}
	var out []window
	h, m, e := 0, 0, 0
	for t := epoch; t < epoch+24*60*minute; t += minute {
		for e < len(s) && s[e].at < t {
			e++
		}
		for h < e && s[h].at < t-60*minute {
			h++
		}
		for m < e && s[m].at < t-5*minute {
			m++
		}
		if limit := min(.9, factor*budget); rate(h, e) < limit || rate(m, e) < limit {
			continue
		}
		if len(out) > 0 && out[len(out)-1].end == t {
			out[len(out)-1].end = t + minute
		} else {
			out = append(out, window{start: t, end: t + minute})
		}
	}
	return out
}
