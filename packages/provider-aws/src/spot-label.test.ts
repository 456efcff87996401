import { describe, expect, it } from 'vitest'
import { aContext } from './a-provider.test-setup.ts'
import { createAwsProvider } from './aws-provider.ts'
import { awsOptions } from './options.ts'

function labelsAndWarnings(options: Readonly<Record<string, unknown>>) {
  const warnings: string[] = []
  const context = aContext(options)
  const warn = (_: object, message: string) => void warnings.push(message)
  const provider = createAwsProvider({ ...context, log: { ...context.log, warn } })
  return { labels: provider.agentLabels, warnings }
}

describe('agents on spot machines', () => {
  it('take only tasks that say by a label that they may be lost', () => {
    expect(labelsAndWarnings({ useSpotInstances: true })).toEqual({
      labels: { '!spot': 'true' },
      warnings: [],
    })
  })

  it('demand the label that the user names', () => {
    const { labels } = labelsAndWarnings({ useSpotInstances: true, spotLabel: 'may-be-lost=yes=really' })
    expect(labels).toEqual({ '!may-be-lost': 'yes=really' })
  })

  it.each(['none', ''])(
    'take any task where the label is "%s", and a line says what that costs',
    (spotLabel) => {
      const { labels, warnings } = labelsAndWarnings({ useSpotInstances: true, spotLabel })
      expect(labels).toEqual({})
      expect(warnings).toEqual([
        expect.stringMatching(/^--aws-spot-label .* any task .* is lost when AWS takes/),
      ])
    },
  )

  it('are the only ones that demand it', () => {
    expect(labelsAndWarnings({})).toEqual({ labels: {}, warnings: [] })
    expect(labelsAndWarnings({ spotLabel: 'none' })).toEqual({ labels: {}, warnings: [] })
  })

  it.each(['spot', '!spot=true', 'a b=c', 'a=b,c=d', '=true', 'spot='])(
    'have no label like "%s"',
    (spotLabel) => {
      const given = { region: 'eu-central-1', instanceType: ['t3.large'], spotLabel }
      expect(awsOptions.safeParse(given).error?.issues[0]?.message).toBe(
        'must be one label, like spot=true, or none',
      )
    },
  )
})
