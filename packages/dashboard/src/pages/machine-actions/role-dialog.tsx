import {
  changeMachineRole,
  forecastMachineRole,
  type Machine,
  type MachineRole,
  type RoleForecast,
} from '@berth/contract'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useAction, useCall } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import sheet from '#parts/sheet.module.css'
import { ConfirmDialog } from '../app/confirm-dialog.tsx'
import { describeManagers } from './forecast-words.ts'
import classes from './machine-actions.module.css'

type Props = { machine: Machine; role: MachineRole; onClose(): void }

/** Shows what it means for the quorum before anything is changed. */
export function RoleDialog({ machine: { name }, role, onClose }: Props) {
  const forecast = useCall(forecastMachineRole, { params: { machine: name }, query: { role } }, { staleMs: 0 })
  const change = useAction(changeMachineRole, {
    invalidates: [forecastMachineRole],
    onSuccess: () => {
      onClose()
      announce(`${name} is a ${role} now`)
    },
  })
  return (
    <ConfirmDialog
      title={`Make ${name} a ${role}?`}
      confirm={`Make it a ${role}`}
      pending="Changing its role …"
      isBlocked={!forecast.data || forecast.data.refusal !== null}
      action={change}
      onConfirm={() => change.mutate({ params: { machine: name }, body: { role } })}
      onClose={onClose}
    >
      {forecast.data ? (
        <Forecast forecast={forecast.data} />
      ) : forecast.error ? (
        <ErrorBox
          error={forecast.error}
          title="What it would mean could not be found out"
          onRetry={() => void forecast.refetch()}
        />
      ) : (
        <Loading what="what it would mean" height={120} />
      )}
    </ConfirmDialog>
  )
}

function Forecast({ forecast }: { forecast: RoleForecast }) {
  return (
    <div className={classes.stack}>
      <dl className={classes.forecast}>
        <div>
          <dt>Managers now</dt>
          <dd>{describeManagers(forecast.managersNow, forecast.mayFailNow)}</dd>
        </div>
        <div>
          <dt>Managers after</dt>
          <dd>{describeManagers(forecast.managersAfter, forecast.mayFailAfter)}</dd>
        </div>
      </dl>
      {forecast.warnings.map((words) => (
        <p key={words} className={classes.warning}>
          <IconAlertTriangle size={16} stroke={1.8} aria-hidden /> <span>{words}</span>
        </p>
      ))}
      {forecast.refusal === null ? null : (
        <p className={classes.warning} data-tone="bad">
          <IconAlertTriangle size={16} stroke={1.8} aria-hidden /> <span>{forecast.refusal}</span>
        </p>
      )}
      <p className={sheet.soft}>
        What runs on it goes on. Managers keep what the cluster knows, and decide by majority.
      </p>
    </div>
  )
}
