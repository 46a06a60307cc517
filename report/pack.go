package report

import (
	"archive/zip"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/poslog/poslog/analyze"
	"github.com/poslog/poslog/txn"
)

// aroundIncident is how much time before and after an incident the pack's
// timeline shows, so that the edges can be judged.
const aroundIncident = 30 * time.Minute

// WritePack writes the evidence of one incident for a counterparty, as a zip:
// the same statement in Chinese and English, the workbook, the masked rows with
// file and line, attempts and failures per minute, the input files with their
// hashes, and a list of hashes of everything in the pack. The wording is neutral:
// what was observed, how it was counted, and what speaks against the conclusion. The
// rows come from a fresh analysis of the same inputs through analyze.Config.Each; where
// they no longer give the number of the report, there is an error and no pack.
func WritePack(w io.Writer, r *analyze.Result, incident string, rows []*analyze.Row) error {
	in := (&Report{Result: r}).findIncident(incident)
	if in == nil {
		_, err := Find(r, incident)
		if err == nil {
			err = fmt.Errorf("%q is no incident: a pack is about one incident, such as I1", incident)
		}
		return err
	}
	zh, agrees, err := Explain(r, nil, incident, rows, Options{Lang: "zh", Width: 110})
	if err != nil {
		return err
	}
	if !agrees {
		return fmt.Errorf("%s: %s", incident, zh.w.t("explain.differs", strconv.Itoa(in.Failures), zh.Section("number").Facts[1].Cell.Text))
	}
	en, _, err := Explain(r, nil, incident, rows, Options{Lang: "en", Width: 110})
	if err != nil {
		return err
	}
	q, err := Find(r, incident)
	if err != nil {
		return err
	}
	var mine []*analyze.Row
	for _, x := range rows {
		if q.Of(x) {
			mine = append(mine, x)
		}
	}
	type file struct {
		name  string
		write func(io.Writer) error
	}
	files := []file{
		{"statement.zh.txt", func(w io.Writer) error { return writeStatement(w, zh, in) }},
		{"statement.en.txt", func(w io.Writer) error { return writeStatement(w, en, in) }},
		{"evidence.zh.xlsx", func(w io.Writer) error { return writeXLSX(w, zh) }},
		{"evidence.en.xlsx", func(w io.Writer) error { return writeXLSX(w, en) }},
		{"rows.csv", func(w io.Writer) error { return writeRows(w, mine, r.Currency) }},
		{"minutes.csv", func(w io.Writer) error { return writeMinutes(w, in, rows) }},
		{"inputs.csv", func(w io.Writer) error { return writeInputs(w, r) }},
		{"incident.json", func(w io.Writer) error {
			e := json.NewEncoder(w)
			e.SetEscapeHTML(false)
			e.SetIndent("", "  ")
			return e.Encode(struct { // the schema says first what it is
				Schema   string            `json:"schema"`
				Tool     analyze.Tool      `json:"tool"`
				Timezone string            `json:"timezone"`
				Incident *analyze.Incident `json:"incident"`
			}{r.Schema, r.Tool, r.Timezone, in})
		}},
	}
	z := zip.NewWriter(w)
	var sums strings.Builder
	for _, f := range files {
		var b bytes.Buffer
		if err := f.write(&b); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		sum := sha256.Sum256(b.Bytes())
		fmt.Fprintf(&sums, "%s  %s\n", hex.EncodeToString(sum[:]), f.name)
		if err := addFile(z, f.name, b.Bytes()); err != nil {
			return err
		}
	}
	// In the form of sha256sum, so that anybody can check the pack.
	if err := addFile(z, "SHA256SUMS", []byte(sums.String())); err != nil {
		return err
	}
	return z.Close()
}

// addFile adds a file without a time: the same pack has the same bytes.
func addFile(z *zip.Writer, name string, data []byte) error {
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

// writeStatement writes the text of a pack: a neutral preface, then what
// Explain lays out.
func writeStatement(w io.Writer, p *Report, in *analyze.Incident) error {
	c := p.w
	for _, line := range []string{
		c.t("pack.preface"),
		c.t("pack.what", c.span(in.Start, in.End), c.scope(in.Scope), group(int64(in.Failures)), group(int64(in.Attempts))),
		c.t("pack.formula"),
		c.t("pack.against"),
		c.t("pack.verify"),
	} {
		for _, l := range fold(clean(line), 100) {
			if _, err := fmt.Fprintln(w, l); err != nil {
				return err
			}
		}
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	return writeText(w, p)
}

func csvTable(w io.Writer, rows [][]string) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	for i, row := range rows {
		for k := range row {
			if i > 0 {
				row[k] = Inert(clean(row[k]))
			}
		}
	}
	return c.WriteAll(rows)
}

func writeRows(w io.Writer, rows []*analyze.Row, currency string) error {
	out := [][]string{{"file", "line", "time", "institution", "merchant", "terminal", "kind", "code", "outcome", "class", "decided_by_evidence", "amount", "latency_ms", "text"}}
	for _, x := range rows {
		at, money, ms := "", "", ""
		if x.Time != nil {
			at = x.Time.Format(time.RFC3339Nano)
		}
		if x.Amount != nil {
			money = txn.Minor(*x.Amount).In(cmp.Or(x.Currency, currency))
		}
		if x.LatencyMS != nil {
			ms = strconv.Itoa(*x.LatencyMS)
		}
		out = append(out, []string{x.File, strconv.Itoa(x.Line), at, x.Institution, x.Merchant, x.Terminal, x.Kind, x.Code, x.Outcome, x.Class, strconv.FormatBool(x.Inferred), money, ms, x.Text})
	}
	return csvTable(w, out)
}

// PackRows tells the rows that a pack is made of: those of its incident, and the
// attempts around it. [WritePack] needs no others.
func PackRows(r *analyze.Result, incident string) (needed func(*analyze.Row) bool, err error) {
	q, err := Find(r, incident)
	if err != nil {
		var ids []string
		for _, x := range r.Incidents {
			ids = append(ids, x.ID)
		}
		if len(ids) == 0 {
			return nil, fmt.Errorf("the report has no incident %q: it has none at all", incident)
		}
		return nil, fmt.Errorf("the report has no incident %q: it has %s", incident, strings.Join(ids, ", "))
	}
	in := (&Report{Result: r}).findIncident(incident)
	if in == nil {
		return q.Lists, nil // WritePack says that it is none
	}
	start, end := around(in)
	return func(x *analyze.Row) bool { return q.Lists(x) || within(x, start, end) }, nil
}

// around is the time that the counts per minute cover.
func around(in *analyze.Incident) (start, end time.Time) {
	return in.Start.Add(-aroundIncident).Truncate(time.Minute), in.End.Add(aroundIncident)
}

func within(x *analyze.Row, start, end time.Time) bool {
	return x.Attempt && x.Time != nil && !x.Time.Before(start) && x.Time.Before(end)
}

// writeMinutes counts attempts per minute around the incident: those of the
// incident, other failures, approvals, everything in the report.
func writeMinutes(w io.Writer, in *analyze.Incident, rows []*analyze.Row) error {
	start, end := around(in)
	n := int(end.Sub(start)/time.Minute) + 1
	counts := make([][4]int, n)
	for _, x := range rows {
		if !within(x, start, end) {
			continue
		}
		c := &counts[int(x.Time.Sub(start)/time.Minute)]
		c[0]++
		switch _, failure := x.In(in.ID); {
		case x.Outcome == "approved":
			c[1]++
		case failure:
			c[2]++
		default:
			c[3]++
		}
	}
	out := [][]string{{"minute", "attempts", "approved", "failed_in_" + in.ID, "other"}}
	for i, c := range counts {
		at := start.Add(time.Duration(i) * time.Minute)
		if !at.Before(end) {
			break
		}
		out = append(out, []string{at.Format(time.RFC3339), strconv.Itoa(c[0]), strconv.Itoa(c[1]), strconv.Itoa(c[2]), strconv.Itoa(c[3])})
	}
	return csvTable(w, out)
}

func writeInputs(w io.Writer, r *analyze.Result) error {
	out := [][]string{{"name", "sha256", "format", "side", "lines", "records", "rejected"}}
	for _, in := range r.Inputs {
		out = append(out, []string{in.Name, in.SHA256, in.Format, in.Side, strconv.Itoa(in.Lines), strconv.Itoa(in.Records), strconv.Itoa(in.Rejected)})
	}
	return csvTable(w, out)
}
