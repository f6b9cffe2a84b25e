import { PlatformError } from '@berth/contract'

type CodedError = Error & { code: string; statusCode: number }

/** Turns what fastify says about a request it cannot read into our words; returns anything else as it came. */
export function fromFrameworkError(error: unknown): unknown {
  if (!isRefusal(error)) return error
  const told = known[error.code]
  return new PlatformError(told?.code ?? 'invalid_request', told?.message ?? error.message, {
    hint: told?.hint,
    cause: error,
  })
}

const isRefusal = (error: unknown): error is CodedError =>
  error instanceof Error &&
  !(error instanceof PlatformError) &&
  'code' in error &&
  'statusCode' in error &&
  typeof error.code === 'string' &&
  typeof error.statusCode === 'number' &&
  error.statusCode >= 400 &&
  error.statusCode < 500

const known: Record<
  string,
  { code: 'invalid_request' | 'request_too_large'; message: string; hint?: string } | undefined
> = {
  FST_ERR_BAD_URL: { code: 'invalid_request', message: 'The address of the request is not valid' },
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'request_too_large', message: 'The body has more than 1 MiB' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'invalid_request', message: 'The body is empty, but said to be JSON' },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'invalid_request', message: 'The body is not valid JSON' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'invalid_request',
    message: 'The body is not as long as Content-Length says',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'invalid_request',
    message: 'The body is not said to be JSON',
    hint: 'Send it with the header `Content-Type: application/json`',
  },
}
