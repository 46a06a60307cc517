package calendar

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/teambition/rrule-go"

	"github.com/poslog/poslog/internal/lazy"
)

// A notice is the text of a bank's announcement (系统维护公告). Every window
// quotes the sentence that it was read from as its Source, so that a person can
// check the reading; a sentence that cannot be read without guessing is an error.

// notice reads one announcement.
type notice struct {
	name   string
	opt    Options
	issued time.Time // date of issue: a full date that is part of no range
	last   time.Time // date that the text speaks of at the moment
	title  string
	moved  bool      // a sentence gave the new window of one that was moved
	gone   *sentence // says without a range that something is cancelled or postponed
	banks  []string  // of whom it speaks, in this order; a single one goes without saying
	bank   string    // of banks, the one that the text speaks of at the moment
	cal    *Calendar
	errs   []error
}

// sentence is a part of the text and where it begins.
type sentence struct {
	line int
	text string // as written, on one line
	norm string // normalised for reading
}

var (
	aboutWork  = lazy.MustCompile(`(?i)升级|维护|检修|停机|割接|切换|迁移|改造|优化|投产|演练|暂停|中断|关闭|maintenance|upgrade|unavailable|suspend|outage|downtime|interrupt|migrat`)
	aboutHours = lazy.MustCompile(`(?i)营业时间|服务时间|工作时间|办公时间|热线|客服|咨询|office hours|business hours|hotline|helpline|call us`)
	unplanned  = lazy.MustCompile(`(?i)突发|故障|异常中断|unplanned|unscheduled|failure`)
	planned    = lazy.MustCompile(`(?i)升级|维护|检修|割接|切换|迁移|改造|投产|演练|maintenance|upgrade|migrat`)
	moved      = lazy.MustCompile(`(?i)(?:更?改|改期|调整|变更|推迟|延迟|延期|延后|顺延|提前|移)(?:为|至|到)|改期?[在于]|rescheduled (?:to|for)|(?:moved|brought forward) to|(?:postponed|delayed) (?:to|until)`)
	cancelled  = lazy.MustCompile(`(?i)取消|撤销|推迟|延期|延后|顺延|改期|暂缓|(?:不再|暂不|不予)(?:进行|实施|执行|开展)|cancel|postpone|deferred|called off|rescheduled|(?:moved|brought forward) from|will not (?:go ahead|take place|proceed)`)
	earlier    = lazy.MustCompile(`(?i)原(?:定|计划|拟|安排|公告|通知)|(?:此前|前期)公告|original|(?:was|were|had been|previously) (?:scheduled|planned|announced)`)
	extended   = lazy.MustCompile(`(?i)延长(?:为|至|到)|extended (?:to|until)`)
	startLabel = lazy.MustCompile(`(?i)(?:开始|起始)(?:时间|日期)|^(?:开始|起始|起):|(?:start|begin)(?:s|ning)?(?: time)? ?:`)
	endLabel   = lazy.MustCompile(`(?i)(?:结束|终止|截止|恢复)(?:时间|日期)|^(?:结束|终止|截止|止):|(?:end|finish)(?:s|ing)?(?: time)? ?:`)
)

func readNotice(name string, data []byte, o Options) (*Calendar, error) {
	n := &notice{name: name, opt: o, cal: &Calendar{}}
	parts := paired(split(string(data)))
	var norms, texts strings.Builder
	for _, s := range parts {
		norms.WriteString(s.norm + "\n")
		texts.WriteString(s.text + "\n")
	}
	text := norms.String()
	if !aboutWork.MatchString(text) {
		return nil, fmt.Errorf("%s: this text announces no maintenance (no word such as 维护, 升级, maintenance): check the file, or write the windows as YAML", name)
	}
	z, err := statedZone(texts.String())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if z != nil {
		n.opt.Zone = z
	}
	if n.banks = banksOf(parts); len(n.banks) > 1 && n.opt.Institution != "" {
		return nil, fmt.Errorf("%s: the notice is of several banks (%s), each with times of its own: give it without %s=, so that each has its own", name, strings.Join(n.banks, ", "), n.opt.Institution)
	}
	n.title = titleOf(parts)
	n.issued = n.dateOfIssue(parts)
	for _, s := range parts {
		n.sentence(s)
	}
	if n.gone != nil && !n.moved && !n.cal.Empty() && (earlier.MatchString(text) || cancelled.MatchString(n.title)) {
		n.fail(*n.gone, "the notice cancels or postpones a window that another sentence gives: write what holds now as YAML")
	}
	if len(n.errs) == 0 && n.cal.Empty() {
		return nil, fmt.Errorf("%s: no time range found in this notice: write the window as YAML (start, end, institution)", name)
	}
	return n.cal, errors.Join(n.errs...)
}

// subject is whom a sentence of a list of notices speaks of: 1、青溪银行将于 …, or 青溪银行: as its heading.
var subject = lazy.MustCompile(`(?:^|[,、.)\s])((?:中国)?\p{Han}{1,8}?(?:银行|信用社|农信|联社|银联|网联))(?:(?:计划|预计)?(?:将于|定于|拟于|将在|于[0-9])|[:|]| ?[0-9]|$)`)

// bankOf is the bank that a sentence, normalised, says to speak of, "" for none.
func bankOf(text string) string {
	if m := subject.FindStringSubmatch(strings.TrimSpace(text)); m != nil {
		return m[1]
	}
	return ""
}

// banksOf are the banks of a notice that has times, or times below them, for several.
func banksOf(parts []sentence) (banks []string) {
	for i, s := range parts {
		bank := bankOf(s.norm)
		if bank == "" || slices.Contains(banks, bank) || len(rangesOf(s.norm)) == 0 && (i+1 == len(parts) || len(rangesOf(parts[i+1].norm)) == 0) {
			continue
		}
		banks = append(banks, bank)
	}
	return banks
}

// paired joins a sentence that labels a start with the one after it, which labels
// the end.
func paired(parts []sentence) []sentence {
	var out []sentence
	for _, s := range parts {
		if k := len(out) - 1; k >= 0 && startLabel.MatchString(out[k].norm) && !endLabel.MatchString(out[k].norm) && endLabel.MatchString(s.norm) {
			out[k].text += "，" + s.text
			out[k].norm += "," + s.norm
			continue
		}
		out = append(out, s)
	}
	return out
}

func (n *notice) fail(s sentence, format string, args ...any) {
	n.errs = append(n.errs, fmt.Errorf("%s:%d: %s: “%s”", n.name, s.line, fmt.Sprintf(format, args...), s.text))
}

func (n *notice) sentence(s sentence) {
	if aboutHours.MatchString(s.norm) && !aboutWork.MatchString(s.norm) {
		return
	}
	text := s.norm
	if bank := bankOf(text); bank != "" && len(n.banks) > 1 {
		n.bank = bank
	}
	if extended.MatchString(text) {
		n.fail(s, "the sentence extends a window: write its start and its new end as YAML")
		return
	}
	if m := moved.FindStringIndex(text); m != nil {
		was := text[:m[0]]
		text = text[m[1]:] // what was announced before holds no more
		if len(rangesOf(text)) == 0 && len(rangesOf(was)) > 0 {
			n.fail(s, "the sentence moves a window without the new start and end: write what holds now as YAML")
			return
		}
		n.moved = n.moved || len(rangesOf(text)) > 0
	} else if cancelled.MatchString(text) {
		if len(rangesOf(text)) > 0 {
			n.fail(s, "the sentence cancels or postpones a window: write what holds now as YAML")
		} else {
			n.gone = &s
		}
		return
	}
	n.check(s)
	ranges := rangesOf(text)
	if len(ranges) == 0 {
		if d, ok := lastDate(text); ok && aboutWorkOrDate(text) && !issueLine.MatchString(text) {
			if t, err := n.day(d); err == nil {
				n.last = t // "维护日期：11月21日", the time follows
			}
		}
		return
	}
	for _, r := range ranges {
		if err := n.add(s, r); err != nil {
			n.fail(s, "%v", err)
		}
	}
}

// weekdayOf are dates with the day of the week that a notice gives them.
var (
	cnWeekdayOf = lazy.MustCompile(cnDate + `,?\(?(?:本|下)?(?:周|星期|礼拜)([一二三四五六日天])`)
	enWeekdayOf = lazy.MustCompile(`(?i)\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? ` + enDate + `|` + enDate + `,? ?\((mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?\)`)
)

// check refuses dates that contradict themselves or may be two days.
func (n *notice) check(s sentence) {
	text := plain(s.text)
	if m := dayFirst.FindString(text); m != "" {
		n.fail(s, "%s may be two days: write it as 2026-11-05", m)
	}
	is := func(d date, weekday string) {
		if day, err := n.day(d); d.month != 0 && err == nil && !strings.EqualFold(day.Weekday().String()[:2], weekday) {
			n.fail(s, "%s is a %s, and the notice says another day of the week: ask which, and write the window as YAML", day.Format(time.DateOnly), day.Weekday())
		}
	}
	for _, m := range cnWeekdayOf.FindAllStringSubmatch(text, -1) {
		c, _ := utf8.DecodeRuneInString(m[8])
		is(cnDateOf(m[1:8]), cnWeekdays[c])
	}
	for _, m := range enWeekdayOf.FindAllStringSubmatch(text, -1) {
		if m[1] != "" {
			is(enDateOf(m[2:11]), m[1][:2])
		} else {
			is(enDateOf(m[11:20]), m[20][:2])
		}
	}
}

// aboutWorkOrDate keeps the date of issue at the end of a notice from being
// taken for the day of the work.
func aboutWorkOrDate(text string) bool {
	return aboutWork.MatchString(text) || strings.Contains(text, "日期") || strings.Contains(text, "时间") || strings.Contains(strings.ToLower(text), "date")
}

// add turns a range into windows.
func (n *notice) add(s sentence, r timeRange) error {
	if r.vague {
		return errors.New("it names several days beside the times: write a window for each, or a rule, as YAML")
	}
	w := Window{Title: n.title, Institution: cmp.Or(n.bank, n.opt.Institution), Planned: planned.MatchString(n.title+s.norm) || !unplanned.MatchString(s.norm), Source: s.text}
	if r.rule != "" {
		return n.addRule(w, r)
	}
	days := append([]date(nil), r.days...)
	if r.start.date.set() {
		days = append(days, r.start.date)
	}
	if len(days) == 0 {
		switch {
		case r.start.rel == today || r.start.rel == tomorrow:
			if n.issued.IsZero() {
				return errors.New("“today” without a date of issue: write the date")
			}
			n.last = n.issued.AddDate(0, 0, int(r.start.rel-today))
		case r.start.rel == nextDay && !n.last.IsZero():
			n.last = n.last.AddDate(0, 0, 1)
		case n.last.IsZero() && r.end.date.set():
			d, err := n.day(r.end.date)
			if err != nil {
				return err
			}
			if r.end.clock() <= r.start.clock() {
				return errors.New("the range crosses midnight and names one day: write both days")
			}
			n.last = d
		case n.last.IsZero():
			return errors.New("a time range without a date: write the date before the time")
		}
		at, next := onDay(n.last, r.start.clock()), n.last.AddDate(0, 0, 1)
		if r.start.rel == noRelative && slices.ContainsFunc(n.cal.dated, func(o Window) bool {
			return o.Source == s.text && at.Before(o.Start) && o.Contains(onDay(next, r.start.clock()))
		}) {
			n.last = next // a part of a window that the sentence gave before, past its midnight
		}
		return n.window(w, n.last, r)
	}
	if r.daily {
		from, err := n.day(days[0])
		if err != nil {
			return err
		}
		to, err := n.following(from, r.until)
		if err != nil {
			return err
		}
		if to.Before(from) {
			return fmt.Errorf("the last day (%s) is before the first (%s)", to.Format(time.DateOnly), from.Format(time.DateOnly))
		}
		for d := from; !d.After(to); d = d.AddDate(0, 0, 1) {
			if err := n.window(w, d, r); err != nil {
				return err
			}
			if len(n.cal.dated) > 1000 {
				return errors.New("more than 1000 days in one sentence")
			}
		}
		return nil
	}
	for i, d := range days {
		if d.month == 0 && i > 0 {
			d.year, d.month = days[i-1].year, days[i-1].month
			days[i] = d
		}
		day, err := n.day(d)
		if err != nil {
			return err
		}
		if err := n.window(w, day, r); err != nil {
			return err
		}
	}
	return nil
}

// window adds one window that starts on the given day.
func (n *notice) window(w Window, day time.Time, r timeRange) error {
	n.last = day
	start, end := r.start.clock(), r.end.clockAfter(r.start)
	w.Start = onDay(day, start)
	switch {
	case r.length > 0:
		w.End = w.Start.Add(r.length)
	case r.end.date.set() && !r.daily && len(r.days) == 0:
		last, err := n.following(day, r.end.date)
		if err != nil {
			return err
		}
		w.End = onDay(last, end)
	case r.end.rel == nextDay:
		w.End = onDay(day.AddDate(0, 0, 1), end)
	case end <= start:
		if r.end.rel == sameDay {
			return errors.New("the window ends before it starts on the same day")
		}
		w.End = onDay(day.AddDate(0, 0, 1), end)
	default:
		w.End = onDay(day, end)
	}
	if !w.End.After(w.Start) {
		return fmt.Errorf("the window ends (%s) before it starts (%s)", w.End.Format("2006-01-02 15:04"), w.Start.Format("2006-01-02 15:04"))
	}
	if w.End.Sub(w.Start) > 31*24*time.Hour {
		return fmt.Errorf("a window of %d days: is the year right?", int(w.End.Sub(w.Start).Hours()/24))
	}
	n.cal.dated = append(n.cal.dated, w)
	return nil
}

func onDay(day time.Time, clock time.Duration) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, 0, 0, int(clock/time.Second), 0, day.Location())
}

func (n *notice) addRule(w Window, r timeRange) error {
	o, err := rule(r.rule, n.opt.Zone)
	if err != nil {
		return err
	}
	first := time.Date(2000, 1, 1, 0, 0, 0, 0, n.opt.Zone)
	switch {
	case r.start.rel == today:
		if first = n.issued; first.IsZero() {
			return errors.New("“即日起” without a date of issue: add it as the last line")
		}
	case r.from.set():
		if first, err = n.day(r.from); err != nil {
			return err
		}
	}
	clock := r.start.clock()
	if r.until.set() {
		last, err := n.following(first, r.until)
		if err != nil {
			return err
		}
		o.Until = onDay(last, clock)
	}
	start := onDay(first, clock)
	if clock == 24*time.Hour { // on the day after those of the rule
		if o.Freq == rrule.MONTHLY {
			return errors.New("24:00 of a day of the month: write it as 0:00 of the day after")
		}
		for i, d := range o.Byweekday {
			o.Byweekday[i] = week[(d.Day()+1)%7]
		}
		clock = 0
	}
	set, err := recur(o, start)
	if err != nil {
		return err
	}
	length := span{wall: true, clock: r.end.clockAfter(r.start)}
	if r.end.rel == nextDay && start.Equal(onDay(first, clock)) || length.clock <= clock {
		length.days = 1
	}
	n.cal.rules = append(n.cal.rules, recurring{like: w, set: set, start: start, length: length})
	return nil
}

var week = [...]rrule.Weekday{rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU}

// day puts a date into a year: its own, or the one nearest after the date of
// issue, or Options.Year.
func (n *notice) day(d date) (time.Time, error) {
	switch {
	case d.month == 0 && !n.last.IsZero():
		d.year, d.month = n.last.Year(), int(n.last.Month())
	case d.month == 0:
		return time.Time{}, errors.New("a day without its month")
	case d.year != 0:
	case !n.issued.IsZero():
		d.year = n.issued.Year()
		if d.on(n.opt.Zone).Before(n.issued.AddDate(0, -2, 0)) {
			d.year++
		}
	case !n.last.IsZero():
		d.year = n.last.Year()
	case n.opt.Year != 0:
		d.year = n.opt.Year
	default:
		return time.Time{}, errors.New("no year in the notice: add the date of issue as its last line")
	}
	t := d.on(n.opt.Zone)
	if t.Day() != d.day || int(t.Month()) != d.month {
		return t, fmt.Errorf("there is no %d-%02d-%02d", d.year, d.month, d.day)
	}
	return t, nil
}

// following is the date that comes next from a day on, where it states no year or no month.
func (n *notice) following(day time.Time, d date) (time.Time, error) {
	switch {
	case d.month == 0:
		month := day
		if d.day < day.Day() {
			month = day.AddDate(0, 0, 1-day.Day()).AddDate(0, 1, 0)
		}
		d.year, d.month = month.Year(), int(month.Month())
	case d.year == 0:
		d.year = day.Year()
		if d.month < int(day.Month()) {
			d.year++
		}
	}
	return n.day(d)
}

// dateOfIssue is the last full date outside of ranges. Where no range has a day of its own, it is
// the only full date that is stated, as that above a message in a chat.
func (n *notice) dateOfIssue(parts []sentence) time.Time {
	for i := len(parts) - 1; i >= 0; i-- {
		s := parts[i].norm
		if len(rangesOf(s)) > 0 {
			continue
		}
		if d, ok := lastDate(s); ok && d.year != 0 && (!aboutWorkOrDate(s) || issueLine.MatchString(s)) {
			return d.on(n.opt.Zone)
		}
	}
	var only date
	for _, s := range parts {
		for _, r := range rangesOf(s.norm) {
			if r.start.date.set() || r.end.date.set() || len(r.days) > 0 {
				return time.Time{}
			}
		}
		if d, ok := lastDate(s.norm); ok && d.year != 0 {
			if only.set() && only != d {
				return time.Time{}
			}
			only = d
		}
	}
	if only.set() {
		return only.on(n.opt.Zone)
	}
	return time.Time{}
}

var heading = lazy.MustCompile(`(?i)[\p{Han}A-Za-z0-9·]{0,16}(?:系统|网络|核心|平台|主机|数据库|机房)?(?:升级维护|维护升级|升级改造|升级|维护|检修|割接|切换|迁移|停机|maintenance|upgrade)`)

// beforeHeading are the words of a sentence that stand before the name of the work.
var beforeHeading = lazy.MustCompile(`^.*(?:[0-9日号时点分起止]|进行|开始|期间|将于|实施|的|为|因|对)`)

// titleOf is the heading of the notice, or the first words that name the work.
func titleOf(parts []sentence) string {
	for _, s := range parts {
		if t := strings.TrimSpace(s.text); len([]rune(t)) <= 40 && aboutWork.MatchString(s.norm) && !strings.HasSuffix(t, ".") && !strings.HasSuffix(t, "。") && !strings.Contains(t, "|") && !cnDay.MatchString(s.norm) && len(rangesOf(s.norm)) == 0 {
			return strings.TrimRight(t, ":：")
		}
	}
	for _, s := range parts {
		if m := heading.FindString(simplified.Replace(s.text)); m != "" {
			if k := beforeHeading.FindStringIndex(m); k != nil {
				m = m[k[1]:]
			}
			return m
		}
	}
	return ""
}
