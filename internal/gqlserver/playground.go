package gqlserver

import (
	"net/http"

	"github.com/99designs/gqlgen/graphql/playground"
)

// Playground serves GraphiQL for the endpoint, which must answer HTTP and WebSocket alike. A token
// that is not empty stands in the page's headers: give one in development only.
func Playground(endpoint, token string) http.Handler {
	var options []playground.GraphiqlConfigOption
	if token != "" {
		options = append(options, playground.WithGraphiqlUiHeaders(
			map[string]string{"Authorization": "Bearer " + token}))
	}
	return playground.Handler("orderflow", endpoint, options...)
}
