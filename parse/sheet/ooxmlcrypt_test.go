package sheet

import (
	"bytes"
	"crypto/aes"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// standardEncrypted encrypts as [MS-OFFCRYPTO] 2.3.4.7 says, with AES of 128 bits;
// the password is plain ASCII.
func standardEncrypted(t testing.TB, plain []byte, password string) (info, data []byte) {
	t.Helper()
	salt := []byte("sixteen bytes ok")
	wide := append([]byte(nil), salt...)
	for _, c := range []byte(password) {
		wide = append(wide, c, 0)
	}
	sum := sha1.Sum(wide)
	for i := range uint32(50_000) {
		sum = sha1.Sum(append(binary.LittleEndian.AppendUint32(nil, i), sum[:]...))
	}
	sum = sha1.Sum(append(sum[:], 0, 0, 0, 0))
	inner := bytes.Repeat([]byte{0x36}, 64)
	for i, b := range sum {
		inner[i] ^= b
	}
	key := sha1.Sum(inner)
	c, err := aes.NewCipher(key[:16])
	if err != nil {
		t.Fatal(err)
	}
	ecb := func(b []byte) []byte {
		b = append(bytes.Clone(b), make([]byte, (16-len(b)%16)%16)...)
		for i := 0; i < len(b); i += 16 {
			c.Encrypt(b[i:], b[i:])
		}
		return b
	}
	le := binary.LittleEndian
	header := make([]byte, 32, 64)
	le.PutUint32(header[8:], 0x660E)
	le.PutUint32(header[12:], 0x8004)
	le.PutUint32(header[16:], 128)
	header = append(header, 'A', 0, 'E', 0, 'S', 0, 0, 0)
	info = append(info, 3, 0, 2, 0, 0x24, 0, 0, 0)
	info = le.AppendUint32(info, uint32(len(header)))
	info = le.AppendUint32(append(info, header...), 16)
	verifier := []byte("any sixteen byte")
	check := sha1.Sum(verifier)
	info = append(append(append(info, salt...), ecb(verifier)...), 20, 0, 0, 0)
	info = append(info, ecb(check[:])...)
	return info, append(le.AppendUint64(nil, uint64(len(plain))), ecb(plain)...)
}

func TestStandardEncryption(t *testing.T) {
	want := []byte("PK\x03\x04 the content, of a length that fills no block")
	info, data := standardEncrypted(t, want, "secret")
	if got, err := decryptOOXML(info, data, "secret"); err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := decryptOOXML(info, data, "Secret"); !errors.Is(err, errPassword) {
		t.Errorf("a wrong password: %v", err)
	}
}

// Damage anywhere is an error, never a panic.
func TestDamagedEncryption(t *testing.T) {
	plain := bytes.Repeat([]byte("PK\x03\x04"), 3000)
	info, data := standardEncrypted(t, plain, "secret")
	for n := range len(info) {
		if _, err := decryptOOXML(info[:n], data, "secret"); err == nil {
			t.Errorf("%d bytes of the description are enough", n)
		}
	}
	for _, n := range []int{0, 7, 8, 100, len(data) - 16} {
		if _, err := decryptOOXML(info, data[:n], "secret"); err == nil {
			t.Errorf("%d bytes of the content are enough", n)
		}
	}
	raw, err := excelize.Encrypt(plain, &excelize.Options{Password: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	if info, data = encryptedStreams(t, raw); len(data) == 0 {
		t.Fatal("no content")
	}
	if got, err := decryptOOXML(info, data, "secret"); err != nil || !bytes.Equal(got, plain) {
		t.Fatalf("%d bytes, %v", len(got), err)
	}
}

func encryptedStreams(t testing.TB, file []byte) (info, data []byte) {
	t.Helper()
	streams, err := oleStreams(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if info, err = oleRead(streams["EncryptionInfo"], int64(len(file))); err != nil {
		t.Fatal(err)
	}
	if data, err = oleRead(streams["EncryptedPackage"], int64(len(file))); err != nil {
		t.Fatal(err)
	}
	return info, data
}

// Workbooks that Excel encrypted, which the module of excelize brings along, are
// decrypted as excelize does.
func TestAgileEncryption(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/xuri/excelize/v2").Output()
	if err != nil {
		t.Skipf("the module of excelize is not found: %v", err)
	}
	for _, name := range []string{"encryptAES.xlsx", "encryptSHA1.xlsx", "encryptSHA512.xlsx"} {
		file, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "test", name))
		if err != nil {
			t.Skipf("excelize no longer brings it along: %v", err)
		}
		want, err := excelize.Decrypt(file, &excelize.Options{Password: "password"})
		if err != nil {
			t.Fatal(err)
		}
		info, data := encryptedStreams(t, file)
		got, err := decryptOOXML(info, data, "password")
		if err != nil || !IsZip(got) || !bytes.HasPrefix(want, got) {
			t.Fatalf("%s: %d bytes, %v; excelize finds %d", name, len(got), err, len(want))
		}
		if _, err := openBytes(file, "password"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := decryptOOXML(info, data, "Password"); !errors.Is(err, errPassword) {
			t.Errorf("%s with a wrong password: %v", name, err)
		}
		if name == "encryptAES.xlsx" {
			continue // described in bytes, see TestDamagedEncryption
		}
		for _, change := range [][2]string{{"hashAlgorithm=", "x="}, {"cipherChaining=", "x="}, {"keyBits=", `keyBits="8" x=`}, {"blockSize=", `blockSize="0" x=`},
			{"spinCount=", `spinCount="99999999999" x=`}, {"saltValue=", "x="}, {"encryptedKeyValue=", "x="}, {"encryptedVerifierHashValue=", "x="}, {"encryptedKey ", "x "}} {
			bad := bytes.ReplaceAll(info, []byte(change[0]), []byte(change[1]))
			if bytes.Equal(bad, info) {
				t.Fatalf("%s: %s is not in %q", name, change[0], info)
			}
			if plain, err := decryptOOXML(bad, data, "password"); err == nil && IsZip(plain) {
				t.Errorf("%s: %q for %q is taken", name, change[1], change[0])
			}
		}
	}
}
