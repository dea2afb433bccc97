// Program tunnel-server is the other end of a node's tunnel, as a k3s server has it: TLS that asks for a client certificate, with
// the remotedialer module at /v1-k3s/connect, and an HTTP CONNECT listener on loopback that dials through the tunnel, as an egress
// selector uses it. The client that is dialled through is named by the header Tunnel-Client, or is the only one that there is.
//
// `tunnel-server -cert FILE -key FILE -client-ca FILE [-listen HOST:PORT]` prints `ports TLS CONNECT`, then `session NAME` for each
// websocket, and ends when its standard input does.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"

	"github.com/rancher/remotedialer"
	"github.com/sirupsen/logrus"
)

func main() {
	cert := flag.String("cert", "", "PEM of the serving certificate")
	key := flag.String("key", "", "PEM of its key")
	clientCA := flag.String("client-ca", "", "PEM of who signs clients")
	listen := flag.String("listen", "127.0.0.1:0", "where nodes connect")
	flag.Parse()
	logrus.SetOutput(os.Stderr)
	if err := run(*cert, *key, *clientCA, *listen); err != nil {
		fmt.Fprintln(os.Stderr, "tunnel-server:", err)
		os.Exit(1)
	}
}

func run(cert, key, clientCA, listen string) error {
	config, err := tlsConfig(cert, key, clientCA)
	if err != nil {
		return err
	}
	nodes, err := tls.Listen("tcp", listen, config)
	if err != nil {
		return err
	}
	egress, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	tunnels := remotedialer.New(authorize, remotedialer.DefaultErrorWriter)
	mux := http.NewServeMux()
	mux.Handle("/v1-k3s/connect", tunnels)
	fmt.Println("ports", portOf(nodes), portOf(egress))
	ended := make(chan error, 3)
	go func() { ended <- http.Serve(nodes, mux) }()
	go func() { ended <- http.Serve(egress, connectHandler{tunnels}) }()
	go func() {
		_, err := io.Copy(io.Discard, os.Stdin)
		ended <- err
	}()
	return <-ended
}

func tlsConfig(cert, key, clientCA string) (*tls.Config, error) {
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, err
	}
	pem, err := os.ReadFile(clientCA)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("there is no certificate in " + clientCA)
	}
	return &tls.Config{
		Certificates: []tls.Certificate{pair},
		ClientCAs:    pool,
		ClientAuth:   tls.RequireAndVerifyClientCert,
		NextProtos:   []string{"http/1.1"},
	}, nil
}

func portOf(listener net.Listener) int {
	return listener.Addr().(*net.TCPAddr).Port
}

func authorize(request *http.Request) (string, bool, error) {
	name := request.TLS.PeerCertificates[0].Subject.CommonName
	fmt.Println("session", name)
	return name, true, nil
}

type connectHandler struct{ tunnels *remotedialer.Server }

func (h connectHandler) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	if request.Method != http.MethodConnect {
		http.Error(writer, "only CONNECT", http.StatusMethodNotAllowed)
		return
	}
	client := request.Header.Get("Tunnel-Client")
	if clients := h.tunnels.ListClients(); client == "" && len(clients) == 1 {
		client = clients[0]
	}
	node, err := h.tunnels.Dialer(client)(request.Context(), "tcp", request.Host)
	if err != nil {
		http.Error(writer, err.Error(), http.StatusBadGateway)
		return
	}
	defer node.Close()
	connection, buffered, err := http.NewResponseController(writer).Hijack()
	if err != nil {
		http.Error(writer, err.Error(), http.StatusInternalServerError)
		return
	}
	defer connection.Close()
	if _, err := io.WriteString(connection, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	splice(connection, buffered, node)
}

// splice passes bytes both ways until either side has ended; why the tunnel's did is told on standard output.
func splice(connection net.Conn, buffered io.Reader, node net.Conn) {
	go func() {
		_, _ = io.Copy(node, buffered)
		_ = node.Close()
	}()
	if _, err := io.Copy(connection, node); err != nil {
		fmt.Println("ended", err)
	}
}
