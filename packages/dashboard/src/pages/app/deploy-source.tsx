import type { App, BuildSource } from '@berth/contract'
import { Checkbox, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { type BuildExtras, noExtras, readExtras, refusedExtras } from '#source/build-extras.ts'
import { BuildExtrasFields } from '#source/build-extras-fields.tsx'
import type { ChosenSource } from '#source/chosen-source.ts'
import { GitFields } from '#source/git-fields.tsx'
import { readOrigin } from '#source/origin.ts'
import { SourcePicker } from '#source/source-picker.tsx'
import { useRequestBuild } from '#source/use-request-build.ts'
import { DeployFoot } from './deploy-foot.tsx'

type Props = {
  app: App
  from: 'files' | 'git'
  repository?: Extract<BuildSource, { kind: 'git' }> | undefined
  onClose(): void
}

/** Builds a source and deploys the image; the build's page shows how it goes. */
export default function DeploySource({ app, from, repository, onClose }: Props) {
  const navigate = useNavigate()
  const [chosen, setChosen] = useState<ChosenSource>()
  const [git, setGit] = useState({ gitUrl: repository?.url ?? '', gitRef: repository?.ref ?? '' })
  const [folder, setFolder] = useState('')
  const [noCache, setNoCache] = useState(false)
  const [extras, setExtras] = useState<BuildExtras>(noExtras)
  const [isTried, setTried] = useState(false)
  const request = useRequestBuild()
  const read = readOrigin(
    from === 'git' ? { kind: 'git', url: git.gitUrl, ref: git.gitRef } : { kind: 'files', chosen },
  )
  const faults = isTried ? read.faults : {}
  const more = readExtras(extras)

  function submit(supersede: boolean) {
    setTried(true)
    if (!read.source || Object.keys(more.faults).length > 0 || request.isPending) return
    const { options: extraOptions, ...secrets } = more.wish
    const options = { noCache, ...(folder.trim() ? { folder: folder.trim() } : {}), ...extraOptions }
    const wish = {
      app: app.name,
      project: app.project,
      source: read.source,
      options,
      ...secrets,
      deploy: { supersede },
    }
    request.ask(wish, chosen).then(
      ({ id }) => {
        onClose()
        void navigate({ to: '/apps/$app/builds/$build', params: { app: app.name, build: id } })
      },
      // It stands in the form.
      () => undefined,
    )
  }

  return (
    <DeployFoot
      app={app}
      word="Build and deploy"
      pending="Asking for the build …"
      action={request}
      onSubmit={submit}
      onClose={onClose}
    >
      {from === 'git' ? (
        <GitFields
          url={git.gitUrl}
          gitRef={git.gitRef}
          faults={faults}
          onChange={(change) => setGit((before) => ({ ...before, ...change }))}
        />
      ) : (
        <SourcePicker chosen={chosen} fault={faults.files} onChoose={setChosen} />
      )}
      <TextInput
        label="Folder to build in"
        description="Where the app is not at the top"
        placeholder="apps/web"
        maxLength={1024}
        spellCheck={false}
        value={folder}
        onChange={({ currentTarget: { value } }) => setFolder(value)}
      />
      <Checkbox
        label="Build afresh"
        description="Without what earlier builds left in the cache"
        checked={noCache}
        onChange={({ currentTarget: { checked } }) => setNoCache(checked)}
      />
      <BuildExtrasFields
        app={app.name}
        project={app.project}
        extras={extras}
        faults={{ ...refusedExtras(request.error), ...(isTried ? more.faults : {}) }}
        rowFaults={isTried ? more.rowFaults : new Map()}
        onChange={(change) => {
          if (request.error) request.reset()
          setExtras((before) => ({ ...before, ...change }))
        }}
      />
    </DeployFoot>
  )
}
