package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The manual page has every command and every option that is shown, and no markup but ours.
func TestManualPage(t *testing.T) {
	root := newRoot()
	var b strings.Builder
	writeMan(&b, root)
	page := b.String()
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Hidden {
			return
		}
		if c != root && c.IsAvailableCommand() && !strings.Contains(page, ".SS "+roff(c.CommandPath())) {
			t.Errorf("no command %s", c.UseLine())
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden && f.Name != "help" && c.IsAvailableCommand() && !strings.Contains(page, roff("--"+f.Name)) {
				t.Errorf("%s: no option --%s", c.UseLine(), f.Name)
			}
		})
		for _, s := range c.Commands() {
			walk(s)
		}
	}
	walk(root)
	known := regexp.MustCompile(`^\.(TH|SH|SS|B|PP|TP|nf|fi)( |$)`)
	for l := range strings.Lines(page) {
		if l = strings.TrimSuffix(l, "\n"); (strings.HasPrefix(l, ".") || strings.HasPrefix(l, "'")) && !known.MatchString(l) {
			t.Errorf("markup that nobody wrote: %s", l)
		}
	}
	if got := roff(".x\n'y\\z-"); got != "\\&.x\n\\&'y\\ez\\-" {
		t.Error(got)
	}
}

// Both guides name every option, by its long or its short name.
func TestGuidesNameEveryOption(t *testing.T) {
	for _, path := range []string{"../../docs/guide.md", "../../docs/guide.zh-CN.md"} {
		guide := contents(t, path)
		var walk func(c *cobra.Command)
		walk = func(c *cobra.Command) {
			c.LocalFlags().VisitAll(func(f *pflag.Flag) {
				short := f.Shorthand != "" && regexp.MustCompile("(^|[ `])-"+f.Shorthand+"[ `]").MatchString(guide)
				if !f.Hidden && f.Name != "help" && f.Name != "version" && c.Name() != "completion" && !short && !regexp.MustCompile("--"+f.Name+`\b`).MatchString(guide) {
					t.Errorf("%s: no --%s of %s", path, f.Name, c.CommandPath())
				}
			})
			for _, s := range c.Commands() {
				walk(s)
			}
		}
		walk(newRoot())
	}
}
