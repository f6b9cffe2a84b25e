import type { Platform } from './platform.ts'

export interface Answer {
  status: number
  body: string
  /** Of a problem. */
  code: string | undefined
}

/** A browser that keeps its cookie and says where it comes from, as the dashboard's pages do. */
export interface Visitor {
  get(path: string): Promise<Answer>
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  send(method: string, path: string, options?: { body?: unknown; headers?: Record<string, string> }): Promise<Answer>
  cookie(): string | undefined
}

const ownPage = { origin: 'http://berth.localhost', 'sec-fetch-site': 'same-origin' }

export function createVisitor({ api }: Pick<Platform, 'api'>): Visitor {
  let cookie: string | undefined

  const send: Visitor['send'] = async (method, path, { body, headers = {} } = {}) => {
    const own = { ...(method === 'GET' ? {} : ownPage), ...(cookie ? { cookie } : {}) }
    const answer = await api(method, path, { body, token: null, headers: { ...own, ...headers } })
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) cookie = String(line).split(';')[0]
    return { status: answer.status, body: answer.body, code: readCode(answer) }
  }

  return {
    send,
    get: (path) => send('GET', path),
    post: (path, body, headers = {}) => send('POST', path, { body, headers }),
    cookie: () => cookie,
  }
}

function readCode({ status, body }: { status: number; body: string }): string | undefined {
  return status >= 400 ? (JSON.parse(body) as { code?: string }).code : undefined
}
