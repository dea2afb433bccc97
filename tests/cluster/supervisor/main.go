// Program supervisor stands in front of a lab's API server as a k3s server does: one TLS port for /cacerts, for /v1-k3s/… and for all of
// Kubernetes' own API. It is written from what k3s' sources say, and is not k3s. `supervisor FILE` reads its settings from FILE (JSON).
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// settings say where everything is.
type settings struct {
	// Listen is HOST:PORT.
	Listen string
	// API is the API server's URL.
	API string
	// PKI is the folder of ca, admin, front-proxy and supervisor (.crt and .key), which are read anew with each use.
	PKI string
	// CABundle is the file that /cacerts serves.
	CABundle string
	// NodePassword and ServerPassword are those of the users node and server.
	NodePassword, ServerPassword string
	// LifeSeconds is how long certificates are signed for.
	LifeSeconds int
	// Config is what /v1-k3s/config says.
	Config json.RawMessage
	// APIServers are HOST:PORT of all servers.
	APIServers []string
	// Record is the file that gets a line of JSON for each request.
	Record string
	// Faults is a file of orders to fail, which need not be there.
	Faults string
}

// supervisor is what the handlers share.
type supervisor struct {
	settings
	kube *kube
}

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "supervisor:", err)
		os.Exit(1)
	}
}

func run(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	s := &supervisor{}
	if err := json.Unmarshal(text, &s.settings); err != nil {
		return err
	}
	roots, err := s.pool("ca.crt")
	if err != nil {
		return err
	}
	if s.kube, err = newKube(s.settings, roots); err != nil {
		return err
	}
	go s.forgetDeletedNodes()
	handler, err := s.handler(roots)
	if err != nil {
		return err
	}
	server := &http.Server{
		Addr:              s.Listen,
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		TLSConfig: &tls.Config{
			ClientAuth: tls.VerifyClientCertIfGiven,
			ClientCAs:  roots,
			GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
				pair, err := s.pair("supervisor")
				return &pair, err
			},
		},
	}
	return server.ListenAndServeTLS("", "")
}

func (s *settings) pair(name string) (tls.Certificate, error) {
	path := filepath.Join(s.PKI, name)
	return tls.LoadX509KeyPair(path+".crt", path+".key")
}

func (s *settings) pool(file string) (*x509.CertPool, error) {
	text, err := os.ReadFile(filepath.Join(s.PKI, file))
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	return pool, nil
}
