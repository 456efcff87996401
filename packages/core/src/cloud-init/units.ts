/** Where the agent's environment lies on its machine, its secret in it: readable by root alone. */
export const ENVIRONMENT_FILE = '/etc/woodpecker-agent/environment'

export const INSTALL_DOCKER = '/usr/local/sbin/woodpecker-agent-install-docker'

/**
 * Cuts jobs off from the cloud's metadata service, which would hand them our user data. A route set once is
 * lost when the machine is stopped and started, hence a unit for each boot. cloud-init itself asks that
 * service early in every boot, so the unit comes after it, and before anything that can run a container.
 */
export const METADATA_UNIT = `[Unit]
Description=Keep jobs away from the metadata service of the cloud
Wants=network-online.target
After=network-online.target cloud-init.service cloud-init-network.service
Before=docker.service woodpecker-agent.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'exec ip route replace blackhole 169.254.169.254/32'
ExecStart=-/bin/sh -c 'exec ip -6 route replace blackhole fd00:ec2::254/128'

[Install]
WantedBy=multi-user.target
`

/**
 * Runs the agent in the foreground of a unit rather than with Docker's own restart policy: so it never
 * starts before the route above, at the first boot and at any other.
 */
export function agentUnit(image: string): string {
  return `[Unit]
Description=Woodpecker agent
Requires=docker.service woodpecker-no-metadata.service
After=docker.service woodpecker-no-metadata.service

[Service]
Restart=always
RestartSec=5
TimeoutStartSec=0
ExecStartPre=-/usr/bin/docker rm --force woodpecker-agent
ExecStart=/usr/bin/docker run --rm --name woodpecker-agent --env-file ${ENVIRONMENT_FILE} --volume /var/run/docker.sock:/var/run/docker.sock --publish 127.0.0.1:3000:3000 ${image}
ExecStop=/usr/bin/docker stop woodpecker-agent

[Install]
WantedBy=multi-user.target
`
}

/** Images of clouds come with Docker or without; another program may hold apt's lock right after the boot. */
export const INSTALL_DOCKER_SCRIPT = `#!/bin/sh
command -v docker >/dev/null && exit 0
export DEBIAN_FRONTEND=noninteractive
for attempt in 1 2 3 4 5; do
  apt-get -o DPkg::Lock::Timeout=300 update &&
    apt-get -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends docker.io &&
    exit 0
  sleep 10
done
echo "Docker could not be installed" >&2
exit 1
`
