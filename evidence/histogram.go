package evidence

import (
	"math/bits"
	"slices"

	"github.com/poslog/poslog/calendar"
	"github.com/poslog/poslog/txn"
)

// histogram counts latencies in buckets of at most 3 % width, so that quantiles
// need no second pass and do not depend on the order of rows.
type histogram struct {
	n      int
	counts []int32
}

const sub = 32 // buckets per doubling

func bucket(ms int32) int {
	if ms < sub {
		return int(max(ms, 0))
	}
	e := bits.Len32(uint32(ms)) - 6 // ms>>e is in [32, 64)
	return e*sub + int(ms>>e)
}

// floor is the smallest latency of a bucket.
func floor(b int) int32 {
	if b < sub {
		return int32(b)
	}
	e := b/sub - 1
	return int32(b-e*sub) << e
}

func (h *histogram) add(ms int32) {
	b := bucket(ms)
	for len(h.counts) <= b {
		h.counts = append(h.counts, 0)
	}
	h.counts[b]++
	h.n++
}

// quantile is the lower edge of the bucket of the q-quantile, -1 without data.
func (h *histogram) quantile(q float64) int32 {
	if h.n == 0 {
		return -1
	}
	rank := int(q * float64(h.n-1))
	for b, c := range h.counts {
		if rank -= int(c); rank < 0 {
			return floor(b)
		}
	}
	return floor(len(h.counts) - 1)
}

// span is a half-open stretch of time.
type span struct{ start, end txn.Instant }

// spans merges the windows that concern a whole institution. A window of one
// issuer or carrier says nothing about the rest.
func spans(windows []calendar.Window, institution string) []span {
	var s []span
	for _, w := range windows {
		if (w.Institution == "" || w.Institution == institution) && w.Issuer == "" && w.Carrier == "" {
			s = append(s, span{txn.At(w.Start), txn.At(w.End)})
		}
	}
	slices.SortFunc(s, func(x, y span) int {
		if x.start < y.start || x.start == y.start && x.end < y.end {
			return -1
		}
		return 1
	})
	var out []span
	for _, w := range s {
		if n := len(out); n > 0 && w.start <= out[n-1].end {
			out[n-1].end = max(out[n-1].end, w.end)
		} else {
			out = append(out, w)
		}
	}
	return out
}

// covers reports whether a moment lies inside a declared window.
func (in *institution) covers(at txn.Instant) bool {
	if len(in.windows) == 0 || !at.Valid() {
		return false
	}
	i, found := slices.BinarySearchFunc(in.windows, at, func(w span, at txn.Instant) int {
		switch {
		case w.end <= at:
			return -1
		case w.start > at:
			return 1
		}
		return 0
	})
	_ = i
	return found
}
