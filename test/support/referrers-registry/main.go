// A registry in memory that lists referrers: OCI distribution specification 1.1, "Listing Referrers".
// It is go-containerregistry's, with what that leaves out of the specification: OCI-Subject, the type and the annotations
// of a referrer, and the refusal of a manifest whose blobs are missing. Prints the address that it listens on.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/google/go-containerregistry/pkg/registry"
)

type descriptor struct {
	MediaType    string            `json:"mediaType"`
	Digest       string            `json:"digest"`
	Size         int64             `json:"size"`
	ArtifactType string            `json:"artifactType,omitempty"`
	Annotations  map[string]string `json:"annotations,omitempty"`
}

type manifest struct {
	ArtifactType string            `json:"artifactType"`
	Annotations  map[string]string `json:"annotations"`
	Subject      *descriptor       `json:"subject"`
	Config       *descriptor       `json:"config"`
	Layers       []descriptor      `json:"layers"`
}

type index struct {
	SchemaVersion int          `json:"schemaVersion"`
	MediaType     string       `json:"mediaType"`
	Manifests     []descriptor `json:"manifests"`
}

func main() {
	address := flag.String("address", "127.0.0.1:0", "where to listen")
	flag.Parse()
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr())
	inner := registry.New(registry.WithReferrersSupport(true), registry.Logger(log.New(io.Discard, "", 0)))
	log.Fatal(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		parts := strings.Split(r.URL.Path, "/")
		kind, repository := "", ""
		if len(parts) > 4 {
			kind, repository = parts[len(parts)-2], strings.Join(parts[:len(parts)-2], "/")
		}
		switch {
		case kind == "manifests" && r.Method == http.MethodPut:
			putManifest(w, r, inner, repository)
		case kind == "referrers" && r.Method == http.MethodGet:
			listReferrers(w, r, inner, repository)
		default:
			inner.ServeHTTP(w, r)
		}
	})))
}

func ask(inner http.Handler, method, path string) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	inner.ServeHTTP(answer, httptest.NewRequest(method, path, nil))
	return answer
}

func putManifest(w http.ResponseWriter, r *http.Request, inner http.Handler, repository string) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	var put manifest
	_ = json.Unmarshal(body, &put) // the registry itself says what is wrong with it
	blobs := put.Layers
	if put.Config != nil {
		blobs = append(blobs, *put.Config)
	}
	for _, blob := range blobs {
		if ask(inner, http.MethodHead, repository+"/blobs/"+blob.Digest).Code != http.StatusOK {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN","message":"blob unknown to registry","detail":{"digest":%q}}]}`, blob.Digest)
			return
		}
	}
	if put.Subject != nil {
		w.Header().Set("OCI-Subject", put.Subject.Digest)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	inner.ServeHTTP(w, r)
}

func listReferrers(w http.ResponseWriter, r *http.Request, inner http.Handler, repository string) {
	found := index{SchemaVersion: 2, MediaType: "application/vnd.oci.image.index.v1+json", Manifests: []descriptor{}}
	// Where there is no such repository, nothing refers to anything in it.
	_ = json.Unmarshal(ask(inner, http.MethodGet, r.URL.Path).Body.Bytes(), &found)
	for i, one := range found.Manifests {
		var referrer manifest
		_ = json.Unmarshal(ask(inner, http.MethodGet, repository+"/manifests/"+one.Digest).Body.Bytes(), &referrer)
		if referrer.ArtifactType != "" {
			found.Manifests[i].ArtifactType = referrer.ArtifactType
		}
		found.Manifests[i].Annotations = referrer.Annotations
	}
	w.Header().Set("Content-Type", found.MediaType)
	_ = json.NewEncoder(w).Encode(found)
}
