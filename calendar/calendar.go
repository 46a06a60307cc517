// Package calendar holds announced maintenance windows.
package calendar

import "time"

// Window is one announced interval, half open: [Start, End).
type Window struct {
	Start, End  time.Time
	Title       string
	Institution string // "" = all
	Issuer      string
	Carrier     string
	Planned     bool   // false for an announced but unscheduled downtime
	Source      string // "file:line", or the sentence of a notice
}
