package parse

import (
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

// undress takes off what a text wears.
func undress(t *testing.T, s string) (string, []string) {
	var text string
	var worn []string
	err := unpack(t.Context(), "a", strings.NewReader(s), nil, int64(len(s)), time.Time{}, newBudget(int64(len(s))), func(c content) error {
		all, err := io.ReadAll(c.r)
		text, worn = string(all), c.wrapping
		return err
	})
	if err != nil {
		t.Errorf("%.60q: %v", s, err)
	}
	return text, worn
}

// TestDress: what is in it comes out with its line numbers, and what is like it stays.
func TestDress(t *testing.T) {
	const a, b = "2026-11-20 08:15:32.123 TXN TID=10000001 STAN=000123 RRN=932400000771 AMT=12.30 RC=00", "TXN TID=10000001 STAN=000124 RRN=932400000772 AMT=1.00 RC=51"
	broken := func(s string) string { return s[:72] + "\n" + s[72:] + "\n" }
	for _, c := range []struct{ name, worn, in, want string }{
		{"Kibana", "table of a log collector", `"@timestamp","_id",message` + "\n" + `"Nov 20, 2026 @ 08:15:33.120",1,` + a + "\n" + `"Nov 20, 2026 @ 08:15:33.120",2,"` + b + `"` + "\n",
			"\n" + a + "\n2026-11-20 08:15:33.12 " + b + "\n"},
		{"events of Windows", "table of a log collector", "\ufeff级别,日期和时间,来源,事件 ID,任务类别\r\n信息,2026/11/20 08:15:33,Gw,1001,无,\"" + b + "\"\r\n警告,2026/11/20 08:15:34,Gw,1002,无,\"" + b + "\"\r\n", "\n2026/11/20 08:15:33 " + b + "\n2026/11/20 08:15:34 " + b + "\n"},
		{"several lines", "table of a log collector", "_time,_raw\n" + `1795133732,"` + a + "\n\tat x\"\n" + `1795133732,"` + b + `"` + "\n", "\n" + a + "\n\tat x\n2026-11-20T00:15:32Z " + b + "\n"},
		{"Cloudwatch", "table of a log collector", "@timestamp,@message\n2026-11-20 00:15:33.000," + b + "\n", "\n2026-11-20 00:15:33.000Z " + b + "\n"},
		{"TAB", "table of a log collector", "__time__\tcontent\n1795133732\t" + b + "\nshort\n", "\n2026-11-20T00:15:32Z " + b + "\nshort\n"},
		{"no log in it", "", "time,message\n2026-11-20,hello\n", ""},
		{"a table of transactions", "", "time,tid,amount,rc,message\n2026-11-20 08:15:32,10000001,12.30,00,approved\n", ""},
		{"rows quoted as a whole", "rows quoted as a whole", "time,tid,amount,rc\n" + `"2026-11-20 08:15:32,10000001,""1,200.30"",00",,` + "\n", "time,tid,amount,rc\n" + `2026-11-20 08:15:32,10000001,"1,200.30",00` + "\n"},
		{"names too", "rows quoted as a whole", "\ufeff\"time,tid,amount,rc\"\r\n\"2026-11-20 08:15:32,10000001,12.30,00\"\r\n", "time,tid,amount,rc\n2026-11-20 08:15:32,10000001,12.30,00\n"},
		{"cells quoted", "", "time,tid,amount,rc\n" + `"2026-11-20 08:15:32","10000001","1,200.30","00"` + "\n", ""},
		{"sqlplus", "rows folded by sqlplus", "TXN_TIME            TERM_ID\n------------------- --------\nTRAN_AMT   BANK   RESP\n---------- ------ ----\n" +
			"2026-11-20 08:15:32 10000001\n12.30      农商行 00\n2026-11-20 08:15:33 10000002\n1.00              51\n\n2 rows selected.\n",
			"TXN_TIME            TERM_ID  TRAN_AMT   BANK   RESP\n\n------------------- -------- ---------- ------ ----\n\n" +
				"2026-11-20 08:15:32 10000001 12.30      农商行 00\n\n2026-11-20 08:15:33 10000002 1.00              51\n\n\n2 rows selected.\n"},
		{"not folded", "", "TXN_TIME            TERM_ID\n------------------- --------\n2026-11-20 08:15:32 10000001\n\nTRAN_AMT   RESP\n---------- ----\n", ""},
		{"broken at a width", "lines broken at a width", broken(a) + broken("2026-11-20 08:15:33.000 "+b) + "2026-11-20 08:15:34 short\n", a + "\n\n2026-11-20 08:15:33.000 " + b + "\n\n2026-11-20 08:15:34 short\n"},
		{"broken anywhere", "", broken(a) + broken("2026-11-20 08:15:33.000 "+b) + "more\n", ""},
		{"not broken", "", a + "\n\tat x\n" + a + "\n\tat y.z\n", ""},
	} {
		got, worn := undress(t, c.in)
		if c.worn == "" {
			c.want = c.in
		}
		if got != c.want || c.worn != "" && !slices.Equal(worn, []string{c.worn}) || c.worn == "" && worn != nil {
			t.Errorf("%s: %q, want %q (%v)", c.name, got, c.want, worn)
		}
	}
}

// TestMessagesOfSeveralLines: what goes on with a message gets no time of its own and stays beside it.
func TestMessagesOfSeveralLines(t *testing.T) {
	message := []string{"2026-11-20 08:15:32 send", "终端号: 10000001", "金额: 12.30", "应答码: B4", "2026-11-20 08:15:39 send", "终端号: 10000002", "金额: 1.00", "应答码: 00"}
	var lines, doc, table strings.Builder
	doc.WriteString("[\n")
	table.WriteString("@timestamp,message\n")
	for i, l := range message {
		at := "2026-11-20T00:15:4" + string(rune('0'+i)) + "Z"
		lines.WriteString(`{"log":"` + l + `\n","time":"` + at + `"}` + "\n")
		doc.WriteString(" {\n  \"message\": \"" + l + "\",\n  \"@timestamp\": \"" + at + "\"\n },\n")
		table.WriteString(at + "," + l + "\n")
	}
	all := strings.Join(message, "\n") + "\n"
	second := strings.Join(message[:4], "\n") + strings.Repeat("\n", 13) + strings.Join(message[4:], "\n") + "\n"
	for in, want := range map[string]string{lines.String(): all, strings.TrimSuffix(doc.String(), ",\n") + "\n]\n": "\n" + second, table.String(): "\n" + all} {
		if got, _ := undress(t, in); got != want {
			t.Errorf("%.60q: %q, want %q", in, got, want)
		}
	}
}
