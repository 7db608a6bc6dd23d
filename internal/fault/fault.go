// Package fault is the one error type of Arpent: a code for machines and a message for people, in both
// languages. A domain function that refuses something returns a *fault.Error; the edges (GraphQL, HTTP,
// the command line) translate it once and hide everything else behind Internal.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Code says what kind of refusal an error is. The set is closed: clients switch over it.
type Code string

// The codes, and what a caller can do about each.
const (
	Invalid         Code = "INVALID"         // the input is wrong: mend it
	Unauthenticated Code = "UNAUTHENTICATED" // nobody is signed in: sign in
	Denied          Code = "DENIED"          // the viewer sees the thing but may not do this: ask somebody who may
	NotFound        Code = "NOT_FOUND"       // it is not there, or the viewer may not know that it is
	Conflict        Code = "CONFLICT"        // somebody was faster, or the state forbids it: look again
	Limited         Code = "LIMITED"         // a limit was passed, the message names it: ask for less
	Unavailable     Code = "UNAVAILABLE"     // a part we need is away: try again
	Internal        Code = "INTERNAL"        // our fault: quote the request id
)

// Codes lists every code, for schemas and tests.
func Codes() []Code {
	return []Code{Invalid, Unauthenticated, Denied, NotFound, Conflict, Limited, Unavailable, Internal}
}

// Text is one message in both languages. Both are fmt formats that take the same arguments; an argument
// that is itself a Text is rendered in the reader's language.
type Text struct {
	EN string `json:"en"`
	FR string `json:"fr"`
}

// In renders the text for a locale ("fr", or anything else for English).
func (t Text) In(locale string, args ...any) string {
	format := t.EN
	if strings.HasPrefix(locale, "fr") && t.FR != "" {
		format = t.FR
	}
	if len(args) == 0 {
		return format
	}
	localized := make([]any, len(args))
	for i, arg := range args {
		localized[i] = arg
		if text, ok := arg.(Text); ok {
			localized[i] = text.In(locale)
		}
	}
	return fmt.Sprintf(format, localized...)
}

// Error is a refusal. Build it with New, refine it with At and Because; it is immutable afterwards.
type Error struct {
	code  Code
	text  Text
	args  []any
	field []string
	cause error
}

// New returns a refusal with a message for people. The arguments fill both languages' formats.
func New(code Code, text Text, args ...any) *Error {
	return &Error{code: code, text: text, args: args}
}

// At returns a copy that points at the input it is about, outermost name first: At("inputs", "size").
func (e *Error) At(field ...string) *Error {
	c := *e
	c.field = field
	return &c
}

// Because returns a copy that wraps the technical cause, for the log and errors.Is; readers never see it.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// Code says what kind of refusal this is.
func (e *Error) Code() Code { return e.code }

// Field is the path of the input the error is about, or nil.
func (e *Error) Field() []string { return e.field }

// Message is the text for a reader of the locale, without the cause.
func (e *Error) Message(locale string) string { return e.text.In(locale, e.args...) }

// Text is the message in both languages with its arguments filled in: the form that is stored.
func (e *Error) Text() Text { return Text{EN: e.Message("en"), FR: e.Message("fr")} }

// Error is the English message and the cause, for logs.
func (e *Error) Error() string {
	if e.cause == nil {
		return e.Message("en")
	}
	return e.Message("en") + ": " + e.cause.Error()
}

func (e *Error) Unwrap() error { return e.cause }

// As finds the refusal in an error's chain.
func As(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// CodeOf is the code of an error's refusal; an error without one is Internal, nil has no code.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if list, ok := AsList(err); ok {
		return list[0].code
	}
	return Internal
}

// Is tells whether an error is a refusal of that kind.
func Is(err error, code Code) bool { return err != nil && CodeOf(err) == code }

// List is several refusals of one request: every field of a form that is wrong, at once.
type List []*Error

// Error joins the messages, for logs.
func (l List) Error() string {
	parts := make([]string, len(l))
	for i, e := range l {
		parts[i] = e.Error()
	}
	return strings.Join(parts, "; ")
}

// OrNil returns the list as an error, nil when it is empty.
func (l List) OrNil() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// AsList finds the refusals in an error's chain, be it one or a list. An empty list is none.
func AsList(err error) (List, bool) {
	var list List
	if errors.As(err, &list) && len(list) > 0 {
		return list, true
	}
	if e, ok := As(err); ok {
		return List{e}, true
	}
	return nil, false
}
