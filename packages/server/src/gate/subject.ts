import { type AnyEndpoint, PlatformError } from '@berth/contract'
import { z } from 'zod'
import { appNotFound } from '../deployments/insert-deployment.ts'
import { projectNotFound } from '../projects/project-not-found.ts'
import { type Caller, includes } from './caller.ts'

export type SubjectCheck = {
  endpoint: AnyEndpoint
  /** Parsed by the endpoint's schemas. */
  params: unknown
  body: unknown
}

type ProjectOf = (app: string) => Promise<string | undefined>

/**
 * Whether the caller may do what the endpoint needs on the app or project that the request names. What they may not even
 * read is answered as what does not exist is: same words, same time.
 */
export async function checkSubject(
  caller: Caller,
  { endpoint, params, body }: SubjectCheck,
  projectOf: ProjectOf,
): Promise<void> {
  const asked = { caller, needed: endpoint.access }
  if (endpoint.on === 'app') {
    const app = nameIn(params, 'app')
    checkProject(await projectOf(app), asked, () => appNotFound(app))
  }
  if (endpoint.on === 'project') {
    const project = nameIn(params, 'project') || nameIn(body, 'project')
    checkProject(project, asked, () => projectNotFound(project))
  }
}

type Asked = { caller: Caller; needed: AnyEndpoint['access'] }

function checkProject(project: string | undefined, { caller, needed }: Asked, notFound: () => PlatformError): void {
  const access = project === undefined ? null : caller.accessTo(project)
  if (access === null || !includes(access, 'read')) throw notFound()
  if (!includes(access, needed)) throw notAllowedThere(caller, { project, needed, access })
}

const named = z.object({ app: z.string(), project: z.string() }).partial()

function nameIn(part: unknown, key: 'app' | 'project'): string {
  const parsed = named.safeParse(part)
  return (parsed.success ? parsed.data[key] : undefined) ?? ''
}

/** Throws for a declaration that names a subject which no request could name. */
export function checkDeclaration({ method, path, on, params, body }: AnyEndpoint): void {
  const has = (shape: z.ZodType | undefined, key: string) => shape instanceof z.ZodObject && key in shape.shape
  const isNamed =
    (on !== 'app' || has(params, 'app')) && (on !== 'project' || has(params, 'project') || has(body, 'project'))
  if (!isNamed) throw new Error(`${method} ${path} is on ${on}, but its requests name none`)
}

type Lack = { project: string | undefined; needed: string; access: string }

const notAllowedThere = ({ name, kind }: Caller, { project, needed, access }: Lack) =>
  new PlatformError('forbidden', `This needs the access "${needed}" to project ${project}; ${name} has "${access}"`, {
    hint:
      kind === 'token'
        ? `Use a token with the access "${needed}", of someone who has it there`
        : `An admin of project ${project} can give you another role`,
  })
