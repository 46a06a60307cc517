// Package parse turns inputs into records: it finds the files, takes their
// wrapping off, recognises what they are by content, and has the fitting reader
// hand every line on.
//
// In come command-line arguments ([Expand]) and [Options]; out go records and
// rejects to a [Handler] per worker, and one [File] per input with the account
// of its lines, which adds up or is an error. Nothing here says what a response
// code means.
package parse

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/poslog/poslog/parse/text"
)

// Input is one file to read, not opened yet. An archive is one Input and may
// become several [File]s.
type Input struct {
	Name     string    // as given, or as found below a directory that was given
	Modified time.Time // zero where unknown
	Size     int64     // bytes as stored, -1 where unknown
	Found    bool      // met while walking a directory, not named by the user

	open func() (io.ReadCloser, error)
}

// Repeatable reports whether inputs can be read more than once; a pipe cannot.
func Repeatable(inputs []Input) bool {
	return !slices.ContainsFunc(inputs, func(in Input) bool { return in.Size < 0 })
}

// Bytes makes an input of bytes in memory, for tests and embedders.
func Bytes(name string, data []byte) Input {
	return Input{Name: name, Size: int64(len(data)), open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(string(data))), nil
	}}
}

// passedOver are the files that a directory may hold beside inputs:
// configuration, documentation, pictures. A file that is named itself is read
// whatever it is called.
var passedOver = []string{".yaml", ".yml", ".toml", ".ini", ".conf", ".ics", ".md", ".go", ".html", ".pdf", ".png", ".jpg",
	".jpeg", ".gif", ".svg", ".doc", ".docx", ".ppt", ".pptx", ".exe", ".sh", ".py", ".sha256", ".md5", ".sig"}

// Expand turns arguments into inputs, sorted by name and each once: files,
// directories (walked, hidden files and configuration passed over), patterns
// with * ? [ ], and - for stdin. An argument that leads to nothing is an error
// that says what was tried.
func Expand(args []string, stdin io.Reader) ([]Input, error) {
	var all []Input
	seen := map[string]bool{}
	add := func(in Input) {
		if !seen[in.Name] {
			seen[in.Name] = true
			all = append(all, in)
		}
	}
	for _, arg := range args {
		if arg == "-" {
			add(Input{Name: "-", Size: -1, open: func() (io.ReadCloser, error) { return io.NopCloser(stdin), nil }})
			continue
		}
		paths := []string{arg}
		if _, err := os.Stat(arg); err != nil {
			// The shell leaves a pattern alone that matches nothing, and cron and
			// systemd have no shell: match it ourselves.
			if !strings.ContainsAny(arg, "*?[") {
				return nil, missing(arg, err)
			}
			matches, perr := filepath.Glob(arg)
			if perr != nil {
				return nil, fmt.Errorf("%s: %v: a pattern has * ? and [a-z], and every [ has its ]", arg, perr)
			}
			if len(matches) == 0 {
				return nil, fmt.Errorf("%s: no file has this name and none matches it as a pattern", arg)
			}
			paths = matches
		}
		for _, p := range paths {
			info, err := os.Stat(p)
			if err != nil {
				return nil, missing(p, err)
			}
			if !info.IsDir() {
				add(file(filepath.Clean(p), info, false))
				continue
			}
			found, err := walk(p)
			if err != nil {
				return nil, err
			}
			for _, in := range found {
				add(in)
			}
		}
	}
	slices.SortFunc(all, func(a, b Input) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

func missing(path string, err error) error {
	if os.IsNotExist(err) {
		if strings.HasSuffix(path, "！") || strings.ContainsRune(path, '!') {
			return fmt.Errorf("%s: no such file; members of an archive are read by naming the archive", path)
		}
		dir := filepath.Dir(path)
		if _, e := os.Stat(dir); e != nil {
			return fmt.Errorf("%s: no such file, and no directory %s", path, dir)
		}
		return fmt.Errorf("%s: no such file or directory", path)
	}
	return err
}

func file(path string, info fs.FileInfo, found bool) Input {
	size := info.Size()
	if !info.Mode().IsRegular() { // a pipe
		size = -1
	}
	return Input{Name: path, Modified: info.ModTime(), Size: size, Found: found,
		open: func() (io.ReadCloser, error) { return os.Open(path) }}
}

// walk collects the files below a directory.
func walk(root string) ([]Input, error) {
	var all, empty []Input
	passed := map[string]int{}
	from := filepath.Clean(root) + string(filepath.Separator) // follows a link, such as to the directory of today
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if path != from && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$")) {
			passed["hidden"]++
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			return nil
		}
		info, err := os.Stat(path) // follows a link to a file
		if err != nil || !info.Mode().IsRegular() {
			passed["neither file nor directory"]++
			return nil
		}
		ext := strings.ToLower(filepath.Ext(name))
		if slices.Contains(passedOver, ext) || notes(name) {
			if ext == "" {
				ext = name
			}
			passed[ext]++
			return nil
		}
		if info.Size() == 0 {
			passed["empty"]++
			empty = append(empty, file(filepath.Clean(path), info, true))
			return nil
		}
		if written(path) {
			passed["written by poslog"]++
			return nil
		}
		all = append(all, file(filepath.Clean(path), info, true))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", root, err)
	}
	if len(all) == 0 {
		var kinds []string
		for k, n := range passed {
			kinds = append(kinds, fmt.Sprintf("%d %s", n, k))
		}
		sort.Strings(kinds)
		if len(kinds) == 0 {
			return nil, fmt.Errorf("%s: the directory is empty", root)
		}
		return nil, fmt.Errorf("%s: the directory has nothing to read: passed over %s", root, strings.Join(kinds, ", "))
	}
	return append(all, empty...), nil // an export that came out empty is worth a word
}

// written reports whether a file came from poslog itself: reports are often written
// beside the data, and what they list is not to be read as rows the next time.
func written(path string) bool {
	ext := strings.ToLower(filepath.Ext(path))
	if ext == ".xlsx" || ext == ".zip" {
		z, err := zip.OpenReader(path)
		if err != nil {
			return false
		}
		defer z.Close()
		if ext == ".zip" {
			return pack(&z.Reader)
		}
		f, err := z.Open("docProps/core.xml")
		if err != nil {
			return false
		}
		defer f.Close()
		b, _ := io.ReadAll(io.LimitReader(f, 4096))
		return bytes.Contains(b, []byte("<dc:creator>poslog</dc:creator>"))
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 4096)
	n, _ := io.ReadFull(f, head)
	if text.Ours(head[:n]) {
		return true
	}
	if ext != ".txt" && ext != ".md" {
		return false
	}
	end, err := f.Seek(0, io.SeekEnd) // text says at its end what wrote it
	if err != nil {
		return false
	}
	n, _ = f.ReadAt(head, max(0, end-int64(len(head))))
	return bytes.Contains(head[:n], []byte("poslog/report/")) || bytes.Contains(head[:n], []byte("poslog/diff/"))
}

// pack reports whether an archive is the evidence of an incident.
func pack(z *zip.Reader) bool {
	have := 0
	for _, f := range z.File {
		if slices.Contains([]string{"incident.json", "minutes.csv", "statement.zh.txt"}, f.Name) {
			have++
		}
	}
	return have == 3
}

// Aside takes out what is no input though it was named, as a shell does that names every file
// of a directory: what poslog wrote itself, and notes beside other inputs. The names of
// what was taken out are returned, too. Of a directory that was named, [Expand] took none.
func Aside(inputs []Input) (rest []Input, aside []string) {
	for _, in := range inputs {
		info, err := os.Stat(in.Name)
		regular := err == nil && info.Mode().IsRegular() // what a pipe has can be read once only
		if !in.Found && regular && (len(inputs) > 1 && notes(filepath.Base(in.Name)) || written(in.Name)) {
			aside = append(aside, in.Name)
			continue
		}
		rest = append(rest, in)
	}
	return rest, aside
}

// notes are files that accompany inputs under well-known names.
func notes(name string) bool {
	switch strings.ToUpper(strings.TrimSuffix(name, filepath.Ext(name))) {
	case "README", "LICENSE", "CHANGELOG", "NOTICE", "TRUTH", "SOURCE", "MANIFEST", "MAKEFILE", "SHA256SUMS", "THUMBS":
		return true
	}
	return false
}
