package main

import (
	"fmt"
	"strings"
	"testing"
)

// shopDay writes a till's file: one attempt a row, of minutes of 20 November 2026, all
// approved but those that fails names with a code.
func shopDay(minutes []int, fails func(minute int) string) string {
	var b strings.Builder
	b.WriteString("交易日期,交易时间,机构号,商户号,终端号,交易类型,流水号,参考号,交易金额,应答码\n")
	for i, m := range minutes {
		code := fails(m)
		if code == "" {
			code = "00"
		}
		fmt.Fprintf(&b, "2026-11-%02d,%02d:%02d:10,NSH001,898330154110001,10000001,消费,%06d,%012d,%d.00,%s\n", 20+m/1440, m/60%24, m%60, i, 500000+i, 10+i%90, code)
	}
	return b.String()
}

// A shop that closes before an announced maintenance ends tries again the next morning.
// Nothing says that the maintenance ran over, nor that it lasted into the night.
func TestClosedShopProvesNoOverrun(t *testing.T) {
	var minutes []int
	for day := range 2 {
		for m := 8 * 60; m < 22*60; m += 4 {
			if day == 0 && m >= 21*60+44 {
				break
			}
			minutes = append(minutes, day*1440+m)
		}
	}
	dir := t.TempDir()
	write := writer(t, dir)
	till := write("till.csv", shopDay(minutes, func(m int) string {
		if m >= 21*60 && m < 21*60+45 {
			return "91"
		}
		return ""
	}))
	cal := write("cal.yaml", "timezone: Asia/Shanghai\nwindows:\n  - {start: 2026-11-20 21:00, end: 2026-11-20 21:45, institution: NSH001, title: 维护}\n")
	r := analyzeJSON(t, till, "--calendar", cal)
	if len(r.Incidents) != 1 {
		t.Fatalf("%d incidents", len(r.Incidents))
	}
	in := r.Incidents[0]
	if !in.Planned || in.OverrunSeconds != 0 || in.End.Sub(in.Start).Minutes() > 80 {
		t.Errorf("planned %v, overrun %d s, %v to %v", in.Planned, in.OverrunSeconds, in.Start, in.End)
	}
	if b := in.EndRange[1].Format("02 15:04:05"); b != "21 08:00:10" {
		t.Errorf("the end is before %s: want the attempt after the night", b)
	}
}

// An incident over midnight is one of both days, each with the excess of its own failures;
// a terminal whose clock is wrong has its failures in it as well.
func TestIncidentOfTwoDays(t *testing.T) {
	var minutes []int
	for m := 12 * 60; m < 36*60; m += 2 {
		minutes = append(minutes, m)
	}
	r := analyzeJSON(t, writer(t, t.TempDir())("till.csv", shopDay(minutes, func(m int) string {
		if m >= 23*60+30 && m < 24*60+40 {
			return "91"
		}
		return ""
	})))
	if len(r.Incidents) != 1 || len(r.Days) != 2 {
		t.Fatalf("%d incidents, %d days", len(r.Incidents), len(r.Days))
	}
	for i, want := range []int{15, 20} {
		d := r.Days[i]
		if len(d.Incidents) != 1 || d.Declined.Technical != want || d.Excess < float64(want)-.5 || d.Excess > float64(want) {
			t.Errorf("%s: %d failures, %.1f in excess, incidents %v", d.Date, d.Declined.Technical, d.Excess, d.Incidents)
		}
	}
}
