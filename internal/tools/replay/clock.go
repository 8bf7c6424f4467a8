package replay

import (
	"context"
	"errors"
	"time"
)

// platform is the user who makes the shops and moves the clock.
var platform = user{role: "PLATFORM", subject: "replay"}

// now reads the business time of the server.
func (r *replay) now(ctx context.Context) (time.Time, error) {
	var answer struct{ Now time.Time }
	err := r.client.do(ctx, platform, operation{Query: "{ now }"}, &answer)
	return answer.Now, err
}

// moveTo advances the clock to a time, unless it is later already, and waits until the server has
// done what is due then. The gap is computed anew for each try, since a try without a response may
// have advanced the clock.
func (r *replay) moveTo(ctx context.Context, at time.Time) error {
	return r.client.retry(ctx, func() error {
		now, err := r.now(ctx)
		if err != nil {
			return err
		}
		gap := max(at.Sub(now)+time.Second-1, 0)
		advance := mutation{name: "advanceClock", selection: "now",
			input: map[string]any{"seconds": int64(gap / time.Second)}}
		var answer map[string]any
		return r.client.doOnce(ctx, platform, batch([]mutation{advance}), clockTimeout, &answer)
	})
}

// startClock sets the clock back to the file's first hour. With orders in the database it can only
// go forward, which is right when they are orders of this file.
func (r *replay) startClock(ctx context.Context) error {
	if len(r.plan.invoices) == 0 {
		return errors.New("the file has no invoice to replay")
	}
	first := r.plan.hours[0].at
	_, err := mutate[struct{}](ctx, r.client, platform, mutation{name: "setClock", selection: "now",
		input: map[string]any{"now": first}})
	var userError *UserError
	if err == nil || !errors.As(err, &userError) || userError.Code != "CLOCK_LOCKED" {
		return err
	}
	now, err := r.now(ctx)
	if err != nil {
		return err
	}
	var known struct{ Shop *struct{ ID string } }
	err = r.client.do(ctx, platform, operation{
		Query:     "query($code: String!) { shop(code: $code) { id } }",
		Variables: map[string]any{"code": r.shopCode(0)},
	}, &known)
	if err == nil && known.Shop == nil && now.After(first) {
		err = errors.New("the database has orders already, and its clock is past the file's " +
			"first invoice; replay into a fresh database")
	}
	return err
}
