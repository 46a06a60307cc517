package parse

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

// none is a handler that counts.
type none struct{ records, rejects int }

func (n *none) Record(*txn.Record)   { n.records++ }
func (n *none) Reject(*entry.Reject) { n.rejects++ }

const benchLines = 100_000

func benchLog() string {
	var b strings.Builder
	at := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	for i := range benchLines {
		fmt.Fprintf(&b, "%s INFO TXN INST=NSH001 MID=898330154116672 TID=1%07d MTI=0210 PCODE=000000 STAN=%06d RRN=%012d PAN=622848******%04d AMT=%012d RC=%02d RT=%dms NET=4G\n",
			at.Add(time.Duration(i)*260*time.Millisecond).Format("2006-01-02 15:04:05.000"), i*7919%20000, i, i, i%10000, i*7919%500_000, i%60, i%900)
	}
	return b.String()
}

func benchTable() string {
	var b strings.Builder
	b.WriteString("清算日期,商户编号,商户名称,终端编号,交易日期,交易时间,凭证号,参考号,交易类型,交易金额,手续费,结算金额\r\n")
	for i := range benchLines {
		name := []string{"青溪便民超市", `"新城""家和""家电"`, "绍兴老酒行", "宁波海鲜大排档"}[i%4]
		fmt.Fprintf(&b, "2026-11-20,898330154116672,%s,1%07d,2026-11-20,%02d:%02d:%02d,%06d,%012d,消费,%d.%02d,1.20,5.00\r\n", name, i*7919%20000, i/3600%24, i/60%60, i%60, i, i, i%5000, i%100)
	}
	return b.String()
}

// Everything between a file and a handler: hash, cutting, parsing.
func BenchmarkRead(b *testing.B) {
	for _, c := range []struct{ name, text string }{{"log", benchLog()}, {"log.gz", gz(benchLog())}, {"table.csv", benchTable()}, {"table.csv.gz", gz(benchTable())}} {
		b.Run(c.name, func(b *testing.B) {
			path := filepath.Join(b.TempDir(), c.name)
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(c.text)))
			b.ReportAllocs()
			for range b.N {
				inputs, err := Expand([]string{path}, nil)
				if err != nil {
					b.Fatal(err)
				}
				n := &none{}
				if _, err := Read(context.Background(), inputs, Options{}, func(int) Handler { return n }); err != nil || n.records != benchLines {
					b.Fatal(err, n)
				}
			}
			b.ReportMetric(float64(b.N)*benchLines/b.Elapsed().Seconds(), "records/s")
		})
	}
}
