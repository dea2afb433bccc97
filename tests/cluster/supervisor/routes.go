package main

import (
	"crypto/x509"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
)

const prefix = "/v1-k3s"

// As k3s limits them: requests that are under way at once.
const maxReading, maxWriting = 20, 10

func (s *supervisor) handler(roots *x509.CertPool) (http.Handler, error) {
	proxy, err := s.apiProxy(roots)
	if err != nil {
		return nil, err
	}
	authed := http.NewServeMux()
	authed.Handle(prefix+"/client-kubelet.crt", http.HandlerFunc(s.clientCertificate))
	authed.Handle(prefix+"/serving-kubelet.crt", http.HandlerFunc(s.servingCertificate))
	authed.Handle(prefix+"/client-ca.crt", s.file(filepath.Join(s.PKI, "ca.crt")))
	authed.Handle(prefix+"/server-ca.crt", s.file(s.CABundle))
	authed.Handle(prefix+"/config", answer(s.Config))
	authed.Handle(prefix+"/apiservers", answer(s.APIServers))
	authed.HandleFunc(prefix+"/readyz", func(resp http.ResponseWriter, _ *http.Request) {
		resp.Write([]byte("ok"))
	})
	router := http.NewServeMux()
	router.Handle("/cacerts", s.file(s.CABundle))
	router.HandleFunc("/ping", func(resp http.ResponseWriter, _ *http.Request) {
		resp.Write([]byte("pong"))
	})
	router.Handle(prefix+"/", s.forAgents(limited(authed)))
	router.Handle("/", proxy)
	return s.recorded(s.faulty(router)), nil
}

func (s *supervisor) file(path string) http.Handler {
	return http.HandlerFunc(func(resp http.ResponseWriter, _ *http.Request) {
		text, err := os.ReadFile(path)
		if err != nil {
			refuse(resp, http.StatusInternalServerError, err.Error())
			return
		}
		resp.Header().Set("Content-Type", "text/plain")
		resp.Write(text)
	})
}

func answer(value any) http.Handler {
	return http.HandlerFunc(func(resp http.ResponseWriter, _ *http.Request) {
		resp.Header().Set("Content-Type", "application/json")
		json.NewEncoder(resp).Encode(value)
	})
}

func limited(next http.Handler) http.Handler {
	reading, writing := make(chan struct{}, maxReading), make(chan struct{}, maxWriting)
	return http.HandlerFunc(func(resp http.ResponseWriter, req *http.Request) {
		places := writing
		if req.Method == http.MethodGet {
			places = reading
		}
		select {
		case places <- struct{}{}:
			defer func() { <-places }()
			next.ServeHTTP(resp, req)
		default:
			resp.Header().Set("Retry-After", "1")
			refuse(resp, http.StatusTooManyRequests, "too many requests, please try again later")
		}
	})
}

// refuse answers as the API server's machinery does, which k3s uses too.
func refuse(resp http.ResponseWriter, code int, message string) {
	resp.Header().Set("Content-Type", "application/json")
	resp.WriteHeader(code)
	json.NewEncoder(resp).Encode(map[string]any{
		"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": code,
	})
}
