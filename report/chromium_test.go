package report

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/poslog/poslog/analyze"
)

// browser is a headless Chromium driven over a pipe by the DevTools protocol:
// JSON messages that end in NUL, no port and no third-party driver.
type browser struct {
	cmd  *exec.Cmd
	to   *os.File
	mu   sync.Mutex
	next int
	wait map[int]chan reply
	tabs map[string]*tab
}

type reply struct {
	ID        int
	Result    json.RawMessage
	Error     *struct{ Message string }
	Method    string
	Params    json.RawMessage
	SessionID string
}

// tab is one open page with what it did.
type tab struct {
	t        *testing.T
	b        *browser
	session  string
	mu       sync.Mutex
	requests []string
	errors   []string
	loaded   chan bool
}

var (
	oneBrowser   sync.Once
	theBrowser   *browser
	browserError error
)

func TestMain(m *testing.M) {
	code := m.Run()
	if theBrowser != nil {
		theBrowser.cmd.Process.Kill()
		theBrowser.cmd.Wait()
	}
	os.Exit(code)
}

// chromium starts the browser once for all tests; the test is skipped where
// there is none.
func chromium(t *testing.T) *browser {
	t.Helper()
	oneBrowser.Do(func() { theBrowser, browserError = startBrowser() })
	if browserError != nil {
		t.Skipf("no Chromium to test pages in (apt-get install chromium): %v", browserError)
	}
	return theBrowser
}

func startBrowser() (*browser, error) {
	var path string
	var err error
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err = exec.LookPath(name); err == nil {
			break
		}
	}
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "poslog-chromium")
	if err != nil {
		return nil, err
	}
	in, to, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	from, out, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	b := &browser{to: to, wait: map[int]chan reply{}, tabs: map[string]*tab{}}
	b.cmd = exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--user-data-dir="+dir, "--remote-debugging-pipe")
	b.cmd.ExtraFiles = []*os.File{in, out}
	if err := b.cmd.Start(); err != nil {
		return nil, err
	}
	in.Close()
	out.Close()
	go b.read(bufio.NewReaderSize(from, 1<<20))
	return b, nil
}

func (b *browser) read(r *bufio.Reader) {
	for {
		msg, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var m reply
		if json.Unmarshal(bytes.TrimSuffix(msg, []byte{0}), &m) != nil {
			continue
		}
		b.mu.Lock()
		if c := b.wait[m.ID]; m.ID != 0 && c != nil {
			delete(b.wait, m.ID)
			c <- m
		} else if x := b.tabs[m.SessionID]; x != nil {
			x.event(m)
		}
		b.mu.Unlock()
	}
}

// call sends a command and waits for its answer.
func (b *browser) call(t *testing.T, session, method string, params any, result any) {
	t.Helper()
	b.mu.Lock()
	b.next++
	id, c := b.next, make(chan reply, 1)
	b.wait[id] = c
	msg, err := json.Marshal(map[string]any{"id": id, "method": method, "params": params, "sessionId": session})
	if session == "" {
		msg, err = json.Marshal(map[string]any{"id": id, "method": method, "params": params})
	}
	if err == nil {
		_, err = b.to.Write(append(msg, 0))
	}
	b.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	select {
	case m := <-c:
		if m.Error != nil {
			t.Fatalf("%s: %s", method, m.Error.Message)
		}
		if result != nil {
			if err := json.Unmarshal(m.Result, result); err != nil {
				t.Fatal(err)
			}
		}
	case <-time.After(60 * time.Second):
		t.Fatalf("%s: no answer from Chromium within a minute", method)
	}
}

func (x *tab) event(m reply) {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch m.Method {
	case "Network.requestWillBeSent":
		var p struct{ Request struct{ URL string } }
		json.Unmarshal(m.Params, &p)
		x.requests = append(x.requests, p.Request.URL)
	case "Runtime.exceptionThrown", "Log.entryAdded":
		x.errors = append(x.errors, string(m.Params))
	case "Runtime.consoleAPICalled":
		x.errors = append(x.errors, "console: "+string(m.Params))
	case "Page.loadEventFired":
		select {
		case x.loaded <- true:
		default:
		}
	}
}

func (x *tab) call(method string, params any, result any) {
	x.t.Helper()
	x.b.call(x.t, x.session, method, params, result)
}

// openPage writes a report to a file and opens it from there.
func openPage(t *testing.T, r *analyze.Result, o Options, width int, dark bool) *tab {
	t.Helper()
	return openHTML(t, render(t, "html", r, o), width, dark)
}

func openHTML(t *testing.T, doc []byte, width int, dark bool) *tab {
	t.Helper()
	b := chromium(t)
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, doc, 0o666); err != nil {
		t.Fatal(err)
	}
	var target struct{ TargetID string }
	b.call(t, "", "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call(t, "", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	x := &tab{t: t, b: b, session: attached.SessionID, loaded: make(chan bool, 1)}
	b.mu.Lock()
	b.tabs[x.session] = x
	b.mu.Unlock()
	t.Cleanup(func() {
		b.call(t, "", "Target.closeTarget", map[string]any{"targetId": target.TargetID}, nil)
	})
	for _, domain := range []string{"Page", "Runtime", "Network", "Log"} {
		x.call(domain+".enable", map[string]any{}, nil)
	}
	x.size(width, 900)
	if dark {
		x.call("Emulation.setEmulatedMedia", map[string]any{"features": []any{map[string]any{"name": "prefers-color-scheme", "value": "dark"}}}, nil)
	}
	x.call("Page.navigate", map[string]any{"url": "file://" + path}, nil)
	select {
	case <-x.loaded:
	case <-time.After(30 * time.Second):
		t.Fatal("the page did not load within 30 s")
	}
	return x
}

func (x *tab) size(width, height int) {
	x.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}, nil)
}

// eval runs an expression and decodes its value.
func (x *tab) eval(expr string, into any) {
	x.t.Helper()
	var r struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct{ Exception struct{ Description string } }
	}
	x.call("Runtime.evaluate", map[string]any{"expression": expr, "returnByValue": true, "awaitPromise": true}, &r)
	if r.ExceptionDetails != nil {
		x.t.Fatalf("%.80s: %s", expr, r.ExceptionDetails.Exception.Description)
	}
	if into != nil {
		if err := json.Unmarshal(r.Result.Value, into); err != nil {
			x.t.Fatalf("%.80s: %s: %v", expr, r.Result.Value, err)
		}
	}
}

func (x *tab) key(name string) {
	x.t.Helper()
	codes := map[string]int{"Tab": 9, "Enter": 13, "Escape": 27, "ArrowRight": 39, "ArrowLeft": 37, "End": 35, "Home": 36}
	for _, kind := range []string{"rawKeyDown", "keyUp"} {
		x.call("Input.dispatchKeyEvent", map[string]any{"type": kind, "key": name, "code": name, "windowsVirtualKeyCode": codes[name]}, nil)
	}
}

// quiet fails the test where the page asked for anything or complained.
func (x *tab) quiet() {
	x.t.Helper()
	x.mu.Lock()
	defer x.mu.Unlock()
	for i, u := range x.requests {
		if i > 0 && u != "data:," {
			x.t.Errorf("the page requests %s", u)
		}
	}
	for _, e := range x.errors {
		x.t.Errorf("the page complains: %.600s", e)
	}
}

// shot keeps a picture of the page in $POSLOG_SHOTS, where that is set.
func (x *tab) shot(name string) {
	dir := os.Getenv("POSLOG_SHOTS")
	if dir == "" {
		return
	}
	var m struct {
		CSSContentSize struct{ Width, Height float64 }
	}
	x.call("Page.getLayoutMetrics", map[string]any{}, &m)
	var r struct{ Data string }
	x.call("Page.captureScreenshot", map[string]any{"captureBeyondViewport": true, "clip": map[string]any{"x": 0, "y": 0, "width": m.CSSContentSize.Width, "height": min(m.CSSContentSize.Height, 6000), "scale": 1}}, &r)
	png, err := base64.StdEncoding.DecodeString(r.Data)
	if err == nil {
		os.MkdirAll(dir, 0o777)
		err = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o666)
	}
	if err != nil {
		x.t.Error(fmt.Errorf("keeping the picture %s: %w", name, err))
	}
}
