import { launchBrowserFor, openSession } from '../../tests/browser/platform-session.ts'
import { openPlatform } from '../harness/platform.ts'
import { runBench } from '../harness/run-bench.ts'
import { showAim, showTable } from '../harness/table.ts'

const aimKilobytes = 300
const paths = ['/sign-in', '/', '/apps/bench', '/apps/bench/logs', '/apps/new', '/settings/tokens']

type Load = { kilobytes: number; unpackedKilobytes: number; requests: number }

await runBench(
  { name: 'first-load', measures: 'what a browser that has nothing yet fetches to show a page' },
  async (bench) => {
    const platform = await openPlatform(bench)
    await platform.api('POST', '/v1/apps', { body: { name: 'bench', image: 'nginx:stable', port: 80 } })
    const cookie = await openSession(platform)
    const browser = await launchBrowserFor(platform)
    bench.atEnd(() => browser.close())

    const rows: string[][] = []
    for (const path of paths) {
      const context = await browser.newContext({ baseURL: 'http://berth.localhost' })
      if (path !== '/sign-in') await context.addCookies([{ ...cookie, url: 'http://berth.localhost' }])
      const load = await measure(context, path)
      await context.close()
      rows.push([
        path,
        `${load.requests}`,
        show(load.kilobytes),
        show(load.unpackedKilobytes),
        showAim(load.kilobytes <= aimKilobytes),
      ])
    }
    bench.say(`\nScripts, styles and pages, without the answers of the API; aim: ${aimKilobytes} KB\n`)
    bench.say(showTable(['', 'files', 'KB sent', 'KB unpacked', 'aim'], rows))
  },
)

type Context = Awaited<ReturnType<Awaited<ReturnType<typeof launchBrowserFor>>['newContext']>>

async function measure(context: Context, path: string): Promise<Load> {
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  const load: Load = { kilobytes: 0, unpackedKilobytes: 0, requests: 0 }
  const ours = new Set<string>()
  session.on('Network.responseReceived', ({ requestId, response }) => {
    if (!new URL(response.url).pathname.startsWith('/v1/')) ours.add(requestId)
  })
  session.on('Network.dataReceived', ({ requestId, dataLength }) => {
    if (ours.has(requestId)) load.unpackedKilobytes += dataLength / 1000
  })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (!ours.has(requestId)) return
    load.requests++
    load.kilobytes += encodedDataLength / 1000
  })
  await session.send('Network.enable')
  await page.goto(path)
  await page.locator('h1').first().waitFor()
  await page.waitForTimeout(1_500) // What it fetches when it has nothing better to do.
  return load
}

function show(kilobytes: number): string {
  return kilobytes.toFixed(0)
}
