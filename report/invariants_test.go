package report

import (
	"fmt"
	"testing"

	"github.com/poslog/poslog/analyze"
)

// invariants are the sums that every Result must satisfy; the errors name those
// that it does not.
func invariants(r *analyze.Result) []error {
	var errs []error
	check := func(what string, got, want int64) {
		if got != want {
			errs = append(errs, fmt.Errorf("%s: %d, want %d", what, got, want))
		}
	}
	parts := func(what string, c analyze.Count) {
		check(what+": attempts", int64(c.Approved+c.Declined.Technical+c.Declined.Business+c.Unknown+c.Reversed), int64(c.Attempts))
	}
	parts("totals", r.Totals.Count)
	var inst analyze.Count
	for _, c := range r.Totals.ByInstitution {
		parts("institution "+c.Institution, c.Count)
		inst.Attempts += c.Attempts
		inst.Approved += c.Approved
		inst.ApprovedAmount += c.ApprovedAmount
	}
	check("institutions: attempts", int64(inst.Attempts), int64(r.Totals.Attempts))
	check("institutions: approved", int64(inst.Approved), int64(r.Totals.Approved))
	check("institutions: approved amount", inst.ApprovedAmount, r.Totals.ApprovedAmount)
	for _, in := range r.Inputs {
		n := in.Records + in.Rejected
		for _, k := range in.Skipped {
			n += k
		}
		check("input "+in.Name+": lines", int64(n), int64(in.Lines))
	}
	for _, b := range r.Timeline.Buckets {
		check("bucket "+b.Start.String(), int64(b.Approved+b.Technical+b.Business+b.Unknown+b.Reversed), int64(b.Attempts))
	}
	for _, in := range r.Incidents {
		if in.Failures > in.Attempts || !in.Start.Before(in.End) || in.Confidence < 0 || in.Confidence > 1 {
			errs = append(errs, fmt.Errorf("incident %s: failures %d of %d, %s to %s, confidence %g", in.ID, in.Failures, in.Attempts, in.Start, in.End, in.Confidence))
		}
		n := 0
		for _, c := range in.Codes {
			n += c.N
		}
		check("incident "+in.ID+": codes", int64(n), int64(in.Failures))
	}
	if c := r.Reconciliation; c != nil {
		n := map[string]int{}
		for _, it := range c.Items {
			n[it.State]++
		}
		for s, k := range n {
			check("state "+s+": items", int64(k), int64(c.States[s].Count))
		}
	}
	if s := r.Sales; s != nil {
		n, amount := 0, int64(0)
		for _, g := range s.Groups {
			n, amount = n+g.Count, amount+g.Amount
		}
		check("failed groups: count", int64(n), int64(s.Failed.Count))
		check("failed groups: amount", amount, s.Failed.Amount)
	}
	if c := r.Cube; c != nil {
		var sum analyze.Count
		outcome := 0
		for i, d := range c.Dims {
			if d.Name == "outcome" {
				outcome = i
			}
		}
		for _, row := range c.Cells {
			if len(row) != len(c.Dims)+3 {
				errs = append(errs, fmt.Errorf("cube: row of %d numbers", len(row)))
				break
			}
			addCell(&sum, c.Dims[outcome].Values[row[1+outcome]], row[len(row)-2], row[len(row)-1])
		}
		check("cube: attempts", int64(sum.Attempts), int64(r.Totals.Attempts))
		check("cube: approved", int64(sum.Approved), int64(r.Totals.Approved))
		check("cube: technical", int64(sum.Declined.Technical), int64(r.Totals.Declined.Technical))
		check("cube: business", int64(sum.Declined.Business), int64(r.Totals.Declined.Business))
		check("cube: approved amount", sum.ApprovedAmount, r.Totals.ApprovedAmount)
	}
	return errs
}

func TestInvariants(t *testing.T) {
	for _, err := range invariants(fixture()) {
		t.Error(err)
	}
	broken := fixture()
	broken.Totals.Approved++
	if len(invariants(broken)) == 0 {
		t.Error("a broken sum is not noticed")
	}
}
