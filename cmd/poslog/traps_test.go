package main

import "testing"

// TestTraps runs the traps of real files that need both books to be seen; those of
// single files are in the readers' tests.
func TestTraps(t *testing.T) {
	for name, want := range map[string]map[string]int{
		// The terminal's clock is seven minutes ahead and the files share no number.
		"19-clock-drift": {"matched": 12},
		// The settlement dates the refund when it was asked for, the terminal when it went through.
		"20-refund-dated-on-request": {"matched": 3},
		// What follows the cut-off stands in the next day's file: not missing, and no
		// evidence that B4 does not settle.
		"24-cut-over": {"matched": 6, "pending_cutoff": 1},
	} {
		t.Run(name, func(t *testing.T) {
			res := analyzeJSON(t, "cmd/poslog/testdata/traps/"+name)
			for state, total := range res.Reconciliation.States {
				if total.Count != want[state] {
					t.Errorf("%s: %d, want %d", state, total.Count, want[state])
				}
			}
			for _, c := range res.Codes {
				if c.Code == "B4" && (c.Status != "undecidable" || c.Evidence["settlement_covered"] != nil && c.Evidence["settlement_covered"].(float64) > 0) {
					t.Errorf("B4 is %s with %v rows covered by settlement", c.Status, c.Evidence["settlement_covered"])
				}
			}
		})
	}
}
