const main = `package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/signal"
	"os/user"
	"strings"
	"syscall"
	"time"
)

var version = "dev"

func main() {
	switch strings.Join(os.Args[1:], " ") {
	case "version":
		fmt.Println("gateway", version)
	case "about":
		about()
	case "serve":
		serve()
	default:
		os.Exit(2)
	}
}

func serve() {
	address := os.Getenv("GATEWAY_LISTEN")
	if address == "" {
		address = ":8080"
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("listening on", listener.Addr())
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		<-stop
		os.Exit(0)
	}()
	for {
		connection, err := listener.Accept()
		if err == nil {
			go answer(connection)
		}
	}
}

func answer(connection net.Conn) {
	defer connection.Close()
	reader := bufio.NewReader(connection)
	asked, _ := reader.ReadString('\\n')
	for line := asked; strings.TrimSpace(line) != ""; line, _ = reader.ReadString('\\n') {
	}
	status, body := "404 Not Found", "no such page\\n"
	if strings.HasPrefix(asked, "GET /healthz ") {
		status, body = "200 OK", "ok "+version+"\\n"
	}
	fmt.Fprintf(connection, "HTTP/1.1 %s\\r\\nContent-Length: %d\\r\\nConnection: close\\r\\n\\r\\n%s", status, len(body), body)
}

func about() {
	name := "unknown"
	if found, err := user.LookupId(fmt.Sprint(os.Getuid())); err == nil {
		name = found.Username
	}
	fmt.Println("user", os.Getuid(), name)
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("zone", time.Unix(0, 0).In(zone).Format("15:04 MST"))
	pem, _ := os.ReadFile("/etc/ssl/certs/ca-certificates.crt")
	fmt.Println("certificates", strings.Count(string(pem), "BEGIN CERTIFICATE") > 50)
	file, err := os.CreateTemp("", "about")
	fmt.Println("temporary", err == nil && strings.HasPrefix(file.Name(), "/tmp/"))
}
`

/**
 * A small server, compiled in a few seconds: `serve` answers GET /healthz at GATEWAY_LISTEN and prints where it listens,
 * `version` prints what was stamped, `about` what it finds in the image around it.
 */
export const gatewayProgram: Readonly<Record<string, string>> = {
  'go.mod': 'module example.com/gateway\n\ngo 1.21\n',
  'main.go': main,
  'README.md': '# gateway\n',
}
