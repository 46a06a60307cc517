package generate

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/txn"
)

// TestEveryScenario checks what must hold in any world, by counting again
// from the rows.
func TestEveryScenario(t *testing.T) {
	for _, name := range Names() {
		for i, p := range Profiles() {
			o := Options{Profile: p, Attempts: []int{150, 600}[i], Days: 2}
			w, err := Scenario(name, 99, o)
			if err != nil {
				t.Errorf("%s/%s: %v", name, p, err)
				continue
			}
			check(t, name+"/"+p, w)
		}
	}
}

func check(t *testing.T, what string, w *World) {
	t.Helper()
	if !slices.IsSortedFunc(w.Rows, func(a, b Row) int { return int(max(-1, min(1, a.At-b.At))) }) {
		t.Errorf("%s: rows are not in order of time", what)
	}
	attempts, failures := make([]int, len(w.Faults)), make([]int, len(w.Faults))
	for i := range w.Rows {
		x := &w.Rows[i]
		if x.At < w.midnight || x.At >= w.end() {
			t.Fatalf("%s: row %d lies outside the days", what, i)
		}
		if x.Fault > 0 {
			f := w.Faults[x.Fault-1]
			failures[x.Fault-1]++
			if !w.Hits(f, x.At, x.Term, x.Card, x.Kind) || x.Code == approved {
				t.Fatalf("%s: row %d fails by a fault that does not hit it", what, i)
			}
		}
		for k, f := range w.Faults {
			counted := x.Kind.Attempt()
			if f.Cause == DataGap {
				counted = f.lost
			}
			if counted && w.Hits(f, x.At, x.Term, x.Card, x.Kind) {
				attempts[k]++
			}
		}
		switch {
		case x.Kind == txn.Reversal && (x.Orig < 0 || w.Rows[x.Orig].STAN != x.STAN):
			t.Fatalf("%s: reversal %d has no original", what, i)
		case x.Flags&Answered == 0 && x.Auth != 0:
			t.Fatalf("%s: row %d has an authorisation code without an answer", what, i)
		}
	}
	for k, f := range w.Faults {
		if f.Attempts != attempts[k] || f.Failures != failures[k] {
			t.Errorf("%s: %s counted %d of %d, rows say %d of %d", what, f.Cause, f.Failures, f.Attempts, failures[k], attempts[k])
		}
		if f.End <= f.Start || f.Start < w.midnight || f.End > w.end() {
			t.Errorf("%s: %s has the window %v to %v", what, f.Cause, f.Start.Time(), f.End.Time())
		}
	}
	tr := w.Truth()
	sum := 0
	for _, s := range tr.Reconciliation {
		sum += s.Count
	}
	open := 0
	for i := range w.Settled {
		if !w.Settled[i].Dropped {
			open++
		}
	}
	unsettled := 0
	for _, n := range []string{"terminal_only", "pending_cutoff"} {
		if s := tr.Reconciliation[n]; s != nil {
			unsettled += s.Count
		}
	}
	if sum-unsettled != open {
		t.Errorf("%s: %d settled rows but %d in states", what, open, sum-unsettled)
	}
}

// TestSeeds: another seed or profile is another world, the same is the same.
func TestSeeds(t *testing.T) {
	sum := func(seed uint64, p string) string {
		w, err := Scenario("network-clean", seed, Options{Profile: p, Attempts: 200})
		if err != nil {
			t.Fatal(err)
		}
		files, err := w.Files()
		if err != nil {
			t.Fatal(err)
		}
		return string(files[w.FileNames()[0]]) + string(files["truth.json"])
	}
	first := sum(1, "A")
	if again := sum(1, "A"); first != again {
		t.Error("the same seed gives different bytes")
	}
	if first == sum(2, "A") || first == sum(1, "B") {
		t.Error("another seed or profile gives the same bytes")
	}
}

// TestFindable: planted windows hold enough attempts to be found, at every
// size; the exceptions are listed by the share allowed.
func TestFindable(t *testing.T) {
	for _, n := range []int{150, 600, 3000} {
		thin, all := 0, 0
		for _, c := range Causes[:len(Causes)-1] {
			for _, v := range Variants {
				for seed := range uint64(4) {
					w, err := Scenario(c+"-"+v, seed, Options{Attempts: n, Profile: "B"})
					if err != nil {
						t.Fatal(err)
					}
					for _, f := range w.Faults {
						all++
						if f.Attempts < 5 {
							thin++
						}
					}
				}
			}
		}
		limit := map[int]float64{150: .45, 600: .2, 3000: .1}[n]
		if float64(thin) > limit*float64(all) {
			t.Errorf("%d attempts a day: %d of %d windows hold fewer than 5 attempts", n, thin, all)
		}
		t.Logf("%d attempts a day: %d of %d windows hold fewer than 5 attempts", n, thin, all)
	}
}

// TestVariants: a confounder differs in a subset, short and weak.
func TestVariants(t *testing.T) {
	for name, r := range confounders() {
		if r.day == nil {
			continue
		}
		forms := map[string]string{}
		for _, v := range Forms(name) {
			form := ""
			for seed := range uint64(4) {
				w, err := Scenario(name, seed, Options{Attempts: 3000, Variant: v})
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range w.Faults {
					form += fmt.Sprint(f.Cause, f.Start, f.End, f.Severity, f.Scope)
					if d := f.End.Sub(f.Start); v == "short" && d > 10*time.Minute && f.Cause != DataGap && name != "overrun" {
						t.Errorf("%s: short lasts %v", name, d)
					}
				}
			}
			if other, ok := forms[form]; ok && form != "" && !(v == "weak" && strings.Contains(form, DataGap)) { // silence is never weak
				t.Errorf("%s: %s is the same as %s", name, v, other)
			}
			forms[form] = v
		}
	}
}

func TestCards(t *testing.T) {
	w, err := Scenario("ugly", 3, Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := newRNG(1, "cards")
	for range 2000 {
		c := w.newCard(r)
		pan := w.pan(c)
		if !luhn(pan) || pan[6:11] != "00000" || pan[:6]+"******"+pan[12:] != w.masked(c) {
			t.Fatalf("%s is no test number of %s", pan, w.masked(c))
		}
	}
}

func TestRefusedOptions(t *testing.T) {
	for _, o := range []Options{{Profile: "C"}, {Attempts: -1}, {Days: 9999}, {Format: "doc"}, {Institutions: 40}} {
		if _, err := Scenario("quiet", 1, o); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
	if _, err := Scenario("no-such", 1, Options{}); err == nil {
		t.Error("an unknown scenario is accepted")
	}
}
