package report

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/poslog/poslog/analyze"
)

// scaled is the fixture with the attempts of one institution multiplied.
func scaled(inst string, factor int64) *analyze.Result {
	r := fixture()
	for _, row := range r.Cube.Cells {
		if r.Cube.Dims[0].Values[row[1]] == inst {
			row[len(row)-1] *= factor
			row[len(row)-2] *= factor
		}
	}
	recount(r)
	return r
}

// recount makes the totals follow the cube again.
func recount(r *analyze.Result) {
	f := r.Totals.Formulas
	r.Totals, r.Codes, r.Timeline.Buckets, r.Terminals = analyze.Totals{Formulas: f}, nil, nil, nil
	countFixture(r, zone(r.Timezone))
}

func mustDiff(t *testing.T, a, b *analyze.Result) *Diff {
	t.Helper()
	d, err := NewDiff(a, b)
	if err != nil {
		t.Fatal(err)
	}
	// Whatever changed: the effects add up.
	if math.Abs(d.RateEffect+d.MixEffect-d.Change) > 1e-8 {
		t.Errorf("rate %g and mix %g do not add up to %g", d.RateEffect, d.MixEffect, d.Change)
	}
	sum := 0.0
	for _, c := range d.Contributions {
		sum += c.Effect
	}
	for _, dim := range d.By {
		rate, mix := 0.0, 0.0
		for _, s := range dim.Segments {
			rate, mix = rate+s.RateEffect, mix+s.MixEffect
		}
		if math.Abs(rate-dim.RateEffect) > 1e-7 || math.Abs(mix-dim.MixEffect) > 1e-7 || math.Abs(rate+mix-d.Change) > 1e-7 {
			t.Errorf("%s: rate %g and mix %g, stated %g and %g, do not make %g", dim.Name, rate, mix, dim.RateEffect, dim.MixEffect, d.Change)
		}
	}
	if math.Abs(sum-d.RateEffect) > 1e-7 {
		t.Errorf("the contributions add up to %g, the rate effect is %g", sum, d.RateEffect)
	}
	return d
}

func TestDiffOfTheSame(t *testing.T) {
	d := mustDiff(t, fixture(), fixture())
	if len(d.By) == 0 {
		t.Error("the change is split by institutions alone")
	}
	if d.Change != 0 || d.RateEffect != 0 || d.MixEffect != 0 || len(d.NewCodes)+len(d.GoneCodes)+len(d.Meanings) != 0 {
		t.Errorf("a report differs from itself: %+v", d)
	}
}

func TestDiffMix(t *testing.T) {
	d := mustDiff(t, fixture(), scaled("NSH002", 3))
	if math.Abs(d.RateEffect) > 1e-9 || d.MixEffect >= 0 {
		t.Errorf("only the mix changed, towards the worse institution: rate %g, mix %g", d.RateEffect, d.MixEffect)
	}
}

func TestDiffVolumeAlone(t *testing.T) {
	b := fixture()
	for _, row := range b.Cube.Cells {
		row[len(row)-1] *= 5
		row[len(row)-2] *= 5
	}
	recount(b)
	d := mustDiff(t, fixture(), b)
	if math.Abs(d.Change) > 1e-9 || math.Abs(d.MixEffect) > 1e-9 {
		t.Errorf("five times the volume changed the rate: %g", d.Change)
	}
	for _, c := range d.Contributions {
		if c.Effect != 0 || c.Amount != 0 {
			t.Errorf("%s %s: effect %g, amount %d", c.Institution, c.Code, c.Effect, c.Amount)
		}
	}
	if d.Money.VolumeEffect != d.Money.ApprovedB-d.Money.ApprovedA {
		t.Errorf("money by volume %d of %d", d.Money.VolumeEffect, d.Money.ApprovedB-d.Money.ApprovedA)
	}
}

// One code of one kind may have two meanings on both sides, and no institution.
func TestDiffOfTwoMeanings(t *testing.T) {
	twice := func(meanings ...string) *analyze.Result {
		r := fixture()
		for _, m := range meanings {
			r.Codes = append(r.Codes, analyze.Code{Code: "Y1", Kind: "sale", Meaning: m, N: 1})
		}
		return r
	}
	if d := mustDiff(t, twice("unknown", "declined"), twice("unknown", "declined")); len(d.Meanings) > 0 {
		t.Errorf("a report differs from itself: %+v", d.Meanings)
	}
	d := mustDiff(t, twice("unknown", "declined"), twice("unknown", "approved"))
	if got := LayDiff(d, Options{Lang: "en"}).Verdict; len(d.Meanings) != 1 || !strings.HasSuffix(got, " Y1 (sale) is taken for something else: declined → approved.") {
		t.Errorf("%+v %s", d.Meanings, got)
	}
}

// A code that was a success and is a failure now is named at once.
func TestDiffSaysOtherMeaning(t *testing.T) {
	a, b := fixture(), fixture()
	for i := range b.Codes {
		if c := &b.Codes[i]; c.Code == "B4" && c.Meaning == "approved" {
			c.Meaning = "declined"
		}
	}
	d := mustDiff(t, a, b)
	if len(d.Meanings) == 0 {
		t.Fatal("no other meaning")
	}
	if got := LayDiff(d, Options{}).Verdict; !strings.Contains(got, "判作另一个意思：成功 → 拒绝。") {
		t.Error(got)
	}
}

func TestDiffRate(t *testing.T) {
	a := fixture() // the day before: what I1 refused was approved
	moved := 0
	for _, row := range a.Cube.Cells {
		if a.Cube.Dims[4].Values[row[5]] == "I1" && a.Cube.Dims[1].Values[row[2]] == "B4" {
			row[2], row[3], row[4], row[5] = 1, 0, 0, 0
			moved += int(row[7])
		}
	}
	gone := a.Incidents[0]
	a.Incidents = a.Incidents[1:]
	a.Causes = slices.DeleteFunc(a.Causes, func(c analyze.CauseCount) bool { return c.Cause == gone.Cause && c.Planned == gone.Planned })
	recount(a)
	d := mustDiff(t, a, fixture())
	c := d.Contributions[0]
	if c.Institution != "NSH002" || c.Code != "B4" || c.Cause != "maintenance" || c.B != moved || c.A != 0 {
		t.Errorf("the largest contribution is %+v", c)
	}
	if want := -float64(moved) / float64(fixture().Totals.Attempts); math.Abs(c.Effect-want) > 1e-8 || math.Abs(d.MixEffect) > 1e-9 {
		t.Errorf("effect %g, want %g; mix %g", c.Effect, want, d.MixEffect)
	}
	if len(d.NewCodes) != 1 || d.NewCodes[0].Code != "B4" || d.NewCodes[0].Institution != "NSH002" {
		t.Errorf("new codes %+v", d.NewCodes)
	}
	for _, lang := range []string{"zh", "en"} {
		for _, f := range Formats {
			var b bytes.Buffer
			err := f.Write(&b, LayDiff(d, Options{Lang: lang}))
			if f.Name == "jsonl" {
				if err == nil {
					t.Error("jsonl of a comparison gives no error")
				}
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", f.Name, err)
			}
			if f.Name == "text" {
				golden(t, "diff."+lang+".txt", b.Bytes())
			}
			if f.Name == "json" {
				var back Diff
				if err := json.Unmarshal(b.Bytes(), &back); err != nil || back.Change != d.Change {
					t.Errorf("json: %v", err)
				}
			}
		}
	}
	var b bytes.Buffer
	if err := writeHTML(&b, LayDiff(d, Options{Lang: "zh"})); err != nil {
		t.Fatal(err)
	}
	x := openHTML(t, b.Bytes(), 1240, false)
	x.quiet()
	x.shot("diff-zh")
}

// TestDiffPageOfTheSame: a page of a comparison without any effect has no fault.
func TestDiffPageOfTheSame(t *testing.T) {
	var b bytes.Buffer
	if err := writeHTML(&b, LayDiff(mustDiff(t, fixture(), fixture()), Options{Lang: "en"})); err != nil {
		t.Fatal(err)
	}
	openHTML(t, b.Bytes(), 1240, false).quiet()
}

func TestDiffAppearingInstitution(t *testing.T) {
	a := fixture()
	kept := a.Cube.Cells[:0]
	for _, row := range a.Cube.Cells {
		if row[1] == 0 {
			kept = append(kept, row)
		}
	}
	a.Cube.Cells = kept
	d, err := NewDiff(a, fixture())
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(d.RateEffect) > 1e-9 || math.Abs(d.MixEffect-d.Change) > 1e-8 {
		t.Errorf("a new institution alone is mix: rate %g, mix %g of %g", d.RateEffect, d.MixEffect, d.Change)
	}
	if c := rateOf(0, 0); c.Text != none || rateOf(3, 0).Text == none {
		t.Errorf("the rate of no attempts is %q", c.Text)
	}
}

func TestDiffRefuses(t *testing.T) {
	none := fixture()
	none.Cube = nil
	other := fixture()
	other.Currency = "USD"
	broken := fixture()
	broken.Cube.Cells[0] = []int64{1, 2}
	wrong := fixture()
	wrong.Cube.Cells[0][1] = 99
	for name, r := range map[string]*analyze.Result{"no cube": none, "other currency": other, "short row": broken, "index beyond": wrong} {
		if _, err := NewDiff(fixture(), r); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// A report names the largest institutions only. One that is among the others in one of two reports is compared with them:
// it has not appeared, and that it fails is no mix.
func TestDiffOfManyInstitutions(t *testing.T) {
	day := func(bad string, named ...string) *analyze.Result {
		r := fixture()
		k := &analyze.Cube{Start: r.Cube.Start, BucketSeconds: 3600, Dims: []analyze.CubeDim{{Name: "institution", Values: append(named, "*"), Folded: 3},
			{Name: "code", Values: []string{"00", "91"}}, {Name: "outcome", Values: []string{"approved", "technical"}}, {Name: "class", Values: []string{""}}, {Name: "incident", Values: []string{""}}}}
		for i, name := range k.Dims[0].Values {
			failed := int64(10)
			if name == bad {
				failed = 40
			}
			k.Cells = append(k.Cells, []int64{0, int64(i), 0, 0, 0, 0, 200 - failed, 0}, []int64{0, int64(i), 1, 1, 0, 0, failed, 0})
		}
		r.Cube, r.Incidents = k, nil
		return r
	}
	d := mustDiff(t, day("", "A", "B", "C"), day("D", "A", "B", "D"))
	if len(d.Segments) != 3 || d.Segments[0].Value != others || d.Segments[0].AttemptsA != 400 || d.Segments[0].AttemptsB != 400 || math.Abs(d.MixEffect) > 1e-9 || math.Abs(d.RateEffect-d.Change) > 1e-9 || d.Change > -.03 {
		t.Errorf("%+v: %g by rates, %g by mix", d.Segments, d.RateEffect, d.MixEffect)
	}
	if p := LayDiff(d, Options{Lang: "en"}); !strings.Contains(p.Verdict, "91 (other institutions, technical)") {
		t.Error(p.Verdict)
	}
}
