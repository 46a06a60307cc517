package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDocs executes every command of the documentation: the lines that begin
// with "$ poslog" in blocks marked ```console. What follows a command must be
// what it prints; a line of "..." stands for any lines, and a command without output
// below it is only held to its exit code, 0 unless it ends in "# exit N".
func TestDocs(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	var docs []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md", "samples/*.md"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, found...)
	}
	work := t.TempDir() // commands write files
	if err := os.CopyFS(filepath.Join(work, "samples"), os.DirFS(filepath.Join(root, "samples"))); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(work, "docs"), os.DirFS(filepath.Join(root, "docs"))); err != nil {
		t.Fatal(err)
	}
	t.Chdir(work)
	n := 0
	for _, doc := range docs {
		text, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range commands(string(text)) {
			n++
			args, err := split(c.line)
			if err != nil {
				t.Fatalf("%s:%d: %v", doc, c.at, err)
			}
			var out bytes.Buffer
			code := run(context.Background(), args, strings.NewReader(""), &out, &out)
			where := fmt.Sprintf("%s:%d: poslog %s", filepath.Base(doc), c.at, c.line)
			if code != c.exit {
				t.Errorf("%s: exit code %d, want %d\n%s", where, code, c.exit, out.String())
			}
			if len(c.want) > 0 {
				if at := differs(c.want, strings.Split(strings.TrimRight(out.String(), "\n"), "\n")); at != "" {
					t.Errorf("%s: %s", where, at)
				}
			}
		}
	}
	if n == 0 {
		t.Error("no command was found in the documentation")
	}
}

type command struct {
	at, exit int
	line     string
	want     []string
}

func commands(text string) (list []command) {
	inside := false
	for i, l := range strings.Split(text, "\n") {
		switch {
		case strings.HasPrefix(l, "```"):
			inside = l == "```console"
		case inside && strings.HasPrefix(l, "$ poslog "):
			c := command{at: i + 1, line: strings.TrimPrefix(l, "$ poslog ")}
			if line, exit, ok := strings.Cut(c.line, " # exit "); ok {
				c.line = line
				fmt.Sscan(exit, &c.exit)
			}
			list = append(list, c)
		case inside && len(list) > 0:
			last := &list[len(list)-1]
			last.want = append(last.want, l)
		}
	}
	return list
}

// differs compares lines and returns the first difference, "" where there is none.
func differs(want, got []string) string {
	for len(want) > 0 {
		if strings.TrimSpace(want[0]) == "..." {
			want = want[1:]
			if len(want) == 0 {
				return ""
			}
			for len(got) > 0 && strings.TrimRight(got[0], " ") != strings.TrimRight(want[0], " ") {
				got = got[1:]
			}
		}
		if len(got) == 0 {
			return fmt.Sprintf("the output lacks %q", want[0])
		}
		if strings.TrimRight(got[0], " ") != strings.TrimRight(want[0], " ") {
			return fmt.Sprintf("the output has\n  %q where the text has\n  %q", got[0], want[0])
		}
		want, got = want[1:], got[1:]
	}
	if len(got) > 0 {
		return fmt.Sprintf("the output goes on with %q", got[0])
	}
	return ""
}

// split cuts a command line into words as a shell does, quotes only.
func split(line string) (words []string, err error) {
	var word strings.Builder
	quote, open := rune(0), false
	for _, c := range line {
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(c)
		case c == '"' || c == '\'':
			quote, open = c, true
		case c == ' ':
			if word.Len() > 0 || open {
				words = append(words, word.String())
			}
			word.Reset()
			open = false
		default:
			word.WriteRune(c)
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("a quote is not closed in %q", line)
	}
	if word.Len() > 0 || open {
		words = append(words, word.String())
	}
	return words, nil
}
