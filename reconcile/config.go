package reconcile

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/poslog/poslog/internal/gbk"
	"github.com/poslog/poslog/internal/yamlerr"
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
	Fees        []feeEntry        `yaml:"fees"`
}

type feeEntry struct {
	Institution string   `yaml:"institution"`
	Merchant    string   `yaml:"merchant"`
	Kinds       []string `yaml:"kinds"`
	Percent     string   `yaml:"percent"` // "0.38"
	Fixed       string   `yaml:"fixed"`
	Min         string   `yaml:"min"`
	Max         string   `yaml:"max"`
	Off         string   `yaml:"off"`
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
		at, message := yamlerr.Split(name, err)
		return Options{}, fmt.Errorf("%s: %s", at, yamlerr.Known(message, f))
	}
	c := config{name: name}
	o := Options{Items: f.Items}
	c.money(&o.Amount.Above, "amount.above", f.Amount.Above)
	c.money(&o.Amount.Below, "amount.below", f.Amount.Below)
	c.ppm(&o.Amount.AbovePPM, "amount.above_percent", f.Amount.AbovePercent)
	c.ppm(&o.Amount.BelowPPM, "amount.below_percent", f.Amount.BelowPercent)
	c.days(&o.LagBefore, "lag_days_before", f.LagBefore)
	c.days(&o.LagAfter, "lag_days_after", f.LagAfter)
	c.days(&o.PendingDays, "pending_days", f.PendingDays)
	if o.Items < 0 {
		c.fault("items: %d: give how many cases of each state to list, such as 10000", o.Items)
	}
	c.span(&o.Window, "window", f.Window)
	c.span(&o.Retry, "retry", f.Retry)
	o.CutOff = c.cutOffs(f.CutOff)
	for i := range f.Fees {
		o.Fees = append(o.Fees, c.fee(fmt.Sprintf("fees[%d]", i), &f.Fees[i]))
	}
	return o, errors.Join(c.faults...)
}

// config collects the faults of one file while its settings are read.
type config struct {
	name   string
	faults []error
}

func (c *config) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Errorf("%s: "+format, append([]any{c.name}, args...)...))
}

func (c *config) money(to *txn.Minor, key, s string) {
	v, err := decimal(s, 2)
	if err != nil {
		c.fault("%s: %q is no amount: write yuan such as \"0.01\"", key, s)
		return
	}
	*to = txn.Minor(v)
}

func (c *config) ppm(to *int64, key, s string) {
	v, err := decimal(s, 4)
	if err != nil {
		c.fault("%s: %q is no percentage: write for example \"0.38\"", key, s)
		return
	}
	*to = v // ten-thousandths of a percent are millionths
}

// days takes a number of days; 0 is none, where it would be the default.
func (c *config) days(to *int, key string, v *int) {
	switch {
	case v == nil:
	case *v < 0 || *v > 366:
		c.fault("%s: %d: use 0 to 366 days", key, *v)
	case *v == 0:
		*to = -1
	default:
		*to = *v
	}
}

func (c *config) span(to *time.Duration, key, s string) {
	if s == "" {
		return
	}
	v, err := time.ParseDuration(s)
	if err != nil || v <= 0 || v > 24*time.Hour {
		c.fault("%s: %q: write a time such as \"2m\", at most 24h", key, s)
	}
	*to = v
}

// cutOffs are times of day by institution, "" for all others. A business day that ends at midnight
// ends at the end of its date, whether that is written 00:00 or 24:00.
func (c *config) cutOffs(of map[string]string) map[string]time.Duration {
	var out map[string]time.Duration
	for _, institution := range slices.Sorted(maps.Keys(of)) {
		t, err := time.Parse("15:04", of[institution])
		if err != nil && of[institution] != "24:00" {
			c.fault("cutoff.%s: %q: write a time of day such as \"23:00\"", institution, of[institution])
			continue
		}
		if out == nil {
			out = map[string]time.Duration{}
		}
		if institution == "*" {
			institution = ""
		}
		clock := time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
		out[institution] = cmp.Or(clock, 24*time.Hour)
	}
	return out
}

func (c *config) fee(key string, e *feeEntry) FeeRule {
	r := FeeRule{Institution: e.Institution, Merchant: e.Merchant}
	for _, k := range e.Kinds {
		kind, err := txn.ParseKind(k)
		if err != nil {
			c.fault("%s.kinds: %w", key, err)
		}
		r.Kinds = append(r.Kinds, kind)
	}
	c.ppm(&r.PPM, key+".percent", e.Percent)
	c.money(&r.Fixed, key+".fixed", e.Fixed)
	c.money(&r.Min, key+".min", e.Min)
	c.money(&r.Max, key+".max", e.Max)
	c.money(&r.Off, key+".off", e.Off)
	if r.PPM == 0 && r.Fixed == 0 && r.Min == 0 {
		c.fault("%s: the rule has no rate: give percent, fixed or min", key)
	}
	if r.Max > 0 && r.Max < r.Min {
		c.fault("%s: max %s is below min %s: exchange them", key, e.Max, e.Min)
	}
	return r
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
