package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/poslog/poslog/internal/spelling"
	"github.com/poslog/poslog/report"
	"github.com/poslog/poslog/txn"
)

// The exit codes are an interface; the README lists them.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2   // wrong flags or configuration
	exitProvisional = 3   // done, but some input was not understood beyond the tolerance
	exitPolicy      = 4   // done, and a threshold of --fail-if is broken
	exitCancelled   = 130 // interrupted
)

// exitError carries an exit code. A nil Err has been reported already.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func usage(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// run is the whole program as a function, so that tests call it in-process.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root, out := newRoot(), &output{Writer: stdout}
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(out)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	switch {
	case err != nil && ctx.Err() != nil:
		fmt.Fprintln(stderr, "poslog: cancelled")
		return exitCancelled
	case out.err != nil:
		err = &exitError{exitFailed, out.err}
	case err == nil:
		return exitDone
	}
	var exit *exitError
	if !errors.As(err, &exit) {
		exit = &exitError{exitUsage, err} // cobra's own errors are about flags and arguments
		if _, _, unknown := root.Find(args); unknown != nil && present(args[0]) {
			exit.err = fmt.Errorf("%s is no command; to have it read: poslog analyze %s", args[0], args[0])
		}
	}
	if exit.err != nil {
		fmt.Fprintf(stderr, "poslog: %s\n", report.Printable(txn.MaskCard(exit.err.Error()))) // a file may be named after a card
	}
	return exit.code
}

// output is standard output that keeps its first failure: most commands print without asking
// what became of it.
type output struct {
	io.Writer
	err error
}

func (o *output) Write(p []byte) (n int, err error) {
	if o.err != nil {
		return 0, o.err
	}
	n, o.err = o.Writer.Write(p)
	return n, o.err
}

// present reports whether a file or directory has the name, as one that is dropped on
// the program has.
func present(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "poslog",
		Short: "Say what failed in POS logs and why, and whether the money arrived",
		Long: `poslog reads terminal and switch logs and settlement files, classifies failures by
response code and evidence, finds failure windows with their scope and cause,
reconciles the terminal book against the settlement book, and writes reports.

  poslog analyze DIR                       report to the terminal
  poslog analyze DIR -o day.xlsx -o day.html
  poslog inspect FILE                      what was recognised, and why
  poslog codes B4                          what a code means in every table`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       version(),
	}
	root.SetVersionTemplate("poslog {{.Version}}\n")
	root.AddCommand(newAnalyze(), newExplain(), newEvidence(), newDiff(), newInspect(), newCodes(), newFormats(), newGenerate(), newProbe(), newMan(root), newVersion())
	root.SetFlagErrorFunc(flagError)
	helpKnows(root)
	return root
}

// flagError adds to what is wrong with a flag the one that was probably meant.
func flagError(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return err
	}
	var known []string
	c.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	if near := spelling.Near(unknown.GetSpecifiedName(), known); near != "" {
		return fmt.Errorf("%w; did you mean --%s?", err, near)
	}
	return fmt.Errorf("%w; %s --help lists those there are", err, c.CommandPath())
}

// helpKnows makes help about a command that does not exist an error like any other.
func helpKnows(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	help, _, err := root.Find([]string{"help"})
	if err != nil {
		return
	}
	show := help.Run
	help.Run = nil
	help.RunE = func(c *cobra.Command, args []string) error {
		if _, _, err := c.Root().Find(args); err != nil {
			return err
		}
		show(c, args)
		return nil
	}
}

// takes asks for least to most arguments, any number from least on where most is 0, and
// says which where there are others.
func takes(least, most int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if n := len(args); n < least || most > 0 && n > most {
			return usage("write it as: %s", c.UseLine())
		}
		return nil
	}
}
