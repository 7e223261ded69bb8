// Package telemetry sends traces over gRPC and metrics over HTTP.
package telemetry

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.26.0"
)

// Start installs the global providers; the function it returns flushes them.
func Start(ctx context.Context, collector, version string) (func(context.Context) error, error) {
	nothing := func(context.Context) error { return nil }
	if collector == "" {
		return nothing, nil
	}
	spans, err := otlptracegrpc.New(ctx, otlptracegrpc.WithEndpoint(collector))
	if err != nil {
		return nothing, err
	}
	counts, err := otlpmetrichttp.New(ctx, otlpmetrichttp.WithEndpoint(collector))
	if err != nil {
		return nothing, err
	}
	service := resource.NewSchemaless(semconv.ServiceName("sample"), semconv.ServiceVersion(version))
	traces := trace.NewTracerProvider(trace.WithBatcher(spans), trace.WithResource(service))
	metrics := metric.NewMeterProvider(metric.WithReader(metric.NewPeriodicReader(counts)), metric.WithResource(service))
	otel.SetTracerProvider(traces)
	otel.SetMeterProvider(metrics)
	otel.SetTextMapPropagator(propagation.TraceContext{})
	return func(ctx context.Context) error {
		return errors.Join(traces.Shutdown(ctx), metrics.Shutdown(ctx))
	}, nil
}
