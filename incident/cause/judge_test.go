package cause

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/calendar"
)

// The pieces of the cases below.
func mixOf(pairs ...int) (m [Families]int) {
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return
}

func speeds(atOnce, usual, slow, limit int) [Speeds]int {
	return [Speeds]int{atOnce, usual, slow, limit}
}

var (
	onTheHour = Edge{Known: true, Gap: 2 * time.Second, Round: true}
	offHour   = Edge{Known: true, Gap: 20 * time.Second}
	loose     = Edge{Known: true, Gap: 40 * time.Minute, Round: true}
)

// maintenanceNight is a full set of observations of one announced window.
func maintenanceNight() Features {
	return Features{Attempts: 943, Failures: 943, Alive: Share{0, 943}, Mix: mixOf(int(Local), 780, int(HostCode), 163), Speed: speeds(930, 10, 3, 0),
		Mixed: Share{0, 40}, StartEdge: onTheHour, EndEdge: onTheHour, HourKnown: true, Night: true, Announced: StartsWith,
		Window: &calendar.Window{Planned: true}, Shape: ShapeInstitution, Elsewhere: Share{210, 214}, Reversed: Share{0, 943},
		Flaps: Share{0, 1}, Before: PaceUsual, After: PaceUsual, SignOns: Share{60, 100}}
}

func carrierOutage() Features {
	return Features{Attempts: 130, Failures: 118, Alive: Share{9, 127}, Mix: mixOf(int(NoReply), 90, int(NoRoute), 28),
		Mixed: Share{9, 40}, StartEdge: offHour, EndEdge: offHour, HourKnown: true, Announced: NotAnnounced, Shape: ShapeLine, Rest: Share{800, 812},
		Flaps: Share{1, 2}, Before: PaceUsual, After: PaceUsual, SignOns: Share{1, 31}}
}

func sickHost() Features {
	return Features{Attempts: 400, Failures: 230, Alive: Share{160, 390}, Mix: mixOf(int(HostCode), 150, int(Relayed), 80), Speed: speeds(2, 20, 190, 18),
		Mixed: Share{14, 40}, StartEdge: offHour, EndEdge: offHour, HourKnown: true, Announced: NotAnnounced, Shape: ShapeInstitution, Elsewhere: Share{300, 305},
		Reversed: Share{10, 230}, Flaps: Share{0, 1}, Before: PaceSlow, After: PaceSlow}
}

func with(f Features, change func(*Features)) Features {
	change(&f)
	return f
}

func TestJudge(t *testing.T) {
	tests := []struct {
		name string
		f    Features
		want Cause
		min  float64
	}{
		{"announced maintenance", maintenanceNight(), Maintenance, .98},
		{"carrier outage", carrierOutage(), Network, .95},
		{"sick host", sickHost(), Host, .85},
		{"unannounced maintenance", with(maintenanceNight(), func(f *Features) { f.Announced, f.Window = NotAnnounced, nil }), Maintenance, .9},
		{"maintenance without a calendar", with(maintenanceNight(), func(f *Features) { f.Announced, f.Window = NoCalendar, nil }), Maintenance, .9},
		{"network drop inside maintenance", with(carrierOutage(), func(f *Features) { f.Announced, f.Window = Inside, &calendar.Window{Planned: true} }), Network, .8},
		{"announced work of the carrier", with(carrierOutage(), func(f *Features) {
			f.Announced, f.Window, f.Named, f.StartEdge = StartsWith, &calendar.Window{Planned: true, Carrier: "C2"}, true, onTheHour
			f.Mix, f.Speed, f.Reversed, f.SignOns, f.Flaps = mixOf(int(Relayed), 118), speeds(0, 0, 0, 0), Share{}, Share{}, Share{0, 1}
		}), Maintenance, .75},
		{"outage that starts on the hour", with(carrierOutage(), func(f *Features) { f.StartEdge = onTheHour }), Network, .9},
		{"host fault at two in the night", with(sickHost(), func(f *Features) { f.Night = true }), Host, .7},
		{"keys", Features{Attempts: 90, Failures: 60, Alive: Share{30, 90}, Mix: mixOf(int(KeyCode), 60), Speed: speeds(5, 50, 5, 0), Mixed: Share{6, 40},
			StartEdge: offHour, EndEdge: offHour, HourKnown: true, Shape: ShapeInstitution, Reversed: Share{0, 60}}, Security, .7},
		{"one terminal's parameters", Features{Attempts: 40, Failures: 40, Alive: Share{0, 40}, Mix: mixOf(int(Setup), 40), Speed: speeds(10, 30, 0, 0), Mixed: Share{1, 30},
			StartEdge: offHour, EndEdge: offHour, HourKnown: true, Announced: NotAnnounced, Shape: ShapeTerminal, Rest: Share{400, 404}, Reversed: Share{0, 40}}, Terminal, .9},
		{"card tester", Features{Channel: Refusals, Attempts: 60, Failures: 55, Mix: mixOf(int(Declines), 55), StartEdge: offHour, EndEdge: offHour, HourKnown: true,
			Shape: ShapeTerminal}, Cardholder, .9},
		{"silence", Features{Channel: Silence, Shape: ShapeTerminal}, DataGap, .75},
		{"six failures and nothing else", Features{Attempts: 6, Failures: 6, Alive: Share{0, 6}, Mix: mixOf(int(Local), 6), StartEdge: loose, EndEdge: loose}, Undetermined, 0},
		{"nothing at all", Features{}, Undetermined, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := Judge(tt.f)
			if a.Cause != tt.want || a.Confidence < tt.min {
				t.Errorf("got %v (%.2f), want %v (at least %.2f)", a.Cause, a.Confidence, tt.want, tt.min)
				for _, l := range a.Lines {
					t.Logf("%-14s %v %.1f", l.Name, l.Observed.En, l.Decibans)
				}
			}
			if (a.Cause == Undetermined) != (a.Missing != Text{}) {
				t.Errorf("missing = %q", a.Missing)
			}
			sum := 0.0
			for _, r := range a.Ranking {
				sum += r.P
			}
			if math.Abs(sum-1) > 1e-9 || len(a.Ranking) != Causes {
				t.Errorf("probabilities add to %g", sum)
			}
			if again := Judge(tt.f); !reflect.DeepEqual(a, again) {
				t.Error("a second judgement differs")
			}
		})
	}
}

// A host that is overrun shows itself in what it still answers: time-outs alone may be the line's.
func TestAnswersThatCrawl(t *testing.T) {
	f := with(carrierOutage(), func(f *Features) {
		f.Attempts, f.Failures, f.Alive, f.Mix, f.Speed = 174, 30, Share{144, 174}, mixOf(int(NoReply), 30), speeds(0, 0, 0, 0)
		f.Shape, f.Rest, f.Elsewhere, f.Reversed = ShapeInstitution, Share{}, Share{280, 284}, Share{}
	})
	if a := Judge(f); a.Cause != Undetermined {
		t.Errorf("without answer times: %v", a.Cause)
	}
	f.Inside = 3400
	if a := Judge(f); a.Cause == Network || a.Ranking[0].Cause != Host {
		t.Errorf("answers take 34 times as long: %v, %v", a.Cause, a.Ranking[0])
	}
}

// TestNoCodeDecides: whatever the codes say, slow failures of a carrier with
// reversals are the network's, and quick refusals by a whole institution are not.
func TestNoCodeDecides(t *testing.T) {
	for family := range Families {
		if Family(family) == Declines {
			continue
		}
		f := with(maintenanceNight(), func(f *Features) { f.Mix = mixOf(family, f.Failures) })
		if a := Judge(f); a.Cause == Network {
			t.Errorf("family %d alone turns an announced maintenance night into %v", family, a.Cause)
		}
		f = with(carrierOutage(), func(f *Features) { f.Mix = mixOf(family, f.Failures) })
		if a := Judge(f); a.Cause == Maintenance {
			t.Errorf("family %d alone turns a carrier outage into %v", family, a.Cause)
		}
	}
}

func TestGroupsAreCapped(t *testing.T) {
	for _, f := range []Features{maintenanceNight(), carrierOutage(), sickHost()} {
		a := Judge(f)
		sums := map[string][Causes]float64{}
		for _, l := range a.Lines {
			s := sums[l.Group]
			for c := range s {
				s[c] += l.Decibans[c]
			}
			sums[l.Group] = s
		}
		for g, s := range sums {
			for c, v := range s {
				if g != fact && math.Abs(v) > Default().Cap+1e-9 {
					t.Errorf("group %s gives %v %.1f dB", g, Cause(c), v)
				}
			}
		}
	}
}

// TestMissing: the field named is one that is absent and matters.
func TestMissing(t *testing.T) {
	f := Features{Attempts: 30, Failures: 30, Alive: Share{2, 30}, Mix: mixOf(int(HostCode), 30), Mixed: Share{0, 30}, StartEdge: loose, EndEdge: loose,
		Shape: ShapeInstitution, Reversed: Share{0, 30}}
	a := Judge(f)
	if a.Cause != Undetermined {
		t.Fatalf("decided: %v %.2f; the case is meant to be open", a.Cause, a.Confidence)
	}
	named := ""
	for _, d := range deciders {
		if strings.Contains(a.Missing.En, outline[d].field.En) && strings.Contains(a.Missing.Zh, outline[d].field.Zh) {
			named = d
		}
	}
	if named == "" || outline[named].observe(&f).ok {
		t.Fatalf("missing names %q, which is no absent field: %+v", named, a.Missing)
	}
	// And it is right: some value of that field settles the case.
	first, second := a.Ranking[0].Cause, a.Ranking[1].Cause
	for _, d := range deciders {
		if !outline[d].observe(&f).ok && Default().line(d).contrast(first, second) > Default().line(named).contrast(first, second)+6 {
			t.Errorf("missing names %s, though %s separates %v from %v far better", named, d, first, second)
		}
	}
}

func TestWeightsAreChecked(t *testing.T) {
	good := string(DefaultJSON())
	for _, tt := range []struct{ from, to, want string }{
		{`"weight":`, `"weight":-`, "must not argue backwards"},
		{`"name":"latency"`, `"name":"latenzy"`, "unknown"},
		{`"temperature": `, `"temperature": -`, "temperature"},
		{`"group":"transport","model":"mix"`, `"group":"transport","model":"level"`, "model"},
	} {
		bad := strings.Replace(good, tt.from, tt.to, 1)
		if bad == good {
			t.Fatalf("weights.json has no %q", tt.from)
		}
		if _, err := ParseWeights([]byte(bad)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.to, err, tt.want)
		}
	}
	if _, err := ParseWeights(DefaultJSON()); err != nil {
		t.Error(err)
	}
}

// TestProbes: what was measured from outside moves the verdict its own way.
func TestProbes(t *testing.T) {
	network := func(s Share) float64 {
		f := Features{Attempts: 40, Failures: 40, Alive: Share{0, 40}, Mix: mixOf(int(NoReply), 40), StartEdge: offHour, EndEdge: offHour, Shape: ShapeInstitution, Probes: s}
		for _, r := range Judge(f).Ranking {
			if r.Cause == Network {
				return r.P
			}
		}
		return 0
	}
	if dead, none, alive := network(Share{0, 60}), network(Share{}), network(Share{60, 60}); dead <= none || none <= alive {
		t.Errorf("network: %.2f with a dead host, %.2f without probes, %.2f with a reachable host", dead, none, alive)
	}
}

// TestLinesPointTheirWay: the declared signs hold for the built-in weights as
// judged, not only as written.
func TestLinesPointTheirWay(t *testing.T) {
	for _, l := range Default().Lines {
		for level, causes := range l.Signs {
			for k, name := range l.Levels {
				if name != level {
					continue
				}
				for cause, sign := range causes {
					c, _ := Parse(cause)
					if d := float64(sign) * l.worth(int(c), k) * l.Weight; d < -.02 {
						t.Errorf("%s=%s is worth %.2f dB for %s, declared sign %+d", l.Name, level, d*float64(sign), cause, sign)
					}
				}
			}
		}
	}
}

// Where payments failed, missing data are never the runner-up, and the line against the
// verdict speaks for who is.
func TestFailuresAreNoMissingData(t *testing.T) {
	for k := range 30 {
		f := Features{Attempts: 60, Failures: 60, Alive: Share{0, 20 + k}, Reversed: Share{40, 60}}
		a := Judge(f)
		if a.Ranking[0].Cause != DataGap && a.Ranking[len(a.Ranking)-1].Cause != DataGap {
			t.Errorf("%d: missing data are not last in %v", k, a.Ranking)
		}
		if d := a.against(); a.Against != "" && d <= 0 {
			t.Errorf("%d: %s speaks for the leader by %.1f dB", k, a.Against, -d)
		}
	}
}

// TestUnknownCodes: where most codes have no known meaning, a burst at one terminal may be
// a card tester as well as a broken terminal, and neither is called certain.
func TestUnknownCodes(t *testing.T) {
	burst := Features{Attempts: 150, Failures: 131, Alive: Share{15, 140}, Mix: mixOf(int(Local), 130, int(HostCode), 1), Speed: speeds(10, 120, 1, 0), Mixed: Share{6, 40},
		StartEdge: offHour, EndEdge: offHour, HourKnown: true, Announced: NotAnnounced, Shape: ShapeTerminal, Rest: Share{300, 310}, Reversed: Share{0, 131}, Flaps: Share{0, 1}}
	p := func(f Features) (tester float64, a Attribution) {
		a = Judge(f)
		for _, r := range a.Ranking {
			if r.Cause == Cardholder {
				tester = r.P
			}
		}
		return tester, a
	}
	unknown, a := p(burst)
	known, _ := p(with(burst, func(f *Features) { f.Mix = mixOf(int(Setup), 130, int(HostCode), 1) }))
	if unknown < .05 || known > .01 || a.Confidence > .95 {
		t.Errorf("a card tester has %.3f where codes are unknown and %.3f where they are of the terminal's set-up; the answer is %v with %.2f", unknown, known, a.Cause, a.Confidence)
	}
	if a.Lines[0].Name != "channel" || !strings.Contains(a.Lines[0].Observed.En, "not known") {
		t.Errorf("the first line says %q", a.Lines[0].Observed.En)
	}
}

// TestStrays: among codes without a fixed meaning, a failure or two with another code are what any
// day brings, and say nothing of a window in which a third of many attempts fails.
func TestStrays(t *testing.T) {
	weak := Features{Attempts: 155, Failures: 38, Strays: 3.4, Alive: Share{93, 128}, Mix: mixOf(int(Local), 37, int(KeyCode), 1), Speed: speeds(36, 2, 0, 0),
		StartEdge: offHour, EndEdge: offHour, HourKnown: true, Announced: StartsWith, Shape: ShapeInstitution, Elsewhere: Share{114, 116}, Reversed: Share{0, 38}, SignOns: Share{11, 16}}
	seen := func(f Features) bool {
		return slices.ContainsFunc(Judge(f).Lines, func(l Line) bool { return l.Name == "codes" })
	}
	if a := Judge(weak); a.Cause != Maintenance || seen(weak) {
		t.Errorf("one stray failure: %v (%.2f)", a.Cause, a.Confidence)
	}
	if !seen(with(weak, func(f *Features) { f.Mix = mixOf(int(Local), 28, int(HostCode), 10) })) {
		t.Error("ten of 38 failures with one code say nothing")
	}
}

// TestMissingTellsThePairApart: a notice tells no network from a host, and the line no terminal from its keys.
func TestMissingTellsThePairApart(t *testing.T) {
	for first := range Undetermined {
		for second := range Undetermined {
			got := Default().missing(&Features{}, Ranked{Cause: first, P: .5}, Ranked{Cause: second, P: .4}).En
			for name, c := range speaksOf {
				if first != c && second != c && strings.Contains(got, outline[name].field.En) {
					t.Errorf("%v or %v: %s", first, second, got)
				}
			}
		}
	}
}

// TestCutBehindTheSwitch: where the switch says that nothing came from an institution, a dead host and a
// cut line look the same, and neither is called certain.
func TestCutBehindTheSwitch(t *testing.T) {
	for _, shape := range []Shape{ShapeInstitution, ShapeIssuer, ShapeEither} {
		f := with(carrierOutage(), func(f *Features) {
			f.Shape, f.Mix, f.Speed, f.Reversed, f.Flaps = shape, mixOf(int(Relayed), 118), speeds(0, 0, 0, 0), Share{0, 118}, Share{0, 1}
			f.Elsewhere, f.Rest = Share{300, 305}, Share{}
		})
		if a := Judge(f); a.Confidence >= .9 || a.Ranking[0].Cause+a.Ranking[1].Cause != Network+Host {
			t.Errorf("%v (%.2f), then %v", a.Ranking[0].Cause, a.Confidence, a.Ranking[1].Cause)
		}
	}
	f := with(carrierOutage(), func(f *Features) { // the terminals themselves wait in vain
		f.Shape, f.Mix, f.Elsewhere, f.Rest, f.Flaps = ShapeInstitution, mixOf(int(NoReply), 118), Share{300, 305}, Share{}, Share{0, 1}
	})
	if a := Judge(f); a.Cause != Undetermined || !strings.Contains(a.Missing.En, "probe") {
		t.Errorf("an institution that is not heard of: %v (%.2f); %s", a.Cause, a.Confidence, a.Missing.En)
	}
}

// A bank that has a region of its own cannot be told from the line there, and the evidence says
// which region; of one shop or one line nothing more is known.
func TestEitherNamesTheOther(t *testing.T) {
	for _, c := range []struct {
		with Text
		want string
	}{{Text{"地区 株洲", "region 株洲"}, "在数据中与地区 株洲是同样的交易"}, {Text{}, "数据只有一家商户或一条线路"}} {
		f := &Features{Shape: ShapeEither, Hit: Text{"机构 A", "institution A"}, With: c.with}
		if got := seeScope(f).text.Zh; !strings.Contains(got, c.want) || !strings.Contains(got, "（机构 A）") {
			t.Errorf("%v: %s", c.with, got)
		}
	}
}
