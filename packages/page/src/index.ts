export { loadPage, PAGE_POLICY, type PageFile } from './load-page.ts'
export { reportHtml } from './report-html.ts'
export type { ReportInput, ReportRun } from './report-input.ts'
