package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
)

// full is a disk that takes n more bytes.
type full int

func (f *full) Write(p []byte) (int, error) {
	if n := int(*f); n < len(p) {
		*f = 0
		return n, errors.New("no space left on device")
	}
	*f -= full(len(p))
	return len(p), nil
}

// TestFullDisk: no command says done where its answer did not arrive.
func TestFullDisk(t *testing.T) {
	t.Chdir("../..")
	for _, args := range [][]string{
		{"codes"}, {"codes", "B4"}, {"formats", "list"}, {"formats", "fields"}, {"formats", "show", "unionpay-acomn"}, {"generate"},
		{"formats", "test", "docs/examples/formats/xiangtan-demo.yaml"}, {"inspect", "samples/merchant-day/settlement.csv"},
		{"inspect", "--draft", "docs/examples/newbank.csv"}, {"man"}, {"version"}, {"help"}, {"analyze", "--help"}, {"completion", "bash"},
		{"analyze", "samples/b4-success"}, {"analyze", "samples/b4-success", "--format", "json"}, {"analyze", "samples/b4-success", "--format", "xlsx"},
	} {
		for _, room := range []full{0, 10} {
			var errs bytes.Buffer
			if code := run(context.Background(), args, strings.NewReader(""), &room, &errs); code != exitFailed || !strings.Contains(errs.String(), "no space left") {
				t.Errorf("%s: exit code %d, %q", strings.Join(args, " "), code, errs.String())
			}
		}
	}
}
