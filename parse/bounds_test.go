package parse

import (
	"archive/zip"
	"bytes"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
)

// maxHeap is what inputs that lie about their size may cost beyond the empty program,
// in MiB, and maxJSON what a JSON document may cost that is too long to be held, or an
// archive that comes through a pipe; the guide states both.
const maxHeap, maxJSON = 128, 320

// oneLine is one line of n bytes, made while it is read.
type oneLine struct{ n int64 }

func (e *oneLine) Read(p []byte) (int, error) {
	if e.n == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(int64(len(p)), e.n)], manyX)
	e.n -= int64(n)
	return n, nil
}

var manyX = strings.Repeat("x", 1<<20)

// Inputs that claim or become gigabytes end in a clear error, within maxHeap.
func TestMemoryIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("13 s of reading gigabytes: not with -short")
	}
	const gigabytes = 2 << 30
	behind := func(head string) Input {
		return Input{Name: "line.log", Size: -1, open: func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader(head), &oneLine{gigabytes}, strings.NewReader("\n"))), nil
		}}
	}
	// A gzip file may have many members; packed again they are one and a number.
	member := gz(strings.Repeat(line, 1<<20/len(line)))
	big := strings.Repeat(member, 3<<10)
	small := zst(big)
	if len(small) > 10<<10 {
		t.Fatalf("the packed file has %d bytes", len(small))
	}
	for _, c := range []struct {
		name string
		in   Input
		want string // in an error or reject
		most uint64
	}{
		{"2 GiB in one line", behind(""), "not understood", maxHeap},
		{"2 GiB in one line of a log", behind(line), "the line has 2147483648 bytes, more than the 1048576 that a line may have", maxHeap},
		{"2 GiB in one row of a table", behind("交易时间,终端号,交易金额,应答码\n2026-11-20 08:15:32,10000001,1.00,00\n"), "the line is longer than 16 MiB", maxHeap},
		{"2 GiB in one line of jPOS", behind(`<log realm="a" at="2026-11-20T08:15:32"><send><isomsg><field id="0" value="0200"/></isomsg></send></log>` + "\n"), "the line has 2147483648 bytes", maxHeap},
		{"2 GiB in one JSON document", behind(`{"data":[{"time":"2026-11-20 08:15:32","tid":"1","code":"00","amount":"1.00"},`), "line.log: the JSON document has more than 256 MiB; write it as one object per line (jq -c '.[]')", maxJSON},
		{"2 GiB of zip through a pipe", behind("PK\x03\x04"), "line.log: it needs random access and has more than 256 MiB; store it as a plain file", maxJSON},
		{"3 GiB from 10 kB of .zst", Bytes("a.log.gz.zst", []byte(small)), "it unpacks to more than 64 MiB, which no log does at its size (limit: 64 MiB or 500 times the stored bytes); unpack it yourself if that is meant", maxHeap},
		{"3 GiB from 10 kB of .zip", Bytes("a.zip", []byte(zipped("a.log.gz.zst", small))), "it unpacks to more than 64 MiB, which no log does at its size (limit: 64 MiB or 500 times the stored bytes); unpack it yourself if that is meant", maxHeap},
		{"2^31 rows in .xlsx", Bytes("a.xlsx", claimed()), `the row number "2147483648" is none of 1 to 1048576`, maxHeap},
	} {
		t.Run(c.name, func(t *testing.T) {
			peak := peakHeap()
			files, all := readAll(t, Options{Workers: 2}, c.in)
			if mib := peak(); mib > c.most {
				t.Errorf("the heap grew by %d MiB", mib)
			}
			said := ""
			for _, f := range files {
				if f.Err != nil {
					said += f.Source.Name + ": " + f.Err.Error() + "\n"
				} else if err := f.Count.Check(); err != nil {
					t.Error(err)
				}
			}
			for _, r := range all.rejects {
				said += r + "\n"
			}
			if said == "" || !strings.Contains(said, c.want) {
				t.Errorf("%q lacks %q", said[:min(len(said), 600)], c.want)
			}
		})
	}
}

// claimed is a workbook that claims 2^31 rows.
func claimed() []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range [][2]string{
		{"_rels/.rels", `<Relationships><Relationship Id="rId1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
		{"xl/worksheets/sheet1.xml", `<worksheet><dimension ref="A1:XFD2147483648"/><sheetData><row r="2147483648"><c r="A2147483648"><v>1</v></c></row></sheetData></worksheet>`},
	} {
		w, _ := z.Create(p[0])
		io.WriteString(w, p[1])
	}
	z.Close()
	return b.Bytes()
}

// peakHeap watches the heap; the result says by how many MiB it grew at most.
func peakHeap() func() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	start, peak := m.HeapAlloc, m.HeapAlloc
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			case <-time.After(2 * time.Millisecond):
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapAlloc)
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-done
		return (max(peak, start) - start) >> 20
	}
}
