import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** `signs`: the HMAC-SHA256 of the body; otherwise the secret itself. */
type Scheme = { header: string; signs: boolean; prefix?: string }

/** Of these a forge sends one or more; the first that is there decides. */
const schemes: readonly Scheme[] = [
  { header: 'x-hub-signature-256', signs: true, prefix: 'sha256=' }, // GitHub; Gitea and Forgejo beside their own.
  { header: 'x-gitea-signature', signs: true },
  { header: 'x-forgejo-signature', signs: true },
  { header: 'x-hub-signature', signs: true, prefix: 'sha256=' }, // Bitbucket.
  { header: 'x-gitlab-token', signs: false },
  { header: 'x-berth-token', signs: false },
]

type Signed = { headers: IncomingHttpHeaders; bytes: Buffer }

/** How a call proves that it knows the secret; undefined where it does not. `signs`: the proof holds for this body alone. */
export function findProof({ headers, bytes }: Signed, secret: string): { signs: boolean } | undefined {
  for (const { header, signs, prefix = '' } of schemes) {
    const shown = headers[header]
    if (typeof shown !== 'string') continue
    const expected = signs ? `${prefix}${createHmac('sha256', secret).update(bytes).digest('hex')}` : secret
    return isSame(shown, expected) ? { signs } : undefined
  }
  return undefined
}

/** In the same time wherever they differ; both are hashed, so that not even a length is told. */
function isSame(shown: string, expected: string): boolean {
  const [one, other] = [shown, expected].map((text) => createHmac('sha256', 'compared').update(text).digest())
  return one !== undefined && other !== undefined && timingSafeEqual(one, other)
}
