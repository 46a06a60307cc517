package analyze

import "math"

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
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	s := math.Pow10(2 - int(math.Floor(math.Log10(math.Abs(v)))))
	if math.IsInf(s, 0) {
		return 0
	}
	return math.Round(v*s) / s
}
