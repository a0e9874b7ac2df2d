# `make` lists what can be done here. The recipes are one line each: the work is in deploy/local.

# For instance: make compose-up COMPOSE=podman-compose
COMPOSE ?= docker compose

.DEFAULT_GOAL := help
.PHONY: help run down status logs reload clean build test bench lint rebuild dead-letters new-service env compose-up compose-down

help: ## List the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: ## Build and start the whole platform here, with demo data; Ctrl-C stops it
	@deploy/local/platform run

down: ## Stop the platform that another terminal started
	@deploy/local/platform down

status: ## Show every process and whether it is ready
	@deploy/local/platform status

logs: ## Follow the logs; SERVICE=lesson for one of them
	@deploy/local/platform logs "$(SERVICE)"

reload: ## Have the gateway read its routes, its certificate and the public keys again
	@deploy/local/platform reload

clean: ## Stop the platform and delete its data (not the build)
	@deploy/local/platform clean

build: ## Build the release executables
	@deploy/local/build

test: ## Build and run all tests on private servers; FILTER="LessonServiceTests …" or a regular expression picks some
	@deploy/local/test

bench: ## Measure foundation and gateway beside their peers; PARTS="append effects rebuild start gateway" picks some
	@deploy/load/bench $(PARTS)

lint: ## Check format, directions, configuration, routes, requirements, named places and shell scripts
	@deploy/local/lint

new-service: ## Write a new service: NAME=Homework PORT=8003
	@deploy/local/new-service "$(NAME)" "$(PORT)"

rebuild: ## Build a read model again: SERVICE=student PROJECTION=… (without: list them); ACCEPT=1 even if it differs
	@deploy/local/platform tool "$(SERVICE)" rebuild $(PROJECTION) $(if $(ACCEPT),--accept-differences)

dead-letters: ## Look after events that could not be handled: SERVICE=student ACTION="list" (show, replay, discard; --help)
	@deploy/local/platform tool "$(SERVICE)" dead-letters $(ACTION)

env: .env ## Write .env with secrets of its own, for the containers (compose-up does it too)

.env:
	@deploy/local/env .env

compose-up: .env ## Build the images and start the platform in containers
	@$(COMPOSE) -f docker-compose.microservices.yml up --build -d

compose-down: ## Stop the containers; their data stays
	@$(COMPOSE) -f docker-compose.microservices.yml down
