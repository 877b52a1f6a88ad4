/** What one size makes. A host type lacks its family, because the family follows from the architecture. */
export interface Size {
  readonly hostType: string;
  /** A reserve for what the limits of the profile leave out, such as the engine and the system. */
  readonly swap?: string;
  readonly databaseType: string;
  /** A second instance in another zone that takes over. Doubles the price of the database. */
  readonly standby: boolean;
  readonly replicas: number;
  /** `footfall_profile` of the playbooks: limits that fit the memory of the host. */
  readonly profile: 'small' | 'standard';
  /** Four fifths of what the database allows: see docs/deploy.md. */
  readonly connections: number;
}

export const sizes = {
  small: {
    hostType: 'micro',
    swap: '1G',
    databaseType: 't4g.micro',
    standby: false,
    replicas: 2,
    profile: 'small',
    connections: 90,
  },
  standard: {
    hostType: 'medium',
    databaseType: 't4g.small',
    standby: false,
    replicas: 2,
    profile: 'standard',
    connections: 180,
  },
} satisfies Record<string, Size>;
