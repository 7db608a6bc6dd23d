package graph

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/arpent/arpent/graph/model"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

var (
	internal = fault.Text{
		EN: "Something went wrong on our side. Quote the request id when you ask for help.",
		FR: "Une erreur s’est produite de notre côté. Indiquez l’identifiant de la requête pour obtenir de l’aide.",
	}
	signIn = fault.Text{
		EN: "Sign in first.", FR: "Connectez-vous d’abord.",
	}
	notThere = fault.Text{
		EN: "It does not exist.", FR: "Cet élément n’existe pas.",
	}
)

// refusals turns the error of a mutation into user errors, to be shown beside the input. What no input can mend
// stays an error of the whole request.
func refusals(ctx context.Context, err error) ([]*model.UserError, error) {
	if err == nil {
		return []*model.UserError{}, nil
	}
	list, ok := fault.AsList(refused(ctx, err))
	if !ok || list[0].Code() == fault.Internal || list[0].Code() == fault.Unauthenticated {
		return nil, err
	}
	locale, out := access.FromContext(ctx).Locale, make([]*model.UserError, len(list))
	for i, e := range list {
		out[i] = &model.UserError{Code: model.ErrorCode(e.Code()), Field: e.Field(), Message: e.Message(locale)}
		if out[i].Field == nil {
			out[i].Field = []string{}
		}
	}
	return out, nil
}

// refused is the fault behind an error. Nobody is asked to sign in who has; everybody else is. Whatever fails because the time is over is
// that limit.
func refused(ctx context.Context, err error) error {
	var late *exceeded
	if ctx.Err() != nil && errors.As(context.Cause(ctx), &late) {
		return late
	}
	err = database.Fault(err)
	if !access.FromContext(ctx).SignedIn() && (fault.Is(err, fault.Denied) || fault.Is(err, fault.NotFound)) {
		return fault.New(fault.Unauthenticated, signIn).Because(err)
	}
	return err
}

// parsers are the limits of the parser, by how its refusals begin.
var parsers = map[string]*exceeded{
	"exceeded token limit": {limit: "tokens", max: MaxTokens, asked: MaxTokens + 1, fault: fault.New(fault.Limited, fault.Text{
		EN: "A query has at most %d words and signs.", FR: "Une requête compte au plus %d mots et signes.",
	}, MaxTokens)},
	"Maximum introspection depth": {limit: "introspection", max: maxSchemaList, asked: maxSchemaList + 1, fault: fault.New(fault.Limited, fault.Text{
		EN: "Lists of the schema's fields may stand %d deep within each other.", FR: "Les listes de champs du schéma peuvent être imbriquées sur %d niveaux.",
	}, maxSchemaList)},
}

// limitOf is the limit behind an error, if it is about one.
func limitOf(err error, message string) *exceeded {
	for begin, limit := range parsers {
		if strings.HasPrefix(message, begin) {
			return limit
		}
	}
	var limit *exceeded
	_ = errors.As(err, &limit) // it stays nil
	return limit
}

// presenter is the one place where an error becomes an error of GraphQL: a message in the reader's language, a code
// of the closed set, the request's id. What is ours is hidden and logged.
func presenter(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		shown := graphql.DefaultErrorPresenter(ctx, err)
		limit := limitOf(refused(ctx, err), shown.Message)
		if limit != nil {
			err = limit
		}
		code, message := read(ctx, shown, err)
		if code == fault.Internal && !errors.Is(err, context.Canceled) {
			log.ErrorContext(ctx, "GraphQL", "error", err, "path", shown.Path.String())
		}
		shown.Message = message
		shown.Extensions = map[string]any{"code": code, "requestId": journal.RequestID(ctx)}
		if limit != nil {
			shown.Extensions["limit"] = map[string]any{"name": limit.limit, "max": limit.max, "asked": limit.asked}
		}
		return shown
	}
}

// read finds the code of an error and its message for the reader.
func read(ctx context.Context, shown *gqlerror.Error, err error) (fault.Code, string) {
	locale := access.FromContext(ctx).Locale
	if list, ok := fault.AsList(refused(ctx, err)); ok && list[0].Code() != fault.Internal {
		return list[0].Code(), list[0].Message(locale)
	}
	if text, ok := pageFault(shown.Message); ok {
		return fault.Invalid, text.In(locale)
	}
	if broken(ctx, shown) {
		message, _, _ := strings.Cut(shown.Message, " body:") // gqlgen quotes the whole body back
		return fault.Invalid, message
	}
	return fault.Internal, internal.In(locale)
}

// broken tells whether an error is about the request itself: its text, its variables, its arguments.
func broken(ctx context.Context, e *gqlerror.Error) bool {
	if code, _ := e.Extensions["code"].(string); code == "INVALID_PAGINATION" || strings.HasPrefix(code, "GRAPHQL_") {
		return true
	}
	if e.Rule != "" {
		return true
	}
	field := graphql.GetFieldContext(ctx)
	if field == nil || field.Field.Field == nil {
		return e.Unwrap() == nil // from before any field was resolved
	}
	// Arguments that were given and never read could not be read.
	return field.Args == nil && len(field.Field.Arguments) > 0 || strings.HasPrefix(e.Message, "Passing both ")
}

// recoverer turns a panic of a resolver into an internal error.
func recoverer(log *slog.Logger) graphql.RecoverFunc {
	return func(ctx context.Context, p any) error {
		log.ErrorContext(ctx, "panic", "panic", p, "stack", string(debug.Stack()))
		return fault.New(fault.Internal, internal)
	}
}

// orNil makes what is missing, or hidden from the viewer, null.
func orNil[T any](found *T, err error) (*T, error) {
	if missing(err) {
		return nil, nil
	}
	return found, err
}
