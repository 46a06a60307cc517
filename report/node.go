package report

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/poslog/poslog/analyze"
)

// node is one value of a Result by its path: the names of JSON, and in lists the
// names of things, "codes/NSH001/B4/sale/evidence/settled". The rows that it speaks of
// are those for which of holds; count says which of them make the number.
type node struct {
	path  string
	name  string
	v     reflect.Value
	of    func(*analyze.Row) bool // nil: not known by row
	count func(*analyze.Row) bool // nil: the number is not a count of rows
	sum   bool                    // the number is their amount and not their number
	ctx   *analyze.Result
}

// root is the Result as a node.
func root(r *analyze.Result) *node { return &node{v: reflect.ValueOf(r).Elem(), ctx: r} }

// containers may be left out of a path.
var containers = map[string]bool{"totals": true, "by_institution": true, "reconciliation": true, "states": true, "evidence": true, "sales": true, "groups": true, "timeline": true, "buckets": true, "declined": true, "health": true, "cube": true, "cells": true}

// find descends to the node with a path; "." may stand for "/". On failure near
// is the last node on the way.
func (n *node) find(path string) (found, near *node) {
	near = n
	kids := n.children()
	for _, c := range kids {
		if strings.EqualFold(path, c.name) {
			return c, c
		}
		if len(path) > len(c.name) && strings.EqualFold(path[:len(c.name)], c.name) && (path[len(c.name)] == '/' || path[len(c.name)] == '.') {
			x, at := c.find(path[len(c.name)+1:])
			if x != nil {
				return x, x
			}
			near = at
		}
	}
	for _, c := range kids {
		if containers[c.name] {
			if x, _ := c.find(path); x != nil {
				return x, x
			}
		}
	}
	return nil, near
}

// leaf reports whether a node is one value.
func (n *node) leaf() bool {
	v := value(n.v)
	switch v.Kind() {
	case reflect.Struct:
		return v.Type() == reflect.TypeFor[time.Time]() || v.Type() == reflect.TypeFor[analyze.Text]()
	case reflect.Map:
		return v.Len() == 0
	case reflect.Slice, reflect.Array:
		return v.Len() == 0 || v.Type().Elem().Kind() == reflect.String || v.Type().Elem() == reflect.TypeFor[time.Time]()
	}
	return true
}

// number reports whether a node is one number.
func (n *node) number() bool {
	switch v := value(n.v); v.Kind() {
	case reflect.Int, reflect.Int64, reflect.Float64:
		return true
	}
	return false
}

// value takes pointers and interfaces away.
func value(v reflect.Value) reflect.Value {
	for (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) && !v.IsNil() {
		v = v.Elem()
	}
	return v
}

// json is the value as the report writes it.
func (n *node) json() string {
	b, err := json.Marshal(n.v.Interface())
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// each calls f for n and for all leaves under it.
func (n *node) each(f func(*node)) {
	if n.leaf() {
		f(n)
		return
	}
	for _, c := range n.children() {
		c.each(f)
	}
}

// children are the values inside n, in the order of JSON.
func (n *node) children() []*node {
	if n.leaf() {
		return nil
	}
	v := value(n.v)
	var out []*node
	add := func(name string, x reflect.Value) *node {
		c := &node{path: n.path + "/" + name, name: name, v: x, of: n.of, ctx: n.ctx}
		if n.path == "" {
			c.path = name
		}
		out = append(out, c)
		return c
	}
	switch v.Kind() {
	case reflect.Struct:
		for _, f := range reflect.VisibleFields(v.Type()) {
			name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
			if f.Anonymous || name == "" || name == "-" {
				continue
			}
			x := v.FieldByIndex(f.Index)
			if strings.Contains(opts, "omitempty") && empty(x) {
				continue
			}
			add(name, x).scopeField(v, name)
		}
	case reflect.Map:
		for _, k := range sortedMap(v) {
			add(k, v.MapIndex(reflect.ValueOf(k))).scopeKey(n.name, k)
		}
	case reflect.Slice, reflect.Array:
		seen := map[string]int{}
		for i := range v.Len() {
			name := n.element(v.Index(i), i)
			if seen[name]++; seen[name] > 1 {
				name += "#" + strconv.Itoa(seen[name])
			}
			add(name, v.Index(i)).scopeElement(n, i)
		}
	}
	return out
}

func sortedMap(v reflect.Value) []string {
	keys := map[string]bool{}
	for _, k := range v.MapKeys() {
		keys[k.String()] = true
	}
	return sortedKeys(keys)
}

// element names an element of a list: by what it is, else by its number from 1.
func (n *node) element(v reflect.Value, i int) string {
	join := func(parts ...string) string {
		for k, p := range parts {
			if p == "" {
				parts[k] = "-"
			}
		}
		return strings.Join(parts, "/")
	}
	switch x := v.Interface().(type) {
	case analyze.Input:
		return join(x.Name)
	case analyze.Check:
		return join(x.What)
	case analyze.Code:
		return join(x.Institution, x.Code, x.Kind)
	case analyze.Line:
		return join(x.Name)
	case analyze.Incident:
		return join(x.ID)
	case analyze.CodeCount:
		return join(x.Code)
	case analyze.CurrencyCount:
		return join(x.Currency)
	case analyze.Moved:
		return join(x.Currency)
	case analyze.InstitutionCount:
		return join(x.Institution)
	case analyze.TerminalCount:
		return join(x.Institution, x.Merchant, x.Terminal)
	case analyze.Bucket:
		return x.Start.In(zone(n.ctx.Timezone)).Format("2006-01-02T15:04")
	case analyze.Day:
		return join(x.Date)
	case analyze.FailedGroup:
		return join(x.Group)
	case analyze.CauseCount:
		if x.Planned {
			return join(x.Cause, "planned")
		}
		return join(x.Cause)
	case analyze.Explained:
		return join(x.Institution, x.Code)
	case analyze.ExplainedBy:
		return join(x.Incident)
	case analyze.Recurring:
		return join(x.Institution, x.Start)
	case analyze.HourCell:
		return fmt.Sprintf("%02d", i)
	case analyze.CubeDim:
		return join(x.Name)
	}
	if l := n.ctx.Latency; l != nil && strings.HasPrefix(n.path, "latency/") && i < len(l.Edges) {
		return strconv.Itoa(l.Edges[i]) // the lower bound of the bin
	}
	if strings.HasPrefix(n.path, "cube/cells/") {
		names := []string{"bucket"}
		for _, d := range n.ctx.Cube.Dims {
			names = append(names, d.Name)
		}
		if names = append(names, "attempts", "amount"); i < len(names) {
			return names[i]
		}
	}
	return strconv.Itoa(i + 1)
}

// scopeElement says which rows an element of a list speaks of.
func (c *node) scopeElement(list *node, i int) {
	r := list.ctx
	switch x := value(c.v).Interface().(type) {
	case analyze.Code:
		c.of = func(w *analyze.Row) bool { return w.Entry == i }
	case analyze.CurrencyCount:
		c.of = func(w *analyze.Row) bool { return w.Attempt && w.Amount != nil && w.Currency == x.Currency }
	case analyze.Incident:
		c.of = func(w *analyze.Row) bool {
			inside, _ := w.In(x.ID)
			return w.Attempt && inside
		}
	case analyze.InstitutionCount:
		c.of = func(w *analyze.Row) bool { return w.Attempt && w.Institution == x.Institution }
	case analyze.TerminalCount:
		c.of = func(w *analyze.Row) bool {
			return w.Attempt && w.Terminal == x.Terminal && w.Merchant == x.Merchant && w.Institution == x.Institution
		}
	case analyze.HourCell:
		c.of = both(list.of, func(w *analyze.Row) bool { return w.Time != nil && w.Time.In(zone(r.Timezone)).Hour() == i })
	case analyze.Bucket:
		c.of = during(x.Start, x.Start.Add(time.Duration(r.Timeline.BucketSeconds)*time.Second))
	case analyze.Day:
		loc := zone(r.Timezone)
		c.of = func(w *analyze.Row) bool {
			return w.Attempt && w.Time != nil && w.Time.In(loc).Format(time.DateOnly) == x.Date
		}
	case analyze.Maintenance:
		c.of = both(during(x.Start, x.End), func(w *analyze.Row) bool { return x.Institution == "" || x.Institution == w.Institution })
	case analyze.Item:
		c.of = func(w *analyze.Row) bool {
			at := position(w)
			return w.Side == "terminal" && at == x.Terminals || w.Side == "settlement" && at == x.Settlements
		}
	case analyze.Problem:
		c.of = func(w *analyze.Row) bool { return position(w) == x.Position }
	case analyze.CauseCount:
		ids := map[string]bool{}
		for _, in := range r.Incidents {
			ids[in.ID] = in.Cause == x.Cause && in.Planned == x.Planned
		}
		c.of = func(w *analyze.Row) bool {
			return w.Attempt && slices.ContainsFunc(w.Within, func(p analyze.Part) bool { return ids[p.Incident] })
		}
	case analyze.Explained:
		c.of = func(w *analyze.Row) bool { return w.Attempt && w.Institution == x.Institution && w.Code == x.Code }
	case analyze.ExplainedBy:
		c.of = both(list.of, func(w *analyze.Row) bool { return w.Incident == x.Incident })
	case analyze.CodeCount:
		c.of = both(both(list.of, failedIn(strings.Split(list.path, "/")[1])), func(w *analyze.Row) bool { return w.Named == x.Code })
	case analyze.Input:
		c.of = func(w *analyze.Row) bool { return w.File == x.Name }
	case int:
		if l := r.Latency; l != nil && strings.HasPrefix(list.path, "latency/") && i < len(l.Edges) {
			lo, hi := l.Edges[i], math.MaxInt
			if i+1 < len(l.Edges) {
				hi = l.Edges[i+1]
			}
			good := map[string]bool{"approved": true, "reversed": true}
			want := list.name == "approved"
			c.of = func(w *analyze.Row) bool {
				return w.Attempt && w.LatencyMS != nil && *w.LatencyMS >= lo && *w.LatencyMS < hi && good[w.Outcome] == want
			}
		}
	case []int64:
		c.of = cubeRows(r, x)
	}
}

// cubeRows are the rows of a cell of the cube, as far as a row states its
// coordinates.
func cubeRows(r *analyze.Result, cell []int64) func(*analyze.Row) bool {
	k := r.Cube
	if k == nil || len(cell) != len(k.Dims)+3 {
		return nil
	}
	start := k.Start.Add(time.Duration(cell[0]) * time.Duration(k.BucketSeconds) * time.Second)
	end := start.Add(time.Duration(k.BucketSeconds) * time.Second)
	return func(w *analyze.Row) bool {
		if !w.Attempt || cell[0] >= 0 && (w.Time == nil || w.Time.Before(start) || !w.Time.Before(end)) {
			return false
		}
		has := map[string]string{"institution": w.Institution, "code": w.Code, "outcome": w.Outcome, "class": w.Class, "incident": w.Incident}
		for i, d := range k.Dims {
			have, stated := has[d.Name]
			if at := cell[1+i]; stated && at >= 0 && at < int64(len(d.Values)) && d.Values[at] != have && d.Values[at] != "*" {
				return false
			}
		}
		return true
	}
}

func both(a, b func(*analyze.Row) bool) func(*analyze.Row) bool {
	if a == nil {
		return b
	}
	return func(w *analyze.Row) bool { return a(w) && b(w) }
}

func during(a, b time.Time) func(*analyze.Row) bool {
	return func(w *analyze.Row) bool {
		return w.Attempt && w.Time != nil && !w.Time.Before(a) && w.Time.Before(b)
	}
}

func position(w *analyze.Row) string { return fmt.Sprintf("%s:%d", w.File, w.Line) }

func failed(w *analyze.Row) bool {
	return w.Outcome == "technical" || w.Outcome == "business" || w.Outcome == "unknown"
}

// failedIn reports whether a row is one of the failures of an incident.
func failedIn(incident string) func(*analyze.Row) bool {
	return func(w *analyze.Row) bool {
		_, failure := w.In(incident)
		return failure
	}
}

// scopeKey says which rows a named value of a map speaks of.
func (c *node) scopeKey(parent, key string) {
	switch parent {
	case "states":
		state, _, _ := strings.Cut(key, ":") // "terminal_only:USD"
		c.of = func(w *analyze.Row) bool { return w.State == state }
		if total, ok := value(c.v).Interface().(analyze.StateTotal); ok {
			c.of = both(c.of, func(w *analyze.Row) bool { return isIn(w, total.Currency) })
		}
	case "risk_by_incident":
		c.of = func(w *analyze.Row) bool { return w.Incident == key }
	case "risk_by_merchant":
		c.of = func(w *analyze.Row) bool { return w.Merchant == key }
	case "risk_by_cause":
		ids := map[string]bool{}
		for _, in := range c.ctx.Incidents {
			ids[in.ID] = in.Cause == key
		}
		c.of = func(w *analyze.Row) bool { return ids[w.Incident] }
	case "money_at_risk":
		c.of = risky(key)
		return
	}
	if strings.Contains(c.path, "/risk_by_") && parent != "risk_by_incident" && parent != "risk_by_merchant" && parent != "risk_by_cause" {
		c.of = both(c.of, risky(key))
	}
}

// risky are the rows among which the money of a risk is looked for.
func risky(risk string) func(*analyze.Row) bool {
	switch risk {
	case "charged_not_approved":
		return func(w *analyze.Row) bool {
			return w.State == "charged_but_failed" || w.State == "reversed_but_settled" || w.State == "duplicate"
		}
	case "approved_missing":
		return func(w *analyze.Row) bool { return w.State == "terminal_only" }
	case "outcome_unknown":
		return func(w *analyze.Row) bool { return w.Attempt && w.Outcome == "unknown" }
	}
	return func(w *analyze.Row) bool { return w.Attempt && (w.Outcome == "technical" || w.Outcome == "business") }
}

// isIn reports whether a row is of a currency; a row names its own only where there are several.
func isIn(w *analyze.Row, currency string) bool { return w.Currency == "" || w.Currency == currency }

// scopeField says which rows make the number of a field.
func (c *node) scopeField(in reflect.Value, name string) {
	attempts := func(w *analyze.Row) bool { return w.Attempt }
	if c.of == nil {
		switch in.Interface().(type) {
		case analyze.Totals, analyze.Declined, analyze.Latency, analyze.Sales:
			c.of = attempts
		case analyze.Result:
			if name == "totals" || name == "sales" || name == "latency" {
				c.of = attempts
			}
		}
	}
	if _, ok := in.Interface().(analyze.Sales); ok {
		c.scopeSales(name)
		return
	}
	want := c.counted(in, name)
	if rest, ok := strings.CutPrefix(c.path, "reconciliation/states/"); ok && name == "count" && !strings.HasPrefix(rest, "matched") { // matched counts pairs
		want = func(w *analyze.Row) bool { return w.Case }
	}
	if want != nil && c.of != nil {
		c.count = both(c.of, want)
	}
}

// outcome picks the rows that ended so.
func outcome(o string) func(*analyze.Row) bool {
	return func(w *analyze.Row) bool { return w.Outcome == o }
}

// counted picks those of the rows that a field counts or sums; nil for what is neither.
func (c *node) counted(in reflect.Value, name string) func(*analyze.Row) bool {
	all := func(*analyze.Row) bool { return true }
	summed := func(w *analyze.Row) bool { return isIn(w, c.ctx.Currency) }
	switch in.Interface().(type) {
	case analyze.Totals, analyze.InstitutionCount, analyze.TerminalCount, analyze.Day, analyze.Bucket, analyze.Declined, analyze.HourCell:
		switch name {
		case "attempts":
			return all
		case "technical":
			if _, hour := in.Interface().(analyze.HourCell); hour { // no answer is among them
				return func(w *analyze.Row) bool { return w.Outcome == "technical" || w.Outcome == "unknown" }
			}
			return outcome(name)
		case "approved", "business", "unknown", "reversed":
			return outcome(name)
		case "inferred":
			return func(w *analyze.Row) bool { return w.Inferred }
		case "approved_amount":
			c.sum = true
			return both(outcome("approved"), summed)
		}
	case analyze.CurrencyCount:
		switch name {
		case "attempts":
			return all
		case "approved":
			return outcome("approved")
		case "approved_amount":
			c.sum = true
			return outcome("approved")
		}
	case analyze.Code:
		switch name {
		case "n":
			return all
		case "amount":
			c.sum = true
			return summed
		}
	case analyze.Incident:
		switch name {
		case "attempts":
			return all
		case "failures":
			return failedIn(in.FieldByName("ID").String())
		}
	case analyze.Maintenance: // its failures leave business declines out
		if name == "attempts" {
			return all
		}
	case analyze.CodeCount:
		if name == "n" {
			return all
		}
	}
	return nil
}

// scopeSales narrows the rows to those of a part of the sales.
func (c *node) scopeSales(name string) {
	switch name {
	case "failed", "groups", "recovered":
		c.of = both(c.of, failed)
	case "approved":
		c.of = both(c.of, outcome("approved"))
	case "returned":
		c.of = both(both(c.of, outcome("approved")), func(w *analyze.Row) bool { return w.Kind == "refund" || w.Kind == "void" })
	case "expected", "pending":
		c.of = func(w *analyze.Row) bool { return w.State == "pending_cutoff" }
	case "settled", "fee", "net", "difference", "expected_fee":
		c.of = func(w *analyze.Row) bool { return w.Side == "settlement" }
	}
}
