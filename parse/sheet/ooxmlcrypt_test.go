package sheet

import (
	"bytes"
	"crypto/aes"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
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

// Damage anywhere is an error that says where, never a panic.
func TestDamagedEncryption(t *testing.T) {
	plain := bytes.Repeat([]byte("PK\x03\x04"), 3000)
	info, data := standardEncrypted(t, plain, "secret")
	for n := range len(info) {
		want := "the description of the key is cut off"
		if n < 8 {
			want = "a stream is cut off"
		}
		if _, err := decryptOOXML(info[:n], data, "secret"); err == nil || err.Error() != want {
			t.Errorf("%d bytes of the description: %v, want %s", n, err, want)
		}
	}
	for _, n := range []int{0, 7, 8, 100, len(data) - 16} {
		want := "the content is cut off"
		if n < 8 {
			want = "a stream is cut off"
		}
		if _, err := decryptOOXML(info, data[:n], "secret"); err == nil || err.Error() != want {
			t.Errorf("%d bytes of the content: %v, want %s", n, err, want)
		}
	}
	for want, change := range map[string]func([]byte){
		"encryption of version 9.2 is not known":     func(b []byte) { b[0] = 9 },
		"the cipher 0x6801 of 128 bits is not known": func(b []byte) { b[12+8], b[12+9] = 0x01, 0x68 },
		"the check of the password fails":            func(b []byte) { b[len(b)-30]++ },
	} {
		bad := bytes.Clone(info)
		change(bad)
		if _, err := decryptOOXML(bad, data, "secret"); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	const lost = "the encrypted workbook cannot be read (%s); copy or export the file again, or save the workbook without a password"
	if err := drain(compound("EncryptedPackage", data), "secret"); err == nil || err.Error() != fmt.Sprintf(lost, "it does not say how it is encrypted") {
		t.Error(err)
	}
	for content, want := range map[string]string{string(plain): "", strings.Repeat("no zip. ", 1500): fmt.Sprintf(lost, "what it holds is no workbook")} {
		raw, err := excelize.Encrypt([]byte(content), &excelize.Options{Password: "secret"})
		if err != nil {
			t.Fatal(err)
		}
		info, data := encryptedStreams(t, raw)
		if got, err := decryptOOXML(info, data, "secret"); err != nil || string(got) != content {
			t.Fatalf("%d bytes, %v", len(got), err)
		}
		if err := drain(raw, "secret"); want != "" && (err == nil || err.Error() != want) {
			t.Errorf("got %v, want %s", err, want)
		}
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
		for _, c := range [][3]string{
			{"hashAlgorithm=", "x=", `the hash "" is not known`},
			{"cipherChaining=", "x=", `the cipher "AES" in mode "" is not known`},
			{"keyBits=", `keyBits="8" x=`, "the description of the key has no sound keyBits"},
			{"blockSize=", `blockSize="0" x=`, "the description of the key has no sound blockSize"},
			{"spinCount=", `spinCount="99999999999" x=`, "the description of the key has no sound spinCount"},
			{"encryptedKeyValue=", "x=", "the key is cut off"},
			{"encryptedVerifierHashValue=", "x=", "the check of the password fails"},
			{"encryptedKey ", "x ", "the key of the password is not described"},
		} {
			bad := bytes.ReplaceAll(info, []byte(c[0]), []byte(c[1]))
			if bytes.Equal(bad, info) {
				t.Fatalf("%s: %s is not in %q", name, c[0], info)
			}
			if _, err := decryptOOXML(bad, data, "password"); err == nil || err.Error() != c[2] {
				t.Errorf("%s with %s: %v, want %s", name, c[1], err, c[2])
			}
		}
	}
}
