// Program nnp prints the user that it acts as. Its file is setuid root: it shows whether a container may gain privileges.
package main

import (
	"fmt"
	"os"
)

func main() { fmt.Printf("Effective uid: %d\n", os.Geteuid()) }
