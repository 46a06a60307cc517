package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/poslog/poslog/generate"
	"github.com/poslog/poslog/internal/room"
)

func onLinux(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("--memory is supported on Linux only")
	}
}

// The answer does not depend on the limit.
func TestSameReportUnderALimit(t *testing.T) {
	onLinux(t)
	dir := t.TempDir()
	if _, err := generate.Bulk(dir, generate.BulkOptions{Seed: 3, Lines: 60_000, Terminals: 500, Settle: 40_000, Files: []string{"term.log", "settle.csv", "settle_gbk.csv", "dirty.log"}}); err != nil {
		t.Fatal(err)
	}
	file := func(names ...string) (list []string) {
		for _, n := range names {
			list = append(list, filepath.Join(dir, n))
		}
		return list
	}
	for _, inputs := range [][]string{
		file("term.log", "settle.csv"), file("term.log"), file("settle_gbk.csv"), file("dirty.log", "settle.csv"),
		{"samples/bank-day"}, {"samples/merchant-day"},
	} {
		args := append([]string{"analyze", "--format", "json", "--tolerance", "50%"}, inputs...)
		want, _, code := poslog(t, args...)
		got, errs, c := poslog(t, append(args, "--memory", "110MB")...)
		if len(want) < 1000 || got != want || c != code {
			t.Errorf("%v: %d bytes and exit code %d, without a limit %d and %d: %s", inputs, len(got), c, len(want), code, errs)
		}
	}
}

// Nor do the answers about a report.
func TestSameAnswersUnderALimit(t *testing.T) {
	onLinux(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "report.json")
	if _, errs, code := poslog(t, "analyze", "samples/bank-day", "-o", path); code != exitDone {
		t.Fatal(errs)
	}
	for _, id := range []string{"I1", "technical", "state:matched", "incidents/I1/excess", "incidents", "codes"} {
		args := []string{"explain", path, id, "--format", "json"}
		want, _, code := poslog(t, args...)
		got, errs, c := poslog(t, append(args, "--memory", "110MB")...)
		if len(want) < 50 || got != want || c != code || code != exitDone {
			t.Errorf("explain %s: exit code %d, %d bytes; without a limit %d, %d: %s", id, c, len(got), code, len(want), errs)
		}
	}
	var packs [2][]byte
	for i, more := range [][]string{nil, {"--memory", "110MB"}} {
		pack := filepath.Join(dir, fmt.Sprint(i, ".zip"))
		_, errs, code := poslog(t, append([]string{"evidence", path, "--incident", "I1", "-o", pack}, more...)...)
		if code != exitDone {
			t.Fatal(errs)
		}
		var err error
		if packs[i], err = os.ReadFile(pack); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(packs[0], packs[1]) {
		t.Error("the evidence differs under a limit")
	}
	if _, errs, code := poslog(t, "explain", path, "I1", "--memory", "20MB"); code != exitUsage || !strings.Contains(errs, "100 MB are needed") {
		t.Errorf("a limit that is too small: exit code %d, %s", code, errs)
	}
}

// A process of its own stays below its limit, although it needs more without one; the
// report is the same, and that of large slices on the heap.
func TestPeakUnderALimit(t *testing.T) {
	onLinux(t)
	if dir := os.Getenv("POSLOG_TEST_PEAK"); dir != "" {
		out := sha256.New()
		args := []string{"analyze", dir, "--format", "json"}
		switch limit := os.Getenv("POSLOG_TEST_LIMIT"); limit {
		case "heap":
		case "":
			room.Apart()
		default:
			args = append(args, "--memory", limit)
		}
		if code := run(t.Context(), args, strings.NewReader(""), out, os.Stderr); code != exitDone {
			t.Fatalf("exit code %d", code)
		}
		status, err := os.ReadFile("/proc/self/status")
		if err != nil {
			t.Fatal(err)
		}
		_, peak, _ := strings.Cut(string(status), "VmHWM:")
		fmt.Printf("peak %s %x\n", strings.Fields(peak)[0], out.Sum(nil))
		return
	}
	if testing.Short() {
		t.Skip("half a million lines are too many for -short")
	}
	dir := t.TempDir()
	if _, err := generate.Bulk(dir, generate.BulkOptions{Seed: 3, Lines: 500_000, Terminals: 2000, Settle: 350_000, Files: []string{"term.log", "settle.csv"}}); err != nil {
		t.Fatal(err)
	}
	peak := func(limit string) (kb int, report string) {
		c := exec.Command(os.Args[0], "-test.run", "^TestPeakUnderALimit$")
		c.Env = append(os.Environ(), "POSLOG_TEST_PEAK="+dir, "POSLOG_TEST_LIMIT="+limit)
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		_, said, _ := strings.Cut(string(out), "peak ")
		if _, err := fmt.Sscan(said, &kb, &report); err != nil {
			t.Fatalf("no peak in %q", out)
		}
		return kb, report
	}
	heap, want := peak("heap")
	free, apart := peak("")
	bound, limited := peak("110MB")
	t.Logf("peak %d kB on the heap, %d kB beside it, %d kB with 110 MB", heap, free, bound)
	if apart != want || limited != want {
		t.Errorf("the reports are not the same: %s on the heap, %s beside it, %s in a file", want, apart, limited)
	}
	if bound > 130_000 || bound > free*9/10 {
		t.Errorf("peak %d kB under a limit of 110 MB, %d kB without", bound, free)
	}
}

func TestMemoryErrors(t *testing.T) {
	onLinux(t)
	for _, c := range []struct {
		limit, tmp string
		code       int
		words      []string
	}{
		{"10XB", "", exitUsage, []string{`"10XB"`, "200MB"}},
		{"-5MB", "", exitUsage, []string{`"-5MB"`}},
		{"20MB", "", exitUsage, []string{"--memory 20MB", "100 MB are needed"}},
		{"1GB", "/nonexistent", exitFailed, []string{"--memory 1GB", "/nonexistent", "TMPDIR"}},
	} {
		if c.tmp != "" {
			t.Setenv("TMPDIR", c.tmp)
		}
		_, errs, code := poslog(t, "analyze", "samples/bank-day", "--memory", c.limit)
		if code != c.code {
			t.Errorf("--memory %s: exit code %d, want %d: %s", c.limit, code, c.code, errs)
		}
		for _, w := range c.words {
			if !strings.Contains(errs, w) {
				t.Errorf("--memory %s: %q does not say %q", c.limit, errs, w)
			}
		}
	}
}
