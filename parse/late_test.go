package parse

import (
	"fmt"
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

// chatter is what a program writes between transactions.
func chatter(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "2026-11-20 07:59:%02d.000 DEBUG [main] o.s.b.w.e.tomcat.TomcatWebServer - Bean svc%d: pool=%d, waiting=0, state=UP, cost=3ms\n", i%60, i, i%7)
	}
	return b.String()
}

// A log whose transactions begin far behind its head, or stand far from each other, is read.
func TestFurtherDown(t *testing.T) {
	const wait = 450 // lines: more than a reader looks at
	forms := map[string]string{
		"a line each":    "2026-11-20 08:%02[1]d:02.000 INFO [exec-1] c.b.Pay - 交易完成 termNo=1000000%[1]d txnAmt=1%[1]d.00 respCode=B4\n",
		"their thread":   "2026-11-20 08:%02[1]d:02.000 INFO [exec-%[1]d] c.b.Pay - request termNo=1000000%[1]d txnAmt=1%[1]d.00\n2026-11-20 08:%02[1]d:03.000 INFO [exec-%[1]d] c.b.Pay - response respCode=B4\n",
		"of a collector": "2026-11-20 08:%02[1]d:02.000 交易完成 termNo=1000000%[1]d txnAmt=1%[1]d.00 respCode=B4\n",
		"several lines":  "2026-11-20 08:%02[1]d:02.000 INFO c.b.Pay - answer {\n  \"termNo\": \"1000000%[1]d\",\n  \"txnAmt\": \"1%[1]d.00\",\n  \"respCode\": \"B4\"\n}\n",
		"fields":         "2026-11-20 08:%02[1]d:02.000 Response\nMTI: 0210\nF4 Amount: 00000000%[1]d100\nF39 Response Code: B4\nF41 Terminal: 1000000%[1]d\n\n",
	}
	for name, form := range forms {
		var all, apart strings.Builder
		all.WriteString(chatter(3 * wait))
		for i := range 9 {
			fmt.Fprintf(&all, form, i)
			apart.WriteString(chatter(wait))
			fmt.Fprintf(&apart, form, i)
		}
		texts := map[string]string{"late": all.String()}
		if name == "a line each" || name == "their thread" { // the others are told where they are close together
			texts["apart"] = apart.String()
		}
		for where, text := range texts {
			if name == "of a collector" {
				text = strings.ReplaceAll(text, "\n", `\n","stream":"stdout","time":"2026-11-20T00:00:00Z"}`+"\n"+`{"log":"`)
				text = `{"log":"` + strings.TrimSuffix(text, `{"log":"`)
			}
			f, list := readOne(t, name+", "+where, text)
			if len(list) != 9 || f.Err != nil {
				t.Errorf("%s, %s: %d records, %v", name, where, len(list), f.Err)
				continue
			}
			for i, r := range list {
				if amount := txn.Minor(1000 + 100*i); r.Code != "B4" || r.TID != fmt.Sprintf("1000000%d", i) || name != "fields" && r.Amount != amount {
					t.Errorf("%s, %s: %+v", name, where, r)
				}
			}
			if lines := strings.Count(text, "\n"); f.Count.Lines != lines || f.Count.Check() != nil {
				t.Errorf("%s, %s: %d lines of %d, %v", name, where, f.Count.Lines, lines, f.Count.Check())
			}
		}
	}
}

// What is no log stays unknown, however long it is.
func TestNothingFurtherDown(t *testing.T) {
	for name, text := range map[string]string{
		"chatter":   chatter(3000),
		"a program": strings.Repeat("func pay(amount int, code string) error {\n\tstatus := code // 30 stands for a format error\n\treturn nil\n}\n", 2000),
		"a table":   strings.Repeat("-- a dump\n", 10_000) + "time,tid,amount,rc\n2026-11-20 08:15:32,10000001,12.30,00\n",
	} {
		f, _ := readAll(t, Options{Workers: 1}, Bytes("x.txt", []byte(text)))
		if f[0].Err == nil || f[0].Count.Records > 0 {
			t.Errorf("%s: %v, %+v", name, f[0].Err, f[0].Count)
		}
	}
}
