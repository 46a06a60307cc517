package parse

import (
	"fmt"
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

// Names of several words, and with hyphens, tell what those of one do, whatever keeps them from their values.
func TestSpaced(t *testing.T) {
	for _, names := range [][]string{
		{"Terminal ID", "Trace No", "Amount", "Response Code", "Auth Code"},
		{"terminal-id", "trace-no", "amount", "resp-code", "auth-code"},
		{"终端号", "流水号", "金额", "应答码", "授权码"},
	} {
		for _, form := range []string{"%s: %s, ", "%s=%s|", "%s = %s; ", "%s[%s] ", "[%s:%s]", "%s【%s】", "【%s】%s，", "%s->%s, ", "%s：%s，"} {
			var b strings.Builder
			for i := range 4 {
				fmt.Fprintf(&b, "2026-11-20 08:0%d:32.000 INFO c.b.Pay - ", i)
				for k, v := range []string{fmt.Sprint(10000001 + i), fmt.Sprintf("00012%d", i), fmt.Sprintf("1%d.00", i), "B4", ""} {
					if v != "" {
						fmt.Fprintf(&b, form, names[k], v)
					}
				}
				b.WriteString("\n")
			}
			book := &kept{}
			files, err := Read(t.Context(), []Input{Bytes("pos.log", []byte(b.String()))}, Options{Workers: 1}, func(int) Handler { return book })
			if err != nil || files[0].Err != nil || len(book.rows) != 4 {
				t.Errorf("%v %v: %d rows of\n%s", err, files[0].Err, len(book.rows), b.String())
				continue
			}
			for i, r := range book.rows {
				if r.TID != fmt.Sprint(10000001+i) || r.STAN != fmt.Sprintf("00012%d", i) || r.Amount != txn.Minor(1000+100*i) || r.Code != "B4" {
					t.Errorf("%q %q %v %q of\n%s", r.TID, r.STAN, r.Amount, r.Code, b.String())
					break
				}
			}
		}
	}
}

// Words before a colon that are no name of a value stay as they are.
func TestJoinedNames(t *testing.T) {
	for line, want := range map[string]string{
		"Terminal ID: 1, Ref No.=2":           "TerminalID: 1, RefNo.=2",
		"TXN RC=00 TXN TID=1":                 "",
		"Sent to host: ok, Retry count: 3":    "",
		"Invalid Card No: 51, Card  No: 52":   "Invalid CardNo: 51, Card  No: 52",
		`{"Terminal ID":"1","Trace No":"2"}`:  "",
		"my-Terminal ID: 1, Terminal ID is 1": "",
	} {
		got, n := joinedNames(line)
		if want == "" && n > 0 || want != "" && got != want {
			t.Errorf("%q, %d", got, n)
		}
	}
}
