package parse

import (
	"slices"
	"strings"
	"testing"
)

func TestGridDocument(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"pandas", `{"columns":["交易时间","交易金额","终端号","应答码"],"index":[0,1],"data":[["2026-11-20 08:15:32",12.30,"10000001","00"],["2026-11-20 08:16:32",1000,"10000001",null],["2026-11-20"]]}`,
			[]string{"2 00", "3 "}},
		{"names with types", `{"meta":[{"name":"txn_time","type":"DateTime"},{"name":"amount","type":"Decimal"},{"name":"terminal_id","type":"String"},{"name":"resp_code","type":"String"}],` + "\n" +
			`"data":[` + "\n\n" + `["2026-11-20 08:15:32",12.30,"10000001","00"],` + "\n" + `["2026-11-20 08:16:32",1.50,"10000001","51"]],"rows":2}`, []string{"4 00", "5 51"}},
		{"spreadsheet", "\ufeff\n" + `{"range":"A1:D3","values":[["交易时间","交易金额","终端号","应答码"],["2026-11-20 08:15:32","12.30","10000001","00"],["2026-11-20 08:16:32","1.50","10000001","91"]]}`, []string{"3 00", "4 91"}},
		{"texts", `{"batch":"1","data":["1|898330154110001|10000001|2026-11-20|08:15:32|消费|12.30|00","2|898330154110001|10000001|2026-11-20|08:16:32|消费|1.50|51"],"header":"序号|商户号|终端号|交易日期|交易时间|交易类型|交易金额|应答码"}`, []string{"2 00", "3 51"}},
		{"one text", `{"ReturnCode":"0000","ErrorMessage":"成功","SettleDate":"2026/11/20","DetailRecords":"商户号|交易类型|订单编号|交易时间|交易金额|应答码^^898330154110001|消费|A0001|20261120081532|12.30|00^^898330154110001|退货|A0002|20261120081632|1.50|51"}`, []string{"2 00", "3 51"}},
		{"a row in each line", `["txn_time","amount","terminal_id","resp_code"]` + "\n" + `["2026-11-20 08:15:32",12.30,"10000001","00"]` + "\n" + `["2026-11-20 08:16:32",1.50,"10000001","51"]` + "\n", []string{"2 00", "3 51"}},
	} {
		files, b := readAll(t, Options{}, Bytes(c.name, []byte(c.text)))
		for i := range c.want {
			c.want[i] = c.name + ":" + c.want[i]
		}
		if files[0].Err != nil || !slices.Equal(b.rows, c.want) {
			t.Errorf("%s: %v, %q, %q", c.name, files[0].Err, b.rows, b.rejects)
		}
	}
}

// The rows before the end of what is cut are read, and it is said.
func TestGridDocumentCut(t *testing.T) {
	files, b := readAll(t, Options{}, Bytes("cut", []byte(`{"columns":["交易时间","交易金额","终端号","应答码"],"data":[["2026-11-20 08:15:32",12.30,"10000001","00"],["2026-11-20 08:16:32",1.`)))
	if files[0].Err == nil || !slices.Equal(b.rows, []string{"cut:2 00"}) {
		t.Errorf("%v, %q", files[0].Err, b.rows)
	}
}

func TestNoGridDocument(t *testing.T) {
	for name, text := range map[string]string{
		"deep":    strings.Repeat("[", 5000) + `["a","b","c"],["1","2","3"]` + strings.Repeat("]", 5000),
		"nothing": `{"columns":["a","b"],"data":[[1,2],[3,4]]}`,
		"empty":   `[]`,
		"lists":   `[[[1,2],[3,4]]]`,
	} {
		if files, b := readAll(t, Options{}, Bytes(name, []byte(text))); files[0].Err == nil {
			t.Errorf("%s: read %q", name, b.rows)
		}
	}
}
