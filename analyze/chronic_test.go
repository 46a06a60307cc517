package analyze_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// A terminal that fails all the time is no incident, and is said all the same.
func TestChronic(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	var b strings.Builder
	b.WriteString("交易时间,终端号,商户号,交易类型,交易金额,应答码\n")
	at := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	for i := range 6000 {
		if at = at.Add(90 * time.Second); at.Hour() == 23 {
			at = at.Add(9 * time.Hour)
		}
		tid, code := 1+rng.IntN(6), "00"
		switch p := rng.Float64(); {
		case tid == 3 && p < .4:
			code = "96"
		case p < .01:
			code = "91"
		}
		fmt.Fprintf(&b, "%s,1000000%d,898000000000001,消费,%d.%02d,%s\n", at.Format(time.DateTime), tid, 5+rng.IntN(900), i%100, code)
	}
	r := run(t, "pos.csv", b.String())
	if len(r.Incidents) != 0 || len(r.Chronic) != 1 {
		t.Fatalf("%d incidents, chronic %+v", len(r.Incidents), r.Chronic)
	}
	c := r.Chronic[0]
	if fmt.Sprint(c.Scope) != "map[terminal:[10000003]]" || c.Attempts < 900 || c.Rate < .35 || c.Rate > .46 || c.Usual > .02 || c.Failures < 350 {
		t.Errorf("%+v", c)
	}
}
