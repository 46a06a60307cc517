package field

import "testing"

func TestCodeOf(t *testing.T) {
	for _, c := range []struct {
		around, name string
		want         Field
	}{
		{"processorInformation", "responseCode", Code}, {"result", "code", Code}, {"merchantResponse", "code", Code}, {"issuer_error", "code", Code}, {"payment", "code", Code},
		{"avs", "code", Ignore}, {"avsResult", "resultCode", Ignore}, {"cardVerification", "resultCode", Ignore}, {"cvv_check", "code", Ignore},
		{"clientReferenceInformation", "code", Ignore}, {"currency", "code", Ignore}, {"billing_country", "code", Ignore}, {"paymentMethod", "code", Ignore},
		{"merchant", "responseCode", Code}, {"cards", "code", Code}, {"storefront", "code", Code},
	} {
		if got := CodeOf(c.around, c.name); got != c.want {
			t.Errorf("%s of %s: %s", c.name, c.around, got)
		}
	}
}
