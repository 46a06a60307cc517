package generate

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/txn"
)

// Truth is what a perfect analysis of the scenario would find; truth.json.
type Truth struct {
	Schema         string            `json:"schema"` // poslog/truth/1
	Scenario       string            `json:"scenario"`
	Seed           uint64            `json:"seed"`
	Profile        string            `json:"profile"`
	Timezone       string            `json:"timezone"`
	Start          time.Time         `json:"start"`
	End            time.Time         `json:"end"`
	Rows           int               `json:"rows"`     // terminal rows written
	Attempts       int               `json:"attempts"` // of these, tries of a cardholder
	Confounders    []string          `json:"confounders"`
	Windows        []TruthWindow     `json:"windows"`
	Maintenance    []TruthNotice     `json:"maintenance"`
	Codes          []TruthCode       `json:"codes"`
	Reconciliation map[string]*State `json:"reconciliation"`
	Items          []TruthItem       `json:"items"` // every open item but those pending at the cut-off
	Skew           []TruthSkew       `json:"skew"`
}

// TruthWindow is one true window. Times are true time, not terminal time.
type TruthWindow struct {
	Start       time.Time           `json:"start"`
	End         time.Time           `json:"end"`
	Cause       string              `json:"cause"`
	Planned     bool                `json:"planned"`
	Declared    *[2]time.Time       `json:"declared,omitempty"`
	Overrun     int64               `json:"overrun_seconds"`
	Scope       map[string][]string `json:"scope"`
	Terminals   []string            `json:"terminals,omitempty"` // in scope, where they are not all
	Severity    float64             `json:"severity"`
	Variant     string              `json:"variant,omitempty"`
	Expected    float64             `json:"expected"` // first tries, by the shape of the day
	Attempts    int                 `json:"attempts"` // in scope and window
	Failures    int                 `json:"failures"` // made by the fault
	First       *time.Time          `json:"first_failure,omitempty"`
	Last        *time.Time          `json:"last_failure,omitempty"`
	Codes       map[string]int      `json:"codes"`
	Affected    map[string][]uint32 `json:"affected"` // file -> lines that failed by the fault
	Confounders []string            `json:"confounders"`
}

// TruthNotice is one announced window and whether anything came of it.
type TruthNotice struct {
	Start       time.Time `json:"start"`
	End         time.Time `json:"end"`
	Institution string    `json:"institution"`
	Title       string    `json:"title"`
	Verdict     string    `json:"verdict"` // effective | harmless | overrun
}

// TruthCode is what a code means at an institution.
type TruthCode struct {
	Institution string         `json:"institution"`
	Code        string         `json:"code"`
	N           int            `json:"n"`
	Settled     int            `json:"settled"`
	Meaning     string         `json:"meaning"`    // approved | reversed | declined | unknown
	Hypothesis  string         `json:"hypothesis"` // what made most rows: a cause, approved, reversed, config, limit, funds, decline, background
	By          map[string]int `json:"by"`         // rows by what made them: a cause, quirk:..., decline, background
}

// State counts one reconciliation state. Amount is the terminal's amount, or
// the settlement's where there is no terminal row.
type State struct {
	Count  int   `json:"count"`
	Amount int64 `json:"amount"`
}

// TruthItem is one row that does not match.
type TruthItem struct {
	State       string `json:"state"`
	Institution string `json:"institution"`
	TID         string `json:"tid"`
	STAN        string `json:"stan"`
	RRN         string `json:"rrn"`
	Kind        string `json:"kind"`
	Amount      int64  `json:"amount"`
	Settled     *int64 `json:"settled,omitempty"`
}

// TruthSkew is a terminal whose clock is off, and by how much.
type TruthSkew struct {
	TID     string `json:"tid"`
	Seconds int    `json:"seconds"`
}

// Truth returns the truth without file positions.
func (w *World) Truth() *Truth { return w.truth(make([]position, len(w.Rows))) }

func (w *World) truth(at []position) *Truth {
	t := &Truth{Schema: "poslog/truth/1", Scenario: w.Name, Seed: w.Seed, Profile: w.Profile.Name, Timezone: w.Zone.String(),
		Start: w.Start, End: w.end().Time().In(w.Zone), Confounders: slices.Clone(w.Notes)}
	if t.Confounders == nil {
		t.Confounders = []string{}
	}
	for i := range w.Rows {
		if x := &w.Rows[i]; x.Flags&Lost == 0 {
			t.Rows++
			if x.Kind.Attempt() {
				t.Attempts++
			}
		}
	}
	t.Windows = []TruthWindow{}
	for i, f := range w.Faults {
		t.Windows = append(t.Windows, w.truthWindow(i, f, at))
	}
	t.Maintenance = []TruthNotice{}
	for i := range w.Calendar {
		a := &w.Calendar[i]
		n := TruthNotice{a.Start, a.End, a.Institution, a.Title, "harmless"}
		for _, f := range w.Faults {
			if f.Declared != nil && *f.Declared == *a {
				n.Verdict = "effective"
				if f.End.Time().After(a.End) {
					n.Verdict = "overrun"
				}
			}
		}
		t.Maintenance = append(t.Maintenance, n)
	}
	t.Codes = w.truthCodes()
	w.truthMoney(t)
	t.Skew = []TruthSkew{}
	for i := range w.Terminals {
		if s := w.Terminals[i].Skew; s != 0 {
			t.Skew = append(t.Skew, TruthSkew{w.Terminals[i].TID, int(s / time.Second)})
		}
	}
	return t
}

func (w *World) clock(at txn.Instant) time.Time { return at.Time().In(w.Zone) }

func (w *World) truthWindow(id int, f *Fault, at []position) TruthWindow {
	x := TruthWindow{Start: w.clock(f.Start), End: w.clock(f.End), Cause: f.Cause, Planned: f.Planned, Scope: f.Scope, Severity: f.Severity, Variant: f.Variant,
		Expected: math.Round(f.Expected*10) / 10, Attempts: f.Attempts, Failures: f.Failures, Codes: map[string]int{}, Affected: map[string][]uint32{}, Confounders: slices.Clone(f.Confounders)}
	if x.Scope == nil {
		x.Scope = Scope{}
	}
	if x.Confounders == nil {
		x.Confounders = []string{}
	}
	if f.Declared != nil {
		x.Declared = &[2]time.Time{f.Declared.Start, f.Declared.End}
		x.Overrun = max(0, int64(x.End.Sub(f.Declared.End)/time.Second))
	}
	if f.Failures > 0 {
		first, last := w.clock(f.First), w.clock(f.Last)
		x.First, x.Last = &first, &last
	}
	all := true
	for i, in := range f.terms {
		if in {
			x.Terminals = append(x.Terminals, w.Terminals[i].TID)
		} else {
			all = false
		}
	}
	if all {
		x.Terminals = nil
	}
	slices.Sort(x.Terminals)
	for i := range w.Rows {
		r := &w.Rows[i]
		if int(r.Fault) != id+1 {
			continue
		}
		x.Codes[r.Code.String()]++
		if p := at[i]; p.file > 0 {
			name := w.outputs[p.file-1].name
			x.Affected[name] = append(x.Affected[name], p.line)
		}
	}
	return x
}

func (w *World) truthCodes() []TruthCode {
	type key struct {
		inst int
		code Code
	}
	settled := map[int32]bool{}
	for i := range w.Settled {
		if s := &w.Settled[i]; s.Row >= 0 && !s.Dropped {
			settled[s.Row] = true
		}
	}
	byKey := map[key]*TruthCode{}
	for i := range w.Rows {
		x := &w.Rows[i]
		if !x.Kind.Attempt() || x.Code == approved || x.Flags&Lost != 0 {
			continue
		}
		k := key{w.Terminals[x.Term].Institution, x.Code}
		c := byKey[k]
		if c == nil {
			c = &TruthCode{Institution: w.Institutions[k.inst].Code, Code: k.code.String(), By: map[string]int{}}
			byKey[k] = c
		}
		c.N++
		if settled[int32(i)] {
			c.Settled++
		}
		c.By[w.madeBy(x)]++
	}
	out := []TruthCode{}
	for _, c := range byKey {
		most := ""
		for by, n := range c.By {
			if most == "" || n > c.By[most] || n == c.By[most] && by < most {
				most = by
			}
		}
		c.Hypothesis = strings.TrimPrefix(most, "quirk:")
		switch {
		case c.Code == "":
			c.Meaning = "unknown" // no answer: money may have moved
		case c.Hypothesis == "approved" || c.Hypothesis == "reversed":
			c.Meaning = c.Hypothesis
		default:
			c.Meaning = "declined"
		}
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b TruthCode) int {
		return cmp.Or(cmp.Compare(a.Institution, b.Institution), cmp.Compare(a.Code, b.Code))
	})
	return out
}

// madeBy names what made a row's code.
func (w *World) madeBy(x *Row) string {
	switch {
	case x.Fault > 0:
		return w.Faults[x.Fault-1].Cause
	case x.Flags&ByQuirk != 0:
		for _, q := range w.Institutions[w.Terminals[x.Term].Institution].Quirks {
			if q.Code == x.Code && x.At >= q.From && (q.Until == 0 || x.At < q.Until) && (q.Model == "" || q.Model == w.Profile.Models[w.Terminals[x.Term].Model].name) {
				return "quirk:" + q.Hypothesis
			}
		}
		return "quirk"
	case slices.Contains(w.Profile.Cardholder.codes, x.Code):
		return "decline"
	}
	return "background"
}

// truthMoney puts every row that may move money into its state.
func (w *World) truthMoney(t *Truth) {
	t.Reconciliation = map[string]*State{}
	t.Items = []TruthItem{}
	byRow := map[int32][]*Settlement{}
	state := func(name string, amount txn.Minor) {
		s := t.Reconciliation[name]
		if s == nil {
			s = new(State)
			t.Reconciliation[name] = s
		}
		s.Count++
		s.Amount += int64(amount)
	}
	item := func(name string, term int32, stan uint32, rrn uint64, k txn.Kind, amount txn.Minor, s *Settlement) {
		state(name, amount)
		if name == "matched" || name == "pending_cutoff" {
			return
		}
		i := TruthItem{State: name, Institution: w.Institutions[w.Terminals[term].Institution].Code, TID: w.Terminals[term].TID,
			STAN: digits(stan, 6), Kind: k.String(), Amount: int64(amount)}
		if rrn != 0 {
			i.RRN = digits(rrn, 12)
		}
		if s != nil {
			v := int64(s.Amount)
			i.Settled = &v
		}
		t.Items = append(t.Items, i)
	}
	for i := range w.Settled {
		s := &w.Settled[i]
		if s.Dropped {
			continue
		}
		if s.Row < 0 || w.Rows[s.Row].Flags&Lost != 0 {
			item("settlement_only", s.Term, s.STAN, s.RRN, s.Kind, s.Amount, s)
			continue
		}
		byRow[s.Row] = append(byRow[s.Row], s)
	}
	for i := range w.Rows {
		x := &w.Rows[i]
		if x.Flags&Lost != 0 || x.Kind != txn.Sale && x.Kind != txn.Void && x.Kind != txn.Refund {
			continue
		}
		rows := byRow[int32(i)]
		ok := x.Flags&(Answered|Money) == Answered|Money
		put := func(name string, s *Settlement) { item(name, x.Term, x.STAN, x.RRN, x.Kind, x.Amount, s) }
		switch {
		case len(rows) == 0:
			if ok && x.Flags&Reversed == 0 {
				if w.onTime(x) {
					put("terminal_only", nil)
				} else {
					put("pending_cutoff", nil)
				}
			}
			continue
		case x.Flags&Reversed != 0:
			put("reversed_but_settled", rows[0])
		case !ok:
			put("charged_but_failed", rows[0])
		case rows[0].Amount != x.Amount:
			put("amount_differs", rows[0])
		case rows[0].Fee != fee(x.Amount, w.rate(x.Term)):
			put("fee_differs", rows[0])
		default:
			put("matched", rows[0])
		}
		for _, s := range rows[1:] {
			put("duplicate", s)
		}
	}
}

func (t *Truth) encode() ([]byte, error) {
	b, err := json.MarshalIndent(t, "", " ")
	return append(compactNumbers(b), '\n'), err
}

// compactNumbers puts lists of numbers on one line.
func compactNumbers(b []byte) []byte {
	return []byte(numberList.ReplaceAllStringFunc(string(b), func(m string) string { return strings.Join(strings.Fields(m), "") }))
}

var numberList = lazy.MustCompile(`\[\s+\d+(,\s+\d+)*\s+\]`)
