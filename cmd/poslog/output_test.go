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

// TestCodesInChinese: outcomes and classes stand in the words of reports, with those that a
// table of one's own is written in.
func TestCodesInChinese(t *testing.T) {
	for _, args := range [][]string{{"codes", "51"}, {"codes", "--table", "unionpay"}} {
		out, errs, code := poslog(t, args...)
		if code != exitDone {
			t.Fatal(errs)
		}
		for _, want := range []string{"拒绝", "declined", "余额或限额", "CH_FUNDS_LIMIT"} {
			if !strings.Contains(out, want) {
				t.Errorf("%v: no %s in\n%.600s", args, want, out)
			}
		}
		if strings.Contains(out, "meaning.") || strings.Contains(out, "class.") {
			t.Errorf("%v: a word without Chinese:\n%.600s", args, out)
		}
	}
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
