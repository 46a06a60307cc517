package spelling

import "testing"

func TestNear(t *testing.T) {
	known := []string{"lang", "formats", "format", "since", "until", "tz", "min", "max"}
	for word, want := range map[string]string{"langg": "lang", "fromat": "format", "formatt": "formats", "sinse": "since", "zz": "tz", "xy": "", "where": "", "tid": "", "lag": "lang", "mix": "min", "lang": "lang"} {
		if got := Near(word, known); got != want {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
}
