package main

import (
	"context"
	"errors"
	"fmt"

	"orderflow/ent"
	"orderflow/ent/setting"
	"orderflow/internal/config"
	"orderflow/internal/seal"
	"orderflow/internal/store"
)

// The rows of settings by which the servers of a database know each other. They hold check values,
// never a key or a secret.
const (
	envRow     = "server.env"
	sealRow    = "server.seal_keys"
	blindRow   = "server.blind_key"
	sandboxRow = "server.sandbox_secret"
)

// checkFit compares this server with those that have used its database before, and refuses to
// start one that could not read what they write or would not believe what they sign. The first
// server records what it is.
func (a *App) checkFit(ctx context.Context) error {
	news, err := a.compare(ctx, a.db.Client)
	if err != nil || len(news) == 0 {
		return err
	}
	return a.db.Run(ctx, func(ctx context.Context, tx *store.Tx) error {
		// The insert locks the rows even when they exist, and waits for another server that starts.
		if err := store.InsertNew(ctx, tx, news...); err != nil {
			return err
		}
		changed, err := a.compare(ctx, tx.Client())
		if err != nil {
			return err
		}
		for _, row := range changed {
			err := tx.Setting.Update().Where(setting.ID(row.ID)).SetValue(row.Value).Exec(ctx)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// compare returns the rows that are missing or have to change; its error lists all that does not
// fit.
func (a *App) compare(ctx context.Context, client *ent.Client) ([]*ent.Setting, error) {
	rows, err := client.Setting.Query().
		Where(setting.IDIn(envRow, sealRow, blindRow, sandboxRow)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("what other servers have recorded: %w", err)
	}
	recorded := make(map[string]string, len(rows))
	for _, row := range rows {
		recorded[row.ID] = row.Value
	}
	var news []*ent.Setting
	var problems []error
	for _, own := range a.traits() {
		switch before, known := recorded[own.row]; {
		case !known:
			news = append(news, &ent.Setting{ID: own.row, Value: own.value})
		case before != own.value:
			problems = append(problems, errors.New(own.problem))
		}
	}
	switch record, err := a.keys.Admit(recorded[sealRow]); {
	case err != nil:
		problems = append(problems,
			fmt.Errorf("ORDERFLOW_SEAL_KEYS: %w; set the keys that the others have", err))
	case record != recorded[sealRow]:
		news = append(news, &ent.Setting{ID: sealRow, Value: record})
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("this server does not fit the others of its database:\n%w",
			errors.Join(problems...))
	}
	return news, nil
}

// trait is what all servers of a database have in common, besides the keys that seal, which rotate.
type trait struct {
	row, value string
	problem    string // why a server does not fit whose value is another
}

func (a *App) traits() []trait {
	other := config.Production
	if a.Config.Env == config.Production {
		other = config.Development
	}
	traits := []trait{
		{envRow, string(a.Config.Env), fmt.Sprintf("ORDERFLOW_ENV: the others run in %s; "+
			"set it to %s, or name another database", other, other)},
		{blindRow, a.blind.CheckValue(), "ORDERFLOW_BLIND_KEY: the others index phone numbers " +
			"with another key; set the one that they have"},
	}
	if a.Config.Sandbox() {
		traits = append(traits, trait{sandboxRow,
			seal.CheckValue([]byte(a.Config.SandboxSecret), "sandbox secret"),
			"ORDERFLOW_SANDBOX_SECRET: the others sign with another secret; " +
				"set the one that they have"})
	}
	return traits
}
