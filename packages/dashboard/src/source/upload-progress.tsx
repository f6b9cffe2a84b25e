import { formatBytes } from '@berth/contract'
import { ErrorBox } from '#parts/error-box.tsx'
import classes from './source.module.css'
import { type Upload, useUpload } from './uploads.ts'

/** How much of a build's source this page has sent. Nothing where another page sends it. */
export function UploadProgress({ buildId }: { buildId: string }) {
  const upload = useUpload(buildId)
  if (!upload) return null
  if (upload.state === 'failed') return <ErrorBox error={upload.error} title="The source did not arrive" />
  if (upload.state === 'sent') return null
  return <Progress upload={upload} />
}

function Progress({ upload: { sentBytes, totalBytes } }: { upload: Upload }) {
  const percent = totalBytes === 0 ? 100 : Math.min(100, Math.floor((100 * sentBytes) / totalBytes))
  return (
    <div>
      <p className={classes.line}>
        <span>
          {percent < 100 ? 'Sending the source. Stay on this site until it has arrived.' : 'Being looked at …'}
        </span>
        <span>
          {formatBytes(Math.min(sentBytes, totalBytes))} of {formatBytes(totalBytes)}, {percent} %
        </span>
      </p>
      <div
        className={classes.bar}
        role="progressbar"
        aria-label="Upload of the source"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <div style={{ width: `${percent}%` }} />
      </div>
    </div>
  )
}
