package classify

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestBuiltinTablesLoad(t *testing.T) {
	if len(BuiltinNames()) < 20 {
		t.Fatalf("only %d tables", len(BuiltinNames()))
	}
	for _, n := range BuiltinNames() {
		tab, err := Builtin(n)
		if err != nil || len(tab.Rows) == 0 || tab.Title.Zh == n {
			t.Errorf("%s: %v, %d rows, title %q", n, err, len(tab.Rows), tab.Title)
		}
	}
	if len(messages()) < 70 || len(votes()) < 40 {
		t.Error("messages or votes are missing")
	}
}

var update = flag.Bool("update", false, "rewrite the golden files")

// TestExplain shows what `poslog codes B4` is made of.
func TestExplain(t *testing.T) {
	var b strings.Builder
	for _, code := range []string{"B4", "96", "A6", "00"} {
		for _, e := range Explain(code) {
			fmt.Fprintf(&b, "%s\t%s\t%s\t%s\topen=%v\t%s\t%s\t%s\n", code, e.Table.Name, e.Outcome, e.Class, e.Open, e.Text.Zh, e.Text.En, e.Source)
		}
	}
	const name = "testdata/explain.golden"
	if *update {
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil || b.String() != string(want) {
		t.Errorf("%s differs (%v); rewrite it with -update where the new text is right:\n%s", name, err, b.String())
	}
}

// TestWho holds what the UnionPay text says about senders, which is evidence of
// its own: 98 comes from the switch, never from the merchant's line.
func TestWho(t *testing.T) {
	tab, _ := Builtin("unionpay")
	for code, who := range map[string]string{"98": "switch", "96": "switch", "C1": "switch", "68": "issuer", "51": "issuer", "91": "switch issuer", "77": "acquirer"} {
		if r, ok := tab.Find(code); !ok || r.Who != who {
			t.Errorf("%s is sent by %q, want %q", code, r.Who, who)
		}
	}
}
