// Package traces sends spans of what a run does to an OpenTelemetry collector, over OTLP on HTTP: one for each batch, with its step and its
// commit, and one for each message. There is none for an event: there are tens of thousands a second. Neither names nor ids of customers are
// in them.
//
// It is off unless the environment says where a collector is, and is set by OpenTelemetry's own variables alone: headers, timeouts,
// sampling, the service's name.
package traces

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
)

// Start begins a span with attributes, each a key and an int or a text, and returns what is to be called with the work's error when it
// ends. Spans that are begun with the returned context are below it.
type Start func(ctx context.Context, name string, attributes ...any) (within context.Context, end func(error))

// endpoints are the variables of which one has to be set.
var endpoints = []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"}

// Open is ready to send spans; nil where no collector is named. Close sends what is left, as long as its context lasts. A collector that does
// not answer keeps nothing waiting: its spans are dropped, and that is logged once.
func Open(ctx context.Context, version string, log *slog.Logger) (start Start, closing func(context.Context) error, err error) {
	wanted := false
	for _, name := range endpoints {
		wanted = wanted || os.Getenv(name) != ""
	}
	if !wanted || os.Getenv("OTEL_SDK_DISABLED") == "true" {
		return nil, func(context.Context) error { return nil }, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("traces: %w", err)
	}
	own := resource.NewSchemaless(attribute.String("service.name", "tocsin"), attribute.String("service.version", version))
	all, err := resource.Merge(own, resource.Environment())
	if err != nil {
		return nil, nil, fmt.Errorf("traces: %w", err)
	}
	var once sync.Once
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		once.Do(func() { log.Warn("spans are lost: the collector of traces does not take them", "error", err) })
	}))
	provider := trace.NewTracerProvider(trace.WithBatcher(exporter, trace.WithExportTimeout(5*time.Second)), trace.WithResource(all))
	tracer := provider.Tracer("tocsin")
	return func(ctx context.Context, name string, attributes ...any) (context.Context, func(error)) {
		ctx, span := tracer.Start(ctx, name)
		if span.IsRecording() {
			span.SetAttributes(keyed(attributes)...)
		}
		return ctx, func(err error) {
			if err != nil {
				span.SetStatus(codes.Error, err.Error())
			}
			span.End()
		}
	}, provider.Shutdown, nil
}

func keyed(pairs []any) (all []attribute.KeyValue) {
	for i := 0; i+1 < len(pairs); i += 2 {
		key := fmt.Sprint(pairs[i])
		if n, ok := pairs[i+1].(int); ok {
			all = append(all, attribute.Int(key, n))
		} else {
			all = append(all, attribute.String(key, fmt.Sprint(pairs[i+1])))
		}
	}
	return all
}
