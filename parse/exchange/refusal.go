package exchange

import (
	"errors"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/txn"
)

// Refusal makes a reject of an error: a *field.Error says field, rule and remedy itself; any
// other one is of the given rule.
func Refusal(pos txn.Pos, rule, excerpt string, err error) *entry.Reject {
	name, msg, hint := "", err.Error(), ""
	var e *field.Error
	if errors.As(err, &e) {
		rule, msg, hint = e.Rule, e.Msg, e.Hint
		if e.Field != field.None {
			name = e.Field.String()
		}
	}
	return entry.NewReject(pos, name, rule, excerpt, msg, hint)
}
