package reconcile

import "testing"

// What is configured in units of money holds in every currency.
func TestDecimals(t *testing.T) {
	tolerance, rule := Tolerance{Above: 1, Below: 150}, FeeRule{PPM: 10_000, Fixed: 50, Min: 200, Max: 2000, Off: 1}
	for _, c := range []struct {
		decimals int
		want     Tolerance
		rule     FeeRule
	}{
		{2, tolerance, rule},
		{0, Tolerance{Above: 0, Below: 1}, FeeRule{PPM: 10_000, Fixed: 0, Min: 2, Max: 20, Off: 0}},
		{3, Tolerance{Above: 10, Below: 1500}, FeeRule{PPM: 10_000, Fixed: 500, Min: 2000, Max: 20000, Off: 10}},
	} {
		got := rule.in(c.decimals)
		if tolerance.in(c.decimals) != c.want || got.PPM != c.rule.PPM || got.Fixed != c.rule.Fixed || got.Min != c.rule.Min || got.Max != c.rule.Max || got.Off != c.rule.Off {
			t.Errorf("%d decimals: %+v %+v", c.decimals, tolerance.in(c.decimals), got)
		}
	}
}
