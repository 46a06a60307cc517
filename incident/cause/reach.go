package cause

import (
	"time"

	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/probe"
)

// Reach is what probes from outside say about a host at one moment.
type Reach struct {
	At            time.Time
	Institution   string // whose host it is, "" = every institution's
	Sent, Reached int
}

// Reaches turns probe samples into evidence. owner names the institution whose
// host a target is, "" where it serves all; ok false leaves the target out.
func Reaches(samples []probe.Sample, owner func(target string) (institution string, ok bool)) []Reach {
	var out []Reach
	for _, s := range samples {
		if name, ok := owner(s.Target); ok {
			out = append(out, Reach{s.At, name, s.Sent, s.Reached()})
		}
	}
	return out
}

// probed counts the probes that lie inside the window and concern its scope.
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
		f.Probes.N += p.Sent
		f.Probes.K += p.Reached
	}
}
