package yamlerr

import (
	"errors"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

func TestSplit(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1\nb: \"x\n" + strings.Repeat("a row\n", 100): "f.yaml:2: could not find end character of double-quoted text",
		strings.Repeat("a row\n", 100):                    "f.yaml:1: string was used where mapping is expected",
		"a: 1\nb: 2\n":                                    "f.yaml:2: unknown field \"b\"",
		"a: five\n":                                       "f.yaml:1: string was used where int is expected",
		"a: 1\n\tb: 2\n":                                  "f.yaml:2: a tab: YAML indents with blanks only",
	} {
		var to struct {
			A int `yaml:"a"`
		}
		at, message := Split("f.yaml", yaml.NewDecoder(strings.NewReader(text), yaml.DisallowUnknownField()).Decode(&to))
		if got := at + ": " + message; got != want {
			t.Errorf("%.20q: %s, want %s", text, got, want)
		}
	}
	if at, message := Split("f.yaml", errors.New("x")); at != "f.yaml" || message != "x" {
		t.Error(at, message)
	}
}

func TestKnown(t *testing.T) {
	type settings struct {
		Amount struct {
			Below string `yaml:"below"`
		} `yaml:"amount"`
		Fees []struct {
			Percent string `yaml:"percent"`
		} `yaml:"fees"`
	}
	for message, want := range map[string]string{
		`unknown field "bellow"`: `unknown field "bellow": did you mean below?`,
		`unknown field "x"`:      `unknown field "x": use amount, below, fees, percent`,
		"something else":         "something else",
	} {
		if got := Known(message, settings{}); got != want {
			t.Errorf("%s: %s, want %s", message, got, want)
		}
	}
}
