package cause_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/incident/cause"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// TestAccounts: on the simulated day the B4 of the bank under maintenance are
// explained by its window, those of the carrier outage by that, and every row is
// counted once.
func TestAccounts(t *testing.T) {
	b, found, cal := bankDay(t)
	x := cause.NewContext(b, rule(b), found, cause.WithCalendar(cal))
	seen := map[string]bool{}
	for _, a := range x.Count(nil).Accounts() {
		sum := a.Rest
		for _, e := range a.By {
			sum += e.K
			if e.Low > e.K || e.High < e.K || e.High > e.N {
				t.Errorf("%s %s: %+v", a.Institution, a.Code, e)
			}
		}
		if sum != a.N || a.Rest < 0 {
			t.Errorf("%s %s: %d rows, %d accounted for", a.Institution, a.Code, a.N, sum)
		}
		if a.Code != "B4" {
			continue
		}
		s := a.Sentence(func(w int) string { return fmt.Sprintf("I%d", w+1) })
		t.Log(a.Institution, s.Zh, "|", s.En)
		switch a.Institution {
		case "NSH001":
			if len(a.By) == 0 || a.By[0].Window != 1 || float64(a.By[0].K) < .8*float64(a.N) || !strings.Contains(s.En, "explained by I2") {
				t.Errorf("%+v", a)
			}
		case "NSH002":
			if len(a.By) == 0 || a.By[0].Window != 0 {
				t.Errorf("%+v", a)
			}
		}
		seen[a.Institution] = true
	}
	if !seen["NSH001"] || !seen["NSH002"] {
		t.Error("no B4 at the two banks: the case has changed")
	}
}

func TestAvailability(t *testing.T) {
	b, found, cal := bankDay(t)
	x := cause.NewContext(b, rule(b), found, cause.WithCalendar(cal))
	vs := []cause.Attribution{x.Attribute(&found.Windows[0]), x.Attribute(&found.Windows[1])}
	as := x.Count(vs).Availabilities()
	if len(as) != 3 {
		t.Fatalf("%d institutions", len(as))
	}
	for i, a := range as {
		if a.All == nil || a.WithoutDeclared == nil || a.WithoutOthers == nil || *a.WithoutOthers < *a.All || *a.WithoutOthers < .97 {
			t.Errorf("%+v", a)
		}
		if (a.DeclaredAttempts > 0) != (i == 0) {
			t.Errorf("%s: %d attempts inside announced maintenance", a.Institution, a.DeclaredAttempts)
		}
	}
	if *as[0].WithoutDeclared <= *as[0].All {
		t.Errorf("the announced window costs nothing: %v %v", *as[0].All, *as[0].WithoutDeclared)
	}
	rs := x.Responsibilities(vs)
	if len(rs) != 2 || rs[0].Cause != cause.Maintenance || !rs[0].Planned || rs[1].Cause != cause.Network || rs[1].Failures != found.Windows[0].Failures {
		t.Errorf("%+v", rs)
	}
}

// Attempts inside a burst of declines are of the cardholders' incidents as well.
func TestAvailabilityWithoutCardholders(t *testing.T) {
	d := fill(func(d *day, when time.Time, bank, carrier string) func(*txn.Record) {
		if bank == "A" && between(when, at(10, 0), at(11, 0)) {
			return func(r *txn.Record) { r.Code = "51" }
		}
		return nil
	})
	found := &incident.Result{Windows: []incident.Window{{Kind: incident.Burst, Channel: incident.Business, Start: at(10, 0), End: at(11, 0),
		Scope: incident.Scope{term(d.book, ledger.Institution, "A")}}}}
	x := cause.NewContext(d.book, rule(d.book), found)
	got := ""
	for _, a := range x.Count([]cause.Attribution{{Cause: cause.Cardholder}}).Availabilities() {
		got += fmt.Sprintf("%s %d of %d; ", a.Institution, a.OthersAttempts, a.Attempts)
	}
	if want := "A 120 of 360; B 0 of 360; "; got != want {
		t.Errorf("inside others' incidents: %q, want %q", got, want)
	}
}

// An interval that says nothing more, and a rest of none, are left out.
func TestAccountInWords(t *testing.T) {
	by := func(k, low, high int) cause.Explained {
		return cause.Explained{Window: 0, N: k, K: k, Low: low, High: high}
	}
	for _, c := range []struct {
		a      cause.CodeAccount
		zh, en string
	}{
		{cause.CodeAccount{Code: "B4", N: 14, By: []cause.Explained{by(14, 14, 14)}}, "14 笔 B4 中，14 笔（100%）由 I1 解释", "of 14 attempts with B4, 14 (100%) explained by I1"},
		{cause.CodeAccount{N: 60, By: []cause.Explained{by(30, 27, 30)}, Rest: 30}, "60 笔无应答中，30 笔（50%，95% 区间 45%–50%）由 I1 解释，30 笔未解释", "of 60 attempts without an answer, 30 (50%, 95% interval 45%–50%) explained by I1, 30 not explained"},
		{cause.CodeAccount{N: 6, Worded: true, By: []cause.Explained{by(6, 6, 6)}}, "6 笔无应答码中，6 笔（100%）由 I1 解释", "of 6 attempts without a response code, 6 (100%) explained by I1"},
		{cause.CodeAccount{Code: "96", N: 1, Rest: 1}, "1 笔 96，没有一笔由事件解释", "of 1 attempt with 96, no incident explains any"},
		{cause.CodeAccount{Code: "96", N: 5, Rest: 5}, "5 笔 96，没有一笔由事件解释", "of 5 attempts with 96, no incident explains any"},
	} {
		got := c.a.Sentence(func(int) string { return "I1" })
		if got.Zh != c.zh || got.En != c.en {
			t.Errorf("%q / %q", got.Zh, got.En)
		}
	}
}
