import { beginSecondFactor, confirmSecondFactor, type ResultOf, whoAmI } from '@berth/contract'
import { Button, Checkbox, Group, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, lazy, Suspense, useState } from 'react'
import { callKey, useAction } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { BusyButton } from '#parts/busy-button.tsx'
import { CopyButton } from '#parts/copy-button.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { useWait } from '#shell/use-wait.ts'
import { Dialog } from './dialog.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'
import classes from './settings.module.css'

const QrCode = lazy(() => import('./qr-code.tsx'))
type Begun = ResultOf<typeof beginSecondFactor>
type StepProps = { onClose: () => void }

/** Password, then what the authenticator needs, then a code that proves it works. */
export function SetUpSecondFactor({ onClose }: StepProps) {
  const [begun, setBegun] = useState<Begun>()
  return (
    <Dialog title="Set up a second factor" onClose={onClose} isHeld={begun !== undefined} size="lg">
      {begun ? <ProveStep begun={begun} onClose={onClose} /> : <PasswordStep onBegun={setBegun} onClose={onClose} />}
    </Dialog>
  )
}

function PasswordStep({ onBegun, onClose }: StepProps & { onBegun: (begun: Begun) => void }) {
  const [password, setPassword] = useState('')
  const action = useAction(beginSecondFactor, { onSuccess: onBegun })
  const waitSeconds = useWait(action.error)
  const isReady = password !== '' && waitSeconds === 0

  function submit(event: FormEvent) {
    event.preventDefault()
    if (isReady && !action.isPending) action.mutate({ body: { password } })
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <p className={classes.plain}>
          You need an authenticator: an app for codes such as Aegis, Ente Auth or 1Password, on a phone or in a password
          manager.
        </p>
        <PasswordInput
          label="Your password"
          description="So that nobody else does this at your open browser"
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
          <BusyButton type="submit" isBusy={action.isPending} busyWords="Making a secret …" isOff={!isReady}>
            {waitSeconds > 0 ? `Try again in ${waitSeconds} s` : 'Go on'}
          </BusyButton>
        </Group>
      </Stack>
    </form>
  )
}

function ProveStep({ begun: { uri, secret, recoveryCodes }, onClose }: StepProps & { begun: Begun }) {
  const queries = useQueryClient()
  const [code, setCode] = useState('')
  const [isKept, setKept] = useState(false)
  const action = useAction(confirmSecondFactor, {
    onSuccess: (me) => {
      onClose()
      queries.setQueryData(callKey(whoAmI, {}), me)
      announce('The second factor is on: from now on, signing in needs a code too')
    },
  })
  const waitSeconds = useWait(action.error)
  const isReady = /^\d{6}$/.test(code) && isKept && waitSeconds === 0

  function submit(event: FormEvent) {
    event.preventDefault()
    if (isReady && !action.isPending) action.mutate({ body: { code } }, { onError: () => setCode('') })
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="lg">
        <section>
          <h3 className={classes.stepTitle}>1. Scan this with the authenticator</h3>
          <div className={classes.scan}>
            <Suspense fallback={<Loading what="the code to scan" height={168} />}>
              <QrCode value={uri} />
            </Suspense>
            <div className={classes.secret}>
              <p className={classes.soft}>No camera at hand? Type this secret instead:</p>
              <div className={classes.onceValue}>
                <code>{secret.match(/.{1,4}/g)?.join(' ') ?? secret}</code>
                <CopyButton value={secret} label="the secret" size={32} />
              </div>
            </div>
          </div>
        </section>
        <section>
          <h3 className={classes.stepTitle}>2. Keep the recovery codes</h3>
          <RecoveryCodes codes={recoveryCodes} />
          <Checkbox
            mt="sm"
            label="I keep them where I find them without my phone"
            checked={isKept}
            onChange={({ currentTarget }) => setKept(currentTarget.checked)}
          />
        </section>
        <section>
          <h3 className={classes.stepTitle}>3. Prove that it works</h3>
          <TextInput
            label="Code"
            description="The six digits that the authenticator shows now"
            autoComplete="one-time-code"
            inputMode="numeric"
            maxLength={6}
            w="11rem"
            value={code}
            onChange={({ currentTarget }) => setCode(currentTarget.value.replace(/\D/g, ''))}
          />
        </section>
        <ErrorBox error={action.error} title="That did not prove it" />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Leave it off
          </Button>
          <BusyButton type="submit" isBusy={action.isPending} busyWords="Checking the code …" isOff={!isReady}>
            {waitSeconds > 0 ? `Try again in ${waitSeconds} s` : 'Turn it on'}
          </BusyButton>
        </Group>
      </Stack>
    </form>
  )
}
