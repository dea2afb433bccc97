package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"time"
)

// nodeFor gives the node that a certificate is asked for, or the code and the words of a refusal; as k3s' node auth validator.
func (s *supervisor) nodeFor(req *http.Request) (string, int, error) {
	name := strings.ToLower(req.Header.Get("k3s-Node-Name"))
	password := req.Header.Get("k3s-Node-Password")
	if name == "" {
		return "", http.StatusBadRequest, errors.New("node name not set")
	}
	if password == "" {
		return "", http.StatusBadRequest, errors.New("node password not set")
	}
	if own, isNode := strings.CutPrefix(userOf(req).name, "system:node:"); isNode {
		if own != name {
			return "", http.StatusBadRequest, errors.New("header node name does not match auth node name")
		}
		if there, err := s.kube.hasNode(name); err != nil || !there {
			return "", http.StatusUnauthorized, errors.New("unable to verify node identity")
		}
	}
	code, err := s.ensurePassword(name, password)
	return name, code, err
}

func secretName(node string) string {
	return node + ".node-password.k3s"
}

// k3s takes scrypt; which hash it is shows nowhere outside of the server.
func hashOf(password string) string {
	sum := sha256.Sum256([]byte(password))
	return hex.EncodeToString(sum[:])
}

func (s *supervisor) ensurePassword(node, password string) (int, error) {
	var found secret
	code, err := s.kube.ask("GET", secrets+"/"+secretName(node), nil, &found)
	if err != nil {
		return http.StatusInternalServerError, err
	}
	if code == http.StatusOK {
		if string(found.Data["hash"]) == hashOf(password) {
			return http.StatusOK, nil
		}
		return http.StatusForbidden, errors.New("unable to verify hash for node '" + node + "': hash does not match")
	}
	_, err = s.kube.ask("POST", secrets, map[string]any{
		"apiVersion": "v1", "kind": "Secret", "immutable": true,
		"metadata":   map[string]any{"name": secretName(node)},
		"stringData": map[string]string{"hash": hashOf(password)},
	}, nil)
	return http.StatusOK, err
}

// forgetDeletedNodes removes the passwords of nodes that somebody has deleted, as k3s' controller does.
func (s *supervisor) forgetDeletedNodes() {
	before := map[string]bool{}
	for range time.Tick(200 * time.Millisecond) {
		names, err := s.kube.nodeNames()
		if err != nil {
			continue
		}
		for name := range before {
			if !names[name] {
				s.kube.ask("DELETE", secrets+"/"+secretName(name), nil, nil)
			}
		}
		before = names
	}
}
