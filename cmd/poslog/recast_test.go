package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
)

// A list of transactions with fees and with refused ones is the terminal side where it is all that there
// is, and the settlement side beside a log or where the user says so.
func TestListWithRefusedTransactions(t *testing.T) {
	const (
		head = "交易时间,商户号,终端号,流水号,交易类型,交易金额,手续费,交易状态,响应码\n"
		list = head + "2026-11-20 10:00:00,898330154110001,10000001,000001,消费,100.00,0.38,交易成功,00\n" +
			"2026-11-20 10:05:00,898330154110001,10000001,000002,消费,80.00,0.00,交易失败,51\n" +
			"2026-11-20 10:61:00,898330154110001,10000001,000003,消费,60.00,0.23,交易成功,00\n"
		log = "交易时间,商户号,终端号,流水号,交易类型,交易金额,响应码\n2026-11-20 10:00:00,898330154110001,10000001,000001,消费,100.00,00\n"
	)
	write := writer(t, t.TempDir())
	file, till, paid, rejects := write("list.csv", list), write("till.csv", log), write("paid.csv", strings.ReplaceAll(list, "交易失败,51", "交易成功,00")), write("rejects.csv", "")
	for _, c := range []struct {
		name               string
		args               []string
		attempts, declined int64
		settled            int
	}{
		{"alone", []string{file}, 2, 1, 0},
		{"said to be settlement", []string{"--settlement", file}, 0, 0, 1},
		{"beside a log", []string{file, till}, 1, 0, 1},
		{"without a refused one", []string{paid}, 0, 0, 2},
	} {
		r := analyzeJSON(t, append(c.args, "--rejects", rejects, "--tolerance", "90%")...)
		settled := 0
		if r.Reconciliation != nil {
			settled = r.Reconciliation.Proof.SettlementRows
		}
		if int64(r.Totals.Attempts) != c.attempts || int64(r.Totals.Declined.Business) != c.declined || settled != c.settled {
			t.Errorf("%s: %d attempts, %d declined, %d settled; want %d, %d, %d", c.name, r.Totals.Attempts, r.Totals.Declined.Business, settled, c.attempts, c.declined, c.settled)
		}
		if n := strings.Count(contents(t, rejects), "\n"); n != 2 {
			t.Errorf("%s: %d lines of rejects, want the heading and one", c.name, n)
		}
		told := false
		for _, f := range r.Inputs {
			for _, n := range f.Notes {
				told = told || strings.Contains(n, "its fees are not used")
			}
		}
		if told != (c.name == "alone") {
			t.Errorf("%s: the file is said to be read as terminal: %v", c.name, told)
		}
	}
	pipe := func() string { // as a shell makes it of <(…)
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { r.Close() })
		go func() {
			defer w.Close()
			io.WriteString(w, list)
		}()
		return fmt.Sprintf("/dev/fd/%d", r.Fd())
	}
	inputs := []string{"-"}
	if _, err := os.Stat("/dev/fd"); err == nil {
		inputs = append(inputs, pipe())
	}
	for _, in := range inputs {
		var out, errs bytes.Buffer
		code := run(context.Background(), []string{"analyze", "--tolerance", "90%", in}, strings.NewReader(list), &out, &errs)
		if code != 0 || !strings.Contains(strings.Join(strings.Fields(out.String()), ""), "加--terminal即可分析这些失败") {
			t.Errorf("%s: exit %d of a pipe, which cannot be read once more:\n%s%s", in, code, &out, &errs)
		}
	}
}
