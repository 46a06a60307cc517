package cause

import (
	"fmt"
	"math"
)

// deciders are the lines whose absence is a lack of data, in the order in which
// they are easiest to supply.
var deciders = []string{"calendar", "latency", "scope", "reversals", "same_line", "recurrence", "sign_on_again", "probes"}

// speaksOf is the cause for or against which a line speaks. Between two others it tells nothing, whatever its numbers.
var speaksOf = map[string]Cause{"calendar": Maintenance, "recurrence": Maintenance, "same_line": Network, "probes": Network}

// missing names the fields that would separate the two leading causes best.
func (w *Weights) missing(f *Features, first, second Ranked) Text {
	best, worth := "", 0.0
	for _, name := range deciders {
		l := w.line(name)
		if l == nil || outline[name].observe(f).ok || f.silent() && (name == "latency" || name == "reversals") {
			continue
		}
		if c, ok := speaksOf[name]; ok && c != first.Cause && c != second.Cause {
			continue
		}
		if d := l.contrast(first.Cause, second.Cause); d > worth+3 { // an easier one wins near ties
			best, worth = name, d
		}
	}
	a, b := first.Cause.Name(), second.Cause.Name()
	pair := Text{
		Zh: fmt.Sprintf("%s（%.0f%%）与%s（%.0f%%）难以区分", a.Zh, 100*first.P, b.Zh, 100*second.P),
		En: fmt.Sprintf("%s (%.0f%%) and %s (%.0f%%) cannot be told apart", a.En, 100*first.P, b.En, 100*second.P),
	}
	if best == "" {
		return Text{pair.Zh + "；需向银行或运营商核实", pair.En + "; ask the bank or the carrier"}
	}
	field := outline[best].field
	return Text{pair.Zh + "；提供" + field.Zh + "即可判定", pair.En + "; " + field.En + " would decide it"}
}

func (w *Weights) line(name string) *LineWeights {
	for i := range w.Lines {
		if w.Lines[i].Name == name {
			return &w.Lines[i]
		}
	}
	return nil
}

// contrast is the most that a line can separate two causes by, in decibans.
func (l *LineWeights) contrast(a, b Cause) float64 {
	best := 0.0
	for k := range l.p[a] {
		best = max(best, math.Abs(l.worth(int(a), k)-l.worth(int(b), k)))
	}
	return best * l.Weight
}
