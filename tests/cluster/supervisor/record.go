package main

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"sync"
)

// seen is what the supervisor saw of a request: never a secret, but whether there was one.
type seen struct {
	Method, Path string
	// Authorization is the scheme alone: Basic, Bearer or nothing.
	Authorization string
	// Certificate is the common name of the client certificate.
	Certificate string
	NodeName    string
	// Password says that the request held a node password.
	Password bool
	Status   int
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(code int) {
	w.status = code
	w.ResponseWriter.WriteHeader(code)
}

// Unwrap lets the proxy flush.
func (w *statusWriter) Unwrap() http.ResponseWriter {
	return w.ResponseWriter
}

func (s *supervisor) recorded(next http.Handler) http.Handler {
	var mutex sync.Mutex
	return http.HandlerFunc(func(resp http.ResponseWriter, req *http.Request) {
		if !strings.HasPrefix(req.URL.Path, prefix) && req.URL.Path != "/cacerts" {
			next.ServeHTTP(resp, req)
			return
		}
		scheme, _, _ := strings.Cut(req.Header.Get("Authorization"), " ")
		entry := seen{
			Method: req.Method, Path: req.URL.Path, Authorization: scheme,
			NodeName: req.Header.Get("k3s-Node-Name"), Password: req.Header.Get("k3s-Node-Password") != "",
		}
		if chains := req.TLS.VerifiedChains; len(chains) > 0 {
			entry.Certificate = chains[0][0].Subject.CommonName
		}
		writer := &statusWriter{resp, http.StatusOK}
		defer func() {
			entry.Status = writer.status
			mutex.Lock()
			defer mutex.Unlock()
			file, err := os.OpenFile(s.Record, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
			if err != nil {
				return
			}
			defer file.Close()
			json.NewEncoder(file).Encode(entry)
		}()
		next.ServeHTTP(writer, req)
	})
}
