import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { fileOf, launchBrowser, load, openPage, screenshotDir, type Theme, themes, widths } from './browser.ts'
import { isScenario, type Scenario, scenarioNames } from './fake/scenarios.ts'
import { startFakeBerth } from './fake-berth.ts'
import { listViolations, readOverflowPx } from './faults.ts'

const root = join(import.meta.dirname, '../../..')

/** Into a folder of its own, so that several can build at once. */
async function buildDashboard(): Promise<string> {
  const dist = mkdtempSync(join(tmpdir(), 'berth-dashboard-'))
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const argv = [
    vite,
    'build',
    join(root, 'packages/dashboard'),
    '--outDir',
    dist,
    '--emptyOutDir',
    '--logLevel',
    'warn',
  ]
  await promisify(execFile)(process.execPath, argv, { cwd: root })
  return dist
}

async function takeScreenshots(options: {
  paths: string[]
  scenario: Scenario
  widths: number[]
  themes: Theme[]
  isFull: boolean
  waitMs: number
  dist: string
}) {
  const { paths, scenario, isFull, waitMs, dist } = options
  mkdirSync(screenshotDir, { recursive: true })
  const fake = await startFakeBerth({ scenario, dist, log: console.error })
  const browser = await launchBrowser()
  try {
    for (const path of paths)
      for (const width of options.widths)
        for (const theme of options.themes) {
          const look = { url: fake.url, scenario, width, theme }
          const { context, page, words } = await openPage(browser, look)
          await load(page, path)
          await page.waitForTimeout(waitMs)
          const file = fileOf(path, look)
          await page.screenshot({ path: file, fullPage: isFull })
          const overflowPx = await readOverflowPx(page)
          if (overflowPx > 0) words.push(`scrolls sideways by ${overflowPx} px`)
          words.push(...(await listViolations(page)))
          console.log([file, ...words].join('\n    '))
          await context.close()
        }
  } finally {
    await browser.close()
    await fake.stop()
  }
}

const usage = `node packages/dashboard/dev/screenshot.ts [options] <path> ...

  /apps/shop /settings/tokens      pages to look at (default: /)
  --scenario one                   ${scenarioNames.join(', ')}
  --widths 390,1280,1920           --themes light,dark
  --full                           the whole page, not only what the screen shows
  --wait 2500                      milliseconds before it is taken
  --dist <folder>                  a built dashboard; without it, it is built first (into a folder of its own)

Writes tests/screenshots/<page>.<scenario>.<width>.<theme>.png, and says what
the console, the network and the layout did wrong, and where it breaks WCAG 2.2 AA.`

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      scenario: { type: 'string', default: 'one' },
      widths: { type: 'string', default: widths.join(',') },
      themes: { type: 'string', default: themes.join(',') },
      full: { type: 'boolean', default: false },
      wait: { type: 'string', default: '2500' },
      dist: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const { scenario, full: isFull, help } = values
  const chosen = themes.filter((theme) => values.themes.split(',').includes(theme))
  const sizes = values.widths.split(',').map(Number)
  if (help || !isScenario(scenario) || chosen.length === 0 || sizes.some((size) => !(size > 0))) {
    console.log(usage)
    process.exitCode = help ? 0 : 1
  } else {
    const dist = values.dist ?? (await buildDashboard())
    const paths = positionals.length > 0 ? positionals : ['/']
    try {
      await takeScreenshots({
        paths,
        scenario,
        widths: sizes,
        themes: chosen,
        isFull,
        waitMs: Number(values.wait),
        dist,
      })
    } finally {
      if (!values.dist) rmSync(dist, { recursive: true, force: true })
    }
  }
}
