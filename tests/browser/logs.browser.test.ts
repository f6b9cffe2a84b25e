import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { BrowserContext, Page } from 'playwright-core'
import { load } from '../../packages/dashboard/dev/browser.ts'
import { type FakePlatform, startFakePlatform } from './fake-platform.ts'
import { untilShown } from './opened-page.ts'

const MiB = 1024 ** 2

let platform: FakePlatform
before(async () => {
  platform = await startFakePlatform()
})
after(() => platform.stop())

async function readHeapMiB(context: BrowserContext, page: Page): Promise<number> {
  const session = await context.newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return usedSize / MiB
}

const countElements = (page: Page) => page.evaluate(() => document.querySelectorAll('*').length)

test('a log of 100,000 lines goes through a page that keeps a bounded number of them', async (t) => {
  await platform.visit({ scenario: 'flood' }, async ({ page, context, words }) => {
    const world = platform.fake.world('flood')
    await load(page, '/apps/shop/logs')
    await untilShown(page)
    while (world.logLinesSent < world.logLines) await delay(200)
    await delay(2_000)
    const elements = await countElements(page)
    t.diagnostic(`${elements} elements, ${(await readHeapMiB(context, page)).toFixed(1)} MiB of heap`)
    assert.ok(elements < 5_000, `${elements} elements: lines out of sight are in the page`)
    const kept = await readKept(page)
    assert.ok(kept > 0 && kept <= 20_000, `${kept} lines are kept`)
    assert.deepEqual(words, [])
  })
})

/** The page says how many lines it has: "10,000 lines". */
async function readKept(page: Page): Promise<number> {
  const text = await page
    .getByText(/[\d,. ]+ lines/)
    .first()
    .textContent()
  return Number(/([\d,. ]+) lines/.exec(text ?? '')?.[1]?.replace(/\D/g, ''))
}

test('what an app writes is shown as text, whatever it is', async () => {
  await platform.visit({ scenario: 'hostile' }, async ({ page, words }) => {
    await load(page, '/apps/valueof/logs')
    await untilShown(page)
    await page.getByText('<script>window.wasRun="script"</script>').first().waitFor()
    await delay(1_500)
    assert.equal(await page.evaluate(() => (globalThis as { wasRun?: unknown }).wasRun), undefined)
    assert.equal(await page.locator('img[onerror], svg[onload], script:not([src])').count(), 0)
    assert.equal(await page.title(), 'valueof · Berth')
    assert.deepEqual(words, [])
  })
})
