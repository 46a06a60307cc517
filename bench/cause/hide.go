package main

import (
	"iter"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// hiddenBook is a book without some of its columns.
type hiddenBook struct {
	ledger.Book
	places []ledger.Place
	rows   []ledger.Row
}

func hidden(b ledger.Book, v view) ledger.Book {
	h := &hiddenBook{Book: b}
	for i := range b.Places() {
		p := *b.Place(uint32(i))
		if v.noLines {
			p.Carrier, p.Region, p.Network = 0, 0, 0
		}
		h.places = append(h.places, p)
	}
	for _, r := range b.Rows(txn.Terminal) {
		x := *r
		if v.noLatency {
			x.Latency = txn.NoLatency
		}
		h.rows = append(h.rows, x)
	}
	return h
}

func (h *hiddenBook) Place(id uint32) *ledger.Place { return &h.places[id] }

func (h *hiddenBook) Row(s txn.Side, i int) ledger.Row {
	if s == txn.Settlement {
		return h.Book.Row(s, i)
	}
	return h.rows[i]
}

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
