// Package server answers HTTP requests out of the store.
package server

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"example.com/sample/internal/store"
)

// Run listens until the context ends.
func Run(ctx context.Context, address string, items *store.Store) error {
	handler := otelhttp.NewHandler(routes(items), "sample")
	service := &http.Server{Addr: address, Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = service.Close() })
	if err := service.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func routes(items *store.Store) http.Handler {
	router := echo.New()
	router.Use(middleware.Recover(), middleware.RequestID())
	router.GET("/healthz", func(c echo.Context) error { return c.String(http.StatusOK, "ok") })
	router.GET("/items/:name", func(c echo.Context) error {
		item, err := items.Find(c.Request().Context(), c.Param("name"))
		if err != nil {
			return badGateway(err)
		}
		return c.JSON(http.StatusOK, item)
	})
	router.GET("/items/:name/body", func(c echo.Context) error {
		item, err := items.Find(c.Request().Context(), c.Param("name"))
		if err != nil {
			return badGateway(err)
		}
		body, err := items.Body(c.Request().Context(), item)
		if err != nil {
			return badGateway(err)
		}
		defer body.Close()
		return c.Stream(http.StatusOK, echo.MIMEOctetStream, body)
	})
	router.PUT("/items/:name/body", func(c echo.Context) error {
		name, request := c.Param("name"), c.Request()
		item := store.Item{Name: name, Key: "bodies/" + name, Size: request.ContentLength}
		if err := items.Put(request.Context(), item, request.Body); err != nil {
			return badGateway(err)
		}
		return c.NoContent(http.StatusNoContent)
	})
	return router
}

func badGateway(err error) error {
	return echo.NewHTTPError(http.StatusBadGateway, err.Error())
}
