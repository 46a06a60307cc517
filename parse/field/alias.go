package field

// aliases is the dictionary: one line per field and source, names separated by
// "|". Case, blanks, underscores, full-width forms and brackets do not matter
// (see Compact); a second word before the colon is the unit of the values. A
// name stands in one field only; building the dictionary refuses anything else.
const aliases = `
# times
time: Time|DateTime|TS|Timestamp|@timestamp|TranTime|TransTime|TxnTime|TxnFinTs|TransactionTime|TransactionDateTime|TranDateTime|TransDateTime|TxnDateTime|TradeTime|PayTime|LocalTime|EventTime|EventDate|LogTime|ReqTime|RequestTime|RspTime|RespTime|ResponseTime|CreatedAt|CreateTime|Created|CreatedUTC|CreationDate|Created (UTC)|BookingDate|Occurred|At|GmtCreate|GmtPayment|TimeEnd|Available On|Transaction initiation date|TranTm|TxnTm|TransTm|TradeTm|TranTmst|TimeStmp|CreateTm|InsDate|InsertDate|InsertTime|AddTime|RecTime|FinTime|TxDtm|SysDtm|FinishTime|Fecha y hora|Transaction Date and Time|Started Date|Start Date Time|Completed Date|Date/Time|Datum/Uhrzeit|Data e hora|Date et heure|Data e ora|LocalTransactionTime|TxnTimestamp|TransactionTimestamp|TranTimestamp|TransTimestamp|TrxTimestamp|TradeTimestamp|TransactedAt
time: 交易时间|交易日期时间|交易发生时间|交易完成时间|完成时间|支付时间|付款时间|支付完成时间|创建时间|交易创建时间|发生时间|时间|日期时间|记录时间|日志时间|请求时间|应答时间|响应时间|入账时间|消费时间|下单时间|订单时间|订单创建时间|最近修改时间|成功时间|交易成功时间|终端交易时间|主机时间|交易日时间|成交时间|退款时间|退款完成时间|退货时间|刷卡时间|交易日期及时间|交易日期/时间|日期/时间|通讯时间|操作时间|受理时间|交易发起时间|发起时间|交易受理时间|日期与时间|流水时间|支付订单创建时间|退款订单创建时间|商户提交时间|交易提交时间|动账时间
time: 取引日時|決済日時|利用日時|ご利用日時|売上日時|処理日時|거래일시|승인일시|결제일시|매출일시|이용일시|결제완료일시|交易時間|交易日期時間|交易日期及時間|付款時間|消費時間
time: Дата и время операции|Дата и время|Дата/время|Дата и время транзакции|Время операции|İşlem Tarihi ve Saati|İşlem Zamanı|Created Date ISO|Thời gian giao dịch|Thời gian|Waktu Transaksi|Tanggal & Waktu|Waktu
time: วันที่และเวลา|วันเวลา|วันเวลาทำรายการ|วันที่และเวลาทำรายการ|วันเวลาที่ทำรายการ|التاريخ والوقت|تاريخ ووقت العملية|وقت وتاريخ العملية|تاريخ ووقت المعاملة|زمان|زمان تراکنش|تاریخ و ساعت|تاریخ و ساعت تراکنش|تاریخ و زمان|תאריך ושעה|תאריך ושעת עסקה|Ngày giờ giao dịch|Ngày giờ GD|Ngày giờ|Thời gian GD|Thời gian thanh toán
date: Date|TranDate|TransDate|TxnDate|TransactionDate|TradeDate|LocalDate|F13|DE13|BookDate|ValueDate|BizDate|Fecha|Datum|TranDt|TxnDt|TransDt|TradeDt|LocalDt|TrnDt|TransactionDt|Date Posted|Posting Date|Post Date|Posted Date|Buchungsdatum|Buchungstag|Belegdatum|Transaktionsdatum|Data Movimento|Data Transação|Data da Transação|Data da Venda|Fecha operación|Fecha de operación|Fecha de transacción|Date opération|Date de transaction|Data operazione|Transactiedatum|Boekdatum|Ds_Date|DateLocalTransaction|DateLocal|LocalTransactionDate
date: 交易日期|日期|发生日期|交易日|本地交易日期|受卡方所在地日期|记账日期|消费日期|终端交易日期|入账日期|支付日期|记账日|入账日|交收日期|成交日期|交易年月日|业务日期|消费日|本地日期|订单日期
date: 取引日|利用日|売上年月日|利用年月日|取引年月日|ご利用日|売上日|決済日|処理日|거래일자|거래일|승인일자|승인일|결제일자|결제일|매출일자|매출일|이용일자|이용일|処理日付|取引日付
date: Дата операции|Дата|Дата транзакции|Date de comptabilisation|İşlem Tarihi|Ödeme Tarihi|Dato|Ngày giao dịch|Ngày GD|Salgsdato|Transaksjonsdato|Kjøpsdato|Bokført dato|Bokføringsdato|Transaktionsdato|Købsdato|Bogføringsdato|Transaktionsdatum (lokal)|Köpdatum|Bokföringsdag|Bokföringsdatum|Försäljningsdatum|Tapahtumapäivä|Maksupäivä|Kirjauspäivä|Data transakcji|Data operacji|Data sprzedaży|Data księgowania|Datum transakce|Datum operace|Dátum transakcie|Tranzakció dátuma|Teljesítés dátuma|Data tranzacției|Datum transakcije|Data de Criação|Data da Compra|Data da Autorização|Data da Captura|Fecha de venta|Fecha venta|Fecha de compra|Fecha de la operación|Fecha de pago|Umsatzdatum|Kaufdatum|Verkaufsdatum|Tanggal|Tanggal Transaksi|Tgl Transaksi|Open Date|Tarih|Datum provedení|Datum provedenia|Datum verrichting|Ngày hạch toán|Data wykonania|Fecha de movimiento|Fecha movimiento
date: วันที่|วันที่ทำรายการ|วันที่รายการ|วันที่ขาย|التاريخ|تاريخ العملية|تاريخ المعاملة|تاريخ الحركة|تاریخ|تاریخ تراکنش|תאריך|תאריך עסקה|תאריך העסקה|תאריך ביצוע
clock: Clock|TimeOfDay|F12|DE12|TxnClock|TranClock|Hour|Hora|Uhrzeit|TranHms|LocalTm|Heure|Tijd|Ora|Ds_Hour|TimeLocalTransaction|TimeLocal|Jam Transaksi
clock: 时刻|交易时刻|本地交易时间|受卡方所在地时间|记账时间|时分秒|取引時刻|取引時間|거래시간|거래시각|승인시간|Horário|Время|Время транзакции|İşlem Saati|Saat|Giờ giao dịch|Giờ GD|Hora da Venda|Hora da Transação|Hora de venta|Hora de la operación|Klokkeslett|Tidspunkt|Klockslag|Kellonaika|Godzina|Godzina transakcji|Čas|Heure de transaction|Horário da Transação|Transaktionszeit|Umsatzzeit|Kaufzeit|이용시간|결제시간|매출시간
clock: เวลา|เวลาทำรายการ|الوقت|وقت العملية|وقت المعاملة|ساعت|ساعت تراکنش|שעה|שעת עסקה|שעת העסקה|Giờ|Jam|利用時刻|利用時間
timezone: TimeZone|TZ|Zone|UTCOffset|时区|Zona horaria|Zeitzone|Huso horario|Fuseau horaire|Fuso orario|Fuso horário|Tijdzone
sent_at: F7|DE7|SentAt|TransmissionDateTime|TransmitTime|TransmissionDate&Time|交易传输时间|传输时间|传送时间|发送时间|TransmissionDateAndTime
settle_on: F15|DE15|SettleOn|SettleDate|SettlementDate|SettDate|ClearDate|ClearingDate|StlDate|BusinessDate|BusinessDay|PayoutDate|Payable Date|SettleDt|SettDt|StlmDt|ClrDt|ClearDt|Data Liquidação|Data de Liquidação|Data de Pagamento|Fecha de liquidación|Wertstellung|Valutadatum|Settled On|Deposit Date|Data de Recebimento|Data do Pagamento|DateSettlement
settle_on: 清算日期|结算日期|清算日|结算日|对账日期|会计日期|账务日期|清分日期|划款日期|到账日期|核心日期|清算日（T+1）|入账账期|账期|清结算日期|划付日期|结算到账日期|入金日|振込日|振込年月日|支払年月日|정산일|정산일자|입금일|입금일자|지급일|지급일자|撥款日|撥款日期|入帳日|結算日|結算日期|结算时间|清算时间|实际结算时间
settle_on: Дата зачисления|Дата перечисления|Дата проводки|Дата платежа|Valör Tarihi|Hesaba Geçiş Tarihi|Oppgjørsdato|Utbetalingsdato|Udbetalingsdato|Afregningsdato|Utbetalningsdatum|Avräkningsdatum|Tilityspäivä|Data rozliczenia|Data wypłaty|Datum zúčtování|Fecha de abono|Fecha abono|Auszahlungsdatum|Date de règlement|Date de versement|Data di accredito|Uitbetalingsdatum|Tanggal Penyelesaian|Tanggal Settlement|Datum verrekening|Data waluty
settle_on: วันที่โอนเงิน|วันที่ชำระ|วันที่เข้าบัญชี|วันที่สรุปยอด|تاريخ التسوية|تاريخ الإيداع|تاريخ التحويل|تاریخ واریز|تاریخ تسویه|תאריך זיכוי|תאריך תשלום|תאריך העברה|Ngày thanh toán|Ngày quyết toán|Ngày báo có|Ngày đối soát|Tanggal Bayar|Tgl Bayar|Tanggal Kredit|입금예정일|입금예정일자|지급예정일|振込予定日|入金予定日
orig_time: OrigTime|OrigDateTime|OriginalTime|OriginalDate|OrigDate|OrigTxnTime|原交易时间|原交易日期|原交易日期时间|原传输时间|原时间

# money
amount: ChargeTotal|Amount|Amt|TxAmt|TranAmt|TransAmt|TxnAmt|TransactionAmount|TranAmount|TransAmount|TxnAmount|TradeAmount|PayAmount|PaidAmount|OrderAmount|OrderAmt|Gross|GrossAmount|Total|TotalAmount|Money|Value|SaleAmount|Gross Transaction Amount|Bruto|Brutto|Importe|Betrag|TrxAmt|TrnAmt|TradeAmt|PurchaseAmount|ConsumeAmt|Billing Amount|Total Collected|Gross Sales|Net Sales|Price (Gross)|Preis (brutto)|Prix (brut)|Gesamt|Betrag inkl. MwSt.|Bruttobetrag|Montante Bruto|Valor Bruto|Valor da Transação|Importo|Importo lordo|Montant|Montant brut|Brut|Lordo|Bedrag|AuthorizedAmount|AmountTransaction|Amount Entered
amount: TranAm|TransAm|TxnAm|TxnAmoun
amount: 交易金额|金额|消费金额|订单金额|支付金额|付款金额|收款金额|应结订单金额|总金额|发生额|交易额|实付金额|人民币金额|记账金额|入账金额|刷卡金额|扣款金额|交易本金|本金|收支金额|商户订单金额|标价金额|用户支付金额|发生金额|成交金额|交易金额合计|刷卡消费金额|成功金额|消费额|收款额|商品金额|本次交易金额|应收金额|扫码金额|交易币种/金额|入账币种/金额|订单实付|用户实付|商品应结金额|客户实付金额
amount: 取引金額|請求金額|決済金額|利用金額|ご利用金額|売上金額|거래금액|승인금액|결제금액|매출금액|이용금액|금액|Domestic Amt|Domestic Amount|Intnl Amt|International Amount|金額|交易金額|消費金額|付款金額|請款金額|訂單金額
amount: Сумма операции|Сумма|Сумма транзакции|Сумма платежа|Tutar|İşlem Tutarı|Ödeme Tutarı|Satış Tutarı|Brüt Tutar|Totalt|Belopp|Beløp|Beløb|Monto Original Venta|Monto Venta|Số tiền|Số tiền giao dịch|Kwota|Kwota transakcji|Kwota brutto|Kwota operacji|Částka|Částka transakce|Suma|Tranzakció összege|Összeg|Transaktionsbelopp|Transaksjonsbeløp|Transaktionsbeløb|Bruttobelopp|Bruttobeløp|Bruttobeløb|Tapahtuman summa|Maksun summa|Valor da Venda Original|Valor Original da Venda|Valor Bruto da Parcela|Valor Bruto da Transação|Valor da Compra|Monto bruto|Monto transacción|Monto de la transacción|Importe bruto|Sales (incl. VAT)|Products Price|Gross Payment|Umsatz brutto|Bruttoumsatz|Transaktionsbetrag|Umsatzbetrag|Jumlah|Jumlah Transaksi|Nominal|Nominal Transaksi|Nilai Transaksi|Total order value|Zaúčtovaná částka|Kwota w walucie rachunku|Số tiền GD|Borç Tutarı (TL)|Valor da Parcela|Monto original|Monto de la venta
amount: จำนวนเงิน|ยอดเงิน|ยอดขาย|จำนวนเงินรวม|ยอดชำระ|المبلغ|مبلغ العملية|مبلغ المعاملة|قيمة العملية|إجمالي المبلغ|المبلغ الإجمالي|مبلغ|مبلغ تراکنش|סכום|סכום עסקה|סכום העסקה|Số tiền sau KM
amount fen: TransactionAmountValue|PaymentAmountValue|F4|DE4|AmtFen|TotalFee|Amount_cents|AmountMinor|金额分|TRANS_AT|Ds_Amount|AmtPurchase
fee fen: FeeAmountValue
fee: Fee|Fees|Charge|ServiceFee|MerchantFee|HandlingFee|MDR|Commission|TxnFee|TransFee|FeeAmount|FeeAmt|Commission (NC)|Fee Amount|Comisión|Comision|Gebühr|Tarifa|Entgelt|Total Fee Amount|Total Fees|Comissão|Commissione|Commissioni|Frais|Tariffa|Processing Fee|Transaction Fee|Transaktionsgebühr|Taxa|MSF|Merchant Service Fee|Valor Taxa|Valor Taxa/Tarifa|Valor da Taxa|Valor MDR
fee: 手续费|商户手续费|服务费|交易手续费|手续费金额|扣率金额|技术服务费|应收手续费|商户服务费|手续费总额|扣费金额|佣金|总费用|商户回佣|回佣|MDR Amount|手续费支出|应扣手续费|实扣手续费|平台手续费|平台服务费|费用|通道手续费|商户扣费|结算手续费|交易费|取引手数料|決済手数料|加盟店手数料|手数料|수수료|수수료금액|가맹점수수료|결제수수료|手續費|交易手續費|订单手续费
fee: 商户回佣手续费|Phí|Phí giao dịch|Desconto de MDR|Desconto MDR
fee: Комиссия|Сумма комиссии|Комиссия банка|金流手續費|交易服務費金額|Комиссия Kaspi Pay|Komisyon|Komisyon Tutarı|Kesinti Tutarı|Avgift|Gebyr|Prowizja|Kwota prowizji|Opłata|Poplatek|Provize|Jutalék|Jutalék összege|Transaktionsavgift|Transaksjonsgebyr|Transaktionsgebyr|Transaktioavgift|Provisio|Palvelumaksu|Komisyon Oranı Tutarı|Glovo commission|Platform Commission|Uber service fee|Marketplace Fee|Valor da Taxa (MDR)|Valor do Desconto|Comisión total|Comisión cobrada|TDR|Kommission|Disagio|Serviceentgelt|Biaya|Biaya Admin|Biaya Layanan|Biaya Transaksi
fee: ค่าธรรมเนียม|ค่าธรรมเนียม MDR|ค่าบริการ|العمولة|الرسوم|رسوم العملية|رسوم الخدمة|عمولة البنك|کارمزد|مبلغ کارمزد|עמלה|עמלות|סכום עמלה|Biaya MDR|Potongan MDR|Potongan
net fen: NetSettlementAmountValue
net: NetAmount|Net Settlement|Net Settlement Amount|SettleAmount|SettlementAmount|SettleAmt|SettAmt|StlAmt|PayoutAmount|AmountNet|NetAmt|Neto|Netto|Net Total|Auszahlung|Nettobetrag|Montante Líquido|Valor Líquido|Importe neto|Importo netto|Montant net|Valor a Receber|Líquido
net: 结算金额|清算金额|入账净额|净额|实收金额|商家实收|商户实收|实际到账|到账金额|应结金额|商户结算金额|商户入账金额|清算净额|结算净额|划款金额|实收|商户实收金额|应清算金额|应付商户金额|应付商户净额|实际结算金额|实际入账金额|实结金额|本次结算金额|结算款|清算款|划付金额|应划金额|实划金额|应结算金额|到账净额|净清算金额|净收金额|净结算金额|振込金額|振込額|差引振込額|정산금액|정산액|실입금액|입금예정금액|지급금액|지급액|撥款金額|結算金額|入帳淨額|淨額|订单应结算金额|订单结算金额
net: 商家应收|商家应收金额|商家应收款|商家应收款项|商户应收|商户应收金额|商户动账金额|Số tiền thanh toán|Số tiền thực nhận
net: Сумма к перечислению|К перечислению|Сумма возмещения|Сумма зачисления|應收款項|Сумма к зачислению|Сумма к зачислению/списанию|Net Tutar|Hesaba Geçecek Tutar|Suma Depositada|Kwota netto|Kwota do wypłaty|Čistá částka|Nettobelopp|Nettobeløp|Nettobeløb|Nettó összeg|Valor Líquido da Parcela|Valor Líquido da Transação|Valor Líquido da Parcela/Transação|Valor Líquido da Venda|Monto neto|Monto abonado|Monto a abonar|Importe líquido|Total Payout|Total to receive|You Receive|Net Payout|Amount Paid Out|Umsatz netto|Nettoumsatz|Auszahlungsbetrag|Jumlah Bersih|Nominal Bersih|Pendapatan Bersih|Order level Payout|Total abono|Monto total abono
net: ยอดเงินสุทธิ|จำนวนเงินสุทธิ|ยอดสุทธิ|ยอดโอนสุทธิ|ยอดโอน|صافي المبلغ|الصافي|المبلغ الصافي|صافي القيمة|مبلغ خالص|مبلغ واریزی|خالص واریزی|סכום נטו|נטו|סכום לזיכוי|סכום לתשלום|Số tiền được thanh toán|Số tiền báo có|Số tiền ĐVCNT được nhận|Thực nhận|Nominal Dibayar|Nominal Dibayarkan|Jumlah Dibayar|Total Diterima|Jumlah Diterima|振込予定金額|振込予定額
debit: Debit|DebitAmount|Withdrawal|Withdrawals|MoneyOut|PaidOut|Gross Debit|Gross Debit (GC)|Withdrawn
debit: 借方|借方金额|借方发生额|支出|支出金额|支取|支取金额|取出金额|转出金额|交易金额支出|记账金额支出|借方交易金额|出金|出金額|出金金額|お支払金額|お引出し|출금|출금액|출금금액
debit: Расход|Дебет|Addebito|Belastung|Débit|Cargo|Débito|Borç|Çıkış|Gider|Debet|Ghi nợ|Số tiền ghi nợ|Phát sinh nợ|Obciążenia|Obciążenie|Terhelés
debit: مدين|حساب مدين|חובה|ถอน|بدهکار
credit: Credit|CreditAmount|Deposit|Deposits|MoneyIn|PaidIn|Gross Credit|Gross Credit (GC)
credit: 贷方|贷方金额|贷方发生额|收入|收入金额|存入|存入金额|转入金额|交易金额收入|记账金额收入|贷方交易金额|入金|入金額|入金金額|お預り金額|お預入れ|입금|입금액|입금금액
credit: Приход|Кредит|Accredito|Gutschrift|Crédit|Abono|Crédito|Alacak|Giriş|Gelir|Ghi có|Số tiền ghi có|Phát sinh có|Uznania|Uznanie|Jóváírás
credit: دائن|זכות|ฝาก|بستانکار
net_debit: NetDebit|Net Debit (NC)
net_credit: NetCredit|Net Credit (NC)
refund_amount: RefundAmount|RefundAmt|RefundFee|AmountRefunded|退款金额|退货金额|승인취소금액|취소금액|환불금액
direction: Direction|金額符号|DC|DrCr|CrDr|D/C|DebitCredit|Debit/Credit|收入/支出|Transaction Debit or Credit|借贷|借贷标志|借贷方向|收支|收支类型|收/支|收支方向|资金流向|Credit/Debit|Soll/Haben|借贷标识|借贷标记|增减标志|增减方向|收付标志|收付方向|出入账标志|Af Bij|입출금구분|입출금 구분|入出金区分
currency: TxCurrCd|InputCurrencyName|CurrencyName|TransactionAmountCurrency|PaymentAmountCurrency|Currency|Ccy|CurrencyCode|Cur|F49|DE49|Gross Currency|币种|交易币种|货币种类|币别|货币|交易货币|货币代码|交易货币代码|记账币种|Transaction Currency|Divisa|Moneda|Währung|Waehrung|Billing Currency|Net Currency|Settlement Currency|Moeda|Devise|通貨|통화|幣別|貨幣|Валюта|Валюта операции|Валюта транзакции|Moneta|Para Birimi|Döviz Cinsi|Valuta|Ds_Currency|Valuuttakoodi|Valuutta|Waluta|Waluta transakcji|Měna|Mena|Devizanem|Pénznem|Valutakode|Valutakod|Munt|CurrencyCodeTransaction|TransactionCurrencyCode|Měna účtu|Mena účtu|Waluta rachunku|Loại tiền
currency: สกุลเงิน|العملة|מטבע|ارز|Mata Uang

# what was answered
code: Code|RC|Resp|F39|DE39|Field39|RspCode|RespCode|RespCd|RspCd|ResponseCode|ResCode|RetCode|RetCd|ReturnCode|RCode|Response|AnswerCode|HostCode|HostRC|HostRspCode|RspNo|ErrCode|ErrorCode|FailureCode|FailCode|DeclineCode|ECode|AuthRespCode|ActionCode|ResultCode|Bit39|ARC|TranRc|TxnRc|TrxRc|RejectCode|RejCode|HostRespCode|IssRespCode|Rsp_No|ResponseCd|RC39|ISO39|RespCode39|SubCode|RtnCode|RtnCd|RtCode|TranRspCd|Respuesta|Resposta|Risposta|Ds_Response|HostResponseCode|TrxStatus|OrigRespCode|Kode Respon|Kode Respons|Code réponse|Code retour|BankResponseCode|BankRespCode|ProcessorResponseCode
code: 通道返回码|通道应答码|通道响应码|通道错误码|通道返回代码|通道响应代码|通道错误代码|渠道应答码|渠道响应码|渠道错误码|渠道返回代码|渠道响应代码|渠道错误代码|上游返回码|上游应答码|上游响应码|上游错误码|上游返回代码|上游响应代码|上游错误代码|平台返回码|平台响应码|平台错误码|平台返回代码|平台响应代码|平台错误代码|银行应答码|银行响应码|银行错误码|银行返回代码|银行响应代码|银行错误代码|支付返回码|支付应答码|支付响应码|支付错误码|支付返回代码|支付响应代码|支付错误代码
code: 应答码|响应码|返回码|交易返回码|应答代码|响应代码|返回代码|交易应答码|交易响应码|主机应答码|主机返回码|平台应答码|错误码|错误代码|银联应答码|39域|应答码39域|中心应答码|渠道返回码|交易结果码|结果码|银行返回码|返回值|返回|应答|响应|返回代号|交易返回代码|主机响应码|主机应答代码|前置返回码|核心返回码|发卡行应答码|银联返回码|应答码(39域)|失败代码|拒绝码|拒付码|系统返回码|业务返回码|受理返回码|终端返回码|终端应答码|终端响应码
code: エラーコード|結果コード|応答コード|응답코드|결과코드|거절코드|回應碼|回覆碼
code: Код ответа|Yanıt Kodu|Cevap Kodu|Antwortcode|Antwort-Code|Rückgabecode|Fehlercode
code: รหัสตอบกลับ|รหัสผลลัพธ์|رمز الاستجابة|كود الاستجابة|رمز الرد|کد پاسخ|کد نتیجه|קוד תגובה|קוד תשובה|קוד שגיאה|Mã phản hồi|Mã lỗi
status: Status|State|OverallResult|TxnStatus|TradeStatus|TransStatus|TransactionStatus|OrderStatus|PayStatus|TranStatus|Result|TradeState|PaymentStatus|Estado
status: 交易状态|状态|当前状态|订单状态|支付状态|交易结果|处理结果|处理状态|清算状态|结算状态|付款状态|结果|交易状态名称|订单交易状态|交易状况|处理情况|交易结果状态
status: ステータス|取引状態|取引ステータス|決済状態|決済ステータス|処理結果|상태|거래상태|결제상태|승인상태|처리상태|처리결과|結果|狀態|交易狀態|付款狀態
status: Статус|Статус операции|Результат|付款結果|İşlem Durumu|Durum|Sonuç|Resultado|Resultado operación|Resultado operación y código|Resultado de la operación|Statut|Esito|Stato|État|Último Status|Status da Venda|Situação|Status da Transação|Ergebnis|Trạng thái|Tila|Stav|Állapot|Status transakcji|Status płatności|Stav platby|Transaksjonsstatus|Estado de la transacción|Estado de la venta|Status do Pagamento|Status Transaksi|Status Pembayaran|Estatus|Estatus de la transacción|Estado de transacción|Estado de la operación
status: สถานะ|สถานะรายการ|الحالة|حالة العملية|حالة المعاملة|حالة الدفع|وضعیت|وضعیت تراکنش|סטטוס|סטטוס עסקה|מצב
text: 通道返回信息|通道返回描述|通道返回消息|通道返回说明|通道错误信息|通道错误描述|通道错误原因|通道响应信息|通道应答信息|通道响应描述|通道失败原因|渠道返回信息|渠道返回描述|渠道返回消息|渠道返回说明|渠道错误信息|渠道错误描述|渠道错误原因|渠道响应信息|渠道应答信息|渠道响应描述|渠道失败原因|上游返回信息|上游返回描述|上游返回消息|上游返回说明|上游错误信息|上游错误描述|上游错误原因|上游响应信息|上游应答信息|上游响应描述|上游失败原因|平台返回信息|平台返回描述|平台返回消息|平台返回说明|平台错误信息|平台错误描述|平台错误原因|平台响应信息|平台应答信息|平台响应描述|平台失败原因|银行返回信息|银行返回描述|银行返回消息|银行返回说明|银行错误信息|银行错误描述|银行错误原因|银行响应信息|银行应答信息|银行响应描述|银行失败原因|支付返回信息|支付返回描述|支付返回消息|支付返回说明|支付错误信息|支付错误描述|支付错误原因|支付响应信息|支付应答信息|支付响应描述|支付失败原因
text: OrigRespMsg|RespErr|RejCodeExplain|Err|Error|ErrMsg|ErrorMsg|ErrorMessage|ErrText|Msg|Message|RspMsg|RespMsg|ResponseMsg|ResponseMessage|RetMsg|ReturnMsg|RespText|ResponseText|Text|Desc|ErrDesc|ErrorDesc|ResultMsg|ErrInfo|Remark|Cause|Description|RtnMsg|RtnDesc|RejectReason|FailureReason|FailureMessage|FailureDescription|FailReason|DeclineReason|DeclineMessage|ErrDetail|HostMsg|RspDesc|RespDesc|ReplyMsg|ResDesc|ResMsg|ResultDesc|ErrorCondition|SubMsg|ErrCodeDes|Keterangan
text: 错误信息|错误描述|错误说明|应答信息|响应信息|返回信息|应答描述|应答说明|响应描述|失败原因|错误原因|异常信息|应答码说明|返回描述|结果描述|备注|说明|响应说明|返回码描述|提示信息|应答码描述|返回说明|失败描述|返回说明信息|失败说明|拒绝原因|拒付原因|返回码说明|主机返回信息|错误提示|返回消息|响应消息|应答消息|结果说明|交易结果描述|交易描述|交易说明|交易附言|Beschreibung|Verwendungszweck|Descripción|Descrição|Omschrijving|Libellé
text: エラー内容|エラーメッセージ|結果メッセージ|備考|응답메시지|결과메시지|거절사유|비고|적요|기재내용|備註|回應訊息
text: Communication|Communications|Описание|Назначение платежа|Описание операции|Основание|Gateway Response|Açıklama|Processor Response|Processor Message|Nội dung|Nội dung giao dịch|Diễn giải|İşlem Açıklaması|Zpráva|Zpráva pro příjemce|Tytuł|Tytułem|Tytuł operacji|Opis operacji|Opis transakcji|Közlemény|Tytuł płatności
text: หมายเหตุ|รายละเอียด|الوصف|البيان|ملاحظات|سبب الرفض|توضیحات|شرح|תיאור|הערות|פרטים|Nội dung thanh toán
reason: Reason|ReversalReason|RevReason|冲正原因|撤销原因|冲正原因码
latency: RT|Elapsed|Cost|Latency|Duration|Took|TimeCost|CostTime|UsedTime|UseTime|RespTimeMs|ElapsedTime|RTT|ProcTime|Lifespan|耗时|响应耗时|交易耗时|处理耗时|处理时长|响应时长|应答耗时|用时|时长|通讯耗时|Spend|SpendTime|TimeUsed|HandleTime|ConsumeTime|TotalTime|时耗|总耗时|通讯时长
timed_out: Timeout|TimedOut|IsTimeout|是否超时|超时|超时标志
origin: Origin|RespOrigin|CodeOrigin|应答来源|返回码来源

# what was asked
kind: Kind|Type|AmountType|RequestType|TranType|TransType|TxnType|TransactionType|TradeType|Txn|Trans|Tran|BizType|Operation|TranCode|TransCode|TxnCode|TxnName|TransName|Reporting_category|ics_applications|TransactionEventCode|Transaction Event Code|Tipo|Typ|TrnType|TrxType|TrxName|TranName|Txn_Cd|TranCd|TransCd|BusiType|BizName|Transaction Name|Event Type|Activity Type|Receipt Type|Journal Type|Transaction Entity|Transaktionstyp|Transaktionsart|Tipo de transacción|Tipo de transação|Type de transaction|Transactietype|Nama Transaksi
kind: 交易类型|交易类别|业务类型|类型|交易名称|交易种类|业务名称|交易码|交易代码|业务种类|交易摘要|摘要|账务类型|交易方式|消费类型|交易类型名称|业务类型名称|交易代码名称|账单类型|流水类型|订单类型|交易
kind: 账务类别|动账场景|动账类型|账务场景
kind: 取引種別|取引種類|取引区分|取引内容|処理区分|売上区分|거래구분|거래유형|거래종류|승인구분|결제구분|매출구분|交易類別|交易類型
kind: Тип операции|Тип транзакции|Операция|Вид операции|İşlem Tipi|İşlem Türü|Tipo de operación|Tipo operación|Type d'opération|Nature de l'opération|Loại giao dịch|Transaksjonstype|Tapahtumatyyppi|Tyyppi|Typ transakcji|Rodzaj transakcji|Rodzaj operacji|Typ transakce|Tranzakció típusa|Tipo de Lançamento|Tipo de movimiento|Tipo de venta|Jenis Transaksi|Tipe Transaksi|Typ operacji
kind: ประเภทรายการ|ประเภทธุรกรรม|نوع العملية|نوع المعاملة|نوع الحركة|نوع تراکنش|نوع عملیات|סוג עסקה|סוג העסקה|取扱区分
call: Method|ApiMethod|ApiName|Service|ServiceName|InterfaceName|接口|接口名|接口名称|服务名
mti: MTI|MsgType|MessageType|MsgTypeId|F0|DE0|MTID|报文类型|消息类型|报文类型标识|信息类型|MSG_TP|MessageTypeIndicator|MessageTypeIdentifier
proc_code: PCODE|ProcCode|ProcessingCode|PrCode|F3|DE3|ProcCd|处理码|交易处理码|交易类型码
entry_mode: EntryMode|PosEntryMode|F22|DE22|EntMode|InputMode|POSEM|输入方式|服务点输入方式|服务点输入方式码|输入方式码|刷卡方式|受理方式|PointOfServiceEntryMode
cond_code: CondCode|ConditionCode|PosConditionCode|F25|DE25|服务点条件码|条件码|PointOfServiceConditionCode

# who
institution: Inst|Institution|InstId|InstNo|InstCode|InstName|Org|OrgId|OrgNo|OrgCode|OrgName|InsCd|Bank|BankName|BankCode|BankId|Branch|BranchId|BranchNo
institution: AcquirerName|AcquirerBank|AcquiringBank|AcqBank|AcqName|Processor|ProcessorName|PaymentProcessor|PSP|PspName|PaymentProvider|Gateway|GatewayName|PaymentGateway|Connector|Upstream|UpstreamName|通道|通道名称|通道编号|通道代码|支付通道|支付通道名称|收单通道|交易通道|路由通道|上游|上游通道|上游渠道|上游机构|上游名称|路由机构
institution: 机构|机构号|机构代码|机构名称|机构编号|所属机构|收单机构|收单机构名称|收单行|收单银行|归属机构|法人机构|法人行|银行|银行名称|行社|行社名称|行社号|支行|网点|网点号|网点名称|归属行|开户机构|主办行|管理行|机构简称|分支机构|分支行|经办机构|经办网点|营业机构|经营机构|所属网点|所属支行|所属银行|拓展机构|分行|总行|农商行|联社
acquirer: Acquirer|AcqInst|AcqId|AcqInstId|AcqBin|F32|DE32|AcquiringInstitution|AcqInsCode|受理机构|代理机构|受理机构代码|代理机构代码|代理机构标识码|受理机构标识码|收单机构代码|收单机构标识码|ACQ_INS_ID_CD|AcquiringInstitutionIdentificationCode|AcquiringInstitutionCode|AcquiringInstitutionId
forwarder: Forwarder|FwdInst|FwdId|FwdInstId|F33|DE33|FwdInsCode|发送机构|发送机构代码|发送机构标识码|转发机构|FWD_INS_ID_CD|ForwardingInstitutionIdentificationCode
mid: MID|Merchant|MerchantId|MerchantNo|MerId|MerNo|MchtNo|MchtId|MerchNo|MerchId|MchId|ShopNo|F42|DE42|CardAcceptorId|MerchantAccount|MerchantCode|MchtCd|MchtCode|MerCd|MerchCd|MerchantCd|BankShopNo|MrchNo|MrchtNo|StoreId|MerchantNumber|MerNum|Shop_Id|Ds_MerchantCode|Caid|CusId|MchntCd|CardAcceptorIdentificationCode|CardAcceptorIdCode
mid: 商户号|商户编号|商户代码|商户ID|受卡方标识码|商户|收单商户号|银联商户号|内部商户号|商编|商户编码|子商户号|MCHT_CD|商户号码|特约商户编号|特约商户代码|商户标识|商户代号|结算商户号|平台商户号|商户内部号|受理商户号|收单商户编号|本地商户|本地商户号
mid: 加盟店番号|利用加盟店番号|加盟店契約番号|加盟店ID|加盟店コード|ショップID|가맹점번호|가맹점ID|가맹점코드|상점ID|상점아이디|Estabelecimento|Código do Estabelecimento|Número do Estabelecimento|特店代號|特店編號|商戶編號|商店代號
mid: Номер мерчанта|ID мерчанта|Мерчант|MerchantID|Retailer ID|Üye İşyeri No|İşyeri No|Üye İşyeri Numarası|N° contrat|Numéro de contrat|Mã MID|Stonecode|Codice punto vendita|Vippsnummer|Salgsstednummer|Numer punktu|Numer merchanta|Brukerstedsnummer|Número de comercio|Número del comercio|Código de comercio|Numéro commerçant|交易商户编号|交易商户号|Händler-ID|Händlernummer|Vertragspartnernummer|VU-Nummer|Vertragsnummer|Kode Merchant
mid: รหัสร้านค้า|หมายเลขร้านค้า|رقم التاجر|معرف التاجر|شماره پذیرنده|کد پذیرنده|מספר ספק|מספר בית עסק|מספר עסק|Mã ĐVCNT|Mã đơn vị chấp nhận thẻ|Mã merchant|Номер ТСП|ID ТСП|Mã điểm bán|No Merchant|Nomor Merchant
tid: TID|Term|TermId|TermNo|Terminal|TerminalId|TerminalNo|TerminalCode|Pos|PosId|PosNo|F41|DE41|DeviceId|DeviceNo|Device|DevNo|TERM_CD|TermCd|TermNum|TerminalNum|TerminalNumber|TerminalSN|DeviceSN|TermSN|PosNum|EquipmentNo|Trm_No|TrmnlNo|POIID|Ds_Terminal|Catid|CardAcceptorTerminalIdentification|CardAcceptorTerminalIdentificationCode|CardAcceptorTerminalId|CardAccTerminalIdentity|ATM ID|ATM No
tid: 终端号|终端编号|终端代码|终端ID|终端|终端标识|设备号|设备编号|机具号|机具编号|受卡机终端标识码|POS号|终端机号|POS终端号|银联终端号|收银终端号|终端设备号|终端号码|终端SN|设备SN|SN号|终端序列号|设备序列号|银行终端号|POS终端编号|终端代号|终端设备编号|POS编号|机器编号|刷卡机编号|终端标识码|终端编码|机具SN|机身号|机身SN|设备机身号|机身序列号|本地终端号
tid: 端末番号|CAT(POS)端末番号|CAT端末番号|端末ID|端末識別番号|단말기번호|단말기ID|단말번호|Número do Terminal|Número da Máquina|Número Lógico|端末機代號|端末機號|終端機編號|終端機代號|終端機號碼|終端機號
tid: Номер терминала|Терминал|ID терминала|Terminal Numarası|N° terminal|Numéro de terminal|Mã TID|N° de Série|Terminale|Numer terminala|Identyfikator terminala|Číslo terminálu|Terminalnummer|Terminal-ID|Päätetunnus|Terminál azonosító|Número de terminal|Código da Maquininha|Número da Maquininha
tid: เลขที่เครื่อง|รหัสเครื่อง|หมายเลขเครื่อง|รหัสเทอร์มินัล|رقم الجهاز|معرف الجهاز|رقم نقطة البيع|رقم الطرفية|شماره پایانه|شماره ترمینال|کد پایانه|کد ترمینال|מספר מסוף|מסוף|Mã thiết bị|Mã máy POS|Mã thiết bị đầu cuối
stan: STAN|Trace|TraceNo|TraceNum|F11|DE11|SysTrace|SystemTrace|SystemTraceAuditNumber|SysTraceNo|TraceAuditNumber|VoucherNo|Voucher|InvoiceNo|Serial|SerialNo|TermSeq|TermTrace|SYS_TRA_NO|TermSsn|SysSsn|SSN|TranSeq|TxnSeq|TransSeq|SeqNo|TraceId11|SysSeq|PosSeq|PosTraceNo|PosTraceNumber|TermTraceNo|SysSeqNo|SystemsTraceAuditNumber
stan: 流水号|终端流水号|系统跟踪号|跟踪号|凭证号|交易流水号|POS流水号|终端流水|流水|交易流水|系统流水号|小票号|票据号|凭证号码|受卡方系统跟踪号|终端凭证号|POS流水|POS流水编号|终端交易流水号|受理流水号|终端流水编号|本地流水号|收银流水号|交易凭证号|系统跟踪号（11域）|票号
stan: 伝票番号|전표번호|NSU|NSU/CV|NSU/DOC|Número NSU|Comprovante de Venda|Comprovante da Venda
stan: Txn Sequence Number|Transaction Sequence Number|Txn Sequence No|Trace-Nr|Tracenummer
stan: شماره پیگیری|کد پیگیری|מספר שובר|שובר|Số hóa đơn|No Trace
batch: Batch|BatchNo|BatchNum|BatchNumber|BatchId|F60.2|批次号|交易批次号|批次|终端批次号|Nº Lote|Lote|Bat Nbr|배치번호|Número do Lote
batch: Số lô|No Batch|หมายเลขชุด|رقم الدفعة
rrn: RRN|F37|DE37|RefNo|Ref|RetrievalRef|RetrievalReferenceNumber|RetrievalRefNo|ReferenceNo|ReferenceNumber|RetRefNo|HostRef|RETRIVL_REF|RETRI_REF_NO|RRefNo|RetrRefNo|RefNum|RefCode|RetRefNum|SysRefNo|HostSerialNumber|HostSerialNo|TradeRefNo|ReferNo|ReferenceNum|RetrievalReferenceNo|No Referensi|Nomor Referensi
rrn: 参考号|检索参考号|系统参考号|交易参考号|检索号|中心流水号|主机流水号|系统检索号|银联参考号|检索参考码|参考编号|系统参考编号|检索参考编号|银联检索参考号|交易检索号|银联检索号|主机参考号|检索参考号（37域）|POS参考号|银行参考号|参考号码|NSU Host|NSU do Host|NSU Autorizador|Numer referencyjny
rrn: หมายเลขอ้างอิง|เลขที่อ้างอิง|رقم المرجع|الرقم المرجعي|المرجع|شماره مرجع|شماره ارجاع|کد مرجع|אסמכתא|מספר אסמכתא
auth_code: Auth|承認番号|AuthCode|AuthNo|AuthId|F38|DE38|ApprovalCode|AuthorizationCode|AuthIdResp|Approval|授权码|授权号|授权标识应答码|授权编号|AuthCd|ApprCode|AppCode|AuthIdCode|授权码（38域）|授权号码|承認番号|承認コード|승인번호|Approv Code|Número da Autorização|Cód. de Autorização|Autorização|授權碼|授權號碼|AuthorisationCode|Ds_AuthorisationCode|ApprovalNumber|AuthorizationIdentificationResponse|AuthorisationIdentificationResponse|AuthorizationIdResponse|授权应答码
auth_code: Код авторизации|Onay Kodu|Provizyon No|Provizyon Kodu|N° autorisation|Numéro d'autorisation|Mã chuẩn chi|Kod autoryzacji|Numer autoryzacji|Autorizační kód|Godkjenningskode|Auktoriseringskod|Engedélyszám|Código de autorización|Nº autorización|Codice autorizzazione|Code autorisation|Código de Autorização|Numer autoryzacji transakcji
auth_code: รหัสอนุมัติ|เลขที่อนุมัติ|رمز الموافقة|رقم الموافقة|رمز التفويض|رقم التفويض|מספר אישור|קוד אישור|Kode Otorisasi|Kode Approval
order_no: PosRefId|OrderNo|OrderId|CheckoutRequestID|OutTradeNo|MchOrderNo|MerOrderNo|MerchantOrderNo|MerOrderId|MerchantReference|Merchant Reference|InvoiceId|Invoice ID|商户订单号|订单号|商家订单号|商户单号|商家订单编号|订单编号|商户流水号|外部订单号|第三方订单号|MchntOrderNo|MercOrderNo|OrdNo|OrderNum|OrderNumber|OrdId|MerchOrderId|商户侧订单号|商户业务单号|商城订单号|商户订单编号|门店订单号|业务订单号|商家单号|Receipt Number|Receipt No|Receipt ID|商户支付订单号|商户内部订单号|内部订单号|注文番号|受注番号|オーダーID|オーダー番号|주문번호|주문ID|상점주문번호|가맹점주문번호|Merchant TrackId|Código do Pedido|Número do Pedido|訂單編號|訂單號碼|商店訂單編號|特店訂單編號|BusinessId|BusinessOrderNo|Ds_Order|TxnRef|ClientSn|ReqSn|Partner_transaction_id|Partner_trans_id|TransactionRequestId|External ID
order_no: Номер заказа|特店交易編號|Sipariş No|Sipariş Numarası|Kvittonummer|Ordre-ID|Ordreid|Ordrenummer|Ordrenr|Ordernummer|Beställningsnummer|Tilausnumero|Numer zamówienia|Číslo objednávky|Rendelésszám|Bestellnummer|Numéro de commande|Numero ordine|Bestelnummer|Order code|Merchant Txn ID|Merchant Transaction ID
order_no: หมายเลขคำสั่งซื้อ|เลขที่คำสั่งซื้อ|رقم الطلب|رقم الفاتورة|מספר הזמנה|Mã đơn hàng|Mã hóa đơn
channel_no: ChannelNo|TransactionId|TrxId|SysSn|TradeNo|QueryId|ChannelOrderNo|PlatformOrderNo|Psp Reference|PspReference|BalanceTransactionId|Transaction ID|ChannelSeq|支付宝交易号|微信订单号|微信支付订单号|交易单号|交易号|交易订单号|渠道订单号|平台订单号|查询流水号|支付单号|支付订单号|渠道流水号|平台流水号|银联流水号|交易编号|日志号|成交编号|Id. de transacción|Transaktionscode|收钱吧订单号|支付源订单号|收款通道订单号|通道流水号|渠道交易号|业务流水号|微信支付业务单号|支付平台订单号|银联订单号|通道订单号|平台交易号|支付流水号|系统订单号|交易订单编号|三方流水号|平台单号|付款单号|Payment ID|Transaktionsnummer|Transaktions-ID|Número de transacción|Codice transazione|Numéro de transaction|ID da transação|Transactiereferentie|网关流水号|宝付订单号|宝付交易号|银行订单号|取引ID|取引番号|決済ID|決済番号|거래번호|거래고유번호|거래ID|결제번호|Código da Venda|Código da Transação|交易序號|IDTransaction
channel_no: 綠界交易編號|綠界訂單編號|歐付寶交易序號|藍新金流交易序號|ID операции|ID транзакции|Номер операции|Ödeme ID|İşlem No|İşlem ID|Stone ID|Mã giao dịch|Transaksjons-ID|Transaksjonsnummer|Tapahtumatunnus|Numer transakcji|Identyfikator transakcji|Číslo transakce|Tranzakció azonosító|ID de transacción|Código de transacción|ID da Venda|ID Transaksi|No. Transaksi|Kode Transaksi|Id transakce|Mã GD|Dekont No
channel_no: رقم العملية|رقم المعاملة|معرف العملية|מספר עסקה|รหัสธุรกรรม
refund_no: RefundNo|RefundId|OutRefundNo|Modification Reference|ModificationReference|商户退款单号|微信退款单号|退款单号|退款批次号|退款批次号/请求号|退款订单号|退款流水号|退款请求号|退货单号|退款编号|商家退款单号|平台退款单号|商户退款订单号
orig_stan: OrigSTAN|OrigTrace|OrigTraceNo|OriginalSTAN|OrigStanNo|OrgTrace|OrgTraceNo|OrgSTAN|OriTrace|OriTraceNo|OldTrace|OldTraceNo|OldTraceNumber|OTrace|OrgSeqNo|OriSeqNo|原流水|原流水号|原凭证|原POS流水号|原跟踪号|原系统跟踪号|原凭证号|原终端流水号|原交易流水号
orig_rrn: OrigRRN|OrigRefNo|OriginalRRN|OrigRef|OrgRRN|OriRRN|OldRRN|OrgRefNo|OriRefNo|OldRefNo|OrgReferNo|原参考号|原检索号|原检索参考号|原系统参考号|原交易参考号
pan: PAN|会員番号|利用会員番号|Card|CardNo|CardNum|CardNumber|F2|DE2|AcctNo|AccountNo|PriAcct|PrimaryAccountNumber|CardPan|MaskedPAN|MaskPan|AccNo|卡号|主账号|交易卡号|银行卡号|账号|帐号|付款账号|卡号/账号|支付卡号|持卡人卡号|PRI_ACCT_NO|CardNbr|CrdNo|BankCardNo|PayCardNo|Tarjeta|Número de tarjeta|CardID|Acct|交易账号|交易卡号/账号|刷卡卡号|卡号（掩码）|付款卡号|付款人卡号|持卡人账号|银行账号|账户号|カード番号|카드번호|Número do Cartão|卡號|信用卡號|Ds_Card_Number|Nomor Kartu|No Kartu|N° de carte|PanMasked|CardMasked|CardNumberMasked|MaskedCard|MaskedCardNumber|TruncatedPan|IssuerMaskCardNo|MaskedCardNo
pan: Номер карты|Kart Numarası|Kart No|N° carte|Numéro de carte|N° do Cartão|Số thẻ|Numer karty|Číslo karty|Kortnummer|Kortnr|Kortin numero|Kártyaszám|Numero carta|Kaartnummer|Kartennummer|Numéro de la carte
pan: หมายเลขบัตร|เลขที่บัตร|رقم البطاقة|شماره کارت|מספר כרטיס|会員番号

# context
issuer: Issuer|Iss|IssuerBank|IssuerName|IssBank|CardBank|IssuingBank|F44.1|IssInst|CardIssuer|BIN|发卡行|发卡机构|发卡银行|发卡行名称|发卡行机构名称|发卡方|付款银行|发卡机构名称|支付银行|发卡机构代码|发卡行代码|发卡行机构代码|卡所属行|ISS_INS_ID_CD|IssBankName|IssuerBankName|CardIssBank|IssueBank|卡行|卡片发卡行|付款方银行|付款行|卡归属行|开卡行|发卡行简称|发卡行标识码|カード会社|カード発行会社|카드사|카드사명|발급사
issuer: Ngân hàng phát hành|Nama Penerbit|Penerbit|ธนาคารผู้ออกบัตร|البنك المصدر|بانک صادرکننده
carrier: Carrier|ISP|SimOperator|NetOperator|运营商|通讯运营商|网络运营商|SIM卡运营商|流量卡运营商
region: Region|Area|City|Province|District|County|Location|地区|区域|城市|所在地|所属地区|省份|市|县|区县|地域|行政区|所在地区|所属地市|地市
network: Net|Network|NetType|NetworkType|Comm|CommType|CommMode|Access|AccessType|Conn|ConnType|Link|通讯方式|网络类型|通信方式|联网方式|网络|接入方式|网络制式|通讯类型
model: Model|TermModel|DeviceModel|DeviceType|PosModel|TermType|AppVer|AppVersion|Firmware|Ver|Version|SwVer|机型|终端型号|型号|设备型号|终端机型|机具型号|应用版本|软件版本|程序版本|固件版本
channel: PayWay|ChannelCode|ChannelId|渠道编号|渠道代码|渠道编码|PayMethod|PaymentMethod|Wallet|支付方式|付款方式|支付工具|钱包|Channel|TransChannel|TxnChannel|PayChannel|ChannelType|ChannelName|渠道|交易渠道|支付渠道|渠道类型|渠道名称|受理渠道|发起渠道|交易来源
channel: ช่องทาง|ช่องทางการชำระเงิน|طريقة الدفع|وسيلة الدفع|אמצעי תשלום|Tipe Pembayaran|Metode Pembayaran|Hình thức thanh toán
level: Level|Lvl|Severity|LogLevel|级别|日志级别

# known and not read; secrets stand here so that nobody ever maps them
ignore: PIN|PinBlock|F52|DE52|Track|Track1|Track2|Track3|F35|F36|F45|DE35|DE36|DE45|CVV|CVN|CVV2|CVN2|F55|DE55|EMV|IcData|MAC|F64|F128|DE64|DE128|MacKey|二磁道|三磁道|磁道|密码|ExpDate|Expiry|F14|DE14|有效期|卡有效期|Track2Data|PinData
ignore: 余额|联机余额|账户余额(元)|结余|Running Balance|Balance After|Balance Currency|Guthaben|Saldo|Kontostand|Solde|账户余额|本次余额|Balance|商品|商品名称|商品说明|交易对方|交易场所|费率|手续费率|手数料率|扣率|Rate|序号|No|Index|Seq|门店名称|商户名称|商户简称|MerchantName|StoreName|卡类型|卡类别|卡种|CardType|Brand|CardBrand|MCC|商户类型|F18|DE18|用户标识|公众账号ID|特约商户号|代金券金额|充值券退款金额|退款类型|退款状态|商户数据包|费率备注|申请退款金额|手续费费率|产品类型|操作员|操作员号|Operator|OperatorId|Thread|Logger|Class|Pid|收/付款方式|对方户名|对方账户|对方卡号/账号|附言|用途|商户扣率|账户结余(元)|账户结余|当前余额|可用余额|卡余额|对方户名|对方账号|对方行号|对方行名|对方开户行|对方单位名称|个性化信息|资金变更提交申请人|业务凭证号|分润|积分|优惠金额|优惠|红包|残高|取引後残高|差引残高|잔액|거래후잔액|거래후 잔액|店舗名|加盟店名|支払方法|決済方法|利用店名|가맹점명|이용처|결제수단|할부개월|할부개월수|Bandeira|Modalidade|Forma de Pagamento|Meio de Pagamento|Parcelas|Quantidade de Parcelas|Compte|Compte contrepartie|Остаток|Номер счета|Категория|款項來源
ignore: ยอดคงเหลือ|الرصيد|מאזן|יתרה|مانده|موجودی
`
