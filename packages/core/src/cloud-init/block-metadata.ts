/** The unit that every agent of ours waits for. */
export const METADATA_UNIT_NAME = 'woodpecker-no-metadata.service'

/** Replaced, not added: it may be there already. Of IPv6 there may be none. */
export const BLOCK_IPV4 = 'ip route replace blackhole 169.254.169.254/32'
export const BLOCK_IPV6 = 'ip -6 route replace blackhole fd00:ec2::254/128'

/** Where systemd-networkd runs: it would else drop the route when it is started anew, by an update for example. */
export const NETWORKD_FOLDER = '/etc/systemd/networkd.conf.d'
export const NETWORKD_FILE: string = `${NETWORKD_FOLDER}/woodpecker-no-metadata.conf`
export const KEEP_ROUTES = '[Network]\nManageForeignRoutes=no\n'

/**
 * Cuts jobs off from the cloud's metadata service, which would hand them our user data. A route set once is
 * lost when the machine is stopped and started, hence a unit for each boot. cloud-init itself asks that
 * service early in every boot, so the unit comes after it, and before anything that can run a container.
 */
export const METADATA_UNIT: string = `[Unit]
Description=Keep jobs away from the metadata service of the cloud
Wants=network-online.target
After=network-online.target cloud-init.service cloud-init-network.service
Before=docker.service woodpecker-agent.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'exec ${BLOCK_IPV4}'
ExecStart=-/bin/sh -c 'exec ${BLOCK_IPV6}'

[Install]
WantedBy=multi-user.target
`
