import { signal, useSignal } from '@preact/signals'
import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import type { ReportInput } from '../../report-input.ts'
import { Panel } from '../parts/panel.tsx'
import { ThemeSwitch } from '../sections/theme-switch.tsx'
import { Dialog } from '../story/dialog.tsx'
import { Facts } from '../story/facts.tsx'
import { Phases } from '../story/phases.tsx'
import { OutlookControls } from '../timeline/outlook-controls.tsx'
import type { Outlook } from '../timeline/time-window.ts'
import { Timeline } from '../timeline/timeline.tsx'
import { createTimeline } from '../timeline/timeline-state.ts'
import { Comparison } from './comparison.tsx'

/** One or several runs, compared: their figures, and their timelines, which move together. */
export function Report({ report }: { readonly report: ReportInput }): VNode {
  const { title, runs } = report
  const toAt = Math.max(0, ...runs.map(({ history }) => history.toAt))
  const fromAt = Math.min(toAt, ...runs.map(({ history }) => history.fromAt))
  const outlook = useSignal<Outlook>({ spanMs: toAt - fromAt })
  const extent = useSignal({ fromAt, toAt })
  const opened = useSignal<{ readonly run: number; readonly name: string } | undefined>(undefined)
  const timelines = useMemo(
    () =>
      runs.map(({ history }, run) =>
        createTimeline({
          history: signal(history),
          now: signal(toAt),
          outlook,
          gapMs: Number.POSITIVE_INFINITY,
          open: (name) => {
            opened.value = { run, name }
          },
        }),
      ),
    [runs, toAt, outlook, opened],
  )
  const bar =
    opened.value && runs[opened.value.run]?.history.machines.find(({ name }) => name === opened.value?.name)
  return (
    <>
      <header class="masthead">
        <h1>{title}</h1>
        <div class="masthead-aside">
          <ThemeSwitch />
        </div>
      </header>
      <main>
        <Comparison report={report} />
        {runs.map(({ name }, run) => (
          <Panel
            key={name}
            id={`run-${run}`}
            title={name}
            aside={<OutlookControls outlook={outlook} extent={extent} end="end" />}
          >
            <Timeline timeline={timelines[run]!} />
          </Panel>
        ))}
      </main>
      {bar && (
        <Dialog
          key={bar.name}
          title={bar.name}
          onClose={() => {
            opened.value = undefined
          }}
        >
          <Facts
            facts={[
              ['Pool', bar.pool],
              ['Type', bar.offering],
            ]}
          />
          <Phases bar={bar} now={toAt} />
        </Dialog>
      )}
    </>
  )
}
