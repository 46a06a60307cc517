package main

import "testing"

func TestGrowth(t *testing.T) {
	const mb = 1 << 20
	for _, c := range []struct {
		kept, scanned uint64
		want          int
	}{
		{10 * mb, 8 * mb, 50},
		{64 * mb, 30 * mb, 50},
		{128 * mb, 5 * mb, 25},
		{900 * mb, 20 * mb, 15},
		{900 * mb, 300 * mb, 50}, // dear to look through
	} {
		if got := growth(c.kept, c.scanned); got != c.want {
			t.Errorf("%d MB kept, %d MB of them scanned: %d%%, want %d%%", c.kept/mb, c.scanned/mb, got, c.want)
		}
	}
}
