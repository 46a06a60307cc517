package sheet

import (
	"strings"
	"unicode"

	"golang.org/x/text/encoding/charmap"
)

// single are the charsets of one byte for a character.
var single = map[string]*charmap.Charmap{
	windows1250: charmap.Windows1250,
	windows1251: charmap.Windows1251,
	windows1252: charmap.Windows1252,
	windows1254: charmap.Windows1254,
	windows1257: charmap.Windows1257,
	iso8859_2:   charmap.ISO8859_2,
}

// tongues are the letters beyond ASCII of languages, each below the charset that its files
// come in. What the charset of western Europe explains as well is left to it.
var tongues = []struct{ charset, letters string }{
	{windows1252, "äöüß"},
	{windows1252, "àâæçéèêëîïôœùûüÿ"},
	{windows1252, "áéíñóúüçºª¿¡"},
	{windows1252, "áàâãçéêíóôõúüºª"},
	{windows1252, "àèéìíòóùúºª"},
	{windows1252, "àéèïíòóúüç·"},
	{windows1252, "äåöéü"},
	{windows1252, "æøåéäö"},
	{windows1252, "ëïéèöüáóí"},
	{windows1250, "áčďéěíňóřšťúůýž"},
	{windows1250, "áäčďéíĺľňóôŕšťúýž"},
	{windows1250, "ąćęłńóśźż"},
	{windows1250, "áéíóöőúüű"},
	{windows1250, "ăâîşţ"},
	{windows1250, "čćđšž"},
	{iso8859_2, "áčďéěíňóřšťúůýž"},
	{iso8859_2, "ąćęłńóśźż"},
	{iso8859_2, "čćđšž"},
	{windows1254, "âçğıîöşûüİ"},
	{windows1252, "áæéíðóöúýþ"}, // of Iceland, which keeps them where Turkey has others
	{windows1257, "ąčęėįšųūž"},
	{windows1257, "āčēģīķļņšūž"},
}

// tongue tells charsets of one byte and of Latin letters apart: the one of the language that
// has the most of the letters beyond ASCII, where it has nearly all of them.
func tongue(b []byte) string {
	var counts [256]int // of bytes in words
	for i, c := range b {
		if c >= 0x80 && (letter(b, i-1) || letter(b, i+1)) { // the sign of a currency is in none
			counts[c]++
		}
	}
	best, most := windows1252, 0
	for _, t := range tongues {
		hits, letters := 0, 0
		for c, n := range counts {
			if n == 0 {
				continue
			}
			r := single[t.charset].DecodeByte(byte(c))
			if unicode.IsLetter(r) || unicode.IsLetter(charmap.Windows1252.DecodeByte(byte(c))) {
				letters += n
			}
			if strings.ContainsRune(t.letters, r) || strings.ContainsRune(t.letters, unicode.ToLower(r)) {
				hits += n
			}
		}
		if hits > most && (t.charset == windows1252 || hits >= 3 && hits*10 >= letters*9) {
			best, most = t.charset, hits
		}
	}
	return best
}

func letter(b []byte, i int) bool {
	return i >= 0 && i < len(b) && (b[i] >= 0x80 || b[i]|0x20 >= 'a' && b[i]|0x20 <= 'z')
}
