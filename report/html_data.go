package report

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/poslog/poslog/txn"
)

// pageJSON is the data inside a page: the cube, the marks of the timeline,
// masked example rows, and the charts that do not filter. Times are Unix seconds.
type pageJSON struct {
	TZ        string               `json:"tz"`
	Days      bool                 `json:"days"` // times need their date
	Symbol    string               `json:"symbol"`
	Decimals  int                  `json:"decimals"` // of the currency
	Words     map[string]any       `json:"words"`
	Cube      *pageCube            `json:"cube"`
	Marks     []pageMark           `json:"marks"`
	Causes    []pageCause          `json:"causes"`
	Incidents map[string]string    `json:"incidents"` // id to cause
	Samples   []pageSample         `json:"samples"`
	Charts    map[string]pageChart `json:"charts"`
}

type pageCube struct {
	Start int64     `json:"start"`
	Step  int64     `json:"step"`
	Dims  []pageDim `json:"dims"`
	Cells []int64   `json:"cells"` // rows of bucket, one index per dimension, attempts, amount
}

type pageDim struct {
	ID     string   `json:"id"`
	Label  string   `json:"label"`
	Raw    []string `json:"raw"`
	Labels []string `json:"labels"`
}

type pageMark struct {
	Label string `json:"label"`
	Link  string `json:"link,omitempty"`
	Start int64  `json:"start"`
	End   int64  `json:"end"`
	Tone  Tone   `json:"tone"`
	Style string `json:"style"`
}

type pageCause struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

type pageSample struct {
	At          int64  `json:"at"`
	Text        string `json:"text"`
	Where       string `json:"where"`
	Institution string `json:"institution,omitempty"`
	Code        string `json:"code,omitempty"`
	Outcome     string `json:"outcome,omitempty"`
	Incident    string `json:"incident,omitempty"`
}

type pageChart struct {
	Kind   string       `json:"kind"`
	Title  string       `json:"title"`
	Labels []string     `json:"labels"`
	Times  []int64      `json:"times"`
	Series []pageSeries `json:"series"`
	Marks  []pageMark   `json:"marks"`
}

type pageSeries struct {
	Name   string    `json:"name"`
	Tone   Tone      `json:"tone"`
	Values []float64 `json:"values"`
}

// pageSamples bounds the example rows inside a page.
const pageSamples = 400

func (p *Report) pageData() ([]byte, error) {
	w := p.w
	d := pageJSON{TZ: w.loc.String(), Days: w.days, Words: p.pageWords(), Marks: []pageMark{}, Causes: []pageCause{}, Incidents: map[string]string{}, Samples: []pageSample{}, Charts: map[string]pageChart{}}
	d.Symbol, d.Decimals = clean(strings.TrimSuffix(w.money(0), w.amount(0))), txn.Exponent(w.currency)
	for _, s := range p.Sections {
		if s.Chart != nil && s.Chart.Kind != Timeline && (s.Chart.Kind != Bars || p.Result == nil) {
			d.Charts[anchor(s.ID)] = newPageChart(s.Chart)
		}
	}
	r := p.Result
	if r == nil || p.View == Merchant {
		return json.Marshal(d)
	}
	d.Marks = pageMarks(p.marks())
	seen := map[string]bool{}
	for _, in := range r.Incidents {
		d.Incidents[clean(in.ID)] = clean(in.Cause)
		if !seen[in.Cause] {
			seen[in.Cause] = true
			d.Causes = append(d.Causes, pageCause{clean(in.Cause), clean(w.word("cause", in.Cause))})
		}
	}
	for i, e := range r.Samples {
		if i == pageSamples {
			break
		}
		if e.Time == nil {
			continue
		}
		d.Samples = append(d.Samples, pageSample{e.Time.Unix(), clean(e.Text), clean(fmt.Sprintf("%s:%d", e.File, e.Line)), clean(e.Institution), clean(e.Code), clean(e.Outcome), clean(e.Incident)})
	}
	if c := r.Cube; c != nil {
		k := &pageCube{Start: c.Start.Unix(), Step: int64(c.BucketSeconds), Cells: []int64{}}
		for _, dim := range c.Dims {
			x := pageDim{ID: clean(dim.Name), Label: clean(w.word("dim", dim.Name))}
			for _, v := range dim.Values {
				x.Raw = append(x.Raw, clean(v))
				x.Labels = append(x.Labels, clean(p.dimLabel(dim.Name, v, dim.Folded)))
			}
			k.Dims = append(k.Dims, x)
		}
		for _, row := range c.Cells {
			k.Cells = append(k.Cells, row...)
		}
		d.Cube = k
	}
	return json.Marshal(d)
}

// dimLabel is a value of the cube as people read it.
func (p *Report) dimLabel(dim, v string, folded int) string {
	switch {
	case v == "*" && folded > 0:
		return p.w.t("html.others", folded)
	case dim == "code":
		return p.w.code(v)
	case dim == "class":
		return p.w.word("class", v)
	case dim == "incident" && v != "":
		if in := p.findIncident(v); in != nil {
			return v + " · " + p.w.cause(in.Cause, in.Planned, 0)
		}
	case v == "":
		return p.w.t("html.notstated")
	}
	return v
}

func pageMarks(marks []Mark) []pageMark {
	out := []pageMark{}
	for _, m := range marks {
		link := ""
		if m.Link != "" {
			link = anchor(m.Link)
		}
		out = append(out, pageMark{clean(m.Label), link, m.Start.Unix(), m.End.Unix(), m.Tone, m.Style})
	}
	return out
}

func newPageChart(c *Chart) pageChart {
	out := pageChart{Kind: c.Kind, Title: c.Title, Labels: []string{}, Times: unix(c.Times), Series: []pageSeries{}, Marks: pageMarks(c.Marks)}
	out.Labels = append(out.Labels, c.Labels...)
	for _, s := range c.Series {
		out.Series = append(out.Series, pageSeries(s))
	}
	return out
}

func unix(times []time.Time) []int64 {
	out := []int64{}
	for _, t := range times {
		out = append(out, t.Unix())
	}
	return out
}

// pageWords are the words that the page's script writes.
func (p *Report) pageWords() map[string]any {
	w := p.w
	m := map[string]any{
		"attempts": w.t("total.attempts"), "approved": w.t("total.approved"), "business": w.t("total.business"), "technical": w.t("total.technical"), "unknown": w.t("total.unknown"), "reversed": w.t("total.reversed"),
		"declared": w.t("maintenance"), "overrun": w.t("overrun"), "topcodes": w.t("topcodes"), "day": w.t("theday"),
		"weekdays": weekdayNames(w.lang), "incident": w.t("incident"), "state": w.t("state"), "technical_rate": w.t("total.technical_rate"),
		"sampleHead": []string{w.t("html.row"), w.t("dim.outcome"), w.t("incident"), w.t("position")},
	}
	for _, k := range []string{"find", "shown", "scale", "all", "from", "to", "reset", "outside", "gap", "nodata", "steps", "more", "samples", "nosamples"} {
		m[k] = w.t("html." + k)
	}
	return m
}

// weekdayNames heads the columns of a calendar, Monday first.
func weekdayNames(lang string) []string {
	var out []string
	for i := range 7 {
		d := weekdays[(i+1)%7]
		if lang == "en" {
			out = append(out, d.en)
		} else {
			out = append(out, strings.TrimPrefix(d.zh, "星期"))
		}
	}
	return out
}
