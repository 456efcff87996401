export const FORGET_UNIT_NAME = 'woodpecker-forget-user-data.service'
export const FORGET_SCRIPT = '/usr/local/sbin/woodpecker-forget-user-data'

/**
 * Removes what cloud-init keeps of the user data. It writes most of that anew at every boot, before it works
 * with it, so its absence breaks none; what has run is remembered apart from it, in \`sem\`.
 */
export const FORGET_SCRIPT_TEXT = `#!/bin/sh
cd /var/lib/cloud/instances 2>/dev/null || exit 0
rm -f */user-data.txt* */cloud-config.txt */combined-cloud-config.json */scripts/runcmd */scripts/part-* */boothooks/part-*
rm -f /run/cloud-init/instance-data-sensitive.json /run/cloud-init/combined-cloud-config.json
# The cache of the data source holds them too. Where the metadata service answers at each boot it is made anew;
# elsewhere (a drive that is gone by then) the machine would lose its network settings with it.
case "$(cat /run/cloud-init/cloud-id 2>/dev/null)" in
  aws | hetzner) rm -f */obj.pkl ;;
esac
`

/**
 * After cloud-init's last stage, of every boot. Wanted by cloud-init's own target: that stage comes after
 * multi-user.target on some releases, and the two would wait for each other.
 */
export const FORGET_UNIT: string = `[Unit]
Description=Remove the copies of the user data that cloud-init keeps
After=cloud-final.service

[Service]
Type=oneshot
ExecStart=${FORGET_SCRIPT}

[Install]
WantedBy=cloud-init.target
`
