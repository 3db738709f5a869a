# Thin: each target is a line or two, what takes more is in tools/. `make` alone lists them.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help serve test release bench fmt lint size bundle setup

export PATH := $(CURDIR)/.tools/bin:$(CURDIR)/node_modules/.bin:$(PATH)

MADANG := target/release/madang
# What the browser bundle is made of; pages are not in it, the server alone renders them.
BUNDLE := $(shell find app domain/Cargo.toml domain/src scoring/Cargo.toml scoring/src style .cargo -type f -not -path 'app/src/pages/*') \
	Cargo.toml Cargo.lock rust-toolchain.toml package-lock.json tools/bundle.mjs

help: ## List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-9s %s\n", $$1, $$2 }'

serve: release ## Build everything, load the demo when there is nothing yet, serve http://127.0.0.1:3000
	$(MADANG) demo --if-empty
	$(MADANG) serve

test: ## Every test: Rust on SQLite and PostgreSQL, browser tests, lints
	@tools/setup.sh test
	@tools/test.sh

release: bundle ## One self-contained file: target/release/madang
	cargo build --release -p server
	@ls -lh $(MADANG)

bench: release ## Measure speed and print it (the tables in docs/performance.md are filled from that)
	bench/run.sh

fmt: ## Format the Rust sources
	cargo fmt --all

lint: ## rustfmt, clippy on both builds, colour tokens, dependencies
	@tools/setup.sh lint
	@tools/test.sh lint

size: bundle ## Bytes of scripts, WASM and styles, brotli
	@node tools/size.mjs

bundle: setup dist/assets/names.json ## The browser bundle in dist/, when its sources changed

setup: ## Install what is missing into .tools/ and node_modules/
	@tools/setup.sh

dist/assets/names.json: $(BUNDLE)
	node tools/bundle.mjs
