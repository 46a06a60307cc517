package report

import (
	"encoding/json"
	"errors"
	"io"
)

// writeJSON writes the Result itself, or the Diff that the report was made of:
// indented, in the order of the contract, the same bytes for the same Result.
func writeJSON(w io.Writer, p *Report) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if p.Result == nil {
		return e.Encode(p.data)
	}
	return e.Encode(p.Result)
}

// writeJSONL writes the rows of the Result, one object per line with its type:
// report, input, institution, code, incident, maintenance, state, item, bucket,
// problem.
func writeJSONL(w io.Writer, p *Report) error {
	r := p.Result
	if r == nil {
		return errors.New("JSON Lines needs an analysis; write this report as json")
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	var err error
	put := func(kind string, v any) {
		if err == nil {
			err = e.Encode(struct {
				Type string `json:"type"`
				Data any    `json:"data"`
			}{kind, v})
		}
	}
	put("report", map[string]any{"schema": r.Schema, "tool": r.Tool, "period": r.Period, "timezone": r.Timezone, "currency": r.Currency,
		"provisional": r.Provisional, "verdict": r.Verdict, "totals": r.Totals.Count})
	for i := range r.Inputs {
		put("input", &r.Inputs[i])
	}
	for i := range r.Totals.ByInstitution {
		put("institution", &r.Totals.ByInstitution[i])
	}
	for i := range r.Codes {
		put("code", &r.Codes[i])
	}
	for i := range r.Incidents {
		put("incident", &r.Incidents[i])
	}
	for i := range r.Maintenance {
		put("maintenance", &r.Maintenance[i])
	}
	if c := r.Reconciliation; c != nil {
		for _, k := range sortedKeys(c.States) {
			put("state", map[string]any{"state": k, "total": c.States[k]})
		}
		for i := range c.Items {
			put("item", &c.Items[i])
		}
	}
	for i := range r.Timeline.Buckets {
		put("bucket", &r.Timeline.Buckets[i])
	}
	for i := range r.Problems {
		put("problem", &r.Problems[i])
	}
	return err
}
