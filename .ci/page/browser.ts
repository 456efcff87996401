import { type BrowserContext, chromium, type Page } from 'playwright-core'

export interface View {
  readonly width: number
  readonly height: number
  readonly colors: 'light' | 'dark'
}

export const wide: View = { width: 1440, height: 900, colors: 'light' }
export const narrow: View = { width: 390, height: 844, colors: 'light' }

/** A page that nobody has looked at yet, and what went wrong on it. */
export interface WatchedPage {
  readonly page: Page
  /** Errors in the console, exceptions, and what the security policy refused. Requests that fail are not among them. */
  readonly complaints: string[]
  readonly context: BrowserContext
}

export interface Browser {
  readonly open: (url: string, view: View) => Promise<WatchedPage>
  readonly close: () => Promise<void>
}

export async function launchBrowser(): Promise<Browser> {
  // The sandbox needs rights that a container's root does not have; nothing from outside is opened.
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  return {
    open: async (url, { width, height, colors }) => {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: colors,
        timezoneId: 'UTC',
        locale: 'en-GB',
        reducedMotion: 'reduce',
        isMobile: width < 600,
        hasTouch: width < 600,
      })
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(String(error)))
      page.on('console', (message) => {
        if (message.type() !== 'error' && message.type() !== 'warning') return
        if (!/Failed to load resource|ERR_/.test(message.text())) complaints.push(message.text())
      })
      await page.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
          console.error(`security policy: ${violatedDirective} ${blockedURI}`),
        )
      })
      await page.goto(url)
      return { page, complaints, context }
    },
    close: () => browser.close(),
  }
}
