import type { Memory } from '../model/memory.ts'

/** Whether this process has ended the machine of the name. After a removal that failed half-way it may still be there. */
export function hasEnded({ removedNames, removalBackOff }: Memory, name: string): boolean {
  return removedNames.has(name) && !removalBackOff.has(name)
}
