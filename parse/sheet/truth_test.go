package sheet

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func dump(t *testing.T, name string) {
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	st, _ := f.Stat()
	head := make([]byte, 65536)
	n, _ := f.ReadAt(head, 0)
	b, err := Open(Input{Name: name, Head: head[:n], R: f, At: f, Size: st.Size()})
	fmt.Println("=====", filepath.Base(name), err)
	if err != nil {
		return
	}
	for _, s := range b.Sheets {
		rows, err := s.Rows()
		if err != nil {
			fmt.Println(err)
			continue
		}
		var r Row
		for {
			err := rows.Next(&r)
			if err != nil {
				if err != io.EOF {
					fmt.Println(err)
				}
				break
			}
			fmt.Printf("%s %d+%d [%d] ", s.Name, r.Line, r.Lines, len(r.Cells))
			for i := range r.Cells {
				fmt.Printf("%q ", b.Value(&r.Cells[i]))
			}
			fmt.Println()
		}
	}
	fmt.Println(b.Format, b.Charset())
}

func TestDump(t *testing.T) {
	m, _ := filepath.Glob("../../../shared/truth/*/*[xv]")
	for _, f := range m {
		dump(t, f)
	}
}
