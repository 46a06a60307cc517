package table

import "testing"

// A reason that name and title of a file share is told once.
func TestBecauseTellsEachReasonOnce(t *testing.T) {
	if got := because([]string{"清算日期", "the word 清算", "the word 清算"}); got != "清算日期, the word 清算" {
		t.Error(got)
	}
}
