package reconcile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/poslog/poslog/internal/gbk"
	"github.com/poslog/poslog/txn"
)

// file is the configuration as people write it: yuan, percent and clock times as
// quoted texts, so that nothing is rounded on the way.
type file struct {
	Amount struct {
		Above        string `yaml:"above"`         // "0.01", in units of the currency
		Below        string `yaml:"below"`         //
		AbovePercent string `yaml:"above_percent"` // "0.1"
		BelowPercent string `yaml:"below_percent"`
	} `yaml:"amount"`
	LagBefore   *int              `yaml:"lag_days_before"`
	LagAfter    *int              `yaml:"lag_days_after"`
	PendingDays *int              `yaml:"pending_days"`
	Window      string            `yaml:"window"` // "2m"
	Retry       string            `yaml:"retry"`  // "10m"
	Items       int               `yaml:"items"`  // cases listed of each state
	CutOff      map[string]string `yaml:"cutoff"` // institution, or "*": "23:00"
	Fees        []struct {
		Institution string   `yaml:"institution"`
		Merchant    string   `yaml:"merchant"`
		Kinds       []string `yaml:"kinds"`
		Percent     string   `yaml:"percent"` // "0.38"
		Fixed       string   `yaml:"fixed"`
		Min         string   `yaml:"min"`
		Max         string   `yaml:"max"`
		Off         string   `yaml:"off"`
	} `yaml:"fees"`
}

// ParseOptions reads the YAML configuration of a reconciliation:
//
//	amount: {above: "0.00", below: "0.01", below_percent: "0.1"}   # tolerance, in units of the currency and percent
//	lag_days_before: 1          # a settlement row may be dated this much earlier
//	lag_days_after: 5           # or later than its terminal row
//	pending_days: 3             # business days a row may wait for its file
//	window: "2m"                # where only terminal, amount and time are left
//	items: 10000                # cases listed of each state, the largest ones; all are counted
//	cutoff: {"*": "23:00", NSH001: "22:30"}
//	fees:
//	  - {institution: NSH001, percent: "0.38", min: "0.01", max: "20.00", off: "0.01"}
//
// Unknown keys are refused. Errors name the file and what to write.
func ParseOptions(name string, data []byte) (Options, error) {
	var f file
	if err := yaml.NewDecoder(bytes.NewReader(gbk.UTF8(data)), yaml.DisallowUnknownField()).Decode(&f); errors.Is(err, io.EOF) {
		return Options{}, fmt.Errorf("%s: empty: give a setting such as lag_days_after: 5, or leave the file out", name)
	} else if err != nil {
		return Options{}, fmt.Errorf("%s: %s", name, yaml.FormatError(err, false, true))
	}
	var o Options
	var faults []error
	money := func(to *txn.Minor, key, s string) {
		if v, err := decimal(s, 2); err != nil {
			faults = append(faults, fmt.Errorf("%s: %s: %q is no amount: write yuan such as \"0.01\"", name, key, s))
		} else {
			*to = txn.Minor(v)
		}
	}
	ppm := func(to *int64, key, s string) {
		if v, err := decimal(s, 4); err != nil {
			faults = append(faults, fmt.Errorf("%s: %s: %q is no percentage: write for example \"0.38\"", name, key, s))
		} else {
			*to = v // ten-thousandths of a percent are millionths
		}
	}
	money(&o.Amount.Above, "amount.above", f.Amount.Above)
	money(&o.Amount.Below, "amount.below", f.Amount.Below)
	ppm(&o.Amount.AbovePPM, "amount.above_percent", f.Amount.AbovePercent)
	ppm(&o.Amount.BelowPPM, "amount.below_percent", f.Amount.BelowPercent)
	for _, d := range []struct {
		to  *int
		key string
		v   *int
	}{{&o.LagBefore, "lag_days_before", f.LagBefore}, {&o.LagAfter, "lag_days_after", f.LagAfter}, {&o.PendingDays, "pending_days", f.PendingDays}} {
		switch {
		case d.v == nil:
		case *d.v < 0 || *d.v > 366:
			faults = append(faults, fmt.Errorf("%s: %s: %d: use 0 to 366 days", name, d.key, *d.v))
		case *d.v == 0:
			*d.to = -1 // none, where 0 is the default
		default:
			*d.to = *d.v
		}
	}
	if o.Items = f.Items; o.Items < 0 {
		faults = append(faults, fmt.Errorf("%s: items: %d: give how many cases of each state to list, such as 10000", name, f.Items))
	}
	for _, d := range []struct {
		to  *time.Duration
		key string
		s   string
	}{{&o.Window, "window", f.Window}, {&o.Retry, "retry", f.Retry}} {
		if d.s == "" {
			continue
		}
		v, err := time.ParseDuration(d.s)
		if err != nil || v <= 0 || v > 24*time.Hour {
			faults = append(faults, fmt.Errorf("%s: %s: %q: write a time such as \"2m\", at most 24h", name, d.key, d.s))
		}
		*d.to = v
	}
	for institution, s := range f.CutOff {
		t, err := time.Parse("15:04", s)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: cutoff.%s: %q: write a time of day such as \"23:00\"", name, institution, s))
			continue
		}
		if o.CutOff == nil {
			o.CutOff = map[string]time.Duration{}
		}
		if institution == "*" {
			institution = ""
		}
		o.CutOff[institution] = time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
	}
	for i, e := range f.Fees {
		key := fmt.Sprintf("fees[%d]", i)
		r := FeeRule{Institution: e.Institution, Merchant: e.Merchant}
		for _, k := range e.Kinds {
			kind, err := txn.ParseKind(k)
			if err != nil {
				faults = append(faults, fmt.Errorf("%s: %s.kinds: %w", name, key, err))
			}
			r.Kinds = append(r.Kinds, kind)
		}
		ppm(&r.PPM, key+".percent", e.Percent)
		money(&r.Fixed, key+".fixed", e.Fixed)
		money(&r.Min, key+".min", e.Min)
		money(&r.Max, key+".max", e.Max)
		money(&r.Off, key+".off", e.Off)
		if r.PPM == 0 && r.Fixed == 0 && r.Min == 0 {
			faults = append(faults, fmt.Errorf("%s: %s: the rule has no rate: give percent, fixed or min", name, key))
		}
		if r.Max > 0 && r.Max < r.Min {
			faults = append(faults, fmt.Errorf("%s: %s: max %s is below min %s: exchange them", name, key, e.Max, e.Min))
		}
		o.Fees = append(o.Fees, r)
	}
	return o, errors.Join(faults...)
}

// decimal reads a number that is not negative with at most places decimals, as an
// integer of the last place. The empty text is 0.
func decimal(s string, places int) (int64, error) {
	if s == "" {
		return 0, nil
	}
	whole, frac, _ := strings.Cut(s, ".")
	if len(frac) > places || len(whole) > 12 {
		return 0, strconv.ErrRange
	}
	v, err := strconv.ParseUint(whole+frac+strings.Repeat("0", places-len(frac)), 10, 63)
	return int64(v), err
}
