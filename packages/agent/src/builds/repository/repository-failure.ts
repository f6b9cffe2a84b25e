import { type BuildFailure, placeOf, type RepositoryCredentials, type RepositoryFault } from '@berth/contract'

export type Refusal = Omit<BuildFailure, 'logLines'>

/** `kind`: of what it was to be let in with. */
export type Asked = { url: string; ref?: string | undefined; kind?: RepositoryCredentials['kind'] | undefined }

/** A repository that gives no source: a result of what was asked for, not an error of ours. */
export class RepositoryRefused extends Error {
  readonly failure: Refusal
  readonly fault: RepositoryFault

  constructor(message: string, hint: string | null = null, fault: RepositoryFault = 'other') {
    super(message)
    this.failure = { code: 'git_failed', message, hint }
    this.fault = fault
  }
}

type Words = [message: string, hint: string]
type Reason = { said: RegExp; fault?: RepositoryFault; tell(asked: Asked): Words }

const storedFor = ({ url }: Asked) => `berth repositories add ${placeOf(url).origin}`

const tellRef = ({ url, ref }: Asked): Words =>
  ref
    ? [
        `The repository ${url} has no ${ref}`,
        'Name a branch or a tag as it is there, capitals too, or all 40 characters of a commit that is still in it',
      ]
    : [`The repository ${url} is empty, or has no default branch`, 'Push a commit to it, or name a branch with --ref']

function tellDenied(asked: Asked): Words {
  if (asked.kind === 'deploy-key') {
    return [
      `${placeOf(asked.url).origin} does not let the stored deploy key in`,
      'Add its public half to the deploy keys of the repository: berth repositories ls --keys prints it',
    ]
  }
  return asked.kind
    ? [
        `${placeOf(asked.url).origin} does not take the stored user and password for ${asked.url}`,
        `Store ones that may read it: ${storedFor(asked)} --user <name> --token -`,
      ]
    : tellMissing(asked)
}

function tellMissing(asked: Asked): Words {
  return asked.kind
    ? [
        `There is no repository at ${asked.url}, or what is stored for it may not read it`,
        'Check the URL, and with the forge what its credentials may read',
      ]
    : [
        `There is no repository at ${asked.url}, or it is private`,
        `Check the URL; for a private one, store credentials: ${storedFor(asked)} --user <name> --token -`,
      ]
}

/** Looked for in this order, in what git and SSH say in English. */
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
    said: /returned error: 30\d/,
    fault: 'missing',
    tell: ({ url }) => [`${url} has moved`, 'Use the URL that the forge shows for cloning now'],
  },
  {
    said: /host key verification failed|host identification has changed/i,
    fault: 'changed',
    tell: ({ url }) => [
      `The host key of ${placeOf(url).origin} is another one than when it was first spoken to; nothing was sent there`,
      'If its owner has changed it, take the new one: berth repositories test <repository> --accept-host-key',
    ],
  },
  {
    said: /Authentication failed|Permission denied|returned error: (401|403)/i,
    fault: 'denied',
    tell: tellDenied,
  },
  {
    said: /could not read (Username|Password)/i,
    fault: 'denied',
    tell: (asked) =>
      asked.kind
        ? [
            `${asked.url} leads to another host, which is not given what is stored for it`,
            'Use the URL that it leads to, and store credentials for that',
          ]
        : tellMissing(asked),
  },
  {
    said: /certificate|gnutls_handshake|SSL|TLS/i,
    tell: ({ url }) => [
      `The certificate of ${url} is not one that this machine trusts`,
      'Use a certificate of a public authority, or http:// within a network that you trust',
    ],
  },
  {
    said: /Could not resolve|Failed to connect|Couldn't connect|Connection (refused|timed out|reset|closed)|timed out|No route to host|unreachable|Operation too slow|too slow|returned error: 5\d\d|Empty reply/i,
    fault: 'unreachable',
    tell: ({ url }) => [
      `${url} cannot be reached from the machine that builds`,
      'Check that the name is right and that the machine reaches it; then deploy again',
    ],
  },
  {
    said: /repository '.*' not found|returned error: 404|repository not found|could not be found|does not appear to be a git repository|Could not read from remote repository/i,
    fault: 'missing',
    tell: tellMissing,
  },
  {
    said: /not valid: is this a git repository|dumb http transport|protocol error|invalid server response|unable to update url base|bad line length|not a git repository|unexpected http/i,
    fault: 'missing',
    tell: ({ url }) => [
      `What answers at ${url} is no repository that can be fetched`,
      'Use the URL that the forge shows for cloning',
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
  if (reason) return new RepositoryRefused(...reason.tell(asked), reason.fault)
  const last = said.findLast((line) => /^(fatal|error|remote):/.test(line)) ?? said.at(-1) ?? 'git said nothing'
  return new RepositoryRefused(`The repository ${asked.url} could not be fetched: ${last}`)
}

/** Over SSH nobody is let in without a key. */
export const needsDeployKey = (asked: Asked) =>
  new RepositoryRefused(
    `No deploy key is stored for ${asked.url}`,
    `Make one, and add its public half to the forge: ${storedFor(asked)}/ --deploy-key`,
    'denied',
  )
