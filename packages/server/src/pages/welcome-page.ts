import { createHash } from 'node:crypto'
import type { RawRoute } from '../http/raw-route.ts'

const style = `
:root { color-scheme: light dark; --ink: #1b2733; --soft: #5a6b7b; --ground: #f6f8fa; --card: #fff; --line: #d8e0e8;
  --accent: #0b6bcb; --good: #15803d }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa9b8; --ground: #0f151b; --card: #171f27;
  --line: #2b3742; --accent: #6cb2ff; --good: #4ade80 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 2rem 1rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.6 system-ui, sans-serif }
main { width: 100%; max-width: 42rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  padding: clamp(1.25rem, 5vw, 2.5rem) }
h1 { margin: 0 0 .25rem; font-size: 1.75rem; line-height: 1.2 }
h1 span { color: var(--good) }
h2 { margin: 2rem 0 .5rem; font-size: 1rem }
p { margin: 0 0 .75rem; color: var(--soft) }
dl { margin: 0; display: grid; gap: .75rem }
dt { color: var(--soft) }
dd { margin: .25rem 0 0 }
pre { margin: 0; padding: .6rem .8rem; overflow-x: auto; border: 1px solid var(--line); border-radius: 8px;
  background: var(--ground); font: .875rem/1.5 ui-monospace, monospace }
code { font-family: ui-monospace, monospace; font-size: .9em }
a { color: var(--accent) }
`

const commands: readonly (readonly [explanation: string, command: string])[] = [
  ['Deploy an image', './berth deploy --image nginx:stable --port 80 --name hello'],
  ['See what runs', './berth apps'],
  ['Follow its log', './berth logs hello -f'],
  ['Run three of it', './berth scale hello 3'],
  ['Go back to an earlier release', './berth rollback hello 1'],
]

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Berth is running</title>
<style>${style}</style>
</head>
<body>
<main>
<h1><span aria-hidden="true">●</span> Berth is running</h1>
<p>These machines are now a small cloud of your own. Go on in a terminal on the first of them:</p>
<dl>
${commands.map(([explanation, command]) => `<div><dt>${explanation}</dt><dd><pre>${command}</pre></dd></div>`).join('\n')}
</dl>
<h2>From a program</h2>
<p>Everything the commands do is an HTTP API under <code>/v1</code>, described by
<code>/v1/openapi.json</code>. Both need a token: <code>Authorization: Bearer &lt;token&gt;</code>.
<a href="/healthz">/healthz</a> tells without one whether the server is up.</p>
</main>
</body>
</html>
`

const styleHash = createHash('sha256').update(style).digest('base64')

/** What a person sees who opens Berth's address in a browser. Says nothing that only a member may know. */
export const welcomePage: RawRoute = {
  path: '/',
  access: 'anyone',
  contentType: 'text/html; charset=utf-8',
  headers: {
    'content-security-policy': [
      "default-src 'none'",
      `style-src 'sha256-${styleHash}'`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  },
  body: () => html,
}
