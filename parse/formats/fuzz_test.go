package formats

import (
	"strings"
	"testing"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

// fuzz reads arbitrary bytes: no panic, and the account adds up to the physical lines
// and the rows that share one.
func fuzz(f *testing.F, file string, shares bool, readers ...entry.Reader) {
	f.Fuzz(func(t *testing.T, kind uint8, data []byte) {
		r := readers[int(kind)%len(readers)]
		r.Sniff(file, data)
		var o output
		sum, err := r.Read(&entry.Stream{Src: &txn.Source{Name: file}, Head: data, R: strings.NewReader(string(data)), Loc: china}, &o)
		if err != nil {
			return
		}
		o.count.Lines = sum.Lines
		if err := o.count.Check(); err != nil {
			t.Fatal(err)
		}
		lines := strings.Count(string(data), "\n")
		if len(data) > 0 && data[len(data)-1] != '\n' {
			lines++
		}
		if sum.Lines != lines && !(shares && sum.Lines > lines) {
			t.Fatalf("%d lines, the input has %d", sum.Lines, lines)
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add(uint8(0), []byte(`{"ts":"2026-11-20T00:15:32.123Z","tid":"1","amount":"12.30","rc":"B4","a":[1,{"b":null}]}`))
	f.Add(uint8(1), []byte("20261120081532 000000001230 B4 \xc5\xa9\xd2\xb5\xd2\xf8\xd0\xd0 \n"))
	f.Add(uint8(2), []byte("2026-11-20 08:15:32 1 00\nx\n"))
	f.Add(uint8(3), []byte(withSamples(f).Find("unionpay-acomn").Samples[0].Text))
	fuzz(f, "IND26112001ACOMN", false, JSONL,
		Reader(define(f, "format: demo\nkind: fixed\nlength: 40\ncolumns: {time: 0-14, amount: 15-27, code: 28-30, issuer: 31-39}")),
		Reader(define(f, "format: demo\nkind: line\nlines: all\npattern: '^(?P<time>\\S+ \\S+) (?P<tid>\\S+) (?P<code>\\S+)'")),
		Reader(Builtin().Find("unionpay-acomn")))
}

func FuzzXML(f *testing.F) {
	f.Add(uint8(0), []byte("<log><txn tid=\"1\"><when>2026-11-20 08:15:32</when><resp><code>B4</code></resp></txn>\n<txn></log>"))
	f.Add(uint8(0), []byte("<?xml version=\"1.0\" encoding=\"GBK\"?>\n<a:txn tid='<'\n><!-- </txn> --><![CDATA[</txn>]]></a:txn></txn><txn/>\n<txn><!--\n<tx"))
	fuzz(f, "x", true, Reader(define(f, "format: demo\nkind: xml\nrecord: txn\ncolumns: {time: when, code: resp/code, tid: '@tid', amount: amt}")))
}

func FuzzDocument(f *testing.F) {
	f.Add(uint8(0), []byte("{\"data\":{\"list\":[{\"time\":\"2026-11-20 08:15:32\",\"rc\":\"00\",\"tid\":\"1\",\"amount\":1},\n{\"a\":[{\"rc\":\"51\"}]}]}}\n"))
	f.Add(uint8(0), []byte("[{\"time\":\"2026-11-20 08:15:32\",\"tid\":\"1\",\"code\":\"00\",\"amount\":\"1.00\",\"msg\":\"{\\\"rc\\\":\\\"00\\\"}\"},\n\n{\"time\""))
	fuzz(f, "x.json", true, JSON)
}

func FuzzBlocks(f *testing.F) {
	f.Add(uint8(0), []byte("--- 2026-11-20 08:15:32 ---\n终端号 : 1  批次号:2\n金额 : 1.00\n应答码 : 00\n\n金额：2\n"))
	f.Add(uint8(0), []byte("商户号：898330154110001\r\n终端号：00012345\r\n日期/时间：2026/11/20 08:15:32\r\n金额：RMB 12.30\r\n应答码：B4\r\n----\r\n"))
	fuzz(f, "x.txt", false, Blocks)
}
