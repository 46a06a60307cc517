package table

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/poslog/poslog/parse/entry"
)

// checksOf reads a text and writes what became of its totals as LINE:stated/read.
func checksOf(t *testing.T, text string) (list []string, sum *entry.Summary) {
	t.Helper()
	_, sum = readText(t, text)
	for _, k := range sum.Checks {
		list = append(list, fmt.Sprintf("%d:%d/%d", k.Pos.Line, k.Stated, k.Read))
	}
	return list, sum
}

// A file may close each group of rows with its own total.
func TestTotalsOfGroups(t *testing.T) {
	const head = "交易时间,终端号,参考号,交易类型,交易金额\n"
	n := 0
	row := func(yuan string) string {
		n++
		return fmt.Sprintf("2026-11-20 08:00:%02d,10000001,0000000000%02d,消费,%s\n", n, n, yuan)
	}
	refund := strings.Replace(row("5.00"), "消费", "退货", 1)
	a, b := row("1000.00")+row("25.00"), row("700.00")+row("1.00") // lines 2, 3 and 5, 6
	groups := a + "合计,,,,1025.00\n" + b + "合计,,,,701.00\n"
	wrong := strings.NewReplacer("1025.00", "1026.00", "701.00", "700.00").Replace(groups) // they cancel each other
	nested := a + "终端小计,,,,1025.00\n" + b + "终端小计,,,,701.00\n日合计,,,,1726.00\n" + row("3.00") + "终端小计,,,,3.00\n日合计,,,,3.00\n总计,,,,1729.00\n"
	tests := []struct {
		name, file string
		want       []string
	}{
		{"each group", groups, []string{"4:102500/102500", "7:70100/70100"}},
		{"groups and all", groups + "总计,,,,1726.00\n", []string{"4:102500/102500", "7:70100/70100", "8:172600/172600"}},
		{"the first is wrong", strings.Replace(groups, "1025.00", "1026.00", 1), []string{"4:102600/102500", "7:70100/70100"}},
		{"the second is wrong", strings.Replace(groups, "701.00", "702.00", 1), []string{"4:102500/102500", "7:70200/70100"}},
		{"both are wrong and cancel each other", wrong, []string{"4:102600/102500", "7:70000/70100"}},
		{"and the whole is right", wrong + "总计,,,,1726.00\n", []string{"4:102600/102500", "7:70000/70100", "8:172600/172600"}},
		{"only the whole is wrong", groups + "总计,,,,2051.00\n", []string{"4:102500/102500", "7:70100/70100", "8:205100/172600"}},
		{"the whole is nothing", groups + "总计,,,,0.00\n", []string{"4:102500/102500", "7:70100/70100", "8:0/172600"}},
		{"running", a + "累计金额,,,,1025.00\n合计,,,,1025.00\n" + b + "合计,,,,1726.00\n" + row("3.00") + "合计,,,,1728.00\n", []string{"5:102500/102500", "8:172600/172600", "10:172800/172900"}},
		{"two groups in one", a + "小计,,,,1025.00\n" + b + "小计,,,,701.00\n" + row("2.00") + "小计,,,,703.00\n", []string{"4:102500/102500", "7:70100/70100", "9:70300/200"}},
		{"nested", nested, []string{"4:102500/102500", "7:70100/70100", "8:172600/172600", "10:300/300", "11:300/300", "12:172900/172900"}},
		{"a nested one is wrong", strings.Replace(nested, "日合计,,,,3.00", "日合计,,,,4.00", 1), []string{"4:102500/102500", "7:70100/70100", "8:172600/172600", "10:300/300", "11:400/300", "12:172900/172900"}},
		{"a terminal without rows", a + "10000001小计,,,,1025.00\n10000002小计,,,,0.00\n", []string{"4:102500/102500", "5:0/0"}},
		{"pages that state the whole", a + "合计,,,,1726.00\n" + b + "合计,,,,1726.00\n", []string{"4:172600/172600", "7:172600/172600"}},
		{"sales and refunds", a + refund + "消费小计,,,,1025.00\n退货小计,,,,5.00\n合计,,,,1020.00\n", []string{"5:102500/102500", "6:500/500", "7:102000/102000"}},
		{"by kind of card", a + "借记卡小计,,,,1000.00\n贷记卡小计,,,,25.00\n合计,,,,1025.00\n", []string{"6:102500/102500"}},
		{"a day in front of the words", a + "2026-11-20,日合计,,,1025.00\n" + strings.ReplaceAll(b, "-20", "-21") + "2026-11-21,日合计,,,702.00\n", []string{"4:102500/102500", "7:70200/70100"}},
		{"by clerk below all rows", a + b + "张三小计,,,,1025.00\n李四小计,,,,701.00\n合计,,,,1726.00\n", []string{"8:172600/172600"}},
		{"one subtotal, which is wrong", a + "本页小计,,,,1026.00\n", []string{"4:102600/102500"}},
		{"by clerk in groups, and both are wrong", a + "张三小计,,,,1026.00\n" + b + "李四小计,,,,700.00\n", []string{"4:102600/102500", "7:70000/70100"}},
		{"counts", a + "小计,2笔,,,1025.00\n" + b + "小计,3笔,,,701.00\n", []string{"4:2/2", "4:102500/102500", "7:3/2", "7:70100/70100"}},
	}
	for _, tt := range tests {
		got, sum := checksOf(t, head+tt.file)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: checks %q, want %q, %v", tt.name, got, tt.want, sum.Notes)
		}
	}
}

// Titles may state sales and refunds apart, without units; a number alone below the names counts the rows.
func TestTotalsOfKindsInTitles(t *testing.T) {
	got, sum := checksOf(t, "支付总笔数:2\n支付总金额:1025.00\n退款总笔数:0\n退款总金额:0.00\n交易时间|终端号|参考号|交易类型|交易金额\n2\n"+
		"2026-11-20 08:00:01|10000001|000000000001|ZF|1000.00\n2026-11-20 08:00:02|10000001|000000000002|ZF|25.00\n")
	if want := []string{"1:2/2", "3:0/0"}; !slices.Equal(got, want) || sum.Lines != 8 {
		t.Errorf("checks %q, want %q, %v", got, want, sum.Notes)
	}
}

// What is found of totals at every level is what adding up the rows again for every
// total finds, however the rows are shared out.
func TestAuditAgreesWithAddingUpAgain(t *testing.T) {
	defer func(n int) { blockSize = n }(blockSize)
	wrongs := 0
	for seed := range uint64(20) {
		rnd := rand.New(rand.NewPCG(seed, 9))
		type line struct {
			label  string // "" of a row
			amount int64  // fen, as it stands there
		}
		var lines []line
		// sum adds the rows in front of line i, back to the last line with one of the labels.
		sum := func(i int, labels ...string) (s int64) {
			for i--; i >= 0 && !slices.Contains(labels, lines[i].label); i-- {
				if lines[i].label == "" {
					s += lines[i].amount
				}
			}
			return s
		}
		state := func(label string, labels ...string) {
			s := sum(len(lines), labels...)
			if rnd.IntN(6) == 0 {
				s += int64(1 + rnd.IntN(900))
			}
			lines = append(lines, line{label, s})
		}
		for range 3 + rnd.IntN(5) {
			for range 2 + rnd.IntN(4) {
				for range 1 + rnd.IntN(60) {
					lines = append(lines, line{"", int64(1 + rnd.IntN(100_000))})
				}
				state("终端小计", "终端小计", "日合计")
			}
			state("日合计", "日合计")
		}
		state("总计")
		var b strings.Builder
		b.WriteString("交易时间,终端号,参考号,交易金额\n")
		for i, l := range lines {
			if l.label == "" {
				fmt.Fprintf(&b, "2026-11-20 %02d:%02d:%02d,10000001,%012d,%d.%02d\n", i/3600, i/60%60, i%60, i, l.amount/100, l.amount%100)
			} else {
				fmt.Fprintf(&b, "%s,,,%d.%02d\n", l.label, l.amount/100, l.amount%100)
			}
		}
		var want, wantWrong []string
		for i, l := range lines {
			if l.label == "" {
				continue
			}
			// The right figure is the one that the total was made from.
			back := map[string][]string{"终端小计": {"终端小计", "日合计"}, "日合计": {"日合计"}}[l.label]
			right := sum(i, back...)
			s := fmt.Sprintf("%d:%d/%d", i+2, l.amount, right)
			if want = append(want, s); l.amount != right {
				wantWrong = append(wantWrong, s)
			}
		}
		wrongs += len(wantWrong)
		for _, blockSize = range []int{1 << 20, 4000, 300} {
			for _, workers := range []int{0, 1, 3} {
				sum, _ := readShared(t, b.String(), workers)
				var got, gotWrong []string
				for _, k := range sum.Checks {
					s := fmt.Sprintf("%d:%d/%d", k.Pos.Line, k.Stated, k.Read)
					if got = append(got, s); !k.Agrees() {
						gotWrong = append(gotWrong, s)
					}
				}
				if !slices.Equal(gotWrong, wantWrong) {
					t.Fatalf("seed %d, blocks of %d, %d workers: wrong are\n%q, want\n%q", seed, blockSize, workers, gotWrong, wantWrong)
				}
				if len(want) <= maxGroups && !slices.Equal(got, want) {
					t.Fatalf("seed %d, blocks of %d, %d workers: got\n%q, want\n%q", seed, blockSize, workers, got, want)
				}
			}
		}
	}
	if wrongs < 30 {
		t.Errorf("only %d wrong totals were made", wrongs)
	}
}

// The total of a day may have no word that says so, and all that is the same in its rows: it is none
// of them, and what it states is held against them.
func TestBareTotals(t *testing.T) {
	const total = "898330154110001,10000001,2026-11-20,,,30.00,0.18,,"
	for _, c := range []struct{ names, time, last, want string }{
		{"商户号,终端号,交易日期,交易时间,交易类型,交易金额,手续费,应答码,参考号", "2026-11-20,08:00:0%d,消费", total, "amount 3000=3000 fee 18=18"},
		{"商户号,终端号,交易日期,交易时间,交易类型,交易金额,手续费,应答码,参考号", "2026-11-20,08:00:0%d,消费", "898330154110001,10000001,2026-11-20,,,31.00,0.18,,", "amount 3100=3000 fee 18=18"},
		{"商户号,终端号,交易时间,交易类型,交易金额,手续费,应答码,参考号", "2026-11-20 08:00:0%d,消费", "898330154110001,10000001,2026-11-20,,30.00,0.18,,", "amount 3000=3000 fee 18=18"},
		{"商户号,终端号,交易日期,交易时间,交易类型,交易金额,手续费,应答码,参考号", "2026-11-20,08:00:0%d,消费", "898330154110001,10000001,2026-11-20,,手续费,30.00,0.18,,", ""}, // a row of its own
	} {
		var b strings.Builder
		b.WriteString(c.names + "\n")
		for i := range 6 {
			fmt.Fprintf(&b, "898330154110001,10000001,"+c.time+",5.00,0.03,00,%012d\n", i, i+1)
		}
		b.WriteString(c.last + "\n")
		got, sum := readText(t, b.String())
		said := ""
		for _, x := range sum.Checks {
			said += fmt.Sprintf(" %s %d=%d", x.What, x.Stated, x.Read)
		}
		if rows := len(got.recs); strings.TrimSpace(said) != c.want || rows != 6 && c.want != "" || rows != 7 && c.want == "" {
			t.Errorf("%s: %d rows, %s", c.last, rows, said)
		}
	}
}

// Rows of another table below have what that one has.
func TestBareRowsOfAnotherTable(t *testing.T) {
	var b strings.Builder
	b.WriteString("商户号,交易日期,交易时间,交易类型,交易金额,手续费,应答码,参考号\n")
	for i := range 6 {
		fmt.Fprintf(&b, "898330154110001,2026-11-20,08:00:0%d,消费,5.00,0.03,00,%012d\n", i, i+1)
	}
	b.WriteString("商户号,交易日期,,,交易金额,,,,手续费\n898330154110001,2026-11-20,,,7.00,,,,0.03\n898330154110001,2026-11-21,,,8.00,,,,0.03\n")
	if got, sum := readText(t, b.String()); len(got.recs) != 8 {
		t.Errorf("%d rows: %v", len(got.recs), sum.Checks)
	}
}

// A row whose kind is a total is one, whatever else it has.
func TestTotalAsKind(t *testing.T) {
	c, sum := readText(t, "type,settlementTime,settlementAmount,settlementCurrency,commission,referenceId,merchantId\n"+
		"PAYMENT,2026-11-20T00:00:00+08:00,99.40,CNY,0.60,A1,898330154110001\n"+
		"REFUND,2026-11-20T00:00:00+08:00,-10.00,CNY,0.00,A1,898330154110001\n"+
		"TOTAL,2026-11-20T00:00:00+08:00,89.40,CNY,0.60,A1,898330154110001\n")
	if len(c.recs) != 2 || len(sum.Checks) != 2 || sum.Checks[0].Stated != sum.Checks[0].Read || sum.Checks[1].Stated != sum.Checks[1].Read {
		t.Errorf("%+v %+v %v", c.recs, sum.Checks, c.rejects)
	}
}

// A total is of the column that it is named after: 应结订单总金额 below net amounts of 应结订单金额.
func TestTotalsOfNetAmounts(t *testing.T) {
	got, sum := checksOf(t, "交易完成时间,订单号,交易状态,订单金额,手续费,应结订单金额,退款单号,退款金额\n"+
		"`2026-11-20 08:00:01,`A1,`SUCCESS,`200.00,`0.76,`199.24,`,`0.00\n"+
		"`2026-11-20 08:10:01,`A2,`SUCCESS,`50.00,`0.19,`49.81,`,`0.00\n"+
		"`2026-11-20 09:00:01,`A1,`REFUND,`200.00,`-0.15,`-39.85,`R1,`40.00\n"+
		"总交易单数,应结订单总金额,退款总金额,手续费总金额,订单总金额\n`3,`209.20,`40.00,`0.80,`250.00\n")
	if want := []string{"6:3/3", "6:20920/20920", "6:4000/4000", "6:80/80", "6:25000/25000"}; !slices.Equal(got, want) || sum.Checks[1].What != "net" {
		t.Errorf("%v, want %v: %+v", got, want, sum.Checks)
	}
}
