package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/poslog/poslog/incident"
)

// table is a CSV with its columns by name.
type table struct {
	path string
	head map[string]int
	rows [][]string
}

func readTable(path string, need ...string) (*table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(all) < 2 {
		return nil, fmt.Errorf("%s: no rows", path)
	}
	t := &table{path: path, head: map[string]int{}, rows: all[1:]}
	for i, name := range all[0] {
		t.head[strings.TrimPrefix(name, "\ufeff")] = i
	}
	for _, name := range need {
		if _, ok := t.head[name]; !ok {
			return nil, fmt.Errorf("%s: no column %q", path, name)
		}
	}
	return t, nil
}

func (t *table) number(row int, name string) (float64, error) {
	v, err := strconv.ParseFloat(t.rows[row][t.head[name]], 64)
	if err != nil {
		return 0, fmt.Errorf("%s:%d: column %s: %w", t.path, row+2, name, err)
	}
	return v, nil
}

// attributes are the columns that are none of the given, sorted.
func (t *table) attributes(but ...string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(t.head)), func(s string) bool { return slices.Contains(but, s) })
}

// ids numbers the values of the attributes in sorted order.
func (t *table) ids(p *problem) [][]uint32 {
	out := make([][]uint32, len(t.rows))
	for i := range out {
		out[i] = make([]uint32, len(p.attrs))
	}
	for d, a := range p.attrs {
		seen := map[string]bool{}
		for _, r := range t.rows {
			seen[r[t.head[a]]] = true
		}
		names := append([]string{""}, slices.Sorted(maps.Keys(seen))...)
		p.names = append(p.names, names)
		for i, r := range t.rows {
			k, _ := slices.BinarySearch(names[1:], r[t.head[a]])
			out[i][d] = uint32(k + 1)
		}
	}
	return out
}

// readLeaves reads a synthetic set.
func readLeaves(dir string, verbose bool) error {
	info, err := readTable(filepath.Join(dir, "injection_info.csv"), "timestamp", "set")
	if err != nil {
		return err
	}
	return measure(len(info.rows), func(i int) (*problem, error) {
		name := info.rows[i][info.head["timestamp"]]
		t, err := readTable(filepath.Join(dir, name+".csv"), "real", "predict")
		if err != nil {
			return nil, err
		}
		p := &problem{name: name, attrs: t.attributes("real", "predict")}
		for k, ids := range t.ids(p) {
			real, err := t.number(k, "real")
			if err != nil {
				return nil, err
			}
			forecast, err := t.number(k, "predict")
			if err != nil {
				return nil, err
			}
			p.cells = append(p.cells, incident.Cell{IDs: ids, Real: real, Expected: forecast})
		}
		for _, e := range strings.Split(info.rows[i][info.head["set"]], ";") {
			terms := strings.Split(e, "&")
			slices.Sort(terms)
			p.truth = append(p.truth, strings.Join(terms, "&"))
		}
		return p, nil
	}, verbose)
}

// label is one case of anomaly.yaml; cause is a map or a list of maps.
type label struct {
	Data      string `yaml:"data"`
	Timestamp int64  `yaml:"timestamp"`
	Cause     any    `yaml:"cause"`
}

// readShares reads RobustSpot cases: value of cnt failed, minute by minute.
func readShares(dir string, verbose bool) error {
	text, err := os.ReadFile(filepath.Join(dir, "anomaly.yaml"))
	if err != nil {
		return err
	}
	var labels []label
	if err := yaml.Unmarshal(text, &labels); err != nil {
		return fmt.Errorf("anomaly.yaml: %w", err)
	}
	labels = slices.DeleteFunc(labels, func(l label) bool {
		_, err := os.Stat(filepath.Join(dir, l.Data+".csv"))
		return err != nil
	})
	slices.SortStableFunc(labels, func(a, b label) int { return cmp.Compare(a.Data, b.Data) })
	return measure(len(labels), func(i int) (*problem, error) { return shares(dir, labels[i]) }, verbose)
}

// shares makes the table of the labelled minute; what is expected of a leaf
// comes from the other minutes of its file.
func shares(dir string, l label) (*problem, error) {
	t, err := readTable(filepath.Join(dir, l.Data+".csv"), "min", "value", "cnt")
	if err != nil {
		return nil, err
	}
	p := &problem{name: l.Data, attrs: t.attributes("min", "value", "cnt")}
	type sum struct {
		ids    []uint32
		n, f   float64 // at the labelled minute
		on, of float64 // before
	}
	leaves := map[string]*sum{}
	var order []string
	var all sum
	for k, ids := range t.ids(p) {
		minute, err := t.number(k, "min")
		if err != nil {
			return nil, err
		}
		n, err := t.number(k, "cnt")
		if err != nil {
			return nil, err
		}
		f, err := t.number(k, "value")
		if err != nil {
			return nil, err
		}
		key := fmt.Sprint(ids)
		s := leaves[key]
		if s == nil {
			s = &sum{ids: ids}
			leaves[key] = s
			order = append(order, key)
		}
		switch {
		case int64(minute) == l.Timestamp:
			s.n, s.f = s.n+n, s.f+f
			all.n, all.f = all.n+n, all.f+f
		case int64(minute) < l.Timestamp:
			s.on, s.of = s.on+n, s.of+f
			all.on, all.of = all.on+n, all.of+f
		}
	}
	usual := all.of / max(1, all.on)
	if all.on == 0 {
		usual = all.f / max(1, all.n)
	}
	for _, key := range order {
		s := leaves[key]
		if s.n == 0 {
			continue
		}
		rate := (s.of + 50*usual) / (s.on + 50)
		p.cells = append(p.cells, incident.Cell{IDs: s.ids, N: s.n, Real: min(s.f, s.n), Expected: s.n * rate})
	}
	causes, ok := l.Cause.([]any)
	if !ok {
		causes = []any{l.Cause}
	}
	for _, c := range causes {
		m, ok := c.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("anomaly.yaml: %s: a cause must map attributes to values", l.Data)
		}
		var s []string
		for _, a := range slices.Sorted(maps.Keys(m)) {
			s = append(s, a+"="+fmt.Sprint(m[a]))
		}
		p.truth = append(p.truth, strings.Join(s, "&"))
	}
	return p, nil
}
