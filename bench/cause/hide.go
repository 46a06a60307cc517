package main

import (
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// view is what the data lack, to see what an answer is worth without it.
type view struct {
	noCalendar, noLines, noLatency bool
	minutes                        bool // times to the minute, as many exports have them
	answers                        bool // what got no answer has no row
	ownCodes                       bool // a code table that nobody has seen: only approvals are known
}

// words name the single lacks.
var words = map[string]view{"calendar": {noCalendar: true}, "lines": {noLines: true}, "latency": {noLatency: true},
	"seconds": {minutes: true}, "unanswered": {answers: true}, "codes": {ownCodes: true}}

// form is one way in which real logs differ from a whole one.
type form struct {
	name string
	view view
}

// forms are the logs in which the confounders are looked at besides whole ones.
var forms = []form{
	{"no calendar", view{noCalendar: true}},
	{"no carrier, region, network", view{noLines: true}},
	{"no answer times", view{noLatency: true}},
	{"times to the minute, no answer times", view{minutes: true, noLatency: true}},
	{"no row without an answer", view{answers: true}},
	{"codes of an unknown table", view{ownCodes: true}},
	{"no calendar, lines, answer times", view{noCalendar: true, noLines: true, noLatency: true}},
}

// parseView reads words with commas between them.
func parseView(s string) (v view, err error) {
	for _, name := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' }) {
		w, ok := words[name]
		if !ok {
			return v, fmt.Errorf("unknown column %q to hide: use calendar, lines, latency, seconds, unanswered or codes", name)
		}
		v = v.and(w)
	}
	return v, nil
}

// and lacks what either lacks.
func (v view) and(w view) view {
	return view{v.noCalendar || w.noCalendar, v.noLines || w.noLines, v.noLatency || w.noLatency, v.minutes || w.minutes, v.answers || w.answers, v.ownCodes || w.ownCodes}
}

// hiddenBook is a book without some of its columns and rows.
type hiddenBook struct {
	ledger.Book
	ownCodes bool
	places   []ledger.Place
	rows     []ledger.Row
}

func hidden(b ledger.Book, v view) ledger.Book {
	if v == (view{noCalendar: v.noCalendar}) {
		return b
	}
	h := &hiddenBook{Book: b, ownCodes: v.ownCodes}
	for i := range b.Places() {
		p := *b.Place(uint32(i))
		if v.noLines {
			p.Carrier, p.Region, p.Network = 0, 0, 0
		}
		h.places = append(h.places, p)
	}
	for _, r := range b.Rows(txn.Terminal) {
		x := *r
		if v.answers && x.Code == 0 && x.Origin != txn.Host && x.Kind != txn.Reversal {
			continue
		}
		if v.noLatency {
			x.Latency = txn.NoLatency
		}
		if v.minutes {
			x.At -= x.At % txn.Instant(time.Minute/time.Microsecond)
			x.Prec = txn.PrecMinute
		}
		h.rows = append(h.rows, x)
	}
	return h
}

// Code renames all codes but that of approvals.
func (h *hiddenBook) Code(id uint16) string {
	c := h.Book.Code(id)
	if h.ownCodes && c != "" && c != "00" {
		return "X" + c
	}
	return c
}

func (h *hiddenBook) Len(s txn.Side) int {
	if s == txn.Settlement {
		return h.Book.Len(s)
	}
	return len(h.rows)
}

func (h *hiddenBook) At(s txn.Side, i int) txn.Instant {
	if s == txn.Settlement {
		return h.Book.At(s, i)
	}
	return h.rows[i].At
}

func (h *hiddenBook) Place(id uint32) *ledger.Place { return &h.places[id] }

func (h *hiddenBook) Row(s txn.Side, i int) ledger.Row {
	if s == txn.Settlement {
		return h.Book.Row(s, i)
	}
	return h.rows[i]
}

func (h *hiddenBook) Brief(s txn.Side, i int) ledger.Brief {
	r := h.Row(s, i)
	return r.Brief()
}

func (h *hiddenBook) RRN(s txn.Side, i int) ledger.Key { return h.Row(s, i).RRN }

func (h *hiddenBook) Rows(s txn.Side) iter.Seq2[int, *ledger.Row] {
	return h.Range(s, 0, h.Len(s))
}

func (h *hiddenBook) Range(s txn.Side, lo, hi int) iter.Seq2[int, *ledger.Row] {
	if s == txn.Settlement {
		return h.Book.Range(s, lo, hi)
	}
	return func(yield func(int, *ledger.Row) bool) {
		for i := lo; i < hi; i++ {
			if !yield(i, &h.rows[i]) {
				return
			}
		}
	}
}
