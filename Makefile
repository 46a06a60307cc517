# make demo  - the main job on the sample data (needs Go only)
# make test  - everything that CI runs; see scripts/test
.PHONY: build demo test check update

build:
	CGO_ENABLED=0 go build -trimpath -o poslog ./cmd/poslog

demo: build
	./poslog analyze samples/bank-day --calendar samples/bank-day/calendar.yaml --format text -o out/bank-day.html -o out/bank-day.xlsx

test:
	scripts/test

# the quick part of test: formatting, vet, staticcheck and unit tests
check:
	scripts/test quick

# rewrite all golden files; review with git diff
update:
	go test ./... -update
