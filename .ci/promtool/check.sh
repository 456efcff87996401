#!/usr/bin/env bash
# Shows metrics and alert rules to Prometheus' own tools, and lets a real Prometheus scrape once.
#   check.sh [URL of /metrics] [file with the token that it asks for]
# Without a URL: what a simulated run gives, and a real one beside an emulated server. Installs Debian's prometheus where it is missing, which needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

if ! command -v promtool >/dev/null || ! command -v prometheus >/dev/null; then
  (apt-get update && apt-get install --yes --no-install-recommends prometheus) >"$folder/apt.log" 2>&1 ||
    { cat "$folder/apt.log" >&2; echo 'prometheus could not be installed' >&2; exit 1; }
fi
(
  cd examples/monitoring
  promtool check rules alerts.yaml
  promtool test rules alerts.test.yaml
  promtool check config --syntax-only prometheus.yml
)
node_modules/.bin/node .ci/promtool/scrape.ts "$folder" "$@"
