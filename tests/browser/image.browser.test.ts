import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { listViolations } from '../../packages/dashboard/dev/faults.ts'
import { type FakePlatform, startFakePlatform } from './fake-platform.ts'

let platform: FakePlatform
before(async () => {
  platform = await startFakePlatform()
})
after(() => platform.stop())

test('an image is made smaller, its proof is shown, and it is deployed when one says so', async () => {
  await platform.visit({ scenario: 'one' }, async ({ page, words }) => {
    await page.goto('/apps/shop/image')
    const card = page.getByRole('region', { name: 'Make it smaller' })
    await card.getByLabel('More paths').fill('products')
    await card.getByText('a path starts with "/"').waitFor()
    await card.getByLabel('More paths').fill('/broken')
    await card.getByRole('button', { name: 'Make it smaller' }).click()
    await card.getByText('reading 412 MiB').waitFor()
    assert.deepEqual(await listViolations(page), [])
    await card.getByText('is gone again. The app goes on as it is').waitFor()
    await card.getByText('GET /broken: 200 before, 500 now').waitFor()
    assert.equal(await card.getByRole('button', { name: 'Deploy' }).count(), 0)
    assert.deepEqual(await listViolations(page), [])
    await card.getByLabel('More paths').fill('')
    await card.getByRole('button', { name: 'Make it smaller' }).click()
    await card.getByRole('button', { name: 'Deploy the smaller image' }).click()
    await page.getByText('The smaller image of shop is being deployed').first().waitFor()
    assert.deepEqual(words, [])
  })
})

test('the work on an image is cancelled by its button, and followed again by whoever comes back', async () => {
  await platform.visit({ scenario: 'one' }, async ({ page }) => {
    await page.goto('/apps/shop/image')
    const card = page.getByRole('region', { name: 'Make it smaller' })
    await card.getByRole('button', { name: 'Make it smaller' }).click()
    await card.getByRole('button', { name: 'Cancel' }).waitFor()
    await page.reload()
    await card.getByRole('button', { name: 'Cancel' }).click()
    await card.getByText('Cancelled by').waitFor()
  })
})
