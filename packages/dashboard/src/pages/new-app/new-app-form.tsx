import { Button, Checkbox, Group, Select, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import { scrollingOptions } from '#parts/scrolling-options.ts'
import type { ChosenSource } from '#source/chosen-source.ts'
import type { Draft } from './draft.ts'
import { EnvFields } from './env-fields.tsx'
import { ImageAnswer } from './image-answer.tsx'
import classes from './new-app.module.css'
import { type Faults, type Field, fields, type Reading } from './new-app-input.ts'
import { OriginChoice, SourceFields } from './source-fields.tsx'
import type { ImageCheck } from './use-image-check.ts'

type Props = {
  /** With the proposals filled in. */
  draft: Draft
  reading: Reading
  check: ImageCheck
  chosen: ChosenSource | undefined
  projects: readonly string[]
  domain: string | undefined
  /** What the server did not take, until it is changed. */
  refused: Faults
  onChange: (to: Partial<Draft>) => void
  onChoose: (chosen: ChosenSource | undefined) => void
  onReview: () => void
}

export function NewAppForm(props: Props) {
  const { draft, reading, check, chosen, projects, domain, refused, onChange, onChoose, onReview } = props
  const [left, setLeft] = useState<ReadonlySet<Field>>(new Set())
  const [wasTried, setTried] = useState(false)
  const { tried } = draft

  const leave = (field: Field) => () => setLeft((before) => (before.has(field) ? before : new Set([...before, field])))
  const faultOf = (field: Field) =>
    wasTried || left.has(field) ? (reading.faults[field] ?? refused[field]) : refused[field]

  function submit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    const first = fields.find((field) => reading.faults[field] !== undefined)
    if (first === undefined) onReview()
    else focusField(first)
  }

  type TextField =
    | 'image'
    | 'folder'
    | 'dockerfile'
    | 'name'
    | 'replicas'
    | 'port'
    | 'memory'
    | 'cpu'
    | 'healthPath'
    | 'command'
  const text = (field: TextField, more: Partial<Draft> = {}) => ({
    id: `field-${field}`,
    value: draft[field],
    error: faultOf(field),
    spellCheck: false,
    autoComplete: 'off',
    autoCapitalize: 'none',
    onBlur: draft[field] === '' ? undefined : leave(field),
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) =>
      onChange({ [field]: currentTarget.value, ...more }),
  })

  return (
    <form onSubmit={submit} noValidate>
      <Panel title="What to run">
        <OriginChoice draft={draft} onChange={onChange} />
        {draft.from === 'image' ? (
          <>
            <TextInput
              label="Image"
              placeholder="registry.example.org/team/app:1.2"
              maxLength={255}
              autoFocus={draft.image === ''}
              {...text('image')}
            />
            <ImageAnswer check={check} />
          </>
        ) : (
          <SourceFields
            draft={draft}
            chosen={chosen}
            faultOf={faultOf}
            rowFaults={wasTried ? reading.rowFaults : new Map()}
            onChange={onChange}
            onChoose={onChoose}
            text={text}
          />
        )}
        <div className={classes.pair}>
          <TextInput
            label="Name"
            description={describeName(draft, domain)}
            maxLength={40}
            disabled={tried !== undefined}
            {...text('name', { isNameOwn: true })}
          />
          <Select
            id="field-project"
            label="Project"
            {...scrollingOptions}
            description="Who is a member of it may see the app"
            data={projects.includes(draft.project) ? [...projects] : [draft.project, ...projects]}
            searchable={projects.length > 8}
            allowDeselect={false}
            disabled={tried !== undefined}
            error={faultOf('project')}
            value={draft.project}
            onChange={(project) => onChange({ project: project ?? draft.project })}
          />
        </div>
      </Panel>

      <Panel title="How it is reached">
        <Checkbox
          label="It takes no requests (a worker)"
          description="It gets no URL and no port"
          checked={draft.isWorker}
          onChange={({ currentTarget }) => onChange({ isWorker: currentTarget.checked })}
        />
        <div className={classes.pair}>
          <div>
            <TextInput
              label="Port"
              description={
                draft.from === 'image' ? 'On which the program listens' : 'Empty: as the source or its Dockerfile says'
              }
              inputMode="numeric"
              maxLength={5}
              disabled={draft.isWorker}
              {...text('port', { isPortOwn: true })}
            />
            <PortChoices
              check={check}
              draft={draft}
              onChoose={(port) => onChange({ port: `${port}`, isPortOwn: true })}
            />
          </div>
          <TextInput
            label="Health check path"
            description="Empty: an accepted connection is enough"
            placeholder="/health"
            disabled={draft.isWorker}
            {...text('healthPath')}
          />
        </div>
      </Panel>

      <Panel title="How much of it">
        <div className={classes.triple}>
          <TextInput
            label="Instances"
            description="Copies that run"
            inputMode="numeric"
            maxLength={3}
            {...text('replicas')}
          />
          <TextInput
            label="Memory limit"
            description="Of each; ended beyond it"
            placeholder="512M"
            {...text('memory')}
          />
          <TextInput
            label="CPU limit"
            description="In cores; slowed beyond it"
            placeholder="no limit"
            {...text('cpu')}
          />
        </div>
        <Textarea
          label="Command"
          description={`Instead of the one of the ${draft.from === 'image' ? 'image' : 'source'}, one argument a line`}
          placeholder={draft.from === 'image' ? 'as the image says' : 'as the source says'}
          autosize
          minRows={1}
          maxRows={8}
          classNames={{ input: classes.mono }}
          {...text('command')}
        />
      </Panel>

      <Panel title="Environment" below="Values are stored for the app, and shown only to who may deploy it.">
        <EnvFields
          rows={draft.env}
          faults={wasTried ? reading.rowFaults : new Map()}
          forgotten={draft.forgotten}
          onChange={(env) => onChange({ env })}
        />
      </Panel>

      <Group gap="md" className={classes.foot}>
        <Button type="submit" size="md">
          Review
        </Button>
        <p className={classes.soft} role="status">
          {wasTried && Object.keys(reading.faults).length > 0
            ? describeFaults(Object.keys(reading.faults).length)
            : 'Kept in this tab until it is deployed, over a reload too; values of variables and of what builds are given are not, for they may be secrets.'}
        </p>
      </Group>
    </form>
  )
}

const describeFaults = (count: number) =>
  count === 1 ? 'Correct the field that is marked' : `Correct the ${count} fields that are marked`

function describeName({ from, name, isNameOwn, isWorker, tried }: Draft, domain: string | undefined): string {
  if (tried) return 'The app exists since the first try, so its name stays'
  if (name.trim() === '') return `Proposed once there is ${from === 'image' ? 'an image' : 'a source'}`
  const where = isWorker || domain === undefined ? '' : `http://${name.trim()}.${domain}`
  return (
    `${where}${isNameOwn ? '' : `${where ? ', ' : ''}proposed from the ${from === 'image' ? 'image' : 'source'}`}` ||
    'What it is called everywhere'
  )
}

/** Other ports that the image names, to be taken with a click. */
function PortChoices({
  check,
  draft,
  onChoose,
}: {
  check: ImageCheck
  draft: Draft
  onChoose: (port: number) => void
}) {
  const ports = check.state === 'found' ? (check.image.exposedPorts ?? []) : []
  const others = ports.filter((port) => `${port}` !== draft.port.trim())
  return (
    <div className={classes.ports}>
      {draft.isWorker
        ? null
        : others.slice(0, 4).map((port) => (
            <Button key={port} size="compact-xs" variant="default" onClick={() => onChoose(port)}>
              Use {port}
            </Button>
          ))}
    </div>
  )
}

function Panel({ title, below, children }: { title: string; below?: string; children: ReactNode }) {
  return (
    <section className={classes.panel}>
      <h2>{title}</h2>
      {below ? <p className={classes.soft}>{below}</p> : null}
      {children}
    </section>
  )
}

/** Its own field, or the first of those in it that is wrong. */
function focusField(field: Field) {
  // After what is wrong was drawn.
  requestAnimationFrame(() => {
    const found = document.getElementById(`field-${field}`)
    const inner = found?.matches('input, textarea')
      ? found
      : found?.querySelector<HTMLElement>('[aria-invalid="true"], button')
    inner?.focus()
  })
}
