import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** Waits until the page shows what it has to show. */
export async function untilShown(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor()
  await page.waitForFunction(
    () => ![...document.querySelectorAll('[role=status]')].some((status) => /^Loading/.test(status.textContent ?? '')),
    undefined,
    { timeout: 15_000 },
  )
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
}

type Violation = { id: string; help: string; places: { html: string; why: string }[] }

/** What breaks WCAG 2.2 A and AA, as far as a program can tell, in words. */
export async function listViolations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  const violations: Violation[] = await page.evaluate(async (tags) => {
    const axe = (globalThis as unknown as { axe: { run: typeof import('axe-core').run } }).axe
    const { violations } = await axe.run(document, { runOnly: tags, resultTypes: ['violations'] })
    return violations.map(({ id, help, nodes }) => ({
      id,
      help,
      places: nodes.map(({ html, failureSummary }) => ({ html, why: failureSummary ?? '' })),
    }))
  }, standards)
  return violations.flatMap(({ id, help, places }) =>
    places
      .slice(0, 4)
      .map(({ html, why }) => `${id} (${help}), ${places.length} times: ${html.slice(0, 300)}\n  ${why}`),
  )
}

/** How far the page can be scrolled sideways; 0 is as it should be. */
export const readOverflowPx = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** Call before the page is loaded. */
export async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts: { value: number; what: string[] }[] = []
    Object.assign(globalThis, { shifts })
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const shift = entry as PerformanceEntry & {
          value: number
          hadRecentInput: boolean
          sources: { node: Node | null }[]
        }
        if (shift.hadRecentInput) continue
        const what = shift.sources.map(({ node }) =>
          node instanceof Element ? node.outerHTML.slice(0, 160) : (node?.textContent?.slice(0, 80) ?? 'gone'),
        )
        shifts.push({ value: shift.value, what })
      }
    })
    observer.observe({ type: 'layout-shift', buffered: true })
  })
}

/** The share of the screen that has moved without anybody asking for it; below 0.1 counts as calm. */
export async function readShifts(page: Page): Promise<{ sum: number; what: string[] }> {
  const shifts = await page.evaluate(
    () => (globalThis as unknown as { shifts: { value: number; what: string[] }[] }).shifts,
  )
  return {
    sum: shifts.reduce((sum, { value }) => sum + value, 0),
    what: shifts.map(({ value, what }) => `${value.toFixed(4)}: ${what.join(' | ')}`),
  }
}
