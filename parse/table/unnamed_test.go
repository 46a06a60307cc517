package table

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/txn"
)

// asText writes guesses as "2 date, 3 amount (fen)".
func asText(list []Guess) string {
	var out []string
	for i, g := range list {
		if g.Name != "" {
			out = append(out, fmt.Sprintf("%d %s", i+1, g.Name))
		}
	}
	return strings.Join(out, ", ")
}

func TestGuesses(t *testing.T) {
	for _, tt := range []struct {
		name, data, want string
		sure             bool
	}{
		{"an acquirer's file in fen", "20261120|080030|898310041110000|12345670|622848******8916|000000077778|000296|000000077482|000100|632500000000|消费\n" +
			"20261120|080236|898310041110001|12345671|622848******9894|000000048590|000185|000000048405|000101|632500000017|消费\n" +
			"20261120|080540|898310041110000|12345670|622848******9516|000000082114|000312|000000081802|000102|632500000021|退货\n",
			"1 date, 2 clock, 3 mid, 4 tid, 5 pan, 6 amount (fen), 7 fee (fen), 8 net amount (fen), 9 stan, 10 rrn, 11 kind", true},
		{"refunds are negative, and the fee stands last", "2026-11-20 08:00:30|A1|100.00|99.62|0.38\n2026-11-20 08:01:30|A1|-50.00|-49.81|-0.19\n2026-11-20 08:02:30|A2|20.00|19.92|0.08\n",
			"1 time, 3 amount, 4 net amount, 5 fee", true},
		{"refunds have a column of their own", "2026-11-20 08:00:30|A1|100.00|0.38|0.00|99.62\n2026-11-20 08:01:30|A1|0.00|-0.19|50.00|-49.81\n2026-11-20 08:02:30|A2|20.00|0.08|0.00|19.92\n2026-11-20 08:03:30|A2|30.00|0.11|0.00|29.89\n",
			"1 time, 3 amount, 4 fee, 5 refund amount, 6 net amount", true},
		{"what is paid back does not add up", "2026-11-20 08:00:30|A1|100.00|0.38|0.00|99.62\n2026-11-20 08:01:30|A1|0.00|-0.19|51.00|-49.81\n2026-11-20 08:02:30|A2|20.00|0.08|0.00|19.92\n2026-11-20 08:03:30|A2|30.00|0.11|0.00|29.89\n",
			"1 time", false},
		{"an account, the latest first", "24/11/2026|THE SHOP A|1.96||13.04\n24/11/2026|THE SHOP B|12.10||15.00\n23/11/2026|A MAN||10.00|27.10\n23/11/2026|THE SHOP A|3.00||17.10\n22/11/2026|THE SHOP C|7.00||20.10\n",
			"1 date, 2 text, 3 debit, 4 credit, 5 balance", true},
		{"an account, the latest last, with one amount", "20261122|PAY 1 OF A|-7.00|20.10\n20261123|PAY 2 OF B|-3.00|17.10\n20261123|PAY 3 OF C|10.00|27.10\n20261124|PAY 4 OF D|-12.10|15.00\n20261124|PAY 5 OF E|-1.96|13.04\n",
			"1 date, 2 text, 3 amount, 4 balance", true},
		{"one amount and marks of cards", "20261120,081532,12345678,622848******8916,12.30,00\n20261120,081632,12345678,622848******8917,1.30,00\n20261120,081732,12345678,622848******8918,7.30,B4\n",
			"1 date, 2 clock, 3 tid, 4 pan, 5 amount, 6 code", true},
		{"how a row ended", "20261120,081532,622848******8916,12.30,消费,成功\n20261120,081632,622848******8917,1.30,消费,失败\n20261120,081732,622848******8918,7.30,消费,成功\n",
			"1 date, 2 clock, 3 pan, 4 amount, 5 kind, 6 status", true},
		{"amounts with a currency, and how they ended", "2026-11-20 08:15:32|TXN-20261120081532-799|Wallet A|98384.0 XAF|reversed\n2026-11-20 08:16:32|TXN-20261120081632-149|Wallet B|32148.0 XAF|timeout\n2026-11-20 08:17:32|TXN-20261120081732-676|Wallet A|85789.0 XAF|success\n",
			"1 time, 2 order number, 3 text, 4 amount, 5 status", true},
		{"prices of things", "2026-11-20 08:15:32|A-20261120081532-799|Thing A|98.50 EUR|new\n2026-11-20 08:16:32|A-20261120081632-149|Thing B|32.10 EUR|used\n2026-11-20 08:17:32|A-20261120081732-676|Thing A|85.70 EUR|new\n",
			"1 time, 2 order number, 3 text, 4 amount", false},
		{"numbers of a spreadsheet", "2026-11-20 08:15:32,10.37,0.0599999999999,10.3099999999999\n2026-11-20 08:16:32,20.37,0.06,20.3099999999999\n2026-11-20 08:17:32,30.37,0.07,30.3\n",
			"1 time, 2 amount, 3 fee, 4 net amount", true},
		{"measurements", "2026-11-20 08:15:32,host1,cpu,0.53,ok\n2026-11-20 08:16:32,host1,cpu,0.54,ok\n2026-11-20 08:17:32,host1,cpu,0.51,ok\n", "1 time, 4 amount", false},
		{"two amounts that have nothing to do with each other", "20261120,081532,12345678,622848******8916,12.30,3.00\n20261120,081632,12345678,622848******8917,1.30,2.00\n20261120,081732,12345678,622848******8918,7.30,9.00\n",
			"1 date, 2 clock, 3 tid, 4 pan", false},
		{"a tip is no fee", "20261120,081532,12345678,115.00,100.00,15.00\n20261120,081632,12345678,11.50,10.00,1.50\n20261120,081732,12345678,23.00,20.00,3.00\n", "1 date, 2 clock, 3 tid", false},
		{"no fee, and the amount again", "ZF01|20261120|20261120081532|A26112008153211|50.20|0|50.20|AA\nZF02|20261120|20261120081632|A26112008163212|150.00|0|150.00|AA\nZF01|20261120|20261120081732|A26112008173213|7.30|0|7.30|AA\n",
			"1 kind, 3 time, 4 order number, 5 amount, 6 fee, 7 net amount", true},
		{"the same amount again, and other numbers", "20261120081532|A1|50.20|50.20|7\n20261120081632|A2|150.00|150.00|8\n20261120081732|A3|7.30|7.30|9\n", "1 time", false},
		{"fees of one rate", "T20261120081532|*8241|100.00|0.60|20261120081532\nT20261120081632|*8242|230.50|1.38|20261120081632\nT20261120081732|*8243|17.30|0.10|20261120081732\n" +
			"T20261120081832|*8243|9.99|0.06|20261120081832\nT20261120081932|*8244|1000.00|6.00|20261120081932\nT20261120082032|*8245|45.45|0.27|20261120082032\n",
			"1 order number, 3 amount, 4 fee, 5 time", true},
		{"numbers of no rate", "T20261120081532|*8241|100.00|0.60|20261120081532\nT20261120081632|*8242|230.50|0.38|20261120081632\nT20261120081732|*8243|17.30|0.10|20261120081732\n" +
			"T20261120081832|*8243|9.99|0.06|20261120081832\nT20261120081932|*8244|1000.00|6.00|20261120081932\nT20261120082032|*8245|45.45|0.27|20261120082032\n",
			"1 order number, 5 time", false},
		{"numbers that count", "1,2,0.1,2026-11-20,1\n2,2,0.1,2026-11-21,1\n3,2,0.1,2026-11-22,1\n4,2,0.1,2026-11-23,1\n", "3 amount, 4 date", false},
		{"too few rows", "20261120|081532|12345678|622848******8916|12.30|00\n", "1 date, 2 clock, 4 pan, 5 amount, 6 code", false},
		{"no table", "a,b\nc,d\n", "", false},
	} {
		var rows [][]string
		for line := range strings.Lines(tt.data) {
			rows = append(rows, strings.FieldsFunc(strings.NewReplacer(",", "|", "||", "| |").Replace(strings.TrimSpace(line)), func(r rune) bool { return r == '|' }))
		}
		for _, r := range rows {
			for i := range r {
				r[i] = strings.TrimSpace(r[i])
			}
		}
		_, list, sure := Guesses(rows)
		if got := asText(list); got != tt.want || sure != tt.sure {
			t.Errorf("%s: %q, sure %v; want %q, %v", tt.name, got, sure, tt.want, tt.sure)
		}
	}
}

// Whatever the order of the columns, of which some mean nothing, each is found.
func TestGuessesInAnyOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	for round := range 300 {
		n := 5 + rng.IntN(60)
		columns := map[string]func(i int) string{
			"time":       func(i int) string { return fmt.Sprintf("2026-11-20 %02d:%02d:%02d", 8+i/12, i*5%60, rng.IntN(60)) },
			"mid":        func(i int) string { return fmt.Sprintf("89831004111%04d", i%2) },
			"tid":        func(i int) string { return fmt.Sprintf("7654321%d", i%2) },
			"pan":        func(int) string { return fmt.Sprintf("621700******%04d", rng.IntN(10000)) },
			"rrn":        func(i int) string { return fmt.Sprintf("6325%08d", i*37+rng.IntN(30)) },
			"stan":       func(i int) string { return fmt.Sprintf("%06d", 71+i) },
			"currency":   func(int) string { return "156" },
			"":           func(int) string { return "" },
			"column":     func(int) string { return "X9" },
			"column two": func(i int) string { return fmt.Sprint(i%3 + 1) },
		}
		amounts, fees := make([]int, n), make([]int, n)
		for i := range amounts {
			amounts[i] = 1000 + rng.IntN(90_000)
			fees[i] = amounts[i] * 6 / 1000
		}
		money, unit := func(v int) string { return fmt.Sprintf("%d.%02d", v/100, v%100) }, ""
		if round%2 > 0 {
			money, unit = func(v int) string { return fmt.Sprintf("%012d", v) }, " (fen)"
		}
		columns["amount"+unit] = func(i int) string { return money(amounts[i]) }
		columns["fee"+unit] = func(i int) string { return money(fees[i]) }
		columns["net amount"+unit] = func(i int) string { return money(amounts[i] - fees[i]) }
		var names []string
		for name := range columns {
			names = append(names, name)
		}
		rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		rows := make([][]string, n)
		for i := range rows {
			for _, name := range names {
				rows[i] = append(rows[i], columns[name](i))
			}
		}
		_, list, sure := Guesses(rows)
		if !sure {
			t.Fatalf("round %d: not sure of %q", round, names)
		}
		for i, name := range names {
			if _, _, known := field.Lookup(name); list[i].Name != name && (known || list[i].Name != "") {
				t.Fatalf("round %d, %d rows, column %d of %q was taken for %q", round, n, i+1, names, list[i].Name)
			}
		}
	}
}

// Rows above and below are titles and totals, and what was assumed is said.
func TestReadUnnamed(t *testing.T) {
	const data = "对账文件 20261120\n20261120|080030|12345670|622848******8916|777.78|2.96|774.82\n20261120|080236|12345671|622848******9894|485.90|1.85|484.05\n" +
		"20261120|080540|12345670|622848******9516|821.14|3.12|818.02\n20261120|080640|12345670|622848******9516|21.14|0.12|21.02\n\n"
	c, sum := readText(t, data)
	if c.Records != 4 || c.Rejected != 0 || sum.Side != txn.Settlement {
		t.Fatalf("%+v, %s, %v", c.Count, sum.Side, sum.Notes)
	}
	r := c.recs[1]
	if r.Amount != 485_90 || r.Fee != 1_85 || r.Net != 484_05 || r.TID != "12345671" || r.Pos.Line != 3 {
		t.Errorf("%+v", r)
	}
	if sum.Unnamed != "1 date, 2 clock, 3 tid, 4 pan, 5 amount, 6 fee, 7 net amount" {
		t.Errorf("said %q", sum.Unnamed)
	}
	if c, sum := readText(t, journal); c.Records != 3 || sum.Unnamed != "" {
		t.Errorf("names were not used: %q", sum.Unnamed)
	}
}

// Eight digits that are all days are those of the settlement, and no terminal.
func TestDayOfSettlementIsNoTerminal(t *testing.T) {
	c, sum := readText(t, `C1800000001,SO1,WXPAY_SCAN,20261120081532,128.00,0.49,127.51,SUCCESS,20261120
C1800000001,SO2,ALIPAY_SCAN,20261120081632,50.00,0.19,49.81,SUCCESS,20261120
C1800000001,SO3,ALIPAY_SCAN,20261120081732,33.00,0.13,32.87,SUCCESS,20261120
`)
	if len(c.recs) != 3 || c.recs[0].TID != "" || c.recs[0].Fee != 49 {
		t.Errorf("%+v %v", c.recs, sum.Notes)
	}
}

// A row above or below states how many rows there are, and their sums: these prove the columns,
// and a file that was cut differs from them.
func TestSumsOfUnnamed(t *testing.T) {
	const rows = "10012412312,ORD26112000001,2026-11-20 10:00:00,100.00,SUCCESS,0.30,,2026-11-21 03:00:00\n10012412312,ORD26112000002,2026-11-20 11:00:00,100.50,SUCCESS,0.31,,2026-11-21 03:00:00\n"
	for _, data := range []string{"2,200.50,0.61\n" + rows, rows + "2,200.50,0.61\n"} {
		c, sum := readText(t, data)
		if c.Records != 2 || c.Rejected != 0 || sum.Unnamed != "2 order number, 3 time, 4 amount, 5 status, 6 fee" {
			t.Fatalf("%+v %q %v", c.Count, sum.Unnamed, sum.Notes)
		}
		if r := c.recs[1]; r.Amount != 100_50 || r.Fee != 31 || r.OrderNo != "ORD26112000002" || r.Status != "SUCCESS" {
			t.Errorf("%+v", r)
		}
		if len(sum.Checks) != 3 || !sum.Checks[0].Agrees() || !sum.Checks[1].Agrees() || !sum.Checks[2].Agrees() {
			t.Errorf("checks: %+v", sum.Checks)
		}
	}
	var long strings.Builder
	total := 0
	for i := range 900 {
		amount := 1000 + i*37%9000
		total += amount
		fmt.Fprintf(&long, "ORD%08d|202611201%05d|%d.%02d|0.05\n", i, i%60+i/60%60*100, amount/100, amount%100)
	}
	c, sum := readText(t, fmt.Sprintf("900|%d.%02d|45.00\n", total/100, total%100)+long.String())
	if c.Records != 900 || len(sum.Checks) != 3 || !sum.Checks[1].Agrees() {
		t.Errorf("a long file: %+v %+v %v", c.Count, sum.Checks, sum.Notes)
	}
	c, sum = readText(t, fmt.Sprintf("901|%d.%02d|45.05\n", (total+500)/100, (total+500)%100)+long.String())
	if c.Records != 900 || len(sum.Checks) != 2 || sum.Checks[0].Agrees() || sum.Checks[1].Agrees() {
		t.Errorf("one row is missing: %+v %+v %v", c.Count, sum.Checks, sum.Notes)
	}
	for _, data := range []string{
		"3,200.50,0.61,host1\n2026-11-20 10:00:00,cpu,host1,100.00,0.53\n2026-11-20 11:00:00,cpu,host1,50.00,0.50\n", // says nothing of them
		"7\n2026-11-20 10:00:00,cpu,host1,100.00,0.53\n2026-11-20 11:00:00,cpu,host1,50.00,0.50\n",
	} {
		if score, why := Sniff("x.txt", []byte(data)); score > 20 {
			t.Errorf("%q: %s", data, why)
		}
	}
}

// Sums of each terminal above the names of the columns are one sum of all rows.
func TestSumsOfTerminalsAboveTheNames(t *testing.T) {
	c, sum := readText(t, `商户号|终端号|总笔数|总金额|总手续费|清算时间
1110382|58839|2|190.00|0.20|2026-11-20
1110382|52135|1|79.37|3.46|2026-11-20
商户号|终端号|商户订单号|清算日期|交易金额|手续费|支付订单创建时间
1110382|58839|SO0001|2026-11-20|100.00|0.10|2026-11-20 00:00:04
1110382|58839|SO0002|2026-11-20|90.00|0.10|2026-11-20 00:10:04
1110382|52135|SO0003|2026-11-20|79.37|3.46|2026-11-20 00:11:04
`)
	if c.Records != 3 || len(sum.Checks) != 3 {
		t.Fatalf("%+v %+v %v", c.Count, sum.Checks, sum.Notes)
	}
	for _, k := range sum.Checks {
		if !k.Agrees() {
			t.Errorf("%+v", k)
		}
	}
}
