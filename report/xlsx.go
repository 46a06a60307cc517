package report

import "io"

func writeXLSX(w io.Writer, p *Report) error { return nil }
