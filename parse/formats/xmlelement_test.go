package formats

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/poslog/poslog/parse/field"
)

func demoElement() *xmlElement {
	return &xmlElement{lookup: func(name string) (field.Field, field.Unit) {
		switch name {
		case "when", "@when":
			return field.Time, field.UnitAuto
		case "rc", "card/rc":
			return field.Code, field.UnitAuto
		case "card/pan/amt":
			return field.Fee, field.UnitAuto
		case "amt":
			return field.Amount, field.UnitAuto
		case "@tid":
			return field.TID, field.UnitAuto
		case "text":
			return field.Text, field.UnitAuto
		}
		return field.None, field.UnitAuto
	}}
}

// What is read the short way is what encoding/xml reads.
func TestPlainElementsAgreeWithParser(t *testing.T) {
	pieces := []string{"<txn>", "<txn tid=\"1\">", "<txn a:tid='2' when=\"2026\">", "</txn>", "<card>", "</card>", "<pan>", "</pan>", "<rc>", "</rc>", "<amt>", "</amt>",
		"<a:amt x=\"1\">", "</a:amt>", "<amt/>", "<rc />", "<text tid = '3'/>", "<text>", "</text>", "<text >", "</text >", "B4", " 1.00\n", "&amp;&lt;x&gt;", "&quot;", "&#65;", "&#5;", "&copy;", "&",
		"<!-- x -->", "<![CDATA[<rc>51</rc>]]>", "<?pi?>", "\r\n", "\t", "]]>", "消费", "\xff", "\x01", "\ufffe", "<x:y:z>", "<1>", "<é>", "=", "\"", "'", ">", "<", "/", ":"}
	plain, slow := demoElement(), demoElement()
	rnd := rand.New(rand.NewPCG(6, 28))
	short := 0
	for n := range 300_000 {
		var b strings.Builder
		var open []string
		b.WriteString(pieces[rnd.IntN(3)])
		for range rnd.IntN(9) {
			p := pieces[3+rnd.IntN(len(pieces)-3)]
			if n%4 > 0 { // sound ones, with something wrong at times
				if rnd.IntN(2) == 0 && len(open) > 0 {
					p = "</" + open[len(open)-1] + ">"
					open = open[:len(open)-1]
				} else if rnd.IntN(30) > 0 {
					p = []string{"<card>", "<pan>", "<rc>", "<amt>", "<a:amt x=\"1\">", "<text>", "<text tid='3'>", "<rc/>", "B4", " 1.00\n", "&amp;", "消费", "\n", "&#5;"}[rnd.IntN(14)]
					if p[0] == '<' && p[len(p)-2] != '/' {
						open = append(open, p[1:strings.IndexAny(p, " >")])
					}
				}
			}
			b.WriteString(p)
		}
		for i := range open {
			b.WriteString("</" + open[len(open)-1-i] + ">")
		}
		b.WriteString("</txn>")
		text := b.String()
		if !plain.plain(text) {
			continue
		}
		short++
		want, err := slow.parse(text)
		if err != nil || !slices.Equal(plain.values, want) {
			t.Fatalf("%q: %v, want %v, %v", text, plain.values, want, err)
		}
	}
	if short < 50_000 {
		t.Errorf("only %d were read the short way", short)
	}
}

func FuzzPlainElement(f *testing.F) {
	for _, s := range []string{`<txn tid="1"><when>2026-11-20 08:15:32</when><rc>B4</rc></txn>`, `<a:txn b:tid='1'/>`, "<txn><card><pan>1</pan> x <rc>&lt;</rc></card></txn>",
		"<txn>&#5;</txn>", "<txn>&copy;<rc>B4</rc>&#5;</txn>"} { // between tags, where no value is
		f.Add(s)
	}
	plain, slow := demoElement(), demoElement()
	f.Fuzz(func(t *testing.T, text string) {
		if !plain.plain(text) {
			return
		}
		if want, err := slow.parse(text); err != nil || !slices.Equal(plain.values, want) {
			t.Errorf("%q: %v, want %v, %v", text, plain.values, want, err)
		}
	})
}
