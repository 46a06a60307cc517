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

// metrics are what a condition may speak of. A rate of no attempts is nil, and compared as 0.
var metrics = map[string]func(*analyze.Result) *float64{
	"incidents":      func(r *analyze.Result) *float64 { return number(len(r.Incidents)) },
	"approval_rate":  func(r *analyze.Result) *float64 { return r.Totals.ApprovalRate },
	"technical_rate": func(r *analyze.Result) *float64 { return r.Totals.TechnicalRate },
	"business_rate":  func(r *analyze.Result) *float64 { return r.Totals.BusinessRate },
	"unknown":        func(r *analyze.Result) *float64 { return number(r.Totals.Unknown) },
	"attempts":       func(r *analyze.Result) *float64 { return number(r.Totals.Attempts) },
	// What only waits for the next settlement file needs nobody.
	"open_items": func(r *analyze.Result) *float64 { return number(r.Reconciliation.ToDo()) },
	"rejected": func(r *analyze.Result) *float64 {
		n := 0
		for _, in := range r.Inputs {
			n += in.Rejected
		}
		return number(n)
	},
}

func number(n int) *float64 {
	v := float64(n)
	return &v
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
		v, is := 0.0, "there is none: nothing was tried"
		if found := metrics[c.metric](r); found != nil {
			v = *found
			is = "it is " + strconv.FormatFloat(v, 'f', -1, 64)
		}
		holds := map[string]bool{">": v > c.value, ">=": v >= c.value, "<": v < c.value, "<=": v <= c.value}[c.op]
		if holds {
			out = append(out, fmt.Sprintf("%s (%s)", c.text, is))
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
	if err == nil && !(v >= 0 && v <= 1) { // NaN is neither
		err = fmt.Errorf("%q is no share: write for example 1%% or 0.01", s)
	}
	return v, err
}
