package parse

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// detect does not ask readers behind one that is sure. It has to choose what asking all
// of them would.
func TestSureIsSure(t *testing.T) {
	check := func(name string, head []byte) (sure bool) {
		want := -1
		all := Judge(name, head, nil)
		for i, j := range all {
			if j.Score >= enough && (want < 0 || j.Score > all[want].Score) {
				want = i
			}
			sure = sure || Readers(nil)[i].Sure > 0 && j.Score >= Readers(nil)[i].Sure
		}
		r, why, err := detect(content{name: name, head: head, r: bytes.NewReader(head)}, &Options{})
		switch {
		case len(r.Notes) > 0: // it has learned names from this input, and is another reader for that
		case want < 0 && err == nil:
			t.Errorf("%s: read as %s, and nobody else would", name, r.Name)
		case want >= 0 && (err != nil || r.Name != all[want].Reader || why != all[want].Why):
			t.Errorf("%s: read as %s (%s, %v), want %+v", name, r.Name, why, err, all[want])
		}
		return sure
	}
	sure, files := 0, 0
	for _, dir := range []string{".", "../samples"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) == ".go" {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil || len(data) == 0 {
				return err
			}
			files++
			if check(path, data[:min(len(data), headSize)]) {
				sure++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 100 || sure < 3 {
		t.Errorf("%d files, %d of them sure: the test tests nothing", files, sure)
	}
	// A row of column names is no transaction, so that nobody is sure of such a head.
	check("x.log", []byte("RC,TID,AMT\nRC=00,TID=10000001,AMT=12.50\nRC=51,TID=10000002,AMT=3.00\n"))
}
