package parse

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

// Answers that only their thread, connection or place tells belong to the request before them there.
func TestThreads(t *testing.T) {
	for name, form := range map[string][2]string{
		"a thread":      {"[exec-%d] INFO c.b.Pos - request termNo=%s txnAmt=%d.00", "[exec-%d] INFO c.b.Pos - response respCode=%s respMsg=x"},
		"in JSON":       {`[exec-%d] INFO c.b.Pos - 请求: {"termNo":"%s","txnAmt":"%d.00"}`, `[exec-%d] INFO c.b.Pos - 响应: {"respCode":"%s"}`},
		"a connection":  {"conn#%d recv tid=%s amt=%d.00", "conn#%d answered rc=%s"},
		"a trace":       {"INFO traceId=7f%d >>> 消费 终端号=%s 金额=%d.00", "INFO traceId=7f%d <<< 应答码=%s"},
		"one behind it": {"%.0d刷卡请求 终端号=%s 金额=%d.00", "%.0d返回 应答码=%s"},
	} {
		var b strings.Builder
		ask := func(i int) {
			fmt.Fprintf(&b, "2026-11-20 08:%02d:00.000 "+form[0]+"\n", i, i%3, fmt.Sprintf("1000000%d", i), 10+i)
		}
		answer := func(i int) {
			fmt.Fprintf(&b, "2026-11-20 08:%02d:0%d.500 "+form[1]+"\n", i, i%3, i%3, []string{"00", "00", "B4"}[i%3])
		}
		for i := 0; i < 9; i += 3 {
			if name == "one behind it" {
				for k := range 3 {
					ask(i + k)
					answer(i + k)
				}
				continue
			}
			ask(i)
			ask(i + 1)
			answer(i + 1)
			ask(i + 2)
			answer(i)
			answer(i + 2)
		}
		_, list := readOne(t, "threads.log", b.String())
		if len(list) != 9 {
			t.Errorf("%s: %d records\n%s", name, len(list), b.String())
			continue
		}
		for i, r := range list {
			if r.Code != []string{"00", "00", "B4"}[i%3] || r.TID != fmt.Sprintf("1000000%d", i) || r.Amount != txn.Minor(1000+100*i) {
				t.Errorf("%s: %d: %+v", name, i, r)
			}
			if i%3 == 1 && r.Latency != 1500 {
				t.Errorf("%s: %v", name, r.Latency)
			}
		}
	}
}

// A request whose thread goes on without an answer has none, and so has one that timed out.
func TestThreadsWithoutAnswer(t *testing.T) {
	const ask, answer = "2026-11-20 08:%02d:00 [exec-%d] request termNo=10000001 txnAmt=12.50\n", "2026-11-20 08:%02d:01 [exec-%d] response respCode=00\n"
	var b strings.Builder
	for i := range 12 {
		fmt.Fprintf(&b, ask, i, i%2)
		switch i {
		case 5:
		case 7:
			fmt.Fprintf(&b, "2026-11-20 08:%02d:30 [exec-%d] read timed out\n", i, i%2)
		default:
			fmt.Fprintf(&b, answer, i, i%2)
		}
	}
	_, list := readOne(t, "threads.log", b.String())
	if len(list) != 12 {
		t.Fatalf("%d records", len(list))
	}
	for i, r := range list {
		if late := i == 5 || i == 7; r.Flags.Has(txn.TimedOut) != late || (r.Code == "") != late {
			t.Errorf("%d: %+v", i, r)
		}
	}
}

// What a thread writes between the request and its last answer is no answer of its own, nor is a step that
// says code=0; lines may be a little out of order.
func TestThreadsOfManySteps(t *testing.T) {
	for name, steps := range map[string]string{
		"of a bank":  "2026-11-20 08:%02[1]d:01.100 [exec-%[2]d] BANK request bankSeq=9\n2026-11-20 08:%02[1]d:02.000 [exec-%[2]d] BANK response retCode=%[3]s\n",
		"of a check": "2026-11-20 08:%02[1]d:00.900 [exec-%[2]d] risk result code=0%.0[3]s\n",
		"behind it":  "",
	} {
		var b strings.Builder
		for i := range 12 {
			code := []string{"00", "00", "B4"}[i%3]
			fmt.Fprintf(&b, "2026-11-20 08:%02d:01.000 [exec-%d] POS request termNo=10000001 txnAmt=%d.00\n", i, i%3, 10+i)
			if steps != "" {
				fmt.Fprintf(&b, steps, i, i%3, code)
			}
			fmt.Fprintf(&b, "2026-11-20 08:%02d:02.500 [exec-%d] POS response respCode=%s\n", i, i%3, code)
			if name == "behind it" {
				fmt.Fprintf(&b, "2026-11-20 08:%02d:03.000 [exec-%d] notify code=-1\n", i, i%3)
			}
		}
		_, list := readOne(t, "threads.log", b.String())
		if len(list) != 12 {
			t.Errorf("%s: %d records", name, len(list))
			continue
		}
		for i, r := range list {
			if r.Code != []string{"00", "00", "B4"}[i%3] || r.Latency != 1500 {
				t.Errorf("%s: %d: %s %d", name, i, r.Code, r.Latency)
			}
		}
	}
}

// Answers that have numbers of their own, or none that waits, are left alone.
func TestNoThreads(t *testing.T) {
	for _, line := range []string{
		"2026-11-20 08:00:01 [exec-1] request termNo=10000001 traceNo=000001 txnAmt=12.50\n2026-11-20 08:00:02 [exec-1] response traceNo=000001 respCode=00\n",
		"2026-11-20 08:00:01 [exec-1] TID=10000001 AMT=12.50 RC=00\n2026-11-20 08:00:02 [exec-1] heartbeat code=0\n",
		"2026-11-20 08:00:01 [exec-1] request termNo=10000001 txnAmt=12.50\n2026-11-20 08:00:02 [exec-1] response respCode=00\n2026-11-20 08:00:02 [exec-1] done termNo=10000001 txnAmt=12.50 respCode=00\n",
	} {
		if p := threadPlace([]byte(strings.Repeat(line, 6))); p >= 0 {
			t.Errorf("%d: %s", p, line)
		}
	}
}

// No line is lost, whatever the threads do.
func FuzzThreads(f *testing.F) {
	const one = "2026-11-20 08:00:01 [exec-1] request termNo=10000001 txnAmt=12.50\n2026-11-20 08:00:02 [exec-1] response respCode=00\n"
	f.Add(strings.Repeat(one, 4))
	f.Add(strings.Repeat(one+"2026-11-20 08:00:03 [exec-2] request termNo=10000001 txnAmt=12.50\n", 4) + "23:59:59 exec")
	f.Fuzz(func(t *testing.T, s string) {
		if s = strings.Repeat(one, 4) + s; threadPlace([]byte(s)) < 0 {
			return
		}
		out, err := io.ReadAll(newUnthreaded(strings.NewReader(s)))
		if err != nil || strings.Count(string(out), "\n") != strings.Count(strings.TrimSuffix(s, "\n")+"\n", "\n") {
			t.Fatalf("%v: %q became %q", err, s, out)
		}
	})
}
