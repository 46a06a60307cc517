package field

import (
	"strings"

	"github.com/poslog/poslog/internal/lazy"
)

// MoneyOf tells what an amount is of, by the name of the object or element around it: of a
// fee, in "acqFee":{"amount":0.64}, or of what is no payment, in "tip":{"amount":1.50}.
func MoneyOf(lookup func(string) (Field, Unit), around, name string) Field {
	switch strings.ToLower(name) {
	case "amount", "value", "total":
	default:
		return Amount
	}
	f, _ := lookup(around)
	if f == None {
		f, _, _, _ = Compose(around)
	}
	switch {
	case f.Money():
		return f
	case besides.MatchString(around):
		return Ignore
	}
	return Amount
}

// besides are words for money that is no payment.
var besides = lazy.MustCompile(`(^|_)(?i:fees?|tax|vat|tip|gratuity|discount|surcharge|cash_?back|coupon|balance$)($|_|[A-Z])|[a-z](Fees?|Tax|Vat|Tip|Discount|Surcharge|Cashback|Coupon|Balance)$`)

// CodeOf tells whether a code is that of an answer, by the name of the object or element
// around it: "avs":{"code":"U"} and "cardVerification":{"resultCode":"3"} check the card,
// and "currency":{"code":"USD"} answers nothing.
func CodeOf(around, name string) Field {
	if checks.MatchString(around) || Vague(name) && things.MatchString(around) && !answers.MatchString(around) {
		return Ignore
	}
	return Code
}

var (
	checks  = lazy.MustCompile(`(^|_)(?i:avs|cvv2?|cvc2?|csc|cavv|3ds|threeds)($|_|[A-Z])|(^|[a-z_])(Avs|AVS|Cvv|CVV|Cvc|CVC|Csc|CSC)|(?i)(card|address|name|phone|email)_?verification`)
	things  = lazy.MustCompile(`(^|_)(?i:currency|country|language|merchant|store|shop|branch|bank|issuer|card|product|item|category|coupon|voucher|discount|promotion|reference|customer|terminal|method|brand|mcc)($|_|[A-Z])|[a-z](Currency|Country|Language|Merchant|Store|Shop|Branch|Bank|Issuer|Card|Product|Item|Category|Coupon|Voucher|Discount|Promotion|Reference|Customer|Terminal|Method|Brand)($|[A-Z])`)
	answers = lazy.MustCompile(`(?i)resp|rsp|result|status|state|error|answer|reject|refus|declin|fail|reply`)
)
