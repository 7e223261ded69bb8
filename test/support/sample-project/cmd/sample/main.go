// Command sample is a gateway that exists to be compiled: it links what a real one links.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"github.com/spf13/cobra"

	"example.com/sample/internal/server"
	"example.com/sample/internal/store"
	"example.com/sample/internal/telemetry"
)

// Set by the linker's -X, each a plain string variable.
var (
	version = "dev"
	commit  = "none"
	date    = "unknown"
)

const greeting = "ready"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := command().ExecuteContext(ctx); err != nil {
		os.Exit(1)
	}
}

func command() *cobra.Command {
	root := &cobra.Command{Use: "sample", SilenceUsage: true, Version: version}
	root.AddCommand(versionCommand(), serveCommand())
	return root
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Run: func(cmd *cobra.Command, _ []string) {
			fmt.Fprintf(cmd.OutOrStdout(), "sample %s (%s, %s)\n", version, commit, date)
		},
	}
}

func serveCommand() *cobra.Command {
	var address, table, bucket, collector string
	serve := &cobra.Command{
		Use:   "serve",
		Short: "Serve what the table and the bucket hold",
		RunE: func(cmd *cobra.Command, _ []string) error {
			shutdown, err := telemetry.Start(cmd.Context(), collector, version)
			if err != nil {
				return err
			}
			defer shutdown(context.WithoutCancel(cmd.Context()))
			items, err := store.Open(cmd.Context(), table, bucket)
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), greeting)
			return server.Run(cmd.Context(), address, items)
		},
	}
	serve.Flags().StringVar(&address, "address", ":8080", "where to listen")
	serve.Flags().StringVar(&table, "table", "items", "table that holds the index")
	serve.Flags().StringVar(&bucket, "bucket", "items", "bucket that holds the bodies")
	serve.Flags().StringVar(&collector, "collector", "", "trace collector, as host:port")
	return serve
}
