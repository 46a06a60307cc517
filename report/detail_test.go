package report

import (
	"strings"
	"testing"
)

// TestRemarks: what is said of many files alike is said once; of few files, of each.
func TestRemarks(t *testing.T) {
	for _, c := range []struct {
		many bool
		want []string
	}{
		{false, []string{"a1.log: 29 lines", "a1.log: dates are day first", "a2.log: 30 lines", "a2.log: dates are day first", "b.csv: 30 rows"}},
		{true, []string{"a1.log, a2.log: 29 lines (the numbers are those of the first)", "a1.log, a2.log: dates are day first", "b.csv: 30 rows"}},
	} {
		r := remarks{many: c.many}
		for _, x := range [][2]string{{"a1.log", "29 lines"}, {"a1.log", "dates are day first"}, {"a2.log", "30 lines"}, {"a2.log", "dates are day first"}, {"b.csv", "30 rows"}} {
			r.add(x[0], x[1])
		}
		if got := r.lines(words{lang: "en"}); strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("many %v: %q", c.many, got)
		}
	}
	for text, want := range map[string]string{"1,234 of 5 lines": "# of # lines", "v1.2 x": "v# x", "none": "none"} {
		if got := withoutNumbers(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
