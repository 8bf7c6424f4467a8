// Package ordertest is the environment in which tests run the commands of the nouns: a database of
// its own for each test, a clock that the test moves, all nouns connected as the server connects
// them, a shop with two warehouses, and somebody of every role.
//
// It owns no assertion about one noun's rules: those stay in the tests of that noun. It works
// through exported commands; what touches the wiring of the nouns is in connect.go, and what works
// on a locked order is in locked.go. Only external test packages import it.
package ordertest
