// Package classify says what a response code means: in words of one scheme's
// table, chosen by the profile of the place, and where tables are silent, from
// evidence.
//
// In go codes as written, the place of the attempt, and counts of what happened
// around a code ([Evidence]); out come a [Meaning] that names its table and
// profile, and a [Verdict] that shows every line of its reasons. A two-character
// code means nothing without its table: the same code is an approval in one and a
// refusal in another. Nothing is ever taken for a success or a failure because it
// is unknown.
package classify

import "fmt"

// Outcome is what a response code says happened to the transaction.
type Outcome uint8

const (
	// Unknown: money may have moved, or nobody can tell. Such rows go to
	// reconciliation, never silently into failures or successes.
	Unknown Outcome = iota
	Approved
	ApprovedPartial // approved for less than was asked
	ApprovedDefect  // approved, but one leg was not confirmed: reconcile it
	Declined
	Reversed       // approved first, then undone
	ReversalReason // field 39 of a 04xx request: no outcome at all
	Info           // advice, not an answer
)

var outcomes = [...]string{"unknown", "approved", "approved_partial", "approved_defect", "declined", "reversed", "reversal_reason", "info"}

func (o Outcome) String() string { return outcomes[o] }

// ParseOutcome is the inverse of Outcome.String.
func ParseOutcome(s string) (Outcome, error) {
	for i, n := range outcomes {
		if n == s {
			return Outcome(i), nil
		}
	}
	return 0, fmt.Errorf("unknown outcome %q: use one of %q", s, outcomes)
}

// IsApproval reports whether the cardholder got what was asked, in full or part.
func (o Outcome) IsApproval() bool {
	return o == Approved || o == ApprovedPartial || o == ApprovedDefect
}

// Class is the party and reason behind a code: 14 classes of failure, and
// approval.
type Class uint8

const (
	UnknownLocal Class = iota // not in the profile, or it says nothing
	ClassApproved
	FundsLimit    // funds, amount or count limit
	Verify        // PIN, CVN, identity
	CardStatus    // card or account invalid, expired, dormant, restricted
	CardRisk      // lost, stolen, fraud, pick-up
	IssuerDecline // the issuer's business refusal, no detail
	IssuerHost    // the issuer's system does not work
	MerchantSetup // terminal or merchant not set up or not allowed
	TxnData       // message, original or life-cycle errors
	SwitchFault   // switch or acquirer fault
	Unreachable   // no route or link: not processed
	Timeout       // sent, no answer: money may have moved
	SecurityKey   // MAC, PIN block, keys, HSM
	Cutover       // cut-over, sign-off, outside hours, batch and totals
)

var classes = [...]string{"UNKNOWN_LOCAL", "APPROVED", "CH_FUNDS_LIMIT", "CH_VERIFY", "CARD_STATUS", "CARD_RISK", "ISSUER_DECLINE",
	"ISSUER_HOST", "TERM_MERCH_CONFIG", "TXN_DATA", "SWITCH_FAULT", "NET_UNREACHABLE", "NET_TIMEOUT", "SECURITY_KEY", "SETTLE_CUTOVER"}

// Classes is the number of classes.
const Classes = len(classes)

func (c Class) String() string { return classes[c] }

// ParseClass is the inverse of Class.String.
func ParseClass(s string) (Class, error) {
	for i, n := range classes {
		if n == s {
			return Class(i), nil
		}
	}
	return 0, fmt.Errorf("unknown class %q: use one of %q", s, classes)
}

// Technical is the technical-decline side of NPCI's split: the fault of a
// system, a line or a parameter. Everything else that failed is a business
// decline: the cardholder, a limit or a risk rule.
func (c Class) Technical() bool {
	switch c {
	case IssuerHost, MerchantSetup, TxnData, SwitchFault, Unreachable, Timeout, SecurityKey, Cutover, UnknownLocal:
		return true
	}
	return false
}

// Systemic reports the classes whose clusters make an incident: hosts, lines,
// keys and cut-over, not one message's data.
func (c Class) Systemic() bool {
	switch c {
	case IssuerHost, MerchantSetup, SwitchFault, Unreachable, Timeout, SecurityKey, Cutover, UnknownLocal:
		return true
	}
	return false
}

// Cardholder reports the classes of declines for the cardholder's own reasons, or the
// issuer's: they say nothing of a host or a line.
func (c Class) Cardholder() bool {
	switch c {
	case FundsLimit, Verify, CardStatus, CardRisk, IssuerDecline:
		return true
	}
	return false
}

// Ruling is what one row means after tables and evidence: the last word that
// detection, reconciliation and totals use.
type Ruling struct {
	Outcome  Outcome
	Class    Class
	Inferred bool // rests on evidence, not on a table or the configuration
}
