import type { Mutant } from '../mutant.ts'
import { breaksPolicy } from './breaks-policy.ts'
import { cancelledDrains } from './cancelled-drains.ts'
import { cordonsOfOthers } from './cordons-of-others.ts'
import { guesses } from './guesses.ts'
import { killsWork } from './kills-work.ts'
import { labels } from './labels.ts'
import { leaks } from './leaks.ts'
import { records } from './records.ts'
import { refusedOfferings } from './refused-offerings.ts'
import { runsAway } from './runs-away.ts'
import { stalls } from './stalls.ts'
import { timing } from './timing.ts'
import { unfinishedLaunches } from './unfinished-launches.ts'
import { unsupportedServer } from './unsupported-server.ts'

/** Bugs that a promise must not survive: each is seen by a world or by a test, or something is not looked at. */
export const bugs: readonly Mutant[] = [
  ...killsWork,
  ...guesses,
  ...runsAway,
  ...leaks,
  ...stalls,
  ...breaksPolicy,
  ...records,
  ...timing,
  ...refusedOfferings,
  ...labels,
  ...cancelledDrains,
  ...cordonsOfOthers,
  ...unfinishedLaunches,
  ...unsupportedServer,
]
