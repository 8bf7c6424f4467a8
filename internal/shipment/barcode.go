package shipment

import (
	"fmt"
	"html/template"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/code128"
)

// barcodeSVG draws a text as a Code 128 barcode, a third of a millimetre for each module, which any
// scanner reads from paper; where there is no room for it the page squeezes it. It is empty when
// the text has characters that the code does not know.
func barcodeSVG(text string) template.HTML {
	code, err := code128.Encode(text)
	if err != nil {
		return ""
	}
	const quiet, height = 10, 40
	modules := code.Bounds().Dx()
	var bars strings.Builder
	for x := 0; x < modules; x++ {
		width := 0
		for x+width < modules && code.At(x+width, 0) == color.Color(color.Black) {
			width++
		}
		if width > 0 {
			fmt.Fprintf(&bars, "M%d 0h%dv%dh-%dz", quiet+x, width, height, width)
			x += width
		}
	}
	return template.HTML(fmt.Sprintf( //nolint:gosec // digits and letters of our own
		`<svg width="%.2fmm" viewBox="0 0 %d %d" preserveAspectRatio="none" role="img">`+
			`<path d="%s"/></svg>`,
		float64(modules+2*quiet)/3, modules+2*quiet, height, bars.String()))
}
