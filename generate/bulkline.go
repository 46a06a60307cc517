package generate

import (
	"bytes"
	"strconv"
	"time"
)

var bulkStart = time.Date(2026, 11, 20, 0, 0, 0, 0, china)

func bulkDay(ms int64) string {
	return bulkStart.AddDate(0, 0, int(ms/86_400_000)).Format("2006-01-02")
}

func bulkClock(ms int64) string { return string(appendClock(nil, ms)) }

// appendStamp writes "2026-11-20 08:15:32" with separators of a layout's choice.
func appendStamp(b []byte, ms int64, sep byte) []byte {
	day := int(ms / 86_400_000)
	b = append(b, "2026"...)
	b = append(b, sep, '1', '1', sep)
	if day > 10 { // beyond November: the slow way
		b = bulkStart.AddDate(0, 0, day).AppendFormat(b[:len(b)-8], "2006"+string(sep)+"01"+string(sep)+"02")
	} else {
		b = appendDigits(b, uint64(20+day), 2)
	}
	b = append(b, ' ')
	return appendClock(b, ms)
}

func appendClock(b []byte, ms int64) []byte {
	s := uint64(ms / 1000 % 86400)
	b = append(appendDigits(b, s/3600, 2), ':')
	b = append(appendDigits(b, s/60%60, 2), ':')
	return appendDigits(b, s%60, 2)
}

func appendDigits(b []byte, v uint64, n int) []byte {
	b = append(b, "000000000000"[:n]...)
	for i := len(b) - 1; n > 0; i, n = i-1, n-1 {
		b[i] = byte('0' + v%10)
		v /= 10
	}
	return b
}

func bulkTID(t uint32) int { return 10_000_000 + int(t) }

func bulkMID(t uint32) string { return "89833015411" + digits(t%10000, 4) }

func bulkFee(fen uint32) uint32 { return (fen*6 + 500) / 1000 }

// testDigit makes 622848 00000 ? last4 satisfy Luhn. Digits at odd places from
// the right are doubled: the one asked for is the fifth, which is not.
func testDigit(last4 uint16) byte {
	sum := 3 + 2 + 4 + 8 + 8 + 8 // 622848 at places 16 to 11; 6, 2 and 4 doubled make 3, 4 and 8
	for place, v := 1, int(last4); place <= 4; place, v = place+1, v/10 {
		d := v % 10
		if place%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return byte('0' + (10-sum%10)%10)
}

// logLine appends one line in one of three layouts.
func (b *bulk) logLine(l []byte, x *bulkRow, layout int, whole bool) []byte {
	pan := func() {
		if whole {
			l = append(append(l, "62284800000"...), testDigit(x.last4))
		} else {
			l = append(l, "622848******"...)
		}
		l = appendDigits(l, uint64(x.last4), 4)
	}
	switch layout {
	case 1: // other keys, other order, yuan
		l = append(appendStamp(l, x.at, '-'), ' ')
		l = append(l, "[worker-"...)
		l = strconv.AppendInt(l, int64(x.term%16), 10)
		l = append(l, "] INFO tran respcode="...)
		l = append(l, bulkCode(int(x.code))...)
		l = strconv.AppendInt(append(l, " cost="...), int64(x.latency), 10)
		l = strconv.AppendInt(append(l, " amount="...), int64(x.fen/100), 10)
		l = appendDigits(append(l, '.'), uint64(x.fen%100), 2)
		l = strconv.AppendInt(append(l, " termid="...), int64(bulkTID(x.term)), 10)
		l = appendDigits(append(l, " trace="...), uint64(x.stan), 6)
		l = appendDigits(append(l, " refno="...), x.rrn, 12)
		l = append(l, " msgtype=0210 card="...)
		pan()
		return l
	case 2: // ISO field numbers
		l = append(appendStamp(l, x.at, '/'), '.')
		l = appendDigits(l, uint64(x.at%1000), 3)
		l = append(l, " INFO ISO F0=0210 F3=000000 F4="...)
		l = appendDigits(l, uint64(x.fen), 12)
		l = appendDigits(append(l, " F11="...), uint64(x.stan), 6)
		l = appendDigits(append(l, " F37="...), x.rrn, 12)
		l = append(append(l, " F39="...), bulkCode(int(x.code))...)
		l = strconv.AppendInt(append(l, " F41="...), int64(bulkTID(x.term)), 10)
		l = append(append(l, " F42="...), bulkMID(x.term)...)
		l = append(l, " F2="...)
		pan()
		l = strconv.AppendInt(append(l, " elapsed="...), int64(x.latency), 10)
		return append(l, "ms"...)
	}
	l = append(appendStamp(l, x.at, '-'), '.')
	l = appendDigits(l, uint64(x.at%1000), 3)
	l = append(l, " INFO TXN INST=NSH001 MID="...)
	l = append(l, bulkMID(x.term)...)
	l = strconv.AppendInt(append(l, " TID="...), int64(bulkTID(x.term)), 10)
	l = append(l, " MTI=0210 PCODE=000000 STAN="...)
	l = appendDigits(l, uint64(x.stan), 6)
	l = appendDigits(append(l, " RRN="...), x.rrn, 12)
	l = append(l, " PAN="...)
	pan()
	l = appendDigits(append(l, " AMT="...), uint64(x.fen), 12)
	l = append(append(l, " RC="...), bulkCode(int(x.code))...)
	l = strconv.AppendInt(append(l, " RT="...), int64(x.latency), 10)
	return append(l, "ms NET=4G"...)
}

// dirtyLine appends a line of the dirty log: three layouts, one line in ten
// with Chinese text, one in twenty with a whole test card number, one in a hundred
// broken.
func (b *bulk) dirtyLine(l []byte, x *bulkRow) []byte {
	r := b.dirt
	layout := r.intn(3)
	whole := r.intn(20) == 0
	l = b.logLine(l, x, layout, whole)
	if r.intn(100) == 0 {
		b.n.Broken++
		return breakLine(l, r)
	}
	if whole {
		b.n.Unmasked++
	}
	if r.intn(10) == 0 {
		b.n.Chinese++
		l = append(l, []string{" REGION=杭州", ` ERR="通讯超时，请重试"`, ` ERR="发卡行不能操作"`}[r.intn(3)]...)
	}
	return l
}

// breakLine spoils a line so that no sound record is left: torn in its first
// half, bytes that are no text, or a time that cannot be.
func breakLine(l []byte, r *rng) []byte {
	switch r.intn(3) {
	case 0:
		return l[:24+r.intn(len(l)/3)]
	case 1:
		for i := range l {
			if l[i] == '=' {
				l[i] = byte(0x80 + r.intn(0x40))
			}
		}
		return l
	}
	return bytes.Replace(l, []byte(":"), []byte("7:9"), 1)
}

func (b *bulk) approvalLine(l []byte, x *bulkRow) []byte {
	l = strconv.AppendInt(l, int64(bulkTID(x.term)), 10)
	l = appendDigits(append(l, ','), uint64(x.stan), 6)
	l = appendDigits(append(l, ','), x.rrn, 12)
	l = strconv.AppendInt(append(l, ','), int64(x.fen/100), 10)
	l = appendDigits(append(l, '.'), uint64(x.fen%100), 2)
	l = appendStamp(append(l, ','), x.at, '-')
	return append(l, '\r', '\n')
}

func settleLine(l []byte, x *bulkRow, shop []byte, kind string) []byte {
	from := len(l)
	l = appendStamp(l, x.at, '-')
	l = l[:from+10] // the day alone
	l = append(append(l, ','), bulkMID(x.term)...)
	l = append(append(l, ','), shop...)
	l = strconv.AppendInt(append(l, ','), int64(bulkTID(x.term)), 10)
	l = appendStamp(append(l, ','), x.at, '-')
	l[len(l)-9] = ','
	l = appendDigits(append(l, ','), uint64(x.stan), 6)
	l = appendDigits(append(l, ','), x.rrn, 12)
	l = append(append(l, ','), kind...)
	f := bulkFee(x.fen)
	for _, v := range [...]uint32{x.fen, f, x.fen - f} {
		l = strconv.AppendInt(append(l, ','), int64(v/100), 10)
		l = appendDigits(append(l, '.'), uint64(v%100), 2)
	}
	return append(l, '\r', '\n')
}
