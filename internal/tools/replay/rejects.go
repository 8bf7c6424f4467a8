package replay

import (
	"encoding/csv"
	"io"
	"strconv"
)

// WriteRejects writes the rejected rows as CSV: the line number, the reason and the fields.
func (p *Plan) WriteRejects(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(append([]string{"Line", "Reason"}, columns[:]...)); err != nil {
		return err
	}
	for _, r := range p.Rejects {
		row := append([]string{strconv.Itoa(r.Line), string(r.Reason)}, r.Fields...)
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
