import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

type Violation = { id: string; help: string; places: { html: string; why: string }[] }

/** What may break in one theme and not in the other, where all else is the same page. */
const colorRules = ['color-contrast', 'link-in-text-block']

/** What breaks WCAG 2.2 A and AA, as far as a program can tell, in words; with `isOfColors`, what has to do with these. */
export async function listViolations(page: Page, { isOfColors = false } = {}): Promise<string[]> {
  // It is half a megabyte to read, and stays with the page.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource)
  const runOnly = isOfColors ? { type: 'rule' as const, values: colorRules } : standards
  const violations: Violation[] = await page.evaluate(async (chosen) => {
    const axe = (globalThis as unknown as { axe: { run: typeof import('axe-core').run } }).axe
    const { violations } = await axe.run(document, { runOnly: chosen, resultTypes: ['violations'] })
    return violations.map(({ id, help, nodes }) => ({
      id,
      help,
      places: nodes.map(({ html, failureSummary }) => ({ html, why: failureSummary ?? '' })),
    }))
  }, runOnly)
  return violations.flatMap(({ id, help, places }) =>
    places
      .slice(0, 4)
      .map(({ html, why }) => `${id} (${help}), ${places.length} times: ${html.slice(0, 300)}\n  ${why}`),
  )
}

/** How far the page can be scrolled sideways; 0 is as it should be. */
export const readOverflowPx = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** Waits for what is still on its way to how it will look; what turns for ever is not waited for. */
export async function untilStill(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    const listEnding = () =>
      document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
    await frame()
    await frame()
    // What is inherited goes on its way only once it has arrived above, so another theme comes level by level.
    for (let ending = listEnding(); ending.length > 0; ending = listEnding()) {
      await Promise.allSettled(ending.map(({ finished }) => finished))
      await frame()
    }
  })
}
