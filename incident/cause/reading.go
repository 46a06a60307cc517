package cause

import (
	"strings"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// reading says whether an attempt failed in the sense of the window's channel,
// as incident.Find does. ok is false where the row does not tell.
func reading(b ledger.Book, r *ledger.Row, v classify.Ruling, ch incident.Channel) (failed bool, f Family, ok bool) {
	switch {
	case v.Outcome.IsApproval():
		return false, 0, true
	case v.Outcome == classify.ReversalReason || v.Outcome == classify.Info:
		return false, 0, false
	}
	silent := r.Flags&(txn.NoAnswer|txn.TimedOut) != 0
	f, failed = family(b, r, v, silent)
	switch {
	case ch == incident.Business && refusedByEvidence(v):
		return true, Local, true
	case ch == incident.Business:
		return f == Declines, Declines, failed || f == Declines
	case ch == incident.Data && v.Class == classify.TxnData && v.Outcome == classify.Declined: // one sender's messages
		return true, Setup, true
	}
	if !failed && v.Outcome == classify.Unknown && r.Code == 0 {
		return false, 0, false
	}
	return failed, f, true
}

// refusedByEvidence reports that no table, but the evidence of a whole file takes a code
// for the cardholder's refusal.
func refusedByEvidence(v classify.Ruling) bool { return v.Inferred && v.Class.Cardholder() }

// family names the failure; failed is false where the system did answer.
func family(b ledger.Book, r *ledger.Row, v classify.Ruling, silent bool) (f Family, failed bool) {
	if v.Inferred { // from evidence like ours: only what the terminal itself saw counts
		f = Local
		if silent {
			f = NoReply
		}
		return f, v.Class.Systemic()
	}
	own := r.Code == 0 || r.Origin == txn.TerminalMade || offline(b.Code(r.Code))
	switch v.Class {
	case classify.Timeout:
		if own || silent {
			return NoReply, true
		}
		return Relayed, true
	case classify.Unreachable:
		if own {
			return NoRoute, true
		}
		return Relayed, true
	case classify.IssuerHost, classify.SwitchFault:
		return HostCode, true
	case classify.Cutover:
		return Cutover, true
	case classify.SecurityKey:
		if device(b.Code(r.Code)) {
			return Module, true
		}
		return KeyCode, true
	case classify.MerchantSetup:
		return Setup, true
	case classify.UnknownLocal:
		switch {
		case silent:
			return NoReply, true
		case r.Code != 0:
			return Local, true
		}
	}
	if v.Class.Cardholder() {
		return Declines, false
	}
	if silent {
		return NoReply, true
	}
	return Local, false
}

// offline reports the terminal's own words: EMV's codes for "could not go online", and
// the errors of ZVT.
func offline(code string) bool {
	return code == "Y3" || code == "Z3" || strings.HasPrefix(code, "ZVT-")
}

// device reports codes by which a switch or host says that its own security module
// failed: the remedy is to wait, where a wrong key asks for a sign-on.
func device(code string) bool {
	switch code {
	case "A7", "920", "921", "9120", "9121":
		return true
	}
	return false
}
