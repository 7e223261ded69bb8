package accesslog

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"strings"
)

// IDHeader carries the id of a request, to the upstream and back to the client.
const IDHeader = "X-Request-Id"

// requestID keeps the id that a client or a proxy in front has given, if it is fit for a log.
func requestID(r *http.Request) string {
	if id := r.Header.Get(IDHeader); isID(id) {
		return id
	}
	var random [16]byte
	if _, err := rand.Read(random[:]); err != nil {
		panic(err) // the system has no randomness: nothing else would work either
	}
	return hex.EncodeToString(random[:])
}

func isID(id string) bool {
	for _, c := range []byte(id) {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		digit := '0' <= c && c <= '9'
		if !letter && !digit && strings.IndexByte("-_.:+/=@", c) < 0 {
			return false
		}
	}
	return id != "" && len(id) <= 128
}
