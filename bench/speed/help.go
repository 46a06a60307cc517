package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/xuri/excelize/v2"

	"github.com/poslog/poslog/generate"
)

// help does what needs a process with Go code: making data, and the least that a
// library can be asked for.
func help(name string, args []string) error {
	if name == "data" {
		var o generate.BulkOptions
		if err := json.Unmarshal([]byte(args[1]), &o); err != nil {
			return err
		}
		_, err := generate.Bulk(args[0], o)
		return err
	}
	path := args[0]
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	switch name {
	case "csv":
		return countCSV(f)
	case "xlsx":
		return countXLSX(path)
	case "inflate":
		return inflate(f, path)
	}
	return fmt.Errorf("unknown helper %q", name)
}

// countCSV counts rows and sums the last column that is a decimal number.
func countCSV(r io.Reader) error {
	c := csv.NewReader(r)
	c.ReuseRecord, c.FieldsPerRecord, c.LazyQuotes = true, -1, true
	rows, sum := 0, 0.0
	for {
		rec, err := c.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		rows++
		if v, err := strconv.ParseFloat(rec[len(rec)-1], 64); err == nil {
			sum += v
		}
	}
	fmt.Println(rows, sum)
	return nil
}

func countXLSX(path string) error {
	f, err := excelize.OpenFile(path)
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := f.Rows(f.GetSheetList()[0])
	if err != nil {
		return err
	}
	n := 0
	for rows.Next() {
		if _, err := rows.Columns(); err != nil {
			return err
		}
		n++
	}
	fmt.Println(n)
	return nil
}

func inflate(r io.Reader, path string) error {
	if strings.HasSuffix(path, ".gz") {
		z, err := gzip.NewReader(r)
		if err != nil {
			return err
		}
		n, err := io.Copy(io.Discard, z)
		fmt.Println(n)
		return err
	}
	z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return err
	}
	defer z.Close()
	n, err := io.Copy(io.Discard, z)
	fmt.Println(n)
	return err
}
