import { SegmentedControl, TextInput } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { Loading } from '#parts/loading.tsx'
import type { ExtraFaults } from '#source/build-extras.ts'
import type { ChosenSource } from '#source/chosen-source.ts'
import type { Draft } from './draft.ts'
import classes from './new-app.module.css'
import type { Field } from './new-app-input.ts'

const SourcePicker = lazy(() =>
  import('#source/source-picker.tsx').then(({ SourcePicker: component }) => ({ default: component })),
)
const BuildExtrasFields = lazy(() =>
  import('#source/build-extras-fields.tsx').then(({ BuildExtrasFields: component }) => ({ default: component })),
)
const GitFields = lazy(() =>
  import('#source/git-fields.tsx').then(({ GitFields: component }) => ({ default: component })),
)

export const OriginChoice = ({ draft, onChange }: { draft: Draft; onChange: (to: Partial<Draft>) => void }) => (
  <SegmentedControl
    aria-label="What it is made from"
    className={classes.origins}
    value={draft.from}
    onChange={(from) => onChange({ from: from as Draft['from'] })}
    data={[
      { value: 'image', label: 'Image' },
      { value: 'files', label: 'Folder or archive' },
      { value: 'git', label: 'Repository' },
    ]}
  />
)

type Props = {
  draft: Draft
  chosen: ChosenSource | undefined
  faultOf: (field: Field) => string | undefined
  /** By the key of the row. */
  rowFaults: ReadonlyMap<string, string>
  onChange: (to: Partial<Draft>) => void
  onChoose: (chosen: ChosenSource | undefined) => void
  /** Of a field of this form, what its input needs. */
  text: (field: 'folder' | 'dockerfile') => object
}

/** What is built, and where in it. */
export function SourceFields({ draft, chosen, faultOf, rowFaults, onChange, onChoose, text }: Props) {
  return (
    <>
      <Suspense fallback={<Loading what="the form" height={90} />}>
        {draft.from === 'git' ? (
          <GitFields
            url={draft.gitUrl}
            gitRef={draft.gitRef}
            faults={{ gitUrl: faultOf('gitUrl'), gitRef: faultOf('gitRef') }}
            onChange={onChange}
          />
        ) : (
          <SourcePicker chosen={chosen} fault={faultOf('files')} onChoose={onChoose} />
        )}
      </Suspense>
      <p className={classes.soft}>
        Its Dockerfile is used, or else its config.json, or else Berth finds out what it is and writes a Dockerfile,
        which you can take afterwards.
      </p>
      <div className={classes.pair}>
        <TextInput
          label="Folder to build in"
          description="Where the app is not at the top"
          placeholder="apps/web"
          maxLength={1024}
          {...text('folder')}
        />
        <TextInput
          label="Dockerfile"
          description="Where it has another name or place"
          placeholder="the one that is found"
          maxLength={1024}
          {...text('dockerfile')}
        />
      </div>
      <Suspense fallback={null}>
        <BuildExtrasFields
          app={draft.name.trim()}
          project={draft.project}
          extras={draft}
          faults={extraFaults(faultOf)}
          rowFaults={rowFaults}
          forgotten={draft.forgotten}
          onChange={onChange}
        />
      </Suspense>
    </>
  )
}

function extraFaults(faultOf: Props['faultOf']): ExtraFaults {
  const found = (['buildArgs', 'buildSecrets', 'pushTo'] as const).map((field) => [field, faultOf(field)])
  return Object.fromEntries(found.filter(([, fault]) => fault !== undefined))
}
