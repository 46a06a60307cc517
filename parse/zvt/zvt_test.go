package zvt

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/internal/readtest"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

func words(recs []*txn.Record) string {
	var out []string
	for _, r := range recs {
		s := fmt.Sprintf("%d %s %s %s %s code=%s/%s", r.Pos.Line, r.Kind, r.At.Time().Format("01-02T15:04:05"), r.Amount.In(r.Currency), r.Currency, r.Code, r.Origin)
		for _, v := range []struct{ name, value string }{{"stan", r.STAN}, {"orig", r.OrigSTAN}, {"tid", r.TID}, {"mid", r.MID}, {"auth", r.AuthCode}, {"pan", r.PAN.Masked}, {"issuer", r.Issuer}, {"text", r.Text}} {
			if v.value != "" {
				s += " " + v.name + "=" + v.value
			}
		}
		if f := r.Flags &^ (txn.ZoneAssumed | txn.YearInferred); f != 0 {
			s += " " + strings.Join(f.Names(), "+")
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

// written writes a message with its length.
func written(head, data string) string {
	return fmt.Sprintf("%s-%02X-%s", head, (len(data)+1)/3, data)
}

var (
	pay    = "06-01-07-04-00-00-00-00-01-54"
	answer = written("04-0F", "27-00-04-00-00-00-00-01-54-0B-00-00-87-0C-22-51-47-0D-04-16-22-F0-F8-EE-EE-EE-EE-EE-EE-47-71-29-29-00-16-12-"+
		"2A-31-32-33-34-35-36-37-38-39-20-20-20-20-20-20-3B-34-38-32-39-34-38-00-00-49-09-78-87-00-12-8B-F0-F5-56-69-73-61-00-06-02-1F-00")
	refused = written("04-0F", "27-05-3C-F0-F0-F9-41-62-67-65-6C-65-68-6E-74")
)

func TestRead(t *testing.T) {
	const approved = "1 sale 04-16T22:51:40 1.54 EUR code=00/host stan=000087 tid=29001612 mid=123456789 auth=482948 pan=************4771 issuer=Visa"
	for _, c := range []struct{ name, file, text, want string }{
		{"the day of the terminal", "zvt.log", "22:51:40.779 DBG SendAsync - " + pay + "\n22:51:40.879 DBG Receive - 80-00-00\n22:51:50.879 DBG Receive - " + answer + "\n22:51:51.000 DBG Receive - 06-0F-00\n", approved},
		{"a page of one line", "zvt.html", "<TR><TD>16.04.2022 22:51:40</TD><TD>ECR-&gt;PT</TD><TD>" + pay + "</TD></TR><TR><TD>16.04.2022 22:51:50</TD><TD>PT-&gt;ECR</TD><TD>" + answer + "</TD></TR>\n", approved},
		{"blanks, and lower case", "zvt.log", "2022-04-16 22:51:40.779 TX: " + strings.ToLower(strings.ReplaceAll(pay, "-", " ")) + "\n2022-04-16 22:51:50 RX: " + strings.ToLower(strings.ReplaceAll(answer, "-", " ")) + "\n", approved},
		{"in one piece", "zvt.log", "2022-04-16 22:51:40.779 TX: " + strings.ReplaceAll(pay, "-", "") + "\n2022-04-16 22:51:50 RX: " + strings.ReplaceAll(answer, "-", "") + "\n", approved},
		{"a serial line", "zvt.log", "2022-04-16 22:51:40.779 TX: 10-02-" + strings.Replace(pay, "01-54", "10-10-00", 1) + "-10-03-AB-CD\n2022-04-16 22:51:50 RX: 10 02 06 1E 01 6C 10 03 12 34\n",
			"1 sale 04-16T22:51:40 10.00 EUR code=ZVT-6C/"},
		{"refused, then aborted", "zvt-2022-04-16.log", "22:51:40 TX " + pay + "\n22:51:50 RX " + refused + "\n22:51:50 RX 06-1E-01-05\n", "1 sale 04-16T22:51:40 1.54 EUR code=05/host text=Abgelehnt"},
		{"aborted after all", "zvt-2022-04-16.log", "22:51:40 TX " + pay + "\n22:51:50 RX " + answer + "\n22:51:50 RX 06-1E-01-6C\n", strings.Replace(approved, "00/host", "ZVT-6C/", 1)},
		{"a busy terminal", "zvt-2022-04-16.log", "22:51:40 TX " + pay + "\n22:51:41 RX 84-9C-00\n", "1 sale 04-16T22:51:40 1.54 EUR code=ZVT-9C/"},
		{"no result but the end", "zvt-2022-04-16.log", "22:51:40 TX " + pay + "\n22:51:41 RX 80-00-00\n22:51:42 RX 06-0F-00\n", "1 sale 04-16T22:51:40 1.54 EUR code=00/inferred"},
		{"silence", "zvt-2022-04-16.log", "22:51:40 TX " + pay + "\n22:51:45 INF Disconnected\n", "2 other 04-16T22:51:45   code=/ text=INF Disconnected disconnected\n1 sale 04-16T22:51:40 1.54 EUR code=/ no_answer+disconnected"},
		{"a void by its receipt", "zvt-2022-04-16.log", "22:51:40 TX " + pay + "\n22:51:50 RX " + answer + "\n22:52:40 TX 06-30-06-00-00-00-87-00-12\n22:52:50 RX 06-0F-00\n",
			approved + "\n3 void 04-16T22:52:40  EUR code=00/inferred orig=000087"},
		{"no day anywhere", "zvt.log", "22:51:40 TX " + pay + "\n", `date-missing: there is a time of day and no date ("code \"\", amount \"1.54\""); map the column that holds the date, or put the date into the file's name`},
		{"no time anywhere", "zvt.log", pay + "\n", `time-missing: neither the log nor the terminal says when it was ("code \"\", amount \"1.54\""); put the date into the file's name, and the time in front of the lines`},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &readtest.Book{}
			if _, err := Reader.Read(&entry.Stream{Src: &txn.Source{Name: c.file}, Head: []byte(c.text), R: strings.NewReader(c.text), Loc: time.UTC, Year: 2022}, b); err != nil {
				t.Fatal(err)
			}
			b.Whole(t, c.text)
			got := strings.ReplaceAll(words(b.Records), "unknown", "")
			for _, r := range b.Rejects {
				got += fmt.Sprintf("%s: %s (%q); %s", r.Rule, r.Msg, r.Text, r.Hint)
			}
			if got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
			if score, why := Reader.Sniff(c.file, []byte(c.text)); score < 90 {
				t.Errorf("not recognised: %d, %s", score, why)
			}
		})
	}
}

func TestNotZVT(t *testing.T) {
	for _, s := range []string{"2022-04-16 22:51:40 mac 00-06-01-07-04-00\n", "0601070400\n", "22:51:40 06-01-07-05-00-00-00-00-01-54\n"} {
		if score, _ := Reader.Sniff("x.log", []byte(s)); score != 0 {
			t.Errorf("%q: %d", s, score)
		}
	}
}

// A length of BER may be longer than any number.
func TestLengthOfContainer(t *testing.T) {
	for _, data := range []string{"06-88-80-00-00-00-00-00-00-00", "06-88-FF-FF-FF-FF-FF-FF-FF-FE-F0-F0", "06-89-01-00-00-00-00-00-00-00-00-27-00"} {
		text := "2022-04-16 22:51:40 TX: " + pay + "\n2022-04-16 22:51:50 RX: " + written("04-0F", "27-05-"+data) + "\n"
		b := &readtest.Book{}
		if _, err := Reader.Read(&entry.Stream{Src: &txn.Source{Name: "zvt.log"}, Head: []byte(text), R: strings.NewReader(text), Loc: time.UTC, Year: 2022}, b); err != nil {
			t.Fatal(err)
		}
		if got := words(b.Records); got != "1 sale 04-16T22:51:40 1.54 EUR code=05/host" {
			t.Errorf("%s: %s", data, got)
		}
	}
}
