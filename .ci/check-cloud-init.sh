#!/usr/bin/env bash
# Renders the user data in all its variants and has cloud-init itself look at it: its schema for each
# document, its own reader for those of several parts; and boot one. Shell scripts in them must at least parse.
# Installs Debian's cloud-init where it is missing, which needs root.
set -euo pipefail
shopt -s nullglob
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

if ! command -v cloud-init >/dev/null; then
  (apt-get update && apt-get install --yes --no-install-recommends cloud-init) >"$folder/apt.log" 2>&1 ||
    { cat "$folder/apt.log" >&2; echo 'cloud-init could not be installed' >&2; exit 1; }
fi
node_modules/.bin/node .ci/render-cloud-init.ts "$folder"

checked=0
failed=0
try() {
  checked=$((checked + 1))
  "$@" >"$folder/said" 2>&1 && return
  failed=$((failed + 1))
  echo "failed: $*" >&2
  cat "$folder/said" >&2
}

# The Python that Debian's cloud-init runs on knows its modules.
for document in "$folder"/*.mime; do
  try /usr/bin/python3 .ci/split-user-data.py "$document" "${document%.mime}.theirs"
done
for document in "$folder"/*.yaml; do
  try cloud-init schema -c "$document"
done
for script in "$folder"/*.sh "$folder"/*.files/*; do
  case "$(head -c 2 "$script")" in '#!') try sh -n "$script" ;; esac
done
if unshare --mount --net true 2>/dev/null; then
  try unshare --mount --net bash .ci/boot-user-data.sh "$folder/boot.user-data"
else
  echo 'left out: booting the user data needs the right to make namespaces'
fi
echo "cloud-init $(cloud-init --version 2>&1 | cut -d ' ' -f 2): $((checked - failed)) of $checked checks of user data passed"
[ "$failed" -eq 0 ]
