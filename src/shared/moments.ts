/** The first moment that both PostgreSQL and a year of four digits can express. */
export const firstMoment = new Date('0001-01-01T00:00:00Z');

/** The last millisecond of which the same is true. */
export const lastMoment = new Date('9999-12-31T23:59:59.999Z');
