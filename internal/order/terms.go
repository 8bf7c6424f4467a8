package order

import (
	"context"
	"fmt"
	"slices"

	"orderflow/ent"
	"orderflow/ent/policyversion"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
)

// policyOf names a version of a shop's policy. Versions are never changed.
type policyOf struct {
	shop    globalid.ID
	version int32
}

// TermsOf is the policy that a sub-order goes by, complete: that of its shop when it was placed.
func (l *Locked) TermsOf(ctx context.Context, sub *ent.SubOrder) (document.ShopPolicy, error) {
	known, err := l.readTerms(ctx, sub)
	return known[policyOf{sub.ShopID, sub.PolicyVersion}], err
}

// readTerms reads the policies of sub-orders, but those that another order of the batch has read.
func (l *Locked) readTerms(
	ctx context.Context, subs ...*ent.SubOrder,
) (map[policyOf]document.ShopPolicy, error) {
	known := map[policyOf]document.ShopPolicy{}
	if l.batch != nil {
		known = l.batch.terms
	}
	var unknown []policyOf
	for _, sub := range subs {
		of := policyOf{sub.ShopID, sub.PolicyVersion}
		if _, read := known[of]; !read && !slices.Contains(unknown, of) {
			unknown = append(unknown, of)
		}
	}
	return known, readPolicies(ctx, l.client, unknown, known)
}

// ReadTerms reads the policies that rows go by, of which each names its shop and the version: for
// rows outside of a locked order, by one statement.
func ReadTerms[R any](
	ctx context.Context, client *ent.Client, rows []R, of func(R) (globalid.ID, int32),
) (func(R) document.ShopPolicy, error) {
	var wanted []policyOf
	for _, row := range rows {
		shop, version := of(row)
		if name := (policyOf{shop, version}); !slices.Contains(wanted, name) {
			wanted = append(wanted, name)
		}
	}
	known := map[policyOf]document.ShopPolicy{}
	err := readPolicies(ctx, client, wanted, known)
	return func(row R) document.ShopPolicy {
		shop, version := of(row)
		return known[policyOf{shop, version}]
	}, err
}

// readPolicies adds versions of policies to those that are known.
func readPolicies(
	ctx context.Context, client *ent.Client, wanted []policyOf,
	known map[policyOf]document.ShopPolicy,
) error {
	if len(wanted) == 0 {
		return nil
	}
	shops, versions := make([]globalid.ID, len(wanted)), make([]int32, len(wanted))
	for i, of := range wanted {
		shops[i], versions[i] = of.shop, of.version
	}
	found, err := client.PolicyVersion.Query().Where(policyversion.ShopIDIn(shops...),
		policyversion.VersionIn(versions...)).All(ctx)
	for _, row := range found {
		known[policyOf{row.ShopID, row.Version}] = row.Policy
	}
	for _, of := range wanted {
		if _, read := known[of]; !read && err == nil {
			err = fmt.Errorf("order: shop %s has no policy of version %d", of.shop, of.version)
		}
	}
	return err
}
