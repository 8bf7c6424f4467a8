package view

import (
	"github.com/99designs/gqlgen/graphql"

	"orderflow/internal/globalid"
)

// MarshalID writes an id.
func MarshalID(id globalid.ID) graphql.Marshaler { return id }

// UnmarshalID reads an id. An optional one may be given as null, which is the zero id.
func UnmarshalID(v any) (id globalid.ID, err error) {
	if v != nil {
		err = id.UnmarshalGQL(v)
	}
	return id, err
}
