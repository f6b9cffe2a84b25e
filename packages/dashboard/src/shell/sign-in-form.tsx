import { type Me, PlatformError, signIn } from '@berth/contract'
import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useAction } from '#api/use-call.ts'
import { ErrorBox } from '#parts/error-box.tsx'
import { CodeInput } from './code-input.tsx'
import { useWait } from './use-wait.ts'

type Props = {
  email?: string | undefined
  /** With the password, so that one that must be changed need not be typed again. */
  onDone: (me: Me, password: string) => void
}

/** E-mail and password, then the code of the authenticator where one is set up. */
export function SignInForm({ email: knownEmail = '', onDone }: Props) {
  const [email, setEmail] = useState(knownEmail)
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [isCodeAsked, setCodeAsked] = useState(false)
  const action = useAction(signIn, { onSuccess: (me) => onDone(me, password) })
  const { error } = action
  const waitSeconds = useWait(error)

  function submit(event: FormEvent) {
    event.preventDefault()
    const typed = { email: email.trim(), password, ...(isCodeAsked ? { code: code.trim() } : {}) }
    action.mutate(
      { body: typed },
      {
        onError: (failed) => {
          if (failed.code === 'code_required') setCodeAsked(true)
          if (failed.code === 'code_invalid') setCode('')
        },
      },
    )
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="E-mail"
          type="email"
          name="email"
          autoComplete="username"
          required
          withAsterisk={false}
          autoFocus={knownEmail === ''}
          value={email}
          onChange={({ currentTarget }) => setEmail(currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          autoFocus={knownEmail !== ''}
          value={password}
          onChange={({ currentTarget }) => setPassword(currentTarget.value)}
        />
        {isCodeAsked ? <CodeInput value={code} onChange={setCode} /> : null}
        {error && error.code !== 'code_required' ? <ErrorBox error={withHint(error)} /> : null}
        <Button type="submit" loading={action.isPending} disabled={waitSeconds > 0} mt={4}>
          {waitSeconds > 0 ? `Try again in ${waitSeconds} s` : 'Sign in'}
        </Button>
      </Stack>
    </form>
  )
}

const hints: Partial<Record<PlatformError['code'], string>> = {
  sign_in_failed:
    'Check both. If the password is forgotten, an admin can give you a new one: berth users reset-password',
  code_invalid: 'Use the newest code of the authenticator, or one of the recovery codes',
}

/** The server's own hint, or else what can be done from here. */
function withHint(error: PlatformError): PlatformError {
  return new PlatformError(error.code, error.message, { hint: error.hint ?? hints[error.code] })
}
