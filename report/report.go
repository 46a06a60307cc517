// Package report lays an [analyze.Result] out once and writes it in many
// formats.
//
// In comes the Result; [New] turns it into a [Report] of sections - notes,
// tables with typed cells, charts - in one language and for one reader (the bank's
// operations desk or the merchant). Out go text, JSON, JSON Lines, CSV, XLSX,
// HTML and Markdown through [Formats]. Writers compute nothing: every number that
// they print stands in a cell or in the Result.
package report

import (
	"slices"
	"strings"
	"time"

	"github.com/poslog/poslog/analyze"
)

// Views of a report.
const (
	Ops      = "ops"
	Merchant = "merchant"
)

// Options choose language, reader and, for text, the terminal.
type Options struct {
	Lang  string         // "zh" (default) or "en"
	View  string         // Ops (default) or Merchant
	Loc   *time.Location // zone of every printed time; nil takes the Result's zone
	Color bool           // text: ANSI colours
	Width int            // text: columns, 0 = 100
	Bare  bool           // lay nothing out: for formats that write the Result alone
}

// Report is a Result laid out for reading.
type Report struct {
	Options
	Title    string // what and when: "NSH001 · 2026-11-20 星期五"
	Subtitle string
	Lead     string // the answer in a few words
	Verdict  string // what stands behind it
	Status   string // analyze.Verdict.Status
	Stamp    string // "provisional ..." where the input was not understood, else ""
	Sections []Section
	Result   *analyze.Result // nil for a Diff

	w    words
	data any // what JSON writes where Result is nil
}

// Section is one block of a report.
type Section struct {
	ID    string // stable name: "incidents", "incident-I1", "code-NSH002-B4"
	Title string
	Notes []string
	Facts []Fact
	Table *Table
	Chart *Chart
	// Detail marks what is too long for a screen or a page: text and Markdown
	// leave the table out, CSV, XLSX and HTML keep it.
	Detail bool
	Brief  bool // text and Markdown say no more than the first note
	Tone   Tone // colour of the section's subject
}

// Fact is one labelled number of a strip or a card.
type Fact struct {
	ID    string
	Label string
	Cell  Cell
	Note  string // formula or remark
}

// Table is rows of typed cells. A table that may be long has no Rows but makes
// each when a writer asks: 300,000 laid-out rows would take a gigabyte.
type Table struct {
	Columns []Column
	Rows    [][]Cell
	n       int
	row     func(i int) []Cell
}

// Len is the number of rows.
func (t *Table) Len() int {
	if t.row != nil {
		return t.n
	}
	return len(t.Rows)
}

// Row returns row i.
func (t *Table) Row(i int) []Cell {
	if t.row == nil {
		return t.Rows[i]
	}
	row := t.row(i)
	cleanRow(row)
	return row
}

// mostRows bounds the rows of one table that somebody reads: in text, Markdown and pages. The
// rest stands in the workbook and in CSV.
const mostRows = 400

// beyond says how many rows of a table are not among those that are read, "" for none.
func (p *Report) beyond(t *Table) string {
	if n := t.Len() - mostRows; n > 0 {
		return p.w.t("table.beyond", p.w.count(n))
	}
	return ""
}

// first is the table with the rows that are read laid out.
func (t *Table) first() *Table {
	if t.row == nil && len(t.Rows) <= mostRows {
		return t
	}
	out := &Table{Columns: t.Columns, Rows: make([][]Cell, min(t.Len(), mostRows))}
	for i := range out.Rows {
		out.Rows[i] = t.Row(i)
	}
	return out
}

// long makes a table whose rows are laid out one by one.
func long(columns []Column, n int, row func(i int) []Cell) *Table {
	return &Table{Columns: columns, n: n, row: row}
}

// Column describes one column.
type Column struct {
	ID    string
	Title string
	Kind  Kind
	Minor bool // text leaves it out where the table is too wide
}

// Right reports whether the column's cells stand to the right, as numbers do.
func (c Column) Right() bool {
	switch c.Kind {
	case Count, Money, Rate, Number, Seconds:
		return true
	}
	return false
}

// minor marks columns that give way on a narrow terminal.
func (t *Table) minor(ids ...string) *Table {
	for i := range t.Columns {
		for _, id := range ids {
			t.Columns[i].Minor = t.Columns[i].Minor || t.Columns[i].ID == id
		}
	}
	return t
}

// Kind is what a cell holds.
type Kind uint8

const (
	Text    Kind = iota
	Ident        // identifier: digits that are no number
	Count        // Int
	Money        // Int in minor units of Currency
	Rate         // Float between 0 and 1
	Number       // Float
	Seconds      // Int
	Time         // Time
)

// Cell is one value with the text that people read. Without a value only Text
// is set: "—" where something is not known.
type Cell struct {
	Kind  Kind
	Text  string
	Int   int64
	Float float64
	Time  time.Time
	Valid bool   // Int, Float or Time hold a value
	Link  string // ID of the section with the reasons
	Tone  Tone

	Currency string // of Money, "" where it is not one
}

// Tone is the meaning of a colour.
type Tone string

const (
	Plain       Tone = ""
	Good        Tone = "good"
	Warn        Tone = "warn"
	Bad         Tone = "bad"
	Muted       Tone = "muted"
	Maintenance Tone = "maintenance"
	Network     Tone = "network"
	Host        Tone = "host"
	Approved    Tone = "approved"
	Business    Tone = "business"
	Technical   Tone = "technical"
	Unknown     Tone = "unknown"
)

// Chart kinds.
const (
	Timeline  = "timeline"  // stacked counts over time, with marks
	Bars      = "bars"      // one bar per label
	Histogram = "histogram" // one stack per bin
	Heat      = "heat"      // label x hour
	Calendar  = "calendar"  // one cell per day
	Strip     = "strip"     // marks along the day, no counts
)

// Chart is what a writer may draw. Times has one entry per step for Timeline,
// Labels one per bar or row otherwise.
type Chart struct {
	Kind   string
	Title  string
	Times  []time.Time
	Step   time.Duration
	Labels []string
	Series []Series
	Marks  []Mark
}

// Series is one colour of a chart.
type Series struct {
	Name   string
	Tone   Tone
	Values []float64
}

// Mark is an interval on the time axis.
type Mark struct {
	Label      string
	Link       string // section, "" where there is none
	Start, End time.Time
	Tone       Tone
	Style      string // declared | overrun | incident | gap
}

// New lays out r. It does not change r.
func New(r *analyze.Result, o Options) *Report {
	if o.Lang != "en" {
		o.Lang = "zh"
	}
	if o.View != Merchant {
		o.View = Ops
	}
	if o.Loc == nil {
		o.Loc = zone(r.Timezone)
	}
	p := &Report{Options: o, Status: r.Verdict.Status, Result: r}
	if o.Bare {
		return p
	}
	p.w = words{lang: o.Lang, loc: o.Loc, currency: r.Currency, days: spansDays(r.Period, o.Loc)}
	p.w.years = r.Period != nil && r.Period.End.Sub(r.Period.Start) > 365*24*time.Hour
	if r.Provisional {
		p.Stamp = p.w.t("provisional")
	}
	p.Title, p.Subtitle = p.headline()
	if o.View == Merchant {
		p.layMerchant()
	} else {
		p.Lead, p.Verdict = p.sayOps()
		p.layOps()
	}
	p.clean()
	return p
}

// clean makes every text of the report harmless, so that no writer has to; how
// a format quotes is the writer's own care.
func (p *Report) clean() {
	p.Title, p.Subtitle, p.Lead, p.Verdict, p.Stamp = clean(p.Title), clean(p.Subtitle), clean(p.Lead), clean(p.Verdict), clean(p.Stamp)
	for i := range p.Sections {
		s := &p.Sections[i]
		s.ID, s.Title = clean(s.ID), clean(s.Title)
		for k := range s.Notes {
			s.Notes[k] = clean(s.Notes[k])
		}
		for k := range s.Facts {
			f := &s.Facts[k]
			f.ID, f.Label, f.Note, f.Cell.Text = clean(f.ID), clean(f.Label), clean(f.Note), clean(f.Cell.Text)
		}
		if c := s.Chart; c != nil {
			c.Title = clean(c.Title)
			for k := range c.Labels {
				c.Labels[k] = clean(c.Labels[k])
			}
			for k := range c.Marks {
				c.Marks[k].Label, c.Marks[k].Link = clean(c.Marks[k].Label), clean(c.Marks[k].Link)
			}
		}
		if s.Table == nil {
			continue
		}
		for k := range s.Table.Columns {
			s.Table.Columns[k].Title = clean(s.Table.Columns[k].Title)
		}
		for _, row := range s.Table.Rows {
			cleanRow(row)
		}
	}
}

func cleanRow(row []Cell) {
	for k := range row {
		row[k].Text, row[k].Link = clean(row[k].Text), clean(row[k].Link)
	}
}

// Say is lead and verdict as one text.
func (p *Report) Say() string { return strings.TrimSpace(p.Lead + " " + p.Verdict) }

// Section returns the section with the ID, nil where there is none.
func (p *Report) Section(id string) *Section {
	for i := range p.Sections {
		if p.Sections[i].ID == id {
			return &p.Sections[i]
		}
	}
	return nil
}

func (p *Report) add(s Section) { p.Sections = append(p.Sections, s) }

// zone loads an IANA name, UTC where it is unknown.
func zone(name string) *time.Location {
	if l, err := time.LoadLocation(name); err == nil {
		return l
	}
	return time.UTC
}

// on writes times with their day where one is of another day than the report.
func (w words) on(p *analyze.Period, items []analyze.Item) words {
	w.days = w.days || p != nil && slices.ContainsFunc(items, func(it analyze.Item) bool {
		return it.Time != nil && (it.Time.Before(p.Start) || it.Time.After(p.End)) && it.Time.In(w.loc).Format(time.DateOnly) != p.Start.In(w.loc).Format(time.DateOnly)
	})
	return w
}

// spansDays reports whether the period leaves one calendar day.
func spansDays(p *analyze.Period, loc *time.Location) bool {
	if p == nil {
		return true
	}
	y, m, d := p.Start.In(loc).Date()
	return p.End.After(time.Date(y, m, d+1, 0, 0, 0, 0, loc))
}
