package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
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

// TestAnswersAreNoInput: what explain and diff write beside the data is not read as rows the next time.
func TestAnswersAreNoInput(t *testing.T) {
	dir := t.TempDir()
	write := writer(t, dir)
	write("pos.csv", "交易时间,终端号,卡号,流水号,金额,应答码\n"+
		"2026-11-20 08:00:00,10000001,622848******0001,000001,2.00,00\n2026-11-20 08:01:00,10000001,622848******0002,000002,3.00,91\n")
	first := filepath.Join(dir, "report.json")
	poslog(t, "analyze", dir, "-o", first)
	for _, ext := range []string{"txt", "json", "csv", "xlsx", "html", "md"} {
		for _, args := range [][]string{{"explain", first, "attempts"}, {"explain", first, "totals"}, {"diff", first, first}} {
			path := filepath.Join(dir, args[0]+args[len(args)-1][:1]+"."+ext)
			if _, errs, code := poslog(t, append(args, "-o", path)...); code != exitDone {
				t.Fatalf("%v: exit code %d: %s", args, code, errs)
			}
			if _, errs, code := poslog(t, "analyze", dir, "-o", filepath.Join(dir, "again.json")); code != exitDone {
				t.Errorf("beside %s: exit code %d: %.200s", filepath.Base(path), code, errs)
			}
			os.Remove(path)
		}
	}
}
