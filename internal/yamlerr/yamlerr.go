// Package yamlerr says what is wrong with a file of settings in YAML by file, line and message.
// As text, errors of the library hold lines of the file, of a text that does not end all of them,
// and who names another file by mistake would see its rows.
package yamlerr

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/internal/spelling"
)

// Split returns where an error stands, as FILE:LINE, and what it says.
func Split(file string, err error) (at, message string) {
	var e yaml.Error
	if !errors.As(err, &e) {
		return file, err.Error()
	}
	if t := e.GetToken(); t != nil && t.Position != nil {
		file = fmt.Sprintf("%s:%d", file, t.Position.Line)
	}
	message = e.GetMessage()
	if strings.Contains(message, "'\t'") {
		message = "a tab: YAML indents with blanks only"
	}
	return file, goType.ReplaceAllString(message, "$1 was used where $2 is expected")
}

// goType is what the library says of a value of another type, in the words of the program.
var goType = lazy.MustCompile(`^cannot unmarshal (\w+) into Go .* of type \*?(\w+)$`)

// Known adds to the message about an unknown field those that a struct of settings has, the one
// that was probably meant alone where there is one.
func Known(message string, settings any) string {
	name, ok := strings.CutPrefix(message, "unknown field ")
	if !ok {
		return message
	}
	all := keys(reflect.TypeOf(settings))
	if near := spelling.Near(strings.Trim(name, `"`), all); near != "" {
		return message + ": did you mean " + near + "?"
	}
	return message + ": use " + strings.Join(all, ", ")
}

// keys are the names of the fields of a struct, and of those in it.
func keys(t reflect.Type) (list []string) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return keys(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			list = append(list, f.Tag.Get("yaml"))
			list = append(list, keys(f.Type)...)
		}
	}
	return list
}
