package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/flate"
)

// maxPart bounds the small parts of a workbook: its list of sheets and styles.
const maxPart = 32 << 20

// maxRatio and ratioGrace bound how much a part may grow when inflated. Sheets
// of real exports stay below 60 to 1.
const (
	maxRatio   = 400
	ratioGrace = 64 << 20
)

// xlsxBook is a workbook in a zip archive: Office Open XML (ECMA-376), or OpenDocument (see
// ods.go).
type xlsxBook struct {
	zip     *zip.Reader
	parts   map[string]*zip.File
	strings texts
	styles  []Kind // per cell format: Number or Date
	loaded  bool
	notes   []string
}

func openXLSX(in Input) (*Book, error) {
	at, size, err := randomAccess(in)
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(at, size)
	if err != nil {
		return nil, &Error{Rule: "zip-damaged", Msg: "the workbook is cut off or damaged", Err: err, Hint: "copy or export the file again"}
	}
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	x := &xlsxBook{zip: z, parts: make(map[string]*zip.File, len(z.File))}
	for _, f := range z.File {
		x.parts[strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"))] = f
	}
	b := &Book{Format: "xlsx", late: func() []string { return x.notes }}
	list := x.workbook
	if IsODS(in.Head) {
		b.Format, list = "ods", x.odsSheets
	}
	if err := list(b); err != nil {
		return nil, err
	}
	return b, nil
}

// randomAccess returns the whole input for random access, read into memory
// where it is a stream.
func randomAccess(in Input) (io.ReaderAt, int64, error) {
	if in.At != nil {
		return in.At, in.Size, nil
	}
	all, err := io.ReadAll(io.LimitReader(in.R, MaxBuffered+1))
	if err != nil {
		return nil, 0, err
	}
	if len(all) > MaxBuffered {
		return nil, 0, &Error{Rule: "too-large", Msg: fmt.Sprintf("a workbook of more than %d MiB cannot be read from a stream", MaxBuffered>>20),
			Hint: "save it to a plain file and name that"}
	}
	return bytes.NewReader(all), int64(len(all)), nil
}

// open starts reading a part; growth is bounded.
func (x *xlsxBook) open(name string) (io.ReadCloser, *zip.File, error) {
	f := x.parts[strings.ToLower(name)]
	if f == nil {
		return nil, nil, &Error{Where: name, Rule: "part-missing", Msg: "the workbook lacks this part", Hint: "open it in a spreadsheet program and save it again"}
	}
	r, err := f.Open()
	if err != nil {
		return nil, nil, &Error{Where: name, Rule: "zip-damaged", Msg: "the part cannot be inflated", Err: err, Hint: "copy or export the file again"}
	}
	limit := int64(ratioGrace) + int64(min(f.CompressedSize64, 1<<40))*maxRatio
	return &boundedReader{r: r, left: limit, name: name}, f, nil
}

// boundedReader ends a part that inflates beyond all reason.
type boundedReader struct {
	r    io.ReadCloser
	left int64
	name string
}

func (b *boundedReader) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, &Error{Where: b.name, Rule: "zip-bomb", Msg: fmt.Sprintf("the part inflates to more than %d times its size", maxRatio),
			Hint: "this is no export; do not open it"}
	}
	if err != nil && err != io.EOF {
		err = &Error{Where: b.name, Rule: "zip-damaged", Msg: "the workbook is cut off or damaged", Err: err, Hint: "copy or export the file again"}
	}
	return n, err
}

func (b *boundedReader) Close() error { return b.r.Close() }

// part reads a small part whole, nil where it is missing and may be.
func (x *xlsxBook) part(name string, needed bool) ([]byte, error) {
	if x.parts[strings.ToLower(name)] == nil && !needed {
		return nil, nil
	}
	r, _, err := x.open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, maxPart+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxPart {
		return nil, &Error{Where: name, Rule: "too-large", Msg: fmt.Sprintf("the part is larger than %d MiB", maxPart>>20), Hint: "this is no export; check where it comes from"}
	}
	return b, nil
}

// workbook reads the list of sheets. The way to it is given by the package's
// relations; the usual names serve where those are missing.
func (x *xlsxBook) workbook(b *Book) error {
	main := "xl/workbook.xml"
	rels, err := x.relations("_rels/.rels", "")
	if err != nil {
		return err
	}
	for _, r := range rels {
		if strings.HasSuffix(r.kind, "/officeDocument") {
			main = r.target
		}
	}
	dir, file := path.Split(main)
	switch {
	case strings.HasSuffix(file, ".bin"):
		return &Error{Where: main, Rule: "binary-workbook", Msg: "it is a binary workbook (.xlsb)", Hint: "open it in a spreadsheet program and save it as .xlsx"}
	case file == "document.xml" || file == "presentation.xml":
		return &Error{Where: main, Rule: "no-workbook", Msg: "it is no workbook, but a text or slides", Hint: "ask for the export as CSV or Excel"}
	}
	doc, err := x.part(main, true)
	if err != nil {
		return err
	}
	if rels, err = x.relations(dir+"_rels/"+file+".rels", dir); err != nil {
		return err
	}
	stringsPart, stylesPart := dir+"sharedStrings.xml", dir+"styles.xml"
	targets := map[string]string{}
	for _, r := range rels {
		switch {
		case strings.HasSuffix(r.kind, "/sharedStrings"):
			stringsPart = r.target
		case strings.HasSuffix(r.kind, "/styles"):
			stylesPart = r.target
		case strings.HasSuffix(r.kind, "/worksheet"):
			targets[r.id] = r.target
		}
	}
	for tag := range elements(doc) {
		switch tag.name {
		case "workbookPr":
			b.Date1904 = truth(tag.attr("date1904"))
		case "sheet":
			s := &Sheet{Name: unescape(tag.attr("name"))}
			state := tag.attr("state")
			s.Hidden = state == "hidden" || state == "veryHidden"
			target := targets[tag.attr("id")]
			if target == "" { // a chart or macro sheet
				continue
			}
			s.rows = func() (Rows, error) { return x.rows(target, stringsPart, stylesPart) }
			b.Sheets = append(b.Sheets, s)
		}
	}
	if len(b.Sheets) == 0 {
		return &Error{Where: main, Rule: "no-sheet", Msg: "the workbook has no worksheet", Hint: "open it in a spreadsheet program, check that it shows rows, and save it again"}
	}
	return nil
}

type relation struct{ id, kind, target string }

func (x *xlsxBook) relations(name, dir string) ([]relation, error) {
	doc, err := x.part(name, false)
	if err != nil {
		return nil, err
	}
	var out []relation
	for tag := range elements(doc) {
		if tag.name != "Relationship" {
			continue
		}
		target := unescape(tag.attr("Target"))
		if !strings.HasPrefix(target, "/") {
			target = dir + target
		}
		target = strings.TrimPrefix(path.Clean("/"+target), "/")
		out = append(out, relation{tag.attr("Id"), tag.attr("Type"), target})
	}
	return out, nil
}

func truth(s string) bool { return s == "1" || s == "true" }
