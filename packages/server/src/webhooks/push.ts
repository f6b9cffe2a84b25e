import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'

/** What a forge tells, in words of ours. */
export type Push = {
  /** The forge's word for it. */
  event: string
  /** The forge's name for this call; the same when it is sent again. */
  deliveryId: string | null
  kind: 'ping' | 'push' | 'other'
  /** Of `refs/heads/...` and `refs/tags/...`; empty but for a push. */
  changes: PushedRef[]
  pushedBy: string | null
  /** `team/shop`, where the forge says so. */
  repository: string | null
}

export type PushedRef = { ref: string; commit: string | null; isGone: boolean; message: string | null }

/** Undefined for a body that is no JSON object. */
export function readPush(headers: IncomingHttpHeaders, bytes: Buffer): Push | undefined {
  const body = Body.safeParse(parseBody(headers, bytes)).data
  if (!body) return undefined
  const event = eventOf(headers)
  const kind = kindOf(event)
  return {
    event: short(event),
    deliveryId: deliveryIdOf(headers),
    kind,
    changes: kind === 'push' ? changesOf(body) : [],
    pushedBy: plain(pusherOf(body), 100),
    repository: repositoryOf(body),
  }
}

const word = z.string().nullish().catch(undefined)
/** A missing or odd part of what a forge sends costs that part alone. */
const loose = <Shape extends z.ZodRawShape>(shape: Shape) => z.looseObject(shape).nullish().catch(undefined)

const Commit = loose({ message: word, id: word })
const Person = loose({
  name: word,
  login: word,
  username: word,
  full_name: word,
  display_name: word,
  displayName: word,
})
/** Bitbucket Cloud: of one branch or tag, before or after. */
const Side = loose({ type: word, name: word, target: loose({ hash: word, message: word }) })
const Change = z.looseObject({
  new: Side,
  old: Side,
  // Bitbucket Data Center.
  ref: loose({ id: word }),
  type: word,
  toHash: word,
})

const Body = z.looseObject({
  ref: word,
  after: word,
  checkout_sha: word,
  commit: word,
  deleted: z.boolean().nullish().catch(undefined),
  head_commit: Commit,
  commits: z.array(Commit).nullish().catch(undefined),
  by: word,
  user_name: word,
  pusher: Person,
  sender: Person,
  actor: Person,
  repository: loose({ full_name: word, slug: word, project: loose({ key: word }) }),
  project: loose({ path_with_namespace: word }),
  push: loose({ changes: z.array(Change).catch([]) }),
  changes: z.array(Change).nullish().catch(undefined),
})
type Body = z.output<typeof Body>

/** GitHub can be told to send a form with the JSON in it. An empty body is one that says nothing. */
function parseBody(headers: IncomingHttpHeaders, bytes: Buffer): unknown {
  const text = bytes.toString('utf8')
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded')
  const json = isForm ? (new URLSearchParams(text).get('payload') ?? '') : text
  if (json.trim() === '') return {}
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

const headerOf = (headers: IncomingHttpHeaders, names: readonly string[]) =>
  names.map((name) => headers[name]).find((value) => typeof value === 'string' && value !== '') as string | undefined

/** Something that says no more than the secret is a push. */
const eventOf = (headers: IncomingHttpHeaders) =>
  headerOf(headers, ['x-github-event', 'x-gitea-event', 'x-forgejo-event', 'x-gitlab-event', 'x-event-key']) ?? 'push'

const deliveryIdOf = (headers: IncomingHttpHeaders) =>
  headerOf(headers, [
    ...['x-github-delivery', 'x-gitea-delivery', 'x-forgejo-delivery', 'idempotency-key', 'x-gitlab-event-uuid'],
    ...['x-request-uuid', 'x-berth-delivery'],
  ])?.slice(0, 200) ?? null

function kindOf(event: string): Push['kind'] {
  if (/^(push|push hook|tag push hook|repo:push|repo:refs_changed)$/i.test(event)) return 'push'
  return /^(ping|diagnostics:ping)$/i.test(event) ? 'ping' : 'other'
}

const noCommit = /^0+$/

function changesOf(body: Body): PushedRef[] {
  const several = body.push?.changes ?? body.changes
  if (several) return several.flatMap((change) => changedRef(change) ?? [])
  const { after, commit, checkout_sha, head_commit, commits } = body
  const isGone = body.deleted === true || (after ? noCommit.test(after) : false)
  return [
    {
      ref: body.ref ?? '',
      commit: isGone ? null : shortCommit(after ?? checkout_sha ?? commit ?? head_commit?.id),
      isGone,
      message: plain(head_commit?.message ?? commits?.at(-1)?.message, 200),
    },
  ]
}

function changedRef(change: z.output<typeof Change>): PushedRef | undefined {
  if (change.ref?.id) {
    const isGone = change.type === 'DELETE'
    return { ref: change.ref.id, commit: isGone ? null : shortCommit(change.toHash), isGone, message: null }
  }
  const side = change.new ?? change.old
  if (!side?.name) return undefined
  const ref = `refs/${side.type === 'tag' ? 'tags' : 'heads'}/${side.name}`
  const target = change.new?.target
  return { ref, commit: shortCommit(target?.hash), isGone: !change.new, message: plain(target?.message, 200) }
}

const shortCommit = (commit: string | null | undefined) => (commit && /^[0-9a-f]{7,64}$/.test(commit) ? commit : null)

const pusherOf = ({ by, user_name, pusher, sender, actor }: Body) =>
  by ?? user_name ?? [pusher, actor, sender].map(nameOf).find((name) => name)

const nameOf = (person: z.output<typeof Person>) =>
  person?.display_name ??
  person?.displayName ??
  person?.login ??
  person?.username ??
  (person?.name || person?.full_name)

function repositoryOf({ repository, project }: Body): string | null {
  const { full_name, slug, project: owner } = repository ?? {}
  return project?.path_with_namespace ?? full_name ?? (owner?.key && slug ? `${owner.key}/${slug}` : null)
}

/** One line that is safe to show; null for none. */
function plain(text: string | null | undefined, most: number): string | null {
  const line = (text ?? '')
    .split('\n', 1)[0]
    ?.replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
  return line ? line.slice(0, most) : null
}

const short = (event: string) => plain(event, 60) ?? 'push'
