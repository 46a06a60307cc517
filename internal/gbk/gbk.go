// Package gbk reads settings that a Chinese Windows wrote.
package gbk

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// UTF8 is a file without the mark of its encoding, which may be UTF-16 as PowerShell and an editor's
// "Unicode" have it, and without a mark read as GB18030 where its bytes are no UTF-8. What is none
// of these keeps marks for the characters that cannot be read.
func UTF8(data []byte) []byte {
	if s, _, err := transform.Bytes(unicode.BOMOverride(transform.Nop), data); err == nil {
		data = s
	}
	if utf8.Valid(data) {
		return data
	}
	if s, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data); err == nil {
		return s
	}
	return bytes.ToValidUTF8(data, []byte("\ufffd"))
}
