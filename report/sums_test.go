package report

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/poslog/poslog/analyze"
)

// Of an amount in another currency nothing is added to what a comparison calls unreconciled, and what
// matches or waits is settled or not due whatever its currency.
func TestDiffOfSeveralCurrencies(t *testing.T) {
	a, b := fixture(), fixture()
	b.Reconciliation.States["matched:USD"] = analyze.StateTotal{Count: 1, Amount: 700, Currency: "USD"}
	b.Reconciliation.States["pending_cutoff:USD"] = analyze.StateTotal{Count: 1, Amount: 80, Currency: "USD"}
	b.Reconciliation.States["terminal_only:JPY"] = analyze.StateTotal{Count: 1, Amount: 9, Currency: "JPY"}
	d, err := NewDiff(a, b)
	if err != nil {
		t.Fatal(err)
	}
	if m := d.Money; m.UnreconciledA != m.UnreconciledB {
		t.Errorf("unreconciled %d and %d, want the same", m.UnreconciledA, m.UnreconciledB)
	}
}

// The merchant's page counts what is to be done whether it is listed or not, as the desk's page does.
func TestToDoBeyondTheList(t *testing.T) {
	for _, c := range []struct {
		items       int // listed
		lead, title string
	}{
		{3, "有 10 笔需要您处理", "要做的事（共 10 件，先做金额最大的 3 件）"},
		{0, "有 7 笔需要您处理", ""},
	} {
		r := fixture()
		one := r.Reconciliation.Items[0]
		one.State, one.Call = "terminal_only", "acquirer"
		r.Reconciliation.Items = nil
		for range c.items {
			r.Reconciliation.Items = append(r.Reconciliation.Items, one)
		}
		r.Reconciliation.Unlisted = map[string]int{"terminal_only": 4, "settlement_only": 3, "pending_cutoff": 5, "unanswered": 6}
		p := New(r, Options{View: Merchant, Lang: "zh"})
		if !strings.Contains(p.Lead, c.lead) {
			t.Errorf("%d listed: %q, want %q", c.items, p.Lead, c.lead)
		}
		s := p.Section("todo")
		if c.title == "" {
			if s != nil {
				t.Errorf("a table of nothing: %+v", s)
			}
			continue
		}
		if s == nil || s.Title != c.title || len(s.Notes) != 0 {
			t.Errorf("%d listed: %+v", c.items, s)
		}
	}
}

// Nothing is all settled while sales of another currency wait.
func TestWaitingInAnotherCurrency(t *testing.T) {
	r := fixture()
	r.Provisional, r.Reconciliation.Items, r.Reconciliation.Unlisted = false, nil, nil
	r.Reconciliation.States = map[string]analyze.StateTotal{"matched": {Count: 7, Currency: "CNY"}, "pending_cutoff": {Currency: "CNY"}, "pending_cutoff:USD": {Count: 2, Amount: 900, Currency: "USD"}}
	if p := New(r, Options{View: Merchant, Lang: "zh"}); !strings.Contains(p.Lead, "另有 2 笔现在还不能判断") {
		t.Errorf("said %q", p.Lead)
	}
}

// The rows beside a sum of sales are those that it adds up; failed attempts are counted in all currencies.
func TestRowsOfASum(t *testing.T) {
	r := fixture()
	r.Totals.OtherCurrencies = []analyze.CurrencyCount{{Currency: "USD", Attempts: 2, Approved: 1, ApprovedAmount: 2000}}
	for id, want := range map[string]string{"money": "and the rows in them, are of CNY only", "failed": "counts are of all currencies"} {
		s := New(r, Options{View: Merchant, Lang: "en"}).Section(id)
		if s == nil || !strings.Contains(strings.Join(s.Notes, "\n"), want) {
			t.Errorf("%s: %+v, want %q", id, s, want)
		}
	}
}

// A sheet of its own says of a number what every other format says of it.
func TestSheetsKeepRemarks(t *testing.T) {
	r := fixture()
	p := New(r, Options{Lang: "zh"})
	s := p.Section("reconciliation")
	if s == nil || len(s.Facts) == 0 || s.Facts[0].Note == "" {
		t.Fatalf("no fact with a remark: %+v", s)
	}
	book := render(t, "xlsx", r, Options{Lang: "zh"})
	z, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, _ := io.ReadAll(in)
		in.Close()
		found = found || bytes.Contains(data, []byte(s.Facts[0].Label)) && bytes.Contains(data, []byte(">"+s.Facts[0].Note+"<"))
	}
	if !found {
		t.Errorf("the workbook has no %q beside %q", s.Facts[0].Note, s.Facts[0].Label)
	}
}

// A report without a look at the data's health is laid out, too.
func TestGapWithoutHealth(t *testing.T) {
	r := fixture()
	r.Health = nil
	for _, view := range []string{Ops, Merchant} {
		if p := New(r, Options{View: view}); p.Say() == "" {
			t.Errorf("%s: says nothing", view)
		}
	}
}
