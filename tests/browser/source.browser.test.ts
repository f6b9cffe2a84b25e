import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { load } from '../../packages/dashboard/dev/browser.ts'
import { listViolations } from '../../packages/dashboard/dev/faults.ts'
import { type FakePlatform, startFakePlatform } from './fake-platform.ts'
import { untilShown } from './opened-page.ts'

let platform: FakePlatform
let scratch: string
before(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'berth-source-'))
  platform = await startFakePlatform()
})
after(async () => {
  await platform.stop()
  rmSync(scratch, { recursive: true })
})

function makeFolder(name: string, files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) {
    const full = join(scratch, name, path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, text)
  }
  return join(scratch, name)
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })
const openSourceForm = async (page: Page) => {
  await load(page, '/apps/new')
  await page.getByText('Folder or archive', { exact: true }).click()
}

test('a folder becomes an app: what ignore files leave out is not sent, and the build is watched to its end', async () => {
  const folder = makeFolder('my-site', {
    ...{ 'package.json': '{}', 'server.js': '//', '.gitignore': '*.log\n', 'debug.log': 'x' },
    ...{ 'node_modules/left/pad.js': 'x', [`deep/${'folder/'.repeat(20)}größe.txt`]: 'x' },
  })
  await platform.visit({ scenario: 'one' }, async ({ page, words }) => {
    await openSourceForm(page)
    await page.getByLabel('Folder', { exact: true }).setInputFiles(folder)
    await page.getByText(/in 4 files/).waitFor()
    await page.getByText('2 left out').waitFor()
    assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'my-site')
    await button(page, 'Review').click()
    await page.getByText('its Dockerfile, or one that Berth writes').waitFor()
    await button(page, 'Deploy').click()
    await page.getByText('Node 26 with npm: package.json has a start script').first().waitFor()
    await page
      .getByRole('log')
      .getByText(/^The source has .*größe\.txt/)
      .waitFor()
    const sent = await page
      .getByRole('log')
      .getByText(/^The source has/)
      .textContent()
    assert.match(sent ?? '', / package\.json server\.js$/)
    assert.doesNotMatch(sent ?? '', /node_modules|debug\.log/)
    await page.getByRole('heading', { name: 'my-site is live' }).waitFor()
    assert.deepEqual(words, [])
  })
})

test('a folder that is dropped is looked into, as it is when it is chosen', async () => {
  const folder = makeFolder('dropped', { 'src/a.js': 'x', 'node_modules/b.js': 'x', '.gitignore': 'c\n', c: 'x' })
  await platform.visit({ scenario: 'one' }, async ({ page }) => {
    await openSourceForm(page)
    const zone = page.getByRole('region', { name: 'Source' })
    await zone.waitFor()
    await dropFiles(page, await zone.boundingBox(), [folder])
    await page.getByText(/in 2 files/).waitFor()
    await page.getByText('2 left out').waitFor()
    assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'dropped')
  })
})

type Box = { x: number; y: number; width: number; height: number }

/** As somebody drops them with a mouse, which no event made in the page can do. */
async function dropFiles(page: Page, box: Box | null, files: string[]) {
  assert.ok(box)
  const browser = await page.context().newCDPSession(page)
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  const data = { items: [], files, dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await browser.send('Input.dispatchDragEvent', { type, x, y, data })
}

test('an archive that is dropped and refused by the server ends its build in words', async () => {
  await platform.visit({ scenario: 'one' }, async ({ page }) => {
    await openSourceForm(page)
    const dropped = await page.evaluateHandle(() => {
      const transfer = new DataTransfer()
      transfer.items.add(new File(['this is no zip'], 'shop-two.zip'))
      return transfer
    })
    await page.getByRole('region', { name: 'Source' }).dispatchEvent('drop', { dataTransfer: dropped })
    await page.getByText('shop-two.zip').waitFor()
    await button(page, 'Review').click()
    await button(page, 'Deploy').click()
    await page.getByRole('heading', { name: 'shop-two could not be built' }).waitFor()
    await page.getByText('The archive cannot be used').waitFor()
    await button(page, 'Change and try again').click()
    await page.getByText('shop-two.zip').waitFor()
  })
})

test('an upload says how far it is, goes on while other pages are looked at, and ends with its build', async () => {
  const archive = join(scratch, 'large.zip')
  writeFileSync(archive, randomBytes(4 * 1024 ** 2))
  await platform.visit({ scenario: 'one' }, async ({ page, words }) => {
    await load(page, '/apps/shop/builds')
    await slowDown(page, 256 * 1024)
    await button(page, 'Build and deploy').click()
    await page.getByLabel('Archive', { exact: true }).setInputFiles(archive)
    await page.getByRole('dialog').getByRole('button', { name: 'Build and deploy' }).click()
    const progress = page.getByRole('progressbar', { name: 'Upload of the source' })
    await progress.waitFor()
    await page.getByText(/^[1-9]\d* KiB of 4 MiB, [1-9]\d? %$/).waitFor()
    await page.getByRole('link', { name: 'Machines' }).click()
    await page.goBack()
    await progress.waitFor()
    await button(page, 'Cancel build').click()
    await page.getByText('cancelled by ada@example.org').waitFor()
    assert.deepEqual(words, [])
  })
})

async function slowDown(page: Page, uploadThroughput: number) {
  const browser = await page.context().newCDPSession(page)
  const conditions = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput }
  await browser.send('Network.emulateNetworkConditions', conditions)
}

test('a repository is built from the page of an app, cancelled, and built again to a release that names its build', async () => {
  await platform.visit({ scenario: 'three' }, async ({ page }) => {
    await load(page, '/apps/shop/builds')
    await button(page, 'Build and deploy').click()
    await page.getByRole('dialog').getByText('Repository', { exact: true }).first().click()
    await page.getByRole('textbox', { name: 'Repository' }).fill('https://example.org/team/shop.git')
    await page.getByRole('dialog').getByRole('button', { name: 'Build and deploy' }).click()
    await button(page, 'Cancel build').click()
    await page.getByText('cancelled by ada@example.org').waitFor()

    await button(page, 'Build again').click()
    const repository = page.getByRole('dialog').getByRole('textbox', { name: 'Repository' })
    assert.equal(await repository.inputValue(), 'https://example.org/team/shop.git')
    await page.getByRole('dialog').getByRole('button', { name: 'Build and deploy' }).click()
    const release = page.getByRole('link', { name: /^Release v\d+$/ })
    await release.waitFor()
    const address = page.url()
    await release.click()
    await page.getByRole('link', { name: 'Its build' }).first().click()
    await untilShown(page)
    assert.equal(page.url(), address)
  })
})

test('a build is given arguments and a secret, and its image goes to a registry that is stored', async () => {
  await platform.visit({ scenario: 'three' }, async ({ page, words }) => {
    const bodies = watchBodies(page)
    await load(page, '/apps/shop/builds')
    await button(page, 'Build and deploy').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Repository', { exact: true }).first().click()
    await dialog.getByRole('textbox', { name: 'Repository' }).fill('https://example.org/team/shop.git')
    await dialog.getByText('Arguments and secrets of the build').click()
    await dialog.getByRole('button', { name: 'Add an argument' }).click()
    await dialog.getByLabel('Name of the new argument').fill('VERSION')
    await dialog.getByLabel('Value of VERSION').fill('1.2')
    await dialog.getByRole('button', { name: 'Add a secret' }).click()
    await dialog.getByLabel('Name of the new secret').fill('NPM_TOKEN')
    await dialog.getByRole('button', { name: 'Use ghcr.io' }).click()
    await dialog.getByText('It goes to ghcr.io as ada.').waitFor()
    await dialog.getByRole('button', { name: 'Build and deploy' }).click()
    await dialog.getByText('is empty').waitFor()
    const file = join(scratch, 'token')
    writeFileSync(file, 'two lines\nof a secret\n')
    await dialog.getByLabel('File with the value of NPM_TOKEN').setInputFiles(file)
    assert.deepEqual(await listViolations(page), [])
    assert.equal(await looksOf(dialog.getByLabel('Value of NPM_TOKEN', { exact: true })), 'disc')
    await dialog.getByRole('button', { name: 'Build and deploy' }).click()
    await page.getByText('pushing it to ghcr.io/ada/shop:latest').waitFor()
    await page.getByText('Argument VERSION=1.2').waitFor()
    assert.equal(bodies.filter((body) => body.includes('of a secret')).length, 1, 'only with the request itself')
    assert.doesNotMatch(await page.content(), /of a secret/)
    assert.doesNotMatch(await page.evaluate(() => location.href + JSON.stringify(sessionStorage)), /of a secret/)
    assert.deepEqual(words, [])
  })
})

function watchBodies(page: Page): string[] {
  const bodies: string[] = []
  page.on('request', (request) => void bodies.push(`${request.url()} ${request.postData() ?? ''}`))
  return bodies
}

const looksOf = (field: Locator) =>
  field.evaluate((element) => getComputedStyle(element).getPropertyValue('-webkit-text-security'))

test('what cannot be built so is said beside its field, and where credentials are stored', async () => {
  await platform.visit({ scenario: 'pressed' }, async ({ page }) => {
    await load(page, '/apps/new')
    await page.getByText('Repository', { exact: true }).first().click()
    await page.getByRole('textbox', { name: 'Repository' }).fill('https://example.org/team/secretive.git')
    await page.getByText('Arguments and secrets of the build').click()
    await page.getByLabel('Push to another registry').fill('quay.io/me/shop')
    await page.getByText('No credentials are stored for quay.io.').waitFor()
    await page.getByRole('link', { name: 'Store them under Registries' }).waitFor()
    await button(page, 'Review').click()
    await page.getByText('end with a tag').waitFor()
    await page.getByLabel('Push to another registry').fill('quay.io/me/shop:1')
    await button(page, 'Add a secret').click()
    await page.getByLabel('Name of the new secret').fill('TOKEN')
    await page.getByLabel('Value of TOKEN', { exact: true }).fill('s3cret')
    await button(page, 'Review').click()
    await page.getByText('TOKEN, for its build alone').waitFor()
    await button(page, 'Deploy').click()
    await page.getByRole('alert').getByText('No machine of this cluster can give secrets').waitFor()
    await button(page, 'Change').click()
    await page.getByRole('group', { name: 'Build secrets' }).getByText('No machine of this cluster can').waitFor()
    await page.reload()
    await page.getByPlaceholder('not kept over the reload').waitFor()
    assert.equal(await page.getByLabel('Value of TOKEN', { exact: true }).inputValue(), '')
  })
})

test('the log of a build is downloaded whole', async () => {
  await platform.visit({ scenario: 'three' }, async ({ page }) => {
    await load(page, '/apps/shop/builds/built')
    const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Download').click()])
    assert.equal(download.suggestedFilename(), 'shop-build-built.log')
    assert.match(await textOf(await download.createReadStream()), /Z \[4\/7\] RUN npm ci --omit=dev\n/)
  })
})

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  let text = ''
  for await (const piece of stream) text += piece
  return text
}

test('credentials that a registry refuses are not stored, and others are', async () => {
  await platform.visit({ scenario: 'empty' }, async ({ page }) => {
    await load(page, '/settings/registries')
    await button(page, 'Add a registry').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Registry').fill('ghcr.io')
    await dialog.getByLabel('User').fill('ada')
    await dialog.getByLabel('Password or token').fill('wrong')
    await button(page, 'Test and store').click()
    await dialog.getByText('does not take this user and password').waitFor()
    await dialog.getByLabel('Password or token').fill('right')
    await button(page, 'Test and store').click()
    await page.getByRole('rowheader', { name: /ghcr\.io/ }).waitFor()
    await button(page, 'Test ghcr.io').click()
    await page.getByText('It takes them').waitFor()
    await button(page, 'Remove ghcr.io').click()
    await button(page, 'Forget them').click()
    await page.getByText('No credentials yet').waitFor()
  })
})

test('Berth is told to spread instances by itself', async () => {
  await platform.visit({ scenario: 'three' }, async ({ page }) => {
    await load(page, '/machines')
    const setting = page.getByRole('switch', { name: 'By itself' })
    await setting.click()
    await page.getByText('Berth does it a minute after a machine came back or joined.').waitFor()
    await page.reload()
    assert.equal(await setting.isChecked(), true)
  })
})
