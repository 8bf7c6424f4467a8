package auth_test

import (
	"testing"
	"time"

	"orderflow/internal/auth"
	"orderflow/internal/vocab"
)

func TestMemberTokenTellsTheLevel(t *testing.T) {
	t.Parallel()
	options := auth.Options{Secret: secret, Now: clock}
	token, err := issuer(t, options).IssueMember("lin", 3, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	v, err := verifier(t, options).Verify(t.Context(), token)
	if err != nil || v.Role != vocab.Buyer || v.Subject != "lin" || v.Level != 3 {
		t.Errorf("got %+v, %v", v, err)
	}
	_, err = issuer(t, options).IssueMember("lin", -1, time.Hour)
	refused(t, err, "claim level")
}
