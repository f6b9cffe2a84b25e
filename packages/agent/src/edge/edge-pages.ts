/** The pages that the edge answers by itself. `%[...]` is filled in by HAProxy, so a bare % would need doubling. */
export const edgePages: Readonly<Record<string, string>> = {
  'unknown-host.html': page(
    'Nothing here by that name',
    '<p>No app answers for <b>%[var(txn.shown)]</b>.</p>',
    '<p>Check the name. <code>berth apps</code> lists the apps and their addresses.</p>',
  ),
  'stopped.html': page(
    'This app is stopped',
    '<p><b>%[var(txn.entry),field(2,/)]</b> is stopped.</p>',
    '<p>Its owner can start it with <code>berth start %[var(txn.entry),field(2,/)]</code>.</p>',
  ),
  'nothing-up.html': page(
    'This app is not up',
    '<p>No instance of <b>%[var(txn.entry),field(2,/)]</b> is up at this moment. It may be starting; try again shortly.</p>',
    '<p>Its owner can see why with <code>berth ps %[var(txn.entry),field(2,/)]</code>.</p>',
  ),
  'just-started.html': page(
    'This machine has just started',
    '<p>It has started or come back a moment ago, and is finding out which apps it serves and where they run.</p>',
    '<p>Try again shortly.</p>',
  ),
  'server-down.html': page(
    'Berth is not up',
    '<p>The control plane does not answer at this moment. Apps go on being served.</p>',
    '<p>It may be starting; try again shortly.</p>',
  ),
}

function page(title: string, ...paragraphs: string[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
  :root { color-scheme: light dark }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 18vh auto 0; padding: 0 1.5rem }
  h1 { font-size: 1.5rem; margin: 0 0 1rem }
  b { overflow-wrap: anywhere }
  code { background: #8882; border-radius: 4px; padding: .1em .4em }
</style>
<h1>${title}</h1>
${paragraphs.join('\n')}
</html>
`
}
