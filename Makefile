# Every target is one script in Scripts/, so that it can be read, run and tried without make.
.DEFAULT_GOAL := help
.PHONY: help run test fault soak check bench load stop clean

help: ## List what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' Makefile

run: ## Build and serve on http://localhost:8080 (other port: make run STORYTIME_PORT=9000)
	@Scripts/run

test: ## Build and run the tests on a private Postgres (some of them: make test ARGS='--filter Outbox')
	@Scripts/test $(ARGS)

fault: ## Run ten thousand schedules of crashes and stalls, and the evenings with kill -9 (STORYTIME_FAULT_SEED repeats one)
	@Scripts/fault $(ARGS)

soak: ## Kill each of three nodes twenty times and Postgres five, and measure how long events stand still
	@Scripts/soak $(ARGS)

check: ## All that must hold before a commit: format, imports, tests
	@Scripts/check

bench: ## Run the benchmarks (some of them: make bench ARGS=...)
	@Scripts/bench $(ARGS)

load: ## Put a running server under load and judge how it fares (which server, and more: make load ARGS=--help)
	@Benchmarks/load $(ARGS)

stop: ## Stop the private Postgres and Redis of this checkout, keep their data
	@Scripts/stop

clean: ## Destroy the private Postgres and Redis of this checkout, remove .local and .build
	@Scripts/clean
