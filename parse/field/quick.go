package field

import (
	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/txn"
)

// Quick stores a value that has the shape that most have: a number, an amount with two
// decimals or of twelve digits, a duration, the time or date of about the row before. It
// returns false, having done nothing, where the value needs a closer look. What it
// stores is what [Context.Set] would.
func (c *Context) Quick(r *txn.Record, f Field, s string) bool {
	switch f {
	case Time:
		return c.quickTime(r, s) || c.quickClock(s)
	case Date:
		return c.quickDate(s)
	case Clock:
		return c.quickClock(s)
	case Amount, Fee, Net:
		return c.quickAmount(r, f, s)
	case Latency:
		if n := len(s); n > 2 && n < 9 && s[n-2] == 'm' && s[n-1] == 's' {
			ms, ok := digits.Value(s[:n-2])
			if ok {
				r.Latency = int32(ms)
			}
			return ok
		}
		return false
	case TID, MID, STAN, RRN, ProcCode, Code, Batch, OrderNo, ChannelNo:
		if !digits.Only(s) {
			return false
		}
		switch f {
		case Code:
			r.Code = s
		case Batch:
			r.Batch = s
		case OrderNo:
			r.OrderNo = s
		case ChannelNo:
			r.ChannelNo = s
		default:
			return c.setPlain(r, f, s) == nil
		}
		return true
	}
	return false
}

// quickAmount takes 000000012300 and 123.00.
func (c *Context) quickAmount(r *txn.Record, f Field, s string) bool {
	n, unit := len(s), c.Units[f]
	var v uint64
	var ok bool
	major := n > 3 && s[n-3] == '.'
	switch {
	case n == 12 && !major:
		if unit != UnitAuto && unit != Minor && unit != Whole {
			return false
		}
		v, ok = digits.Value(s)
	case major && n < 16:
		if unit > Major && unit != Whole || c.Decimal == DecimalComma {
			return false
		}
		tens, ones := s[n-2]-'0', s[n-1]-'0'
		v, ok = digits.Value(s[:n-3])
		v, ok = v*100+uint64(tens)*10+uint64(ones), ok && tens < 10 && ones < 10
	}
	if !ok {
		return false
	}
	to, part := &r.Amount, amountPart
	switch f {
	case Amount:
		if v == 0 && r.Amount.Valid() && r.Amount != 0 {
			return true // of what was ordered nothing was paid
		}
		c.row.negative, c.row.letter = false, 0
	case Fee:
		to, part = &r.Fee, feePart
	case Net:
		to, part = &r.Net, netPart
	}
	*to = txn.Minor(v)
	c.row.waits &^= 1 << part
	if major {
		c.await(part, f, s, false)
	}
	return true
}

// quickDate takes the date of the row before.
func (c *Context) quickDate(s string) bool {
	d := &c.day
	if d.n == 0 || d.read != c.Order || string(d.text[:d.n]) != s || d.day.clock {
		return false
	}
	c.row.at.merge(&d.day)
	c.row.pending = true
	return true
}

// quickClock takes 08:15:32.
func (c *Context) quickClock(s string) bool {
	if len(s) != 8 || s[2] != ':' || s[5] != ':' {
		return false
	}
	h1, h2, m1, m2, s1, s2 := s[0]-'0', s[1]-'0', s[3]-'0', s[4]-'0', s[6]-'0', s[7]-'0'
	if h1 > 2 || h2 > 9 || m1 > 5 || m2 > 9 || s1 > 5 || s2 > 9 || h1 == 2 && h2 > 3 {
		return false
	}
	at := &c.row.at
	if !at.clock || at.midnight {
		at.hour, at.min, at.sec, at.micro = int(h1*10+h2), int(m1*10+m2), int(s1*10+s2), 0
		at.clock, at.midnight, at.prec = true, false, txn.PrecSecond
	} else if at.prec == txn.PrecNone {
		at.prec = txn.PrecSecond
	}
	c.row.pending = true
	return true
}
