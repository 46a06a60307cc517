package classify

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"regexp"
	"strings"
	"sync"
)

// Message is what a text that a terminal or front-end writes tells, beside any
// field 39.
type Message struct {
	Pattern  string
	En       string
	Stage    string // dial, connect, send, recv, reversal, signon, settle, host ...
	Evidence string // NET_TERMINAL, NET_ISSUER_SIDE, ISSUER_HOST, MAINT, MAINT_TRACE, SECURITY, TERMINAL, NONE ...
	Effect   string // not_sent, unknown, unknown_if_sent, declined, reversal_failed, progress ...
	Source   string
	re       *regexp.Regexp
}

//go:embed data/messages.csv
var messagesCSV []byte

var messages = sync.OnceValue(func() []Message {
	var out []Message
	for _, r := range mustRead(messagesCSV)[1:] {
		out = append(out, Message{r[0], r[1], r[2], r[3], r[4], r[5], regexp.MustCompile(`(?i)` + r[0])})
	}
	return out
})

// MessageOf finds the most telling known pattern in a text: progress lines and
// texts without evidence yield to others, then the earlier pattern of the list
// wins. ok is false where no pattern fits.
func MessageOf(text string) (m Message, ok bool) {
	f := seen.of(text, findMessage)
	return f.Message, f.ok
}

// found is a message, or that there is none.
type found struct {
	Message
	ok bool
}

var seen memo[found]

func findMessage(text string) (f found) {
	if strings.TrimSpace(text) == "" {
		return f
	}
	for _, c := range messages() {
		if (!f.ok || f.Evidence == "NONE" && c.Evidence != "NONE") && c.re.MatchString(text) {
			f = found{c, true}
		}
	}
	return f
}

// Network reports whether the message speaks of the line.
func (m Message) Network() bool {
	return strings.HasPrefix(m.Evidence, "NET_")
}

// Maintenance reports whether the message speaks of planned work or of its traces.
func (m Message) Maintenance() bool { return strings.HasPrefix(m.Evidence, "MAINT") }

// Meaning is what a row with this message and without a code means.
func (m Message) Meaning() Meaning {
	switch {
	case m.Effect == "not_sent":
		r := NotSent()
		switch m.Evidence {
		case "TERMINAL", "MAINT_TRACE":
			r.Class, r.Zh, r.En = MerchantSetup, "终端未就绪，交易未送出", "terminal not ready, the request was not sent"
		case "SECURITY", "SECURITY_OR_NET":
			r.Class, r.Zh, r.En = SecurityKey, "密钥或证书错误，交易未送出", "key or certificate fault, the request was not sent"
		}
		r.Source = m.Source
		return r
	case m.Effect == "declined" && m.Maintenance():
		return Meaning{Outcome: Declined, Class: Cutover, Known: true, Zh: "银行维护或日切", En: "bank under maintenance or cut-over",
			ActionZh: "稍后再试", ActionEn: "try again later", Source: m.Source}
	case m.Effect == "unknown", m.Effect == "unknown_if_sent", strings.HasPrefix(m.Effect, "reversal"):
		r := NoAnswer()
		if m.Evidence == "SECURITY" {
			r.Class, r.Zh, r.En = SecurityKey, "应答 MAC 校验错误，结果未知", "the answer's MAC was wrong, result unknown"
		}
		r.Source = m.Source
		return r
	}
	return NoCode()
}

// Votes says how strongly a code points at a party, 0 to 3 each.
type Votes struct {
	Maintenance, NetTerminal, NetIssuer, IssuerHost, Switch, Security, Merchant, Cardholder int
	Reconcile                                                                               bool // money may have moved
	Why                                                                                     string
}

//go:embed data/votes.csv
var votesCSV []byte

var votes = sync.OnceValue(func() map[[2]string]Votes {
	m := map[[2]string]Votes{}
	for _, r := range mustRead(votesCSV)[1:] {
		n := func(i int) int { return int(r[i][0] - '0') }
		m[[2]string{r[0], r[1]}] = Votes{n(2), n(3), n(4), n(5), n(6), n(7), n(8), n(9), n(10) == 1, r[11]}
	}
	return m
})

// VotesOf returns the votes of a code of a table, zero where it has none.
func VotesOf(table, code string) Votes { return votes()[[2]string{table, normal(code)}] }

func mustRead(data []byte) [][]string { return must(csv.NewReader(bytes.NewReader(data)).ReadAll()) }

// must is for what is built in: tests read all of it.
func must[T any](v T, err error) T {
	if err != nil {
		panic("classify: built-in data: " + err.Error())
	}
	return v
}
