package parse

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The dates of a log or of objects that can be read in one way only say how the others are.
func TestOrderOfDates(t *testing.T) {
	const day, month = "day first", "month first"
	long := strings.Repeat("05/03/2026 10:11:13 INFO heartbeat of the host\n", 3000)
	for name, c := range map[string]struct{ text, note string }{
		"a.log":   {"05/03/2026 10:11:12 INFO TXN tid=T0000001 stan=000001 amt=12.50 rc=00\n25/03/2026 10:11:12 INFO TXN tid=T0000001 stan=000002 amt=13.50 rc=51\n", day},
		"b.log":   {"03/05/2026 10:11:12 INFO TXN tid=T0000001 stan=000001 amt=12.50 rc=00\n03/25/2026 10:11:12 INFO TXN tid=T0000001 stan=000002 amt=13.50 rc=51\n", month},
		"c.log":   {"05/03/2026 10:11:12 INFO TXN tid=T0000001 stan=000001 amt=12.50 rc=00\n" + long + "25/03/2026 10:11:12 INFO TXN tid=T0000001 stan=000002 amt=13.50 rc=51\n", day},
		"d.log":   {"26-03-05 10:11:12 INFO TXN tid=T0000001 stan=000001 amt=12.50 rc=00 due=25/03/2026\n", day},
		"a.jsonl": {`{"fecha":"05\/03\/2026 10:11:12","tid":"T0000001","stan":"000001","amount":"12.50","respCode":"00"}` + "\n" + `{"fecha":"25\/03\/2026 10:11:12","tid":"T0000001","stan":"000002","amount":"13.50","respCode":"51"}` + "\n", day},
	} {
		var k kept
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		inputs, err := Expand([]string{path}, nil)
		if err != nil {
			t.Fatal(err)
		}
		files, err := Read(t.Context(), inputs, Options{Workers: 1, Location: china}, func(int) Handler { return &k })
		if err != nil || files[0].Err != nil || files[0].Count.Rejected > 0 || len(k.rows) == 0 {
			t.Errorf("%s: %v %v %+v", name, err, files[0].Err, files[0].Count)
			continue
		}
		at, notes := time.UnixMicro(int64(k.rows[0].At)).In(china).Format("01-02 15:04"), fmt.Sprint(files[0].Summary.Notes)
		if at != "03-05 10:11" || !strings.Contains(notes, c.note) {
			t.Errorf("%s: %s %s", name, at, notes)
		}
	}
}
