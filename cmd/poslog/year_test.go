package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestYearGiven: the year that the user gives is that of times without one, whenever the file was copied; only a
// file that was written next to New Year, or whose name has a date, may have rows of the other year.
func TestYearGiven(t *testing.T) {
	const spring, newYear = "03-10", "12-30 12-31 01-02"
	for _, c := range []struct{ days, name, written, year, want string }{
		{spring, "pos.log", "2026-11-30", "2025", "Mon 10 Mar 2025"},
		{spring, "pos.log", "2026-02-10", "2025", "Mon 10 Mar 2025"},
		{spring, "pos.log", "2026-11-30", "", "Tue 10 Mar 2026"},
		{"12-20", "pos.log", "2026-11-30", "2026", "Sun 20 Dec 2026"},
		{newYear, "pos.log", "2026-01-05", "2025", "Tue 30 Dec 2025 – Fri 2 Jan 2026"},
		{newYear, "pos.log", "2026-01-05", "2026", "Tue 30 Dec 2025 – Fri 2 Jan 2026"},
		{newYear, "pos.log", "2026-01-05", "", "Tue 30 Dec 2025 – Fri 2 Jan 2026"},
		{newYear, "pos-20251231.log", "2027-06-05", "", "Tue 30 Dec 2025 – Fri 2 Jan 2026"},
		{newYear, "pos-20251231.log", "2027-06-05", "2025", "Tue 30 Dec 2025 – Fri 2 Jan 2026"},
	} {
		var b strings.Builder
		for i, day := range strings.Fields(c.days) {
			fmt.Fprintf(&b, "%s 10:00:00 INFO TXN TID=10000001 MTI=0210 STAN=%06d AMT=000000001000 RC=00\n", day, i+1)
		}
		file := filepath.Join(t.TempDir(), c.name)
		if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		at, _ := time.Parse(time.DateOnly, c.written)
		if err := os.Chtimes(file, at, at); err != nil {
			t.Fatal(err)
		}
		args := []string{"analyze", file, "--lang", "en"}
		if c.year != "" {
			args = append(args, "--year", c.year)
		}
		out, errs, code := poslog(t, args...)
		if first, _, _ := strings.Cut(out, "\n"); code != exitDone || !strings.Contains(first, " "+c.want+"  ") {
			t.Errorf("%+v: exit code %d, %s\n%s", c, code, first, errs)
		}
		if guessed := c.year == "" && c.name == "pos.log"; strings.Contains(out, "state no year") != guessed {
			t.Errorf("%+v: the year is said to be taken from elsewhere: %v", c, !guessed)
		}
	}
}
