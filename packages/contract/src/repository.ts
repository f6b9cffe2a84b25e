import { z } from 'zod'
import { defineEndpoint } from './endpoint.ts'
import { ProjectName } from './names.ts'
import { RepositoryUrl } from './repository-url.ts'

/** All repositories of a host, or those below a path: `https://example.org`, `ssh://example.org/`. */
export const RepositoryPrefix = RepositoryUrl.refine(
  (prefix) => prefix.includes('://'),
  'use a URL such as https://example.org/team or ssh://example.org/',
)

const password = {
  username: z.string().min(1).max(1_000),
  /** Or a token that takes its place. */
  password: z.string().min(1).max(20_000),
}

/** What git is let in with; given to a machine for one call and kept nowhere but in the database, sealed. */
export const RepositoryCredentials = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('password'), ...password }),
  z.strictObject({
    kind: z.literal('deploy-key'),
    privateKey: z.string().max(20_000),
    /** Lines as in known_hosts: only with these does it speak. Null: with whoever answers, who is told then. */
    hostKeys: z.string().max(20_000).nullable(),
  }),
])
export type RepositoryCredentials = z.infer<typeof RepositoryCredentials>

/** Credentials for private repositories, without what is secret of them. */
export const Repository = z.strictObject({
  id: z.string(),
  prefix: z.string(),
  /** Whose apps may use it; null for those of every project. */
  project: z.string().nullable(),
  credentials: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('password'), username: z.string() }),
    z.strictObject({
      kind: z.literal('deploy-key'),
      /** To be stored with the forge, as one line. */
      publicKey: z.string(),
      /** Fingerprints of the host, pinned when it was first spoken to: `SHA256:...`. */
      hostKeys: z.array(z.string()),
    }),
  ]),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
})
export type Repository = z.infer<typeof Repository>

export const listRepositories = defineEndpoint({
  method: 'GET',
  path: '/v1/repositories',
  access: 'admin',
  on: 'platform',
  summary: 'Private repositories with stored credentials, by prefix; passwords and private keys are never told',
  result: z.array(Repository),
  errors: [],
})

const errors = ['repository_refused', 'repository_unreachable', 'engine_unavailable'] as const

export const addRepository = defineEndpoint({
  method: 'POST',
  path: '/v1/repositories',
  access: 'admin',
  on: 'platform',
  summary:
    'Store credentials for repositories, after a try, or make a deploy key; in the place of those that there are',
  body: z.strictObject({
    prefix: RepositoryPrefix,
    project: ProjectName.nullable().default(null),
    credentials: z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('password'),
        ...password,
        /** A repository to try them on; absent: the prefix itself is one. */
        tryUrl: RepositoryUrl.optional(),
      }),
      /** Made by Berth: the public half is told, to be stored with the forge. */
      z.strictObject({ kind: z.literal('deploy-key') }),
    ]),
  }),
  result: Repository,
  errors: ['project_not_found', ...errors],
})

const oneRepository = z.strictObject({ repositoryId: z.string().max(64) })

export const testRepository = defineEndpoint({
  method: 'POST',
  path: '/v1/repositories/:repositoryId/test',
  access: 'admin',
  on: 'platform',
  summary: 'Try whether the stored credentials still work',
  params: oneRepository,
  body: z.strictObject({
    /** Absent: the prefix itself is a repository. */
    url: RepositoryUrl.optional(),
    /** Pins the key that the host shows now, in the place of the one that it had. */
    acceptsHostKey: z.boolean().default(false),
  }),
  result: Repository,
  errors: ['repository_not_found', ...errors],
})

export const removeRepository = defineEndpoint({
  method: 'DELETE',
  path: '/v1/repositories/:repositoryId',
  access: 'admin',
  on: 'platform',
  summary: 'Forget credentials',
  params: oneRepository,
  result: z.strictObject({ removed: z.literal(true) }),
  errors: ['repository_not_found'],
})
