// Package spelling finds the word that somebody meant.
package spelling

// Near is the known word that a word most likely is a spelling of, the first of those
// that are equally near; "" where all are further than two letters, or one of a short word.
func Near(word string, known []string) (near string) {
	best := 3
	if len(word) < 5 {
		best = 2
	}
	for _, k := range known {
		if d := distance(k, word); d < best && d < len(word) {
			near, best = k, d
		}
	}
	return near
}

// distance is the number of letters to change, add or drop between two words.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diag := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diag
			if a[i-1] != b[j-1] {
				cost++
			}
			diag = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
