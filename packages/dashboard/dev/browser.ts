import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import type { Scenario } from './fake/scenarios.ts'

export const chromiumPath = '/usr/bin/chromium'
export const widths = [390, 1280, 1920] as const
export const themes = ['light', 'dark'] as const
export type Theme = (typeof themes)[number]

export const screenshotDir = join(import.meta.dirname, '../../../tests/screenshots')

/** Without everything that a browser does on its own account. */
export const launchBrowser = (moreArgs: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...moreArgs,
    ],
  })

export type Look = { url: string; scenario: Scenario; width: number; theme: Theme; height?: number }

export type Opened = { context: BrowserContext; page: Page; words: string[] }

/** A page as somebody with that screen and that liking sees it; what it reports goes to `words`. */
export async function openPage(browser: Browser, look: Look): Promise<Opened> {
  const { url, scenario, width, theme, height } = look
  const context = await browser.newContext({
    baseURL: url,
    locale: 'en-GB',
    viewport: { width, height: height ?? (width < 600 ? 844 : 900) },
    colorScheme: theme,
    reducedMotion: 'reduce',
    hasTouch: width < 600,
    isMobile: width < 600,
  })
  await context.addCookies([{ name: 'scenario', value: scenario, url }])
  const page = await context.newPage()
  return { context, page, words: listen(page) }
}

/** What Chromium says of all that it was loading when the machine got another network, as from Docker. */
const networkChange = 'net::ERR_NETWORK_CHANGED'
const mostLoads = 4

type Watched = {
  words: string[]
  networkChanges: number
  /** How many of both there were when the page began to load. */
  atLoad: { words: number; networkChanges: number }
}
const watched = new WeakMap<Page, Watched>()

function watchedOf(page: Page): Watched {
  return watched.get(page) ?? { words: [], networkChanges: 0, atLoad: { words: 0, networkChanges: 0 } }
}

const isDisturbed = ({ networkChanges, atLoad }: Watched) => networkChanges > atLoad.networkChanges

function beginLoad(seen: Watched) {
  seen.atLoad = { words: seen.words.length, networkChanges: seen.networkChanges }
}

/** A page that lost a part of itself to a change of the network complains of that, too. */
function forgetLoad({ words, atLoad }: Watched) {
  words.length = Math.min(words.length, atLoad.words)
}

/** Goes to a page; where the network changed meanwhile, and for no other reason, once more. */
export async function load(page: Page, path: string): Promise<void> {
  const seen = watchedOf(page)
  for (let left = mostLoads - 1; ; left--) {
    beginLoad(seen)
    const error = await page.goto(path).then(
      () => undefined,
      (thrown: Error) => thrown,
    )
    if (!error && !isDisturbed(seen)) return
    if (left === 0 || (error && !error.message.includes(networkChange))) throw error ?? new Error(networkChange)
    forgetLoad(seen)
  }
}

/** For what is waited for on a page: should the network have changed meanwhile, the page is loaded again. */
export async function untilLoaded(page: Page, wait: () => Promise<unknown>): Promise<void> {
  const seen = watchedOf(page)
  for (let left = mostLoads - 1; ; left--) {
    const error = await wait().then(
      () => undefined,
      (thrown: Error) => thrown,
    )
    const isWell = !error && seen.words.length <= seen.atLoad.words
    if (isWell || left === 0 || !isDisturbed(seen)) {
      if (error) throw error
      return
    }
    forgetLoad(seen)
    await load(page, page.url())
  }
}

/** All that a page or its network complains about, but for what no page can help. */
export function listen(page: Page): string[] {
  const seen = watchedOf(page)
  watched.set(page, seen)
  const { words } = seen
  page.on('console', (message) => {
    const isOfPage = !message.text().includes(networkChange)
    if (isOfPage && ['error', 'warning'].includes(message.type()))
      words.push(`console ${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => words.push(`page error: ${error.stack ?? error.message}`))
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText
    if (why === networkChange) seen.networkChanges += 1
    // What a page no longer wants when it is left.
    else if (why !== 'net::ERR_ABORTED') words.push(`request failed: ${request.url()} ${why}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) words.push(`answer ${response.status()}: ${response.url()}`)
  })
  return words
}

/** Where a screenshot of a route is kept. */
export const fileOf = (path: string, { scenario, width, theme }: Omit<Look, 'url'>) =>
  join(
    screenshotDir,
    `${path.replace(/[^\w-]+/g, '_').replace(/^_|_$/g, '') || 'apps'}.${scenario}.${width}.${theme}.png`,
  )
