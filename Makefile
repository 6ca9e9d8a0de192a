.PHONY: setup build run test lint bench soak

setup: ; @scripts/setup all
build: ; @scripts/build
run:   ; @scripts/run
test:  ; @scripts/test
lint:  ; @scripts/lint
bench: ; @scripts/bench
soak:  ; @scripts/soak
