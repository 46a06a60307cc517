package analyze_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/analyze"
	"github.com/poslog/poslog/parse"
)

// run analyses files that are given as name and text.
func run(t *testing.T, files ...string) *analyze.Result {
	t.Helper()
	loc := time.FixedZone("", 8*3600)
	cfg := analyze.Config{Parse: parse.Options{Location: loc}, Location: loc, Version: "test"}
	for i := 0; i < len(files); i += 2 {
		cfg.Inputs = append(cfg.Inputs, parse.Bytes(files[i], []byte(files[i+1])))
	}
	r, err := analyze.Run(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// shop is a merchant's day whose two files share no number: what tells sales apart is
// terminal, amount and time alone.
type shop struct {
	settles bool // B4 settles
	retry   bool // a B4 that does not is mostly tried again within a minute, with success
	hidden  bool // which the terminal's file does not show
	behind  int  // seconds by which the settlement side's clock is behind
	minutes bool // the settlement file states no seconds
}

func (s shop) files(seed uint64) (terminal, settlement string) {
	rng := rand.New(rand.NewPCG(seed, 1))
	var t, u strings.Builder
	t.WriteString("交易时间,终端号,商户号,交易类型,交易金额,应答码\n")
	u.WriteString("交易时间,终端号,商户号,交易类型,交易金额\n")
	at := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	clock := time.DateTime
	if s.minutes {
		clock = "2006-01-02 15:04"
	}
	for range 240 {
		at = at.Add(time.Duration(60+rng.IntN(140)) * time.Second)
		rest := fmt.Sprintf("1000000%d,898000000000001,消费,%.2f", 1+rng.IntN(3), 5+rng.Float64()*900)
		code := "00"
		switch p := rng.Float64(); {
		case p < .15:
			code = "B4"
		case p < .2:
			code = "51"
		}
		settle := func(at time.Time) {
			fmt.Fprintf(&u, "%s,%s\n", at.Add(time.Duration(rng.IntN(3)-s.behind)*time.Second).Format(clock), rest)
		}
		fmt.Fprintf(&t, "%s,%s,%s\n", at.Format(time.DateTime), rest, code)
		switch {
		case code == "00" || code == "B4" && s.settles:
			settle(at)
		case code == "B4" && s.retry && rng.Float64() < .8:
			again := at.Add(time.Duration(12+rng.IntN(45)) * time.Second)
			if !s.hidden {
				fmt.Fprintf(&t, "%s,%s,00\n", again.Format(time.DateTime), rest)
			}
			settle(again)
		}
	}
	return t.String(), u.String()
}

// TestMeaningWithoutNumbers decides what B4 means from amounts and times, where these cannot
// be those of a later retry, and leaves it open where they may.
func TestMeaningWithoutNumbers(t *testing.T) {
	for name, c := range map[string]struct {
		shop
		status, meaning string
	}{
		"settles":                      {shop{settles: true}, "decided", "approved"},
		"settles, another clock":       {shop{settles: true, behind: 40}, "decided", "approved"},
		"settles, to the minute":       {shop{settles: true, minutes: true}, "decided", "approved"},
		"fails":                        {shop{}, "decided", "declined"},
		"fails, tried again":           {shop{retry: true}, "decided", "declined"},
		"fails, another clock":         {shop{retry: true, behind: 40}, "decided", "declined"},
		"fails, tried again unseen":    {shop{retry: true, hidden: true}, "decided", "declined"},
		"the same, another clock":      {shop{retry: true, hidden: true, behind: 40}, "decided", "declined"},
		"fails, tried again, minutely": {shop{retry: true, minutes: true}, "decided", "declined"},
		"the same, unseen":             {shop{retry: true, hidden: true, minutes: true}, "decided", "declined"},
	} {
		for seed := range uint64(3) {
			terminal, settlement := c.files(seed)
			r := run(t, "pos.csv", terminal, "settle.csv", settlement)
			found := false
			for i := range r.Codes {
				if x := &r.Codes[i]; x.Code == "B4" {
					found = true
					if x.Status != c.status || x.Meaning != c.meaning {
						t.Errorf("%s, seed %d: B4 is %s %s (%v), want %s %s", name, seed, x.Status, x.Meaning, x.Evidence, c.status, c.meaning)
					}
				}
			}
			if !found {
				t.Errorf("%s, seed %d: no B4", name, seed)
			}
		}
	}
}
