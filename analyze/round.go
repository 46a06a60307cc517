package analyze

import (
	"math"
	"strconv"
)

// round keeps the given number of decimals, so that a report does not show the
// last bits of floating-point sums.
func round(v float64, decimals int) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	s := math.Pow10(decimals)
	return math.Round(v*s) / s
}

// significant keeps three significant digits: for values that span many
// magnitudes.
func significant(v float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 2, 64), 64)
	if err != nil || math.IsNaN(r) || math.IsInf(r, 0) {
		return 0
	}
	return r
}
