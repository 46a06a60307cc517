package report

import (
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/analyze"
)

// The first question is how much money is missing. A net difference hides what is missing
// behind what came too much, and what only waits.
func TestOwed(t *testing.T) {
	r := fixture()
	n := func(v int64) *int64 { return &v }
	item := func(state, kind, currency string, terminal, settled *int64) analyze.Item {
		return analyze.Item{State: state, Kind: kind, Currency: currency, TerminalAmount: terminal, SettlementAmount: settled, Call: "acquirer"}
	}
	r.Reconciliation.Unlisted = nil
	r.Reconciliation.States = map[string]analyze.StateTotal{"matched": {Count: 7}, "fee_differs": {Count: 1, Amount: 37, Currency: "CNY"}}
	r.Reconciliation.Items = []analyze.Item{
		item("terminal_only", "sale", "CNY", n(1000), nil), item("terminal_only", "refund", "CNY", n(300), nil),
		item("charged_but_failed", "sale", "CNY", n(2000), n(2000)), item("amount_differs", "sale", "CNY", n(500), n(450)),
		item("terminal_only", "sale", "USD", n(900), nil), item("pending_cutoff", "sale", "CNY", n(77777), nil), item("fee_differs", "sale", "CNY", n(100), n(100)),
	}
	for lang, want := range map[string]string{
		"zh": "有 6 笔需要您处理：2 笔少到账 ¥10.50、2 笔多到账 ¥23.00、1 笔少到账 USD 9.00、1 笔手续费差 ¥0.37；7 笔分文不差。",
		"en": "6 to deal with: 2 short by ¥10.50, 2 over by ¥23.00, 1 short by USD 9.00, fees of 1 off by ¥0.37; 7 agree.",
	} {
		if got := strings.ReplaceAll(head(t, r, Options{Lang: lang, View: Merchant, Width: 300}, 4), "\n", " "); !strings.Contains(got, want) {
			t.Errorf("%s: no %q in %q", lang, want, got)
		}
	}
	r.Reconciliation.Unlisted = map[string]int{"terminal_only": 1}
	if got := head(t, r, Options{View: Merchant, Width: 300}, 4); strings.Contains(got, "少到账") {
		t.Errorf("a sum of some of the items: %s", got)
	}
}

// What an earlier day left has its day beside the time, and what of it arrived is said
// beside the difference that holds it.
func TestItemsOfAnotherDay(t *testing.T) {
	r := fixture()
	r.Reconciliation.Carried = &analyze.Carried{Rows: 12, Arrived: 12, Arrivals: 136714}
	r.Reconciliation.Items = r.Reconciliation.Items[:1]
	at := r.Period.Start.Add(-15 * time.Minute)
	r.Reconciliation.Items[0].Time = &at
	for _, view := range []string{Merchant, Ops} {
		got := string(render(t, "csv", r, Options{View: view, Lang: "zh"}))
		if !strings.Contains(got, "2026-11-19T23:45:00") && !strings.Contains(got, "2026-11-19 23:45:00") {
			t.Errorf("%s: no day beside the time", view)
		}
		if view == Merchant && !strings.Contains(got, "上次结转到账 12 笔 ¥1,367.14") {
			t.Error("arrivals of earlier days are not told")
		}
	}
	if got := head(t, r, Options{View: Merchant, Width: 160}, 20); !strings.Contains(got, "11-19 23:45:00") {
		t.Errorf("no day in %s", got)
	}
}

// Settled rows of a day whose terminal records are missing explain the difference.
func TestDifferenceOfAMissingDay(t *testing.T) {
	r := fixture()
	d := int64(1435769)
	r.Sales.Difference, r.Sales.Pending = &d, analyze.StateTotal{}
	r.Sales.SoldElsewhere = &analyze.StateTotal{Count: 143, Amount: d, Currency: "CNY"}
	if got := string(render(t, "text", r, Options{View: Merchant, Width: 300})); !strings.Contains(got, "143 笔清算 ¥14,357.69 没有当日终端流水") {
		t.Error(got)
	}
}
