package report

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Format is one way to write a report.
type Format struct {
	Name  string
	Exts  []string // file name endings, the usual one first
	Write func(io.Writer, *Report) error
	Bare  bool // it writes the Result alone, see Options.Bare
	Whole bool // it writes an analysis and nothing else: no explanation, no comparison
}

// Formats lists every format. A new one is a file with a Write function and a
// line here.
var Formats = []Format{
	{"text", []string{".txt", ".text"}, writeText, false, false},
	{"json", []string{".json"}, writeJSON, true, false},
	{"jsonl", []string{".jsonl", ".ndjson"}, writeJSONL, false, true},
	{"csv", []string{".csv"}, writeCSV, false, false},
	{"xlsx", []string{".xlsx"}, writeXLSX, false, false},
	{"html", []string{".html", ".htm"}, writeHTML, false, false},
	{"markdown", []string{".md", ".markdown"}, writeMarkdown, false, false},
}

// FormatNamed finds a format by its name.
func FormatNamed(name string) (Format, error) {
	var names []string
	for _, f := range Formats {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	return Format{}, fmt.Errorf("no report format %q: use one of %s", name, strings.Join(names, ", "))
}

// FormatFor finds a format by the ending of a file name.
func FormatFor(path string) (Format, error) {
	lower := strings.ToLower(path)
	var exts []string
	for _, f := range Formats {
		for _, e := range f.Exts {
			if strings.HasSuffix(lower, e) {
				return f, nil
			}
		}
		exts = append(exts, f.Exts[0])
	}
	return Format{}, fmt.Errorf("the file name does not say which format to write: end it in one of %s", strings.Join(exts, " "))
}

// WriteFile writes a report so that a reader of path sees either the old file or the
// whole new one: to a temporary file in the same directory, then renamed.
// Missing directories are made. A path that is a device or a pipe is written
// directly.
func WriteFile(path string, f Format, p *Report) error {
	return Atomic(path, func(w io.Writer) error { return f.Write(w, p) })
}

// Atomic does for any content what WriteFile does for reports. A link stays one, and a file
// keeps its permissions.
func Atomic(path string, write func(io.Writer) error) (err error) {
	device := strings.HasPrefix(filepath.Clean(path), "/dev/") // also /dev/stderr that is led into a file
	if real, err := filepath.EvalSymlinks(path); err == nil && !device {
		path = real
	}
	st, err := os.Stat(path)
	if err == nil && (device || !st.Mode().IsRegular()) {
		if st.IsDir() {
			return fmt.Errorf("%s is a directory: name a file in it", path)
		}
		out, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
		if err != nil {
			return err
		}
		return errors.Join(write(out), out.Close())
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	removeStrays(dir)
	// os.CreateTemp would make it readable by its owner alone and ignore the umask.
	tmp := filepath.Join(dir, ".poslog-"+rand.Text()[:12]+".tmp")
	out, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return fmt.Errorf("writing %s: no file can be made in %s: %w", path, dir, errors.Unwrap(err))
	}
	defer func() {
		if err != nil {
			out.Close()
			os.Remove(tmp)
			err = fmt.Errorf("writing %s: %w", path, err)
		}
	}()
	if st != nil {
		if err = out.Chmod(st.Mode().Perm()); err != nil {
			return err
		}
	}
	if err = write(out); err != nil {
		return err
	}
	if err = out.Sync(); err != nil {
		return err
	}
	if err = out.Close(); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}

// strayAge is how old a temporary file must be for no run to be writing it any more.
const strayAge = 24 * time.Hour

// removeStrays removes from a directory what runs that were killed while they wrote left there.
func removeStrays(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // the file may still be written
	}
	for _, e := range entries {
		if ours, _ := filepath.Match(".poslog-????????????.tmp", e.Name()); !ours {
			continue
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > strayAge {
			os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}
