package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func (s *supervisor) clientCertificate(resp http.ResponseWriter, req *http.Request) {
	name, code, err := s.nodeFor(req)
	if err != nil {
		refuse(resp, code, err.Error())
		return
	}
	subject := pkix.Name{CommonName: "system:node:" + name, Organization: []string{"system:nodes"}}
	s.signAndSend(resp, req, &x509.Certificate{
		Subject:     subject,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
}

func (s *supervisor) servingCertificate(resp http.ResponseWriter, req *http.Request) {
	name, code, err := s.nodeFor(req)
	if err != nil {
		refuse(resp, code, err.Error())
		return
	}
	certificate := &x509.Certificate{
		Subject:     pkix.Name{CommonName: name},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{name, "localhost"},
		IPAddresses: []net.IP{net.ParseIP("127.0.0.1")},
	}
	if list := req.Header.Get("k3s-Node-IP"); list != "" {
		for _, text := range strings.Split(list, ",") {
			address := net.ParseIP(text)
			if address == nil {
				refuse(resp, http.StatusInternalServerError, "invalid node IP address "+text)
				return
			}
			certificate.IPAddresses = append(certificate.IPAddresses, address)
		}
	}
	s.signAndSend(resp, req, certificate)
}

// signAndSend signs for the key of the request; where there is none, or this is to be an old server, for a key that is sent along.
func (s *supervisor) signAndSend(resp http.ResponseWriter, req *http.Request, certificate *x509.Certificate) {
	public, shared, err := keyFor(req)
	if err != nil {
		refuse(resp, http.StatusInternalServerError, err.Error())
		return
	}
	authority, err := s.pair("ca")
	if err != nil {
		refuse(resp, http.StatusInternalServerError, err.Error())
		return
	}
	certificate.SerialNumber, _ = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	certificate.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment
	certificate.NotBefore = time.Now().Add(-time.Second)
	certificate.NotAfter = time.Now().Add(time.Duration(s.LifeSeconds) * time.Second)
	der, err := x509.CreateCertificate(rand.Reader, certificate, authority.Leaf, public, authority.PrivateKey)
	if err != nil {
		refuse(resp, http.StatusInternalServerError, err.Error())
		return
	}
	bundle, _ := os.ReadFile(filepath.Join(s.PKI, "ca.crt"))
	resp.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	resp.Write(bundle)
	resp.Write(shared)
}

func keyFor(req *http.Request) (public crypto.PublicKey, shared []byte, err error) {
	if req.Method == http.MethodPost && !isOld(req) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, nil, err
		}
		if request, err := x509.ParseCertificateRequest(body); err == nil {
			return request.PublicKey, nil, request.CheckSignature()
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.MarshalECPrivateKey(key)
	text := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
	return &key.PublicKey, text, err
}
