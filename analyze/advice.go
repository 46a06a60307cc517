package analyze

import (
	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/incident/cause"
)

func (p *pipeline) advice(w *incident.Window, a *cause.Attribution) []Text { return []Text{} }

func (p *pipeline) changes() []Change { return nil }
