package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/richardlehane/mscfb"
)

// openOLE opens a compound file: a legacy .xls or an encrypted workbook.
func openOLE(in Input) (*Book, error) {
	at, size, err := randomAccess(in)
	if err != nil {
		return nil, err
	}
	streams, err := oleStreams(at)
	if err != nil {
		return nil, &Error{Rule: "ole-damaged", Msg: "the compound file is cut off or damaged", Err: err, Hint: "copy or export the file again"}
	}
	if streams["EncryptedPackage"] != nil {
		return openEncrypted(in, streams, size)
	}
	book := streams["Workbook"]
	if book == nil {
		book = streams["Book"] // Excel 95
	}
	if book == nil {
		return nil, &Error{Rule: "ole-no-workbook", Msg: "the compound file holds no workbook; it may be a document or a message", Hint: "export the table as .xlsx or .csv"}
	}
	if size > MaxBuffered {
		return nil, &Error{Rule: "too-large", Msg: fmt.Sprintf("a legacy workbook of more than %d MiB cannot be read", MaxBuffered>>20), Hint: "save it as .xlsx"}
	}
	data, err := oleRead(book, size)
	if err != nil {
		return nil, &Error{Rule: "ole-damaged", Msg: "the compound file is cut off or damaged", Err: err, Hint: "copy or export the file again"}
	}
	return openBIFF(data, in.Password)
}

// oleRead reads a stream, which is never longer than its file.
func oleRead(f *mscfb.File, size int64) (data []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	return io.ReadAll(io.LimitReader(f, min(f.Size, size)))
}

// oleStreams lists the streams of a compound file by name. The library panics
// on some damaged directories; that is an error here.
func oleStreams(at io.ReaderAt) (streams map[string]*mscfb.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	doc, err := mscfb.New(at)
	if err != nil {
		return nil, err
	}
	streams = map[string]*mscfb.File{}
	for _, f := range doc.File {
		if _, dup := streams[f.Name]; !dup {
			streams[f.Name] = f
		}
	}
	return streams, nil
}

// publicPassword is the one that spreadsheet programs use, and open without
// asking, for workbooks that are only protected against changes [MS-OFFCRYPTO].
const publicPassword = "VelvetSweatshop"

// openEncrypted decrypts an Office Open XML workbook (MS-OFFCRYPTO) in memory.
func openEncrypted(in Input, streams map[string]*mscfb.File, size int64) (*Book, error) {
	if size > MaxBuffered {
		return nil, &Error{Rule: "too-large", Msg: fmt.Sprintf("an encrypted workbook of more than %d MiB cannot be read", MaxBuffered>>20), Hint: "save it without a password"}
	}
	damaged := func(err error) error {
		return &Error{Rule: "encryption-lost", Msg: "the encrypted workbook cannot be read", Err: err, Hint: "copy or export the file again, or save the workbook without a password"}
	}
	if streams["EncryptionInfo"] == nil {
		return nil, damaged(errors.New("it does not say how it is encrypted"))
	}
	info, err := oleRead(streams["EncryptionInfo"], size)
	if err != nil {
		return nil, damaged(err)
	}
	data, err := oleRead(streams["EncryptedPackage"], size)
	if err != nil {
		return nil, damaged(err)
	}
	plain, err := decryptOOXML(info, data, publicPassword)
	public := err == nil
	if err == errPassword {
		if in.Password == "" {
			return nil, &Error{Rule: "encrypted", Msg: "the workbook is protected by a password", Hint: "give it with --password-file, or save the workbook without one"}
		}
		plain, err = decryptOOXML(info, data, in.Password)
	}
	if err == errPassword {
		return nil, &Error{Rule: "wrong-password", Msg: "the password does not open the workbook", Hint: "check the file given with --password-file"}
	}
	if err == nil && !IsZip(plain) {
		err = errors.New("what it holds is no workbook")
	}
	if err != nil {
		return nil, damaged(err)
	}
	in.At, in.Size, in.Head = bytes.NewReader(plain), int64(len(plain)), plain[:min(len(plain), 4096)]
	b, err := openXLSX(in)
	if err == nil && !public {
		b.notes = append(b.notes, "the workbook was decrypted with the given password")
	}
	return b, err
}
