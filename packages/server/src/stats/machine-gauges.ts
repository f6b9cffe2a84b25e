import type { MachineMeasure, MachineSample } from '@berth/contract'
import { Gauge, type Registry } from 'prom-client'

const gauges: readonly { name: string; help: string; measure: MachineMeasure }[] = [
  { name: 'berth_machine_cpu_ratio', help: 'Share of its processors that a machine uses', measure: 'cpuRatio' },
  { name: 'berth_machine_memory_used_bytes', help: 'Memory that a machine uses', measure: 'memoryBytes' },
  { name: 'berth_machine_disk_used_bytes', help: 'Disk that a machine uses', measure: 'diskUsedBytes' },
  { name: 'berth_machine_swap_used_bytes', help: 'Swap space that a machine uses', measure: 'swapUsedBytes' },
  { name: 'berth_machine_load1', help: 'Load of the last minute', measure: 'load1' },
  { name: 'berth_machine_instances', help: 'Instances of apps on a machine', measure: 'instances' },
  {
    name: 'berth_machine_network_received_bytes_per_second',
    help: 'What a machine receives',
    measure: 'networkReceivedBytesPerSecond',
  },
  {
    name: 'berth_machine_network_sent_bytes_per_second',
    help: 'What a machine sends',
    measure: 'networkSentBytesPerSecond',
  },
  {
    name: 'berth_machine_cpu_pressure_percent',
    help: 'Time of the last minute in which something waited for a processor',
    measure: 'cpuPressurePercent',
  },
  {
    name: 'berth_machine_memory_pressure_percent',
    help: 'Time of the last minute in which something waited for memory',
    measure: 'memoryPressurePercent',
  },
  {
    name: 'berth_machine_io_pressure_percent',
    help: 'Time of the last minute in which everything waited for a disk',
    measure: 'ioPressurePercent',
  },
]

/** By machine, as they were measured last; a machine that is not heard any more has none. */
export function registerMachineGauges(registry: Registry, newest: () => readonly MachineSample[]): void {
  for (const { name, help, measure } of gauges) {
    new Gauge({
      ...{ name, help, labelNames: ['machine'] as const, registers: [registry] },
      collect() {
        this.reset()
        for (const sample of newest()) {
          const value = sample[measure]
          if (value !== null) this.set({ machine: sample.machine }, value)
        }
      },
    })
  }
}
