import type { Browser } from 'playwright-core'
import { launchBrowser, type Opened, openPage, type Theme } from '../../packages/dashboard/dev/browser.ts'
import {
  builtDashboard,
  type FakeBerth,
  type Scenario,
  startFakeBerth,
} from '../../packages/dashboard/dev/fake-berth.ts'

export type FakePlatform = {
  browser: Browser
  fake: FakeBerth
  /** A fresh visitor of a scenario; closed at the end of the work. */
  visit<Result>(options: VisitOptions, work: (opened: Opened) => Promise<Result>): Promise<Result>
  /**
   * The same in a page that others had before and will have again, as a browser is quicker with what it has loaded once.
   * What they stored is gone; only the cache stays.
   */
  borrow<Result>(options: VisitOptions, work: (opened: Opened) => Promise<Result>): Promise<Result>
  stop(): Promise<void>
}

export type VisitOptions = { scenario: Scenario; width?: number; theme?: Theme; height?: number; fake?: FakeBerth }

const dist = process.env.BERTH_TEST_DASHBOARD || builtDashboard

/** What the fake itself does wrong must not look like a fault of a page. */
export const startFake = (scenario: Scenario = 'one') => startFakeBerth({ scenario, dist, log: console.error })

export async function startFakePlatform(): Promise<FakePlatform> {
  const fake = await startFake()
  const browser = await launchBrowser().catch(async (error) => {
    await fake.stop()
    throw error
  })
  const idle = new Map<number, Opened[]>()
  async function take({ scenario, width = 1280, theme = 'light' }: VisitOptions): Promise<Opened> {
    const found = idle.get(width)?.pop()
    if (!found) return openPage(browser, { url: fake.url, scenario, width, theme })
    await found.context.addCookies([{ name: 'scenario', value: scenario, url: fake.url }])
    await found.page.emulateMedia({ colorScheme: theme })
    found.words.length = 0
    return found
  }
  async function giveBack(opened: Opened, { width = 1280 }: VisitOptions) {
    await opened.page.evaluate(() => [localStorage, sessionStorage].map((storage) => storage.clear()))
    await opened.page.goto('about:blank')
    idle.set(width, [...(idle.get(width) ?? []), opened])
  }
  return {
    browser,
    fake,
    borrow: async (options, work) => {
      const opened = await take(options)
      opened.page.setDefaultTimeout(15_000)
      try {
        const result = await work(opened)
        await giveBack(opened, options)
        return result
      } catch (error) {
        await opened.context.close()
        throw error
      }
    },
    visit: async ({ scenario, width = 1280, theme = 'light', height, fake: other = fake }, work) => {
      const opened = await openPage(browser, { url: other.url, scenario, width, theme, height })
      opened.page.setDefaultTimeout(15_000)
      try {
        return await work(opened)
      } finally {
        await opened.context.close()
      }
    },
    stop: async () => {
      await browser.close()
      await fake.stop()
    },
  }
}
