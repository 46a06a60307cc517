package sheet

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// readAll reads text with the given chunk size.
func readAll(t testing.TB, text string, chunk int) (rows [][]string, lines []int, charset string) {
	t.Helper()
	b, err := Open(Input{Head: []byte(text[:min(len(text), 64<<10)]), R: strings.NewReader(text)})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	rs, err := b.Sheets[0].Rows()
	if err != nil {
		t.Fatal(err)
	}
	rs.(*textRows).dec.chunk = chunk
	var r Row
	last := 0
	for {
		err := rs.Next(&r)
		if err == io.EOF {
			return rows, lines, b.Charset()
		}
		if err != nil {
			t.Fatal(err)
		}
		if r.Line != last+1 {
			t.Fatalf("row starts in line %d after line %d", r.Line, last)
		}
		last = r.Line + r.Lines - 1
		var cells []string
		for _, c := range r.Cells {
			cells = append(cells, c.Text)
		}
		rows, lines = append(rows, cells), append(lines, r.Line)
	}
}

func TestSplit(t *testing.T) {
	tests := []struct {
		name, text string
		want       string // cells joined by |, rows by ¶
	}{
		{"plain", "a,b\n1,2\n", "a|b¶1|2"},
		{"no line end", "a,b\n1,2", "a|b¶1|2"},
		{"crlf", "a,b\r\n1,2\r\n", "a|b¶1|2"},
		{"cr", "a,b\r1,2\r", "a|b¶1|2"},
		{"empty fields", ",,\n1,,\n", "||¶1||"},
		{"blank line", "a,b\n\n1,2\n", "a|b¶¶1|2"},
		{"quotes", `"a","b"` + "\n" + `"1","2"`, "a|b¶1|2"},
		{"doubled quotes", `a,"he said ""no"""` + "\n1,2\n", `a|he said "no"¶1|2`},
		{"separator in quotes", `a,"1,234.50"` + "\n1,2\n", "a|1,234.50¶1|2"},
		{"line end in quotes", "a,\"x\ny\"\n1,2\n", "a|x\ny¶1|2"},
		{"quote TAB separator", "\"-1,099.14\"\t,CNY\n\"2\"  ,USD\n", "-1,099.14|CNY¶2|USD"},
		{"blank before quote", "a, \"b,c\"\n1,2\n", "a|b,c¶1|2"},
		{"quote inside", `a,商品"多多"` + "\n1,2\n", `a|商品"多多"¶1|2`},
		{"quote inside quotes", `"打开"多多视频"",b` + "\n1,2\n", `打开"多多视频"|b¶1|2`},
		{"never closed", "a,\"b\n1,2\n3,4\n", `a|"b¶1|2¶3|4`},
		{"stray, then a line end", "a,\"b\" c\n1,\"2\"\n", `a|"b" c¶1|2`},
		{"equals", "a,b\n=\"001\",=\"\"\n", "a|b¶001|"},
		{"back-ticks", "a,b,c\n`1,2,`x,`y\n", "a|b|c¶`1,2|x|y"},
		{"names one blank apart", "终端号    交易日期  交易时间 卡号 发卡行名称    金 额\n10000001  20261120  081532   622848******1234 某银行    12.00\n10000001  20261120  081632   622848******1234 某银行    12.00\n", "终端号|交易日期|交易时间|卡号|发卡行名称|金 额¶10000001|20261120|081532|622848******1234 某银行|12.00¶10000001|20261120|081632|622848******1234 某银行|12.00"},
		{"tabs", "a\tb\n1\t\n", "a|b¶1|"},
		{"semicolons", "a;b\n1,5;2,5\n", "a|b¶1,5|2,5"},
		{"printed report", "商户号   终端号    时间                 金额\n------------\nM1   001  2026-11-20 08:15:32     1,234.50\nM2   002  2026-11-20 08:15:33\u30005.00\n", "商户号|终端号|时间|金额¶------------¶M1|001|2026-11-20 08:15:32|1,234.50¶M2|002|2026-11-20 08:15:33|5.00"},
		{"named separator", "sep=|\na|b,c\n", "sep=|¶a|b,c"},
		{"two marks", "a|!b|!c\n1|!|!3\n" + strings.Repeat("1|!2|!3\n", 9) + "1|!|!x|y\n", "a|b|c¶1||3" + strings.Repeat("¶1|2|3", 9) + "¶1||x|y"},
		{"three marks", "a@|@b@|@c\n1@|@2@|@\n", "a|b|c¶1|2|"},
		{"bars in pairs", "a||b||c\n1||||3\n", "a|b|c¶1||3"},
		{"one bar, empty values", "a|b|c\n1||3\n|||\n", "a|b|c¶1||3¶|||"},
		{"a value with a mark", "a|b|c\n1|#2|3\n", "a|b|c¶1|#2|3"},
		{"number signs", "a#b#c#d\n1#2##1,234.50\n", "a|b|c|d¶1|2||1,234.50"},
		{"names of pages", "#a,b\n1,#2#3#4\n", "#a|b¶1|#2#3#4"},
		{"file separators", "a\x1Cb\x1Cc\x1Cd\n1\x1C2\x1C\x1C4\n", "a|b|c|d¶1|2||4"},
		{"bars of full width", "a｜b｜c\n1｜1,234.50｜3\n", "a|b|c¶1|1,234.50|3"},
		{"commas of full width", "a，b，c\n1，1,234.50，3\n", "a|b|c¶1|1,234.50|3"},
		{"padding TABs are no separators", "a,b\n1\t,2\t\n", "a|b¶1\t|2\t"},
	}
	for _, tt := range tests {
		for _, chunk := range []int{1, 2, 3, 5, 8, 0} {
			rows, _, _ := readAll(t, tt.text, chunk)
			var parts []string
			for _, r := range rows {
				parts = append(parts, strings.Join(r, "|"))
			}
			if got := strings.Join(parts, "¶"); got != tt.want {
				t.Errorf("%s, chunks of %d: got %q, want %q", tt.name, chunk, got, tt.want)
				break
			}
		}
	}
}

// Files that encoding/csv reads are read alike.
func TestSplitAgainstCSV(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	alphabet := []string{"a", "中", ",", "\"", "\n", " ", "1.00", "0001", "\t"}
	for range 3000 {
		var want [][]string
		for range 1 + rng.IntN(5) {
			row := []string{"x"} // an empty line is no row for encoding/csv
			for range 3 {
				var cell string
				for range rng.IntN(4) {
					cell += alphabet[rng.IntN(len(alphabet))]
				}
				row = append(row, cell)
			}
			want = append(want, row)
		}
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.UseCRLF = rng.IntN(2) == 0
		w.WriteAll(want)
		if w.UseCRLF { // the writer turns quoted \n into \r\n as well
			for _, row := range want {
				for i := range row {
					row[i] = strings.ReplaceAll(row[i], "\n", "\r\n")
				}
			}
		}
		text := strings.Repeat("h,h,h,h\n", 5) + b.String()
		got, _, _ := readAll(t, text, 1+rng.IntN(12))
		if !reflect.DeepEqual(got[5:], want) {
			t.Fatalf("%q\n got %q\nwant %q", text, got[5:], want)
		}
	}
}

func encoded(t *testing.T, e encoding.Encoding, s string) string {
	t.Helper()
	out, err := e.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCharsets(t *testing.T) {
	const text = "商户,金额€\n龦測試,￥1.00\n"
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	var le, be []byte
	for _, r := range text {
		le = append(le, byte(r), byte(r>>8))
		be = append(be, byte(r>>8), byte(r))
	}
	late := strings.Repeat("0123456789,abcdef\n", 20000)
	for _, tt := range []struct{ in, charset, want string }{
		{text, "utf-8", text},
		{"\uFEFF" + text, "utf-8-bom", text},
		{gbk, "gb18030", text},
		{"\xFF\xFE" + string(le), "utf-16le", text},
		{"\xFE\xFF" + string(be), "utf-16be", text},
		{string(le) + strings.Repeat("1\x00,\x00", 20), "utf-16le", text + strings.Repeat("1,", 20)},
		{"a,b\n1,2\n", "utf-8", "a,b\n1,2\n"},
		{encoded(t, korean.EUCKR, "거래일시,승인금액,가맹점번호\n1,2,3\n"), "euc-kr", "거래일시,승인금액,가맹점번호\n1,2,3\n"},
		{encoded(t, japanese.ShiftJIS, "取引日時,端末番号,ｶﾅ\n1,2,3\n"), "shift_jis", "取引日時,端末番号,ｶﾅ\n1,2,3\n"},
		{encoded(t, traditionalchinese.Big5, "交易日期,特店訂單編號,授權碼,交易金額\n1,2,3,4\n"), "big5", "交易日期,特店訂單編號,授權碼,交易金額\n1,2,3,4\n"},
		{encoded(t, charmap.Windows1251, "Дата операции;Сумма;Описание\n1;2;3\n"), "windows-1251", "Дата операции;Сумма;Описание\n1;2;3\n"},
		{encoded(t, simplifiedchinese.GB18030, "商户名称\n某某超市\n"), "gb18030", "商户名称\n某某超市\n"},
		{encoded(t, simplifiedchinese.GB18030, "日期,金额,备注\n1,2,个个都高级\n"), "gb18030", "日期,金额,备注\n1,2,个个都高级\n"},
		{encoded(t, charmap.Windows1252, "Número;Data da transação;Crédito à vista\n1;2;3\n"), "windows-1252", "Número;Data da transação;Crédito à vista\n1;2;3\n"},
		{encoded(t, charmap.Windows1252, "Buchung;Empfänger;Libellé;Débité à Genève\nGrüße;Café;Zürich;Noël\n"), "windows-1252", "Buchung;Empfänger;Libellé;Débité à Genève\nGrüße;Café;Zürich;Noël\n"},
		{encoded(t, charmap.Windows1252, "Paid £12.50;Paid £3.00;Paid £4.00;£5.00\n"), "windows-1252", "Paid £12.50;Paid £3.00;Paid £4.00;£5.00\n"},
		{encoded(t, charmap.Windows1250, "Datum zaúčtování;Částka;Měna\n1;2;3\n"), "windows-1250", "Datum zaúčtování;Částka;Měna\n1;2;3\n"},
		{encoded(t, charmap.Windows1250, "Tranzakció összege;Időpont;Díj\n1;2;3\n"), "windows-1250", "Tranzakció összege;Időpont;Díj\n1;2;3\n"},
		{encoded(t, charmap.ISO8859_2, "Data księgowania;Wpłata;Tytuł;Dług\n1;2;3;4\n"), "windows-1250", "Data księgowania;Wpłata;Tytuł;Dług\n1;2;3;4\n"}, // the same bytes in both
		{encoded(t, charmap.ISO8859_2, "Częściowa płatność;Opłata sąd\n1;2\n"), "iso-8859-2", "Częściowa płatność;Opłata sąd\n1;2\n"},
		{encoded(t, charmap.Windows1254, "İşyeri No;İşlem Tarihi;İşlem Saati;Tutar;Valör\n1;2;3;4;5\n"), "windows-1254", "İşyeri No;İşlem Tarihi;İşlem Saati;Tutar;Valör\n1;2;3;4;5\n"},
		{encoded(t, charmap.Windows1254, "İşlem Tarihi;Tutarı;Ödeme şekli\n1;2;3\n"), "windows-1254", "İşlem Tarihi;Tutarı;Ödeme şekli\n1;2;3\n"},
		{encoded(t, charmap.Windows1252, "Dagsetning færslu;Kortnúmer;Upphæð;Staða\n1;2;3;4\n"), "windows-1252", "Dagsetning færslu;Kortnúmer;Upphæð;Staða\n1;2;3;4\n"},
		{encoded(t, charmap.Windows1257, "Suma;Mokėtojo sąskaita;Paskirtis įrašų\n1;2;3\n"), "windows-1257", "Suma;Mokėtojo sąskaita;Paskirtis įrašų\n1;2;3\n"},
		{"Comisi\xf3n,Divisi\xf3n de pago\n1,2\n", "windows-1252", "Comisión,División de pago\n1,2\n"},
		{late + gbk, "gb18030", late + text},
		{text + text + text + "\xd6\xd0\xb9\xfa,1\n", "utf-8", text + text + text + "中国,1\n"}, // a line of another charset
		{gbk + gbk + "\xc9\xcc\xbb,1\n", "gb18030", text + text + "商\uFFFD,1\n"},              // a name cut in its middle
		{text + text + text + "\xe4\xb8,1\n", "utf-8", text + text + text + "\uFFFD,1\n"},     // the same in UTF-8
		{gbk + "\x81\x30\x81\x30,1\n", "gb18030", text + "\u0080,1\n"},                        // four bytes
	} {
		for _, chunk := range []int{1, 3, 7, 0} {
			if chunk != 0 && (len(tt.in) > 1000 || tt.charset != "gb18030" && (tt.charset != "utf-16le" || tt.in[0] != 0xFF)) {
				continue // the charset is judged on a chunk
			}
			rows, _, cs := readAll(t, tt.in, chunk)
			var parts []string
			for _, r := range rows {
				parts = append(parts, strings.Join(r, ","))
			}
			got := strings.Join(parts, "\n")
			if strings.Contains(tt.want, ";") {
				got = strings.ReplaceAll(got, ",", ";")
			}
			if strings.HasSuffix(tt.want, "\n") {
				got += "\n"
			}
			if got != tt.want || cs != tt.charset {
				t.Errorf("%.40q in chunks of %d: %s %.60q, want %s %.60q", tt.in, chunk, cs, got, tt.charset, tt.want)
			}
		}
	}
}

func TestTextErrors(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", "the file is empty; export it again"},
		{"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f", "the file is binary and no known workbook; export it as .xlsx or .csv"},
	} {
		_, err := Open(Input{Head: []byte(tt.in), R: strings.NewReader(tt.in)})
		if err == nil || err.Error() != tt.want {
			t.Errorf("%q: got %v, want %s", tt.in, err, tt.want)
		}
	}
}

// endless is a line of n bytes and more.
type endless struct{ n int64 }

var xs = strings.Repeat("x", 1<<16)

func (e *endless) Read(p []byte) (int, error) {
	if e.n <= 0 {
		return 0, io.EOF
	}
	n := copy(p, xs)
	e.n -= int64(n)
	return n, nil
}

func TestLineOfTwoGigabytes(t *testing.T) {
	b, err := Open(Input{Head: []byte("a,b\n"), R: io.MultiReader(strings.NewReader("a,b\n"), &endless{2 << 30})})
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := b.Sheets[0].Rows()
	var r Row
	if err := rows.Next(&r); err != nil {
		t.Fatal(err)
	}
	peak := peakHeap(t)
	const want = "line 2: the line is longer than 16 MiB; this is no table; check the file for a missing line end or binary content"
	if err := rows.Next(&r); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if mib := peak(); mib > 6*MaxRow>>20 {
		t.Errorf("the heap grew by %d MiB", mib)
	}
}

// peakHeap watches the heap until the function that it returns is called, which
// tells by how many MiB it grew at most.
func peakHeap(t *testing.T) func() uint64 {
	t.Helper()
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	start, peak := m.HeapAlloc, m.HeapAlloc
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			case <-time.After(2 * time.Millisecond):
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapAlloc)
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-done
		return (peak - start) >> 20
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\"a\t\",\"b\"\"\"\t,\r\n`1,`2\n", "=\"001\"\t=\"\"\n", "\xFF\xFEa\x00,\x00", "\xd6\xd0,\xb9\n\"\n\"", "a;b\r1;2\r"} {
		f.Add([]byte(s), uint8(3))
	}
	f.Fuzz(func(t *testing.T, in []byte, chunk uint8) {
		if len(in) > 16<<10 { // tiny chunks make the carrying over quadratic
			return
		}
		b, err := Open(Input{Head: in[:min(len(in), 1<<10)], R: bytes.NewReader(in)})
		if err != nil {
			return
		}
		rows, err := b.Sheets[0].Rows()
		if err != nil {
			return
		}
		tr, ok := rows.(*textRows)
		if !ok {
			return
		}
		tr.dec.chunk = int(chunk)
		var r Row
		last := 0
		for {
			err := rows.Next(&r)
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if r.Line != last+1 || r.Lines < 1 {
				t.Fatalf("row %d+%d after line %d", r.Line, r.Lines, last)
			}
			last = r.Line + r.Lines - 1
		}
		// Physical lines of text whose characters are bytes: none may vanish.
		if cs := b.Charset(); cs == utf8Plain || cs == gb18030 {
			n := bytes.Count(in, []byte{tr.eol})
			if len(in) > 0 && in[len(in)-1] != tr.eol {
				n++
			}
			if last != n {
				t.Fatalf("%d lines in %d rows' worth", n, last)
			}
		}
	})
}

func ExampleClean() {
	fmt.Printf("%q %q %q\n", Clean("`0001"), Clean("\u3000-1,099.14 \t"), Clean("'00123"))
	// Output: "0001" "-1,099.14" "00123"
}

// A report that is aligned by blanks is read as a whole.
func TestAlignedTextIsNotShared(t *testing.T) {
	text := []byte(strings.Repeat("2026-11-20  08:15:32  10000001  1.00\n", 20))
	b, err := Open(Input{Head: text, R: bytes.NewReader(text)})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := b.Sheets[0].Rows()
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = rows.(Splitter).Block(100, 0, func(string) bool { return false }, func(string, string, func() *Row) Role { return Last })
	if err != ErrWhole || err.Error() != "the rows cannot be handed out in blocks" {
		t.Error(err)
	}
	var r Row
	if err := rows.Next(&r); err != nil || r.Line != 1 || len(r.Cells) != 4 {
		t.Errorf("%+v %v", r, err)
	}
}
