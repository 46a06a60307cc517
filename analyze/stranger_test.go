package analyze_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/analyze"
	"github.com/poslog/poslog/calendar"
	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/incident/cause"
	"github.com/poslog/poslog/parse"
	"github.com/poslog/poslog/reconcile"
)

func TestAlike(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"RCU701", "RCU0701", true},
		{"rcu-0701", "RCU0701", true},
		{"ＲＣＵ０７０１", "RCU0701", true},
		{"RCU0701", "RCU0702", false},
		{"甲农商行", "甲农村商业银行", true},
		{"甲农村商业银行股份有限公司", "甲农商行", true},
		{"甲农商行", "乙农商行", false},
		{"农行", "农业银行", false}, // too short to tell
		{"Guilin Bank", "GUILIN BANKS", true},
		{"Guilin Bank", "Guilin Bonk", true},
		{"ICBC", "ICBCC", true},
		{"ICBC", "CCB", false},
		{"BOC", "BOB", false},
		{"", "ICBC", false},
	} {
		if analyze.Alike(c.a, c.b) != c.want || analyze.Alike(c.b, c.a) != c.want {
			t.Errorf("%q and %q: want %v", c.a, c.b, c.want)
		}
	}
}

// What a configuration says of a name that the data do not have is told where the name is near to one
// of the data, or no name of the file is in them: a list of many banks serves each of them.
func TestStrangers(t *testing.T) {
	var b strings.Builder
	b.WriteString("交易时间,机构,商户号,终端号,流水号,交易类型,金额,应答码\n")
	for i := range 20 {
		fmt.Fprintf(&b, "2026-11-20 08:%02d:00,桂林农村商业银行,898110000000001,10000001,%06d,消费,12.30,00\n", i, i)
	}
	loc := time.FixedZone("", 8*3600)
	noon := time.Date(2026, 11, 20, 8, 10, 0, 0, loc)
	const near, none = "桂林农商行", "乙银行"
	for _, c := range []struct {
		profiles, window string
		year, fee        string
		probes           []cause.Reach
		want             []string // source, name and what is near
	}{
		{"桂林农村商业银行", "桂林农村商业银行", "2026", "898110000000001", []cause.Reach{{At: noon, Institution: "桂林农村商业银行"}}, nil},
		{near, near, "2026", "898110000000001", []cause.Reach{{At: noon, Institution: near}}, []string{"--probe institution 桂林农商行 桂林农村商业银行", "c.yaml:3 institution 桂林农商行 桂林农村商业银行", "p.yaml:2 institution 桂林农商行 桂林农村商业银行"}},
		{"桂林*", near, "2026", "*", nil, []string{"--reconcile: fees[0] merchant * ", "c.yaml:3 institution 桂林农商行 桂林农村商业银行"}},
		{"桂林*, " + none, "桂林农村商业银行", "2026", "", nil, nil},
		{"桂林*", "桂林农村商业银行", "2025", "", []cause.Reach{{At: noon.AddDate(0, 0, -1)}, {At: noon.AddDate(0, 0, 1)}},
			[]string{"c.yaml:3 period 2025-11-20 08:05–2025-11-20 08:10 ", "--probe period 2026-11-19 08:10–2026-11-21 08:10 "}},
		{none, none, "2026", "1", nil, []string{"--reconcile: fees[0] merchant 1 ", "c.yaml:3 institution 乙银行 ", "p.yaml:2 institution 乙银行 "}},
	} {
		profiles, err := classify.ParseProfiles("p.yaml", []byte("profiles:\n  - name: x\n    institution: ["+c.profiles+"]\n    codes: {\"B4\": approved}\n"))
		if err != nil {
			t.Fatal(err)
		}
		windows, err := calendar.Read("c.yaml", strings.NewReader("timezone: Asia/Shanghai\nwindows:\n  - start: "+c.year+"-11-20 08:05\n    institution: "+c.window+"\n    end: "+c.year+"-11-20 08:10\n"))
		if err != nil {
			t.Fatal(err)
		}
		cfg := analyze.Config{Parse: parse.Options{Location: loc}, Location: loc, Inputs: []parse.Input{parse.Bytes("a.csv", []byte(b.String()))}, Profiles: profiles, Calendar: windows}
		cfg.Probes = c.probes
		cfg.Reconcile.Fees = []reconcile.FeeRule{{Merchant: c.fee, PPM: 6000}}
		r, err := analyze.Run(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range r.Health.Strangers {
			got = append(got, strings.Join([]string{s.Source, s.Field, s.Name, strings.Join(s.Near, "|")}, " "))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v:\n got %q\nwant %q", c, got, c.want)
		}
	}
}

// A cut-off of an institution that no file names is never used.
func TestStrangeCutoffs(t *testing.T) {
	loc := time.FixedZone("", 8*3600)
	cal, err := calendar.Read("c.yaml", strings.NewReader("timezone: Asia/Shanghai\ncutoff: \"23:00\"\ncutoffs: {桂林农商行: \"22:30\", 甲农村商业银行: \"22:00\"}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		cutoffs map[string]time.Duration // of --reconcile, which go first
		want    string
	}{{nil, "c.yaml:3 桂林农商行 [桂林农村商业银行]"}, {map[string]time.Duration{"": 22 * time.Hour}, ""}} {
		cfg := analyze.Config{Parse: parse.Options{Location: loc}, Location: loc, Calendar: cal, Profiles: classify.Default(), Reconcile: reconcile.Options{CutOff: c.cutoffs},
			Inputs: []parse.Input{parse.Bytes("a.csv", []byte("交易时间,机构,终端号,流水号,金额,应答码\n2026-11-20 08:00:00,桂林农村商业银行,10000001,000001,12.30,00\n2026-11-20 09:00:00,甲农村商业银行,10000002,000001,12.30,00\n"))}}
		r, err := analyze.Run(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, s := range r.Health.Strangers {
			got += fmt.Sprint(s.Source, " ", s.Name, " ", s.Near)
		}
		if got != c.want {
			t.Errorf("%v: got %q, want %q", c.cutoffs, got, c.want)
		}
	}
}

// The cut-offs of many banks are listed in the order of their names; * of a profile matches a slash.
func TestStrangersInOrder(t *testing.T) {
	loc := time.FixedZone("", 8*3600)
	p, err := classify.ParseProfiles("p.yaml", []byte("profiles:\n- {name: a, institution: 甲*, codes: {\"B4\": approved}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	cfg := analyze.Config{Parse: parse.Options{Location: loc}, Location: loc, Profiles: p, Reconcile: reconcile.Options{CutOff: map[string]time.Duration{}},
		Inputs: []parse.Input{parse.Bytes("t.csv", []byte("交易时间,机构,终端号,流水号,金额,应答码\n2026-11-20 08:00:00,甲/乙,10000001,000001,12.30,00\n"))}}
	for i := range 12 {
		cfg.Reconcile.CutOff[fmt.Sprintf("B%02d", i)] = 22 * time.Hour
	}
	r, err := analyze.Run(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(r.Health.Strangers); n != 12 || !slices.IsSortedFunc(r.Health.Strangers, func(a, b analyze.Stranger) int { return strings.Compare(a.Name, b.Name) }) {
		t.Errorf("%d: %+v", n, r.Health.Strangers)
	}
}
