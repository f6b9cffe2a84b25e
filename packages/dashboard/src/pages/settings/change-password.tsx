import { changePassword, listSessions, Password, whoAmI } from '@berth/contract'
import { PasswordInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { callKey, useAction } from '#api/use-call.ts'
import { useMe } from '#live/use-live.ts'
import { announce } from '#parts/announce.ts'
import { BusyButton } from '#parts/busy-button.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { NewPassword } from '#shell/new-password.tsx'
import { useWait } from '#shell/use-wait.ts'
import { Section } from './section.tsx'
import classes from './settings.module.css'

export function ChangePassword() {
  const me = useMe()
  const queries = useQueryClient()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  // A new form after each success: nothing of a password stays, not even that its field was left.
  const [round, setRound] = useState(0)
  const action = useAction(changePassword, {
    invalidates: [listSessions],
    onSuccess: (changed) => {
      queries.setQueryData(callKey(whoAmI, {}), changed)
      setCurrent('')
      setNext('')
      setRound((before) => before + 1)
      announce('Your password is changed, and all your other sessions have ended')
    },
  })
  const waitSeconds = useWait(action.error)
  const isReady = current !== '' && Password.safeParse(next).success && waitSeconds === 0

  function submit(event: FormEvent) {
    event.preventDefault()
    if (isReady && !action.isPending) action.mutate({ body: { currentPassword: current, newPassword: next } })
  }

  return (
    <Section title="Password" below="Changing it ends all your other sessions. Tokens go on working.">
      <form key={round} className={classes.form} onSubmit={submit}>
        <input type="hidden" name="username" autoComplete="username" value={me.email ?? ''} readOnly />
        <PasswordInput
          label="Current password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={current}
          onChange={({ currentTarget }) => setCurrent(currentTarget.value)}
        />
        <NewPassword value={next} onChange={setNext} />
        <ErrorBox title="The password was not changed" error={action.error} />
        <div>
          <BusyButton type="submit" isBusy={action.isPending} busyWords="Changing …" isOff={!isReady}>
            {waitSeconds > 0 ? `Try again in ${waitSeconds} s` : 'Change password'}
          </BusyButton>
        </div>
      </form>
    </Section>
  )
}
