package reconcile

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/txn"
)

func TestParseOptions(t *testing.T) {
	o, err := ParseOptions("r.yaml", []byte(`
amount: {above: "0.05", below: "1", below_percent: "0.1"}
lag_days_before: 0
lag_days_after: 7
pending_days: 2
window: "90s"
cutoff: {"*": "23:00", NSH001: "22:30", NSH002: "00:00", NSH003: "24:00"}
fees:
  - {institution: NSH001, kinds: [sale], percent: "0.38", min: "0.01", max: "20.00", off: "0.01"}
  - {fixed: "1"}
`))
	want := Options{
		Amount:    Tolerance{Above: 5, Below: 100, BelowPPM: 1000},
		LagBefore: -1, LagAfter: 7, PendingDays: 2, Window: 90 * time.Second,
		CutOff: map[string]time.Duration{"": 23 * time.Hour, "NSH001": 22*time.Hour + 30*time.Minute, "NSH002": 24 * time.Hour, "NSH003": 24 * time.Hour},
		Fees:   []FeeRule{{Institution: "NSH001", Kinds: []txn.Kind{txn.Sale}, PPM: 3800, Min: 1, Max: 2000, Off: 1}, {Fixed: 100}},
	}
	if err != nil || !reflect.DeepEqual(o, want) {
		t.Errorf("%v\n got %+v\nwant %+v", err, o, want)
	}
}

func TestParseOptionsRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`amount: {above: "0.001"}`:                       `amount.above: "0.001" is no amount`,
		`amount: {above: "-1"}`:                          `is no amount`,
		`amount: {over: "1"}`:                            `r.yaml:1: unknown field "over"`,
		`fees: [{percent: "x"}]`:                         `fees[0].percent: "x" is no percentage`,
		`fees: [{institution: A}]`:                       `fees[0]: the rule has no rate`,
		`fees: [{kinds: [dance], fixed: "1"}]`:           `unknown kind "dance"`,
		`cutoff: {A: "25:00"}`:                           `cutoff.A: "25:00": write a time of day`,
		`window: "soon"`:                                 `window: "soon": write a time`,
		`pending_days: -1`:                               `use 0 to 366 days`,
		`fees: [{percent: "0.6", min: "30", max: "25"}]`: `fees[0]: max 25 is below min 30`,
		"# nothing yet\n":                                `empty: give a setting`,
	} {
		if _, err := ParseOptions("r.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "r.yaml") {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
