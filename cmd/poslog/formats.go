package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/poslog/poslog/parse"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/parse/formats"
	"github.com/poslog/poslog/txn"
)

func newFormats() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "formats",
		Short: "List, show and test formats that are described as data",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return listFormats(c, dir) },
	}
	c.PersistentFlags().StringVar(&dir, "formats", "", "`directory` of own format files (*.yaml)")
	c.AddCommand(
		&cobra.Command{Use: "list", Short: "List all formats", Args: cobra.NoArgs,
			RunE: func(c *cobra.Command, _ []string) error { return listFormats(c, dir) }},
		&cobra.Command{Use: "show NAME", Short: "Write the definition of a format, to be copied", Args: takes(1, 1),
			RunE: func(c *cobra.Command, args []string) error { return showFormat(c, dir, args[0]) }},
		&cobra.Command{Use: "fields", Short: "List the words for fields, and the names that are known for each", Args: cobra.NoArgs,
			RunE: func(c *cobra.Command, _ []string) error { return listFields(c) }},
		testFormat(),
	)
	return c
}

func userFormats(dir string) (*parse.Formats, error) {
	if dir == "" {
		return nil, nil
	}
	f, err := parse.LoadFormats(dir)
	if err != nil {
		return nil, usage("--formats: %v", err)
	}
	return f, nil
}

func listFormats(c *cobra.Command, dir string) error {
	f, err := userFormats(dir)
	if err != nil {
		return err
	}
	w := newTable(c, "format", "kind", "side", "about")
	for _, o := range f.List() {
		w.AppendRow([]any{o.Name, string(o.Kind), o.Side.String(), o.Title})
	}
	w.Render()
	return nil
}

func listFields(c *cobra.Command) error {
	w := newTable(c, "field", "known names")
	for f := field.Ignore; f < field.Count; f++ {
		w.AppendRow([]any{f.String(), strings.Join(field.Names(f), ", ")})
	}
	w.Render()
	return nil
}

func showFormat(c *cobra.Command, dir, name string) error {
	f, err := userFormats(dir)
	if err != nil {
		return err
	}
	o, err := f.Find(name)
	if err != nil {
		return usage("%v", err)
	}
	text, err := formats.Source(o.Name)
	if own, ownErr := os.ReadFile(o.File); ownErr == nil {
		text, err = own, nil
	}
	if err != nil {
		return &exitError{exitFailed, err}
	}
	_, err = c.OutOrStdout().Write(text)
	return err
}

func testFormat() *cobra.Command {
	var tz string
	c := &cobra.Command{
		Use:   "test FORMAT.yaml [FILE...]",
		Short: "Check a format by its samples, and read files with it whatever they look like",
		Args:  takes(1, 0),
		RunE: func(c *cobra.Command, args []string) error {
			loc, err := location(tz)
			if err != nil {
				return err
			}
			f, err := oneFormat(args[0])
			if err != nil {
				return &exitError{exitFailed, err}
			}
			fmt.Fprintf(c.OutOrStdout(), "%s: every sample gives the record that it should\n", f.Name)
			if len(args) == 1 {
				return nil
			}
			inputs, err := parse.Expand(args[1:], c.InOrStdin())
			if err != nil {
				return &exitError{exitFailed, err}
			}
			look := &inspection{lang: "en", show: 3, seen: map[*txn.Source]*sighting{}}
			files, err := parse.Read(c.Context(), inputs, parse.Options{Formats: parse.Only(f), Location: loc}, func(int) parse.Handler { return look })
			if err != nil {
				return &exitError{exitFailed, err}
			}
			for _, file := range files {
				look.write(c.OutOrStdout(), file, loc, 20)
				if file.Err != nil || file.Count.Rejected > 0 {
					err = &exitError{exitProvisional, fmt.Errorf("%s was not read without faults", file.Source.Name)}
				}
			}
			return err
		},
	}
	c.Flags().StringVar(&tz, "tz", "Asia/Shanghai", "IANA `zone` of times that state none")
	return c
}

// oneFormat loads a format file and checks it beside the built-in ones, or finds a
// built-in one by its name.
func oneFormat(name string) (*format.Format, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		if f, known := (*parse.Formats)(nil).Find(name); known == nil {
			return f, nil
		}
		return nil, err
	}
	f, err := format.Parse(name, data)
	if err != nil {
		return nil, err
	}
	return f, formats.Check(&formats.Set{List: []*format.Format{f}}, formats.Builtin())
}
