import { type App, createDeployment, type Release } from '@berth/contract'
import { useAction } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { RelativeTime } from '#parts/relative-time.tsx'
import { ConfirmDialog } from '../confirm-dialog.tsx'

type Props = { app: App; release: Release; onClose(): void }

export function RollbackDialog({ app, release: { version, services, createdAt }, onClose }: Props) {
  const isBack = version < (app.releaseVersion ?? 0)
  const deploy = useAction(createDeployment, {
    onSuccess: () => {
      onClose()
      announce(
        isBack ? `${app.name} is being rolled back to v${version}` : `v${version} of ${app.name} is being deployed`,
      )
    },
  })
  return (
    <ConfirmDialog
      title={isBack ? `Roll ${app.name} back to v${version}?` : `Deploy v${version} of ${app.name}?`}
      confirm={isBack ? 'Roll back' : 'Deploy'}
      pending="Asking for the deployment …"
      action={deploy}
      onConfirm={() => deploy.mutate({ params: { app: app.name }, body: { releaseVersion: version } })}
      onClose={onClose}
    >
      <p>
        v{version} is deployed as it was made <RelativeTime at={createdAt} />, with its image{' '}
        <code>{services[0]?.image}</code>, its environment and its limits.
      </p>
      {app.releaseVersion === null ? null : (
        <p>
          v{app.releaseVersion} goes on serving until the instances of v{version} are up.
        </p>
      )}
    </ConfirmDialog>
  )
}
