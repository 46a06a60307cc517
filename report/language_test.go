package report

import (
	"bytes"
	"context"
	"html"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/poslog/poslog/analyze"
	"github.com/poslog/poslog/parse"
)

// ugly analyses a good export beside files that cannot be read.
func ugly(t *testing.T) *analyze.Result {
	t.Helper()
	dir := t.TempDir()
	book, err := os.ReadFile("../samples/merchant-day/terminal.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile("../samples/b4-success/terminal.csv")
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(good, []byte("\n"))
	cut := bytes.Join(append(append([][]byte{}, lines[:40]...), []byte("2026-11-20,25:61:00,x,y\n"), []byte("a,\"b\n")), nil)
	swapped := bytes.Replace(book, []byte("sheetData"), []byte("sheetDate"), 1)
	var files []string
	for name, data := range map[string][]byte{
		"good.csv": good, "cut.csv": cut, "short.xlsx": book[:len(book)/2], "empty.csv": nil, "blank.csv": []byte("\n\n"), "swapped.xlsx": swapped,
		"notes.txt": []byte("dear all\nplease find the figures attached\nregards\n"), "picture.png": append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), make([]byte, 400)...),
		"archive.zip": append([]byte("PK\x03\x04"), bytes.Repeat([]byte{7}, 300)...), "packed.csv.gz": append([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3}, bytes.Repeat([]byte{0xee}, 90)...),
		"old.xls": append([]byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}, make([]byte, 900)...), "noise.bin": bytes.Repeat([]byte{0, 1, 2, 250}, 200),
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
		files = append(files, path)
	}
	inputs, err := parse.Expand(files, nil)
	if err != nil {
		t.Fatal(err)
	}
	loc := zone("Asia/Shanghai")
	r, err := analyze.Run(context.Background(), analyze.Config{Inputs: inputs, Parse: parse.Options{Location: loc}, Location: loc, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Problems) < 8 {
		t.Errorf("only %d problems were found in files that cannot be read", len(r.Problems))
	}
	return r
}

// stated collects every string of a Result that comes from the inputs or names
// something; the sentences in two languages are left out.
func stated(v reflect.Value, into *strings.Builder) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			stated(v.Elem(), into)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[analyze.Text]() || v.Type() == reflect.TypeFor[analyze.Verdict]() {
			return
		}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				stated(v.Field(i), into)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			stated(v.Index(i), into)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			stated(k, into)
			stated(v.MapIndex(k), into)
		}
	case reflect.String:
		into.WriteString(v.String())
		into.WriteByte('\n')
	}
}

var (
	hanRun   = regexp.MustCompile(`\p{Han}+`)
	markup   = regexp.MustCompile(`(?s)<(style|script)[^>]*>.*?</(style|script)>|<[^>]*>`)
	sentence = regexp.MustCompile(`[A-Za-z]{2,}(?:[ ,]+[a-z]{2,}){3,}`)
	attrText = regexp.MustCompile(`(?:aria-label|title|placeholder)="([^"]*)"`)
)

// readable is what people read of a format.
func readable(t *testing.T, format string, r *analyze.Result, o Options) string {
	doc := render(t, format, r, o)
	switch format {
	case "html":
		s := string(doc)
		labels := ""
		for _, m := range attrText.FindAllStringSubmatch(s, -1) {
			labels += m[1] + "\n"
		}
		data := regexp.MustCompile(`(?s)<script type="application/json" id="data">(.*?)</script>`).FindStringSubmatch(s)[1]
		words := regexp.MustCompile(`"words":\{.*?\},"cube"`).FindString(data)
		return html.UnescapeString(markup.ReplaceAllString(s, "\n")+labels) + words
	case "xlsx":
		var b strings.Builder
		f := workbook(t, New(r, o))
		for _, name := range f.GetSheetList() {
			b.WriteString(name + "\n")
			rows, err := f.GetRows(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows {
				for _, c := range row {
					b.WriteString(c + "\n")
				}
			}
		}
		return b.String()
	}
	return string(doc)
}

// TestOneLanguage: over all samples and over inputs that cannot be read, every
// format speaks one language. What the inputs themselves say stays as it is.
func TestOneLanguage(t *testing.T) {
	results := map[string]*analyze.Result{"ugly": ugly(t), "fixture": fixture()}
	for _, name := range []string{"bank-day", "merchant-day", "b4-success"} {
		results[name], _ = sample(t, name)
	}
	for name, r := range results {
		var own strings.Builder
		stated(reflect.ValueOf(r), &own)
		said := own.String()
		english := strings.Builder{}
		for _, e := range r.Samples {
			english.WriteString(e.Text + "\n")
		}
		for _, q := range r.Problems {
			english.WriteString(q.Excerpt + "\n")
		}
		for _, view := range []string{Ops, Merchant} {
			for _, format := range []string{"text", "markdown", "csv", "html", "xlsx"} {
				seen := map[string]bool{}
				for _, line := range strings.Split(readable(t, format, r, Options{Lang: "en", View: view, Width: 600}), "\n") {
					for _, han := range hanRun.FindAllString(line, -1) {
						if !strings.Contains(said, han) && !seen[han] {
							seen[han] = true
							t.Errorf("%s, %s in English, %s: %q in %.160q", name, view, format, han, line)
						}
					}
					if strings.ContainsFunc(line, func(c rune) bool { return strings.ContainsRune("，。；：（）", c) }) && !hanRun.MatchString(line) && !seen["mark"] {
						seen["mark"] = true
						t.Errorf("%s, %s in English, %s: Chinese punctuation in %.160q", name, view, format, line)
					}
				}
				for _, line := range strings.Split(readable(t, format, r, Options{Lang: "zh", View: view, Width: 600}), "\n") {
					if m := sentence.FindString(line); m != "" && !seen[m] && !strings.Contains(english.String(), m) {
						seen[m] = true
						t.Errorf("%s, %s in Chinese, %s: %q", name, view, format, m)
					}
				}
			}
		}
	}
}

// An English count agrees with its noun.
func TestEnglishCountsAgree(t *testing.T) {
	w := words{lang: "en"}
	for want, got := range map[string]string{
		"1 row":      w.t("rows", "1"),
		"0 rows":     w.t("rows", "0"),
		"1,201 rows": w.t("rows", "1,201"),
		"1 file":     w.t("files", 1),
		"Observed: a, 2%; 1 failure among 21 attempts.": w.t("pack.what", "a", "2%", "1", "21"),
		"Observed: a, 2%; 11 failures among 1 attempt.": w.t("pack.what", "a", "2%", "11", "1"),
	} {
		if got != want {
			t.Errorf("%q instead of %q", got, want)
		}
	}
}
