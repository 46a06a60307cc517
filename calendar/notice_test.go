package calendar

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// The notices are our own wording, in the ways that banks write times.
var notices = []struct{ name, text, want string }{
	{"next day", "我行将于2026年11月21日23:00至次日06:00进行系统升级，期间POS交易暂停。", "11-21 23:00>11-22 06:00"},
	{"at 24:00 of every day", "自2026年11月26日起至11月28日，每日24:00至次日1:30进行系统维护。", "11-27 00:00>11-27 01:30; 11-28 00:00>11-28 01:30; 11-29 00:00>11-29 01:30"},
	{"at 12 in the night of every Sunday", "每周日晚上12点至次日凌晨2点进行系统维护。", "11-23 00:00>11-23 02:00; 11-30 00:00>11-30 02:00"},
	{"every day into the next month, which is not named", "2026年11月28日至1日每日0:00至2:00进行系统维护。", "11-28 00:00>11-28 02:00; 11-29 00:00>11-29 02:00; 11-30 00:00>11-30 02:00"},
	{"every day into the next year", "2026年11月29日至1月3日每日0:00至2:00进行系统维护。", "11-29 00:00>11-29 02:00; 11-30 00:00>11-30 02:00"},
	{"a rule into the next year", "2026年11月29日起至1月3日，每日0:00至2:00进行系统维护。", "11-29 00:00>11-29 02:00; 11-30 00:00>11-30 02:00"},
	{"lasts hours and minutes", "系统升级时间为2026年11月21日23:00，预计用时2小时30分钟。", "11-21 23:00>11-22 01:30"},
	{"lasts hours and a half", "系统升级时间为2026年11月21日23:00，预计用时2小时半。", "11-21 23:00>11-22 01:30"},
	{"English, lasts hours and minutes", "The system upgrade starts at 23:00 on 21 November 2026 and is expected to last 2 hours and 30 minutes.", "11-21 23:00>11-22 01:30"},
	{"late in the night until a morning", "我行将于2026年11月21日深夜11点至22日上午6点进行系统升级。", "11-21 23:00>11-22 06:00"},
	{"after noon", "我行将于2026年11月21日午后2点至5点进行系统升级。", "11-21 14:00>11-21 17:00"},
	{"before noon is said of something else", "请于2026年11月21日上午前办理，2026年11月21日22:00至23:00系统升级。", "11-21 22:00>11-21 23:00"},
	{"full dates", "系统维护公告\n定于2026年11月21日23:00至2026年11月22日06:00进行核心系统升级。", "11-21 23:00>11-22 06:00"},
	{"before dawn", "为提升服务质量，我行将于2026年11月22日凌晨1点至5点进行系统维护。", "11-22 01:00>11-22 05:00"},
	{"Chinese clock words", "我行定于2026年11月21日晚上11点半至次日凌晨两点一刻进行系统升级。", "11-21 23:30>11-22 02:15"},
	{"Chinese numerals", "我行定于二〇二六年十一月二十一日二十三时至次日六时进行系统升级。", "11-21 23:00>11-22 06:00"},
	{"full width and weekday", "我行将于２０２６年１１月２１日（星期六）２３：００—１１月２２日（星期日）０６：００进行系统升级。", "11-21 23:00>11-22 06:00"},
	{"blanks and tildes", "升级时间：2026 年 11 月 21 日 23:00 ～ 11 月 22 日 6:00", "11-21 23:00>11-22 06:00"},
	{"digits with hyphens", "系统升级：2026-11-21 23:00 至 2026-11-22 06:00", "11-21 23:00>11-22 06:00"},
	{"slashes", "系统维护时间 2026/11/21 23:00-2026/11/22 06:00", "11-21 23:00>11-22 06:00"},
	{"end names the day alone", "我行将于2026年11月21日23:00至22日06:00升级系统。", "11-21 23:00>11-22 06:00"},
	{"month and day only, year from the issue", "关于系统升级的公告\n尊敬的客户：我行将于11月21日23:00至次日06:00进行系统升级。\n特此公告。\n青溪农商银行\n2026年11月18日\n", "11-21 23:00>11-22 06:00"},
	{"two windows", "我行将于2026年11月21日23:00至次日06:00、11月28日23:00至次日06:00进行系统升级。", "11-21 23:00>11-22 06:00; 11-28 23:00>11-29 06:00"},
	{"several days, one time", "我行将于2026年11月21日、22日和28日23:00至次日02:00进行系统维护。", "11-21 23:00>11-22 02:00; 11-22 23:00>11-23 02:00; 11-28 23:00>11-29 02:00"},
	{"second range without a date", "2026年11月22日1:00-3:00及5:00-6:00系统切换演练，交易中断。", "11-22 01:00>11-22 03:00; 11-22 05:00>11-22 06:00"},
	{"every day of a stretch", "2026年11月21日至11月23日每日0:00至4:00进行系统升级。", "11-21 00:00>11-21 04:00; 11-22 00:00>11-22 04:00; 11-23 00:00>11-23 04:00"},
	{"every night", "为保障系统运行，每日23:30至次日00:30进行日终维护。", "11-20 23:30>11-21 00:30; 11-21 23:30>11-22 00:30; 11-22 23:30>11-23 00:30; 11-23 23:30>11-24 00:30; 11-24 23:30>11-25 00:30; 11-25 23:30>11-26 00:30; 11-26 23:30>11-27 00:30; 11-27 23:30>11-28 00:30; 11-28 23:30>11-29 00:30; 11-29 23:30>11-30 00:30"},
	{"every Sunday", "系统例行维护时间为每周日凌晨2:00至4:00。", "11-22 02:00>11-22 04:00; 11-29 02:00>11-29 04:00"},
	{"monthly", "每月25日22:00至23:00进行系统维护。", "11-25 22:00>11-25 23:00"},
	{"date on a line of its own", "系统升级公告\n升级日期：2026年11月21日\n升级时间：23:00至次日06:00\n", "11-21 23:00>11-22 06:00"},
	{"midnight as 24:00", "我行将于2026年11月21日22:00至24:00进行系统升级。", "11-21 22:00>11-22 00:00"},
	{"evening twice", "我行将于2026年11月21日晚上8点至10点进行系统升级。", "11-21 20:00>11-21 22:00"},
	{"afternoon", "我行将于2026年11月21日下午2点至5点进行网络割接。", "11-21 14:00>11-21 17:00"},
	{"hotline hours are no window", "我行将于2026年11月21日23:00至次日06:00进行系统升级。客服热线服务时间8:00至20:00。", "11-21 23:00>11-22 06:00"},
	{"moved", "原定于2026年11月21日23:00至次日06:00的系统升级，调整为2026年11月28日23:00至次日06:00。", "11-28 23:00>11-29 06:00"},
	{"wrapped lines", "尊敬的客户，我行将于2026年11月21日23:00\n至次日06:00进行系统升级。", "11-21 23:00>11-22 06:00"},
	{"tonight", "通知：今晚23:00至次日2:00进行系统维护。\n青溪农商银行\n2026年11月21日", "11-21 23:00>11-22 02:00"},
	{"long sentence", "尊敬的客户：为了给您提供更优质的服务，我行将于2026年11月21日（周六）22:00-11月22日（周日）08:00进行核心系统升级改造，届时柜面、自助设备、手机银行、POS等业务将暂停服务。", "11-21 22:00>11-22 08:00"},
	{"label and three days", "暂停服务时间：2026年11月20日（星期五）18:00至2026年11月23日（星期一）08:30", "11-20 18:00>11-23 08:30"},
	{"double hyphen, full-width colon", "系统升级：2026年11月21日22：00--22日6：00", "11-21 22:00>11-22 06:00"},
	{"zero o'clock", "我行定于2026年11月21日零时至六时进行系统维护。", "11-21 00:00>11-21 06:00"},
	{"from and to in words", "自2026年11月21日22时起至2026年11月22日6时止，系统停机升级。", "11-21 22:00>11-22 06:00"},
	{"zone and length in brackets", "系统维护：北京时间2026年11月21日23:30-次日02:30（预计3小时）", "11-21 23:30>11-22 02:30"},
	{"begins, expected to end", "我行将于2026年11月21日晚22:00开始进行系统升级，预计11月22日早6:00结束。", "11-21 22:00>11-22 06:00"},
	{"begins, lasts", "系统升级时间为2026年11月21日23:00，预计用时3小时。", "11-21 23:00>11-22 02:00"},
	{"dots in the date", "维护时间：2026.11.21 23:00-2026.11.22 06:00", "11-21 23:00>11-22 06:00"},
	{"two nights with full dates", "系统维护：2026年11月21日（周六）凌晨00:00-06:00，2026年11月28日（周六）凌晨00:00-06:00。", "11-21 00:00>11-21 06:00; 11-28 00:00>11-28 06:00"},
	{"web page", "<html><body><h1>系统维护公告</h1>\n<p>我行将于2026年11月21日23:00至次日06:00&nbsp;进行系统升级。</p></body></html>", "11-21 23:00>11-22 06:00"},
	{"labels on two lines", "系统升级公告\n维护开始时间：2026年11月21日23:00\n维护结束时间：2026年11月22日06:00", "11-21 23:00>11-22 06:00"},
	{"labels on one line", "开始时间：2026-11-21 23:00，结束时间：2026-11-22 06:00，系统升级", "11-21 23:00>11-22 06:00"},
	{"from and to with a comma", "因系统升级，自2026年11月21日23时起，至11月22日6时止，暂停服务。", "11-21 23:00>11-22 06:00"},
	{"last Sunday of the month", "每月最后一个周日凌晨2:00至4:00系统例行维护。", "11-29 02:00>11-29 04:00"},
	{"two weekdays", "每周三、周六凌晨2:00至4:00系统例行维护。", "11-21 02:00>11-21 04:00; 11-25 02:00>11-25 04:00; 11-28 02:00>11-28 04:00"},
	{"days of the month", "每月22日、25日凌晨0:30-2:00系统维护。", "11-22 00:30>11-22 02:00; 11-25 00:30>11-25 02:00"},
	{"ends at 24:00 of another day", "我行定于2026年11月29日22时起至30日24时进行核心系统切换。", "11-29 22:00>12-01 00:00"},
	{"several sentences", "系统维护公告\n我行将于2026年11月21日（周六）0:00—24:00进行系统维护。维护期间，POS、ATM暂停服务。另，11月28日凌晨1点至3点半网络割接。", "11-21 00:00>11-22 00:00; 11-28 01:00>11-28 03:30"},
	{"weekday with its date in brackets", "我行将于本周六（11月21日）凌晨1:00至4:00进行系统升级。\n2026年11月18日", "11-21 01:00>11-21 04:00"},
	{"tonight in a chat", "张三 2026-11-20 15:03:22\n各位，今晚22点到24点前置维护\n", "11-20 22:00>11-21 00:00"},
	{"tonight, issued in the same line", "系统维护通知（2026-11-20 15:00）：今晚22:00—24:00系统维护，明早6:00-6:30切回。", "11-20 22:00>11-21 00:00; 11-21 06:00>11-21 06:30"},
	{"tonight and the next day with dates in brackets", "今晚（2026年11月21日）23:00至次日（11月22日）6:00系统维护。", "11-21 23:00>11-22 06:00"},
	{"every night of a stretch, without a day", "2026年11月21日—11月22日每晚22:00至次日1:00系统维护", "11-21 22:00>11-22 01:00; 11-22 22:00>11-23 01:00"},
	{"every Saturday from a day on", "我行将于2026年11月28日起每周六凌晨1:00至4:00进行系统升级。", "11-28 01:00>11-28 04:00"},
	{"clock time with a further 点, year of two digits", "我行将于26年11月21日23:00点至次日6:00点进行系统升级", "11-21 23:00>11-22 06:00"},
	{"tomorrow, issued on the last line", "我行将于明日凌晨1:00-4:00进行系统升级\n2026年11月20日\n", "11-21 01:00>11-21 04:00"},
	{"begins, back at", "我行将于2026年11月21日23:00开始停机升级，22日6:00恢复对外服务。", "11-21 23:00>11-22 06:00"},
	{"short labels", "系统升级公告\n开始：2026-11-21 23:00\n结束：2026-11-22 05:00", "11-21 23:00>11-22 05:00"},
	{"UTF-16", "\xff\xfe2\x000\x002\x006\x00-\x001\x001\x00-\x002\x001\x00 \x001\x00:\x000\x000\x00-\x002\x00:\x000\x000\x00\xf4\x7e\xa4\x62", "11-21 01:00>11-21 02:00"},
	{"English, three days in figures", "Maintenance windows: 21 Nov 2026 01:00-03:00; 22-Nov-2026 2300hrs till 0100hrs", "11-21 01:00>11-21 03:00; 11-22 23:00>11-23 01:00"},
	{"English, labels", "Scheduled downtime\nStart: 21 Nov 2026 23:00\nEnd: 22 Nov 2026 05:00", "11-21 23:00>11-22 05:00"},
	{"English, lasts", "Maintenance starts at 23:00 on 21 November 2026 and is expected to last 3 hours.", "11-21 23:00>11-22 02:00"},
	{"English, every Sunday", "The system will be down for maintenance every Saturday and Sunday from 2am to 4am.", "11-21 02:00>11-21 04:00; 11-22 02:00>11-22 04:00; 11-28 02:00>11-28 04:00; 11-29 02:00>11-29 04:00"},
	{"English, year from the issue", "Maintenance from 11 PM on Saturday, November 21 to 5 AM on Sunday, November 22.\nIssued 18 November 2026", "11-21 23:00>11-22 05:00"},
	{"days in a chain, each of them", "2026年11月21日、22日每日凌晨1:00-4:00系统维护", "11-21 01:00>11-21 04:00; 11-22 01:00>11-22 04:00"},
	{"days joined by a dash, each of them", "2026年11月21-22日每日凌晨1:00-4:00系统维护", "11-21 01:00>11-21 04:00; 11-22 01:00>11-22 04:00"},
	{"parts of a window past its midnight", "我行定于2026年11月21日23:00—2026年11月22日7:00进行升级，其中23:00-3:00暂停POS，3:00-7:00暂停退货。", "11-21 23:00>11-22 03:00; 11-21 23:00>11-22 07:00; 11-22 03:00>11-22 07:00"},
	{"Japanese", "【重要】システムメンテナンスのお知らせ\n日時：2026年11月21日（土）23時30分から翌日5時00分まで\n※期間中、カード決済がご利用いただけません。", "11-21 23:30>11-22 05:00"},
	{"Japanese, halves of the day", "システムメンテナンス日時：2026年11月22日（日）午前1時00分～午前5時00分", "11-22 01:00>11-22 05:00"},
	{"Korean", "[공지] 시스템 점검 안내\n- 점검일시 : 2026년 11월 22일(일) 00:00 ~ 06:00 (6시간)", "11-22 00:00>11-22 06:00"},
	{"Korean, halves of the day", "시스템 점검으로 승인이 중단됩니다.\n■ 중단일시: 2026년 11월 21일(토요일) 오후 11시 30분 ~ 11월 22일 오전 4시\n", "11-21 23:30>11-22 04:00"},
	{"at twelve in the evening", "2026年11月21日晚10点至12点系统维护", "11-21 22:00>11-22 00:00"},
	{"from noon on", "2026年11月21日中午12点至2点系统维护", "11-21 12:00>11-21 14:00"},
	{"moved, in another word", "原定11月21日23:00至次日6:00的系统升级改期至11月28日23:00至次日6:00。\n2026年11月19日", "11-28 23:00>11-29 06:00"},
	{"HTML with entities", "<h1>系统升级公告</h1><p>我行定于<b>2026年11月21日</b>&nbsp;23:00&mdash;次日&nbsp;6:00 进行系统升级。</p>", "11-21 23:00>11-22 06:00"},
	{"English, midnight and noon", "Maintenance on 22 November 2026 from midnight to 4 am. Upgrade on 23 November 2026 from 12 noon to 2 pm.", "11-22 00:00>11-22 04:00; 11-23 12:00>11-23 14:00"},
	{"ISO 8601", "Maintenance window: 2026-11-21T15:00:00Z to 2026-11-21T22:00:00Z", "11-21 23:00>11-22 06:00"},
	{"English, dates after times", "System maintenance: services will be unavailable from 23:00 on 21 November 2026 to 06:00 on 22 November 2026.", "11-21 23:00>11-22 06:00"},
	{"English, am and pm", "Scheduled maintenance on November 21, 2026 from 11:00 PM to 6:00 AM the next day.", "11-21 23:00>11-22 06:00"},
	{"English, one day", "Maintenance will take place on Sunday, 22 Nov 2026 between 1 am and 5 am (GMT+8).", "11-22 01:00>11-22 05:00"},
	{"English, ISO", "Upgrade 2026-11-21 23:00 - 2026-11-22 06:00.", "11-21 23:00>11-22 06:00"},
	{"English, another zone", "Maintenance on 21 November 2026 from 15:00 to 22:00 UTC.", "11-21 23:00>11-22 06:00"},
	{"traditional characters", "系統維護公告：我行將於2026年11月21日（星期六）23:00至翌日06:00進行系統升級，暫停服務。", "11-21 23:00>11-22 06:00"},
	{"from the day of issue on", "即日起，每周日凌晨0:30至4:30进行系统维护。\n2026年11月25日", "11-29 00:30>11-29 04:30"},
	{"from the day of issue to another", "即日起至2026年11月23日，每日2:00-4:00系统维护\n2026年11月22日", "11-22 02:00>11-22 04:00; 11-23 02:00>11-23 04:00"},
	{"every Sunday between two days", "自2026年11月23日起至2026年12月31日止，每周日凌晨2:00至4:00系统维护。", "11-29 02:00>11-29 04:00"},
	{"issue above the heading", "发布时间：2026-11-18 10:00\n系统升级公告\n11月21日23:00-11月22日6:00系统升级", "11-21 23:00>11-22 06:00"},
	{"issue with a label below", "11月21日（本周六）23:00-11月22日6:00系统升级\n发布日期：2026-11-18", "11-21 23:00>11-22 06:00"},
	{"slashes, weekday, blank", "系统维护时间：2026/11/21（周六） 23:00 ~ 06:00", "11-21 23:00>11-22 06:00"},
	{"English, slashes", "Maintenance Window: 2026/11/21 23:00 - 2026/11/22 06:00 (UTC+8)", "11-21 23:00>11-22 06:00"},
	{"English, the year last", "Maintenance: 21/11/2026 23:00 to 22/11/2026 06:00", "11-21 23:00>11-22 06:00"},
	{"English, weekdays in brackets", "Card acceptance will be suspended for an upgrade from 2300hrs on 21 Nov 2026 (Sat) to 0600hrs on 22 Nov 2026 (Sunday).", "11-21 23:00>11-22 06:00"},
	{"English, a list of dates", "Payments are down for maintenance on these dates:\n- 21 Nov 2026: 11:00 PM - 2:00 AM\n- 28 Nov 2026: 11:00 PM - 2:00 AM", "11-21 23:00>11-22 02:00; 11-28 23:00>11-29 02:00"},
	{"English, one pm for both ends", "Maintenance on 22 Nov 2026 from 1:00 to 5:00 PM, on 23 Nov 2026 from 10:00 to 2:00 PM, on 24 Nov 2026 from 11:00 to 2:00 AM", "11-22 13:00>11-22 17:00; 11-23 10:00>11-23 14:00; 11-24 23:00>11-25 02:00"},
	{"English, every Sunday from a day on", "System maintenance every Sunday from 00:30 to 04:30 starting 28 November 2026.", "11-29 00:30>11-29 04:30"},
	{"English, issue on a line of its own", "Maintenance will be on 21 Nov 11:45 PM - 22 Nov 2:00 AM\nIssued 18 Nov 2026", "11-21 23:45>11-22 02:00"},
	{"English, hours", "Planned outage: 2300 hrs 21 Nov 2026 to 0600 hrs 22 Nov 2026.", "11-21 23:00>11-22 06:00"},
}

func TestNotices(t *testing.T) {
	for _, tt := range notices {
		t.Run(tt.name, func(t *testing.T) {
			c := read(t, "n.txt", tt.text)
			if got := spans(c.Between(at("2026-11-20 12:00"), at("2026-11-30 12:00"))); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
	c := read(t, "n.txt", "我行将于12月31日23:00至次日02:00进行年终系统升级。\n2026年12月20日")
	if got := spans(c.Between(at("2026-12-01 00:00"), at("2027-02-01 00:00"))); got != "12-31 23:00>01-01 02:00" {
		t.Errorf("across the year: %s", got)
	}
}

// TestNoticeQuotes: the source of a window is the sentence, as written.
// TestNoticeOfSeveralBanks: each window is of the bank that its sentence, or the heading above, names.
func TestNoticeOfSeveralBanks(t *testing.T) {
	const list = "多家银行系统维护通知\n2026-11-18\n1、青溪银行将于11月21日3:20-4:30进行系统维护\n2、白石农商银行：\n2026年11月21日0:00至1:00，我行手机银行暂停；2:30-6:00，银行卡交易有超时。\n" +
		"3、云岭银行 11月22日1:00-2:00系统升级\n除上述银行外，中国银联将于11月23日进行生产演练：\n1、中国银联将于11月23日0:00-1:00进行生产演练。\n"
	for _, c := range []struct{ text, want string }{
		{list, "青溪银行 03:20, 白石农商银行 00:00, 白石农商银行 02:30, 云岭银行 01:00, 中国银联 00:00"},
		{"青溪银行将于2026年11月21日3:20-4:30进行系统维护，云岭银行的卡不受影响。\n青溪银行\n2026年11月18日", " 03:20"},
	} {
		cal, err := Read("n.txt", strings.NewReader(c.text))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, w := range cal.dated {
			got = append(got, w.Institution+" "+w.Start.Format("15:04"))
		}
		slices.Sort(got)
		want := strings.Split(c.want, ", ")
		if slices.Sort(want); !slices.Equal(got, want) {
			t.Errorf("%s:\ngot  %q\nwant %q", c.text, got, want)
		}
	}
	if _, err := Read("n.txt", strings.NewReader(list), Options{Institution: "NSH001"}); err == nil || !strings.Contains(err.Error(), "of several banks (青溪银行, 白石农商银行, 云岭银行, 中国银联)") {
		t.Errorf("all under one name: %v", err)
	}
}

func TestNoticeQuotes(t *testing.T) {
	text := "关于系统升级的公告\n尊敬的客户：\n　　我行将于２０２６年１１月２１日23:00至次日06:00进行系统升级，期间暂停POS交易。给您带来不便，敬请谅解。\n"
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{text, gbk} {
		ws := read(t, "n.txt", form, Options{Institution: "NSH001"}).Between(at("2026-11-20 00:00"), at("2026-11-30 00:00"))
		if len(ws) != 1 || ws[0].Source != "我行将于２０２６年１１月２１日23:00至次日06:00进行系统升级，期间暂停POS交易。" || ws[0].Title != "关于系统升级的公告" || ws[0].Institution != "NSH001" || !ws[0].Planned {
			t.Errorf("%+v", ws)
		}
	}
}

func TestNoticeErrors(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"今天天气很好。", "announces no maintenance"},
		{"我行将进行系统升级，时间另行通知。", "no time range"},
		{"我行将于11月21日23:00至次日06:00进行系统升级。", "n.txt:1: no year in the notice"},
		{"我行将于23:00至次日06:00进行系统升级。", "without a date"},
		{"我行将于2026年11月31日23:00至次日06:00进行系统升级。", "there is no 2026-11-31"},
		{"我行将于2026年11月21日23:00至11月31日06:00进行系统升级。", "there is no 2026-11-31"},
		{"2026年11月28日至2025年12月1日每日0:00至2:00进行系统维护。", "the last day (2025-12-01) is before the first"},
		{"每月15日24:00至次日2:00进行系统维护。", "0:00 of the day after"},
		{"原定2026年11月21日23:00至次日06:00的系统升级取消。", "cancels or postpones"},
		{"我行将于2026年11月22日06:00至2026年11月21日23:00进行系统升级。", "before it starts"},
		{"原定于2026年11月21日23:00至次日06:00的系统升级改至11月28日同一时间进行。", "moves a window without"},
		{"原定于2026年11月21日23:00至22日5:00的系统升级，延长至22日8:00。", "extends a window"},
		{"Upgrade 2026-11-21T23:00+08:00 to 2026-11-22T06:00+09:00", "two zones"},
		{"Maintenance from 23:00 to 06:00 on 22 November 2026.", "names one day"},
		{"我行原定于2026年11月21日23:00至次日6:00进行系统升级。现因故取消，具体时间另行通知。", "another sentence gives"},
		{"关于取消系统升级的公告\n我行于2026年11月21日23:00至次日6:00进行的系统升级，给您带来不便。", "another sentence gives"},
		{"原定2026年11月21日23:00至次日6:00的系统升级不再实施。", "cancels or postpones"},
		{"The upgrade has been rescheduled from 21 November 2026 23:00 - 06:00 to 28 November 2026 23:00 - 06:00.", "cancels or postpones"},
		{"Maintenance was scheduled for 21 November 2026, 23:00 - 06:00. It has now been cancelled.", "another sentence gives"},
		{"Services are interrupted on 21 and 22 November 2026 from 01:00 to 03:00 due to maintenance.", "several days"},
		{"Maintenance from 21 November 2026 to 23 November 2026, daily between 01:00 and 03:00.", "several days"},
		{"自2026年11月21日通知之后，系统每日23:00至次日1:00维护", "several days"},
		{"Maintenance on 21 November 2026 from 23:00 to 06:00 (EST).", "not known by this name (EST)"},
		{"2026年11月21日（周日）23:00-次日6:00系统升级", "2026-11-21 is a Saturday"},
		{"Maintenance on Sunday, 21 November 2026 from 11:00 p.m. to 6:00 a.m.", "2026-11-21 is a Saturday"},
		{"Maintenance on 21 November 2026 (Sun) from 11:00 p.m. to 6:00 a.m.", "2026-11-21 is a Saturday"},
		{"Maintenance: 05/11/2026 23:00 to 06/11/2026 06:00", "05/11/2026 may be two days"},
		{"即日起，每周日凌晨0:30至4:30进行系统维护。", "without a date of issue"},
		{"每周日凌晨0:30至4:30进行系统维护，自2026年12月1日起执行。", "several days"},
		{"系统升级公告\n发布日期：2026-11-18\n维护时间：23:00至次日6:00", "without a date"},
		{"系统维护时间（东京时间）：2026年11月21日23:00至次日6:00", "东京时间"},
	} {
		_, err := Read("n.txt", strings.NewReader(tt.text))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v, want %q", tt.text, err, tt.want)
		}
	}
	if ws := read(t, "n.txt", "我行将于11月21日23:00至次日06:00进行系统升级。", Options{Year: 2026}).Between(at("2026-11-20 00:00"), at("2026-11-30 00:00")); len(ws) != 1 {
		t.Error("Options.Year is not used")
	}
}

// TestTitles: where no line is a heading, the title is the name of the work alone.
func TestTitles(t *testing.T) {
	for text, want := range map[string]string{
		"我行将于2026年11月21日23:00至次日06:00进行系统升级。":                                               "系统升级",
		"我行定于2026年11月21日22时起至22日24时进行核心系统切换，届时POS业务暂停。":                                     "核心系统切换",
		"系统将于2026年11月21日23:30至22日05:30停机维护":                                                 "停机维护",
		"Maintenance: 21 Nov 2026 23:00 – 22 Nov 2026 05:00. Payments will be unavailable.": "Maintenance",
	} {
		if ws := read(t, "n.txt", text).Between(at("2026-11-20 00:00"), at("2026-11-30 00:00")); len(ws) != 1 || ws[0].Title != want {
			t.Errorf("%s: %+v, want the title %q", text, ws, want)
		}
	}
}

// TestLoadFor: whom a notice speaks of may stand before the path.
func TestLoadFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "公告.txt")
	if err := os.WriteFile(path, []byte(notices[0].text), 0o600); err != nil {
		t.Fatal(err)
	}
	for given, want := range map[string]string{path: "", "NSH001=" + path: "NSH001"} {
		c, err := Load(given)
		if err != nil {
			t.Fatal(err)
		}
		if ws := c.Between(at("2026-11-20 00:00"), at("2026-11-30 00:00")); len(ws) != 1 || ws[0].Institution != want {
			t.Errorf("%s: %+v", given, ws)
		}
	}
	if _, err := Load(filepath.Join(t.TempDir(), "none.yaml")); err == nil {
		t.Error("a missing file is no error")
	}
}

// FuzzRead: no input of any form makes a reader panic, and what is accepted
// has windows that end after they start.
func FuzzRead(f *testing.F) {
	for _, n := range notices {
		f.Add(3, n.text)
	}
	f.Add(0, "timezone: Asia/Shanghai\nwindows:\n- {rrule: FREQ=WEEKLY;BYDAY=SU, start: \"23:30\", end: \"02:00\", except: [2026-11-08]}\n")
	f.Add(1, ics(event("UID:a\nDTSTART:20261101T150000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=5\nEXDATE:20261102T150000Z\n")))
	f.Add(2, `[{"scheduled":true,"begin":1795273200,"end":1795280400}]`)
	f.Fuzz(func(t *testing.T, form int, text string) {
		c, err := Read("f"+[]string{".yaml", ".ics", ".json", ".txt"}[uint(form)%4], strings.NewReader(text))
		if err != nil {
			return
		}
		for _, w := range c.Between(at("2026-11-01 00:00"), at("2026-12-01 00:00")) {
			if !w.End.After(w.Start) {
				t.Errorf("%v", w)
			}
		}
	})
}
