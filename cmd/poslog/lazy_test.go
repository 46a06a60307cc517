package main

import (
	"testing"

	"github.com/poslog/poslog/internal/lazy"
)

// Regular expressions are compiled when they are used; here all of the program.
func TestExpressionsCompile(t *testing.T) {
	if n := lazy.CompileAll(); n < 50 {
		t.Errorf("only %d expressions", n)
	}
}
