package main

import "testing"

// Zero is no number of tries, and not the usual one.
func TestProbeRefusesZero(t *testing.T) {
	for _, flag := range []string{"--count", "--interval", "--timeout"} {
		if out, errs, code := poslog(t, "probe", "127.0.0.1:1", flag, "0"); code != exitUsage || out != "" {
			t.Errorf("%s 0: exit code %d, %s%s", flag, code, out, errs)
		}
	}
}
