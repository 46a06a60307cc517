package sheet

import (
	"bytes"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha1"
	"encoding/binary"
	"unicode/utf16"
)

// Records that an encrypted legacy workbook keeps in the clear, [MS-XLS] 2.2.10.
var clearRecords = map[int]bool{recBOF: true, recFilePass: true, 0x0194: true, 0x0195: true, 0x00E1: true, 0x0196: true, 0x0138: true}

// rc4Block is after how many bytes of the stream the key changes.
const rc4Block = 1024

// unlock decrypts a workbook stream in place by the FILEPASS record that it has:
// RC4 with MD5 (Excel 97) or with SHA-1 (CryptoAPI, Excel 2002 and later), as in
// [MS-OFFCRYPTO] 2.3.5 and 2.3.6.
func (b *biffBook) unlock(pass []byte, password string) error {
	locked := &Error{Rule: "xls-encrypted", Msg: "the legacy workbook is protected by a password", Hint: "give it with --password-file, or save the workbook without one"}
	var key func(password string, block uint32) []byte
	var verifier, hash []byte
	switch {
	case len(pass) >= 54 && pass[0] == 1 && pass[2] == 1:
		salt := pass[6:22]
		verifier, hash = pass[22:38], pass[38:54]
		key = func(password string, block uint32) []byte { return keyMD5(password, salt, block) }
	case len(pass) >= 14 && pass[0] == 1 && pass[2] >= 2 && pass[2] <= 4:
		size := int(binary.LittleEndian.Uint32(pass[10:]))
		if size < 20 || size > len(pass) || len(pass) < 14+size+4+16+16+4+20 {
			return biffError("workbook", "the record of its encryption is damaged")
		}
		bits := int(binary.LittleEndian.Uint32(pass[14+16:]))
		rest := pass[14+size+4:]
		salt := rest[:16]
		verifier, hash = rest[16:32], rest[36:56]
		key = func(password string, block uint32) []byte { return keySHA1(password, salt, bits, block) }
	default:
		return &Error{Rule: "xls-encryption", Msg: "the legacy workbook is protected in a way that cannot be read", Hint: "save it as .xlsx, or without a password"}
	}
	if !opens(key(publicPassword, 0), verifier, hash) {
		if password == "" {
			return locked
		}
		if !opens(key(password, 0), verifier, hash) {
			return &Error{Rule: "wrong-password", Msg: "the password does not open the workbook", Hint: "check the file given with --password-file"}
		}
	} else {
		password = publicPassword
	}
	stream := &keyStream{key: func(block uint32) []byte { return key(password, block) }}
	for at := 0; ; {
		typ, data, next, ok := b.record(at)
		if !ok {
			return nil
		}
		switch {
		case clearRecords[typ]:
		case typ == recBoundSheet && len(data) > 4: // where the sheet begins is in the clear
			stream.apply(data[4:], at+8)
		default:
			stream.apply(data, at+4)
		}
		at = next
	}
}

// opens reports whether a key is right: the verifier's hash is stored beside it.
func opens(key, verifier, hash []byte) bool {
	c, err := rc4.NewCipher(key)
	if err != nil {
		return false
	}
	plain, want := make([]byte, len(verifier)), make([]byte, len(hash))
	c.XORKeyStream(plain, verifier)
	c.XORKeyStream(want, hash)
	if len(hash) == md5.Size {
		sum := md5.Sum(plain)
		return bytes.Equal(sum[:], want)
	}
	sum := sha1.Sum(plain)
	return bytes.Equal(sum[:], want)
}

func utf16Bytes(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

func keyMD5(password string, salt []byte, block uint32) []byte {
	h := md5.Sum(utf16Bytes(password))
	h = md5.Sum(bytes.Repeat(append(h[:5:5], salt...), 16))
	h = md5.Sum(binary.LittleEndian.AppendUint32(h[:5:5], block))
	return h[:]
}

func keySHA1(password string, salt []byte, bits int, block uint32) []byte {
	h := sha1.Sum(append(bytes.Clone(salt), utf16Bytes(password)...))
	h = sha1.Sum(binary.LittleEndian.AppendUint32(h[:], block))
	n := bits / 8
	if bits <= 40 || n > 16 { // 40 bits are padded with zeros
		return append(h[:5:5], make([]byte, 11)...)
	}
	return h[:n]
}

// keyStream is the stream of key bytes at any offset of the file's stream.
type keyStream struct {
	key   func(block uint32) []byte
	block int // the one that bytes belong to, -1 at first
	bytes [rc4Block]byte
	ready bool
}

// apply decrypts data that stands at an offset of the stream.
func (k *keyStream) apply(data []byte, at int) {
	for i := range data {
		if block := (at + i) / rc4Block; !k.ready || block != k.block {
			k.block, k.ready = block, true
			clear(k.bytes[:])
			if c, err := rc4.NewCipher(k.key(uint32(block))); err == nil {
				c.XORKeyStream(k.bytes[:], k.bytes[:])
			}
		}
		data[i] ^= k.bytes[(at+i)%rc4Block]
	}
}
