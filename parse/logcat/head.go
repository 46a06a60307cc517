package logcat

import "strings"

// line is one line of logcat taken apart.
type line struct {
	stamp string // 11-20 08:15:32.123 or 2026-11-20 08:15:32.123
	who   string // pid and tid
	level byte   // V D I W E F A S
	tag   string
	text  string
	long  bool // the text stands in the lines below
}

// parse reads the forms in which logcat and Android Studio print a line:
//
//	11-20 08:15:32.123  1234  5678 E PosTrans: text       (threadtime; the year may stand in front)
//	11-20 08:15:32.123 u0_a55  1234  5678 E PosTrans: text       (with the user, as bug reports have it)
//	11-20 08:15:32.123 E/PosTrans( 1234): text            (time)
//	2026-11-20 08:15:32.123 1234-5678/com.pos E/PosTrans: text
//	2026-11-20 08:15:32.123  1234-5678  PosTrans  com.pos  E  text
//	[ 11-20 08:15:32.123  1234: 5678 E/PosTrans ]                     (long; the text is below)
func parse(s string) (l line, ok bool) {
	if inner, found := strings.CutPrefix(s, "[ "); found && strings.HasSuffix(s, "]") {
		return parseLong(inner[:len(inner)-1])
	}
	n := stamp(s)
	if n == 0 {
		return l, false
	}
	l.stamp = s[:n]
	rest := strings.TrimLeft(s[n:], " ")
	if len(rest) > 2 && rest[1] == '/' && level(rest[0]) { // time
		l.level = rest[0]
		name, pid, ok := strings.Cut(rest[2:], "(")
		pid, text, ok2 := strings.Cut(pid, "):")
		if !ok || !ok2 || !number(strings.TrimSpace(pid)) {
			return l, false
		}
		l.tag, l.who, l.text = strings.TrimSpace(name), strings.TrimSpace(pid), strings.TrimPrefix(text, " ")
		return l, true
	}
	first, rest := word(rest)
	if pid, tid, ok := strings.Cut(first, "-"); ok { // Android Studio
		tid, pkg, older := strings.Cut(tid, "/")
		if !number(pid) || !number(tid) {
			return l, false
		}
		l.who = first
		if older {
			l.who = strings.TrimSuffix(first, "/"+pkg)
			if len(rest) < 3 || rest[1] != '/' || !level(rest[0]) {
				return l, false
			}
			l.level = rest[0]
			l.tag, l.text, ok = strings.Cut(rest[2:], ": ")
			return l, ok
		}
		for range 3 { // a tag may have blanks: the level is the first lone letter
			var w string
			if w, rest = word(rest); len(w) == 1 && level(w[0]) {
				l.level, l.text = w[0], rest
				return l, true
			}
			if l.tag == "" {
				l.tag = w
			}
		}
		return l, false
	}
	tid, rest := word(rest)
	lev, rest := word(rest)
	if number(tid) && number(lev) { // behind the user
		first, tid = tid, lev
		lev, rest = word(rest)
	}
	if !number(first) || !number(tid) || len(lev) != 1 || !level(lev[0]) {
		return l, false
	}
	l.who, l.level = first+"-"+tid, lev[0]
	tag, text, ok := strings.Cut(rest, ":")
	l.tag, l.text = strings.TrimSpace(tag), strings.TrimPrefix(text, " ")
	return l, ok
}

// parseLong reads what stands in the brackets of the long form.
func parseLong(s string) (l line, ok bool) {
	n := stamp(s)
	pid, rest, colon := strings.Cut(s[n:], ":")
	tid, rest := word(strings.TrimLeft(rest, " "))
	pid = strings.TrimSpace(pid)
	if n == 0 || !colon || !number(pid) || tid == "" || len(rest) < 2 || rest[1] != '/' || !level(rest[0]) {
		return l, false
	}
	return line{stamp: s[:n], who: pid + "-" + tid, level: rest[0], tag: strings.TrimSpace(rest[2:]), long: true}, true
}

// stamp returns the length of the time at the start of s.
func stamp(s string) int {
	const day, full = "00-00 00:00:00.000", "0000-00-00 00:00:00.000"
	for _, shape := range []string{day, full} {
		if len(s) > len(shape) && s[len(shape)] == ' ' && fits(s, shape) {
			return len(shape)
		}
	}
	return 0
}

func fits(s, shape string) bool {
	for i := 0; i < len(shape); i++ {
		if shape[i] == '0' && (s[i] < '0' || s[i] > '9') || shape[i] != '0' && s[i] != shape[i] {
			return false
		}
	}
	return true
}

func word(s string) (w, rest string) {
	w, rest, _ = strings.Cut(s, " ")
	return w, strings.TrimLeft(rest, " ")
}

func number(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func level(c byte) bool { return strings.IndexByte("VDIWEFAS", c) >= 0 }
