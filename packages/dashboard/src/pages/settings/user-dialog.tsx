import { changeUser, listMembers, listUsers, removeUser, resetPassword, type User, whoAmI } from '@berth/contract'
import { Button, Group, Stack } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { ShownOnce } from '#parts/shown-once.tsx'
import { Confirm } from './confirm.tsx'
import { Dialog } from './dialog.tsx'
import classes from './settings.module.css'

export type UserAction = 'make-admin' | 'end-admin' | 'block' | 'let-in' | 'reset-password' | 'remove'

type Props = { user: User; action: UserAction; onClose: () => void }
type DialogProps = { user: User; onClose: () => void }

export function UserDialog({ user, action, onClose }: Props) {
  if (action === 'reset-password') return <ResetPassword user={user} onClose={onClose} />
  if (action === 'remove') return <Remove user={user} onClose={onClose} />
  return <Change user={user} action={action} onClose={onClose} />
}

type ChangeAction = Exclude<UserAction, 'reset-password' | 'remove'>

const changes: Record<
  ChangeAction,
  {
    body: { isAdmin?: boolean; isBlocked?: boolean }
    title: (email: string) => string
    word: string
    meaning: string
    done: (email: string) => string
    isDanger: boolean
  }
> = {
  'make-admin': {
    body: { isAdmin: true },
    title: (email) => `Make ${email} an admin of Berth?`,
    word: 'Make an admin',
    meaning: 'They may do everything, everywhere: see all secrets, remove all apps, and remove you.',
    done: (email) => `${email} is an admin of Berth now`,
    isDanger: true,
  },
  'end-admin': {
    body: { isAdmin: false },
    title: (email) => `End that ${email} is an admin of Berth?`,
    word: 'End it',
    meaning: 'They keep their roles in projects, and may do nothing beyond those.',
    done: (email) => `${email} is no admin of Berth any more`,
    isDanger: true,
  },
  block: {
    body: { isBlocked: true },
    title: (email) => `Block ${email}?`,
    word: 'Block',
    meaning:
      'They are signed out everywhere, cannot sign in, and their tokens rest, until an admin lets them in again. Their apps go on running.',
    done: (email) => `${email} is blocked`,
    isDanger: true,
  },
  'let-in': {
    body: { isBlocked: false },
    title: (email) => `Let ${email} in again?`,
    word: 'Let in',
    meaning: 'They can sign in with the password they had, and their tokens work again.',
    done: (email) => `${email} can sign in again`,
    isDanger: false,
  },
}

function Change({ user, action, onClose }: DialogProps & { action: ChangeAction }) {
  const { body, title, word, meaning, done, isDanger } = changes[action]
  const change = useAction(changeUser, {
    invalidates: [listUsers, listMembers, whoAmI],
    onSuccess: ({ email }) => {
      announce(done(email))
      onClose()
    },
  })
  return (
    <Confirm
      title={title(user.email)}
      word={word}
      busyWords="Changing …"
      isDanger={isDanger}
      action={change}
      onConfirm={() => change.mutate({ params: { userId: user.id }, body })}
      onClose={onClose}
    >
      {meaning}
    </Confirm>
  )
}

function ResetPassword({ user, onClose }: DialogProps) {
  const [password, setPassword] = useState<string>()
  const reset = useAction(resetPassword, {
    invalidates: [listUsers],
    onSuccess: (made) => setPassword(made.password),
  })
  if (password === undefined) {
    return (
      <Confirm
        title={`Give ${user.email} a one-time password?`}
        word="Make a password"
        busyWords="Making one …"
        action={reset}
        onConfirm={() => reset.mutate({ params: { userId: user.id } })}
        onClose={onClose}
      >
        The password they have stops working, they are signed out everywhere, and their second factor is taken away.
      </Confirm>
    )
  }
  return (
    <Dialog title={`One-time password of ${user.email}`} onClose={onClose} isHeld size="lg">
      <Stack gap="md">
        <p className={classes.plain}>
          Tell it to them in a way that nobody else hears. With it they sign in and at once choose a password of their
          own.
        </p>
        <ShownOnce value={password} label="the one-time password" />
        <Group justify="flex-end">
          <Button onClick={onClose}>I have copied it</Button>
        </Group>
      </Stack>
    </Dialog>
  )
}

function Remove({ user, onClose }: DialogProps) {
  const remove = useAction(removeUser, {
    invalidates: [listUsers, listMembers],
    onSuccess: () => {
      announce(`${user.email} is removed`)
      onClose()
    },
  })
  return (
    <Confirm
      title={`Remove ${user.email}?`}
      word="Remove"
      busyWords="Removing …"
      action={remove}
      onConfirm={() => remove.mutate({ params: { userId: user.id } })}
      onClose={onClose}
    >
      Their sessions, tokens and roles go with them, and that cannot be undone. Their apps go on running, and what they
      did stays in the activity.
    </Confirm>
  )
}
