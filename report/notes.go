package report

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/poslog/poslog/analyze"
	"github.com/poslog/poslog/internal/lazy"
)

// notes are the sentences in which readers say why a format was chosen and what
// was assumed, as formats of their values; {1} is the first value. A test finds
// the sentences in the sources.
var notes = []phrase{
	{"文件是空的", "the file is empty"},
	{"没有读懂，见要改的地方", "not understood: %s"},
	{"只读到一部分，见要改的地方", "read in part: %s"},

	// why a format was chosen
	{"按 {1} 读取：{2}", "read as %s: %s"},
	{"解包自 {1}", "unpacked from %s"},
	{"文件开头没有交易：格式由后面的行判断", "its head holds no transaction: lines further down tell what it is"},
	{"表格：第 {1} 行有格式 {2} 的列名", "a table: row %d has the column names of %s"},
	{"表格：第 {1} 行有 {2} 个已知列名", "a table: row %d has %d known column names"},
	{"Office Open XML 工作簿", "an Office Open XML workbook"},
	{"旧式或加密的工作簿", "a legacy or encrypted workbook"},
	{"前 {2} 行中有 {1} 行是 KEY=value 的交易", "%d of the first %d lines are transactions of KEY=value pairs"},
	{"前 {2} 行中有 {1} 行是 Android 日志", "%d of the first %d lines are those of an Android log"},
	{"{1} 行是交易的 JSON 对象", "%d lines are JSON objects of transactions"},
	{"数组中的 {1} 个对象是交易", "%d objects in an array are transactions"},
	{"跨多行的 {1} 个对象是交易", "%d objects over several lines are transactions"},
	{"{1} 笔交易，每行一个名称和值", "%d transactions of one name and value per line"},
	{"{1} 条记录，每条 {2} 字节", "%d records of %d bytes"},
	{"{1} 个 <{2}> 元素", "%d elements <%s>"},
	{"含 <isomsg> 报文的 <log> 元素", "<log> elements with <isomsg> messages"},
	{"<log realm=...> 元素", "<log realm=...> elements"},
	{"没有 <log> 的 <isomsg> 报文", "<isomsg> messages without <log>"},
	{"JSON 行，其中有 <isomsg> 报文", "JSON lines with <isomsg> messages in their payload"},
	{"一个 ISO 8583 报文，{1}", "one ISO 8583 message, %s"},
	{"十六进制或文本的 ISO 8583 报文，开头有 {1} 个", "ISO 8583 messages in hexadecimal or text, %d near the start"},
	{"{1} 个 ISO 8583 报文，每行一个域", "%d ISO 8583 messages of one field per line"},
	{"{1} 个收银机帧 02 .. DFxx .. 03", "%d frames 02 .. DFxx .. 03 of a cash register"},
	{"{1} 行终端驱动的 交易结束[码][文字]", "%d lines 交易结束[code][text] of a terminal's driver"},

	// whose book it is
	{"账本是终端，依据：{1}", "side terminal because of %s"},
	{"账本是清算，依据：{1}", "side settlement because of %s"},
	{"账本是清算：有金额而没有应答码，是账单；若不是，请用 --terminal", "side settlement: amounts without response codes are a statement; say --terminal if they are not"},
	{"工作表 {1} 的账本与第一个不同", "sheet %q is of another side than the first"},

	// lines and messages
	{"每行是一笔交易，KEY=value 形式", "each transaction is one line of KEY=value pairs"},
	{"键是 ISO 8583 域号：值的长度与这些域相符", "keys are numbers of fields of ISO 8583: their values have the lengths of these"},
	{"有的行是 UTF-8，有的是 GB18030，各按其编码读取", "some lines are UTF-8 and some GB18030; each was read as what it is"},
	{"不足 12 位的整数金额按元读取", "amounts that are whole numbers of fewer than 12 digits were read as major units (yuan)"},
	{"请求与应答已按终端号和流水号合并", "requests were joined with their answers by terminal and trace number"},
	{"{1} 个请求与应答已按报文类别、流水号、终端、发送时间和通道合并", "%d requests were joined with their answers by message class, STAN, terminal, transmission time and channel"},
	{"{1} 个请求在日志中没有应答", "%d requests have no answer in the log"},
	{"最后一分钟的 {1} 个请求没有应答：日志可能在应答之前就结束了", "%d requests of the last minute have no answer: the log may end before it came"},
	{"{1} 个报文是转发的第二段，标为重复", "%d messages are the second leg of a forwarded one and are marked as repeats"},
	{"{1} 个报文是重发，已标明", "%d messages are repetitions and are marked as such"},
	{"{1} 个应答迟到：在请求被冲正之后，或超过十分钟", "%d answers came late: after a reversal of their request, or after more than ten minutes"},
	{"{1} 个应答在日志中没有请求", "%d answers have no request in the log"},
	{"{1} 个报文按 {2} 读取", "%d messages read as %s"},
	{"{1} 条不是交易的消息留作证据", "%d messages without a transaction are kept as evidence"},
	{"{1} 个帧被驱动打了星号，无法核对校验字节", "%d frames were starred by the driver, so that their check byte cannot be checked"},
	{"{1} 个应答码由驱动或终端自己产生，没有银行应答", "%d codes were made by the driver or the terminal without an answer of the bank"},
	{"{1} 个结果由终端自己给出，没有银行应答", "%d results are the terminal's own, without an answer of the bank"},
	{"{1} 个元素与别的元素同在一行，各算一行，位置按元素顺延编号", "%d elements share a line with another; each counts as a row, and positions number them on"},
	{"{1} 个对象与别的对象同在一行，各算一行，位置按对象顺延编号", "%d objects share a line with another; each counts as a row, and positions number them on"},
	{"{1} 行的时间没有年份：取自文件中的日期或文件最后写入的时间；不对请用 --year 指明", "%s rows state no year: it was taken from a date in the file, or from when the file was last written; --year says otherwise"},
	{"与 {1} 逐字节相同：请只给其中一个", "it is byte for byte the same as %s: leave one of them out"},

	{"最新的条目在最前：已从最后一条读到第一条", "the newest entries come first: they were read from the last to the first"},
	{"最新的条目在最前，而日志太长，无法倒转：请求找不到应答；请按时间从早到晚导出", "the newest entries come first, and the log is too long to be turned: requests do not find their answers; export it from the oldest to the newest"},

	// tables
	{"金额按元读取：{1} 列的金额都带小数", "amounts are in yuan: those under %s have decimals"},
	{"金额按元读取，尽管列名是 {1}：有的带不足一分的小数", "amounts are in yuan, whatever the name %s says: some have parts of a fen"},
	{"{1} 与金额同单位：按另一单位读就过大", "%s is in the unit of the amounts: in the other it would be too much"},
	{"币种列 {1} 不是金额列的币种，金额列名 {2} 写明了另一币种；列名没有写明同一币种的手续费、净额列不读取", "column %s is not of the amounts, whose name %s says another currency; fees and net amounts whose names do not say it are not read"},
	{"列 {1} 是 {2} 的币种，按后者读取金额；{3} 及其旁边的手续费、净额没有写明币种，不读取", "column %s is the currency of %s, which is read as the amount; %s and the fees and net amounts beside it state none and are not read"},
	{"未写币种的行按 {1} 处理，其余各行都写明是它", "rows that state no currency are taken as %s, which the others state"},
	{"{1} 列 0 为正，1 为负", "%s 0 is a plus and 1 a minus"},
	{"{1} 是手续费的费率，不是金额", "%s is the rate of the fee, no amount"},
	{"settlement 按付款处理：该词的行有手续费或净额，且没有别的词表示付款", "settlement stands for payments: its rows have fees or net amounts, and no other word is one for a payment"},
	{"{1} 列为“是”的行是退款", "rows with yes under %s are refunds"},
	{"带 CR 的金额按退款处理：多数金额不带字母", "amounts with CR are taken for refunds: most have no letter"},
	{"年份为佛历：{1} 即 {2}", "years are of the Buddhist era: %s is %s"},
	{"首列标明各行是什么（{1}）：{2} 以外的行说的是整个文件或一批", "the first cell says what a row is (%s): rows other than %s stand for the file or a batch"},
	{"金额按分读取：{1}", "amounts are taken as fen: %s"},
	{"合计是这样写的", "that is what their total says"},
	{"都是整数，且多数不是 100 的倍数；若不对，请在格式文件中写 units: {amount: yuan}", "they are whole numbers, most of them no multiples of 100; say units: {amount: yuan} in a format file if that is wrong"},
	{"各行是打到银行账户的款项，不是交易", "the rows are payouts to a bank account, not payments"},
	{"各行是对交易的争议（拒付、调单），不是交易", "the rows are disputes of payments, not payments"},
	{"负数金额按账户流水处理，不作退货", "amounts below zero are taken for movements of an account, not for refunds"},
	{"字段名是以分为单位的支付接口的写法；若不对，请在格式文件中写 units: {amount: yuan}", "they stand under the names that an interface has whose amounts are in fen; say units: {amount: yuan} in a format file if that is wrong"},
	{"都是整数，创建时间为 Unix 时间，同支付接口的写法；若不对，请在格式文件中写 units: {amount: yuan}", "they are whole numbers beside creation times in Unix time, as payment interfaces write them; say units: {amount: yuan} in a format file if that is wrong"},
	{"都是与币种同在一个对象里的整数，同支付接口的写法；若不对，请在格式文件中写 units: {amount: yuan}", "they are whole numbers in an object with their currency, as payment interfaces write them; say units: {amount: yuan} in a format file if that is wrong"},
	{"{1} 列是各行的编号，不是应答码：没有两个相同", "%s holds numbers of the rows, no response codes: no two are the same"},
	{"金额取 {1}：它是 {2} 与 {3} 之和", "amounts are those of %s: %s and %s together"},
	{"没有 {1} 的行已批准：此外没有列写明结果", "rows without %s were approved: nothing else says how a row ended"},
	{"没有 {1} 的行已批准：只有这些行有 {2}", "rows without %s were approved: these have %s, and no others"},
	{"{1} 列为“是”的行已撤销，按未付款计", "rows with yes under %s were undone: they count as not paid"},
	{"没有币种的行取其外层对象的币种：{1}", "rows without a currency have that of the object around them: %s"},
	{"没有币种的行取文件的币种：{1}", "rows without a currency have that of the document: %s"},
	{"{1} 为零的行，金额取 {2}：没有一行两者都有", "where %s is zero, the amount is that of %s: no row has both"},
	{"{1} 为零的行，金额取 {2}", "where %s is zero, the amount is that of %s"},
	{"金额取 {1} 而不是 {2}：减去手续费正好等于结算金额", "amounts are those of %s, not of %s: less fees, they are the net amounts"},
	{"没有写币种的金额按 {1} 读：写了币种的金额都是它", "amounts that show no currency are taken as %s, which the others show"},
	{"小票状态 closed 表示已付：{1} 没有别的词表示已付", "receipts that are closed are paid: no other word of %s says so"},
	{"交易类型为 {1} 的行按消费计：这些词不认识；若不是消费，请在格式文件的 kinds: 中列出", "rows of the kind %s count as sales: the words are not known; list them under kinds: in a format file if they are not"},
	{"交易类型为 {1} 的行撤销了退货：金额按收回计，与消费一样", "rows of the kind %s undo refunds: their money counts as received, like that of sales"},
	{"应答码为批准的交易按批准计，但其中有的状态为 {1}", "payments whose code is an approval count as approved, though some have the state %s"},
	{"{1} 笔消费的金额为负：按退货计", "%d sales have amounts below zero: they count as refunds"},
	{"日期按日在前读：这样才与旁边或文件名中无疑义的日期相近", "dates are day first: so they are near dates that leave no doubt, beside them or in the name of the file"},
	{"日期按月在前读：这样才与旁边或文件名中无疑义的日期相近", "dates are month first: so they are near dates that leave no doubt, beside them or in the name of the file"},
	{"日期按月在前读，与各行的时区相符", "dates are month first, as in the time zone of the rows"},
	{"日期按日在前读：这样各行的日子相近；如不对，在格式文件中写 date: mdy", "dates are day first: so the rows are of days near each other; say date: mdy in a format file if that is wrong"},
	{"日期按月在前读：这样各行的日子相近；如不对，在格式文件中写 date: dmy", "dates are month first: so the rows are of days near each other; say date: dmy in a format file if that is wrong"},
	{"带 $ 的金额按 USD 读；如是别的货币，在格式文件中写 set: {currency: AUD}", "amounts with $ are taken as USD; set: {currency: AUD} in a format file if they are others"},
	{"日期按日在前读，如同使用 {1} 的地方；如不对，在格式文件中写 date: mdy", "dates are day first, as where %s is the currency; say date: mdy in a format file if that is wrong"},
	{"日期按月在前读，如同使用 {1} 的地方；如不对，在格式文件中写 date: dmy", "dates are month first, as where %s is the currency; say date: dmy in a format file if that is wrong"},
	{"{1} 是手续费：等于 {2} 与 {3} 之差", "%s is the fee: it is what lies between %s and %s"},
	{"{1} 计入手续费：合起来等于 {2} 与 {3} 之差", "%s adds to the fee: together they are what lies between %s and %s"},
	{"{1} 等列是手续费：合起来等于 {2} 与 {3} 之差", "%s and others are the fee: together they are what lies between %s and %s"},
	{"{1} 行既不计消费也不计退货：{2}", "%d rows count neither as sales nor as refunds: %s"},
	{"各行说明消费金额中有 {1} 已退回：金额合计仍按全额计", "%s of the amounts of sales was paid back, as their rows say: totals of money have them whole"},
	{"结果按 {1} 读取；另一列 {2} 没有读取，它在前面的行中有 {4} 行为 {3}", "%s says how rows ended, and %s, which is not read, says %s of %d of the first"},
	{"{1} 笔失败的交易没有金额：失败金额的合计不含它们", "%d payments that failed have no amount: sums of what failed are without them"},
	{"{2} 笔批准的交易中 {1} 笔没有金额：金额合计不含它们", "%d of %d approved payments have no amount: totals of money are without them"},
	{"{2} 笔交易中 {1} 笔没有应答码，而其余都有：按已清算计", "%d of %d payments have no response code, which the others have: they count as settled"},
	{"费率相同的手续费都取整", "fees of one rate are rounded to whole numbers"},
	{"金额单位是{1}，见{2}", "amounts are in %s, from %s"},
	{"时间为 UTC{1}，见第 {2} 行", "times are in UTC%s, from row %d"},
	{"时间为 {1} 时区，见系统监视器的记录", "times are those of %s, which the system monitor states"},
	{"时间为 UTC，见列名 {1}", "times are in UTC, by the column name %s"},
	{"各行的 {1} 都是 {2}，见第 {3} 行", "%s is %s for all rows, from row %d"},
	{"工作表 {1} 各行只有钟点：日期是 {2}，取自表名", "rows of sheet %q have a time of day only: they are of %s, by its name"},
	{"各行只有钟点：日期是 {1}，见{2}", "rows have a time of day only: they are of %s, from %s"},
	{"{1} 笔手续费或净额有不足一分的零头，已四舍五入", "%d fees or net amounts have parts of a cent and were rounded"},
	{"{1} 用于收付两种交易：带负号的是付出，不是消费", "%s stands for payments of both signs; those with a minus went out and are no sales"},
	{"日期按日/月/年读：同逗号作小数点的习惯", "dates are day first, as where the comma separates decimals"},
	{"日期按日/月/年读：前几行的末一个数都相同，是年份", "dates are day first: their last number is the same in the first rows, as a year is"},
	{"日期按日/月/年读：末一个数是文件的年份", "dates are day first: their last number is the year of the file"},
	{"日期按年在前读，但没有依据：各行相同；若不对，请在格式文件中写 date: dmy", "dates are read with the year first, and nothing says so: all rows have the same; say date: dmy in a format file if that is wrong"},
	{"第 {1} 行是交易汇总的列名：其下没有时间的各行不是交易，未读", "row %d names sums of transactions: the rows below it, which have no time, are no transactions and were not read"},
	{"第 {1} 行等标题重新写明其下各行的商户、终端或日期：每行以其上方的为准", "headings such as row %d say anew what they say of the rows below them: each row has what stands above it"},
	{"未写单位的耗时按秒读取：有的小于 1", "durations that do not say their unit are taken as seconds: some are below 1"},
	{"日期按日/月/年读：同以点分隔的习惯", "dates are day first, as where dots stand between their numbers"},
	{"列 {1} 的列名说明了各取值的含义，取值按所写的词理解", "column %s says what its values mean: its words are read for them"},
	{"下列列名不在词典中，按其中的词认出：{1}", "columns whose names are not in the dictionary were taken by their words: %s"},
	{"下列名称不在词典中，按其中的词或值认出：{1}", "names that are not in the dictionary were taken by their words or values: %s"},
	{"下列列名不在词典中，按其下的值认出：{1}", "columns whose names are not in the dictionary were taken by their values: %s"},
	{"{1} 未读取：单笔金额以元或分为单位，而该列是别的单位", "%s is not read: amounts of payments are in yuan or fen, and its unit is another"},
	{"金额未读取：{2}写明单位为 {1}，而单笔金额以元或分为单位", "amounts are not read: they are in %s, from %s, and those of payments in yuan or fen"},
	{"多数交易在日志中出现两次，几秒之内、流水号不同：日志含终端与前置、前置与主机两段，只计其中一段", "most payments stand twice, within seconds and under two trace numbers: the log has both legs, from the terminal and to the host, and one of the two counts"},
	{"{1} 在同一行中出现两次且值不同：取前一个", "%s stands twice in a line, with different values: the first counts"},
	{"交易金额取 {1}：各行中它与 {2} 之差都是手续费", "%s is the amount: the fee lies between it and %s in all rows"},
	{"{1} 是净额：各行中它都等于 {2} 减手续费", "%s is the net amount: it is %s less the fee in all rows"},
	{"交易金额取 {1}，不取 {2}：各行中它与 {3} 之差都是手续费", "%s is the amount, and not %s: the fee lies between it and %s in all rows"},
	{"{1} 写的是各行按支付方式拆分的金额，未读取：交易金额是各方式之和，现金也在内", "%s say how much of a row was paid in which way and are not read: the amounts are of all ways together"},
	{"各行的币种为 {2}，取自列名 {3}", "%s is %s for all rows, from the column name %s"},
	{"各行的币种为 {2}，取自列 {3}，其中没有别的值", "%s is %s for all rows, from the column %s, which holds nothing else"},
	{"文件没有写明币种：金额按人民币读；不是人民币时，在格式文件中写 set: {currency: USD}", "nothing states a currency: amounts are taken as CNY; set: {currency: USD} in a format file says otherwise"},
	{"{1} 列是数字，其中没有一个表示成功，而各行都有净额：它们不是应答码", "%s holds numbers of which none says success, beside net amounts in all of their rows: they are no response codes"},
	{"文件没有写明币种：按列名的语言，金额按 {1} 读取", "nothing states a currency: amounts are taken as %s, by the language of the column names"},
	{"文件没有写明币种：按各行的文字，金额按 {1} 读取", "nothing states a currency: amounts are taken as %s, by the language of the rows"},
	{"列名上方的第 {1} 行有数值，而它上面的列名不足以成表：按标题处理，没有读取", "row %d above the column names has values under names that make no table: it was taken for a title"},
	{"{1} 个时间被电子表格丢了小时（如 48:59.0）：只知道日期；请重新导出，或在保存前把该列设为时间格式", "%d times have lost their hour in a spreadsheet (48:59.0): only their date is known; export them again, or give the column a time format before it is saved"},
	{"工作表 {1} 的每一行是其他工作表交易的合计，未读取（{2} 行）", "the rows of sheet %q add up transactions of other sheets and were passed over (%d rows)"},
	{"工作表 {3} 各行的 {1} 为 {2}，取自表名", "%s is %s for all rows of sheet %q, by its name"},
	{"第 {1} 行以下的合计行是上方交易的合计，未读取", "rows below row %d that add up transactions are of those above and were not read"},
	{"没有列写明扣费前的金额：以 {1} 的金额代替", "no column states the amounts before fees: those of %s stand for them"},
	{"credit 指退款：同一列还有消费", "credit stands for refunds, as it does beside sales"},
	{"日期按日/月/年读：同列名 {1} 的语言", "dates are day first, as in the language of the column name %s"},
	{"{1} 行没有自己的日期：与上一行同日", "%d rows have no date of their own: they are of the day of the row above"},
	{"手续费写成负数表示收取", "fees are written as negative amounts where they are charged"},
	{"{1} 的金额带负号", "amounts of %s are written with a minus"},
	{"日期是日在前：有的第一个数大于 12", "dates are day first: some have a first number above 12"},
	{"日期是日在前：{1} 中有的第一个数大于 12", "dates are day first: those of %s have a first number above 12"},
	{"日期是月在前：{1} 中有的第二个数大于 12", "dates are month first: those of %s have a second number above 12"},
	{"日期是月在前：有的第二个数大于 12", "dates are month first: some have a second number above 12"},
	{"逗号是小数点：金额以逗号和两位数字结尾", "the comma separates decimals: amounts end in a comma and two digits"},
	{"小数点用来分隔千位：凡带点的金额，点后都是三位数字", "the point separates thousands: it stands before three digits in all amounts that have one"},
	{"{1} 的合计是读到的{2}：金额单位有误；请在格式文件中写 units: {amount: yuan} 或 units: {amount: fen}", "the total in %s is %s of what was read: the unit of the amounts is mistaken; say units: {amount: yuan} or units: {amount: fen} in a format file"},
	{"另有 {1} 个分组合计与其各行相符", "%d more totals of groups of rows agree with their rows"},
	{"金额的币种小数位数不同：金额合计没有核对", "amounts have currencies that differ in their decimals: totals of money are not checked"},
	{"{1} 行的手续费和净额所用币种与交易金额的小数位数不同：没有读取", "%d rows have fees and net amounts in a currency with other decimals than that of the amount: they were not read"},
	{"{1} 个部分合计（如某一种卡）没有核对：没有哪一列说明是哪一部分", "%d totals of parts of the rows, such as of one kind of card, were not checked: no column tells the part"},
	{"没有列名的表格，各列的值说明了它们是什么", "a table without column names, whose values tell what the columns are"},
	{"各列没有列名，按各列的值认定：{1}", "the columns have no names; by their values they were taken for %s"},
	{"表格没有列名，各列按格式 {1} 读取", "a table without column names, as the format %s describes"},
	{"每一行都比列名多 {1} 个值：按没有列名的列处理", "every row has %d more values than there are column names: they were taken for columns without a name"},
	{"{1} 行的编号被电子表格改成了约数，或因列太窄没有显示：请把这些列按文本导出", "%d rows have identifiers that a spreadsheet rounded or did not show: export these columns as text"},
	{"应答码的前导零被电子表格去掉了：{1} 按 0{2} 读，因为同列还有 {3}", "response codes have lost their leading zero in a spreadsheet: %s is read as 0%s, because %s stands beside it"},
	{"前导零被电子表格去掉了：报文类型、终端号和流水号已补回", "a spreadsheet took leading zeros away: message types, terminal and trace numbers get theirs back"},
	{"清单里有被拒绝的交易，又没有别的文件是终端流水：加 --terminal 即可分析这些失败", "refused transactions stand in the list, and no other file has the terminal side: --terminal has them looked into"},
	{"账本是终端：清单里有被拒绝的交易，又没有别的文件是终端流水；不用其手续费；若应为清算单，请用 --settlement 指明", "the ledger is terminal: refused transactions stand in the list, and no other file has the terminal side; its fees are not used; --settlement says otherwise"},
	{"列 {1} 按应答码读取：没有列名这样说，依据是它的值：{2}", "column %s is taken for the response code: no name says so, and its values are %s"},
	{"列 {1} 按交易状态读取：没有列名这样说，依据是它的值：{2}", "column %s is taken for the status: no name says so, and its values are %s"},
	{"列 {1} 按金额的正负号读取：它的值是 + 和 -", "column %s is taken for the sign of the amounts: its values are + and -"},
	{"列 {1} 的值说明交易是否成功：{2}", "column %s says whether payments succeeded: its values are %s"},
	{"列 {1} 按交易类型读取：没有列名这样说，依据是它的值：{2}", "column %s is taken for the kind of transaction: no name says so, and its values are %s"},
	{"{1} 按应答码读取：没有名称这样说，依据是它的值：{2}", "%s is taken for the response code: no name says so, and its values are %s"},
	{"没有应答码列：各行的结果取自 {1} 的文字", "no column has response codes: how each row ended is read from the words of %s"},
	{"第 {1} 行是另一张表的列名，没有时间或没有金额：其下各行被拒收", "row %d has column names of another table, without a time or without an amount: the rows below it are rejected"},
	{"第 {1} 行有自己的列名，另起一张表", "row %d of the table has column names of its own and starts another table"},
	{"{1}；其各行已略过", "%s; its rows were passed over"},

	// workbooks
	{"工作表 {3} 的 {2} 行中有 {1} 行与前面的工作表重复，没有再计", "%d of %d rows of sheet %q repeat rows of an earlier sheet and were not counted again"},
	{"工作表 {1} 的每一行都在一个单元格里：按 {2} 拆分，列从拆分后起数", "rows of sheet %q stand in one cell each: they are cut at %s, and their columns are counted from there"},
	{"工作表 {1} 是隐藏的，没有读取（{2} 行）", "sheet %q is hidden and was not read (%d rows)"},
	{"工作簿已用给出的密码解密", "the workbook was decrypted with the given password"},
	{"工作表 {1} 没有列名：按前一张工作表的列名接着读取", "sheet %q has no column names: it goes on under those of the sheet before"},
	{"工作簿中隐藏的行（如被筛选）照样读取：{1}", "rows that are hidden in the workbook, as by a filter, were read like the others: %d"},
	{"工作表太大，合并的单元格只有第一格有值：{1}", "the sheet is too large to fill its merged areas, only their first cells have a value: %d"},

	// words inside of the above
	{"第 {1} 行", "row %d"},
	{"字样 {1}", "the word %s"},
	{"再经 {1}", "then %s"},
	{"终端的颜色标记", "colours of a terminal"},
	{"以 CR 结尾的行", "lines that end in CR"},
	{"采集器的 JSON，行号按其中的条目计", "JSON of a log collector, whose entries are its lines"},
	{"采集器导出的表格", "table of a log collector"},
	{"JSON 文档里的表格", "table in a JSON document"},
	{"整行加引号的表格", "rows quoted as a whole"},
	{"没有名称的值", "values without names"},
	{"值紧跟在名称后面的文字", "values right behind their names"},
	{"名称或值写在括号里的文字", "names or values in brackets"},
	{"按 {1}，有的行尚未结算或结算失败：在清算单中前者按处理中计，后者按未清算计", "by %s some rows are not settled yet, or failed to be: in a settlement file they count as in process, or as not settled"},
	{"Python 打印的对象", "objects of Python"},
	{"按线程或连接配对的请求与应答", "answers told by their thread"},
	{"每行前面另加的内容（grep、行号、容器、syslog）", "something in front of each line"},
	{"网页的不换行空格", "blanks of pages"},
	{"由几个词组成的名称", "names of several words"},
	{"被 sqlplus 折行的表格", "rows folded by sqlplus"},
	{"按固定宽度折断的行", "lines broken at a width"},
	{"分成多行的报文", "messages over several lines"},
	{"单元格内含 JSON 对象的表格", "table with objects in its cells"},
	{"邮件（只读附件，正文中的表格未读）", "mail (its attachments; the table in its text is not read)"},
	{"邮件", "mail"},
	{"文件名", "the file name"},
	{"标题", "the titles"},
	{"百分之一", "a hundredth"},
	{"一百倍", "a hundred times"},
	{"元", "yuan"},
	{"分", "fen"},

	// fields that a row gives for all
	{"商户号", "mid"},
	{"终端号", "tid"},
	{"机构", "institution"},
	{"受理机构", "acquirer"},
	{"清算日期", "settle_on"},
	{"批次", "batch"},
	{"币种", "currency"},
}

// pattern finds a sentence. Its expression is compiled for a note that has the
// longest of its words as they are: a run has few notes.
type pattern struct {
	words string
	re    *lazy.Regexp
	zh    string
}

var notePatterns = sync.OnceValue(func() (list []pattern) {
	verbs := strings.NewReplacer("%d", "\x00d", "%s", "\x00s", "%q", "\x00s", "%v", "\x00s")
	for _, n := range notes {
		p := pattern{zh: n.zh}
		re := ""
		for i, words := range strings.Split(verbs.Replace(n.en), "\x00") {
			if i > 0 {
				re += map[byte]string{'d': `(\d+)`, 's': `(.+?)`}[words[0]]
				words = words[1:]
			}
			if len(words) > len(p.words) {
				p.words = words
			}
			re += regexp.QuoteMeta(words)
		}
		p.re = lazy.MustCompile(`(?s)^` + re + `$`)
		list = append(list, p)
	}
	return list
})

// Note says a note of a reader in a language, zh or en; one that is not known, such
// as the title of a format file, stays as it is.
func Note(lang, note string) string {
	if lang == "en" {
		return note
	}
	for _, p := range notePatterns() {
		if !strings.Contains(note, p.words) {
			continue
		}
		m := p.re.FindStringSubmatch(note)
		if m == nil {
			continue
		}
		s := p.zh
		for i, v := range m[1:] {
			s = strings.ReplaceAll(s, fmt.Sprintf("{%d}", i+1), noteValue(lang, v))
		}
		return s
	}
	return note
}

// noteValue says a value of a note: a sentence, a list of words, or what the input says.
func noteValue(lang, v string) string {
	if said := Note(lang, v); said != v {
		return said
	}
	if strings.ContainsAny(v, `"/`) && !strings.Contains(v, "the word ") { // a sheet or file
		return v
	}
	list := strings.Split(v, ", ")
	for i, item := range list {
		list[i] = Note(lang, item)
	}
	return strings.Join(list, "、")
}

// Advice says in a language what is wrong with an input and what to change.
func Advice(lang string, p analyze.Problem) (what, fix string) { return words{lang: lang}.problem(p) }

// Total names in a language a total that a file states about itself.
func Total(lang, what string) string { return words{lang: lang}.total(what) }
