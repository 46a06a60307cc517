package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/poslog/poslog/reconcile"
)

const (
	aTerminal   = "交易时间,终端号,参考号,交易类型,交易金额,应答码\n2026-11-20 10:00:00,10000001,100000000001,消费,100.00,00\n2026-11-20 23:50:00,10000001,100000000004,消费,50.00,00\n"
	aSettlement = "交易时间,终端号,参考号,交易类型,交易金额,手续费\n2026-11-20 10:00:00,10000001,100000000001,消费,100.00,0.38\n"
)

// What was read is never written over, under whatever name.
func TestInputsAreSpared(t *testing.T) {
	dir := t.TempDir()
	write := writer(t, dir)
	terminal, settled := write("2026-11-20.csv", aTerminal), write("settled.csv", aSettlement)
	link := filepath.Join(dir, "link.csv")
	if err := os.Symlink(settled, link); err != nil {
		t.Skipf("no symbolic links can be made here: %v", err)
	}
	report := filepath.Join(t.TempDir(), "r.json")
	if _, errs, code := poslog(t, "analyze", terminal, settled, "-o", report); code != exitDone {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	before := contents(t, report)
	for name, args := range map[string][]string{
		"-o":            {"analyze", dir, "-o", settled},
		"{date}":        {"analyze", dir, "-o", filepath.Join(dir, "{date}.csv")},
		"link":          {"analyze", terminal, settled, "-o", link},
		"rejects":       {"analyze", terminal, settled, "--rejects", settled},
		"carry":         {"analyze", terminal, settled, "--carry", settled},
		"diff":          {"diff", report, report, "-o", report},
		"explain":       {"explain", report, "attempts", "-o", report},
		"explain input": {"explain", report, "attempts", "-o", settled},
		"explain named": {"explain", report, "attempts", terminal, settled, "-o", link},
	} {
		_, errs, code := poslog(t, args...)
		if path := args[len(args)-1]; code == exitDone || !strings.Contains(errs, "is an input and would be written over") {
			t.Errorf("%s: exit code %d, %s", name, code, errs)
		} else if contents(t, terminal) != aTerminal || contents(t, settled) != aSettlement || contents(t, report) != before {
			t.Fatalf("%s: %s was written", name, path)
		}
	}
}

// Two runs at once with one file of carried rows: the second says that it leaves nothing,
// and what the first one left stays.
func TestCarryWrittenMeanwhile(t *testing.T) {
	write := writer(t, t.TempDir())
	terminal, carry := write("terminal.csv", aTerminal), write("carry.json", `{"schema":"poslog/carry/1","rows":[]}`)
	other := `{"schema":"poslog/carry/1","rows":null}`
	r, w := io.Pipe()
	go func() {
		_, err := io.WriteString(w, aSettlement[:1]) // comes back when this run is reading
		err = errors.Join(err, os.WriteFile(carry, []byte(other), 0o600))
		_, more := io.WriteString(w, aSettlement[1:])
		w.CloseWithError(errors.Join(err, more))
	}()
	var errs strings.Builder
	code := run(context.Background(), []string{"analyze", terminal, "-", "--carry", carry}, r, io.Discard, &errs)
	if want := "another run wrote " + carry + " meanwhile"; code != exitFailed || !strings.Contains(errs.String(), want) {
		t.Errorf("exit code %d, %s", code, errs.String())
	}
	if got := contents(t, carry); got != other {
		t.Errorf("what the other run left is %s", got)
	}
}

// The same run started twice at once leaves one and the same: nothing is lost.
func TestCarryTheSameMeanwhile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "carry.json")
	pool := &reconcile.Pool{Schema: reconcile.PoolSchema}
	for range 2 {
		if err := writeCarry(path, nil, pool); err != nil {
			t.Error(err)
		}
	}
	pool.Rows = []reconcile.Waiting{{Kind: "sale"}}
	if err := writeCarry(path, nil, pool); err == nil {
		t.Error("what the other run left was written over")
	}
}

// The directory of today is often a link.
func TestLinkedDirectory(t *testing.T) {
	dir := t.TempDir()
	writer(t, dir)("terminal.csv", aTerminal)
	today := filepath.Join(t.TempDir(), "today")
	if err := os.Symlink(dir, today); err != nil {
		t.Skipf("no symbolic links can be made here: %v", err)
	}
	if r := analyzeJSON(t, today); len(r.Inputs) != 1 || r.Inputs[0].Name != filepath.Join(today, "terminal.csv") {
		t.Errorf("inputs %+v", r.Inputs)
	}
}
