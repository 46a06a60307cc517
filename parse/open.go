package parse

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/txn"
)

// open is what the records of an input leave open, which its totals do not show: kinds that nobody
// knows count as sales, and payments without an amount as nothing.
type open struct {
	words  words // for kinds that nobody knows
	known  bool  // a kind is
	paid   int   // approved payments
	unsaid int   // those without an amount
	turned int   // sales whose amount is below zero
	beside int   // rows of a settlement file that are neither sales nor refunds, whose words are others
	others words
	back   words  // of rows that undo refunds
	torn   words  // states of payments that a log has as approved, and as failed or taken back
	state  string // of the last of them
	booked bool   // those without an amount are of a settlement file
	coded  int    // payments of a settlement file that have a response code
	silent int    // those that have neither that nor a state
	lost   int    // payments of a log that failed and have no amount
	priced int    // rows with an amount
	stated int    // those that state its currency
	legs   legs

	yearless int // rows whose times state no year
}

const mostWords = 5 // that a note lists

func (o *open) add(r *txn.Record) {
	o.legs.add(r)
	if r.Flags&txn.YearInferred != 0 {
		o.yearless++
	}
	if r.Amount.Valid() {
		if o.priced++; r.Currency != "" {
			o.stated++
		}
	}
	switch r.Kind {
	case txn.KindUnknown:
		switch {
		case r.Doing == "" || !r.Amount.Valid() || field.FailedKind(r.Doing):
		case field.UndoesRefund(r.Doing):
			o.back.add(r.Doing)
		default:
			o.words.add(r.Doing)
		}
	case txn.Sale, txn.Refund, txn.Completion:
		if o.known = true; r.Kind == txn.Refund && r.Doing != "" {
			o.turned++
		}
	default:
		if o.known = true; r.Kind == txn.Other && r.Doing != "" && r.Side == txn.Settlement && r.Amount.Valid() {
			o.beside++
			o.others.add(r.Doing)
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
	if !r.Amount.Valid() && r.Side != txn.Settlement && (strings.Trim(r.Code, "0") != "" || r.Flags&(txn.NoAnswer|txn.TimedOut) != 0 || field.FailedKind(r.Status)) {
		o.lost++
	}
	if strings.Trim(r.Code, "0") != "" || r.Code == "" && (r.Side != txn.Settlement || r.Status != "") {
		return
	}
	if r.Side != txn.Settlement && r.Status != "" && r.Status != o.state { // most have the same
		if o.state = strings.Clone(r.Status); undone(o.state) {
			o.torn.add(o.state)
		}
	}
	if o.paid++; !r.Amount.Valid() && !r.Net.Valid() {
		o.unsaid++
		o.booked = o.booked || r.Side == txn.Settlement
	}
}

// undone reports whether a state says that nothing came of a payment, or not for long.
func undone(status string) bool {
	k := field.ParseKind(status)
	return field.FailedKind(status) || k == txn.Void || k == txn.Reversal
}

// words are the first ones in order of the alphabet, and one more.
type words []string

func (list *words) add(w string) {
	at, found := slices.BinarySearch(*list, w)
	if found || at > mostWords || len(w) > 40 {
		return
	}
	*list = slices.Insert(*list, at, strings.Clone(w))
	*list = (*list)[:min(len(*list), mostWords+1)]
}

func (list words) String() string {
	if len(list) > mostWords {
		list = append(slices.Clone(list[:mostWords]), "…")
	}
	return txn.Scrub(strings.Join(list, ", "))
}

func (o *open) join(p *open) {
	for _, w := range p.words {
		o.words.add(w)
	}
	for _, w := range p.others {
		o.others.add(w)
	}
	for _, w := range p.back {
		o.back.add(w)
	}
	for _, w := range p.torn {
		o.torn.add(w)
	}
	o.known = o.known || p.known
	o.paid += p.paid
	o.unsaid += p.unsaid
	o.booked = o.booked || p.booked
	o.coded += p.coded
	o.turned += p.turned
	o.beside += p.beside
	o.silent += p.silent
	o.lost += p.lost
	o.priced += p.priced
	o.stated += p.stated
	o.yearless += p.yearless
	o.legs.all += p.legs.all
	o.legs.twice += p.legs.twice
}

func (o *open) notes() (list []string) {
	if n := len(o.words); n > 1 || n > 0 && o.known {
		list = append(list, fmt.Sprintf("rows of the kind %s count as sales: the words are not known; list them under kinds: in a format file if they are not", o.words))
	}
	if len(o.back) > 0 {
		list = append(list, fmt.Sprintf("rows of the kind %s undo refunds: their money counts as received, like that of sales", o.back))
	}
	if o.turned > 0 {
		list = append(list, fmt.Sprintf("%d sales have amounts below zero: they count as refunds", o.turned))
	}
	if o.beside > 0 {
		list = append(list, fmt.Sprintf("%d rows count neither as sales nor as refunds: %s", o.beside, o.others))
	}
	if len(o.torn) > 0 {
		list = append(list, fmt.Sprintf("payments whose code is an approval count as approved, though some have the state %s", o.torn))
	}
	if o.unsaid > 0 && (o.booked || o.unsaid < o.paid) {
		list = append(list, fmt.Sprintf("%d of %d approved payments have no amount: totals of money are without them", o.unsaid, o.paid))
	}
	if o.lost > 0 && o.priced > 0 {
		list = append(list, fmt.Sprintf("%d payments that failed have no amount: sums of what failed are without them", o.lost))
	}
	if o.coded > 0 && o.silent > 0 {
		list = append(list, fmt.Sprintf("%d of %d payments have no response code, which the others have: they count as settled", o.silent, o.coded+o.silent))
	}
	if o.legs.both() {
		list = append(list, "most payments stand twice, within seconds and under two trace numbers: the log has both legs, from the terminal and to the host, and one of the two counts")
	}
	return list
}

// year says where the year comes from, unless the user or the file's name says it.
func (o *open) year(said bool) []string {
	if said || o.yearless == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%d rows state no year: it was taken from a date in the file, or from when the file was last written; --year says otherwise", o.yearless)}
}

// currency says that amounts of JSON and XML are taken for yuan, where none states a currency and nothing
// at the head of the input is Chinese. Tables say it themselves.
func (o *open) currency(format string, head []byte) (list []string) {
	if format != "json" && format != "jsonl" && format != "xml" || o.priced == 0 || o.stated > 0 || !utf8.Valid(head[:max(0, len(head)-utf8.UTFMax)]) ||
		bytes.ContainsFunc(head, func(r rune) bool { return unicode.Is(unicode.Han, r) }) || escapedHan.MatchString(string(head)) {
		return nil
	}
	return []string{"nothing states a currency: amounts are taken as CNY; set: {currency: USD} in a format file says otherwise"}
}

var escapedHan = lazy.MustCompile(`\\u[4-9][0-9a-fA-F]{3}`)

// legs finds out of the first payments of a log whether each stands in it twice, as a front-end
// writes them that gives them trace numbers of its own.
type legs struct {
	all, twice int
	single     map[leg]payment // that have no second one yet
}

// leg is what both have.
type leg struct {
	card   string
	amount txn.Minor
	code   string
}

type payment struct {
	stan string
	at   txn.Instant
}

// legLines is how many lines are looked at.
const legLines = 2000

func (l *legs) add(r *txn.Record) {
	if r.Pos.Line > legLines || r.Side == txn.Settlement || r.PAN.Masked == "" || r.STAN == "" || !r.Amount.Valid() || !r.At.Valid() || r.Flags.Has(txn.Repeat) {
		return
	}
	k := leg{strings.Clone(r.PAN.Masked), r.Amount, strings.Clone(r.Code)}
	l.all++
	if o, ok := l.single[k]; ok && o.stan != r.STAN && r.At.Sub(o.at).Abs() <= txn.LegGap {
		l.twice += 2
		delete(l.single, k)
		return
	}
	if l.single == nil {
		l.single = map[leg]payment{}
	}
	l.single[k] = payment{strings.Clone(r.STAN), r.At}
}

// both reports whether that is so: of one card, two payments of the same amount within seconds
// are rare.
func (l *legs) both() bool { return l.twice >= 6 && l.twice*10 >= l.all*9 }
