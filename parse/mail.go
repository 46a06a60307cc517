package parse

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"path"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// isMail recognises a stored mail, or a page with all that belongs to it.
func isMail(head []byte) bool {
	if !bytes.Contains(bytes.ToLower(head), []byte("mime-version:")) {
		return false
	}
	m, err := mail.ReadMessage(bytes.NewReader(head))
	return err == nil && m.Header.Get("MIME-Version") != "" && m.Header.Get("Content-Type") != ""
}

// part is an attachment of a mail, or a text of it, decoded.
type part struct {
	name string // "" for a text
	kind string // text/html
	data []byte
	err  error // why that is not all
}

// mailed unpacks the attachments of a mail, or where it has none, its text: with a table, if it
// is written in several ways.
func mailed(r io.Reader, in content, b *budget, stored *counter, each func(content) error) error {
	m, err := mail.ReadMessage(io.LimitReader(r, maxHeld))
	if err != nil {
		return readError(in, err)
	}
	var parts []part
	damage := mailParts(&parts, textproto.MIMEHeader(m.Header), m.Body, 0)
	if damage != nil {
		damage = readError(in, damage)
	}
	var files []part
	var body *part
	for i, p := range parts {
		switch {
		case p.name != "":
			files = append(files, p)
		case body == nil, p.table() && !body.table():
			body = &parts[i]
		}
	}
	mail := in.name
	switch {
	case len(files) == 0 && body != nil: // as far as it goes
		body.err = cmp.Or(body.err, damage)
	case damage != nil:
		files = append(files, part{name: "…", err: damage})
	}
	switch {
	case len(files) == 0 && body == nil:
		return &PackedError{Rule: "mail-empty", Err: errors.New("the mail has neither a text nor an attachment that could be a table or a log; ask for it anew")}
	case len(files) == 0:
		in.r = body.reader()
		return peel(in, b, stored, each)
	case body != nil && body.table():
		in.wrapping[len(in.wrapping)-1] = "mail (its attachments; the table in its text is not read)"
	}
	for _, f := range files {
		in.name, in.r = mail+"!"+f.name, f.reader()
		if err := peelMember(in, b, stored, each); err != nil {
			return err
		}
	}
	return nil
}

func (p *part) table() bool {
	return p.kind == "text/html" && bytes.Contains(bytes.ToLower(p.data), []byte("<table"))
}

func (p *part) reader() io.Reader {
	return io.MultiReader(bytes.NewReader(p.data), failing{cmp.Or(p.err, io.EOF)})
}

// mailParts adds the parts of a mail, or of a part of it. Pictures and signatures are left out.
func mailParts(to *[]part, h textproto.MIMEHeader, body io.Reader, depth int) error {
	kind, params, err := mime.ParseMediaType(cmp.Or(h.Get("Content-Type"), "text/plain"))
	if err != nil && kind == "" {
		kind = "text/plain"
	}
	switch strings.ToLower(h.Get("Content-Transfer-Encoding")) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	switch {
	case depth > maxDepth:
		return fmt.Errorf("parts within parts, more than %d times over", maxDepth)
	case strings.HasPrefix(kind, "multipart/"):
		list := multipart.NewReader(body, params["boundary"])
		for {
			p, err := list.NextRawPart()
			if err == io.EOF {
				return nil
			} else if err != nil {
				return err
			}
			if err := mailParts(to, p.Header, p, depth+1); err != nil {
				return err
			}
		}
	case kind == "message/rfc822": // forwarded
		m, err := mail.ReadMessage(body)
		if err != nil {
			return err
		}
		return mailParts(to, textproto.MIMEHeader(m.Header), m.Body, depth+1)
	case strings.HasPrefix(kind, "image/"), strings.HasSuffix(kind, "-signature"):
		return nil
	}
	_, how, _ := mime.ParseMediaType(h.Get("Content-Disposition"))
	name := path.Base(strings.ReplaceAll(mailWord(cmp.Or(how["filename"], params["name"])), `\`, "/"))
	if name == "." || name == "/" {
		if name = ""; !strings.HasPrefix(kind, "text/") {
			name = fmt.Sprintf("part %d", len(*to)+1)
		}
	}
	p := part{name: name, kind: kind}
	if p.data, p.err = io.ReadAll(body); p.err != nil {
		p.err = readError(content{wrapping: []string{"mail"}}, p.err)
	}
	*to = append(*to, p)
	return nil
}

// mailWord decodes a name that is no ASCII.
func mailWord(s string) string {
	d := mime.WordDecoder{CharsetReader: func(charset string, r io.Reader) (io.Reader, error) {
		if !strings.HasPrefix(strings.ToLower(charset), "gb") {
			return nil, errors.New(charset)
		}
		return simplifiedchinese.GB18030.NewDecoder().Reader(r), nil
	}}
	if word, err := d.DecodeHeader(s); err == nil {
		s = word
	}
	return readable(s)
}
