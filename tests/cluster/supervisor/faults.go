package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
)

// fault is an order to fail, for the next so many requests of a path.
type fault struct {
	// ID tells one order from the next.
	ID, Path string
	Times    int
	// Status and RetryAfter answer in the place of the handler; the header is left out where it is empty.
	Status     int
	RetryAfter string
	// Half cuts the answer off in the middle.
	Half bool
	// Old lets it sign as a server that reads no request.
	Old bool
}

type oldKey struct{}

func isOld(req *http.Request) bool {
	return req.Context().Value(oldKey{}) != nil
}

func (s *supervisor) faulty(next http.Handler) http.Handler {
	var mutex sync.Mutex
	counts := map[string]int{}
	due := func(path string) *fault {
		mutex.Lock()
		defer mutex.Unlock()
		for _, each := range s.orders() {
			if each.Path == path && counts[each.ID] < each.Times {
				counts[each.ID]++
				return &each
			}
		}
		return nil
	}
	return http.HandlerFunc(func(resp http.ResponseWriter, req *http.Request) {
		order := due(req.URL.Path)
		switch {
		case order == nil:
			next.ServeHTTP(resp, req)
		case order.Status != 0:
			if order.RetryAfter != "" {
				resp.Header().Set("Retry-After", order.RetryAfter)
			}
			refuse(resp, order.Status, "ordered by the test")
		case order.Half:
			whole := httptest.NewRecorder()
			next.ServeHTTP(whole, req)
			resp.Write(whole.Body.Bytes()[:whole.Body.Len()/2])
		case order.Old:
			next.ServeHTTP(resp, req.WithContext(context.WithValue(req.Context(), oldKey{}, true)))
		}
	})
}

func (s *supervisor) orders() []fault {
	var orders []fault
	if text, err := os.ReadFile(s.Faults); err == nil {
		json.Unmarshal(text, &orders)
	}
	return orders
}
