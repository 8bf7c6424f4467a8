package money_test

import (
	"math"
	"testing"

	"orderflow/internal/money"
)

func TestText(t *testing.T) {
	t.Parallel()
	for want, m := range map[string]money.Money{
		"¥12.30":                   {Amount: 1230, Currency: money.CNY},
		"£1.05":                    {Amount: 105, Currency: money.GBP},
		"$0.00":                    {Amount: 0, Currency: money.USD},
		"-€0.07":                   {Amount: -7, Currency: money.EUR},
		"¥1230":                    {Amount: 1230, Currency: money.JPY},
		"12.30 XYZ":                {Amount: 1230, Currency: "XYZ"},
		"-¥92233720368547758.08":   {Amount: math.MinInt64, Currency: money.CNY},
		"92233720368547758.07 CHF": {Amount: math.MaxInt64, Currency: "CHF"},
	} {
		if got := m.Text(); got != want {
			t.Errorf("%d %s: got %q, want %q", m.Amount, m.Currency, got, want)
		}
	}
}

func TestACurrencyIsThreeCapitals(t *testing.T) {
	t.Parallel()
	if !money.CNY.Valid() {
		t.Error("CNY was refused")
	}
	for _, bad := range []money.Currency{"", "cny", "CN", "CNYY", "C1Y", "元", "CÑ"} {
		if bad.Valid() {
			t.Errorf("%q was taken for a currency", bad)
		}
	}
}

func TestAddAndMulRefuseMoreThanMax(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b         int64
		sum, product int64
		sumOK, mulOK bool
	}{
		{2, 3, 5, 6, true, true},
		{money.Max, 0, money.Max, 0, true, true},
		{money.Max, 1, 0, money.Max, false, true},
		{money.Max - 1, 1, money.Max, money.Max - 1, true, true},
		{1 << 32, 1 << 32, 1 << 33, 0, true, false},
		{1 << 27, 1 << 26, 1<<27 + 1<<26, money.Max, true, true},
		{math.MaxInt64, math.MaxInt64, 0, 0, false, false},
		{math.MaxInt64, 1, 0, 0, false, false},
	} {
		if sum, ok := money.Add(c.a, c.b); sum != c.sum || ok != c.sumOK {
			t.Errorf("%d + %d: %d, %v", c.a, c.b, sum, ok)
		}
		if product, ok := money.Mul(c.a, c.b); product != c.product || ok != c.mulOK {
			t.Errorf("%d · %d: %d, %v", c.a, c.b, product, ok)
		}
	}
}

func TestMisuseIsABugOfTheCaller(t *testing.T) {
	t.Parallel()
	for name, misuse := range map[string]func(){
		"portion above the whole": func() { money.Portion(1, 3, 2) },
		"portion of nothing":      func() { money.Portion(1, 0, 0) },
		"negative total":          func() { money.Portion(-1, 1, 2) },
		"negative weight":         func() { money.Allocate(1, []int64{1, -1}) },
		"no parts":                func() { money.Allocate(1, nil) },
		"weights beyond int64":    func() { money.Allocate(1, []int64{math.MaxInt64, 1}) },
		"caps of another length":  func() { money.AllocateCapped(1, []int64{1}, nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			misuse()
		}()
	}
}
