import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { fileOf, load, screenshotDir, themes, widths } from '../../packages/dashboard/dev/browser.ts'
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

describe('every page', { concurrency: 2 }, () => {
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
        for (const width of widths)
          await platform.visit({ scenario, width }, async ({ page, words }) => {
            await load(page, path)
            await untilShown(page)
            for (const theme of themes) {
              await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
              await page.locator(`html[data-mantine-color-scheme=${theme}]`).waitFor()
              await untilStill(page)
              const found = await listFaults(page, width)
              faults.push(...found.map((fault) => `at ${width}, ${theme}: ${fault}`))
              // All eight hundred would take as long as looking for faults does.
              if (found.length > 0) await page.screenshot({ path: fileOf(path, { scenario, width, theme }) })
            }
            if (scenario === 'hostile') faults.push(...(await listRun(page)))
            faults.push(...words.map((word) => `at ${width}: ${word}`))
          })
        assert.deepEqual(faults, [])
      })
})

async function listFaults(page: Page, width: number): Promise<string[]> {
  const overflowPx = await readOverflowPx(page)
  const isLikeSmaller = width === 1920
  return [
    ...(overflowPx > 0 ? [`scrolls sideways by ${overflowPx} px`] : []),
    ...(isLikeSmaller ? [] : await listViolations(page)),
  ]
}

/** Text that was taken for markup leaves a mark. */
async function listRun(page: Page): Promise<string[]> {
  const wasRun = await page.evaluate(() => (globalThis as { wasRun?: unknown }).wasRun)
  return wasRun === undefined ? [] : [`somebody's text was run as ${wasRun}`]
}
