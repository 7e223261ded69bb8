package main

import (
	"fmt"
	"runtime"
	"strings"
)

// Set by the linker: -X main.version=1.2.3 -X main.commit=... -X main.date=...
var (
	version = "devel"
	commit  = ""
	date    = ""
)

// versionLine is what "gateway version" prints: the version, then whatever is known of the build.
func versionLine() string {
	details := []string{}
	if commit != "" {
		details = append(details, "commit "+commit)
	}
	if date != "" {
		details = append(details, date)
	}
	details = append(details, runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH)
	return fmt.Sprintf("gateway %s (%s)", version, strings.Join(details, ", "))
}
