import type { Page } from 'playwright-core'
import { untilLoaded } from '../../packages/dashboard/dev/browser.ts'

/** Waits until the page shows what it has to show. */
export const untilShown = (page: Page): Promise<void> => untilLoaded(page, () => shown(page))

async function shown(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor()
  await page.waitForFunction(
    () => ![...document.querySelectorAll('[role=status]')].some((status) => /^Loading/.test(status.textContent ?? '')),
    undefined,
    { timeout: 15_000 },
  )
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
}

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
