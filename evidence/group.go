package evidence

import (
	"math"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// variant says from what a row's meaning is read.
type variant uint8

const (
	variantCode    variant = iota // field 39, or a status word in its place
	variantReason                 // field 39 of a 04xx
	variantText                   // no code: the terminal's message
	variantSilence                // no code: the row says that no answer came
	variantPresent                // no code: presence in a file of successes
	variantNone                   // no code, and nothing that explains it
)

// key names a group. id is a code, a word of gathering.words or a message
// pattern's word, depending on the variant.
type key struct {
	view        uint32 // index of the view: which profiles apply
	institution uint32
	id          uint32
	reason      uint32 // word of field 60.1, variantReason only; of codes that are not plain, what the row says beside
	kind        txn.Kind
	variant     variant
}

// group is all rows with one key.
type group struct {
	key
	meaning                       classify.Meaning
	verdict                       classify.Verdict
	n, settled, covered, reversed int
	amount                        int64
	first, last                   txn.Instant
	look                          bool // evidence is wanted
	ev                            classify.Evidence
	rows                          []int32                // rows to look at, look only
	inSplit                       func(*ledger.Row) bool // tells the parts of ev.Split
}

// mark is what the other book and the reversals say of a row, asked once.
type mark uint8

const (
	markSettled  mark = 1 << iota // found in settlement
	markCovered                   // settlement should list it if it was approved
	markReversed                  // a 04xx names it
	markRetried                   // of a row to look at: its card tries again within retryIn
	markPaid                      // and succeeds
	markTimed                     // of what drift asks: the time of the answer is stated
	markSlow                      // and slow
)

// institution is what the rows of one institution have in common.
type institution struct {
	id                        uint32
	attempts, approvals       int
	withAuth, chip, entered   int
	settledApprovals          int
	coveredApprovals          int
	declines, settledDeclines int
	reversals                 int
	inWindow                  int
	latency, timeouts         histogram
	windows                   []span
	look                      bool
	list                      []int32     // attempts in canonical order, look only
	kinds                     [kinds]bool // of the groups to look at
	ofKind                    [kinds]int  // approved rows
	at                        at
}

// gathering is the state of one [Gather].
type gathering struct {
	b        ledger.Book
	in       Input
	views    []classify.View
	viewOf   []uint32 // place -> view
	words    map[string]uint32
	names    []string // words by id
	texts    map[uint32]textMeaning
	patterns map[uint32]classify.Message // by word
	answers  map[answer]classify.Meaning

	groups       []*group
	index        map[key]uint32
	codes        int
	dense        [][]uint32 // by view and institution: slots by code and kind
	perPlace     []int32    // attempts by place
	seen         []*group   // by terminal: that of the last row looked at
	of           room.Numbers
	marks        []mark         // per row
	institutions []*institution // by id of the dimension, nil where without rows
	rows         map[int]classify.Ruling
}

// answer is what a row states whose code alone says too little.
type answer struct {
	view, text   uint32
	kind         txn.Kind
	code, status string
}

// answer is the meaning of such a row, looked up once.
func (g *gathering) answer(k key, r *ledger.Row) classify.Meaning {
	a := answer{k.view, r.Text, k.kind, g.code(k), ledger.StatusOf(g.b, r)}
	m, ok := g.answers[a]
	if !ok {
		m = g.views[k.view].Answer(k.kind, a.code, a.status, g.b.Text(a.text))
		g.answers[a] = m
	}
	return m
}

// code is the code of a group of that variant, or the status word in its place.
func (g *gathering) code(k key) string {
	if k.id >= 1<<16 {
		return g.names[k.id-1<<16]
	}
	return g.b.Code(uint16(k.id))
}

// textMeaning is what a terminal's message says, looked up once per text.
type textMeaning struct {
	ok      bool
	message classify.Message
	pattern uint32 // word: texts that differ in a number only are one group
}

func newGathering(b ledger.Book, in Input) *gathering {
	in.complete()
	g := &gathering{b: b, in: in, words: map[string]uint32{}, texts: map[uint32]textMeaning{}, patterns: map[uint32]classify.Message{}, index: map[key]uint32{}, answers: map[answer]classify.Meaning{},
		viewOf: make([]uint32, b.Places()), institutions: make([]*institution, b.Names(ledger.Institution)),
		of: room.NewNumbers(b.Len(txn.Terminal), 1<<16), rows: map[int]classify.Ruling{}, codes: b.Codes(), marks: room.Slice[mark](b.Len(txn.Terminal))}
	for id := range g.viewOf {
		p := b.Place(uint32(id))
		g.viewOf[id] = g.view(in.Profiles.For(Where(b, p)))
	}
	g.dense = make([][]uint32, len(g.views)*len(g.institutions))
	return g
}

// Where names a place as profiles know it.
func Where(b ledger.Book, p *ledger.Place) classify.Where {
	return classify.Where{Institution: b.Name(ledger.Institution, p.Institution), Merchant: b.Name(ledger.Merchant, p.Merchant),
		Terminal: b.Name(ledger.Terminal, p.Terminal), Channel: b.Name(ledger.Channel, p.Channel)}
}

// row unpacks a terminal row. It is small enough to be inlined, so that the row
// stays on the stack of who asks.
func (g *gathering) row(i int) *ledger.Row {
	r := g.b.Row(txn.Terminal, i)
	return &r
}

// view interns a view: there are few, however many places there are.
func (g *gathering) view(v classify.View) uint32 {
	for i, o := range g.views {
		if o.Same(v) {
			return uint32(i)
		}
	}
	g.views = append(g.views, v)
	return uint32(len(g.views) - 1)
}

func (g *gathering) word(s string) uint32 {
	id, ok := g.words[s]
	if !ok {
		id = uint32(len(g.names))
		g.words[s] = id
		g.names = append(g.names, s)
	}
	return id
}

func (g *gathering) text(id uint32) textMeaning {
	t, ok := g.texts[id]
	if !ok && id != 0 {
		if t.message, t.ok = classify.MessageOf(g.b.Text(id)); t.ok {
			t.pattern = g.word(t.message.Pattern)
			g.patterns[t.pattern] = t.message
		}
		g.texts[id] = t
	}
	return t
}

// keyOf says which group a row belongs to.
func (g *gathering) keyOf(r *ledger.Row) key {
	k := key{view: g.viewOf[r.Place], institution: g.b.Place(r.Place).Institution, id: uint32(r.Code), kind: r.Kind}
	switch {
	case r.Origin == txn.ReversalReason:
		k.variant = variantReason
		if r.Extra != 0 {
			k.reason = g.word(g.b.Extra(r.Extra).Reason)
		} else {
			k.reason = g.word("")
		}
	case r.Code != 0 && r.Origin != txn.TerminalMade: // a code that the terminal made itself is no answer
	default:
		if s := ledger.StatusOf(g.b, r); s != "" {
			k.id = uint32(1<<16) + g.word(s)
			return k
		}
		switch t := g.text(r.Text); {
		case t.ok && t.message.Meaning().Known:
			k.variant, k.id = variantText, t.pattern
		case r.Flags&(txn.TimedOut|txn.NoAnswer|txn.Disconnected) != 0:
			k.variant = variantSilence
		case r.Origin == txn.Inferred:
			k.variant = variantPresent
		default:
			k.variant = variantNone
		}
	}
	return k
}

// groupOf finds or makes the group of a row; neighbours mostly share one.
func (g *gathering) groupOf(r *ledger.Row) uint32 {
	var slot *uint32
	if r.Code != 0 && r.Origin != txn.ReversalReason && g.codes <= denseCodes {
		slot = g.slot(g.viewOf[r.Place], g.b.Place(r.Place).Institution, r)
		if *slot != 0 && *slot != notPlain {
			return *slot - 1
		}
	}
	k := g.keyOf(r)
	var said *classify.Meaning // by the row beside its code
	if k.variant == variantCode {
		if v, code := g.views[k.view], g.code(k); !v.Plain(k.kind, code) {
			m := g.answer(k, r)
			k.reason, said = g.word(m.Zh), &m
		}
	}
	id, ok := g.index[k]
	if !ok {
		id = uint32(len(g.groups))
		g.index[k] = id
		gr := &group{key: k, first: txn.NoInstant, last: txn.NoInstant}
		if gr.meaning = g.meaning(k); said != nil {
			gr.meaning = *said
		}
		g.groups = append(g.groups, gr)
	}
	if slot != nil {
		if *slot = id + 1; said != nil {
			*slot = notPlain
		}
	}
	return id
}

const (
	denseCodes = 1024 // up to this many codes, rows find their group without a map
	kinds      = int(txn.Other) + 1
	notPlain   = math.MaxUint32 // in a slot: each row says what its code means
)

// slot is where the group of an ordinary row stands plus one, 0 where it has
// none yet.
func (g *gathering) slot(view, institution uint32, r *ledger.Row) *uint32 {
	at := int(view)*len(g.institutions) + int(institution)
	if g.dense[at] == nil {
		g.dense[at] = make([]uint32, g.codes*kinds)
	}
	return &g.dense[at][int(r.Code)*kinds+int(r.Kind)]
}

func (g *gathering) meaning(k key) classify.Meaning {
	v := g.views[k.view]
	var m classify.Meaning
	switch k.variant {
	case variantReason:
		return v.ReversalReason(g.b.Code(uint16(k.id)), g.names[k.reason])
	case variantText:
		m = g.patterns[k.id].Meaning()
	case variantSilence:
		m = classify.NoAnswer()
	case variantPresent:
		m = classify.Present()
	case variantNone:
		m = classify.NoCode()
	default:
		return v.Lookup(k.kind, g.code(k))
	}
	m.Profile = v.Name()
	return m
}

// count is the first pass: one group per row and the sums of groups and
// institutions.
func (g *gathering) count() {
	for i, r := range g.b.Rows(txn.Terminal) {
		id := g.groupOf(r)
		g.of.Put(i, id)
		gr := g.groups[id]
		m := g.markOf(i, gr, r)
		g.marks[i] = m
		if g.in.SaidTwice(i) {
			continue
		}
		gr.count(r, m, int64(g.in.Amount(r).Or(0)))
		switch in := g.institution(gr.institution); {
		case gr.variant == variantReason:
			in.reversals++
		case r.Kind.Attempt() && !r.Flags.Has(txn.Repeat):
			in.count(g, gr, r, m)
		}
	}
}

// count adds a row to its group.
func (gr *group) count(r *ledger.Row, m mark, amount int64) {
	gr.n++
	gr.amount += amount
	if r.At.Valid() {
		if !gr.first.Valid() {
			gr.first = r.At
		}
		gr.last = r.At
	}
	if m&markSettled != 0 {
		gr.settled++
	}
	if m&markCovered != 0 {
		gr.covered++
	}
	if m&markReversed != 0 {
		gr.reversed++
	}
}

// count adds an attempt to its institution.
func (in *institution) count(g *gathering, gr *group, r *ledger.Row, m mark) {
	in.attempts++
	if in.covers(r.At) {
		in.inWindow++
	}
	if r.Flags.Has(txn.TimedOut) && r.Latency >= 0 {
		in.timeouts.add(r.Latency)
	}
	settled, covered := m&markSettled != 0, m&markCovered != 0
	switch o := gr.meaning.Outcome; {
	case o.IsApproval():
		in.approvals++
		if r.Flags.Has(txn.CardEvent) {
			in.withAuth++
		}
		if r.Latency >= 0 {
			in.latency.add(r.Latency)
		}
		if chip, stated := g.chip(r); stated {
			in.entered++
			if chip {
				in.chip++
			}
		}
		if covered {
			in.coveredApprovals++
			if settled {
				in.settledApprovals++
			}
		}
	case o == classify.Declined && !gr.meaning.Open && covered:
		in.declines++
		if settled {
			in.settledDeclines++
		}
	}
}

// markOf asks about row i. An inquiry or a pre-authorisation moves no money: its
// absence from settlement proves nothing. A void or a refund that names the row shows that it
// was approved, a 04xx the contrary.
func (g *gathering) markOf(i int, gr *group, r *ledger.Row) (m mark) {
	if g.in.HasSettlement {
		if g.in.Settled(i) >= 0 {
			m |= markSettled
		}
		if r.Kind.Money() && g.in.SettlementCovers(r) && !g.in.Undecided(i) {
			m |= markCovered
		}
	}
	if j := g.in.ReversedBy(i); j >= 0 && g.row(j).Kind == txn.Reversal {
		m |= markReversed
	}
	return m
}

func (g *gathering) settled(i int) bool  { return g.marks[i]&markSettled != 0 }
func (g *gathering) covered(i int) bool  { return g.marks[i]&markCovered != 0 }
func (g *gathering) reversed(i int) bool { return g.marks[i]&markReversed != 0 }

func (g *gathering) institution(id uint32) *institution {
	if g.institutions[id] == nil {
		g.institutions[id] = &institution{id: id, windows: spans(g.in.Windows, g.b.Name(ledger.Institution, id))}
	}
	return g.institutions[id]
}

// chip reports whether the card was read by chip: entry mode 05x, 07x or 95x of
// field 22, or the word itself.
func (g *gathering) chip(r *ledger.Row) (chip, stated bool) {
	id := g.b.Card(r.Card).EntryMode
	if id == 0 {
		return false, false
	}
	m := g.b.Name(ledger.EntryMode, id)
	if len(m) >= 2 {
		switch m[:2] {
		case "05", "07", "95":
			return true, true
		}
	}
	return m == "chip" || m == "CHIP" || m == "IC" || m == "插卡" || m == "芯片", true
}
