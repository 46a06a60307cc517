package parse

import (
	"fmt"
	"strings"
	"testing"
)

// Brackets keep names and values apart as well as an equals sign does.
func TestBracketed(t *testing.T) {
	for _, form := range []string{
		"【终端号】：10000001，【流水号】：%06d，【金额】：%d.00，【应答码】：%s",
		"【终端号】10000001【流水号】%06d【金额】%d.00【应答码】%s",
		"「终端号」10000001「流水号」%06d「金额」%d.00「应答码」%s",
		"trans done tid(10000001) stan(%06d) amt(%d.00) rc(%s)",
		"(041)[10000001] (011)[%06d] (004)[%010d00] (039)[%s]",
		"tid=<10000001> stan=<%06d> amt=<%d.00> rc=<%s>",
		"tid={10000001} stan={%06d} amt={%d.00} rc={%s}",
	} {
		var b strings.Builder
		for i := range 20 {
			fmt.Fprintf(&b, "2026-11-20 08:00:%02d INFO [main-%d] "+form+"\n", i, i, i+1, 10+i, []string{"00", "00", "00", "51", "B4"}[i%5])
		}
		_, list := readOne(t, "brackets.log", b.String())
		if len(list) != 20 || list[4].Code != "B4" || list[4].Amount != 1400 || list[4].STAN != "000005" || list[4].TID != "10000001" || !list[4].At.Valid() {
			t.Errorf("%s: %d records", form, len(list))
		}
	}
}
