package classify

import (
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

func TestFirst(t *testing.T) {
	own, err := Load("nsh.csv", strings.NewReader("code,outcome,class,open,zh,en,action,source\nB4,approved,APPROVED,no,成功,approved,,the bank\n"))
	if err != nil {
		t.Fatal(err)
	}
	p := First(own)
	if m := p.Lookup(Where{}, txn.Sale, "B4"); m.Outcome != Approved || m.Table != "nsh" || m.Open {
		t.Errorf("own table is not asked first: %+v", m)
	}
	if m := p.Lookup(Where{}, txn.Sale, "51"); m.Class != FundsLimit || m.Table != "unionpay" {
		t.Errorf("default tables are not asked after it: %+v", m)
	}
}
