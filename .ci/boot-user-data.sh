#!/usr/bin/env bash
# Boots user data twice with the real cloud-init, in a mount and network namespace of its own: nothing outside
# changes. Between the boots all that cloud-init keeps of it is removed, as on a machine. In that document
# a command of the user's notes each of its runs in /var/ran.
# Call: unshare --mount --net bash .ci/boot-user-data.sh DOCUMENT
set -euo pipefail
document=$(realpath "$1")
mount -t tmpfs tmpfs /mnt
for folder in etc var usr/local; do
  mkdir -p "/mnt/$folder/upper" "/mnt/$folder/work"
  mount -t overlay overlay -o "lowerdir=/$folder,upperdir=/mnt/$folder/upper,workdir=/mnt/$folder/work" "/$folder"
done
mount -t tmpfs tmpfs /run
ip link set lo up

seed=/var/lib/cloud/seed/nocloud
rm -rf /var/lib/cloud /etc/cloud/cloud.cfg.d /var/ran
mkdir -p "$seed"
cp "$document" "$seed/user-data"
echo 'instance-id: sample' >"$seed/meta-data"
cat >/etc/cloud/cloud.cfg <<'END'
datasource_list: [NoCloud]
network: {config: disabled}
cloud_init_modules: [write-files]
cloud_config_modules: [runcmd]
cloud_final_modules: [scripts-user]
END

boot() {
  ip route flush type blackhole
  rm -rf /run/cloud-init && mkdir -p /run/cloud-init
  # It complains of a systemd that is not there; what counts is what it did.
  for stage in 'init --local' 'init' 'modules --mode config' 'modules --mode final'; do
    # shellcheck disable=SC2086
    cloud-init $stage >/dev/null 2>&1 || true
  done
}
expect() {
  local what=$1
  shift
  "$@" >/dev/null 2>&1 && return
  echo "not so: $what" >&2
  exit 1
}
blackholed() { ip route show type blackhole | grep -q '169\.254\.169\.254'; }
secrets() { grep -rl not-a-secret-0123456789 /var/lib/cloud/instances /run/cloud-init | grep -v 'obj\.pkl$'; }

boot
expect 'the command of the user has run' test "$(cat /var/ran 2>/dev/null)" = ran
expect 'the metadata service is out of reach after the first boot' blackholed
expect 'cloud-init keeps copies of the user data' secrets
/usr/local/sbin/woodpecker-forget-user-data
expect 'the copies are gone' test -z "$(secrets)"
# As at a cloud where the source answers at each boot.
rm -f /var/lib/cloud/instances/*/obj.pkl
boot
expect 'the metadata service is out of reach after the second boot' blackholed
expect 'the command of the user has not run again' test "$(cat /var/ran)" = ran
