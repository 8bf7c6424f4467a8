package aftersale

import (
	"context"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

const (
	maxText   = 500 // characters of a statement
	maxImages = 20
	maxLink   = 500 // characters of a link to an image
)

var imageTypes = []string{".jpg", ".jpeg", ".png", ".webp", ".gif"}

// check adds the faults of a statement. It may be empty.
func (s Statement) check(faults *fault.List) {
	if !utf8.ValidString(s.Text) || utf8.RuneCountInString(s.Text) > maxText ||
		strings.ContainsFunc(s.Text, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }) {
		faults.Add("text", fault.InvalidInput, "It has at most %d printable characters.", maxText)
	}
	if len(s.Images) > maxImages {
		faults.Add("images", fault.LimitExceeded, "At most %d images can be shown.", maxImages)
		return
	}
	for _, link := range s.Images {
		if !isImage(link) {
			faults.Add("images", fault.InvalidInput,
				"An image is an https link of at most %d characters that ends in one of %s.", maxLink,
				strings.Join(imageTypes, " "))
			return
		}
	}
}

func isImage(link string) bool {
	u, err := url.Parse(link)
	return err == nil && u.Scheme == "https" && u.Host != "" && len(link) <= maxLink &&
		slices.Contains(imageTypes, strings.ToLower(path.Ext(u.Path)))
}

// empty reports whether nothing is said or shown.
func (s Statement) empty() bool { return s.Text == "" && len(s.Images) == 0 }

// say writes an entry of the negotiation 协商历史; nothing for an empty one.
func (d *desk) say(ctx context.Context, kind vocab.MessageKind, s Statement) error {
	if s.empty() {
		return nil
	}
	images := s.Images
	if images == nil {
		images = []string{}
	}
	actor := d.l.Log.Actor()
	return d.tx.AfterSaleMessage.Create().SetAfterSaleID(d.Row.ID).SetKind(kind).
		SetAuthorRole(actor.Role).SetAuthor(actor.ID.String()).SetText(s.Text).
		SetImages(images).SetCreatedAt(d.Now).Exec(ctx)
}

// AddMessage says something about an open request, or shows evidence.
//
// The buyer, merchants of the shop, support and platform staff may call it. Faults besides the
// common ones: INVALID_INPUT, LIMIT_EXCEEDED. After commit nothing follows.
func (s *AfterSales) AddMessage(
	ctx context.Context, id globalid.ID, said Statement,
) (globalid.ID, error) {
	var faults fault.List
	if said.check(&faults); said.empty() {
		faults.Add("text", fault.InvalidInput, "A text or an image is needed.")
	}
	if err := faults.Err(); err != nil {
		return id, err
	}
	kind := vocab.MessageSaid
	if len(said.Images) > 0 {
		kind = vocab.MessageEvidence
	}
	return s.onRequest(ctx, id, []vocab.Role{vocab.Buyer, vocab.Merchant,
		vocab.Support, vocab.Platform},
		func(ctx context.Context, d *desk) error {
			err := d.step(ctx, step{on: vocab.AddAfterSaleMessage, by: d.role()})
			if err != nil {
				return err
			}
			return d.say(ctx, kind, said)
		})
}
