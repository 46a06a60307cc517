package classify

// First returns profiles that ask the given tables before the default ones, for
// users who have a code table of their own and nothing to configure.
func First(own ...*Table) *Profiles {
	p := Default(own...)
	first := profile{name: "own", codes: map[string][]override{}, tables: own}
	for _, n := range defaultChain {
		if t, err := p.table(n); err == nil && p.own[n] == nil {
			first.tables = append(first.tables[:len(first.tables):len(first.tables)], t)
		}
	}
	p.list = []profile{first}
	return p
}
