package gqlserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"orderflow/internal/fault"
)

// refusal is a response given before any operation is known.
type refusal struct {
	status int
	allow  string // the Allow header of a 405
	cause  error
}

func refuse(status int, code fault.Code, format string, args ...any) *refusal {
	return &refusal{status: status, cause: fault.New(code, format, args...)}
}

func badRequest(format string, args ...any) *refusal {
	return refuse(http.StatusBadRequest, fault.BadUserInput, format, args...)
}

// readParams reads the parameters of a POST or GET request.
func (s *server) readParams(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, *refusal) {
	if r.Method == http.MethodGet {
		return readQueryString(r)
	}
	if !isJSON(r.Header.Get("Content-Type")) {
		return nil, refuse(http.StatusUnsupportedMediaType, fault.BadUserInput,
			"The request's content type must be application/json in UTF-8.")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.limits.BodyBytes))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, refuse(http.StatusRequestEntityTooLarge, fault.TooComplex,
			"The body is larger than %d bytes.", s.limits.BodyBytes)
	case err != nil:
		return nil, badRequest("The body could not be read.")
	}
	params, f := decodeParams(body)
	if f != nil {
		return nil, &refusal{status: http.StatusBadRequest, cause: f}
	}
	params.Headers = r.Header
	return params, nil
}

func isJSON(contentType string) bool {
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil || media != mediaJSON {
		return false
	}
	charset, named := params["charset"]
	return !named || strings.EqualFold(charset, "utf-8")
}

func readQueryString(r *http.Request) (*graphql.RawParams, *refusal) {
	values := r.URL.Query()
	for name := range values {
		if !utf8.ValidString(values.Get(name)) {
			return nil, badRequest("The parameters are not UTF-8.")
		}
	}
	params := &graphql.RawParams{
		Query:         values.Get("query"),
		OperationName: values.Get("operationName"),
		Headers:       r.Header,
	}
	if text := values.Get("variables"); text != "" {
		if decodeOne([]byte(text), &params.Variables) != nil {
			return nil, badRequest("The parameter variables must be a JSON object.")
		}
	}
	if text := values.Get("extensions"); text != "" {
		if decodeOne([]byte(text), &params.Extensions) != nil {
			return nil, badRequest("The parameter extensions must be a JSON object.")
		}
	}
	if f := checkQuery(params); f != nil {
		return nil, &refusal{status: http.StatusBadRequest, cause: f}
	}
	return params, nil
}

// decodeParams decodes the parameters of one operation: a POST body or the payload of a
// subscribe message. Its faults never quote what was sent.
func decodeParams(data []byte) (*graphql.RawParams, *fault.Error) {
	// The decoder would put a character in place of what is none, and nobody would know.
	if !utf8.Valid(data) {
		return nil, fault.New(fault.BadUserInput, "The request is not UTF-8.")
	}
	if !bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) {
		return nil, fault.New(fault.BadUserInput, "The request must be one JSON object.")
	}
	params := &graphql.RawParams{}
	err := decodeOne(data, params)
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrongType) && wrongType.Field != "":
		field, _, _ := strings.Cut(wrongType.Field, ".")
		return nil, fault.New(fault.BadUserInput, "The parameter %s has a wrong type.", field)
	case err != nil:
		return nil, fault.New(fault.BadUserInput, "The request is not valid JSON.")
	}
	return params, checkQuery(params)
}

func checkQuery(params *graphql.RawParams) *fault.Error {
	if _, persisted := persistedHash(params.Extensions); params.Query == "" && !persisted {
		return fault.New(fault.BadUserInput, "The parameter query is missing.")
	}
	return nil
}

// decodeOne decodes exactly one JSON value. Numbers stay texts, as gqlgen's coercion requires.
func decodeOne(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one JSON value")
	}
	return nil
}
