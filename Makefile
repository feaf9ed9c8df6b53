# The commands of Harbourmaster OS. `make` alone lists them.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# The targets share one build directory and one engine: order matters.
.NOTPARALLEL:

# Tests that start an engine need root; cargo runs the test programs with sudo.
ifneq ($(shell id -u),0)
HOST := $(shell rustc -vV 2>/dev/null | sed -n 's/^host: //p' | tr 'a-z-' 'A-Z_')
export CARGO_TARGET_$(HOST)_RUNNER ?= sudo -E
AS_ROOT := sudo -E
endif

.PHONY: help
help: ## List the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do printf '  make %-14s %s\n' "$$name" "$$text"; done

.PHONY: run
run: ## Install what is missing, build, start; Ctrl-C stops everything it started
	@packaging/dev/run.sh

.PHONY: demo
demo: ## As run, with a registry and a signed store of apps that need no internet
	@HM_DEMO=yes packaging/dev/run.sh

.PHONY: build
build: ui ## Build the UI and the release binary, target/release/docker-manager
	packaging/dev/setup.sh build
	cargo build --release --locked -p agent

.PHONY: test
test: test-ui test-rust test-browser ## Everything: unit, real engine, API, browser

.PHONY: test-ui
test-ui: ui ## Unit tests of the UI
	cd ui && npm run --silent test

.PHONY: test-rust
test-rust: ui ## All Rust tests, with a private Docker engine (needs root or sudo)
	packaging/dev/setup.sh test
	cargo test --workspace --locked 2>&1 | awk -f packaging/dev/test-lines.awk
	@$(MAKE) --no-print-directory swept

.PHONY: test-browser
test-browser: ui ## The page in a real browser, on the real agent and engine
	packaging/dev/setup.sh test
	# With the tests, whose libraries have more features: what they built serves.
	cargo build --workspace --locked --bins --tests
	cd ui && npm run --silent e2e
	@$(MAKE) --no-print-directory swept

# What a killed test left behind; a guard that is still at work is waited for.
.PHONY: swept
swept:
	@target/debug/testkit-env --sweep

.PHONY: check
check: ui ## Format, lints and types; warnings are errors
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cd ui && npm run --silent lint && npm run --silent typecheck
	for script in .ci/run packaging/dev/*.sh; do bash -n "$$script"; done
	sh -n testkit/src/scratch/clear.sh

.PHONY: fmt
fmt: ui-deps ## Format everything
	cargo fmt --all
	cd ui && npm run --silent format

.PHONY: audit
audit: ## Licences, bans and sources of all dependencies, then advisories (cargo-deny)
	command -v cargo-deny >/dev/null || cargo install --locked cargo-deny
	cargo deny --locked check bans licenses sources
	cargo deny --locked --manifest-path fuzz/Cargo.toml --config deny.toml check bans licenses sources
	@if cargo deny --locked fetch db; then cargo deny --locked check advisories; \
	else echo "NOT CHECKED: advisories. Their database cannot be reached from here; run 'cargo deny check advisories' where it can."; fi

.PHONY: bench
bench: build ## Measure speed against the raw engine; rewrites docs/benchmarks.md (ARGS=--quick for a look)
	packaging/dev/setup.sh test
	cargo build --release --locked -p bench
	$(AS_ROOT) target/release/bench run $(or $(ARGS),--write docs/benchmarks.md --command "make bench")
	$(if $(ARGS),,$(MAKE) bench-store)

.PHONY: soak
MINUTES ?= 30
soak: build ## Mixed load with engine restarts for MINUTES (30): memory, descriptors, lost events
	packaging/dev/setup.sh test
	cargo build --release --locked -p bench
	$(AS_ROOT) target/release/bench soak --minutes $(MINUTES)

.PHONY: fuzz
SECONDS_EACH := $(or $(SECONDS),60)
fuzz: ui ## Search for inputs that break a parser, SECONDS (60) for each target (cargo-fuzz)
	command -v cargo-fuzz >/dev/null || cargo install --locked cargo-fuzz
	for target in $(notdir $(basename $(wildcard fuzz/fuzz_targets/*.rs))); do \
	    mkdir -p fuzz/corpus/$$target; \
	    RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none $$target fuzz/corpus/$$target fuzz/seeds/$$target \
	        -- -max_total_time=$(SECONDS_EACH) -max_len=40000; \
	done

.PHONY: openapi
openapi: ui-deps ## Regenerate docs/api/openapi.json and the UI's client types
	# The page may not fit the API yet, which is why it is made anew.
	mkdir -p docs/api ui/dist
	cargo run --quiet --locked -p agent -- openapi >docs/api/openapi.json.new
	mv docs/api/openapi.json.new docs/api/openapi.json
	cd ui && npm run --silent api

.PHONY: components
components: ui-deps ## List the libraries and their licences anew, for the About page
	node packaging/dev/components.mjs >agent/src/about/components.tsv.new
	mv agent/src/about/components.tsv.new agent/src/about/components.tsv

.PHONY: import-table
CATALOGUES ?= ../shared/catalogues
import-table: ## What becomes of the templates of other platforms below CATALOGUES
	cargo run --quiet --release --locked -p index-builder -- import --table $(CATALOGUES) $(ARGS)

.PHONY: screenshots
screenshots: ui ## Pictures of every page, in artifacts/screenshots
	packaging/dev/setup.sh test
	cargo build --workspace --locked
	cd ui && npm run --silent screenshots

.PHONY: bench-ui
bench-ui: build ## Measure only the page at 300 containers and its log viewer, about five minutes
	packaging/dev/setup.sh test
	cargo build --release --locked -p bench
	$(AS_ROOT) target/release/bench run --only ui

.PHONY: bench-store
bench-store: ## Measure nodes of stores: transfer, gossip, rest, change, flood, simulation
	cargo build --release --locked -p store-node --examples --tests --bins
	for what in exchange gossip idle change simulation; do \
	    echo "== $$what"; target/release/examples/$$what; \
	done
	HARBOUR_FLOOD_SECONDS=60 cargo test --release --locked -p store-node --test it flood -- --nocapture

.PHONY: clean
clean: ## Remove build results; the data of `make run` in .run stays
	cargo clean
	rm -rf ui/dist ui/node_modules artifacts

.PHONY: ui ui-deps
ui: ui-deps
	@packaging/dev/ui.sh build
ui-deps:
	@packaging/dev/setup.sh build
	@packaging/dev/ui.sh deps
