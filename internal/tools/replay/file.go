package replay

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// record is one record of the file with its line number; fields is nil when it is not CSV.
type record struct {
	number int
	fields []string
}

// file is a complete data set.
type file struct {
	// fingerprint identifies its contents, equal for plain and compressed files.
	fingerprint string
	lines       []record
}

// openFile reads a CSV file, plain or compressed by gzip.
func openFile(path string) (_ file, err error) {
	f, err := os.Open(path)
	if err != nil {
		return file{}, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	var source io.Reader = bufio.NewReader(f)
	if start, _ := source.(*bufio.Reader).Peek(2); bytes.Equal(start, []byte{0x1f, 0x8b}) {
		if source, err = gzip.NewReader(source); err != nil {
			return file{}, fmt.Errorf("%s: %w", path, err)
		}
	}
	contents, err := readRecords(source)
	if err != nil {
		return file{}, fmt.Errorf("%s: %w", path, err)
	}
	return contents, nil
}

func readRecords(source io.Reader) (f file, err error) {
	hash := sha256.New()
	records := csv.NewReader(io.TeeReader(source, hash))
	records.FieldsPerRecord = -1
	header, err := records.Read()
	if err != nil {
		return f, fmt.Errorf("header: %w", err)
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	if !slices.Equal(header, columns[:]) {
		return f, fmt.Errorf("the header is not %s", strings.Join(columns[:], ","))
	}
	for {
		fields, err := records.Read()
		var malformed *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			f.fingerprint = hex.EncodeToString(hash.Sum(nil)[:8])
			return f, nil
		case errors.As(err, &malformed):
			f.lines = append(f.lines, record{number: malformed.StartLine})
		case err != nil:
			return f, err
		default:
			number, _ := records.FieldPos(0)
			f.lines = append(f.lines, record{number: number, fields: fields})
		}
	}
}
