package cause

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/calendar"
	"github.com/poslog/poslog/incident"
)

// TestAdviceComplete: whatever the verdict, both readers get at least one step
// in both languages, and no placeholder is left.
func TestAdviceComplete(t *testing.T) {
	for c := range Causes {
		if asks[c].Zh == "" || asks[c].En == "" {
			t.Errorf("nobody to ask about %v", Cause(c))
		}
	}
	for c := range Causes + 1 {
		for shape := range shapeNames {
			for _, open := range []bool{true, false} {
				for _, planned := range []bool{true, false} {
					a := Attribution{Cause: Cause(c), Features: Features{Shape: Shape(shape)}, Missing: Text{"缺", "missing"}}
					if planned {
						a.Planned, a.Declared = true, &calendar.Window{End: time.Now()}
					}
					m, d := a.Advice(open)
					if len(m) == 0 || len(d) == 0 {
						t.Errorf("%v, %v, open %v, planned %v: %d steps for the merchant, %d for the desk", a.Cause, a.Features.Shape, open, planned, len(m), len(d))
					}
					for _, s := range append(m, d...) {
						if s.Zh == "" || s.En == "" || strings.Contains(s.Zh+s.En, "{") {
							t.Errorf("%v: %+v", a.Cause, s)
						}
					}
				}
			}
		}
	}
}

// TestAdviceAsksWhoKnows: of one issuer's cards its own desk knows, and of a silence of everybody not the shops first.
func TestAdviceAsksWhoKnows(t *testing.T) {
	desk := func(a Attribution) (zh string) {
		_, d := a.Advice(false)
		for _, s := range d {
			zh += s.Zh + "\n"
		}
		return zh
	}
	issuer := Attribution{Cause: Undetermined, Ranking: []Ranked{{Cause: Host, P: .5}, {Cause: Cardholder, P: .3}}, Features: Features{Shape: ShapeIssuer, Hit: Text{"发卡行 PSBC", "issuer PSBC"}}}
	if got := desk(issuer); !strings.Contains(got, "发卡行 PSBC 的值班") || strings.Contains(got, "前置") {
		t.Error(got)
	}
	for upstream, want := range map[bool]string{true: "联系 渠道 支付宝 的值班", false: "检查主机负载"} {
		got := desk(Attribution{Cause: Host, Features: Features{Shape: ShapeInstitution, Upstream: upstream, Hit: Text{"渠道 支付宝", "channel 支付宝"}}})
		if !strings.Contains(got, want) || upstream == strings.Contains(got, "检查主机负载") {
			t.Error(got)
		}
	}
	if got := desk(Attribution{Cause: DataGap, Features: Features{Shape: ShapeTerminal, Gap: &incident.Gap{Trace: -1}}}); !strings.Contains(got, "改用了别的终端") || strings.Contains(got, "停业") {
		t.Error(got)
	}
	for shape, want := range map[Shape]string{ShapeEverything: "前置、网关", ShapeMerchant: "终端离线"} {
		if got := desk(Attribution{Cause: DataGap, Features: Features{Shape: shape, Gap: &incident.Gap{Trace: 0}}}); !strings.Contains(got, want) {
			t.Errorf("%v: %s", shape, got)
		}
	}
}

// TestAdviceData: every word of the file is one that the program knows.
func TestAdviceData(t *testing.T) {
	for i, s := range steps() {
		_, ok := Parse(s.Cause)
		if !ok || !slices.Contains([]string{"merchant", "desk"}, s.For) || !slices.Contains([]string{"", "open", "over"}, s.When) ||
			!slices.Contains([]string{"", "planned", "until", "endless", "unannounced", "overrun", "unknown_outcome", "upstream", "own_host", "bound", "missing_log", "missing_trade", "missing_unknown"}, s.If) {
			t.Errorf("step %d: %+v", i, s)
		}
		for _, shape := range s.Shapes {
			if !slices.Contains(shapeNames[:], shape) {
				t.Errorf("step %d: unknown shape %q", i, shape)
			}
		}
	}
}

func TestAdviceFits(t *testing.T) {
	a := Judge(carrierOutage())
	a.Features.Hit = Text{"运营商 CUCC", "carrier CUCC"}
	m, d := a.Advice(true)
	if !strings.Contains(m[0].En, "inquire") || !strings.Contains(m[1].Zh, "运营商 CUCC") || !slices.ContainsFunc(d, func(t Text) bool { return strings.Contains(t.En, "poslog probe") }) {
		t.Errorf("merchant %v\ndesk %v", m, d)
	}
	a = Judge(maintenanceNight())
	a.Planned, a.Declared, a.Overrun = true, &calendar.Window{}, time.Minute
	if _, d := a.Advice(false); !slices.ContainsFunc(d, func(t Text) bool { return strings.Contains(t.Zh, "超出公告") }) {
		t.Errorf("desk %v", d)
	}
	// A downtime whose end nobody has stated has none that could be told.
	c, err := calendar.Read("d.json", strings.NewReader(`{"begin":"2026-11-21T23:00:00+08:00","end":null,"scheduled":true}`))
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	f := Features{Announced: StartsWith, Window: &c.Between(from, from.Add(time.Hour))[0]}
	if got := seeCalendar(&f).text; strings.Contains(got.Zh, "12-3") || !strings.Contains(got.En, "no end") {
		t.Errorf("%v", got)
	}
	a.Declared, a.Overrun = f.Window, 0
	if m, _ := a.Advice(true); len(m) == 0 || strings.Contains(m[0].Zh, "12-3") || !strings.Contains(m[0].Zh, "没有写明恢复时间") {
		t.Errorf("merchant %v", m)
	}
	// Who got no answer may have paid, in a maintenance as well.
	a.Features.Mix[NoReply] = 3
	if m, _ := a.Advice(false); !strings.Contains(m[0].En, "inquire") {
		t.Errorf("merchant %v", m)
	}
}

// A desk that is told no cause is told whom to ask, and nothing that the data do not say.
func TestAdviceOfTheUndetermined(t *testing.T) {
	a := Attribution{Cause: Undetermined, Ranking: []Ranked{{Cause: Host}, {Cause: Network}}}
	if _, desk := a.Advice(false); len(desk) < 2 || !strings.Contains(desk[0].Zh, "主机或银联前置的负责人") {
		t.Errorf("%v", desk)
	}
	for _, s := range steps() {
		if strings.Contains(s.Zh, "多条线路同时") || strings.HasPrefix(s.Zh, "多台") || strings.Contains(s.Zh, "已给的公告") {
			t.Errorf("supposes what nobody said: %s", s.Zh)
		}
	}
}
