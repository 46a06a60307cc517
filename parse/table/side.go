package table

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/txn"
)

// Weights of the columns that tell a terminal's journal from a statement. A
// statement of an acquirer may carry the response code too, a journal has no fee.
var sideWeights = map[field.Field]int{
	field.Code: -3, field.Latency: -4, field.TimedOut: -3, field.Text: -1, field.Network: -2, field.Carrier: -2, field.Model: -2,
	field.MTI: -1, field.EntryMode: -1, field.Reason: -2, field.Origin: -2,
	field.Fee: 4, field.Net: 4, field.NetDebit: 4, field.NetCredit: 4, field.SettleOn: 3, field.Debit: 3, field.Credit: 3,
	field.RefundAmount: 3, field.Direction: 2, field.ChannelNo: 1, field.RefundNo: 2, field.Status: 1,
}

var (
	settleWords   = lazy.MustCompile(`(?i)结算|清算|对账|对帐|账单|回单|交易流水明细|settle|clearing|payout|statement|reconcil|balance|ACOMN`)
	terminalWords = lazy.MustCompile(`(?i)终端(交易|流水|日志)|日志|journal|terminal|gateway|\blog\b|switch|前置`)
)

// failureName begins or ends the name of a column that says why a payment failed.
var failureName = lazy.MustCompile(`(?i)declin|failure|fail[_ ]?reason|reject|refus|(失败|拒绝|拒付)(原因|描述|说明)`)

// detectSide weighs columns and, less, the names of file and sheet and the
// titles above the header.
func detectSide(m *mapping, name, sheetName, titles string) (txn.Side, string) {
	sum := 0
	var settle, terminal []string
	for _, k := range m.used {
		c := &m.columns[k]
		w := sideWeights[c.field]
		switch {
		case c.field != field.Text:
		case failureName.MatchString(c.name):
			w = sideWeights[field.Code]
		case m.rankOf(field.Text, c.name) == len(ranks[field.Text]):
			w = 0 // remarks, which every export has
		}
		sum += w
		switch {
		case w >= 2:
			settle = append(settle, c.name)
		case w < 0:
			terminal = append(terminal, c.name)
		}
	}
	for _, s := range []string{path.Base(name), sheetName, titles} {
		if w := settleWords.FindString(s); w != "" {
			sum += 2
			settle = append(settle, "the word "+w)
		}
		if w := terminalWords.FindString(s); w != "" {
			sum -= 2
			terminal = append(terminal, "the word "+w)
		}
	}
	switch {
	case sum < 0:
		return txn.Terminal, fmt.Sprintf("side terminal because of %s", because(terminal))
	case len(settle) > 0:
		return txn.Settlement, fmt.Sprintf("side settlement because of %s", because(settle))
	}
	return txn.Settlement, "side settlement: amounts without response codes are a statement; say --terminal if they are not"
}

// because lists the first few reasons, each once: the name of a file is often its title, too.
func because(reasons []string) string {
	var words []string
	for _, w := range reasons {
		if !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	if len(words) > 5 {
		words = words[:5]
	}
	return strings.Join(words, ", ")
}
