package analyze_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/analyze"
	"github.com/poslog/poslog/calendar"
	"github.com/poslog/poslog/parse"
)

// TestNet: where only some rows state what is paid out, that of the others is their amount less the fee.
func TestNet(t *testing.T) {
	const terminal = "交易时间,终端号,参考号,应答码,交易金额\n2026-11-20 10:00:00,10000001,100000000001,00,100.00\n2026-11-20 10:03:00,10000001,100000000002,00,200.00\n"
	r := run(t, "t.csv", terminal,
		"a.csv", "交易时间,终端号,参考号,交易金额,手续费,结算金额\n2026-11-20 10:00:00,10000001,100000000001,100.00,0.38,99.62\n",
		"b.csv", "交易时间,终端号,参考号,交易金额,手续费\n2026-11-20 10:03:00,10000001,100000000002,200.00,0.76\n")
	if s := r.Sales; s == nil || s.Fee == nil || s.Net == nil || *s.Fee != 114 || *s.Net != s.Settled.Amount-114 {
		t.Errorf("settled %+v, fee %d, net %d", *s.Settled, *s.Fee, *s.Net)
	}
}

// TestCutOffOfAnotherZone: the cut-off of a calendar is in its own zone.
func TestCutOffOfAnotherZone(t *testing.T) {
	loc := time.FixedZone("", 8*3600)
	c, err := calendar.Read("c.yaml", strings.NewReader("timezone: Asia/Tokyo\ncutoff: \"23:00\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	var days []string
	cfg := analyze.Config{Parse: parse.Options{Location: loc}, Location: loc, Calendar: c,
		Inputs: []parse.Input{
			parse.Bytes("t.csv", []byte("交易时间,终端号,参考号,应答码,交易金额\n2026-11-20 21:30:00,10000001,100000000001,00,100.00\n2026-11-20 22:30:00,10000001,100000000002,00,200.00\n")),
			parse.Bytes("s.csv", []byte("交易时间,终端号,参考号,交易金额,手续费\n2026-11-20 21:30:00,10000001,100000000001,100.00,0.38\n2026-11-20 21:40:00,10000001,100000000009,100.00,0.38\n"))},
		Each: func(r *analyze.Row) { days = append(days, r.State) }}
	if _, err := analyze.Run(context.Background(), cfg); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(days, " "); got != "matched pending_cutoff matched settlement_only" {
		t.Errorf("%s", got)
	}
}
