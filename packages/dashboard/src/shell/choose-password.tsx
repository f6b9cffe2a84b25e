import { changePassword, type Me } from '@berth/contract'
import { Button, PasswordInput, Stack } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useAction } from '#api/use-call.ts'
import { ErrorBox } from '#parts/error-box.tsx'
import { NewPassword } from './new-password.tsx'
import { useWait } from './use-wait.ts'

type Props = {
  /** Where it was typed a moment ago. */
  currentPassword?: string | undefined
  onDone: (me: Me) => void
}

/** For someone who signed in with a one-time password: nothing else is possible before. */
export function ChoosePassword({ currentPassword, onDone }: Props) {
  const [current, setCurrent] = useState(currentPassword ?? '')
  const [next, setNext] = useState('')
  const action = useAction(changePassword, { onSuccess: onDone })
  const waitSeconds = useWait(action.error)

  function submit(event: FormEvent) {
    event.preventDefault()
    action.mutate({ body: { currentPassword: current, newPassword: next } })
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <p style={{ margin: 0, color: 'var(--soft)' }}>
          The password that you have is good for one sign-in. Choose one that only you know.
        </p>
        {currentPassword === undefined ? (
          <PasswordInput
            label="One-time password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            autoFocus
            value={current}
            onChange={({ currentTarget }) => setCurrent(currentTarget.value)}
          />
        ) : null}
        <NewPassword value={next} onChange={setNext} hasFocus={currentPassword !== undefined} />
        <ErrorBox error={action.error} />
        <Button type="submit" loading={action.isPending} disabled={waitSeconds > 0} mt={4}>
          {waitSeconds > 0 ? `Try again in ${waitSeconds} s` : 'Use this password'}
        </Button>
      </Stack>
    </form>
  )
}
