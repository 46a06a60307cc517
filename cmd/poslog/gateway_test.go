package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/analyze"
)

// Those who send payments on write words of their own: who answered is an upstream, how was
// paid a wallet, and a reason stands in words. Their windows are told by either, what failed
// is worth what was ordered, and an empty purse is no fault of a system.
func TestGatewaysExport(t *testing.T) {
	upstreams, ways := []string{"上游甲", "上游乙", "上游丙"}, []string{"微信", "支付宝", "云闪付", "微信"}
	for _, down := range []struct{ scope, name string }{{"institution", "上游丙"}, {"channel", "支付宝"}} {
		var b strings.Builder
		b.WriteString("平台订单号,商户订单号,商户名称,支付方式,支付通道,下单时间,支付时间,订单金额,实付金额,订单状态,通道返回码,通道返回信息\n")
		at := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
		for i := range 3000 {
			at = at.Add(time.Duration(7+i*i%11) * time.Second)
			up, way := upstreams[i*i*7/3%3], ways[i/2%4]
			paid, result := "20.00", "支付成功,SUCCESS,"
			switch hm := at.Format("15:04"); {
			case i%23 == 0:
				paid, result = "0.00", "支付失败,BALANCE_NOT_ENOUGH,余额不足"
			case hm >= "13:07" && hm < "13:46" && i%7 > 0 && (up == down.name || way == down.name):
				paid, result = "0.00", "支付失败,CHANNEL_ERR,通道系统异常，请稍后再试"
			}
			fmt.Fprintf(&b, "P%09d,M%09d,店%d,%s,%s,%s,,20.00,%s,%s\n", i, i, i%7, way, up, at.Format(time.DateTime), paid, result)
		}
		path := filepath.Join(t.TempDir(), "orders.csv")
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		report := filepath.Join(filepath.Dir(path), "r.json")
		out, errs, code := poslog(t, "analyze", path, "--format", "json", "-o", report)
		var r analyze.Result
		if err := json.Unmarshal([]byte(out), &r); err != nil || code != 0 {
			t.Fatalf("exit code %d: %s %v", code, errs, err)
		}
		if len(r.Incidents) != 1 || fmt.Sprint(r.Incidents[0].Scope) != fmt.Sprint(map[string][]string{down.scope: {down.name}}) || r.Incidents[0].Cause != "host" {
			t.Fatalf("%s down: %+v", down.name, r.Incidents)
		}
		if in := r.Incidents[0]; in.AmountAtRisk != int64(in.Failures)*20_00 {
			t.Errorf("%s down: %d failures of %d", down.name, in.Failures, in.AmountAtRisk)
		}
		if _, errs, code := poslog(t, "explain", report, "I1"); code != 0 { // empty purses are no part of it
			t.Errorf("%s down: %s", down.name, errs)
		}
		if r.Totals.Declined.Business == 0 || r.Totals.Declined.Technical != r.Incidents[0].Failures {
			t.Errorf("%s down: %+v", down.name, r.Totals)
		}
	}
}
