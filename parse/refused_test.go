package parse

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/formats"
	"github.com/poslog/poslog/txn"
)

// Every error that refuses a whole input has a broken input, and its message stands in
// testdata/bad/files.golden. Inputs that are bytes and no text are made here.
func TestEveryErrorOfAFileHasItsSample(t *testing.T) {
	good := zipped("a.log", line)
	flag := []byte(good) // the flag of a password, in both headers
	flag[6] |= 1
	flag[bytes.Index(flag, []byte("PK\x01\x02"))+8] |= 1
	method := []byte(good)
	method[8] = 99
	method[bytes.Index(method, []byte("PK\x01\x02"))+10] = 99
	many := make([]string, 0, 2*(maxMembers+1))
	var folders []string
	for i := range maxMembers + 1 {
		folders = append(folders, fmt.Sprintf("%05d/", i), "")
		many = append(many, fmt.Sprintf("%05d.log", i), "")
	}
	deep := line
	for range maxDepth + 1 {
		deep = gz(deep)
	}
	xml := func(declared, inside string) string {
		return `<?xml version="1.0" encoding="` + declared + `"?><log>` + inside + `</log>`
	}
	const dumped = "2026-11-20 08:15:32 ISO0210" + "1038000002818000" + "000000012300" + "000123" + "081532" + "1120" + "51" + "10000001" + "04" + "0102" + "156\n"
	const txnElement = "<txn><when>2026-11-20 08:15:32</when><rc>B4</rc><amt>12.30</amt></txn>"
	fixed := "20261120081532 000000001230 B4 \n"
	inputs := []struct{ name, data string }{
		{"archive-damaged.zip", good[:len(good)/2]},
		{"archive-empty.zip", zipped()},
		{"archive-many.zip", zipped(many...)},
		{"archive-password.zip", string(flag)},
		{"archive-unknown-method.zip", string(method)},
		{"packed-damaged.gz", gz(strings.Repeat(line, 1000))[:100]},
		{"packed-damaged.zst", zst(strings.Repeat(line, 1000))[:20]},
		{"packed-damaged.bz2", bz2[:60]},
		{"packed-deep.gz", deep},
		{"archive-damaged.tar", inTar("a.log", line)[:300]},
		{"archive-cut.tar", inTar("a.log", line)[:530]},
		{"archive-many.tar", inTar(folders...)},
		{"archive-empty.tar", inTar("a/", "")},
		{"ledger.xml", "<ledger>\n<curdef>EUR</curdef>\n<trnlist>\n<stmttrn>\n<benefit>debit</benefit>\n<trnamt>12.50</trnamt>\n<fee>0.00</fee>\n<code>80</code>\n<timeposted>2026-11-20T08:15:32</timeposted>\n</stmttrn>\n</trnlist>\n</ledger>\n"},
		{"statement.sta", ":20:STARTUMS\n:25:12030000/202051\n:60F:C261119EUR100,00\n:61:2611201120CR12,50NMSCNONREF\n:62F:C261120EUR112,50\n"},
		{"statement.coda", padded(128, "0000020112630005        00123456", "10001001234567 EUR0BE", "2100010000TRANSFER", "9               000003")},
		{"statement.q43", padded(80, "11208112340000000001261101261120", "22    1234261120", "332081123400000000011")},
		{"trimmed.q43", "11208112340000000001261101261120\n22    1234261120\n332081123400000000011\n"},
		{"clearing.ctf", padded(168, "90400000263250000000", "0500622848000000123400000Z 2740000", "050100000", "9200400000")},
		{"clearing.ipm", "\x00\x00\x00\x1a\xF1\xF6\xF4\xF4\x80\x00\x01\x00\x00\x01\x00\x00"},
		{"payments.ach", padded(94, "101 091000019 1234567891411200815A094101", "5200A SHOP", "62209100001912345678", "9000001000001")},
		{"amex.eptrn", padded(450, "DFHDR112020260815000000A SHOP", "12345678901234567890          2026324D0001100", "DFTRL112020260815")},
		{"amex.grrcn", padded(800, "HEADER    20261120081532", "SUMMARY   1234567890", "TRANSACTN 1234567890", "TRAILER   0000000004")},
		{"cielo.edi", padded(400, "01051583117202611202026112020261120000001CIELO03", "E1051583117001002", "9000000003")},
		{"rede.edi", padded(1024, "00220112026REDECARDEXTRATO DE MOVIMENTO DE VENDASA SHOP", "004123456789", "028000000")},
		{"getnet.edi", padded(401, "020112026081532201120262CEADM100123456789012345 GETNET S.A.", "1123456789", "9000000")},
		{"return.ret", padded(240, "03300000         2123456780001230", "03300011R01000", "0330001300001T", "03399999")},
		{"journal.beancount", "option \"title\" \"shop\"\n2026-11-20 * \"coffee\"\n  Assets:Bank  -22.00 CNY\n  Expenses:Food  22.00 CNY\n"},
		{"records.txt", "HDR|20261120\nDTL|A1|20261120|x1|123|345\nDTL|A2|20261120|x2|133|45\nTRL|2\n"},
		{"slip.txt", "      结算总计单\n终端编号: 10000001\n类型/TYPE    笔数/SUM   金额/AMOUNT\n消费/SALE       12        1580.00\n退货/REFUND      1          28.00\n"},
		{"附件1.txt", "关于系统维护的公告\n尊敬的客户：我行定于2026年11月18日23:00至11月19日01:00进行系统升级，期间暂停服务，敬请谅解。\n"},
		{"附件2.txt", "各位，11月20日凌晨1:00-5:00核心系统升级，银行卡业务暂停\n"},
		{"bank.ics", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20261118T150000Z\r\nDTEND:20261118T170000Z\r\nSUMMARY:core\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"},
		{"prose.log", "2026-11-20 08:15:32 终端10000001 流水000123 金额75.12元 返回码00 耗时186ms\n"}, // a log, of which a format can be drafted
		{"misread.txt", "璁㈠崟缂栧彿|璁㈠崟绫诲瀷|鏀粯鏂瑰紡|娓犻亾鍚嶇О|璁㈠崟閲戦|瀹炴敹閲戦|鎵嬬画璐箌璁㈠崟鐘舵亅浜ゆ槗鏃ユ湡\nORD001|娑堣垂|寰俊|鎷夊崱鎷墊100.00|99.40|0.60|鎴愬姛|2026-11-20\nORD002|娑堣垂|鏀粯瀹潀鎷夊崱鎷墊10.00|9.94|0.06|鎴愬姛|2026-11-20\n"},
		{"messages.txt", "【建设银行】您尾号1234的储蓄卡11月20日12时30分消费支出人民币100.00元,活期余额2000.00元。\n"},
		{"by-way.csv", "日期,门店,微信,支付宝,银行卡,现金,合计\n2026-11-20,星沙店,1280.00,580.00,300.00,120.00,2280.00\n2026-11-21,星沙店,1180.00,480.00,200.00,20.00,1880.00\n"},
		{"empty.log", ""},
		{"bytes.log", "\x00\x01\x02\x03\x04\x05\x06\x07" + strings.Repeat("\x0b\x1f\x00\x7f", 20)},
		{"picture.log", "\xFF\xD8\xFF\xE0\x00\x10JFIF\x00"},
		{"text.odt", "PK\x03\x04" + strings.Repeat("\x00", 26) + "mimetypeapplication/vnd.oasis.opendocument.textPK"},
		{"locked.ods", zipped("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "META-INF/manifest.xml", "<file-entry><encryption-data/></file-entry>", "content.xml", "...")},
		{"damaged.ods", zipped("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", "<document><table><table-row <")},
		{"table.numbers", zipped("Index/Document.iwa", "...")},
		{"document.json", `{"data":[{"time":"2026-11-20 08:15:32","tid":"1","code":"00","amount":"1.00"}`},
		{"document-followed.json", `[{"time":"2026-11-20 08:15:32","tid":"1","code":"00","amount":"1.00"}] x`},
		{"document-deep.json", `[{"time":"2026-11-20 08:15:32","tid":"1","code":"00","amount":"1.00"},` + strings.Repeat("[", 200)},
		{"charset.xml", xml("shift_jis", txnElement)},
		{"element-deep.xml", xml("utf-8", txnElement+"<txn>"+strings.Repeat("<a>", 120)+strings.Repeat("</a>", 120)+"</txn>")},
		{"element-long.xml", xml("utf-8", txnElement+"<txn><rc>"+strings.Repeat("0", 17<<20))},
		{"nothing.xml", "plain words\n"},
		{"no-element.xml", "<log><a/></log>\n"},
		{"no-record.xml", "<log><txn><rc>00</rc></txn></log>\n"},
		{"damaged.xml", "<log>\n" + txnElement + "\n<txn><rc>00\n" + txnElement + "\n<rc>00</rc></txn>\n<txn></txn\n<txn =></txn>\n</log>\n"},
		{"fixed.long", strings.Repeat("0", 80) + "\n"},
		{"fixed.none", strings.Repeat("0", 31) + "\n"},
		{"blank.csv", "\ufeff\n \r\n"},
		{"fixed.remarks", "# nothing but remarks\n"},
		{"fixed.bytes", strings.Repeat(fixed, 4) + strings.Replace(fixed, "B4", "\xff\xff", 1)},
		{"fixed.cut", cutGz(strings.Repeat(fixed, 3))},
		{"cut.xml", cutGz("<log>\n" + txnElement + "\n" + txnElement + "\n")},
		{"cut.log", cutGz(line + line)},
		{"cut.csv", cutGz("交易时间,终端号,交易金额,应答码\n2026-11-20 08:15:32,00000001,1.00,00\n")},
		{"dump.none", "2026-11-20 08:15:32 ISO0210103800000281800000000001230000\n2026-11-20 08:15:32 ISO0210103800000281800000000001230000\n" + dumped},
		{"dump.some", strings.Repeat(dumped, 9) + "2026-11-20 08:15:32 ISO0210103800000281800000000001230000\n"},
		{"quote.jsonl", `{"ts":"2026-11-20 08:15:32","rc":"00","tid":"1","amt":"1.00"}` + "\n" + `{"ts":"2026-11-20 08:15:32","rc":"00","tid":"\q1"}` + "\n"},
		{"quote.json", `{"path":{"data":[{"time":"2026-11-20 08:15:32","tid":"1","code":"00","amount":"1.00"}],"note":["\q"]}}`},
		{"control.csv", "交易时间,终端号,交易金额,应答码\n2026-11-20 08:15:32,00000001,1.00,0\x010\n2026-11-20 08:15:33,00000001,1.00,00\n"},
		{"cr.csv", "交易时间,终端号,交易金额,应答码\n2026-11-20 08:15:32,00000001,1.00,00\r2026-11-20 08:15:33,00000001,1.00,00\n"},
		{"zone.csv", "交易时间,终端号,交易金额,应答码\n2026-11-20 08:15:32 XYZT,00000001,1.00,00\n2026-11-20 08:15:33,00000001,1.00,00\n"},
		{"day.csv", "交易时间,终端号,交易金额,清算日期\n2026-11-20 08:15:32,00000001,1.00,08:15:32\n2026-11-20 08:15:32,00000001,1.00,2026-11-20 08:15:32+99:99\n2026-11-20 08:15:33,00000001,1.00,20261121\n"},
		{"described.csv", "发生时刻,钱数,结果\n2026-11-20 08:15:32,12.30,B4\n"},
		{"strict.none", "plain words\nmore of them\n"},
		{"answer.json", `{"code":0,"list":[{"name":"a"},{"name":"b"}]}` + "\n"},
		{"report.json", `{"schema":"poslog/report/1","codes":[{"code":"00","n":1}]}` + "\n"},
		{"code-spoiled.csv", "交易时间,终端号,交易金额,应答码\n2026-11-20 08:15:32,00000001,1.00,1.00E+02\n2026-11-20 08:15:33,00000001,1.00,00\n"},
		{"nearly.csv", "发生时刻,终端,钱数(元)\n2026-11-20 08:15:32,00000001,1.00\n"},
		{"only-noise.log", "2026-11-20 08:15:32 INFO start=1 port=2\n" + strings.Repeat("2026-11-20 08:15:33 INFO a=1\n", 30)},
	}
	described, err := LoadFormats("testdata/bad")
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, in := range inputs {
		c := &refusals{rules: map[string]bool{}}
		files, err := Read(t.Context(), []Input{Bytes(in.name, []byte(in.data))}, Options{Location: china, Formats: described}, func(int) Handler { return c })
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, f := range files {
			if f.Err != nil {
				n++
				fmt.Fprintf(&got, "%s: %s\n", f.Source.Name, txn.Scrub(f.Err.Error()))
			}
		}
		got.WriteString(c.b.String())
		if n == 0 && c.b.Len() == 0 {
			t.Errorf("%s is refused nowhere", in.name)
		}
	}
	dir := t.TempDir()
	os.Mkdir(filepath.Join(dir, "none"), 0o700)
	os.Mkdir(filepath.Join(dir, "notes"), 0o700)
	os.WriteFile(filepath.Join(dir, "notes", "README.md"), nil, 0o600)
	os.WriteFile(filepath.Join(dir, "notes", "a.log"), nil, 0o600)
	for _, arg := range []string{"none", "notes", "missing.log", "no/missing.log", "a.zip!b.log", "x*.log", "x["} {
		_, err := Expand([]string{filepath.Join(dir, arg)}, nil)
		if err == nil {
			t.Errorf("%s: no error", arg)
			continue
		}
		fmt.Fprintln(&got, strings.ReplaceAll(err.Error(), dir, "DIR"))
	}
	for _, d := range []string{"notes/README.md", "none", "missing"} {
		_, err := LoadFormats(filepath.Join(dir, d))
		if err == nil {
			t.Errorf("formats of %s: no error", d)
			continue
		}
		fmt.Fprintln(&got, strings.ReplaceAll(err.Error(), dir, "DIR"))
	}
	os.WriteFile(filepath.Join(dir, "notes", "a.yaml"), broken(t, "keys.yaml"), 0o600)
	os.WriteFile(filepath.Join(dir, "notes", "b.yaml"), broken(t, "keys.yaml"), 0o600)
	if _, err := LoadFormats(filepath.Join(dir, "notes")); err != nil {
		fmt.Fprintln(&got, strings.ReplaceAll(err.Error(), dir, "DIR"))
	}
	if _, err := described.Find("bad-habits"); err != nil {
		fmt.Fprintln(&got, err)
	}
	// A format may be asked to read what is not its own.
	for _, in := range []struct{ format, name, data string }{
		{"bad-keys", "forced.log", strings.Repeat("plain words\n", 2)},
		{"bad-keys", "forced-long.log", strings.Repeat("plain words\n", 200)},
		{"bad-table", "forced.csv", "发生时刻,钱数,结果\n2026-11-20 08:15:32,12.30,B4\n"},
	} {
		func() {
			defer func(n int64) { partSize = n }(partSize)
			partSize = 512
			one, err := described.Find(in.format)
			if err != nil {
				t.Fatal(err)
			}
			files, err := Read(t.Context(), []Input{Bytes(in.name, []byte(in.data))}, Options{Formats: Only(one)}, func(int) Handler { return &refusals{rules: map[string]bool{}} })
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&got, "%s: %v\n", files[0].Source.Name, files[0].Err)
		}()
	}
	_, err = Read(t.Context(), nil, Options{}, nil)
	fmt.Fprintln(&got, err)
	defer func(n int64) { maxHeld = n }(maxHeld)
	maxHeld = 1 << 20
	for _, in := range []struct{ name, data string }{
		{"pipe.zip", "PK\x03\x04" + strings.Repeat("\x00", 1<<20)},
		{"hits.json", `{"hits":[{"message":"TXN RC=00","@timestamp":"2026-11-20T00:15:32Z"},` + strings.Repeat("\n", 1<<20)},
	} {
		pipe := Input{Name: in.name, Size: -1, open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(in.data)), nil }}
		files, err := Read(t.Context(), []Input{pipe}, Options{}, func(int) Handler { return &refusals{rules: map[string]bool{}} })
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&got, "%s: %v\n", in.name, files[0].Err)
	}
	const golden = "testdata/bad/files.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, _ := os.ReadFile(golden); got.String() != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

// broken is one of the broken samples.
func broken(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "bad", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Faults of ours are injected: an input in which a reader fails ends in an error that
// asks for a report, and the others are read.
func TestFaultsOfReaders(t *testing.T) {
	defer func(n int64) { partSize = n }(partSize)
	partSize = 512
	sum := func(lines int) (*entry.Summary, error) { return &entry.Summary{Format: "broken", Lines: lines}, nil }
	ours := func(string, []byte) (int, string) { return 100, "it is" }
	lose := func(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
		data, err := io.ReadAll(st.R)
		sink.Skip(entry.Noise, 1)
		if err != nil {
			return nil, err
		}
		return sum(bytes.Count(data, []byte("\n")))
	}
	crash := func(*entry.Stream, entry.Sink) (*entry.Summary, error) {
		panic("no such column of 6222021234567890123")
	}
	later := func(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
		if st.Then != nil {
			st.Then(func(any, entry.Sink) any { panic("out of step") })
		}
		return lose(st, sink)
	}
	parted := func(string, []byte) *entry.Parting { return &entry.Parting{} }
	for _, tt := range []struct {
		name  string
		r     entry.Reader
		lines int
		want  string
	}{
		{"it crashes", entry.Reader{Sniff: ours, Read: crash}, 1, "internal error in the broken reader: no such column of 622202*********0123; please report it with the file's first lines"},
		{"it crashes while it looks", entry.Reader{Sniff: func(string, []byte) (int, string) { panic("too short") }}, 1, "not understood. To have a format drafted from it: poslog inspect --draft FILE. Tried broken: internal error: too short"},
		{"it loses lines", entry.Reader{Sniff: ours, Read: lose}, 3, "internal error in the broken reader: 3 lines but 1 records + rejects + skips: lines were lost or invented"},
		{"it loses lines of parts", entry.Reader{Sniff: ours, Read: lose, Parts: parted}, 300, "internal error in the broken reader: "},
		{"it crashes behind a part", entry.Reader{Sniff: ours, Read: later, Parts: parted}, 300, "internal error in the broken reader: out of step; please report it with the file's first lines"},
	} {
		tt.r.Name = "broken"
		in := []Input{Bytes("a.txt", []byte(strings.Repeat("plain words\n", tt.lines)))}
		files, err := Read(t.Context(), in, Options{Formats: &Formats{&formats.Set{}, []entry.Reader{tt.r}}}, func(int) Handler { return &refusals{rules: map[string]bool{}} })
		if err != nil {
			t.Fatal(err)
		}
		if f := files[0]; f.Err == nil || !strings.Contains(f.Err.Error(), tt.want) {
			t.Errorf("%s:\n got %v\nwant %s", tt.name, f.Err, tt.want)
		}
	}
}

// padded are lines that blanks fill up to a width.
func padded(width int, lines ...string) string {
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&b, "%-*s\r\n", width, l)
	}
	return b.String()
}
