package cause

import (
	"slices"
	"strings"
	"time"

	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// scope says what kind of thing was hit and what else over the same lines and
// to the same host went on working.
func (x *Context) scope(f *Features, w *incident.Window, g *gathered) {
	f.Shape = x.shape(w.Scope, g)
	for _, s := range w.Same {
		a, b := f.Shape, x.shape(s, g)
		if a == ShapeInstitution && b == ShapeLine || a == ShapeLine && b == ShapeInstitution {
			f.Shape, f.With = ShapeEither, x.describe(s)
		}
	}
	for _, s := range w.Same {
		if a := x.shape(s, g); a != f.Shape && a != ShapeUnknown && f.Shape != ShapeEither && f.Alike[a] == (Text{}) {
			f.Alike[a] = x.describe(s)
		}
	}
	f.Elsewhere, f.Rest = g.elsewhere, g.rest
	if f.Shape == ShapeInstitution && (f.Elsewhere.N == 0 && x.lines && oneLine(g.trafficLines) || len(g.shops) == 1) {
		f.Shape, f.Alike = ShapeEither, [Shapes]Text{}
	}
	f.Hit = x.describe(w.Scope)
	f.Upstream = slices.ContainsFunc(w.Scope, func(t incident.Term) bool { return t.Dim == ledger.Channel })
}

// oneLine reports whether all traffic went over one named carrier.
func oneLine(carriers map[uint32]int) bool {
	_, unnamed := carriers[0]
	return len(carriers) == 1 && !unnamed
}

func (x *Context) shape(s incident.Scope, g *gathered) Shape {
	has := map[ledger.Dim]int{}
	for _, t := range s {
		has[t.Dim] = len(t.IDs)
	}
	switch {
	case has[ledger.Terminal] == 1:
		return ShapeTerminal
	case has[ledger.Terminal] > 1:
		return ShapeTerminals
	case has[ledger.Issuer]+has[ledger.BIN] > 0: // wherever: a line does not ask whose card it carries
		return ShapeIssuer
	case has[ledger.Carrier]+has[ledger.Region]+has[ledger.Network] > 0:
		return ShapeLine
	case has[ledger.Merchant] > 0:
		return ShapeMerchant
	case has[ledger.Model] > 0 && len(g.banks) == 1:
		return ShapeOwnModel
	case has[ledger.Model] > 0 && (has[ledger.Institution] > 0 || len(g.institutions) == 1):
		return ShapeBankModel
	case has[ledger.Model] > 0:
		return ShapeModel
	case has[ledger.Kind]+has[ledger.EntryMode] > 0:
		return ShapeTransactions
	case has[ledger.Channel] > 0: // a wallet or an upstream, which is a host of its own
		return ShapeInstitution
	}
	switch hit := len(g.institutions); {
	case has[ledger.Institution] == 1:
		return ShapeInstitution
	case hit > 1:
		return ShapeEverything
	case !x.lines: // one institution, lines not recorded: nothing to compare with
		return ShapeUnknown
	}
	return ShapeInstitution
}

var dimWords = map[ledger.Dim]string{
	ledger.Institution: "机构", ledger.Merchant: "商户", ledger.Terminal: "终端", ledger.Carrier: "运营商", ledger.Region: "地区",
	ledger.Network: "网络", ledger.Model: "型号", ledger.Issuer: "发卡行", ledger.BIN: "卡BIN", ledger.Kind: "交易", ledger.EntryMode: "读卡方式", ledger.Channel: "渠道",
}

// describe puts a scope into words, three values of a dimension at most.
func (x *Context) describe(s incident.Scope) Text {
	var zh, en []string
	for _, t := range s {
		var names []string
		for _, id := range t.IDs[:min(3, len(t.IDs))] {
			names = append(names, x.book.Name(t.Dim, id))
		}
		list := strings.Join(names, "/")
		if len(t.IDs) > 3 {
			list += "/…"
		}
		zh = append(zh, dimWords[t.Dim]+" "+list)
		en = append(en, t.Dim.String()+" "+list)
	}
	return Text{strings.Join(zh, "，"), strings.Join(en, ", ")}
}

// recurrence counts other days with a window at the same time in a scope that
// may be the same.
func (x *Context) recurrence(f *Features, w *incident.Window, fl *filter) {
	const day, tolerance = 24 * time.Hour, 20 * time.Minute
	const reach = 35 // days
	if !x.from.Valid() {
		return
	}
	for d := -reach; d <= reach; d++ {
		t := w.Start.Add(time.Duration(d) * day)
		if d == 0 || t < x.from || t > x.to || !x.traded(fl, t) {
			continue
		}
		f.Recurrence.N++
		for i := range x.found {
			o := &x.found[i]
			if o.Kind == w.Kind && o.Start.Sub(t).Abs() <= tolerance && sameInstitution(o.Scope, w.Scope) {
				f.Recurrence.K++
				break
			}
		}
	}
}

// traded reports whether the scope had an attempt within half an hour of t.
func (x *Context) traded(fl *filter, t txn.Instant) bool {
	lo, hi := x.rows(t.Add(-30*time.Minute), t.Add(30*time.Minute))
	for _, r := range x.book.Range(txn.Terminal, lo, hi) {
		if r.Kind.Attempt() && fl.has(r) {
			return true
		}
	}
	return false
}

func sameInstitution(a, b incident.Scope) bool {
	x, y := institutions(a), institutions(b)
	if x == nil || y == nil {
		return x == nil && y == nil
	}
	for _, i := range x {
		for _, j := range y {
			if i == j {
				return true
			}
		}
	}
	return false
}

func institutions(s incident.Scope) []uint32 {
	for _, t := range s {
		if t.Dim == ledger.Institution {
			return t.IDs
		}
	}
	return nil
}
