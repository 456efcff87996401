export const INSTALL_PROGRAMS = '/usr/local/sbin/woodpecker-agent-install-programs'

/**
 * Images of clouds come with Docker or without, and some without curl, which the other scripts need. Another
 * program may hold apt's lock right after the boot.
 */
export function installProgramsScript({ docker }: { readonly docker: boolean }): string {
  return `#!/bin/sh
set --
${docker ? 'command -v docker >/dev/null || set -- "$@" docker.io\n' : ''}\
command -v curl >/dev/null || set -- "$@" curl ca-certificates
[ $# -eq 0 ] && exit 0
export DEBIAN_FRONTEND=noninteractive
for attempt in 1 2 3 4 5; do
  apt-get -o DPkg::Lock::Timeout=300 update &&
    apt-get -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends "$@" &&
    exit 0
  sleep 10
done
echo "could not be installed: $*" >&2
exit 1
`
}
