package calendar

import (
	"strings"
	"testing"
	"time"
)

var sh = shanghai()

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, sh)
	if err != nil {
		panic(err)
	}
	return t
}

func read(t *testing.T, name, text string, o ...Options) *Calendar {
	t.Helper()
	c, err := Read(name, strings.NewReader(text), o...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func spans(ws []Window) string {
	var b strings.Builder
	for _, w := range ws {
		b.WriteString(w.Start.In(sh).Format("01-02 15:04") + ">" + w.End.In(sh).Format("01-02 15:04"))
		if w.Institution != "" {
			b.WriteString(" " + w.Institution)
		}
		b.WriteString("; ")
	}
	return strings.TrimSuffix(b.String(), "; ")
}

func TestYAML(t *testing.T) {
	tests := []struct{ name, text, from, to, want string }{
		{"dated across midnight", "timezone: Asia/Shanghai\nwindows:\n- {start: 2026-11-21 23:00, end: 2026-11-22 06:00, institution: NSH001}\n",
			"2026-11-22 00:00", "2026-11-23 00:00", "11-21 23:00>11-22 06:00 NSH001"},
		{"half open", "timezone: Asia/Shanghai\nwindows:\n- {start: 2026-11-21 23:00, end: 2026-11-22 00:00}\n", "2026-11-22 00:00", "2026-11-23 00:00", ""},
		{"end by clock", "timezone: Asia/Shanghai\nwindows:\n- {start: 2026-11-21 23:00, end: \"01:30\"}\n",
			"2026-11-21 00:00", "2026-11-23 00:00", "11-21 23:00>11-22 01:30"},
		{"weekly by clock", "timezone: Asia/Shanghai\nwindows:\n- {rrule: FREQ=WEEKLY;BYDAY=SU, start: \"23:30\", end: \"02:00\", except: [2026-11-08]}\n",
			"2026-11-01 00:00", "2026-11-23 01:00", "11-01 23:30>11-02 02:00; 11-15 23:30>11-16 02:00; 11-22 23:30>11-23 02:00"},
		{"every second week from a date", "timezone: Asia/Shanghai\nwindows:\n- {rrule: FREQ=WEEKLY;INTERVAL=2, start: 2026-11-01 02:00, duration: 2h}\n",
			"2026-11-01 00:00", "2026-11-30 00:00", "11-01 02:00>11-01 04:00; 11-15 02:00>11-15 04:00; 11-29 02:00>11-29 04:00"},
		{"offset wins over the zone", "timezone: Asia/Shanghai\nwindows:\n- {start: \"2026-11-21T15:00:00Z\", end: \"2026-11-21T17:00:00Z\"}\n",
			"2026-11-21 00:00", "2026-11-23 00:00", "11-21 23:00>11-22 01:00"},
		{"end of the day", "timezone: Asia/Shanghai\nwindows:\n- {start: 2026-11-21 23:00, end: 2026-11-21 24:00}\n",
			"2026-11-21 00:00", "2026-11-23 00:00", "11-21 23:00>11-22 00:00"},
		{"until the end of the day, by clock", "timezone: Asia/Shanghai\nwindows:\n- {start: 2026-11-20 22:00, end: \"24:00\"}\n- {rrule: FREQ=MONTHLY;BYDAY=4SU, start: \"00:00\", end: \"24:00\"}\n",
			"2026-11-20 00:00", "2026-11-23 00:00", "11-20 22:00>11-21 00:00; 11-22 00:00>11-23 00:00"},
		{"many a day, from no first day", "timezone: Asia/Shanghai\nwindows:\n- {rrule: \"FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23\", start: \"00:00\", duration: 10m}\n",
			"2026-11-21 22:30", "2026-11-22 00:30", "11-21 23:00>11-21 23:10; 11-22 00:00>11-22 00:10"},
		{"no windows", "timezone: Asia/Shanghai\nwindows:\n", "2026-11-21 00:00", "2026-11-23 00:00", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := read(t, "c.yaml", tt.text)
			if got := spans(c.Between(at(tt.from), at(tt.to))); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestYAMLErrors(t *testing.T) {
	const head = "timezone: Asia/Shanghai\nwindows:\n"
	tests := []struct{ text, want string }{
		{"", "empty"},
		{"windows: []\n", "timezone is missing"},
		{"timezone: Mars/Base\n", "c.yaml:1: unknown timezone"},
		{"timezone: Asia/Shanghai\nwindow: []\n", `c.yaml:2: unknown key "window"`},
		{head + "- {start: 2026-11-21 23:00, end: 2026-11-21 22:00}\n", "c.yaml:3: the window ends"},
		{head + "- {start: 2026-11-21 23:00}\n", "c.yaml:3: a window needs start and one of end or duration"},
		{head + "- {start: 21.11.2026, end: \"02:00\"}\n", `"21.11.2026" is no time: write it as`},
		{head + "- {start: \"02:00\", end: \"04:00\"}\n", "has no date"},
		{head + "- {rrule: FREQ=SECONDLY, start: 2026-11-21 02:00, end: \"04:00\"}\n", "finer than a day"},
		{head + "- {rrule: \"FREQ=DAILY;BYHOUR=1,2;BYMINUTE=" + strings.Repeat("0,1,2,3,4,5,", 10) + "6\", start: 2026-11-21 02:00, end: \"04:00\"}\n", "it comes 122 times a day"},
		{head + "- {rrule: weekly, start: 2026-11-21 02:00, end: \"04:00\"}\n", "RFC 5545"},
		{head + "- {rrule: FREQ=WEEKLY, start: \"02:00\", end: \"04:00\"}\n", "counts from its first day"},
		{head + "- {start: 2026-11-21 23:00, end: \"02:00\", bank: X}\n", `unknown key "bank"`},
		{head + "- {rrule: FREQ=WEEKLY;BYDAY=SU, start: \"02:00\", end: \"04:00\", except: [2026-11-09]}\n", "does not come on that day"},
		{head + "- {start: 2026-11-21 23:00, end: \"02:00\", except: [2026-11-21]}\n", "has no rrule"},
		{head + "- 3\n", "c.yaml:3: the window is no mapping"},
		{"timezone: Asia/Shanghai\ncutoff: eleven\n", `c.yaml:2: cut-off "eleven"`},
		{"timezone: [\n", "not YAML"},
	}
	for _, tt := range tests {
		_, err := Read("c.yaml", strings.NewReader(tt.text))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: got %v, want %q", tt.text, err, tt.want)
		}
	}
	if _, err := Read("c.doc", strings.NewReader("")); err == nil {
		t.Error("unknown extension accepted")
	}
}

// TestSummerTime: a nightly window keeps its wall-clock hours when the clocks change.
func TestSummerTime(t *testing.T) {
	c := read(t, "c.yaml", "timezone: Europe/Berlin\nwindows:\n- {rrule: FREQ=DAILY, start: \"01:00\", end: \"04:00\"}\n")
	berlin, _ := time.LoadLocation("Europe/Berlin")
	ws := c.Between(time.Date(2026, 3, 29, 0, 0, 0, 0, berlin), time.Date(2026, 3, 30, 0, 0, 0, 0, berlin))
	if len(ws) != 1 || ws[0].End.Sub(ws[0].Start) != 2*time.Hour {
		t.Errorf("on the day with 23 hours: %v", ws)
	}
	day := ics(event("UID:a\nDTSTART;VALUE=DATE;TZID=Europe/Berlin:20261018\nDTEND;VALUE=DATE;TZID=Europe/Berlin:20261019\nRRULE:FREQ=WEEKLY\n"),
		event("UID:b\nDTSTART;VALUE=DATE;TZID=Europe/Berlin:20261025\nDURATION:P1D\nSUMMARY:once\n"))
	ws = read(t, "c.ics", day).Between(time.Date(2026, 10, 25, 0, 0, 0, 0, berlin), time.Date(2026, 10, 26, 0, 0, 0, 0, berlin))
	if len(ws) != 2 || ws[0].End.Sub(ws[0].Start) != 25*time.Hour || ws[1].End.Sub(ws[1].Start) != 25*time.Hour {
		t.Errorf("a whole day of 25 hours: %v", ws)
	}
	c = read(t, "c.yaml", "timezone: Europe/Berlin\nwindows:\n- {rrule: FREQ=DAILY;UNTIL=20261025, start: 2026-10-24 23:30, duration: 10m}\n")
	if ws := c.Between(time.Date(2026, 10, 24, 0, 0, 0, 0, berlin), time.Date(2026, 10, 28, 0, 0, 0, 0, berlin)); len(ws) != 2 {
		t.Errorf("until a day of 25 hours: %v", ws)
	}
	c = read(t, "c.yaml", "timezone: Europe/Berlin\nwindows:\n- {rrule: FREQ=DAILY, start: \"02:30\", end: \"03:30\"}\n")
	if ws := c.Between(time.Date(2026, 3, 29, 0, 0, 0, 0, berlin), time.Date(2026, 3, 30, 0, 0, 0, 0, berlin)); len(ws) != 0 {
		t.Errorf("a window that the change of the clocks leaves empty: %v", ws)
	}
}

func TestCovering(t *testing.T) {
	c := read(t, "c.yaml", "timezone: Asia/Shanghai\nwindows:\n- {start: 2026-11-21 23:00, end: \"01:00\", institution: A}\n- {start: 2026-11-21 22:00, end: \"00:00\", carrier: CMCC}\n")
	for _, tt := range []struct {
		when, inst, carrier string
		want                int
	}{
		{"2026-11-21 23:30", "A", "CMCC", 2}, {"2026-11-21 23:30", "B", "CUCC", 0}, {"2026-11-21 23:30", "A", "CUCC", 1},
		{"2026-11-21 23:30", "", "", 2}, {"2026-11-22 01:00", "A", "", 0}, {"2026-11-21 22:00", "A", "", 1},
	} {
		if got := len(c.Covering(at(tt.when), tt.inst, "", tt.carrier)); got != tt.want {
			t.Errorf("%+v: %d windows", tt, got)
		}
	}
}

func TestMergeAndSettlementDate(t *testing.T) {
	a := read(t, "a.yaml", "timezone: Asia/Shanghai\ncutoff: \"23:00\"\ncutoffs: {NSH001: \"22:30\", NSH002: \"00:00\"}\nwindows:\n- {start: 2026-11-21 23:00, end: \"01:00\"}\n")
	b := read(t, "b.yaml", "timezone: Asia/Shanghai\nwindows:\n- {start: 2026-11-21 23:00, end: \"01:00\"}\n- {start: 2026-11-20 23:00, end: \"01:00\"}\n")
	c, err := Merge(b, nil, a)
	if err != nil {
		t.Fatal(err)
	}
	if got := spans(c.Between(at("2026-11-01 00:00"), at("2026-12-01 00:00"))); got != "11-20 23:00>11-21 01:00; 11-21 23:00>11-22 01:00" {
		t.Error(got)
	}
	for _, tt := range []struct{ when, inst, want string }{
		{"2026-11-30 22:59", "X", "2026-11-30"}, {"2026-11-30 23:00", "X", "2026-12-01"}, {"2026-12-31 22:30", "NSH001", "2027-01-01"},
		{"2026-11-30 00:00", "NSH002", "2026-11-30"}, {"2026-11-30 23:59", "NSH002", "2026-11-30"},
	} {
		if got := c.SettlementDate(at(tt.when).UTC(), tt.inst).String(); got != tt.want {
			t.Errorf("%+v: %s", tt, got)
		}
	}
	if b.SettlementDate(at("2026-11-30 22:59"), "X") != 0 {
		t.Error("a settlement day without a cut-off")
	}
	other := read(t, "o.yaml", "timezone: Asia/Shanghai\ncutoff: \"22:00\"\n")
	if _, err := Merge(a, other); err == nil || !strings.Contains(err.Error(), "o.yaml:2") {
		t.Errorf("two cut-offs: %v", err)
	}
}
