package cause

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

//go:embed advice.json
var adviceJSON []byte

// step is one thing to do. Empty fields hold for all.
type step struct {
	Cause  string   `json:"cause"`
	Shapes []string `json:"shapes"`
	For    string   `json:"for"`  // merchant | desk
	When   string   `json:"when"` // open: still failing at the end of the data; over
	If     string   `json:"if"`   // planned | until | endless | unannounced | overrun | unknown_outcome | upstream | own_host | bound; missing_log | missing_trade | missing_unknown
	Zh     string   `json:"zh"`
	En     string   `json:"en"`
}

var steps = sync.OnceValue(func() []step {
	var s []step
	if err := json.Unmarshal(adviceJSON, &s); err != nil {
		panic("cause: advice.json: " + err.Error()) // the file is part of the program, tested
	}
	return s
})

// Advice says what a merchant and a bank's desk should do about an incident,
// in the order to do it. open is that of the window: still failing at the end of
// the data.
func (a *Attribution) Advice(open bool) (merchant, desk []Text) {
	for _, s := range steps() {
		if !a.calls(&s, open) {
			continue
		}
		t := a.fill(Text{s.Zh, s.En})
		if s.For == "merchant" {
			merchant = append(merchant, t)
		} else {
			desk = append(desk, t)
		}
	}
	return merchant, desk
}

func (a *Attribution) calls(s *step, open bool) bool {
	f := &a.Features
	if s.Cause != a.Cause.String() || s.When == "open" && !open || s.When == "over" && open {
		return false
	}
	if shape, _ := a.likeliest(); len(s.Shapes) > 0 && !slices.Contains(s.Shapes, shape.String()) {
		return false
	}
	switch s.If {
	case "planned":
		return a.Planned && a.Overrun == 0
	case "until":
		return a.Planned && a.Overrun == 0 && !a.Declared.Endless()
	case "endless":
		return a.Planned && a.Declared.Endless()
	case "overrun":
		return a.Overrun > 0
	case "unannounced":
		return !a.Planned
	case "missing_log", "missing_trade", "missing_unknown":
		return s.If == "missing_"+f.Gap.Missing()
	case "upstream":
		return f.Upstream
	case "own_host":
		return !f.Upstream
	case "bound":
		return f.Bound != nil
	case "unknown_outcome":
		return f.Mix[NoReply]+f.Mix[Relayed]+f.Speed[AtLimit] > 0 || a.Cause == Security
	}
	return true
}

// likeliest is the shape that fits the cause best among those that hold the same
// attempts, and its scope in words.
func (a *Attribution) likeliest() (Shape, Text) {
	f := &a.Features
	best, hit := f.Shape, f.Hit
	if a.Cause >= Undetermined || best == ShapeUnknown {
		return best, hit
	}
	p := Default().line("scope").p[a.Cause]
	for s, t := range f.Alike {
		if t != (Text{}) && p[s-1] > p[best-1] {
			best, hit = Shape(s), t
		}
	}
	return best, hit
}

func (a *Attribution) fill(t Text) Text {
	end := ""
	if a.Declared != nil {
		end = a.Declared.End.Format("01-02 15:04")
	}
	_, hit := a.likeliest()
	if hit == (Text{}) {
		hit = Text{"全部范围", "the whole scope"}
	}
	var closest Text
	if len(a.Ranking) > 0 {
		c := a.Ranking[0].Cause
		if closest = asks[c]; (a.Features.Shape == ShapeIssuer || a.Features.Upstream) && (c == Host || c == Maintenance) {
			closest = Text{hit.Zh + " 的值班", "the duty desk of " + hit.En}
		}
	}
	bound := ""
	if b := a.Features.Bound; b != nil {
		bound = b.From.With(b.Currency)
	}
	replace := func(s, hit, missing, closest string) string {
		return strings.NewReplacer("{end}", end, "{bound}", bound, "{scope}", hit, "{missing}", missing, "{closest}", closest).Replace(s)
	}
	return Text{replace(t.Zh, hit.Zh, a.Missing.Zh, closest.Zh), replace(t.En, hit.En, a.Missing.En, closest.En)}
}

// asks names who knows of a cause.
var asks = [Causes]Text{
	Maintenance: {"主机或银联前置的负责人", "whoever runs the host or the switch front-end"},
	Host:        {"主机或银联前置的负责人", "whoever runs the host or the switch front-end"},
	Network:     {"线路或运营商", "the line's operator or the carrier"},
	Terminal:    {"终端服务商", "the terminals' service company"},
	Security:    {"加密机与密钥的管理员", "the keeper of the HSM and the keys"},
	Cardholder:  {"发卡行或风控", "the issuer or risk control"},
	DataGap:     {"日志采集的负责人", "whoever collects the logs"},
}

var shapeNames = [...]string{"unknown", "everything", "institution", "line", "either", "issuer", "terminal", "terminals", "merchant", "model", "bank_model", "own_model", "kind"}

func (s Shape) String() string { return shapeNames[s] }
