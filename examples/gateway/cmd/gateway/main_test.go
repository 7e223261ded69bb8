package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// TestMain lets the test binary be the gateway, so that tests can start real processes of it.
func TestMain(m *testing.M) {
	if os.Getenv("GATEWAY_TEST_RUN") != "" {
		main()
	}
	os.Exit(m.Run())
}

func invoke(environment map[string]string, arguments ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	c := &command{func(name string) string { return environment[name] }, &out, &err}
	code = c.run(context.Background(), arguments)
	return code, out.String(), err.String()
}

func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "gateway.json")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestVersion(t *testing.T) {
	defer func(v, c, d string) { version, commit, date = v, c, d }(version, commit, date)
	platform := runtime.Version() + ", " + runtime.GOOS + "/" + runtime.GOARCH + ")\n"
	for _, test := range []struct{ version, commit, date, want string }{
		{"devel", "", "", "gateway devel (" + platform},
		{"0.0.2-rc.1", "abc", "2026-01-02T03:04:05Z", "gateway 0.0.2-rc.1 (commit abc, 2026-01-02T03:04:05Z, " + platform},
	} {
		version, commit, date = test.version, test.commit, test.date
		for _, argument := range []string{"version", "--version"} {
			if code, stdout, _ := invoke(nil, argument); code != 0 || stdout != test.want {
				t.Errorf("%s: got %d %q, want %q", argument, code, stdout, test.want)
			}
		}
	}
}

func TestHelp(t *testing.T) {
	for _, arguments := range [][]string{{"help"}, {"--help"}, {"-h"}, {"serve", "--help"}, {"check", "-h"}, {"health", "-h"}} {
		if code, stdout, stderr := invoke(nil, arguments...); code != 0 || stdout != help || stderr != "" {
			t.Errorf("%q: got %d %q %q", arguments, code, stdout, stderr)
		}
	}
}

func TestUsage(t *testing.T) {
	for _, test := range []struct {
		arguments []string
		want      string
	}{
		{nil, "a command is missing"},
		{[]string{"sevre"}, `unknown command "sevre"`},
		{[]string{"serve", "--confg", "x"}, "serve: flag provided but not defined: -confg"},
		{[]string{"serve", "x"}, `serve: unexpected argument "x"`},
		{[]string{"check"}, "check needs --config FILE"},
	} {
		code, stdout, stderr := invoke(nil, test.arguments...)
		if code != 2 || stdout != "" || !strings.HasPrefix(stderr, "gateway: "+test.want) {
			t.Errorf("%q: got %d %q %q", test.arguments, code, stdout, stderr)
		}
	}
}

func TestCheck(t *testing.T) {
	good, bad := "../../gateway.example.json", write(t, "{\n  \"listen\": 80\n}")
	if code, stdout, stderr := invoke(nil, "check", "--config", good); code != 0 || stdout != good+": ok, 2 routes\n" {
		t.Errorf("got %d %q %q", code, stdout, stderr)
	}
	want := "gateway: the configuration is not valid\n" + bad + ":2:13: listen: must be a string, not a number\n"
	if code, stdout, stderr := invoke(map[string]string{"GATEWAY_CONFIG": bad}, "check"); code != 1 || stdout != "" || stderr != want {
		t.Errorf("got %d %q %q, want %q", code, stdout, stderr, want)
	}
	if code, _, _ := invoke(map[string]string{"GATEWAY_CONFIG": bad}, "check", "--config", good); code != 0 {
		t.Error("the flag does not go before the environment")
	}
	if code, _, stderr := invoke(nil, "serve", "--config", bad+".none"); code != 1 || !strings.Contains(stderr, "cannot read the configuration") {
		t.Errorf("got %d %q", code, stderr)
	}
}

func TestAddressInUse(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	code, _, stderr := invoke(nil, "serve", "--listen", listener.Addr().String())
	if code != 1 || !strings.HasPrefix(stderr, "gateway: cannot listen: ") {
		t.Errorf("got %d %q", code, stderr)
	}
}

// TestSignals runs a real process: it serves, stops on a signal and says so in its log.
func TestSignals(t *testing.T) {
	if runtime.GOOS == "windows" || runtime.GOOS == "plan9" {
		t.Skip("a process cannot be sent these signals here")
	}
	file := write(t, `{"listen": "127.0.0.1:1", "log": {"format": "json"}}`)
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			gateway := exec.Command(os.Args[0], "serve")
			gateway.Env = append(os.Environ(), "GATEWAY_TEST_RUN=1", "GATEWAY_CONFIG="+file, "GATEWAY_LISTEN=127.0.0.1:0")
			gateway.Stderr = os.Stderr
			output, err := gateway.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := gateway.Start(); err != nil {
				t.Fatal(err)
			}
			defer gateway.Process.Kill()

			log := bufio.NewReader(output)
			var listening struct{ Address string }
			line, _ := log.ReadBytes('\n')
			if err := json.Unmarshal(line, &listening); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			if code, _, stderr := invoke(map[string]string{"GATEWAY_LISTEN": listening.Address}, "health"); code != 0 {
				t.Errorf("got %d %q", code, stderr)
			}

			if err := gateway.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			rest, _ := io.ReadAll(log)
			if err := gateway.Wait(); err != nil {
				t.Errorf("exit: %v", err)
			}
			if !strings.Contains(string(rest), `"msg":"stopped"`) {
				t.Errorf("the log ends with %s", rest)
			}
		})
	}
}
