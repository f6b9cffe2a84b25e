import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { listen, load, screenshotDir } from '../../packages/dashboard/dev/browser.ts'
import { listViolations, readOverflowPx, untilStill } from '../../packages/dashboard/dev/faults.ts'
import { type Platform, until } from '../e2e/platform.ts'
import { giveOneTimePassword, launchBrowserFor } from './platform-session.ts'

const origin = 'http://berth.localhost'
const goesLiveMs = 90_000

const answersWith = (text: string) =>
  `require('node:http').createServer((_, answer) => answer.end('${text}')).listen(process.env.PORT)`

/** The dashboard as a person uses it, on the real platform. One test goes on where the one before it ended. */
export const dashboardSuite = (given: () => Platform) =>
  describe('the dashboard', () => {
    let platform: Platform
    let browser: Browser
    let context: BrowserContext
    let page: Page
    let words: string[]

    before(async () => {
      platform = given()
      mkdirSync(screenshotDir, { recursive: true })
      browser = await launchBrowserFor(platform)
      context = await browser.newContext({ baseURL: origin, viewport: { width: 1280, height: 900 } })
      page = await context.newPage()
      words = listen(page)
    })
    after(() => browser?.close())

    const title = (name: string | RegExp, on = page) => on.getByRole('heading', { level: 1, name })
    const button = (name: string | RegExp, on = page) => on.getByRole('button', { name })
    const dialog = (on = page) => on.getByRole('dialog')
    const stateOf = (word: string, on = page) => on.locator('main header').first().getByText(word, { exact: true })
    const takeScreenshot = (name: string, on = page) =>
      on.screenshot({ path: join(screenshotDir, `platform.${name}.png`) })

    test('the one-time password opens only the choice of another one, and then everything', async () => {
      const { email, password } = await giveOneTimePassword(platform)
      await load(page, '/')
      await title('Sign in').waitFor()
      await page.getByLabel('E-mail').fill(email)
      await page.getByLabel('Password', { exact: true }).fill(password)
      await button('Sign in').click()
      await title('Choose a password').waitFor()
      await page.getByLabel('New password').fill(randomBytes(12).toString('hex'))
      await button('Use this password').click()
      await title('Apps').waitFor()
      const [cookie] = await context.cookies()
      assert.deepEqual([cookie?.name, cookie?.httpOnly, cookie?.sameSite], ['berth_session', true, 'Lax'])
      assert.equal(await page.evaluate('document.cookie'), '')
      assert.deepEqual(words, [])
    })

    test('an image is deployed through the page for it, and goes live on its own page', async () => {
      await load(page, '/')
      await page
        .getByRole('link', { name: /New app|Deploy an app of your own/ })
        .first()
        .click()
      await page.getByRole('textbox', { name: 'Image', exact: true }).fill('test-app:1')
      await page.getByLabel('Name', { exact: true }).fill('front')
      await page.getByLabel('Port', { exact: true }).fill('8080')
      await button('Review').click()
      await button('Deploy').click()
      await page.getByRole('heading', { name: 'front is live' }).waitFor({ timeout: goesLiveMs })
      await takeScreenshot('live')
      await page.getByRole('link', { name: 'To its page' }).click()
      await title('front').waitFor()
      await stateOf('Running').waitFor()
      await page.getByText('1 of 1 up').waitFor()
      assert.deepEqual(words, [])
    })

    test('its link opens it, through the edge', async () => {
      const [opened] = await Promise.all([
        context.waitForEvent('page'),
        page
          .getByRole('link', { name: /front\.localhost/ })
          .first()
          .click(),
      ])
      await opened.waitForLoadState()
      assert.equal(await opened.locator('body').textContent(), 'v1')
      assert.equal(new URL(opened.url()).host, 'front.localhost')
      assert.equal(await opened.evaluate('window.opener'), null)
      await opened.close()
    })

    test('a bad image fails with the reason in words, and the release before it serves on', async () => {
      await button('Deploy').first().click()
      await dialog().getByRole('textbox', { name: 'Image' }).fill('127.0.0.1:5000/nobody/missing:1')
      await dialog().getByRole('button', { name: 'Deploy' }).click()
      await page.getByText('There is no such image', { exact: true }).waitFor({ timeout: goesLiveMs })
      await page.getByText('v1 was not touched and goes on serving.').waitFor()
      assert.equal((await platform.get('front.localhost')).body, 'v1')
      await takeScreenshot('failed')
    })

    test('two windows see the same change', async (t) => {
      const other = await context.newPage()
      await load(other, '/')
      await other.getByRole('link', { name: 'front', exact: true }).waitFor()
      const row = other.getByRole('row').filter({ hasText: 'front' })
      await row.waitFor()
      await button('Scale').first().click()
      await dialog().getByLabel('Instances').fill('3')
      let startMs = 0
      page.once('request', () => {
        startMs = performance.now()
      })
      const seenMs = async (work: Promise<unknown>) => {
        await work
        return Math.round(performance.now() - startMs)
      }
      await dialog().getByRole('button', { name: 'Scale to 3' }).click()
      const [here, there] = await Promise.all([
        seenMs(
          page
            .getByText(/\d of 3 up/)
            .first()
            .waitFor(),
        ),
        seenMs(
          row
            .getByText(/\/ ?3|of 3/)
            .first()
            .waitFor(),
        ),
      ])
      t.diagnostic(`seen after ${here} ms here and ${there} ms in the other window`)
      await Promise.all([
        page.getByText('3 of 3 up').first().waitFor({ timeout: goesLiveMs }),
        row.getByText('Running').waitFor({ timeout: goesLiveMs }),
      ])
      await other.close()
    })

    test('a change and a rollback are seen as they go', async () => {
      const changed = await platform.berth('deploy', '--image', 'test-app:1', '--name', 'front', '--env', 'VERSION=two')
      assert.equal(changed.code, 0, changed.stdout + changed.stderr)
      await load(page, '/apps/front/releases')
      await page.getByText('v2').first().waitFor()
      await button('Roll back to v1').click()
      await dialog().getByRole('button', { name: 'Roll back' }).click()
      await page.getByText('front is being rolled back to v1').first().waitFor()
      await page.getByRole('tab', { name: 'Overview' }).click()
      await page
        .getByText(/^Rolled back to v1/)
        .first()
        .waitFor({ timeout: goesLiveMs })
      await stateOf('Running').waitFor({ timeout: goesLiveMs })
      assert.equal((await platform.get('front.localhost')).body, 'v1')
    })

    test('a folder is built on a machine and goes live, and its build is told with its steps', async (t) => {
      const folder = join(mkdtempSync(join(tmpdir(), 'berth-source-')), 'greeter')
      t.after(() => rmSync(dirname(folder), { recursive: true }))
      mkdirSync(folder)
      writeFileSync(join(folder, 'package.json'), '{"scripts":{"start":"node server.js"}}')
      writeFileSync(join(folder, 'server.js'), answersWith('built from a folder'))
      await load(page, '/apps/new')
      await page.getByText('Folder or archive', { exact: true }).click()
      await page.getByLabel('Folder', { exact: true }).setInputFiles(folder)
      await page.getByText(/in 2 files/).waitFor()
      await button('Review').click()
      await button('Deploy').click()
      await page.getByRole('heading', { name: 'greeter is live' }).waitFor({ timeout: goesLiveMs })
      assert.equal((await platform.get('greeter.localhost')).body, 'built from a folder')
      await load(page, '/apps/greeter/builds')
      await page.getByRole('link', { name: 'greeter', exact: true }).click()
      await page.getByText('Node.js').first().waitFor()
      await page.getByRole('link', { name: 'Release v1' }).waitFor()
      await takeScreenshot('build')
      assert.deepEqual(words, [])
    })

    test('the machine has a page of its own, which can be opened by its address', async () => {
      const { name } = platform.machine
      await load(page, '/machines')
      await page.getByRole('link', { name, exact: true }).waitFor()
      await load(page, `/machines/${name}`)
      await title(name).waitFor()
      await page.getByText('Reserved memory').waitFor()
      await page.getByRole('heading', { name: 'Measured' }).waitFor()
      await page.getByRole('rowheader', { name: 'front' }).first().waitFor()
      assert.deepEqual(await listViolations(page), [])
      await takeScreenshot('machine')
      assert.deepEqual(words, [])
    })

    test('a page that is open while the server is killed says so and recovers by itself', async () => {
      await load(page, '/apps/front')
      await stateOf('Running').waitFor()
      const { docker } = platform.machine
      const [server] = await docker.listContainers({ filters: { label: ['berth.role=server'] } })
      await docker.getContainer(server?.Id ?? assert.fail('No server runs')).kill()
      await page
        .getByText(/(Connecting|Reconnecting) since/)
        .first()
        .waitFor()
      await page.getByText('Live', { exact: true }).first().waitFor({ timeout: goesLiveMs })
      // The server answers a moment before the agents have found it.
      await until(
        'it can be scaled',
        () => platform.berth('scale', 'front', '2'),
        ({ code }) => code === 0,
        goesLiveMs,
      )
      await page.getByText('2 of 2 up').first().waitFor({ timeout: goesLiveMs })
      assert.deepEqual(
        words.filter((word) => word.startsWith('page error')),
        [],
      )
    })

    test('on a phone the same pages fit, can be read, and do the same', async () => {
      const phone = await browser.newContext({
        baseURL: origin,
        viewport: { width: 390, height: 844 },
        isMobile: true,
        hasTouch: true,
        colorScheme: 'dark',
        storageState: await context.storageState(),
      })
      try {
        const small = await phone.newPage()
        const said = listen(small)
        await load(small, '/')
        await small.getByRole('link', { name: 'front', exact: true }).tap()
        await title('front', small).waitFor()
        await stateOf('Running', small).waitFor()
        await button('Scale', small).first().tap()
        await dialog(small).getByLabel('Instances').fill('1')
        await dialog(small).getByRole('button', { name: 'Scale to 1' }).tap()
        await small.getByText('1 of 1 up').first().waitFor({ timeout: goesLiveMs })
        await untilStill(small)
        assert.equal(await readOverflowPx(small), 0)
        assert.deepEqual(await listViolations(small), [])
        assert.deepEqual(said, [])
        await takeScreenshot('phone', small)
      } finally {
        await phone.close()
      }
    })

    test('removing asks for the name, and then nothing of the app is left', async () => {
      await load(page, '/apps/front/settings')
      await button(/remove/i)
        .first()
        .click()
      const confirm = dialog().getByRole('button', { name: 'Remove it for good' })
      assert.equal(await confirm.isEnabled(), false)
      await dialog().getByRole('textbox').fill('front')
      await confirm.click()
      await title('Apps').waitFor()
      await page.getByRole('link', { name: 'front', exact: true }).waitFor({ state: 'detached' })
      assert.equal((await platform.api('GET', '/v1/apps/front')).status, 404)
    })
  })
