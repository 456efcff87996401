import type { VNode } from 'preact'
import type { ReportInput } from '../../report-input.ts'
import { Panel } from '../parts/panel.tsx'

/** The figures of the runs side by side. */
export function Comparison({ report: { summaryRows, runs } }: { readonly report: ReportInput }): VNode {
  return (
    <Panel id="comparison" title="Compared">
      <div class="scrolls">
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span class="unseen">Figure</span>
              </th>
              {runs.map(({ name }) => (
                <th key={name} scope="col" class="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {summaryRows.map((row) => (
              <tr key={row}>
                <th scope="row">{row}</th>
                {runs.map(({ name, summary }) => (
                  <td key={name} class="number">
                    {summary[row] ?? '–'}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}
