import type { BuildFailure } from '@berth/contract'

export type Refusal = Omit<BuildFailure, 'logLines'>
type Asked = { url: string; ref?: string | undefined }

/** A repository that gives no source: a result of what was asked for, not an error of ours. */
export class RepositoryRefused extends Error {
  readonly failure: Refusal

  constructor(message: string, hint: string | null = null) {
    super(message)
    this.failure = { code: 'git_failed', message, hint }
  }
}

type Reason = { said: RegExp; tell(asked: Asked): [message: string, hint: string] }

const tellRef = ({ url, ref }: Asked): [string, string] =>
  ref
    ? [
        `The repository ${url} has no ${ref}`,
        'Name a branch or a tag as it is there, capitals too, or all 40 characters of a commit that is still in it',
      ]
    : [`The repository ${url} is empty, or has no default branch`, 'Push a commit to it, or name a branch with --ref']

/** Looked for in this order, in what git says in English. */
const reasons: Reason[] = [
  {
    said: /couldn't find remote ref|not our ref|unadvertised object|bad object [0-9a-f]{40}/i,
    tell: tellRef,
  },
  {
    said: /Needed a single revision/,
    tell: ({ url, ref = 'HEAD' }) => [
      `${ref} of the repository ${url} is no commit`,
      'Name a branch, a tag or a commit',
    ],
  },
  {
    said: /could not read Username|Authentication failed|repository '.*' not found|returned error: (401|403|404)/i,
    tell: ({ url }) => [
      `There is no repository at ${url}, or it is private`,
      'Check the URL; of a private repository, deploy a folder: berth deploy .',
    ],
  },
  {
    said: /certificate|gnutls_handshake|SSL|TLS/i,
    tell: ({ url }) => [
      `The certificate of ${url} is not one that this machine trusts`,
      'Use a certificate of a public authority, or http:// within a network that you trust',
    ],
  },
  {
    said: /Could not resolve|Failed to connect|Couldn't connect|Connection (refused|timed out|reset)|timed out|No route to host|unreachable|Operation too slow|too slow|returned error: 5\d\d|Empty reply/i,
    tell: ({ url }) => [
      `${url} cannot be reached from the machine that builds`,
      'Check that the name is right and that the machine reaches it; then deploy again',
    ],
  },
  {
    said: /not valid: is this a git repository|dumb http transport|protocol error|invalid server response|unable to update url base|bad line length|not a git repository|unexpected http/i,
    tell: ({ url }) => [
      `What answers at ${url} is no repository that can be fetched over HTTP`,
      'Use the URL that the forge shows for cloning over HTTPS',
    ],
  },
  {
    said: /attempting to allocate|Out of memory/i,
    tell: ({ url }) => [
      `The repository ${url} holds a file that is too large to be unpacked`,
      'Keep what is as large as that elsewhere',
    ],
  },
]

/** Why git gave up, from the last that it said. */
export function explainFailure(said: readonly string[], asked: Asked): RepositoryRefused {
  // What a repository is called is not what went wrong with it.
  const text = said.join('\n').replaceAll(asked.url, '')
  const reason = reasons.find(({ said }) => said.test(text))
  if (reason) return new RepositoryRefused(...reason.tell(asked))
  const last = said.findLast((line) => /^(fatal|error|remote):/.test(line)) ?? said.at(-1) ?? 'git said nothing'
  return new RepositoryRefused(`The repository ${asked.url} could not be fetched: ${last}`)
}
