package report

import (
	"strings"
	"sync"

	"github.com/poslog/poslog/analyze"
)

// ruling is what a rule says of an input, and what to change.
type ruling struct{ what, fix phrase }

// rules words every rule by which a line or file can be refused. A test finds the
// rules in the sources and checks that all are here.
var rules = sync.OnceValue(func() map[string]ruling {
	return map[string]ruling{
		// values
		"amount-syntax":    {phrase{"金额写法无法识别", "not an amount"}, phrase{"写成 1234.56，或 12 位分值", "write it as 1234.56 or in 12 digits of minor units"}},
		"amount-grouping":  {phrase{"金额的千位分隔不是三位一组", "groups of thousands without three digits"}, phrase{"若逗号是小数点，请在格式文件中写 decimal: comma", "say decimal: comma in a format file if the comma separates decimals"}},
		"amount-decimals":  {phrase{"金额的小数位多于币种允许的位数", "more decimals than the currency has"}, phrase{"若确实如此，请在格式文件中写 decimal: comma 或 units: {amount: fen}", "say decimal: comma or units: {amount: fen} in a format file if that is meant"}},
		"amount-fraction":  {phrase{"以分为单位的金额带有小数", "minor units with decimals"}, phrase{"在格式文件中写 units: {amount: yuan}", "say units: {amount: yuan} in a format file"}},
		"amount-range":     {phrase{"金额按最小货币单位超过 15 位数字", "an amount of more than 15 digits in minor units"}, phrase{"检查哪一列才是金额", "check which column is the amount"}},
		"latency-syntax":   {phrase{"耗时写法无法识别", "not a duration"}, phrase{"写成 235ms 或 1.2s", "write it as 235ms or 1.2s"}},
		"latency-unit":     {phrase{"耗时的单位不是 ms、s 或 us", "unknown unit of a duration"}, phrase{"写成 235ms 或 1.2s", "write it as 235ms or 1.2s"}},
		"latency-range":    {phrase{"耗时超过 24 天", "a duration of more than 24 days"}, phrase{"检查哪一列才是耗时", "check which column is the answer time"}},
		"time-syntax":      {phrase{"日期或时间写法无法识别", "not a date or time"}, phrase{"写成 2026-11-20 08:15:32，或在格式文件中说明该列", "write it as 2026-11-20 08:15:32, or describe the column in a format file"}},
		"time-missing":     {phrase{"没有时间", "no time"}, phrase{"补上时间，或指明哪一列是时间；只有钟点时把日期写进文件名", "fill in the time or map its column; put the date into the file's name where only the clock stands"}},
		"time-zone":        {phrase{"时区无法识别", "unknown time zone"}, phrase{"写成 +08:00，或用 --tz 指定", "write +08:00, or give it with --tz"}},
		"date-range":       {phrase{"没有这一天", "no such day"}, phrase{"改正日期，或在格式文件中写明日月顺序（date: dmy 或 mdy）", "correct the date, or give the order of day and month in a format file (date: dmy or mdy)"}},
		"clock-range":      {phrase{"没有这个时刻", "no such time of day"}, phrase{"改正时间", "correct the time"}},
		"date-order":       {phrase{"日和月分不清先后", "day and month cannot be told apart"}, phrase{"在格式文件中写 date: dmy 或 date: mdy", "say date: dmy or date: mdy in a format file"}},
		"date-missing":     {phrase{"有时刻，没有日期", "no date"}, phrase{"指明哪一列是日期", "map the column that holds the date"}},
		"year-unknown":     {phrase{"日期没有年份，文件名和文件内容也没有写", "a date without a year"}, phrase{"用 --year 指定年份", "give it with --year"}},
		"sent-at-syntax":   {phrase{"7 域不是 MMDDhhmmss 格式的时间", "field 7 is not a time"}, phrase{"检查所用的打包格式与报文是否相符", "check that the packager fits the message"}},
		"mti-missing":      {phrase{"报文没有消息类型（0 域）", "a message without field 0"}, phrase{"报文被截断或与其他报文混在一起，请看前后几行", "the message was cut or mixed with another; see the lines around it"}},
		"mti-syntax":       {phrase{"消息类型不是四位数字", "not a message type"}, phrase{"若该列是文字，请指定为 kind；否则检查打包格式", "map the column to kind if it holds words, or check that the packager fits the message"}},
		"code-syntax":      {phrase{"应答码的位置上不是应答码", "not a response code"}, phrase{"检查报文是否损坏，打包格式是否相符", "look whether the message was damaged, and that the packager fits it"}},
		"stan-syntax":      {phrase{"11 域不是流水号", "field 11 is not a trace number"}, phrase{"检查所用的打包格式与报文是否相符", "check that the packager fits the message"}},
		"direction-word":   {phrase{"收支方向无法识别", "neither money in nor out"}, phrase{"在格式文件的 in: 或 out: 下列出这个词", "list the word under in: or out: of a format file"}},
		"currency-unknown": {phrase{"币种无法识别", "unknown currency"}, phrase{"写成 ISO 4217 的三个字母", "write ISO 4217 letters"}},
		"value":            {phrase{"值无法识别", "a value that cannot be"}, phrase{"改正这个值，或在格式文件中说明该列", "correct the value, or describe the column in a format file"}},
		"value-missing":    {phrase{"既没有金额，也没有应答码", "neither an amount nor a response code"}, phrase{"补上金额或应答码，或删去这一行", "fill in one of them, or remove the row"}},
		"cell-error":       {phrase{"单元格是公式错误", "a spreadsheet error"}, phrase{"改正公式后重新保存", "correct its formula and save the workbook again"}},

		"amount-spoiled": {phrase{"电子表格把金额舍成了几位数", "an amount rounded by a spreadsheet"}, phrase{"把该列设为两位小数的数值格式，重新保存", "format the column with two decimals and save the file again"}},
		"cell-hidden":    {phrase{"保存时列太窄，内容成了 ####", "the column was too narrow for its value"}, phrase{"加宽该列后重新保存", "make the column wider and save the file again"}},
		"row-cut":        {phrase{"文件在这一行中间结束：最后一个值可能不全，后面的行也没有了", "the file ends in the middle of this row"}, phrase{"重新导出或复制该文件；若没有缺少，请在末行加换行", "export or copy the file again; if nothing is missing, end its last line"}},
		"amount-hidden":  {phrase{"保存时列太窄，金额成了 ####", "the column was too narrow for its number"}, phrase{"加宽该列后重新保存", "make the column wider and save the file again"}},
		"code-spoiled":   {phrase{"电子表格把应答码当成了数字", "a response code that a spreadsheet took for a number"}, phrase{"把该列设为文本后重新导出", "export the column as text"}},

		// lines and rows
		"line-too-long":        {phrase{"这一行过长", "a line that is too long"}, phrase{"检查它是不是文本日志", "check that it is a text log"}},
		"line-truncated":       {phrase{"像是一笔交易，但没有应答码，也没有超时字样", "a transaction without code or time-out"}, phrase{"检查日志是否在这里被截断；若应答码用了别的名称，请在格式文件中说明", "look whether the log was cut here, or name the code in a format file"}},
		"record-length":        {phrase{"记录长度不对", "a record of the wrong length"}, phrase{"检查这一行是否被截断，或改正格式文件的 length", "look whether the line was cut, or correct length: in the format file"}},
		"no-pattern":           {phrase{"格式文件中没有与这一行相符的写法", "no pattern matches"}, phrase{"补一个 pattern，或用 ignore 略过这类行", "add a pattern, or an ignore for lines of this kind"}},
		"encoding":             {phrase{"有的字节既不是 UTF-8 也不是 GB18030", "bytes of no known encoding"}, phrase{"检查文件在这里是否损坏", "look whether the file was damaged here"}},
		"quote-open":           {phrase{"引号没有结束", "an open quote"}, phrase{"检查日志是否在这里被截断", "look whether the log was cut here"}},
		"zero-bytes":           {phrase{"这一行中间有零字节", "zero bytes inside the line"}, phrase{"写日志时断电或崩溃，两行连在了一起：把它们分开", "a crash cut it and another line follows on it: separate them"}},
		"several-transactions": {phrase{"一行里有多笔交易", "several transactions in one line"}, phrase{"每行写一笔，或把应答的 JSON 单独存成文件", "write one per line, or save the JSON of the answer as a file of its own"}},
		"names-unknown":        {phrase{"上面的列名里没有时间，或者既没有金额也没有应答码", "column names without a time, or without amount and code"}, phrase{"导出时加上这些列，或写格式文件说明（--formats）", "export those columns too, or describe the table in a format file (--formats)"}},
		"summary-row":          {phrase{"这一行是多笔交易的合计", "a sum of several transactions"}, phrase{"请导出逐笔明细；合计只有清算单按日或按批次、各类交易合在一起的才能核对", "export the single transactions; of sums, those that a settlement file states per day or batch can be compared, of all kinds together"}},
		"too-many-cells":       {phrase{"这一行的值比列名多", "more values than columns"}, phrase{"检查值里有没有未加引号的分隔符", "look for a separator inside a value without quotes"}},
		"separator-differs":    {phrase{"这一行的分隔符与上面的行不同", "another separator than in the rows above"}, phrase{"整个文件用同一种分隔符，或把这些行另存为一个文件", "use one separator, or put these rows into a file of their own"}},
		"table-beside":         {phrase{"旁边还有一张列名相同的表，它的行没有读取", "another table stands beside this one and was not read"}, phrase{"把旁边的表移到下面，或另存为一个文件", "put it below this one, or into a file of its own"}},
		"year-range":           {phrase{"日期早于 1980 年或晚于 2100 年", "the date is before 1980 or after 2100"}, phrase{"补上这一行的日期", "give the row its date"}},
		"code-control":         {phrase{"应答码里有控制字符", "the response code has characters of control"}, phrase{"检查文件这里是否损坏", "look whether the file was damaged here"}},
		"line-ends":            {phrase{"这一行里有单独的回车，几行连成了一行", "a carriage return joins several rows"}, phrase{"把文件另存为同一种换行符", "save the file with one kind of line ends"}},
		"column-count":         {phrase{"这一行的值与列名个数不同，又只用空格分隔", "values and columns differ in number"}, phrase{"用逗号或制表符重新导出，或补上缺的值", "export it with commas or tabs, or fill in what is missing"}},
		"json-syntax":          {phrase{"这一行不是一个完整的 JSON 对象", "not one JSON object"}, phrase{"检查是否被截断，或两行连在了一起", "look whether the line was cut or two lines were joined"}},
		"xml-syntax":           {phrase{"XML 在这里损坏", "damaged XML"}, phrase{"检查文件是否被截断", "look whether the file was cut off"}},

		// messages
		"iso8583-layout":   {phrase{"报文无法按 8583 格式解开", "not an ISO 8583 message"}, phrase{"检查报文是否完整；专用格式可在格式文件中说明", "check that the dump is whole; a private layout can be described in a format file"}},
		"iso8583-value":    {phrase{"8583 报文中的值无法识别", "an impossible value in a message"}, phrase{"检查报文是否完整", "check that the dump is whole"}},
		"jpos-element":     {phrase{"日志中的报文元素无法识别", "an element that cannot be read"}, phrase{"检查日志在这里是否损坏", "look whether the log was damaged here"}},
		"jpos-shared-line": {phrase{"另一个 <log> 元素写在同一行上", "two <log> elements on one line"}, phrase{"检查是否有两个进程写同一个日志文件", "look whether two processes write one file"}},
		"ecr-length":       {phrase{"串口帧的长度与内容不符", "a frame whose length is wrong"}, phrase{"检查抓取的数据是否完整", "look whether the dump is whole"}},
		"ecr-tlv":          {phrase{"串口帧的标签与长度不成序列", "a frame that is no row of tags"}, phrase{"检查抓取的数据是否完整", "look whether the dump is whole"}},
		"ecr-lrc":          {phrase{"串口帧的校验字节不符", "a frame whose check byte is wrong"}, phrase{"检查线路干扰，或抓取的数据是否损坏", "look for noise on the line, or whether the dump was damaged"}},
		"ecr-cut":          {phrase{"串口帧没有结束", "a frame that does not end"}, phrase{"检查日志是否在这里被截断", "look whether the log was cut here"}},

		// whole files
		"not-understood":   {phrase{"这份文件没有读懂，没有计入", "a file that was not understood"}, phrase{"用 poslog inspect FILE 看试过哪些格式", "see which formats were tried with: poslog inspect FILE"}},
		"read-in-part":     {phrase{"这份文件只读到一部分，读到的行已计入，其余缺失", "a file that was read in part"}, phrase{"重新复制或导出完整的文件", "copy or export the file again, whole"}},
		"conservation":     {phrase{"行数不守恒：有的行丢失或重复", "lines lost or invented"}, phrase{"请报告这份文件的样式：一行都不该丢", "please report this file's shape: no line may be lost"}},
		"total-differs":    {phrase{"文件自带的合计与各行不符", "a total that its rows do not give"}, phrase{"检查文件是否缺行，或有行被拒绝", "look for rows that are missing from the file or were rejected"}},
		"no-amounts":       {phrase{"终端一侧没有一行写着金额：笔数无误，金额无从得知", "no amounts on the terminal side"}, phrase{"导出时加上金额列；若已有，在格式文件中指明", "export the column of amounts, or name it in a format file"}},
		"currency-assumed": {phrase{"一侧没有写币种，金额按元、分读取，而另一侧的币种小数位数不同，金额大小不对", "amounts without a currency beside one of other decimals"}, phrase{"在格式文件中写明币种，如 set: {currency: JPY}", "say the currency in a format file, such as set: {currency: JPY}"}},
		"columns-unnamed":  {phrase{"各列没有列名，按内容认定", "columns without names"}, phrase{"用 poslog inspect FILE 核对；用 poslog inspect --draft FILE 写成格式文件后不再提示", "check them with poslog inspect FILE; poslog inspect --draft FILE drafts a format that settles it"}},
		"many-rejects":     {phrase{"被拒绝的行过多", "many rejected rows"}, phrase{"前面的列在这里；全部用 --rejects FILE 写出", "the first of them are listed here; all of them with --rejects FILE"}},
		"contradiction":    {phrase{"配置与数据相反，已按配置处理", "configuration and evidence disagree"}, phrase{"看这个应答码的证据", "see the evidence card of this code"}},
		"more":             {phrase{"要改的不止这些，其余未列出", "more to mend"}, phrase{"被拒绝的行全部用 --rejects FILE 写出", "write all rejected rows with --rejects FILE"}},
		"no-format":        {phrase{"没有一种已知格式与它相符", "no known format"}, phrase{"用 poslog inspect FILE 看试过哪些格式", "see which formats were tried with: poslog inspect FILE"}},
		"empty-file":       {phrase{"文件是空的", "an empty file"}, phrase{"重新导出", "export it again"}},
		"binary-file":      {phrase{"文件是二进制，不是已知的工作簿", "a binary file"}, phrase{"导出为 .xlsx 或 .csv", "export it as .xlsx or .csv"}},
		"too-large":        {phrase{"文件或其中一部分过大", "too large"}, phrase{"导出为 .csv，或分成几份", "export it as .csv, or in parts"}},
		"row-too-long":     {phrase{"有一行过长", "a row that is too long"}, phrase{"检查引号是否配对，文件是否损坏", "look for an open quote, or damage"}},
		"encrypted":        {phrase{"工作簿有密码", "a workbook with a password"}, phrase{"用 --password-file 给出密码，或另存为无密码的文件", "give it with --password-file, or save the workbook without one"}},
		"xls-encrypted":    {phrase{"旧式工作簿有密码", "a legacy workbook with a password"}, phrase{"用 --password-file 给出密码，或另存为无密码的文件", "give it with --password-file, or save the workbook without one"}},
		"xls-encryption":   {phrase{"旧式工作簿的加密方式无法读取", "an unknown protection"}, phrase{"另存为 .xlsx，或去掉密码", "save it as .xlsx, or without a password"}},
		"encryption-lost":  {phrase{"加密的工作簿损坏，或加密方式无法读取", "a damaged or unknown encryption"}, phrase{"重新复制或导出，或另存为无密码的文件", "copy or export the file again, or save the workbook without a password"}},
		"wrong-password":   {phrase{"密码不对", "a wrong password"}, phrase{"检查 --password-file 指定的文件", "check the file given with --password-file"}},
		"zip-damaged":      {phrase{"工作簿被截断或损坏", "a damaged workbook"}, phrase{"重新复制或导出", "copy or export the file again"}},
		"archive-damaged":  {phrase{"压缩包被截断或损坏", "a damaged archive"}, phrase{"重新复制或导出", "copy or export the file again"}},
		"archive-empty":    {phrase{"压缩包里没有文件", "an empty archive"}, phrase{"检查压缩包，重新打包", "look into the archive and pack it again"}},
		"archive-many":     {phrase{"压缩包里的文件过多", "an archive of too many files"}, phrase{"确实需要时请先自行解压", "unpack it yourself if that is meant"}},
		"archive-password": {phrase{"压缩包有密码", "an archive with a password"}, phrase{"请先自行解压", "unpack it yourself"}},
		"document-long":    {phrase{"JSON 文档过大", "a JSON document that is too long"}, phrase{"改成每行一个对象（jq -c）", "write its entries one per line (jq -c)"}},
		"mail-empty":       {phrase{"邮件里没有正文，也没有可能是表格或日志的附件", "a mail without a text or a table"}, phrase{"请发件人重发", "ask for it anew"}},
		"packed-damaged":   {phrase{"压缩数据被截断或损坏", "damaged compressed data"}, phrase{"重新复制或压缩", "copy or compress the file again"}},
		"file-shorter":     {phrase{"文件在读取途中变短，后面的行没有读到", "a file that became shorter while it was read"}, phrase{"读取副本，或轮转出去的文件", "read a copy, or the rotated file"}},
		"packed-deep":      {phrase{"压缩嵌套层数过多", "packed too many times over"}, phrase{"确实需要时请先自行解压", "unpack it yourself if that is meant"}},
		"zip-bomb":         {phrase{"工作簿解压后大得反常", "a workbook that inflates without end"}, phrase{"这不像是导出文件，请查清来源", "this is no export; check where it comes from"}},
		"part-missing":     {phrase{"工作簿缺少部件", "a workbook that lacks a part"}, phrase{"用表格软件打开后重新保存", "open it in a spreadsheet program and save it again"}},
		"sheet-damaged":    {phrase{"工作表损坏", "a damaged sheet"}, phrase{"用表格软件打开后重新保存", "open the workbook in a spreadsheet program and save it again"}},
		"no-sheet":         {phrase{"工作簿里没有工作表", "a workbook without a sheet"}, phrase{"用表格软件打开，确认有内容后重新保存", "open it in a spreadsheet program, check that it shows rows, and save it again"}},
		"binary-workbook":  {phrase{"二进制工作簿（.xlsb）", "a binary workbook (.xlsb)"}, phrase{"用表格软件打开，另存为 .xlsx", "open it in a spreadsheet program and save it as .xlsx"}},
		"no-workbook":      {phrase{"不是工作簿，而是文稿或幻灯片", "a text or slides, no workbook"}, phrase{"请对方导出为 CSV 或 Excel", "ask for the export as CSV or Excel"}},
		"no-table":         {phrase{"文件里没有表格", "a file without a table"}, phrase{"用浏览器或表格软件打开，把表格另存为 .xlsx 或 .csv", "open it in a browser or spreadsheet program and save the table as .xlsx or .csv"}},
		"xls-damaged":      {phrase{"旧式工作簿损坏", "a damaged legacy workbook"}, phrase{"用表格软件打开，另存为 .xlsx", "open the workbook in a spreadsheet program and save it as .xlsx"}},
		"xls-version":      {phrase{"旧式工作簿的版本太早", "a legacy workbook of an early version"}, phrase{"另存为 .xlsx", "save it as .xlsx"}},
		"ole-damaged":      {phrase{"复合文件被截断或损坏", "a damaged compound file"}, phrase{"重新复制或导出", "copy or export the file again"}},
		"ole-no-workbook":  {phrase{"复合文件里没有工作簿，可能是文档或邮件", "a compound file without a workbook"}, phrase{"把表格导出为 .xlsx 或 .csv", "export the table as .xlsx or .csv"}},
		"too-many-values":  {phrase{"不同的值过多，超出部分合并为 (other)", "too many distinct values; the rest is counted as (other)"}, phrase{"检查是否把别的列当成了这个字段；若无误，请分批分析", "check whether a column is mapped to the wrong field; analyze the input in parts if it is right"}},
	}
})

// of picks the language of a phrase.
func (w words) of(p phrase) string {
	if w.lang == "en" {
		return p.en
	}
	return p.zh
}

// rule is the wording of a rule, the rule itself where there is none.
func (w words) rule(name string) string {
	if r, ok := rules()[name]; ok {
		return w.of(r.what)
	}
	return name
}

// problem says what is wrong and what to change. The English message of the
// reader is the most exact; other languages have the rule's own words with the
// offending text, and the message where the rule is not known.
func (w words) problem(q analyze.Problem) (what, fix string) {
	r, known := rules()[q.Rule]
	if w.lang == "en" || !known {
		if q.Hint == "" {
			return q.Text, w.of(r.fix)
		}
		return q.Text, q.Hint
	}
	what, fix = w.of(r.what), w.of(r.fix)
	if q.Rule == "not-understood" || q.Rule == "read-in-part" {
		if why, ok := rules()[q.Excerpt]; ok {
			return what + w.t("colon") + w.of(why.what), w.of(why.fix)
		}
		return what + w.t("colon") + q.Text, fix
	}
	if q.Rule == "total-differs" { // in_amount 0.35 ≠ 28.49
		name, figures, _ := strings.Cut(q.Excerpt, " ")
		return what + w.t("colon") + w.total(name) + " " + figures, fix
	}
	if q.Excerpt != "" {
		what += w.t("colon") + q.Excerpt
	}
	return what, fix
}
