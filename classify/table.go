package classify

import (
	"cmp"
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Text is a wording in both languages of the reports.
type Text struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

// Row is what one table says about one code.
type Row struct {
	Code    string // two to four characters, a status word, or a range "1000-1082"
	Outcome Outcome
	Class   Class
	Open    bool // sources disagree about party, reason or outcome
	Text    Text
	Action  Text   // what the cashier does
	Who     string // who may send the code: terminal, merchant, acquirer, switch, issuer, card; blank-separated
	Source  string // where the meaning was read
	Line    int    // line in the table's file, from 1
}

// Table is one scheme's or institution's response codes.
type Table struct {
	Name  string // "unionpay"
	Title Text
	Rows  []Row // in the order of the file
	index map[string]int
	spans []int // rows that stand for a range of codes
}

// Find returns what the table says about a code; single codes win over ranges.
func (t *Table) Find(code string) (*Row, bool) {
	if i, ok := t.index[code]; ok {
		return &t.Rows[i], true
	}
	for _, i := range t.spans {
		if lo, hi, _ := strings.Cut(t.Rows[i].Code, "-"); len(code) == len(lo) && lo <= code && code <= hi {
			return &t.Rows[i], true
		}
	}
	return nil, false
}

//go:embed tables/*.csv
var files embed.FS

// builtin parses each table when it is first asked for, and only that one.
var builtin = func() map[string]func() *Table {
	m := map[string]func() *Table{}
	entries, _ := files.ReadDir("tables")
	for _, e := range entries {
		file := "tables/" + e.Name()
		m[strings.TrimSuffix(e.Name(), ".csv")] = sync.OnceValue(func() *Table {
			f, err := files.Open(file)
			if err == nil {
				defer f.Close()
				var t *Table
				if t, err = Load(file, f); err == nil {
					return t
				}
			}
			panic(fmt.Sprintf("classify: built-in table: %v", err)) // a test loads them all
		})
	}
	return m
}()

// Builtin returns a table that comes with poslog.
func Builtin(name string) (*Table, error) {
	if load := builtin[name]; load != nil {
		return load(), nil
	}
	return nil, fmt.Errorf("there is no code table %q; known tables: %s", name, strings.Join(BuiltinNames(), ", "))
}

// BuiltinNames lists the built-in tables in alphabetical order.
func BuiltinNames() []string {
	names := make([]string, 0, len(builtin))
	for n := range builtin {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// Entry is one table's word on a code, for side-by-side listings.
type Entry struct {
	Table *Table
	*Row
}

// Explain returns what every given table, then every built-in table that is
// not replaced by one of them, says about a code: `poslog codes B4`.
func Explain(code string, own ...*Table) []Entry {
	code = normal(code)
	var out []Entry
	seen := map[string]bool{}
	add := func(t *Table) {
		if seen[t.Name] {
			return
		}
		seen[t.Name] = true
		if r, ok := t.Find(code); ok {
			out = append(out, Entry{t, r})
		}
	}
	for _, t := range own {
		add(t)
	}
	for _, n := range BuiltinNames() {
		add(builtin[n]())
	}
	slices.SortStableFunc(out, func(x, y Entry) int { return cmp.Compare(rank(x.Table.Name), rank(y.Table.Name)) })
	return out
}

// rank puts the tables that a Chinese merchant meets first in front.
func rank(name string) int {
	switch {
	case slices.Contains(defaultChain, name):
		return 0
	case strings.HasPrefix(name, "unionpay"), name == "bocom":
		return 1
	}
	return 2
}

// normal is how codes and status words are compared: trimmed, upper case.
func normal(code string) string { return strings.ToUpper(strings.TrimSpace(code)) }
