package report

import (
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/analyze"
)

func TestPageLoadsWithoutRequests(t *testing.T) {
	for _, o := range []Options{{Lang: "zh", View: Ops}, {Lang: "en", View: Ops}, {Lang: "zh", View: Merchant}, {Lang: "en", View: Merchant}} {
		x := openPage(t, fixture(), o, 1240, false)
		var n int
		x.eval(`document.querySelectorAll('svg rect').length`, &n)
		if n < 3 {
			t.Errorf("%s %s: only %d bars are drawn", o.View, o.Lang, n)
		}
		x.quiet()
		x.shot(o.View + "-" + o.Lang)
	}
}

func TestPageInTheDark(t *testing.T) {
	x := openPage(t, fixture(), Options{View: Ops}, 1240, true)
	var bg string
	x.eval(`getComputedStyle(document.body).backgroundColor`, &bg)
	if bg == "rgb(251, 251, 250)" {
		t.Errorf("the page stays light: %s", bg)
	}
	x.quiet()
	x.shot("ops-dark")
}

var picture = flag.String("picture", "", "write the picture of the README to this `file`")

// TestReadmePicture makes docs/report.png from the sample of a bank's day:
// go test ./report -run ReadmePicture -args -picture ../docs/report.png
func TestReadmePicture(t *testing.T) {
	if *picture == "" {
		t.Skip("no -picture given")
	}
	r, _ := sample(t, "bank-day")
	x := openPage(t, r, Options{Lang: "zh"}, 1240, false)
	x.eval(`document.querySelectorAll('.inc details').forEach((d, i) => d.open = i === 0)`, nil)
	var height float64 // down to the end of the first incident
	x.eval(`Math.ceil(document.querySelector('.inc').getBoundingClientRect().bottom + scrollY)`, &height)
	var shot struct{ Data string }
	x.call("Page.captureScreenshot", map[string]any{"captureBeyondViewport": true, "clip": map[string]any{"x": 0, "y": 0, "width": 1240, "height": height, "scale": 1}}, &shot)
	png, err := base64.StdEncoding.DecodeString(shot.Data)
	if err == nil {
		err = os.WriteFile(*picture, png, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// choose sets a filter of the page.
func (x *tab) choose(id, option string) {
	x.t.Helper()
	var ok bool
	js, _ := json.Marshal([]string{"f-" + id, option})
	x.eval(`(([id, text]) => { const s = document.getElementById(id), o = [...s.options].find(o => o.textContent === text); if (!o) return false; s.value = o.value; s.dispatchEvent(new Event('change')); return true })(`+string(js)+`)`, &ok)
	if !ok {
		x.t.Fatalf("the filter %s has no option %q", id, option)
	}
}

// kpi reads the numbers over the timeline.
func (x *tab) kpi() map[string]string {
	x.t.Helper()
	m := map[string]string{}
	x.eval(`Object.fromEntries([...document.querySelectorAll('[data-kpi]')].map(e => [e.dataset.kpi, e.textContent]))`, &m)
	return m
}

// sumCube adds up the cells of the JSON that pass.
func sumCube(r *analyze.Result, pass func(at time.Time, value func(dim string) string) bool) analyze.Count {
	var sum analyze.Count
	for _, row := range r.Cube.Cells {
		value := func(dim string) string {
			for i, d := range r.Cube.Dims {
				if d.Name == dim {
					return d.Values[row[1+i]]
				}
			}
			return ""
		}
		at := r.Cube.Start.Add(time.Duration(row[0]) * time.Duration(r.Cube.BucketSeconds) * time.Second)
		if pass(at, value) {
			addCell(&sum, value("outcome"), row[len(row)-2], row[len(row)-1])
		}
	}
	setRates(&sum)
	return sum
}

// TestFiltersRecompute compares what the page shows under filters with sums
// over the JSON.
func TestFiltersRecompute(t *testing.T) {
	r := fixture()
	x := openPage(t, r, Options{Lang: "en", View: Ops}, 1240, false)
	day := r.Period.Start
	at := func(h, m int) time.Time { return day.Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute) }
	for _, c := range []struct {
		name   string
		set    func()
		pass   func(time.Time, func(string) string) bool
		cards  string // ids of the incidents that stay
		values map[string]string
	}{
		{"nothing", func() {}, func(time.Time, func(string) string) bool { return true }, "I1 I2", nil},
		{"institution", func() { x.choose("institution", "NSH002") }, func(_ time.Time, v func(string) string) bool { return v("institution") == "NSH002" }, "I1 I2", nil},
		{"institution and time", func() { x.choose("from", "20:30"); x.choose("to", "21:30") },
			func(a time.Time, v func(string) string) bool {
				return v("institution") == "NSH002" && !a.Before(at(20, 30)) && a.Before(at(21, 30))
			}, "I1", nil},
		{"and code", func() { x.choose("code", "B4") }, func(a time.Time, v func(string) string) bool {
			return v("institution") == "NSH002" && v("code") == "B4" && !a.Before(at(20, 30)) && a.Before(at(21, 30))
		}, "I1", nil},
		{"cause alone", func() {
			x.eval(`document.getElementById('reset').click()`, nil)
			x.choose("incident", "network")
		}, func(_ time.Time, v func(string) string) bool { return v("incident") == "I2" }, "I2", nil},
		{"outside incidents", func() { x.choose("incident", "outside incidents") }, func(_ time.Time, v func(string) string) bool { return v("incident") == "" }, "", nil},
		{"carrier", func() {
			x.eval(`document.getElementById('reset').click()`, nil)
			x.choose("carrier", "中国联通")
		}, func(_ time.Time, v func(string) string) bool { return v("carrier") == "中国联通" }, "I1 I2", nil},
		{"reset", func() { x.eval(`document.getElementById('reset').click()`, nil) }, func(time.Time, func(string) string) bool { return true }, "I1 I2", nil},
	} {
		c.set()
		want := sumCube(r, c.pass)
		got := x.kpi()
		for k, v := range map[string]string{"attempts": group(int64(want.Attempts)), "approved": group(int64(want.Approved)), "business": group(int64(want.Declined.Business)), "technical": group(int64(want.Declined.Technical)),
			"unknown": group(int64(want.Unknown)), "approved_amount": New(r, Options{Lang: "en"}).w.money(want.ApprovedAmount), "approval_rate": ratePtr(want.ApprovalRate).Text, "technical_rate": ratePtr(want.TechnicalRate).Text} {
			if got[k] != v {
				t.Errorf("%s: %s is %q on the page, %q in the JSON", c.name, k, got[k], v)
			}
		}
		var cards string
		x.eval(`[...document.querySelectorAll('.inc:not([hidden])')].map(e => e.dataset.id).sort().join(' ')`, &cards)
		if cards != c.cards {
			t.Errorf("%s: incidents %q are shown, want %q", c.name, cards, c.cards)
		}
		for _, inst := range []string{"NSH001", "NSH002"} {
			w := sumCube(r, func(a time.Time, v func(string) string) bool { return v("institution") == inst && c.pass(a, v) })
			var cell string
			x.eval(`(tr => tr.hidden ? 'hidden' : tr.querySelector('[data-c=attempts]').textContent)(document.querySelector('#institutions tr[data-k="`+inst+`"]'))`, &cell)
			wantCell := group(int64(w.Attempts))
			if w.Attempts == 0 {
				wantCell = "hidden"
			}
			if cell != wantCell {
				t.Errorf("%s: attempts of %s read %q, want %q", c.name, inst, cell, wantCell)
			}
		}
	}
	x.quiet()
}

// TestDrag chooses a time range with the mouse.
func TestDrag(t *testing.T) {
	r := fixture()
	x := openPage(t, r, Options{Lang: "en", View: Ops}, 1240, false)
	var box struct{ X, Y, W float64 }
	x.eval(`(r => ({x: r.left, y: r.top, w: r.width}))(document.getElementById('tl').getBoundingClientRect())`, &box)
	mouse := func(kind string, px float64) {
		x.call("Input.dispatchMouseEvent", map[string]any{"type": kind, "x": px, "y": box.Y + 120, "button": "left", "buttons": 1, "clickCount": 1}, nil)
	}
	at := func(bucket float64) float64 { return box.X + 38 + (box.W-44)/144*(bucket+0.5) }
	mouse("mousePressed", at(60))
	mouse("mouseMoved", at(63))
	mouse("mouseMoved", at(65))
	mouse("mouseReleased", at(65))
	day := r.Period.Start
	want := sumCube(r, func(a time.Time, _ func(string) string) bool {
		return !a.Before(day.Add(10*time.Hour)) && a.Before(day.Add(11*time.Hour))
	})
	if got := x.kpi()["attempts"]; got != group(int64(want.Attempts)) {
		t.Errorf("10:00 to 11:00 by dragging: %s attempts, want %d", got, want.Attempts)
	}
	x.quiet()
}

func TestKeyboard(t *testing.T) {
	x := openPage(t, fixture(), Options{Lang: "en", View: Ops}, 1240, false)
	focus := func() (id string) {
		x.eval(`document.activeElement.id`, &id)
		return id
	}
	reached := map[string]bool{}
	for range 16 {
		x.key("Tab")
		if reached[focus()] = true; focus() == "tl" {
			break
		}
	}
	for _, id := range []string{"f-from", "f-to", "f-institution", "f-incident", "f-code", "tl"} {
		if !reached[id] {
			t.Errorf("Tab does not reach %s; it reached %v", id, reached)
		}
	}
	x.key("End")
	for range 18 {
		x.key("ArrowLeft") // 143 - 18 = 125, 20:50
	}
	var text string
	x.eval(`document.getElementById('tl').getAttribute('aria-valuetext')`, &text)
	if !strings.HasPrefix(text, "20:50–21:00") || !strings.Contains(text, "Technical declines") {
		t.Errorf("the timeline says %q", text)
	}
	x.key("Home")
	for range 123 {
		x.key("ArrowRight") // 20:30
	}
	x.key("Enter")
	var rows string
	x.eval(`document.getElementById('rows').textContent`, &rows)
	if !strings.Contains(rows, "622848******1234") || !strings.Contains(rows, "nsh001.log:2401") {
		t.Errorf("Enter shows %q", rows)
	}
	x.quiet()
}

func TestPhone(t *testing.T) {
	for _, view := range []string{Merchant, Ops} {
		for _, lang := range []string{"zh", "en"} {
			x := openPage(t, fixture(), Options{Lang: lang, View: view}, 320, false)
			var w int
			x.eval(`document.querySelectorAll('details').forEach(d => d.open = true), document.scrollingElement.scrollWidth`, &w)
			if w > 320 {
				t.Errorf("%s %s, all unfolded, is %d pixels wide on a phone of 320", view, lang, w)
			}
			x = openPage(t, fixture(), Options{Lang: lang, View: view}, 360, false)
			x.eval(`document.scrollingElement.scrollWidth`, &w)
			if w > 360 {
				var wide string
				x.eval(`[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > 361 && !e.closest('.scroll')).slice(0, 5).map(e => e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 30)).join(' | ')`, &wide)
				t.Errorf("%s %s is %d pixels wide on a phone of 360: %s", view, lang, w, wide)
			}
			x.quiet()
			x.shot(view + "-" + lang + "-360")
		}
	}
}

// What is unfolded draws its own charts: a page of a hundred incidents that drew all of them
// for each stood still for minutes.
func TestUnfoldingDrawsLittle(t *testing.T) {
	x := openPage(t, fixture(), Options{Lang: "en"}, 1240, false)
	var kept bool
	x.eval(`window.drawn = [...document.querySelectorAll('[data-chart] svg')].filter(s => !s.closest('details')), window.drawn.length > 0`, &kept)
	if !kept {
		t.Fatal("no chart outside of what is folded")
	}
	x.eval(`new Promise(done => { const d = document.querySelector('details:not([open])'); d.addEventListener('toggle', () => requestAnimationFrame(() => done(window.drawn.every(s => s.isConnected)))); d.open = true; })`, &kept)
	if !kept {
		t.Error("unfolding one part of the page draws the charts of all")
	}
	x.quiet()
}

// A name of any length stays in its cell.
func TestLongNames(t *testing.T) {
	const long = "示例土家族苗族自治州农村信用合作联社股份有限公司阿里河镇分社营业部"
	for _, view := range []string{Merchant, Ops} {
		for _, width := range []int{1240, 380} {
			r := fixture()
			for i := range r.Codes {
				r.Codes[i].Institution = long
			}
			for i := range r.Totals.ByInstitution {
				r.Totals.ByInstitution[i].Institution = long
			}
			for i := range r.Terminals {
				r.Terminals[i].Institution, r.Terminals[i].Terminal = long, strings.Repeat("A1", 20)
			}
			for i := range r.Reconciliation.Items {
				r.Reconciliation.Items[i].Institution, r.Reconciliation.Items[i].Merchant = long, long
			}
			x := openPage(t, r, Options{Lang: "zh", View: view}, width, false)
			var over string
			x.eval(`document.querySelectorAll('details').forEach(d => d.open = true), [...document.querySelectorAll('td,th,dd,li,h2,h3')].filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && getComputedStyle(e).display !== 'inline').slice(0, 5).map(e => e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 50)).join(' | ')`, &over)
			if over != "" {
				t.Errorf("%s, %d pixels: %s", view, width, over)
			}
			x.quiet()
		}
	}
}

var pdfPage = regexp.MustCompile(`/Type\s*/Page[^s]`)

func TestMerchantPrintsOnOnePage(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		x := openPage(t, fixture(), Options{Lang: lang, View: Merchant}, 860, false)
		var r struct{ Data string }
		x.call("Page.printToPDF", map[string]any{"preferCSSPageSize": true, "printBackground": true}, &r)
		pdf, err := base64.StdEncoding.DecodeString(r.Data)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(pdfPage.FindAll(pdf, -1)); n != 1 {
			t.Errorf("%s: the merchant's page prints on %d pages", lang, n)
		}
		if dir := os.Getenv("POSLOG_SHOTS"); dir != "" {
			os.WriteFile(dir+"/merchant-"+lang+".pdf", pdf, 0o666)
		}
	}
}

// TestAccessibility runs axe-core on every view; it is installed by
// npm ci --prefix report/page.
func TestAccessibility(t *testing.T) {
	axe, err := os.ReadFile("page/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Skip("axe-core is not installed: run npm ci --prefix report/page")
	}
	if testing.Short() {
		t.Skip("axe-core takes seconds a page: not with -short")
	}
	for _, view := range []string{Ops, Merchant} {
		for _, dark := range []bool{false, true} {
			if view == Merchant && !dark {
				continue // its colours are those of the other
			}
			x := openPage(t, fixture(), Options{View: view}, 1240, dark)
			x.eval(`document.querySelectorAll('details').forEach(d => d.open = true)`, nil)
			x.eval(string(axe)+";0", nil)
			var found []struct {
				ID, Impact, Help string
				Nodes            []struct{ HTML, FailureSummary string }
			}
			x.eval(`axe.run({ resultTypes: ['violations'] }).then(r => r.violations.map(v => ({id: v.id, impact: v.impact, help: v.help, nodes: v.nodes.slice(0, 3).map(n => ({html: n.html, failureSummary: n.failureSummary}))})))`, &found)
			for _, v := range found {
				t.Logf("%s dark=%v: %s (%s): %s", view, dark, v.ID, v.Impact, v.Help)
				if v.Impact == "serious" || v.Impact == "critical" {
					t.Errorf("%s dark=%v: %s: %s\n%+v", view, dark, v.ID, v.Help, v.Nodes)
				}
			}
		}
	}
}

// ofDays is a report of so many days.
func ofDays(n int) *analyze.Result {
	r := fixture()
	start := r.Period.Start
	for i := range n {
		d := analyze.Day{Date: start.AddDate(0, 0, i).Format(time.DateOnly), Incidents: []string{}}
		addCell(&d.Count, "approved", 900, 100)
		addCell(&d.Count, "technical", int64(i*i%70), 100)
		setRates(&d.Count)
		r.Days = append(r.Days, d)
	}
	r.Period.End = start.AddDate(0, 0, n)
	return r
}

// TestCalendarOfDays draws several days as a calendar.
func TestCalendarOfDays(t *testing.T) {
	r := ofDays(33)
	x := openPage(t, r, Options{Lang: "zh"}, 1240, false)
	var n int
	x.eval(`document.querySelectorAll('[data-chart=days] rect').length`, &n)
	if n != 33 {
		t.Errorf("the calendar has %d days, want 33", n)
	}
	if x.eval(`[...document.querySelectorAll('[data-chart=days] text')].filter(e => e.textContent.includes('×')).length`, &n); n != 0 {
		t.Errorf("%d days without an incident count some", n)
	}
	x.quiet()
	x.shot("days-zh")
}

// TestCalendarOfAYear: the weeks of many days stand beside each other, as many as there is room for.
func TestCalendarOfAYear(t *testing.T) {
	r := ofDays(366)
	for width, most := range map[int]int{1240: 200, 390: 700} {
		x := openPage(t, r, Options{Lang: "zh"}, width, false)
		var days, height, beyond, overlaps int
		x.eval(`document.querySelectorAll('[data-chart=days] rect').length`, &days)
		x.eval(`Math.round(document.querySelector('[data-chart=days] svg').getBoundingClientRect().height)`, &height)
		x.eval(`(() => { const s = document.querySelector('[data-chart=days] svg').getBoundingClientRect(); return [...document.querySelectorAll('[data-chart=days] rect')].filter(e => e.getBoundingClientRect().right > s.right + 1).length; })()`, &beyond)
		x.eval(`(() => { const b = [...document.querySelectorAll('#tl text, [data-chart=days] text')].map(e => e.getBoundingClientRect()); return b.filter((p, i) => b.some((q, j) => j > i && p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 3 && q.top < p.bottom - 3)).length; })()`, &overlaps)
		if days != 366 || height > most || beyond != 0 || overlaps != 0 {
			t.Errorf("at %d: %d days, %d pixels high, %d beyond the edge, %d words over others", width, days, height, beyond, overlaps)
		}
		x.quiet()
		x.shot(fmt.Sprintf("year-zh-%d", width))
	}
}

// TestFindUnderFilters: what was looked for stays found when the filters change, and the rows shown are counted.
func TestFindUnderFilters(t *testing.T) {
	r := fixture()
	for i := range 20 {
		c := r.Codes[0]
		c.Code = fmt.Sprintf("Y%d", i)
		r.Codes = append(r.Codes, c)
	}
	x := openPage(t, r, Options{Lang: "en", View: Ops}, 1240, false)
	shown := func(js string) (said string) {
		x.eval(`(() => { const box = document.getElementById('codes'), find = box.querySelector('input[type=search]'); `+js+`; return [...box.querySelectorAll('tbody tr')].filter(r => !r.hidden).length + ': ' + box.querySelector('.tools span').textContent })()`, &said)
		return said
	}
	all := len(New(r, Options{Lang: "en"}).Section("codes").Table.Rows)
	if got, want := shown(`find.value = 'y1'; find.dispatchEvent(new Event('input'))`), fmt.Sprintf("11: 11 of %d rows shown", all); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	x.choose("carrier", "中国联通")
	if got, want := shown(``), fmt.Sprintf("11: 11 of %d rows shown", all); got != want {
		t.Errorf("under a filter %q, want %q", got, want)
	}
	x.quiet()
}

// TestFindInTable: a long table is searched by a text and by its state; a click
// on a bar of the codes chooses the code.
func TestFindInTable(t *testing.T) {
	r := large(40)
	for i := range r.Reconciliation.Items {
		r.Reconciliation.Items[i].State = []string{"terminal_only", "duplicate"}[i%2]
	}
	x := openPage(t, r, Options{Lang: "en", View: Ops}, 1240, false)
	shown := func(js string) (n int) {
		x.eval(`(() => { const box = document.getElementById('items'), find = box.querySelector('input[type=search]'), state = box.querySelector('.tools select'); `+js+`; return [...box.querySelectorAll('tbody tr')].filter(r => !r.hidden).length })()`, &n)
		return n
	}
	if n := shown(``); n != 40 {
		t.Errorf("%d items are shown, want 40", n)
	}
	if n := shown(`state.value = 'twice on one side'; state.dispatchEvent(new Event('change'))`); n != 20 {
		t.Errorf("%d items are duplicates, want 20", n)
	}
	if n := shown(`find.value = '000000000013'; find.dispatchEvent(new Event('input'))`); n != 1 {
		t.Errorf("%d items have that reference, want 1", n)
	}
	if n := shown(`find.value = 'nothing like that'; find.dispatchEvent(new Event('input'))`); n != 0 {
		t.Errorf("%d items match nothing", n)
	}
	var note, code string
	x.eval(`document.querySelector('#items .tools span').textContent`, &note)
	if note != "0 of 40 rows shown" {
		t.Errorf("the table says %q", note)
	}
	x.eval(`(document.querySelector('#bycode .hit').dispatchEvent(new Event('click')), document.getElementById('f-code').selectedOptions[0].textContent)`, &code)
	var bar string
	x.eval(`document.querySelector('#bycode .hit text').textContent`, &bar)
	if code == "all" || code != bar {
		t.Errorf("a click on the first bar chooses %q, the bar left is %q", code, bar)
	}
	x.quiet()
}
