package replay_test

import (
	"testing"

	"orderflow/internal/tools/toolstest"
)

// binary is the path of the program that the tests run as a server.
var binary string

func TestMain(m *testing.M) { toolstest.Main(m, &binary) }
