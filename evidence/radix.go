package evidence

import (
	"math/bits"
	"slices"
)

// sortAmounts sorts in place by eight bits after the other, the highest first: a
// comparison of each with twenty others would take as long as all else that is asked of
// the approvals.
func sortAmounts(a []int64) {
	if len(a) == 0 {
		return
	}
	low := slices.Min(a)
	sortBits(a, low, bits.Len64(uint64(slices.Max(a)-low)))
}

// sortBits sorts values that differ from low in so many bits at most.
func sortBits(a []int64, low int64, width int) {
	const few = 64
	if len(a) < few || width == 0 {
		slices.Sort(a)
		return
	}
	shift := max(0, width-8)
	var next, end [256]int
	for _, v := range a {
		end[uint64(v-low)>>shift]++
	}
	sum := 0
	for b, n := range end {
		next[b] = sum
		sum += n
		end[b] = sum
	}
	for b := range end {
		from := next[b]
		for i := from; i < end[b]; {
			if c := uint64(a[i]-low) >> shift; int(c) != b {
				a[i], a[next[c]] = a[next[c]], a[i]
				next[c]++
			} else {
				i++
				next[b] = i
			}
		}
	}
	from := 0
	for b, to := range end {
		if to-from > 1 {
			sortBits(a[from:to], low+int64(b)<<shift, shift)
		}
		from = to
	}
}
