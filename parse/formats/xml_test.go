package formats

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/txn"
)

const xmlDemo = "format: demo\nkind: xml\nrecord: txn\ncolumns: {time: when, code: rc, tid: '@tid', amount: amt}"

// Damage costs the element in which it is, and its lines are counted as that.
func TestDamagedXML(t *testing.T) {
	f := define(t, xmlDemo)
	const good = `<txn tid="1"><when>2026-11-20 08:15:32</when><rc>B4</rc><amt>1.00</amt></txn>`
	for _, c := range []struct{ name, text, want string }{
		{"an end is lost", "<log>\n" + good + "\n<txn tid=\"2\">\n<when>2026-11-20\n" + good + "\n</log>\n", "2 B4 1\n5 B4 1\n3 reject  xml-syntax\n1 header\n1 noise"},
		{"a beginning is lost", "<log>\n<when>2026-11-20</when></txn>\n" + good + "\n", "3 B4 1\n2 reject  xml-syntax\n1 header"},
		{"a tag is cut", "<log>\n<txn tid=\"2\n" + good + "\n", "3 B4 1\n2 reject  xml-syntax\n1 header"},
		{"an end is cut", "<txn><rc>00</rc></txn\n" + good + "\n", "2 B4 1\n1 reject  xml-syntax"},
		{"the last one is cut", good + "\n<txn tid=\"2\">\n<when>\n", "1 B4 1\n2 reject  xml-syntax"},
		{"a tag that nobody knows is cut", good + "\n\n<tx", "1 B4 1\n3 reject  xml-syntax\n1 noise"},
		{"other markup", good + "\n<other name=\"x & < y\n" + good + "\n", "1 B4 1\n3 B4 1\n1 noise"},
		{"a comment", "<!-- " + good + "\n-->\n" + good, "3 B4 1\n2 header"},
		{"a comment without an end", good + "\n<!-- \n" + good, "1 B4 1\n3 B4 1\n1 noise"},
		{"plain characters", "<txn tid=\"1\"><when>2026-11-20 08:15:32</when><rc><![CDATA[B4]]></rc><amt>1</amt><x><![CDATA[</txn>]]></x></txn>\n", "1 B4 1"},
		{"a prefix", strings.ReplaceAll(strings.ReplaceAll(good, "<txn", "<a:txn"), "</txn", "</a:txn"), "1 B4 1"},
		{"a longer name", "<txns><txnx>1</txnx>\n" + good + "</txns>", "2 B4 1\n1 header"},
		{"all in attributes", `<txn tid="1>2" when="2026-11-20 08:15:32" rc='B4' amt="1"/>`, "1 B4 1>2"},
	} {
		if got := strings.TrimSpace(lines(t, Reader(f), "x", c.text, field.Code, field.TID)); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// An element that begins on the line of another is a row of its own, and that is said.
func TestXMLElementsShareLines(t *testing.T) {
	const good = `<txn><when>2026-11-20 08:15:32</when><rc>B4</rc></txn>`
	var o output
	sum, err := Reader(define(t, xmlDemo)).Read(stream("<log>\n"+good+good+"<txn><when>2026"+good+"\n\n</log>\n"), &o)
	if err != nil || len(o.records) != 3 || len(o.rejects) != 1 || o.count.Skipped[entry.Noise] != 2 || sum.Lines != 4+3 ||
		len(sum.Notes) != 1 || !strings.HasPrefix(sum.Notes[0], "3 elements share a line") {
		t.Errorf("%d records, %v, %v, %d lines, %q, %v", len(o.records), o.rejects, o.count, sum.Lines, sum.Notes, err)
	}
}

// Whatever bytes are lost or overwritten, every element beside them is a record.
func TestDamageOfXMLIsLocal(t *testing.T) {
	r := Reader(define(t, xmlDemo))
	rnd := rand.New(rand.NewPCG(3, 20))
	var b strings.Builder
	b.WriteString("<log>\n")
	var from, to []int
	for i := range 40 {
		from = append(from, b.Len())
		fmt.Fprintf(&b, "<txn tid=\"%d\">", i)
		if i%3 == 0 {
			b.WriteByte('\n')
		}
		b.WriteString("<when>2026-11-20 08:15:32</when><rc>00</rc><amt>1.00</amt></txn>")
		to = append(to, b.Len())
		b.WriteString("\n")
	}
	b.WriteString("</log>\n")
	whole := b.String()
	for range 2000 {
		i := rnd.IntN(len(whole))
		j := min(len(whole), i+rnd.IntN(200))
		text := whole[:i] + []string{"", "\x00\x00\x00", "<", "\"", "\n", "<txn", "</txn>"}[rnd.IntN(7)] + whole[j:]
		var o output
		sum, err := r.Read(&entry.Stream{Src: &txn.Source{Name: "x"}, R: strings.NewReader(text), Loc: china}, &o)
		if err != nil {
			t.Fatal(err)
		}
		have := map[string]bool{}
		for _, r := range o.records {
			have[r.TID] = true
		}
		for k := range from {
			if to[k] <= i || from[k] >= j {
				if !have[fmt.Sprint(k)] {
					t.Fatalf("bytes %d to %d are damaged and element %d is lost:\n%s", i, j, k, text)
				}
			}
		}
		o.count.Lines = sum.Lines
		if err := o.count.Check(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestXMLWithoutFormat: the element of the transactions is found by what is in it.
func TestXMLWithoutFormat(t *testing.T) {
	const rows = "<record><merId>898330154110001</merId><termId>10000001</termId><tranDate>20261120</tranDate><tranTime>081532</tranTime><tranAmt>12.30</tranAmt><respCode>B4</respCode></record>\n"
	for _, c := range []struct{ name, text, want string }{
		{"records", `<?xml version="1.0" encoding="GBK"?>` + "\n<root><head><count>2</count></head><body>\n" + rows + rows + "</body></root>\n", "3 B4 10000001\n4 B4 10000001\n2 header\n1 noise"},
		{"below the time at which each came", "261120 08:15:32\n" + rows + "[]\n261120 08:15:33\n" + rows + "[]\n", "2 B4 10000001\n5 B4 10000001\n1 header\n3 noise"},
		{"attributes", "<log>\n<t time=\"2026-11-20 08:15:32\" tid=\"1\" rc=\"51\" amt=\"1.00\"/>\n</log>\n", "2 51 1\n1 header\n1 noise"},
	} {
		if score, why := XML.Sniff("x", []byte(c.text)); score < 40 {
			t.Errorf("%s: not recognised: %d, %s", c.name, score, why)
		}
		if got := strings.TrimSpace(lines(t, XML, "x", c.text, field.Code, field.TID)); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
	for _, s := range []string{"", "<", "<a><time>2026-11-20</time><amount>1</amount></a>", "<html><body><p>time</p></body></html>", "<a>" + strings.Repeat("<b>", 200), "1\n2\n3\n4\n" + rows} {
		if score, _ := XML.Sniff("x", []byte(s)); score > 0 {
			t.Errorf("%q is taken for transactions", s)
		}
	}
}

// fee_type is the currency where its value is one.
func TestFeeTypes(t *testing.T) {
	const notice = "<xml><out_trade_no>A1</out_trade_no><result_code>SUCCESS</result_code><time_end>20261120081532</time_end><total_fee>1250</total_fee><fee_type>%s</fee_type></xml>\n"
	for value, want := range map[string]string{"HKD": "12.50 HKD", "<![CDATA[USD]]>": "12.50 USD", "MDR": "12.50 CNY"} {
		expect(t, lines(t, XML, "x", fmt.Sprintf(notice, value), field.Amount, field.Currency), "1 "+want)
	}
}

// An answer whose parts hold the time, the amount and the terminal apart is one transaction; so is one
// in a list, whatever stands around it.
func TestAnswersInParts(t *testing.T) {
	const answer = `<Answer RequestType="CardPayment" OverallResult="Success"><Terminal TerminalID="60000001" STAN="000345"/><Tender><TotalAmount Currency="EUR">12.50</TotalAmount><Authorisation TimeStamp="2026-11-20T08:15:32+08:00" ApprovalCode="123456" CardPAN="411111******1111"%s/></Tender></Answer>`
	for _, code := range []string{"", ` ActionCode="000"`} {
		expect(t, lines(t, XML, "x", fmt.Sprintf(answer, code)+"\n", field.Time, field.TID, field.STAN, field.PAN, field.Amount, field.Currency, field.Status), "1 2026-11-20T08:15:32+08:00 60000001 000345 411111******1111 12.50 EUR Success")
		two := "<Answers>\n" + fmt.Sprintf(answer, code) + "\n" + strings.ReplaceAll(fmt.Sprintf(answer, code), "345", "346") + "\n</Answers>\n"
		expect(t, lines(t, XML, "x", two, field.STAN, field.Amount), "2 000345 12.50\n3 000346 12.50\n1 header\n1 noise")
	}
	if f := transactions(nil, []byte(`<Invoice><Date>2026-11-20</Date><Seller><TerminalID>1</TerminalID></Seller><Total><Amount>12.50</Amount></Total></Invoice>`)); f != nil {
		t.Errorf("an invoice: %s", f.Record)
	}
}
