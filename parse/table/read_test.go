package table

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

// collector keeps everything that a reader hands on.
type collector struct {
	entry.Count
	recs    []*txn.Record
	rejects []*entry.Reject
}

func (c *collector) Record(r *txn.Record, n int) {
	c.recs = append(c.recs, r.Clone())
	c.Records += n
}

func (c *collector) Reject(r *entry.Reject, n int) {
	c.rejects = append(c.rejects, r)
	c.Rejected += n
}

func (c *collector) Skip(k entry.Skip, n int) { c.Skipped[k] += n }

// sum adds the amounts without their signs.
func (c *collector) sum() (amount, fee, net txn.Minor) {
	for _, r := range c.recs {
		amount += r.Amount.Or(0)
		fee += r.Fee.Or(0)
		net += r.Net.Or(0)
	}
	return
}

var shanghai = time.FixedZone("CST", 8*3600)

func stream(name string, content []byte) *entry.Stream {
	return &entry.Stream{Src: &txn.Source{Name: name}, Head: content[:min(len(content), 64<<10)], R: bytes.NewReader(content),
		At: bytes.NewReader(content), Size: int64(len(content)), Loc: shanghai}
}

// read reads a table that must be readable and checks that no line is lost.
func read(t *testing.T, st *entry.Stream) (*collector, *entry.Summary) {
	t.Helper()
	c := &collector{}
	sum, err := Read(st, c)
	if err != nil {
		t.Fatalf("%s: %v", st.Src.Name, err)
	}
	c.Lines = sum.Lines
	if err := c.Check(); err != nil {
		t.Errorf("%s: %v: %+v", st.Src.Name, err, c.Count)
	}
	return c, sum
}

// readText reads a table given as text.
func readText(t *testing.T, text string) (*collector, *entry.Summary) {
	t.Helper()
	c, sum := read(t, stream("test.csv", []byte(text)))
	if lines := lineCount(text); sum.Lines != lines {
		t.Errorf("%d lines seen, the text has %d", sum.Lines, lines)
	}
	return c, sum
}

func lineCount(text string) int {
	n := bytes.Count([]byte(text), []byte("\n"))
	if text != "" && text[len(text)-1] != '\n' {
		n++
	}
	return n
}

// truth opens a real file that is not part of the repository.
func truth(t *testing.T, dir, name string) *entry.Stream {
	t.Helper()
	root := "../../../shared/truth"
	if _, err := os.Stat(root); err != nil {
		t.Skip("the real files of ../shared/truth are not here: they belong to others and are no part of the repository")
	}
	f, err := os.Open(filepath.Join(root, dir, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	content, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return stream(name, content)
}

// A print whose amounts reach up to the next column leaves a single blank between them and the times.
func TestAmountsBesideTimes(t *testing.T) {
	c, _ := readText(t, `商城账号                  订单号        订单金额        交易时间            交易状态
0200012719200000000           987                0.01 2026-11-20 08:15    支付成功
0200012719200000000           654            1,024.10 2026-11-20 08:27    支付失败
`)
	if len(c.recs) != 2 || len(c.rejects) > 0 || c.recs[1].Amount != 102410 || c.recs[1].Status != "支付失败" || c.recs[1].At.Time().UTC().Hour() != 0 {
		t.Errorf("%v %v", c.recs, c.rejects)
	}
}
