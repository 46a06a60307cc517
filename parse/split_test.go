package parse

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

// rows is a handler that keeps what came out, to compare regardless of order.
type rows struct{ list []string }

func (r *rows) Record(t *txn.Record) {
	c := *t
	c.Pos.Src, c.PAN.Token = nil, 0
	r.list = append(r.list, fmt.Sprintf("%+v", c))
}
func (r *rows) Reject(e *entry.Reject) { r.list = append(r.list, e.Error()) }

// A long log is read in parts; the same must come out as of one stream, for any
// number of workers, wherever the cuts fall.
func TestPartsAgreeWithOneStream(t *testing.T) {
	var kv, json strings.Builder
	for i := range 3000 {
		switch i % 50 {
		case 7:
			kv.WriteString("2026-11-20 08:15:32.123 ERROR x\njava.lang.Exception\n\tat a.b.C\n\n")
			json.WriteString("start\n\n{\"ts\":\"2026-11-20 08:15:32\",\"msg\":\"alive\"}\n\n")
		case 9:
			kv.WriteString("2026-11-20 08:15:32.123 TXN TID=1 AMT=0000\n")
			json.WriteString("{\"ts\":\n")
		case 11:
			fmt.Fprintf(&kv, "2026-11-20 08:15:32.123 INFO TXN TID=1%07d STAN=%06d RRN=%d RRN=1 AMT=1.00 AMT=%d.00 RC=00\n", i, i, 1+i/1000, 1+i/2000)
		default:
			fmt.Fprintf(&kv, "2026-11-20 08:15:32.123 INFO TXN TID=1%07d STAN=%06d AMT=1.00 RC=%02d ERR=\"杭州 %d\"\n", i, i, i%60, i*i*i)
			fmt.Fprintf(&json, "{\"ts\":\"2026-11-20 08:15:32\",\"tid\":\"1%07d\",\"stan\":\"%06d\",\"amt\":\"1.00\",\"rc\":\"%02d\"}\n", i, i, i%60)
		}
	}
	for name, text := range map[string]string{"kv": kv.String(), "jsonl": json.String(), "requests": asking(0), "late requests": asking(500), "beginnings": beginning(), "jpos": exchanges(1), "jpos in order": exchanges(0)} {
		t.Run(name, func(t *testing.T) { parts(t, strings.TrimSuffix(text, "\n")) })
		t.Run(name+".gz", func(t *testing.T) { parts(t, gz(text[:len(text)/3], text[len(text)/3:])) })
	}
}

// asking writes a log of answers, among them requests from a line on: answered soon or
// late, twice or never, asked again. Its first lines are blank, and some are in GBK.
func asking(from int) string {
	rng := rand.New(rand.NewPCG(5, uint64(from)))
	var b strings.Builder
	b.WriteString(strings.Repeat(" \n", 400))
	at := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	stan := 0
	for i := range 3000 {
		at = at.Add(time.Duration(rng.IntN(3000)) * time.Millisecond)
		k := max(0, stan-rng.IntN(400))
		switch n := rng.IntN(20); {
		case n == 0:
			b.WriteString("\tat a.b.C\n")
			continue
		case n == 1:
			fmt.Fprintf(&b, "%s TXN TID=1 AMT=00\n", at.Format("2006-01-02 15:04:05.000"))
			continue
		case n < 11 && i >= from:
			if n < 9 {
				stan++
				k = stan
			}
			fmt.Fprintf(&b, "%s TXN TID=10000001 MTI=0200 PCODE=000000 STAN=%06d AMT=%012d NET=4G\n", at.Format("2006-01-02 15:04:05.000"), k, rng.IntN(1e6))
			continue
		case i < from || n > 17:
			k = 500_000 + i
		}
		fmt.Fprintf(&b, "%s TXN TID=10000001 MTI=0210 STAN=%06d RC=%02d RT=%d ERR=%s\n", at.Format("2006-01-02 15:04:05.000"), k, i%60, i,
			[]string{"", "ok", "\"\xb3\xac\xca\xb1\"", "杭州"}[rng.IntN(4)])
	}
	return b.String()
}

// beginning writes a log that tells the beginnings of transactions from their ends by words.
// Some have no end, some are given up, before or after their end.
func beginning() string {
	rng := rand.New(rand.NewPCG(6, 0))
	var b strings.Builder
	at := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	for i := range 1500 {
		at = at.Add(time.Duration(rng.IntN(3000)) * time.Millisecond)
		stamp, old := at.Format("2006-01-02 15:04:05.000"), max(0, i-rng.IntN(300))
		switch n := rng.IntN(10); {
		case n < 5:
			fmt.Fprintf(&b, "%s 交易开始 终端号=10000001 流水号=%06d 金额=%d.00\n", stamp, i, 1+rng.IntN(500))
		case n < 6:
			fmt.Fprintf(&b, "%s 交易超时 终端号=10000001 流水号=%06d\n", stamp, old)
		case n < 9:
			fmt.Fprintf(&b, "%s 交易结束 终端号=10000001 流水号=%06d 应答码=%02d\n", stamp, old, rng.IntN(60))
		case i%7 == 0:
			fmt.Fprintf(&b, "%s 交易超时 终端号=10000001 流水号=%06d 金额=1.00 交易类型=消费\n", stamp, old)
		case i%7 == 1:
			fmt.Fprintf(&b, "%s TXN TID=1 AMT=00\n", stamp)
		default:
			fmt.Fprintf(&b, "%s 打印小票 终端号=10000001\n", stamp)
		}
	}
	return b.String()
}

// exchanges writes a log of jPOS: requests and answers that wait for each other, in
// elements that some other thread may break into, that lost a line or have no <log>,
// and between them lines of another logger, of JSON and of nobody.
func exchanges(disorder int) string {
	rng := rand.New(rand.NewPCG(9, uint64(disorder)))
	at := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	element := func(mti string, stan int, more string) []string {
		at = at.Add(time.Duration(rng.IntN(2000)) * time.Millisecond)
		msg := fmt.Sprintf("<isomsg><field id=\"0\" value=\"%s\"/>\n<field id=\"11\" value=\"%06d\"/>\n<field id=\"41\" value=\"1000000%d\"/>%s\n</isomsg>", mti, stan, stan%7, more)
		switch rng.IntN(10 + 90*(1-disorder)) {
		case 0: // no <log>; the time stands in the line above
			return strings.Split(at.Format("2006-01-02 15:04:05.000")+" INFO channel\n"+msg, "\n")
		case 1:
			return []string{fmt.Sprintf("{\"ts\":%q,\"kind\":\"send\",\"tags\":{\"realm\":\"ch\"},\"payload\":%q}", at.Format("2006-01-02T15:04:05.000Z"), msg)}
		case 2:
			return strings.Split("<log realm=\"ch/1.2.3.4:5\" at=\""+at.Format("2006-01-02T15:04:05.000")+"\">\n<exception name=\"连接断开\">\n at <init>(Foo.java)\n</exception>\n</log>", "\n")
		}
		return strings.Split("<log realm=\"ch/1.2.3.4:5\" at=\""+at.Format("2006-01-02T15:04:05.000")+"\">\n<send>\n"+msg+"\n</send>\n</log>", "\n")
	}
	var lines []string
	for i := range 1500 {
		e := element("0200", i, "\n<field id=\"4\" value=\"000000000100\"/>")
		if i%3 > 0 {
			e = element("0210", max(0, i-rng.IntN(20)), "\n<field id=\"39\" value=\"00\"/>\n<field id=\"44\" value=\"\xb3\xac\xca\xb1\"/>")
		}
		switch rng.IntN(12) * disorder {
		case 1: // a line is lost
			k := rng.IntN(len(e))
			e = slices.Delete(e, k, k+1)
		case 2, 3: // within the one before
			k := max(0, len(lines)-rng.IntN(6))
			lines = slices.Insert(lines, k, e...)
			continue
		case 4:
			e = append(e, "noise", "")
		case 5:
			e = append(e, "<log realm=\"x\" at=\"never\"><isomsg><field id=\"0\" value=\"02\"/></isomsg></log>")
		}
		lines = append(lines, e...)
	}
	lines = append(lines, "<log realm=\"x\" at=\"never\"><isomsg><field id=\"0\" value=\"02\"/></isomsg></log>")
	return strings.Join(lines, "\n")
}

func parts(t *testing.T, text string) {
	defer func(n int64) { partSize = n }(partSize)
	path := filepath.Join(t.TempDir(), "long.log")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	read := func(size int64, workers int) (string, []string) {
		partSize = size
		inputs, err := Expand([]string{path}, nil)
		if err != nil {
			t.Fatal(err)
		}
		var all []*rows
		files, err := Read(context.Background(), inputs, Options{Workers: workers}, func(int) Handler {
			all = append(all, &rows{})
			return all[len(all)-1]
		})
		if err != nil || files[0].Err != nil || len(files) != 1 {
			t.Fatal(err, files[0].Err)
		}
		var list []string
		for _, r := range all {
			list = append(list, r.list...)
		}
		slices.Sort(list)
		f := files[0]
		return fmt.Sprintf("%s %+v %v %v %+v", f.Source.SHA256, f.Count, f.Start, f.End, *f.Summary), list
	}
	sum, want := read(1<<30, 1)
	if len(want) < 1000 || !strings.Contains(sum, "Rejected:") || strings.Contains(sum, "Rejected:0") {
		t.Fatalf("%d rows, %s", len(want), sum)
	}
	sizes, workers := []int64{700, 3501, 17_506, 87_531}, []int{1, 3}
	if testing.Short() { // as with the race detector, for which the parts side by side matter
		sizes, workers = []int64{3501, 87_531}, []int{3}
	}
	for _, size := range sizes {
		for _, workers := range workers {
			gotSum, got := read(size, workers)
			if gotSum != sum {
				t.Errorf("parts of %d bytes, %d workers:\n%s\nwant\n%s", size, workers, gotSum, sum)
			}
			if !slices.Equal(got, want) {
				t.Errorf("parts of %d bytes, %d workers: rows differ", size, workers)
			}
		}
	}
}

// TestSmallMembers reads an archive of many small files: none of them takes the memory of a
// whole part.
func TestSmallMembers(t *testing.T) {
	const members = 200
	var text bytes.Buffer
	z := zip.NewWriter(&text)
	for i := range members {
		w, err := z.Create(fmt.Sprintf("%03d.log", i))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(w, "2026-11-20 08:15:32.123 INFO TXN TID=10000001 STAN=%06d AMT=1.00 RC=00\n", i)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "many.zip")
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	inputs, err := Expand([]string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var all rows
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := Read(context.Background(), inputs, Options{Workers: 1}, func(int) Handler { return &all }); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if len(all.list) != members {
		t.Errorf("%d rows of %d members", len(all.list), members)
	}
	if each := (after.TotalAlloc - before.TotalAlloc) / members; each > 1<<20 {
		t.Errorf("%d bytes were taken for each member", each)
	}
}
