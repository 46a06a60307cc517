package field

import (
	"math/bits"

	"github.com/poslog/poslog/txn"
)

// Set is a set of fields.
type Set uint64

// SetOf makes a set.
func SetOf(fs ...Field) (s Set) {
	for _, f := range fs {
		s |= 1 << f
	}
	return s
}

// Has reports whether f is in the set.
func (s Set) Has(f Field) bool { return s&(1<<f) != 0 }

// Len is the number of fields.
func (s Set) Len() int { return bits.OnesCount64(uint64(s)) }

var (
	// hard fields stand in transactions only; soft ones also in heartbeats and
	// start-up lines.
	hard = SetOf(Code, MTI, STAN, RRN, Amount, PAN, ProcCode, AuthCode, OrderNo, Status)
	soft = SetOf(TID, MID, Institution, Batch, Kind, Latency, EntryMode, Acquirer, Issuer)
	// ends are the fields that say how a transaction ended. A status word does so
	// beside another hard field only: heartbeats have one too.
	ends = SetOf(Code, TimedOut)
)

// Anchored reports whether a plain "code" beside these fields can be that of a
// transaction: an access log has a code and a duration, and a service its state, too.
func (s Set) Anchored() bool {
	return s&(hard&^SetOf(Code, Status)|SetOf(TID, MID, Institution, Batch, Kind)) != 0
}

// Verdict is what a line of a log is, judged by the fields that it has.
type Verdict uint8

const (
	Noise   Verdict = iota
	Answer          // a transaction with its outcome
	Request         // a message that waits for its answer
	Partial         // several fields of a transaction and no outcome: cut or damaged
)

// Judge tells what a line is. have are the fields whose keys it has, with or
// without a value; mti and text are the values of these two.
func (have Set) Judge(mti, text string) Verdict {
	known := (have & (hard | soft)).Len()
	switch {
	case have&hard == 0:
		return Noise
	case have&ends != 0 && known >= 2,
		have.Has(Status) && have&(hard&^SetOf(Status)) != 0,
		known >= 2 && TextFlags(text)&txn.TimedOut != 0:
		return Answer
	case Asks(mti) && known >= 3:
		return Request
	case known >= 3 && (holdsAny(text, cutWords) || holdsAny(text, offWords)):
		return Answer
	case known >= 3:
		return Partial
	}
	return Noise
}

// Known is the number of fields of a transaction in the set.
func (have Set) Known() int { return (have & (hard | soft)).Len() }

// Asks reports whether a message type is a request or an advice: its third
// digit is even.
func Asks(mti string) bool {
	return len(mti) == 4 && digitsOnly(mti) && (mti[2]-'0')%2 == 0
}
