package bench_test

import (
	"testing"

	"orderflow/internal/tools/toolstest"
)

// binary is the path of the program that comparisons start as a server.
var binary string

func TestMain(m *testing.M) { toolstest.Main(m, &binary) }
