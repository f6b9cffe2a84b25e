/** What is known of a program once it has ended. */
export type Ended = { exitCode: number; output: string; lastLines: string[] }
