package report

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestPack(t *testing.T) {
	r, rows := sample(t, "bank-day")
	var b bytes.Buffer
	if err := WritePack(&b, r, "I1", rows); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		rd, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		doc, err := io.ReadAll(rd)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(doc)
	}
	for _, line := range strings.Split(strings.TrimSpace(files["SHA256SUMS"]), "\n") {
		want, name, _ := strings.Cut(line, "  ")
		sum := sha256.Sum256([]byte(files[name]))
		if hex.EncodeToString(sum[:]) != want {
			t.Errorf("the hash of %s is wrong", name)
		}
	}
	c := csv.NewReader(strings.NewReader(strings.TrimPrefix(files["rows.csv"], "\ufeff")))
	list, err := c.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(list)-1 != r.Incidents[0].Failures {
		t.Errorf("rows.csv has %d rows, the incident %d failures", len(list)-1, r.Incidents[0].Failures)
	}
	for _, lang := range []string{"zh", "en"} {
		if s := files["statement."+lang+".txt"]; !strings.Contains(s, group(int64(r.Incidents[0].Failures))) || !strings.Contains(s, "SHA-256") {
			t.Errorf("statement.%s.txt lacks the number or the hashes", lang)
		}
	}
	for _, in := range r.Inputs {
		if !strings.Contains(files["inputs.csv"], in.SHA256) {
			t.Errorf("inputs.csv lacks the hash of %s", in.Name)
		}
	}
	var again bytes.Buffer
	if err := WritePack(&again, r, "I1", rows); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Errorf("the same incident gives another pack (%v)", err)
	}
	if err := WritePack(io.Discard, r, "I1", rows[:1000]); err == nil {
		t.Error("rows that do not give the number make a pack")
	}
	if err := WritePack(io.Discard, r, "approved", rows); err == nil {
		t.Error("a total makes a pack")
	}
}

// A page that a web server reads by way of a link stays where it is, and who may read it
// does not change from day to day.
func TestWriteFileKeepsLinkAndMode(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "page.txt"), filepath.Join(dir, "today.txt")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path, link); err != nil {
		t.Skipf("no symbolic links can be made here: %v", err)
	}
	if err := Atomic(link, func(w io.Writer) error { _, err := io.WriteString(w, "new"); return err }); err != nil {
		t.Fatal(err)
	}
	st, err := os.Lstat(path)
	if b, _ := os.ReadFile(path); err != nil || string(b) != "new" || st.Mode() != 0o600 {
		t.Errorf("%q, %v, %v", b, st.Mode(), err)
	}
	if to, err := os.Readlink(link); err != nil || to != path {
		t.Errorf("the link leads to %q, %v", to, err)
	}
}

func TestWriteFileIsAtomic(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "new", "report.txt")
	f, err := FormatFor(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(path, f, New(fixture(), Options{})); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(path)
	broken := Format{Name: "broken", Write: func(w io.Writer, _ *Report) error {
		w.Write([]byte("half"))
		return io.ErrUnexpectedEOF
	}}
	if err := WriteFile(path, broken, New(fixture(), Options{})); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("a failing writer gives %v", err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("a failing writer changed the old report")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "new", "*")); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
	if hidden, _ := filepath.Glob(filepath.Join(dir, "new", ".*.tmp")); len(hidden) != 0 {
		t.Errorf("left behind: %v", hidden)
	}
	killed, writing := filepath.Join(dir, "new", ".poslog-AAAAAAAAAAAA.tmp"), filepath.Join(dir, "new", ".poslog-BBBBBBBBBBBB.tmp")
	for name, age := range map[string]time.Duration{killed: 25 * time.Hour, writing: time.Hour} {
		if err := os.WriteFile(name, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, time.Time{}, time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	if err := WriteFile(path, f, New(fixture(), Options{})); err != nil || exists(killed) || !exists(writing) {
		t.Errorf("%v; what a killed run left is there: %v, what another writes: %v", err, exists(killed), exists(writing))
	}
	if err := WriteFile(dir, f, New(fixture(), Options{})); err == nil {
		t.Error("a directory is taken for a file")
	}
	if err := WriteFile("/dev/null", f, New(fixture(), Options{})); err != nil {
		t.Errorf("a device cannot be written: %v", err)
	}
	if _, err := FormatFor("report.doc"); err == nil || !strings.Contains(err.Error(), ".xlsx") {
		t.Errorf("an unknown ending gives %v", err)
	}
}
