package table

import (
	"strings"
	"testing"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

// The real exports, added up by hand. Amounts are in fen, without signs.
func TestTruthBills(t *testing.T) {
	tests := []struct {
		file    string
		charset string
		lines   int
		records int
		header  int // rows above and with the column names, blank ones left out
		footer  int
		blank   int
		dup     int
		amount  txn.Minor
		fee     txn.Minor
		why     string
	}{
		{"abc_debit__example-abc_debit-records.csv", "utf-8", 6, 5, 1, 0, 0, 0, 22355_90, 0,
			"10000.00 + 10.00 + 12345.89 + 0.01 + 0.00; line 4 lacks its last two columns"},
		{"alipay__example-alipay-records.csv", "gb18030", 35, 10, 23, 0, 2, 0, 222687_51, 0,
			"49.74+20+16.03+99.34+222228.50+82+50+50+9.90+82; lines 1-24 are titles, 12 and 23 of them blank"},
		{"boc__debit__example-boc-records.csv", "utf-8", 19, 17, 2, 0, 0, 0, 19215_30, 0,
			"71.89+326+50+50+60+206.80+68.14+2600+13.50+15.48+16+5771+2769.59+3000+196.90+3000+1000"},
		{"cmb__credit__example-cmb-records.csv", "utf-8", 8, 6, 2, 0, 0, 0, 8437_58, 0,
			"1.23+345.67+30+56.78+3.90+8000; three rows have a posting date only"},
		{"icbc__credit__example-icbc-credit-records.csv", "utf-8", 18, 9, 4, 1, 4, 0, 4984_14, 0,
			"0.01+18+26+12.35+17.32+238+22+29.45 out, 4621.01 in; line 17 is one blank, 18 the totals"},
		{"jd__example-jd-records.csv", "utf-8-bom", 48, 26, 20, 0, 2, 0, 3879_22, 0,
			"16 rows out 2277.70 (what line 9 states, 1648.43, and 629.27 paid back of them), 10 neutral 1601.52"},
		{"wechat__example-wechat-records.csv", "utf-8", 44, 27, 15, 0, 2, 0, 29033_91, 0,
			"5 in 28.49, 11 out 2904.53, 11 neutral 26100.89; lines 6 and 15 hold commas only"},
		{"wechat__example-wechat-records.xlsx", "utf-8", 90, 27, 32, 0, 4, 27, 29033_91, 0,
			"both sheets hold the 27 rows of the CSV, the second with amounts as numbers: 45 rows each, 16 titles, 2 blank"},
		{"ccb__交易明细_xxxx_2025xxxx_2025xxxx.xls", "utf-16le", 13, 6, 5, 1, 1, 0, 703_26, 0,
			"67+16.78+20+515.02+18.06+66.40 out; rows 1-4 are titles, 5 is not stored, 6 the header, 13 a remark"},
		{"spdb_debit__example-spdb_debit-records.xls", "utf-16le", 6, 4, 2, 0, 0, 0, 21_64, 0,
			"3 x 3.88 out, 10.00 in; row 1 holds the account"},
		{"hxsec__example-hxsec-records.xls", "gb18030", 14, 13, 1, 0, 0, 0, 332850_25, 57,
			"126000+126006.49+394+6297.60+37000+37002.16+150; fees 0.13+0.02+0.38+0.04"},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			c, sum := read(t, truth(t, "cn-bills", tt.file))
			amount, fee, _ := c.sum()
			for _, r := range c.rejects {
				t.Error(r)
			}
			check := func(what string, got, want any) {
				t.Helper()
				if got != want {
					t.Errorf("%s: got %v, want %v (%s)", what, got, want, tt.why)
				}
			}
			check("charset", sum.Charset, tt.charset)
			check("lines", sum.Lines, tt.lines)
			check("records", c.Records, tt.records)
			check("header", c.Skipped[entry.Header], tt.header)
			check("footer", c.Skipped[entry.Footer], tt.footer)
			check("blank", c.Skipped[entry.Blank], tt.blank)
			check("duplicate", c.Skipped[entry.Duplicate], tt.dup)
			check("amount", amount, tt.amount)
			check("fee", fee, tt.fee)
			check("side", sum.Side, txn.Settlement)
		})
	}
}

// What single rows of the real files must give.
func TestTruthRows(t *testing.T) {
	c, sum := read(t, truth(t, "cn-bills", "jd__example-jd-records.csv"))
	for _, check := range sum.Checks {
		if (check.What == "count" || check.What == "out_count" || check.What == "out_amount") && !check.Agrees() {
			t.Errorf("%s: stated %d, read %d", check.What, check.Stated, check.Read)
		}
	}
	if r := c.recs[0]; r.ChannelNo != "JDX100000011234" || r.At.Time().In(shanghai).Format("2006-01-02 15:04:05") != "2024-12-30 17:16:02" || r.Prec != txn.PrecSecond {
		t.Errorf("first row: %+v", r)
	}

	c, _ = read(t, truth(t, "cn-bills", "cmb__credit__example-cmb-records.csv"))
	// The title says 2024-01, so December is the year before.
	if got := c.recs[0].At.Time().In(shanghai).Format("2006-01-02"); got != "2023-12-29" || !c.recs[0].Flags.Has(txn.YearInferred) || c.recs[0].Prec != txn.PrecDay {
		t.Errorf("row without a year: %s %v", got, c.recs[0].Flags.Names())
	}

	c, sum = read(t, truth(t, "cn-bills", "icbc__credit__example-icbc-credit-records.csv"))
	// The contributor replaced the totals, so they must be reported as wrong.
	if len(sum.Checks) != 2 || sum.Checks[0].Read != 4621_01 || sum.Checks[1].Read != 363_13 || sum.Checks[0].Agrees() {
		t.Errorf("totals row: %+v", sum.Checks)
	}
	if c.recs[5].Kind == txn.Refund {
		t.Errorf("a repayment was taken for a refund")
	}

	c, _ = read(t, truth(t, "cn-bills", "abc_debit__example-abc_debit-records.csv"))
	if r := c.recs[2]; !r.Flags.Has(txn.ShortRow) || r.Prec != txn.PrecDay {
		t.Errorf("short row without a time: %v %s", r.Flags.Names(), r.Prec)
	}
}

// Workbooks that hold no table end in an error that says what was seen.
func TestTruthNoTable(t *testing.T) {
	for file, want := range map[string]string{
		"BadWorkbook.xlsx":         "has no worksheet",
		"MergeCell.xlsx":           "columns seen: A2, B2, C2, D2",
		"OverflowNumericCell.xlsx": "columns seen: 8595602512225",
		"encryptAES.xlsx":          "--password-file",
	} {
		st := truth(t, "excelize", file)
		c := &collector{}
		if _, err := Read(st, c); err == nil || !strings.Contains(err.Error(), want) || c.Records+c.Rejected != 0 {
			t.Errorf("%s: got %v, want an error with %q", file, err, want)
		}
	}
	st := truth(t, "excelize", "encryptAES.xlsx")
	st.Password = "password"
	if _, err := Read(st, &collector{}); err == nil || !strings.Contains(err.Error(), "columns seen: SECRET") {
		t.Errorf("encryptAES.xlsx with its password: %v", err)
	}
}
