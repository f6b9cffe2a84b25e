/** Copies `value`; `label` says what that is: "URL of shop". */
export function CopyButton({ value, label }: { value: string; label: string }) {
  return (
    <button type="button" aria-label={`Copy ${label}`} onClick={() => void navigator.clipboard.writeText(value)}>
      Copy
    </button>
  )
}
