package parse

import (
	"slices"
	"testing"
)

// A database that keeps the request and the response of a call as objects in two columns.
func TestObjectsInCells(t *testing.T) {
	files, b := readAll(t, Options{}, Bytes("calls.csv", []byte("\ufeff"+`id,created_at,request,response
1,2026-11-20 08:15:32,"{""tid"":""10000001"",""stan"":""000101"",""amount"":""128.00""}","{""rc"":""00"",""rrn"":""326081500001""}"
2,2026-11-20 08:16:32,"{
  ""tid"":""10000001"",""stan"":""000102"",""amount"":""28.00""
}","{""rc"":""51"",""rrn"":""326081500002""}"
3,2026-11-20 08:17:32,"{""tid"":""10000001"",""stan"":""000103"",""amount"":""38.00""}","{""rc"":""91"",""cut"
`)))
	if files[0].Err != nil || !slices.Equal(b.rows, []string{"calls.csv:2 00", "calls.csv:3 51"}) || len(b.rejects) != 1 {
		t.Errorf("%v, %q, %q", files[0].Err, b.rows, b.rejects)
	}
}
