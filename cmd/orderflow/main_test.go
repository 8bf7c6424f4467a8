package main

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// asProgram makes this test binary the program itself, for tests that need a process of its own.
const asProgram = "ORDERFLOW_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	// What a test starts as a process of its own, the program or a server of it, is the program.
	if err := os.Setenv(asProgram, "1"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}
