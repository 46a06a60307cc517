package parse

// PackedError says that a compressed file or an archive cannot be unpacked.
type PackedError struct {
	Rule string // stable word
	Err  error  // what is wrong and what to do
}

func (e *PackedError) Error() string { return e.Err.Error() }
func (e *PackedError) Unwrap() error { return e.Err }
