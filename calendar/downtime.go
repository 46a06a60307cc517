package calendar

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// downtime is one entry of a payment provider's list of downtimes, in the shape
// that Razorpay publishes: begin and end in Unix seconds, scheduled, and the
// instrument that is hit. Times as RFC 3339 text are read too.
type downtime struct {
	ID         string            `json:"id"`
	Method     string            `json:"method"`
	Begin      json.RawMessage   `json:"begin"`
	End        json.RawMessage   `json:"end"`
	Status     string            `json:"status"`
	Scheduled  *bool             `json:"scheduled"`
	Instrument map[string]string `json:"instrument"`
}

// openEnd is the end of a downtime that the provider has not closed.
var openEnd = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// readDowntime takes a collection {"items": [...]}, a bare list, one entry, or
// the message that a provider posts when a downtime starts or ends.
func readDowntime(name string, data []byte, o Options) (*Calendar, error) {
	var raw json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		var se *json.SyntaxError
		if errors.As(err, &se) {
			return nil, fmt.Errorf("%s:%d: not JSON: %v", name, 1+bytes.Count(data[:min(int(se.Offset), len(data))], []byte("\n")), err)
		}
		return nil, fmt.Errorf("%s: not JSON: %v", name, err)
	}
	items, err := downtimeItems(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	c := &Calendar{}
	var errs []error
	rest, next := data, 1 // what follows the last entry, and its line
	for i, it := range items {
		line := next
		if before, after, ok := bytes.Cut(rest, it); ok {
			line += bytes.Count(before, []byte("\n"))
			rest, next = after, line+bytes.Count(it, []byte("\n"))
		}
		w, skip, err := downtimeWindow(it, o)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: entry %d: %w", name, line, i+1, err))
			continue
		}
		if !skip {
			w.Source = fmt.Sprintf("%s:%d", name, line)
			c.dated = append(c.dated, w)
		}
	}
	return c, errors.Join(errs...)
}

func downtimeItems(raw json.RawMessage) ([]json.RawMessage, error) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil {
		return list, nil
	}
	var top struct {
		Items   []json.RawMessage `json:"items"`
		Begin   json.RawMessage   `json:"begin"`
		Payload map[string]struct {
			Entity json.RawMessage `json:"entity"`
		} `json:"payload"`
	}
	if err := json.Unmarshal(raw, &top); err != nil {
		return nil, fmt.Errorf("not a list of downtimes: %v", err)
	}
	switch d, posted := top.Payload["payment.downtime"]; {
	case top.Items != nil:
		return top.Items, nil
	case posted:
		return []json.RawMessage{d.Entity}, nil
	case top.Begin != nil:
		return []json.RawMessage{raw}, nil
	}
	return nil, errors.New(`no downtime inside: want {"items": [{"begin": ..., "end": ..., "scheduled": ...}]}`)
}

func downtimeWindow(raw json.RawMessage, o Options) (w Window, skip bool, err error) {
	var d downtime
	if err := json.Unmarshal(raw, &d); err != nil {
		return w, false, fmt.Errorf("%v: correct the entry", err)
	}
	if d.Status == "cancelled" {
		return w, true, nil
	}
	if d.Scheduled == nil {
		return w, false, errors.New("scheduled is missing: true for planned maintenance, false for a failure")
	}
	w.Planned = *d.Scheduled
	if w.Start, err = jsonTime(d.Begin); err != nil {
		return w, false, fmt.Errorf("begin: %w", err)
	}
	if s := string(d.End); s == "" || s == "null" {
		w.End = openEnd
	} else if w.End, err = jsonTime(d.End); err != nil {
		return w, false, fmt.Errorf("end: %w", err)
	}
	if !w.End.After(w.Start) {
		return w, false, fmt.Errorf("it ends (%s) before it begins (%s)", w.End.Format(time.RFC3339), w.Start.Format(time.RFC3339))
	}
	in := d.Instrument
	w.Institution = cmp.Or(in["institution"], in["acquirer"], o.Institution)
	w.Issuer = cmp.Or(in["issuer"], in["bank"], in["network"], in["psp"], in["vpa_handle"])
	w.Carrier = in["carrier"]
	w.Title = strings.Join(strings.Fields(d.Method+" "+w.Issuer+" "+d.ID), " ")
	return w, false, nil
}

// jsonTime reads Unix seconds or milliseconds, or RFC 3339 text.
func jsonTime(raw json.RawMessage) (time.Time, error) {
	var n int64
	if json.Unmarshal(raw, &n) == nil && n > 0 && n < 1e14 {
		if n > 1e11 {
			return time.UnixMilli(n).UTC(), nil
		}
		return time.Unix(n, 0).UTC(), nil
	}
	var s string
	if json.Unmarshal(raw, &s) == nil {
		if t, err := time.Parse(time.RFC3339, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%s is no time: want Unix seconds or 2026-11-21T23:00:00+08:00", string(raw))
}
