package main

import (
	"strings"
	"testing"
)

// What is misspelt on the command line is answered with what was meant, and filters that leave
// nothing are not said to be unreadable files.
func TestMisspelt(t *testing.T) {
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"analyze samples/b4-success --langg en", exitUsage, "did you mean --lang?"},
		{"inspect samples/b4-success --record 2", exitUsage, "did you mean --records?"},
		{"analyze samples/b4-success --frobnicate", exitUsage, "poslog analyze --help"},
		{"help analize", exitUsage, "analyze"},
		{"analyze samples/b4-success --institution NSH999 --since 2030-01-01", exitFailed, "no record is left"},
		{"analyze samples/b4-success -o x.docx", exitUsage, "-o x.docx: the file name does not say"},
	} {
		out, errs, code := poslog(t, strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(errs, c.want) || out != "" {
			t.Errorf("%s: exit code %d: %s%s, want %q", c.args, code, errs, out, c.want)
		}
	}
}
