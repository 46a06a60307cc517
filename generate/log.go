package generate

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/poslog/poslog/txn"
)

// writeLog writes the key=value log of one institution (-1 = all): one line
// per message in the order in which the front end saw them, and now and then a
// line of its own that is no transaction.
func (w *World) writeLog(out io.Writer, institution int, mark marker) error {
	b := bufio.NewWriterSize(out, 1<<16)
	r := newRNG(w.Seed, w.Name+"/noise")
	line := 0
	var rec txn.Record
	for i := range w.Rows {
		x := &w.Rows[i]
		if institution >= 0 && w.Terminals[x.Term].Institution != institution || x.Flags&Lost != 0 {
			continue
		}
		w.record(int32(i), &rec)
		if r.intn(400) == 0 {
			line++
			fmt.Fprintf(b, "%s INFO SYS heartbeat queue=%d\n", w.stamp(x.At), r.intn(3))
		}
		line++
		mark(int32(i), line)
		stamp := w.stamp(rec.At)
		if rec.Prec == txn.PrecSecond {
			stamp = stamp[:len(stamp)-4]
		}
		fmt.Fprintf(b, "%s INFO TXN INST=%s MID=%s TID=%s MTI=%s", stamp, rec.Institution, rec.MID, rec.TID, rec.MTI)
		field(b, "PCODE", rec.ProcCode)
		field(b, "STAN", rec.STAN)
		field(b, "BATCH", rec.Batch)
		field(b, "RRN", rec.RRN)
		field(b, "AUTH", rec.AuthCode)
		if x.Kind == txn.Void || x.Kind == txn.Refund {
			field(b, "ORIGSTAN", rec.OrigSTAN)
		}
		if rec.PAN.Masked != "" {
			pan := rec.PAN.Masked
			if w.opt.FullPAN {
				pan = w.pan(x.Card)
				fmt.Fprintf(b, " TRACK2=%s=30122010000000000000", pan)
			}
			fmt.Fprintf(b, " PAN=%s", pan)
		}
		if x.Amount.Valid() {
			fmt.Fprintf(b, " AMT=%012d", x.Amount)
		}
		fmt.Fprintf(b, " RC=%s", rec.Code)
		if rec.Latency != txn.NoLatency {
			fmt.Fprintf(b, " RT=%dms", rec.Latency)
		}
		field(b, "NET", rec.Network)
		field(b, "CARRIER", rec.Carrier)
		field(b, "REGION", rec.Region)
		field(b, "ISSUER", rec.Issuer)
		field(b, "MODEL", rec.Model)
		if rec.Text != "" {
			fmt.Fprintf(b, " ERR=%q", rec.Text)
		}
		b.WriteByte('\n')
	}
	return b.Flush()
}

func field(b *bufio.Writer, key, value string) {
	if value != "" {
		b.WriteByte(' ')
		b.WriteString(key)
		b.WriteByte('=')
		b.WriteString(value)
	}
}

func (w *World) stamp(at txn.Instant) string {
	return at.Time().In(w.Zone).Format("2006-01-02 15:04:05.000")
}

// writeJPOS writes the XML log of a jPOS switch for all institutions: the
// request as it came in, and the answer or the time-out. The switch logs in the order
// of its own clock.
func (w *World) writeJPOS(out io.Writer, mark marker) error {
	b := bufio.NewWriterSize(out, 1<<16)
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<logger class=\"org.jpos.util.DailyLogListener\">\n")
	type block struct {
		at  txn.Instant
		row int32
		ans bool
	}
	var blocks []block
	for i := range w.Rows {
		if x := &w.Rows[i]; x.Flags&Lost == 0 {
			blocks = append(blocks, block{x.At, int32(i), false}, block{x.At.Add(time.Duration(x.Latency) * time.Millisecond), int32(i), true})
		}
	}
	slices.SortStableFunc(blocks, func(p, q block) int { return int(max(-1, min(1, p.at-q.at))) })
	line := 2
	var rec txn.Record
	for _, k := range blocks {
		x := &w.Rows[k.row]
		w.record(k.row, &rec)
		if !k.ans {
			mark(k.row, line+1)
		}
		n, err := w.jposBlock(b, x, &rec, k.at, k.ans)
		if err != nil {
			return err
		}
		line += n
	}
	b.WriteString("</logger>\n")
	return b.Flush()
}

// jposBlock writes one <log> element and returns its number of lines.
func (w *World) jposBlock(b *bufio.Writer, x *Row, rec *txn.Record, at txn.Instant, answer bool) (int, error) {
	local := at.Time().In(w.Zone)
	realm := fmt.Sprintf("pos.channel/10.%d.%d.%d:%d", w.Terminals[x.Term].Institution+1, x.Term/250, x.Term%250+1, 40000+int(x.Term)%20000)
	life := int32(0)
	if answer {
		life = x.Latency
	}
	fmt.Fprintf(b, "<log realm=%q at=%q lifespan=\"%dms\">\n", realm, local.Format("2006-01-02T15:04:05.000"), life)
	if answer && x.Flags&Answered == 0 {
		tag := "io-timeout"
		if x.Text == textPeer || x.Text == textConnect {
			tag = "peer-disconnect"
		}
		fmt.Fprintf(b, "  <receive>\n    <%s/>\n  </receive>\n</log>\n", tag)
		return 5, nil
	}
	verb, dir, mti := "receive", "incoming", mtis[x.Kind][0]
	if answer {
		verb, dir, mti = "send", "outgoing", mtis[x.Kind][1]
		if x.Kind == txn.Reversal {
			mti = "0410"
		}
	}
	n := 0
	put := func(id int, v string) {
		if v != "" {
			n++
			fmt.Fprintf(b, "      <field id=\"%d\" value=\"%s\"/>\n", id, v)
		}
	}
	fmt.Fprintf(b, "  <%s>\n    <isomsg direction=%q>\n", verb, dir)
	put(0, mti)
	if w.opt.FullPAN && rec.PAN.Masked != "" {
		put(2, w.pan(x.Card))
	} else if rec.PAN.Masked != "" {
		put(2, rec.PAN.Masked[:6]+"______"+rec.PAN.Masked[12:])
	}
	put(3, rec.ProcCode)
	if x.Amount.Valid() {
		put(4, fmt.Sprintf("%012d", x.Amount))
	}
	sent := rec.At.Time().In(w.Zone)
	put(7, sent.Format("0102150405"))
	put(11, rec.STAN)
	put(12, sent.Format("150405"))
	put(13, sent.Format("0102"))
	put(32, rec.Institution)
	switch {
	case answer && x.Kind == txn.Reversal:
		put(39, "00")
	case answer:
		put(37, rec.RRN)
		put(38, rec.AuthCode)
		put(39, rec.Code)
	case x.Kind == txn.Reversal:
		put(39, rec.Code)
	}
	put(41, rec.TID)
	put(42, rec.MID)
	fmt.Fprintf(b, "    </isomsg>\n  </%s>\n</log>\n", verb)
	return n + 6, nil
}
