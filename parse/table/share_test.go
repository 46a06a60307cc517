package table

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

// found is a sink that keeps everything in words.
type found struct {
	list    []string
	skip    map[entry.Skip]int
	shares  int // blocks that were shared out
	records []*txn.Record
}

func (f *found) Record(r *txn.Record, n int) {
	c := *r
	c.PAN.Token = 0
	f.records = append(f.records, r.Clone())
	f.list = append(f.list, fmt.Sprintf("%06d %d %+v", r.Pos.Line, n, c))
}
func (f *found) Reject(r *entry.Reject, n int) {
	f.list = append(f.list, fmt.Sprintf("%06d %d %s %s", r.Pos.Line, n, r.Rule, r.Error()))
}
func (f *found) Skip(k entry.Skip, n int) { f.skip[k] += n }

// dirtyTable makes an export with everything that real ones have: quoted
// separators, quotes and line ends, quotes that nobody closed, CR LF, blank lines,
// titles and names of later pages, names of another table, subtotals, names of
// totals above their values, damaged rows and bytes, and remarks.
func dirtyTable(rnd *rand.Rand, rows int) string {
	var b strings.Builder
	end := []string{"\n", "\r\n"}[rnd.IntN(2)]
	line := func(s ...string) { b.WriteString(strings.Join(s, ",") + end) }
	names := []string{"交易时间", "商户名称", "终端号", "交易类型", "凭证号", "参考号", "卡号", "交易金额", "手续费"}
	other := []string{"终端号", "交易日期", "交易金额", "应答码", "凭证号"}
	line("收单交易明细 2026-11-20")
	shops := rnd.IntN(2) == 0
	if shops {
		line("商户编号：898330154110001")
	}
	line(names...)
	first := true
	odd := []int{25, 60, 400}[rnd.IntN(3)]
	for i := range rows {
		time := fmt.Sprintf("2026-11-20 %02d:%02d:%02d", i/3600%24, i/60%60, i%60)
		name := []string{"西湖便利店", `"西湖""龙井"", 总店"`, "\"绍兴\n老酒行\"", `"宁波`, `海"鲜`, "Bar\uFFFD"}[rnd.IntN(60)/10]
		amount := fmt.Sprintf("%d.%02d", rnd.IntN(5000), rnd.IntN(100))
		stan := fmt.Sprintf("%06d", i)
		record := func() {
			if first {
				line(time, name, fmt.Sprintf("1000%04d", rnd.IntN(30)), "消费", stan, fmt.Sprintf("%012d", i), "622848******0203", amount, "0.10")
			} else {
				line(fmt.Sprintf("1000%04d", rnd.IntN(30)), time[:10], amount, "00", stan)
			}
		}
		if rnd.IntN(odd) > 0 || i == 0 {
			record()
			continue
		}
		switch rnd.IntN(17) {
		case 16:
			if rnd.IntN(2) == 0 {
				line("交易日期：2026-11-20", "至 2026-11-20")
			}
			line(fmt.Sprintf("商户编号：8983301541100%02d", rnd.IntN(90)))
		case 0:
			line()
		case 1:
			line(names...)
		case 2:
			if rnd.IntN(4) == 0 {
				first = !first
				if first {
					line(names...)
				} else {
					line(other...)
				}
			}
		case 3:
			line("2026-11-20", "日合计", "", "", "", "", "", amount, "1.00")
		case 4:
			line("总交易单数", "总交易额", "总退款金额", "手续费总金额")
			if rnd.IntN(2) == 0 {
				line("2026-11-20", "日合计")
			}
			line("`12", "`"+amount, "`0.00", "`1.00")
		case 5:
			line("总交易单数", "总交易额", "手续费总金额")
			record()
		case 6:
			line(time, name, "1", "消费", stan, "1", "622848******0203", "12x", "0.10")
		case 7:
			line(time, name)
		case 8:
			line("合计", "", "", "", "", "", "", amount)
		case 9:
			line("共12笔, "+amount+"元", "收入：3笔 "+amount+"元，支出：1笔 2.00元")
		case 10:
			line("\xff\xfe"+time, name, "1", "消费")
		case 11:
			line(time, "\xc9\xcc\xbb\xa7", "10000001", "消费", stan, "1", "622848******0203", amount, "0.10")
		case 12:
			line(",,,,,,,,")
		case 13:
			line(strings.Repeat("备注，", rnd.IntN(2000)))
		case 14:
			b.WriteString(`"` + end)
		case 15:
			b.WriteString(`"`)
			record()
		}
	}
	line("合计", "", "", "", "", "", "", "1.00")
	return b.String()
}

// readShared reads a table with its rows shared among workers, none for one reader.
func readShared(t *testing.T, text string, workers int) (*entry.Summary, *found) {
	t.Helper()
	st := &entry.Stream{Src: &txn.Source{Name: "dirty.csv"}, Head: []byte(text[:min(len(text), 64<<10)]), R: strings.NewReader(text)}
	sink := &found{skip: map[entry.Skip]int{}}
	var all sync.WaitGroup
	var mu sync.Mutex
	free := make(chan struct{}, workers)
	if workers > 0 {
		st.Share = func(job func(entry.Sink)) {
			sink.shares++
			free <- struct{}{}
			all.Go(func() {
				own := &found{skip: map[entry.Skip]int{}}
				job(own)
				mu.Lock()
				defer mu.Unlock()
				sink.list = append(sink.list, own.list...)
				sink.records = append(sink.records, own.records...)
				for k, n := range own.skip {
					sink.skip[k] += n
				}
				<-free
			})
		}
		st.Wait = func() error { all.Wait(); return nil }
	}
	sum, err := Read(st, sink)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(sink.list)
	for i := range sum.Checks {
		sum.Checks[i].Pos.Src = nil
	}
	sum.Header.Src = nil
	return sum, sink
}

// Shared blocks must find exactly what one reader finds, wherever blocks end.
func TestSharedBlocksAgreeWithOneReader(t *testing.T) {
	defer func(n int) { blockSize = n }(blockSize)
	total := 0
	for seed := range uint64(15) {
		rnd := rand.New(rand.NewPCG(seed, 4))
		text := dirtyTable(rnd, 700+rnd.IntN(2500))
		if seed%3 == 2 {
			text, _ = simplifiedchinese.GB18030.NewEncoder().String(strings.ToValidUTF8(text, ""))
		}
		read := func(workers int) (string, []string, int) {
			sum, sink := readShared(t, text, workers)
			return fmt.Sprintf("%+v %v", *sum, sink.skip), sink.list, sink.shares
		}
		want, wantList, _ := read(0)
		for _, size := range []int{200, 1000, 1 + rnd.IntN(20_000), 1 << 20} {
			blockSize = size
			for _, workers := range []int{1, 4} {
				got, list, shares := read(workers)
				if got != want {
					t.Errorf("seed %d, blocks of %d, %d workers:\n%s\nwant\n%s", seed, size, workers, got, want)
				}
				if !slices.Equal(list, wantList) {
					for i := range min(len(list), len(wantList)) {
						if list[i] != wantList[i] {
							t.Errorf("seed %d, blocks of %d, %d workers:\n%s\nwant\n%s", seed, size, workers, list[i], wantList[i])
							break
						}
					}
					t.Errorf("%d found, want %d", len(list), len(wantList))
				}
				total += shares
				if t.Failed() {
					return
				}
			}
		}
	}
	if total < 3000 {
		t.Errorf("only %d blocks were shared", total)
	}
}

// Names of sums, and of tables that are none of transactions, say what the rows below them are,
// wherever blocks end.
func TestNamesBetweenBlocks(t *testing.T) {
	defer func(n int) { blockSize = n }(blockSize)
	blockSize = 1000
	for _, between := range []string{"交易类型,总金额,笔数\n消费,100.00,100\n", "终端号,商户号,备注\n00000001,898330154110001,\n交易时间,终端号,参考号,交易金额\n"} {
		var b strings.Builder
		b.WriteString("交易时间,终端号,参考号,交易金额\n")
		for i := range 3000 {
			if fmt.Fprintf(&b, "2026-11-20 08:%02d:%02d,00000001,%012d,1.00\n", i/60, i%60, i); i%100 == 99 {
				b.WriteString(between)
			}
		}
		want, one := readShared(t, b.String(), 0)
		got, many := readShared(t, b.String(), 4)
		if !slices.Equal(got.Notes, want.Notes) || !slices.Equal(many.list, one.list) || fmt.Sprint(many.skip) != fmt.Sprint(one.skip) || many.shares < 20 {
			t.Errorf("%q in %d blocks: %v, %d found, %v; want %v, %d found, %v", between, many.shares, many.skip, len(many.list), got.Notes, one.skip, len(one.list), want.Notes)
		}
	}
}

// Rows that leave out their day are of the day of the row above, in whatever block that is.
func TestDayOfTheRowAboveInBlocks(t *testing.T) {
	defer func(n int) { blockSize = n }(blockSize)
	for _, every := range []int{1, 3, 700} { // rows of a day
		var b strings.Builder
		b.WriteString("交易日期,交易时间,终端号,参考号,交易金额\n")
		var want []string
		for i := range 3000 {
			day := fmt.Sprintf("2026-%02d-%02d", 1+i/every/28%12, 1+i/every%28)
			want = append(want, fmt.Sprintf("%s %012d", day, i))
			if i%every > 0 {
				day = ""
			}
			fmt.Fprintf(&b, "%s,%02d:%02d:%02d,10000001,%012d,1.00\n", day, i/3600, i/60%60, i%60, i)
			if i%400 == 399 {
				b.WriteString("小计,,,,1.00\n\n")
			}
		}
		for _, blockSize = range []int{1 << 20, 5000, 400} {
			for _, workers := range []int{0, 3} {
				var got []string
				_, sink := readShared(t, b.String(), workers)
				for _, r := range sink.records {
					got = append(got, r.At.Time().Format("2006-01-02 ")+r.RRN)
				}
				slices.SortFunc(got, func(a, b string) int { return strings.Compare(a[11:], b[11:]) })
				if !slices.Equal(got, want) {
					for i := range min(len(got), len(want)) {
						if got[i] != want[i] {
							t.Fatalf("every %d, blocks of %d, %d workers: %s, want %s", every, blockSize, workers, got[i], want[i])
						}
					}
					t.Fatalf("every %d, blocks of %d, %d workers: %d rows", every, blockSize, workers, len(got))
				}
			}
		}
	}
}

// An ordinary row costs no memory, quotes and all.
func TestRowsCostNoMemory(t *testing.T) {
	cost := func(rows int) float64 {
		content := string(benchCSV(rows))
		return testing.AllocsPerRun(1, func() {
			st := &entry.Stream{Src: &txn.Source{Name: "settle.csv"}, Head: []byte(content[:64<<10]), R: strings.NewReader(content),
				Share: func(job func(entry.Sink)) { job(&counter{}) }, Wait: func() error { return nil }}
			if _, err := Read(st, &counter{}); err != nil {
				t.Fatal(err)
			}
		})
	}
	// What remains is the blocks of a mebibyte, some allocations each, and some more
	// with the race detector.
	if few, many := cost(10_000), cost(30_000); (many-few)/20_000 > 0.02 {
		t.Errorf("%v allocations for 10,000 rows and %v for 30,000", few, many)
	}
}

// Rows that are read straight ahead must come out as the general path finds them, whatever
// stands in their cells.
func TestStraightRowsAgreeWithTheGeneralPath(t *testing.T) {
	defer func(n int) { blockSize, noStraight = n, false }(blockSize)
	odd := []string{"", "0", "-", "/", "--", "无", "null", "12", "1,234.50", "-12.00", "12.345", "1.2E+15", "00.0", "￥12.00", "12.00(已退款3.00)", "0.00", "2026-11-20", "2026/11/20", "20261120",
		"08:15:32", "8:15:32", "081532", "24:00:00", "2026-11-20 08:15:32", "2026-11-20 08:15:32.123456", "2026-11-20T08:15:32Z", "日合计", "小计：", "本页小计", "合计", "消费", "退货", "消费撤销", "预授权",
		"`001", "'001", " 001", "001 ", "４５６", "6228480402564890018", "622848******0203", "898330154110001", "12345678901234567890", "\uFEFF1", "B4", "1E2", "#REF!", "000000000000", "0000-00-00 00:00:00", "1970-01-01 08:00:00", "[NULL]", "N/A", "USD", "\xff", "商户\uFFFD"}
	columns := []struct {
		name string
		of   func(i int) string
	}{
		{"清算日期", func(i int) string { return fmt.Sprintf("2026-11-2%d", i/900%9) }},
		{"商户编号", func(i int) string { return fmt.Sprintf("8983301541%05d", i%40) }},
		{"商户名称", func(i int) string {
			return []string{"西湖便利店", `"东湖面馆,总店"`, "设计", `"新城""家和"""`}[i%4]
		}},
		{"终端编号", func(i int) string { return fmt.Sprintf("1000%04d", i%40) }},
		{"凭证号", func(i int) string { return fmt.Sprintf("%06d", i) }},
		{"参考号", func(i int) string { return fmt.Sprintf("%012d", i) }},
		{"交易类型", func(i int) string { return []string{"消费", "消费", "退货"}[i%3] }},
		{"手续费", func(i int) string { return dec(i % 500) }},
		{"结算金额", func(i int) string { return dec(i * 13 % 5000) }},
		{"卡号", func(i int) string { return fmt.Sprintf("622848******%04d", i%300) }},
		{"应答码", func(i int) string { return "00" }},
		{"币种", func(i int) string { return "CNY" }},
		{"订单号", func(i int) string { return fmt.Sprintf("20261120%010d", i) }},
		{"商户订单号", func(i int) string { return fmt.Sprintf("A%08d", i) }},
		{"检索参考号", func(i int) string { return fmt.Sprintf("%012d", 3*i) }},
		{"完成时间", func(i int) string { return "" }},
		{"备注", func(i int) string { return "" }},
		{"发卡行", func(i int) string { return "农业银行" }},
		{"交易状态", func(i int) string { return "成功" }},
	}
	shares := 0
	for seed := range uint64(50) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		names := []string{"交易日期", "交易时间", "交易金额"}
		values := []func(int) string{
			func(i int) string { return fmt.Sprintf("2026-11-2%d", i/900%9) },
			func(i int) string { return fmt.Sprintf("%02d:%02d:%02d", i/3600%24, i/60%60, i%60) },
			func(i int) string { return dec(i * 7919 % 500000) },
		}
		if rnd.IntN(2) == 0 { // one column for both
			date, clock := values[0], values[1]
			names, values = names[1:], values[1:]
			values[0] = func(i int) string { return date(i) + " " + clock(i) }
		}
		for _, c := range columns {
			if rnd.IntN(2) == 0 {
				at := rnd.IntN(len(names) + 1)
				names, values = slices.Insert(names, at, c.name), slices.Insert(values, at, c.of)
			}
		}
		delim, end := []string{",", ",", "\t", "|"}[rnd.IntN(4)], []string{"\n", "\r\n"}[rnd.IntN(2)]
		var b strings.Builder
		if rnd.IntN(4) == 0 {
			b.WriteString("商户编号：898330154110001" + end)
		}
		tail := strings.Repeat(delim, max(0, rnd.IntN(6)-4))
		b.WriteString(strings.Join(names, delim) + tail + end)
		often := []int{10, 40, 1000}[rnd.IntN(3)]
		for i := range 1500 {
			row := make([]string, len(values))
			for k := range row {
				if row[k] = values[k](i); i > 10 && rnd.IntN(often) == 0 {
					row[k] = odd[rnd.IntN(len(odd))]
				}
			}
			if i > 10 && rnd.IntN(often) == 0 {
				row = row[:1+rnd.IntN(len(row))]
			}
			b.WriteString(strings.Join(row, delim) + tail + end)
		}
		text := b.String()
		if seed%3 == 2 {
			text, _ = simplifiedchinese.GB18030.NewEncoder().String(strings.ToValidUTF8(text, ""))
		}
		blockSize = []int{3000, 1 << 20}[seed%2]
		noStraight = true
		wantSum, want := readShared(t, text, 1)
		noStraight = false
		gotSum, got := readShared(t, text, 1)
		shares += got.shares
		if a, b := fmt.Sprintf("%+v %v", *gotSum, got.skip), fmt.Sprintf("%+v %v", *wantSum, want.skip); a != b {
			t.Fatalf("seed %d:\n%.2000s\nwant\n%.2000s", seed, a, b)
		}
		for i := range want.list {
			if i >= len(got.list) || got.list[i] != want.list[i] {
				t.Fatalf("seed %d: %s\nwant %s", seed, got.list[min(i, len(got.list)-1)], want.list[i])
			}
		}
	}
	if shares < 500 {
		t.Errorf("only %d blocks were shared", shares)
	}
}
