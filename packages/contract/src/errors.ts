import { z } from 'zod'

/** Every code a caller may see, with its HTTP status. Codes are stable API; messages are for humans and may change. */
export const errorStatus = {
  invalid_request: 400,
  unauthenticated: 401,
  sign_in_failed: 401,
  code_required: 401,
  code_invalid: 401,
  forbidden: 403,
  webhook_refused: 403,
  join_token_invalid: 403,
  session_required: 403,
  password_change_required: 403,
  not_found: 404,
  app_not_found: 404,
  release_not_found: 404,
  deployment_not_found: 404,
  build_not_found: 404,
  instance_not_found: 404,
  machine_not_found: 404,
  project_not_found: 404,
  registry_not_found: 404,
  repository_not_found: 404,
  relocation_not_found: 404,
  slimming_not_found: 404,
  webhook_not_found: 404,
  user_not_found: 404,
  invitation_not_found: 404,
  method_not_allowed: 405,
  app_exists: 409,
  app_stopped: 409,
  deployment_in_progress: 409,
  deployment_finished: 409,
  build_finished: 409,
  secrets_unsupported: 409,
  release_has_no_image: 409,
  conflict: 409,
  project_exists: 409,
  project_not_empty: 409,
  last_admin: 409,
  machine_exists: 409,
  machine_not_empty: 409,
  machine_holds_server: 409,
  quorum_at_risk: 409,
  last_machine: 409,
  relocation_finished: 409,
  slimming_finished: 409,
  does_not_fit: 409,
  label_in_use: 409,
  request_too_large: 413,
  archive_too_large: 413,
  source_too_large: 413,
  archive_invalid: 422,
  source_invalid: 422,
  source_not_recognized: 422,
  image_invalid: 422,
  image_not_found: 422,
  image_denied: 422,
  registry_refused: 422,
  repository_refused: 422,
  rate_limited: 429,
  registry_unreachable: 502,
  repository_unreachable: 502,
  engine_failed: 502,
  engine_unavailable: 503,
  server_standby: 503,
  internal: 500,
} as const satisfies Record<string, number>

export const errorCodes = Object.keys(errorStatus) as [ErrorCode, ...ErrorCode[]]
export type ErrorCode = keyof typeof errorStatus

/** The only error that reaches a caller as itself; anything else is answered as `internal`, which says nothing. */
export class PlatformError extends Error {
  readonly code: ErrorCode
  /** What the person can do about it. */
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'PlatformError'
    this.code = code
    this.hint = options.hint
  }
}

/** RFC 9457 problem details, as every error of the API is sent. */
export const Problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(errorCodes),
  detail: z.string(),
  hint: z.string().optional(),
  requestId: z.string().optional(),
})
export type Problem = z.infer<typeof Problem>

/** One line for each thing that is wrong with an input, the way a person would say it. */
export function describeZodError(error: z.ZodError): string {
  return error.issues
    .map((issue) => (issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message))
    .join('; ')
}
