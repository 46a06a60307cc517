package parse

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// What a search exports from the newest entry on says the same as the log, in whatever it is
// packed, and its lines have their numbers.
func TestNewestEntriesFirst(t *testing.T) {
	var entries []string
	for i := range 200 {
		at := func(ms int) string { return fmt.Sprintf("2026-11-20 08:%02d:%02d.%03d INFO TXN ", i/60, i%60, ms) }
		entries = append(entries, at(0)+fmt.Sprintf("MTI=0200 TID=10000001 STAN=%06d AMT=000000012300\n", i+1))
		if i%10 == 3 {
			entries = append(entries, at(100)+"Connection reset\n\tat a.b.C(D.java:1)\n\tat a.b.E(F.java:2)\n")
		}
		entries = append(entries, at(350)+fmt.Sprintf("MTI=0210 TID=10000001 STAN=%06d AMT=000000012300 RC=%02d\n", i+1, i%10))
	}
	slices.Reverse(entries)
	log := strings.Join(entries, "")
	var hits []string
	for _, e := range entries {
		hits = append(hits, fmt.Sprintf(`{"_source":{"@timestamp":"2026-11-20T00:00:00.000Z","message":%q}}`, strings.TrimSuffix(e, "\n")))
	}
	for name, data := range map[string]string{
		"a.log":  log,
		"b.log":  strings.TrimSuffix("\ufeff"+log, "\n"),
		"a.json": `{"hits":{"hits":[` + strings.Join(hits, ",\n") + `]}}`,
	} {
		var counts told
		files, err := Read(t.Context(), []Input{Bytes(name, []byte(data))}, Options{Workers: 1, Location: china}, func(int) Handler { return &counts })
		if err != nil || files[0].Err != nil || counts.records != 200 || counts.without != 0 {
			t.Errorf("%s: %v, %v, %+v", name, err, files[0].Err, counts)
		}
		if name == "a.json" {
			continue
		}
		_, b := readAll(t, Options{Location: china}, Bytes(name, []byte(data)))
		lines := strings.Split(data, "\n")
		for _, r := range b.rows {
			var n int
			var code string
			if _, err := fmt.Sscanf(strings.TrimPrefix(r, name+":"), "%d %s", &n, &code); err != nil || !strings.HasSuffix(lines[n-1], "RC="+code) {
				t.Fatalf("%s is line %q", r, lines[n-1])
			}
		}
	}
	defer func(n int64) { maxHeld = n }(maxHeld)
	maxHeld = 1000
	files, b := readAll(t, Options{Location: china}, Bytes("long.log", []byte(log)))
	if len(b.rows) < 200 || !strings.Contains(strings.Join(files[0].Summary.Notes, "\n"), "too long to be turned") {
		t.Errorf("%d records, %q", len(b.rows), files[0].Summary.Notes)
	}
}
