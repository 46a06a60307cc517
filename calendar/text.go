package calendar

import (
	"cmp"
	"fmt"
	"html"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/poslog/poslog/internal/lazy"
)

var (
	tag        = lazy.MustCompile(`(?s)<!--.*?-->|<style.*?</style>|<script.*?</script>|</?[a-zA-Z][^>]*>`)
	newItem    = lazy.MustCompile(`^\s*(?:\(?[0-9一二三四五六七八九十]{1,3}[、.)）]|[-•●·*]\s|[^\s\d：:，,。]{2,10}[：:])`)
	endOfText  = lazy.MustCompile(`[。！？；;]|[a-zA-Z0-9)]\.\s+(?:[A-Z])|[a-zA-Z0-9)]{2}\.$`)
	issueLine  = lazy.MustCompile(`(?i)^(?:(?:发布|公告|发文|签发|通知|更新)(?:时间|日期|日)[：:]|(?:issued|posted|published|dated)(?: on)?:? )[^至到～~—]{6,32}$`)
	lonelyDate = lazy.MustCompile(`^(?:\d{4}|[〇零一二三四五六七八九○Ｏ]{4}) ?[-/.年] ?[\d一二三四五六七八九十]{1,3} ?[-/.月] ?[\d一二三四五六七八九十]{1,3} ?日?$`)
)

// split cuts a notice into sentences. Lines are joined where a paragraph was
// wrapped; a new item of a list or a label begins a new sentence.
func split(text string) []sentence {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	text = tag.ReplaceAllStringFunc(text, func(t string) string { return strings.Repeat("\n", strings.Count(t, "\n")) + " " })
	text = strings.ReplaceAll(html.UnescapeString(text), "\u00a0", " ")
	var out []sentence
	var now sentence
	flush := func() {
		if t := strings.TrimSpace(now.text); t != "" {
			out = append(out, sentence{line: now.line, text: t, norm: normal(t)})
		}
		now = sentence{}
	}
	lines := strings.Split(strings.TrimRightFunc(text, unicode.IsSpace), "\n")
	for i, l := range lines {
		l = strings.TrimFunc(l, unicode.IsSpace)
		issue := issueLine.MatchString(simplified.Replace(l))
		if issue || i == len(lines)-1 && lonelyDate.MatchString(l) {
			flush() // the date of issue, as below the text
		}
		if l == "" || newItem.MatchString(l) {
			flush()
		}
		for l != "" {
			if now.text == "" {
				now.line = i + 1
			} else if last, _ := utf8.DecodeLastRuneInString(now.text); last < 0x2E80 && last != ' ' {
				now.text += " "
			}
			m := endOfText.FindStringIndex(l)
			if m == nil {
				now.text += l
				break
			}
			end := m[1]
			if c := l[end-1]; c >= 'A' && c <= 'Z' { // keep the capital for the next sentence
				end--
			}
			now.text += l[:end]
			l = strings.TrimLeftFunc(l[end:], unicode.IsSpace)
			flush()
		}
		if issue || strings.HasSuffix(now.text, "：") || strings.HasSuffix(now.text, ":") || len([]rune(now.text)) < 30 && !strings.ContainsAny(now.text, ":：,，至到-—") {
			flush() // a heading or a date of issue on a line of its own
		}
	}
	flush()
	return out
}

var (
	spaces   = lazy.MustCompile(`\s+`)
	dayToDay = lazy.MustCompile(`(月\d{1,2})([—–~-]|至|到)(\d{1,2}[日号])`) // 11月21-23日
	hanSpace = lazy.MustCompile(`(\p{Han}|[0-9:,()、-]) (\p{Han})`)
	spaceHan = lazy.MustCompile(`(\p{Han}) ([0-9:,()、-])`)
	weekday  = lazy.MustCompile(`(?i) ?\((?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?\)|\((?:本|下)?(?:周|星期|礼拜)[一二三四五六日天末]\)|\([日月火水木金土일월화수목금토](?:曜日?)?\)|(?:星期|礼拜)[一二三四五六日天]|\(北京时间\)|北京时间|\(含\)|\(具体时间\)`)
	cnNumber = lazy.MustCompile(`([〇零一二三四五六七八九十两]{1,4})(年|月|日|号|时|点|分)`)
	// 本周六(11月21日), 今晚(11月21日), 次日(22日): the date says it
	bracketed = lazy.MustCompile(`(?:今[天日]?|明[天日]?|次日|翌日|第二天|当[天日]|(?:本|这|下)?(?:周|星期|礼拜)[一二三四五六日天末])(晚上?|凌晨|早上?)?\(([^()]{1,12}[日号])\)`)
	dayTime   = lazy.MustCompile(`([日号]) (\d)`)
	dash      = lazy.MustCompile(` ?(至|到|—+|–+|~+|-+) ?`)
	isoStamp  = lazy.MustCompile(`(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2}\b)?`)
	isoTime   = lazy.MustCompile(`(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}) (\d)`)
	closer    = lazy.MustCompile(`(\d)\s*([:月日年时点分])\s*(\d)`)
	dotTime   = strings.NewReplacer("：", ":", "﹕", ":", "∶", ":", "〜", "~", "～", "~", "－", "-", "―", "—", "　", " ", "（", "(", "）", ")", "，", ",")
)

// simplified are the characters of dates, times and works as the mainland writes them.
var simplified = strings.NewReplacer("時", "时", "點", "点", "間", "间", "週", "周", "號", "号", "兩", "两", "禮", "礼", "當", "当", "後", "后",
	"將", "将", "於", "于", "進", "进", "開", "开", "結", "结", "終", "终", "為", "为", "預", "预", "計", "计", "劃", "划", "訂", "定", "長", "长", "個", "个", "鐘", "钟", "與", "与", "從", "从",
	"維", "维", "護", "护", "級", "级", "暫", "暂", "檢", "检", "換", "换", "遷", "迁", "優", "优", "產", "产", "練", "练", "斷", "断", "關", "关", "閉", "闭", "發", "发", "佈", "布", "復", "复",
	"調", "调", "變", "变", "遲", "迟", "順", "顺", "銷", "销", "緩", "缓", "實", "实", "執", "执", "續", "续", "歷", "历", "異", "异", "營", "营", "業", "业", "務", "务", "辦", "办", "熱", "热", "線", "线", "諮", "咨", "詢", "询")

// neighbours are the words of dates, times and works in Japanese and Korean.
var neighbours = strings.NewReplacer("メンテナンス", "维护", "保守作業", "维护", "作業", "维护", "システム", "系统", "サービス", "服务", "上午", "上午", "中午", "中午", "下午", "下午", "午前", "上午", "午後", "下午", "午后", "下午", "午间", "中午", "翌日", "次日", "翌朝", "次日", "から", "至", "より", "至", "まで", "", "頃", "",
	"월요일", "", "화요일", "", "수요일", "", "목요일", "", "금요일", "", "토요일", "", "일요일", "", "시간", "小时", "점검", "维护", "작업", "维护", "업그레이드", "升级", "중단", "暂停", "오전", "上午", "오후", "下午", "새벽", "凌晨", "익일", "次日", "다음날", "次日", "부터", "至", "까지", "")

// koreanUnits are those of dates and times behind their numbers; elsewhere they are parts of words.
var (
	koreanUnits = lazy.MustCompile(`(\d) ?[년월일시분]`)
	koreanUnit  = strings.NewReplacer("년", "年", "월", "月", "일", "日", "시", "时", "분", "分")
)

// chineseWords is a text with its Japanese and Korean words of dates, times and works in Chinese.
func chineseWords(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Hangul, unicode.Hiragana, unicode.Katakana) || r == '午'
	}) {
		return s
	}
	return koreanUnits.ReplaceAllStringFunc(neighbours.Replace(s), koreanUnit.Replace)
}

// plain is a sentence with half-width digits and signs, in simplified characters, without
// blanks inside Chinese.
func plain(s string) string {
	s = simplified.Replace(chineseWords(dotTime.Replace(s)))
	s = strings.Map(func(r rune) rune {
		if r >= 0xFF01 && r <= 0xFF5E {
			return r - 0xFEE0
		}
		return r
	}, s)
	s = spaces.ReplaceAllString(s, " ")
	s = isoStamp.ReplaceAllString(s, "$1 $2")
	for range 2 { // neighbours overlap
		s = hanSpace.ReplaceAllString(s, "$1$2")
		s = spaceHan.ReplaceAllString(s, "$1$2")
		s = closer.ReplaceAllString(s, "$1$2$3")
	}
	return dayFirst.ReplaceAllStringFunc(s, func(m string) string {
		d, ok := ofSlashes(m)
		if !ok {
			return m
		}
		return fmt.Sprintf("%d-%02d-%02d", d.year, d.month, d.day)
	})
}

// dayFirst is a date whose year stands last: 22/11/2026, 11/22/2026.
var dayFirst = lazy.MustCompile(`\b\d{1,2}/\d{1,2}/\d{4}\b`)

// ofSlashes reads a date whose year stands last, where only one of its numbers can be a month.
func ofSlashes(s string) (d date, ok bool) {
	p := strings.Split(s, "/")
	a, _ := strconv.Atoi(p[0])
	b, _ := strconv.Atoi(p[1])
	year, _ := strconv.Atoi(p[2])
	switch {
	case b <= 12 && (a > 12 || a == b):
		return date{year, b, a}, true
	case a <= 12 && b > 12:
		return date{year, a, b}, true
	}
	return date{}, false
}

// normal prepares a sentence for reading: plain, no weekdays, Chinese numerals of dates
// and times as digits.
func normal(s string) string {
	s = plain(s)
	s = bracketed.ReplaceAllString(s, "$2$1")
	s = weekday.ReplaceAllString(s, "")
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		s = dayTime.ReplaceAllString(s, "$1$2")
		s = dash.ReplaceAllString(s, "$1")
		s = dayToDay.ReplaceAllString(s, "${1}日$2$3")
		s = isoTime.ReplaceAllString(s, "$1,$2")
	}
	return cnNumber.ReplaceAllStringFunc(s, func(m string) string {
		r := []rune(m)
		unit := string(r[len(r)-1])
		n, ok := chineseNumber(r[:len(r)-1])
		if !ok {
			return m
		}
		return strconv.Itoa(n) + unit
	})
}

// chineseNumber reads 〇 to 九十九, and digit by digit as in 二〇二六.
func chineseNumber(r []rune) (int, bool) {
	digit := map[rune]int{'〇': 0, '零': 0, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}
	n, tens := 0, false
	for i, c := range r {
		switch d, ok := digit[c]; {
		case c == '十' && !tens:
			if i == 0 {
				n = 1
			}
			n, tens = n*10, true
		case !ok:
			return 0, false
		case tens:
			n += d
		default:
			n = n*10 + d
		}
	}
	return n, true
}

var zoneWords = lazy.MustCompile(`(?i)\b(?:gmt|utc)(?: ?([+-]\d{1,2})(?::?(\d{2}))?)?\b|(?:北京|香港|台北|臺北|新加坡)[时時][间間]|(?:beijing|hong kong|singapore|china standard) time|\b(?:hkt|sgt)\b|\dT\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:(Z)|([+-]\d{2}):?(\d{2}))`)

// otherZone is a zone by a name that says too little, or that is not known here.
var otherZone = lazy.MustCompile(`(?:\d|[apAP]\.?[mM]\.?|hrs|hours)\)? ?\(?(IST|[ECMP]DT|[EMP]ST|[EP]T|BST|CES?T|EES?T|MSK|WIB|ICT|JST|KST|AE[SD]T|NZ[SD]T|GST|PKT|(?:Eastern|Central|Mountain|Pacific|India|Indian|Japan|Korea|London|local)(?: Standard| Daylight)? [Tt]ime)\b|(?:[东東]京|首[尔爾]|[纽紐][约約]|[伦倫]敦|莫斯科|曼谷|[当當]地)[时時][间間]`)

// statedZone is the zone that a notice names, nil where it names none.
func statedZone(text string) (zone *time.Location, err error) {
	if m := otherZone.FindStringSubmatch(text); m != nil {
		return nil, fmt.Errorf("the notice states its times in a zone that is not known by this name (%s): write the windows as YAML", cmp.Or(m[1], m[0]))
	}
	offset := 0
	for _, m := range zoneWords.FindAllStringSubmatch(text, -1) {
		at, name := 8*3600, m[0]
		switch low := strings.ToLower(m[0]); {
		case strings.HasPrefix(low, "gmt") || strings.HasPrefix(low, "utc"):
			at = clockOffset(m[1], m[2])
		case m[3] == "Z":
			at, name = 0, "UTC"
		case m[4] != "":
			at = clockOffset(m[4], m[5])
			name = "UTC" + m[4] + ":" + m[5]
		}
		if zone != nil && at != offset {
			return nil, fmt.Errorf("the notice names two zones, %s and %s: write the windows as YAML", zone, name)
		}
		offset = at
		if zone = time.FixedZone(strings.ToUpper(name), at); at == 8*3600 {
			zone = shanghai()
		}
	}
	return zone, nil
}

// clockOffset is +08, 00 in seconds.
func clockOffset(hours, minutes string) int {
	h, _ := strconv.Atoi(hours)
	mi, _ := strconv.Atoi(minutes)
	if strings.HasPrefix(hours, "-") {
		mi = -mi
	}
	return h*3600 + mi*60
}
