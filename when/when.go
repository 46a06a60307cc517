// Package when reads the moments that people type after --since and --until.
//
// In goes a text, a present moment and a zone; out comes an instant. Absolute:
// "2026-11-20", "2026-11-20 08:15", "2026-11-20T08:15:30+08:00". Relative to
// now: "-3d", "-90m", "2h ago". Words: "now", "today", "yesterday", "tomorrow"
// and weekdays ("friday" is the latest Friday's midnight, today included), in
// English or Chinese.
package when

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/poslog/poslog/internal/lazy"
)

var layouts = []string{
	time.RFC3339Nano,
	"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02",
	"20060102150405", "20060102", "2006/01/02 15:04:05", "2006/01/02 15:04", "2006/01/02",
}

var relative = lazy.MustCompile(`^-?(\d{1,6}) ?(s|m|h|d|w|秒|分钟|小时|天|周)( ?ago|前)?$`)

var units = map[string]time.Duration{"s": time.Second, "秒": time.Second, "m": time.Minute, "分钟": time.Minute,
	"h": time.Hour, "小时": time.Hour}

var days = map[string]int{"d": 1, "天": 1, "w": 7, "周": 7}

// Parse reads text. Times without a zone are in loc.
func Parse(text string, now time.Time, loc *time.Location) (time.Time, error) {
	s := strings.ToLower(strings.TrimSpace(text))
	now = now.In(loc)
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, loc)
	switch s {
	case "now", "现在":
		return now, nil
	case "today", "今天":
		return midnight, nil
	case "yesterday", "昨天":
		return midnight.AddDate(0, 0, -1), nil
	case "tomorrow", "明天":
		return midnight.AddDate(0, 0, 1), nil
	}
	if d, ok := weekday(s); ok {
		return midnight.AddDate(0, 0, -((int(now.Weekday()) - int(d) + 7) % 7)), nil
	}
	if m := relative.FindStringSubmatch(s); m != nil && (strings.HasPrefix(s, "-") != (m[3] != "")) {
		n, _ := strconv.Atoi(m[1]) // six digits at most
		if d, ok := days[m[2]]; ok {
			return now.AddDate(0, 0, -n*d), nil
		}
		return now.Add(-time.Duration(n) * units[m[2]]), nil
	}
	for _, l := range layouts {
		if t, err := time.ParseInLocation(l, strings.ToUpper(s), loc); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no moment: write 2026-11-20, \"2026-11-20 08:15\", -3d, 2h ago, yesterday or friday", text)
}

func weekday(s string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		name := strings.ToLower(d.String())
		if s == name || s == name[:3] || s == "周"+string([]rune("日一二三四五六")[d]) || s == "星期"+string([]rune("日一二三四五六")[d]) {
			return d, true
		}
	}
	return 0, false
}
