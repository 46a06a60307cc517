package formats

import (
	"strings"
	"testing"

	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/kv"
	"github.com/poslog/poslog/parse/table"
)

// A plain code is the response code where nothing else is, and that of an envelope
// or of HTTP beside another, before it or behind, filled or not.
func TestPlainCode(t *testing.T) {
	expect(t, lines(t, JSONL, "x", `{"ts":"2026-11-20 08:15:32","tid":"1","amount":"1.00","code":"B4"}
{"ts":"2026-11-20 08:15:33","tid":"1","amount":"1.00","code":200,"data":{"respCode":"51"}}
{"ts":"2026-11-20 08:15:34","tid":"1","amount":"1.00","respCode":"51","code":200}
{"ts":"2026-11-20 08:15:35","tid":"1","amount":"1.00","respCode":"","code":200}
{"ts":"2026-11-20 08:15:36","msg":"ready","code":200}
`, field.Code), "1 B4\n2 51\n3 51\n4 \n1 noise")
	expect(t, lines(t, kv.Reader, "x", `2026-11-20 08:15:32 TXN TID=1 AMT=1.00 code=B4
2026-11-20 08:15:33 TXN TID=1 AMT=1.00 code=200 RC=51
2026-11-20 08:15:33 TXN TID=1 AMT=1.00 code=200 RC=52
2026-11-20 08:15:34 TXN TID=1 AMT=1.00 RC=51 code=200
2026-11-20 08:15:35 TXN TID=1 AMT=1.00 code=200 RC=
2026-11-20 08:15:36 HTTP path=/x code=200
`, field.Code), "1 B4\n2 51\n3 52\n4 51\n5 \n1 noise")
	expect(t, lines(t, table.With(), "x", "Time,TID,Amount,STAN,Code,RC\n2026-11-20 08:15:32,1,1.00,1,00,51\n2026-11-20 08:15:33,1,1.00,2,00,\n", field.Code), "2 51\n3 \n1 header")
	f := define(t, "format: demo\nkind: jsonl\ncolumns: {code: code}")
	expect(t, lines(t, Reader(f), "x", `{"ts":"2026-11-20 08:15:32","tid":"1","amount":"1.00","rc":"00","code":"B4"}`+"\n", field.Code), "1 B4")
}

// Whether it succeeded is an outcome of what has an amount, where nothing else says it.
func TestTrueOrFalse(t *testing.T) {
	const log = `{"ts":"2026-11-20 08:15:32","tid":"1","amount":"1.00","referenceNumber":0,"success":true}
{"ts":"2026-11-20 08:15:33","tid":"1","amount":"1.00","success":false}
{"ts":"2026-11-20 08:15:34","tid":"1","amount":"1.00","status":"DECLINED","success":true}
{"ts":"2026-11-20 08:15:35","orderId":"A0001","tid":"1","success":true}
{"ts":"2026-11-20 08:15:36","success":3}
`
	expect(t, lines(t, JSONL, "x", log, field.Status), "1 SUCCESS\n2 FAILED\n3 DECLINED\n2 noise")
	expect(t, lines(t, JSONL, "x", log[:strings.IndexByte(log, '\n')+1], field.RRN), "1 ")
	expect(t, lines(t, JSONL, "x", `{"ts":"2026-11-20 08:15:32","tid":"1","amount":"1.00","responseCode":"51","error":false}`+"\n"+`{"ts":"2026-11-20 08:15:33","tid":"1","amount":"1.00","responseCode":"51","error":"no funds"}`+"\n", field.Text), "1 \n2 no funds")
}
