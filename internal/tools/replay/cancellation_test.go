package replay_test

import (
	"strings"
	"testing"

	"orderflow/internal/tools/replay"
)

// A cancellation takes back what its customer has bought before and not cancelled yet.
func TestCancellations(t *testing.T) {
	t.Parallel()
	const back = "C536379,85123A,HOLDER,-4,2010-12-01 09:41:00,2.55,17850,United Kingdom\n"
	edit := func(old, by string) string { return strings.Replace(back, old, by, 1) }
	unlike := func(old, by string) string { return strings.Replace(good, old, by, 1) }
	two := good + strings.NewReplacer("536365", "536366", "08:26", "09:00", ",6,", ",3,",
		"2.55", "2.10").Replace(good)
	for name, c := range map[string]struct {
		rows string
		want replay.Reason // of the last row; empty: it is replayed
	}{
		"a part":                        {good + back, ""},
		"all":                           {good + edit("-4", "-6"), ""},
		"more, in parts":                {good + back + edit("C536379", "C536380"), replay.TooManyBack},
		"the rest":                      {good + back + edit("-4", "-2"), ""},
		"at another price":              {good + edit("2.55", "9.99"), ""},
		"at no price":                   {good + edit("2.55", "0"), ""},
		"without a description":         {good + edit("HOLDER", ""), ""},
		"of two purchases":              {two + edit("-4", "-9"), ""},
		"more than two purchases":       {two + edit("-4", "-10"), replay.TooManyBack},
		"more than was bought":          {good + edit("-4", "-7"), replay.TooManyBack},
		"before it was bought":          {good + edit("12-01 09", "12-01 07"), replay.NoPurchase},
		"before the purchase was told":  {back + good + edit("-4", "-6"), ""},
		"other goods":                   {good + edit("85123A", "85123B"), replay.NoPurchase},
		"another's":                     {good + edit("17850", "17851"), replay.NoPurchase},
		"a guest's":                     {good + edit("17850", ""), replay.NoCustomer},
		"a guest's purchase":            {unlike("17850", "") + back, replay.NoPurchase},
		"a discount":                    {good + edit("85123A", "D"), replay.NoGoods},
		"nothing":                       {good + edit("-4", "0"), replay.Adjustment},
		"something sold":                {good + edit("-4", "4"), replay.Adjustment},
		"something unreadable":          {good + "C536379,broken\n", replay.Unreadable},
		"two customers at once":         {good + back + edit("17850", "17851"), replay.AnotherCustomer},
		"a price's code":                {good + edit("85123A", "85123A@2.55"), replay.Unreadable},
		"of a purchase that is no sale": {unlike("2.55", "0") + back, replay.NoPurchase},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan := load(t, header+c.rows, 0)
			var got replay.Reason
			if n := len(plan.Rejects); n > 0 && plan.Rejects[n-1].Line == 1+strings.Count(c.rows, "\n") {
				got = plan.Rejects[n-1].Reason
			}
			if got != c.want {
				t.Errorf("rejects %v, want %q", plan.Rejects, c.want)
			}
		})
	}
}
