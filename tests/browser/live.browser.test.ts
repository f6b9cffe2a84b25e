import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { App } from '@berth/contract'
import type { Page } from 'playwright-core'
import { load } from '../../packages/dashboard/dev/browser.ts'
import type { FakeBerth, Scenario } from '../../packages/dashboard/dev/fake-berth.ts'
import { type FakePlatform, startFake, startFakePlatform } from './fake-platform.ts'
import { readShifts, untilShown, watchShifts } from './opened-page.ts'

let platform: FakePlatform
before(async () => {
  platform = await startFakePlatform()
})
after(() => platform.stop())

/** A fake of one's own, where one changes what others should not see. */
async function withFake(work: (fake: FakeBerth) => Promise<void>) {
  const fake = await startFake()
  try {
    await work(fake)
  } finally {
    await fake.stop()
  }
}

function change(fake: FakeBerth, scenario: Scenario, to: Partial<App>) {
  const world = fake.world(scenario)
  const { app } = world.apps.get('shop') ?? assert.fail('There is no shop')
  Object.assign(app, to)
  world.emit({ kind: 'app', app })
}

const rowOf = (page: Page) => page.getByRole('row').filter({ hasText: 'shop' })
const staleNote = (page: Page) => page.getByText(/^Not live: this is how things were/)

test('what changes is shown at once in every window', async () => {
  await withFake((fake) =>
    platform.visit({ scenario: 'one', fake }, async ({ page, context, words }) => {
      const other = await context.newPage()
      await Promise.all([load(page, '/'), load(other, '/apps/shop')])
      await Promise.all([untilShown(page), untilShown(other)])
      const reason = '1 of 2 instances up; the other one is being looked for'
      change(fake, 'one', { state: 'degraded', reason, readyReplicas: 1 })
      await Promise.all([rowOf(page).getByText('Degraded').waitFor(), other.getByText(reason).first().waitFor()])
      assert.deepEqual(words, [])
    }),
  )
})

test('when the server goes, the page says that it is stale, and catches up when the server is back', async () => {
  await withFake((fake) =>
    platform.visit({ scenario: 'one', fake }, async ({ page }) => {
      await load(page, '/')
      await untilShown(page)
      assert.equal(await staleNote(page).count(), 0)
      fake.vanish(11_000)
      // Nobody is told of this one: only catching up can show it.
      Object.assign(fake.world('one').apps.get('shop')?.app ?? {}, { state: 'down', reason: 'gone', readyReplicas: 0 })
      await staleNote(page).first().waitFor()
      await page.getByRole('link', { name: 'shop', exact: true }).waitFor()
      await rowOf(page).getByText('Down').waitFor({ timeout: 40_000 })
      await staleNote(page).first().waitFor({ state: 'detached' })
    }),
  )
})

test('an app that is removed elsewhere is gone from the list, and its own page says so', async () => {
  await withFake((fake) =>
    platform.visit({ scenario: 'one', fake }, async ({ page, context }) => {
      const other = await context.newPage()
      await Promise.all([load(page, '/'), load(other, '/apps/shop')])
      await Promise.all([untilShown(page), untilShown(other)])
      const world = fake.world('one')
      world.apps.delete('shop')
      world.emit({ kind: 'app_removed', name: 'shop' })
      await page.getByRole('link', { name: 'shop', exact: true }).waitFor({ state: 'detached' })
      await other
        .getByText(/no app|not found|was removed|no longer|does not exist/i)
        .first()
        .waitFor()
    }),
  )
})

for (const path of [
  '/',
  '/apps/shop',
  '/apps/shop/releases',
  '/machines',
  '/activity',
  '/settings/members',
  '/apps/new',
])
  test(`on a slow network ${path} says what it waits for, and nothing jumps`, async () => {
    await platform.visit({ scenario: 'slow' }, async ({ page, words }) => {
      await watchShifts(page)
      await load(page, path)
      await page
        .getByText(/^Loading \S/)
        .first()
        .waitFor()
      await untilShown(page)
      await delay(3_000) // The live stream answers as slowly as all else.
      await untilShown(page)
      const { sum, what } = await readShifts(page)
      assert.ok(sum < 0.1, `moved by ${sum}:\n${what.join('\n')}`)
      assert.deepEqual(words, [])
    })
  })

test('a page that is live does not move while figures come in', async () => {
  await platform.visit({ scenario: 'many' }, async ({ page }) => {
    await watchShifts(page)
    await load(page, '/')
    await untilShown(page)
    const before = await readShifts(page)
    await delay(6_500)
    const { sum, what } = await readShifts(page)
    assert.ok(sum - before.sum < 0.01, `moved by ${sum - before.sum}:\n${what.join('\n')}`)
  })
})
