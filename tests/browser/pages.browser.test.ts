import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { fileOf, load, screenshotDir, type Theme, themes, type widths } from '../../packages/dashboard/dev/browser.ts'
import type { Scenario } from '../../packages/dashboard/dev/fake-berth.ts'
import { listViolations, readOverflowPx, untilStill } from '../../packages/dashboard/dev/faults.ts'
import { type FakePlatform, startFakePlatform } from './fake-platform.ts'
import { untilShown } from './opened-page.ts'

/** With no app, one, and three hundred. */
const counts: Scenario[] = ['empty', 'one', 'many']
const withApp: Scenario[] = ['one', 'many', 'hostile', 'failed']
const appTabs = ['overview', 'logs', 'releases', 'builds', 'environment', 'image', 'placement', 'settings']
const settingsTabs = [
  'profile',
  'tokens',
  'sessions',
  'members',
  'invitations',
  'users',
  'registries',
  'repositories',
  'about',
]

const pages: [path: string, scenarios: readonly Scenario[]][] = [
  ['/', [...counts, 'hostile', 'deploying', 'failed', 'reader', 'draining']],
  ...appTabs.map((tab): [string, Scenario[]] => [`/apps/shop/${tab}`, withApp.filter((name) => name !== 'hostile')]),
  ...appTabs.map((tab): [string, Scenario[]] => [`/apps/constructor/${tab}`, ['hostile']]),
  ['/apps/fresh', ['failed', 'deploying']],
  ...appTabs.map((tab): [string, Scenario[]] => [`/apps/shop/${tab}`, ['reader']]),
  ...['built', 'broken', 'going', 'queued'].map((id): [string, Scenario[]] => [`/apps/shop/builds/${id}`, ['three']]),
  ['/apps/constructor/builds/broken', ['hostile']],
  ['/apps/shop/builds/built', ['reader']],
  ['/apps/new', counts],
  ['/machines', [...counts, 'hostile', 'three', 'fleet', 'pressed', 'draining', 'reader']],
  ['/machines?q=zone=b&role=worker', ['fleet']],
  ['/machines/machine-2', ['three', 'pressed', 'draining']],
  ...['1h', '24h', '7d', '30d'].map((range): [string, Scenario[]] => [`/machines/machine-1?range=${range}`, ['three']]),
  ['/machines/machine-1', ['reader']],
  ['/machines/nowhere', ['three']],
  ['/apps/shop?range=24h', ['three']],
  ['/apps/shop?by=instance', ['three']],
  ['/disk', ['empty', 'three', 'many', 'hostile', 'pressed', 'reader']],
  ['/activity', [...counts, 'hostile']],
  ...settingsTabs.map((tab): [string, Scenario[]] => [`/settings/${tab}`, [...counts, 'hostile']]),
  ['/settings/profile', ['reader']],
  ['/settings/members', ['developer']],
  ['/login/KDWX-2MPQ', ['one', 'hostile']],
  ['/sign-in', ['signed-out']],
  ['/invitation#good-secret', ['signed-out']],
  ['/nowhere/at-all', ['one']],
]

/** Those of one are the same page, made wider; a phone has another. */
const screens = [[390], [1280, 1920]] as const satisfies (typeof widths)[number][][]

describe('every page', { concurrency: availableParallelism() }, () => {
  let platform: FakePlatform
  before(async () => {
    mkdirSync(screenshotDir, { recursive: true })
    platform = await startFakePlatform()
  })
  after(() => platform.stop())

  for (const [path, scenarios] of pages)
    for (const scenario of scenarios)
      test(`${path} (${scenario}) is quiet, fits every screen and can be read by everyone`, async () => {
        const faults: string[] = []
        for (const [narrow, ...wider] of screens)
          await platform.borrow({ scenario, width: narrow }, async ({ page, words }) => {
            await load(page, path)
            await untilShown(page)
            for (const theme of themes) {
              await page.emulateMedia({ colorScheme: theme })
              await page.locator(`html[data-mantine-color-scheme=${theme}]`).waitFor()
              faults.push(...(await look(page, { path, scenario, width: narrow, theme }, listFaults)))
              for (const width of wider) {
                await page.setViewportSize({ width, height: 900 })
                // All else is as on the smaller screen.
                faults.push(...(await look(page, { path, scenario, width, theme }, listOverflow)))
                await page.setViewportSize({ width: narrow, height: 900 })
              }
            }
            if (scenario === 'hostile') faults.push(...(await listRun(page)))
            faults.push(...words.map((word) => `at ${narrow}: ${word}`))
          })
        assert.deepEqual(faults, [])
      })
})

type Look = { path: string; scenario: Scenario; width: number; theme: Theme }
type ListFaults = (page: Page, theme: Theme) => Promise<string[]>

/** What is wrong with a page as it is now; what that looks like is kept as a picture. */
async function look(page: Page, { path, ...as }: Look, list: ListFaults): Promise<string[]> {
  await untilStill(page)
  const faults = await list(page, as.theme)
  if (faults.length > 0) await page.screenshot({ path: fileOf(path, as) })
  return faults.map((fault) => `at ${as.width}, ${as.theme}: ${fault}`)
}

const listFaults: ListFaults = async (page, theme) => [
  ...(await listOverflow(page)),
  ...(await listViolations(page, { isOfColors: theme !== themes[0] })),
]

async function listOverflow(page: Page): Promise<string[]> {
  const overflowPx = await readOverflowPx(page)
  return overflowPx > 0 ? [`scrolls sideways by ${overflowPx} px`] : []
}

/** Text that was taken for markup leaves a mark. */
async function listRun(page: Page): Promise<string[]> {
  const wasRun = await page.evaluate(() => (globalThis as { wasRun?: unknown }).wasRun)
  return wasRun === undefined ? [] : [`somebody's text was run as ${wasRun}`]
}
