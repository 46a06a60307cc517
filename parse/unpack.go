package parse

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"compress/bzip2"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/poslog/poslog/parse/sheet"
)

// Bounds of what an input may unpack to. Whatever is packed in whatever, the
// bytes that come out of one input may be minInflate, or maxRatio times the
// stored size, whichever is more; a log compresses 20 to 100 times.
const (
	minInflate = 64 << 20
	maxRatio   = 500
	maxDepth   = 4
	maxMembers = 10_000

	headSize = 64 << 10
)

// maxHeld bounds what has to be held in memory at once: an archive inside
// another file, or a workbook that does not come as a plain file.
var maxHeld int64 = 256 << 20

// utf16 is the name of that charset among the wrappings.
const utf16 = "UTF-16"

// bomb is the error of an input that unpacks to more than it may.
type bomb struct{ limit int64 }

func (b bomb) Error() string {
	return fmt.Sprintf("it unpacks to more than %d MiB, which no log does at its size (limit: %d MiB or %d times the stored bytes); unpack it yourself if that is meant",
		b.limit>>20, int64(minInflate)>>20, maxRatio)
}

// budget counts the bytes that unpacking has produced from one input.
type budget struct{ left, limit int64 }

func newBudget(stored int64) *budget {
	n := int64(minInflate)
	if stored > n/maxRatio {
		n = stored * maxRatio
	}
	return &budget{n, n}
}

// meter charges what is read to the budget. On an input of unknown size the
// limit grows with the stored bytes that were read.
type meter struct {
	r      io.Reader
	b      *budget
	stored *counter
	kind   string
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.b.left -= int64(n)
	if m.b.left < 0 {
		if m.stored != nil && m.stored.n*maxRatio > m.b.limit {
			more := m.stored.n*maxRatio - m.b.limit
			m.b.limit += more
			m.b.left += more
		}
		if m.b.left < 0 {
			return 0, bomb{m.b.limit}
		}
	}
	if err != nil && err != io.EOF { // io.ErrUnexpectedEOF bare is what io.ReadFull says of an input that merely ends
		err = readError(content{wrapping: []string{m.kind}}, err)
	}
	return n, err
}

// counter counts what passes, and stops when the context ends.
type counter struct {
	ctx context.Context
	r   io.Reader
	n   int64
}

func (c *counter) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// content is one file with its wrapping off.
type content struct {
	name     string
	modified time.Time
	head     []byte
	r        io.Reader
	at       io.ReaderAt // nil where r is all there is
	size     int64
	wrapping []string // "gzip", "zip" ..., outermost first
	damage   error    // why the head is all that could be unpacked
	late     bool     // the head is of lines further down
}

// within is what stands inside a wrapping of c, as r has it.
func (c content) within(wrapping string, r io.Reader) content {
	c.wrapping = append(slices.Clone(c.wrapping), wrapping)
	c.r, c.at, c.size = r, nil, -1
	return c
}

// unpack calls each with every file inside the stored bytes, in order of their
// names. at is nil where the bytes cannot be read at random.
func unpack(ctx context.Context, name string, r io.Reader, at io.ReaderAt, size int64, mod time.Time, b *budget, each func(content) error) error {
	c := &counter{ctx: ctx, r: r}
	return peel(content{name: name, modified: mod, r: c, at: at, size: size}, b, c, each)
}

func peel(c content, b *budget, stored *counter, each func(content) error) error {
	br := bufio.NewReaderSize(c.r, headSize)
	head, err := br.Peek(headSize)
	if err != nil && err != io.EOF {
		err = readError(c, err)
		var cut *PackedError
		if !errors.As(err, &cut) || len(head) == 0 {
			return err
		}
		// What could be unpacked is read; the error stands behind it.
		c.damage = err
		head = bytes.Clone(head)
		br = bufio.NewReaderSize(io.MultiReader(bytes.NewReader(head), failing{err}), headSize)
	}
	kind := wrapping(head)
	if kind == "" && (bytes.HasPrefix(head, []byte{0xFF, 0xFE}) || bytes.HasPrefix(head, []byte{0xFE, 0xFF})) && !slices.Contains(c.wrapping, utf16) {
		// What Windows programs save as "Unicode text".
		return peel(c.within(utf16, transform.NewReader(br, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())), b, stored, each)
	}
	if order, ok := bareUTF16(head); kind == "" && ok && !slices.Contains(c.wrapping, utf16) {
		return peel(c.within(utf16, transform.NewReader(br, unicode.UTF16(order, unicode.IgnoreBOM).NewDecoder())), b, stored, each)
	}
	bare := bytes.TrimPrefix(head, []byte("\ufeff"))
	for _, dress := range dresses {
		if kind == "" && !slices.Contains(c.wrapping, dress.name) && dress.worn(bare) {
			_, _ = br.Discard(len(head) - len(bare))
			return peel(c.within(dress.name, dress.off(br)), b, stored, each)
		}
	}
	if kind == "" {
		c.head, c.r = bytes.Clone(head), br
		if c.at == nil && (bytes.HasPrefix(head, magicOLE) || isWorkbook(head)) {
			if err := hold(&c); err != nil {
				return err
			}
		} else if len(c.wrapping) > 0 {
			a := readAhead(br)
			defer a.Close()
			c.r = a
		}
		return each(c)
	}
	if len(c.wrapping) >= maxDepth {
		return &PackedError{Rule: "packed-deep", Err: fmt.Errorf("it is packed more than %d times over (%s); unpack it yourself if that is meant", maxDepth, strings.Join(c.wrapping, " in "))}
	}
	inner := c.within(kind, nil)
	switch kind {
	case "gzip":
		z, err := gzip.NewReader(br)
		if err != nil {
			return readError(c, err)
		}
		defer z.Close()
		inner.r = &meter{z, b, stored, kind}
	case "zstd":
		z, err := zstd.NewReader(br, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
		if err != nil {
			return readError(c, err)
		}
		defer z.Close()
		inner.r = &meter{z, b, stored, kind}
	case "bzip2":
		inner.r = &meter{bzip2.NewReader(br), b, stored, kind}
	case "zip":
		c.r = br
		return members(c, inner, head, b, stored, each)
	case "tar":
		return tarred(tar.NewReader(br), inner, b, stored, each)
	case "mail":
		return mailed(br, inner, b, stored, each)
	}
	return peel(inner, b, stored, each)
}

// bareUTF16 recognises UTF-16 without a mark: every other byte of its digits and
// separators is zero, and it decodes to text.
func bareUTF16(head []byte) (order unicode.Endianness, ok bool) {
	head = head[:min(len(head), 4<<10)&^1]
	if len(head) < 32 {
		return order, false
	}
	var zeros [2]int
	for i, c := range head {
		if c == 0 {
			zeros[i%2]++
		}
	}
	order = unicode.LittleEndian
	switch q := len(head) / 8; {
	case zeros[1] > q && zeros[0] < zeros[1]/8:
	case zeros[0] > q && zeros[1] < zeros[0]/8:
		order = unicode.BigEndian
	default:
		return order, false
	}
	text, err := unicode.UTF16(order, unicode.IgnoreBOM).NewDecoder().Bytes(head)
	if err != nil {
		return order, false
	}
	odd := 0
	for _, r := range string(text) {
		if r < ' ' && r != '\t' && r != '\r' && r != '\n' || r == utf8.RuneError || r >= 0xE000 && r < 0xF900 {
			odd++
		}
	}
	return order, odd*100 < len(text)
}

// endsInCR recognises text whose lines end in CR alone, as old Macs and some
// terminals write it.
func endsInCR(head []byte) bool {
	n := 0
	for _, c := range head {
		switch {
		case c == '\r':
			n++
		case c < ' ' && c != '\t':
			return false // LF, or no text
		}
	}
	return n > 1 || n == 1 && len(head) < headSize && head[len(head)-1] != '\r'
}

// lineEnds makes LF of CR.
type lineEnds struct{ r io.Reader }

func (l lineEnds) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for i, c := range p[:n] {
		if c == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// coloured recognises text with the marks by which terminals colour it: ESC [ 31 m.
func coloured(head []byte) bool {
	return bytes.Contains(head, []byte("\x1b[")) && bytes.IndexByte(head, 0) < 0
}

// uncoloured takes the marks out. What begins like one and is none stays.
type uncoloured struct {
	r    io.Reader
	in   []byte // memory to read into
	buf  []byte // what was read, without marks
	out  []byte // what of it was not handed on yet
	mark []byte // the mark at hand
	err  error
}

// maxMark bounds a mark.
const maxMark = 20

func (u *uncoloured) Read(p []byte) (int, error) {
	for tries := 0; len(u.out) == 0; tries++ {
		if u.err != nil || tries > 100 {
			return 0, cmp.Or(u.err, io.ErrNoProgress)
		}
		if u.in == nil {
			u.in = make([]byte, 32<<10)
		}
		var n int
		n, u.err = u.r.Read(u.in)
		u.buf = u.strip(u.buf[:0], u.in[:n])
		u.out = u.buf
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

func (u *uncoloured) strip(out, in []byte) []byte {
	for _, c := range in {
		n := len(u.mark)
		switch {
		case n >= 2 && (c == 'm' || c == 'K' || c == 't'): // t is for the printer of an ATM
			u.mark = u.mark[:0]
			continue
		case n == 0 && c == 0x1B, n == 1 && c == '[', n >= 2 && n < maxMark && (c >= '0' && c <= '9' || c == ';'):
			u.mark = append(u.mark, c)
			continue
		}
		out = append(out, u.mark...)
		if u.mark = u.mark[:0]; c == 0x1B {
			u.mark = append(u.mark, c)
			continue
		}
		out = append(out, c)
	}
	if u.err != nil {
		out = append(out, u.mark...)
		u.mark = u.mark[:0]
	}
	return out
}

// members unpacks a zip archive.
func members(c, inner content, head []byte, b *budget, stored *counter, each func(content) error) error {
	if c.at == nil {
		if err := hold(&c); err != nil {
			return err
		}
	}
	z, err := zip.NewReader(c.at, c.size)
	if err != nil {
		return &PackedError{Rule: "archive-damaged", Err: fmt.Errorf("the zip archive is damaged or cut off (%w); copy or pack the files again", err)}
	}
	for _, m := range z.File {
		// A workbook is a zip too; its first bytes need not say so.
		if m.Name == "[Content_Types].xml" || strings.HasPrefix(m.Name, "xl/") {
			c.head, c.r = bytes.Clone(head), io.NewSectionReader(c.at, 0, c.size)
			return each(c)
		}
	}
	z.RegisterDecompressor(zip.Deflate, flate.NewReader)
	type member struct {
		name string
		*zip.File
	}
	var list []member
	for _, m := range z.File {
		name := memberName(m)
		if m.FileInfo().IsDir() || strings.HasPrefix(path.Base(name), ".") || strings.HasPrefix(name, "__MACOSX/") {
			continue
		}
		list = append(list, member{name, m})
	}
	switch {
	case len(list) == 0:
		return &PackedError{Rule: "archive-empty", Err: errors.New("the zip archive has no files in it; look into it and pack it again")}
	case len(list) > maxMembers:
		return &PackedError{Rule: "archive-many", Err: fmt.Errorf("the zip archive has %d files, more than %d; unpack it yourself if that is meant", len(list), maxMembers)}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].name < list[j].name })
	for _, m := range list {
		in := inner
		in.name, in.modified = c.name+"!"+m.name, m.Modified
		if m.Flags&1 != 0 {
			in.r = failing{&PackedError{Rule: "archive-password", Err: errors.New("this member of the zip archive has a password: unpack it yourself")}}
		} else if f, err := m.Open(); err != nil {
			in.r = failing{&PackedError{Rule: "archive-damaged", Err: fmt.Errorf("this member of the zip archive cannot be unpacked (%w); unpack it yourself or pack it again", err)}}
		} else {
			in.r = &meter{f, b, stored, "zip"}
			err := peelMember(in, b, stored, each)
			f.Close()
			if err != nil {
				return err
			}
			continue
		}
		if err := peelMember(in, b, stored, each); err != nil {
			return err
		}
	}
	return nil
}

// tarred unpacks a tar archive, in the order in which its files stand: read as one text they
// would be the rows of the first.
func tarred(z *tar.Reader, in content, b *budget, stored *counter, each func(content) error) error {
	archive, n := in.name, 0
	for entries := 1; ; entries++ {
		h, err := z.Next()
		switch {
		case entries > maxMembers && err == nil:
			return &PackedError{Rule: "archive-many", Err: fmt.Errorf("the tar archive has more than %d files and folders; unpack it yourself if that is meant", maxMembers)}
		case err == io.EOF && n == 0:
			return &PackedError{Rule: "archive-empty", Err: errors.New("the tar archive has no files in it; look into it and pack it again")}
		case err == io.EOF:
			return nil
		case err != nil:
			return &PackedError{Rule: "archive-damaged", Err: fmt.Errorf("the tar archive is damaged or cut off (%w); copy or pack the files again", err)}
		}
		name := readable(h.Name)
		if h.Typeflag != tar.TypeReg || strings.HasPrefix(path.Base(name), ".") {
			continue
		}
		n++
		in.name, in.modified, in.r = archive+"!"+name, h.ModTime, z
		if err := peelMember(in, b, stored, each); err != nil {
			return err
		}
	}
}

// peelMember makes an error of one member an input of its own that fails, so
// that the other members are read; a bomb ends the archive.
func peelMember(in content, b *budget, stored *counter, each func(content) error) error {
	err := peel(in, b, stored, each)
	var tooMuch bomb
	if err == nil || errors.As(err, &tooMuch) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	in.r = failing{err}
	return each(in)
}

// failing is a reader that has nothing but an error.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// memberName decodes names that Chinese tools write in GBK without saying so.
func memberName(m *zip.File) string {
	if m.NonUTF8 {
		return readable(m.Name)
	}
	return m.Name
}

func readable(name string) string {
	if utf8.ValidString(name) {
		return name
	}
	if s, err := simplifiedchinese.GB18030.NewDecoder().String(name); err == nil {
		return s
	}
	return strings.ToValidUTF8(name, "_")
}

// hold reads the rest of the content into memory for random access.
func hold(c *content) error {
	var h held
	n, err := io.Copy(&h, io.LimitReader(c.r, maxHeld+1))
	if err != nil {
		return readError(*c, err)
	}
	if n > maxHeld {
		return fmt.Errorf("it needs random access and has more than %d MiB; store it as a plain file", maxHeld>>20)
	}
	c.at, c.r, c.size = h, io.NewSectionReader(h, 0, n), n
	return nil
}

// held is bytes in blocks, so that what grows is never copied. All but the last are full.
type held [][]byte

const heldBlock = 1 << 20

func (h *held) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		last := len(*h) - 1
		if last < 0 || len((*h)[last]) == heldBlock {
			*h = append(*h, make([]byte, 0, heldBlock))
			continue
		}
		b := (*h)[last]
		k := min(len(p), heldBlock-len(b))
		(*h)[last], p = append(b, p[:k]...), p[k:]
	}
	return n, nil
}

func (h held) ReadAt(p []byte, at int64) (n int, err error) {
	for n < len(p) {
		i, from := int(at/heldBlock), int(at%heldBlock)
		if i >= len(h) || from >= len(h[i]) {
			return n, io.EOF
		}
		k := copy(p[n:], h[i][from:])
		n, at = n+k, at+int64(k)
	}
	return n, nil
}

var magicOLE = []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}

// wrapping names what the bytes are packed in, by their magic and never by the
// file's name; "" for nothing.
func wrapping(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte{0x1F, 0x8B, 0x08}):
		return "gzip"
	case bytes.HasPrefix(head, []byte{0x28, 0xB5, 0x2F, 0xFD}), len(head) >= 4 && head[0]&0xF0 == 0x50 && head[1] == 0x2A && head[2] == 0x4D && head[3] == 0x18:
		return "zstd"
	case len(head) > 10 && bytes.HasPrefix(head, []byte("BZh")) && head[3] >= '1' && head[3] <= '9' && bytes.Equal(head[4:10], []byte{0x31, 0x41, 0x59, 0x26, 0x53, 0x59}):
		return "bzip2"
	case (bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))) && !isWorkbook(head) && office(head) == "":
		return "zip"
	case len(head) > 262 && string(head[257:262]) == "ustar":
		return "tar"
	case isMail(head):
		return "mail"
	}
	return ""
}

// isWorkbook tells an Office Open XML file, or an OpenDocument spreadsheet, from other zip
// archives by its first member names.
func isWorkbook(head []byte) bool {
	return sheet.IsODS(head) || bytes.HasPrefix(head, []byte("PK\x03\x04")) &&
		(bytes.Contains(head, []byte("[Content_Types].xml")) || bytes.Contains(head, []byte("xl/")))
}

// office names documents that are zip archives and no Office Open XML: their parts are no
// inputs of their own.
func office(head []byte) string {
	switch mark := []byte("mimetypeapplication/"); {
	case !bytes.HasPrefix(head, []byte("PK\x03\x04")):
	case !isWorkbook(head) && bytes.Contains(head[:min(len(head), 128)], append(mark, "vnd.oasis.opendocument"...)):
		return "an OpenDocument text or presentation: ask for the export as CSV or Excel"
	case bytes.Contains(head, []byte("Index/Document.iwa")):
		return "a document of Apple Numbers, Pages or Keynote: export it as .xlsx or CSV"
	}
	return ""
}

// known names what a file is that no reader reads, for a better error.
func known(head []byte) string {
	for _, m := range []struct{ magic, what string }{
		{"\xFF\xD8\xFF", "a JPEG picture"}, {"\x89PNG", "a PNG picture"}, {"GIF8", "a GIF picture"}, {"%PDF", "a PDF document: ask for the export as CSV or Excel"},
		{"\x7FELF", "a program"}, {"MZ", "a Windows program"}, {"Rar!", "a RAR archive: unpack it"}, {"7z\xBC\xAF", "a 7-Zip archive: unpack it"},
		{"\xFD7zXZ", "an xz archive: unpack it"}, {"SQLite format 3", "an SQLite database"}, {"{\\rtf", "an RTF document"},
		{"PAR1", "a Parquet file: export it as CSV"}, {"Obj\x01", "an Avro file: export it as CSV"}, {"ORC\x11", "an ORC file: export it as CSV"},
	} {
		if bytes.HasPrefix(head, []byte(m.magic)) {
			return m.what
		}
	}
	return cmp.Or(office(head), statement(head), journal(head))
}

func readError(c content, err error) error {
	var tooMuch bomb
	var said *PackedError // it says everything itself
	if errors.As(err, &tooMuch) || errors.As(err, &said) || errors.Is(err, context.Canceled) || errors.Is(err, os.ErrClosed) {
		return err
	}
	if n := len(c.wrapping); n > 0 {
		return &PackedError{Rule: "packed-damaged", Err: fmt.Errorf("the %s data is damaged or cut off (%w); copy or compress the file again", c.wrapping[n-1], err)}
	}
	return err
}
