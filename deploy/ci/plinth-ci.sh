#!/bin/sh
# Runs a project's scenarios and flows on simulated hardware, on any CI and at a desk. See README.md beside it.
#
#   sh plinth/deploy/ci/plinth-ci.sh [scenarios] [flows]        both, unless one is named
#
#   SCENARIOS  scenarios, or folders of them     (default: scenarios)
#   FLOWS      the project's flow                (default: flows.json, if there is one)
#   SEEDS      such as 1,2,5-8                   (default: each scenario's own)
#   KINDS      such as bench,curb                (default: all)
#   REPORTS    where JUnit's XML and JSON go     (default: reports)
#
# Exit codes: 0 all as expected; 1 an expectation or a flow failed; 2 a scenario, a flow or a setting is wrong;
# 3 the environment: Node or its packages are missing. Of several the highest.
set -u
plinth=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd) || exit 3
scenarios=${SCENARIOS:-scenarios}
flows=${FLOWS:-flows.json}
seeds=${SEEDS:-}
kinds=${KINDS:-}
reports=${REPORTS:-reports}

worst=0
step() {
  echo "== $*"
  "$@"
  code=$?
  # Whatever ends a program otherwise, a signal for one, is a failure.
  [ "$code" -le 3 ] || code=1
  [ "$code" -le "$worst" ] || worst=$code
}
plinth() { node "$plinth/scripts/plinth.mjs" "$@"; }

run_scenarios() {
  # shellcheck disable=SC2086  # several scenarios are several words
  step plinth run $scenarios ${seeds:+--seeds "$seeds"} ${kinds:+--kinds "$kinds"} \
    --junit "$reports/scenarios.xml" --jsonl "$reports/scenarios.jsonl"
}

# Scenarios whose names begin with flow- are about the flow: each has the units and the messages that it must give.
run_flows() {
  if [ ! -f "$flows" ]; then
    echo "== no flow: $flows is not there"
    return
  fi
  step plinth flow check "$flows"
  for folder in $scenarios; do
    for scenario in "$folder"/flow-*.yaml; do
      [ -f "$scenario" ] || continue
      step plinth flow test "$flows" "$scenario" --junit "$reports/$(basename "$scenario" .yaml).xml"
    done
  done
}

[ $# -gt 0 ] || set -- scenarios flows
for part in "$@"; do
  case $part in
    scenarios) run_scenarios ;;
    flows) run_flows ;;
    *)
      echo "plinth-ci.sh: $part is neither scenarios nor flows" >&2
      exit 2
      ;;
  esac
done
exit "$worst"
