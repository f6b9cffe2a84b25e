import type Dockerode from 'dockerode'

export type SwarmService = Pick<Dockerode.Service, 'Version' | 'Spec'>
export type SwarmServiceSpec = Omit<Dockerode.ServiceSpec, 'TaskTemplate'> & {
  TaskTemplate: Dockerode.ContainerTaskSpec
}

/** As far as we read it: the client's types leave tasks and nodes open. */
export type SwarmTask = {
  ID: string
  CreatedAt: string
  ServiceID?: string
  NodeID?: string
  Slot?: number
  DesiredState: string
  Spec: Dockerode.ContainerTaskSpec
  NetworksAttachments?: { Network?: { Spec?: { Name?: string } }; Addresses?: string[] | null }[] | null
  Status: {
    Timestamp: string
    State: string
    Err?: string
    ContainerStatus?: { ContainerID?: string; ExitCode?: number } | null
  }
}

export type SwarmNodeSpec = {
  Name?: string
  Labels?: Record<string, string>
  Role: 'manager' | 'worker'
  Availability: 'active' | 'pause' | 'drain'
}

export type SwarmNode = {
  ID: string
  Version: { Index: number }
  Spec: SwarmNodeSpec
  Description: {
    /** Absent until the node has said a first word. */
    Hostname?: string
    Resources?: { NanoCPUs?: number; MemoryBytes?: number }
    Engine?: { EngineVersion?: string }
  }
  Status: { State: string; Addr?: string }
  ManagerStatus?: { Leader?: boolean; Addr?: string; Reachability?: string } | null
}

export type SwarmSettings = {
  Version: { Index: number }
  Spec: { Dispatcher?: { HeartbeatPeriod?: number } }
  JoinTokens: { Worker: string; Manager: string }
}
