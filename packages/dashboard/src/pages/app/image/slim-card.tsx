import { type App, cancelSlimming, type createSlimming, type InputOf, type Slimming } from '@berth/contract'
import { Button, Checkbox, Textarea } from '@mantine/core'
import { useId, useState } from 'react'
import { useAction } from '#api/use-call.ts'
import { BusyButton } from '#parts/busy-button.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { plainText } from '../logs/log-text.ts'
import classes from './image.module.css'
import { readPaths } from './slim-paths.ts'
import { SlimReportView } from './slim-report.tsx'
import type { useSlimming } from './use-slimming.ts'

type Wish = InputOf<typeof createSlimming>['body']

/** Makes the image smaller, shows the proof, and deploys it when told to. */
export function SlimCard({ app, latest, create, setLatest, error }: { app: App } & ReturnType<typeof useSlimming>) {
  const titleId = useId()
  return (
    <section className={classes.card} aria-labelledby={titleId}>
      <h2 id={titleId}>Make it smaller</h2>
      <p className={classes.soft}>
        Squashes the image, leaves out what no program loads, and proves that the app serves as before: both images are
        started on a network of their own and must answer the same. Nothing is deployed by that.
      </p>
      {latest?.state === 'running' ? (
        <Progress slimming={latest} onCancelled={setLatest} />
      ) : (
        <SlimForm isBusy={create.isPending} onStart={(body) => create.mutate({ params: { app: app.name }, body })} />
      )}
      <ErrorBox error={error} title="The image could not be made smaller" />
      {latest && latest.state !== 'running' ? <Ended app={app} slimming={latest} /> : null}
    </section>
  )
}

function SlimForm({ isBusy, onStart }: { isBusy: boolean; onStart(wish: Wish): void }) {
  const [text, setText] = useState('')
  const [isAggressive, setAggressive] = useState(false)
  const read = readPaths(text)
  const problem = 'problem' in read ? read.problem : undefined
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        if ('paths' in read) onStart({ paths: read.paths, isAggressive })
      }}
    >
      <Textarea
        label="More paths whose answers are compared"
        description="Beside / and the health path; one a line, ten at most"
        placeholder="/products"
        autosize
        minRows={1}
        value={text}
        error={problem}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Checkbox
        label="Also leave out compilers, headers, tests of packages, and all caches and logs"
        description="What a program could load: then the proof is all there is, so name the paths that matter"
        checked={isAggressive}
        onChange={(event) => setAggressive(event.currentTarget.checked)}
      />
      <BusyButton type="submit" isBusy={isBusy} busyWords="Beginning …" isOff={problem !== undefined}>
        Make it smaller
      </BusyButton>
    </form>
  )
}

function Progress({ slimming, onCancelled }: { slimming: Slimming; onCancelled(slimming: Slimming): void }) {
  const { app, id, machine, detail } = slimming
  const cancel = useAction(cancelSlimming, { onSuccess: onCancelled })
  return (
    <div className={classes.progress}>
      <p role="status">
        On {plainText(machine)}: {detail === null ? 'beginning' : plainText(detail)} …
      </p>
      <p className={classes.soft}>It ends when nobody looks at this page any more.</p>
      <Button
        variant="default"
        size="xs"
        loading={cancel.isPending}
        onClick={() => cancel.mutate({ params: { app, slimmingId: id } })}
      >
        Cancel
      </Button>
      <ErrorBox error={cancel.error} title="It could not be cancelled" />
    </div>
  )
}

function Ended({ app, slimming }: { app: App; slimming: Slimming }) {
  const { report, failure, state } = slimming
  if (report) return <SlimReportView app={app} slimming={slimming} report={report} />
  if (!failure) return null
  return (
    <p className={state === 'failed' ? classes.bad : classes.soft} role="status">
      {plainText(failure.message)}
      {failure.hint === null ? null : <span className={classes.soft}> {plainText(failure.hint)}</span>}
    </p>
  )
}
