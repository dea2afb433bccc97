// Program pki makes the certificates of a lab's cluster: `pki DIR < certificates.json` writes NAME.crt and NAME.key into DIR.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// request asks for one certificate and its key.
type request struct {
	Name          string
	CommonName    string
	Organizations []string
	// Hosts are DNS names and IP addresses of a server.
	Hosts []string
	// Signer names a certificate authority in the folder; without one the certificate is an authority itself.
	Signer string
	// NotBefore and NotAfter bound its validity; by default it is valid now and for a day.
	NotBefore, NotAfter time.Time
}

func main() {
	if err := run(os.Args[1], os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "pki:", err)
		os.Exit(1)
	}
}

func run(dir string, input *os.File) error {
	var requests []request
	if err := json.NewDecoder(input).Decode(&requests); err != nil {
		return err
	}
	for _, each := range requests {
		if err := issue(dir, each); err != nil {
			return fmt.Errorf("%s: %w", each.Name, err)
		}
	}
	return nil
}

func issue(dir string, wanted request) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	certificate, err := template(wanted)
	if err != nil {
		return err
	}
	signer, signerKey := certificate, key
	if wanted.Signer != "" {
		if signer, signerKey, err = load(dir, wanted.Signer); err != nil {
			return err
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, certificate, signer, &key.PublicKey, signerKey)
	if err != nil {
		return err
	}
	return save(dir, wanted.Name, der, key)
}

func template(wanted request) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	certificate := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: wanted.CommonName, Organization: wanted.Organizations},
		NotBefore:             wanted.NotBefore,
		NotAfter:              wanted.NotAfter,
		KeyUsage:              x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
	}
	if certificate.NotBefore.IsZero() {
		certificate.NotBefore = time.Now().Add(-time.Hour)
	}
	if certificate.NotAfter.IsZero() {
		certificate.NotAfter = time.Now().Add(24 * time.Hour)
	}
	if wanted.Signer == "" {
		certificate.IsCA = true
		certificate.KeyUsage |= x509.KeyUsageCertSign
		return certificate, nil
	}
	certificate.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth}
	for _, host := range wanted.Hosts {
		if address := net.ParseIP(host); address != nil {
			certificate.IPAddresses = append(certificate.IPAddresses, address)
		} else {
			certificate.DNSNames = append(certificate.DNSNames, host)
		}
	}
	return certificate, nil
}

func load(dir, name string) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	certificateDer, err := readPem(filepath.Join(dir, name+".crt"))
	if err != nil {
		return nil, nil, err
	}
	certificate, err := x509.ParseCertificate(certificateDer)
	if err != nil {
		return nil, nil, err
	}
	keyDer, err := readPem(filepath.Join(dir, name+".key"))
	if err != nil {
		return nil, nil, err
	}
	key, err := x509.ParsePKCS8PrivateKey(keyDer)
	if err != nil {
		return nil, nil, err
	}
	signer, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		return nil, nil, fmt.Errorf("the key of %s is of another kind", name)
	}
	return certificate, signer, nil
}

func readPem(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s holds no PEM", path)
	}
	return block.Bytes, nil
}

func save(dir, name string, certificate []byte, key *ecdsa.PrivateKey) error {
	keyDer, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := writePem(filepath.Join(dir, name+".key"), "PRIVATE KEY", keyDer); err != nil {
		return err
	}
	return writePem(filepath.Join(dir, name+".crt"), "CERTIFICATE", certificate)
}

func writePem(path, kind string, der []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}
