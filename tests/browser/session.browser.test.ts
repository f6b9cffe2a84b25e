import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { load } from '../../packages/dashboard/dev/browser.ts'
import { type FakePlatform, startFake, startFakePlatform } from './fake-platform.ts'

const email = 'ada@example.org'
const password = 'correct horse battery'

let platform: FakePlatform
before(async () => {
  platform = await startFakePlatform()
})
after(() => platform.stop())

const title = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name })

async function signIn(page: Page, given = password) {
  const emailField = page.getByLabel('E-mail')
  if ((await emailField.inputValue()) !== email) await emailField.fill(email)
  await page.getByLabel('Password', { exact: true }).fill(given)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

test('who is not signed in is asked to, and then gets the page that was asked for', async () => {
  await platform.visit({ scenario: 'signed-out' }, async ({ page }) => {
    await load(page, '/machines')
    await title(page, /sign in/i).waitFor()
    await signIn(page, 'not the password')
    await page.getByRole('alert').getByText('E-mail or password is wrong').waitFor()
    await signIn(page)
    await title(page, 'Machines').waitFor()
    assert.equal(new URL(page.url()).pathname, '/machines')
  })
})

test('a sign-in never leads to another site', async () => {
  for (const back of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:window.wasRun=1']) {
    const fake = await startFake()
    try {
      await platform.visit({ scenario: 'signed-out', fake }, async ({ page }) => {
        await load(page, `/sign-in?back=${encodeURIComponent(back)}`)
        await signIn(page)
        await page.waitForURL((url) => url.pathname !== '/sign-in')
        assert.equal(new URL(page.url()).origin, fake.url, back)
        assert.equal(await page.evaluate(() => (globalThis as { wasRun?: unknown }).wasRun), undefined)
      })
    } finally {
      await fake.stop()
    }
  }
})

test('the code of the second factor is asked for, and a wrong one may be typed again', async () => {
  await platform.visit({ scenario: 'second-factor' }, async ({ page }) => {
    await load(page, '/')
    await signIn(page)
    const code = page.getByLabel('Code', { exact: true })
    await code.fill('000000')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').getByText('That code is not right').waitFor()
    await code.fill('123456')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await title(page, 'Apps').waitFor()
  })
})

test('a one-time password opens nothing but the choice of another one', async () => {
  await platform.visit({ scenario: 'must-change-password' }, async ({ page }) => {
    await load(page, '/machines')
    await title(page, 'Choose a password').waitFor()
    assert.equal(await title(page, 'Machines').count(), 0)
    await page.getByLabel('One-time password').fill(password)
    await page.getByLabel('New password').fill('short')
    await page.getByRole('button', { name: 'Use this password' }).click()
    assert.equal(await title(page, 'Machines').count(), 0)
    await page.getByLabel('New password').fill('a much longer password')
    await page.getByRole('button', { name: 'Use this password' }).click()
    await title(page, 'Machines').waitFor()
  })
})

test('an invitation is accepted by choosing a password', async () => {
  await platform.visit({ scenario: 'signed-out' }, async ({ page, context }) => {
    await load(page, '/invitation#good-secret')
    await page.getByText('barbara@example.org').first().waitFor()
    await page
      .getByLabel(/password/i)
      .first()
      .fill('a much longer password')
    await page.getByRole('button', { name: /accept|join/i }).click()
    await title(page, 'Apps').waitFor()
    const again = await context.newPage()
    await load(again, '/invitation#good-secret')
    await again.getByText('This invitation was used, taken back, or has expired').waitFor()
  })
})

test('a session that ends in the middle asks to sign in, and what was typed is still there', async () => {
  const fake = await startFake()
  try {
    await platform.visit({ scenario: 'one', fake }, async ({ page }) => {
      await load(page, '/apps/new')
      const image = page.getByRole('textbox', { name: /^image/i })
      await image.fill('registry.example.org/team/half-typed')
      fake.expireSessions()
      await title(page, 'Sign in again').waitFor()
      await signIn(page)
      await title(page, /new app/i).waitFor()
      assert.equal(await image.inputValue(), 'registry.example.org/team/half-typed')
      assert.equal(new URL(page.url()).pathname, '/apps/new')
    })
  } finally {
    await fake.stop()
  }
})

test('a page that is opened with the cookie of a session that has ended asks to sign in', async () => {
  const fake = await startFake()
  try {
    await platform.visit({ scenario: 'one', fake }, async ({ page }) => {
      fake.world('one')
      fake.expireSessions()
      await load(page, '/activity')
      await title(page, 'Sign in').waitFor()
      await signIn(page)
      await title(page, 'Activity').waitFor()
    })
  } finally {
    await fake.stop()
  }
})

test('signing out in one tab ends the others too', async () => {
  const fake = await startFake()
  try {
    await platform.visit({ scenario: 'one', fake }, async ({ page, context }) => {
      const other = await context.newPage()
      await Promise.all([load(page, '/'), load(other, '/machines')])
      await Promise.all([title(page, 'Apps').waitFor(), title(other, 'Machines').waitFor()])
      await signOut(page)
      await title(page, /sign in/i).waitFor()
      await title(other, /sign in/i).waitFor({ timeout: 20_000 })
    })
  } finally {
    await fake.stop()
  }
})

async function signOut(page: Page) {
  await page.getByRole('button', { name: /ada@example\.org/i }).click()
  await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click()
}
