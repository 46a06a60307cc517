package sheet

import (
	"bytes"
	"slices"
	"strings"

	"github.com/poslog/poslog/internal/lazy"
)

// statements tell a dump of a database: INSERT INTO t (a, b) VALUES (1, 'x'), or COPY
// t (a, b) FROM stdin.
var statements = lazy.MustCompile("(?im)^\\s*(?:(?:insert(?: ignore)?(?: into)?|replace into) [`\"\\[\\w][^\\n(]{0,120}(?:\\([^)]+\\))?\\s*values\\s*\\(|copy [\"\\w][^\\n(]{0,120}\\([^)\\n]+\\) from stdin)")

// openSQL reads the rows that a dump would put into its tables: each table is a sheet.
func openSQL(in Input) (*Book, error) {
	b := &Book{Format: "sql"}
	doc, err := b.hold(in, "a dump of SQL statements", "export the table as .csv")
	if err != nil {
		return nil, err
	}
	s := sqlDump{doc: string(doc), columns: map[string][]Cell{}, notes: map[string][]string{}, tables: map[string]*memory{}, header: map[string][]Cell{}}
	for s.statement() {
	}
	for _, name := range s.names {
		b.Sheets = append(b.Sheets, s.tables[name].sheet(name))
	}
	if len(b.Sheets) == 0 { // statements in a remark
		b.Sheets = append(b.Sheets, (&memory{}).sheet(""))
	}
	return b, nil
}

// sqlDump is the state of [openSQL].
type sqlDump struct {
	doc     string
	at      int
	columns map[string][]Cell   // of the tables that the dump creates
	notes   map[string][]string // what it says of them
	names   []string            // of the tables that get rows, in their order
	tables  map[string]*memory
	header  map[string][]Cell // the columns above the last rows of a table
	back    token             // read again
}

// token is a word, a number, a text in quotes or a sign.
type token struct {
	text   string
	quoted bool // a text
	name   bool // a name in quotes
}

// next reads one token; it has no text at the end.
func (s *sqlDump) next() token {
	if t := s.back; !t.end() {
		s.back = token{}
		return t
	}
	for s.at < len(s.doc) {
		rest := s.doc[s.at:]
		switch c := rest[0]; {
		case c <= ' ':
			s.at++
		case strings.HasPrefix(rest, "--"), c == '#':
			s.skipTo("\n")
		case strings.HasPrefix(rest, "/*"):
			s.skipTo("*/")
		case c == '\'':
			return token{text: s.quoted('\'', true), quoted: true}
		case c == '`' || c == '"':
			return token{text: s.quoted(c, false), name: true}
		case c == '[':
			return token{text: s.quoted(']', false), name: true}
		case wordByte(c):
			n := 1
			for n < len(rest) && (wordByte(rest[n]) || rest[n] == '-' && (rest[n-1] == 'e' || rest[n-1] == 'E') && rest[0] <= '9') {
				n++
			}
			s.at += n
			if n < len(rest) && rest[n] == '\'' && (strings.EqualFold(rest[:n], "N") || strings.EqualFold(rest[:n], "E")) { // N'消费'
				return token{text: s.quoted('\'', true), quoted: true}
			}
			return token{text: rest[:n]}
		default:
			s.at++
			return token{text: rest[:1]}
		}
	}
	return token{}
}

func wordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$' || c == '.' || c >= 0x80
}

func (s *sqlDump) skipTo(end string) {
	if i := strings.Index(s.doc[s.at:], end); i >= 0 {
		s.at += i + len(end)
	} else {
		s.at = len(s.doc)
	}
}

// quoted reads what stands in quotes, in which a quote is written twice or, in a text,
// behind a backslash.
func (s *sqlDump) quoted(end byte, escapes bool) string {
	var b strings.Builder
	i := s.at + 1
	for ; i < len(s.doc); i++ {
		c := s.doc[i]
		switch {
		case c == '\\' && escapes && i+1 < len(s.doc):
			i++
			switch s.doc[i] {
			case 'n', 'r', 't':
				b.WriteByte(' ')
			default:
				b.WriteByte(s.doc[i])
			}
			continue
		case c == end && i+1 < len(s.doc) && s.doc[i+1] == end:
			i++
		case c == end:
			s.at = i + 1
			return b.String()
		}
		b.WriteByte(c)
	}
	s.at = len(s.doc)
	return b.String()
}

// is reports whether a token is a word, or a sign, of the language.
func (t token) is(word string) bool { return !t.quoted && !t.name && strings.EqualFold(t.text, word) }

func (t token) end() bool { return t.text == "" && !t.quoted && !t.name }

// statement reads one statement; false at the end. Not everybody ends them by semicolons.
func (s *sqlDump) statement() bool {
	for t := s.next(); ; t = s.next() {
		switch {
		case t.end():
			return false
		case t.is("create"):
			if s.next().is("table") {
				s.create()
			}
		case t.is("insert"), t.is("replace"):
			s.insert()
		case t.is("copy"):
			s.copy()
		case t.is("comment"):
			s.comment()
		default:
			continue
		}
		return true
	}
}

// table reads the name of a table, without its schema, and the token behind it.
func (s *sqlDump) table() (string, token) {
	t := s.next()
	for t.is("into") || t.is("ignore") || t.is("if") || t.is("not") || t.is("exists") {
		t = s.next()
	}
	name := t.text
	after := s.next()
	for after.is(".") {
		name = s.next().text
		after = s.next()
	}
	if i := strings.LastIndexByte(name, '.'); i >= 0 && i+1 < len(name) {
		name = name[i+1:]
	} else if strings.HasSuffix(name, ".") {
		name = after.text
		after = s.next()
	}
	return name, after
}

// create takes the names of columns from a definition of a table.
func (s *sqlDump) create() {
	name, t := s.table()
	if !t.is("(") {
		return
	}
	var list []Cell
	var notes []string
	depth, first, comment := 1, true, false
	for depth > 0 {
		t = s.next()
		if comment = comment && t.quoted; comment && len(list) > 0 && depth == 1 {
			notes = append(notes, make([]string, len(list)-len(notes))...)
			notes[len(list)-1] = t.text
		}
		comment = t.is("comment")
		switch {
		case t.end():
			return
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case t.is(",") && depth == 1:
			first = true
			continue
		}
		if first && depth == 1 && !t.quoted && len(list) < MaxCols {
			switch strings.ToUpper(t.text) {
			case "PRIMARY", "KEY", "UNIQUE", "CONSTRAINT", "INDEX", "FULLTEXT", "FOREIGN", "CHECK":
				if t.name {
					list = append(list, Cell{Text: t.text})
				}
			default:
				list = append(list, Cell{Text: t.text})
			}
		}
		first = false
	}
	s.columns[name] = list
	if notes != nil {
		s.notes[name] = append(notes, make([]string, len(list)-len(notes))...)
	}
}

// comment takes what stands outside of the definition: COMMENT ON COLUMN pos.txn.je IS '交易金额'.
func (s *sqlDump) comment() {
	var path []string
	t := s.next()
	for ; !t.end() && !t.is("is") && !t.is(";"); t = s.next() {
		if t.name || !t.is(".") {
			path = append(path, strings.Split(t.text, ".")...)
		}
	}
	if text := s.next(); !t.is("is") || !text.quoted {
		s.back = text
	} else if n := len(path); n > 3 && strings.EqualFold(path[1], "column") {
		table := path[n-2]
		if k := slices.IndexFunc(s.columns[table], func(c Cell) bool { return c.Text == path[n-1] }); k >= 0 {
			if s.notes[table] == nil {
				s.notes[table] = make([]string, len(s.columns[table]))
			}
			s.notes[table][k] = text.text
		}
	}
}

// list reads the columns in brackets, of which the first bracket was read.
func (s *sqlDump) list() (list []Cell) {
	for {
		switch t := s.next(); {
		case t.is(")"), t.end():
			return list
		case !t.is(",") && len(list) < MaxCols:
			list = append(list, Cell{Text: t.text})
		}
	}
}

// into begins the rows of a table: its names stand above them, where they are known and
// no longer the same.
func (s *sqlDump) into(name string, columns []Cell) *memory {
	m := s.tables[name]
	if m == nil {
		m = &memory{}
		s.tables[name], s.names = m, append(s.names, name)
	}
	if len(columns) > 0 && !sameColumns(columns, s.header[name]) {
		s.header[name] = columns
		if m.add(columns); len(m.rows) == 1 {
			m.notes = [][]string{s.notesOf(name, columns)}
		}
	}
	return m
}

// sameColumns compares the columns of two statements, which often are those of one definition.
func sameColumns(a, b []Cell) bool {
	return len(a) == len(b) && (&a[0] == &b[0] || slices.Equal(a, b))
}

func (s *sqlDump) insert() {
	name, t := s.table()
	columns := s.columns[name]
	if t.is("(") {
		columns = s.list()
		t = s.next()
	}
	if !t.is("values") {
		s.back = t
		return
	}
	m := s.into(name, columns)
	for t = s.next(); t.is("("); t = s.next() {
		m.add(s.values())
		if t = s.next(); !t.is(",") {
			break
		}
	}
	s.back = t
}

// notesOf is what the definition of a table says of columns, nil where it says nothing.
func (s *sqlDump) notesOf(name string, columns []Cell) (list []string) {
	notes := s.notes[name]
	for i, c := range columns {
		if k := slices.Index(s.columns[name], c); k >= 0 && k < len(notes) && notes[k] != "" {
			list = append(list, make([]string, i-len(list))...)
			list = append(list, notes[k])
		}
	}
	return list
}

// values reads the values of a row up to its last bracket. Of a call and of a conversion,
// the first value counts: CAST(12.30 AS decimal(18,2)); a date is brought into the usual
// order.
func (s *sqlDump) values() (row []Cell) {
	var cell Cell
	var given []token // of the value at hand
	end := func() {
		cell = Cell{}
		switch {
		case len(given) == 0:
		case len(given) == 1 && given[0].is("null"):
		case len(given) == 1:
			cell.Text = given[0].text
		case given[0].is("-"):
			cell.Text = "-" + given[1].text
		case len(given) >= 3 && len(given[0].text) > 3 && strings.HasPrefix(strings.ToLower(given[0].text), "to_") && given[2].quoted:
			cell.Text = given[1].text
			if given[1].quoted {
				cell.Text = inOrder(given[1].text, given[2].text)
			}
		case len(given) > 2 && given[1].is("-"):
			cell.Text = "-" + given[2].text
		default:
			cell.Text = given[1].text
		}
		row, given = append(row, cell), given[:0]
	}
	for depth := 1; ; {
		t := s.next()
		switch {
		case t.end():
			end()
			return row
		case t.is("("):
			depth++
			continue
		case t.is(")"):
			if depth--; depth == 0 {
				end()
				return row
			}
			continue
		case t.is(","):
			if depth == 1 {
				end()
			}
			continue
		}
		given = append(given, t)
	}
}

// inOrder brings a date that was written in the order of a format (dd-mm-yyyy hh24:mi:ss)
// into the usual one. What it does not know stays as it is.
func inOrder(value, format string) string {
	parts := map[string]string{}
	f := strings.ToLower(format)
	for i := 0; f != ""; {
		word := ""
		for _, w := range [...]string{"yyyy", "rrrr", "hh24", "mm", "mi", "dd", "ss"} {
			if strings.HasPrefix(f, w) {
				word = w
				break
			}
		}
		if word == "" {
			if f[0] >= 'a' && f[0] <= 'z' {
				break
			}
			f = f[1:]
			if i < len(value) && (value[i] < '0' || value[i] > '9') {
				i++
			}
			continue
		}
		f = f[len(word):]
		from, width := i, 2
		if word == "yyyy" || word == "rrrr" {
			word, width = "yyyy", 4
		}
		for i < len(value) && i-from < width && value[i] >= '0' && value[i] <= '9' {
			i++
		}
		parts[word] = value[from:i]
		if len(parts[word]) == 1 {
			parts[word] = "0" + parts[word]
		}
	}
	if len(parts["yyyy"]) != 4 || parts["mm"] == "" || parts["dd"] == "" {
		return value
	}
	out := parts["yyyy"] + "-" + parts["mm"] + "-" + parts["dd"]
	if parts["hh24"] != "" && parts["mi"] != "" {
		out += " " + parts["hh24"] + ":" + parts["mi"]
		if parts["ss"] != "" {
			out += ":" + parts["ss"]
		}
	}
	return out
}

// copy reads the rows below COPY t (a, b) FROM stdin; they end at \. and their values are
// kept apart by TABs.
func (s *sqlDump) copy() {
	name, t := s.table()
	if !t.is("(") {
		return
	}
	columns := s.list()
	s.skipTo("\n")
	m := s.into(name, columns)
	for s.at < len(s.doc) {
		row, _, _ := strings.Cut(s.doc[s.at:], "\n")
		s.at = min(s.at+len(row)+1, len(s.doc))
		if row = strings.TrimSuffix(row, "\r"); row == `\.` {
			return
		}
		var cells []Cell
		for v := range strings.SplitSeq(row, "\t") {
			if v == `\N` {
				v = ""
			}
			cells = append(cells, Cell{Text: v})
		}
		m.add(cells)
	}
}

// isSQL reports whether text is a dump of a database.
func isSQL(head []byte) bool {
	return (bytes.Contains(head, []byte("INTO")) || bytes.Contains(head, []byte("nto ")) || bytes.Contains(head, []byte("INSERT")) || bytes.Contains(head, []byte("COPY "))) && statements.FindSubmatch(head) != nil
}
