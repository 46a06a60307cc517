package sheet

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
)

// cellRef is a cell record: its row and its offset in the stream.
type cellRef struct{ row, at int32 }

// rows lists the cell records of a sheet, sorted by row where the writer did
// not: eight bytes per record, which is less than the record itself takes.
func (b *biffBook) rows(name string, at int) (Rows, error) {
	typ, _, at, ok := b.record(at)
	if !ok || typ != recBOF {
		return nil, biffError("sheet "+name, "the sheet does not start where the list of sheets says")
	}
	r := &biffRows{book: b, name: name}
	sorted := true
	for depth := 1; depth > 0; {
		typ, rec, next, ok := b.record(at)
		if !ok {
			return nil, biffError("sheet "+name, "the sheet ends in the middle of its data")
		}
		switch typ {
		case recBOF: // a chart inside the sheet
			depth++
		case recEOF:
			depth--
		case recLabelSST, recLabel, recRString, recNumber, recRK, recMulRK, recBoolErr, recFormula, recFormula3, recFormula4:
			if depth == 1 && len(rec) >= 6 {
				ref := cellRef{int32(binary.LittleEndian.Uint16(rec)), int32(at)}
				if n := len(r.refs); n > 0 && r.refs[n-1].row > ref.row {
					sorted = false
				}
				r.refs = append(r.refs, ref)
			}
		case recMergedCells:
			if depth == 1 && len(r.merged) < mostMerged {
				r.merged = append(r.merged, mergedAreas(rec)...)
			}
		}
		at = next
	}
	if !sorted {
		slices.SortStableFunc(r.refs, func(a, b cellRef) int { return int(a.row) - int(b.row) })
	}
	inOrderOfRows(r.merged)
	return r, nil
}

func mergedAreas(rec []byte) (out []area) {
	if len(rec) < 2 {
		return nil
	}
	n := int(binary.LittleEndian.Uint16(rec))
	for i := 0; i < n && 2+8*i+8 <= len(rec); i++ {
		p := rec[2+8*i:]
		u := func(k int) int { return int(binary.LittleEndian.Uint16(p[k:])) + 1 }
		if a := (area{row: u(0), endRow: u(2), col: u(4), endCol: u(6)}); a.endRow > a.row && a.endCol >= a.col {
			out = append(out, a)
		}
	}
	return out
}

// biffRows decodes the rows of a sheet.
type biffRows struct {
	book *biffBook
	name string
	refs []cellRef
	spreader
}

func (r *biffRows) Close() error { return nil }

// Next implements Rows.
func (r *biffRows) Next(out *Row) error {
	if len(r.refs) == 0 {
		return io.EOF
	}
	row := r.refs[0].row
	out.Line, out.Lines, out.Raw, out.Damaged, out.Cells = int(row)+1, 1, "", false, out.Cells[:0]
	for len(r.refs) > 0 && r.refs[0].row == row {
		ref := r.refs[0]
		r.refs = r.refs[1:]
		if !r.cell(out, int(ref.at)) {
			return biffError(fmt.Sprintf("sheet %s, row %d", r.name, row+1), "a cell is damaged")
		}
	}
	r.spread(out)
	return nil
}

func (r *biffRows) put(out *Row, col int, c Cell) {
	for len(out.Cells) <= col {
		out.Cells = append(out.Cells, Cell{})
	}
	out.Cells[col] = c
}

// cell decodes one cell record.
func (r *biffRows) cell(out *Row, at int) bool {
	b := r.book
	typ, rec, next, _ := b.record(at)
	u16 := func(k int) int { return int(binary.LittleEndian.Uint16(rec[k:])) }
	col := u16(2)
	if col >= 1<<8 && typ != recMulRK { // the format has 256 columns
		return false
	}
	need := map[int]int{recLabelSST: 10, recNumber: 14, recRK: 10, recMulRK: 12, recBoolErr: 8, recFormula: 14, recFormula3: 14, recFormula4: 14, recLabel: 8, recRString: 8}
	if len(rec) < need[typ] {
		return false
	}
	switch typ {
	case recLabelSST:
		i := int(binary.LittleEndian.Uint32(rec[6:]))
		if i >= len(b.strings) {
			return false
		}
		r.put(out, col, Cell{Text: b.strings[i]})
	case recLabel, recRString:
		s, ok := b.text(rec[6:], true)
		if !ok {
			return false
		}
		r.put(out, col, Cell{Text: s})
	case recNumber:
		r.put(out, col, b.number(math.Float64frombits(binary.LittleEndian.Uint64(rec[6:])), u16(4)))
	case recRK:
		r.put(out, col, b.number(rkValue(binary.LittleEndian.Uint32(rec[6:])), u16(4)))
	case recMulRK:
		for k := 4; k+6 <= len(rec)-2; k += 6 {
			if col >= 1<<8 {
				return false
			}
			r.put(out, col, b.number(rkValue(binary.LittleEndian.Uint32(rec[k+2:])), u16(k)))
			col++
		}
	case recBoolErr:
		r.put(out, col, boolOrFault(rec[6], rec[7] != 0))
	default: // a formula with its last result
		if rec[12] != 0xFF || rec[13] != 0xFF {
			r.put(out, col, b.number(math.Float64frombits(binary.LittleEndian.Uint64(rec[6:])), u16(4)))
			return true
		}
		switch rec[6] {
		case 0:
			r.put(out, col, Cell{Text: b.formulaText(next)})
		case 1, 2:
			r.put(out, col, boolOrFault(rec[8], rec[6] == 2))
		}
	}
	return true
}

// formulaText is the STRING record that follows a formula, at most a shared
// formula or an array between them.
func (b *biffBook) formulaText(at int) string {
	for range 3 {
		typ, _, next, ok := b.record(at)
		if !ok {
			return ""
		}
		if typ == recString {
			parts, _ := b.continued(at)
			s := &sstReader{parts: parts, codePage: b.codePage}
			if b.version == 5 {
				text, _ := b.text(parts[0], true)
				return text
			}
			text, _ := s.text()
			return text
		}
		at = next
	}
	return ""
}

func boolOrFault(v byte, fault bool) Cell {
	switch {
	case fault:
		names := map[byte]string{0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
		if s, ok := names[v]; ok {
			return Cell{Text: s, Kind: Fault}
		}
		return Cell{Text: "#ERROR", Kind: Fault}
	case v != 0:
		return Cell{Text: "TRUE", Kind: Bool}
	}
	return Cell{Text: "FALSE", Kind: Bool}
}

// number makes a cell of a stored number and its format.
func (b *biffBook) number(v float64, style int) Cell {
	c := Cell{Kind: Number}
	if style < len(b.styles) {
		c.Kind = b.styles[style]
	}
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return Cell{Text: "#NUM!", Kind: Fault}
	case math.Abs(v) < 1e21:
		c.Text = strconv.FormatFloat(v, 'f', -1, 64)
	default:
		c.Text = strconv.FormatFloat(v, 'E', -1, 64)
	}
	return c
}

// rkValue decodes the short form of a number: 30 bits of an integer or of the
// top of a double, either perhaps to be divided by a hundred.
func rkValue(rk uint32) float64 {
	var v float64
	if rk&2 != 0 {
		v = float64(int32(rk) >> 2)
	} else {
		v = math.Float64frombits(uint64(rk&^3) << 32)
	}
	if rk&1 != 0 {
		v /= 100
	}
	return v
}
