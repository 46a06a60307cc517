package main

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/poslog/poslog/evidence"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

// fill writes the events into a book, with the log's and the export's gaps.
func (b *builder) fill(w *world) {
	noLatency, noReversals, noCards := b.Float64() < b.h.noLatency, b.Float64() < b.h.noReversals, b.Float64() < b.h.noCards
	skew := make([]float64, b.terminals)
	for i := range skew {
		skew[i] = 60 * b.NormFloat64()
	}
	lost, missing := b.between(b.h.lost), 0.0
	hole := [2]float64{-1, -1}
	if b.Float64() < b.h.partial {
		missing = .6 * b.Float64()
		if b.Float64() < .5 { // a stretch of the period is missing instead
			missing = 0
			hole[0] = b.Float64() * float64(b.days) * 86400
			hole[1] = hole[0] + float64(b.days)*86400*.4*b.Float64()
		}
	}
	order := make([]int, len(b.events))
	for i := range order {
		order[i] = i
		b.events[i].at += skew[b.events[i].terminal]
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(b.events[x].at, b.events[y].at) })
	rank := make([]int, len(order))
	w.book = mem.New()
	r := txn.New()
	end := float64(b.days-1)*86400 + float64(b.h.cutOff)*3600 // the export ends with the last cut-off
	w.until = txn.At(start.Add(time.Duration(end) * time.Second))
	for _, i := range order {
		e := &b.events[i]
		rank[i] = -1
		if e.reason && noReversals {
			continue
		}
		rank[i] = len(w.settled)
		r.Reset()
		r.Pos = txn.Pos{Src: source, Line: uint32(len(w.settled) + 1)}
		r.Side, r.Kind, r.Code, r.Origin, r.Prec = txn.Terminal, e.kind, e.code, txn.Host, txn.PrecSecond
		r.At = txn.At(start.Add(time.Duration(e.at) * time.Second))
		r.Amount = txn.Minor(max(1, e.amount))
		r.Institution, r.MID, r.TID = "银行", fmt.Sprintf("M%03d", e.terminal/5), fmt.Sprintf("T%05d", e.terminal)
		r.EntryMode = "021"
		if e.chip {
			r.EntryMode = "051"
		}
		if !noLatency && e.latency >= 0 {
			r.Latency = int32(min(e.latency, b.timeout*1.05))
		}
		if e.auth {
			r.AuthCode = "1"
		}
		if !noCards {
			r.PAN = txn.PAN{Masked: "622848******0000", Token: e.card}
		}
		if e.silent {
			r.Flags |= txn.TimedOut
		}
		if e.reason {
			r.Kind, r.Origin, r.MTI = txn.Reversal, txn.ReversalReason, "0400"
		}
		w.book.Add(r)
		found := e.booked && e.at < end && b.Float64() >= lost+missing && !(e.at >= hole[0] && e.at < hole[1])
		if !e.booked && !e.reason && b.Float64() < .002 {
			found = true // the same keys by chance
		}
		w.settled = append(w.settled, found && !e.reason)
	}
	w.book.Freeze()
	w.reversedBy = make([]int, len(w.settled))
	for i := range w.reversedBy {
		w.reversedBy[i] = -1
	}
	for i, e := range b.events {
		if e.reason && rank[i] >= 0 && rank[e.of] >= 0 {
			w.reversedBy[rank[e.of]] = rank[i]
		}
	}
}

// verdict asks poslog for its card: the one with most rows of the open code.
func (w *world) verdict() (card evidence.Card) {
	in := evidence.Input{
		ReversedBy: func(i int) int { return w.reversedBy[i] },
		Windows:    w.windows, Location: china,
	}
	if w.settlement {
		in.HasSettlement = true
		in.Settled = func(i int) int {
			if w.settled[i] {
				return i
			}
			return -1
		}
		in.SettlementCovers = func(r *ledger.Row) bool { return r.At < w.until }
	}
	for _, c := range evidence.Gather(w.book, in).Cards() {
		if c.Code == openCode && !c.Reason && c.N > card.N {
			card = c
		}
	}
	return card
}
