package field

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/txn"
)

func shanghai(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestLookup(t *testing.T) {
	tests := []struct {
		name string
		want Field
		unit Unit
	}{
		{"RC", Code, 0}, {"resp", Code, 0}, {"F39", Code, 0}, {"RSPCODE", Code, 0}, {"rsp_code", Code, 0}, {"应答码", Code, 0},
		{"响应码", Code, 0}, {"返回码", Code, 0}, {"AMT", Amount, 0}, {"Amount", Amount, 0}, {"F4", Amount, Whole},
		{"交易金额", Amount, 0}, {"交易金额（元）", Amount, Major}, {"交易金额(分)", Amount, Minor}, {"amount_fen", Amount, Minor},
		{"订单金额（元）", Amount, Major}, {"商家实收（元）", Net, Major}, {"服务费（元）", Fee, Major}, {"RT", Latency, 0},
		{"rt_ms", Latency, Millisecond}, {"ELAPSED", Latency, 0}, {"COST", Latency, 0}, {"耗时", Latency, 0}, {"耗时(ms)", Latency, Millisecond},
		{"耗时（秒）", Latency, Second}, {"TID", TID, 0}, {"term", TID, 0}, {"F41", TID, 0}, {"终端号", TID, 0}, {"机构", Institution, 0},
		{"地区", Region, 0}, {"运营商", Carrier, 0}, {"通讯方式", Network, 0}, {"发卡行", Issuer, 0}, {"机型", Model, 0}, {"错误信息", Text, 0},
		{"报文类型", MTI, 0}, {"`交易时间", Time, 0}, {"\ufeff交易时间", Time, 0}, {"日 志 号", ChannelNo, 0}, {"退款批次号/请求号", RefundNo, 0},
		{"交易金额(收入)", Credit, 0}, {"交易金额(支出)", Debit, 0}, {"Gross Debit (GC)", Debit, 0}, {"收/支", Direction, 0},
		{"TimeZone", TimeZone, 0}, {"支付宝交易号", ChannelNo, 0}, {"微信订单号", ChannelNo, 0}, {"商户订单号", OrderNo, 0},
		{`="终端号"`, TID, 0}, {"Ｔｅｒｍ　ＩＤ", TID, 0}, {"检索参考号", RRN, 0}, {"PINBLOCK", Ignore, 0}, {"余额", Ignore, 0},
		{"ORGTRACE", OrigSTAN, 0}, {"ori_trace_no", OrigSTAN, 0}, {"原流水", OrigSTAN, 0}, {"oriRrn", OrigRRN, 0},
	}
	for _, tt := range tests {
		f, u, ok := Lookup(tt.name)
		if !ok || f != tt.want || u != tt.unit {
			t.Errorf("Lookup(%q) = %v, %v, %v; want %v, %v", tt.name, f, u, ok, tt.want, tt.unit)
		}
	}
	for _, name := range []string{"", "  ", "()", "天气", "foo", "ms", "元", "交易金额(万元)", "交易金额（角）", "金额(百元)", "Amount (thousands)"} {
		if f, _, ok := Lookup(name); ok {
			t.Errorf("Lookup(%q) = %v, want unknown", name, f)
		}
	}
}

// A status word that says no more than that no answer came is a time-out; an order that its
// customer did not pay in time is none.
func TestLateStatus(t *testing.T) {
	for word, want := range map[string]bool{"TIMEOUT": true, "交易超时": true, "timed_out": true, "超时关闭": false, "FAIL": false} {
		c := &Context{Loc: time.UTC}
		r := txn.New()
		c.Begin(r)
		if err := c.Set(r, Status, word); err != nil {
			t.Fatal(err)
		}
		if err := c.Finish(r); err != nil || r.Flags.Has(txn.TimedOut) != want {
			t.Errorf("%s: timed out %v, %v", word, r.Flags.Has(txn.TimedOut), err)
		}
	}
}

func TestParseIsInverseOfString(t *testing.T) {
	for f := Ignore; f < Count; f++ {
		if names[f] == "" {
			t.Errorf("field %d has no name", f)
		}
		if g, err := Parse(f.String()); err != nil || g != f {
			t.Errorf("Parse(%q) = %v, %v", f.String(), g, err)
		}
	}
	if _, err := Parse("amonut"); err == nil {
		t.Error("Parse accepted a misspelt name")
	}
}

func TestTimes(t *testing.T) {
	loc := shanghai(t)
	ny, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	chicago, err := time.LoadLocation("America/Chicago")
	if err != nil {
		t.Fatal(err)
	}
	near := txn.At(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))
	tests := []struct {
		raw  string
		loc  *time.Location
		want string // RFC 3339 in UTC
		prec txn.Precision
	}{
		{"2026-11-20 08:15:32", loc, "2026-11-20T00:15:32Z", txn.PrecSecond},
		{"2026-11-20 08:15:32.123", loc, "2026-11-20T00:15:32.123Z", txn.PrecMilli},
		{"2026-11-20 08:15:32,123", loc, "2026-11-20T00:15:32.123Z", txn.PrecMilli},
		{"1795133732.1234567", loc, "2026-11-20T00:15:32.123456Z", txn.PrecMicro}, // Unix time with a fraction
		{"2026-11-20 08:15:32.123456", loc, "2026-11-20T00:15:32.123456Z", txn.PrecMicro},
		{"2026/11/20 08:15:32", loc, "2026-11-20T00:15:32Z", txn.PrecSecond},
		{"2025/12/03  14:06:51", loc, "2025-12-03T06:06:51Z", txn.PrecSecond},
		{"2026/1/5 8:05", loc, "2026-01-05T00:05:00Z", txn.PrecMinute},
		{"2026.1.5 8:05:09", loc, "2026-01-05T00:05:09Z", txn.PrecSecond},
		{"20261120081532", loc, "2026-11-20T00:15:32Z", txn.PrecSecond},
		{"20261120081532123", loc, "2026-11-20T00:15:32.123Z", txn.PrecMilli},
		{"20261120 081532", loc, "2026-11-20T00:15:32Z", txn.PrecSecond},
		{"20261120 08:15:32", loc, "2026-11-20T00:15:32Z", txn.PrecSecond},
		{"202611200815", loc, "2026-11-20T00:15:00Z", txn.PrecMinute},
		{"261120081532", loc, "2026-11-20T00:15:32Z", txn.PrecSecond},
		{"2026-11-20T08:15:32Z", loc, "2026-11-20T08:15:32Z", txn.PrecSecond},
		{"2026-11-20T08:15:32.5+02:00", loc, "2026-11-20T06:15:32.5Z", txn.PrecMilli},
		{"2026-11-20 08:15:32 +0800", time.UTC, "2026-11-20T00:15:32Z", txn.PrecSecond},
		{"2026-11-20 08:15:32 UTC+8", time.UTC, "2026-11-20T00:15:32Z", txn.PrecSecond},
		{"2026年11月21日 08时15分32秒", loc, "2026-11-21T00:15:32Z", txn.PrecSecond},
		{"2026-11-2108：15：32", loc, "2026-11-21T00:15:32Z", txn.PrecSecond},
		{"2026/11/2108:15", loc, "2026-11-21T00:15:00Z", txn.PrecMinute},
		{"2026年11月21日08:15:32", loc, "2026-11-21T00:15:32Z", txn.PrecSecond},
		{"2026年1月5日 下午3点05分", loc, "2026-01-05T07:05:00Z", txn.PrecMinute},
		{"２０２６－１１－２０　０８：１５：３２", loc, "2026-11-20T00:15:32Z", txn.PrecSecond},
		{"11-20 08:15:32.123", loc, "2026-11-20T00:15:32.123Z", txn.PrecMilli},
		{"1120081532", loc, "2026-11-20T00:15:32Z", txn.PrecSecond},
		{"01-02 03:04:05", loc, "2027-01-01T19:04:05Z", txn.PrecSecond}, // nearest to 22 November 2026
		{"Mon Nov 24 00:00:03 EST 2014.292", ny, "2014-11-24T05:00:03.292Z", txn.PrecMilli},
		{"Wed Jul 01 10:00:00 CST 2015.9", loc, "2015-07-01T02:00:00.009Z", txn.PrecMilli},
		{"Wed Jan 07 10:00:00 CST 2015.9", chicago, "2015-01-07T16:00:00.009Z", txn.PrecMilli},
		{"Wed Jan 07 10:00:00 CST 2015", time.UTC, "2015-01-07T02:00:00Z", txn.PrecSecond},
		{"20 lug 2026. 08:15:32", loc, "2026-07-20T00:15:32Z", txn.PrecSecond},
		{"3 de marzo de 2026", loc, "2026-03-02T16:00:00Z", txn.PrecDay},
		{"3 déc. 2026 08:15", loc, "2026-12-03T00:15:00Z", txn.PrecMinute},
		{"14 juil. 2026", loc, "2026-07-13T16:00:00Z", txn.PrecDay},
		{"5. März 2026", loc, "2026-03-04T16:00:00Z", txn.PrecDay},
		{"09/mai/2026 08:15:32", loc, "2026-05-09T00:15:32Z", txn.PrecSecond},
		{"17 мая 2026", loc, "2026-05-16T16:00:00Z", txn.PrecDay},
		{"3 lipca 2026", loc, "2026-07-02T16:00:00Z", txn.PrecDay},
		{"17 май 2026", loc, "2026-05-16T16:00:00Z", txn.PrecDay},
		{"24-11月-14 12.00.03.292000 上午", loc, "2014-11-23T16:00:03.292Z", txn.PrecMicro},
		{"04-9月 -14 05.20.48 下午", loc, "2014-09-04T09:20:48Z", txn.PrecSecond},
		{"Nov 24 00:00:03", time.UTC, "2026-11-24T00:00:03Z", txn.PrecSecond},
		{"24/Nov/2014:00:00:03 +0800", loc, "2014-11-23T16:00:03Z", txn.PrecSecond},
		{"Mon, 24 Nov 2014 00:00:03 GMT", loc, "2014-11-24T00:00:03Z", txn.PrecSecond},
		{"11/24/2014 3:04 PM", time.UTC, "2014-11-24T15:04:00Z", txn.PrecMinute},
		{"24/11/2014 15:04:05", time.UTC, "2014-11-24T15:04:05Z", txn.PrecSecond},
		{"1763626532", loc, "2025-11-20T08:15:32Z", txn.PrecSecond},
		{"1763626532123", loc, "2025-11-20T08:15:32.123Z", txn.PrecMilli},
		{"2026-11-20", loc, "2026-11-19T16:00:00Z", txn.PrecDay},
		{"20261120", loc, "2026-11-19T16:00:00Z", txn.PrecDay},
		{"`2026-11-20 08:15:32\t", loc, "2026-11-20T00:15:32Z", txn.PrecSecond},
		{`="2026-11-20 08:15:32"`, loc, "2026-11-20T00:15:32Z", txn.PrecSecond},
		{"Mon Nov 24 00:00:03 UYST 2014.292", loc, "2014-11-24T02:00:03.292Z", txn.PrecMilli},
		{"01.06.2026 10:15:00", time.UTC, "2026-06-01T10:15:00Z", txn.PrecSecond},
		{"2026-11-20T08:15:50.123+08:00[Asia/Shanghai]", time.UTC, "2026-11-20T00:15:50.123Z", txn.PrecMilli},
		{"2026-11-20T08:15:50[Asia/Shanghai]", time.UTC, "2026-11-20T00:15:50Z", txn.PrecSecond},
		{"2026-11-20 08:15:50 Asia/Shanghai", time.UTC, "2026-11-20T00:15:50Z", txn.PrecSecond},
		{"Fri Nov 20 2026 08:15:51 GMT+0800 (China Standard Time)", time.UTC, "2026-11-20T00:15:51Z", txn.PrecSecond},
		{"Fri Nov 20 2026 08:15:51 GMT+0800 (中国标准时间)", time.UTC, "2026-11-20T00:15:51Z", txn.PrecSecond},
		{"2026-11-20 08:15:46 (UTC+8)", time.UTC, "2026-11-20T00:15:46Z", txn.PrecSecond},
		{"115/11/20 08:15:32", loc, "2026-11-20T00:15:32Z", txn.PrecSecond},
		{"民國115年11月20日 下午1:05", loc, "2026-11-20T05:05:00Z", txn.PrecMinute},
		{"099/11/20", loc, "2010-11-19T16:00:00Z", txn.PrecDay},
		{"2026-11-20(五) 08:15:32", loc, "2026-11-20T00:15:32Z", txn.PrecSecond},
		{"1763626532123456", loc, "2025-11-20T08:15:32.123456Z", txn.PrecMicro},
		{"1763626532123456789", loc, "2025-11-20T08:15:32.123456Z", txn.PrecMicro},
		{"2026-11-20 08:15:32[Asia/Nowhere]", loc, "time-zone", 0},
		{"3 lis 2026", loc, "time-syntax", 0}, // October or November
		{"2026-11-20 08:15:32[main]", loc, "time-syntax", 0},
		{"6222021234567890", loc, "time-syntax", 0},
		{"1234567890123456", loc, "time-syntax", 0},
		{"2026-02-29 00:00:00", loc, "date-range", 0},
		{"2026-11-20 24:15:32", loc, "clock-range", 0},
		{"2026-13-20 08:15:32", loc, "date-range", 0},
		{"03/04/2026 10:00", loc, "date-order", 0},
		{"08:15:32", loc, "date-missing", 0},
		{"yesterday", loc, "time-syntax", 0},
		{"2026-11-20 08:15:32 XYZT", loc, "time-zone", 0},
		{"123", loc, "time-syntax", 0},
		{"1151120080102", loc, "time-syntax", 0}, {"2026324080102", loc, "time-syntax", 0}, // of the republic of China, a day of the year
		{"2026-11-20 0x:15:32", loc, "time-syntax", 0},
	}
	for _, tt := range tests {
		c := &Context{Loc: tt.loc, Near: near}
		var r txn.Record
		c.Begin(&r)
		err := c.Set(&r, Time, tt.raw)
		if err == nil {
			err = c.Finish(&r)
		}
		got := r.At.Time().Format(time.RFC3339Nano)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Errorf("%q: %v is no *Error", tt.raw, err)
				continue
			}
			got = e.Rule
			if e.Msg == "" || e.Hint == "" {
				t.Errorf("%q: error without message or remedy: %+v", tt.raw, e)
			}
		}
		if got != tt.want || err == nil && r.Prec != tt.prec {
			t.Errorf("%q: %s %v (%v); want %s %v", tt.raw, got, r.Prec, err, tt.want, tt.prec)
		}
	}
}

// The quick path must give what the general path gives, for every row of a
// file that is in order or not.
func TestQuickTimeAgrees(t *testing.T) {
	loc, err := time.LoadLocation("Europe/Berlin") // with summer time
	if err != nil {
		t.Fatal(err)
	}
	quick := &Context{Loc: loc}
	start := time.Date(2026, 3, 28, 22, 0, 0, 0, time.UTC)
	for i := range 3000 {
		at := start.Add(time.Duration(i*37%1000) * 100 * time.Second)
		raw := at.In(loc).Format("2006-01-02 15:04:05.000")
		var r txn.Record
		quick.Begin(&r)
		if !quick.quickTime(&r, raw) {
			t.Fatalf("%s is not taken by the quick path", raw)
		}
		var s txn.Record
		slow := &Context{Loc: loc}
		slow.Begin(&s)
		if err := slow.Set(&s, Time, " "+raw); err != nil {
			t.Fatal(err)
		}
		if err := slow.Finish(&s); err != nil {
			t.Fatal(err)
		}
		if r.At != s.At || r.Prec != s.Prec || r.Flags != s.Flags {
			t.Fatalf("%s: quick %v %v %v, general %v %v %v", raw, r.At.Time(), r.Prec, r.Flags, s.At.Time(), s.Prec, s.Flags)
		}
	}
}

func TestCombinedColumns(t *testing.T) {
	loc := shanghai(t)
	type kv struct {
		f Field
		v string
	}
	tests := []struct {
		name string
		in   []kv
		want string
	}{
		{"date and clock", []kv{{Date, "2026-11-20"}, {Time, "08:15:32"}}, "2026-11-20T00:15:32Z"},
		{"clock and date", []kv{{Time, "081532"}, {Date, "20261120"}}, "2026-11-20T00:15:32Z"},
		{"clock without its zero", []kv{{Clock, "81532"}, {Date, "20261120"}}, "2026-11-20T00:15:32Z"},
		{"F13 and F12", []kv{{Date, "1120"}, {Clock, "081532"}}, "2026-11-20T00:15:32Z"},
		{"date beside a full time", []kv{{Date, "2026-11-21"}, {Time, "2026-11-20 08:15:32"}}, "2026-11-20T00:15:32Z"},
		{"full time, then date", []kv{{Time, "2026-11-20 08:15:32"}, {Date, "2026-11-21"}}, "2026-11-20T00:15:32Z"},
		{"zone column", []kv{{Time, "2026-11-20 08:15:32"}, {TimeZone, "CET"}}, "2026-11-20T07:15:32Z"},
		{"zone column first", []kv{{TimeZone, "PDT"}, {Time, "2026-11-20 08:15:32"}}, "2026-11-20T15:15:32Z"},
		{"zone by name in summer", []kv{{Date, "01.07.2026"}, {Clock, "08:15:32"}, {TimeZone, "Europe/Berlin"}}, "2026-07-01T06:15:32Z"},
		{"zone by name in winter", []kv{{Time, "2026-11-20 08:15:32"}, {TimeZone, "Europe/Berlin"}}, "2026-11-20T07:15:32Z"},
		{"zone in words", []kv{{Time, "2026-07-01 08:15:32"}, {TimeZone, "Eastern Time (US & Canada)"}}, "2026-07-01T12:15:32Z"},
		{"the end of the day", []kv{{Date, "2028-02-28"}, {Clock, "24:00:00"}}, "2028-02-28T16:00:00Z"},
		{"clock beside the business day", []kv{{Clock, "08:15:32"}, {SettleOn, "2026-11-20"}}, "2026-11-20T00:15:32Z"},
		{"field 7 alone", []kv{{SentAt, "1120081532"}}, "2026-11-20T00:15:32Z"},
	}
	for _, tt := range tests {
		c := &Context{Loc: loc, Year: 2026}
		var r txn.Record
		c.Begin(&r)
		var err error
		for _, p := range tt.in {
			if e := c.Set(&r, p.f, p.v); e != nil {
				err = e
			}
		}
		if e := c.Finish(&r); e != nil {
			err = e
		}
		if got := r.At.Time().Format(time.RFC3339Nano); got != tt.want || err != nil {
			t.Errorf("%s: %s (%v), want %s", tt.name, got, err, tt.want)
		}
	}
}

func TestAmounts(t *testing.T) {
	tests := []struct {
		raw  string
		unit Unit
		mark Decimal
		want txn.Minor
		neg  bool
		rule string
	}{
		{"000000012300", 0, 0, 12300, false, ""}, {"123.00", 0, 0, 12300, false, ""}, {"009876543210", 0, 0, 9876543210, false, ""}, {"98765432.10", 0, 0, 9876543210, false, ""}, {"123", 0, 0, 12300, false, ""},
		{"123", Minor, 0, 123, false, ""}, {"0.01", 0, 0, 1, false, ""}, {"1,234.56", 0, 0, 123456, false, ""},
		{"-6,086.11           \t", 0, 0, 608611, true, ""}, {"(1.00)", 0, 0, 100, true, ""}, {"¥28.16", 0, 0, 2816, false, ""},
		{"￥28.16", 0, 0, 2816, false, ""}, {"１２３．４５", 0, 0, 12345, false, ""}, {"－１．００", 0, 0, 100, true, ""}, {"12.50-", 0, 0, 1250, true, ""},
		{"4.626,81", 0, 0, 462681, false, ""}, {"626,81", 0, 0, 62681, false, ""}, {"4.626", 0, DecimalComma, 462600, false, ""},
		{"131.77(已退款89.84)", 0, 0, 13177, false, ""}, {"-3.90(CN)", 0, 0, 390, true, ""}, {"+10000.00", 0, 0, 1000000, false, ""},
		{"100.00 DR", 0, 0, 10000, false, ""}, {"D00000000060", 0, 0, 60_00, false, ""}, {"RMB -0.20", 0, 0, 20, true, ""},
		{"12.5元", 0, 0, 1250, false, ""}, {"USD 12.50", 0, 0, 1250, false, ""}, {"1.2E+5", 0, 0, 12000000, false, ""}, {"12.5000", 0, 0, 1250, false, ""},
		{"", 0, 0, txn.NoAmount, false, ""}, {"--", 0, 0, txn.NoAmount, false, ""}, {" \t", 0, 0, txn.NoAmount, false, ""}, {"0", 0, 0, 0, false, ""},
		{"1230", Thousandth, 0, 123, false, ""}, {"-1230", Thousandth, 0, 123, true, ""}, {"1230.5", Thousandth, 0, 0, false, "amount-decimals"}, {"12300", Minor, 0, 12300, false, ""}, {"12300.00", Minor, 0, 12300, false, ""},
		{"1.234", 0, 0, 0, false, "amount-decimals"}, {"12,34,5.00", 0, 0, 0, false, "amount-grouping"}, {"abc", 0, 0, 0, false, "amount-syntax"},
		{"1330", Whole, 0, 1330, false, ""}, {"000000001330", Whole, 0, 1330, false, ""}, {"12.00", Whole, 0, 1200, false, ""}, {"12.5", Whole, 0, 1250, false, ""}, {"12,50", Whole, 0, 1250, false, ""},
		{"1.2.3", 0, 0, 0, false, "amount-syntax"}, {"12.5", Minor, 0, 0, false, "amount-fraction"}, {"99999999999999999999", 0, 0, 0, false, "amount-range"},
		{"9999999999999.99", 0, 0, 999_999_999_999_999, false, ""}, {"10000000000000.00", 0, 0, 0, false, "amount-range"}, {"999999999999999", Minor, 0, 999_999_999_999_999, false, ""}, {"9000000000000000", Minor, 0, 0, false, "amount-range"},
		{"9999999999999990", Thousandth, 0, 999_999_999_999_999, false, ""}, {"10000000000000000", Thousandth, 0, 0, false, "amount-range"}, {"9E+14", 0, 0, 0, false, "amount-range"},
		{"1’025.00", 0, 0, 102500, false, ""}, {"١٬٠٢٥٫٥٠", 0, 0, 102550, false, ""}, {"۱۲.۵۰", 0, 0, 1250, false, ""}, {"▲32.50", 0, 0, 3250, true, ""}, {"1,02,025.00", 0, 0, 10202500, false, ""}, {"1,02,02.00", 0, 0, 0, false, "amount-grouping"},
		{"1,234.-", 0, 0, 123400, false, ""}, {"12,-", 0, 0, 1200, false, ""}, {"12,--", 0, 0, 1200, false, ""}, {"$(12.00)", 0, 0, 1200, true, ""}, {"12.00 Cr.", 0, 0, 1200, false, ""}, {"12.00DB", 0, 0, 1200, false, ""}, {"12.00 usd", 0, 0, 1200, false, ""}, {"负12.00", 0, 0, 1200, true, ""}, {"12.00 abc", 0, 0, 0, false, "amount-syntax"},
		{"11800分", 0, 0, 11800, false, ""}, {"11800分", Major, 0, 11800, false, ""}, {"-5分", 0, 0, 5, true, ""}, {"1.5分", 0, 0, 0, false, "amount-fraction"},
		{"12x", 0, 0, 0, false, "amount-syntax"}, {"2026-11-20", 0, 0, 0, false, "amount-syntax"}, {"1-2", 0, 0, 0, false, "amount-syntax"},
	}
	for _, tt := range tests {
		v, rule := ParseAmount(tt.raw, tt.unit, tt.mark)
		if rule != tt.rule || rule == "" && (v.Minor != tt.want || v.Negative != tt.neg) {
			t.Errorf("ParseAmount(%q, %v) = %d %v %q; want %d %v %q", tt.raw, tt.unit, v.Minor, v.Negative, rule, tt.want, tt.neg, tt.rule)
		}
	}
}

// What is rounded is rounded by its size, whatever its sign; an amount never is.
func TestRounded(t *testing.T) {
	for raw, want := range map[string]txn.Minor{"0.0475": 5, "-0.0475": 5, "0.0449999": 4, "0.045": 5, "1.995": 200, "1.990000": 199, "(0.005)": 1, "12": 1200} {
		if v, rule := ParseIn(raw, UnitAuto, DecimalAuto, 2, true); rule != "" || v.Minor != want {
			t.Errorf("%s: %v %s, want %d", raw, v, rule, want)
		}
	}
	c := &Context{Loc: time.UTC, Round: true}
	if r, err := read(t, c, "time", "2026-11-20 08:15:32", "amount", "1.00", "fee", "0.0475", "net", "-0.9525"); err != nil || r.Fee != 5 || r.Net != -95 || c.Rounded != 2 {
		t.Errorf("%+v %v, %d rounded", r, err, c.Rounded)
	}
	if _, err := read(t, c, "time", "2026-11-20 08:15:32", "amount", "1.005"); err == nil {
		t.Error("an amount with parts of a cent was taken")
	}
}

func TestLatency(t *testing.T) {
	for _, tt := range []struct {
		raw  string
		unit Unit
		want int32
		rule string
	}{
		{"235ms", 0, 235, ""}, {"235", 0, 235, ""}, {"1.2s", 0, 1200, ""}, {"1.2 秒", 0, 1200, ""}, {"900us", 0, 0, ""}, {"60000", 0, 60000, ""},
		{"1.5", Second, 1500, ""}, {"235毫秒", 0, 235, ""}, {"", 0, txn.NoLatency, ""}, {"-", 0, txn.NoLatency, ""}, {"12.7ms", 0, 12, ""},
		{"-1", 0, txn.NoLatency, ""}, {"1,234", 0, 1234, ""}, {"12,345 ms", 0, 12345, ""}, {"<1ms", 0, 1, ""}, {"00:00:01.235", 0, 1235, ""}, {"0:01:02", 0, 62000, ""},
		{"1,2", 0, 0, "latency-unit"}, {"08:15", 0, 0, "latency-syntax"}, {"0:0x:1", 0, 0, "latency-syntax"},
		{"fast", 0, 0, "latency-syntax"}, {"3 h", 0, 0, "latency-unit"}, {"99999999999", 0, 0, "latency-range"}, {"-5", 0, 0, "latency-syntax"},
	} {
		got, rule := ParseLatency(tt.raw, tt.unit)
		if rule != tt.rule || rule == "" && got != tt.want {
			t.Errorf("ParseLatency(%q) = %d %q; want %d %q", tt.raw, got, rule, tt.want, tt.rule)
		}
	}
}

func TestKinds(t *testing.T) {
	for word, want := range map[string]txn.Kind{"ics_auth": txn.PreAuth, "ics_bill": txn.Completion, "ics_credit": txn.Refund, "Tip Adjust": txn.Other,
		"消费": txn.Sale, "退货": txn.Refund, "消费撤销": txn.Void, "撤销": txn.Void, "冲正": txn.Reversal, "消费撤销冲正": txn.Reversal,
		"预授权": txn.PreAuth, "预授权完成": txn.Completion, "预授权撤销": txn.PreAuthVoid, "预授权完成撤销": txn.Void, "余额查询": txn.Balance,
		"签到": txn.SignOn, "签退": txn.SignOff, "批结算": txn.BatchSettle, "SALE": txn.Sale, "Refunded": txn.Refund, "sale_void": txn.Void,
		"Pre-Auth": txn.PreAuth, "MerchantPayout": txn.Payout, "Fee": txn.Fee, "Chargeback": txn.Other, "JSAPI": txn.Sale, "银联卡消费": txn.Sale,
		"扫码退款": txn.Refund, "代付": txn.Payout, "批量代付": txn.Payout, "代付手续费": txn.Fee, "提现手续费": txn.Fee, "代付退款": txn.Refund, "（还款）云闪付 某人": txn.Other, "其他交易": txn.Other,
		"payout_reversal": txn.Other, "Devolução": txn.Refund, "Rückzahlung": txn.Refund, "Allgemeine Zahlung": txn.Sale, "COMPRA": txn.Sale, "0200": txn.Sale, "0420": txn.Reversal, "天气": txn.KindUnknown, "": txn.KindUnknown,
		// Of a sale that was taken back, or something else was done about.
		"支付退": txn.Refund, "退回": txn.Refund, "负向": txn.Refund, "Purchase Return": txn.Refund, "撤回交易": txn.Void, "Purchase Cancel": txn.Void, "Stornozahlung": txn.Void,
		"冲账": txn.Reversal, "红冲": txn.Reversal, "反交易": txn.Reversal, "REV-SALE": txn.Reversal, "交易查询": txn.KindUnknown, "差错交易": txn.Other, "Payment dispute": txn.Other, "Dispute": txn.Other,
		"结算调整": txn.Other, "差错调账": txn.Other, "交易拒付": txn.Other, "ADJUSTMENT_DECREASE": txn.Other, "Manual adjustment": txn.Other, "RESERVE_RELEASE": txn.Other, "Unfreeze Funds": txn.Other, "解冻": txn.Other, "分账": txn.Other, "分账回退": txn.Other,
		"消费调整": txn.KindUnknown, "Sale Adjust": txn.KindUnknown, "Refund correction": txn.Refund, "reservation": txn.KindUnknown,
		"消费撤消": txn.Void, "AUTH_ONLY": txn.PreAuth, "预授权撤消": txn.PreAuthVoid, "预授权完成撤消": txn.Void, "消费撤消冲正": txn.Reversal, "消费充正": txn.Reversal, "預授權撤銷": txn.PreAuthVoid, "沖正": txn.Reversal,
		"退货撤销": txn.KindUnknown, "Void Refund": txn.KindUnknown, "转账退回": txn.Other, "反扫": txn.Sale, "销售": txn.Sale, "销售退货": txn.Refund, "异地消费": txn.Sale,
		"ZF": txn.Sale, "ZF02": txn.Refund, "TH": txn.Refund, // merchant files of banks
	} {
		if got := ParseKind(word); got != want {
			t.Errorf("ParseKind(%q) = %v, want %v", word, got, want)
		}
	}
	for _, tt := range []struct {
		mti, proc, cond string
		want            txn.Kind
	}{
		{"0200", "000000", "00", txn.Sale}, {"0210", "000000", "00", txn.Sale}, {"0200", "200000", "00", txn.Void}, {"0220", "200000", "00", txn.Refund},
		{"0230", "200000", "00", txn.Refund}, {"0420", "000000", "00", txn.Reversal}, {"0400", "", "", txn.Reversal}, {"0100", "030000", "06", txn.PreAuth},
		{"0100", "200000", "06", txn.PreAuthVoid}, {"0200", "000000", "06", txn.Completion}, {"0200", "310000", "00", txn.Balance},
		{"0800", "", "", txn.SignOn}, {"0820", "", "", txn.Echo}, {"0500", "", "", txn.BatchSettle}, {"0320", "", "", txn.BatchSettle}, {"", "", "", txn.KindUnknown},
	} {
		if got := KindOf(tt.mti, tt.proc, tt.cond); got != tt.want {
			t.Errorf("KindOf(%q, %q, %q) = %v, want %v", tt.mti, tt.proc, tt.cond, got, tt.want)
		}
	}
}

// A statement says what a row is in front of a name, and never inside one.
func TestLeadingKinds(t *testing.T) {
	for text, want := range map[string]txn.Kind{
		"退货 某商户": txn.Refund, "退款-某商户": txn.Refund, "（消费）某商户": txn.Sale, "消费": txn.Sale, "RETURN:  SHOP 7": txn.Refund, "Rückzahlung": txn.Refund,
		"某退货商户": txn.KindUnknown, "PAYMENT - THANK YOU": txn.KindUnknown, "SALE OF THE DAY": txn.KindUnknown, "": txn.KindUnknown, "-": txn.KindUnknown,
	} {
		if got := leadingKind(text); got != want {
			t.Errorf("leadingKind(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestZoneNames(t *testing.T) {
	for word, want := range map[string]string{"Europe/Zurich": "Europe/Zurich", "Pacific Time (US & Canada)": "America/Los_Angeles", "Mars/Olympus": "", "../etc/passwd": "", "Berlin": "Europe/Berlin", "Beijing": "Asia/Shanghai", "Sao Paulo": "America/Sao_Paulo", "Brasilia": "America/Sao_Paulo", "E. South America Standard Time": "America/Sao_Paulo", "Olympus": "", "shanghai/": "", "Our shop": "", "": ""} {
		got := ""
		if loc := namedZone(word); loc != nil {
			got = loc.String()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}

func read(t *testing.T, c *Context, pairs ...string) (*txn.Record, error) {
	t.Helper()
	r := txn.New()
	c.Begin(r)
	for i := 0; i < len(pairs); i += 2 {
		f, err := Parse(pairs[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Set(r, f, pairs[i+1]); err != nil {
			return r, err
		}
	}
	return r, c.Finish(r)
}

func TestRows(t *testing.T) {
	c := &Context{Loc: shanghai(t)}
	base := []string{"time", "2026-11-20 08:15:32"}
	tests := []struct {
		name  string
		in    []string
		check func(r *txn.Record) bool
	}{
		{"field 39 of a 04xx is a reason", []string{"mti", "0420", "code", "98"}, func(r *txn.Record) bool {
			return r.Kind == txn.Reversal && r.Code == "98" && r.Origin == txn.ReversalReason
		}},
		{"an answer is the host's", []string{"mti", "0210", "proc_code", "000000", "code", "b4"}, func(r *txn.Record) bool {
			return r.Kind == txn.Sale && r.Code == "B4" && r.Origin == txn.Host
		}},
		{"no code and the text of a time-out", []string{"code", "", "text", "通讯超时"}, func(r *txn.Record) bool {
			return r.Code == "" && r.Flags.Has(txn.TimedOut)
		}},
		{"no code at the limit", []string{"code", "", "latency", "60000ms"}, func(r *txn.Record) bool { return r.Flags.Has(txn.TimedOut) }},
		{"no code, answered quickly", []string{"code", "", "latency", "200ms"}, func(r *txn.Record) bool { return !r.Flags.Has(txn.TimedOut) }},
		{"ISO93 code is not cut", []string{"code", "000"}, func(r *txn.Record) bool { return r.Code == "000" }},
		{"a code of zero as text stays", []string{"code", "0"}, func(r *txn.Record) bool { return r.Code == "0" }},
		{"leading zeros", []string{"stan", "000123", "tid", "00012345"}, func(r *txn.Record) bool { return r.STAN == "000123" && r.TID == "00012345" }},
		{"minus makes a refund where no kind is said", []string{"amount", "-1.00"}, func(r *txn.Record) bool {
			return r.Amount == 100 && r.Kind == txn.Refund
		}},
		{"a sale below zero was paid back", []string{"kind", "消费", "amount", "-1.00"}, func(r *txn.Record) bool { return r.Kind == txn.Refund && r.Doing == "消费" }},
		{"a kind that failed, beside a code", []string{"kind", "退货失败", "code", "00"}, func(r *txn.Record) bool { return r.Kind == txn.Refund && r.Status == "退货失败" }},
		{"a stated kind keeps", []string{"kind", "撤销", "amount", "-1.00"}, func(r *txn.Record) bool { return r.Kind == txn.Void && r.Doing == "" }},
		{"refund by type", []string{"kind", "退货", "amount", "1.00"}, func(r *txn.Record) bool { return r.Flags.Has(txn.NegativeByType) }},
		{"debit column", []string{"debit", "5.00", "credit", ""}, func(r *txn.Record) bool { return r.Amount == 500 && r.Kind == txn.Refund }},
		{"credit column", []string{"debit", "0.00", "credit", "5.00"}, func(r *txn.Record) bool { return r.Amount == 500 && r.Kind == txn.KindUnknown }},
		{"credit column first", []string{"credit", "5.00", "debit", "0.00"}, func(r *txn.Record) bool { return r.Amount == 500 && r.Kind == txn.KindUnknown }},
		{"direction word", []string{"amount", "5.00", "direction", "DR"}, func(r *txn.Record) bool { return r.Kind == txn.Refund }},
		{"wallet refund row", []string{"kind", "JSAPI", "status", "REFUND", "amount", "0.00", "refund_amount", "3.00"}, func(r *txn.Record) bool {
			return r.Kind == txn.Refund && r.Amount == 300
		}},
		{"wallet sale row", []string{"kind", "JSAPI", "status", "SUCCESS", "amount", "3.00", "refund_amount", "0.00"}, func(r *txn.Record) bool {
			return r.Kind == txn.Sale && r.Amount == 300
		}},
		{"net amount under a network's name", []string{"network", "12.34"}, func(r *txn.Record) bool { return r.Net == 1234 && r.Network == "" }},
		{"network", []string{"network", "4G"}, func(r *txn.Record) bool { return r.Network == "4G" && !r.Net.Valid() }},
		{"card is masked", []string{"pan", "6228480000001234567"}, func(r *txn.Record) bool { return r.PAN.Masked == "622848*********4567" }},
		{"text is scrubbed", []string{"text", "card 6228480000001234567 declined"}, func(r *txn.Record) bool {
			return r.Text == "card 622848*********4567 declined"
		}},
		{"fee sign letter", []string{"fee", "C0.60"}, func(r *txn.Record) bool { return r.Fee == -60 }},
		{"repeat", []string{"mti", "0201"}, func(r *txn.Record) bool { return r.Flags.Has(txn.Repeat) }},
		{"nothing paid of an order", []string{"amount", "5.00", "amount", "0.00"}, func(r *txn.Record) bool { return r.Amount == 500 }},
		{"nothing paid, first", []string{"amount", "0.00", "amount", "5.00"}, func(r *txn.Record) bool { return r.Amount == 500 }},
		{"paid less than ordered", []string{"amount", "5.00", "amount", "4.00"}, func(r *txn.Record) bool { return r.Amount == 400 }},
		{"nothing paid in minor units", []string{"amount", "000000000500", "amount", "000000000000"}, func(r *txn.Record) bool { return r.Amount == 500 }},
		{"a wallet", []string{"channel", "支付宝"}, func(r *txn.Record) bool { return r.Channel == "支付宝" }},
		{"one card of many", []string{"channel", "建设银行储蓄卡(1234)"}, func(r *txn.Record) bool { return r.Channel == "" }},
		{"what a wallet paid", []string{"channel", "12.30"}, func(r *txn.Record) bool { return r.Channel == "" }},
		{"zone assumed", nil, func(r *txn.Record) bool { return r.Flags.Has(txn.ZoneAssumed) }},
		{"currency number", []string{"currency", "344"}, func(r *txn.Record) bool { return r.Currency == "HKD" }},
	}
	for _, tt := range tests {
		r, err := read(t, c, append(append([]string{}, base...), tt.in...)...)
		if err != nil || !tt.check(r) {
			t.Errorf("%s: %v %+v", tt.name, err, r)
		}
	}
}

func TestSpreadsheetNumbers(t *testing.T) {
	c := &Context{Loc: time.UTC}
	for _, tt := range []struct {
		f     Field
		text  string
		check func(r *txn.Record) bool
	}{
		{Code, "0", func(r *txn.Record) bool { return r.Code == "00" }},
		{Code, "5", func(r *txn.Record) bool { return r.Code == "05" }},
		{Code, "100", func(r *txn.Record) bool { return r.Code == "100" }},
		{RRN, "4814769000000000", func(r *txn.Record) bool { return r.RRN == "4814769000000000" && r.Flags.Has(txn.IDPrecision) }},
		{RRN, "4.814769E+15", func(r *txn.Record) bool { return r.RRN == "4814769000000000" }},
		{STAN, "123", func(r *txn.Record) bool { return r.STAN == "000123" && !r.Flags.Has(txn.IDPrecision) }},
		{Amount, "0.30000000000000004", func(r *txn.Record) bool { return r.Amount == 30 }},
		{Amount, "67", func(r *txn.Record) bool { return r.Amount == 6700 }},
		{Time, "42663.62", func(r *txn.Record) bool { return r.At.Time().Format(time.DateTime) == "2016-10-20 14:52:48" }},
		{Time, "42663", func(r *txn.Record) bool { return r.Prec == txn.PrecDay }},
		{Time, "20261120", func(r *txn.Record) bool { return r.At.Time().Format(time.DateOnly) == "2026-11-20" }},
		{SettleOn, "42663", func(r *txn.Record) bool { return r.SettleOn == 20161020 }},
	} {
		r := txn.New()
		c.Begin(r)
		err := c.SetNumber(r, tt.f, tt.text, false)
		if err == nil {
			err = c.Finish(r)
		}
		if err != nil || !tt.check(r) {
			t.Errorf("%v %s: %v %+v %v", tt.f, tt.text, err, r, r.At.Time())
		}
	}
	r := txn.New()
	c.Begin(r)
	if err := c.SetNumber(r, SettleOn, "41201", true); err != nil || r.SettleOn != 20161020 {
		t.Errorf("1904 date: %v %v", r.SettleOn, err)
	}
}

func TestOrdinaryValuesAllocateNothing(t *testing.T) {
	c := &Context{Loc: shanghai(t)}
	r := txn.New()
	row := func() {
		c.Begin(r)
		for _, p := range []struct {
			f Field
			v string
		}{{Time, "2026-11-20 08:15:32.123"}, {Institution, "NSH001"}, {MID, "898330154110001"}, {TID, "10000001"}, {MTI, "0210"},
			{ProcCode, "000000"}, {STAN, "000123"}, {RRN, "123456789012"}, {PAN, "622848******1234"}, {Amount, "000000012300"}, {Code, "00"},
			{Latency, "235ms"}, {Network, "4G"}, {Carrier, "CMCC"}, {Issuer, "ICBC"}, {Text, "通讯超时"}} {
			if err := c.Set(r, p.f, p.v); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.Finish(r); err != nil {
			t.Fatal(err)
		}
	}
	row()
	if n := testing.AllocsPerRun(100, row); n != 0 {
		t.Errorf("%v allocations for an ordinary row", n)
	}
}

func FuzzSet(f *testing.F) {
	f.Add(uint8(Time), "Mon Nov 24 00:00:03 EST 2014.292")
	f.Add(uint8(Amount), "-6,086.11   \t")
	f.Add(uint8(Latency), "1.2s")
	f.Add(uint8(Kind), "预授权完成撤销")
	f.Add(uint8(TimeZone), "+08:00")
	f.Fuzz(func(t *testing.T, b uint8, raw string) {
		c := &Context{Year: 2026}
		r := txn.New()
		c.Begin(r)
		_ = c.Set(r, Field(b%uint8(Count)), raw)
		_ = c.SetNumber(r, Field(b%uint8(Count)), raw, b&1 == 0)
		_ = c.Finish(r)
		Lookup(raw)
	})
}

func TestParseField(t *testing.T) {
	for f := Ignore; f < Count; f++ {
		if got, err := Parse(f.String()); got != f || err != nil {
			t.Errorf("%s: %v, %v", f, got, err)
		}
	}
	if _, err := Parse("sum"); err == nil || !strings.HasPrefix(err.Error(), `unknown field "sum": use one of [ignore time `) {
		t.Error(err)
	}
}

// A business day without a year is near the row's own time, whatever year the file is read in.
func TestBusinessDayNearTheRow(t *testing.T) {
	for in, want := range map[string]txn.Date{"1231": 20231231, "0101": 20240101} {
		for _, c := range []*Context{{Loc: time.UTC, Year: 2026}, {Loc: time.UTC}} {
			var r txn.Record
			c.Begin(&r)
			if err := errors.Join(c.Set(&r, SettleOn, in), c.Set(&r, Time, "2023-12-31 23:15:32"), c.Finish(&r)); err != nil || r.SettleOn != want {
				t.Errorf("%s: %v %v, want %v", in, r.SettleOn, err, want)
			}
		}
	}
	var r txn.Record
	c := &Context{Loc: time.UTC}
	c.Begin(&r)
	if err := errors.Join(c.Set(&r, SettleOn, "1231"), c.Set(&r, Clock, "23:15:32")); err != nil {
		t.Fatal(err)
	}
	if err := c.Finish(&r); err == nil || !strings.Contains(err.Error(), "no year") {
		t.Errorf("no year anywhere: %v %v", r.SettleOn, err)
	}
}

// What stands under the name of a card and is none.
func TestNoCard(t *testing.T) {
	for in, want := range map[string]string{
		"pm_1MgAbcDef": "", "oUpF8uMuAJO": "", "($5.44)": "", "N/A": "", "****": "****", "VISA-1234": "*****1234",
		"XXXXXXXXXXXX1234": "************1234", "4111 11XX XXXX 1111": "411111******1111",
		"4111-1111-1111-1111": "411111******1111", "4111-11**-****-1111": "411111******1111",
	} {
		var r txn.Record
		c := &Context{Loc: time.UTC}
		c.Begin(&r)
		if err := c.Set(&r, PAN, in); err != nil || r.PAN.Masked != want {
			t.Errorf("%s: %q %v, want %q", txn.Scrub(in), txn.Scrub(r.PAN.Masked), err, want)
		}
	}
}

// Gateways write the name of the acquirer that answered; field 32 is a number and says
// nothing about the host.
func TestAcquirerByName(t *testing.T) {
	for value, want := range map[string]string{"HOST-A": "HOST-A", "农商行": "农商行", "48021000": ""} {
		r := &txn.Record{}
		c := &Context{}
		c.Begin(r)
		if err := c.Set(r, Acquirer, value); err != nil {
			t.Fatal(err)
		}
		if r.Institution != want || r.Acquirer != value {
			t.Errorf("%s: institution %q, acquirer %q", value, r.Institution, r.Acquirer)
		}
	}
	for _, name := range []string{"Processor", "payment_gateway", "上游通道", "支付通道名称"} {
		if f, _, ok := Lookup(name); !ok || f != Institution {
			t.Errorf("%s is read as %v", name, f)
		}
	}
}

// A dash is no code and no identifier, and neither is a word of programs for nothing.
func TestDashIsNothing(t *testing.T) {
	c := &Context{}
	for _, word := range []string{"-", "---", "null", "[NULL]", "<null>", "NaT", "none", "暂无"} {
		for _, f := range []Field{Code, RRN, TID, OrderNo, AuthCode, Fee, Amount, Latency, Text} {
			if word == "-" && f == Text {
				continue
			}
			r := txn.New()
			if err := c.Set(r, f, word); err != nil || r.Code+r.RRN+r.TID+r.OrderNo+r.AuthCode+r.Text != "" || r.Fee.Valid() || r.Amount.Valid() {
				t.Errorf("%s %v: %+v, %v", word, f, r, err)
			}
		}
	}
	r := txn.New()
	if err := c.Set(r, Fee, "nan"); err != nil || r.Fee.Valid() {
		t.Errorf("nan: %v, %v", r.Fee, err)
	}
}

// A sheet may have the name of its day, without its year.
func TestDayOfTheSheet(t *testing.T) {
	for name, want := range map[string]txn.Date{"11月20日": 20261120, "11.20": 20261120, "1120": 20261120, "2026-11-20": 20261120, "20261120": 20261120, "13月1日": 0, "02-30": 0, "Sheet1": 0, "7": 0} {
		if got := (&Context{Year: 2026}).DayOf(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := (&Context{}).DayOf("11月20日"); got != 0 {
		t.Errorf("of no year: %v", got)
	}
}
