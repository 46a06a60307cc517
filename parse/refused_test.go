package parse

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
	for i := range maxMembers + 1 {
		many = append(many, fmt.Sprintf("%05d.log", i), "")
	}
	var tarred bytes.Buffer
	w := tar.NewWriter(&tarred)
	w.WriteHeader(&tar.Header{Name: "a.log", Size: int64(len(line)), Mode: 0o600})
	io.WriteString(w, line)
	w.Close()
	deep := line
	for range maxDepth + 1 {
		deep = gz(deep)
	}
	xml := func(declared, inside string) string {
		return `<?xml version="1.0" encoding="` + declared + `"?><log>` + inside + `</log>`
	}
	const txnElement = "<txn><when>2026-11-20 08:15:32</when><rc>B4</rc><amt>12.30</amt></txn>"
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
		{"tar.log", tarred.String()},
		{"empty.log", ""},
		{"picture.log", "\xFF\xD8\xFF\xE0\x00\x10JFIF\x00"},
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
	_, err = Read(t.Context(), nil, Options{}, nil)
	fmt.Fprintln(&got, err)
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
