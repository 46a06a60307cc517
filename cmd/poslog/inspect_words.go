package main

import (
	"fmt"
	"strings"

	columns "github.com/jedib0t/go-pretty/v6/text"
)

// inspectWords are the labels and phrases of inspect, Chinese and English. Names of
// fields, formats and rules are the same in both: they are what one types.
var inspectWords = map[string][2]string{
	"error":         {"错误", "error"},
	"exactly":       {"原因", "exactly"},
	"format":        {"格式", "format"},
	"charset":       {"字符集", "charset"},
	"side":          {"账本", "side"},
	"header":        {"列名行", "header"},
	"period":        {"时间段", "period"},
	"period.of":     {"%s 至 %s", "%s to %s"},
	"lines":         {"行数", "lines"},
	"lines.of":      {"%d = %d 记录 + %s + %d 拒收（%s）", "%d = %d records + %s + %d rejected (%s)"},
	"skipped.none":  {"0 跳过", "0 skipped"},
	"accounted":     {"每一行都有交代", "every line is accounted for"},
	"note":          {"说明", "note"},
	"total":         {"自带合计", "total"},
	"total.agrees":  {"%s：文件写%s %s，与各行相符", "%s: the file states %s = %s, agrees"},
	"total.differs": {"%s：文件写%s %s，与各行不符：各行得 %s", "%s: the file states %s = %s, DIFFERS: the rows give %s"},
	"columns":       {"列", "columns"},
	"unused":        {"（未用）", "(not used)"},
	"records":       {"前几条记录", "first records"},
	"rejected":      {"拒收", "rejected"},
	"more":          {"…… 还有 %d 行，用 --rejects 0 全部列出", "... %d more; show them with --rejects 0"},

	"unknown":    {"未定", "unknown"},
	"terminal":   {"终端", "terminal"},
	"switch":     {"转接", "switch"},
	"settlement": {"清算", "settlement"},

	"skip.header":       {"表头", "header"},
	"skip.footer":       {"表尾", "footer"},
	"skip.blank":        {"空行", "blank"},
	"skip.comment":      {"注释", "comment"},
	"skip.continuation": {"续行", "continuation"},
	"skip.noise":        {"无关行", "noise"},
	"skip.duplicate":    {"重复工作表的行", "duplicate"},
	"skip.filtered":     {"筛选之外", "filtered"},
}

// say is the phrase in the language of the inspection, with its values.
func (l *inspection) say(key string, args ...any) string {
	phrase := inspectWords[key][1]
	if l.lang == "zh" {
		phrase = inspectWords[key][0]
	}
	if len(args) == 0 {
		return phrase
	}
	return fmt.Sprintf(phrase, args...)
}

// label is a phrase as wide as the column of labels.
func label(s string) string { return s + strings.Repeat(" ", max(0, 10-columns.StringWidth(s))) }
