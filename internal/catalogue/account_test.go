package catalogue_test

import (
	"testing"

	"orderflow/internal/catalogue"
	"orderflow/internal/fault"
	"orderflow/internal/money"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

// A member of the platform's staff cannot alone lead a shop's money elsewhere.
func TestAnAccountTakesTwoPeople(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		in := catalogue.ShopInput{Code: "new", Name: "New", Currency: money.Currency("CNY"),
			MerchantAccount: "first"}
		id := e.MustID(e.Catalogue.SetShop(e.Platform, in))
		account := func(want, proposed string) {
			t.Helper()
			shop := e.DB.Client.Shop.GetX(t.Context(), id)
			if shop.MerchantAccount != want || shop.ProposedAccount != proposed {
				t.Errorf("paid on %q, proposed %q; want %q, %q", shop.MerchantAccount,
					shop.ProposedAccount, want, proposed)
			}
		}
		account("first", "")
		second := e.Staff(vocab.Platform)
		approve := func(account string) catalogue.AccountInput {
			return catalogue.AccountInput{Shop: id, MerchantAccount: account}
		}
		refused := func(code fault.Code, err error) {
			t.Helper()
			if fault.CodeOf(err) != code {
				t.Errorf("%v, want %s", err, code)
			}
		}
		in.MerchantAccount, in.Name = "thief", "Renamed"
		e.MustID(e.Catalogue.SetShop(e.Platform, in))
		account("first", "thief")
		_, err := e.Catalogue.ApproveAccount(e.Platform, approve("thief"))
		refused(fault.SecondPerson, err)
		e.MustID(e.Catalogue.SetShop(second, in)) // to repeat it is not to approve it
		_, err = e.Catalogue.ApproveAccount(e.Platform, approve("thief"))
		refused(fault.SecondPerson, err)
		_, err = e.Catalogue.ApproveAccount(second, approve("another"))
		refused(fault.ActionNotAllowed, err)
		_, err = e.Catalogue.ApproveAccount(e.Support, approve("thief"))
		refused(fault.Forbidden, err)
		account("first", "thief")

		in.MerchantAccount = "first" // withdrawn
		e.MustID(e.Catalogue.SetShop(e.Platform, in))
		_, err = e.Catalogue.ApproveAccount(second, approve("thief"))
		refused(fault.ActionNotAllowed, err)

		in.MerchantAccount = "next"
		e.MustID(e.Catalogue.SetShop(e.Platform, in))
		e.MustID(e.Catalogue.ApproveAccount(second, approve("next")))
		account("next", "")
		_, err = e.Catalogue.ApproveAccount(second, approve(""))
		refused(fault.ActionNotAllowed, err)
	})
}
