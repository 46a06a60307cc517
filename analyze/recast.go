package analyze

import (
	"context"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/parse"
	"github.com/poslog/poslog/txn"
)

// recast reads the inputs once more where nothing but lists of transactions was given that look
// like settlement by their fees and yet have refused ones among them: nobody settles these,
// and they are what is to be looked into. So such a list is the terminal side, unless
// the user says what it is or another file is that side.
func (p *pipeline) recast(ctx context.Context) error {
	lists := p.refusing()
	if lists == nil {
		return nil
	}
	if !parse.Repeatable(p.cfg.Inputs) {
		note(p.files, lists, "refused transactions stand in the list, and no other file has the terminal side: --terminal has them looked into")
		return nil
	}
	again := *p.cfg
	again.Parse.Sides = func(name string) txn.Side {
		if lists[name] {
			return txn.Terminal
		}
		return p.said(name)
	}
	if p.cfg.Again != nil {
		p.cfg.Again()
	}
	if n := p.cfg.Parse.Progress; n != nil {
		n.Store(0)
	}
	book, files, rejects, err := collect(ctx, &again)
	if err != nil {
		return err
	}
	p.book, p.files, p.rejects = book, files, rejects
	note(files, lists, "the ledger is terminal: refused transactions stand in the list, and no other file has the terminal side; its fees are not used; --settlement says otherwise")
	return nil
}

// note adds a note to some files.
func note(files []*parse.File, names map[string]bool, text string) {
	for _, f := range files {
		if names[f.Source.Name] {
			f.Summary.Notes = append(f.Summary.Notes, text)
		}
	}
}

// refusing are the files of the settlement side that have refused sales, nil where they are not
// to be read otherwise.
func (p *pipeline) refusing() map[string]bool {
	cfg := p.cfg
	if p.book.Len(txn.Terminal) > 0 || cfg.Carry != nil {
		return nil
	}
	var lists map[string]bool
	rule := p.settlementRuling()
	for _, r := range p.book.Rows(txn.Settlement) {
		if r.Kind != txn.Sale && r.Kind != txn.PreAuth || rule(r, ledger.StatusOf(p.book, r)).Outcome != classify.Declined {
			continue
		}
		if name := p.book.File(r.File).Name; !lists[name] && p.said(name) == txn.SideUnknown {
			if lists == nil {
				lists = map[string]bool{}
			}
			lists[name] = true
		}
	}
	return lists
}

// said is the side that the user gave a file.
func (p *pipeline) said(name string) txn.Side {
	if p.cfg.Parse.Sides == nil {
		return txn.SideUnknown
	}
	return p.cfg.Parse.Sides(name)
}
