package classify

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/txn"
)

const head = "code,outcome,class,open,zh,en,action,source\n"

func TestLoadRefuses(t *testing.T) {
	for _, c := range []struct{ name, table, want string }{
		{"duplicate", head + "51,declined,CH_FUNDS_LIMIT,0,余额不足,no funds,,spec\n51,declined,CH_FUNDS_LIMIT,0,x,x,,spec\n", "t.csv:3: code 51 stands already in line 2"},
		{"outcome", head + "51,refused,CH_FUNDS_LIMIT,0,a,b,,spec\n", `t.csv:2: code 51: unknown outcome "refused": use one of`},
		{"class", head + "51,declined,FUNDS,0,a,b,,spec\n", `unknown class "FUNDS": use one of`},
		{"source", head + "51,declined,CH_FUNDS_LIMIT,0,a,b,,\n", "code 51 has no source: say where"},
		{"open", head + "51,declined,CH_FUNDS_LIMIT,maybe,a,b,,spec\n", `column open holds "maybe": use 1`},
		{"wording", head + "51,declined,CH_FUNDS_LIMIT,0,,,,spec\n", "no wording"},
		{"party", "code,outcome,class,open,zh,en,action,source,who\n51,declined,CH_FUNDS_LIMIT,0,a,b,,spec,bank\n", `unknown party "bank"`},
		{"approval", head + "00,approved,CH_FUNDS_LIMIT,0,a,b,,spec\n", "does not go with class"},
		{"column", "code,outcome,class,open,zh,en,action,remark\n", `column "remark" is unknown`},
		{"missing column", "code,outcome,class,open,zh,en,action\n", `column "source" is missing`},
		{"no header", "", "there is no header line"},
		{"too many cells", head + "51,declined,CH_FUNDS_LIMIT,0,a,b,c,spec,x\n", "there are 9 columns, the header has 8"},
		{"quote", head + "51,declined,CH_FUNDS_LIMIT,0,a\"b,b,c,spec\n", "double each quotation mark"},
		{"no code", head + ",declined,CH_FUNDS_LIMIT,0,a,b,,spec\n", "there is no code"},
		{"ranges", head + "1000-1082,declined,ISSUER_DECLINE,0,a,b,,spec\n1050-1090,declined,ISSUER_DECLINE,0,a,b,,spec\n", "range 1050-1090 overlaps 1000-1082 of line 2"},
		{"semicolons", "code;outcome;class\n", "separated by something else than commas"},
		{"another encoding", head + "51,declined,CH_FUNDS_LIMIT,0,\xd3\xe0\xff\xff,b,,spec\n", "t.csv:2: the file is neither UTF-8 nor GBK"},
		{"zero", head + "0,approved,APPROVED,0,a,b,,spec\n51,declined,CH_FUNDS_LIMIT,0,a,b,,spec\n52,declined,CARD_STATUS,0,a,b,,spec\n", `code "0" is too short, the leading zero is gone: a spreadsheet took it for a number, it was probably "00"; to repair:`},
		{"scientific", head + "1.00E+02,declined,CARD_STATUS,0,a,b,,spec\n510,declined,CH_FUNDS_LIMIT,0,a,b,,spec\n", `a code such as "1E2"`},
		{"date", head + "5月1日,declined,CARD_STATUS,0,a,b,,spec\n51,declined,CH_FUNDS_LIMIT,0,a,b,,spec\n", "looks like a date"},
		{"date, English", head + "1-May,declined,CARD_STATUS,0,a,b,,spec\n51,declined,CH_FUNDS_LIMIT,0,a,b,,spec\n", "looks like a date"},
	} {
		_, err := Load("t.csv", strings.NewReader(c.table))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

// TestExcelDamage takes the built-in table on the way it goes in an office:
// opened in Excel as it is, saved, and loaded again.
func TestExcelDamage(t *testing.T) {
	plain, err := os.ReadFile("tables/unionpay.csv")
	if err != nil {
		t.Fatal(err)
	}
	var saved strings.Builder
	saved.WriteString("\ufeff") // "CSV UTF-8" has a byte order mark, CR LF, and commas up to the widest line
	damaged := 0
	for _, l := range strings.Split(strings.TrimSpace(string(plain)), "\n") {
		code, rest, _ := strings.Cut(l, ",")
		if strings.HasPrefix(l, "#") {
			l += strings.Repeat(",", 9)
		} else if len(code) == 2 && code[0] == '0' && digits.Only(code) {
			l = strings.TrimLeft(code[:1], "0") + code[1:] + "," + rest // 00 becomes 0, 05 becomes 5
			damaged++
		}
		saved.WriteString(l + "\r\n")
	}
	_, err = Load("unionpay.csv", strings.NewReader(saved.String()))
	if err == nil {
		t.Fatal("a damaged table was loaded")
	}
	if n := strings.Count(err.Error(), "the leading zero is gone"); n != damaged {
		t.Errorf("%d of %d damaged codes are named: %v", n, damaged, err)
	}
	if !strings.Contains(err.Error(), `write ="00" in the cell`) {
		t.Errorf("no remedy: %v", err)
	}

	// What poslog itself writes for Excel survives, and so do the usual guards.
	want, _ := Builtin("unionpay")
	var out bytes.Buffer
	if err := want.Write(&out); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{out.String(), strings.ReplaceAll(out.String(), "\n", "\r\n"), guarded(string(plain))} {
		got, err := Load("unionpay.csv", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Rows) != len(want.Rows) || got.Title != want.Title {
			t.Fatalf("%d rows, want %d; title %v", len(got.Rows), len(want.Rows), got.Title)
		}
		for i, r := range got.Rows {
			r.Line = want.Rows[i].Line
			if r != want.Rows[i] {
				t.Errorf("%+v\nwant %+v", r, want.Rows[i])
			}
		}
	}
}

// guarded writes an apostrophe before each code.
func guarded(s string) string {
	lines := strings.Split(s, "\n")
	for i := 2; i < len(lines); i++ {
		if lines[i] != "" {
			lines[i] = "'" + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}

// TestGBK: tables and profiles that a Chinese Windows wrote are read.
func TestGBK(t *testing.T) {
	encode := func(s string) string { return must(simplifiedchinese.GB18030.NewEncoder().String(s)) }
	table, err := Load("t.csv", strings.NewReader(encode("code,outcome,class,open,zh,en,action,source\nB5,declined,SETTLE_CUTOVER,0,系统维护,maintenance,,通知\n")))
	if err != nil || table.Rows[0].Text.Zh != "系统维护" {
		t.Errorf("table: %v", err)
	}
	p, err := ParseProfiles("codes.yaml", []byte(encode("profiles:\n- name: qx\n  institution: 青溪农商行\n  codes: {\"B5\": {outcome: declined, class: SETTLE_CUTOVER, zh: 维护中, en: maintenance}}\n")))
	if err != nil {
		t.Fatal(err)
	}
	if m := p.Lookup(Where{Institution: "青溪农商行"}, txn.Sale, "B5"); m.Zh != "维护中" || m.Profile != "qx" {
		t.Errorf("profile: %+v", m)
	}
}

func TestLoadDir(t *testing.T) {
	dir := t.TempDir()
	if _, err := LoadDir(dir); err == nil {
		t.Error("an empty folder is no set of tables")
	}
	os.WriteFile(filepath.Join(dir, "mybank.csv"), []byte("# 我行 | My bank\n"+head+"B4,approved,APPROVED,0,成功,success,,letter of 2026-03-01\n"), 0o644)
	tables, err := LoadDir(dir)
	if err != nil || len(tables) != 1 || tables[0].Name != "mybank" || tables[0].Title != (Text{"我行", "My bank"}) {
		t.Fatalf("%v %v", tables, err)
	}
	e := Explain("b4", tables...)
	names := map[string]bool{}
	for _, x := range e {
		names[x.Table.Name] = true
	}
	if !names["mybank"] || !names["bocom"] || !names["koolpos"] || !names["open"] {
		t.Errorf("B4 is explained by %v", names)
	}
	if b, err := Load(filepath.Join(dir, "Other.CSV"), strings.NewReader(head+"B4,approved,APPROVED,0,成功,success,,letter of 2026-03-01\n")); err != nil || b.Name != "Other" {
		t.Errorf("%v %v", b, err)
	}
	os.WriteFile(filepath.Join(dir, "other.csv"), []byte("code\n"), 0o644)
	if _, err := LoadDir(dir); err == nil || !strings.Contains(err.Error(), "other.csv:1:") {
		t.Errorf("a broken table passed: %v", err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(head + "51,declined,CH_FUNDS_LIMIT,0,余额不足,no funds,换卡,spec\n"))
	f.Add([]byte("\ufeff# a | b,,,\r\n" + head + "=\"00\",approved,APPROVED,0,a,b,,\"x, y\"\r\n1000-1082,declined,ISSUER_DECLINE,1,a,b,,spec"))
	f.Add([]byte("code;outcome\n1.00E+02;x"))
	f.Fuzz(func(t *testing.T, data []byte) {
		tab, err := Load("f.csv", bytes.NewReader(data))
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := tab.Write(&out); err != nil {
			t.Fatal(err)
		}
		again, err := Load("f.csv", &out)
		if err != nil || len(again.Rows) != len(tab.Rows) {
			t.Fatalf("written and read again: %v\n%s", err, data)
		}
	})
}
