export type KeyAction = 'sheet' | 'new' | 'filter' | { goTo: string }

export type Pressed = {
  key: string
  /** Ctrl, Alt or Meta; Shift is part of the key. */
  hasModifier: boolean
  /** Where text can be typed, or a dialog is open: keys belong to that. */
  isElsewhere: boolean
  atMs: number
}

const sequenceMs = 1_200

/** Decides what a key means: alone, or after a "g". */
export function createKeySequence(goTo: Readonly<Record<string, string>>) {
  let startedAtMs = Number.NEGATIVE_INFINITY
  return ({ key, hasModifier, isElsewhere, atMs }: Pressed): KeyAction | undefined => {
    const isSecond = atMs - startedAtMs < sequenceMs
    startedAtMs = Number.NEGATIVE_INFINITY
    if (hasModifier || isElsewhere) return undefined
    if (isSecond) return Object.hasOwn(goTo, key) ? { goTo: goTo[key] ?? '/' } : undefined
    if (key === 'g') startedAtMs = atMs
    if (key === '?') return 'sheet'
    if (key === 'n') return 'new'
    if (key === '/') return 'filter'
    return undefined
  }
}
