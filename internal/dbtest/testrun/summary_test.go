package main

import (
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestSummaryNamesTheSlowestPackagesAndWhatFailed(t *testing.T) {
	t.Parallel()
	var output strings.Builder
	for i := range 10 {
		fmt.Fprintf(&output, "ok  \texample/p%d\t%d.5s\n", i, i)
	}
	output.WriteString("ok  \texample/cached\t(cached)\n" +
		"?   \texample/none\t[no test files]\n" +
		"--- FAIL: TestX (3.00s)\nFAIL\nFAIL\texample/broken\t7.250s\n" +
		"FAIL\texample/uncompiled [build failed]\nok  \texample/cut\t99")
	var packages summary
	for part := range strings.SplitSeq(output.String(), "e") { // lines come in pieces
		if _, err := io.WriteString(&packages, part+"e"); err != nil {
			t.Fatal(err)
		}
	}
	want := "\n     9.5 s  example/p9\n     8.5 s  example/p8\n     7.5 s  example/p7" +
		"\n     7.2 s  example/broken\n     6.5 s  example/p6\n     5.5 s  example/p5" +
		"\n     4.5 s  example/p4\n     3.5 s  example/p3" +
		"\n--- FAIL: TestX (3.00s)\nFAIL\texample/broken\t7.250s" +
		"\nFAIL\texample/uncompiled [build failed]"
	if got := packages.String(); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
