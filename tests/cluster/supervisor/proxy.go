package main

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
)

// apiProxy passes all else on to the API server. Who has shown a client certificate is named in the headers of the front proxy, which
// the API server believes; a token is passed on as it is.
func (s *supervisor) apiProxy(roots *x509.CertPool) (http.Handler, error) {
	front, err := s.pair("front-proxy")
	if err != nil {
		return nil, err
	}
	target, err := url.Parse(s.API)
	if err != nil {
		return nil, err
	}
	byFront := proxyTo(target, &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{front}})
	asItIs := proxyTo(target, &tls.Config{RootCAs: roots})
	return http.HandlerFunc(func(resp http.ResponseWriter, req *http.Request) {
		for name := range req.Header {
			if strings.HasPrefix(name, "X-Remote-") {
				req.Header.Del(name)
			}
		}
		chains := req.TLS.VerifiedChains
		if len(chains) == 0 {
			asItIs.ServeHTTP(resp, req)
			return
		}
		subject := chains[0][0].Subject
		req.Header.Set("X-Remote-User", subject.CommonName)
		for _, group := range append(subject.Organization, "system:authenticated") {
			req.Header.Add("X-Remote-Group", group)
		}
		byFront.ServeHTTP(resp, req)
	}), nil
}

func proxyTo(target *url.URL, config *tls.Config) http.Handler {
	return &httputil.ReverseProxy{
		Rewrite: func(request *httputil.ProxyRequest) {
			request.SetURL(target)
			request.Out.Host = target.Host
		},
		Transport: &http.Transport{TLSClientConfig: config, MaxIdleConnsPerHost: 100},
		// Watches say little at a time.
		FlushInterval: -1,
	}
}
