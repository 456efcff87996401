import { counted } from '@woodpeckers/autoscaler-core'
import type { RecordNews } from '@woodpeckers/autoscaler-traces'

/** How a recording goes, in one line. */
export function newsLine({ recorded, watched, leftOut, trouble }: RecordNews): string {
  const missing = leftOut === 0 ? '' : `, ${leftOut} left out: nobody knows how long they ran`
  const also = trouble === undefined ? '' : `; ${trouble}`
  return `${counted(recorded, 'job')} recorded, ${watched} in the queue${missing}${also}`
}
