package cause

import (
	"time"

	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/ledger"
)

// Reach is one probe of a host or carrier from outside.
type Reach struct {
	At          time.Time
	Target      string // as the probe log names it
	Institution string // whose host it is, "" = unknown
	OK          bool
}

// probed counts the probes that lie inside the window.
func (x *Context) probed(f *Features, w *incident.Window) {
	names := map[string]bool{}
	for _, id := range institutions(w.Scope) {
		names[x.book.Name(ledger.Institution, id)] = true
	}
	start, end := w.Start.Time(), w.End.Time()
	for _, p := range x.probes {
		if p.At.Before(start) || !p.At.Before(end) || p.Institution != "" && len(names) > 0 && !names[p.Institution] {
			continue
		}
		f.Probes.N++
		if p.OK {
			f.Probes.K++
		}
	}
}
