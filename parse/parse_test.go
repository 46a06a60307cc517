package parse

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

const line = `2026-11-20 08:15:32.123 INFO TXN INST=NSH001 TID=10000001 MTI=0210 STAN=000123 AMT=000000012300 RC=00 RT=235ms` + "\n"

// bz2 is line as bzip2(1) packs it; the library only unpacks.
const bz2 = "\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\x8f\xcc\xcb\xdc\x00\x00\x19\x5f\x80\x18\x10\x40\x03\x7b\x52\x2d\x63\x9c\x40\x00\x02\x08\x00\x20\x00\x72\x28\x00\x00\x00\x00\xd4\xf4\x0a\x1a\x4d\xa9\x9a\x8c\x0d\x08\x1e\x19\x8d\xe6\xb2\x3c\x51\x32\x60\x48\x42\x23\x44\x0a\x83\x65\x92\x3e\x58\xb4\x33\xd1\xbe\xd2\xb8\xbe\x71\x84\xaf\x4c\x25\x71\x6b\x91\xab\x5f\xf6\xfd\xc6\xea\x2a\x7a\x67\xb3\x07\x1c\x9e\xd2\x34\x36\x71\x78\x3d\xce\x61\x14\x0b\x77\xbe\x2e\xe4\x8a\x70\xa1\x21\x1f\x99\x97\xb8"

// book is a handler that keeps positions.
type book struct {
	rows    []string
	rejects []string
}

func (b *book) Record(r *txn.Record)   { b.rows = append(b.rows, r.Pos.String()+" "+r.Code) }
func (b *book) Reject(r *entry.Reject) { b.rejects = append(b.rejects, r.Error()) }

func readAll(t testing.TB, o Options, inputs ...Input) ([]*File, *book) {
	t.Helper()
	all := &book{}
	var each []*book
	files, err := Read(context.Background(), inputs, o, func(int) Handler {
		b := &book{}
		each = append(each, b)
		return b
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range each {
		all.rows = append(all.rows, b.rows...)
		all.rejects = append(all.rejects, b.rejects...)
	}
	return files, all
}

func gz(data ...string) string {
	var b bytes.Buffer
	for _, d := range data { // one member each
		w := gzip.NewWriter(&b)
		io.WriteString(w, d)
		w.Close()
	}
	return b.String()
}

func zst(data string) string {
	w, _ := zstd.NewWriter(nil)
	return string(w.EncodeAll([]byte(data), nil))
}

func zipped(members ...string) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		h := &zip.FileHeader{Name: members[i], Method: zip.Deflate}
		if members[i] == "mimetype" { // stands at the start as it is
			h.Method = zip.Store
		}
		h.NonUTF8 = members[i] != strings.ToValidUTF8(members[i], "")
		f, _ := w.CreateHeader(h)
		io.WriteString(f, members[i+1])
	}
	w.Close()
	return b.String()
}

// inTar packs names and contents; a name that ends in a slash is a folder.
func inTar(members ...string) string {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		w.WriteHeader(&tar.Header{Name: members[i], Size: int64(len(members[i+1])), Mode: 0o600, Format: tar.FormatGNU})
		io.WriteString(w, members[i+1])
	}
	w.Close()
	return b.String()
}

func TestWrappings(t *testing.T) {
	gbkName, _ := simplifiedchinese.GB18030.NewEncoder().String("交易日志.log")

	tests := []struct {
		name, data string
		files      string // names and records
	}{
		{"plain.log", line + line, "plain.log:2"},
		{"misnamed.csv", gz(line), "misnamed.csv:1"},
		{"members.gz", gz(line, line, line), "members.gz:3"},
		{"a.zst", zst(line + line), "a.zst:2"},
		{"a.bz2", bz2 + bz2, "a.bz2:2"},
		{"unicode.txt", utf16Text("\ufeff" + line + line), "unicode.txt:2"},
		{"unicode.csv.gz", gz(utf16Text("\ufeff交易时间\t终端号\t交易金额\t应答码\r\n2026-11-20 08:15:32\t00000001\t1.00\t00\r\n")), "unicode.csv.gz:1"},
		{"nested.gz", gz(zst(line)), "nested.gz:1"},
		{"a.zip", zipped("b.log", line, "a.log", line+line, "dir/", "", ".hidden", "x", "c.log.gz", gz(line)), "a.zip!a.log:2 a.zip!b.log:1 a.zip!c.log.gz:1"},
		{"gbk.zip", zipped(gbkName, line), "gbk.zip!交易日志.log:1"},
		{"zip.zip", zipped("inner.zip", zipped("x.log", line)), "zip.zip!inner.zip!x.log:1"},
		{"a.tar", inTar("b.log", line, "a.log", line+line, "dir/", "", ".hidden", "x", "c.log.gz", gz(line)), "a.tar!a.log:2 a.tar!b.log:1 a.tar!c.log.gz:1"},
		{"gbk.tar.gz", gz(inTar("dir/"+gbkName, line)), "gbk.tar.gz!dir/交易日志.log:1"},
		{"zip.gz", gz(zipped("x.log", line)), "zip.gz!x.log:1"},
	}
	for _, tt := range tests {
		files, _ := readAll(t, Options{}, Bytes(tt.name, []byte(tt.data)))
		var got []string
		for _, f := range files {
			if f.Err != nil {
				t.Errorf("%s: %s: %v", tt.name, f.Source.Name, f.Err)
				continue
			}
			got = append(got, fmt.Sprintf("%s:%d", f.Source.Name, f.Count.Records))
			if len(f.Source.SHA256) != 64 {
				t.Errorf("%s: hash %q", f.Source.Name, f.Source.SHA256)
			}
		}
		if s := strings.Join(got, " "); s != tt.files {
			t.Errorf("%s: %s, want %s", tt.name, s, tt.files)
		}
	}
}

func TestHashIsOfStoredBytes(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.log.gz")
	if err := os.WriteFile(path, []byte(gz(line)), 0o600); err != nil {
		t.Fatal(err)
	}
	inputs, err := Expand([]string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	files, _ := readAll(t, Options{}, inputs...)
	want := fmt.Sprintf("%x", sha(gz(line)))
	if files[0].Source.SHA256 != want {
		t.Errorf("%s, want %s", files[0].Source.SHA256, want)
	}
}

// A log that is emptied between the look at its size and its end lacks rows: that is said.
func TestShorterFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.log")
	if err := os.WriteFile(path, []byte(strings.Repeat(line, 20)), 0o600); err != nil {
		t.Fatal(err)
	}
	inputs, err := Expand([]string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, lines := range []int{20, 15} {
		if err := os.Truncate(path, int64(lines*len(line))); err != nil {
			t.Fatal(err)
		}
		files, _ := readAll(t, Options{}, inputs...)
		want := "<nil>"
		if lines < 20 {
			want = fmt.Sprintf("the file became shorter while it was read: %d bytes of %d were left; read a copy, or the rotated file", lines*len(line), 20*len(line))
		}
		if got := fmt.Sprint(files[0].Err); files[0].Count.Records != lines || got != want {
			t.Errorf("%d lines: %d records, %s", lines, files[0].Count.Records, got)
		}
	}
}

// What nobody can read ends in an error that says what was tried, and in no
// panic: the cases that users will try first.
// The objects of a document on one line are records of their own, with one that cannot be read
// among them too, and are found by their number; so are those of answers of an interface, one
// per line.
func TestListsOnOneLine(t *testing.T) {
	object := func(i int) string {
		return fmt.Sprintf(`{"time":"2026-11-20 08:%02d:32","tid":"10000001","stan":"%06d","amount":"%s","code":"00"}`, i, i, map[bool]string{true: "12.3x", false: "12.30"}[i == 7])
	}
	var list, pages []string
	for i := range 20 {
		list = append(list, object(i+1))
	}
	for i := range 4 {
		pages = append(pages, `{"code":0,"data":{"list":[`+strings.Join(list[5*i:5*i+5], ",")+`]}}`)
	}
	xml := "<list>" + regexp.MustCompile(`"(\w+)":"([^"]*)",?`).ReplaceAllString(strings.NewReplacer("{", "<txn>", "}", "</txn>").Replace(strings.Join(list, "")), "<$1>$2</$1>") + "</list>"
	for name, data := range map[string]string{
		"list.json":   "[" + strings.Join(list, ",") + "]",
		"answer.json": `{"data":{"list":[` + strings.Join(list, ",") + `]}}`,
		"pages.jsonl": strings.Join(pages, "\n") + "\n",
		"list.xml":    xml,
	} {
		files, b := readAll(t, Options{}, Bytes(name, []byte(data)))
		if files[0].Err != nil || len(b.rejects) != 1 || files[0].Count.Records != 19 {
			t.Errorf("%s: %v, %+v", name, files[0].Err, files[0].Count)
			continue
		}
		if name != "pages.jsonl" && !strings.HasPrefix(b.rejects[0], name+":7: ") {
			t.Errorf("%s: the seventh is not told: %s", name, b.rejects[0])
		}
	}
}

func TestNotUnderstood(t *testing.T) {
	xlsx := zipped("[Content_Types].xml", "<Types/>", "xl/workbook.xml", strings.Repeat("<x/>", 1000))
	tests := []struct {
		name, data, want string
	}{
		{"photo.jpg", "\xff\xd8\xff\xe0\x00\x10JFIF\x00" + strings.Repeat("\x83\x12", 500), "it is a JPEG picture"},
		{"empty.log", "", "empty"},
		{"binary.dat", strings.Repeat("\x00\x01\x02\xff", 400), "Tried"},
		{"random.bin", "\x8f\x03\x9a\xee" + strings.Repeat("\xde\xad\x01\n", 300), "Tried"},
		{"truncated.xlsx", xlsx[:len(xlsx)/2], ""},
		{"nocode.csv", "姓名,年龄\n张三,30\n李四,40\n", "Tried"},
		{"letter.txt", "Dear Sir,\nplease find enclosed.\n", "kv: "},
		{"doc.pdf", "%PDF-1.7\n...", "a PDF document"},
		{"message.dat", "0800822000000000000004000000000000001320081532000123001", "as iso8583 text, field 7 is no time"},
		{"cut.gz", gz(strings.Repeat(line, 1000))[:200], "damaged or cut off"},
		{"cut.zip", zipped("a.log", strings.Repeat(line, 1000))[:200], "damaged or cut off"},
		{"empty.zip", zipped(), "no files in it"},
		{"logs.tar", string(make([]byte, 257)) + "ustar" + string(make([]byte, 512)), "damaged or cut off"},
	}
	for _, tt := range tests {
		files, b := readAll(t, Options{}, Bytes(tt.name, []byte(tt.data)))
		if len(files) != 1 || files[0].Err == nil {
			t.Errorf("%s: no error (%d rows)", tt.name, len(b.rows))
			continue
		}
		if msg := files[0].Err.Error(); !strings.Contains(msg, tt.want) || strings.Contains(msg, "internal error") {
			t.Errorf("%s: %q lacks %q", tt.name, msg, tt.want)
		}
		if files[0].Summary == nil {
			t.Errorf("%s: no summary", tt.name)
		}
	}
}

// cutGz is a compressed form that was cut off exactly behind the text.
func cutGz(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, text)
	w.Flush()
	return b.String()
}

// A log whose compressed form was cut off keeps what could be unpacked, and
// says that it is cut.
func TestTruncatedLongGzip(t *testing.T) {
	short := gz(strings.Repeat(line, 200))
	files, b := readAll(t, Options{}, Bytes("short.gz", []byte(short[:len(short)-20])))
	if f := files[0]; f.Err == nil || !strings.Contains(f.Err.Error(), "damaged or cut off") || len(b.rows) == 0 || f.Count.Check() != nil {
		t.Errorf("short: %v, %d rows, %+v", f.Err, len(b.rows), f.Count)
	}
	table := gz("交易时间,终端号,参考号,应答码,交易金额\n" + strings.Repeat("2026-11-20 08:00:00,10000001,000000000001,00,12.00\n", 5000))
	files, b = readAll(t, Options{}, Bytes("table.csv.gz", []byte(table[:len(table)-12])))
	if f := files[0]; f.Err == nil || !strings.Contains(f.Err.Error(), "damaged or cut off") || len(b.rows) < 4000 || f.Count.Check() != nil {
		t.Errorf("table: %v, %d rows, %+v", f.Err, len(b.rows), f.Count)
	}
	// All rows that were unpacked are handed on, however few.
	for _, rows := range []int{2, 226, 600} {
		for _, tail := range []string{"", "2026-11-20 08:0"} {
			body := "交易时间,终端号,参考号,应答码,交易金额\n" + strings.Repeat("2026-11-20 08:00:00,10000001,000000000001,00,12.00\n", rows) + tail
			files, b = readAll(t, Options{}, Bytes("few.csv.gz", []byte(cutGz(body))))
			if f := files[0]; f.Err == nil || !strings.Contains(f.Err.Error(), "damaged or cut off") || len(b.rows) != rows || f.Count.Check() != nil {
				t.Errorf("%d rows and %q: %v, %d read, %+v", rows, tail, f.Err, len(b.rows), f.Count)
			}
		}
	}
	data := gz(strings.Repeat(line, 20_000))
	for _, n := range []int{len(data) - 4, len(data) * 9 / 10} {
		files, b := readAll(t, Options{}, Bytes("long.gz", []byte(data[:n])))
		f := files[0]
		if f.Err == nil || !strings.Contains(f.Err.Error(), "unexpected EOF") || len(b.rows) < 10_000 || f.Count.Check() != nil {
			t.Errorf("%d of %d bytes: %v, %d rows, %+v", n, len(data), f.Err, len(b.rows), f.Count)
		}
	}
}

func TestBombs(t *testing.T) {
	if testing.Short() {
		t.Skip("unpacking a hundred MiB and more is too long for -short")
	}
	huge := gz(strings.Repeat(line, 1_000_000)) // 108 MiB
	deep := line
	for range 6 {
		deep = gz(deep)
	}
	for name, data := range map[string]string{
		"a.gz":  gz(huge),
		"a.zip": zipped("a.log.gz", huge),
	} {
		if len(data) > 300<<10 {
			t.Fatalf("%s: the bomb itself has %d bytes", name, len(data))
		}
		files, _ := readAll(t, Options{}, Bytes(name, []byte(data)))
		if f := files[len(files)-1]; f.Err == nil || !strings.Contains(f.Err.Error(), "unpacks to more than 6") {
			t.Errorf("%s (%d bytes): %v", name, len(data), f.Err)
		}
	}
	files, _ := readAll(t, Options{}, Bytes("deep.gz", []byte(deep)))
	if err := files[0].Err; err == nil || !strings.Contains(err.Error(), "packed more than 4 times") {
		t.Errorf("deep: %v", err)
	}
}

func TestExpand(t *testing.T) {
	dir := t.TempDir()
	write := func(name, data string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("b.log", line)
	write("a.log", line)
	write("sub/c.log", line)
	write("calendar.yaml", "x")
	write("README.md", "x")
	write("truth.json", "{}")
	write("Thumbs.db", "x")
	write(".hidden", "x")
	write("empty.log", "")
	names := func(args ...string) string {
		inputs, err := Expand(args, strings.NewReader(""))
		if err != nil {
			return err.Error()
		}
		var s []string
		for _, in := range inputs {
			n := strings.TrimPrefix(in.Name, dir+"/")
			if in.Found {
				n += "*"
			}
			s = append(s, n)
		}
		return strings.Join(s, " ")
	}
	if got := names(dir); got != "a.log* b.log* empty.log* sub/c.log*" {
		t.Error(got)
	}
	if got := names(dir+"/b.log", dir+"/a.log", dir+"/./b.log", "-"); got != "- a.log b.log" {
		t.Error(got)
	}
	if got := names(dir + "/*.log"); got != "a.log b.log empty.log" {
		t.Error(got)
	}
	for arg, want := range map[string]string{
		dir + "/none.log": "no such file", dir + "/x*.log": "none matches it", dir + "/no/x.log": "no directory", dir + "/[": "pattern",
	} {
		if got := names(arg); !strings.Contains(got, want) {
			t.Errorf("%s: %q lacks %q", arg, got, want)
		}
	}
	empty := t.TempDir()
	if got := names(empty); !strings.Contains(got, "the directory is empty") {
		t.Error(got)
	}
	os.WriteFile(filepath.Join(empty, "x.yaml"), []byte("x"), 0o600)
	if got := names(empty); !strings.Contains(got, "nothing to read: passed over 1 .yaml") {
		t.Error(got)
	}
}

func TestStdin(t *testing.T) {
	for _, data := range []string{line, gz(line)} {
		inputs, err := Expand([]string{"-"}, strings.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		files, b := readAll(t, Options{}, inputs...)
		if files[0].Err != nil || len(b.rows) != 1 || b.rows[0] != "-:1 00" {
			t.Errorf("%v %v", files[0].Err, b.rows)
		}
	}
}

// The same accounts come out for any number of workers and order of inputs.
func TestOrderDoesNotMatter(t *testing.T) {
	var inputs []Input
	for i := range 12 {
		inputs = append(inputs, Bytes(fmt.Sprintf("%02d.log", 11-i), []byte(strings.Repeat(line, i+1))))
	}
	describe := func(files []*File) (out []string) {
		for _, f := range files {
			out = append(out, fmt.Sprintf("%s %s %+v %v %v %v", f.Source.Name, f.Source.SHA256, f.Count, f.Start, f.End, *f.Summary))
		}
		return out
	}
	one, _ := readAll(t, Options{Workers: 1}, inputs...)
	for i, j := 0, len(inputs)-1; i < j; i, j = i+1, j-1 {
		inputs[i], inputs[j] = inputs[j], inputs[i]
	}
	three, _ := readAll(t, Options{Workers: 3}, inputs...)
	if a, b := describe(one), describe(three); !reflect.DeepEqual(a, b) {
		t.Errorf("%v\n%v", a, b)
	}
}

func TestKeepCountsAsFiltered(t *testing.T) {
	text := line + strings.Replace(line, "RC=00", "RC=51", 1) + "noise\n"
	o := Options{Keep: func(r *txn.Record) bool { return r.Code == "51" }, Sides: func(string) txn.Side { return txn.Switch }, Location: time.UTC}
	files, b := readAll(t, o, Bytes("x.log", []byte(text)))
	f := files[0]
	if f.Err != nil || f.Count.Records != 1 || f.Count.Skipped[entry.Filtered] != 1 || len(b.rows) != 1 || f.Summary.Side != txn.Switch {
		t.Errorf("%v %+v %v", f.Err, f.Count, b.rows)
	}
	if err := f.Count.Check(); err != nil {
		t.Error(err)
	}
}

func TestSameBytesTwice(t *testing.T) {
	files, _ := readAll(t, Options{}, Bytes("a.log", []byte(line)), Bytes("b.log", []byte(line)))
	if notes := strings.Join(files[1].Summary.Notes, "|"); !strings.Contains(notes, "same as a.log") {
		t.Error(notes)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Read(ctx, []Input{Bytes("a.log", []byte(line))}, Options{}, func(int) Handler { return &book{} })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func sha(s string) [32]byte { return sha256.Sum256([]byte(s)) }

// utf16Text is what Windows programs save as Unicode text.
func utf16Text(s string) string {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r), byte(r>>8))
	}
	return string(b)
}
