package parse

import (
	"fmt"
	"slices"
	"strings"

	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/txn"
)

// open is what the records of an input leave open, which its totals do not show: kinds that nobody
// knows count as sales, and payments without an amount as nothing.
type open struct {
	words  []string // for kinds that nobody knows, the first in order of the alphabet
	known  bool     // a kind is
	paid   int      // approved payments
	unsaid int      // those without an amount
	turned int      // sales whose amount is below zero
	gone   int      // payments that went out
	booked bool     // those without an amount are of a settlement file
	coded  int      // payments of a settlement file that have a response code
	silent int      // those that have neither that nor a state
}

const mostWords = 5 // that a note lists

func (o *open) add(r *txn.Record) {
	switch r.Kind {
	case txn.KindUnknown:
		if r.Doing != "" && r.Amount.Valid() {
			o.word(r.Doing)
		}
	case txn.Sale, txn.Refund, txn.Completion:
		if o.known = true; r.Kind == txn.Refund && r.Doing != "" {
			o.turned++
		}
	default:
		if o.known = true; r.Kind == txn.Other && r.Doing != "" {
			o.gone++
		}
		return
	}
	switch {
	case r.Side != txn.Settlement:
	case r.Code != "":
		o.coded++
	case r.Status == "":
		o.silent++
	}
	if strings.Trim(r.Code, "0") != "" || r.Code == "" && (r.Side != txn.Settlement || r.Status != "") {
		return
	}
	if o.paid++; !r.Amount.Valid() && !r.Net.Valid() {
		o.unsaid++
		o.booked = o.booked || r.Side == txn.Settlement
	}
}

// word keeps a word if it is one of the first.
func (o *open) word(w string) {
	at, found := slices.BinarySearch(o.words, w)
	if found || at > mostWords || len(w) > 40 || field.FailedKind(w) {
		return
	}
	o.words = slices.Insert(o.words, at, strings.Clone(w))
	o.words = o.words[:min(len(o.words), mostWords+1)]
}

func (o *open) join(p *open) {
	for _, w := range p.words {
		o.word(w)
	}
	o.known = o.known || p.known
	o.paid += p.paid
	o.unsaid += p.unsaid
	o.booked = o.booked || p.booked
	o.coded += p.coded
	o.turned += p.turned
	o.gone += p.gone
	o.silent += p.silent
}

func (o *open) notes() (list []string) {
	if n := len(o.words); n > 1 || n > 0 && o.known {
		words := slices.Clone(o.words)
		if n > mostWords {
			words[mostWords] = "…"
		}
		list = append(list, fmt.Sprintf("rows of the kind %s count as sales: the words are not known; list them under kinds: in a format file if they are not", txn.Scrub(strings.Join(words, ", "))))
	}
	if o.turned > 0 {
		list = append(list, fmt.Sprintf("%d sales have amounts below zero: they count as refunds", o.turned))
	}
	if o.gone > 0 {
		list = append(list, fmt.Sprintf("%d rows of money that went out count neither as sales nor as refunds", o.gone))
	}
	if o.unsaid > 0 && (o.booked || o.unsaid < o.paid) {
		list = append(list, fmt.Sprintf("%d of %d approved payments have no amount: totals of money are without them", o.unsaid, o.paid))
	}
	if o.coded > 0 && o.silent > 0 {
		list = append(list, fmt.Sprintf("%d of %d payments have no response code, which the others have: they count as settled", o.silent, o.coded+o.silent))
	}
	return list
}
