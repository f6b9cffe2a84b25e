import { type App, createDeployment, type Release } from '@berth/contract'
import { Button, Switch, Textarea, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useAction } from '#api/use-call.ts'
import { useDeployRefusal } from '../access.ts'
import { ActionButton } from '../action-button.tsx'
import { ConfirmDialog } from '../confirm-dialog.tsx'
import { useLeaveGuard } from '../use-leave-guard.tsx'
import { formOf, readServiceForm, type ServiceForm } from './service-form.ts'
import classes from './settings.module.css'

type Props = { app: App; service: Release['services'][number]; version: number }

/** Limits, port, check and command of what serves; a change is reviewed and then deployed. */
export function ServiceFormCard({ app, service, version }: Props) {
  const [form, setForm] = useState(() => formOf(service))
  const [isReviewing, setReviewing] = useState(false)
  const navigate = useNavigate()
  const { change, faults, words } = readServiceForm(form, service)
  const faultCount = Object.keys(faults).length
  const isChanged = words.length > 0 || faultCount > 0
  const guard = useLeaveGuard(isChanged)
  const refusal = useDeployRefusal(app.project)
  const deploy = useAction(createDeployment, {
    onSuccess: () => {
      guard.release()
      setReviewing(false)
      void navigate({ to: '/apps/$app/{-$tab}', params: { app: app.name, tab: undefined } })
    },
  })

  const text = (field: Exclude<keyof ServiceForm, 'replayUnsafeRequests'>) => ({
    value: form[field],
    error: faults[field],
    spellCheck: false,
    readOnly: refusal !== undefined,
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
      setForm((known) => ({ ...known, [field]: value })),
  })

  return (
    <section className={classes.card}>
      <h2>
        How it runs <span className={classes.soft}>v{version}</span>
      </h2>
      <div className={classes.fields}>
        <TextInput label="Memory limit" description="What needs more is ended" placeholder="256M" {...text('memory')} />
        <TextInput
          label="Reserved memory"
          description="Kept free for each instance; 0 for none"
          placeholder="from what is observed"
          {...text('reservedMemory')}
        />
        <TextInput label="CPU limit" description="In cores, such as 0.5" placeholder="no limit" {...text('cpu')} />
        <TextInput
          label="Reserved CPU"
          description="Kept free for each instance; 0 for none"
          placeholder="from what is observed"
          {...text('reservedCpu')}
        />
        <TextInput
          label="Port"
          description="Empty: it takes no requests"
          placeholder="none"
          inputMode="numeric"
          {...text('port')}
        />
        <TextInput
          label="Health check path"
          description="Empty: a connection is enough"
          placeholder="/health"
          {...text('healthPath')}
        />
        <TextInput
          label="Only on machines with"
          description="Labels, such as disk=ssd zone=a"
          placeholder="any machine"
          autoCapitalize="none"
          {...text('on')}
        />
        <TextInput
          label="Spread over"
          description="A label, such as zone: evenly over its values"
          placeholder="machines alone"
          autoCapitalize="none"
          {...text('spread')}
        />
        <TextInput label="Time to stop" description="To finish what it does" {...text('stopTimeout')} />
        <Textarea
          label="Command"
          description="One argument a line"
          placeholder="as the image says"
          autosize
          minRows={1}
          maxRows={8}
          classNames={{ input: classes.mono }}
          {...text('command')}
        />
      </div>
      <Switch
        label="Send a request again when its instance dies, even one that changes things (POST, PATCH)"
        description="Only for apps where doing it twice does no harm"
        checked={form.replayUnsafeRequests}
        disabled={refusal !== undefined}
        onChange={({ currentTarget: { checked } }) => setForm((known) => ({ ...known, replayUnsafeRequests: checked }))}
      />
      <footer className={classes.foot}>
        <span role="status" className={classes.soft}>
          {faultCount > 0 ? 'Correct what is marked' : words.length > 0 ? 'Changed, not deployed yet' : ''}
        </span>
        <Button variant="default" disabled={!isChanged} onClick={() => setForm(formOf(service))}>
          Undo all
        </Button>
        <ActionButton
          whyNot={
            refusal ??
            (faultCount > 0
              ? 'Correct what is marked first'
              : words.length === 0
                ? 'Nothing has changed yet'
                : app.deploymentId
                  ? 'Wait until the deployment under way has ended, or cancel it'
                  : app.state === 'stopped'
                    ? `${app.name} is stopped. Start it first`
                    : undefined)
          }
          onClick={() => setReviewing(true)}
        >
          Review the change
        </ActionButton>
      </footer>
      {isReviewing ? (
        <ConfirmDialog
          title="Deploy this change?"
          confirm="Deploy the change"
          pending="Asking for the deployment …"
          action={deploy}
          onConfirm={() => deploy.mutate({ params: { app: app.name }, body: { change } })}
          onClose={() => setReviewing(false)}
        >
          <ul className={classes.words}>
            {words.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          <p className={classes.soft}>
            It makes a new release with the same image and environment. What serves now goes on until the new instances
            are up.
          </p>
        </ConfirmDialog>
      ) : null}
      {guard.dialog}
    </section>
  )
}
