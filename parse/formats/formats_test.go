package formats

import (
	"testing"
)

func TestBuiltinFormatsHold(t *testing.T) {
	if err := Check(Builtin()); err != nil {
		t.Fatal(err)
	}
	if len(Builtin().List) < 8 {
		t.Errorf("only %d built-in formats", len(Builtin().List))
	}
}
