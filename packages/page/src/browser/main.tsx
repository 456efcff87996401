import { render } from 'preact'
import { applyTheme } from './parts/theme.ts'
import { Report } from './report/report.tsx'
import { startPage } from './start-page.tsx'

applyTheme()
const root = document.getElementById('page')!
const data = document.getElementById('report-data')?.textContent
if (data) render(<Report report={JSON.parse(data)} />, root)
else startPage(root)
