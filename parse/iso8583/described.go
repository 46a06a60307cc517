package iso8583

import (
	"strings"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/txn"
)

// With returns the reader of messages that a format of kind iso8583 describes: its
// layout alone, under the same checks as the known ones.
func With(f *format.Format) entry.Reader {
	s := described(f)
	return entry.Reader{Name: f.Name,
		Sniff: func(name string, head []byte) (int, string) {
			if !f.Detect.Fits(name, head) {
				return 0, "it has not the name or the text that the format asks for"
			}
			score, why := s.sniff(name, head)
			if score > 0 {
				score = 95 // before what nobody described
			}
			return score, why
		},
		Read: func(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
			own := *st
			if own.Side == txn.SideUnknown {
				own.Side = f.Side
			}
			r := s.reader(&own, sink)
			f.Configure(&r.ctx)
			r.set = f.Set
			sum, err := r.run()
			sum.Format = f.Name
			if f.Title != "" {
				sum.Notes = append(sum.Notes, f.Title)
			}
			return sum, err
		},
	}
}

// described builds the layout of a format.
func described(f *format.Format) *spec {
	var own layout
	for _, l := range known.layouts {
		if l.word == f.Message.Layout {
			own = l
		}
	}
	changes := map[int]shape{}
	for id, e := range f.Message.Fields {
		changes[id] = shape{stores[e.Store], e.Size, e.Prefix}
	}
	own.name, own.fields = f.Name, with(*own.fields, changes)
	return &spec{layouts: []layout{own}, header: f.Message.Header, own: true}
}

// stores are the words of format files for how a value is stored.
var stores = map[string]kind{"digits": digits, "text": chars, "bytes": raw, "track": track}

// constants gives a record the values that the format has for all, where the
// message had none.
func (r *reader) constants(rec *txn.Record) error {
	for _, c := range r.set {
		v := c.Value
		if v == format.FileDate {
			at := field.NearName(r.src.Name)
			if !at.Valid() {
				continue
			}
			v = txn.DateOf(at.Time()).String()
		}
		if strings.TrimSpace(field.Get(rec, c.Field, r.ctx.Loc)) != "" {
			continue
		}
		if err := r.ctx.Set(rec, c.Field, v); err != nil {
			return err
		}
	}
	return nil
}
