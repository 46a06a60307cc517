package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/poslog/poslog/analyze"
)

var hostiles = []string{
	`</script><script>window.pwned=1</script>`, `"><img src=x onerror="window.pwned=1">`, `=HYPERLINK("http://example.com","x")`, `+1+1`, `@SUM(A1)`, "\t=1+1", "\r\n=1",
	"-2+3", "\x00\x1b[31mred\x07", "\u202egnp.exe\u2066", strings.Repeat("长", 10000), `{{.Title}}`, `javascript:window.pwned=1`, "]]><!--", "a|b\\|c\n# title", "\xff\xfe broken", `' onmouseover='window.pwned=1`, "\u2028line\u2029",
}

// poison puts hostile strings into every string of v, map keys aside.
func poison(v reflect.Value, next *int) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() && v.Kind() == reflect.Pointer {
			poison(v.Elem(), next)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				poison(v.Field(i), next)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			poison(v.Index(i), next)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			if v.Type().Elem().Kind() == reflect.Struct {
				x := reflect.New(v.Type().Elem()).Elem()
				x.Set(v.MapIndex(k))
				poison(x, next)
				v.SetMapIndex(k, x)
			}
		}
	case reflect.String:
		if v.CanSet() {
			v.SetString(hostiles[*next%len(hostiles)])
			*next++
		}
	}
}

// poisoned is the fixture with a hostile string in every field. Rounds differ in
// which string stands where.
func poisoned(round int) *analyze.Result {
	r := fixture()
	n := round
	poison(reflect.ValueOf(r).Elem(), &n)
	for i := range r.Cube.Dims { // the page's script finds the dimensions by name
		r.Cube.Dims[i].Name = fixture().Cube.Dims[i].Name
	}
	r.Cube.Dims[2].Values = slices.Clone(outcomeNames)
	return r
}

var numeric = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

func TestHostileContent(t *testing.T) {
	for round := 0; round < len(hostiles); round += 5 { // every string meets every kind of field
		r := poisoned(round)
		for _, view := range []string{Ops, Merchant} {
			for _, f := range Formats {
				var b bytes.Buffer
				if err := f.Write(&b, New(r, Options{View: view})); err != nil {
					t.Fatalf("%s: %v", f.Name, err)
				}
				checkHarmless(t, f.Name, b.Bytes())
			}
		}
	}
}

func checkHarmless(t *testing.T, format string, doc []byte) {
	t.Helper()
	s := string(doc)
	switch format {
	case "json", "jsonl":
		d := json.NewDecoder(bytes.NewReader(doc))
		for d.More() {
			var v any
			if err := d.Decode(&v); err != nil {
				t.Fatal(err)
			}
		}
		return
	case "xlsx":
		f, err := excelize.OpenReader(bytes.NewReader(doc))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for _, sheet := range f.GetSheetList() {
			rows, err := f.GetRows(sheet)
			if err != nil {
				t.Fatal(err)
			}
			for i, row := range rows {
				for j := range row {
					at, _ := excelize.CoordinatesToCellName(j+1, i+1)
					if formula, _ := f.GetCellFormula(sheet, at); formula != "" {
						t.Fatalf("%s!%s is the formula %q", sheet, at, formula)
					}
				}
			}
		}
		return
	}
	if !utf8.ValidString(s) {
		t.Errorf("%s: broken UTF-8", format)
	}
	for _, r := range s {
		if r != '\n' && r != '\r' && r != '\ufeff' && hostile(r) {
			t.Errorf("%s lets %U through", format, r)
			break
		}
	}
	if strings.Contains(s, strings.Repeat("长", maxCell+1)) {
		i := strings.Index(s, strings.Repeat("长", maxCell+1))
		t.Errorf("%s prints a text of more than %d characters after %q", format, maxCell, s[max(0, i-120):i])
	}
	switch format {
	case "html":
		if n := strings.Count(s, "<script"); n != 2 {
			t.Errorf("html has %d scripts, want data and program", n)
		}
		if strings.Contains(s, "<img") {
			t.Error("html has an image from the input")
		}
	case "markdown":
		if strings.Contains(s, "<img") || strings.Contains(s, "<script") || regexp.MustCompile(`(?m)^# title`).MatchString(s) {
			t.Error("markdown lets markup through")
		}
	case "csv":
		c := csv.NewReader(strings.NewReader(strings.TrimPrefix(s, "\ufeff")))
		c.FieldsPerRecord = -1
		rows, err := c.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if c := strings.TrimLeft(cell, " \u00a0\u3000"); c != "" && strings.Contains("=+-@\t\r", c[:1]) && !numeric.MatchString(cell) {
					t.Fatalf("csv has a cell that may run: %s", strconv.Quote(cell[:min(len(cell), 60)]))
				}
			}
		}
	}
}

func TestHostilePageInChromium(t *testing.T) {
	for _, view := range []string{Ops, Merchant} {
		for round := 0; round < len(hostiles); round += 8 {
			x := openPage(t, poisoned(round), Options{View: view}, 1240, false)
			var pwned bool
			x.eval(`window.pwned !== undefined || document.querySelectorAll('img, iframe, object, [onerror], [onmouseover]').length > 0 || [...document.querySelectorAll('a')].some(a => !a.getAttribute('href').startsWith('#'))`, &pwned)
			if pwned {
				t.Errorf("%s, round %d: content of the input takes effect", view, round)
			}
			x.quiet()
		}
	}
}
