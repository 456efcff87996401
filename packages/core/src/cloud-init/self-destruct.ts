import { AGENT_UNIT_NAME } from './agent-unit.ts'
import { type MachinePart, machineFile } from './machine-file.ts'

const NAME = 'woodpecker-self-destruct'
const SCRIPT = `/usr/local/sbin/${NAME}`

/**
 * A dead man's switch: a timer asks the agent every minute what it runs, and shuts the machine down when that
 * was nothing for so long. It is for clouds where shutting down ends a machine, or at least its price; and for
 * an autoscaler that is gone for good. An agent that lives and does not answer counts as working.
 */
export function selfDestructPart(afterMs: number, healthPort: number): MachinePart {
  return {
    files: [
      machineFile(SCRIPT, '0755', selfDestructScript(Math.ceil(afterMs / 1000), healthPort)),
      machineFile(`/etc/systemd/system/${NAME}.service`, '0644', SERVICE),
      machineFile(`/etc/systemd/system/${NAME}.timer`, '0644', TIMER),
    ],
    commands: [['systemctl', 'enable', '--now', `${NAME}.timer`]],
  }
}

/** Counts by the time since the boot: that of the day jumps when the machine first hears of it. */
export function selfDestructScript(afterSeconds: number, healthPort: number): string {
  return `#!/bin/sh
since=/run/${NAME}.since
is_busy() {
  # Its status is 500 while the agent has lost its server; the counts are there all the same.
  count=$(curl --silent --max-time 10 http://127.0.0.1:${healthPort}/varz |
    sed -n 's/.*"running_count": *\\([0-9][0-9]*\\).*/\\1/p')
  if [ -n "$count" ]; then [ "$count" -gt 0 ]; else systemctl is-active --quiet ${AGENT_UNIT_NAME}; fi
}
if is_busy; then
  rm -f "$since"
  exit 0
fi
now=$(cut -d . -f 1 /proc/uptime)
[ -s "$since" ] || echo "$now" >"$since"
idle=$((now - $(cat "$since")))
[ "$idle" -lt ${afterSeconds} ] && exit 0
echo "idle for $idle seconds, and nobody has ended this machine: shutting down"
systemctl poweroff
`
}

const SERVICE = `[Unit]
Description=Shut this machine down when its agent was idle for too long

[Service]
Type=oneshot
ExecStart=${SCRIPT}
`

const TIMER = `[Unit]
Description=Look every minute whether the agent has work

[Timer]
OnBootSec=1min
OnUnitActiveSec=1min
AccuracySec=5s

[Install]
WantedBy=timers.target
`
