import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { load } from '../../packages/dashboard/dev/browser.ts'
import { listViolations } from '../../packages/dashboard/dev/faults.ts'
import { type FakePlatform, startFakePlatform } from './fake-platform.ts'
import { untilShown } from './opened-page.ts'

let platform: FakePlatform
before(async () => {
  platform = await startFakePlatform()
})
after(() => platform.stop())

test('a drain says what will happen, shows its steps and can be cancelled', async () => {
  await platform.visit({ scenario: 'three' }, async ({ page, words }) => {
    await load(page, '/machines')
    await page.getByRole('button', { name: 'Actions on machine-2' }).click()
    await page.getByRole('menuitem', { name: 'Drain' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('so no request fails').waitFor()
    assert.deepEqual(await listViolations(page), [])
    await dialog.getByRole('button', { name: 'Drain it' }).click()
    const drain = page.getByRole('region', { name: 'Drain of machine-2' })
    await drain.getByText('Under way').first().waitFor()
    assert.deepEqual(await listViolations(page), [])
    await drain.getByRole('button', { name: 'Cancel' }).click()
    await drain.waitFor({ state: 'detached' })
    assert.deepEqual(words, [])
  })
})

test('a role is changed only after the quorum was told', async () => {
  await platform.visit({ scenario: 'pressed' }, async ({ page }) => {
    await load(page, '/machines/machine-2')
    await page.getByRole('button', { name: 'Actions' }).click()
    await page.getByRole('menuitem', { name: 'Make it a worker' }).click()
    await page.getByRole('dialog').getByText('2, of which none may fail').waitFor()
  })
})

test('a join command is shown once, and only its own button closes it', async () => {
  await platform.visit({ scenario: 'one' }, async ({ page }) => {
    await load(page, '/machines')
    await page.getByRole('button', { name: 'Add a machine' }).click()
    await page.getByRole('tab', { name: 'With a token' }).click()
    await page.getByLabel('Name of the machine').fill('worker9')
    await page.getByRole('button', { name: 'Make the token' }).click()
    await page.getByText('./berth join BERTH-').waitFor()
    await page.keyboard.press('Escape')
    assert.ok(await page.getByText('./berth join BERTH-').isVisible())
    assert.deepEqual(await listViolations(page), [])
  })
})

test('who is no admin sees why machines cannot be changed', async () => {
  await platform.visit({ scenario: 'reader' }, async ({ page, words }) => {
    await load(page, '/machines')
    await page.getByRole('button', { name: /Actions on/ }).click()
    await page.getByRole('menuitem', { name: 'Cordon' }).getByText('Only an admin of Berth').waitFor()
    assert.deepEqual(words, [])
  })
})

test('one of 300 machines is found by its label and name', async () => {
  await platform.visit({ scenario: 'fleet' }, async ({ page }) => {
    await load(page, '/machines')
    await untilShown(page)
    await page.keyboard.press('/')
    await page.keyboard.type('disk=ssd machine-298')
    await page.getByRole('link', { name: 'machine-298' }).click()
    await page.getByRole('heading', { level: 1, name: 'machine-298' }).waitFor()
  })
})
