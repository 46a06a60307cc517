package generate

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/poslog/poslog/internal/readtest"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/formats"
	"github.com/poslog/poslog/parse/jpos"
	"github.com/poslog/poslog/parse/kv"
	tables "github.com/poslog/poslog/parse/table"
	"github.com/poslog/poslog/txn"
)

func readBack(t *testing.T, name string, data []byte, side txn.Side) *readtest.Book {
	t.Helper()
	s := new(readtest.Book)
	st := &entry.Stream{Src: &txn.Source{Name: name}, Head: data[:min(len(data), 64<<10)], R: bytes.NewReader(data), Loc: china, Side: side}
	read := tables.Reader.Read
	switch {
	case strings.HasSuffix(name, ".log"):
		read = kv.Reader.Read
	case strings.HasSuffix(name, "ACOMN"):
		read = formats.Reader(formats.Builtin().Find("unionpay-acomn")).Read
	case strings.HasSuffix(name, ".xml"):
		read = jpos.Reader.Read
	}
	sum, err := read(st, s)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for _, r := range s.Rejects {
		t.Errorf("%s: %v", name, r)
	}
	for _, c := range sum.Checks {
		if !c.Agrees() {
			t.Errorf("%s: the footer states %s = %d, the reader adds up %d", name, c.What, c.Stated, c.Read)
		}
	}
	return s
}

// TestLogReadsBack: the readers of the product get out of the log exactly what
// Fill puts into a book.
func TestLogReadsBack(t *testing.T) {
	for _, o := range []Options{{Attempts: 500}, {Attempts: 500, FullPAN: true}, {Attempts: 500, Profile: "B"}} {
		w, err := Scenario("b4-outage", 21, o)
		if err != nil {
			t.Fatal(err)
		}
		var buf bytes.Buffer
		rows := map[uint32]int32{}
		if err := w.writeLog(&buf, 0, func(row int32, line int) { rows[uint32(line)] = row }); err != nil {
			t.Fatal(err)
		}
		s := readBack(t, "terminal.log", buf.Bytes(), txn.SideUnknown)
		if len(s.Records) != len(rows) {
			t.Fatalf("%d rows were written, %d were read", len(rows), len(s.Records))
		}
		for _, got := range s.Records {
			var want txn.Record
			row := rows[got.Pos.Line]
			w.record(row, &want)
			want.Pos = got.Pos
			got.PAN.Token, got.Side = 0, txn.Terminal
			got.Flags &^= txn.ZoneAssumed | txn.NoAnswer
			if !reflect.DeepEqual(*got, want) {
				t.Fatalf("line %d:\n read %+v\n want %+v", got.Pos.Line, *got, want)
			}
		}
	}
}

// TestTablesReadBack compares money, keys and codes of journals and settlement
// files.
func TestTablesReadBack(t *testing.T) {
	for _, format := range []string{"csv", "xlsx"} {
		w, err := Scenario("network-clean", 5, Options{Attempts: 400, Format: format})
		if err != nil {
			t.Fatal(err)
		}
		files, err := w.Files()
		if err != nil {
			t.Fatal(err)
		}
		s := readBack(t, "terminal."+format, files["terminal."+format], txn.Terminal)
		n := 0
		w.financial(func(i int32, x *Row) {
			if n >= len(s.Records) {
				return
			}
			got := s.Records[n]
			n++
			var want txn.Record
			w.record(i, &want)
			if x.Kind == txn.Reversal && format == "xlsx" {
				want.Code = "00"
			}
			if got.At != want.At-want.At%1e6 || got.TID != want.TID || got.STAN != want.STAN || got.RRN != want.RRN || got.Amount != want.Amount ||
				got.Code != want.Code || got.Kind != want.Kind || got.Latency != want.Latency || got.PAN.Masked != want.PAN.Masked {
				t.Fatalf("%s row %d:\n read %+v\n want %+v", format, n, *got, want)
			}
		})
		if n != len(s.Records) || n == 0 {
			t.Errorf("%s: %d rows written, %d read", format, n, len(s.Records))
		}
		settled := readBack(t, "settlement.csv", files["settlement.csv"], txn.Settlement)
		open := 0
		for i := range w.Settled {
			x := &w.Settled[i]
			if x.Dropped {
				continue
			}
			got := settled.Records[open]
			open++
			wantFee := x.Fee
			if x.Kind != txn.Sale {
				wantFee = -wantFee
			}
			if got.Amount != x.Amount || got.Fee != wantFee || got.Kind != x.Kind || got.RRN != digits(x.RRN, 12) || got.SettleOn != x.On {
				t.Fatalf("settlement row %d: read %+v want %+v", open, *got, *x)
			}
		}
		if open != len(settled.Records) {
			t.Errorf("%d settlement rows written, %d read", open, len(settled.Records))
		}
	}
}

// TestSwitchReadsBack counts answers and time-outs of the jPOS log.
func TestSwitchReadsBack(t *testing.T) {
	w, err := Scenario("network-clean", 5, Options{Attempts: 300, Format: "jpos"})
	if err != nil {
		t.Fatal(err)
	}
	files, err := w.Files()
	if err != nil {
		t.Fatal(err)
	}
	s := readBack(t, "switch.xml", files["switch.xml"], txn.SideUnknown)
	count := func(code string) (read, written int) {
		for _, r := range s.Records {
			if r.Kind.Attempt() && r.Code == code {
				read++
			}
		}
		for i := range w.Rows {
			if w.Rows[i].Kind.Attempt() && w.Rows[i].Code.String() == code {
				written++
			}
		}
		return read, written
	}
	for _, c := range []string{"", "00", "51"} {
		if read, written := count(c); read != written {
			t.Errorf("code %q: %d written, %d read", c, written, read)
		}
	}
}

// TestInstitutionFileReadsBack: the fixed-width file holds what was settled, on
// the day on which it was.
func TestInstitutionFileReadsBack(t *testing.T) {
	w, err := Scenario("b4-approved", 6, Options{Attempts: 300, Days: 2, Settlement: "acomn"})
	if err != nil {
		t.Fatal(err)
	}
	files, err := w.Files()
	if err != nil {
		t.Fatal(err)
	}
	b4 := 0
	for i := range w.Days {
		name := w.FileNames()[len(w.Institutions)+i]
		s := readBack(t, name, files[name], txn.Settlement)
		n := 0
		for k := range w.Settled {
			x := &w.Settled[k]
			if x.Dropped || x.On != w.dates[i] {
				continue
			}
			if n >= len(s.Records) {
				t.Fatalf("%s: only %d records were read", name, n)
			}
			got := s.Records[n]
			n++
			if got.At != x.At-x.At%1e6 || got.Amount != x.Amount || got.RRN != digits(x.RRN, 12) || got.STAN != digits(x.STAN, 6) || got.Kind != x.Kind ||
				got.TID != w.Terminals[x.Term].TID || got.SettleOn != x.On || got.PAN.Masked != w.masked(x.Card) || got.AuthCode != auth(x.Auth) {
				t.Fatalf("%s record %d: read %+v want %+v", name, n, *got, *x)
			}
			if got.Code == "B4" {
				b4++
			}
		}
		if n != len(s.Records) || n == 0 {
			t.Errorf("%s: %d records written, %d read", name, n, len(s.Records))
		}
	}
	if b4 == 0 {
		t.Error("no settled B4 in the institution's file")
	}
}
