#!/usr/bin/env bash
# The AWS provider against moto, an EC2 in memory, which this installs (half a minute) unless MOTO_VENV names a
# virtual environment that has it. What is behind the name goes to vitest. Leaves nothing behind.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
pids=()
end() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap end EXIT

venv=${MOTO_VENV:-$work/venv}
if [ ! -x "$venv/bin/moto_server" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check 'moto[server]==5.2.5'
fi

# start_moto NAME: its address is in $address.
start_moto() {
  local port
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  "$venv/bin/moto_server" -H 127.0.0.1 -p "$port" >"$work/$1.log" 2>&1 &
  pids+=($!)
  address=http://127.0.0.1:$port
  for _ in $(seq 150); do
    if curl --silent --fail --output /dev/null "$address/moto-api/data.json"; then return; fi
    sleep 0.2
  done
  tail -5 "$work/$1.log" >&2
  return 1
}

# One for all tests, and one that checks rights once it is told to.
start_moto machines
export MOTO_URL=$address
start_moto rights
export MOTO_RIGHTS_URL=$address

PATH="$PWD/node_modules/.bin:$PATH" node_modules/.bin/vitest run --config .ci/aws/vitest.config.ts "$@"
