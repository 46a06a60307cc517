// Package generate writes labelled days: terminal logs, journals, settlement
// files and maintenance calendars in the shapes of real ones, and the truth
// about them.
//
// In go a scenario's name, a seed and [Options]; out comes a [World], which can
//
//   - be written as files ([World.Write], [World.Files]), truth.json beside them;
//   - tell its [Truth] in memory;
//   - fill a book of records directly, without any text ([World.Fill]).
//
// Names of scenarios are listed by [Names]: the committed samples, a grid of
// cause and variant such as "network-weak", confounders such as "overrun", and
// quiet days. Two profiles of habits, "A" and "B", share no number: fit on one,
// report on the other.
//
//	w, err := generate.Scenario("host-subset", 42, generate.Options{Profile: "B", Attempts: 3000, Days: 35})
//	book := w.Fill(mem.New())
//	for _, f := range w.Truth().Windows { ... }
//
// The same name, seed and options give the same bytes on every run. Everything
// is invented; card numbers are test numbers that no bank issues (five zeros in the
// middle).
package generate
