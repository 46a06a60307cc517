package table

import "testing"

// A column that is called a reference and no more is told by its values and by what stands beside it.
func TestReference(t *testing.T) {
	for _, c := range []struct{ name, text, rrn, order string }{
		{"of the host", "Date,Terminal ID,Amount,Reference\n2026-11-20,10000001,12.30,632500000001\n2026-11-20,10000001,13.30,632500000002\n", "632500000001", ""},
		{"of the merchant", "Date,Type,Transaction ID,Reference,Gross,Fees,Net\n2026-11-20,Sale,a1,ORD1,12.30,0.30,12.00\n", "", "ORD1"},
		{"beside the order", "Date,Type,Order ID,Reference,Gross,Fees,Net\n2026-11-20,Sale,O1,X1,12.30,0.30,12.00\n", "", "O1"},
		{"of a bank", "Date,Narration,Reference,Debit,Credit\n2026-11-20,SALE,X1,,12.30\n", "", ""},
		{"a text", "Date,Type,Transaction ID,Reference,Gross,Fees,Net\n2026-11-20,Sale,a1,lunch for two,12.30,0.30,12.00\n", "", ""},
	} {
		got, _ := readText(t, c.text)
		if len(got.recs) == 0 || got.recs[0].RRN != c.rrn || got.recs[0].OrderNo != c.order {
			t.Errorf("%s: %+v %v", c.name, got.recs, got.rejects)
		}
	}
}

// The fee with tax goes before the one without, whatever the case of its name.
func TestFeesOfPhonePe(t *testing.T) {
	c, _ := readText(t, "PaymentType,MerchantId,TransactionId,BankReferenceNo,MerchantReferenceId,TransactionDate,Amount,Fee,IGST,TotalFees,NetAmount,Status\n"+
		"PAYMENT,M123,T1,632500000001,O1,20-11-2026 08:15:32,1000.00,-18.00,-3.24,-21.24,978.76,SUCCESS\n")
	if len(c.recs) != 1 || c.recs[0].Fee != 21_24 || c.recs[0].RRN != "632500000001" || c.recs[0].OrderNo != "O1" {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
}
