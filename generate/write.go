package generate

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// marker is told on which line of its file a row was written.
type marker func(row int32, line int)

type output struct {
	name  string
	write func(w io.Writer, mark marker) error
}

// position is where a row was written.
type position struct {
	file uint16 // 1 + index of the output, 0 = nowhere
	line uint32
}

// Files renders every file of the scenario, truth.json included, by name.
func (w *World) Files() (map[string][]byte, error) {
	files := map[string][]byte{}
	err := w.each(func(name string, write func(io.Writer) error) error {
		var buf bytes.Buffer
		err := write(&buf)
		files[name] = buf.Bytes()
		return err
	})
	return files, err
}

// Write writes every file of the scenario into dir, which it makes.
func (w *World) Write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return w.each(func(name string, write func(io.Writer) error) error {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		b := bufio.NewWriterSize(f, 1<<20)
		return errors.Join(write(b), b.Flush(), f.Close())
	})
}

// each hands out the files in order; truth.json is last, since it says on
// which lines the rows stand.
func (w *World) each(do func(name string, write func(io.Writer) error) error) error {
	at := make([]position, len(w.Rows))
	for i, o := range w.outputs {
		mark := func(row int32, line int) { at[row] = position{uint16(i + 1), uint32(line)} }
		if err := do(o.name, func(out io.Writer) error { return w.render(out, o, mark) }); err != nil {
			return fmt.Errorf("%s: %w", o.name, err)
		}
	}
	return do("truth.json", func(out io.Writer) error {
		b, err := w.truth(at).encode()
		if err != nil {
			return err
		}
		_, err = out.Write(b)
		return err
	})
}

func (w *World) render(out io.Writer, o output, mark marker) error {
	if !strings.HasSuffix(o.name, ".gz") {
		return o.write(out, mark)
	}
	z, err := gzip.NewWriterLevel(out, gzip.BestCompression)
	if err != nil {
		return err
	}
	if err := o.write(z, mark); err != nil {
		return err
	}
	return z.Close()
}

// FileNames lists what Write writes.
func (w *World) FileNames() []string {
	var names []string
	for _, o := range w.outputs {
		names = append(names, o.name)
	}
	return append(names, "truth.json")
}

// terminalFiles adds the terminal side in the format that the options name,
// "log" by default. gz compresses the logs of institutions 0 to gz-1.
func (w *World) terminalFiles(gz int) {
	switch w.opt.Format {
	case "csv":
		w.outputs = append(w.outputs, output{"terminal.csv", w.writeJournalCSV})
	case "xlsx":
		w.outputs = append(w.outputs, output{"terminal.xlsx", w.writeJournalXLSX})
	case "jpos":
		w.outputs = append(w.outputs, output{"switch.xml", w.writeJPOS})
	default:
		for i := range w.Institutions {
			name := "terminal-" + w.Institutions[i].Code + ".log"
			if i < gz {
				name += ".gz"
			}
			w.outputs = append(w.outputs, output{name, func(out io.Writer, mark marker) error { return w.writeLog(out, i, mark) }})
		}
	}
}

func (w *World) settlementFile(name string) {
	if w.opt.NoSettlement {
		return
	}
	switch w.opt.Settlement {
	case "acomn":
		w.acomnFiles()
		return
	case "csv":
		name = "settlement.csv"
	case "utf8":
		name = "settlement-utf8.csv"
	case "xlsx":
		name = "settlement.xlsx"
	}
	w.outputs = append(w.outputs, output{name, func(out io.Writer, _ marker) error {
		if strings.HasSuffix(name, ".xlsx") {
			return w.writeSettleXLSX(out, -1)
		}
		return w.writeSettleCSV(out, -1, !strings.Contains(name, "utf8"))
	}})
}

func (w *World) calendarFile() {
	if w.opt.NoCalendar {
		return
	}
	w.outputs = append(w.outputs, output{"calendar.yaml", func(out io.Writer, _ marker) error {
		var b strings.Builder
		fmt.Fprintf(&b, "timezone: %s\ncutoff: \"%02d:%02d\"\n", w.Zone, w.Profile.DayEnd/60, w.Profile.DayEnd%60)
		b.WriteString("windows:")
		if len(w.Calendar) == 0 {
			b.WriteString(" []")
		}
		b.WriteString("\n")
		for _, a := range w.Calendar {
			fmt.Fprintf(&b, "  - start: %s\n    end: %s\n", a.Start.Format("2006-01-02 15:04"), a.End.Format("2006-01-02 15:04"))
			if a.Institution != "" {
				fmt.Fprintf(&b, "    institution: %s\n", a.Institution)
			}
			fmt.Fprintf(&b, "    title: %s\n", a.Title)
		}
		_, err := io.WriteString(out, b.String())
		return err
	}})
}
