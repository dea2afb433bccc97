// Program etcd is etcd itself, at the version that the Kubernetes of this module was made with.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
