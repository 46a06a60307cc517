package main

import (
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// sampleMemory has the runtime take samples of allocations only where a profile of
// them was asked for: they cost a small run some per cent.
func sampleMemory(args []string) {
	if !slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, "--memprofile") }) {
		runtime.MemProfileRate = 0
	}
}

// profiling adds the hidden flags --cpuprofile and --memprofile to a command.
func profiling(c *cobra.Command) {
	var cpu, mem string
	c.Flags().StringVar(&cpu, "cpuprofile", "", "write a CPU profile to this `file`")
	c.Flags().StringVar(&mem, "memprofile", "", "write a memory profile to this `file`")
	_ = c.Flags().MarkHidden("cpuprofile")
	_ = c.Flags().MarkHidden("memprofile")
	run := c.RunE
	c.RunE = func(c *cobra.Command, args []string) error {
		if cpu != "" {
			f, err := os.Create(cpu)
			if err != nil {
				return err
			}
			defer f.Close()
			if err := pprof.StartCPUProfile(f); err != nil {
				return err
			}
			defer pprof.StopCPUProfile()
		}
		err := run(c, args)
		if mem != "" {
			f, ferr := os.Create(mem)
			if ferr != nil {
				return ferr
			}
			defer f.Close()
			if perr := pprof.Lookup("allocs").WriteTo(f, 0); perr != nil {
				return perr
			}
		}
		return err
	}
}
