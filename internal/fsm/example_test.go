package fsm_test

import (
	"errors"
	"fmt"

	"orderflow/internal/fsm"
)

// A library book: a reader borrows it unless a fine is open, and returns it; staff withdraw it.
type (
	bookStatus string
	bookAction string
	bookRole   string
	bookFacts  struct{ OpenFine bool }

	bookRow = fsm.Row[bookStatus, bookAction, bookRole, bookFacts]
)

var noFine = fsm.Guard[bookFacts]{
	Name: "no open fine", Holds: func(f bookFacts) bool { return !f.OpenFine },
}

var book = fsm.Machine[bookStatus, bookAction, bookRole, bookFacts]{
	Name: "Book", Doc: "A book of a library.",
	States:  []bookStatus{"SHELVED", "LENT", "WITHDRAWN"},
	Final:   []bookStatus{"WITHDRAWN"},
	Actions: []bookAction{"ADD", "LEND", "RETURN", "WITHDRAW"},
	Roles:   []bookRole{"READER", "STAFF"},
	Rows: []bookRow{
		{On: "ADD", To: "SHELVED", By: []bookRole{"STAFF"}, Doc: "Adds it."},
		{From: []bookStatus{"SHELVED"}, On: "LEND", To: "LENT", By: []bookRole{"READER"},
			When: []fsm.Guard[bookFacts]{noFine}, Emit: "book.lent", Doc: "Lends it."},
		{From: []bookStatus{"LENT"}, On: "RETURN", To: "SHELVED",
			By: []bookRole{"READER", "STAFF"}, Doc: "Brings it back."},
		{From: []bookStatus{"SHELVED"}, On: "WITHDRAW", To: "WITHDRAWN",
			By: []bookRole{"STAFF"}, Doc: "Ends its use."},
	},
}

// Next returns the row of an action: the new status and the event to emit.
func ExampleMachine_Next() {
	row, err := book.Next("SHELVED", "LEND", "READER", bookFacts{})
	fmt.Println(row.To, row.Emit, err)
	// Output: LENT book.lent <nil>
}

// A Refusal names the guards that do not hold. It names none when the role may never take the
// action in this status.
func ExampleRefusal() {
	for _, role := range []bookRole{"READER", "STAFF"} {
		_, err := book.Next("SHELVED", "LEND", role, bookFacts{OpenFine: true})
		var refused *fsm.Refusal
		if errors.As(err, &refused) {
			fmt.Println(role, len(refused.Guards), refused.Names("no open fine"))
		}
	}
	// Output:
	// READER 1 true
	// STAFF 0 false
}

// Allowed lists what a role may do now. The API shows it as availableActions.
func ExampleMachine_Allowed() {
	fmt.Println(book.Allowed("SHELVED", "READER", bookFacts{}))
	fmt.Println(book.Allowed("SHELVED", "READER", bookFacts{OpenFine: true}))
	fmt.Println(book.Allowed("SHELVED", "STAFF", bookFacts{OpenFine: true}))
	// Output:
	// [LEND]
	// []
	// [WITHDRAW]
}

// Check finds mistakes in a table. Every table has a test that calls it.
func ExampleMachine_Check() {
	fmt.Println(len(book.Check()))

	noReturn := book // without a way back from LENT
	noReturn.Actions = []bookAction{"ADD", "LEND", "WITHDRAW"}
	noReturn.Rows = append(book.Rows[:2:2], book.Rows[3])
	for _, problem := range noReturn.Check() {
		fmt.Println(problem)
	}
	// Output:
	// 0
	// Book: state LENT is a dead end and not final
}

// Describe copies a table into plain data, which prints as the manual does.
func ExampleMachine_Describe() {
	fmt.Print(book.Describe().Mermaid())
	// Output:
	// stateDiagram-v2
	//     [*] --> SHELVED: ADD
	//     SHELVED --> LENT: LEND
	//     LENT --> SHELVED: RETURN
	//     SHELVED --> WITHDRAWN: WITHDRAW
	//     WITHDRAWN --> [*]
}
