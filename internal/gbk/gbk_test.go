package gbk

import "testing"

func TestUTF8(t *testing.T) {
	for name, c := range map[string][2]string{
		"UTF-8":                  {"维护\r\n", "维护\r\n"},
		"with its mark":          {"\ufeff维护", "维护"},
		"GB18030":                {"\xce\xac\xbb\xa4", "维护"},
		"UTF-16":                 {"\xff\xfe\xf4\x7e\xa4\x62\n\x00", "维护\n"},
		"UTF-16, high end first": {"\xfe\xff\x7e\xf4\x62\xa4\x00\n", "维护\n"},
		"neither":                {"a\xff", "a\ufffd"},
		"empty":                  {"", ""},
	} {
		if got := string(UTF8([]byte(c[0]))); got != c[1] {
			t.Errorf("%s: %q, want %q", name, got, c[1])
		}
	}
}
