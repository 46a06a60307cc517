package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/poslog/poslog/incident/cause"
	"github.com/poslog/poslog/probe"
)

func newProbe() *cobra.Command {
	var plan probe.Plan
	c := &cobra.Command{
		Use:   "probe HOST:PORT...",
		Short: "Connect to hosts some times and write when they answered",
		Long: `Connects over TCP (with --tls also the TLS handshake), a bounded number of times, and
writes one line per try. Such a log, and the timestamped output of ping, fping and
mtr, is evidence about the line: poslog analyze --probe LOG.`,
		Args: takes(1, 0),
		RunE: func(c *cobra.Command, args []string) error {
			if plan.Count == 0 || plan.Interval == 0 || plan.Timeout == 0 { // which mean the usual to package probe
				return usage("probe: --count, --interval and --timeout are above 0")
			}
			answered := 0
			err := probe.Run(c.Context(), args, plan, func(s probe.Sample) {
				if s.OK() {
					answered++
				}
				fmt.Fprintln(c.OutOrStdout(), s)
			})
			switch {
			case err != nil:
				return usage("%v", err)
			case answered == 0:
				return &exitError{exitFailed, fmt.Errorf("no try was answered")}
			}
			return nil
		},
	}
	fs := c.Flags()
	fs.IntVar(&plan.Count, "count", 5, "tries per target, at most 10000")
	fs.DurationVar(&plan.Interval, "interval", time.Second, "time between tries, at least 100ms")
	fs.DurationVar(&plan.Timeout, "timeout", 5*time.Second, "how long one try may take, at most 1m")
	fs.BoolVar(&plan.TLS, "tls", false, "shake hands after connecting")
	return c
}

// reach reads the logs of --probe; INSTITUTION=FILE says whose host it is.
func reach(paths []string, opt probe.Options) ([]cause.Reach, error) {
	var out []cause.Reach
	for _, arg := range paths {
		institution, path := whose(arg)
		f, err := os.Open(path)
		if err != nil {
			return nil, usage("--probe: %v", err)
		}
		samples, err := probe.Read(filepath.Base(path), f, opt)
		f.Close()
		if err != nil {
			return nil, usage("--probe: %v", err)
		}
		out = append(out, cause.Reaches(samples, func(string) (string, bool) { return institution, true })...)
	}
	return out, nil
}
