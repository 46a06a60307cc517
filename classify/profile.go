package classify

import (
	"iter"
	"path"
	"slices"
	"strings"

	"github.com/poslog/poslog/txn"
)

// Where is the place of an attempt, as far as the input names it.
type Where struct {
	Institution, Merchant, Terminal, Channel string
}

// Profiles says which tables apply where. The zero value is not useful: start
// with [Default] or [ParseProfiles].
type Profiles struct {
	list   []profile // most specific first
	own    map[string]*Table
	padded map[string]string // by institution, see Given
	http   map[string]bool   // by institution, see Given
}

// profile is one entry of the configuration.
type profile struct {
	name   string
	source string      // file:line
	where  [4][]string // patterns for terminal, merchant, institution, channel; empty = any
	tables []*Table
	codes  map[string][]override
}

// override is a code whose meaning the configuration states itself.
type override struct {
	row   Row
	kinds []txn.Kind // empty = all
	open  bool       // leave it to evidence, whatever the tables say
}

// defaultChain is asked where no profile names tables: UnionPay POS, current
// edition before older ones, chip codes, codes that public sources disagree
// about, and, by their form, the three- and four-digit codes of later ISO 8583 editions and
// those of the wallets' interfaces.
var defaultChain = []string{"unionpay", "unionpay-old", "emv8a", "open", "zvt", "iso8583-1993", "iso8583-2003", walletTable}

// walletTable holds what the wallets' interfaces answer to a call.
const walletTable = "wallet-api"

// byForm are the tables of the default chain that a code is looked up in for its form only: 200
// is a refusal of ISO 8583:1993, and the success of many an interface.
var byForm = []string{"iso8583-1993", "iso8583-2003", walletTable}

// wordsTable holds the status words of exports; it ends every chain.
const wordsTable = "words"

// DefaultProfile names the profile of everything that no configured profile covers.
const DefaultProfile = "default"

// Default returns the profiles of a run without configuration.
func Default(own ...*Table) *Profiles {
	p := &Profiles{own: map[string]*Table{}}
	for _, t := range own {
		p.own[t.Name] = t
	}
	return p
}

// table finds a table by name: the user's own before the built-in ones.
func (p *Profiles) table(name string) (*Table, error) {
	if t := p.own[name]; t != nil {
		return t, nil
	}
	return Builtin(name)
}

// weight orders profiles: terminal > merchant > institution > channel > none.
func (p *profile) weight() int {
	w := 0
	for i, pats := range p.where {
		if len(pats) > 0 {
			w |= 8 >> i
		}
	}
	return w
}

// Selector is a pattern of the names that a profile is for.
type Selector struct {
	Pattern string
	Source  string // file:line of the profile
}

// Selectors yields those of all profiles by field: terminal, merchant, institution or channel.
func (p *Profiles) Selectors() iter.Seq2[string, Selector] {
	return func(yield func(string, Selector) bool) {
		for _, pr := range p.list {
			for i, patterns := range pr.where {
				for _, pattern := range patterns {
					if !yield(selectors[i], Selector{pattern, pr.source}) {
						return
					}
				}
			}
		}
	}
}

func (p *profile) covers(w Where) bool {
	for i, v := range [4]string{w.Terminal, w.Merchant, w.Institution, w.Channel} {
		if len(p.where[i]) > 0 && !slices.ContainsFunc(p.where[i], func(pat string) bool {
			return Fits(pat, v)
		}) {
			return false
		}
	}
	return true
}

// Fits reports whether a name has a pattern of a profile.
func Fits(pattern, name string) bool {
	ok, _ := path.Match(flat(pattern), flat(name))
	return ok
}

// flat is a name in which * matches a slash as well: it is no path.
func flat(s string) string { return strings.ReplaceAll(s, "/", "\x00") }

// View is the profiles seen from one place: ask it for many codes.
type View struct {
	all    *Profiles
	hits   []*profile // covering profiles, most specific first
	padded string     // what stands before codes of two characters, each between |
	http   bool       // codes are statuses of HTTP
}

// For returns the view from a place.
func (p *Profiles) For(w Where) View {
	v := View{all: p, padded: p.padded[w.Institution], http: p.http[w.Institution]}
	for i := range p.list {
		if p.list[i].covers(w) {
			v.hits = append(v.hits, &p.list[i])
		}
	}
	return v
}

// Name names the most specific covering profile.
func (v View) Name() string {
	if len(v.hits) == 0 {
		return DefaultProfile
	}
	return v.hits[0].name
}

// Same reports whether two views of the same Profiles answer alike.
func (v View) Same(o View) bool {
	return v.padded == o.padded && v.http == o.http && slices.Equal(v.hits, o.hits)
}

// Lookup says what field 39 of an answer means. Profiles are asked from the
// most specific to the least: first the codes that a profile states itself, then
// its tables. The nearest list of tables closes the question of tables; codes
// that farther profiles state still apply. Without any list the default tables
// are asked. A status word stands in for a code that is missing.
func (v View) Lookup(kind txn.Kind, code string) Meaning {
	code = normal(code)
	closed := false
	for _, p := range v.hits {
		for _, o := range p.codes[code] {
			if len(o.kinds) > 0 && !slices.Contains(o.kinds, kind) {
				continue
			}
			if o.open {
				m := v.tables(code)
				m.Open, m.Profile, m.Outcome, m.Class = true, p.name, Unknown, UnknownLocal
				return m
			}
			m := o.row.meaning(code, "", p.name)
			m.Configured = true
			return m
		}
		if !closed && len(p.tables) > 0 {
			closed = true
			for _, t := range p.tables {
				if r, ok := t.Find(code); ok {
					return r.meaning(code, t.Name, p.name)
				}
			}
		}
	}
	m := v.tables(code)
	if m.Table != wordsTable || kind != txn.Sale && kind != txn.PreAuth && kind != txn.Completion && kind != txn.KindUnknown {
		return m
	}
	if word := unpaidBy[plainWord(code)]; word != "" {
		if undone := v.word(word, m.Profile); undone.Known {
			return undone.named(m.Code)
		}
	}
	return m
}

// unpaidBy are words that say that what undoes a payment succeeded, with what became of the payment
// whose row has them.
var unpaidBy = map[string]string{"冲正成功": "已冲正", "撤销成功": "已撤销", "取消成功": "已取消"}

// tables asks the chain of tables alone.
func (v View) tables(code string) Meaning {
	for _, p := range v.hits {
		if len(p.tables) > 0 {
			for _, t := range p.tables {
				if r, ok := t.Find(code); ok {
					return r.meaning(code, t.Name, p.name)
				}
			}
			if m, ok := v.byOthers(code); ok {
				return m
			}
			return v.spelled(code, p.name)
		}
	}
	if m, ok := v.byOthers(code); ok {
		return m
	}
	if m := v.chain(code, nil); m.Known {
		return m
	}
	return v.spelled(code, v.Name())
}

// chain asks the default tables, those without left out.
func (v View) chain(code string, without []string) Meaning {
	for _, n := range defaultChain {
		t, err := v.all.table(n)
		if err != nil || slices.Contains(without, n) {
			continue
		}
		if r, ok := t.Find(code); ok {
			return r.meaning(code, n, DefaultProfile)
		}
	}
	return Meaning{}
}

// spelled reads a code that is a word or made of the words of a reason.
func (v View) spelled(code, profile string) Meaning {
	if m := v.word(code, profile); m.Known {
		return m
	}
	m := reasonOf(code, profile)
	if plain := plainWord(code); !m.Known && strings.HasSuffix(plain, "失败") && len(plain) > shortWord && !slices.ContainsFunc(aside, func(w string) bool { return strings.HasPrefix(plain, w) }) {
		return v.word("失败", profile).named(code) // 银行处理失败
	}
	return m
}

func (v View) word(code, profile string) Meaning {
	if t, err := v.all.table(wordsTable); err == nil {
		plain := plainWord(code)
		for _, w := range [...]string{code, plain, ofStage(plain)} {
			if r, ok := t.Find(w); ok {
				return r.meaning(code, wordsTable, profile)
			}
		}
	}
	if len(code) > shortWord { // what a terminal says in the place of a code: 网络连接失败
		if m, ok := MessageOf(code); ok && m.Meaning().Known {
			said := m.Meaning()
			said.Code, said.Profile = code, profile
			return said
		}
	}
	return UnknownHere(code, profile)
}

// aside are words for what may fail beside a payment, whose own outcome that leaves open.
var aside = []string{"冲正", "查询", "通知", "回调", "打印", "签到", "登录"}

// named is a meaning of a word for the code that was asked for.
func (m Meaning) named(code string) Meaning {
	m.Code = code
	return m
}

var wordMarks = strings.NewReplacer(" ", "_", "-", "_", "撤消", "撤销", "充正", "冲正")

// plainWord is a status word without what exports write behind it in brackets and the number
// in front of it, with one mark between its words and one spelling: settled successfully,
// 已退款(￥3.00), 1-成功, 已撤消.
func plainWord(s string) string {
	if rest := strings.TrimLeft(s, "0123456789"); rest != "" && len(s)-len(rest) < 3 && strings.ContainsRune("-:_.", rune(rest[0])) {
		s = rest[1:]
	}
	if i := strings.IndexAny(s, "(（"); i > 0 {
		s = s[:i]
	}
	return wordMarks.Replace(strings.TrimSpace(s))
}

// stages are what gateways say to have succeeded or failed: authorization_declined, capture_succeeded,
// refused_transaction, complete-ok.
var stages = []string{"AUTHORIZATION", "AUTHORISATION", "AUTH", "CAPTURE", "CHARGE", "COMPLETE", "PAYMENT", "REFUND", "TRANSACTION"}

// ofStage is a status word without the stage that it is of, "" where it names none.
func ofStage(word string) string {
	for _, stage := range stages {
		if rest, ok := strings.CutPrefix(word, stage+"_"); ok {
			return rest
		}
		if rest, ok := strings.CutSuffix(word, "_"+stage); ok {
			return rest
		}
	}
	return ""
}

// Plain reports whether a code says by itself what became of a payment: the configuration or a
// table says so, and not only one that was guessed from the code's form.
func (v View) Plain(kind txn.Kind, code string) bool { return v.Lookup(kind, code).plain() }

func (m Meaning) plain() bool {
	return m.Configured || m.Known && m.Table != reasonsTable && !m.failed() && (m.Profile != DefaultProfile || !slices.Contains(byForm, m.Table))
}

// Answer says what an answer means that states a code and perhaps a status word and a text.
// Where the code is not plain, the status word says it, and a text that is such a word does, too;
// but a wallet's interface has texts about the call alone. A status word that says no more
// than that it failed leaves the reason to the text and the code.
func (v View) Answer(kind txn.Kind, code, status, text string) Meaning {
	m := v.Lookup(kind, code)
	if m.plain() {
		return m
	}
	why := m
	if m.Table != walletTable && len(text) >= shortWord {
		said := v.said(normal(text), m.Profile)
		if said.Known && (m.Table != reasonsTable || !said.failed() && !said.Outcome.IsApproval()) { // more than the code says
			why = said
		}
	}
	last := why
	if m.failed() {
		last = m
	}
	if status != "" {
		if said := v.Lookup(kind, status); said.Known {
			last = said
		}
	}
	if last.failed() && why.Known && why.Class != UnknownLocal && !why.Outcome.IsApproval() {
		last, last.Outcome = why, Declined
	}
	last.Code = m.Code
	return last
}

// failed reports whether all that is known is that a transaction failed.
func (m Meaning) failed() bool {
	return m.Known && !m.Open && m.Table == wordsTable && m.Outcome == Declined && m.Class == UnknownLocal
}

// said reads a text that is a word, or of whose clauses one is: 交易失败,余额不足; else one that has
// the words of a reason. Of several clauses none says that a payment went through.
func (v View) said(text, profile string) Meaning {
	m := v.word(text, profile)
	if m.Known {
		return m
	}
	for clause := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(",，;；:：。[]【】()（）", r) }) {
		clause = strings.TrimSpace(clause)
		if len(clause) < shortWord || len(clause) == len(text) {
			continue
		}
		if c := v.word(clause, profile); c.Known && c.Outcome != Approved && (!m.Known || m.Class == UnknownLocal) {
			m = c
		}
	}
	if !m.Known {
		return reasonOf(text, profile)
	}
	return m
}

// shortWord is the length in bytes from which a text is a word: S and OK are anything.
const shortWord = 4

// ReversalReason says what field 39 of a 04xx request means, or better, its
// field 60.1 where the row has one. It is never an outcome.
func (v View) ReversalReason(code, reason string) Meaning {
	for _, ask := range []struct{ table, code string }{{"unionpay-f60", normal(reason)}, {"unionpay-reversal", normal(code)}} {
		if ask.code == "" {
			continue
		}
		if t, err := v.all.table(ask.table); err == nil {
			if r, ok := t.Find(ask.code); ok {
				return r.meaning(ask.code, t.Name, v.Name())
			}
		}
	}
	return Meaning{Code: normal(code), Outcome: ReversalReason, Class: UnknownLocal, Profile: v.Name(),
		Zh: "冲正，原因码不在表中", En: "reversal, its reason is in no table"}
}

// Lookup is For(w).Lookup(kind, code).
func (p *Profiles) Lookup(w Where, kind txn.Kind, code string) Meaning {
	return p.For(w).Lookup(kind, code)
}
