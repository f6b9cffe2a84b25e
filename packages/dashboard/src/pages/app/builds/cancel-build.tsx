import { type App, type Build, PlatformError } from '@berth/contract'
import { useState } from 'react'
import { noticeError } from '#api/session.ts'
import { announce } from '#parts/announce.ts'
import { ErrorBox } from '#parts/error-box.tsx'
import { cancelUpload } from '#source/uploads.ts'
import { useDeployRefusal } from '../access.ts'
import { ActionButton } from '../action-button.tsx'
import styles from './builds.module.css'

type Props = { app: Pick<App, 'name' | 'project'>; build: Build }

/** Stops a build whatever it is doing, the upload of its source included. */
export function CancelBuild({ app, build }: Props) {
  const refusal = useDeployRefusal(app.project)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  async function cancel() {
    setBusy(true)
    setError(undefined)
    try {
      await cancelUpload(build)
      announce(`The build of ${app.name} is cancelled`)
    } catch (thrown) {
      noticeError(thrown)
      // It ended by itself in this moment, which the page is about to hear.
      if (!(thrown instanceof PlatformError && thrown.code === 'build_finished')) setError(thrown)
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className={styles.actions}>
      <ActionButton size="xs" variant="default" whyNot={refusal} loading={isBusy} onClick={() => void cancel()}>
        Cancel build
      </ActionButton>
      <ErrorBox error={error} title="It could not be cancelled" />
    </div>
  )
}
