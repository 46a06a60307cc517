package kv

import "testing"

// What an envelope says is not what became of the payment.
func TestEnvelope(t *testing.T) {
	s, _, err := readLog(t, `2026-11-20 08:15:32.123 INFO response={"code":"200","message":"ok","data":{"termNo":"10000001","respCode":"51","respMsg":"余额不足","amount":12.30}}
2026-11-20 08:15:33.123 INFO response={"code":"200","message":"ok","data":{"termNo":"10000001","respCode":"00","amount":12.30}}
`)
	if err != nil || len(s.records) != 2 || s.records[0].Text != "余额不足" || s.records[0].Code != "51" || s.records[1].Text != "ok" {
		t.Fatalf("%v %+v", err, s.records)
	}
}
