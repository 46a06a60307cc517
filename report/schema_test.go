package report

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/poslog/poslog/analyze"
)

const schemaPath = "../docs/report.schema.json"

// words of the closed lists, by Go type and field.
var enums = map[string][]string{
	"Result.Schema":       {analyze.Schema},
	"Verdict.Status":      {"ok", "incidents", "provisional", "empty"},
	"Input.Side":          {"terminal", "switch", "settlement", "unknown"},
	"Code.Meaning":        {"approved", "approved_partial", "approved_defect", "declined", "reversed", "reversal_reason", "info", "unknown"},
	"Code.Status":         {"defined", "decided", "mixed", "undecidable", "contradicted"},
	"Incident.Cause":      causes,
	"RunnerUp.Cause":      causes,
	"CauseCount.Cause":    causes,
	"Maintenance.Verdict": {"effective", "harmless", "overrun"},
	"Item.State":          append(slices.Clone(states), "idle"),
	"Item.Call":           {"", "acquirer", "issuer", "carrier", "nobody"},
	"FailedGroup.Group":   {"customer", "bank_or_network", "maintenance"},
	"Change.Kind":         {"new_code", "gone_code", "meaning", "rate", "volume", "silent"},
	"Example.Outcome":     {"approved", "technical", "business", "unknown", "reversed", ""},
}

var causes = []string{"maintenance", "network", "host", "terminal", "security", "cardholder", "data_gap", "undetermined"}

// schemaMaker turns the Go types of the contract into a JSON Schema, with their
// doc comments as descriptions.
type schemaMaker struct {
	docs map[string]string
	defs map[string]any
}

func (m *schemaMaker) of(t reflect.Type) any {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return map[string]any{"type": "string", "format": "date-time"}
	case t.Kind() == reflect.Pointer:
		return m.of(t.Elem())
	case t.Kind() == reflect.Struct:
		m.define(t)
		return map[string]any{"$ref": "#/$defs/" + t.Name()}
	case t.Kind() == reflect.Slice:
		return map[string]any{"type": "array", "items": m.of(t.Elem())}
	case t.Kind() == reflect.Array:
		return map[string]any{"type": "array", "items": m.of(t.Elem()), "minItems": t.Len(), "maxItems": t.Len()}
	case t.Kind() == reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": m.of(t.Elem())}
	case t.Kind() == reflect.Bool:
		return map[string]any{"type": "boolean"}
	case t.Kind() == reflect.String:
		return map[string]any{"type": "string"}
	case t.Kind() == reflect.Float64:
		return map[string]any{"type": "number"}
	case t.Kind() == reflect.Interface:
		return true
	}
	return map[string]any{"type": "integer"}
}

func (m *schemaMaker) define(t reflect.Type) {
	if m.defs[t.Name()] != nil {
		return
	}
	props, required := map[string]any{}, []string{}
	def := map[string]any{"type": "object", "properties": props, "additionalProperties": false}
	m.defs[t.Name()] = def
	if d := m.docs[t.Name()]; d != "" {
		def["description"] = d
	}
	m.fields(t, props, &required)
	slices.Sort(required)
	def["required"] = required
}

func (m *schemaMaker) fields(t reflect.Type, props map[string]any, required *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			m.fields(f.Type, props, required)
			continue
		}
		name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		s := m.of(f.Type)
		optional := strings.Contains(opts, "omitempty")
		if o, ok := s.(map[string]any); ok {
			if f.Type.Kind() == reflect.Pointer && !optional {
				if kind, ok := o["type"].(string); ok {
					o["type"] = []string{kind, "null"}
				} else {
					o = map[string]any{"anyOf": []any{o, map[string]any{"type": "null"}}}
				}
			}
			if words := enums[t.Name()+"."+f.Name]; words != nil {
				o["enum"] = words
			}
			if d := m.docs[t.Name()+"."+f.Name]; d != "" {
				o["description"] = d
			}
			s = o
		}
		props[name] = s
		if !optional {
			*required = append(*required, name)
		}
	}
}

// contractDocs reads the doc comments of the contract.
func contractDocs(t *testing.T) map[string]string {
	docs := map[string]string{}
	text := func(g *ast.CommentGroup) string { return strings.Join(strings.Fields(g.Text()), " ") }
	for _, name := range []string{"result.go", "detail.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../analyze", name), nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.TYPE {
				continue
			}
			for _, s := range g.Specs {
				ts := s.(*ast.TypeSpec)
				docs[ts.Name.Name] = text(g.Doc)
				st, ok := ts.Type.(*ast.StructType)
				if !ok {
					continue
				}
				for _, f := range st.Fields.List {
					for _, n := range f.Names {
						docs[ts.Name.Name+"."+n.Name] = strings.TrimSpace(text(f.Doc) + " " + text(f.Comment))
					}
				}
			}
		}
	}
	return docs
}

// TestSchemaMatchesContract keeps docs/report.schema.json in step with the Go
// types; -update writes it anew.
func TestSchemaMatchesContract(t *testing.T) {
	m := &schemaMaker{contractDocs(t), map[string]any{}}
	m.define(reflect.TypeFor[analyze.Result]())
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(map[string]any{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://github.com/poslog/poslog/docs/report.schema.json", "title": analyze.Schema, "$ref": "#/$defs/Result", "$defs": m.defs}); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.MkdirAll(filepath.Dir(schemaPath), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(schemaPath, b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(schemaPath)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, b.Bytes()) {
		t.Errorf("%s is not what the types of package analyze say: renew it with go test ./report -update", schemaPath)
	}
}

// validate checks JSON against the schema.
func validate(t *testing.T, doc []byte) error {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	s, err := c.Compile(schemaPath)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(v)
}

func TestJSONAgainstSchema(t *testing.T) {
	doc := render(t, "json", fixture(), Options{})
	if err := validate(t, doc); err != nil {
		t.Error(err)
	}
	var back analyze.Result
	if err := json.Unmarshal(doc, &back); err != nil {
		t.Fatal(err)
	}
	if again := render(t, "json", &back, Options{}); !bytes.Equal(again, doc) {
		t.Error("reading the JSON back and writing it again gives other bytes")
	}
	// The schema must be able to fail.
	for _, bad := range []string{`"cause": "magic"`, `"cause": 1`} {
		if err := validate(t, bytes.Replace(doc, []byte(`"cause": "network"`), []byte(bad), 1)); err == nil {
			t.Errorf("the schema accepts %s", bad)
		}
	}
	if err := validate(t, bytes.Replace(doc, []byte(`"provisional": false,`), nil, 1)); err == nil {
		t.Error("the schema accepts a report without provisional")
	}
}

// TestUnansweredState: rows in no state yet pass the schema, and have a word for it.
func TestUnansweredState(t *testing.T) {
	r := fixture()
	it := r.Reconciliation.Items[0]
	it.State = "idle"
	r.Reconciliation.Unanswered = []analyze.Item{it}
	if err := validate(t, render(t, "json", r, Options{})); err != nil {
		t.Error(err)
	}
	if doc := render(t, "csv", r, Options{}); bytes.Contains(doc, []byte("\nidle,")) || !bytes.Contains(doc, []byte("\n结果未知,")) {
		t.Error("the state of an unanswered row is no word")
	}
}
