package main

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// peer is another program, or poslog on another file.
type peer struct {
	name string // and what it does
	args []string
	slow bool   // run once
	lack string // why it cannot be run
}

func (p *peer) missing() string {
	if p.lack != "" {
		return p.lack
	}
	if _, err := exec.LookPath(p.args[0]); err != nil {
		return p.args[0] + " is not installed"
	}
	return ""
}

// version asks a program for its version; "" for our own.
func (p *peer) version() string {
	flag := "--version"
	switch filepath.Base(p.args[0]) {
	case "mawk":
		flag = "-W version"
	case "poslog", "speed":
		return ""
	}
	out, _ := exec.Command(p.args[0], strings.Fields(flag)...).CombinedOutput()
	line, _, _ := strings.Cut(string(out), "\n")
	return line
}

// The fields of a log line are 1 date, 2 time, 7 TID, 14 RC. The job of every
// peer but wc and lnav is the count by five minutes and code, and the total and
// the failures by terminal.
const (
	awk = `{b=$1 substr($2,1,4) int(substr($2,5,1)/5); n[b,$14]++; t[$7]++; if($14!="RC=00")f[$7]++}
END{for(k in n)c++; for(k in t)d++; for(k in f)e+=f[k]; print c,d,e}`

	miller = `b=$1 . $2[1:4] . (int($2[5:5]) // 5); @n[b . $14] += 1; @t[$7] += 1; if ($14 != "RC=00") {@f += 1}
end{print length(@n) . " " . length(@t) . " " . @f}`

	buckets = `select date || substr(time,1,4) || (cast(substr(time,5,1) as int)/5) b, rc, count(*) from log group by 1, 2`
	byTID   = `select tid, count(*), sum(rc <> 'RC=00') from log group by 1`

	pandas = `import sys, pandas as pd
d = pd.read_csv(sys.argv[1], sep=' ', header=None, usecols=[0,1,6,13], names=['date','time','tid','rc'], dtype=str)
d['b'] = d.date + d.time.str[:4] + (d.time.str[4:5].astype(int)//5).astype(str)
print(len(d.groupby(['b','rc']).size()), len(d.groupby('tid').rc.agg(['size', lambda s: (s != 'RC=00').sum()])))`

	pandasSum = `import sys, pandas as pd
d = pd.read_csv(sys.argv[1], usecols=['终端编号', '交易金额'], dtype={'终端编号': str})
print(len(d.groupby('终端编号')['交易金额'].agg(['size', 'sum'])))`

	pandasSheet = `import sys, pandas as pd
d = pd.read_excel(sys.argv[1], usecols=['终端编号', '交易金额'], dtype={'终端编号': str})
print(len(d.groupby('终端编号')['交易金额'].agg(['size', 'sum'])))`

	lnavSQL    = `;select rc, count(*) from pos_log group by rc`
	lnavFormat = `{"$schema": "https://lnav.org/schemas/format-v1.schema.json", "pos_log": {"title": "POS", "regex": {"std": {"pattern":
"^(?<timestamp>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}) (?<level>\\w+) TXN .*TID=(?<tid>\\d+) .*RC=(?<rc>\\w\\w) (?<body>.*)$"}},
"timestamp-field": "timestamp", "level-field": "level", "body-field": "body", "value": {"tid": {"kind": "string"}, "rc": {"kind": "string"}},
"sample": [{"line": "2026-11-20 00:00:00.017 INFO TXN INST=NSH001 TID=10016672 STAN=412958 RC=00 RT=178ms NET=4G"}]}}`
)

//go:embed duckdb.mjs
var duckdbScript []byte

// counters are the peers that count in a log.
func (b *bench) counters(path string, lines int) []peer {
	db := filepath.Join(b.dir, "log.sqlite")
	columns := make([]string, 16)
	for i := range columns {
		columns[i] = fmt.Sprintf("c%d", i+1)
	}
	columns[0], columns[1], columns[6], columns[13] = "date", "time", "tid", "rc"
	typed := strings.Join(columns, "': 'varchar', '")
	duck := fmt.Sprintf(`with log as (select * from read_csv('%s', delim=' ', header=false, quote='', columns={'%s': 'varchar'}))
select count(*) from (select substr(date || time, 1, 14) || (cast(substr(time,5,1) as int)//5) b, rc, tid, count(*), count(*) filter (rc <> 'RC=00')
from log group by grouping sets ((b, rc), (tid)))`, path, typed)
	list := []peer{
		{name: "wc -l", args: []string{"wc", "-l", path}},
		{name: "mawk", args: []string{"mawk", awk, path}},
		b.duckDB("DuckDB, read as space-separated CSV, one pass", duck),
		withPandas("read_csv and two counts", pandas, path),
		{name: "Miller", args: []string{"mlr", "--inidx", "--ifs", " ", "put", "-q", miller, path}, slow: true},
		b.lnav(path),
		{name: "SQLite, import and two counts", slow: true, args: []string{"sh", "-c", fmt.Sprintf(`rm -f %[1]s; sqlite3 %[1]s "create table log(%[2]s)" ".separator ' '" ".import %[3]s log" "%[4]s" "%[5]s"; rm -f %[1]s`,
			db, strings.Join(columns, ","), path, buckets, byTID)}, lack: without("sqlite3")},
	}
	if lines <= 5000 {
		for i := range list {
			list[i].slow = false
		}
	}
	return list
}

// sums are the peers that count and add up a settlement.
func (b *bench) sums(path string) []peer {
	return []peer{
		{name: "wc -l", args: []string{"wc", "-l", path}},
		{name: "encoding/csv, count and sum", args: []string{b.self, "-helper", "csv", path}},
		b.duckDB("DuckDB, typed, count and sum by terminal", fmt.Sprintf(
			`select count(*) from (select 终端编号, count(*), sum(交易金额) from read_csv('%s', header=true, types={'交易金额': 'decimal(12,2)', '终端编号': 'varchar'}) group by 1)`, path)),
		withPandas("count and sum by terminal", pandasSum, path),
		{name: "Miller, count and sum by terminal", args: []string{"mlr", "--icsv", "--ojson", "stats1", "-a", "count,sum", "-f", "交易金额", "-g", "终端编号", path}, slow: true},
	}
}

// duckDB runs a query through the module for Node.
func (b *bench) duckDB(name, sql string) peer {
	p := peer{name: name, args: []string{"node", filepath.Join(b.duckdb, "poslog-speed.mjs"), sql}}
	if b.duckdb == "" {
		p.lack = "-duckdb was not given"
	} else if err := os.WriteFile(p.args[1], duckdbScript, 0o644); err != nil {
		p.lack = err.Error()
	}
	return p
}

// lnav needs a description of the log in a directory of configuration.
func (b *bench) lnav(path string) peer {
	dir := filepath.Join(b.dir, "lnav")
	p := peer{name: "lnav, count by code", args: []string{"lnav", "-n", "-I", dir, "-c", lnavSQL, path}, slow: true}
	formats := filepath.Join(dir, "formats", "pos")
	if err := os.MkdirAll(formats, 0o755); err != nil {
		p.lack = err.Error()
	} else if err := os.WriteFile(filepath.Join(formats, "pos.json"), []byte(lnavFormat), 0o644); err != nil {
		p.lack = err.Error()
	}
	return p
}

func without(program string) string {
	if _, err := exec.LookPath(program); err != nil {
		return program + " is not installed"
	}
	return ""
}

// python is the first Python that has pandas, and the version of pandas: the one on
// PATH often has not what the system's packages brought.
var python = sync.OnceValues(func() (path, version string) {
	for _, p := range []string{"/usr/bin/python3", "python3"} {
		if out, err := exec.Command(p, "-c", "import pandas; print(pandas.__version__)").Output(); err == nil {
			return p, strings.TrimSpace(string(out))
		}
	}
	return "", ""
})

func withPandas(what, script, path string) peer {
	program, version := python()
	p := peer{name: "pandas " + version + ", " + what, args: []string{program, "-c", script, path}, slow: true}
	if program == "" {
		p.name, p.lack = "pandas, "+what, "neither /usr/bin/python3 nor python3 has it (apt-get install python3-pandas)"
	}
	return p
}
