// Package xlsx writes Office Open XML workbooks (ECMA-376) row by row.
//
// In go rows of cells, what a sheet looks like and charts; out comes one file, the
// same bytes for the same calls. It knows what a report needs and no more: there
// are no formulas, and texts are texts whatever they begin with. Sheets are packed
// as their rows come, so that memory holds packed bytes only.
package xlsx

import (
	"archive/zip"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"unicode/utf16"

	"github.com/klauspost/compress/flate"
)

// Props are the properties of the document. Empty ones are left out.
type Props struct {
	Title, Creator, Language, ModifiedBy string
	Created                              string // RFC 3339, also the time of the last change
}

// Book is a workbook that is being written.
type Book struct {
	props  Props
	sheets []*Sheet
	styles styles
	charts int
	parts  []*part
	packer *flate.Writer // between sheets
}

// New starts a workbook.
func New(p Props) *Book {
	return &Book{props: p}
}

// Sheet adds a sheet behind the others. Its rows may be written at any time until
// it is closed; only then the next one should begin.
func (b *Book) Sheet(name string) *Sheet {
	s := &Sheet{book: b, name: name, number: len(b.sheets) + 1}
	b.sheets = append(b.sheets, s)
	return s
}

// Write writes the workbook, whose sheets are all closed.
func (b *Book) Write(w io.Writer) error {
	taken := map[string]bool{}
	for _, s := range b.sheets {
		if s.err != nil {
			return fmt.Errorf("sheet %q: %w", s.name, s.err)
		}
		switch key := strings.ToLower(s.name); {
		case s.name == "" || len(utf16.Encode([]rune(s.name))) > 31 || strings.ContainsAny(s.name, `:\/?*[]`) || strings.Trim(s.name, "'") != s.name:
			return fmt.Errorf("%q cannot be the name of a sheet", s.name)
		case taken[key]:
			return fmt.Errorf("two sheets are named %q", s.name)
		case !s.closed:
			return fmt.Errorf("sheet %q was not closed", s.name)
		default:
			taken[key] = true
		}
	}
	z := zip.NewWriter(w)
	// Readers that do not seek want the list of parts first.
	for _, p := range append(b.package_(), b.parts...) {
		h := &zip.FileHeader{Name: p.name, Method: zip.Deflate, CRC32: p.crc, UncompressedSize64: p.size}
		for _, c := range p.packed {
			h.CompressedSize64 += uint64(len(c))
		}
		f, err := z.CreateRaw(h)
		if err != nil {
			return err
		}
		for _, c := range p.packed {
			if _, err := f.Write(c); err != nil {
				return err
			}
		}
	}
	return z.Close()
}

const (
	xmlHead   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	main      = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	inPackage = "http://schemas.openxmlformats.org/package/2006/"
	typeHead  = "application/vnd.openxmlformats-officedocument."
)

// package_ makes the parts that know of the others.
func (b *Book) package_() []*part {
	var types, rels, list, names strings.Builder
	override := func(name, kind string) {
		fmt.Fprintf(&types, `<Override PartName="/%s" ContentType="%s"/>`, name, kind)
	}
	override("xl/workbook.xml", typeHead+"spreadsheetml.sheet.main+xml")
	override("xl/styles.xml", typeHead+"spreadsheetml.styles+xml")
	override("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml")
	override("docProps/app.xml", typeHead+"extended-properties+xml")
	for i, s := range b.sheets {
		override(fmt.Sprintf("xl/worksheets/sheet%d.xml", s.number), typeHead+"spreadsheetml.worksheet+xml")
		if len(s.charts) > 0 {
			override(fmt.Sprintf("xl/drawings/drawing%d.xml", s.number), typeHead+"drawing+xml")
		}
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, s.number, relations, s.number)
		fmt.Fprintf(&list, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, escaped(s.name), s.number, s.number)
		quoted := escaped("'" + strings.ReplaceAll(s.name, "'", "''") + "'")
		if s.Filter != "" {
			fmt.Fprintf(&names, `<definedName name="_xlnm._FilterDatabase" localSheetId="%d" hidden="1">%s!%s</definedName>`, i, quoted, absolute(s.Filter))
		}
		if s.TitleRow > 0 {
			fmt.Fprintf(&names, `<definedName name="_xlnm.Print_Titles" localSheetId="%d">%s!$%d:$%d</definedName>`, i, quoted, s.TitleRow, s.TitleRow)
		}
	}
	for k := range b.charts {
		override(fmt.Sprintf("xl/charts/chart%d.xml", k+1), typeHead+"drawingml.chart+xml")
	}
	fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/styles" Target="styles.xml"/>`, len(b.sheets)+1, relations)
	if names.Len() > 0 {
		list.WriteString("</sheets><definedNames>" + names.String() + "</definedNames>")
	} else {
		list.WriteString("</sheets>")
	}
	p := b.props
	core := ""
	for _, e := range [...][2]string{{"dc:title", p.Title}, {"dc:creator", p.Creator}, {"cp:lastModifiedBy", p.ModifiedBy}, {"dc:language", p.Language}} {
		if e[1] != "" {
			core += "<" + e[0] + ">" + escaped(e[1]) + "</" + e[0] + ">"
		}
	}
	if p.Created != "" {
		core += `<dcterms:created xsi:type="dcterms:W3CDTF">` + p.Created + `</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">` + p.Created + `</dcterms:modified>`
	}
	return []*part{
		b.pack("[Content_Types].xml", xmlHead+`<Types xmlns="`+inPackage+`content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`+types.String()+`</Types>`),
		b.pack("_rels/.rels", xmlHead+`<Relationships xmlns="`+inPackage+`relationships"><Relationship Id="rId1" Type="`+relations+`/officeDocument" Target="xl/workbook.xml"/><Relationship Id="rId2" Type="`+inPackage+`relationships/metadata/core-properties" Target="docProps/core.xml"/><Relationship Id="rId3" Type="`+relations+`/extended-properties" Target="docProps/app.xml"/></Relationships>`),
		b.pack("docProps/app.xml", xmlHead+`<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>poslog</Application></Properties>`),
		b.pack("docProps/core.xml", xmlHead+`<cp:coreProperties xmlns:cp="`+inPackage+`metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`+core+`</cp:coreProperties>`),
		b.pack("xl/workbook.xml", xmlHead+`<workbook xmlns="`+main+`" xmlns:r="`+relations+`"><bookViews><workbookView xWindow="0" yWindow="0" windowWidth="24000" windowHeight="13000"/></bookViews><sheets>`+list.String()+`</workbook>`),
		b.pack("xl/_rels/workbook.xml.rels", xmlHead+`<Relationships xmlns="`+inPackage+`relationships">`+rels.String()+`</Relationships>`),
		b.pack("xl/styles.xml", b.styles.xml()),
	}
}

// part is a packed part of the file.
type part struct {
	name   string
	packed [][]byte // in pieces, so that nothing is copied while it grows
	size   uint64
	crc    uint32
	packer *flate.Writer
}

// open starts a part; one packer serves part after part.
func (b *Book) open(name string) *part {
	p := &part{name: name, packer: b.packer}
	b.packer = nil
	if p.packer == nil {
		p.packer, _ = flate.NewWriter(nil, flate.DefaultCompression) // the level is valid
	}
	p.packer.Reset((*pieces)(p))
	return p
}

func (p *part) Write(data []byte) (int, error) {
	p.size += uint64(len(data))
	p.crc = crc32.Update(p.crc, crc32.IEEETable, data)
	return p.packer.Write(data)
}

func (b *Book) close(p *part) error {
	err := p.packer.Close()
	b.packer, p.packer = p.packer, nil
	return err
}

// pack makes a small part; nothing can go wrong in memory.
func (b *Book) pack(name, text string) *part {
	p := b.open(name)
	_, _ = io.WriteString(p, text)
	_ = b.close(p)
	return p
}

// pieces takes the packed bytes of a part.
type pieces part

func (p *pieces) Write(data []byte) (int, error) {
	n := len(data)
	for len(data) > 0 {
		k := len(p.packed) - 1
		if k < 0 || len(p.packed[k]) == cap(p.packed[k]) {
			p.packed = append(p.packed, make([]byte, 0, min(1<<10<<min(len(p.packed), 8), 256<<10)))
			k++
		}
		room := min(cap(p.packed[k])-len(p.packed[k]), len(data))
		p.packed[k] = append(p.packed[k], data[:room]...)
		data = data[room:]
	}
	return n, nil
}
