package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"time"

	"orderflow/ent"
	"orderflow/ent/buyer"
	"orderflow/ent/shop"
	"orderflow/internal/auth"
	"orderflow/internal/config"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

const tokenLife = 24 * time.Hour

func tokenCommand() command {
	return command{
		name:    "token",
		args:    "--role ROLE [--subject NAME] [--shop CODE,…] [--level N]",
		summary: "Print a token for development",
		description: `
The token goes into the header Authorization: Bearer TOKEN. It needs the server's token secret;
production takes tokens from your own issuer instead. In development GET /dev/token?role=buyer of
the server answers the same.

  orderflow token --role buyer --subject buyer-2
  orderflow token --role merchant --shop tea
`,
		bind: func(fs *flag.FlagSet) action {
			role := fs.String("role", "", "buyer, merchant, warehouse, support or platform")
			subject := fs.String("subject", "", "who it is for (default: the role and -1)")
			shops := fs.String("shop", "", "codes or ids of shops, for merchant and warehouse "+
				"(default: the first shop)")
			level := fs.Int("level", currentLevel, "member level, for buyer "+
				"(default: what the buyer has)")
			return func(ctx context.Context, p *program, cfg config.Config) error {
				return printToken(ctx, p, cfg, tokenRequest{*role, *subject, *shops, *level})
			}
		},
	}
}

func printToken(
	ctx context.Context, p *program, cfg config.Config, request tokenRequest,
) (err error) {
	if !cfg.DevelopmentTokens() {
		return errors.New("tokens are made here only in development and without a key set")
	}
	issuer, err := auth.NewIssuer(authOptions(cfg))
	if err != nil {
		return err
	}
	db, err := openReady(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	token, err := request.issue(ctx, issuer, db.Client)
	if err != nil {
		return err
	}
	fmt.Fprintln(p.out, token)
	return nil
}

// tokenRequest describes a token to be issued.
type tokenRequest struct {
	role    string
	subject string
	shops   string // codes or ids, separated by commas
	level   int    // of a buyer
}

// currentLevel stands for the stored level of the buyer.
const currentLevel = -1

// issue makes the token.
func (t tokenRequest) issue(
	ctx context.Context, issuer *auth.Issuer, client *ent.Client,
) (string, error) {
	role := vocab.Role(strings.ToUpper(t.role))
	viewer := auth.Viewer{Role: role}
	if !viewer.IsBuyer() && !viewer.IsStaff() {
		return "", errors.New("say a role: buyer, merchant, warehouse, support or platform")
	}
	life := min(tokenLife, issuer.Lifetime())
	subject := t.subject
	if subject == "" {
		subject = strings.ToLower(t.role) + "-1"
	}
	if viewer.IsBuyer() {
		level, err := levelOf(ctx, client, subject, t.level)
		if err != nil {
			return "", err
		}
		return issuer.IssueMember(subject, level, life)
	}
	var shops []globalid.ID
	if !viewer.SeesAllShops() {
		var err error
		if shops, err = findShops(ctx, client, t.shops); err != nil {
			return "", err
		}
	}
	return issuer.Issue(subject, role, shops, life)
}

func levelOf(
	ctx context.Context, client *ent.Client, subject string, wanted int,
) (int, error) {
	if wanted != currentLevel {
		return wanted, nil
	}
	row, err := client.Buyer.Query().Where(buyer.Subject(subject)).Only(ctx)
	if ent.IsNotFound(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return row.Level, nil
}

// findShops reads codes or ids; without any it is the first shop.
func findShops(ctx context.Context, client *ent.Client, text string) ([]globalid.ID, error) {
	if text == "" {
		first, err := client.Shop.Query().Order(ent.Asc(shop.FieldID)).FirstID(ctx)
		if ent.IsNotFound(err) {
			return nil, errors.New("there is no shop yet; make some with orderflow seed --demo")
		}
		return []globalid.ID{first}, err
	}
	var found []globalid.ID
	for name := range strings.SplitSeq(text, ",") {
		name = strings.TrimSpace(name)
		where := shop.Code(name)
		if id, err := globalid.Parse(name); err == nil {
			where = shop.ID(id)
		}
		id, err := client.Shop.Query().Where(where).OnlyID(ctx)
		if ent.IsNotFound(err) {
			return nil, fmt.Errorf("there is no shop %q; say a code or an id", name)
		}
		if err != nil {
			return nil, err
		}
		found = append(found, id)
	}
	return found, nil
}

func authOptions(cfg config.Config) auth.Options {
	return auth.Options{
		Secret: []byte(cfg.TokenSecret), JWKSURL: cfg.JWKSURL,
		Issuer: cfg.Issuer, Audience: cfg.Audience, Lifetime: cfg.TokenLifetime,
	}
}
