package report

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/analyze"
)

// head is the first n lines of a text report.
func head(t *testing.T, r *analyze.Result, o Options, n int) string {
	lines := strings.SplitAfter(string(render(t, "text", r, o)), "\n")
	return strings.Join(lines[:min(n, len(lines))], "")
}

// The first lines say when, where and whose, of a few incidents; of many how many and
// which was worst.
func TestFirstLinesHoldTheAnswer(t *testing.T) {
	r := fixture()
	for lang, want := range map[string][]string{
		"zh": {"2 起异常：", "计划内维护 20:30:00–21:47:12（机构 NSH002，超出公告 ", "；线路 ", "（运营商 中国联通）"},
		"en": {"2 incidents: ", "planned maintenance 20:30:00–21:47:12 (Institution NSH002, overrun 17 min)", "; the line "},
	} {
		got := strings.ReplaceAll(head(t, r, Options{Lang: lang, Width: 200}, 5), "\n", "")
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%s: no %q in %q", lang, w, got)
			}
		}
	}
	in := r.Incidents[1]
	for i := range 3 {
		in.ID = "I" + string(rune('3'+i))
		r.Incidents = append(r.Incidents, in)
	}
	r.Causes[1].Incidents = 4
	got := head(t, r, Options{Width: 200}, 5)
	if !strings.Contains(got, "5 起异常：计划内维护（超出公告 17 分钟）、线路 4 起。影响金额最大的：") || strings.Contains(got, "；线路") {
		t.Error(got)
	}
}

// Where no cause is named there is no confidence in it, and the evidence is that of the
// cause that comes closest, and of the one that it cannot be told apart from.
func TestUndetermined(t *testing.T) {
	r := fixture()
	in := &r.Incidents[1]
	in.RunnerUp = &analyze.RunnerUp{Cause: in.Cause, Confidence: in.Confidence}
	in.Cause, in.Confidence = "undetermined", .475
	in.RunnerUp.Confidence, in.Rival = .475, &analyze.RunnerUp{Cause: "host", Confidence: .4}
	s := New(r, Options{}).Section("incident-" + in.ID)
	if s.Facts[0].Cell.Text != none || s.Facts[0].Cell.Valid {
		t.Errorf("confidence %q", s.Facts[0].Cell.Text)
	}
	notes := strings.Join(s.Notes, "\n")
	if !strings.Contains(notes, "最接近的原因：网络（47.5%），还不足以认定") || strings.Contains(notes, "其次可能") {
		t.Error(notes)
	}
	if c := s.Table.Columns; len(c) != 4 || c[2].Title != "网络 dB" || c[3].Title != "主机 dB" {
		t.Errorf("the evidence is that of %+v", c[2:])
	}
}

// A gap has no failures to count and no edges but its two rows.
func TestGapSaysWhatItIs(t *testing.T) {
	r := fixture()
	in := &r.Incidents[1]
	in.Cause, in.Attempts, in.Failures, in.Codes = "data_gap", 0, 0, nil
	in.StartRange, in.EndRange = [2]time.Time{in.Start, in.End}, [2]time.Time{in.Start, in.End}
	notes := strings.Join(New(r, Options{}).Section("incident-"+in.ID).Notes, "\n")
	if !strings.Contains(notes, "没有任何交易记录") || strings.Contains(notes, "0 / 0") || strings.Contains(notes, "之间") {
		t.Error(notes)
	}
}

// To be silent to the end of the data is not to fail to the end.
func TestOpenGapIsNotFailing(t *testing.T) {
	r := fixture()
	in := &r.Incidents[1]
	in.Cause, in.Attempts, in.Failures, in.Codes, in.Open = "data_gap", 0, 0, nil, true
	for _, format := range []string{"text", "html"} {
		if got := string(render(t, format, r, Options{})); strings.Contains(got, "仍在失败") || !strings.Contains(got, "到数据结束也没有恢复") {
			t.Errorf("%s: %s", format, got)
		}
	}
}

// Where both sides agree there may still be something to do, and the first sentence says so.
func TestAgreedIsNotNothingToDo(t *testing.T) {
	sure := func(r *analyze.Result) {
		r.Reconciliation.Items, r.Reconciliation.Unlisted = nil, nil
		for name, s := range r.Reconciliation.States {
			if name != "matched" {
				s.Count = 0
				r.Reconciliation.States[name] = s
			}
		}
	}
	amount := int64(3895834)
	for _, c := range []struct {
		name string
		edit func(r *analyze.Result)
		want string
	}{
		{"nothing", func(r *analyze.Result) { r.Codes = nil }, "没有要做的事"},
		{"a log that is missing", func(r *analyze.Result) {
			r.Codes = nil
			r.Reconciliation.Items = []analyze.Item{{State: "settlement_only", Call: "nobody", Incident: "I1", SettlementAmount: &amount, Currency: "CNY"}}
		}, "分文不差；缺日志的时段另有清算：1 笔（¥38,958.34），补齐日志后再核对。"},
		{"customers who paid again", func(r *analyze.Result) {
			r.Codes = []analyze.Code{{Code: "B4", Kind: "sale", N: 12, Status: "decided", Meaning: "approved", Evidence: map[string]any{"retried_ok": 2}}}
		}, "分文不差；12 笔终端显示 B4，按证据其实成功：勿让顾客再付；其中 2 笔"},
	} {
		r := fixture()
		r.Provisional = false
		sure(r)
		c.edit(r)
		if got := New(r, Options{View: Merchant}).Lead; !strings.Contains(got, c.want) || (c.name != "nothing") == strings.Contains(got, "没有要做的事") {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

// Many refused cards at one terminal are no cardholders' failures alone.
func TestCardTestingIsNamed(t *testing.T) {
	r := fixture()
	r.Incidents = r.Incidents[:1]
	r.Incidents[0].Cause, r.Incidents[0].Planned = "cardholder", false
	for where, want := range map[string]string{"terminal": "疑似试卡 ", "issuer": "持卡人 "} {
		r.Incidents[0].Scope = map[string][]string{where: {"10000183"}}
		if lead, _ := New(r, Options{}).sayOps(); !strings.HasPrefix(lead, "1 起异常："+want) {
			t.Error(lead)
		}
	}
}

// Two files of other days are said to be so to the desk as well.
func TestNothingMatches(t *testing.T) {
	r := fixture()
	for name, s := range r.Reconciliation.States {
		s.Count = 0
		r.Reconciliation.States[name] = s
	}
	r.Reconciliation.Items = nil
	if _, rest := New(r, Options{}).sayOps(); !strings.Contains(rest, "。没有一笔能与清算单对上，请检查两份文件是否为同一天。") {
		t.Error(rest)
	}
}

// A clock that is off is named, with the way in which it is.
func TestClocksAreNamed(t *testing.T) {
	r := fixture()
	fast, slow, good := 480.0, -43200.0, 3.0
	r.Terminals = []analyze.TerminalCount{{Terminal: "10000001", SkewSeconds: &fast}, {Terminal: "10000002", SkewSeconds: &slow}, {Terminal: "10000003", SkewSeconds: &good}, {Terminal: "10000004"}}
	r.Health.SkewedClocks = 3
	notes := strings.Join(New(r, Options{}).Section("health").Notes, "\n")
	if !strings.Contains(notes, "：终端 10000002 慢 12 小时、终端 10000001 快 8 分钟；另有 1 台") {
		t.Error(notes)
	}
}

// What grows from day to day is in the first sentences.
func TestTrendIsSaid(t *testing.T) {
	r := fixture()
	r.Changes = append(r.Changes, analyze.Change{Kind: "rate", Text: analyze.Text{Zh: "逐日增多", En: "grows"}})
	p := New(r, Options{})
	if _, rest := p.sayOps(); !strings.Contains(rest, "。逐日增多。") || !strings.Contains(p.Section("changes").Table.Row(len(r.Changes) - 1)[0].Text, "比率变化") {
		t.Error(rest)
	}
}

// Sales that succeeded under a code that says so to nobody are told once for each code, with those that were tried again.
func TestSuccessUnderAnotherCodeIsSaid(t *testing.T) {
	r := fixture()
	r.Codes = []analyze.Code{
		{Institution: "NSH001", Code: "B4", Kind: "sale", N: 1200, Status: "decided", Meaning: "approved", Evidence: map[string]any{"retried_ok": 20}},
		{Institution: "NSH002", Code: "B4", Kind: "sale", N: 3, Status: "decided", Meaning: "approved", Evidence: map[string]any{"retried_ok": 7}},
		{Institution: "NSH002", Code: "B4", Kind: "refund", N: 1, Status: "decided", Meaning: "approved", Evidence: map[string]any{"retried_ok": 1}},
		{Institution: "NSH001", Code: "B5", Kind: "sale", N: 9, Status: "decided", Meaning: "declined"},
		{Institution: "NSH001", Code: "B7", Kind: "sale", N: 9, Status: "decided", Meaning: "declined"},
		{Institution: "NSH002", Code: "B7", Kind: "sale", N: 5, Status: "decided", Meaning: "approved"}}
	want := "1,204 笔终端显示 B4，按证据其实成功：勿让顾客再付；其中 27 笔同一张卡十分钟内又付成功，可能付了两次，请逐笔核对。"
	if _, rest := New(r, Options{}).sayOps(); strings.Count(rest, want) != 1 || strings.Contains(rest, "B5") || !strings.Contains(rest, "NSH002 的 5 笔终端显示 B7") {
		t.Error(rest)
	}
	if notes := strings.Join(New(r, Options{View: "merchant"}).Section("money").Notes, "\n"); strings.Count(notes, want) != 1 {
		t.Error(notes)
	}
}

func TestCodesOfSeveralKinds(t *testing.T) {
	r := fixture()
	var c analyze.Code
	for _, x := range r.Codes {
		if decided(x) {
			c = x
		}
	}
	c.Kind, c.N = "refund", 2
	r.Codes = append(r.Codes, c)
	text := string(render(t, "text", r, Options{}))
	_, table, _ := strings.Cut(text, "\n应答码\n")
	if table, _, _ = strings.Cut(table, "\n\n"); !strings.Contains(table, "退货") || !strings.Contains(table, "交易类型") {
		t.Errorf("rows of one code look alike:\n%s", table)
	}
	_, card, ok := strings.Cut(text, "是什么意思（退货）\n")
	card, _, _ = strings.Cut(card, "\n\n")
	if !ok || strings.Count(card, "\n") > 1 || !strings.Contains(card, "只有 2 笔") {
		t.Errorf("the card of two rows:\n%s", card)
	}
	page := string(render(t, "html", r, Options{}))
	if _, card, ok = strings.Cut(page, "是什么意思（退货）"); !ok || !strings.Contains(card[:min(len(card), 3000)], "<dl>") {
		t.Error("the page has no evidence of them")
	}
}

func TestSmallWords(t *testing.T) {
	w := words{lang: "zh"}
	codes := []analyze.CodeCount{{Code: "91", N: 5}, {Code: "96", N: 4}, {Code: "98", N: 3}, {Code: "A0", N: 2}, {Code: "B4", N: 1}, {Code: "B5", N: 1}}
	if got := w.codes(codes, 0); got != "91 5、96 4、98 3、A0 2等，另有 2 个" {
		t.Error(got)
	}
	if got := exponent(0); got != "<1e-300" {
		t.Errorf("no chance at all is %q", got)
	}
	for _, l := range fold("报参考号：“清算单里没有，请查是否漏清算。”", 20) {
		if strings.HasPrefix(l, "”") || strings.HasSuffix(l, "“") {
			t.Errorf("a quotation mark alone: %q", l)
		}
	}
}

// A shop of several terminals must find the slip.
func TestTodoNamesTheTerminal(t *testing.T) {
	r := fixture()
	term, both := "", ""
	for i := range r.Reconciliation.Items {
		if it := &r.Reconciliation.Items[i]; it.State == "charged_but_failed" {
			it.Terminal = "10007777"
			term = it.Terminal
		} else if it.State == "amount_differs" && both == "" {
			paid := *it.SettlementAmount + 100
			it.TerminalAmount = &paid
			both = "：终端 ¥" + New(r, Options{}).w.amount(paid) + "，清算 ¥"
		}
	}
	for _, f := range []string{"text", "html", "markdown"} {
		if got := string(render(t, f, r, Options{View: Merchant})); term == "" || !strings.Contains(got, term) || both == "" || f != "text" && !strings.Contains(got, both) {
			t.Errorf("%s does not name terminal %q or both amounts %q", f, term, both)
		}
	}
}

// What a tag says can be read whatever its cause: the ink is not that of the ground.
func TestTagsCanBeRead(t *testing.T) {
	r := fixture()
	r.Incidents[1].Cause = "undetermined"
	for _, dark := range []bool{false, true} {
		x := openPage(t, r, Options{}, 1240, dark)
		var same string
		x.eval(`[...document.querySelectorAll('.tag')].filter(e => getComputedStyle(e).color !== 'rgb(255, 255, 255)').map(e => e.className + ' ' + e.textContent).join()`, &same)
		if same != "" {
			t.Errorf("dark=%v: %s", dark, same)
		}
	}
}

// Many incidents on a narrow page: what is written of them does not lie over each other.
func TestLabelsOfManyIncidents(t *testing.T) {
	r := fixture()
	first := r.Incidents[1]
	for i := range 18 {
		in := first
		in.ID = "I" + strconv.Itoa(3+i)
		in.Start, in.End = first.Start.Add(time.Duration(7*i)*time.Minute), first.Start.Add(time.Duration(7*i+5)*time.Minute)
		r.Incidents = append(r.Incidents, in)
	}
	for _, width := range []int{390, 1240} {
		x := openPage(t, r, Options{}, width, false)
		var n struct{ Labels, Over int }
		x.eval(`(() => { const b = [...document.querySelectorAll('#tl text.go')].map(e => e.getBoundingClientRect()); let over = 0;
			b.forEach((p, i) => b.slice(i + 1).forEach(q => { if (p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 4 && q.top < p.bottom - 4) over++; }));
			return {Labels: b.length, Over: over}; })()`, &n)
		if n.Over > 0 || n.Labels < 5 {
			t.Errorf("%d pixels: of %d labels %d pairs lie over each other", width, n.Labels, n.Over)
		}
	}
}

// A window whose end nobody has stated ends on no day of the year 9999.
func TestNoEndStated(t *testing.T) {
	r := fixture()
	end := time.Date(9999, 12, 31, 8, 0, 0, 0, time.UTC)
	r.Maintenance[0].End = end
	for i := range r.Incidents {
		r.Incidents[i].Declared = &analyze.Period{Start: r.Incidents[i].Start, End: end}
	}
	for lang, want := range map[string]string{"zh": " 起，未写明结束", "en": " on, no end stated"} {
		if s := string(render(t, "text", r, Options{Lang: lang})); strings.Contains(s, "12-31") || !strings.Contains(s, want) {
			t.Errorf("%s: %s", lang, s)
		}
	}
}

// What has no data is named with what it is.
func TestGapsNameWhatTheyAreOf(t *testing.T) {
	r := fixture()
	in := &r.Incidents[1]
	in.Cause, in.Attempts, in.Failures, in.Codes, in.Scope = "data_gap", 0, 0, nil, map[string][]string{"terminal": {"10000183"}}
	r.Health.Gaps = []analyze.Gap{{Start: in.Start, End: in.End, What: "10000183", Expected: 21, Missing: "trade"}, {Start: in.End, End: in.End.Add(time.Hour), What: "*", Expected: 1300}}
	p := New(r, Options{})
	notes := strings.Join(p.Section("health").Notes, "\n")
	if !strings.Contains(notes, "没有发起交易：终端 10000183（应有约 21 笔）") || !strings.Contains(notes, "没有数据：全部（应有约 1,300 笔；") {
		t.Error(notes)
	}
	if lead, _ := p.sayOps(); !strings.Contains(lead, "没有交易 "+p.w.span(in.Start, in.End)+"（终端 10000183") {
		t.Error(lead)
	}
	for _, m := range p.Section("timeline").Chart.Marks {
		if m.Style == "gap" && strings.Contains(m.Label, "10000183") {
			t.Errorf("the gap has two labels, one %q", m.Label)
		}
	}
}

// A settlement row states no response code; it was not left without an answer.
func TestSettlementRowsHaveNoAnswerToMiss(t *testing.T) {
	r := fixture()
	r.Reconciliation.Items = []analyze.Item{{State: "settlement_only", SettlementAmount: r.Reconciliation.Items[1].SettlementAmount, Currency: "CNY"}}
	if got := New(r, Options{}).Section("items").Table.Row(0)[9].Text; got != "" {
		t.Errorf("the code of a settlement row is %q", got)
	}
	rows := []*analyze.Row{{Side: "settlement"}, {Side: "terminal"}}
	list := rowTable(words{lang: "zh", loc: time.UTC}, "", rows, true)
	if a, b := list.Row(0)[6].Text, list.Row(1)[6].Text; a != "" || b != "无应答" {
		t.Errorf("codes %q and %q", a, b)
	}
}

// The parts of a sum add up to it as they are shown.
func TestExcessAddsUp(t *testing.T) {
	r := fixture()
	r.Causes = []analyze.CauseCount{{Cause: "network", Incidents: 1, Excess: 120.4}, {Cause: "maintenance", Planned: true, Incidents: 1, Excess: 50.4}, {Cause: "data_gap", Incidents: 1}}
	got := strings.ReplaceAll(head(t, r, Options{Width: 200}, 6), "\n", "")
	if !strings.Contains(got, "比平时多失败 170 笔：线路 120、计划内维护 50。") {
		t.Error(got)
	}
}

// What fails all the time says what to do about it.
func TestChronicSaysWhatToDo(t *testing.T) {
	r := fixture()
	r.Chronic = []analyze.Chronic{{Scope: map[string][]string{"terminal": {"10000005"}}, Attempts: 47, Failures: 16, Rate: .3404}}
	for _, view := range []string{Ops, Merchant} {
		if got := strings.Join(strings.Fields(head(t, r, Options{View: view, Width: 300}, 200)), " "); !strings.Contains(got, "16/47 笔技术拒绝或结果不明（34.0%，其余 0.0%）。请检修：重新签到") {
			t.Error(got)
		}
	}
}

// Of more than a year of data the day and month of a time may be those of two.
func TestTimesOfYears(t *testing.T) {
	r := fixture()
	r.Period = &analyze.Period{Start: r.Period.Start.AddDate(-2, 0, 0), End: r.Period.End}
	p := New(r, Options{})
	at := r.Incidents[0].Start.In(p.Loc).Format("2006-01-02 15:04")
	if title := p.Section("incident-" + r.Incidents[0].ID).Title; !strings.Contains(title, at) || !strings.Contains(p.Lead, "2026-11-2") {
		t.Errorf("%q does not say %s, or %q no year", title, at, p.Lead)
	}
}
