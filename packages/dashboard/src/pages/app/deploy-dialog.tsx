import type { App, BuildSource } from '@berth/contract'
import { Modal, SegmentedControl } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { Loading } from '#parts/loading.tsx'
import classes from './app-page.module.css'
import { DeployImage } from './deploy-image.tsx'

const DeploySource = lazy(() => import('./deploy-source.tsx'))

export type DeployedFrom = 'image' | 'files' | 'git'

type Props = {
  app: App
  from?: DeployedFrom
  /** To begin with. */
  repository?: Extract<BuildSource, { kind: 'git' }> | undefined
  onClose(): void
}

/** Another image, the newest of the same name, or one that is built first. */
export function DeployDialog({ app, from: first = 'image', repository, onClose }: Props) {
  const [from, setFrom] = useState<DeployedFrom>(first)
  return (
    <Modal opened onClose={onClose} title={`Deploy ${app.name}`} size="lg">
      <div className={classes.dialog}>
        <SegmentedControl
          aria-label="What it is made from"
          value={from}
          onChange={(value) => setFrom(value as DeployedFrom)}
          data={[
            { value: 'image', label: 'Image' },
            { value: 'files', label: 'Folder or archive' },
            { value: 'git', label: 'Repository' },
          ]}
        />
        {from === 'image' ? (
          <DeployImage app={app} onClose={onClose} />
        ) : (
          <Suspense fallback={<Loading what="the form" height={180} />}>
            <DeploySource app={app} from={from} repository={repository} onClose={onClose} />
          </Suspense>
        )}
      </div>
    </Modal>
  )
}
