import { spawn } from 'node:child_process'

/** Shows a page to the person at this machine, if it can: nothing depends on it, so nothing is said when it cannot. */
export function openBrowser(url: string, { platform = process.platform } = {}): void {
  const program = platform === 'darwin' ? 'open' : 'xdg-open'
  const browser = spawn(program, [url], { detached: true, stdio: 'ignore' })
  browser.once('error', () => undefined)
  browser.unref()
}
