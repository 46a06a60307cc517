package calendar

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const icsHead = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n"

func ics(events ...string) string {
	return icsHead + strings.ReplaceAll(strings.Join(events, ""), "\n", "\r\n") + "END:VCALENDAR\r\n"
}

func event(body string) string {
	return "BEGIN:VEVENT\nDTSTAMP:20260101T000000Z\n" + body + "END:VEVENT\n"
}

func TestICS(t *testing.T) {
	weekly := event("UID:w\nSUMMARY:周维护\nDTSTART;TZID=China Standard Time:20261101T230000\nDTEND;TZID=China Standard Time:20261102T010000\nRRULE:FREQ=WEEKLY;UNTIL=20261130T000000\nEXDATE;TZID=China Standard Time:20261108T230000\n")
	tests := []struct{ name, text, want string }{
		{"UTC", ics(event("UID:a\nDTSTART:20261121T150000Z\nDTEND:20261121T170000Z\n")), "11-21 23:00>11-22 01:00"},
		{"floating takes the default zone", ics(event("UID:a\nDTSTART:20261121T230000\nDURATION:PT2H\n")), "11-21 23:00>11-22 01:00"},
		{"each calendar of a file has its zone", strings.Replace(ics(event("UID:a\nDTSTART:20261121T230000\nDURATION:PT1H\n")), "PRODID", "X-WR-TIMEZONE:Asia/Tokyo\r\nPRODID", 1) +
			ics(event("UID:b\nDTSTART:20261122T230000\nDURATION:PT1H\n")), "11-21 22:00>11-21 23:00; 11-22 23:00>11-23 00:00"},
		{"all day", ics(event("UID:a\nDTSTART;VALUE=DATE:20261121\n")), "11-21 00:00>11-22 00:00"},
		{"own zone of the file", ics("BEGIN:VTIMEZONE\nTZID:Bank Time\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0800\nTZOFFSETTO:+0800\nEND:STANDARD\nEND:VTIMEZONE\n",
			event("UID:a\nDTSTART;TZID=Bank Time:20261121T230000\nDTEND;TZID=Bank Time:20261122T010000\n")), "11-21 23:00>11-22 01:00"},
		{"path-like zone", ics(event("UID:a\nDTSTART;TZID=/x.org/2025_1/Asia/Shanghai:20261121T230000\nDURATION:PT1H\n")), "11-21 23:00>11-22 00:00"},
		{"weekly with an exception", ics(weekly), "11-01 23:00>11-02 01:00; 11-15 23:00>11-16 01:00; 11-22 23:00>11-23 01:00; 11-29 23:00>11-30 01:00"},
		{"one occurrence moved, one cancelled", ics(weekly,
			event("UID:w\nRECURRENCE-ID;TZID=China Standard Time:20261115T230000\nDTSTART;TZID=China Standard Time:20261117T230000\nDURATION:PT3H\n"),
			event("UID:w\nRECURRENCE-ID;TZID=China Standard Time:20261122T230000\nDTSTART;TZID=China Standard Time:20261122T230000\nDURATION:PT3H\nSTATUS:CANCELLED\n")),
			"11-01 23:00>11-02 01:00; 11-17 23:00>11-18 02:00; 11-29 23:00>11-30 01:00"},
		{"exceptions as a list and by day", ics(event("UID:a\nDTSTART:20261101T150000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=5\nEXDATE:20261102T150000Z,20261103T150000Z\nEXDATE;VALUE=DATE:20261104\n")),
			"11-01 23:00>11-02 00:00; 11-05 23:00>11-06 00:00"},
		{"additional dates", ics(event("UID:a\nDTSTART:20261101T150000Z\nDURATION:PT1H\nRDATE:20261110T150000Z,20261112T150000Z\n")),
			"11-01 23:00>11-02 00:00; 11-10 23:00>11-11 00:00; 11-12 23:00>11-13 00:00"},
		{"until a day, which counts", ics(event("UID:a\nDTSTART;TZID=Asia/Shanghai:20261101T230000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20261102\n")),
			"11-01 23:00>11-02 00:00; 11-02 23:00>11-03 00:00"},
		{"a later version", ics(event("UID:a\nSEQUENCE:0\nDTSTART:20261101T150000Z\nDURATION:PT1H\n"), event("UID:a\nSEQUENCE:1\nDTSTART:20261105T150000Z\nDURATION:PT1H\n")),
			"11-05 23:00>11-06 00:00"},
		{"cancelled in the same version", ics(event("UID:a\nDTSTART:20261101T150000Z\nDURATION:PT1H\nSTATUS:CANCELLED\n"), event("UID:a\nDTSTART:20261101T150000Z\nDURATION:PT1H\nSTATUS:CONFIRMED\n")), ""},
		{"cancelled by a later version", ics(event("UID:a\nSEQUENCE:1\nSTATUS:CANCELLED\nDTSTART:20261101T150000Z\nDURATION:PT1H\n"), event("UID:a\nSEQUENCE:0\nDTSTART:20261101T150000Z\nDURATION:PT1H\n")), ""},
		{"a file that cancels", strings.Replace(ics(event("UID:a\nDTSTART:20261101T150000Z\nDURATION:PT1H\n")), "VERSION", "METHOD:CANCEL\r\nVERSION", 1), ""},
		{"label of Outlook", ics(event("UID:a\nDTSTART;TZID=\"(UTC+08:00) Beijing, Chongqing, Hong Kong, Urumqi\":20261101T230000\nDURATION:PT1H\n")), "11-01 23:00>11-02 00:00"},
		{"occurrence moved, before its series and in UTC", ics(event("UID:a\nRECURRENCE-ID:20261102T150000Z\nDTSTART;TZID=Asia/Shanghai:20261103T010000\nDURATION:PT1H\n"),
			event("UID:a\nDTSTART;TZID=Asia/Shanghai:20261101T230000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3\n")), "11-01 23:00>11-02 00:00; 11-03 01:00>11-03 02:00; 11-03 23:00>11-04 00:00"},
		{"cancelled", ics(event("UID:a\nDTSTART:20261121T150000Z\nDTEND:20261121T170000Z\nSTATUS:CANCELLED\n")), ""},
		{"institution", ics(event("UID:a\nX-POSLOG-INSTITUTION:NSH001\nDTSTART:20261121T150000Z\nDTEND:20261121T170000Z\n")), "11-21 23:00>11-22 01:00 NSH001"},
		{"occurrence moved, named by its day", ics(event("UID:a\nRECURRENCE-ID;VALUE=DATE:20261102\nDTSTART:20261102T200000Z\nDURATION:PT1H\n"),
			event("UID:a\nDTSTART:20261101T150000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3\n")), "11-01 23:00>11-02 00:00; 11-03 04:00>11-03 05:00; 11-03 23:00>11-04 00:00"},
		{"a whole day that ends on itself, and three", ics(event("UID:a\nDTSTART;VALUE=DATE:20261121\nDTEND;VALUE=DATE:20261121\n"), event("UID:b\nDTSTART;VALUE=DATE:20261123\nDTEND;VALUE=DATE:20261126\n")),
			"11-21 00:00>11-22 00:00; 11-23 00:00>11-26 00:00"},
		{"blank lines", strings.ReplaceAll(ics(event("UID:a\nDTSTART:20261121T150000Z\nDURATION:PT1H\n")), "\r\n", "\r\n\r\n"), "11-21 23:00>11-22 00:00"},
		{"two calendars in one file", ics(event("UID:a\nDTSTART:20261121T150000Z\nDURATION:PT1H\n")) + ics(event("UID:b\nDTSTART:20261122T150000Z\nDURATION:PT1H\n")),
			"11-21 23:00>11-22 00:00; 11-22 23:00>11-23 00:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := read(t, "c.ics", tt.text)
			if got := spans(c.Between(at("2026-11-01 00:00"), at("2026-12-01 00:00"))); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestICSErrors(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"hello", "not an iCalendar file"},
		{ics(), "no VEVENT"},
		{ics(event("UID:a\nDTSTART:20261121T150000Z\n")), "c.ics:4: event \"\": it has no DTEND"},
		{ics(event("UID:a\nSUMMARY:s\nDTSTART;TZID=Mars:20261121T150000\nDURATION:PT1H\n")), `unknown time zone "Mars"`},
		{ics(event("UID:a\nDTSTART:20261121T150000Z\nDTEND:20261121T150000Z\n")), "ends"},
		{ics(event("UID:a\nDTSTART:20261121T150000Z\nDURATION:PT1H\nRRULE:FREQ=HOURLY\n")), "finer than a day"},
		{ics(event("UID:a\nDTSTART:20261121T150000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2\nRRULE:FREQ=WEEKLY;COUNT=2\n")), "more than one RRULE"},
		{ics(event("UID:a\nDTSTART:20261121T150000Z\nDURATION:-PT1H\n")), "an event must last"},
		{ics(event("UID:a\nRECURRENCE-ID;RANGE=THISANDFUTURE:20261121T150000Z\nDTSTART:20261121T150000Z\nDURATION:PT1H\n")), "whole series"},
		{ics(event("UID:a\nDTSTART:20261121T150000Z\nDURATION:PT1H\n")) + icsHead + event("UID:b\nDTSTART:20261122T150000Z\nDURATION:PT1H\n"), "c.ics:14: the file ends within"},
		{ics(event("UID:a\nDTSTART:20261121T150000Z\nDURATION:PT1H\nRDATE;VALUE=PERIOD:20261122T150000Z/PT3H\n")), "a period with an end of its own"},
		{ics(event("UID:a\nDTSTART:20261121T150000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY\n")), "EXRULE"},
	} {
		if _, err := Read("c.ics", strings.NewReader(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v, want %q", tt.text, err, tt.want)
		}
	}
}

// TestGB18030: calendars of every form may be in it; a title is one line.
func TestGB18030(t *testing.T) {
	for name, text := range map[string]string{
		"c.ics":  ics(event("UID:a\nSUMMARY:核心升级\\n暂停\nDTSTART:20261121T150000Z\nDURATION:PT1H\n")),
		"c.yaml": "timezone: Asia/Shanghai\nwindows:\n- {start: 2026-11-21 23:00, end: 2026-11-22 00:00, title: 核心升级 暂停}\n",
	} {
		gbk, err := simplifiedchinese.GB18030.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		if ws := read(t, name, gbk).Between(at("2026-11-21 00:00"), at("2026-11-22 00:00")); len(ws) != 1 || ws[0].Title != "核心升级 暂停" {
			t.Errorf("%s: %+v", name, ws)
		}
	}
}

// TestWindowsZones: every name leads to a zone that exists.
func TestWindowsZones(t *testing.T) {
	for name := range windowsZones {
		if zoneNamed(name) == nil {
			t.Errorf("%q -> %q does not load", name, windowsZones[name])
		}
	}
	if len(windowsZones) < 130 {
		t.Errorf("only %d names", len(windowsZones))
	}
}

func TestDowntime(t *testing.T) {
	const one = `{"id":"down_1","entity":"payment.downtime","method":"card","begin":1795273200,"end":1795280400,"status":"resolved","scheduled":true,"severity":"high","instrument":{"issuer":"ICBC"}}`
	c := read(t, "d.json", `{"entity":"collection","count":2,"items":[`+one+",\n"+`{"id":"down_2","method":"upi","begin":1795287600,"end":null,"scheduled":false,"instrument":{"bank":"ABC"}}]}`)
	ws := c.Between(at("2026-11-21 00:00"), at("2026-11-23 00:00"))
	if len(ws) != 2 || !ws[0].Planned || ws[0].Issuer != "ICBC" || ws[1].Planned || ws[1].Issuer != "ABC" || !ws[1].Endless() || ws[0].Endless() || ws[1].Source != "d.json:2" {
		t.Fatalf("%+v", ws)
	}
	if ws := read(t, "d.json", strings.Replace(one, `"issuer":"ICBC"`, `"institution":"NSH001"`, 1)).Between(at("2026-11-21 00:00"), at("2026-11-23 00:00")); len(ws) != 1 || ws[0].Title != "card down_1" {
		t.Errorf("titles: %+v", ws)
	}
	if got := spans(ws[:1]); got != "11-21 23:00>11-22 01:00" {
		t.Error(got)
	}
	for _, text := range []string{"[" + one + "]", one, `{"event":"payment.downtime.started","payload":{"payment.downtime":{"entity":` + one + `}}}`} {
		if ws := read(t, "d.json", text).Between(at("2026-11-21 00:00"), at("2026-11-23 00:00")); len(ws) != 1 {
			t.Errorf("%s: %d windows", text, len(ws))
		}
	}
	ws = read(t, "d.json", "[\n"+one+",\n"+strings.Replace(one, "1795273200", "\n1795273201", 1)+",\n"+one+"]").Between(at("2026-11-21 00:00"), at("2026-11-23 00:00"))
	if len(ws) != 2 || ws[0].Source != "d.json:2" || ws[1].Source != "d.json:3" {
		t.Errorf("lines: %+v", ws)
	}
	if _, err := Read("d.json", strings.NewReader("["+strings.Repeat(one+",\n", 4000)+"\n{}]")); err == nil || !strings.Contains(err.Error(), "d.json:4002: entry 4001") {
		t.Errorf("the line of the last of many: %v", err)
	}
	for _, tt := range []struct{ text, want string }{
		{`[{"scheduled":true,"begin":1795273200000000,"end":1795273300000000}]`, "begin: 1795273200000000 is no time"},
		{"{", "d.json:1: not JSON"}, {"{}", "no downtime inside"}, {"[{}]", "scheduled is missing"},
		{"[\n{\"scheduled\":true,\"begin\":\"soon\"}]", "d.json:2: entry 1: begin"},
		{`[{"scheduled":true,"begin":1795273200,"end":1795273100}]`, "before it begins"},
	} {
		if _, err := Read("d.json", strings.NewReader(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v, want %q", tt.text, err, tt.want)
		}
	}
}
