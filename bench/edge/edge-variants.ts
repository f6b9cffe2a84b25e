import { type Contender, haproxyImage } from './contenders.ts'

const configPath = '/edge/haproxy.cfg'

/** What is taken away: lines that match, or parts of lines that are written differently. */
type Change = { without: RegExp } | { replace: RegExp; by: string }

const lines = (pattern: string): Change => ({ without: new RegExp(`^  ${pattern}`) })

const entryVariables: Change[] = [
  lines('http-request set-var'),
  lines('http-request return'),
  { replace: /use_backend %\[var\(txn\.entry\),field\(1,\/\)\]/, by: 'use_backend bench-web-r1' },
]
const headers: Change[] = [lines('http-request (set|del)-header'), lines('http-response (set|del)-header')]
const retry: Change[] = [lines('retry-on'), lines('http-request disable-l7-retry')]

/** Each is the edge's real configuration less one thing. */
export const variants = {
  'as it is': [],
  'less: retry of a request (retry-on)': retry,
  'less: retries 10, redispatch': [lines('retries'), lines('option redispatch')],
  'less: http-reuse always (then: safe)': [lines('http-reuse always')],
  'less: idle-close-on-response': [lines('option idle-close-on-response')],
  'less: balance random(2) (then: roundrobin)': [lines('balance')],
  'less: http-no-delay': [lines('option http-no-delay')],
  'less: observe layer4': [{ replace: / observe layer4 error-limit 1 on-error [a-z-]+/, by: '' }],
  'less: all header actions': headers,
  'less: X-Request-Id only': [lines('http-request set-header X-Request-Id')],
  'less: host map and variables': entryVariables,
  'less: cleaned host for pages (regsub)': [lines('http-request set-var\\(txn\\.shown\\)')],
  'less: the successor (is_replaced)': [
    { replace: / if !is_replaced$/gm, by: '' },
    { replace: / !is_replaced /gm, by: ' ' },
    lines('acl is_replaced'),
    lines('use_backend successor'),
    lines('bind 127.0.0.1:81'),
  ],
  'less: DNS each 250 ms (then: 10 s)': [{ replace: /^( {2}(?:timeout resolve|hold valid)) 250ms/gm, by: '$1 10s' }],
  'less: all checks': [
    { replace: /default-server check /, by: 'default-server ' },
    { replace: / init-state down/, by: '' }, // Without checks nothing would ever call a server up.
    lines('option httpchk'),
    lines('http-check'),
  ],
} satisfies Record<string, Change[]>
export type VariantName = keyof typeof variants

export function variantOf(edge: Contender, name: VariantName): Contender {
  const changes: readonly Change[] = variants[name]
  const config = changes.reduce(applyChange, edge.files[configPath] ?? '')
  return { image: haproxyImage, options: edge.options, files: { ...edge.files, [configPath]: config } }
}

/** One that changes nothing would measure nothing: it fails, and tells that the edge has moved on. */
function applyChange(config: string, change: Change): string {
  const changed =
    'without' in change
      ? config
          .split('\n')
          .filter((line) => !change.without.test(line))
          .join('\n')
      : config.replace(change.replace, change.by)
  if (changed === config)
    throw new Error(`The edge's configuration has nothing like ${JSON.stringify(change, showPattern)}`)
  return changed
}

const showPattern = (_: string, value: unknown) => (value instanceof RegExp ? value.source : value)
