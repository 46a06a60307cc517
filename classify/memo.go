package classify

import "sync"

// memo keeps what a search through patterns found for a text: rows repeat few texts. It is
// emptied when it is full, and may be used by several goroutines.
type memo[T any] struct {
	mu    sync.Mutex
	found map[string]T
}

const memoSize = 8192

func (m *memo[T]) of(text string, search func(string) T) T {
	m.mu.Lock()
	t, ok := m.found[text]
	m.mu.Unlock()
	if ok {
		return t
	}
	t = search(text)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.found == nil || len(m.found) >= memoSize {
		m.found = map[string]T{}
	}
	m.found[text] = t
	return t
}
