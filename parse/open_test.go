package parse

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

// Kinds that nobody knows and payments without an amount are said of every input, wherever in it
// they stand.
func TestOpen(t *testing.T) {
	table := func(rows int, row func(i int) (kind, amount string)) string {
		var b strings.Builder
		b.WriteString("交易时间,终端号,参考号,交易类型,交易金额,应答码\n")
		for i := range rows {
			kind, amount := row(i)
			fmt.Fprintf(&b, "2026-11-20 %02d:%02d:%02d,10000001,%012d,%s,%s,00\n", i/3600, i/60%60, i%60, i+1, kind, amount)
		}
		return b.String()
	}
	const strange, bare, silent, below, neither, torn, regained = "count as sales", "have no amount", "have no response code", "below zero: they count as refunds", "count neither as sales nor as refunds", "though some have the state", "undo refunds"
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"plain.csv", table(6, func(i int) (string, string) { return "消费", "10.00" }), nil},
		{"late.csv", table(400, func(i int) (string, string) {
			if i == 399 {
				return "补录", "10.00"
			}
			return "消费", "10.00"
		}), []string{"kind 补录 " + strange}},
		{"numbers.csv", table(6, func(i int) (string, string) { return []string{"1", "2"}[i%2], "10.00" }), []string{"kind 1, 2 " + strange}},
		{"many.csv", table(9, func(i int) (string, string) { return "X" + string(rune('A'+i)), "10.00" }), []string{"kind XA, XB, XC, XD, XE, … " + strange}},
		{"empty.csv", table(6, func(i int) (string, string) { return "消费", []string{"10.00", ""}[i%2] }), []string{"3 of 6 approved payments " + bare}},
		{"settlement.csv", "交易时间,终端号,参考号,交易类型,交易金额,手续费,应答码\n2026-11-20 08:00:01,10000001,000000000001,消费,10.00,0.06,00\n2026-11-20 08:00:02,10000001,000000000002,消费,11.00,0.07,\n", []string{"1 of 2 payments " + silent}},
		{"minus.csv", table(400, func(i int) (string, string) { return "消费", []string{"10.00", "-10.00"}[i/399] }), []string{"1 sales have amounts " + below}},
		{"letters.csv", table(6, func(i int) (string, string) { return "消费", []string{"10.00CR", "10.00DR"}[i/5] }), []string{"1 sales have amounts " + below}},
		{"buyer.csv", table(6, func(i int) (string, string) { return "消费", "-10.00" }), nil},
		{"chargebacks.csv", "交易时间,终端号,参考号,交易类型,交易金额,手续费\n2026-11-20 08:00:01,10000001,000000000001,SALE,10.00,0.06\n2026-11-20 08:00:02,10000001,000000000002,Chargeback,11.00,0.07\n", []string{"1 rows " + neither + ": Chargeback"}},
		{"undone.csv", "交易时间,终端号,参考号,交易类型,交易金额,手续费\n2026-11-20 08:00:01,10000001,000000000001,消费,10.00,0.06\n2026-11-20 08:00:02,10000001,000000000002,退货撤销,11.00,0.07\n2026-11-20 08:00:03,10000001,000000000003,结算调整,12.00,0.00\n",
			[]string{"kind 退货撤销 " + regained, "1 rows " + neither + ": 结算调整"}},
		{"states.log", "2026-11-20 08:00:01 TYPE=SALE TID=10000001 STAN=000001 AMT=10.00 RC=00 STATUS=OK\n2026-11-20 08:00:02 TYPE=SALE TID=10000001 STAN=000002 AMT=11.00 RC=00 STATUS=VOIDED\n" +
			"2026-11-20 08:00:03 TYPE=SALE TID=10000001 STAN=000003 AMT=11.00 RC=51 STATUS=FAILED\n", []string{torn + " VOIDED"}},
		{"till.csv", "Dato;Terminal;Type;Beløp\n20.11.2026;7;Kjøp;199,00\n20.11.2026;7;Utlegg;-99,00\n20.11.2026;7;Annet;9,00\n", []string{"kind Annet " + strange, "1 rows " + neither + ": Utlegg"}},
		{"codes.log", "2026-11-20 08:00:01 PCODE=000000 TID=10000001 STAN=000001 AMT=10.00 RC=00\n2026-11-20 08:00:02 PCODE=210000 TID=10000001 STAN=000002 AMT=11.00 RC=00\n", []string{"kind 210000 " + strange}},
		{"log.log", "2026-11-20 08:00:01 TYPE=SALE TID=10000001 STAN=000001 AMT=10.00 RC=00\n2026-11-20 08:00:02 TYPE=ADJ TID=10000001 STAN=000002 AMT=11.00 RC=00\n2026-11-20 08:00:03 TYPE=SALE TID=10000001 STAN=000003 AMT= RC=00\n" +
			"2026-11-20 08:00:04 TYPE=SALE TID=10000001 STAN=000004 AMT= RC=51\n", []string{"kind ADJ " + strange, "1 of 3 approved payments " + bare, "1 payments that failed " + bare}},
	} {
		file, _ := readOne(t, c.name, c.text)
		notes := slices.DeleteFunc(file.Summary.Notes, func(n string) bool {
			return !slices.ContainsFunc([]string{strange, bare, silent, below, neither, torn, regained}, func(said string) bool { return strings.Contains(n, said) })
		})
		if len(notes) != len(c.want) {
			t.Errorf("%s: %q", c.name, notes)
			continue
		}
		for i, w := range c.want {
			if !strings.Contains(notes[i], w) {
				t.Errorf("%s: %q, want %q", c.name, notes[i], w)
			}
		}
	}
}

// The kind of a row does not depend on the rows before it.
func TestKindsAlike(t *testing.T) {
	_, list := readOne(t, "kinds.csv", "交易时间,终端号,参考号,交易类型,交易金额\n2026-11-20 08:00:01,10000001,000000000001,200000,10.00\n2026-11-20 08:00:02,10000001,000000000002,200000,11.00\n"+
		"2026-11-20 08:00:03,10000001,000000000003,退货失败,12.00\n2026-11-20 08:00:04,10000001,000000000004,退货失败,13.00\n")
	for i, r := range list {
		if failed := i > 1; r.Kind != txn.Refund || (r.Status == "退货失败") != failed {
			t.Errorf("row %d: %v %q", i+2, r.Kind, r.Status)
		}
	}
}

func readOne(t *testing.T, name, text string) (*File, []*txn.Record) {
	t.Helper()
	b := &kept{}
	files, err := Read(t.Context(), []Input{Bytes(name, []byte(text))}, Options{Workers: 1}, func(int) Handler { return b })
	if err != nil || len(files) != 1 || files[0].Err != nil {
		t.Fatalf("%s: %v %+v", name, err, files)
	}
	return files[0], b.rows
}

// A front-end that writes both legs of each payment under two trace numbers has every payment twice;
// customers who pay the same again have not.
func TestBothLegs(t *testing.T) {
	log := func(n int, second func(i int) string) string {
		var b strings.Builder
		for i := range n {
			line := func(at, stan int) {
				fmt.Fprintf(&b, "2026-11-20 08:%02d:%02d.000 TID=10000001 STAN=%06d PAN=622848******%04d AMT=12.50 RC=00\n", i, at, stan, i)
			}
			line(1, i)
			if second(i) == "leg" {
				line(2, 700000+i)
			} else if second(i) == "later" {
				line(40, 700000+i)
			}
		}
		return b.String()
	}
	for _, c := range []struct {
		name, text string
		want       bool
	}{
		{"both.log", log(5, func(int) string { return "leg" }), true},
		{"few.log", log(2, func(int) string { return "leg" }), false},
		{"again.log", log(8, func(i int) string { return []string{"", "leg"}[i%2] }), false},
		{"later.log", log(8, func(i int) string { return "later" }), false},
	} {
		file, _ := readOne(t, c.name, c.text)
		if got := slices.ContainsFunc(file.Summary.Notes, func(n string) bool { return strings.Contains(n, "the log has both legs") }); got != c.want {
			t.Errorf("%s: %q", c.name, file.Summary.Notes)
		}
	}
}

// A column of the currency that says nothing states none.
func TestEmptyCurrency(t *testing.T) {
	for currency, want := range map[string]bool{",": true, "USD,": false, ",EUR": false} {
		file, _ := readOne(t, "a.csv", "Date,Label,Currency,Net Currency,Amount,Partner Name\n2026-11-20,Your payment,"+currency+",1525.00,Demo Interior\n")
		if got := slices.ContainsFunc(file.Summary.Notes, func(n string) bool { return strings.Contains(n, "nothing states a currency") }); got != want {
			t.Errorf("%q: %q", currency, file.Summary.Notes)
		}
	}
}

// Amounts of JSON that states no currency are taken for yuan, and that is said where nothing in it
// is Chinese.
func TestAssumedCurrency(t *testing.T) {
	const row = `{"time":"2026-11-20 08:15:32","tid":"10000001","stan":"000101","amount":"12.50","code":"00","note":"%s"}` + "\n"
	for note, want := range map[string]bool{"": true, "消费": false, `\u6d88\u8d39`: false, `","currency":"USD`: false} {
		text := fmt.Sprintf(row, note) + fmt.Sprintf(row, note)
		for name, text := range map[string]string{"a.jsonl": text, "a.json": "[" + strings.Replace(text, "}\n{", "},{", 1) + "]"} {
			file, _ := readOne(t, name, text)
			if got := slices.ContainsFunc(file.Summary.Notes, func(n string) bool { return strings.Contains(n, "nothing states a currency") }); got != want {
				t.Errorf("%s of %q: %q", name, note, file.Summary.Notes)
			}
		}
	}
}
