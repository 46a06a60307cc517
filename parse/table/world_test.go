package table

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/txn"
)

// A movement of an account happened when it was booked, not when the goods were ordered.
func TestBookedTime(t *testing.T) {
	c, _ := readText(t, `类型,支付流水号,收入(元),支出(元),余额(元),下单时间,入账时间
订单入账,2611200001,80.00,,1080.00,2026-11-20 08:00:00,2026-11-20 08:00:05
订单退款,2611200002,,80.00,1000.00,2026-11-20 08:00:00,2026-11-20 15:30:05
`)
	if len(c.recs) != 2 || c.recs[1].Kind != txn.Refund || c.recs[1].At.Time().In(shanghai).Format("15:04:05") != "15:30:05" {
		t.Fatalf("%+v %v", c.recs, c.rejects)
	}
	c, _ = readText(t, `交易类型,订单号,订单金额,手续费,下单时间,入账时间
消费,2611200001,80.00,0.30,2026-11-20 08:00:00,2026-11-21 03:00:05
`)
	if len(c.recs) != 1 || c.recs[0].At.Time().In(shanghai).Format("15:04:05") != "08:00:00" {
		t.Fatalf("%+v %v", c.recs, c.rejects)
	}
}

// Names of a second table, of which most are new, are names all the same.
func TestSecondTableOfRefunds(t *testing.T) {
	c, sum := readText(t, `商户编号,商户订单号,平台号,下单时间,支付完成时间,订单金额,商户手续费,入账金额,订单状态
10000001,A1,P1,2026-11-20 08:15:32,2026-11-20 08:15:40,80.00,0.30,79.70,SUCCESS
10000001,A2,P2,2026-11-20 08:16:32,2026-11-20 08:16:40,20.00,0.08,19.92,SUCCESS
退款明细,,,,,,,,
商户编号,商户退款请求,平台流水,原订单,退款申请时间,退款完成时间,退款金额,退还,扣账,退款状态
10000001,R1,P9,A1,2026-11-20 09:15:32,2026-11-20 09:15:40,80.00,0.00,80.00,SUCCESS
`)
	if c.Records != 3 || c.Rejected != 0 {
		t.Fatalf("%+v %v %v", c.Count, c.rejects, sum.Notes)
	}
	if r := c.recs[2]; r.Kind != txn.Refund || r.Amount != 80_00 || r.At.Time().In(shanghai).Format("15:04:05") != "09:15:40" {
		t.Errorf("refund: %+v", r)
	}
}

// Prices in currencies that nobody pays parts of, with points between thousands.
func TestPointsBetweenThousands(t *testing.T) {
	for text, want := range map[string]txn.Minor{
		"Transaction Date,Type,Amount,Order ID\n2026-11-20 08:15:32,Payment,Rp 150.000,A-0001\n":                                               150_000_00,
		"Transaction Date,Type,Amount,Order ID\n2026-11-20 08:15:32,Payment,Rp 1.250.000,A-0001\n":                                             1_250_000_00,
		"Transaction Date,Type,Amount,Currency,Order ID\n2026-11-20 08:15:32,Payment,15.990,CLP,A-0001\n":                                      15_990,
		"Transaction Date,Type,Amount,Order ID\n2026-11-20 08:15:32,Payment,12.345,A-0001\n2026-11-20 08:15:33,Payment,1.000,A-0002\n":         12_345_00,
		"Transaction Date,Type,Amount,Currency,Order ID\n2026-11-20 08:15:32,Payment,12.340,KWD,A-0001\n":                                      12_340,
		"Transaction Date,Type,Amount,Order ID\n2026-11-20 08:15:32,Payment,12.340,A-0001\n":                                                   12_34,
		"Transaction Date,Type,Amount,Currency,Order ID,Fee\n2026-11-20 08:15:32,Payment,15.990,IDR,A-0001,0.320\n":                            15_99,
		"交易时间,交易类型,交易金额,订单号\n2026-11-20 08:15:32,消费,12.340,A-0001\n":                                                                           12_34,
		"Transaction Date,Type,Amount,Order ID\n2026-11-20 08:15:32,Payment,Rp 150.000,A-0001\n2026-11-20 08:15:33,Payment,Rp 25.00,A-0002\n":  150_000_00,
		"Transaction Date,Type,Amount,Order ID\n2026-11-20 08:15:32,Payment,\"1,250.000\",A-0001\n2026-11-20 08:15:33,Payment,25.500,A-0002\n": 1_250_00,
	} {
		c, sum := readText(t, text)
		if len(c.recs) == 0 || c.recs[0].Amount != want {
			t.Errorf("%s\n%+v %v %v, want %d", text, c.recs, c.rejects, sum.Notes, want)
		}
	}
}

// Signs in a column of their own, means of payment and kinds, the sum of price and tip.
func TestColumnsOfOtherAcquirers(t *testing.T) {
	c, _ := readText(t, `transaction-date,transaction-hour,tid,terminal-id,payment-type,amount-signal,gross-amount,net-amount
2026-11-20,08:15:32,T1,PV000001,CREDIT,+,100.000000,97.500000
2026-11-20,08:16:32,T2,PV000001,DEBIT,-,50.000000,49.100000
`)
	if len(c.recs) != 2 || c.recs[0].TID != "PV000001" || c.recs[0].Kind != txn.KindUnknown || c.recs[1].Kind != txn.Refund || c.recs[1].At.Time().In(shanghai).Format("15:04:05") != "08:16:32" {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
	c, _ = readText(t, "Transaction Date,Transaction Time,Terminal ID,Transaction Type,Amount,Tip,Total,Status\n2026-11-20,08:15:32,7,Purchase,50.00,5.00,55.00,Approved\n")
	if len(c.recs) != 1 || c.recs[0].Amount != 55_00 {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
	c, _ = readText(t, "Fecha;Hora;Tipo de operación;Número de pedido;Resultado operación y código;Importe;Moneda\n20/11/2026;08:15:32;Autorización;0001AB;Autorizada 123456;25,50;EUR\n20/11/2026;08:16:32;Devolución;0002AB;Denegada 0190;25,50;EUR\n")
	if len(c.recs) != 2 || c.recs[0].Kind != txn.Sale || c.recs[0].Status != "Autorizada" || c.recs[1].Kind != txn.Refund || c.recs[1].Status != "Denegada" {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
	c, sum := readText(t, "Дата операции;Время;Тип операции;Сумма операции (т);Статус\n20.11.2026;08:15:32;Покупка;10 000,00;Выполнено\n")
	if len(c.recs) != 1 || c.recs[0].Currency != "KZT" || c.recs[0].Amount != 10_000_00 || c.recs[0].At.Time().In(shanghai).Format("15:04:05") != "08:15:32" {
		t.Errorf("%+v %v %v", c.recs, c.rejects, sum.Notes)
	}
	c, _ = readText(t, "İŞLEM TARİHİ;İşlem Tipi;Tutar;Komisyon;Durum\n20.11.2026 08:15:32;Satış;150,00;4,35;Başarılı\n20.11.2026 08:16:32;İade;20,00;0,00;Başarılı\n")
	if len(c.recs) != 2 || c.recs[0].Kind != txn.Sale || c.recs[0].Currency != "TRY" || c.recs[0].Fee != 4_35 || c.recs[1].Kind != txn.Refund {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
	c, _ = readText(t, "Datum;Tid;Kvittonummer;Totalt;Avgift;Netto\n2026-11-20;08:15;1001;10,00;-0,19;9,81\n")
	if len(c.recs) != 1 || c.recs[0].At.Time().In(shanghai).Format("15:04") != "08:15" || c.recs[0].TID != "" || c.recs[0].Amount != 10_00 || c.recs[0].Fee != 19 {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
}

// Lists of several days in one sheet, each below a line with its day.
func TestDaysInTitles(t *testing.T) {
	c, _ := readText(t, `2026年11月20日刷卡明细
时间,终端,类型,金额,授权号,结果
10:12,1号机,消费,100,123456,成功
10:15,1号机,消费,200.5,,失败-余额不足
当日合计,,,300.5,,
2026年11月21日刷卡明细
时间,终端,类型,金额,授权号,结果
09:12,1号机,消费,300,123460,成功
总　　计,,,300,,
`)
	if c.Records != 3 || c.Rejected != 0 {
		t.Fatalf("%+v %v", c.Count, c.rejects)
	}
	if r := c.recs[1]; r.Status != "失败" || r.Text != "余额不足" || r.At.Time().In(shanghai).Format("01-02 15:04") != "11-20 10:15" {
		t.Errorf("%+v", r)
	}
	if r := c.recs[2]; r.At.Time().In(shanghai).Format("01-02 15:04") != "11-21 09:12" {
		t.Errorf("%+v", r)
	}
}

// A refund that takes less than its amount gave the fee back; one that takes all did not.
func TestFeesOfRefunds(t *testing.T) {
	c, sum := readText(t, `交易时间,终端号,交易码,交易名称,交易金额,手续费,清算金额,汇付商户号,工行订单号
2026-11-20 08:15:32,00000001,1001,消费,100.00,0.38,99.62,66660001,020001234501
2026-11-20 08:16:32,00000001,1003,退货,50.00,0.19,49.81,66660001,020001234502
2026-11-20 08:17:32,00000001,1003,退货,10.00,0.00,10.00,66660001,020001234503
合计,,,,40.00,0.19,,,
`)
	if c.Records != 3 || c.Rejected != 0 {
		t.Fatalf("%+v %v", c.Count, c.rejects)
	}
	if r := c.recs[0]; r.Kind != txn.Sale || r.MID != "66660001" || r.ChannelNo != "020001234501" {
		t.Errorf("%+v", r)
	}
	if r := c.recs[1]; r.Kind != txn.Refund || r.Fee != -19 || r.Net != -49_81 {
		t.Errorf("%+v", r)
	}
	if r := c.recs[2]; r.Fee != 0 || r.Net != 10_00 {
		t.Errorf("%+v", r)
	}
	for _, k := range sum.Checks {
		if !k.Agrees() {
			t.Errorf("%+v", k)
		}
	}
}

// What became of a transaction under names of more countries.
func TestOutcomesElsewhere(t *testing.T) {
	for text, want := range map[string]string{
		"Date de transaction;Heure;N° contrat;N° terminal;Type d'opération;Montant brut;Devise;Statut\n20/11/2026;08:15:32;1234567;001;Débit;12,50;EUR;Refusé\n20/11/2026;08:16:32;1234567;001;Crédit;12,50;EUR;Accepté\n":                                                                              "1234567 001 sale Refusé|1234567 001 refund Accepté",
		"Data operazione;Ora;Codice punto vendita;Terminale;Tipo operazione;Importo;Divisa;Esito\n20/11/2026;10.12.03;1234567;12345678;Acquisto;12,50;EUR;Negata\n20/11/2026;11.15.03;1234567;12345678;Storno;-12,50;EUR;Approvata\n":                                                                   "1234567 12345678 sale Negata|1234567 12345678 void Approvata",
		"Terminal-ID;Trace-Nr;Datum;Uhrzeit;Betrag;Währung;Transaktionsart;Antwortcode\n65123456;000123;20.11.2026;10:12:03;12,50;EUR;Zahlung;51\n":                                                                                                                                                     "65123456 sale 51",
		"STONECODE;DATA DA VENDA;BANDEIRA;VALOR BRUTO;N° DE SÉRIE;ÚLTIMO STATUS\n123456789;20/11/2026 10:12;Visa;100,00;6K123456;Recusada\n":                                                                                                                                                            "123456789 6K123456 unknown Recusada BRL",
		"Ngày giao dịch,Giờ giao dịch,Mã TID,Loại giao dịch,Số tiền,Trạng thái\n20/11/2026,10:12:03,12345678,Hoàn tiền,\"150.000\",Thành công\n":                                                                                                                                                        "12345678 refund Thành công VND",
		"Response Code,Submit Date/Time,Total Amount,Action Code,Transaction Status,Currency\n1,20-Nov-2026 10:12:03 AM UTC,12.50,AUTH_CAPTURE,Settled Successfully,USD\n1,20-Nov-2026 10:13:03 AM UTC,12.50,CREDIT,Refund Settled Successfully,USD\n":                                                  "sale 1 Settled Successfully USD|refund 1 Refund Settled Successfully USD",
		"Date,Heure,Fuseau horaire,Type,État,Devise,Brut,Frais,Net,Numéro de transaction\n20/11/2026,08:15:32,Europe/Paris,Paiement de don,Terminé,EUR,\"12,00\",\"-0,77\",\"11,23\",T1\n21/11/2026,08:15:32,Europe/Paris,Remboursement de paiement,En attente,EUR,\"-12,00\",\"0,42\",\"-11,58\",T2\n": "sale Terminé 1123|refund En attente -1158",
		"Data,Ora,Fuso orario,Tipo,Stato,Valuta,Lordo,Tariffa,Netto,Codice transazione\n20/11/2026,08:15:32,Europe/Rome,Pagamento Express,Completato,EUR,\"12,00\",\"-0,77\",\"11,23\",T1\n21/11/2026,08:15:32,Europe/Rome,Rimborso pagamento,Completato,EUR,\"-12,00\",\"0,42\",\"-11,58\",T2\n":       "sale Completato 1123|refund Completato -1158",
		"Psp Reference,Creation Date,TimeZone,Currency,Amount,Type\n1001,2026-11-20 09:15:02,Europe/Zurich,EUR,120.50,Received\n1002,2026-11-20 10:15:02,Europe/Zurich,EUR,30.00,Refused\n1003,2026-11-20 11:15:02,Europe/Zurich,EUR,30.00,Refund\n":                                                    "unknown|unknown Refused|refund",
		"Trans Date,Terminal No,Trans Type,Amount (HKD),Net (HKD),Auth Code\n20 Nov 2026,12345678,REFUND,(50.00),(49.20),123457\n":                                                                                                                                                                      "12345678 refund HKD -4920",
	} {
		c, sum := readText(t, text)
		var got []string
		for _, r := range c.recs {
			var s []string
			for _, v := range []string{r.MID, r.TID, r.Kind.String(), r.Code, r.Status} {
				if v != "" {
					s = append(s, v)
				}
			}
			if r.Currency != "EUR" && r.Currency != "" {
				s = append(s, r.Currency)
			}
			if r.Net.Valid() {
				s = append(s, fmt.Sprint(int64(r.Net)))
			}
			got = append(got, strings.Join(s, " "))
		}
		if g := strings.Join(got, "|"); g != want {
			t.Errorf("%.40s…: %q, want %q; %v %v", text, g, want, c.rejects, sum.Notes)
		}
	}
	c, _ := readText(t, "Data operazione;Ora;Importo;Divisa\n20/11/2026;10.12.03;12,50;EUR\n20/11/2026;22.12.03;12,50;EUR\n")
	if len(c.recs) != 2 || c.recs[0].At.Time().In(shanghai).Format("15:04:05") != "10:12:03" {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
}

// What was in the account, and sums, are no transactions, though their rows have a date.
func TestBalancesCarried(t *testing.T) {
	c, sum := readText(t, `DATE,SOURCE_ID,RECORD_TYPE,DESCRIPTION,NET_CREDIT_AMOUNT,NET_DEBIT_AMOUNT,GROSS_AMOUNT,MP_FEE_AMOUNT
2026-11-20T08:00:00.000+08:00,,initial_available_balance,,500.00,0.00,500.00,0.00
2026-11-20T08:15:32.000+08:00,700001,release,payment,97.00,0.00,100.00,-3.00
2026-11-20T09:15:32.000+08:00,700002,release,refund,0.00,48.50,-50.00,1.50
2026-11-20T10:00:00.000+08:00,,total,,97.00,48.50,50.00,-1.50
`)
	if c.Records != 2 || c.Rejected != 0 || len(sum.Checks) != 2 || !sum.Checks[0].Agrees() || !sum.Checks[1].Agrees() {
		t.Fatalf("%+v %v %+v", c.Count, c.rejects, sum.Checks)
	}
	if r := c.recs[1]; r.Kind != txn.Refund || r.Amount != 50_00 || r.Fee != -1_50 || r.Net != -48_50 {
		t.Errorf("%+v", r)
	}
	c, _ = readText(t, "Date;Libellé;Débit;Crédit;\nSolde en fin de période;;;-15,00;\n05/11/2026;REMISE CB;;12,00;\nSolde au 01/11/2026;;;800,00;\n")
	if c.Records != 1 || c.Rejected != 0 {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
	c, _ = readText(t, `Date,Description,Debit,Credit,Balance
2026-11-01,OPENING BALANCE,,,100.00
2026-11-20,TOTAL,12.00,,88.00
2026-11-30,Closing balance,,,88.00
`)
	if c.Records != 1 || c.Rejected != 0 || c.recs[0].Text != "TOTAL" { // a petrol station
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
}

// The currency of a column is that of the amounts that belong to it.
func TestCurrencyOfOthers(t *testing.T) {
	for _, s := range []struct{ text, want string }{
		{"CREATION_DATE,TRANSACTION_ID,LOCAL_AMOUNT,LOCAL_CURRENCY,FX_RATE,GROSS_AMOUNT,FEE_AMOUNT,NET_AMOUNT\n2026-11-20 08:15:32,a1bV83QePt,170,BRL,6.46,26.3104,-0.05,26.26\n", "170.00 BRL null null"},
		{"Creation date;Reference;Net Amount (local);Amount (USD);currency;Status;Fee;Fee (USD)\n2026-11-20 08:15:32;5432123;5.00;1.50;BRL;Cleared;0.15;0.03\n", "1.50 USD 0.03 null"},
		{"Creation date;Reference;Amount (USD);currency;Fee\n2026-11-20 08:15:32;5432123;1.50;USD;0.03\n", "1.50 USD 0.03 null"},
		{"Creation date;Reference;Amount (USD);currency;Fee\n2026-11-20 08:15:32;5432123;1.50;;0.03\n", "1.50 USD 0.03 null"},
		{"Processed On,Reference,Holding Currency,Gross In Holding Currency,Deduction In Holding Currency,Net In Holding Currency\n2026-11-20T08:15:32,A0001,USD,50,-1.5,48.5\n", "50.00 USD 1.50 48.50"},
	} {
		c, _ := readText(t, s.text)
		if len(c.recs) != 1 {
			t.Errorf("%s: %v", s.text, c.rejects)
			continue
		}
		r := c.recs[0]
		show := func(m txn.Minor) string {
			if !m.Valid() {
				return "null"
			}
			return fmt.Sprintf("%d.%02d", m/100, m%100)
		}
		if got := show(r.Amount) + " " + r.Currency + " " + show(r.Fee) + " " + show(r.Net); got != s.want {
			t.Errorf("%s: got %s, want %s", s.text, got, s.want)
		}
	}
}

// Rows of instalments state the whole sale besides.
func TestInstalments(t *testing.T) {
	c, _ := readText(t, `Data da venda;Hora da venda;NSU;Parcelas;Bandeira;Valor bruto da transação;Valor bruto da parcela;Valor da taxa (MDR);Valor líquido da parcela
20/11/2026;08:15:32;330011;1/2;Visa;100,00;50,00;1,50;48,50
20/11/2026;08:15:32;330011;2/2;Visa;100,00;50,00;1,50;48,50
`)
	if len(c.recs) != 2 || c.recs[0].Amount != 50_00 || c.recs[0].Net != 48_50 {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
	c, _ = readText(t, "Hora da venda;Data da venda;Valor da venda;Valor da parcela;Valor líquido;Parcela;NSU\n08:15:32;20/11/2026;1.250,50;416,83;406,41;1/3;000125\n")
	if len(c.recs) != 1 || c.recs[0].Amount != 416_83 {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
	c, _ = readText(t, "data da venda;hora da venda;NSU/CV;valor da venda original;valor da venda atualizado;valor MDR;valor líquido\n20/11/2026;08:15:32;330011;50,00;0,00;1,50;48,50\n")
	if len(c.recs) != 1 || c.recs[0].Amount != 50_00 {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
}

// Names and kinds of the north, of the middle of Europe and of the south-east of Asia, where the day comes first.
func TestColumnsOfTheNorth(t *testing.T) {
	for text, want := range map[string]string{
		"Salgsdato;Vippsnummer;Transaksjons-ID;Brutto;Gebyr;Netto;Transaksjonstype;Oppgjørsdato\n20.11.2026;16655;5550000001;-10,00;0,00;-10,00;Refundering;23.11.2026\n": "NOK refund 1000",
		"Transaktionsdatum;Typ;Bruttobelopp;Avgift;Nettobelopp\n2026-11-20;Köp;10,00;0,19;9,81\n":                                                                         "SEK sale 1000",
		"Data transakcji;Godzina;Numer terminala;Typ transakcji;Kwota;Prowizja;Kwota netto\n2026-11-20;08:15:32;12345678;Zwrot;10,00;0,00;-10,00\n":                       "PLN refund 1000",
		"Tanggal Transaksi;Kode Merchant;Jumlah;Biaya;Jumlah Bersih;Status\n01/03/2026 10:11:12;D1234;150.000;4.000;146.000;Sukses\n":                                     "IDR unknown 15000000",
		"Mã giao dịch,Ngày giao dịch,Terminal,Loại giao dịch,Số tiền (VND)\n14123456,01/03/2026 10:11:12,TERM01,Thanh toán,\"1,250,000\"\n":                               "VND sale 1250000",
		"Machine Serial,Authorization Date and Time,Settlement Date and Time,Amount,Currency,Status\n0434343,2026-03-01 10:11:12,2026-03-02 00:00:00,1.50,EUR,Approved\n": "EUR unknown 150",
	} {
		c, sum := readText(t, text)
		if len(c.recs) != 1 || fmt.Sprint(c.recs[0].Currency, " ", c.recs[0].Kind, " ", int64(c.recs[0].Amount)) != want {
			t.Errorf("%s\n%+v %v %v, want %s", text, c.recs, c.rejects, sum.Notes, want)
		}
	}
}

// A bank shows the currency where it quotes a cell; a failed row is in no total of fees.
func TestShownAndLost(t *testing.T) {
	c, _ := readText(t, "Transaction ID,Transaction Date,Gross,Fees,Net\nevt_0001,2026-11-20,\"$1,250.00\",36.55,\"$1,213.45\"\nevt_0002,2026-11-20,25.00,0.75,24.25\n")
	if len(c.recs) != 2 || c.recs[1].Currency != "USD" {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
	c, sum := readText(t, `商户号：822290059430001　　商户名称：某某超市
日期,时间,终端号,类型,交易金额,手续费,到账金额,交易状态
2026-11-20,0.424444444,00000001,消费,100.00,0.38,99.62,成功
2026-11-20,0.508333333,00000001,消费,50.00,0.25,49.75,失败
合计,,,,100.00,0.38,99.62,
`)
	if c.Records != 2 || c.recs[0].MID != "822290059430001" || c.recs[0].At.Time().In(shanghai).Format("15:04:05") != "10:11:12" {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
	for _, k := range sum.Checks {
		if !k.Agrees() {
			t.Errorf("%+v", k)
		}
	}
}

// Names of acquirers of the German language, the merchant's number of a payment, the currency in a title.
func TestColumnsInGerman(t *testing.T) {
	c, sum := readText(t, "Vertragspartnernummer;Terminal-ID;Umsatzdatum;Uhrzeit;Umsatzart;Umsatz brutto;Disagio;Umsatz netto;Währung\n455600123;66001234;20.11.26;08:15:32;Umsatz;45,90;0,11;45,79;EUR\n455600123;66001234;20.11.26;08:16:32;Gutschrift;-10,00;-0,05;-9,95;EUR\nSumme;;;;;35,90;0,06;35,84;EUR\n")
	if len(c.recs) != 2 || c.recs[0].MID != "455600123" || c.recs[1].Kind != txn.Refund || c.recs[1].Net != -9_95 || len(sum.Checks) != 3 {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
	c, _ = readText(t, "Buchungstag;Wertstellung;Umsatzart;Buchungstext;Betrag;Währung\n20.11.2026;20.11.2026;Gutschrift;Adyen N.V. Batch 12;1.234,90;EUR\n")
	if len(c.recs) != 1 || c.recs[0].Kind != txn.KindUnknown { // money that came in
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
	c, _ = readText(t, "\"All amounts in USD, unless specified\"\nDate,Merchant Txn ID,Amount,TDR,Net Amount\n2026-11-20,M0001,100.00,1.50,98.50\n")
	if len(c.recs) != 1 || c.recs[0].Currency != "USD" || c.recs[0].MID != "" || c.recs[0].OrderNo != "M0001" || c.recs[0].Fee != 1_50 {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
}

// A tax on the fee is rounded to whole paise where the fee itself is not.
func TestWholeChargesOfOneRate(t *testing.T) {
	c, sum := readText(t, `entity_id,type,amount,fee,tax,net_amount,order_id,settled_date
pay_A1,payment,2304100,46082,8295,2249723,order_A1,2026-11-20
pay_A2,payment,768500,15370,2767,750363,order_A2,2026-11-20
pay_A3,payment,2500400,50008,9001,2441391,order_A3,2026-11-20
rfnd_A4,refund,1692049,0,0,-1692049,order_A3,2026-11-20
`)
	if c.Rejected != 0 || len(c.recs) != 4 || c.recs[0].Amount != 23041_00 || c.recs[0].Fee != 543_77 || c.recs[3].Net != -16920_49 {
		t.Errorf("%+v %v %v", c.recs, c.rejects, sum.Notes)
	}
}

// So it is where the net amount stands under the name of a credit, or nowhere.
func TestWholeChargesBesideCredits(t *testing.T) {
	for text, want := range map[string]txn.Minor{
		"entity_id,type,debit,credit,amount,currency,fee,tax,settled_at\npay_A1,payment,0,2249723,2304100,INR,54377,8295,2026-11-20\npay_A2,payment,0,750363,768500,INR,18137,2767,2026-11-20\npay_A3,payment,0,2441391,2500400,INR,59009,9001,2026-11-20\n": 23041_00,
		"payment_id,amount,currency,fee,tax,settled_at\npay_A1,2304100,INR,46082,8295,2026-11-20\npay_A2,768500,INR,15370,2767,2026-11-20\npay_A3,2500400,INR,50008,9001,2026-11-20\n":                                                                       23041_00,
		"payment_id,amount,currency,fee,tax,settled_at\npay_A1,2304100,INR,46082,8294.76,2026-11-20\npay_A2,768500,INR,15370,2766.60,2026-11-20\npay_A3,2500400,INR,50008,9001.44,2026-11-20\n":                                                              2304100_00,
	} {
		c, sum := readText(t, text)
		if len(c.recs) != 3 || c.recs[0].Amount != want {
			t.Errorf("%s%+v %v %v", text, c.recs, c.rejects, sum.Notes)
		}
	}
}

// A sign that many countries have for their money is no currency that is stated.
func TestDollars(t *testing.T) {
	const note = "amounts with $ are taken as USD; set: {currency: AUD} in a format file if they are others"
	for text, want := range map[string]bool{"$12.30": true, "US$12.30": false, "12.30": false, "A$12.30": false} {
		_, sum := readText(t, "Date,Terminal ID,Type,Amount,Result\n20/11/2026 08:15:32,10000001,PURCHASE,"+text+",APPROVED\n")
		if slices.Contains(sum.Notes, note) != want {
			t.Errorf("%s: %v", text, sum.Notes)
		}
	}
}

// What an account held at a time is no movement of it.
func TestBalanceAtATime(t *testing.T) {
	c, _ := readText(t, "Date,Operation Number,Label,Debit,Credit,Detail\n18/11/2026,OP 1,CARD,\"50,00\",,a\n19/11/2026,OP 2,SALE,,\"1300,00\",b\nBalance at start of period,,,,\"30000,77\",\nBalance as of 19/11/2026,,,,\"31250,77\",\n")
	if len(c.recs) != 2 || c.Rejected != 0 {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
}

// A platform has a number of its own for a merchant, which nobody else knows.
func TestNumberOfTheMerchantAtTheAcquirer(t *testing.T) {
	c, _ := readText(t, "订单号,内部商户号,参考号,交易类型,结算商户号,支付时间,交易金额(元),终端号,状态\nP1,M00001,632500000001,消费,898330154110001,2026-11-20 08:15:32,12.30,10000001,支付成功\n")
	if len(c.recs) != 1 || c.recs[0].MID != "898330154110001" {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
}

// Transfers to the bank are no sales, whichever way they went; a number sign says that an
// order is a number.
func TestPayoutsAndOrders(t *testing.T) {
	c, _ := readText(t, "payout_id,settlement_id,merchant_id,payout_date,payout_amount,payout_status\nP1,S1,M001,2026-11-20,334.54,Paid\nP2,S2,M001,2026-11-21,-8.37,Paid\n")
	if len(c.recs) != 2 || c.recs[0].Kind != txn.Payout || c.recs[1].Kind != txn.Payout {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
	c, _ = readText(t, "Payout Date,Status,Charges,Refunds,Fees,Total,Currency\n2026-11-20,paid,120.50,-5.00,-3.10,112.40,USD\n")
	if len(c.recs) != 1 || c.recs[0].Kind != txn.Payout {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
	for order, want := range map[string]string{"#1001": "#1001", "web 12": "", "Table 5 lunch": ""} {
		c, _ = readText(t, "Transaction Date,Type,Order,Amount,Fee,Net,Payout Date\n2026-11-20 08:15:32 -0500,charge,"+order+",10.00,0.30,9.70,2026-11-22\n")
		if len(c.recs) != 1 || c.recs[0].Kind != txn.Sale || c.recs[0].OrderNo != want {
			t.Errorf("%s: %+v %v", order, c.recs, c.rejects)
		}
	}
}

// The bill of a wallet's reseller has three numbers of an order and two of a refund: the
// merchant's own are the ones to match by. A list of refunds says what became of each.
func TestNumbersOfTheMerchant(t *testing.T) {
	c, _ := readText(t, "交易时间,平台订单号,第三方订单号,商户订单号,交易类型,交易状态,总金额,平台退款单号,商户退款单号,退款金额,手续费\n"+
		"`2026-11-20 08:15:32,`1035900077,`4009702001,`5647895455,`pay.weixin.native,`支付成功,`20.00,`,`,`0,`0.20\n"+
		"`2026-11-20 09:15:32,`1035900077,`4009702001,`5647895455,`pay.weixin.native,`转入退款,`20.00,`10359000772,`R5647895455,`10.00,`-0.10\n")
	if len(c.recs) != 2 || c.recs[0].OrderNo != "5647895455" || c.recs[0].Kind != txn.Sale || c.recs[1].RefundNo != "R5647895455" || c.recs[1].Kind != txn.Refund || c.recs[1].Amount != 10_00 {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
	c, _ = readText(t, "交易时间,商户订单号,商户退款单号,退款状态,退款金额\n2026-11-20 08:15:32,A1,R1,FAIL,2.50\n")
	if len(c.recs) != 1 || c.recs[0].Status != "FAIL" || c.recs[0].Kind != txn.Refund {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
}

// A core banking system marks its names, and calls what came in an increase.
func TestNamesWithMarks(t *testing.T) {
	c, _ := readText(t, "~流水号|@开户机构|@增减标志|$交易金额|$子帐号余额|交易日期|交易时间|@摘要|\n000123|80301|增|100.50|1100.50|20261120|081532|POS消费入账|\n000124|80301|减|20.00|1080.50|20261120|091532|POS退货|\n")
	if len(c.recs) != 2 || len(c.rejects) != 0 || c.recs[0].Kind != txn.Sale || c.recs[0].Amount != 100_50 || c.recs[1].Kind != txn.Refund || c.recs[0].Institution != "80301" {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
}

// A row that was not refunded has no time of that: its other times date it all the same.
func TestTimesOfRefunds(t *testing.T) {
	c, sum := readText(t, `创建时间,支付单号,商户单号,付款总金额,结算手续费,应结算金额,退款单号,退款金额,退款完成时间
2026-11-20 08:15:32,P0001,SO26112001,12800,49,12751,,,
2026-11-20 08:16:32,P0002,SO26112002,5000,19,4981,,,
2026-11-20 08:17:32,P0003,SO26112003,3333,13,3320,,,
2026-11-20 08:17:32,P0003,SO26112003,3333,13,3320,R0001,3333,2026-11-20 12:00:01
`)
	if len(c.recs) != 4 || c.recs[0].Amount != 128_00 || c.recs[0].Fee != 49 || c.recs[3].Kind != txn.Refund || c.recs[3].Amount != 33_33 {
		t.Fatalf("%+v %v %v", c.recs, c.rejects, sum.Notes)
	}
}

// Whole numbers of which nothing says whether they are yuan or fen are read, and that is said.
func TestWholeAmountsAreNoted(t *testing.T) {
	_, sum := readText(t, "交易时间,终端号,交易金额,参考号\n2026-11-20 08:15:32,10000001,12800,632500004567\n2026-11-20 08:16:32,10000001,500,632500004568\n")
	if !slices.Contains(sum.Notes, field.MajorNote) {
		t.Error(sum.Notes)
	}
}

// A commission called comm is no network, and does not stand for the net amount.
func TestCommission(t *testing.T) {
	c, sum := readText(t, `settledTime|transactionType|settlementAmount|orderCurrency|orderNo|comm
2026-11-20T08:15:32+0400|PAYMENT|60.00|AED|231610459203006982|0.60
2026-11-20T08:16:32+0400|PAYMENT|12.50|AED|231610459203006983|0.13
`)
	if len(c.recs) != 2 || c.recs[0].Net != 60_00 || c.recs[0].Fee != 60 {
		t.Errorf("%+v %v %v", c.recs, c.rejects, sum.Notes)
	}
	c, sum = readText(t, `交易时间,终端号,交易金额,应答码,comm
2026-11-20 08:15:32,10000001,60.00,00,GPRS
2026-11-20 08:16:32,10000001,12.50,51,4G
`)
	if len(c.recs) != 2 || c.recs[0].Network != "GPRS" || c.recs[0].Fee.Valid() {
		t.Errorf("%+v %v %v", c.recs, c.rejects, sum.Notes)
	}
}

// Below the transactions of a terminal stand sums by type, under names of their own.
func TestSumsByType(t *testing.T) {
	c, sum := readText(t, `平台流水号,终端流水号,终端号,卡号,交易类型,交易金额(元),交易时间
9000000000001,000101,10000001,622200******1234,消费,128.00,2026-11-20 09:15:12
交易类型,总金额,笔数,,,,
消费,128.00,1,,,,
消费撤销,0.00,0,,,,
平台流水号,终端流水号,终端号,卡号,交易类型,交易金额(元),交易时间
9000000000003,000103,10000002,622200******1234,消费,228.00,2026-11-20 09:40:00
9000000000004,000104,10000002,622200******1234,消费,22.00,
9000000000005,000105,10000002,622200******1234,消费,23.00,2026-11-20 09:41:00
`)
	if c.Records != 3 || c.Rejected != 1 || c.Skipped[entry.Footer] != 3 {
		t.Errorf("%+v %v %v", c.Count, c.rejects, sum.Notes)
	}
}

// A table of how often each answer was given adds up transactions: read row by row, a code
// of a hundred sales would count as one.
func TestSumsByCode(t *testing.T) {
	for text, kind := range map[string]txn.Kind{
		"交易日期,终端号,应答码,笔数,交易金额\n2026-11-20,10000001,00,120,56000.00\n":                                             txn.KindUnknown,
		"时间,应答码,笔数,交易金额\n2026-11-20 08:00:00,B4,7,700.00\n":                                                       txn.KindUnknown,
		"Tanggal Transaksi,RC,Total Transaksi,Nominal,Status\n01/11/2026,51,100,1000000,failed\n":                 txn.KindUnknown,
		"date,issuer_bank,response_code,txn_count,total_amount\n2026-11-20,A,91,30,700.00\n":                      txn.KindUnknown,
		"Дата;Терминал;Кол-во операций;Сумма;Комиссия\n20.11.2026;10000001;12;56000,00;560,00\n":                  txn.Payout,
		"Fecha;Terminal;Cantidad de transacciones;Monto bruto;Comisión\n20/11/2026;10000001;12;56000,00;560,00\n": txn.Payout,
		"清算日期,商户号,交易金额,交易手续费,清算金额,实际到账金额\n20261120,898310000000001,1880.00,11.00,1869.00,1869.00\n":               txn.Payout,
	} {
		c, sum := readText(t, text)
		if kind == txn.Payout && (len(c.recs) != 1 || c.recs[0].Kind != txn.Payout) || kind != txn.Payout && (c.Rejected != 1 || c.rejects[0].Rule != "summary-row") {
			t.Errorf("%s%+v %v %v", text, c.recs, c.rejects, sum.Notes)
		}
	}
	c, _ := readText(t, "time,term_id,resp_code,amount,count\n2026-11-20 08:00:00,10000001,00,7.00,3\n") // of what the customer bought
	if len(c.recs) != 1 || c.recs[0].Code != "00" {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
}

// The names of a row of groups stand for the columns that have none below.
func TestNamesInTheRowAbove(t *testing.T) {
	c, sum := readText(t, "对账报表,,,,,,\n银行部分,,,,自助机,,差异金额\n交易日期,交易时间,终端号,交易金额,自助流水,充值金额,\n20261120,231502,10000001,100.00,Z0001,100.00,0.00\n20261120,231702,10000001,50.00,,,50.00\n")
	if len(c.recs) != 2 || c.recs[1].Amount != 50_00 || c.Rejected != 0 || !slices.ContainsFunc(sum.Columns, func(c entry.Column) bool { return c.Name == "差异金额" }) {
		t.Errorf("%+v %v %v", c.recs, c.rejects, sum.Notes)
	}
	c, _ = readText(t, "对账报表,,,,\n交易日期,交易时间,终端号,交易金额,\n20261120,231502,10000001,100.00,9.00\n")
	if c.Rejected != 1 {
		t.Errorf("%+v", c.recs)
	}
}

// The trailer of a file of records by type adds them up.
func TestTrailers(t *testing.T) {
	c, sum := readText(t, "RECORD_TYPE,NETWORK,BUSINESS_DATE,RRN,STAN,MASKED_PAN,AMOUNT,FEE,CURRENCY,TXN_AT\n"+
		"D,NFS,20261120,607910000001,000123,607384******1234,1500.00,17.00,356,20261120101502\n"+
		"D,NFS,20261120,607910000002,000124,607384******1235,500.00,17.00,356,20261120101602\n"+
		"T,NFS,20261120,,,,2000.00,34.00,356,\n")
	if len(c.recs) != 2 || c.Skipped[entry.Footer] != 1 {
		t.Errorf("%+v %v %v", c.Count, c.rejects, sum.Notes)
	}
	c, _ = readText(t, "Record Type,RRN,AMOUNT,CURRENCY,TXN_AT\nT,607910000001,1500.00,356,20261120101502\nR,607910000002,500.00,356,20261120101602\n") // of transactions and returns
	if len(c.recs) != 2 {
		t.Errorf("%+v %v", c.Count, c.rejects)
	}
}

// What became of a payment and what it was, in the words of Indonesia and Latin America.
func TestOutcomesOfTheSouth(t *testing.T) {
	for text, want := range map[string]string{
		"Tanggal Transaksi,RRN,Jenis Transaksi,Nominal,Status Transaksi\n11/11/2026,407123150003,Pembayaran,15000,Gagal\n":                "sale Gagal",
		"Tanggal Transaksi,RRN,Jenis Transaksi,Nominal,Status Transaksi\n11/11/2026,407123150003,Pengembalian,-15000,Berhasil\n":          "refund Berhasil",
		"Fecha de transacción,Terminal,Tipo de transacción,Importe bruto,Estatus\n11/11/2026,10000001,VENTA,500.00,RECHAZADA\n":           "sale RECHAZADA",
		"Tipo de movimiento;Fecha de movimiento;Código de comercio;Monto original;Total abono\nVenta;11-11-2026;597012345678;10,5;10,1\n": "sale ",
	} {
		c, sum := readText(t, text)
		if len(c.recs) != 1 || fmt.Sprint(c.recs[0].Kind, " ", c.recs[0].Status) != want {
			t.Errorf("%s%+v %v %v", text, c.recs, c.rejects, sum.Notes)
		}
	}
}

// What a payer disputes was sold before; a list of payments may say which are disputed.
func TestDisputes(t *testing.T) {
	for text, want := range map[string]txn.Kind{
		"Case Number,Chargeback Date,Transaction Date,Merchant ID,Transaction Amount,Chargeback Amount,Currency\nCB1,2026-11-20,2026-11-11,M001,100.00,100.00,USD\n": txn.Other,
		"商户号,卡号,交易日期,交易金额,拒付日期,拒付原因\n898310000000001,622588******1234,20261111,100.00,20261120,13.1\n":                                                               txn.Other,
		"Transaction Date,Merchant ID,Transaction Amount,Currency,Dispute ID\n2026-11-11,M001,100.00,USD,\n2026-11-11,M001,100.00,USD,D1\n":                          txn.KindUnknown,
	} {
		if c, _ := readText(t, text); len(c.recs) == 0 || c.recs[0].Kind != want {
			t.Errorf("%s%+v %v", text, c.recs, c.rejects)
		}
	}
}

// When a row was written into a database is not when it was paid.
func TestTimeOfTheDatabase(t *testing.T) {
	c, _ := readText(t, "id,stan,amount,status,pan_masked,txn_timestamp,created_at\n1,000123,12.50,APPROVED,411111******1111,2026-11-20 23:15:02,2026-11-21 08:00:00\n")
	if len(c.recs) != 1 || c.recs[0].At.Time().In(shanghai).Format("02 15:04:05") != "20 23:15:02" || c.recs[0].PAN.Masked != "411111******1111" {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
}

// Of a dump of a database, the table of transactions is read wherever it stands.
func TestDumpOfTables(t *testing.T) {
	dump := "INSERT INTO `t_user` (`id`, `name`) VALUES (1, 'a'), (2, 'b');\nINSERT INTO `t_trans` (`trans_time`, `term_no`, `trans_amt`, `resp_code`, `rrn`) VALUES\n('2026-11-20 08:15:32', '00000001', 100.50, '00', '032508000123'),\n('2026-11-20 08:16:32', '00000001', 20.00, NULL, '032508000124');\n"
	if score, why := sniff(nil, "x.sql", []byte(dump)); score < 70 {
		t.Error(score, why)
	}
	c, sum := read(t, stream("x.sql", []byte(dump)))
	if len(c.recs) != 2 || c.recs[0].Amount != 100_50 || c.recs[0].RRN != "032508000123" || c.recs[1].Code != "" || c.Rejected != 0 {
		t.Errorf("%+v %v %v", c.recs, c.rejects, sum.Notes)
	}
}

// The statements of banks: what they call a code is no answer, and what went out of an
// account was not sold by its owner.
func TestStatementsOfBanks(t *testing.T) {
	for text, want := range map[string]string{
		"Datum;Naam / Omschrijving;Rekening;Tegenrekening;Code;Af Bij;Bedrag (EUR);Saldo na mutatie\n20261120;ADYEN N.V.;NL00INGB0000000001;NL00DEUT0000000002;OV;Bij;1.234,56;5.234,56\n20261119;SHOP;NL00INGB0000000001;;BA;Af;12,50;4.000,00\n": "unknown 1234.56, other 12.50",
		"Munt,Datum,Bedrag,Saldo na trn,Tegenrekening IBAN/BBAN,Code\nEUR,2026-11-20,\"+1234,56\",\"+5234,56\",NL00DEUT0000000002,cb\nEUR,2026-11-20,\"-12,50\",\"+5222,06\",,bc\n":                                                                "unknown 1234.56, other 12.50",
		"Transaction ID,Date,Time,Type,Amount,Currency,Description,Money Out,Money In\ntx_0000A1,20/11/2026,09:15:12,Card payment,-12.50,GBP,SHOP,-12.50,\ntx_0000A2,20/11/2026,10:15:12,Card payment,123.45,GBP,SUMUP,,123.45\n":                  "other 12.50, sale 123.45",
		"TransferWise ID,Date,Date Time,Amount,Currency,Description,Running Balance,Transaction Type\nCARD-100001,20-11-2026,20-11-2026 09:15:12.123,-12.50,EUR,Card transaction,987.50,DEBIT\n":                                                   "other 12.50",
		"İşlem Tarihi;Açıklama;Dekont No;Borç;Alacak;Bakiye\n20.11.2026;EFT;D-1;1.500,00;;10.000,00\n21.11.2026;EFT;D-2;;750,00;10.750,00\nTOPLAM;;;1.500,00;750,00;\n":                                                                            "other 1500.00, unknown 750.00",
		"Data operacji;Data waluty;Opis operacji;Kontrahent;Kwota;Waluta\n20.11.2026;20.11.2026;Wpłata;A;5500,00;PLN\n21.11.2026;21.11.2026;Zakupy;B;-123,45;PLN\n":                                                                                "unknown 5500.00, other 123.45",
		"Ngày giao dịch,Nội dung,Số tiền\n2026-11-20,Thanh toan hoa don,250000\n2026-11-21,Tra tien,-5000\n":                                                                                                                                       "unknown 250000, other 5000",
		"Datum provedení;Zpráva;Zaúčtovaná částka;Měna účtu;Id transakce\n20.11.2026;A;-1,00;CZK;3228446118\n21.11.2026;B;-2,00;CZK;3228446119\n22.11.2026;C;-3,00;CZK;3228446120\n":                                                               "other 1.00, other 2.00, other 3.00",
		"Дата операции;Сумма операции;Валюта операции;Основание;Статус\n20.11.2026;-4,50;RUR;A;Исполнено\n20.11.2026;-3,80;RUR;B;Исполнено\n21.11.2026;-300,00;RUR;C;Исполнено\n22.11.2026;600,00;RUR;D;Исполнено\n":                               "other 4.50, other 3.80, other 300.00, unknown 600.00",
		"거래일시,구분,거래금액,거래 후 잔액,거래구분\n2026.11.20 09:15:12,출금,-12500,987500,체크카드결제\n2026.11.20 10:15:12,입금,123450,1110950,일반입금\n":                                                                                                                     "other 12500, unknown 123450",
	} {
		c, sum := readText(t, text)
		var got []string
		for _, r := range c.recs {
			got = append(got, fmt.Sprint(r.Kind, " ", r.Amount.Decimal()))
			if r.Currency == "KRW" || r.Currency == "VND" {
				got[len(got)-1] = fmt.Sprint(r.Kind, " ", int64(r.Amount))
			}
			if r.Code != "" || r.Side != txn.Settlement {
				t.Errorf("%+v", r)
			}
		}
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("%s\n%s, not %s: %v %v", text, s, want, c.rejects, sum.Notes)
		}
	}
}

// A day's file with years of two digits: the year of the file tells which number it is.
func TestYearOfTheFile(t *testing.T) {
	text := "Date,Narration,Debit Amount,Credit Amount,Closing Balance\n20/11/26,POS SETTLEMENT,0.00,1234.56,2222.06\n20/11/26,SHOP,12.50,0.00,2209.56\n"
	st := stream("x.csv", []byte(text))
	st.Year = 2026
	c, sum := read(t, st)
	if len(c.recs) != 2 || c.recs[0].At.Time().In(shanghai).Format("2006-01-02") != "2026-11-20" {
		t.Errorf("%+v %v %v", c.recs, c.rejects, sum.Notes)
	}
	st = stream("x.csv", []byte(text))
	st.Year = 2028
	if _, sum = read(t, st); !slices.ContainsFunc(sum.Notes, func(s string) bool { return strings.Contains(s, "year first") }) {
		t.Error(sum.Notes)
	}
}

// A print of several shops: each page says whose rows stand below its title.
func TestHeadingsOfPages(t *testing.T) {
	for _, text := range []string{`商户对账单
商户编号：898330154110001
终端号：10000001
交易时间,流水号,交易类型,交易金额,手续费
2026-11-20 09:15:12,000101,消费,128.00,0.49
商户对账单
商户编号：898330154110002
终端号：10000002
交易时间,流水号,交易类型,交易金额,手续费
2026-11-20 10:15:12,000033,消费,50.00,0.19
`, `               DEMO RURAL COMMERCIAL BANK                 PAGE:     1
 MERCHANT NO: 898330154110001   MERCHANT NAME: DEMO SHOP  TERMINAL NO: 10000001

 TRACE   TXN-DATE    TXN-TIME  TXN-TYPE     TXN-AMOUNT        FEE
 000101  2026-11-20  09:15:12  SALE             128.00       0.49
               DEMO RURAL COMMERCIAL BANK                 PAGE:     2
 MERCHANT NO: 898330154110002   MERCHANT NAME: ZWEI SHOP  TERMINAL NO: 10000002

 TRACE   TXN-DATE    TXN-TIME  TXN-TYPE     TXN-AMOUNT        FEE
 000033  2026-11-20  10:15:12  SALE              50.00       0.19
`} {
		c, sum := readText(t, text)
		if len(c.recs) != 2 || c.Rejected != 0 || c.recs[0].MID != "898330154110001" || c.recs[0].TID != "10000001" || c.recs[1].MID != "898330154110002" || c.recs[1].TID != "10000002" {
			t.Errorf("%s\n%+v %v %v", text, c.recs, c.rejects, sum.Notes)
		}
	}
}

// Eight digits that begin with the day, as in India; no month is the twentieth.
func TestPackedDatesThatBeginWithTheDay(t *testing.T) {
	head := "RRN|TXN DATE|TXN TIME|AMOUNT|RESPONSE CODE\n"
	c, sum := readText(t, head+"632500004567|05112026|081532|150.00|00\n632500004568|20112026|081632|90.00|U30\n")
	if len(c.recs) != 2 || c.recs[0].At.Time().In(shanghai).Format("2006-01-02 15:04:05") != "2026-11-05 08:15:32" || c.recs[1].At.Time().In(shanghai).Format("2006-01-02") != "2026-11-20" {
		t.Errorf("%+v %v %v", c.recs, c.rejects, sum.Notes)
	}
	c, _ = readText(t, head+"632500004567|11052026|081532|150.00|00\n632500004568|11202026|081632|90.00|U30\n")
	if len(c.recs) != 2 || c.recs[0].At.Time().In(shanghai).Format("2006-01-02") != "2026-11-05" {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
	if c, _ = readText(t, head+"632500004567|05112026|081532|150.00|00\n"); len(c.recs) != 0 || len(c.rejects) != 1 { // of May or of November?
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
}

// Where a table has net amounts alone, what went out went out.
func TestDirectionOfNetAmounts(t *testing.T) {
	c, sum := readText(t, `settledTime|transactionType|direction|settlementAmount|orderCurrency|orderNo|paidTime
2026-11-20T08:15:32+0400|PAYMENT|IN|60.00|AED|231610459203006982|2026-11-19T08:15:32+0400
2026-11-20T08:15:32+0400|REFUND|OUT|12.50|AED|231610459203006983|2026-11-19T08:16:32+0400
2026-11-20T08:15:32+0400|ADJUST|OUT|100.00|AED|231610459203006984|2026-11-19T08:17:32+0400
`)
	if len(c.recs) != 3 || c.recs[0].Net != 60_00 || c.recs[1].Kind != txn.Refund || c.recs[1].Net != -12_50 || c.recs[1].Amount != 12_50 || c.recs[2].Kind != txn.Other || c.recs[2].Amount != 100_00 {
		t.Errorf("%+v %v %v", c.recs, c.rejects, sum.Notes)
	}
}

// Acquirers who write the rate of their fee under its name, with a sign of percent or without.
func TestRatesOfFees(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"with a sign", "Date,Order ID,Amount,Fee,Net Amount\n2026-11-20,A-0001,150.00,2.50%,146.25\n2026-11-20,A-0002,80.00,2.50%,78.00\n"},
		{"by what it gives", "Date,Order ID,Amount,Fee,Net Amount\n2026-11-20,A-0001,150.00,1.99,147.02\n2026-11-20,A-0002,-80.00,1.99,-78.41\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, sum := readText(t, c.text)
			if len(got.recs) != 2 || got.recs[0].Fee.Valid() || got.recs[0].Amount != 150_00 || !slices.Contains(sum.Notes, "Fee is the rate of the fee, no amount") {
				t.Errorf("%+v %v %v", got.recs, got.rejects, sum.Notes)
			}
		})
	}
	got, sum := readText(t, "Date,Order ID,Amount,Fee,Net Amount\n2026-11-20,A-0001,100.00,1.99,98.01\n2026-11-20,A-0002,50.00,1.00,49.00\n")
	if len(got.recs) != 2 || got.recs[0].Fee != 1_99 {
		t.Errorf("a fee: %+v %v", got.recs, sum.Notes)
	}
}

// Settlement is a payment where each of them is settled, and the end of a batch elsewhere.
func TestSettlementsOfPayments(t *testing.T) {
	got, sum := readText(t, "Order ID,Transaction Type,Transaction Amount,Transaction Date,Fee Amount,Net Amount\nA-0001,SETTLEMENT,79.00,2026-11-20T22:20:19Z,-8.85,70.15\nA-0001,REFUND,-79.00,2026-11-20T23:20:19Z,8.85,-70.15\n")
	if len(got.recs) != 2 || got.recs[0].Kind != txn.Sale || got.recs[1].Kind != txn.Refund {
		t.Errorf("%+v %v %v", got.recs, got.rejects, sum.Notes)
	}
	for _, text := range []string{
		"Terminal ID,Transaction Type,Amount,Date,Response Code\n10000001,SALE,79.00,2026-11-20 08:15:32,00\n10000001,SETTLEMENT,79.00,2026-11-20 23:20:19,00\n",
		"Order ID,Type,Amount,Date,Fee,Net\nA-0001,SALE,79.00,2026-11-20 08:15:32,8.85,70.15\nA-0001,SETTLEMENT,70.15,2026-11-20 23:20:19,0,70.15\n",
	} {
		if got, _ := readText(t, text); len(got.recs) != 2 || got.recs[1].Kind != txn.BatchSettle {
			t.Errorf("the end of a batch: %+v %v", got.recs, got.rejects)
		}
	}
}

// Columns that ask whether a row is a refund.
func TestRowsThatAreRefunds(t *testing.T) {
	got, sum := readText(t, "txn_id,created_at,amount,is_refund\nRZ_0001,2026-11-20 08:15:32,1000.0,False\nRZ_0002,2026-11-20 09:15:32,250.0,True\n")
	if len(got.recs) != 2 || got.recs[0].Kind != txn.KindUnknown || got.recs[1].Kind != txn.Refund || !slices.Contains(sum.Notes, "rows with yes under is_refund are refunds") {
		t.Errorf("%+v %v %v", got.recs, got.rejects, sum.Notes)
	}
	if got, _ = readText(t, "txn_id,created_at,amount,is_refund\nRZ_0001,2026-11-20 08:15:32,1000.0,3\nRZ_0002,2026-11-20 09:15:32,250.0,5\n"); len(got.recs) != 2 || got.recs[1].Kind != txn.KindUnknown {
		t.Errorf("numbers: %+v", got.recs)
	}
}

// Lines of failed payments alone, whose columns say why.
func TestListsOfFailures(t *testing.T) {
	got, sum := readText(t, "Payment ID,Order ID,Amount,Currency,Status,Failure Code,Failure Reason,Created At\npay_00001,order_1,1500.00,INR,failed,GATEWAY_ERROR,the bank timed out,2026-11-20 08:15:32\n")
	if len(got.recs) != 1 || got.recs[0].Code != "GATEWAY_ERROR" || got.recs[0].Text != "the bank timed out" || got.recs[0].Side != txn.Terminal {
		t.Errorf("%+v %v %v", got.recs, got.rejects, sum.Notes)
	}
	if got, sum = readText(t, "date,amount,payment_method,status,decline_reason\n2026-11-20,42.50,Visa,approved,\n2026-11-20,18.00,Eftpos,declined,Insufficient Funds\n"); len(got.recs) != 2 || got.recs[1].Side != txn.Terminal {
		t.Errorf("%+v %v", got.recs, sum.Notes)
	}
}

// A row below the transactions that has nothing in the columns of theirs.
func TestBalancesApart(t *testing.T) {
	const head = "ID,Datetime,Type,Amount (total),Beginning Balance,Ending Balance,Disclaimer\n,,,,$0.00,,\n40010001,2026-11-20T15:00:00,Payment,+ $100.00,,,\n"
	if got, sum := readText(t, head+",,,,,$100.00,In case of errors write to us\n"); got.Records != 1 || got.Rejected != 0 {
		t.Errorf("%+v %v %v", got.Count, got.rejects, sum.Notes)
	}
	if got, _ := readText(t, head+",,,,2026-11-20,$100.00,moved\n"); got.Rejected != 1 {
		t.Errorf("a date elsewhere: %+v", got.Count)
	}
}

// Names say fen, and the values do not.
func TestYuanUnderNamesOfFen(t *testing.T) {
	const names = "商户编号|交易日期|交易时间|交易类型|交易金额(分)|手续费(分)|结算金额(分)|商户订单号\n"
	c, sum := readText(t, names+"123456789012345|2026-11-20|10:30:45|消费|100.00|0.50|99.50|ORDER001\n")
	if len(c.recs) != 1 || c.recs[0].Amount != 100_00 || c.recs[0].Fee != 50 || c.recs[0].Net != 99_50 {
		t.Errorf("%+v %v %v", c.recs, c.rejects, sum.Notes)
	}
	for _, row := range []string{"123456789012345|2026-11-20|10:30:45|消费|10000|50|9950|ORDER001\n", "123456789012345|2026-11-20|10:30:45|消费|10000.00|50.00|9950.00|ORDER001\n"} {
		if c, sum := readText(t, names+row); len(c.recs) != 1 || c.recs[0].Amount != 100_00 || c.recs[0].Fee != 50 {
			t.Errorf("fen: %+v %v %v", c.recs, c.rejects, sum.Notes)
		}
	}
}

// Only the name of the amounts says fen.
func TestFenBesideFen(t *testing.T) {
	for rest, want := range map[string][2]txn.Minor{
		"60|9940":    {60, 99_40},
		"0.60|99.40": {60, 99_40},
		"1|99":       {1_00, 99_00}, // a fee of 1% in yuan
	} {
		c, sum := readText(t, "商户编号|交易时间|交易类型|交易金额(单位:分)|手续费|结算金额|商户订单号\n123456789012345|20261120103045|消费|10000|"+rest+"|ORDER001\n")
		if len(c.recs) != 1 || c.recs[0].Amount != 100_00 || c.recs[0].Fee != want[0] || c.recs[0].Net != want[1] {
			t.Errorf("%s: %+v %v %v", rest, c.recs, c.rejects, sum.Notes)
		}
	}
}

// Words for the direction in English, as programs write them.
func TestIncomeAndExpense(t *testing.T) {
	c, sum := readText(t, "交易时间,交易对方,收/支,金额,交易状态,交易单号\n2026-11-20 10:30:45,某商户,income,12.30,交易成功,JD000001\n2026-11-20 10:31:45,某商户,expense,2.30,交易成功,JD000002\n")
	if len(c.recs) != 2 || c.recs[1].Kind != txn.Other {
		t.Errorf("%+v %v %v", c.recs, c.rejects, sum.Notes)
	}
}

// What a market place settles comes in items: prices and fees of one order in rows of their own,
// and what they add up to in the first.
func TestItemsOfASettlement(t *testing.T) {
	c, sum := readText(t, strings.ReplaceAll(`settlement-id,deposit-date,total-amount,currency,transaction-type,order-id,amount-type,amount-description,amount,posted-date
111,2026-11-22,11.50,GBP,,,,,,
111,,,,Order,026-0000000-0000001,ItemPrice,Principal,20.00,2026-11-20
111,,,,Order,026-0000000-0000001,ItemFees,Commission,-3.00,2026-11-20
111,,,,Refund,026-0000000-0000002,ItemPrice,Principal,-5.50,2026-11-21
`, ",", "\t"))
	want := []txn.Kind{txn.Payout, txn.Sale, txn.Fee, txn.Refund}
	if len(c.recs) != len(want) {
		t.Fatalf("%+v %v %v", c.recs, c.rejects, sum.Notes)
	}
	for i, r := range c.recs {
		if r.Kind != want[i] || r.Currency != "GBP" {
			t.Errorf("%+v, want %v", r, want[i])
		}
	}
}

// A currency that only some rows state is that of all, but for a list in Chinese.
func TestCurrencyOfTheOthers(t *testing.T) {
	for names, want := range map[string]string{"Date,Order ID,Amount,Currency,Fee": "EUR", "交易日期,订单号,交易金额,币种,手续费": ""} {
		c, sum := readText(t, names+"\n2026-11-20,A-0001,12.30,EUR,0.10\n2026-11-20,A-0002,2.30,,0.10\n")
		if len(c.recs) != 2 || c.recs[1].Currency != want {
			t.Errorf("%s: %+v %v", names, c.recs, sum.Notes)
		}
	}
}

// Lists of acquirers in Japan: the names of their columns, and the sign of an amount apart.
func TestListsOfAcquirersInJapan(t *testing.T) {
	c, sum := readText(t, `売上年月日,加盟店番号,ブランド名,支払区分名,売上金額,カード番号,端末識別番号,承認番号,伝票番号,振込年月日,ステータス
2026/11/20,24111748400001,ＪＣＢカード,１回払い,53300,358443******6834,,0479929,,2026/11/30,確定
`)
	if len(c.recs) != 1 || c.recs[0].Amount != 53300 || c.recs[0].Currency != "JPY" || c.recs[0].AuthCode != "0479929" || c.recs[0].SettleOn != 20261130 {
		t.Errorf("%+v %v %v", c.recs, c.rejects, sum.Notes)
	}
	c, sum = readText(t, `利用加盟店番号,取扱区分,利用会員番号,利用日,金額符号,請求金額,承認番号,CAT(POS)端末番号,ブランド名称
12348894,１回払,4***-****-****-6426,20261120,0,27500,0847146,71134-620-36114,ＶＭ
12348894,１回払,4***-****-****-6427,20261120,1,5500,0847147,71134-620-36114,ＶＭ
`)
	if len(c.recs) != 2 || c.recs[0].Kind != txn.KindUnknown || c.recs[1].Kind != txn.Refund || c.recs[1].TID != "71134-620-36114" {
		t.Errorf("%+v %v %v", c.recs, c.rejects, sum.Notes)
	}
}

// Amounts in units in which no payment is stated are left out, and that is said.
func TestCoarseUnits(t *testing.T) {
	const names, rows = "商户号,终端号,交易日期,交易时间,交易类型,%s,参考号,应答码\n", "898430153990001,12345678,2026-11-20,09:15:32,消费,1.28,123456000123,00\n"
	for name, c := range map[string]struct{ text, note string }{
		"name":  {fmt.Sprintf(names, "交易金额(万元)") + rows, "交易金额(万元) is not read: "},
		"tenth": {fmt.Sprintf(names, "交易金额（角）") + rows, "交易金额（角） is not read: "},
		"title": {"明细（单位：万元）\n" + fmt.Sprintf(names, "交易金额") + rows, "they are in 万元, from row 1"},
		"cell":  {"明细,单位,千元\n" + fmt.Sprintf(names, "交易金额") + rows, "they are in 千元, from row 1"},
		"yuan":  {"明细（单位：万元）\n" + fmt.Sprintf(names, "交易金额(元)") + rows, ""},
	} {
		got, sum := readText(t, c.text)
		if len(got.recs) != 1 || got.recs[0].Amount.Valid() != (c.note == "") || !strings.Contains(strings.Join(sum.Notes, "\n"), c.note) {
			t.Errorf("%s: %+v %q", name, got.recs, sum.Notes)
		}
	}
}

// Names in Latin letters above rows in a script that one country writes tell its currency.
func TestCurrencyOfTheRows(t *testing.T) {
	for text, want := range map[string]string{
		"RRN,CARD_NUMBER,AMOUNT,CARD_COMPANY,CREATED_AT\n6C2B740A7E58,412345******2345,50000,신한,2026-11-20T10:00:00\n6C2B740A7E59,412345******2346,1200,국민,2026-11-20T10:01:00\n": "KRW 50000",
		"RRN,CARD_NUMBER,AMOUNT,SHOP,CREATED_AT\n6C2B740A7E58,412345******2345,50000,さくら,2026-11-20T10:00:00\n":                                                                   "JPY 50000",
		"RRN,CARD_NUMBER,AMOUNT,SHOP,CREATED_AT\n6C2B740A7E58,412345******2345,50000,A,2026-11-20T10:00:00\n6C2B740A7E59,412345******2346,1200,국민,2026-11-20T10:01:00\n":          " 5000000", // the name of one shop
		"RRN,CARD_NUMBER,AMOUNT,CARD_COMPANY,CREATED_AT\n6C2B740A7E58,412345******2345,50.25,신한,2026-11-20T10:00:00\n":                                                            " 5025",
		"RRN,CARD_NUMBER,AMOUNT,CURRENCY,CARD_COMPANY,CREATED_AT\n6C2B740A7E58,412345******2345,50000,CNY,신한,2026-11-20T10:00:00\n":                                               "CNY 5000000",
		"参考号,卡号,金额,商户名称,交易时间\n032508000123,412345******2345,50000,さくら,2026-11-20T10:00:00\n032508000124,412345******2345,50000,さくら,2026-11-20T10:01:00\n":                         " 5000000",
	} {
		c, sum := readText(t, text)
		if len(c.recs) == 0 || fmt.Sprint(c.recs[0].Currency, " ", int64(c.recs[0].Amount)) != want {
			t.Errorf("%s%+v %v %v", text, c.recs, c.rejects, sum.Notes)
		}
	}
}

// What was paid back of a sale stands beside it, whatever the language; a word for a refusal among
// those for what rows do says what became of the sale.
func TestPaidBackElsewhere(t *testing.T) {
	for text, want := range map[string]string{
		"Data da venda;Bandeira;Valor da venda;Valor cancelado;Status\n20/11/2026;Visa;R$ 120,00;R$ 20,00;Cancelada parcial\n": "unknown 120.00 Cancelada parcial true",
		"Data da venda;Bandeira;Valor da venda;Valor cancelado;Status\n20/11/2026;Visa;R$ 120,00;R$ 0,00;Aprovada\n":           "unknown 120.00 Aprovada false",
		"승인일자,승인시간,승인금액,승인번호,승인구분\n2026-11-20,09:02,\"4,500\",30010002,거절\n":                                                   "unknown 45.00 거절 false",
		"Fecha,Terminal,Tipo,Importe\n2026-11-20,10000001,RECHAZADA,45.00\n":                                                   "unknown 45.00 RECHAZADA false",
	} {
		c, sum := readText(t, text)
		back := slices.ContainsFunc(sum.Notes, func(n string) bool { return strings.Contains(n, "was paid back") })
		if len(c.recs) != 1 || fmt.Sprint(c.recs[0].Kind, " ", c.recs[0].Amount.Decimal(), " ", c.recs[0].Status, " ", back) != want {
			t.Errorf("%s%+v %v %v", text, c.recs, c.rejects, sum.Notes)
		}
	}
}

// Years of the Buddhist era stand below English names, too; a total of fees without their tax is one of
// fees with it where the tax has a total of its own.
func TestAcquirersOfSouthEastAsia(t *testing.T) {
	for text, want := range map[string]string{
		"TID,DATE,TIME,APPROVAL CODE,AMOUNT,MDR,VAT,NETT AMOUNT\n70012345,20/11/2569,10:22:31,112233,100.00,1.80,0.13,98.07\n70012345,20/11/2569,10:23:31,112234,200.00,3.60,0.25,196.15\nTOTAL,,,,300.00,5.40,0.38,294.22\n": "2026-11-20 10:22:31 1.93 98.07 0",
		"TID,DATE,TIME,APPROVAL CODE,AMOUNT,MDR,VAT,NETT AMOUNT\n70012345,25691120,10:22:31,112233,100.00,1.80,0.13,98.07\n70012345,25691120,10:23:31,112234,200.00,3.60,0.25,196.15\nTOTAL,,,,300.00,5.40,,294.22\n":         "2026-11-20 10:22:31 1.93 98.07 0",
		"Bank TID,DATE,TIME,APPROVAL CODE,AMOUNT,MDR,VAT,NETT AMOUNT\n70012345,20/11/2026,10:22:31,112233,100.00,1.80,0.13,98.07\nTOTAL,,,,100.00,1.90,0.13,98.07\n":                                                          "2026-11-20 10:22:31 1.93 98.07 1",
	} {
		c, sum := readText(t, text)
		if len(c.recs) == 0 {
			t.Fatalf("%s%v %v", text, c.rejects, sum.Notes)
		}
		r, wrong := c.recs[0], 0
		for _, k := range sum.Checks {
			if k.Stated != k.Read {
				wrong++
			}
		}
		if got := fmt.Sprint(r.At.Time().In(shanghai).Format("2006-01-02 15:04:05"), " ", r.Fee.Decimal(), " ", r.Net.Decimal(), " ", wrong); got != want || r.TID != "70012345" {
			t.Errorf("%s: got %s, want %s; %s %v", text, got, want, r.TID, sum.Notes)
		}
	}
}

// What programs of databases print below their rows is no row.
func TestRowsSelected(t *testing.T) {
	c, sum := readText(t, "TXN_DATE            TID      AMOUNT     RC\n------------------- -------- ---------- --\n2026-11-20 08:15:32 10000001     125.50 00\n2026-11-20 08:16:32 10000001      80.00 51\n\n2 rows selected.\n\nSQL> spool off\n")
	if len(c.recs) != 2 || c.Rejected != 0 {
		t.Errorf("%+v %v %v", c.Count, c.rejects, sum.Notes)
	}
}

// Numbers under the name of a status that are no response codes refuse nothing that was paid out.
func TestStatesThatAreNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"Data da venda;Data de credito;NSU;Autorizacao;Bandeira;Valor Bruto;Valor liquido;Status\n20261120;20261121;246865406;175895;VISA;490;484;36\n20261120;20261221;5523194;672391;VISA;889;873;21\n": " 20261121",
		"Data da venda;Data de credito;NSU;Autorizacao;Bandeira;Valor Bruto;Valor liquido;Status\n20261120;20261121;246865406;175895;VISA;490;484;00\n20261120;20261221;5523194;672391;VISA;889;873;51\n": "00 20261121",
		"Data da venda;Data de credito;NSU;Autorizacao;Bandeira;Valor Bruto;Valor liquido;Status\n20261120;20261121;246865406;175895;VISA;490;0;36\n20261120;20261221;5523194;672391;VISA;889;873;21\n":   "36 20261121",
		"Data da venda;Data de credito;NSU;Autorizacao;Bandeira;Valor Bruto;Valor liquido;Respuesta\n20261120;20261121;246865406;175895;VISA;490;484;36\n20261120;20261221;5523194;;VISA;889;873;21\n":    "36 20261121",
	} {
		c, sum := readText(t, text)
		if len(c.recs) != 2 || fmt.Sprint(c.recs[0].Code, " ", int(c.recs[0].SettleOn)) != want {
			t.Errorf("%s%+v %v %v", text, c.recs, c.rejects, sum.Notes)
		}
	}
}

// A net amount below zero is a refund where it is about the amount; from a sale, more may be held back.
func TestHeldBack(t *testing.T) {
	for row, want := range map[string]txn.Kind{
		"S1,2026-11-20,100.00,2.00,-102.00": txn.Refund,
		"S1,2026-11-20,100.00,2.00,-98.00":  txn.Refund,
		"S1,2026-11-20,100.00,0.00,-95.00":  txn.Refund,
		"S1,2026-11-20,100.00,2.00,-60.00":  txn.KindUnknown,
		"S1,2026-11-20,100.00,,-60.00":      txn.Refund,
	} {
		c, sum := readText(t, "settlement_id,settlement_date,gross_amount,fee,net_amount\nS0,2026-11-20,50.00,1.00,49.00\n"+row+"\n")
		if len(c.recs) != 2 || c.recs[1].Kind != want {
			t.Errorf("%s: %+v %v %v", row, c.recs, c.rejects, sum.Notes)
		}
	}
}

// The shortest lists have a number, an amount and a date.
func TestThreeColumns(t *testing.T) {
	for text, want := range map[string]string{
		"settlement_ref,paid_amount,settle_date\nTXN1053,11377.92,2026-11-07\nTXN1000,9663.52,2026-11-24\nTXN1008,10532.46,2026-11-09\n": "TXN1053",
		"Date,Amount,Mood\n2026-11-07,11377.92,good\n2026-11-08,9663.52,bad\n2026-11-09,10532.46,good\n":                                 "",
		"Date,Amount,Level\n2026-11-07,11377.92,1000\n2026-11-08,9663.52,1000\n2026-11-09,10532.46,1000\n":                               "",
	} {
		got := ""
		if score, _ := Sniff("x.csv", []byte(text)); score > 20 {
			if c, _ := readText(t, text); len(c.recs) == 3 {
				got = c.recs[0].ChannelNo
			}
		}
		if got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
}

// Exports of Chile and Peru: points between thousands that only fees tell, the time beside the day of the
// credit, and what was done with what card.
func TestAcquirersOfTheAndes(t *testing.T) {
	for text, want := range map[string]string{
		"Fecha Venta;Hora;Tipo Transacción;N° Tarjeta;Cód. Autorización;Monto Original;Comisión;Monto Abono;Fecha Abono\n20-11-2026;10:22;Venta Débito;XXXXXXXXXXXX1234;112233;12.990;193;12.797;23-11-2026\n20-11-2026;11:02;Venta Crédito;XXXXXXXXXXXX9876;223344;45.000;1.328;43.672;23-11-2026\n": "sale 1299000 19300 112233 20 10:22",
		"Fecha y hora de transacción;Fecha de abono;Tipo de operación;Tarjeta;Código de autorización;Moneda;Importe de transacción;Comisión total;IGV;Importe neto\n20/11/2026 10:22:31;23/11/2026;Venta;455788******1234;112233;PEN;125.50;3.95;0.71;120.84\n":                                       "sale 12550 466 112233 20 10:22",
	} {
		c, sum := readText(t, text)
		if len(c.recs) == 0 {
			t.Fatalf("%s%v %v", text, c.rejects, sum.Notes)
		}
		r := c.recs[0]
		if got := fmt.Sprint(r.Kind, " ", int64(r.Amount), " ", int64(r.Fee), " ", r.AuthCode, " ", r.At.Time().In(shanghai).Format("02 15:04")); got != want || r.PAN.Masked == "" {
			t.Errorf("%s: got %s, want %s; %v", text, got, want, sum.Notes)
		}
	}
	for word, want := range map[string]txn.Kind{"Venta Cuotas": txn.Sale, "Venta anulada": txn.Void, "Inventario físico": txn.KindUnknown, "Reload": txn.Other} {
		if got := field.ParseKind(word); got != want {
			t.Errorf("%s: %v", word, got)
		}
	}
}

// What the card paid is the price with its tax and the tip, where a column says so in every row.
func TestPriceBeforeTax(t *testing.T) {
	c, sum := readText(t, "FECHA;HORA;TERMINAL;APROBACION;VALOR COMPRA;IVA;PROPINA;VALOR TOTAL;COMISION\n20261120;102231;SRB10012;112233;105042;19958;0;125000;2500\n20261120;110231;SRB10012;223344;75546;14354;100;90000;1798\n")
	if len(c.recs) != 2 || c.recs[0].Amount != 125000_00 || c.recs[1].Amount != 90000_00 {
		t.Errorf("%+v %v %v", c.recs, c.rejects, sum.Notes)
	}
}

// An order that nobody paid has a time of payment that is none: it is of when it was made.
func TestTimesThatAreNone(t *testing.T) {
	for _, none := range []string{"", "--", "0", "0000-00-00 00:00:00", "1970-01-01 08:00:00", "0001-01-01T00:00:00", "null"} {
		c, _ := readText(t, "订单号,创建时间,支付时间,订单金额,订单状态\nA0001,2026-11-20 08:15:32,2026-11-20 08:15:40,12.00,支付成功\nA0002,2026-11-20 08:16:32,"+none+",13.00,未支付\n")
		if len(c.recs) != 2 || c.recs[1].At.Time().In(shanghai).Format("15:04:05") != "08:16:32" {
			t.Errorf("%q: %+v %v", none, c.recs, c.rejects)
		}
	}
}

// What the columns of the first table say holds for no column of the next one.
func TestNextTableIsJudgedByItsOwnColumns(t *testing.T) {
	c, sum := readText(t, `交易时间,终端号,参考号,交易金额,是否撤销
2026-11-20 08:15:32,00000001,000000000001,1.00,否
2026-11-20 08:16:32,00000001,000000000002,2.00,是
交易时间,终端号,参考号,交易金额,已打印,手续费
2026-11-20 09:15:32,00000002,000000000003,3.00,是,0.01
`)
	if len(c.recs) != 3 || c.recs[1].Status != "VOIDED" || c.recs[2].Status != "" {
		t.Errorf("%+v %v %v", c.recs, c.rejects, sum.Notes)
	}
	c, sum = readText(t, `划款批次,结算日期,结算金额,手续费
P0001,2026-11-20,100.00,0.30
P0002,2026-11-21,200.00,0.60
交易时间,终端号,参考号,交易金额,手续费
2026-11-20 09:15:32,00000002,000000000003,3.00,0.01
`)
	if len(c.recs) != 3 || c.recs[1].Kind != txn.Payout || c.recs[2].Kind != txn.KindUnknown {
		t.Errorf("%+v %v %v", c.recs, c.rejects, sum.Notes)
	}
}

// Rows of values above the column names are said where they are no sums.
func TestRowsAboveTheNames(t *testing.T) {
	const names = "交易时间,终端号,参考号,交易金额,手续费\n2026-11-20 09:15:32,00000002,000000000003,3.00,0.01\n"
	for above, noted := range map[string]bool{
		"批次,结算日期,打款,手续费\nP1,2026-11-20,100.00,0.30\nP2,2026-11-21,200.00,0.60\n": true,
		"商户,结算日期,总额,手续费\nA,2026-11-20,3.00,0.01\n":                               false,
		"商户,结算日期,笔数,手续费\nA,2026-11-20,3,0.01\nB,2026-11-20,4,0.01\n":             false,
		"编号,日子,打款,费\nP1,2026-11-20,100.00,0.30\n":                                true,
	} {
		_, sum := readText(t, above+names)
		if got := strings.Contains(strings.Join(sum.Notes, "\n"), "above the column names"); got != noted {
			t.Errorf("%s: %v", above, sum.Notes)
		}
	}
}

// The total of a merchant is one, whatever the length of the number in front.
func TestTotalsOfNumbers(t *testing.T) {
	c, sum := readText(t, `商户编号,终端编号,交易日期,交易时间,交易类型,卡号,交易金额,手续费
898330154110001,00000001,20261120,081532,消费,622848******1234,100.00,0.50
898330154110001,00000002,20261120,081732,退货,622848******1236,-50.00,0.00
898330154110001合计,,2026年11月20日,,,,50.00,0.50
总计：,2笔,,,,,50.00,0.50
`)
	if c.Records != 2 || c.Skipped[entry.Footer] != 2 || slices.ContainsFunc(sum.Checks, func(c entry.Check) bool { return !c.Agrees() }) {
		t.Errorf("%+v %+v", c.Count, sum.Checks)
	}
}

// What is left on a card makes no account of a terminal's journal.
func TestBalanceOfTheCard(t *testing.T) {
	c, _ := readText(t, "交易时间,终端号,流水号,交易金额,应答码,余额\n2026-11-20 08:15:32,00000001,000001,12.00,00,88.00\n2026-11-20 08:16:32,00000001,000002,-12.00,00,100.00\n")
	if len(c.recs) != 2 || c.recs[1].Kind != txn.Refund {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
}

// An account's currency may stand behind the names of its columns, or in a column of its own whose
// name nobody knows.
func TestCurrenciesOfAccounts(t *testing.T) {
	for name, text := range map[string]string{
		"behind the names":         "Date;Booking text;Reference;Debit CHF;Credit CHF;Value date;Balance CHF\n20.11.2026;Shop A;R1;12.50;;20.11.2026;87.50\n21.11.2026;Salary;R2;;100.00;21.11.2026;187.50\n",
		"in a column":              "Transactiedatum;Munteenheid;CreditDebet;Bedrag;Omschrijving\n20-11-2026;CHF;D;12,50;Shop A\n21-11-2026;CHF;C;100,00;Salary\n",
		"of the Baltic":            "Data,Gavėjas,Paaiškinimai,Suma,Valiuta,D/K\n2026-11-20,Shop A,x,12.50,CHF,D\n2026-11-21,Company,y,100.00,CHF,K\n",
		"of Germany":               "Kontonummer;Text;Datum;Währung;Soll;Haben\n1;Shop A;20.11.2026;CHF;12,50;0,00\n1;Gehalt;21.11.2026;CHF;0,00;100,00\n",
		"two columns of one value": "Date,Op ccy,Acc ccy,Amount,Description\n2026-11-20,CHF,CHF,-12.50,Shop A\n2026-11-21,CHF,CHF,100.00,Salary\n",
	} {
		c, sum := readText(t, text)
		if len(c.recs) != 2 || c.recs[0].Currency != "CHF" || c.recs[0].Amount != 12_50 || c.recs[0].Kind != txn.Other || c.recs[1].Amount != 100_00 || c.recs[1].Kind != txn.KindUnknown {
			t.Errorf("%s: %+v %v\n%s", name, c.recs, c.rejects, strings.Join(sum.Notes, "\n"))
		}
	}
}

// Interfaces have amounts in fen under some names; with decimals in all rows they are in yuan.
func TestUnitsOfInterfaces(t *testing.T) {
	for text, want := range map[string]txn.Minor{"12.00,13.00": 12_00, "12.50,13.00": 12_50, "1200,1300": 12_00, "1200.0,1300.0": 12_00} {
		a, b, _ := strings.Cut(text, ",")
		c, sum := readText(t, "交易时间,商户订单号,total_fee,交易状态\n2026-11-20 08:15:32,A1,"+a+",SUCCESS\n2026-11-20 08:16:32,A2,"+b+",SUCCESS\n")
		if len(c.recs) != 2 || c.recs[0].Amount != want {
			t.Errorf("%s: %+v %v\n%s", text, c.recs, c.rejects, strings.Join(sum.Notes, "\n"))
		}
	}
}

// A statement of an account tells apart what is booked, with its sign and kind, and the transaction.
func TestBookedAmounts(t *testing.T) {
	c, _ := readText(t, `Request Time,Accounting Amount,Balance,Accounting Currency,Accounting Type,Merchant Txn ID,Txn Amount,Txn Currency
2026-11-20 10:00:00,50.00,150.00,USD,Payment,A001,50.00,USD
2026-11-20 11:00:00,-20.00,130.00,USD,Refund,A002,20.00,USD
2026-11-20 12:00:00,-10.00,120.00,USD,Freeze Funds,A003,10.00,USD
2026-11-20 13:00:00,10.00,130.00,USD,Unfreeze Funds,A004,10.00,USD
2026-11-20 14:00:00,-30.00,100.00,USD,Withdraw,A005,30.00,USD
`)
	want := []txn.Kind{txn.Sale, txn.Refund, txn.Other, txn.Other, txn.Payout}
	for i, r := range c.recs {
		if r.Kind != want[i] || r.Currency != "USD" || r.OrderNo == "" || r.Flags.Has(txn.NegativeByType) {
			t.Errorf("row %d: %v %v %s %v", i+2, r.Kind, r.Amount, r.Currency, r.Flags)
		}
	}
	if len(c.recs) != len(want) {
		t.Errorf("%d records: %v", len(c.recs), c.rejects)
	}
}
