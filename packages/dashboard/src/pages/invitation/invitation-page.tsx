import { acceptInvitation, lookAtInvitation } from '@berth/contract'
import { Button, PasswordInput, Stack } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useLocation, useRouter } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { session } from '#api/session.ts'
import { useAction } from '#api/use-call.ts'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import { CodeInput } from '#shell/code-input.tsx'
import { Door } from '#shell/door.tsx'
import { NewPassword } from '#shell/new-password.tsx'
import { useWait } from '#shell/use-wait.ts'

/** The secret stands behind the "#", which browsers send to nobody. */
export function InvitationPage() {
  const secret = decodeSecret(useLocation().hash)
  const look = useAction(lookAtInvitation)
  const { mutate } = look
  useEffect(() => {
    if (secret !== '') mutate({ body: { secret } })
  }, [secret, mutate])

  if (secret === '') {
    return (
      <Door
        title="This link is not whole"
        below="Use the link exactly as it was sent to you, with all that follows “#”."
      >
        <ToSignIn />
      </Door>
    )
  }
  if (look.error) {
    const retry = look.error.code === 'invitation_not_found' ? undefined : () => mutate({ body: { secret } })
    return (
      <Door title="This invitation cannot be used">
        <Stack gap="md">
          <ErrorBox error={look.error} onRetry={retry} />
          <ToSignIn />
        </Stack>
      </Door>
    )
  }
  if (!look.data) {
    return (
      <Door title="Invitation">
        <Loading what="the invitation" height={180} />
      </Door>
    )
  }
  const { email, project, role, invitedBy, expiresAt, hasAccount } = look.data
  return (
    <Door
      title={project ? `Join ${project}` : 'Become an admin of Berth'}
      below={
        <>
          {invitedBy} invites <strong>{email}</strong>{' '}
          {project ? (
            <>
              to the project <strong>{project}</strong> as {role}
            </>
          ) : (
            'to do everything, everywhere'
          )}
          . Good once, and expires <RelativeTime at={expiresAt} />.
        </>
      }
    >
      <AcceptForm secret={secret} email={email} hasAccount={hasAccount} />
    </Door>
  )
}

function AcceptForm({ secret, email, hasAccount }: { secret: string; email: string; hasAccount: boolean }) {
  const queries = useQueryClient()
  const router = useRouter()
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [isCodeAsked, setCodeAsked] = useState(false)
  const action = useAction(acceptInvitation, {
    onSuccess: (me) => {
      queries.clear()
      session.begin(queries, me)
      // Not with the secret in the browser's history.
      router.history.replace('/')
    },
  })
  const waitSeconds = useWait(action.error)

  function submit(event: FormEvent) {
    event.preventDefault()
    const body = { secret, password, ...(isCodeAsked ? { code: code.trim() } : {}) }
    action.mutate({ body }, { onError: ({ code }) => setCodeAsked((was) => was || code === 'code_required') })
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {/* Password managers file the password under this. */}
        <input type="hidden" name="email" autoComplete="username" value={email} readOnly />
        {hasAccount ? (
          <PasswordInput
            label="Your password"
            description="You have an account already: give its password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={({ currentTarget }) => setPassword(currentTarget.value)}
          />
        ) : (
          <NewPassword label="Choose a password" value={password} onChange={setPassword} />
        )}
        {isCodeAsked ? <CodeInput value={code} onChange={setCode} /> : null}
        <ErrorBox error={action.error?.code === 'code_required' ? null : action.error} />
        <Button type="submit" loading={action.isPending} disabled={waitSeconds > 0} mt={4}>
          {waitSeconds > 0 ? `Try again in ${waitSeconds} s` : 'Accept and sign in'}
        </Button>
      </Stack>
    </form>
  )
}

function decodeSecret(hash: string): string {
  try {
    return decodeURIComponent(hash.replace(/^#/, ''))
  } catch {
    return ''
  }
}

const ToSignIn = () => (
  <Button component={Link} to="/sign-in" variant="default">
    To the sign-in
  </Button>
)
