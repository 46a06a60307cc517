package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newMan(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use: "man", Short: "Write the manual page of poslog to stdout", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			var b strings.Builder
			writeMan(&b, root)
			_, err := io.WriteString(c.OutOrStdout(), b.String())
			return err
		},
	}
}

// writeMan writes one page for all commands. cobra/doc would bring a Markdown parser into
// the program, which costs every start two milliseconds.
func writeMan(b *strings.Builder, root *cobra.Command) {
	fmt.Fprintf(b, ".TH POSLOG 1 \"\" \"poslog %s\" \"poslog\"\n.SH NAME\n%s \\- %s\n", roff(version()), roff(root.Name()), roff(root.Short))
	fmt.Fprintf(b, ".SH SYNOPSIS\n.B %s\n", roff(root.UseLine()))
	paragraphs(b, ".SH DESCRIPTION\n", root.Long)
	paragraphs(b, ".SH EXAMPLE\n", root.Example)
	b.WriteString(".SH COMMANDS\n")
	manCommands(b, root)
	if f := root.PersistentFlags(); f.HasAvailableFlags() {
		b.WriteString(".SH OPTIONS OF ALL COMMANDS\n")
		manOptions(b, f)
	}
}

func manCommands(b *strings.Builder, of *cobra.Command) {
	for _, c := range of.Commands() {
		if !c.IsAvailableCommand() && !c.IsAdditionalHelpTopicCommand() {
			continue
		}
		fmt.Fprintf(b, ".SS %s\n%s\n", roff(c.UseLine()), roff(c.Short))
		paragraphs(b, ".PP\n", c.Long)
		paragraphs(b, ".PP\n", c.Example)
		manOptions(b, c.LocalNonPersistentFlags())
		manCommands(b, c)
	}
}

func manOptions(b *strings.Builder, f *pflag.FlagSet) {
	f.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		value, usage := pflag.UnquoteUsage(f)
		if value != "" {
			name += " " + value
		}
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" && f.DefValue != "0" {
			usage += " (default " + f.DefValue + ")"
		}
		fmt.Fprintf(b, ".TP\n\\fB%s\\fR\n%s\n", roff(name), roff(usage))
	})
}

// paragraphs writes a text behind its heading; its lines stay as they are broken.
func paragraphs(b *strings.Builder, heading, text string) {
	if text = strings.TrimSpace(text); text != "" {
		fmt.Fprintf(b, "%s.nf\n%s\n.fi\n", heading, roff(text))
	}
}

// roff keeps a text from being read as markup.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "\u00a0", " ").Replace(s)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, ".") || strings.HasPrefix(l, "'") {
			lines[i] = `\&` + l
		}
	}
	return strings.Join(lines, "\n")
}
