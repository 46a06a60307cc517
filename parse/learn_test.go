package parse

import (
	"fmt"
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

// forms are inputs of payments whose response codes stand under a name.
var forms = map[string]func(name string, codes []string) string{
	"a.log": func(name string, codes []string) string {
		return eachCode(codes, "", "2026-11-20 08:%02d:00 INFO TID=10000001 STAN=%06d AMT=12.50 "+name+"=%s\n", "")
	},
	"a.jsonl": func(name string, codes []string) string {
		return eachCode(codes, "", `{"time":"2026-11-20 08:%02d:00","tid":"10000001","stan":"%06d","amount":"12.50","`+name+`":"%s"}`+"\n", "")
	},
	"a.json": func(name string, codes []string) string {
		return eachCode(codes, "[", `{"time":"2026-11-20 08:%02d:00","tid":"10000001","stan":"%06d","amount":"12.50","`+name+`": "%s"},`+"\n", "{}]")
	},
	"a.xml": func(name string, codes []string) string {
		return eachCode(codes, "<log>\n", "<txn><time>2026-11-20 08:%02d:00</time><tid>10000001</tid><stan>%06d</stan><amount>12.50</amount><"+name+">%s</"+name+"></txn>\n", "</log>\n")
	},
	"a.txt": func(name string, codes []string) string {
		return eachCode(codes, "", "交易时间: 2026-11-20 08:%02d:00\n终端号: 10000001\n流水号: %06d\n交易金额: 12.50\n"+name+": %s\n\n", "")
	},
}

// Times and amounts are known by the words of their names, and a time by its values, in every form.
func TestUnknownTimeAndAmount(t *testing.T) {
	for file, form := range forms {
		for _, c := range []struct{ time, amount, note string }{
			{"paymentCompletedTime", "amount", "paymentCompletedTime (time)"},
			{"zzz", "amount", "zzz (time)"},
			{"time", "finalAmount", "finalAmount (amount)"},
			{"tradeDateTime", "txn_total_amt", "txn_total_amt (amount), tradeDateTime (time)"},
		} {
			text := form("rc", strings.Fields("00 51 00"))
			for _, name := range []string{"time", "交易时间"} {
				text = strings.NewReplacer(name+`"`, c.time+`"`, name+">", c.time+">", name+":", c.time+":").Replace(text)
			}
			for _, name := range []string{"amount", "交易金额", "AMT"} {
				text = strings.NewReplacer(name+`"`, c.amount+`"`, name+">", c.amount+">", name+":", c.amount+":", name+"=", c.amount+"=").Replace(text)
			}
			b := &kept{}
			files, err := Read(t.Context(), []Input{Bytes(file, []byte(text))}, Options{Workers: 1}, func(int) Handler { return b })
			if len(b.rows) != 3 || b.rows[2].Amount != 12_50 || !b.rows[2].At.Valid() {
				t.Errorf("%s %+v: %d records %v %v", file, c, len(b.rows), err, b.refused)
				continue
			}
			note := c.note
			if file == "a.log" { // its lines begin with the time
				if note, _, _ = strings.Cut(note, ", "); c.amount == "amount" {
					continue
				}
			}
			if notes := strings.Join(files[0].Summary.Notes, "\n"); !strings.Contains(notes, "by their words or values: "+note) && !(file == "a.xml" && c.time != "zzz") && !(file == "a.txt" && c.time == "zzz") { // they know some by themselves
				t.Errorf("%s %+v: %s", file, c, notes)
			}
		}
	}
}

func eachCode(codes []string, before, form, after string) string {
	var b strings.Builder
	b.WriteString(before)
	for i, c := range codes {
		fmt.Fprintf(&b, form, i, i+1, c)
	}
	return b.String() + after
}

// Names that nobody knows are known for the response code's by their values, in every form.
func TestUnknownCodeName(t *testing.T) {
	proof := strings.Fields("00 00 00 00 51 00 B4 00 91 00")
	for file, form := range forms {
		for _, c := range []struct {
			name  string
			codes []string
			found bool
		}{
			{"zzz", proof, true},
			{"host_rsp", strings.Fields("00 00 00 03 00"), true}, // an answer by its name
			{"zzz", strings.Fields("00 00 00 03 00"), false},
			{"zzz", strings.Fields("05 03 04 11 21 17"), false},
			{"operator", proof, false}, // a name that is known
		} {
			b := &kept{}
			files, err := Read(t.Context(), []Input{Bytes(file, []byte(form(c.name, c.codes)))}, Options{Workers: 1}, func(int) Handler { return b })
			codes, notes := 0, ""
			for _, f := range files {
				if f.Summary != nil {
					notes += strings.Join(f.Summary.Notes, "\n")
				}
			}
			for _, r := range b.rows {
				if r.Code != "" {
					codes++
				}
				if r.Side != txn.Terminal && c.found {
					t.Errorf("%s: side %v", file, r.Side)
				}
			}
			if said := strings.Contains(notes, c.name+" is taken for the response code"); c.found && codes != len(c.codes) || !c.found && codes > 0 || said != c.found {
				t.Errorf("%s %s %v: %d codes, %v, notes:\n%s", file, c.name, c.codes, codes, err, notes)
			}
		}
	}
}

func TestNamedValues(t *testing.T) {
	for text, want := range map[string]string{
		"2026-11-20 08:15:32 rc=00 amt = 12.50,x":        "rc|00 amt|12.50",
		`{"rc": "00", "msg":"a b","n":[12],"o":{"p":1}}`: "rc|00 msg|a b n|12 p|1",
		"<log><rc>00</rc>\n<t>2026-11-20 08:15:32</t>":   "rc|00 t|2026-11-20 08:15:32",
		"应答码：B4\n交易时间 : 2026-11-20 08:15:32.123\n":       "应答码|B4 交易时间|2026-11-20 08:15:32.123",
		`a="open`:                         "",
		"a=\nb='x'":                       "b|x",
		"=1 9a=2 _b=3":                    "_b|3",
		"card.no=6228*":                   "card.no|6228*",
		`<sum cur="GBP">27.00</sum> 1->2`: "cur|GBP sum|27.00",
	} {
		var got []string
		for name, value := range namedValues(text) {
			got = append(got, name+"|"+value)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: %q, want %q", text, s, want)
		}
	}
}
