package shipment

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"net/http"
	"time"

	"orderflow/internal/globalid"
)

// PickListPath is the route of the pick lists' page.
const PickListPath = "/print/picklists"

var errLink = errors.New("the link is not ours or has expired")

// linkPurpose keeps a link from being taken for anything else that is sealed.
var linkPurpose = []byte("pick list link")

// PickListLink gives the path and query of a page with the pick lists of parcels, for whoever has
// it, for ten minutes. The caller has checked that the viewer may see them.
func (s *Shipments) PickListLink(ids []globalid.ID) string {
	expires := s.db.RealNow().Add(linkLife).Unix()
	plain := binary.BigEndian.AppendUint64(nil, uint64(expires)) //nolint:gosec // after 1970
	for _, id := range ids {
		plain = append(plain, id[:]...)
	}
	return PickListPath + "?token=" +
		base64.RawURLEncoding.EncodeToString(s.keys.Seal(plain, linkPurpose))
}

func (s *Shipments) readLink(token string) ([]globalid.ID, error) {
	const stamp, size = 8, len(globalid.ID{})
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return nil, errLink
	}
	plain, err := s.keys.Open(sealed, linkPurpose)
	if err != nil || len(plain) < stamp || (len(plain)-stamp)%size != 0 {
		return nil, errLink
	}
	expires := time.Unix(int64(binary.BigEndian.Uint64(plain)), 0) //nolint:gosec // written above
	if s.db.RealNow().After(expires) {
		return nil, errLink
	}
	var ids []globalid.ID
	for at := stamp; at < len(plain); at += size {
		ids = append(ids, globalid.ID(plain[at:at+size]))
	}
	return ids, nil
}

// HandlePickLists serves the page that PickListLink names.
func (s *Shipments) HandlePickLists(w http.ResponseWriter, r *http.Request) {
	ids, err := s.readLink(r.URL.Query().Get("token"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	head := w.Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	head.Set("Cache-Control", "private, no-store")
	head.Set("Referrer-Policy", "no-referrer")
	if err := s.PickListHTML(r.Context(), w, ids); err != nil {
		s.log.ErrorContext(r.Context(), "pick lists", "error", err)
		http.Error(w, "try again", http.StatusInternalServerError)
	}
}
