package jpos

import (
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

// What a transaction manager writes of a message that a channel wrote is no message more;
// where no channel writes, it is the only one.
func TestContexts(t *testing.T) {
	const managed = `<log realm="TransactionManager" at="2026-11-20T08:15:34.000" lifespan="0ms">
  <commit>
    <context>
      REQUEST:
        <isomsg direction="incoming">
          <field id="0" value="0200"/>
          <field id="4" value="000000001000"/>
          <field id="11" value="000123"/>
          <field id="41" value="00000001"/>
        </isomsg>
    </context>
  </commit>
</log>
`
	channel := element("ch", "2026-11-20T08:15:32.000", "0=0200", "4=000000001000", "11=000123", "41=00000001") +
		strings.ReplaceAll(element("ch", "2026-11-20T08:15:33.000", "0=0210", "4=000000001000", "11=000123", "39=91", "41=00000001"), "send", "receive")
	for text, want := range map[string]int{channel + managed: 1, managed: 1, channel: 1} {
		b := &book{}
		if _, err := Reader.Read(&entry.Stream{Src: &txn.Source{Name: "q2.log"}, Head: []byte(text), R: strings.NewReader(text), Loc: time.UTC}, b); err != nil {
			t.Fatal(err)
		}
		b.Whole(t, text)
		if len(b.Records) != want {
			t.Errorf("%s\n%d records, want %d: %v", text, len(b.Records), want, words(b.Records))
		}
	}
}
