package main

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

// user is who asks.
type user struct {
	name   string
	groups []string
}

type userKey struct{}

func userOf(req *http.Request) user {
	who, _ := req.Context().Value(userKey{}).(user)
	return who
}

// The groups that may use the paths for agents.
var agentGroups = []string{"k3s:agent", "system:nodes", "system:bootstrappers"}

// forAgents lets in whom k3s lets in. A credential that is wrong gives 401, none and one of another group 403, as in k3s.
func (s *supervisor) forAgents(next http.Handler) http.Handler {
	return http.HandlerFunc(func(resp http.ResponseWriter, req *http.Request) {
		who, isRight := s.authenticate(req)
		if !isRight {
			refuse(resp, http.StatusUnauthorized, "not authorized")
			return
		}
		isIn := func(group string) bool { return slices.Contains(who.groups, group) }
		if !slices.ContainsFunc(agentGroups, isIn) {
			refuse(resp, http.StatusForbidden, "forbidden")
			return
		}
		next.ServeHTTP(resp, req.WithContext(context.WithValue(req.Context(), userKey{}, who)))
	})
}

// authenticate gives a user without a name for a request that shows nothing.
func (s *supervisor) authenticate(req *http.Request) (user, bool) {
	if chains := req.TLS.VerifiedChains; len(chains) > 0 {
		subject := chains[0][0].Subject
		return user{subject.CommonName, subject.Organization}, true
	}
	if name, password, ok := req.BasicAuth(); ok {
		switch {
		case name == "node" && password == s.NodePassword:
			return user{name, []string{"k3s:agent"}}, true
		case name == "server" && password == s.ServerPassword:
			return user{name, []string{"k3s:server"}}, true
		}
		return user{}, false
	}
	if token, ok := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer "); ok {
		id, secret, _ := strings.Cut(token, ".")
		if s.kube.isBootstrapToken(id, secret) {
			return user{"system:bootstrap:" + id, []string{"system:bootstrappers"}}, true
		}
		return user{}, false
	}
	return user{}, true
}
