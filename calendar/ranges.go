package calendar

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/poslog/poslog/internal/lazy"
)

// date is a day as a notice writes it; 0 is not stated.
type date struct{ year, month, day int }

func (d date) set() bool { return d.day != 0 }

func (d date) on(loc *time.Location) time.Time {
	return time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, loc)
}

// relative is a day named by another.
type relative int

const (
	noRelative relative = iota
	sameDay
	nextDay
	today
	tomorrow // today + 1
)

// half is the part of the day before a clock time.
type half int

const (
	noHalf half = iota
	morning
	noon
	evening
)

// endpoint is one side of a range.
type endpoint struct {
	date   date
	rel    relative
	half   half
	hour   int
	minute int
}

func (e endpoint) clock() time.Duration {
	h := e.hour
	switch {
	case e.half == evening && h < 12, e.half == noon && h < 11:
		h += 12
	case e.half == evening && h == 12: // 晚上12点
		h = 24
	case e.half == morning && h == 12: // 凌晨12点
		h = 0
	}
	return time.Duration(h)*time.Hour + time.Duration(e.minute)*time.Minute
}

// clockAfter reads the end of a range: 晚上8点至10点 means the evening twice, and
// 中午12点至2点 the afternoon.
func (e endpoint) clockAfter(start endpoint) time.Duration {
	if e.half == noHalf && e.rel == noRelative && !e.date.set() {
		switch {
		case start.half == evening && e.hour > start.hour && e.hour <= 12, start.half == noon && e.hour < 6:
			e.half = evening
		}
	}
	return e.clock()
}

// timeRange is what one phrase of a notice says.
type timeRange struct {
	start, end endpoint
	days       []date        // further days with the same times
	daily      bool          // every day from the start's date to until
	until      date          // last day, of daily and of a rule
	length     time.Duration // stated instead of an end
	rule       string        // RFC 5545, for 每日, 每周日, 每月15日
	from       date          // first day of the rule, where one is stated
	vague      bool          // other days are named beside it, to an effect that is not known
}

// rangesOf finds the ranges of a normalised sentence, in order.
func rangesOf(text string) []timeRange {
	cn, en := chineseRanges(text), englishRanges(text)
	if len(cn) == 0 || dated(en) && !dated(cn) {
		return en
	}
	return cn
}

func dated(ranges []timeRange) bool {
	return len(ranges) > 0 && (ranges[0].start.date.set() || ranges[0].end.date.set() || ranges[0].rule != "")
}

// The Chinese grammar. Groups of an endpoint, in order: year month day (D1),
// year month day (D2), day alone, relative day, part of the day, hour:minute,
// hour 点 minute word.
const (
	cnDate = `(?:(?:(\d{4}|\d{2})年)?(\d{1,2})月(\d{1,2})[日号]|(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})日?|(\d{1,2})[日号])`
	cnRel  = `(次日|翌日|第二天|隔日|当日|当天|同日|今日|今天|今|明日|明天|明)`
	cnHalf = `(凌晨|清晨|早上|早晨|早|上午|中午|正午|下午|傍晚|晚上|晚间|晚|夜间|夜里|夜|午夜|深夜)`
	cnTime = `(?:(\d{1,2}):(\d{2})(?::\d{2})?[时分点]?|(\d{1,2})[时点](\d{1,2}分?|半|一刻|三刻|整|钟)?)`
	cnEnd  = `(?:` + cnDate + `的?(?:\([^)]{0,12}\))?,?)?` + cnRel + `?` + cnHalf + `?` + cnTime
	cnSep  = `(?:(?:起|开始)?,?(?:至|到|[—–~─-]+)|(?:起|开始)?[^0-9至到]{0,16}(?:预计|计划)将?(?:于|在|到|至)?|,?(?:[^0-9,:]{0,8})(?:结束|终止|截止|恢复)(?:时间|日期)?(?::|为|是)?|,止:)`
	// 预计用时3小时, 持续约30分钟
	cnLast = `[^0-9]{0,12}(?:预计|持续|历时|用时|时长|为期)[^0-9]{0,6}(\d{1,2}(?:\.5)?)个?(小时|分钟)(?:(\d{1,2})分|(半))?`
	groups = 7 + 1 + 1 + 4 // of one endpoint
)

var (
	cnRange = lazy.MustCompile(cnEnd + cnSep + cnEnd)
	// 23:00开始停机,次日6:00恢复
	cnUntil = lazy.MustCompile(cnEnd + `(?:起|开始)[^0-9至到]{0,16},(?:预计)?` + cnEnd + `[^0-9,]{0,6}(?:恢复|结束|完成)`)
	cnSpan  = lazy.MustCompile(cnEnd + cnLast)
	cnDay   = lazy.MustCompile(cnDate)
	// A chain of further days just before the range: 11月21日、22日和28日
	cnChain = lazy.MustCompile(`(?:` + cnDate + `(?:\([^)]{0,12}\))?[、,和及与])+$`)
	// 11月21日至25日(期间)每日
	cnDaily = lazy.MustCompile(cnDate + cnSep + cnDate + `(?:期间)?,?(?:的)?每[日天晚]?的?$`)
	cnEvery = lazy.MustCompile(`每(?:(日|天|晚|)|个?(?:周|星期)([一二三四五六日天](?:[、,和及](?:每?(?:周|星期))?[一二三四五六日天])*))的?$`)
	cnDays  = lazy.MustCompile(`(?:` + cnDate + `(?:\([^)]{0,12}\))?[、,和及与]?)+$`)
	// 2026年11月21日起, 即日起至12月31日 before 每
	cnFrom = lazy.MustCompile(`(?:` + cnDate + `|(即日))(?:起|开始)(?:,?(?:至|到)` + cnDate + `(?:止|期间)*)?,?$`)
	// 每月最后一个周日, 每月第二个周六
	cnNth = lazy.MustCompile(`每月的?(?:(最后)|第([一二三四1-4]))一?个?(?:周|星期)([一二三四五六日天])的?$`)
	// 每月1日、15日 before the last day of the list, which the range itself holds
	cnMonthly = lazy.MustCompile(`每月的?((?:\d{1,2}[日号][、,和及])*)$`)
	cnNumbers = lazy.MustCompile(`\d{1,2}`)
)

// chineseRanges finds the ranges of a normalised sentence, in order.
func chineseRanges(text string) []timeRange {
	var out []timeRange
	found := cnRange.FindAllStringSubmatchIndex(text, -1)
	if len(found) == 0 {
		found = cnUntil.FindAllStringSubmatchIndex(text, -1)
	}
	for _, m := range found {
		g := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return text[m[2*i]:m[2*i+1]]
		}
		r := timeRange{start: cnEndpoint(g, 1), end: cnEndpoint(g, 1+groups)}
		if !plausible(r.start) || !plausible(r.end) {
			continue
		}
		before := text[:m[0]]
		if d := cnDaily.FindStringSubmatch(before); d != nil && !r.start.date.set() {
			r.start.date, r.until, r.daily = cnDateOf(d[1:8]), cnDateOf(d[8:15]), true
		} else if e := cnEvery.FindStringSubmatch(before); e != nil && !r.start.date.set() {
			before = strings.TrimSuffix(before, e[0])
			if f := cnFrom.FindStringSubmatch(before); f != nil {
				r.rule, r.from, r.until = cnRule(e), cnDateOf(f[1:8]), cnDateOf(f[9:16])
				if f[8] != "" {
					r.start.rel = today
				}
			} else if c := cnDays.FindString(before); c != "" && e[2] == "" { // 11月21日、22日每日
				for _, d := range cnDay.FindAllStringSubmatch(c, -1) {
					r.days = append(r.days, cnDateOf(d[1:8]))
				}
			} else {
				r.rule, r.vague = cnRule(e), cnDay.MatchString(before) || cnDay.MatchString(text[m[1]:])
			}
		} else if e := cnNth.FindStringSubmatch(before); e != nil && !r.start.date.set() {
			r.rule = "FREQ=MONTHLY;BYDAY=" + cnNthOf(e)
		} else if e, d := cnMonthly.FindStringSubmatch(before), r.start.date; e != nil && d.month == 0 && d.set() {
			days := append(cnNumbers.FindAllString(e[1], -1), strconv.Itoa(d.day))
			r.rule, r.start.date = "FREQ=MONTHLY;BYMONTHDAY="+strings.Join(days, ","), date{}
		} else if c := cnChain.FindString(before); c != "" && r.start.date.set() {
			for _, d := range cnDay.FindAllStringSubmatch(c, -1) {
				r.days = append(r.days, cnDateOf(d[1:8]))
			}
			if r.start.date.month == 0 { // 22日 after 11月21日
				r.start.date.year, r.start.date.month = r.days[0].year, r.days[0].month
			}
		}
		out = append(out, r)
	}
	if len(out) > 0 {
		return out
	}
	for _, m := range cnSpan.FindAllStringSubmatch(text, -1) {
		r := timeRange{start: cnEndpoint(func(i int) string { return m[i] }, 1)}
		if r.length = lasting(m[1+groups], m[2+groups] == "分钟", m[3+groups], m[4+groups] != ""); r.length > 0 && plausible(r.start) {
			out = append(out, r)
		}
	}
	return out
}

func cnEndpoint(g func(int) string, at int) endpoint {
	var parts []string
	for i := range groups {
		parts = append(parts, g(at+i))
	}
	e := endpoint{date: cnDateOf(parts[:7])}
	switch rel := parts[7]; {
	case rel == "":
	case strings.HasPrefix(rel, "今"):
		e.rel = today
	case strings.HasPrefix(rel, "明"):
		e.rel = tomorrow
	case rel == "当日" || rel == "当天" || rel == "同日":
		e.rel = sameDay
	default:
		e.rel = nextDay
	}
	switch parts[8] {
	case "":
	case "凌晨", "清晨", "早上", "早晨", "早", "上午":
		e.half = morning
	case "中午", "正午":
		e.half = noon
	default:
		e.half = evening
	}
	e.hour, _ = strconv.Atoi(parts[9] + parts[11])
	switch rest := parts[12]; rest {
	case "半":
		e.minute = 30
	case "一刻":
		e.minute = 15
	case "三刻":
		e.minute = 45
	default:
		e.minute, _ = strconv.Atoi(parts[10] + strings.TrimSuffix(rest, "分"))
	}
	if (parts[8] == "夜" || parts[8] == "夜间" || parts[8] == "夜里" || parts[8] == "深夜" || parts[8] == "午夜") && e.hour < 6 {
		e.half = morning
	}
	return e
}

func cnDateOf(g []string) (d date) {
	n := func(i int) int {
		v, _ := strconv.Atoi(g[i])
		return v
	}
	switch {
	case g[1] != "":
		if len(g[0]) == 2 {
			return date{2000 + n(0), n(1), n(2)}
		}
		return date{n(0), n(1), n(2)}
	case g[4] != "":
		return date{n(3), n(4), n(5)}
	}
	return date{day: n(6)}
}

func cnRule(e []string) string {
	if e[2] == "" {
		return "FREQ=DAILY"
	}
	var days []string
	for _, c := range e[2] {
		if d := cnWeekdays[c]; d != "" {
			days = append(days, d)
		}
	}
	return "FREQ=WEEKLY;BYDAY=" + strings.Join(days, ",")
}

var cnWeekdays = map[rune]string{'一': "MO", '二': "TU", '三': "WE", '四': "TH", '五': "FR", '六': "SA", '日': "SU", '天': "SU"}

// cnNthOf is the n-th weekday of a month, as in -1SU.
func cnNthOf(e []string) string {
	nth := map[string]string{"": "-1", "一": "1", "二": "2", "三": "3", "四": "4"}
	n, ok := nth[e[2]]
	if !ok {
		n = e[2]
	}
	day, _ := utf8.DecodeRuneInString(e[3])
	return n + cnWeekdays[day]
}

func plausible(e endpoint) bool {
	return e.minute < 60 && (e.hour < 24 || e.hour == 24 && e.minute == 0)
}

// lastDate finds the last date of a text that names at least month and day.
func lastDate(text string) (date, bool) {
	var out date
	for _, m := range cnDay.FindAllStringSubmatch(text, -1) {
		if d := cnDateOf(m[1:8]); d.month != 0 {
			out = d
		}
	}
	if !out.set() {
		for _, m := range enDay.FindAllStringSubmatch(text, -1) {
			out = enDateOf(m[1:])
		}
	}
	return out, out.set() && out.month >= 1 && out.month <= 12
}

// The English grammar: a date may stand before or after its time.
const (
	enWeekday = `(?:mon|tues|wednes|thurs|fri|satur|sun)days?`
	enMonth   = `(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?`
	enDate    = `(?:(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)?,? ?(?:(\d{1,2})(?:st|nd|rd|th)?[ -](?:of )?` + enMonth + `,?(?:[ -](\d{4}))?|` +
		enMonth + ` (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?|(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})))`
	enTime   = `(?:(\d{1,2})[:.](\d{2})(?::\d{2})? ?([ap]\.?m\.?)?|(\d{1,2}) ?([ap]\.?m\.?)|(?:12(?:[:.]00)? ?)?(noon|midnight)|(\d{2})(\d{2}) ?(?:hrs|hours|h)\b)`
	enZone   = `(?: ?\(?(?:gmt|utc|cst|hkt|sgt|beijing time|china standard time)(?: ?[+-]\d{1,2}(?::?\d{2})?)?\)?)?`
	enEnd    = `(?:` + enDate + `[,:]? ?(?:at |from |between )?)?` + enTime + enZone + `(?: ?(?:on |of |,)? ?(?:the )?(?:` + enDate + `|(next day|following day|same day)))?`
	enSep    = `(?: ?(?:to|until|till|and|through|[—–~-]+) ?|[, ]*(?:end|finish)(?:s|ing)?(?: time)? ?: ?)`
	enGroups = 9 + 8 + 9 + 1
)

var (
	enRange = lazy.MustCompile(`(?i)` + enEnd + enSep + `(?:the )?(?:` + `(next day|following day) (?:at )?)?` + enEnd)
	// and is expected to last 3 hours, for about 30 minutes
	enSpan  = lazy.MustCompile(`(?i)` + enEnd + `[^0-9]{0,40}\b(?:last|take|duration|for)\b[^0-9]{0,20}(\d{1,2}(?:\.5)?) ?(hour|hr|min)(?:s?,? ?(?:and )?(\d{1,2}) ?min)?`)
	enEvery = lazy.MustCompile(`(?i)(?:\b(daily|nightly)|\b(?:every|each) (?:(day|night)|(` + enWeekday + `(?:(?:,| and|, and) ` + enWeekday + `)*)))(?: (?:mornings?|nights?|evenings?))?,? ?(?:from |between |at )?$`)
	// starting 1 December 2026 behind the times
	enFrom = lazy.MustCompile(`(?i)^,? ?(?:starting|beginning|effective|with effect|as)(?: from| on| of)? ` + enDate + `\.?$`)
	// 21 and, 21- before 22 November
	enDays = lazy.MustCompile(`(?i)(?:\b\d{1,2}(?:st|nd|rd|th)?|` + enDate + `),? ?(?:to|until|till|and|&|through|[—–~,-]) ?$`)
	enDay  = lazy.MustCompile(`(?i)` + enDate)
)

func englishRanges(text string) []timeRange {
	var out []timeRange
	for _, at := range enRange.FindAllStringSubmatchIndex(text, -1) {
		m := make([]string, len(at)/2)
		for i := range m {
			if at[2*i] >= 0 {
				m[i] = text[at[2*i]:at[2*i+1]]
			}
		}
		r := timeRange{start: enEndpoint(m[1 : 1+enGroups]), end: enEndpoint(m[2+enGroups:])}
		r.start.hour = inHalfOf(r, m[1:1+enGroups], m[2+enGroups:])
		if r.start.hour == 24 && (r.end.date == r.start.date || !r.end.date.set() || !r.start.date.set()) {
			r.start.hour = 0 // from midnight to 4 am
		}
		if m[1+enGroups] != "" {
			r.end.rel = nextDay
		}
		before := text[:at[0]]
		if e := enEvery.FindStringSubmatch(before); e != nil && !r.start.date.set() && !r.end.date.set() {
			r.rule = enRule(e[3])
			if f := enFrom.FindStringSubmatch(text[at[1]:]); f != nil {
				r.from = enDateOf(f[1:])
			} else {
				r.vague = enDay.MatchString(before) || enDay.MatchString(text[at[1]:])
			}
		} else {
			r.vague = enDays.MatchString(before)
		}
		if plausible(r.start) && plausible(r.end) {
			out = append(out, r)
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, m := range enSpan.FindAllStringSubmatch(text, -1) {
		r := timeRange{start: enEndpoint(m[1 : 1+enGroups])}
		if r.length = lasting(m[1+enGroups], strings.EqualFold(m[2+enGroups], "min"), m[3+enGroups], false); r.length > 0 && plausible(r.start) {
			out = append(out, r)
		}
	}
	return out
}

// inHalfOf is the hour of a start without am or pm before an end that has it: 1:00 to
// 5:00 PM is the afternoon, 10:00 to 2:00 PM begins in the morning.
func inHalfOf(r timeRange, start, end []string) int {
	suffix := strings.ToLower(end[9+2] + end[9+4])
	h := r.start.hour
	if suffix == "" || start[9+2] != "" || start[9] == "" || h == 0 || h > 12 || r.start.date.set() && r.end.date.set() && r.start.date != r.end.date {
		return h
	}
	from, to := h%12*60+r.start.minute, r.end.hour%12*60+r.end.minute
	if afternoon := suffix[0] == 'p'; afternoon == (from < to) {
		return h%12 + 12
	}
	return h % 12
}

// lasting is a length of so many hours, or minutes, and what is said beside the hours: more
// minutes, or half an hour.
func lasting(n string, minutes bool, more string, half bool) time.Duration {
	unit := time.Hour
	if minutes {
		unit = time.Minute
	}
	v, _ := strconv.ParseFloat(n, 64)
	beside, _ := strconv.Atoi(more)
	if half {
		beside = 30
	}
	return time.Duration(v*float64(unit)) + time.Duration(beside)*time.Minute
}

// enRule is every day, or every one of the weekdays.
func enRule(weekdays string) string {
	var days []string
	for d := range strings.FieldsSeq(weekdays) {
		if d != "and" {
			days = append(days, strings.ToUpper(d[:2]))
		}
	}
	if days == nil {
		return "FREQ=DAILY"
	}
	return "FREQ=WEEKLY;BYDAY=" + strings.Join(days, ",")
}

func enEndpoint(g []string) endpoint {
	e := endpoint{date: enDateOf(g[:9])}
	if d := enDateOf(g[17:26]); d.set() {
		e.date = d
	}
	t := g[9:17]
	e.hour, _ = strconv.Atoi(t[0] + t[3] + t[6])
	e.minute, _ = strconv.Atoi(t[1] + t[7])
	switch suffix := strings.ToLower(t[2] + t[4]); {
	case strings.HasPrefix(suffix, "p"):
		if e.hour < 12 {
			e.hour += 12
		}
	case strings.HasPrefix(suffix, "a") && e.hour == 12:
		e.hour = 0
	}
	switch strings.ToLower(t[5]) {
	case "noon":
		e.hour = 12
	case "midnight":
		e.hour = 24
	}
	switch strings.ToLower(g[26]) {
	case "next day", "following day":
		e.rel = nextDay
	case "same day":
		e.rel = sameDay
	}
	return e
}

func enDateOf(g []string) date {
	n := func(s string) int {
		v, _ := strconv.Atoi(s)
		return v
	}
	switch {
	case g[1] != "":
		return date{n(g[2]), monthOf(g[1]), n(g[0])}
	case g[3] != "":
		return date{n(g[5]), monthOf(g[3]), n(g[4])}
	case g[6] != "":
		return date{n(g[6]), n(g[7]), n(g[8])}
	}
	return date{}
}

func monthOf(s string) int {
	return strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", strings.ToLower(s))/3 + 1
}
