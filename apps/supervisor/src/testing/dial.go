// The same as dial.c, with Go's own resolver and no library of the system.
package main

import (
	"fmt"
	"net"
	"os"
)

func main() {
	connection, err := net.Dial("tcp", net.JoinHostPort(os.Args[1], os.Args[2]))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Fprintln(connection, os.Args[3])
	answer := make([]byte, 256)
	length, err := connection.Read(answer)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Print(string(answer[:length]))
}
