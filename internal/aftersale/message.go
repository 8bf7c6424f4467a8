package aftersale

import (
	"context"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"orderflow/ent"
	message "orderflow/ent/aftersalemessage"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/limit"
	"orderflow/internal/text"
	"orderflow/internal/vocab"
)

// messagesWithin is the time in which messages of one side are counted.
const messagesWithin = 24 * time.Hour

// The sides of a request, whose messages are counted together.
var sides = [][]vocab.Role{{vocab.Buyer}, {vocab.Merchant, vocab.Warehouse},
	{vocab.Support, vocab.Platform}}

var imageTypes = []string{".jpg", ".jpeg", ".png", ".webp", ".gif"}

// check adds the faults of a statement. It may be empty.
func (s Statement) check(faults *fault.List) {
	limit.StatementText.Text(faults, "text", s.Text)
	if wrong := text.Wrong(s.Text); wrong != "" {
		faults.Add("text", fault.InvalidInput, "%s", wrong)
	}
	if len(s.Images) > int(limit.Images.Most) {
		limit.Images.Within(faults, "images", len(s.Images))
		return
	}
	for _, link := range s.Images {
		if len(link) > int(limit.ImageLink.Most) {
			limit.ImageLink.Within(faults, "images", len(link))
			return
		}
		if !isImage(link) {
			faults.Add("images", fault.InvalidInput,
				"An image is an https link to a named host, without user, port or fragment, "+
					"that ends in one of %s.", strings.Join(imageTypes, " "))
			return
		}
	}
}

// hostName is a name of several labels of which the last begins with a letter: no address of IP, no
// port.
var hostName = regexp.MustCompile(`^([a-zA-Z0-9-]+\.)+[a-zA-Z][a-zA-Z0-9-]*$`)

// isImage reports whether a link is one that a client can show without a thought: of a public name,
// without user or fragment, and with nothing in it that has to be escaped.
func isImage(link string) bool {
	u, err := url.Parse(link)
	return err == nil && u.Scheme == "https" && hostName.MatchString(u.Host) && u.User == nil &&
		u.Fragment == "" && u.String() == link &&
		slices.Contains(imageTypes, strings.ToLower(path.Ext(u.Path)))
}

// empty reports whether nothing is said or shown.
func (s Statement) empty() bool { return s.Text == "" && len(s.Images) == 0 }

// addMessage adds an entry of the negotiation 协商历史; nothing for an empty one.
func (s *session) addMessage(kind vocab.MessageKind, said Statement) {
	if said.empty() {
		return
	}
	id := globalid.New(globalid.AfterSaleMessage)
	s.Tx.Insert(&ent.AfterSaleMessage{ID: id,
		AfterSaleID: s.Row.ID, BuyerID: s.Row.BuyerID, ShopID: s.Row.ShopID,
		Kind: kind, AuthorRole: s.Actor.Role, Author: s.Actor.ID.String(),
		Text:      s.keys.SealText(said.Text, id, message.FieldText),
		Images:    s.keys.SealText(encodeLinks(said.Images), id, message.FieldImages),
		CreatedAt: s.Now})
}

// encodeLinks writes links as one text, empty for none. Links have no control characters.
func encodeLinks(links []string) string { return strings.Join(links, "\n") }

// Images opens the links to images of a message. The graph calls it for viewers that see it.
func (s *AfterSales) Images(m *ent.AfterSaleMessage) ([]string, error) {
	links, err := s.keys.OpenText(m.Images, m.ID, message.FieldImages)
	return strings.FieldsFunc(links, func(r rune) bool { return r == '\n' }), err
}

// AddMessage says something about an open request, or shows evidence.
//
// The buyer, merchants of the shop, support and platform staff may call it. Faults besides the
// common ones: INVALID_INPUT, LIMIT_EXCEEDED, TOO_MANY. After commit nothing follows.
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
	return s.command(ctx, id, []vocab.Role{vocab.Buyer, vocab.Merchant,
		vocab.Support, vocab.Platform},
		func(ctx context.Context, s *session) error {
			if err := s.oneMoreMessage(ctx); err != nil {
				return err
			}
			s.addMessage(kind, said)
			return s.transition(ctx, step{action: vocab.AddAfterSaleMessage})
		})
}

// oneMoreMessage refuses a message of a side that has said as much lately as it may.
func (s *session) oneMoreMessage(ctx context.Context) error {
	i := slices.IndexFunc(sides, func(side []vocab.Role) bool {
		return slices.Contains(side, s.Actor.Role)
	})
	most := limit.Messages
	last, err := s.Tx.AfterSaleMessage.Query().Where(message.AfterSaleID(s.Row.ID),
		message.AuthorRoleIn(sides[i]...),
		message.KindIn(vocab.MessageSaid, vocab.MessageEvidence),
		message.CreatedAtGT(s.Now.Add(-messagesWithin))).
		Order(ent.Desc(message.FieldID)).Limit(int(most.Most)).All(ctx)
	if err != nil || len(last) < int(most.Most) {
		return err
	}
	return most.Reached("", most.Most, last[len(last)-1].CreatedAt.Add(messagesWithin))
}
