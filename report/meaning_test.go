package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/poslog/poslog/analyze"
)

// A refusal whose reason no explanation leads clearly is not said to be the likeliest of
// them, the meaning beside it is the likeliest other one, and both probabilities are said:
// capped evidence need not follow the sums.
func TestReasonOpen(t *testing.T) {
	r := fixture()
	line := func(funds, host float64) analyze.Line {
		return analyze.Line{Name: "latency", Decibans: map[string]float64{"insufficient_funds": funds, "host": host, "mixed": 0}}
	}
	r.Codes = []analyze.Code{{Institution: "NSH001", Code: "B4", Kind: "sale", N: 24, Status: "decided", Meaning: "declined", Class: "UNKNOWN_LOCAL", Confidence: .943,
		Evidence: map[string]any{"hypothesis": "insufficient_funds", "posterior": map[string]float64{"insufficient_funds": .528, "host": .355, "mixed": .004}}, Lines: []analyze.Line{line(-23.7, -15.2)}}}
	p := New(r, Options{})
	for _, s := range p.Sections {
		if s.ID != "code-NSH001-B4-sale" {
			continue
		}
		notes := strings.Join(s.Notes, "\n")
		if !strings.Contains(notes, "拒绝（原因未定）") || !strings.Contains(notes, "余额不足 52.8%，主机维护或停机 35.5%") {
			t.Error(notes)
		}
		if c := s.Table.Columns; len(c) != 4 || !strings.Contains(c[3].Title, "主机") {
			t.Errorf("%+v", c)
		}
		return
	}
	t.Error("no card")
}

// A refusal for want of funds or above a limit is said to be one of the two where the evidence
// does not tell which.
func TestFundsOrLimit(t *testing.T) {
	for odds, want := range map[float64]string{.52: "拒绝（余额或限额）", .79: "拒绝（余额不足）"} {
		r := fixture()
		r.Codes = []analyze.Code{{Institution: "NSH001", Code: "B4", Kind: "sale", N: 24, Status: "decided", Meaning: "declined", Class: "CH_FUNDS_LIMIT", Confidence: .8,
			Evidence: map[string]any{"hypothesis": "insufficient_funds", "posterior": map[string]float64{"insufficient_funds": odds, "amount_limit": .8 - odds}}}}
		for _, s := range New(r, Options{}).Sections {
			if notes := strings.Join(s.Notes, "\n"); s.ID == "code-NSH001-B4-sale" && !strings.Contains(notes, want) {
				t.Errorf("%g: %s", odds, notes)
			}
		}
	}
}

// Sales that the terminal called failed and that were settled are told to the merchant,
// whose customers may have paid twice.
func TestMerchantLearnsOfHiddenSuccess(t *testing.T) {
	r := fixture()
	r.Codes = []analyze.Code{{Code: "B4", N: 46, Status: "decided", Meaning: "approved"}, {Code: "00", N: 300, Status: "defined", Meaning: "approved"}}
	got := head(t, r, Options{View: Merchant, Width: 200}, 12)
	if !strings.Contains(got, "46 笔终端显示 B4") || strings.Contains(got, "终端显示 00") {
		t.Error(got)
	}
}

// The card of the kinds that have none of their own is of the rest, not of all.
func TestKindOfTheRest(t *testing.T) {
	r := fixture()
	r.Codes = []analyze.Code{{Code: "00", Kind: "sale", N: 9, Status: "defined"}, {Code: "00", Kind: "all", N: 2, Status: "defined"}, {Code: "51", Kind: "all", N: 1, Status: "defined"}}
	for _, s := range New(r, Options{}).Sections {
		if s.ID == "codes" {
			var got []string
			kind := slices.IndexFunc(s.Table.Columns, func(c Column) bool { return c.ID == "kind" })
			for _, row := range s.Table.Rows {
				got = append(got, row[kind].Text)
			}
			if strings.Join(got, " ") != "消费 其余 全部" {
				t.Error(got)
			}
		}
	}
}

// What explains a code stands on its card, or where it has none in a section: once.
func TestExplainedOnce(t *testing.T) {
	r := fixture()
	r.Codes = []analyze.Code{{Institution: "NSH001", Code: "B4", N: 24, Status: "decided", Meaning: "declined"}, {Institution: "NSH001", Code: "91", N: 5, Status: "defined", Meaning: "declined"}}
	by := []analyze.ExplainedBy{{Incident: "I1", N: 5, Explained: 5}}
	r.Explained = []analyze.Explained{{Institution: "NSH001", Code: "B4", N: 24, By: by, Text: analyze.Text{Zh: "B4 由 I1 解释"}}, {Institution: "NSH001", Code: "91", N: 5, By: by, Text: analyze.Text{Zh: "91 由 I1 解释"}}}
	got := string(render(t, "text", r, Options{Width: 200}))
	for _, want := range []string{"B4 由 I1 解释", "91 由 I1 解释"} {
		if n := strings.Count(got, want); n != 1 {
			t.Errorf("%q stands %d times", want, n)
		}
	}
}

// An announced window in which nothing was tried, or whose institution the data do not have
// by that name, is not harmless: nothing is known of it.
func TestWindowsThatNothingIsKnownOf(t *testing.T) {
	r := fixture()
	r.Maintenance[1].Observed = true
	for _, c := range []struct {
		institution string
		observed    bool
		want        string
	}{{"NSH001", true, "harmless"}, {"NSH001", false, "no attempt then"}, {"NSH01", false, "not in the data"}, {"", false, "no attempt then"}} {
		m := &r.Maintenance[1]
		m.Institution, m.Observed = c.institution, c.observed
		got := string(render(t, "text", r, Options{Lang: "en", View: Ops, Width: 400}))
		for _, word := range []string{"harmless", "no attempt then", "not in the data"} {
			if strings.Contains(got, word) != (word == c.want) {
				t.Errorf("%+v: %q is there: %v", c, word, word != c.want)
			}
		}
	}
}
