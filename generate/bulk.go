package generate

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// BulkOptions size the data of the speed benchmark. Zero values mean the
// defaults in brackets.
type BulkOptions struct {
	Seed      uint64   // [20261120]
	Lines     int      // of term.log and dirty.log [7,000,000]
	Terminals int      // [20,000]
	Days      int      // [3]
	Codes     int      // distinct response codes, at least 18 [18]
	Settle    int      // approvals that enter approvals.csv and the settlement [5,000,000]
	Rows      int      // of settle.xlsx [300,000]
	Files     []string // of BulkFiles [all]
}

// BulkFiles are what Bulk can write.
var BulkFiles = []string{"term.log", "approvals.csv", "settle.csv", "settle_gbk.csv", "settle.xlsx", "dirty.log"}

// BulkCounts say what was written, so that a benchmark can check its answers.
type BulkCounts struct {
	Lines     int
	Failed    int // lines of term.log whose code is not 00
	Approvals int // rows of approvals.csv
	Settled   int // rows of settle.csv
	Missing   int // approvals without a settlement row
	Differs   int // settlement rows whose amount is one fen off
	Fen       int64
	Broken    int // lines of dirty.log that hold no sound record
	Chinese   int // lines of dirty.log with Chinese text
	Unmasked  int // lines of dirty.log with a whole card number
}

// Bulk writes large, regular files for the speed benchmark into dir: simple on
// purpose, so that millions of lines are written in seconds. Times are even over
// the days; a quarter of the lines come from one terminal in a hundred; B4
// fills 02:00 to 02:30 every night (refused at once) and every fourth terminal on
// day 2 from 10:00 to 10:15 (after 60 s).
func Bulk(dir string, o BulkOptions) (BulkCounts, error) {
	o.defaults()
	for _, f := range o.Files {
		if !slices.Contains(BulkFiles, f) {
			return BulkCounts{}, fmt.Errorf("unknown file %q: use some of %q", f, BulkFiles)
		}
	}
	if o.Codes < len(bulkCodes) || o.Codes > 1000 || o.Terminals < 100 || o.Terminals > 9_999_999 || o.Days < 1 || o.Lines < 1 {
		return BulkCounts{}, errors.New("bulk: use 18 to 1000 codes, 100 to 9,999,999 terminals, at least one day and one line")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return BulkCounts{}, err
	}
	b := &bulk{BulkOptions: o, dir: dir, r: newRNG(o.Seed, "bulk"), dirt: newRNG(o.Seed, "dirt"), stan: make([]uint32, o.Terminals)}
	for i := range b.stan {
		b.stan[i] = uint32(b.r.intn(900000))
	}
	b.draw = newAlias(bulkWeights(o.Codes))
	err := b.run()
	return b.n, err
}

func (o *BulkOptions) defaults() {
	set := func(p *int, v int) {
		if *p == 0 {
			*p = v
		}
	}
	set(&o.Lines, 7_000_000)
	set(&o.Terminals, 20_000)
	set(&o.Days, 3)
	set(&o.Codes, len(bulkCodes))
	set(&o.Settle, 5_000_000)
	set(&o.Rows, 300_000)
	if o.Seed == 0 {
		o.Seed = 20261120
	}
	if len(o.Files) == 0 {
		o.Files = BulkFiles
	}
}

var bulkCodes = []struct {
	code   string
	weight float64
}{
	{"00", 9200}, {"51", 250}, {"55", 100}, {"61", 50}, {"91", 50}, {"96", 30}, {"68", 40}, {"98", 30}, {"B4", 60}, {"05", 60},
	{"14", 30}, {"54", 20}, {"12", 10}, {"30", 10}, {"75", 20}, {"A0", 10}, {"Z9", 10}, {"03", 20},
}

func bulkWeights(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = 2
		if i < len(bulkCodes) {
			w[i] = bulkCodes[i].weight
		}
	}
	return w
}

// bulkCode names code i; beyond the usual ones they are made up: "d0", "d1" ...
func bulkCode(i int) string {
	if i < len(bulkCodes) {
		return bulkCodes[i].code
	}
	i -= len(bulkCodes)
	return string([]byte{'D' + byte(i/36%22), "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i%36]})
}

// bulk is one run.
type bulk struct {
	BulkOptions
	dir  string
	r    *rng
	dirt *rng // of dirty.log alone, so that the other files do not depend on it
	stan []uint32
	draw alias
	n    BulkCounts

	log, dirty, appr, settle, gbk *bufio.Writer
	files                         []*os.File
	shops, shopsGBK               [][]byte
	rows                          []bulkRow // for settle.xlsx
}

// bulkRow is one transaction.
type bulkRow struct {
	at      int64 // ms since the start
	term    uint32
	stan    uint32
	rrn     uint64
	fen     uint32
	latency uint32
	code    uint16
	last4   uint16
}

// open makes a buffered file where it is asked for, else nil.
func (b *bulk) open(name string, err *error) *bufio.Writer {
	if !slices.Contains(b.Files, name) || *err != nil {
		return nil
	}
	f, e := os.Create(filepath.Join(b.dir, name))
	if *err = e; e != nil {
		return nil
	}
	b.files = append(b.files, f)
	return bufio.NewWriterSize(f, 1<<20)
}

func (b *bulk) run() (err error) {
	b.log, b.dirty = b.open("term.log", &err), b.open("dirty.log", &err)
	b.appr, b.settle, b.gbk = b.open("approvals.csv", &err), b.open("settle.csv", &err), b.open("settle_gbk.csv", &err)
	defer func() {
		for _, w := range []*bufio.Writer{b.log, b.dirty, b.appr, b.settle, b.gbk} {
			if w != nil {
				err = errors.Join(err, w.Flush())
			}
		}
		for _, f := range b.files {
			err = errors.Join(err, f.Close())
		}
	}()
	if err != nil {
		return err
	}
	if err := b.headers(); err != nil {
		return err
	}
	wantXLSX := slices.Contains(b.Files, "settle.xlsx")
	span := int64(b.Days) * 86_400_000
	line := make([]byte, 0, 512)
	for i := range b.Lines {
		x := b.next(i, int64(i)*span/int64(b.Lines))
		if b.log != nil {
			line = append(b.logLine(line[:0], &x, 0, false), '\n')
			if _, err := b.log.Write(line); err != nil {
				return err
			}
		}
		if b.dirty != nil {
			line = append(b.dirtyLine(line[:0], &x), '\n')
			if _, err := b.dirty.Write(line); err != nil {
				return err
			}
		}
		b.n.Lines++
		if x.code != 0 {
			b.n.Failed++
			continue
		}
		if b.n.Approvals < b.Settle {
			if err := b.approve(&x, line, wantXLSX); err != nil {
				return err
			}
		}
	}
	if wantXLSX {
		return b.workbook()
	}
	return nil
}

func (b *bulk) next(i int, at int64) bulkRow {
	r := b.r
	x := bulkRow{at: at + int64(r.intn(20)), fen: uint32(100 + r.intn(1_999_900)), latency: uint32(80 + r.intn(900)), last4: uint16(r.intn(10000))}
	if step := int64(b.Days) * 86_400_000 / int64(b.Lines); step < 20 {
		x.at = at + int64(r.intn(int(step)+1)) // keeps the order
	}
	if r.intn(4) == 0 {
		x.term = uint32(r.intn(b.Terminals / 100))
	} else {
		x.term = uint32(r.intn(b.Terminals))
	}
	b.stan[x.term] = b.stan[x.term]%999999 + 1
	x.stan = b.stan[x.term]
	day := at / 86_400_000
	x.rrn = uint64(day+1)*1_000_000_000 + uint64(i)
	x.code = uint16(b.draw.pick(r))
	minute := at % 86_400_000 / 60_000
	const b4 = 8
	switch {
	case minute >= 120 && minute < 150 && r.hit(.7):
		x.code = b4
	case day == 1 && minute >= 600 && minute < 615 && x.term%4 == 0 && r.hit(.5):
		x.code, x.latency = b4, 60000
	}
	return x
}

// headers writes the column names and prepares the shops' names.
func (b *bulk) headers() error {
	const head = "清算日期,商户编号,商户名称,终端编号,交易日期,交易时间,凭证号,参考号,交易类型,交易金额,手续费,结算金额\r\n"
	names := []string{"青溪便民超市", "南门大药房", `"东湖面馆,总店"`, "云岭加油站", "老街五金店", `"新城""家和""家电"`, "河畔宾馆", "西苑书店"}
	gbk := simplifiedchinese.GBK.NewEncoder()
	for _, n := range names {
		g, err := gbk.Bytes([]byte(n))
		if err != nil {
			return err
		}
		b.shops, b.shopsGBK = append(b.shops, []byte(n)), append(b.shopsGBK, g)
	}
	if b.settle != nil {
		b.settle.WriteString(head)
	}
	if b.gbk != nil {
		g, err := gbk.Bytes([]byte(head))
		if err != nil {
			return err
		}
		b.gbk.Write(g)
	}
	if b.appr != nil {
		b.appr.WriteString("tid,stan,rrn,amount,time\r\n")
	}
	return nil
}

// approve writes an approval and, but for two in a thousand, its settlement.
func (b *bulk) approve(x *bulkRow, line []byte, keep bool) error {
	b.n.Approvals++
	if b.appr != nil {
		line = b.approvalLine(line[:0], x)
		if _, err := b.appr.Write(line); err != nil {
			return err
		}
	}
	if b.r.intn(1000) < 2 {
		b.n.Missing++
		return nil
	}
	s := *x
	if b.r.intn(1000) == 0 {
		s.fen++
		b.n.Differs++
	}
	b.n.Settled++
	b.n.Fen += int64(s.fen)
	if keep && len(b.rows) < b.Rows {
		b.rows = append(b.rows, s)
	}
	shop := int(s.term) % len(b.shops)
	for _, o := range []struct {
		w    *bufio.Writer
		name []byte
		kind string
	}{{b.settle, b.shops[shop], "消费"}, {b.gbk, b.shopsGBK[shop], "\xcf\xfb\xb7\xd1"}} { // 消费 in GBK
		if o.w != nil {
			line = settleLine(line[:0], &s, o.name, o.kind)
			if _, err := o.w.Write(line); err != nil {
				return err
			}
		}
	}
	return nil
}

// workbook writes the first settlement rows as settle.xlsx.
func (b *bulk) workbook() error {
	f, err := os.Create(filepath.Join(b.dir, "settle.xlsx"))
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	err = writeXLSX(w, "清算明细", func(s *sheet) error {
		if err := s.row("清算日期", "商户编号", "商户名称", "终端编号", "交易日期", "交易时间", "凭证号", "参考号", "交易类型", "交易金额", "手续费", "结算金额"); err != nil {
			return err
		}
		for i := range b.rows {
			x := &b.rows[i]
			day, clock := bulkDay(x.at), bulkClock(x.at)
			fee := bulkFee(x.fen)
			if err := s.row(day, bulkMID(x.term), string(b.shops[int(x.term)%len(b.shops)]), strconv.Itoa(bulkTID(x.term)), day, clock, digits(x.stan, 6), digits(x.rrn, 12),
				"消费", float64(x.fen)/100, float64(fee)/100, float64(x.fen-fee)/100); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, w.Flush(), f.Close())
}
