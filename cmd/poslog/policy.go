package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/poslog/poslog/analyze"
)

// condition is one --fail-if.
type condition struct {
	text   string
	metric string
	op     string
	value  float64
}

type conditions []condition

// metrics are what a condition may speak of.
var metrics = map[string]func(*analyze.Result) float64{
	"incidents":      func(r *analyze.Result) float64 { return float64(len(r.Incidents)) },
	"approval_rate":  func(r *analyze.Result) float64 { return orZero(r.Totals.ApprovalRate) },
	"technical_rate": func(r *analyze.Result) float64 { return orZero(r.Totals.TechnicalRate) },
	"business_rate":  func(r *analyze.Result) float64 { return orZero(r.Totals.BusinessRate) },
	"unknown":        func(r *analyze.Result) float64 { return float64(r.Totals.Unknown) },
	"attempts":       func(r *analyze.Result) float64 { return float64(r.Totals.Attempts) },
	// What only waits for the next settlement file needs nobody.
	"open_items": func(r *analyze.Result) float64 { return float64(r.Reconciliation.ToDo()) },
	"rejected": func(r *analyze.Result) float64 {
		n := 0
		for _, in := range r.Inputs {
			n += in.Rejected
		}
		return float64(n)
	},
}

func orZero(v *float64) float64 {
	if v == nil {
		return 0
	}
	return *v
}

var conditionShape = regexp.MustCompile(`^\s*([a-z_]+)\s*(>=|<=|>|<)\s*([0-9.]+%?)\s*$`)

func parsePolicy(texts []string) (conditions, error) {
	var list conditions
	for _, t := range texts {
		m := conditionShape.FindStringSubmatch(t)
		if m == nil {
			return nil, usage("--fail-if %q: write a metric, one of > >= < <=, and a number, such as incidents>0", t)
		}
		if metrics[m[1]] == nil {
			var names []string
			for n := range metrics {
				names = append(names, n)
			}
			slices.Sort(names)
			return nil, usage("--fail-if %q: unknown metric %q; use one of %s", t, m[1], strings.Join(names, ", "))
		}
		v, err := parseNumber(m[3])
		if err != nil {
			return nil, usage("--fail-if %q: %v", t, err)
		}
		switch rate := strings.HasSuffix(m[1], "_rate"); {
		case rate && v > 1:
			return nil, usage("--fail-if %q: a rate is between 0 and 1, or 0%% and 100%%: write for example %s>=2%%", t, m[1])
		case !rate && strings.HasSuffix(m[3], "%"):
			return nil, usage("--fail-if %q: %s is a number and no share: write it without %%", t, m[1])
		}
		list = append(list, condition{t, m[1], m[2], v})
	}
	return list, nil
}

// broken lists the conditions that hold, with the value that was found.
func (l conditions) broken(r *analyze.Result) []string {
	var out []string
	for _, c := range l {
		v := metrics[c.metric](r)
		holds := map[string]bool{">": v > c.value, ">=": v >= c.value, "<": v < c.value, "<=": v <= c.value}[c.op]
		if holds {
			out = append(out, fmt.Sprintf("%s (it is %s)", c.text, strconv.FormatFloat(v, 'g', -1, 64)))
		}
	}
	return out
}

// parseNumber reads "3", "0.02" or "2%".
func parseNumber(s string) (float64, error) {
	v, err := strconv.ParseFloat(strings.TrimSuffix(s, "%"), 64)
	if err != nil {
		return 0, fmt.Errorf("%q is no number", s)
	}
	if strings.HasSuffix(s, "%") {
		v /= 100
	}
	return v, nil
}

// parseShare reads a share between 0 and 1.
func parseShare(s string) (float64, error) {
	v, err := parseNumber(s)
	if err == nil && (v < 0 || v > 1) {
		err = fmt.Errorf("%q is no share: write for example 1%% or 0.01", s)
	}
	return v, err
}
