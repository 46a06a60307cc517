package classify

import "testing"

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
