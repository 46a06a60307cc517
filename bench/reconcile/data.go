package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// counts is what is known about the files, and what every peer must find.
type counts struct {
	Rows    int // of the join, or of each side
	Matched int // same amount
	Differs int // other amount
	Missing int // approved, not settled
	Extra   int // settled, not approved
}

const (
	approvalsFile = "approvals.csv"
	settleFile    = "settle.csv"
	countsFile    = "counts.json"
	terminals     = 20_000
)

// rng is splitmix64: the same files for ever, on every machine.
type rng uint64

func (r *rng) next() uint64 {
	*r += 0x9e3779b97f4a7c15
	z := uint64(*r)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (r *rng) below(n int) int { return int(r.next() % uint64(n)) }

// sale is one approved transaction.
type sale struct {
	at          time.Time
	tid, stan   int
	rrn, amount int64
}

// sales yields n approvals over three days in the order of time.
func sales(n int, yield func(i int, s sale)) {
	r := rng(20261120)
	stan := make([]int, terminals)
	for i := range stan {
		stan[i] = r.below(1_000_000)
	}
	start := time.Date(2026, 11, 20, 0, 0, 0, 0, time.FixedZone("UTC+8", 8*3600))
	for i := range n {
		t := r.below(terminals)
		if r.below(4) == 0 {
			t = r.below(terminals / 100)
		}
		stan[t] = (stan[t] + 1) % 1_000_000
		sec := int64(i) * 3 * 86400 / int64(n)
		yield(i, sale{start.Add(time.Duration(sec) * time.Second), t, stan[t], (sec/86400+1)*1e9 + int64(i), int64(r.below(200_000)) + 1})
	}
}

var shops = [...]string{"好邻居便利店", `"南门, 超市"`, "人民医院", `"""老""面馆"`, "第一加油站", "新华书店", "农贸市场3号", "宁波饭店"}

// makeFiles writes both files unless they are there, and returns what is in
// them.
func makeFiles(dir string, n int) (counts, error) {
	var c, made counts
	if data, err := os.ReadFile(filepath.Join(dir, countsFile)); err == nil && json.Unmarshal(data, &made) == nil && made.Rows == n {
		return made, nil
	}
	a, err := os.Create(filepath.Join(dir, approvalsFile))
	if err != nil {
		return c, err
	}
	defer a.Close()
	s, err := os.Create(filepath.Join(dir, settleFile))
	if err != nil {
		return c, err
	}
	defer s.Close()
	wa, ws := bufio.NewWriterSize(a, 1<<20), bufio.NewWriterSize(s, 1<<20)
	fmt.Fprint(wa, "终端号,凭证号,参考号,金额,交易时间,应答码\n")
	fmt.Fprint(ws, "商户号,门店名称,终端号,交易日期,交易时间,交易类型,凭证号,参考号,卡号,交易金额,手续费,结算金额\r\n")
	dice := rng(7)
	c.Rows = n
	sales(n, func(i int, x sale) {
		fmt.Fprintf(wa, "%08d,%06d,%012d,%d.%02d,%s,00\n", x.tid+10_000_000, x.stan, x.rrn, x.amount/100, x.amount%100, x.at.Format("2006-01-02 15:04:05"))
		rrn := x.rrn
		switch d := dice.below(1000); {
		case d < 2:
			c.Missing++
			return
		case d < 3:
			x.amount++
			c.Differs++
		case d < 4:
			rrn += 500_000_000 // a row that no terminal knows, in place of one that goes missing
			c.Missing++
			c.Extra++
		default:
			c.Matched++
		}
		fee := x.amount * 38 / 10000
		fmt.Fprintf(ws, "8983301541%05d,%s,%08d,%s,%s,消费,%06d,%012d,622848******%04d,%d.%02d,%d.%02d,%d.%02d\r\n",
			x.tid%3000, shops[x.tid%len(shops)], x.tid+10_000_000, x.at.Format("2006-01-02"), x.at.Format("15:04:05"), x.stan, rrn, x.stan%10000,
			x.amount/100, x.amount%100, fee/100, fee%100, (x.amount-fee)/100, (x.amount-fee)%100)
	})
	if err := wa.Flush(); err != nil {
		return c, err
	}
	if err := ws.Flush(); err != nil {
		return c, err
	}
	data, err := json.Marshal(c)
	if err != nil {
		return c, err
	}
	return c, os.WriteFile(filepath.Join(dir, countsFile), data, 0o644)
}
