// Package gbk reads settings that a Chinese Windows wrote.
package gbk

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// UTF8 is a file without the mark of its encoding, read as GB18030 where its bytes are no UTF-8.
// What is neither keeps marks for the characters that cannot be read.
func UTF8(data []byte) []byte {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if utf8.Valid(data) {
		return data
	}
	if s, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data); err == nil {
		return s
	}
	return bytes.ToValidUTF8(data, []byte("\ufffd"))
}
