package auth_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"testing"

	"orderflow/internal/auth"
	"orderflow/internal/vocab"
)

// raw signs a header and claims as they are written.
func raw(header, claims string) string {
	text := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." +
		base64.RawURLEncoding.EncodeToString([]byte(claims))
	sum := hmac.New(sha256.New, secret)
	sum.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(sum.Sum(nil))
}

func TestTokensAreReadExactly(t *testing.T) {
	t.Parallel()
	v := verifier(t, auth.Options{Secret: secret, Now: clock})
	const plain = `{"alg":"HS256","typ":"JWT"}`
	buyer := fmt.Sprintf(`"sub":"lin","role":"BUYER","exp":%d`, started.Unix()+60)
	for name, c := range map[string]struct{ header, claims, want string }{
		"plain":               {plain, `{` + buyer + `}`, ""},
		"a claim of others":   {plain, `{` + buyer + `,"scope":{"a":1,"a":2}}`, ""},
		"another Role before": {plain, `{"Role":"PLATFORM",` + buyer + `}`, ""},
		"another Role after":  {plain, `{` + buyer + `,"Role":"PLATFORM"}`, ""},
		"ROLE, SUB and ſub":   {plain, `{` + buyer + `,"ROLE":"PLATFORM","SUB":"x","ſub":"y"}`, ""},
		"Exp alone":           {plain, `{"sub":"lin","role":"BUYER","Exp":9e9}`, "claim is missing"},
		"Role alone": {plain, fmt.Sprintf(`{"sub":"lin","Role":"PLATFORM","exp":%d}`,
			started.Unix()+60), "claim role"},
		"role twice":          {plain, `{"role":"PLATFORM",` + buyer + `}`, "field twice"},
		"role twice, escaped": {plain, `{` + buyer + `,"rol\u0065":"PLATFORM"}`, "field twice"},
		"a subject of half a character": {plain, fmt.Sprintf(
			`{"sub":"lin\ud800","role":"BUYER","exp":%d}`, started.Unix()+60), "claim sub"},
		"a subject that is not UTF-8": {plain, fmt.Sprintf(
			`{"sub":"lin%s","role":"BUYER","exp":%d}`, "\xff", started.Unix()+60), "not a JWT"},
		"two objects":         {plain, `{` + buyer + `}{}`, "not a JWT"},
		"a list":              {plain, `[` + buyer + `]`, "not a JWT"},
		"no object":           {plain, `null`, "claim is missing"},
		"half an object":      {plain, `{` + buyer, "not a JWT"},
		"crit":                {`{"alg":"HS256","crit":["exp"]}`, `{` + buyer + `}`, "crit"},
		"crit of nothing":     {`{"alg":"HS256","crit":null}`, `{` + buyer + `}`, "crit"},
		"alg twice":           {`{"alg":"none","alg":"HS256"}`, `{` + buyer + `}`, "field twice"},
		"a header of no text": {`{"alg":"HS256","x":"` + "\xff" + `"}`, `{` + buyer + `}`, "not a JWT"},
		"Alg":                 {`{"Alg":"HS256"}`, `{` + buyer + `}`, "key is not known"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			viewer, err := v.Verify(t.Context(), raw(c.header, c.claims))
			switch {
			case c.want != "":
				refused(t, err, c.want)
			case err != nil:
				t.Error(err)
			case viewer.Role != vocab.Buyer || viewer.Subject != "lin":
				t.Errorf("got %+v", viewer)
			}
		})
	}
}
