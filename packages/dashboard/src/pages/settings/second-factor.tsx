import { removeSecondFactor, whoAmI } from '@berth/contract'
import { Button, Group, PasswordInput, Stack } from '@mantine/core'
import { IconShieldCheck, IconShieldOff } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { callKey, useAction } from '#api/use-call.ts'
import { useMe } from '#live/use-live.ts'
import { announce } from '#parts/announce.ts'
import { BusyButton } from '#parts/busy-button.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { useWait } from '#shell/use-wait.ts'
import { Dialog } from './dialog.tsx'
import { Section } from './section.tsx'
import { SetUpSecondFactor } from './set-up-second-factor.tsx'
import classes from './settings.module.css'

export function SecondFactor() {
  const { hasSecondFactor } = useMe()
  const [isOpen, setOpen] = useState(false)
  const close = () => setOpen(false)
  return (
    <Section
      title="Second factor"
      below="With it, a stolen password alone does not sign anybody in: a code of an authenticator on your phone is asked for too."
    >
      <div className={classes.line}>
        <p className={classes.factor} data-on={hasSecondFactor || undefined}>
          {hasSecondFactor ? <IconShieldCheck size={19} aria-hidden /> : <IconShieldOff size={19} aria-hidden />}
          {hasSecondFactor ? 'On: signing in needs a code too' : 'Off: the password alone signs you in'}
        </p>
        <Button variant={hasSecondFactor ? 'default' : 'filled'} onClick={() => setOpen(true)}>
          {hasSecondFactor ? 'Remove' : 'Set up'}
        </Button>
      </div>
      {isOpen ? hasSecondFactor ? <Remove onClose={close} /> : <SetUpSecondFactor onClose={close} /> : null}
    </Section>
  )
}

function Remove({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient()
  const [password, setPassword] = useState('')
  const action = useAction(removeSecondFactor, {
    onSuccess: (me) => {
      onClose()
      queries.setQueryData(callKey(whoAmI, {}), me)
      announce('The second factor is removed: your password alone signs you in')
    },
  })
  const waitSeconds = useWait(action.error)
  const isReady = password !== '' && waitSeconds === 0

  function submit(event: FormEvent) {
    event.preventDefault()
    if (isReady && !action.isPending) action.mutate({ body: { password } })
  }

  return (
    <Dialog title="Remove the second factor" onClose={onClose}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <p className={classes.plain}>
            Your password alone signs you in again, and the recovery codes are worthless. To move to another phone,
            remove it here and set it up anew there.
          </p>
          <PasswordInput
            label="Your password"
            autoComplete="current-password"
            data-autofocus
            value={password}
            onChange={({ currentTarget }) => setPassword(currentTarget.value)}
          />
          <ErrorBox error={action.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Leave it
            </Button>
            <BusyButton type="submit" color="red.9" isBusy={action.isPending} busyWords="Removing …" isOff={!isReady}>
              {waitSeconds > 0 ? `Try again in ${waitSeconds} s` : 'Remove it'}
            </BusyButton>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
