/** As the edge sees them; the agent has the folder elsewhere. */
export const edgeFolder = '/edge'
export const hostsMapPath = `${edgeFolder}/hosts.map`
export const holdScriptPath = `${edgeFolder}/hold.lua`
