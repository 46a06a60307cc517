package mem

import (
	"math/bits"
	"slices"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
)

// names says, for every dictionary, which id each old id becomes.
type names struct {
	dims                                                  [ledger.Kind][]uint32
	issuer, bin, entry, channel, codes, texts, said, keys []uint32
	files                                                 []uint32
}

// free gives the lists back.
func (n *names) free() {
	for _, ids := range slices.Concat(n.dims[:], [][]uint32{n.issuer, n.bin, n.entry, n.channel, n.codes, n.texts, n.said, n.keys}) {
		room.Free(ids)
	}
}

func (n *names) place(p ledger.Place) ledger.Place {
	return ledger.Place{
		Institution: n.dims[ledger.Institution][p.Institution], Merchant: n.dims[ledger.Merchant][p.Merchant],
		Terminal: n.dims[ledger.Terminal][p.Terminal], Carrier: n.dims[ledger.Carrier][p.Carrier],
		Region: n.dims[ledger.Region][p.Region], Network: n.dims[ledger.Network][p.Network], Model: n.dims[ledger.Model][p.Model],
		Channel: n.channel[p.Channel],
	}
}

func (n *names) card(c ledger.Card) ledger.Card {
	return ledger.Card{Issuer: n.issuer[c.Issuer], BIN: n.bin[c.BIN], EntryMode: n.entry[c.EntryMode]}
}

func (n *names) key(k ledger.Key) ledger.Key {
	if id, ok := k.Dict(); ok {
		return ledger.DictKey(n.keys[id])
	}
	return k
}

func (n *names) shape(s shape) shape {
	s.code, s.file, s.text = n.codes[s.code], n.files[s.file], n.texts[s.text]
	s.status, s.reason, s.sheet, s.currency = n.said[s.status], n.said[s.reason], n.said[s.sheet], n.said[s.currency]
	s.acquirer, s.forwarder = n.key(s.acquirer), n.key(s.forwarder)
	return s
}

// renameKeys gives the keys of the dictionary, which stand in wide tables and
// words only, their new ids.
func (b *Book) renameKeys(n *names) {
	if len(n.keys) <= 1 {
		return
	}
	b.wideKeys.each(func(k *ledger.Key) { *k = n.key(*k) })
	for _, side := range []*rows{&b.terminal, &b.settlement} {
		side.each(b.shapes.list, func(p *row) {
			have := b.shapes.list[p.shape].values
			if have&(have-1) == 0 {
				return
			}
			at := p.more
			for ; have != 0; have &= have - 1 {
				if amounts&(have&-have) == 0 {
					w := b.words.get(at)
					*w = uint64(n.key(ledger.Key(*w)))
				}
				at++
			}
		})
	}
}

// move adds to the places of wide tables and words that a row names where they
// went. have are the row's values.
func (p *row) move(have uint16, wide, wideKeys, words uint32) {
	if rrn := uint64(p.card&0xFF)<<32 | uint64(p.rrn); rrn > noRRN {
		rrn += uint64(wideKeys)
		p.rrn, p.card = uint32(rrn), p.card&^0xFF|uint32(rrn>>32)
	}
	if p.amount&wideAmount != 0 {
		p.amount += wide
	}
	if p.stan >= wideKey {
		p.stan += wideKeys
	}
	if p.answer >= wideAnswer {
		p.answer += wide
	}
	switch {
	case bits.OnesCount16(have) > 1:
		p.more += words
	case have&amounts != 0 && p.more&wideAmount != 0:
		p.more += wide
	case have != 0 && have&amounts == 0 && p.more >= wideKey:
		p.more += wideKeys
	}
}
