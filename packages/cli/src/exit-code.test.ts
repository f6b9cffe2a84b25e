import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorCodes, PlatformError } from '@berth/contract'
import { exitCodeOf } from './exit-code.ts'

test('an exit code tells whose fault it was', () => {
  const codes = Object.groupBy(errorCodes, (code) => String(exitCodeOf(new PlatformError(code, ''))))
  assert.deepEqual(codes['2']?.sort(), [
    'code_invalid',
    'code_required',
    'forbidden',
    'image_invalid',
    'invalid_request',
    'join_token_invalid',
    'password_change_required',
    'request_too_large',
    'session_required',
    'sign_in_failed',
    'unauthenticated',
  ])
  assert.deepEqual(codes['3']?.sort(), ['engine_failed', 'engine_unavailable', 'internal', 'server_standby'])
  assert.ok(codes['1']?.includes('app_not_found'))
  assert.equal(exitCodeOf(new TypeError('a bug')), 3)
})
