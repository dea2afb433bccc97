package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// kube asks the API server as its administrator.
type kube struct {
	client *http.Client
	server string
}

func newKube(s settings, roots *x509.CertPool) (*kube, error) {
	pair, err := s.pair("admin")
	if err != nil {
		return nil, err
	}
	config := &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}}
	transport := &http.Transport{TLSClientConfig: config}
	return &kube{&http.Client{Transport: transport, Timeout: 10 * time.Second}, s.API}, nil
}

// ask gives the status; the answer of one that is 200 or 201 goes into result, unless that is nil.
func (k *kube) ask(method, path string, body, result any) (int, error) {
	var content bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&content).Encode(body); err != nil {
			return 0, err
		}
	}
	req, err := http.NewRequest(method, k.server+path, &content)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := k.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 || result == nil {
		return resp.StatusCode, nil
	}
	return resp.StatusCode, json.NewDecoder(resp.Body).Decode(result)
}

type secret struct {
	Data map[string][]byte
}

const secrets = "/api/v1/namespaces/kube-system/secrets"

func (k *kube) isBootstrapToken(id, value string) bool {
	var found secret
	code, err := k.ask("GET", secrets+"/bootstrap-token-"+id, nil, &found)
	return err == nil && code == 200 && string(found.Data["token-secret"]) == value
}

func (k *kube) hasNode(name string) (bool, error) {
	code, err := k.ask("GET", "/api/v1/nodes/"+name, nil, nil)
	return code == 200, err
}

func (k *kube) nodeNames() (map[string]bool, error) {
	var list struct {
		Items []struct{ Metadata struct{ Name string } }
	}
	code, err := k.ask("GET", "/api/v1/nodes", nil, &list)
	if err == nil && code != 200 {
		err = fmt.Errorf("listing nodes: %d", code)
	}
	names := map[string]bool{}
	for _, node := range list.Items {
		names[node.Metadata.Name] = true
	}
	return names, err
}
