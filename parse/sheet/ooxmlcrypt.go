package sheet

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"strconv"
	"unicode/utf16"
)

// errPassword is a password that does not open the workbook.
var errPassword = errors.New("the check of the password fails")

// maxSpins bounds how often a file may have a password hashed (MS-OFFCRYPTO 2.3.4.10).
const maxSpins = 10_000_000

// decryptOOXML opens an encrypted workbook [MS-OFFCRYPTO] by the contents of its
// two streams. The error is errPassword where all is sound but the password.
func decryptOOXML(info, data []byte, password string) ([]byte, error) {
	if len(info) < 8 || len(data) < 8 {
		return nil, errors.New("a stream is cut off")
	}
	size := binary.LittleEndian.Uint64(data)
	data = data[8:]
	major, minor := binary.LittleEndian.Uint16(info), binary.LittleEndian.Uint16(info[2:])
	var plain []byte
	var err error
	switch {
	case major == 4 && minor == 4:
		plain, err = decryptAgile(info[8:], data, password)
	case minor == 2 && major >= 2 && major <= 4:
		plain, err = decryptStandard(info[8:], data, password)
	default:
		err = fmt.Errorf("encryption of version %d.%d is not known", major, minor)
	}
	if err != nil {
		return nil, err
	}
	if size > uint64(len(plain)) {
		return nil, errors.New("the content is cut off")
	}
	return plain[:size], nil
}

// spin hashes a password many times.
func spin(h hash.Hash, salt []byte, password string, times uint32) []byte {
	h.Reset()
	h.Write(salt)
	for _, u := range utf16.Encode([]rune(password)) {
		h.Write([]byte{byte(u), byte(u >> 8)})
	}
	sum := h.Sum(nil)
	var count [4]byte
	for i := range times {
		h.Reset()
		binary.LittleEndian.PutUint32(count[:], i)
		h.Write(count[:])
		h.Write(sum)
		sum = h.Sum(sum[:0])
	}
	return sum
}

func digest(h hash.Hash, parts ...[]byte) []byte {
	h.Reset()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// decryptStandard is encryption by AES in ECB mode with keys of SHA-1 (2.3.4.5).
func decryptStandard(info, data []byte, password string) ([]byte, error) {
	if len(info) < 4 {
		return nil, errors.New("the description of the key is cut off")
	}
	n := int(binary.LittleEndian.Uint32(info))
	if info = info[4:]; n < 32 || n > len(info) || len(info)-n < 4+16+16+4+32 {
		return nil, errors.New("the description of the key is cut off")
	}
	bits := binary.LittleEndian.Uint32(info[16:])
	if alg := binary.LittleEndian.Uint32(info[8:]); alg < 0x660E || alg > 0x6610 || bits != 128 && bits != 192 && bits != 256 {
		return nil, fmt.Errorf("the cipher %#x of %d bits is not known", alg, bits)
	}
	v := info[n:]
	h := sha1.New()
	sum := digest(h, spin(h, v[4:20], password, 50_000), make([]byte, 4))
	var key []byte
	for _, pad := range []byte{0x36, 0x5C} {
		block := bytes.Repeat([]byte{pad}, 64)
		for i := range sum {
			block[i] ^= sum[i]
		}
		key = append(key, digest(h, block)...)
	}
	c, err := aes.NewCipher(key[:bits/8])
	if err != nil {
		return nil, err
	}
	ecb := func(b []byte) []byte {
		out := make([]byte, len(b)/16*16)
		for i := 0; i < len(out); i += 16 {
			c.Decrypt(out[i:], b[i:])
		}
		return out
	}
	if !bytes.Equal(digest(h, ecb(v[20:36])), ecb(v[40:72])[:sha1.Size]) {
		return nil, errPassword
	}
	return ecb(data), nil
}

// agileKey is what the description says of one key (2.3.4.10).
type agileKey struct {
	hash        func() hash.Hash
	salt        []byte
	block, bits int // bytes of a block, bits of the key
	spins       uint32
	attr        func(name string) []byte // decoded
}

func readAgileKey(e element) (k agileKey, err error) {
	k.attr = func(name string) []byte {
		b, _ := base64.StdEncoding.DecodeString(unescape(e.attr(name))) // what is no base64 fails the check
		return b
	}
	number := func(name string, least, most int) int {
		n, e1 := strconv.Atoi(e.attr(name))
		if e1 != nil || n < least || n > most {
			err = fmt.Errorf("the description of the key has no sound %s", name)
		}
		return n
	}
	k.salt, k.block, k.bits = k.attr("saltValue"), number("blockSize", 16, 16), number("keyBits", 128, 256)
	number("hashSize", 20, 64) // the hash itself says its size
	if e.name == "encryptedKey" {
		k.spins = uint32(number("spinCount", 0, maxSpins))
	}
	switch e.attr("hashAlgorithm") {
	case "SHA1", "SHA-1":
		k.hash = sha1.New
	case "SHA256":
		k.hash = sha256.New
	case "SHA384":
		k.hash = sha512.New384
	case "SHA512":
		k.hash = sha512.New
	default:
		err = fmt.Errorf("the hash %.20q is not known", e.attr("hashAlgorithm"))
	}
	if e.attr("cipherAlgorithm") != "AES" || e.attr("cipherChaining") != "ChainingModeCBC" {
		err = fmt.Errorf("the cipher %.20q in mode %.20q is not known", e.attr("cipherAlgorithm"), e.attr("cipherChaining"))
	}
	return k, err
}

// sized cuts a hash, or fills it up.
func sized(b []byte, n int) []byte {
	for len(b) < n {
		b = append(b, 0x36)
	}
	return b[:n]
}

// decrypt undoes AES in CBC mode.
func (k *agileKey) decrypt(key, iv, b []byte) ([]byte, error) {
	c, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	out := make([]byte, len(b)/k.block*k.block)
	cipher.NewCBCDecrypter(c, sized(bytes.Clone(iv), k.block)).CryptBlocks(out, b[:len(out)])
	return out, nil
}

// segment is how much of the content is encrypted at a time.
const segment = 4096

func decryptAgile(doc, data []byte, password string) ([]byte, error) {
	var whole, lock agileKey
	for e := range elements(doc) {
		var err error
		switch {
		case e.name == "keyData":
			whole, err = readAgileKey(e)
		case e.name == "encryptedKey" && lock.hash == nil:
			lock, err = readAgileKey(e)
		}
		if err != nil {
			return nil, err
		}
	}
	if whole.hash == nil || lock.hash == nil {
		return nil, errors.New("the key of the password is not described")
	}
	h := lock.hash()
	sum := spin(h, lock.salt, password, lock.spins)
	unlock := func(name, use string) ([]byte, error) {
		return lock.decrypt(sized(digest(h, sum, []byte(use)), lock.bits/8), lock.salt, lock.attr(name))
	}
	input, err := unlock("encryptedVerifierHashInput", "\xFE\xA7\xD2\x76\x3B\x4B\x9E\x79")
	if err != nil {
		return nil, err
	}
	value, err := unlock("encryptedVerifierHashValue", "\xD7\xAA\x0F\x6D\x30\x61\x34\x4E")
	if err != nil {
		return nil, err
	}
	if n := min(len(lock.salt), len(input)); len(value) < h.Size() || !bytes.Equal(digest(h, input[:n]), value[:h.Size()]) {
		return nil, errPassword
	}
	key, err := unlock("encryptedKeyValue", "\x14\x6E\x0B\xE7\xAB\xAC\xD0\xD6")
	if err != nil {
		return nil, err
	}
	if len(key) < whole.bits/8 {
		return nil, errors.New("the key is cut off")
	}
	key = key[:whole.bits/8]
	plain := make([]byte, 0, len(data))
	h = whole.hash()
	for i := 0; i*segment < len(data); i++ {
		iv := digest(h, whole.salt, binary.LittleEndian.AppendUint32(nil, uint32(i)))
		part, err := whole.decrypt(key, iv, data[i*segment:min((i+1)*segment, len(data))])
		if err != nil {
			return nil, err
		}
		plain = append(plain, part...)
	}
	return plain, nil
}
