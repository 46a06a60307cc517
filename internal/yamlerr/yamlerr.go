// Package yamlerr says what is wrong with a file of settings in YAML by file, line and message.
// As text, errors of the library hold lines of the file, of a text that does not end all of them,
// and who names another file by mistake would see its rows.
package yamlerr

import (
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
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
	return file, e.GetMessage()
}
