import { type Assembly, assemble } from '../assemble.ts'
import { begin } from '../begin.ts'
import { EXIT, refuse } from '../cli.ts'
import { checkImage, checkUserDataFindings } from '../doctor/check-agent.ts'
import { checkEvents } from '../doctor/check-events.ts'
import { checkGrpc } from '../doctor/check-grpc.ts'
import { adviceOn, checkProvider } from '../doctor/check-provider.ts'
import { checkServer } from '../doctor/check-server.ts'
import { bad, type Finding } from '../doctor/finding.ts'
import { redactor } from '../logs/redact.ts'
import { PartFailed } from '../part-failed.ts'
import { styleFor } from '../terminal/style.ts'
import { checkUserData } from '../user-data.ts'
import type { CommandContext } from './index.ts'

/** Looks at everything that has to work, a line each, with what to do about what does not. Exit 1 if something does not. */
export async function doctor(context: CommandContext): Promise<number> {
  const beginning = await begin(context, undefined)
  if (!beginning.ok) return refuse(context, beginning.problems)
  const { settings, log } = beginning
  const { cli, definition } = settings
  const { clock, stdout } = context
  const style = styleFor(stdout, context.env)
  const redact = redactor(settings.secrets)
  let allGood = true
  const tell = ({ ok, subject, text, advice }: Finding) => {
    allGood &&= ok
    stdout.write(redact(`${ok ? style.good('✓') : style.bad('✗')} ${style.title(subject)}: ${text}\n`))
    if (advice) stdout.write(redact(`    ${style.quiet('→')} ${advice}\n`))
  }
  let assembly: Assembly
  try {
    assembly = await assemble(settings, context, log)
  } catch (thrown) {
    if (!(thrown instanceof PartFailed)) throw thrown
    tell(bad(thrown.part, thrown.error.message, adviceOn(thrown.error, cli.provider)))
    return EXIT.failed
  }
  try {
    const { server, provider } = assembly
    const { signal } = new AbortController()
    const { findings, version } = await checkServer(server, cli.serverUrl, { signal })
    findings.forEach(tell)
    tell(await checkGrpc(cli.grpcAddr, clock))
    // Without a server there is no stream either: one cause, one line.
    if (findings[0]?.ok) tell(await checkEvents(server, clock))
    tell(await checkProvider(provider, definition.name, cli.provider, cli.poolId, clock))
    if (provider.usesUserData !== false) {
      tell(checkUserDataFindings(await checkUserData(cli, provider.userDataLimit)))
      tell(checkImage(cli.agentImage, version))
    }
    return allGood ? EXIT.ok : EXIT.failed
  } finally {
    await assembly.close()
  }
}
