package report

import "io"

func writeHTML(w io.Writer, p *Report) error { return nil }
