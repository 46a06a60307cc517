package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/poslog/poslog/analyze"
	"github.com/poslog/poslog/generate"
)

// TestGarbageIsNoSuccess: what is not understood ends with a message that says
// what was tried, and never with an empty report and exit code 0.
func TestGarbageIsNoSuccess(t *testing.T) {
	dir := t.TempDir()
	xlsx, err := os.ReadFile("../../samples/merchant-day/terminal.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	jpeg := append([]byte{0xFF, 0xD8, 0xFF, 0xE0, 0, 0x10, 'J', 'F', 'I', 'F', 0}, bytes.Repeat([]byte{0x13, 0, 0xFE, 0x80}, 500)...)
	for _, c := range []struct {
		name string
		data []byte
		want string // in the message
	}{
		{"picture.jpg", jpeg, "picture.jpg"},
		{"empty.log", nil, "empty"},
		{"binary.bin", bytes.Repeat([]byte{0, 1, 2, 0xFF, 0x7F, 'R', 'C', '='}, 4000), "binary.bin"},
		{"cut.xlsx", xlsx[:len(xlsx)/2], "cut.xlsx"},
		{"no-time-no-code.csv", []byte("商户名称,备注,数量\n甲,乙,3\n丙,丁,4\n"), "no-time-no-code.csv"},
		{"prose.txt", []byte("Dear Sir,\nplease find enclosed the report.\n"), "prose.txt"},
		{"wrong.json", []byte(`{"a": [1, 2, 3]}`), "wrong.json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(dir, c.name)
			if err := os.WriteFile(path, c.data, 0o600); err != nil {
				t.Fatal(err)
			}
			for _, command := range []string{"analyze", "inspect"} {
				out, errs, code := poslog(t, command, path)
				if code != exitFailed && code != exitUsage && code != exitProvisional {
					t.Errorf("%s: exit code %d", command, code)
				}
				if !strings.Contains(errs+out, c.want) {
					t.Errorf("%s: the message does not name %q: %s%s", command, c.want, out, errs)
				}
				if command == "analyze" && out != "" {
					t.Errorf("a report was written: %s", out)
				}
			}
		})
	}
	t.Run("directory without files", func(t *testing.T) {
		_, errs, code := poslog(t, "analyze", t.TempDir())
		if code != exitFailed || errs == "" {
			t.Errorf("exit code %d: %s", code, errs)
		}
	})
	t.Run("missing file", func(t *testing.T) {
		_, errs, code := poslog(t, "analyze", filepath.Join(dir, "nothing-here.log"))
		if code != exitFailed || !strings.Contains(errs, "nothing-here.log") {
			t.Errorf("exit code %d: %s", code, errs)
		}
	})
	t.Run("one good file and one bad", func(t *testing.T) {
		out, errs, code := poslog(t, "analyze", "samples/merchant-day/terminal.xlsx", filepath.Join(dir, "picture.jpg"), "--lang", "en")
		if code != exitProvisional || !strings.Contains(errs, "picture.jpg") || !strings.Contains(out, "rovisional") {
			t.Errorf("exit code %d: %s", code, errs)
		}
	})
	t.Run("a table that is cut off", func(t *testing.T) { // by a copy that was broken off, or is under way
		b := []byte("交易时间,终端号,参考号,交易类型,交易金额,手续费\n")
		for i := range 300 {
			b = fmt.Appendf(b, "2026-11-20 10:%02d:%02d,10000001,%012d,消费,100.00,0.38\n", i/60, i%60, i+1)
		}
		path := filepath.Join(dir, "settled.csv")
		if err := os.WriteFile(path, b[:len(b)-20], 0o600); err != nil {
			t.Fatal(err)
		}
		out, errs, code := poslog(t, "analyze", path, "--lang", "en")
		if code != exitProvisional || !strings.Contains(errs, path+":301") || !strings.Contains(out, "rovisional") {
			t.Errorf("exit code %d: %s", code, errs)
		}
	})
}

// A compressed file that was cut off counts as far as it goes, and says so.
func TestCutOffArchive(t *testing.T) {
	var text, packed bytes.Buffer
	text.WriteString("交易时间,终端号,参考号,交易类型,交易金额,应答码\n")
	for i := range 3000 {
		fmt.Fprintf(&text, "2026-11-20 10:%02d:%02d,10000001,%012d,消费,%d.00,00\n", i/60%60, i%60, i*7919, 20+i%77)
	}
	z := gzip.NewWriter(&packed)
	z.Write(text.Bytes())
	z.Close()
	path := filepath.Join(t.TempDir(), "pos.csv.gz")
	if err := os.WriteFile(path, packed.Bytes()[:packed.Len()*2/3], 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, code := poslog(t, "analyze", path, "--lang", "zh")
	if code != exitProvisional || !strings.Contains(errs, "what was read before it counts") || !strings.Contains(out, "只读到一部分") || strings.Contains(out, "没有计入") {
		t.Errorf("exit code %d: %s%s", code, errs, out)
	}
}

// TestEveryUnreadableFileIsNamed: however many files of a directory cannot be read,
// the report and the list of problems name each, and standard error the first twenty.
func TestEveryUnreadableFileIsNamed(t *testing.T) {
	dir := t.TempDir()
	good, err := os.ReadFile("../../samples/b4-success/terminal.csv")
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("good.csv", good)
	write("begun.log", nil)
	const n = 230 // more than the list of problems has room for rows
	for i := range n {
		write(fmt.Sprintf("x%03d.bin", i), fmt.Appendf(nil, "\x00\x01%d", i))
	}
	out, errs, code := poslog(t, "analyze", dir, "--format", "json")
	if code != exitProvisional || !strings.Contains(errs, "x000.bin: not understood") || !strings.Contains(errs, "x019.bin") || !strings.Contains(errs, "209 more") {
		t.Errorf("exit code %d: %s", code, errs)
	}
	var r analyze.Result
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, p := range r.Problems {
		if p.Rule == "not-understood" {
			named++
		}
	}
	if named != n || len(r.Inputs) != n+2 {
		t.Errorf("%d of %d files are named, %d inputs", named, n, len(r.Inputs))
	}
	if in := r.Inputs[0]; filepath.Base(in.Name) != "begun.log" || strings.Join(in.Notes, "") != "the file is empty" {
		t.Errorf("the empty file: %+v", in)
	}
	for i := range n {
		os.Remove(filepath.Join(dir, fmt.Sprintf("x%03d.bin", i)))
	}
	if _, errs, code := poslog(t, "analyze", dir, "--format", "json"); code != 0 {
		t.Errorf("an empty file beside a good one: exit code %d: %s", code, errs)
	}
}

// Where nothing can be read the first files say why, and all are named.
func TestNothingInManyFiles(t *testing.T) {
	dir := t.TempDir()
	for i := range 30 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("note%02d.txt", i)), []byte("Dear Sir,\nno transactions here.\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, errs, code := poslog(t, "analyze", dir)
	if code != exitFailed || strings.Count(errs, "Tried ") != 20 || !strings.Contains(errs, "nor in 10 more files: ") {
		t.Errorf("exit code %d:\n%s", code, errs)
	}
	for i := range 30 {
		if name := fmt.Sprintf("note%02d.txt", i); !strings.Contains(errs, name) {
			t.Errorf("%s is not named", name)
		}
	}
}

func TestUsageErrors(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"analyze"}, "no input"},
		{[]string{"analyze", "--lang", "fr", "x"}, "zh, en"},
		{[]string{"analyze", "--tz", "Mars/Olympus", "x"}, "IANA"},
		{[]string{"analyze", "--since", "soon", "x"}, "2026-11-20"},
		{[]string{"analyze", "--since", "2026-11-21", "--until", "2026-11-20", "x"}, "not before"},
		{[]string{"analyze", "--where", "cod=1", "x"}, "unknown field"},
		{[]string{"analyze", "-o", "report.doc", "x"}, ".xlsx"},
		{[]string{"analyze", "--format", "pdf", "x"}, "json"},
		{[]string{"analyze", "--fail-if", "moon>1", "x"}, "unknown metric"},
		{[]string{"analyze", "--fail-if", "technical_rate>=2", "x"}, "write for example technical_rate>=2%"},
		{[]string{"analyze", "--fail-if", "incidents>1%", "x"}, "write it without %"},
		{[]string{"analyze", "--tolerance", "150%", "x"}, "share"},
		{[]string{"analyze", "--tolerance", "nan", "x"}, "share"},
		{[]string{"analyze", "-o", "out/day.csv", "--rejects", "./out/day.csv", "samples/b4-success"}, "would be written twice"},
		{[]string{"analyze", "-o", "day.json", "--carry", "day.json", "samples/b4-success"}, "would be written twice"},
		{[]string{"generate", "bank-day", "--lines", "100"}, "--lines says nothing of bank-day"},
		{[]string{"generate", "bulk", "--profile", "B"}, "--profile says nothing of bulk"},
		{[]string{"formats", "test", "wechat-trade-bill", "--tz", ""}, "IANA"},
		{[]string{"analyze", "--calendar", "nothing.yaml", "x"}, "nothing.yaml"},
		{[]string{"analyze", "--no-such-flag"}, "no-such-flag"},
		{[]string{"generate", "no-such-scenario"}, "bank-day"},
		{[]string{"codes", "--table", "no-such-table"}, "unionpay"},
		{[]string{"explain"}, "poslog explain REPORT.json [ID]"},
		{[]string{"diff", "a.json"}, "poslog diff A.json B.json"},
		{[]string{"diff", "a.json", "b.json", "--view", "merchant"}, "has one view"},
		{[]string{"formats", "show"}, "poslog formats show NAME"},
		{[]string{"frobnicate"}, "frobnicate"},
		{[]string{"samples"}, "poslog analyze samples"},
	} {
		out, errs, code := poslog(t, c.args...)
		if code != exitUsage || !strings.Contains(errs, c.want) || out != "" {
			t.Errorf("%v: exit code %d, %q %q; want 2 and %q", c.args, code, out, errs, c.want)
		}
	}
}

// TestZoneOfNoInput: a zone for a file that is not read is said, and a fitting one is not.
func TestZoneOfNoInput(t *testing.T) {
	name := writer(t, t.TempDir())("till.csv", aTerminal)
	for _, command := range []string{"analyze", "inspect"} {
		_, errs, _ := poslog(t, command, name, "--tz", "tlil.csv=UTC", "--tz", name+"=UTC")
		if !strings.Contains(errs, "--tz tlil.csv=...: no input has this name") || strings.Count(errs, "--tz") != 1 {
			t.Errorf("%s: %s", command, errs)
		}
	}
}

// TestThresholds: a number is written out, and no rate is not a rate of 0.
func TestThresholds(t *testing.T) {
	settled := writer(t, t.TempDir())("settled.csv", aSettlement)
	_, errs, code := poslog(t, "analyze", settled, "--fail-if", "approval_rate<90%", "--fail-if", "technical_rate>=0.1%")
	if code != exitPolicy || !strings.Contains(errs, "approval_rate<90% (there is none: nothing was tried)") || strings.Contains(errs, "technical_rate") {
		t.Errorf("exit code %d: %s", code, errs)
	}
	r := &analyze.Result{}
	r.Totals.Attempts = 2_000_000
	if got := (conditions{{"attempts>1", "attempts", ">", 1}}).broken(r); len(got) != 1 || got[0] != "attempts>1 (it is 2000000)" {
		t.Error(got)
	}
}

func TestPolicyAndFiles(t *testing.T) {
	dir := t.TempDir()
	twice := []string{filepath.Join(dir, "{date}.json"), filepath.Join(dir, "2026-11-20.json")}
	if _, errs, code := poslog(t, "analyze", writer(t, dir)("till.csv", aTerminal), "-o", twice[0], "-o", twice[1]); code == exitDone || !strings.Contains(errs, "would be written twice") {
		t.Errorf("exit code %d: %s", code, errs)
	}
	report := filepath.Join(dir, "{date}", "day.json")
	_, errs, code := poslog(t, "analyze", "samples/merchant-day", "-o", report, "-o", filepath.Join(dir, "a.txt"), "--fail-if", "incidents>0", "--fail-if", "approval_rate<10%")
	if code != exitPolicy || !strings.Contains(errs, "incidents>0 (it is 1)") || strings.Contains(errs, "approval_rate") {
		t.Errorf("exit code %d: %s", code, errs)
	}
	for _, f := range []string{"2026-11-20/day.json", "a.txt"} {
		if info, err := os.Stat(filepath.Join(dir, f)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", f, err)
		}
	}
	left, _ := filepath.Glob(filepath.Join(dir, "*", ".poslog-*"))
	if len(left) != 0 {
		t.Errorf("temporary files are left: %v", left)
	}
}

// The report tells by which files it was made, and whose they are said to be.
func TestSettingsAreNamed(t *testing.T) {
	dir := t.TempDir()
	notice, log := filepath.Join(dir, "notice.txt"), filepath.Join(dir, "ping.log")
	os.WriteFile(notice, []byte("我行定于2026年11月20日22:00至23:30进行系统维护。\n"), 0o600)
	os.WriteFile(log, []byte("[1795140000.000000] 64 bytes from 10.1.1.1: icmp_seq=1 ttl=60 time=12.3 ms\n"), 0o600)
	r := analyzeJSON(t, "samples/merchant-day", "--calendar", "NSH001="+notice, "--probe", "NSH001="+log)
	for _, want := range []string{"calendar=NSH001=notice.txt sha256:", "probe=NSH001=ping.log sha256:"} {
		if !slices.ContainsFunc(r.Tool.Config, func(s string) bool { return strings.HasPrefix(s, want) }) {
			t.Errorf("no %q in %q", want, r.Tool.Config)
		}
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	t.Chdir("../..")
	var out, errs bytes.Buffer
	if code := run(ctx, []string{"analyze", "samples/bank-day"}, strings.NewReader(""), &out, &errs); code != exitCancelled || out.Len() != 0 {
		t.Errorf("exit code %d: %s", code, errs.String())
	}
}

// A run that does not look at a signal is ended all the same, with the code of an interruption.
func TestInsist(t *testing.T) {
	var errs bytes.Buffer
	code := -1
	insist(0, &errs, func(c int) { code = c })
	if code != exitCancelled || errs.String() != "poslog: cancelled\n" {
		t.Errorf("exit code %d: %s", code, errs.String())
	}
}

// TestNoCardNumberLeaks writes a log with whole card numbers and track data and
// looks for any of them in everything that the program writes.
func TestNoCardNumberLeaks(t *testing.T) {
	w, err := generate.Scenario("ugly", 5, generate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	files, err := w.Files()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	secrets := map[string]bool{}
	number := regexp.MustCompile(`[0-9]{13,19}`)
	for name, data := range files {
		if name == "truth.json" {
			continue
		}
		if strings.HasSuffix(name, ".log") {
			// Broken lines with cards in them must not leak through the rejects either.
			data = append(data, "2026-11-20 10:00:00.000 INFO TXN TID=1 RC=00 AMT=12x PAN=4111111111111111 TRACK2=4111111111111111=26122010000012345678\n2026-11-20 10:61:00 TXN PAN=5500005555555559 RC=00 AMT=1\n"...)
			// Cards where no card belongs: in dimensions, keys and codes.
			data = append(data, "2026-11-20 10:02:00.000 INFO TXN INST=6228480402564890018 MID=4111111111111111 TID=10000001 MTI=0210 STAN=000125 RRN=5500005555555559 AMT=000000012300 RC=4111111111111111 MODEL=6228480402564890018 CARRIER=5500005555555559\n"...)
		}
		for _, s := range number.FindAllString(string(data), -1) {
			if luhn(s) && (len(s) >= 16 || s[0] == '3') {
				secrets[s] = true
			}
		}
		// Banks name statements after the card.
		if err := os.WriteFile(filepath.Join(dir, "6228480402564890018-"+name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, data := range namedAfterCards(t) {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	secrets[cardName] = true
	if len(secrets) < 50 {
		t.Fatalf("only %d card numbers in the input: the test would prove nothing", len(secrets))
	}
	outDir := t.TempDir()
	args := []string{"analyze", dir, "--rejects", filepath.Join(outDir, "rejects.csv"), "--tolerance", "50%"}
	for _, ext := range []string{"txt", "json", "jsonl", "csv", "html", "md", "xlsx"} {
		args = append(args, "-o", filepath.Join(outDir, "out."+ext))
	}
	written := map[string]string{}
	runs := [][]string{args, {"analyze", dir, "--tolerance", "50%"}, {"inspect", dir, "-n", "500", "--rejects", "0"}}
	alone := map[string]bool{}
	for name := range namedAfterCards(t) {
		path := filepath.Join(dir, name)
		alone[path] = true
		runs = append(runs, []string{"inspect", "--draft", path}, []string{"analyze", "--format", "json", path})
	}
	for _, a := range runs {
		out, errs, code := poslog(t, a...)
		if code == exitUsage || code == exitFailed && !alone[a[len(a)-1]] { // of a file whose names nobody knows the refusal is looked at
			t.Fatalf("%v: exit code %d: %s", a, code, errs)
		}
		written[strings.Join(a[:1], " ")+" stdout"] += out
		written[strings.Join(a[:1], " ")+" stderr"] += errs
	}
	outputs, _ := filepath.Glob(filepath.Join(outDir, "*"))
	for _, path := range outputs {
		written[filepath.Base(path)] = contents(t, path)
	}
	for where, text := range written {
		for _, s := range number.FindAllString(text, -1) {
			for n := 13; n <= len(s); n++ {
				for i := 0; i+n <= len(s); i++ {
					if secrets[s[i:i+n]] {
						t.Fatalf("%s holds a card number that begins with %s", where, s[i:i+6])
					}
				}
			}
		}
	}
	if n := len(written); n < 10 {
		t.Fatalf("only %d outputs were looked at", n)
	}
}

const cardName = "6222021234567890128"

// namedAfterCards are files that have a card number in the name of a column, key, element or sheet.
func namedAfterCards(t *testing.T) map[string][]byte {
	t.Helper()
	csv := "商户 NAME\n交易日期,交易时间,终端号,参考号,交易金额,应答码,NAME,卡NAME金额\n2026-11-20,08:15:32,00000001,123456789012,15.00,00,x,1\n"
	files := map[string]string{
		"known.csv":    csv,
		"amount.csv":   strings.NewReplacer("交易金额", "NAME Amount (JPY)", "卡NAME金额", "x").Replace(csv),
		"unknown.csv":  strings.NewReplacer("交易", "", "应答码", "NAME", "参考号", "另 NAME").Replace(csv),
		"keys.log":     strings.Repeat("2026-11-20 10:02:00.000 INFO TXN TID=10000001 NAME=1 STAN=000125 RRN=000000000012 AMT=000000012300 RC=00 kNAME=2\n", 3),
		"keys.json":    strings.Repeat(`{"time":"2026-11-20T10:02:00+08:00","tid":"10000001","NAME":1,"amount":"12.30","rc":"00","card NAME":"x"}`+"\n", 3),
		"elements.xml": "<txns>" + strings.Repeat("<txn cNAME=\"1\"><sj>2026-11-20 10:02:00</sj><jg>00</jg><je>12.30</je><kNAME>x</kNAME></txn>", 3) + "</txns>",
	}
	out := map[string][]byte{}
	for name, text := range files {
		out[name] = []byte(strings.ReplaceAll(text, "NAME", cardName))
	}
	f := excelize.NewFile()
	f.SetSheetName("Sheet1", cardName)
	for i, row := range [][]any{{"交易日期", "交易时间", "终端号", "参考号", "交易金额", "应答码", cardName}, {"2026-11-20", "08:15:32", "00000001", "123456789012", "15.00", "00", "x"}, {"2026-13-20", "08:15:32", "00000001", "123456789013", "15.00", "00", "x"}} {
		if err := f.SetSheetRow(cardName, fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	out["sheet.xlsx"] = b.Bytes()
	return out
}

func luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// Without an ID explain lists what can be asked, each so that it can be copied and asked.
func TestExplainLists(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("a-long-name-", 8))
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "day.json")
	log := filepath.Join(dir, "day.log")
	data, err := os.ReadFile("../../samples/bank-day/terminal-NSH003.log")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(log, data, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, errs, code := poslog(t, "analyze", log, "-o", out); code != exitDone {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	for lang, head := range map[string]string{"zh": "编号", "en": "id"} {
		text, errs, code := poslog(t, "explain", out, "--lang", lang)
		if code != exitDone || !strings.HasPrefix(strings.TrimSpace(text), head) {
			t.Errorf("exit code %d: %s%s", code, text, errs)
		}
		if want := "inputs/" + log + "/lines"; !strings.Contains(text, want) {
			t.Errorf("%s is not in one piece:\n%s", want, text)
		} else if _, errs, code := poslog(t, "explain", out, want); code != exitDone {
			t.Errorf("exit code %d: %s", code, errs)
		}
	}
	for _, more := range [][]string{{"--format", "csv"}, {"-o", filepath.Join(dir, "list.csv")}} {
		if _, errs, code := poslog(t, append([]string{"explain", out}, more...)...); code != exitUsage || !strings.Contains(errs, "name an ID") {
			t.Errorf("%v: exit code %d: %s", more, code, errs)
		}
	}
}

// A report that was made with carried rows, with sides that were stated, or from files
// beside a calendar of their directory can be explained.
func TestExplainWithTheSameSettings(t *testing.T) {
	dir := t.TempDir()
	pool, out := filepath.Join(dir, "pool.json"), filepath.Join(dir, "day.json")
	bank, pos := "samples/merchant-day/settlement.csv", "samples/merchant-day/terminal.xlsx"
	for range 2 { // the second one takes up what the first left
		if _, errs, code := poslog(t, "analyze", "--settlement", bank, "--terminal", pos, "--carry", pool, "-o", out); code != exitDone {
			t.Fatalf("exit code %d: %s", code, errs)
		}
	}
	for _, c := range []struct {
		args  []string
		notes bool
	}{{[]string{"--carry", pool}, false}, {nil, true}} {
		for _, id := range []string{"state:matched", "totals/attempts"} {
			text, errs, code := poslog(t, append([]string{"explain", out, id, "--lang", "en"}, c.args...)...)
			if code != exitDone || strings.Contains(errs, "--carry") != c.notes {
				t.Errorf("%s %v: exit code %d: %s%s", id, c.args, code, text, errs)
			}
		}
	}
}
