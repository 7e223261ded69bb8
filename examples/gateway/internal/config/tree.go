package config

import (
	"bytes"
	"encoding/json"
	"strings"
)

// node is a JSON value together with where it starts. encoding/json forgets positions when it
// fills a struct, matches names without regard to case and lets a later duplicate win: all three
// hide mistakes in a file that people write by hand.
type node struct {
	offset int
	value  any // nil, bool, string, json.Number, []node or []member
}

type member struct {
	name   string
	offset int
	value  node
}

type scanner struct {
	data    []byte
	decoder *json.Decoder
}

// parseTree returns the one value that data holds. The error is a *json.SyntaxError.
func parseTree(data []byte) (node, error) {
	// The whole text is checked first: a Decoder would not look behind the end of the value.
	if err := json.Unmarshal(data, new(json.RawMessage)); err != nil {
		return node{}, err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	s := &scanner{data, decoder}
	return s.node()
}

// token returns the next token and where it starts: the decoder itself only knows where it ended.
func (s *scanner) token() (json.Token, int, error) {
	start := int(s.decoder.InputOffset())
	for start < len(s.data) && strings.IndexByte(" \t\r\n,:", s.data[start]) >= 0 {
		start++
	}
	token, err := s.decoder.Token()
	return token, start, err
}

func (s *scanner) node() (node, error) {
	token, offset, err := s.token()
	if err != nil {
		return node{}, err
	}
	switch token {
	case json.Delim('{'):
		members, err := s.members()
		return node{offset, members}, err
	case json.Delim('['):
		items, err := s.items()
		return node{offset, items}, err
	}
	return node{offset, token}, nil
}

func (s *scanner) members() ([]member, error) {
	members := []member{}
	for s.decoder.More() {
		name, offset, err := s.token()
		if err != nil {
			return nil, err
		}
		value, err := s.node()
		if err != nil {
			return nil, err
		}
		members = append(members, member{name.(string), offset, value})
	}
	_, _, err := s.token()
	return members, err
}

func (s *scanner) items() ([]node, error) {
	items := []node{}
	for s.decoder.More() {
		item, err := s.node()
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	_, _, err := s.token()
	return items, err
}
