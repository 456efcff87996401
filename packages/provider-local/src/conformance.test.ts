import { rename } from 'node:fs/promises'
import { describeProvider } from '@woodpeckers/autoscaler-core/testing'
import { aComputer } from './a-computer.test-setup.ts'

describeProvider('local', {
  create: async () => {
    const computer = await aComputer()
    return {
      provider: await computer.open(),
      pool: { id: computer.pool },
      cleanup: computer.cleanUp,
      plantForeign: async (name) => {
        const { pid } = computer.somebodys('sleep', ['60'])
        // As bad as it gets: their record stands in our folder.
        await computer.plantRecord({ name, process: await computer.known(pid) })
        return () => computer.isAlive(pid)
      },
      breakCloud: () => rename(computer.machines, `${computer.machines}-gone`),
    }
  },
})
