package parse

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"
)

func TestReadAhead(t *testing.T) {
	data := make([]byte, 3*aheadSize+17)
	for i := range data {
		data[i] = byte(rand.Uint32())
	}
	for _, r := range []io.Reader{bytes.NewReader(data), iotest.HalfReader(bytes.NewReader(data)), iotest.DataErrReader(bytes.NewReader(data))} {
		a := readAhead(r)
		got, err := io.ReadAll(a)
		a.Close()
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes, %v", len(got), err)
		}
	}
	broken := errors.New("broken")
	a := readAhead(io.MultiReader(bytes.NewReader(data), iotest.ErrReader(broken)))
	got, err := io.ReadAll(a)
	a.Close()
	if !errors.Is(err, broken) || !bytes.Equal(got, data) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	a = readAhead(endless{}) // given up early
	io.ReadFull(a, make([]byte, 1000))
	a.Close()
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
