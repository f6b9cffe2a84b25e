/** `away`: no server, but a machine that could have one answers; `silent`: nothing answers at all. */
export type ServerReach = 'linked' | 'away' | 'silent'
