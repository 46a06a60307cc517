package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/poslog/poslog/calendar"
	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/internal/gbk"
	"github.com/poslog/poslog/parse"
	"github.com/poslog/poslog/reconcile"
	"github.com/poslog/poslog/txn"
	"github.com/poslog/poslog/when"
	"github.com/poslog/poslog/where"
)

// inputFlags are the flags of every command that reads inputs.
type inputFlags struct {
	tz           []string // zones, and FILE=ZONE
	year         int
	terminal     []string
	settlement   []string
	formats      string
	passwordFile string
	workers      int

	unused func() []string // patterns of --tz that no input has fitted; nil where there are none
}

func (f *inputFlags) register(c *cobra.Command) {
	fs := c.Flags()
	fs.StringArrayVar(&f.tz, "tz", []string{"Asia/Shanghai"}, "IANA `zone` of times that state none, and of the report; FILE=ZONE is that of one file or pattern, such as of a log in UTC (repeatable)")
	fs.IntVar(&f.year, "year", 0, "`year` of times that state none (default: from the file's name, its neighbours or its date)")
	fs.StringArrayVar(&f.terminal, "terminal", nil, "`file` or pattern to read as terminal side, whatever it looks like (repeatable)")
	fs.StringArrayVar(&f.settlement, "settlement", nil, "`file` or pattern to read as settlement side (repeatable)")
	fs.StringVar(&f.formats, "formats", "", "`directory` of own format files (*.yaml)")
	fs.StringVar(&f.passwordFile, "password-file", "", "`file` with the password of encrypted workbooks")
	fs.IntVar(&f.workers, "workers", 0, "number of inputs read at once (default: one per processor)")
	_ = fs.MarkHidden("workers")
}

// fileZone is the zone of the files that a pattern names.
type fileZone struct {
	pattern string
	zone    *time.Location
}

// zones resolves --tz: the zone of the report, and those of single files.
func (f *inputFlags) zones() (loc *time.Location, of []fileZone, err error) {
	loc, err = location("Asia/Shanghai")
	for _, tz := range f.tz {
		pattern, name, ofFile := cutLast(tz, "=")
		if !ofFile {
			name = tz
		}
		l, bad := location(name)
		switch {
		case bad != nil:
			return nil, nil, bad
		case ofFile:
			of = append(of, fileZone{pattern, l})
		default:
			loc = l
		}
	}
	return loc, of, err
}

// location is an IANA zone.
func location(name string) (*time.Location, error) {
	loc, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, usage("--tz %q is no IANA zone: write for example Asia/Shanghai", name)
	}
	return loc, nil
}

// cutLast cuts a string around the last separator.
func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// inputs expands the arguments and the files of --terminal and --settlement. What is no
// input is left out, and named.
func (f *inputFlags) inputs(c *cobra.Command, args []string) ([]parse.Input, error) {
	all := slices.Concat(args, f.terminal, f.settlement)
	if len(all) == 0 {
		return nil, usage("no input: name files, directories or patterns, or - for standard input")
	}
	inputs, err := parse.Expand(all, c.InOrStdin())
	if err != nil {
		return nil, &exitError{exitFailed, err}
	}
	inputs, aside := parse.Aside(inputs)
	if len(aside) > 0 {
		names := txn.MaskCard(strings.Join(aside, ", "))
		if len(inputs) == 0 {
			return nil, usage("no input: poslog wrote %s itself; name the logs and settlement files that it was made from", names)
		}
		fmt.Fprintf(c.ErrOrStderr(), "poslog: passed over: %s (notes, or written by poslog itself)\n", names)
	}
	return inputs, nil
}

// options turns the flags into what parse wants.
func (f *inputFlags) options() (parse.Options, error) {
	loc, zones, err := f.zones()
	if err != nil {
		return parse.Options{}, err
	}
	if f.year != 0 && (f.year < 1970 || f.year > 2200) {
		return parse.Options{}, usage("--year: %d: write a year such as 2026", f.year)
	}
	o := parse.Options{Location: loc, Year: f.year, Workers: f.workers, Sides: f.side, Evidence: classify.Telling}
	if len(zones) > 0 {
		used := make([]atomic.Bool, len(zones))
		o.Zones = func(name string) (zone *time.Location) {
			for i := len(zones) - 1; i >= 0; i-- {
				if named([]string{zones[i].pattern}, name) {
					used[i].Store(true)
					zone = zones[i].zone
				}
			}
			return zone
		}
		f.unused = func() (patterns []string) {
			for i, z := range zones {
				if !used[i].Load() {
					patterns = append(patterns, z.pattern)
				}
			}
			return patterns
		}
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if f.passwordFile != "" {
		b, err := os.ReadFile(f.passwordFile)
		if err != nil {
			return o, usage("--password-file: %v", err)
		}
		o.Password = strings.TrimRight(string(gbk.UTF8(b)), "\r\n")
	}
	o.Formats, err = userFormats(f.formats)
	return o, err
}

// warn says which zones were given to no input, once all are read.
func (f *inputFlags) warn(stderr io.Writer) {
	if f.unused == nil {
		return
	}
	for _, p := range f.unused() {
		fmt.Fprintf(stderr, "poslog: --tz %s=...: no input has this name, its times were read as those of the others\n", txn.MaskCard(p))
	}
}

// settings lists what was said of the inputs and changes what they are read as.
func (f *inputFlags) settings() []string {
	loc, zones, err := f.zones()
	if err != nil {
		return nil
	}
	s := []string{"tz=" + loc.String()}
	for _, z := range zones {
		s = append(s, "tz="+txn.MaskCard(z.pattern)+"="+z.zone.String()) // also a pattern of the file's name
	}
	for _, p := range f.terminal {
		s = append(s, "terminal="+txn.MaskCard(p)) // also a pattern of the file's name
	}
	for _, p := range f.settlement {
		s = append(s, "settlement="+txn.MaskCard(p))
	}
	if f.year != 0 {
		s = append(s, fmt.Sprintf("year=%d", f.year))
	}
	if f.formats != "" {
		s = append(s, fingerprints("formats", f.formats)...)
	}
	return s
}

// side is the side that the user gave a file, SideUnknown where detection decides.
func (f *inputFlags) side(name string) txn.Side {
	switch {
	case named(f.terminal, name):
		return txn.Terminal
	case named(f.settlement, name):
		return txn.Settlement
	}
	return txn.SideUnknown
}

func named(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		p = filepath.Clean(p)
		ok, _ := filepath.Match(p, name)
		return ok || p == name || strings.HasPrefix(name, p+string(filepath.Separator)) || strings.HasPrefix(name, p+"!")
	})
}

// filterFlags choose rows.
type filterFlags struct {
	since, until string
	where        string
	institutions []string

	chosen reconcile.Choice

	cut atomic.Bool   // rows of a day that since or until cuts state no time of day
	met []atomic.Bool // which institutions some row names
}

func (f *filterFlags) register(c *cobra.Command) {
	fs := c.Flags()
	fs.StringVar(&f.since, "since", "", "first `moment` to look at: 2026-11-20, \"2026-11-20 08:15\", -3d, yesterday, friday")
	fs.StringVar(&f.until, "until", "", "first `moment` no longer looked at")
	fs.StringVar(&f.where, "where", "", "row `filter`, such as: code in (B4, 91) and not amount < 100")
	fs.StringArrayVar(&f.institutions, "institution", nil, "look at this `institution` only, and at rows that name none (repeatable)")
}

// keep compiles the filters; nil keeps everything.
func (f *filterFlags) keep(now time.Time, loc *time.Location) (func(*txn.Record) bool, error) {
	since, err := bound("--since", f.since, now, loc)
	if err != nil {
		return nil, err
	}
	until, err := bound("--until", f.until, now, loc)
	if err != nil {
		return nil, err
	}
	if since.Valid() && until.Valid() && since >= until {
		return nil, usage("--since %s is not before --until %s: nothing would be left", f.since, f.until)
	}
	var expr *where.Expr
	f.where = txn.MaskCard(f.where) // as rows have it, and the report that repeats it
	if f.where != "" {
		if expr, err = where.Parse(f.where); err != nil {
			return nil, usage("--where: %v", err)
		}
	}
	f.chosen.Institutions = len(f.institutions) > 0
	if expr != nil {
		for _, field := range expr.Fields() {
			switch field {
			case "amount", "kind", "order", "rrn", "file", "side": // both sides state them
			case "institution", "merchant", "terminal", "carrier", "region", "network", "model", "channel":
				f.chosen.Places = true
			default:
				f.chosen.Rows = true
			}
		}
	}
	// Words such as "yesterday" mean another day tomorrow: the report keeps the moment.
	for text, at := range map[*string]txn.Instant{&f.since: since, &f.until: until} {
		if at.Valid() {
			*text = at.Time().In(loc).Format(time.RFC3339Nano)
		}
	}
	if !since.Valid() && !until.Valid() && expr == nil && len(f.institutions) == 0 {
		return nil, nil
	}
	f.met = make([]atomic.Bool, len(f.institutions))
	period := since.Valid() || until.Valid()
	if !until.Valid() {
		until = math.MaxInt64
	}
	return func(r *txn.Record) bool {
		if period && !f.within(r, since, until, loc) {
			return false
		}
		if len(f.institutions) > 0 && r.Institution != "" {
			k := slices.Index(f.institutions, r.Institution)
			if k < 0 {
				return false
			}
			f.met[k].Store(true)
		}
		return expr == nil || expr.Match(r)
	}, nil
}

// within reports whether a row is of [since, until): with its whole day, where it states no time of day.
func (f *filterFlags) within(r *txn.Record, since, until txn.Instant, loc *time.Location) bool {
	last := r.At
	if r.Prec == txn.PrecDay {
		last = txn.At(r.At.Time().In(loc).AddDate(0, 0, 1)) - 1
	}
	if !r.At.Valid() || last < since || r.At >= until {
		return false
	}
	cut := r.At < since || last >= until
	if cut {
		f.cut.Store(true)
	}
	return !cut
}

// warn says that rows were left out because nobody knows on which side of a moment they are, and which
// institutions no row names.
func (f *filterFlags) warn(stderr io.Writer) {
	for k := range f.met {
		if !f.met[k].Load() {
			fmt.Fprintf(stderr, "poslog: --institution %s: no row names it\n", txn.MaskCard(f.institutions[k]))
		}
	}
	if f.cut.Load() {
		fmt.Fprintln(stderr, "poslog: rows with a date and no time of day were left out, where --since or --until cuts their day")
	}
}

func bound(flag, text string, now time.Time, loc *time.Location) (txn.Instant, error) {
	if text == "" {
		return txn.NoInstant, nil
	}
	t, err := when.Parse(text, now, loc)
	if err != nil {
		return 0, usage("%s: %v", flag, err)
	}
	return txn.At(t), nil
}

// settings lists the filters that change the answer, for the report.
func (f *filterFlags) settings() []string {
	var s []string
	for _, p := range [][2]string{{"since", f.since}, {"until", f.until}, {"where", f.where}} {
		if p[1] != "" {
			s = append(s, fmt.Sprintf("%s=%s", p[0], txn.MaskCard(p[1])))
		}
	}
	for _, name := range f.institutions {
		s = append(s, "institution="+txn.MaskCard(name))
	}
	return s
}

// meaningFlags say what codes mean and what was announced.
type meaningFlags struct {
	codes     []string
	calendars []string
	probes    []string
	reconcile string
}

func (f *meaningFlags) register(c *cobra.Command) {
	fs := c.Flags()
	fs.StringArrayVar(&f.codes, "codes", nil, "`file` of profiles (.yaml: which code table applies where) or a code table of your own (.csv), or a directory of them (repeatable)")
	fs.StringArrayVar(&f.calendars, "calendar", nil, "`file` of announced maintenance: .yaml, .ics, .json, or a notice's text as .txt; INSTITUTION=FILE says whose notice it is (repeatable)")
	fs.StringVar(&f.reconcile, "reconcile", "", "`file` of the reconciliation's settings (YAML): tolerances, days, cut-offs, agreed fees")
	fs.StringArrayVar(&f.probes, "probe", nil, "`log` of ping, fping, mtr or poslog probe, as FILE or INSTITUTION=FILE (repeatable)")
}

// adopt takes the calendar and the profiles that lie in a directory named as input, or
// are named among inputs, and returns the inputs that set nothing.
func (f *meaningFlags) adopt(args []string, inputs []parse.Input) []parse.Input {
	calendars, codes := f.calendars, f.codes
	given := f.files()
	inputs = slices.DeleteFunc(inputs, func(in parse.Input) bool {
		switch name := filepath.Base(in.Name); {
		case name == "codes.yaml":
			if len(f.codes) == 0 {
				codes = append(codes, in.Name)
			}
		case slices.Contains(given, in.Name):
		case isCalendar(in.Name):
			if len(f.calendars) == 0 {
				calendars = append(calendars, in.Name)
			}
		default:
			return false
		}
		return true
	})
	for _, dir := range args {
		if path := filepath.Join(dir, "codes.yaml"); len(f.codes) == 0 && isFile(path) {
			codes = append(codes, path)
		}
		if len(f.calendars) > 0 {
			continue
		}
		files, _ := os.ReadDir(dir)
		for _, d := range files {
			if path := filepath.Join(dir, d.Name()); !slices.Contains(calendars, path) && isCalendar(path) {
				calendars = append(calendars, path)
			}
		}
	}
	f.calendars, f.codes = calendars, codes
	return inputs
}

// buried names calendars and profiles in sub-directories of inputs, which are not adopted: two
// of them may contradict each other.
func (f *meaningFlags) buried(args []string) (paths []string) {
	used := f.files()
	for _, dir := range args {
		top := filepath.Clean(dir)
		_ = filepath.WalkDir(top, func(path string, d os.DirEntry, err error) error {
			switch name := filepath.Base(path); {
			case err != nil:
			case d.IsDir() && path != top && strings.HasPrefix(name, "."):
				return filepath.SkipDir
			case name != "codes.yaml" && !slices.Contains(calendarNames, name):
			case path != top && filepath.Dir(path) != top && !slices.Contains(used, path):
				paths = append(paths, path)
			}
			return nil
		})
	}
	return paths
}

// files are the paths of all settings that are given, as those of inputs are written.
func (f *meaningFlags) files() (paths []string) {
	for _, p := range slices.Concat(f.codes, f.calendars, f.probes, []string{f.reconcile}) {
		_, p = whose(p)
		paths = append(paths, filepath.Clean(p))
	}
	return paths
}

// whose takes the institution off INSTITUTION=FILE.
func whose(arg string) (institution, path string) {
	if institution, path, ok := strings.Cut(arg, "="); ok && !isFile(arg) {
		return institution, path
	}
	return "", arg
}

// calendarNames are names of a calendar beside inputs.
var calendarNames = []string{"calendar.yaml", "calendar.ics"}

// noticeWords are in the name of a bank's notice that somebody puts beside inputs.
var noticeWords = []string{"公告", "通知", "维护", "升级", "calendar", "maintenance", "notice", "downtime"}

// isCalendar reports whether a file beside inputs is a calendar: its name is that of one, or it speaks of a
// notice and the text is one.
func isCalendar(path string) bool {
	name := filepath.Base(path)
	if slices.Contains(calendarNames, name) {
		return isFile(path)
	}
	said := func(word string) bool { return strings.Contains(strings.ToLower(name), word) }
	if !slices.Contains([]string{".txt", ".ics", ".yaml", ".yml"}, strings.ToLower(filepath.Ext(name))) || !slices.ContainsFunc(noticeWords, said) || !isFile(path) {
		return false
	}
	c, err := calendar.Load(path)
	return err == nil && !c.Empty()
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// settings lists the configuration by content, for the report.
func (f *meaningFlags) settings() []string {
	var s []string
	for _, p := range f.calendars {
		s = append(s, "calendar="+fingerprint(p))
	}
	for _, p := range f.codes {
		s = append(s, fingerprints("codes", p)...)
	}
	if f.reconcile != "" {
		s = append(s, "reconcile="+fingerprint(f.reconcile))
	}
	for _, p := range f.probes {
		s = append(s, "probe="+fingerprint(p))
	}
	return s
}

// reconciliation reads --reconcile.
func (f *meaningFlags) reconciliation() (reconcile.Options, error) {
	if f.reconcile == "" {
		return reconcile.Options{}, nil
	}
	data, err := os.ReadFile(f.reconcile)
	if err != nil {
		return reconcile.Options{}, usage("--reconcile: %v", err)
	}
	o, err := reconcile.ParseOptions(f.reconcile, data)
	if err != nil {
		return o, usage("--reconcile: %v", err)
	}
	return o, nil
}

// fingerprints is a setting for a file, or for each file of a directory.
func fingerprints(name, path string) (s []string) {
	files, err := os.ReadDir(path)
	if err != nil {
		return []string{name + "=" + fingerprint(path)}
	}
	for _, f := range files {
		if p := filepath.Join(path, f.Name()); isFile(p) {
			s = append(s, name+"="+fingerprint(p))
		}
	}
	return s
}

// fingerprint is name and SHA-256 of a configuration file, with the institution whose it
// is said to be.
func fingerprint(path string) string {
	institution, path := whose(path)
	name := filepath.Base(path)
	if institution != "" {
		name = institution + "=" + name
	}
	name = txn.MaskCard(name)
	b, err := os.ReadFile(path)
	if err != nil {
		return name
	}
	return fmt.Sprintf("%s sha256:%x", name, sha256.Sum256(b))
}

// profiles reads --codes: YAML files of profiles, CSV code tables, directories
// of both.
func (f *meaningFlags) profiles() (*classify.Profiles, error) {
	var tables []*classify.Table
	config, text := "", []byte(nil)
	setConfig := func(path string) error {
		if config != "" {
			return fmt.Errorf("two files of profiles, %s and %s: put them into one", config, path)
		}
		data, err := os.ReadFile(path)
		config, text = path, data
		return err
	}
	for _, path := range f.codes {
		var err error
		switch info, serr := os.Stat(path); {
		case serr != nil:
			err = serr
		case info.IsDir():
			var more []*classify.Table
			more, err = classify.LoadDir(path)
			tables = append(tables, more...)
			if own := filepath.Join(path, "codes.yaml"); err == nil && isFile(own) {
				err = setConfig(own)
			}
		case strings.EqualFold(filepath.Ext(path), ".csv"):
			var t *classify.Table
			t, err = loadTable(path)
			tables = append(tables, t)
		default:
			err = setConfig(path)
		}
		if err != nil {
			return nil, usage("--codes: %v", err)
		}
	}
	switch {
	case config != "":
		p, err := classify.ParseProfiles(config, text, tables...)
		if err != nil {
			return nil, usage("--codes: %v", err)
		}
		return p, nil
	case len(tables) > 0:
		return classify.First(tables...), nil
	}
	return classify.Default(), nil
}

func loadTable(path string) (*classify.Table, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return classify.Load(path, file)
}

func (f *meaningFlags) calendar(loc *time.Location) (*calendar.Calendar, error) {
	var all []*calendar.Calendar
	for _, path := range f.calendars {
		c, err := calendar.Load(path, calendar.Options{Zone: loc})
		if err != nil {
			return nil, usage("--calendar: %v", err)
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		return nil, nil
	}
	c, err := calendar.Merge(all...)
	if err != nil {
		return nil, usage("--calendar: %v", err)
	}
	return c, nil
}
