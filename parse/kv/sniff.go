package kv

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// sniffLines is how many lines of the head are judged.
const sniffLines = 400

// allRecords is the score where every line of the head is a transaction.
const allRecords = 95

// sniff counts the transaction lines at the head of a file.
func sniff(f *format.Format, name string, head []byte) (score int, why string) {
	if f != nil && !f.Detect.Fits(name, head) {
		return 0, "the name or text by which the format is told is not there"
	}
	if !text.Plausible(head) {
		return 0, "it has bytes of control, so it is no text"
	}
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n\x00")
	switch {
	case len(trimmed) == 0:
		return 0, "it is empty"
	case trimmed[0] == '{', trimmed[0] == '[' && bytes.HasPrefix(bytes.TrimLeft(trimmed[1:], " \t\r\n"), []byte("{")):
		return 0, "it is JSON"
	case trimmed[0] == '<' && (len(trimmed) < 2 || trimmed[1] < '0' || trimmed[1] > '9'):
		return 0, "it is XML or HTML"
	}
	t := survey(f, name, head)
	switch {
	case t.records >= 1:
		score = 55 + (allRecords-55)*t.records/max(t.records+t.noise+t.broken, 1)
		if f.Described() {
			score += 3 // a described format goes before the dictionary
		}
		return score, fmt.Sprintf("%d of the first %d lines are transactions of KEY=value pairs", t.records, t.lines)
	case t.broken >= 1:
		return 20, fmt.Sprintf("%d of the first %d lines begin like transactions of KEY=value pairs, and none is complete", t.broken, t.lines)
	case t.stamped >= 3 && t.pairs >= 3:
		return 10, "it is a log with KEY=value pairs, none of them of a transaction so far"
	}
	return 0, "no line has pairs such as RC=00 TID=10000001 AMT=12.50"
}

// tally is what the head of a file holds.
type tally struct {
	lines, records, requests, broken, noise, stamped, pairs int
	fields                                                  field.Set
	phases                                                  phases
	seconds                                                 bool
	units
	begun units // of lines that begin a transaction and have no outcome
}

// units is what tells the unit of amounts that do not state theirs.
type units struct {
	amounts                  field.Shape
	created, named, unionpay int // beside a creation time in Unix time, under the name that an interface in fen has, and UnionPay's
	priced                   int // all of them
}

// minor is the note that says why amounts that do not say their unit are minor units, ""
// where they are not.
func (t *units) minor() string {
	switch {
	case t.priced > 0 && t.named == t.priced && t.amounts.Whole():
		return field.InterfaceNote
	case t.priced > 0 && t.created == t.priced && t.amounts.Large():
		return field.CreatedNote
	case t.amounts.Fen():
		return field.FenNote
	}
	return ""
}

// price looks at the amounts of the line at hand.
func (t *units) price(p *parser) {
	for i := range p.pairs {
		if pr := &p.pairs[i]; pr.field == field.Amount && pr.unit == field.UnitAuto {
			t.amounts.Add(pr.value)
			t.interfaces(p, pr)
		}
	}
}

// interfaces counts an amount of the line at hand by what stands beside it.
func (t *units) interfaces(p *parser, amount *pair) {
	t.priced++
	named := false // as an interface has it
	for i := range p.pairs {
		pr := &p.pairs[i]
		if len(pr.name) >= 7 && strings.EqualFold(pr.name[:5], "creat") && len(pr.value) == 10 && digits.Only(pr.value) {
			t.created++
			return
		}
		named = named || field.InterfaceAmount(amount.name, pr.name)
	}
	if named {
		t.named++
		if amount.name == "txnAmt" {
			t.unionpay++
		}
	}
}

type discard struct{}

func (discard) Record(*txn.Record, int)   {}
func (discard) Reject(*entry.Reject, int) {}
func (discard) Skip(entry.Skip, int)      {}

func survey(f *format.Format, name string, head []byte) tally {
	// The side is given so that the parser does not ask for it here again.
	p := newParser(f, &entry.Stream{Src: &txn.Source{Name: name}, Side: txn.Terminal}, discard{})
	p.charset = text.Judge(head)
	var t tally
	all := text.Of(head)
	if len(head) >= 32<<10 { // the last line of a long head is cut
		if i := strings.LastIndexByte(all, '\n'); i > 0 {
			all = all[:i]
		}
	}
	for line := range strings.Lines(all) {
		if t.lines >= sniffLines {
			break
		}
		line = strings.Trim(strings.TrimRight(strings.TrimPrefix(line, "\ufeff"), "\r\n"), "\x00")
		if text.Blank(line) {
			continue
		}
		t.lines++
		s, _ := p.charset.Decode(line)
		if strings.Count(s, string(utf8.RuneError)) > 10 {
			continue
		}
		h := p.parse(s)
		if h.stamp != "" {
			t.stamped++
		}
		t.pairs += min(len(p.pairs), 1)
		what := p.judge(h)
		t.phases.add(p, s, h, what)
		switch what {
		case field.Answer, field.Request:
			if what == field.Request {
				t.requests++
			}
			t.records++
			for i := range p.pairs {
				pr := &p.pairs[i]
				t.fields |= 1 << pr.field
				t.seconds = t.seconds || pr.field == field.Latency && pr.unit == field.UnitAuto && field.BelowOne(pr.value)
			}
			t.price(p)
		case field.Partial:
			t.broken++
			t.begun.price(p)
		default:
			t.noise++
		}
	}
	if t.phases.found {
		t.records += t.phases.lines
		t.requests += t.phases.lines
		t.broken -= t.phases.lines
		if t.priced == 0 {
			t.units = t.begun
		}
	}
	return t
}

// side is what the format says, or tells a switch log from a terminal log: only a
// switch names the acquiring and forwarding institutions of its messages.
func (t *tally) side(f *format.Format) txn.Side {
	switch {
	case f != nil && f.Side != txn.SideUnknown:
		return f.Side
	case t.fields.Has(field.Acquirer) && t.fields.Has(field.Forwarder):
		return txn.Switch
	}
	return txn.Terminal
}
