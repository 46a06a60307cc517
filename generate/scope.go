package generate

import (
	"slices"
	"strings"
)

// scope draws the values of the dimensions that the variant asks for: whole
// for all but "subset", which has its own. In a world of one shop a line or host
// fault hits the shop.
func (p *planter) scope(f *Fault, whole, subset string) {
	dims := whole
	if p.variant == "subset" {
		dims = subset
	}
	if len(p.Merchants) == 1 {
		switch {
		case whole == "carrier" && p.variant == "subset":
			dims = "terminal"
		case whole == "carrier":
			dims = ""
		}
	}
	if dims == "" {
		f.Scope = Scope{}
		return
	}
	// Take the draw whose traffic is nearest to what can be seen, out of a few,
	// so that a subset is a subset and not one idle terminal.
	want := 60.0
	if p.variant == "short" {
		want = 600
	}
	var best Scope
	bestShare := -1.0
	for range 12 {
		term := p.weight.pick(p.r)
		s := Scope{}
		for _, d := range strings.Split(dims, "+") {
			if v, ok := p.dim(d, term); ok {
				s[d] = []string{v}
			} else {
				s[d] = []string{p.Profile.Issuers[p.issuers.pick(p.r)].code}
			}
		}
		share := p.traffic(&Fault{Scope: s})
		if share > .97 && len(p.Merchants) > 1 && bestShare >= 0 {
			continue
		}
		if best == nil || bestShare*p.perDay < want && share > bestShare {
			best, bestShare = s, share
		}
		if share*p.perDay >= want && share < .97 {
			best = s
			break
		}
	}
	f.Scope = best
}

// present lists the values of a dimension in use, sorted.
func (w *World) present(d string) []string {
	var out []string
	for i := range w.Terminals {
		if v, ok := w.dim(d, i); ok && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out
}
