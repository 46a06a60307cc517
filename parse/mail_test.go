package parse

import (
	"encoding/base64"
	"io"
	"strings"
	"testing"
	"time"
)

// TestMail: attachments are read, else the text, and of several ways to write it that with a table.
func TestMail(t *testing.T) {
	const head = "From: ops@example.com\nSubject: =?utf-8?B?5a+56LSm?=\nMIME-Version: 1.0\n"
	const html = "<table><tr><td>交易时间</td></tr></table>"
	base := func(s string) string {
		return "Content-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte(s)) + "\n"
	}
	for _, c := range []struct{ name, in, want string }{
		{"text", head + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n=E6=B5=81=E6=B0=B4=\n,a=3Db\n", "a.eml: 流水,a=b\n"},
		{"table", head + "Content-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain\n\nhello\n--x\nContent-Type: text/html\n" + base(html) + "--x--\n", "a.eml: " + html},
		{"attachments", head + "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nhello\n--x\nContent-Type: image/png; name=logo.png\n" + base("PNG") +
			"--x\nContent-Type: text/csv; name=\"=?gb2312?B?wffLrg==?=.csv\"\n" + base("a,b") + "--x\nContent-Disposition: attachment; filename=\"../b.txt\"\n" + base("c") + "--x--\n", "a.eml!流水.csv: a,ba.eml!b.txt: c"},
		{"forwarded", head + "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: message/rfc822\n\n" + head + "Content-Type: application/octet-stream; name=b.csv\n" + base("a") + "--x--\n", "a.eml!b.csv: a"},
		{"no name", head + "Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=a/b\n" + base("a"), "a.eml!part 1: a"},
		{"cut", head + "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/csv; name=b.csv\n" + base("a,b"),
			"a.eml!b.csv: a,bthe mail data is damaged or cut off (unexpected EOF); copy or compress the file againa.eml!…: the mail data is damaged or cut off (multipart: NextPart: EOF); copy or compress the file again"},
		{"text cut", head + "Content-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain\n\na,b\n1,2\n",
			"a.eml: a,b\n1,2the mail data is damaged or cut off (unexpected EOF); copy or compress the file again"},
		{"text, then cut", head + "Content-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain\n\na,b\n1,2\n--x\nContent-",
			"a.eml: a,b\n1,2the mail data is damaged or cut off (malformed MIME header: missing colon: \"Content-\"); copy or compress the file again"},
		{"nothing", head + "Content-Type: image/png; name=logo.png\n" + base("PNG"), "the mail has neither a text nor an attachment that could be a table or a log; ask for it anew"},
		{"nested", strings.Repeat(head+"Content-Type: message/rfc822\n\n", 6), "a.eml!…: the mail data is damaged or cut off (parts within parts, more than 4 times over); copy or compress the file again"},
	} {
		var got strings.Builder
		err := unpack(t.Context(), "a.eml", strings.NewReader(c.in), nil, int64(len(c.in)), time.Time{}, newBudget(int64(len(c.in))), func(in content) error {
			all, err := io.ReadAll(in.r)
			got.WriteString(in.name + ": " + string(all))
			if err != nil {
				got.WriteString(err.Error())
			}
			return nil
		})
		if err != nil {
			got.WriteString(err.Error())
		}
		if got.String() != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got.String(), c.want)
		}
	}
	for _, s := range []string{"", "MIME-Version: 1.0\n\n", "2026-11-20 08:15:32 MIME-Version: 1.0\nContent-Type: text/plain\n\n"} {
		if isMail([]byte(s)) {
			t.Errorf("%q: taken for a mail", s)
		}
	}
}

func FuzzMail(f *testing.F) {
	f.Add("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/csv; name=b.csv\nContent-Transfer-Encoding: base64\n\nYSxi\n--x--\n")
	f.Fuzz(func(t *testing.T, s string) {
		_ = unpack(t.Context(), "a.eml", strings.NewReader(s), nil, int64(len(s)), time.Time{}, newBudget(int64(len(s))), func(in content) error {
			_, err := io.ReadAll(in.r)
			return err
		})
	})
}
