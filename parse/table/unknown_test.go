package table

import (
	"fmt"
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

// unknownRows are payments with a last column of this name and these values.
func unknownRows(name string, values ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "交易时间,终端号,参考号,交易金额,%s\n", name)
	for i, v := range values {
		fmt.Fprintf(&b, "2026-11-20 08:%02d:%02d,10000001,%012d,%d.50,%s\n", i/60%60, i%60, 7000+i, 10+i, v)
	}
	return b.String()
}

// times repeats values.
func times(n int, values ...string) (list []string) {
	for range n {
		list = append(list, values...)
	}
	return list
}

// A column tells how rows ended by its values, whatever its name is.
func TestUnknownOutcome(t *testing.T) {
	for _, c := range []struct {
		name         string
		values       []string
		code, status string // of the last row
		side         txn.Side
		note         string
	}{
		{"x1", append(times(9, "00"), "51", "55", "B4"), "B4", "", txn.Terminal, "column x1 is taken for the response code: no name says so, and its values are 00 (9), 51 (1), 55 (1), B4 (1)"},
		{"处理码", append(times(9, "00"), "51", "91"), "91", "", txn.Terminal, "column 处理码 is taken"},
		{"结果", append(times(9, "00"), "51", "91"), "91", "", txn.Terminal, "column 结果 is taken"},
		{"主机返回", append(times(9, "00"), "03"), "03", "", txn.Terminal, "column 主机返回 is taken"},
		{"x1", append(append(times(1500, "00"), "51", "91"), times(200, "00", "55")...), "55", "", txn.Terminal, "column x1 is taken"}, // far below the first rows
		{"x1", append(times(9, "00"), "03"), "", "", txn.Settlement, ""},
		{"期数", append(times(9, "00"), "03", "06", "12"), "", "", txn.Settlement, ""},
		{"标志", append(times(5, "成功"), "失败"), "", "失败", txn.Settlement, "column 标志 is taken for the status"},
		{"x1", append(times(5, "Success"), "Timeout", "Failed"), "", "Failed", txn.Settlement, "column x1 is taken for the status"},
		{"x1", append(times(5, "S"), "F"), "", "F", txn.Settlement, "column x1 is taken for the status"},
		{"标志", times(5, "成功"), "", "", txn.Settlement, ""},
		{"是否成功", append(times(5, "是"), "否"), "", "失败", txn.Settlement, "column 是否成功 is taken for the status"},
		{"is_approved", append(times(5, "true"), "false"), "", "失败", txn.Settlement, "column is_approved is taken for the status"},
		{"应答码", append(times(5, "TRUE"), "false"), "失败", "", txn.Terminal, "column 应答码 says whether"},
		{"应答码", append(times(5, "1"), "0"), "0", "", txn.Terminal, ""},
		{"通知状态", append(times(5, "成功"), "失败"), "", "", txn.Settlement, ""},
		{"x1", []string{"", "", "", "成功", "失败"}, "", "", txn.Settlement, ""}, // of few rows
		{"入账状态", append(times(9, "00"), "01"), "", "", txn.Settlement, ""},
		{"是否会员", append(times(5, "是"), "否"), "", "", txn.Settlement, ""},
	} {
		got, sum := readText(t, unknownRows(c.name, c.values...))
		if len(got.recs) != len(c.values) {
			t.Fatalf("%s: %d records: %v", c.name, len(got.recs), got.rejects)
		}
		r, notes := got.recs[len(got.recs)-1], strings.Join(sum.Notes, "\n")
		if r.Code != c.code || r.Status != c.status || sum.Side != c.side || !strings.Contains(notes, c.note) || c.note == "" && strings.Contains(notes, "is taken for") {
			t.Errorf("%s %.3v: code %q status %q side %v, notes:\n%s", c.name, c.values, r.Code, r.Status, sum.Side, notes)
		}
	}
}

// A column tells sales from refunds by its values.
func TestUnknownKind(t *testing.T) {
	for _, c := range []struct {
		name   string
		values []string
		kind   txn.Kind // of the last row
	}{
		{"类别", []string{"消费", "消费", "退货"}, txn.Refund},
		{"x1", []string{"SALE", "SALE", "VOID"}, txn.Void},
		{"类别", []string{"服装", "食品", "退货"}, txn.KindUnknown},
		{"备用", []string{"消费", "消费", "消费"}, txn.KindUnknown},
	} {
		got, sum := readText(t, unknownRows(c.name, c.values...))
		if r := got.recs[len(got.recs)-1]; r.Kind != c.kind {
			t.Errorf("%s %v: %v, want %v, notes %v", c.name, c.values, r.Kind, c.kind, sum.Notes)
		}
	}
	// The name of a column is enough; the one that is found by its values does not take its place.
	got, _ := readText(t, "交易时间,终端号,交易金额,交易类型,x1\n2026-11-20 08:00:00,10000001,10.00,消费,消费\n2026-11-20 08:00:01,10000001,10.00,消费,退货\n")
	if r := got.recs[1]; r.Kind != txn.Sale {
		t.Errorf("beside a column of kinds: %v", r.Kind)
	}
}

// Amounts have their signs in a column of its own, whatever its name is.
func TestUnknownSigns(t *testing.T) {
	got, sum := readText(t, unknownRows("x1", "+", "+", "-"))
	if r := got.recs[2]; r.Kind != txn.Refund || !strings.Contains(strings.Join(sum.Notes, "\n"), "x1 is taken for the sign") {
		t.Errorf("%v %v", r.Kind, sum.Notes)
	}
	if got, _ = readText(t, unknownRows("x1", "-", "-", "-")); got.recs[2].Kind != txn.KindUnknown {
		t.Errorf("dashes: %v", got.recs[2].Kind)
	}
}

// Amounts that show no currency are those of the others, but few foreign ones in a Chinese table make none.
func TestShownCurrency(t *testing.T) {
	const head, row = "交易时间,终端号,参考号,交易金额\n", "2026-11-20 08:00:01,10000001,000000000001,"
	for amounts, want := range map[string]string{"12.50 US$30.00 13.50": " USD ", "12.50 US$30.00": "USD USD", "12.50 ¥30.00": " CNY", "12.50 JPY30 13.50": " JPY "} {
		text := head
		for a := range strings.FieldsSeq(amounts) {
			text += row + a + "\n"
		}
		got, _ := readText(t, text)
		var list []string
		for _, r := range got.recs {
			list = append(list, r.Currency)
		}
		if s := strings.Join(list, " "); s != want {
			t.Errorf("%s: %q, want %q", amounts, s, want)
		}
	}
}

// What a table says and its totals do not follow is said.
func TestSaidBeside(t *testing.T) {
	const head, row = "交易时间,终端号,参考号,交易金额,手续费,", "2026-11-20 08:00:01,10000001,000000000001,10.00,0.06,"
	for _, c := range []struct{ text, note string }{
		{head + "应答码,返回码\n" + row + "00,51\n" + row + "00,00\n", "应答码 says how rows ended, and 返回码, which is not read, says 51 of 1"},
		{head + "交易状态,订单状态\n" + row + "成功,失败\n" + row + "成功,成功\n", "交易状态 says how rows ended, and 订单状态, which is not read, says 失败 of 1"},
		{head + "交易状态,清算状态\n" + row + "成功,未清算\n" + row + "成功,已清算\n", "by 清算状态 some rows are not settled yet"},
		{head + "应答码,返回码\n" + row + "00,0000\n" + row + "51,05\n", ""},
		{head + "交易类型,退款金额\n" + row + "消费,4.00\n" + row + "消费,0.00\n", "4.00 of the amounts of sales was paid back"},
	} {
		_, sum := readText(t, c.text)
		if notes := strings.Join(sum.Notes, "\n"); !strings.Contains(notes, c.note) || c.note == "" && strings.Contains(notes, "which is not read") {
			t.Errorf("%s\n%s", c.text, notes)
		}
	}
	got, _ := readText(t, "交易时间,终端号,参考号,交易类型,结算金额,手续费\n2026-11-20 08:00:01,10000001,000000000001,消费,10.00,0.06\n2026-11-20 08:00:02,10000001,000000000002,消费,-10.00,0.06\n")
	if k := got.recs[1].Kind; k != txn.Refund {
		t.Errorf("a sale of which less than nothing came: %v", k)
	}
}

// prices are rows of a settlement below column names of which those given are unknown.
func prices(names string) string {
	var b strings.Builder
	b.WriteString(names + "\n")
	for i := range 12 {
		amount := 1000 + 137*i
		fmt.Fprintf(&b, "2026-11-%02d,08:%02d:00,622848******%04d,%d.%02d,%d.%02d,%d.%02d,A%02d\n", 1+i/4, i, i, amount/100, amount%100, 0, 6+i, (amount-6-i)/100, (amount-6-i)%100, i)
	}
	b.WriteString("合计,,,206.42,1.38,205.04,\n")
	return b.String()
}

// Columns are known by values that leave no doubt, where their names are known to nobody.
func TestProvedColumns(t *testing.T) {
	const all = "2026-11-03 08:11:00 622848******0011 2507 17 2490"
	for _, c := range []struct{ names, want, proved string }{
		{"交易日期,交易时间,卡号,交易金额,手续费,结算金额,备用", all, ""},
		{"x,交易时间,卡号,交易金额,手续费,结算金额,备用", all, "x (date)"},
		{"交易日期,x,卡号,交易金额,手续费,结算金额,备用", all, "x (clock)"},
		{"交易日期,交易时间,x,交易金额,手续费,结算金额,备用", all, "x (pan)"},
		{"交易日期,交易时间,卡号,x,手续费,结算金额,备用", all, "x (amount)"},
		{"交易日期,交易时间,卡号,交易金额,x,结算金额,备用", all, "x (fee)"},
		{"交易日期,交易时间,卡号,交易金额,手续费,x,备用", all, "x (net)"},
		{"a,b,c,d,e,f,g", all, "a (date), b (clock), c (pan), d (amount), e (fee), f (net)"},
		// What a customer paid on top is no amount of which a fee is taken.
		{"交易日期,交易时间,卡号,x,y,交易金额,备用", "2026-11-03 08:11:00 622848******0011 2490 -1 -1", ""},
	} {
		got, sum := readText(t, prices(c.names))
		if len(got.recs) != 12 {
			t.Errorf("%s: %d records, %v", c.names, len(got.recs), got.rejects)
			continue
		}
		r := got.recs[11]
		money := func(m txn.Minor) int64 {
			if !m.Valid() {
				return -1
			}
			return int64(m)
		}
		is := fmt.Sprintf("%s %s %d %d %d", r.At.Time().In(shanghai).Format("2006-01-02 15:04:05"), r.PAN.Masked, money(r.Amount), money(r.Fee), money(r.Net))
		proved := ""
		for _, n := range sum.Notes {
			if _, list, ok := strings.Cut(n, "were taken by their values: "); ok {
				proved = list
			}
		}
		if is != c.want || proved != c.proved {
			t.Errorf("%s: %s, proved %q, want %s, %q; notes %v", c.names, is, proved, c.want, c.proved, sum.Notes)
		}
	}
}

// The account of the merchant is no card that paid.
func TestAccountOfTheMerchant(t *testing.T) {
	var b strings.Builder
	b.WriteString("交易时间,终端号,参考号,交易金额,入账卡\n")
	for i := range 9 {
		fmt.Fprintf(&b, "2026-11-20 08:00:%02d,10000001,%012d,10.50,622848******9012\n", i, i+7000)
	}
	if got, _ := readText(t, b.String()); len(got.recs) != 9 || got.recs[0].PAN.Masked != "" {
		t.Errorf("%+v %v", got.recs, got.rejects)
	}
}

// Where a column of reasons alone says how rows ended, what has one failed and the rest did not.
func TestReasonsAlone(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"some":          {"交易时间,终端号,金额,失败原因\n2026-11-20 10:00:02,10000001,100.50,\n2026-11-20 10:01:02,10000001,200.50,系统维护(B4)\n2026-11-20 10:02:02,10000001,300.50,余额不足\n", "SUCCESS//  FAIL/B4/系统维护  FAIL//余额不足"},
		"beside states": {"Date,Terminal,Amount,Status,Failure Reason\n2026-11-20 10:00:02,10000001,100.50,OK,\n2026-11-20 10:01:02,10000001,200.50,FAIL,05 Do not honor\n", "OK//  FAIL/05/Do not honor"},
		"below another": {"成功交易\n交易时间,终端号,参考号,金额\n2026-11-20 10:00:02,10000001,632500000001,100.50\n小计,,,100.50\n\n失败交易\n交易时间,终端号,参考号,金额,失败原因\n2026-11-20 10:01:02,10000001,632500000002,200.50,B4-系统维护\n", "//  FAIL/B4/系统维护"},
	} {
		got, sum := readText(t, c.text)
		var said []string
		for _, r := range got.recs {
			said = append(said, r.Status+"/"+r.Code+"/"+r.Text)
		}
		if s := strings.Join(said, "  "); s != c.want {
			t.Errorf("%s: %s, want %s\n%v %v", name, s, c.want, got.rejects, sum.Notes)
		}
	}
}
