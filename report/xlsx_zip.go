package report

import (
	"archive/zip"
	"bytes"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
)

// sortZip copies a zip with its parts in one order and without times: excelize
// keeps streamed sheets in a map, and the same report must have the same bytes.
func sortZip(w io.Writer, raw []byte) error {
	in, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return err
	}
	slices.SortFunc(in.File, func(a, b *zip.File) int {
		// Readers that do not seek want the list of parts first.
		if (a.Name == contentTypes) != (b.Name == contentTypes) {
			if a.Name == contentTypes {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	out := zip.NewWriter(w)
	for _, f := range in.File {
		f.Modified, f.Extra = time.Time{}, nil
		if f.Name == contentTypes {
			err = copyTypes(out, f)
		} else {
			err = out.Copy(f)
		}
		if err != nil {
			return err
		}
	}
	return out.Close()
}

const contentTypes = "[Content_Types].xml"

var typeDefaults = regexp.MustCompile(`(<Default [^>]*></Default>)+`)

// copyTypes copies the list of parts with its defaults sorted.
func copyTypes(out *zip.Writer, f *zip.File) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	doc, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	doc = typeDefaults.ReplaceAllFunc(doc, func(run []byte) []byte {
		list := strings.SplitAfter(string(run), "</Default>")
		slices.Sort(list)
		return []byte(strings.Join(list, ""))
	})
	w, err := out.Create(f.Name)
	if err != nil {
		return err
	}
	_, err = w.Write(doc)
	return err
}
