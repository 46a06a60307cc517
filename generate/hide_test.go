package generate

import (
	"bytes"
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

// TestHide: what is hidden stands neither in the log nor in a record.
func TestHide(t *testing.T) {
	key := map[string]string{"latency": "RT=", "carrier": "CARRIER=", "region": "REGION=", "network": "NET=", "model": "MODEL=", "issuer": "ISSUER=",
		"card": "PAN=", "rrn": "RRN=", "auth": "AUTH=", "batch": "BATCH=", "text": "ERR=", "milliseconds": "."}
	for _, word := range Hideable {
		for _, hide := range [][]string{nil, {word}} {
			w, err := Scenario("network-clean", 8, Options{Attempts: 200, Hide: hide})
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if err := w.writeLog(&b, 0, func(int32, int) {}); err != nil {
				t.Fatal(err)
			}
			lines := strings.ReplaceAll(b.String(), "heartbeat", "")
			if word == "milliseconds" { // heartbeat lines keep theirs
				lines = strings.Join(strings.FieldsFunc(lines, func(r rune) bool { return r == '\n' })[:3], "\n")
			}
			if has := strings.Contains(lines, key[word]); has != (hide == nil) {
				t.Errorf("hiding %v: the log holds %q: %v", hide, key[word], has)
			}
			if s := readBack(t, "terminal.log", b.Bytes(), txn.Terminal); len(s.Records) == 0 {
				t.Errorf("hiding %v: nothing was read", hide)
			}
		}
	}
	if _, err := Scenario("quiet", 1, Options{Hide: []string{"pin"}}); err == nil {
		t.Error("an unknown word is accepted")
	}
}
