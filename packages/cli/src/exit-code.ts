import { type ErrorCode, errorStatus, PlatformError } from '@berth/contract'

export const exitCode = {
  ok: 0,
  /** What was asked for failed: a deployment, an app that is down, an app that does not exist. */
  failed: 1,
  /** Asked in the wrong way, or by somebody who may not. */
  usage: 2,
  /** Berth cannot be reached or has failed itself. */
  unavailable: 3,
  interrupted: 130,
} as const

const usageCodes: readonly ErrorCode[] = [
  'invalid_request',
  'request_too_large',
  'image_invalid',
  'unauthenticated',
  'sign_in_failed',
  'code_required',
  'code_invalid',
  'forbidden',
  'session_required',
  'password_change_required',
  'join_token_invalid',
]

/** These concern what the user asked for, though their HTTP status blames a server. */
const failedCodes: readonly ErrorCode[] = ['registry_unreachable', 'repository_unreachable']

export function exitCodeOf(error: unknown): number {
  if (!(error instanceof PlatformError)) return exitCode.unavailable
  if (usageCodes.includes(error.code)) return exitCode.usage
  if (failedCodes.includes(error.code)) return exitCode.failed
  return errorStatus[error.code] >= 500 ? exitCode.unavailable : exitCode.failed
}
