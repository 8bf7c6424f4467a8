# Everything a developer does here, each by one word. `make` alone lists the words.

GOLANGCI_LINT := go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.12.2

# The race detector needs a C compiler; Go says 0 where there is none.
RACE := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)

# Everything is built without C, as releases are; the race detector alone needs it.
export CGO_ENABLED := 0
test soak: export CGO_ENABLED := $(if $(RACE),1,0)

# A binary depends on the code, the modules and Go's version alone: on no folder, commit or setting.
BUILD := GOFLAGS= go build -trimpath -buildvcs=false
RELEASE_PLATFORMS ?= linux/amd64 linux/arm64

# What quick, test and soak give to go test; narrow it as in
# `make test TEST='-run Place ./internal/order'`.
TEST ?= -timeout=15m ./...

.DEFAULT_GOAL := help

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Not by go run, which calls an interrupt a failure.
.PHONY: run
run: ## serve with demo data on an embedded database; prints the URLs and a token per role
	go build -o bin/orderflow ./cmd/orderflow
	@bin/orderflow serve --demo

.PHONY: build
build: ## build bin/orderflow
	$(BUILD) -o bin/orderflow ./cmd/orderflow

.PHONY: quick
quick: ## run all tests on SQLite alone, without the race detector: for every day
	ORDERFLOW_TEST_ONLY=sqlite go run ./internal/dbtest/testrun $(TEST)

.PHONY: test
test: ## run all tests on SQLite, and with -race on a real MySQL or MariaDB (found or started)
	go run ./internal/dbtest/testrun $(RACE) $(TEST)

.PHONY: soak
soak: TEST := -timeout=3h -count=1 ./...
soak: ## make test with long stories, walks and rushes in full
	ORDERFLOW_TEST_SOAK=1 go run ./internal/dbtest/testrun $(RACE) $(TEST)

CHECKS := check-format vet check-gen lint check-migrations check-licences check-release \
	check-vulnerabilities test

.PHONY: check
check: $(CHECKS) ## what CI runs, in the same order

.PHONY: list-checks
list-checks:
	@echo $(CHECKS)

.PHONY: check-format
check-format: ## fail when a file is not as gofmt writes it
	@files=$$(gofmt -l .); test -z "$$files" || { echo "run gofmt -w on:"; echo "$$files"; exit 1; }

.PHONY: vet
vet: ## go vet
	go vet ./...

.PHONY: gen
gen: ## generate all generated code again
	go run ent/entc.go
	go generate ./...

.PHONY: check-gen
check-gen: ## fail when generated code is not fresh
	.ci/unchanged $(MAKE) --no-print-directory gen

# The linter keeps findings by content, with the path of the checkout they were made in; where two
# checkouts share a cache, exclusions by path fail. So each has its own.
.PHONY: lint
lint: ## golangci-lint, with the import rules (built from source the first time: minutes)
	GOLANGCI_LINT_CACHE=$(CURDIR)/bin/lint-cache $(GOLANGCI_LINT) run

.PHONY: migration
migration: ## write the next migration of each dialect: make migration name=add_something
	@test -n "$(name)" || { echo "usage: make migration name=add_something"; exit 1; }
	go run ./internal/dbtest/scratch go run ent/migrate/diff.go "$(name)"

.PHONY: migration-hash
migration-hash: ## write the checksums of both folders of migrations again, after an edit by hand
	go run ent/migrate/diff.go -hash

.PHONY: check-migrations
check-migrations: ## fail when the schema has changes that no migration makes
	.ci/migrations

.PHONY: licences
licences: ## list the licences of all modules and npm packages; fails for one that is not allowed
	@go run ./internal/tools/supply licences

.PHONY: check-licences
check-licences: licences

.PHONY: check-release
check-release: ## fail when a build in another folder, without git, is not the same byte for byte
	.ci/reproducible

.PHONY: check-vulnerabilities
check-vulnerabilities: build ## fail when the program has a known vulnerability of a module
	go run ./internal/tools/supply vulnerabilities bin/orderflow

# The checks of a release are those of CI; this only makes its files.
.PHONY: release
release: ## write bin/release: a binary and an SBOM per platform, licences, checksums
	.ci/release $(RELEASE_PLATFORMS)
