package field

import (
	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/txn"
)

// limits are words about how long somebody would wait, in which nobody has waited
// in vain yet: 超时时间30, timeout=30000, setSoTimeout(5000).
var limits = lazy.MustCompile(`(?i)超时(时间|时长|设置|值|重试次数)|(set|get)\w*time-?out\w*|time-?out(\s?(value|limit|ms|sec|seconds?))?\s?[=:(]\s?\d+`)

// EventFlags is TextFlags for whole lines of a log: what only states a limit is no
// time-out.
func EventFlags(line string) txn.Flags {
	f := TextFlags(line)
	if f.Has(txn.TimedOut) {
		if rest := limits.ReplaceAllString(line, ""); len(rest) < len(line) {
			f = TextFlags(rest)
		}
	}
	return f
}
