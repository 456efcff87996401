#!/usr/bin/env bash
# Looks at the page in Chromium: axe, the keyboard, the security policy, hostile texts, breaks, frame times.
# With words, only the checks that have them in their sentence; `--screenshots` writes docs/screenshots anew instead. Installs Debian's chromium where it is missing, which needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

if ! command -v chromium >/dev/null; then
  (apt-get update && apt-get install --yes --no-install-recommends chromium fonts-inter) >"$folder/apt.log" 2>&1 ||
    { cat "$folder/apt.log" >&2; echo 'chromium could not be installed' >&2; exit 1; }
fi
case "${1:-}" in
  --screenshots) node_modules/.bin/node .ci/page/screenshots.ts ;;
  *) node_modules/.bin/node .ci/page/check-page.ts "$@" ;;
esac
