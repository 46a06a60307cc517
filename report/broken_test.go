package report

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/poslog/poslog/analyze"
)

// FuzzResult feeds reports as they may be read back from a file, damaged or made
// by hand, to every writer: none may panic.
func FuzzResult(f *testing.F) {
	var b bytes.Buffer
	small := fixture()
	small.Cube.Cells, small.Timeline.Buckets, small.Terminals = small.Cube.Cells[:20], small.Timeline.Buckets[:5], small.Terminals[:1]
	if err := writeJSON(&b, New(small, Options{})); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(`{"timeline":{"bucket_seconds":60,"buckets":[{"start":"2026-11-20T10:00:00Z"},{"start":"2020-11-20T09:00:00Z"}]}}`))
	f.Add([]byte(`{"timeline":{"bucket_seconds":-1,"buckets":[{"start":"2026-11-20T10:00:00Z"}]},"cube":{"dims":[{"name":"code","values":null}],"cells":[[1],[]]}}`))
	f.Add([]byte(`{"latency":{"edges_ms":[1,2],"approved":[]},"terminals":[{"hours":[{}]}],"incidents":[{"id":""},{"id":"I1","end":"2026-11-20T10:00:00Z"}],"sales":{"groups":[{}]}}`))
	f.Add([]byte(`{"period":{"start":"0001-01-01T00:00:00Z","end":"9999-01-01T00:00:00Z"},"days":[{"date":"x"}],"codes":[{"code":"B4","status":"decided","evidence":{"settled":1,"settlement_covered":0,"hypothesis":7,"settled_interval":["a",1]},"lines":[{"name":"x"}]}]}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		var r analyze.Result
		if json.Unmarshal(doc, &r) != nil {
			return
		}
		for _, view := range []string{Ops, Merchant} {
			for _, format := range Formats {
				var b bytes.Buffer
				_ = format.Write(&b, New(&r, Options{View: view}))
			}
		}
		_, _ = NewDiff(&r, &r)
		_, _, _ = Explain(&r, &r, "I1", nil, Options{})
	})
}
