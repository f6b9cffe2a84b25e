import { TextInput } from '@mantine/core'
import { type ReactNode, useId, useState } from 'react'
import { NameValueRows } from '#parts/name-value-rows.tsx'
import { blankValue, type NamedValue } from '#parts/named-values.ts'
import type { BuildExtras, ExtraFaults } from './build-extras.ts'
import { PushNote } from './push-note.tsx'
import classes from './source.module.css'

type Props = {
  app: string
  project: string
  extras: BuildExtras
  faults: ExtraFaults
  /** By the key of the row. */
  rowFaults: ReadonlyMap<string, string>
  forgotten?: readonly string[]
  onChange(change: Partial<BuildExtras>): void
}

/** Closed until somebody wants it, or something in it is wrong. */
export function BuildExtrasFields(props: Props) {
  const { buildArgs, buildSecrets, pushTo } = props.extras
  const [isOpen, setOpen] = useState(buildArgs.length + buildSecrets.length > 0 || pushTo !== '')
  const isShown = isOpen || Object.keys(props.faults).length > 0
  return (
    <details className={classes.extras} open={isShown} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Arguments and secrets of the build, another registry</summary>
      {isShown ? <Fields {...props} /> : null}
    </details>
  )
}

function Fields({ app, project, extras, faults, rowFaults, forgotten, onChange }: Props) {
  const listOf = (field: 'buildArgs' | 'buildSecrets') => ({
    ...rowsOf(extras[field], (rows) => onChange({ [field]: rows })),
    ...{ faults: rowFaults, forgotten: forgotten ?? [] },
  })
  return (
    <div className={classes.extraFields}>
      <Part
        id="field-buildArgs"
        title="Build arguments"
        below="For ARG in the Dockerfile. Whoever can pull the image can read them."
        fault={faults.buildArgs}
      >
        <NameValueRows noun="argument" {...listOf('buildArgs')} />
      </Part>
      <Part
        id="field-buildSecrets"
        title="Build secrets"
        below="For RUN --mount=type=secret,id=NAME. Kept sealed until the build has ended, then gone, and shown to nobody."
        fault={faults.buildSecrets}
      >
        <NameValueRows noun="secret" isSecret {...listOf('buildSecrets')} />
      </Part>
      <div>
        <TextInput
          id="field-pushTo"
          label="Push to another registry"
          description="As well as to the cluster’s own, once it is built; if it is not taken there, nothing is deployed"
          placeholder={`ghcr.io/me/${app || 'shop'}:1.2`}
          maxLength={255}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="none"
          error={faults.pushTo}
          value={extras.pushTo}
          onChange={({ currentTarget }) => onChange({ pushTo: currentTarget.value })}
        />
        <PushNote app={app} project={project} pushTo={extras.pushTo} onChoose={(pushTo) => onChange({ pushTo })} />
      </div>
    </div>
  )
}

const rowsOf = (rows: readonly NamedValue[], set: (rows: NamedValue[]) => void) => ({
  rows,
  onChange: (key: string, to: Partial<NamedValue>) =>
    set(rows.map((row) => (row.key === key ? { ...row, ...to } : row))),
  onAdd: (key: string) => set([...rows, blankValue(key)]),
  onDrop: (key: string) => set(rows.filter((row) => row.key !== key)),
})

type PartProps = { id: string; title: string; below: string; fault: string | undefined; children: ReactNode }

function Part({ id, title, below, fault, children }: PartProps) {
  const [titleId, belowId] = [useId(), useId()]
  return (
    <fieldset id={id} className={classes.part} aria-labelledby={titleId} aria-describedby={belowId}>
      <div id={titleId} className={classes.partTitle}>
        {title}
      </div>
      <p id={belowId} className={classes.partBelow}>
        {below}
      </p>
      {children}
      {fault ? <p className={classes.fault}>{fault}</p> : null}
    </fieldset>
  )
}
