import { type CleanupStep, type Disk, formatBytes, getDisk, startCleanup } from '@berth/contract'
import { useAction } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import sheet from '#parts/sheet.module.css'
import { ConfirmDialog } from '../app/confirm-dialog.tsx'
import classes from './disk.module.css'
import { stepsByMachine, stepWords, sumOf } from './disk-words.ts'

type Props = { disk: Disk; onClose(): void }

/** The plan, before anything of it is done. */
export default function CleanupDialog({ disk: { steps }, onClose }: Props) {
  const bytes = formatBytes(sumOf(steps))
  const cleanup = useAction(startCleanup, {
    invalidates: [getDisk],
    onSuccess: ({ freedBytes, refusals }) => {
      onClose()
      const left = refusals.length === 0 ? '' : `; ${refusals.length} could not be removed now`
      announce(`${formatBytes(freedBytes)} are free again${left}`)
    },
  })
  return (
    <ConfirmDialog
      title={`Remove ${bytes}?`}
      confirm={`Remove ${bytes}`}
      pending="Removing …"
      action={cleanup}
      onConfirm={() => cleanup.mutate({ body: {} })}
      onClose={onClose}
    >
      <div className={sheet.stack}>
        <p>
          Nothing that runs or that a release within its retention needs, and nothing that Berth did not make. Berth
          does the same by itself where a disk fills up.
        </p>
        {stepsByMachine(steps).map(({ machine, steps: own }) => (
          <section key={machine}>
            <h3 className={classes.machine}>
              {machine} <span className={sheet.soft}>{formatBytes(sumOf(own))}</span>
            </h3>
            <ul className={sheet.list}>
              {own.map((step, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the plan does not change while it is shown.
                <Step key={index} step={step} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </ConfirmDialog>
  )
}

const Step = ({ step: { kind, app, sizeBytes, reason, images } }: { step: CleanupStep }) => (
  <li>
    <div className={sheet.line}>
      <strong>{formatBytes(sizeBytes)}</strong>
      <span>
        {stepWords[kind]}
        {app ? ` of ${app}` : ''}
      </span>
    </div>
    <p className={sheet.soft}>
      {reason}
      {images.length > 1 ? `, ${images.length} of them` : ''}
    </p>
  </li>
)
