# Arpent. `make` or `make help` lists what there is; each target does its own set-up.

.DEFAULT_GOAL := help
.NOTPARALLEL:
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory

DATA   ?= data
LISTEN ?= 127.0.0.1:8080

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X github.com/arpent/arpent/internal/app.Version=$(VERSION) -X main.version=$(VERSION)
GOBUILD := CGO_ENABLED=0 go build -ldflags '$(LDFLAGS)'
# What is built does not know the folder it was built in: it is the same everywhere, and a clone finds what another has compiled.
export GOFLAGS := $(strip $(GOFLAGS) -trimpath -buildvcs=false)

# go test, two packages at a time: the machines have two cores, and each package's tests run in parallel themselves.
GOTEST  := go test -p 2 -timeout 30m
# The test servers stay up from the first package to the last, and are gone when the command ends.
TESTENV := go run ./internal/apptest/testenv
LINT    := go tool -modfile=tools/lint/go.mod golangci-lint

NODE_MODULES := frontend/node_modules/.package-lock.json
PORTAL       := frontend/dist/index.html
PORTAL_FILES := $(shell git ls-files frontend 2>/dev/null)

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F '\t' '{ printf "  \033[1mmake %-11s\033[0m %s\n", $$1, $$2 }'

## Use it

.PHONY: run
run: build ## build Arpent and start it with sample data (DATA=data LISTEN=127.0.0.1:8080)
	@bin/arpent serve --demo --log-level warn --data-dir '$(DATA)' --listen '$(LISTEN)'

.PHONY: dev
dev: $(NODE_MODULES) engine ## start it for development: the server, and the pages with hot reload
	@trap 'kill 0' EXIT; \
	go run ./cmd/arpent serve --demo --data-dir '$(DATA)' --listen '$(LISTEN)' & \
	cd frontend && ARPENT_URL='http://$(LISTEN)' node_modules/.bin/vite & \
	wait -n

.PHONY: build
build: $(PORTAL) engine ## build bin/arpent with the portal inside, bin/arpent-worker, the provider, and bin/tofu where it is needed
	$(GOBUILD) -tags portal -o bin/arpent ./cmd/arpent
	$(GOBUILD) -o bin/arpent-worker ./cmd/arpent-worker
	$(GOBUILD) -o bin/terraform-provider-arpent ./cmd/terraform-provider-arpent

# An engine on the PATH is taken as it is; otherwise OpenTofu is compiled, which takes some minutes once.
.PHONY: engine
engine:
	@command -v tofu >/dev/null || command -v terraform >/dev/null || tools/opentofu/build

$(NODE_MODULES): frontend/package-lock.json frontend/package.json
	cd frontend && npm ci --no-audit --no-fund
	@touch $@

$(PORTAL): $(NODE_MODULES) $(PORTAL_FILES)
	cd frontend && npm run build
	@touch $@

## Change it

.PHONY: generate
generate: $(NODE_MODULES) ## write all generated code again: models, GraphQL, typed documents
	go run ent/entc.go
	go run ./graph/generate
	go run ./graph/print
	cd frontend && npm run codegen

.PHONY: migration
migration: ## write the migration that the changed models need, for both databases (NAME=add_x)
	@test -n '$(NAME)' || { echo 'Say what it does: make migration NAME=add_x'; exit 1; }
	$(TESTENV) --postgres sh -c 'go run ./ent/migrate/diff -postgres "$$ARPENT_TEST_DATABASE_URL" $(NAME)'

SINCE ?= HEAD
.PHONY: schema
schema: ## say how the GraphQL schema has changed since a commit, and fail when that breaks clients (SINCE=HEAD)
	go run ./graph/print -since '$(SINCE)'

.PHONY: verify
verify: ## prove that what is generated is fresh, and that no migration is missing
	tools/verify
	$(TESTENV) --postgres sh -c 'go run ./ent/migrate/diff -check -postgres "$$ARPENT_TEST_DATABASE_URL"'

.PHONY: lint
lint: $(NODE_MODULES) ## run the linters over Go and TypeScript
	$(LINT) run ./...
	cd frontend && npm run lint
	# What wants a newer Node than we promise would warn newcomers: the overrides of package.json hold such packages back.
	cd frontend && npm ci --dry-run --engine-strict --no-audit --no-fund

.PHONY: format
format: ## format the Go code as the linters want it
	$(LINT) fmt ./...

## Test it

# The tests of some files, and the packages that they are in; $(1) lists the files.
only = -run "^($$($(1) | xargs sed -n 's/^func \(Test[^(]*\).*/\1/p' | paste -sd '|'))$$" $$($(1) | xargs -n1 dirname | sort -u | sed 's|^|./|')

.PHONY: test
test: ## all tests but those of the peers, each part whatever became of the others; installs what they need, where it may
	@MAKE='$(MAKE)' tools/parts setup verify lint test-go test-processes test-tools test-frontend test-browser

.PHONY: setup
setup:
	tools/setup git gcc postgresql redis-server openssh-server chromium

# The race detector sees one process and several tasks. It would only slow down these, which start programs of ours, or one task.
UNRACED := ./internal/apptest/processes ./internal/simulation

.PHONY: test-go
test-go: engine ## the Go tests, with the race detector, on PostgreSQL and SQLite
	$(TESTENV) $(GOTEST) -race $$(go list ./... | grep -vxF "$$(go list $(UNRACED))")

# And these files are for one task that is long: ten thousand templates, every migration from every schema, every field in every role.
LONG := git grep -l '^//go:build !race' -- '*_test.go' ':!tools'

.PHONY: test-processes
test-processes: engine ## whole programs that are killed, stormed and fed with nonsense, the engine's simulation, and what is long
	$(TESTENV) $(GOTEST) $(UNRACED)
	$(TESTENV) $(GOTEST) $(call only,$(LONG))

.PHONY: test-tools
test-tools: ## the tests of the linters and of the deployment
	cd tools/lint && go test -count=1 ./...
	cd tools/composecheck && go test -count=1 ./...

.PHONY: test-frontend
test-frontend: $(NODE_MODULES) ## the front end's types and unit tests
	cd frontend && npm run types
	cd frontend && npm test

.PHONY: test-browser
test-browser: build ## whole journeys in Chromium, on both kinds of installation
	$(TESTENV) --postgres --redis sh -c 'cd frontend && npm run e2e'

PEERS := git grep -l '^//go:build peers' -- '*_test.go' ':!tools'

.PHONY: test-peers
test-peers: ## tests against real peers (all engines, nginx, …), and a hundred faults at random: those that make test leaves out
	tools/setup git gcc postgresql redis-server openssh-server nginx iproute2 ansible-core curl
	tools/opentofu/build
	$(TESTENV) $(GOTEST) -tags peers $(call only,$(PEERS))
	cd tools/composecheck && go test -count=1 -tags peers ./...

FAULTS ?= 300
SEED   ?=
.PHONY: chaos
chaos: ## break real processes at random and count what comes of it (FAULTS=300 SEED=…)
	tools/setup git postgresql redis-server iproute2
	tools/opentofu/build
	ARPENT_CHAOS_FAULTS='$(FAULTS)' ARPENT_CHAOS_SEED='$(SEED)' go test -tags peers -count=1 -timeout 60m -v -run 'TestChaos$$' ./internal/apptest/processes

.PHONY: bench
bench: build ## measure, each figure beside that of the bare tool, in one table
	tools/setup git gcc postgresql redis-server
	tools/opentofu/build
	ARPENT_TEST_FSYNC=on $(TESTENV) go test -timeout 20m -count=1 -run '^$$' -bench . -benchtime 1x ./internal/apptest/bench
	cd frontend && npm run bench

.PHONY: screens
screens: build ## take pictures of every page, in both languages, into docs/screens
	cd frontend && npm run screens

## simulate: run the engine's logic in the deterministic simulation: SEED=… STEPS=… (WITHOUT=… SKIP=… SMALL=1 MUTATION=… see it again)
SEED ?= 1
STEPS ?= 2400000
.PHONY: simulate
simulate:
	go test ./internal/simulation -count=1 -timeout 60m -v -run '^TestSimulate$$' -seed '$(SEED)' -steps '$(STEPS)' \
		-without '$(WITHOUT)' -skip '$(SKIP)' $(if $(SMALL),-small) -mutation '$(MUTATION)'
