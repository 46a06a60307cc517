package parse

import (
	"fmt"
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

// Logs are read behind what grep, programs that number lines and collectors put in front of these, with
// blanks of pages and behind a byte order mark, as without them.
func TestHeaders(t *testing.T) {
	forms := map[string]string{
		"a line each":       "2026-11-20 08:%02[1]d:02.000 INFO [exec-1] c.b.Pay - 交易完成 termNo=1000000%[1]d txnAmt=1%[1]d.00 respCode=B4\n",
		"a time of day":     "08:%02[1]d:02.000 TXN termNo=1000000%[1]d txnAmt=1%[1]d.00 respCode=B4\n",
		"over several":      "2026-11-20 08:%02[1]d:02.000 INFO c.b.Pay - answer {\n  \"termNo\": \"1000000%[1]d\",\n  \"txnAmt\": \"1%[1]d.00\",\n  \"respCode\": \"B4\"\n}\n",
		"by the thread":     "2026-11-20 08:%02[1]d:02.000 [exec-%[1]d] request termNo=1000000%[1]d txnAmt=1%[1]d.00\n2026-11-20 08:%02[1]d:03.000 [exec-%[1]d] response respCode=B4\n",
		"a receipt":         "终端号: 1000000%[1]d\n交易类型: 消费\n金额: 1%[1]d.00\n应答码: B4\n交易时间: 2026-11-20 08:%02[1]d:02\n\n",
		"names in brackets": "2026-11-20 08:%02[1]d:02.000 【终端号】：1000000%[1]d 【金额】：1%[1]d.00 【应答码】：B4\n",
	}
	for header, put := range map[string]func(i int, line string) string{
		"none":      func(_ int, l string) string { return l },
		"grep -H":   func(_ int, l string) string { return "logs/pos-a.log:" + l },
		"grep -n":   func(i int, l string) string { return fmt.Sprintf("%d:%s", 3*i+7, l) },
		"grep -Hn":  func(i int, l string) string { return fmt.Sprintf("pos.log.2026-11-20:%d:%s", 3*i+7, l) },
		"two files": func(i int, l string) string { return fmt.Sprintf("pos%d.log:%d:%s", i/8, i%8+1, l) },
		"cat -n":    func(i int, l string) string { return fmt.Sprintf("%6d\t%s", i+1, l) },
		"less -N":   func(i int, l string) string { return fmt.Sprintf("%7d %s", i+1, l) },
		"compose":   func(_ int, l string) string { return "pay_1      | " + l },
		"pm2":       func(_ int, l string) string { return "0|pay      | " + l },
		"kubectl":   func(_ int, l string) string { return "[pod/pay-7d9f-x2/pay] " + l },
		"container": func(i int, l string) string { return fmt.Sprintf("2026-11-20T01:%02d:00.123456789Z stdout F %s", i, l) },
		"docker":    func(i int, l string) string { return fmt.Sprintf("2026-11-20T01:%02d:00.123456789Z %s", i, l) },
		"syslog":    func(i int, l string) string { return fmt.Sprintf("Nov 20 09:%02d:00 pay01 pos[1234]: %s", i, l) },
		"syslog 1": func(i int, l string) string {
			return fmt.Sprintf("<134>1 2026-11-20T09:%02d:00+08:00 pay01 pos 1234 - - %s", i, l)
		},
		"blanks": func(_ int, l string) string { return strings.ReplaceAll(l, " ", "\u00A0") },
		"mark": func(i int, l string) string {
			if i == 0 {
				return "\ufeff" + l
			}
			return l
		},
	} {
		timed := strings.Contains("container docker syslog 1", header) // the time of the header may count
		for name, form := range forms {
			var b strings.Builder
			n := 0
			var list []*txn.Record
			for i := range 9 {
				for line := range strings.Lines(fmt.Sprintf(form, i)) {
					b.WriteString(put(n, line))
					n++
				}
			}
			book := &kept{}
			files, err := Read(t.Context(), []Input{Bytes("pos-20261120.log", []byte(b.String()))}, Options{Workers: 1}, func(int) Handler { return book })
			if list = book.rows; err != nil || files[0].Err != nil {
				t.Errorf("%s, %s: %v %v", header, name, err, files[0].Err)
				continue
			}
			if len(list) != 9 {
				t.Errorf("%s, %s: %d records\n%.300s", header, name, len(list), b.String())
				continue
			}
			for i, r := range list {
				if r.Code != "B4" || r.TID != fmt.Sprintf("1000000%d", i) || r.Amount != txn.Minor(1000+100*i) || !timed && r.At.Time().UTC().Format("0102150405") != fmt.Sprintf("112008%02d02", i) {
					t.Errorf("%s, %s: %s %+v", header, name, r.At.Time(), r)
					break
				}
			}
		}
	}
}
