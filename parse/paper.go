package parse

import (
	"strings"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/text"
)

var (
	slipTitle = lazy.MustCompile(`(?i)结算(总计)?单|批结|结账单|日结单|(settlement|batch|summary|day|shift|z)[- ]*(report|summary|totals?)|grand totals?`)
	slipLine  = lazy.MustCompile(`(?i)^\s*(消费|退货|撤销|预授权完成|总计|sales?|refunds?|voids?|purchases?|debits?|credits?|totals?)\D{0,40}\s\d{1,6}\s+[A-Z$¥€£]{0,3}\s*-?[\d,]+\.\d\d\s*$`)
	// toldByPhone is of what banks send to telephones about a card, an account or a till.
	toldByPhone = lazy.MustCompile(`(?i)(尾号|账户|卡号|终端)\D{0,6}\d{4}.*\d(\.\d\d)?元|(acct|a/c|account|card)\.?\s*(no\.?|ending)?\s*(with|in)?\s*[Xx*]*\d{3,4}.*\b(debited|credited|spent|charged)\b|\b(debited|credited|spent|charged)\b.*(acct|a/c|account|card)\b.*\d{3,4}`)
	answerWord  = lazy.MustCompile(`(?i)(应答|返回|响应|错误|结果)码|resp(onse)?[ _-]?code|流水号?\W?\d|\b(info|debug|warn|error)\b`) // of a log
)

var (
	noticeWork = lazy.MustCompile(`(?i)升级|维护|检修|停机|割接|maintenance|upgrade`)
	noticeTone = lazy.MustCompile(`(?i)公告|通知|尊敬的|敬请|谅解|(?:\d月\d{1,2}日|\d{4}[-./]\d{1,2}[-./]\d{1,2}|今晚|明晚|每[日天周]).{0,24}?\d{1,2} ?[:：时点].{0,12}?(?:[-—–~～至到]|to)|(dear|valued) (customer|merchant)|we apologi[sz]e|inconvenience`)
)

// noticeBytes is more than any notice has.
const noticeBytes = 8 << 10

// paper names notices of a bank, slips that a terminal prints at settlement, which list no payment, and short
// messages of a bank.
func paper(head []byte) string {
	charset := text.Judge(head)
	if strings.HasPrefix(strings.TrimSpace(string(head)), "BEGIN:VCALENDAR") {
		return "a calendar: give it with --calendar"
	}
	lines, title, totals, told := 0, false, 0, 0
	work, tone := false, false
	for line := range strings.Lines(string(head)) {
		s, _ := charset.Decode(strings.TrimRight(line, "\r\n"))
		if text.Blank(s) {
			continue
		}
		lines++
		work, tone = work || noticeWork.MatchString(s), tone || noticeTone.MatchString(s)
		title = title || slipTitle.MatchString(s)
		if slipLine.MatchString(s) {
			totals++
		}
		if len(s) < 600 && toldByPhone.MatchString(s) && !answerWord.MatchString(s) {
			told++
		}
	}
	switch {
	case title && totals > 1:
		return "a slip of totals as a terminal prints it at settlement: it adds up payments and lists none. " +
			"Ask for the terminal's list of transactions (交易明细, detail report), or take the acquirer's settlement file"
	case work && tone && len(head) < noticeBytes:
		return "a notice of maintenance, it seems: give it with --calendar"
	case text.Misread(head):
		return "text in UTF-8 that a program read as GBK and saved again (璁㈠崟 is what that makes of 订单), which loses characters: ask for the file as it was exported"
	case 2*told >= lines && told > 0:
		return "a list of short messages of a bank about single movements: export the account's statement or the acquirer's settlement file as CSV or Excel instead. " +
			"To read such messages all the same, describe them by a pattern in a format of your own: poslog inspect --draft FILE"
	}
	return ""
}
