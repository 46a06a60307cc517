package analyze

// maintenance judges every declared window of the period.
func (p *pipeline) maintenance() []Maintenance {
	list := []Maintenance{}
	for _, v := range p.causeCtx.Windows(p.causes) {
		m := Maintenance{
			Title: v.Window.Title, Start: v.Window.Start.In(p.cfg.Location), End: v.Window.End.In(p.cfg.Location),
			Institution: v.Window.Institution, Source: v.Window.Source, Verdict: v.Verdict, Observed: v.Attempts > 0,
			Incidents: []string{}, Attempts: v.Attempts, Failures: v.Failures, Excess: round(v.Excess, 2),
		}
		if v.Attempts == 0 {
			m.Verdict = "harmless" // nothing was hit, because nothing was tried: Observed says so
		}
		for _, n := range v.Incidents {
			m.Incidents = append(m.Incidents, p.incidentID(n))
		}
		list = append(list, m)
	}
	return list
}
