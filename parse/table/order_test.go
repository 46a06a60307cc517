package table

import (
	"strings"
	"testing"
)

// Dates of which no number is above 12 are read as the dates beside them, the name of the file or
// the currency say; where nothing does, the rows are refused.
func TestOrderOfDoubtfulDates(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"x.csv", "Date,TID,STAN,Amount,Currency,Response Code\n05/03/2026 08:15:32,10000001,000001,12.00,GBP,00\n", "2026-03-05"},
		{"x.csv", "Date,TID,STAN,Amount,Currency,Response Code\n05/03/2026 08:15:32,10000001,000001,12.00,USD,00\n", "2026-05-03"},
		{"x.csv", "Date,TID,STAN,Amount (INR),Response Code\n05/03/2026 08:15:32,10000001,000001,12.00,00\n", "2026-03-05"},
		{"x.csv", "Date,TID,STAN,Amount,Currency,Response Code\n05/03/26,10000001,000001,12.00,USD,00\n", "2026-05-03"},
		{"x.csv", "Date,TID,STAN,Amount,Response Code\n05/03/2026,10000001,000001,12.00,00\n06/03/2026,10000001,000002,12.00,00\n", "2026-03-05"},
		{"x.csv", "Date,TID,STAN,Amount,Response Code\n05/03/26,10000001,000001,12.00,00\n05/06/26,10000001,000002,12.00,00\n", "2026-05-03"},
		{"x.csv", "Date,TID,STAN,Amount,Response Code\n05/03/26,10000001,000001,12.00,00\n", ""},
		{"x.csv", "Date,Time,Time Zone,Transaction ID,Amount,Fees,Net Total\n05/03/26,08:15:32,Eastern Time (US & Canada),T1,$10.00,-$0.44,$9.56\n", "2026-05-03"},
		{"x.csv", "Date,TID,STAN,Amount,Response Code\n05/03/2026,10000001,000001,$12.00,00\n", ""},
		{"x.csv", "Date,TID,STAN,Amount,Settlement Date\n05/03/2026,10000001,000001,12.00,2026-03-06\n", "2026-03-05"},
		{"x.csv", "Date,TID,STAN,Amount,Currency,Settlement Date\n05/03/2026,10000001,000001,12.00,USD,2026-03-06\n", "2026-03-05"},
		{"pos-2026-05-03.csv", "Date,TID,STAN,Amount,Response Code\n05/03/2026,10000001,000001,12.00,00\n", "2026-05-03"},
		{"pos-2026-09-30.csv", "Date,TID,STAN,Amount,Response Code\n05/03/2026,10000001,000001,12.00,00\n", ""},
		{"x.csv", "Date,TID,STAN,Amount,Currency,Response Code\n05/03/2026,10000001,000001,12.00,USD,00\n05/03/2026,10000001,000002,12.00,EUR,00\n", ""},
		{"x.csv", "Date,TID,STAN,Amount,Currency,Response Code\n05/03/2026,10000001,000001,12.00,CAD,00\n", ""},
		{"x.csv", "Date,TID,STAN,Amount,Response Code\n05/03/2026,10000001,000001,12.00,00\n", ""},
	} {
		got, sum := read(t, stream(c.name, []byte(c.text)))
		day := ""
		if len(got.recs) > 0 {
			day = got.recs[0].At.Time().In(shanghai).Format("2006-01-02")
		}
		if day != c.want {
			t.Errorf("%s %s%s, want %s\n%s", c.name, c.text, day, c.want, strings.Join(sum.Notes, "\n"))
		}
	}
}
