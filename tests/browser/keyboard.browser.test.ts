import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { load } from '../../packages/dashboard/dev/browser.ts'
import { type FakePlatform, startFakePlatform } from './fake-platform.ts'
import { untilShown } from './opened-page.ts'

let platform: FakePlatform
before(async () => {
  platform = await startFakePlatform()
})
after(() => platform.stop())

const title = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name })

async function open(page: Page, path: string) {
  await load(page, path)
  await untilShown(page)
}

/** What has the focus, as somebody who cannot see it would be told. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const { activeElement: element } = document
    return `${element?.tagName.toLowerCase()} ${element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? ''}`
  })

test('Ctrl K finds an app among 300 by a part of its name and goes there', async () => {
  await platform.visit({ scenario: 'many' }, async ({ page, words }) => {
    await open(page, '/machines')
    await page.keyboard.press('Control+k')
    const search = page.getByRole('dialog').getByRole('textbox')
    await search.fill('sho')
    await page.getByRole('dialog').getByText('shop', { exact: true }).first().waitFor()
    await search.fill('shop')
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.pathname.startsWith('/apps/shop'))
    assert.deepEqual(words, [])
  })
})

test('Escape closes the palette, and the focus is where it was', async () => {
  await platform.visit({ scenario: 'one' }, async ({ page }) => {
    await open(page, '/')
    await page.getByRole('link', { name: 'Machines' }).first().focus()
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByRole('textbox').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    assert.match(await focused(page), /Machines/)
  })
})

test('each page has a shortcut of two keys, and its title has the focus then', async () => {
  await platform.visit({ scenario: 'one' }, async ({ page }) => {
    await open(page, '/')
    for (const [key, name] of [
      ['m', 'Machines'],
      ['h', 'Activity'],
      ['s', /Settings|Profile/],
      ['a', 'Apps'],
    ] as const) {
      await page.keyboard.press('g')
      await page.keyboard.press(key)
      await title(page, name).waitFor()
      await page.waitForFunction(() => document.activeElement?.tagName === 'H1')
    }
    await page.keyboard.press('n')
    await title(page, /new app/i).waitFor()
  })
})

test('keys that are typed into a field are text and no shortcuts', async () => {
  await platform.visit({ scenario: 'one' }, async ({ page }) => {
    await open(page, '/')
    await page.keyboard.press('/')
    await page.waitForFunction(() => document.activeElement?.tagName === 'INPUT')
    await page.keyboard.type('gm?n')
    assert.equal(await page.locator('input:focus').inputValue(), 'gm?n')
    assert.equal(new URL(page.url()).pathname, '/')
    assert.equal(await page.getByRole('dialog').count(), 0)
  })
})

test('"?" lists the shortcuts', async () => {
  await platform.visit({ scenario: 'one' }, async ({ page }) => {
    await open(page, '/')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Go to Machines').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })
})

for (const path of ['/', '/apps/shop', '/apps/shop/settings', '/apps/new', '/settings/tokens'])
  test(`everything on ${path} can be reached with the Tab key, and one sees where one is`, async () => {
    await platform.visit({ scenario: 'one' }, async ({ page }) => {
      await open(page, path)
      const { reached, unseen } = await tabThrough(page)
      assert.deepEqual(unseen, [])
      assert.ok(reached.length > 5, `only ${reached.join(', ')}`)
      assert.match(reached[0] ?? '', /Skip to the page/)
    })
  })

/** Goes around once; what has the focus must differ from how it looks without. */
async function tabThrough(page: Page): Promise<{ reached: string[]; unseen: string[] }> {
  const reached: string[] = []
  const unseen: string[] = []
  // A page may have put the focus into a field; this goes around from the top.
  await page.evaluate(() => {
    document.body.tabIndex = -1
    document.body.focus()
    document.body.removeAttribute('tabindex')
  })
  for (let presses = 0; presses < 150; presses++) {
    await page.keyboard.press('Tab')
    const found = await page.evaluate(() => {
      const element = document.activeElement
      if (!(element instanceof HTMLElement) || element === document.body) return undefined
      const isKnown = element.dataset.wasReached !== undefined
      element.dataset.wasReached = ''
      // The mark may be drawn by what stands around it, as for a field with a border of its own.
      const around = [
        element,
        element.parentElement,
        element.nextElementSibling,
        (element as HTMLInputElement).labels?.[0],
      ].filter((one): one is HTMLElement => one instanceof HTMLElement)
      const draw = () =>
        around.map((one) => {
          const { outline, boxShadow, border, backgroundColor } = getComputedStyle(one)
          return [outline, boxShadow, border, backgroundColor].join()
        })
      const withFocus = draw().join()
      const name = `${element.tagName.toLowerCase()} ${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 60)}`
      element.blur()
      const isSeen = draw().join() !== withFocus
      element.focus({ preventScroll: true })
      return { name, isKnown, isSeen }
    })
    if (!found || found.isKnown) break
    reached.push(found.name)
    if (!found.isSeen) unseen.push(found.name)
  }
  return { reached, unseen }
}
