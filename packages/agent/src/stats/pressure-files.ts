import type { Pressure } from '@berth/contract'

export type PressureTexts = { cpu: string; memory: string; io: string }

/** Of `some avg10=0.00 avg60=1.50 avg300=0.20 total=123` and a line of the same form that begins with `full`. */
export const parsePressure = ({ cpu, memory, io }: PressureTexts): Pressure => ({
  cpuSome60: average60(cpu, 'some'),
  memorySome60: average60(memory, 'some'),
  memoryFull60: average60(memory, 'full'),
  ioSome60: average60(io, 'some'),
  ioFull60: average60(io, 'full'),
})

const average60 = (text: string, kind: 'some' | 'full'): number =>
  Number(new RegExp(`^${kind} .*avg60=([\\d.]+)`, 'm').exec(text)?.[1] ?? 0)
