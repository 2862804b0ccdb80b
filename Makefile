# Custodian. `make demo` to look at it, `make test` to trust it, `make help` for the rest.
# Works as root and as an ordinary user; needs Rust, Python with pip, Node with npm. Brings what else is missing.
CARGO ?= cargo
.PHONY: help demo test looks faults bench check sqlx fmt postgres vendor browser

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

demo: postgres vendor ## builds it, fills it with sample staff and patients, serves it on 127.0.0.1:8080
	$(CARGO) run --release --quiet -- demo

test: postgres vendor browser ## every test; starts its own PostgreSQL and browser and cleans up
	$(CARGO) test

faults: postgres vendor ## 100 rounds of kill -9 under 32 writing clients; takes minutes
	$(CARGO) test --release --test it faults:: -- --ignored --nocapture

bench: postgres ## measures it against bare baselines, on a throwaway database with made-up patients
	$(CARGO) run --release --quiet -- bench
looks: postgres vendor browser ## pictures of every page, light, dark, narrow and on paper, in target/looks
	CUSTODIAN_LOOKS=target/looks $(CARGO) test --test it browser::
	@echo "pictures in target/looks"

check: ## format, lints, checked queries, licences
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets --quiet -- -D warnings
	@scripts/queries check
	@scripts/licences

sqlx: ## asks a scratch database about every query and rewrites .sqlx/
	@CARGO="$(CARGO)" scripts/queries write

fmt: ## formats the code
	$(CARGO) fmt

postgres: ## finds PostgreSQL, or brings it into the data folder
	@echo "PostgreSQL: $$(scripts/postgres bring)"

vendor: ## copies what the browser needs from npm into static/vendor
	@scripts/vendor

browser: ## makes Chromium and the PDF tools ready for the browser tests
	@scripts/browser
