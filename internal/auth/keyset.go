package auth

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/golang-jwt/jwt/v5"
)

const (
	keysTimeout  = 5 * time.Second // one fetch of the issuer's keys
	keysInterval = time.Hour
	keysRetry    = time.Minute // after a fetch that failed

	// keysOnDemand is the least interval between fetches caused by unknown key ids: a rotation is
	// noticed at once, and made-up key ids cannot flood the issuer.
	keysOnDemand = 10 * time.Second
	// keysPatience is how long a token of an unknown key waits for a fetch that runs.
	keysPatience = 500 * time.Millisecond
	// keysAge is for how long keys are believed that could not be fetched again.
	keysAge = 24 * time.Hour

	maxKeySet     = 256 << 10 // bytes
	maxKeys       = 100
	minRSA        = 2048 // bits
	maxRSA        = 8192
	maxKeysHeader = 64 << 10
)

// keySet is the issuer's published keys. What is fetched replaces all keys, so a key that is
// published no more ends; a fetch that fails changes nothing.
type keySet struct {
	options   Options
	transport *http.Transport
	lifetime  context.Context // of fetches: no caller's

	mu      sync.Mutex
	keys    map[string]publicKey
	fetched time.Time     // when keys were
	asked   time.Time     // when an unknown key id last caused a fetch
	running chan struct{} // closed at the end of the fetch that runs; nil when none does
}

type publicKey struct {
	key       crypto.PublicKey
	algorithm string // the only one that it is for; empty: as its kind says
}

// newKeySet fetches the keys, for at most keysTimeout, and again from time to time until ctx ends.
func newKeySet(ctx context.Context, o Options) (*keySet, error) {
	if _, err := keysRequest(ctx, o.JWKSURL); err != nil {
		return nil, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableKeepAlives = true
	transport.MaxResponseHeaderBytes = maxKeysHeader
	k := &keySet{options: o, transport: transport, lifetime: ctx}
	<-k.refresh()
	go k.keepFresh(ctx)
	return k, nil
}

func (k *keySet) keepFresh(ctx context.Context) {
	for {
		wait := keysInterval
		k.mu.Lock()
		if k.options.Now().Sub(k.fetched) >= keysInterval {
			wait = keysRetry
		}
		k.mu.Unlock()
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
			<-k.refresh()
		}
	}
}

// keyOf returns the key that a token names.
func (k *keySet) keyOf(ctx context.Context) jwt.Keyfunc {
	return func(token *jwt.Token) (any, error) {
		id, _ := token.Header["kid"].(string)
		found, known := k.known(id)
		if fetch := k.onDemand(known); fetch != nil {
			patience := time.NewTimer(keysPatience)
			defer patience.Stop()
			select {
			case <-fetch:
			case <-patience.C:
			case <-ctx.Done():
			}
			found, known = k.known(id)
		}
		if !known || found.algorithm != "" && found.algorithm != token.Method.Alg() {
			return nil, errors.New("auth: unknown key")
		}
		return found.key, nil
	}
}

func (k *keySet) known(id string) (publicKey, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.options.Now().Sub(k.fetched) > keysAge {
		return publicKey{}, false
	}
	found, known := k.keys[id]
	return found, known
}

// onDemand returns the end of a fetch that may bring an unknown key: the one that runs or, not too
// often, a new one.
func (k *keySet) onDemand(known bool) <-chan struct{} {
	if known {
		return nil
	}
	k.mu.Lock()
	running, now := k.running, k.options.Now()
	allowed := running == nil && now.Sub(k.asked) >= keysOnDemand
	if allowed {
		k.asked = now
	}
	k.mu.Unlock()
	if allowed {
		return k.refresh()
	}
	return running
}

// refresh starts a fetch unless one runs, and returns what is closed at its end.
func (k *keySet) refresh() <-chan struct{} {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.running != nil {
		return k.running
	}
	done := make(chan struct{})
	k.running = done
	go func() {
		keys, err := k.fetch()
		k.mu.Lock()
		defer k.mu.Unlock()
		if err == nil {
			k.keys, k.fetched = keys, k.options.Now()
		} else if k.lifetime.Err() == nil {
			k.options.Log.Error("the token issuer's keys cannot be fetched", "error", err)
		}
		k.running = nil
		close(done)
	}()
	return done
}

// fetch reads the keys. Its errors repeat nothing of the URL, which may hold secrets, nor of the
// answer, which may repeat the URL.
func (k *keySet) fetch() (map[string]publicKey, error) {
	ctx, cancel := context.WithTimeout(k.lifetime, keysTimeout)
	defer cancel()
	request, err := keysRequest(ctx, k.options.JWKSURL)
	if err != nil {
		return nil, err
	}
	// A transport, unlike a client, follows no redirect: who answers for another host is not asked.
	answer, err := k.transport.RoundTrip(request)
	if err != nil {
		return nil, connectionError(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("auth: the issuer answered with status %d", answer.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxKeySet+1))
	switch {
	case err != nil:
		return nil, connectionError(err)
	case len(body) > maxKeySet:
		return nil, fmt.Errorf("auth: the issuer's key set is longer than %d bytes", maxKeySet)
	}
	return readKeys(body)
}

func keysRequest(ctx context.Context, address string) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil || request.URL.Host == "" {
		return nil, errors.New("auth: the URL of the key set is none")
	}
	if user := request.URL.User; user != nil {
		password, _ := user.Password()
		request.SetBasicAuth(user.Username(), password)
	}
	return request, nil
}

func connectionError(err error) error {
	var operation *net.OpError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("auth: the issuer did not answer within %s", keysTimeout)
	case errors.As(err, &operation):
		return operation
	case errors.As(err, &certificate):
		return certificate
	}
	return errors.New("auth: the issuer gave no answer that can be read")
}

// readKeys keeps the keys that can verify signatures here.
func readKeys(body []byte) (map[string]publicKey, error) {
	var set jwkset.JWKSMarshal
	if err := json.Unmarshal(body, &set); err != nil || set.Keys == nil {
		return nil, errors.New("auth: the issuer's answer is no key set")
	}
	if len(set.Keys) > maxKeys {
		return nil, fmt.Errorf("auth: the issuer publishes more than %d keys", maxKeys)
	}
	keys := map[string]publicKey{}
	for _, published := range set.Keys {
		_, twice := keys[published.KID]
		if twice || published.KID == "" || published.USE != "" && published.USE != jwkset.UseSig {
			continue
		}
		parsed, err := jwkset.NewJWKFromMarshal(published,
			jwkset.JWKMarshalOptions{}, jwkset.JWKValidateOptions{})
		if err != nil {
			continue
		}
		if key := parsed.Key(); verifies(key) {
			keys[published.KID] = publicKey{key: key, algorithm: published.ALG.String()}
		}
	}
	return keys, nil
}

func verifies(key any) bool {
	switch key := key.(type) {
	case *rsa.PublicKey:
		return key.N.BitLen() >= minRSA && key.N.BitLen() <= maxRSA
	case *ecdsa.PublicKey:
		return key.Curve == elliptic.P256()
	}
	return false
}
